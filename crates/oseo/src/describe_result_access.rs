//! DescribeResultAccess (06-141r6 §15): where finished items are found.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeMap;

use ordergate_door::Identity;
use ordergate_engine::Timestamp;
use ordergate_engine::order::{HistoryEntry, Item, Order, Status, Subject};
use ordergate_store::{Batch, CommitError, ConflictOn, Items};
use ordergate_xml::builtin::format_date_time;
use ordergate_xml::schema::ANY_URI;
use ordergate_xml::{Node, XmlWriter, validate};

use crate::result_links::{Link, LocalResult, is_local};
use crate::schema::{self, OS};
use crate::version::check_version;
use crate::{Context, Exception, Packaging, Reply, order_document, own_order};

/// Each lost race means that the order moved on; so many in a row mean that something is wrong.
const RACES_MAX: u32 = 100;

/// Which finished items are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SubFunction {
    AllReady,
    /// Those that no `nextReady` has listed yet.
    NextReady,
}

/// An item that is listed.
struct Listed {
    position: usize,
    url: String,
    /// Checklist OSEO 65: said of links that expire.
    expires_at: Option<Timestamp>,
}

/// Checklist OSEO 61-65. An order of which nothing is ready yet has an empty list.
pub(crate) async fn handle(context: &Context, message: Node<'_>, caller: &Identity) -> Result<Reply, Exception> {
    validate(message, &schema::SCHEMA)?;
    check_version(message)?;
    let id = message.child(OS, "orderId").map(Node::text).unwrap_or_default();
    let wanted = match message.child(OS, "subFunction").map(Node::text).as_deref() {
        Some("nextReady") => SubFunction::NextReady,
        _ => SubFunction::AllReady,
    };
    for _ in 0..RACES_MAX {
        let order = own_order::see(context, caller, id.trim(), Items::With).await?;
        let listed = addresses(context, &order, &ready(&order, wanted)).await?;
        // What was listed is noted for the owner alone.
        if wanted == SubFunction::AllReady || listed.is_empty() || order.owner != caller.account {
            return Ok(write(&order, &listed));
        }
        // Noted before it is answered: of two calls at once each gets what the other does not.
        let mut batch = Batch::new();
        batch.list_results(&order, &listed.iter().map(|l| l.position).collect::<Vec<_>>());
        match context.store.commit(batch).await {
            Ok(()) => return Ok(write(&order, &listed)),
            Err(CommitError::Conflict(ConflictOn::Order)) => {}
            Err(CommitError::Conflict(other)) => return Err(Exception::given_up(&other.to_string())),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(Exception::given_up("the order never stood still"))
}

/// The positions of the items that are to be listed, if they have an address.
fn ready(order: &Order, wanted: SubFunction) -> Vec<usize> {
    // §7.3.7: what the item says counts, then what its order says. Where nothing is said about delivery there is no other way.
    let of_order = LazyCell::new(|| order_document::says_online_access(&order.document));
    let is_accessed_online =
        |item: &Item| order_document::says_online_access(&item.document).or_else(|| *of_order).unwrap_or(true);
    let is_ready = |item: &Item| {
        matches!(item.state.status, Status::Completed | Status::Downloaded)
            && item.result.is_some()
            && (wanted == SubFunction::AllReady || !item.listed)
            && is_accessed_online(item)
    };
    order.items.iter().enumerate().filter(|(_, item)| is_ready(item)).map(|(position, _)| position).collect()
}

/// Where each of the items is found. What lies on the server's own disk and is not offered, or not any more, is left out.
async fn addresses(context: &Context, order: &Order, positions: &[usize]) -> Result<Vec<Listed>, Exception> {
    let results = || positions.iter().filter_map(|&at| Some((at, order.items.get(at)?.result.as_deref()?)));
    let local = local_results(context, order, results().filter(|(_, url)| is_local(url))).await?;
    let links = if local.is_empty() { Vec::new() } else { context.links.links(local.clone()).await };
    let mut offered: BTreeMap<usize, Link> =
        local.iter().zip(links).filter_map(|(result, link)| Some((result.position, link?))).collect();
    let address = |(position, url): (usize, &str)| {
        if !is_local(url) {
            return Some(Listed { position, url: url.to_owned(), expires_at: None });
        }
        let link = offered.remove(&position)?;
        Some(Listed { position, url: link.url, expires_at: Some(link.expires_at) })
    };
    Ok(results().filter_map(address).collect())
}

async fn local_results(
    context: &Context,
    order: &Order,
    results: impl Iterator<Item = (usize, &str)>,
) -> Result<Vec<LocalResult>, Exception> {
    let results: Vec<(usize, &str)> = results.collect();
    let is_fetched = |position: usize| order.items.get(position).is_some_and(|i| i.state.status == Status::Downloaded);
    // Once fetched, an item's own time is that of the download: when it was completed, its history knows.
    let history = if results.iter().any(|&(position, _)| is_fetched(position)) {
        context.store.history(order.id).await?
    } else {
        Vec::new()
    };
    let packaging = Packaging::of_order(&order.document);
    let result = |&(position, url): &(usize, &str)| {
        let item = order.items.get(position)?;
        Some(LocalResult {
            order: order.id,
            position,
            item_id: item.item_id.clone(),
            url: url.to_owned(),
            packaging,
            completed_at: completed_at(&history, position).unwrap_or(item.state.since),
        })
    };
    Ok(results.iter().filter_map(result).collect())
}

fn completed_at(history: &[HistoryEntry], position: usize) -> Option<Timestamp> {
    let completion = |entry: &&HistoryEntry| entry.subject == Subject::Item(position) && entry.to == Status::Completed;
    history.iter().rfind(completion).map(|entry| entry.at)
}

fn write(order: &Order, listed: &[Listed]) -> Reply {
    let mut w = XmlWriter::new();
    w.start("os:DescribeResultAccessResponse").attr("xmlns:os", OS).leaf("os:status", "success");
    for found in listed {
        if let Some(item) = order.items.get(found.position) {
            write_item(item, found, &mut w);
        }
    }
    w.end();
    Reply { xml: w.finish(), result: "success" }
}

fn write_item(item: &Item, found: &Listed, w: &mut XmlWriter) {
    w.start("os:URLs").leaf("os:itemId", &item.item_id);
    order_document::copy_product_id(&item.document, w);
    w.start("os:itemAddress").start("os:ResourceAddress");
    w.leaf("os:URL", &any_uri(&found.url));
    w.end().end();
    if let Some(at) = found.expires_at {
        w.leaf("os:expirationDate", &format_date_time(at.0));
    }
    w.end();
}

/// The URL as `xs:anyURI` has it. Browsers and servers let brackets and stray percent signs pass in paths and queries, and so who
/// produces names results by them; escaped they mean the same.
fn any_uri(url: &str) -> Cow<'_, str> {
    if ANY_URI.check(url).is_ok() {
        return Cow::Borrowed(url);
    }
    let authority = url.find("://").map_or(0, |at| at + 3);
    let begin = url[authority..].find(['/', '?', '#']).map_or(url.len(), |at| authority + at);
    let begin = if authority == 0 { 0 } else { begin };
    let (mut out, mut has_fragment) = (url[..begin].to_owned(), false);
    for (at, c) in url[begin..].char_indices() {
        let after = &url.as_bytes()[begin + at + c.len_utf8()..];
        match c {
            '[' => out.push_str("%5B"),
            ']' => out.push_str("%5D"),
            '%' if after.iter().take(2).filter(|b| b.is_ascii_hexdigit()).count() < 2 => out.push_str("%25"),
            '#' if std::mem::replace(&mut has_fragment, true) => out.push_str("%23"),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_url_of_a_result_can_be_told() {
        for (url, told) in [
            ("https://x.example/a?b=c#d", "https://x.example/a?b=c#d"),
            ("https://[2001:db8::1]/a[1].tif?f[x]=1#a#b", "https://[2001:db8::1]/a%5B1%5D.tif?f%5Bx%5D=1#a%23b"),
            ("https://x.example/100%/%zz/%20", "https://x.example/100%25/%25zz/%20"),
            ("urn:x:[1]", "urn:x:%5B1%5D"),
        ] {
            assert_eq!(any_uri(url), told);
            assert!(ANY_URI.check(&any_uri(url)).is_ok(), "{url}");
        }
    }
}
