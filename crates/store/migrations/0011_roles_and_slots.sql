-- What an account may do, as a sum: 1 customer, 2 operator, 4 worker; src/account.rs.
alter table accounts add column roles BIGINT not null default 1;

-- Where only so many items of a collection are produced at once: the jobs that are, for as long as each is leased as it was
-- when it got its slot. Order 0 is none: who takes a slot, or makes sure of one, locks that row first.
create table collection_slots (
    queue BIGINT not null,
    collection text not null,
    order_id BIGINT not null,
    part BIGINT not null,
    lease text not null,
    primary key (queue, collection, order_id, part)
) CLUSTERED;

-- What is old is found without a walk over what is not.
create index remembered_messages_by_age on remembered_messages (answered_at);

-- How many quotations of a customer are open.
create index quotations_by_owner on quotations (provider, owner, state, over_at);
