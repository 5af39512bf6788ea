-- What is kept about an order only until it is over, so that its items can be delivered. part: -1: how to get in at the
-- customer's addresses, encrypted; otherwise the position of an item that is produced: where its result lies.
create table deliveries (
    order_id BIGINT not null,
    part BIGINT not null,
    content BYTES not null,
    primary key (order_id, part)
) CLUSTERED;
