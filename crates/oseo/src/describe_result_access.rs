//! DescribeResultAccess (06-141r6 §15): where finished items are found.

use ordergate_door::Identity;
use ordergate_engine::order::{Item, Order, Status};
use ordergate_store::{Batch, CommitError, ConflictOn, Items, StoreError};
use ordergate_xml::{Node, XmlWriter, validate};

use crate::schema::{self, OS};
use crate::version::check_version;
use crate::{Context, Exception, Reply, order_document, own_order};

/// Each lost race means that the order moved on; so many in a row mean that something is wrong.
const RACES_MAX: u32 = 100;

/// Which finished items are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SubFunction {
    AllReady,
    /// Those that no `nextReady` has listed yet.
    NextReady,
}

/// Checklist OSEO 61-64. An order of which nothing is ready yet has an empty list.
pub(crate) async fn handle(context: &Context, message: Node<'_>, caller: &Identity) -> Result<Reply, Exception> {
    validate(message, &schema::SCHEMA)?;
    check_version(message)?;
    let id = message.child(OS, "orderId").map(Node::text).unwrap_or_default();
    let wanted = match message.child(OS, "subFunction").map(Node::text).as_deref() {
        Some("nextReady") => SubFunction::NextReady,
        _ => SubFunction::AllReady,
    };
    for _ in 0..RACES_MAX {
        let order = own_order::retrieve(context, caller, id.trim(), Items::With).await?;
        let listed = ready(&order, wanted);
        if wanted == SubFunction::AllReady || listed.is_empty() {
            return Ok(write(&order, &listed));
        }
        // Noted before it is answered: of two calls at once each gets what the other does not.
        let mut batch = Batch::new();
        batch.list_results(&order, &listed);
        match context.store.commit(batch).await {
            Ok(()) => return Ok(write(&order, &listed)),
            Err(CommitError::Conflict(ConflictOn::Order)) => {}
            Err(CommitError::Conflict(other)) => return Err(give_up(&other.to_string())),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(give_up("the order never stood still"))
}

fn give_up(why: &str) -> Exception {
    Exception::unavailable(&StoreError::Unavailable(why.to_owned()))
}

/// The positions of the items that are to be listed.
fn ready(order: &Order, wanted: SubFunction) -> Vec<usize> {
    let is_ready = |item: &Item| {
        matches!(item.state.status, Status::Completed | Status::Downloaded)
            && item.result.is_some()
            && (wanted == SubFunction::AllReady || !item.listed)
            && order_document::is_accessed_online(order, item)
    };
    order.items.iter().enumerate().filter(|(_, item)| is_ready(item)).map(|(position, _)| position).collect()
}

fn write(order: &Order, positions: &[usize]) -> Reply {
    let mut w = XmlWriter::new();
    w.start("os:DescribeResultAccessResponse").attr("xmlns:os", OS).leaf("os:status", "success");
    for item in positions.iter().filter_map(|&position| order.items.get(position)) {
        write_item(item, &mut w);
    }
    w.end();
    Reply { xml: w.finish(), result: "success" }
}

fn write_item(item: &Item, w: &mut XmlWriter) {
    w.start("os:URLs").leaf("os:itemId", &item.item_id);
    order_document::copy_product_id(item, w);
    w.start("os:itemAddress").start("os:ResourceAddress");
    w.leaf("os:URL", item.result.as_deref().unwrap_or_default());
    w.end().end().end();
}
