-- The history of an order is a chain: hash is that of the entry and of the hash before it; src/chain.rs. Entries from before
-- there were chains have none.
alter table history add column hash BYTES;

-- How many entries the history of an order has, and the hash of the last one, so that a missing end is noticed. Null: no entry
-- was added since there are chains.
alter table orders add column history_count BIGINT;
alter table orders add column history_hash BYTES;
