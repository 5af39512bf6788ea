//! GetStatus (06-141r6 §14): order retrieve and order search, brief and full.

use ordergate_door::Identity;
use ordergate_engine::Timestamp;
use ordergate_engine::order::{Item, Order, State, Status};
use ordergate_store::{Items, OrderPage, OrderQuery};
use ordergate_xml::builtin::{format_date_time, parse_date, parse_date_time};
use ordergate_xml::{Node, XmlWriter, validate};

use crate::order_document;
use crate::own_order;
use crate::schema::{self, OS};
use crate::version::check_version;
use crate::{Context, Exception, Reply};

/// A GetStatus request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetStatus {
    pub selection: Selection,
    pub presentation: Presentation,
}

/// Which orders are asked about: exactly one of the two ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Order retrieve: the id as it was sent.
    OrderId(String),
    /// Order search.
    Criteria(Criteria),
}

/// The filtering criteria of an order search; they combine with AND.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// Inclusive bounds on the last status change.
    pub last_update: Option<Timestamp>,
    pub last_update_end: Option<Timestamp>,
    /// Any of them; empty means any status.
    pub statuses: Vec<Status>,
    pub reference: Option<String>,
}

/// How much is told about each order (§7.3.12.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presentation {
    Brief,
    Full,
}

/// Checks, reads, looks up, writes.
pub(crate) async fn handle(context: &Context, message: Node<'_>, caller: &Identity) -> Result<Reply, Exception> {
    validate(message, &schema::SCHEMA)?;
    let request = read(message)?;
    let items = if request.presentation == Presentation::Full { Items::With } else { Items::Without };
    match request.selection {
        Selection::OrderId(id) => {
            let order = own_order::see(context, caller, &id, items).await?;
            Ok(Reply { xml: write(std::slice::from_ref(&order), None, request.presentation), result: "success" })
        }
        Selection::Criteria(criteria) => {
            let page = search(context, caller, criteria, items).await?;
            let result = if page.continue_from.is_some() { "partial" } else { "success" };
            let message = page.continue_from.map(|from| cut_message(page.orders.len(), from));
            Ok(Reply { xml: write(&page.orders, message.as_deref(), request.presentation), result })
        }
    }
}

/// Reads a request that is valid against the schema; what the schema leaves open is decided here.
pub fn read(message: Node<'_>) -> Result<GetStatus, Exception> {
    check_version(message)?;
    let presentation = match message.child(OS, "presentation").map(Node::text).as_deref() {
        Some("full") => Presentation::Full,
        _ => Presentation::Brief,
    };
    let selection = match message.child(OS, "orderId") {
        Some(id) => Selection::OrderId(id.text().trim().to_owned()),
        None => Selection::Criteria(message.child(OS, "filteringCriteria").map(read_criteria).transpose()?.unwrap_or_default()),
    };
    Ok(GetStatus { selection, presentation })
}

fn read_criteria(criteria: Node<'_>) -> Result<Criteria, Exception> {
    let mut read = Criteria::default();
    for criterion in criteria.children() {
        match criterion.name() {
            "lastUpdate" => read.last_update = parse_date_time(criterion.text().trim()).map(Timestamp),
            "lastUpdateEnd" => read.last_update_end = Some(read_end(criterion)?),
            "orderStatus" => read.statuses.extend(Status::from_name(&criterion.text())),
            "orderReference" => read.reference = Some(criterion.text().into_owned()),
            // §7.3.14: filters of an implementation's own. We have none, and to ignore one would
            // give the caller orders that were not asked for.
            _ => return Err(unreadable(criterion, "extension", "this server knows no extension criteria")),
        }
    }
    read.statuses.sort_unstable();
    read.statuses.dedup();
    Ok(read)
}

/// Checklist OSEO 42: `lastUpdateEnd` has no type in the schema. A dateTime, or a date, which as an
/// upper limit means to the end of that day, so that it stays inclusive.
fn read_end(criterion: Node<'_>) -> Result<Timestamp, Exception> {
    let expected = "expected an xs:dateTime or an xs:date";
    if criterion.children().next().is_some() {
        return Err(unreadable(criterion, "lastUpdateEnd", expected));
    }
    let text = criterion.text();
    let text = text.trim();
    let end_of_day = || parse_date(text).map(|(_, next_day)| next_day.saturating_sub(1));
    parse_date_time(text).or_else(end_of_day).map(Timestamp).ok_or_else(|| unreadable(criterion, "lastUpdateEnd", expected))
}

fn unreadable(criterion: Node<'_>, name: &str, expected: &str) -> Exception {
    Exception::invalid(name, format!("{}, /GetStatus/filteringCriteria/{name}: {expected}", criterion.position()))
}

/// Checklist OSEO 40-47: only the caller's own orders, and those that are shared with it; all criteria at once.
async fn search(context: &Context, caller: &Identity, criteria: Criteria, items: Items) -> Result<OrderPage, Exception> {
    let query = OrderQuery {
        provider: caller.provider,
        owner: caller.account,
        others: own_order::shared_with(context, caller).await?,
        statuses: criteria.statuses,
        updated_from: criteria.last_update.unwrap_or(Timestamp::MIN),
        updated_until: criteria.last_update_end.unwrap_or(Timestamp::MAX),
        reference: criteria.reference,
        limit: context.options.search_limit,
        items,
    };
    Ok(context.store.search(&query).await?)
}

/// Checklist OSEO 59: what a cut answer says, and how to get the rest (at most 255 characters).
fn cut_message(count: usize, from: Timestamp) -> String {
    format!(
        "More orders match than the {count} that are given, which have the earliest last update. \
         For the others ask again with lastUpdate {}.",
        format_date_time(from.0)
    )
}

/// Writes a GetStatusResponse: all order fields in every presentation, items in the full one.
pub fn write(orders: &[Order], error_message: Option<&str>, presentation: Presentation) -> Vec<u8> {
    let mut w = XmlWriter::with_capacity(usual_len(orders));
    w.start("os:GetStatusResponse").attr("xmlns:os", OS);
    w.leaf("os:status", if error_message.is_some() { "partial" } else { "success" });
    if let Some(message) = error_message {
        w.leaf("os:errorMessage", message);
    }
    for order in orders {
        write_order(order, presentation, &mut w);
    }
    w.end();
    w.finish()
}

/// How many bytes an answer with these orders takes in its envelope, if they have no long status texts.
fn usual_len(orders: &[Order]) -> usize {
    let item_len = |item: &Item| 192 + item.document.0.len();
    let order_len = |order: &Order| 384 + order.document.0.len() + order.items.iter().map(item_len).sum::<usize>();
    512 + orders.iter().map(order_len).sum::<usize>()
}

/// An order as a customer sees it: `orderMonitorSpecification`.
pub(crate) fn write_order(order: &Order, presentation: Presentation, w: &mut XmlWriter) {
    w.start("os:orderMonitorSpecification");
    w.raw(order_document::text(&order.document));
    w.leaf("os:orderId", &order.id.to_string());
    write_status("os:orderStatusInfo", &order.state, w);
    w.leaf("os:orderDateTime", &format_date_time(order.submitted_at.0));
    if presentation == Presentation::Full {
        for item in &order.items {
            w.start("os:orderItem");
            w.raw(order_document::text(&item.document));
            write_status("os:orderItemStatusInfo", &item.state, w);
            w.end();
        }
    }
    w.end();
}

fn write_status(element: &str, state: &State, w: &mut XmlWriter) {
    w.start(element).leaf("os:status", state.status.name());
    if let Some(info) = &state.info {
        w.leaf("os:additionalStatusInfo", info);
    }
    w.end();
}
