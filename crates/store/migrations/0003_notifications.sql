-- Who is to be told what becomes of an order, as its customer wished. Written with the order and never changed.
create table notification_wishes (
    order_id BIGINT primary key,
    wish BYTES not null
) PLAIN;

-- What leaves: callbacks, webhooks, e-mail. Written with the event it tells of; the notifications of an order are numbered
-- in the order of their events. due_at: when the next attempt may be made, or when the last one was.
create table notifications (
    order_id BIGINT not null,
    number BIGINT not null,
    channel BIGINT not null,
    destination text not null,
    event text not null,
    content BYTES not null,
    created_at BIGINT not null,
    give_up_at BIGINT not null,
    state BIGINT not null,
    attempts BIGINT not null,
    due_at BIGINT not null,
    report text,
    primary key (order_id, number)
) PLAIN;

-- Not the primary key alone: an order may have many that are over, and few that wait.
create index notifications_waiting on notifications (order_id, state, number);
create index notifications_by_state on notifications (state, due_at, order_id, number);
