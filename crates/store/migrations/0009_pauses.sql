-- What operators have paused: the items of a customer's orders, or those of a collection, wait.
-- subject: 1 is an account, 2 a collection. name: that of the account or the collection. resumed_at: since when the pause is
-- over; its row is deleted when all that waited because of it is due again.
create table pauses (
    queue BIGINT not null,
    subject BIGINT not null,
    name text not null,
    account BIGINT,
    reason text not null,
    paused_at BIGINT not null,
    paused_by text not null,
    resumed_at BIGINT,
    primary key (queue, subject, name)
) CLUSTERED;
