//! SearchResult (8.2, D-SR): some of the articles that a search found.

use ordergate_engine::transaction::{Operation, Outcome, StateCode, Transaction, decide};
use ordergate_store::{Batch, TransactionUpdate, Write};
use ordergate_xml::{Node, XmlWriter};

use crate::Context;
use crate::articles::{Hits, Listed, Lookup, Page};
use crate::binding::Incoming;
use crate::call::{ATTEMPTS, Call, Failure, transaction_refusal};
use crate::codes::ResponseCode;
use crate::frame::{ResponseFrame, begin, read_boolean};
use crate::get_item_details::write_detail;
use crate::item::{write_bare_item, write_identification, write_item};
use crate::message::Message;
use crate::schema::order::ORDER_1_1;

pub(crate) const RESPONSE: &str = "SearchResultResponse";

/// What a list consists of (`ResultFormatType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// No list.
    Count,
    ItemDetail,
    ItemType,
    IdOnly,
}

impl Format {
    const ALL: [Self; 4] = [Self::Count, Self::ItemDetail, Self::ItemType, Self::IdOnly];

    const fn text(self) -> &'static str {
        match self {
            Self::Count => "COUNT",
            Self::ItemDetail => "ITEM_DETAIL",
            Self::ItemType => "ITEM_TYPE",
            Self::IdOnly => "ID_ONLY",
        }
    }

    fn read(root: Node<'_>) -> Option<Self> {
        let text = child(root, "ResultFormat")?;
        Self::ALL.into_iter().find(|format| format.text() == text)
    }
}

fn child(root: Node<'_>, name: &str) -> Option<String> {
    root.children().find(|c| c.name() == name).map(|c| c.text().trim().to_owned())
}

/// An `xs:integer`. What is beyond our numbers is as far off as we can say.
fn integer(text: &str) -> i64 {
    text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX })
}

/// What a client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    start: i64,
    count: i64,
    format: Format,
    keep_open: bool,
}

impl Asked {
    /// Lenient mode lets be missing where to begin (at the first), how much (all there is), and in which form: the only
    /// one that known clients ask for.
    fn read(root: Node<'_>) -> Self {
        Self {
            start: child(root, "StartIndex").map_or(0, |text| integer(&text)),
            count: child(root, "Count").map_or(i64::MAX, |text| integer(&text)),
            format: Format::read(root).unwrap_or(Format::ItemDetail),
            keep_open: child(root, "DoNotClose").and_then(|text| read_boolean(&text)).unwrap_or(false),
        }
    }

    /// The rules of StartIndex and Count, and the operator's limit (veloconnect 64).
    fn of(self, total: u64, max: usize) -> Range {
        let start = u64::try_from(self.start).unwrap_or(0).min(total.saturating_sub(1));
        let count = u64::try_from(self.count).unwrap_or(0).min(total - start).min(max as u64);
        let delivers_last = self.format != Format::Count && count > 0 && start + count == total;
        Range { start, count, closes: delivers_last && !self.keep_open }
    }
}

/// What a client gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    start: u64,
    count: u64,
    /// The last hit is delivered, and the client did not ask to keep the transaction open (veloconnect 65).
    closes: bool,
}

/// The list, as it is written.
enum List {
    None,
    Details(Vec<Listed>),
    Items(Vec<Listed>),
    Ids(Vec<String>),
}

/// The request names the transaction, and a part of its hits.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    let options = &call.context.options;
    let asked = Asked::read(call.incoming.document.root());
    let is_test = call.is_test_unless_silent();
    for _ in 0..ATTEMPTS {
        // Unknown: 420; not in state 2: 430 (veloconnect 63).
        let transaction = call.transaction().await?;
        let refused = |refusal| Failure::refused(refusal, call.operation(), &transaction);
        decide(&transaction, Operation::Fetch { closes: false }, is_test).map_err(refused)?;
        let hits = stored_hits(&transaction)?;
        let range = asked.of(hits.len(), options.search_count_max);
        let fetch = Operation::Fetch { closes: range.closes };
        let Outcome::State(state) = decide(&transaction, fetch, is_test).map_err(refused)? else { return Err(call.gave_up()) };
        // Before anything changes: what cannot be had must not be over.
        let list = list(call, asked.format, &hits.page(range.start, usize::try_from(range.count).unwrap_or(0)))
            .await
            .map_err(|failure| Failure { state: Some(transaction.state.number()), ..failure })?;
        if state == transaction.state || call.commit(close(call, &transaction, state, &hits)).await? {
            return Ok(answer(call, &transaction, state, &hits, range, asked.format, &list));
        }
    }
    Err(call.gave_up())
}

async fn list(call: &Call<'_>, format: Format, page: &Page) -> Result<List, Failure> {
    let articles = &call.context.articles;
    Ok(match format {
        Format::Count => List::None,
        Format::ItemDetail => List::Details(articles.at(&call.buyer(), page).await?),
        Format::ItemType => List::Items(articles.at(&call.buyer(), page).await?),
        Format::IdOnly => List::Ids(articles.ids_at(page).await?),
    })
}

/// The hits of an instance that the engine has found to be a search.
fn stored_hits(transaction: &Transaction) -> Result<Hits, Failure> {
    Hits::from_document(&transaction.context).ok_or_else(|| {
        tracing::error!(transaction = %transaction.key.id, "veloconnect: the stored hits cannot be read");
        Failure::new(ResponseCode::Internal, Message::Internal)
    })
}

/// The last one is delivered: the hits are not needed any more.
fn close(call: &Call<'_>, transaction: &Transaction, state: StateCode, hits: &Hits) -> Batch {
    let mut batch = Batch::new();
    batch.push(Write::UpdateTransaction(Box::new(TransactionUpdate {
        key: transaction.key.clone(),
        expected_revision: transaction.revision,
        state,
        context: hits.none().to_document(),
        order: None,
        updated_at: call.now,
    })));
    batch
}

fn answer(
    call: &Call<'_>,
    transaction: &Transaction,
    state: StateCode,
    hits: &Hits,
    range: Range,
    format: Format,
    list: &List,
) -> Vec<u8> {
    let frame = ResponseFrame { transaction: Some(&transaction.key.id.0), state: Some(state.number()), ..call.success() };
    let mut w = begin(call.incoming.ns, RESPONSE, &frame);
    numbers(&mut w, range.start, range.count, hits.len(), format);
    match list {
        List::None => {}
        List::Details(listed) => listed.iter().for_each(|listed| detail(&mut w, call, listed)),
        List::Items(listed) => listed.iter().for_each(|listed| item(&mut w, call, listed)),
        List::Ids(ids) => ids.iter().for_each(|id| write_identification(&mut w, "cac:SellersItemIdentification", id)),
    }
    w.finish()
}

/// ITEM_DETAIL: an ItemDetail, which is of the order module, as are its children without prefix.
fn detail(w: &mut XmlWriter, call: &Call<'_>, listed: &Listed) {
    w.start("ItemDetail").attr("xmlns", ORDER_1_1);
    write_detail(w, &listed.id, &listed.lookup, None, call.today, call.catalog_ns());
    w.end();
}

/// ITEM_TYPE: a cac:Item. There is no other form for a number that has left the range since.
fn item(w: &mut XmlWriter, call: &Call<'_>, listed: &Listed) {
    match &listed.lookup {
        Lookup::Known(article) => write_item(w, article, None, call.catalog_ns()),
        Lookup::Replaced(_) | Lookup::Unknown => write_bare_item(w, &listed.id),
    }
}

fn numbers(w: &mut XmlWriter, start: u64, count: u64, total: u64, format: Format) {
    w.leaf("StartIndex", &start.to_string()).leaf("Count", &count.to_string());
    w.leaf("TotalCount", &total.to_string()).leaf("ResultFormat", format.text());
}

/// 3.3: the numbers are a must, and the format that was sent.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
    let mut w = begin(incoming.ns, RESPONSE, &transaction_refusal(context, incoming, failure));
    numbers(&mut w, 0, 0, 0, Format::read(incoming.document.root()).unwrap_or(Format::Count));
    w.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// veloconnect 64, 65: 8.2 line by line, and numbers as large as `xs:integer` allows.
    #[test]
    fn start_and_count_are_clamped() {
        let range = |start: &str, count: &str, total, max| {
            let asked = Asked { start: integer(start), count: integer(count), format: Format::IdOnly, keep_open: false };
            let range = asked.of(total, max);
            (range.start, range.count, range.closes)
        };
        for (start, count, is) in [
            ("0", "4", (0, 4, false)),
            ("0", "10", (0, 10, true)),
            ("-1", "4", (0, 4, false)),
            ("9", "1", (9, 1, true)),
            ("10", "1", (9, 1, true)),
            ("99999999999999999999999", "1", (9, 1, true)),
            ("-99999999999999999999999", "1", (0, 1, false)),
            ("5", "99999999999999999999999", (5, 5, true)),
            ("5", "-1", (5, 0, false)),
            ("9", "0", (9, 0, false)),
            ("+2", "007", (2, 7, false)),
        ] {
            assert_eq!(range(start, count, 10, 1000), is, "{start} {count}");
        }
        assert_eq!(range("0", "10", 10, 4), (0, 4, false));
        assert_eq!(range("6", "10", 10, 4), (6, 4, true));
        assert_eq!(range("0", "1", 1, 1), (0, 1, true));
    }

    #[test]
    fn what_keeps_a_search_open() {
        let all = Asked { start: 0, count: i64::MAX, format: Format::IdOnly, keep_open: false };
        assert!(all.of(3, 10).closes);
        assert!(!Asked { keep_open: true, ..all }.of(3, 10).closes);
        assert!(!Asked { format: Format::Count, ..all }.of(3, 10).closes, "COUNT delivers nothing");
    }
}
