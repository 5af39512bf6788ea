-- Which groups an account is in. Accounts of one group may see each other's orders, where that is configured.
create table account_groups (
    account BIGINT not null references accounts (id),
    name text not null,
    primary key (account, name)
) CLUSTERED;

create index account_groups_by_name on account_groups (name, account);
