//! What the protocols can read of what they stored.

use ordergate_engine::order::Item;
use ordergate_engine::{Document, Protocol};
use ordergate_oseo::order_document;

/// Whether the document of an order, if it is given, and those of items can be read.
pub fn are_readable(protocol: Protocol, order: Option<&Document>, items: &[Item]) -> bool {
    match protocol {
        Protocol::Oseo => order_document::are_readable(order.into_iter().chain(items.iter().map(|item| &item.document))),
        Protocol::Veloconnect => ordergate_veloconnect::are_readable(order, items),
    }
}
