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
