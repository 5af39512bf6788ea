//! What is announced: products for subscriptions, and products and news for tasks.

use std::collections::BTreeSet;
use std::sync::Arc;

use ordergate_engine::order::{Item, Order, OrderKind, Status};
use ordergate_engine::{Actor, Document, OrderId, ProviderId};
use ordergate_fulfilment::is_usable_result;
use ordergate_oseo::feed::{Feed, FeedReport};
use ordergate_store::Standing;

use crate::oseo_request::OseoDoor;
use crate::store::{self, MemoryStore};
use crate::{Noon, finish};

/// What waits: kind, topic, and what is wanted. Orders 3, 4 and 5.
const WAITING: [(OrderKind, &str, &str); 3] = [
    (OrderKind::Subscription, "urn:c", "{}"),
    (
        OrderKind::Subscription,
        "urn:c",
        r#"{"period":{"from":1767225600000000,"until":1798761599999999},"region":[10,47,-170,60],"options":{"level":"L2A","cloud":{"min":"0","max":"20"}}}"#,
    ),
    (OrderKind::Tasking, "urn:t", "{}"),
];

/// Lines of announcements. Each that says something is reported once, as what it was understood to be or as an error; what it brings
/// the orders keeps to the schema, and announced again it brings no product again. Gives how many items and orders were changed.
pub fn feed(data: &[u8]) -> usize {
    let text = String::from_utf8_lossy(data);
    let store = Arc::new(MemoryStore::with_standing(WAITING.iter().zip(3..).map(|(waiting, id)| waits(waiting, id)).collect()));
    let report = announce(&store, &text);
    check(&report, &text);
    let ids: Vec<OrderId> = (3..).take(WAITING.len()).map(OrderId).collect();
    let items: Vec<usize> = ids.iter().map(|id| check_order(&store, *id)).collect();
    let door = OseoDoor::over(&store, None);
    for id in &ids {
        door.retrieve(1, *id);
        door.describe_results(*id);
    }
    let again = announce(&store, &text);
    check(&again, &text);
    assert_eq!(ids.iter().map(|id| check_order(&store, *id)).collect::<Vec<_>>(), items, "fed twice: {text}");
    report.announced.iter().map(|announced| announced.new).sum()
}

fn waits(&(kind, topic, criteria): &(OrderKind, &str, &str), id: i64) -> (Order, Standing) {
    let about = match kind {
        OrderKind::Tasking => format!("<os:taskingRequestId><os:ID>{topic}</os:ID></os:taskingRequestId>"),
        _ => format!("<os:subscriptionId><os:collectionId>{topic}</os:collectionId></os:subscriptionId>"),
    };
    let remark = "<os:orderItemRemark>a &amp; b</os:orderItemRemark>";
    let mut order = store::order(1);
    (order.id, order.kind, order.state.status) = (OrderId(id), kind, Status::Suspended);
    let kind_name = if kind == OrderKind::Tasking { "TASKING_ORDER" } else { "SUBSCRIPTION_ORDER" };
    order.document = Document(format!("<os:orderType>{kind_name}</os:orderType>").into_bytes());
    for item in &mut order.items {
        (item.standing, item.state.status) = (true, Status::Suspended);
        item.document = Document(format!("<os:itemId>item</os:itemId>{remark}{about}").into_bytes());
    }
    let standing = Standing {
        order: order.id,
        position: 0,
        provider: ProviderId::DEFAULT,
        kind,
        topic: topic.to_owned(),
        criteria: Document(criteria.as_bytes().to_vec()),
        expires_at: Standing::NEVER,
    };
    (order, standing)
}

fn announce(store: &Arc<MemoryStore>, text: &str) -> FeedReport {
    let feed = Feed {
        store: Arc::clone(store) as _,
        clock: Arc::new(Noon),
        provider: ProviderId::DEFAULT,
        queues: true,
        offers: Arc::new(|_| false),
        who: Actor::system(),
        is_usable: is_usable_result,
    };
    finish(feed.announce(text.lines(), 1)).unwrap_or_else(|error| panic!("{error}"))
}

fn check(report: &FeedReport, text: &str) {
    let said = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()).map(|(number, _)| number);
    let announced = report.announced.iter().map(|announced| announced.line);
    let mut told: Vec<usize> = announced.chain(report.errors.iter().map(|error| error.line)).collect();
    told.sort_unstable();
    assert!(told.into_iter().eq(said), "{text}\n{report:?}");
    for announced in &report.announced {
        assert!(announced.new <= announced.matched && announced.full == 0 && announced.unreadable == 0, "{announced:?}");
        assert!(announced.collection.is_some() || announced.task.is_some(), "{announced:?}");
    }
    assert!(
        report
            .errors
            .iter()
            .all(|error| !error.error.is_empty() && !error.error.contains(char::is_control) && error.error.len() < 5000),
        "{report:?}"
    );
}

/// Gives how many items it has.
fn check_order(store: &MemoryStore, id: OrderId) -> usize {
    let order = store.order_now(id).unwrap_or_else(|| panic!("order {id} is gone"));
    let names: BTreeSet<&str> = order.items.iter().map(|item| item.item_id.as_str()).collect();
    assert_eq!(names.len(), order.items.len(), "{names:?}");
    let products = || order.items.iter().filter(|item| !item.standing);
    assert!(products().filter_map(|item| item.result.as_deref()).all(is_usable_result), "{order:?}");
    assert!(products().all(|item| is_ready(item) == item.result.is_some()), "{order:?}");
    order.items.len()
}

fn is_ready(item: &Item) -> bool {
    item.state.status == Status::Completed
}
