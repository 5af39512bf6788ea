-- The sellers of veloconnect beside the one that there always is, who has number 1 and no name. A number is never given to
-- another seller: nothing is deleted here.
create table sellers (
    id BIGINT primary key,
    name text not null unique
) PLAIN;

-- How many of a kind a buyer has open, and which of a kind nobody has touched: each kind is kept for its own time.
create index transactions_of_kind on transactions (provider, owner, kind, is_final);
drop index transactions_untouched;
create index transactions_idle on transactions (kind, is_final, updated_at);
