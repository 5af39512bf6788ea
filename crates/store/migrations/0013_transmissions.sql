-- What buyers transmit of their stock and sales (veloconnect's modules stock and sale). id: of the same numbers as orders.id.
-- kind: as transactions.kind. as_of: the moment that the buyer says it describes. lines: how many can be used; left_out: how many
-- more cannot. due_at: while it is being imported, when a server may take it (again). imported: so many lines are done.
create table transmissions (
    id BIGINT primary key,
    provider BIGINT not null,
    owner BIGINT not null,
    transaction_id text not null,
    kind BIGINT not null,
    is_test BIGINT not null,
    received_at BIGINT not null,
    as_of BIGINT not null,
    is_complete BIGINT not null,
    lines BIGINT not null,
    left_out BIGINT not null,
    revision BIGINT not null,
    due_at BIGINT,
    attempts BIGINT not null,
    imported BIGINT not null,
    imported_at BIGINT
) PLAIN;

create index transmissions_due on transmissions (due_at, id) where due_at is not null;
create index transmissions_by_owner on transmissions (provider, owner, received_at, id);
create index transmissions_received on transmissions (received_at, id);

-- position: from 0; lines that cannot be used stand after the others. subject: the article or sale that it is kept under, if it is
-- kept. is_known: whether the seller has the article, once that was looked up.
create table transmitted_lines (
    transmission BIGINT not null,
    position BIGINT not null,
    subject text,
    is_known BIGINT,
    content BYTES not null,
    primary key (transmission, position)
) CLUSTERED;

-- What a buyer has now, by the latest that was transmitted. Of two transmissions the later is the one with the later as_of, and
-- of the same as_of the one with the greater number.
create table buyer_stock (
    provider BIGINT not null,
    owner BIGINT not null,
    kind BIGINT not null,
    subject text not null,
    as_of BIGINT not null,
    transmission BIGINT not null,
    changed_at BIGINT not null,
    is_known BIGINT,
    content BYTES not null,
    primary key (provider, owner, kind, subject)
) CLUSTERED;

create index buyer_stock_by_age on buyer_stock (changed_at);

-- The latest complete transmission: what is older than it, and not in it, is no more.
create table complete_stock (
    provider BIGINT not null,
    owner BIGINT not null,
    kind BIGINT not null,
    as_of BIGINT not null,
    transmission BIGINT not null,
    primary key (provider, owner, kind)
) CLUSTERED;

-- What a buyer has sold: each line of a sale once.
create table buyer_sales (
    provider BIGINT not null,
    owner BIGINT not null,
    kind BIGINT not null,
    subject text not null,
    transmission BIGINT not null,
    stored_at BIGINT not null,
    is_known BIGINT,
    content BYTES not null,
    primary key (provider, owner, kind, subject)
) CLUSTERED;

create index buyer_sales_by_time on buyer_sales (provider, owner, kind, stored_at, subject);
create index buyer_sales_by_age on buyer_sales (stored_at);
