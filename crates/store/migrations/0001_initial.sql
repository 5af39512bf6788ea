-- Words in capitals differ between databases; src/migrations.rs says what each becomes.
-- Times are microseconds since 1970-01-01T00:00:00Z. Numbers of enumerations: src/codes.rs.

create table accounts (
    id BIGINT primary key,
    provider BIGINT not null,
    protocol BIGINT not null,
    name text not null,
    password_hash text not null,
    digest_secret BYTES,
    disabled BIGINT not null,
    created_at BIGINT not null,
    changed_at BIGINT not null,
    unique (provider, protocol, name)
) PLAIN;

create table orders (
    id BIGINT primary key,
    provider BIGINT not null,
    owner BIGINT not null,
    protocol BIGINT not null,
    kind BIGINT not null,
    reference text,
    priority BIGINT not null,
    submitted_at BIGINT not null,
    status BIGINT not null,
    status_since BIGINT not null,
    status_info text,
    revision BIGINT not null,
    document BYTES not null,
    item_count BIGINT not null,
    items BYTES not null
) PLAIN;

-- A search walks these for each wanted status, from the earliest last update on, and no further than it needs.
create index orders_by_update on orders (provider, owner, status, status_since, id);
create index orders_by_reference on orders (provider, owner, reference, status, status_since, id)
    where reference is not null;

-- The items of an order lie in pages of sixteen: the first in orders.items, the others here. What a page holds is in
-- src/item_page.rs. id: that of the order times 4096, plus the number of the page from 1; one number makes the pages of
-- an order neighbours, and keeps the tree above many millions of them shallow.
create table item_pages (
    id BIGINT primary key,
    items BYTES not null
) PLAIN;

-- subject: -1 is the order, 0 and up are items by position.
create table history (
    order_id BIGINT not null references orders (id),
    seq BIGINT not null,
    subject BIGINT not null,
    from_status BIGINT,
    to_status BIGINT not null,
    moved_at BIGINT not null,
    who text not null,
    why text not null,
    primary key (order_id, seq)
) CLUSTERED;

-- part: as history.subject. lease: the token of the worker that claimed the job last.
create table jobs (
    order_id BIGINT not null references orders (id),
    part BIGINT not null,
    queue BIGINT not null,
    priority BIGINT not null,
    due_at BIGINT not null,
    attempts BIGINT not null,
    lease text,
    primary key (order_id, part)
) CLUSTERED;

create index jobs_due on jobs (queue, priority, due_at, order_id, part);

-- is_final repeats what state says, so that open and final instances can be listed and expired apart.
create table transactions (
    provider BIGINT not null,
    owner BIGINT not null,
    id text not null,
    kind BIGINT not null,
    state BIGINT not null,
    is_final BIGINT not null,
    is_test BIGINT not null,
    created_at BIGINT not null,
    updated_at BIGINT not null,
    revision BIGINT not null,
    order_id BIGINT,
    context BYTES not null,
    primary key (provider, owner, id)
) CLUSTERED;

create index transactions_by_age on transactions (provider, owner, is_final, created_at, id);
create index transactions_untouched on transactions (is_final, updated_at);

create table remembered_messages (
    owner BIGINT not null,
    message_id text not null,
    order_id BIGINT not null,
    answered_at BIGINT not null,
    primary key (owner, message_id)
) CLUSTERED;

create table nonces (
    owner BIGINT not null,
    nonce BYTES not null,
    used_at BIGINT not null,
    expires_at BIGINT not null,
    primary key (owner, nonce)
) CLUSTERED;

create index nonces_by_expiry on nonces (expires_at, owner, nonce);

-- The next number of each kind, where several processes share the store.
create table counters (
    name text primary key,
    next BIGINT not null
) CLUSTERED;

insert into counters (name, next) values ('order', 1);
