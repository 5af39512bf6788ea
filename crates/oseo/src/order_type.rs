//! `orderType` (06-141r6 §7.3.10), and what its orders name.

use ordergate_engine::order::OrderKind;
use ordergate_xml::Node;

use crate::schema::OS;
use crate::{Code, Exception};

/// The words of the schema, the element by which an item of such an order says what it is about, and the code that refuses
/// orders that are not offered.
const TYPES: [(OrderKind, &str, &str, Code); 3] = [
    (OrderKind::Product, "PRODUCT_ORDER", "productId", Code::ProductOrderingNotSupported),
    (OrderKind::Subscription, "SUBSCRIPTION_ORDER", "subscriptionId", Code::SubscriptionNotSupported),
    (OrderKind::Tasking, "TASKING_ORDER", "taskingRequestId", Code::FutureProductNotSupported),
];

/// The word of the schema.
pub(crate) fn order_type_name(kind: OrderKind) -> &'static str {
    row(kind).1
}

/// The kind of a valid `orderSpecification`.
pub(crate) fn kind_of(specification: Node<'_>) -> OrderKind {
    let name = specification.child(OS, "orderType").map(Node::text).unwrap_or_default();
    TYPES.iter().find(|(_, known, ..)| *known == name).map_or(OrderKind::Product, |(kind, ..)| *kind)
}

/// The element of a valid `orderItem` that says what it is about; it must be the one for this kind of orders (§7.3.11).
pub(crate) fn subject<'d>(kind: OrderKind, item: Node<'d>, path: &str) -> Result<Node<'d>, Exception> {
    let (_, name, element, _) = row(kind);
    if let Some(subject) = item.child(OS, element) {
        return Ok(subject);
    }
    let found = TYPES.iter().map(|(_, _, other, _)| *other).find(|other| item.child(OS, other).is_some()).unwrap_or("nothing");
    let things = match kind {
        OrderKind::Subscription => "a collection",
        OrderKind::Tasking => "a task",
        OrderKind::Product | OrderKind::Articles => "products",
    };
    let diagnosis = format!("{}, {path}: a {name} names {things} by {element}; found {found}", item.position());
    Err(Exception::invalid(found, diagnosis))
}

/// Such orders are not taken.
pub(crate) fn not_offered(kind: OrderKind, diagnosis: impl Into<String>) -> Exception {
    Exception::order_type_not_supported(row(kind).3, diagnosis)
}

fn row(kind: OrderKind) -> (OrderKind, &'static str, &'static str, Code) {
    TYPES.into_iter().find(|(known, ..)| *known == kind).unwrap_or(TYPES[0])
}
