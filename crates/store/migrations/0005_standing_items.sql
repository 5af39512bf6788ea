-- Items that stand for products to come (subscriptions, tasks), from the submission until they are final.
-- topic: what their products are announced under. criteria: which of them are wanted; only the protocol can read it.
create table standing_items (
    order_id BIGINT not null references orders (id),
    position BIGINT not null,
    provider BIGINT not null,
    kind BIGINT not null,
    topic text not null,
    criteria BYTES not null,
    expires_at BIGINT not null,
    is_active BIGINT not null,
    primary key (order_id, position)
) CLUSTERED;

-- What feeds products walks along this.
create index standing_items_by_topic on standing_items (provider, kind, topic, is_active, order_id, position);

-- Which products each of them was fed: each once, however often it is announced.
create table fed_products (
    order_id BIGINT not null references orders (id),
    position BIGINT not null,
    product text not null,
    fed_at BIGINT not null,
    primary key (order_id, position, product)
) CLUSTERED;
