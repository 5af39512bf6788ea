-- What an order would cost. id: of the same numbers as orders.id. state: src/codes.rs. due_at: while it is being priced,
-- when a worker may take it (again). over_at: from when on nothing more comes of it; src/quotation.rs.
create table quotations (
    id BIGINT primary key,
    provider BIGINT not null,
    owner BIGINT not null,
    created_at BIGINT not null,
    state BIGINT not null,
    due_at BIGINT,
    attempts BIGINT not null,
    reason text,
    prices BYTES,
    valid_until BIGINT,
    order_id BIGINT,
    over_at BIGINT not null,
    revision BIGINT not null,
    specification BYTES not null
) PLAIN;

create index quotations_due on quotations (due_at, id) where due_at is not null;
create index quotations_over on quotations (over_at);

-- Customers are told of quotations by the same jobs as of orders, so order_id of a job may be that of a quotation: the table
-- without its reference to orders.
create table jobs_of_both (
    order_id BIGINT not null,
    part BIGINT not null,
    queue BIGINT not null,
    priority BIGINT not null,
    due_at BIGINT not null,
    attempts BIGINT not null,
    lease text,
    primary key (order_id, part)
) CLUSTERED;

insert into jobs_of_both (order_id, part, queue, priority, due_at, attempts, lease)
    select order_id, part, queue, priority, due_at, attempts, lease from jobs;
drop table jobs;
alter table jobs_of_both rename to jobs;
create index jobs_due on jobs (queue, priority, due_at, order_id, part);
create index order_jobs_due on jobs (queue, priority, due_at, order_id) where part = -1;
