-- What the seller's own system has issued to buyers: offers, order confirmations, delivery notes, invoices; however the order
-- was made. kind: src/codes.rs. issued_on: the first moment of the day, UTC. revision: counts the contents it has had.
-- header: what a search tells of it; both documents only the protocol can read.
create table receipts (
    provider BIGINT not null,
    owner BIGINT not null,
    kind BIGINT not null,
    id text not null,
    issued_on BIGINT not null,
    revision BIGINT not null,
    stored_at BIGINT not null,
    header BYTES not null,
    document BYTES not null,
    primary key (provider, owner, kind, id)
) CLUSTERED;

create index receipts_by_day on receipts (provider, owner, kind, issued_on, id);

-- What each of them refers to: an order, another receipt, the buyer's own request. what: src/codes.rs.
create table receipt_references (
    provider BIGINT not null,
    owner BIGINT not null,
    kind BIGINT not null,
    what BIGINT not null,
    referred text not null,
    id text not null,
    issued_on BIGINT not null,
    primary key (provider, owner, kind, what, referred, id)
) CLUSTERED;

create index receipt_references_of on receipt_references (provider, owner, kind, id);

-- The contents that were replaced by corrected ones.
create table replaced_receipts (
    provider BIGINT not null,
    owner BIGINT not null,
    kind BIGINT not null,
    id text not null,
    revision BIGINT not null,
    stored_at BIGINT not null,
    document BYTES not null,
    primary key (provider, owner, kind, id, revision)
) CLUSTERED;
