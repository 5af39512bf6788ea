-- Results that lie on the servers' own disks (file: URLs), until their files are removed. position: the item's, from 0.
create table local_results (
    order_id BIGINT not null,
    position BIGINT not null,
    url text not null,
    completed_at BIGINT not null,
    primary key (order_id, position)
) CLUSTERED;

create index local_results_by_age on local_results (completed_at, order_id, position);
