-- Jobs of whole orders (part -1), apart: where items wait for workers that fetch them, many due items may lie before the
-- few orders that a worker of orders looks for.
create index order_jobs_due on jobs (queue, priority, due_at, order_id) where part = -1;
