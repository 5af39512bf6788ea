-- Catalogues of articles. An import makes a new one, which is then offered in place of the one before, all at once.
-- id: never used again, so that what remembers places in a catalogue never finds another one's.
-- state: 1 being imported, 2 offered, 3 replaced by a newer one, 4 given up. changes: counts updates of stock and prices.
-- traits: what the import has found out about the articles as a whole; its own business.
create table catalogues (
    id BIGINT primary key,
    provider BIGINT not null,
    state BIGINT not null,
    began_at BIGINT not null,
    changed_at BIGINT not null,
    changes BIGINT not null,
    articles BIGINT not null,
    traits BIGINT not null
) PLAIN;

create index catalogues_by_state on catalogues (provider, state);

-- The catalogue that a provider offers.
create table catalogue_heads (
    provider BIGINT primary key,
    catalogue BIGINT not null
) PLAIN;

-- The articles of a catalogue, by their places from 0; numbers that are only replaced by others have places below 0.
-- Which articles there are, and in which places, does not change once it is offered; supply and prices do.
create table articles (
    catalogue BIGINT not null,
    place BIGINT not null,
    number text not null,
    document BYTES not null,
    prices BYTES not null,
    supply BYTES not null,
    primary key (catalogue, place),
    unique (catalogue, number)
) CLUSTERED;

-- Prices of an article for some buyers, in place of those for all. scope: 'b:' and a buyer's name, or 'g:' and a price group's.
create table article_prices (
    catalogue BIGINT not null,
    place BIGINT not null,
    scope text not null,
    prices BYTES not null,
    primary key (catalogue, place, scope)
) CLUSTERED;

-- How the articles of a catalogue are grouped.
create table classifications (
    catalogue BIGINT primary key,
    document BYTES not null
) PLAIN;

-- The price group of a buyer.
alter table accounts add column price_group text;
