//! What is measured.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use ordergate_bench::load::{self, Check, Cycle, Fixed, Plan, Report, Requests, post};

use super::requests::{self, Retrieve};
use super::{Arguments, articles};
use crate::failure::Failure;

/// A scenario, driven against every server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenario {
    RetrieveFull,
    RetrieveBrief,
    Search3,
    Search100,
    Veloconnect,
    ItemDetails,
    ItemDetailsList,
    CreateTextSearch,
    SearchResult,
    Submit,
}

/// The references under which [`prepare`] submits orders to search for.
const THREE: &str = "bench three";
const HUNDRED: &str = "bench hundred";

impl Scenario {
    pub(super) const ALL: [Self; 10] = [
        Self::RetrieveFull,
        Self::RetrieveBrief,
        Self::Search3,
        Self::Search100,
        Self::Veloconnect,
        Self::ItemDetails,
        Self::ItemDetailsList,
        Self::CreateTextSearch,
        Self::SearchResult,
        Self::Submit,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::RetrieveFull => "OSEO GetStatus retrieve full, 5 items",
            Self::RetrieveBrief => "OSEO GetStatus retrieve brief",
            Self::Search3 => "OSEO GetStatus search brief, 3 hits",
            Self::Search100 => "OSEO GetStatus search brief, 100 hits",
            Self::Veloconnect => "veloconnect GetStatus, one transaction",
            Self::ItemDetails => "veloconnect GetItemDetails",
            Self::ItemDetailsList => "veloconnect GetItemDetailsList, 100 articles",
            Self::CreateTextSearch => "veloconnect CreateTextSearch, 100 hits, synced",
            Self::SearchResult => "veloconnect SearchResult, 100 items",
            Self::Submit => "OSEO Submit, 5 items, synced",
        }
    }

    /// How many items an answer has, where that is what it is about.
    pub(super) const fn items(self) -> Option<u32> {
        match self {
            Self::ItemDetailsList | Self::SearchResult => Some(articles::LIST),
            _ => None,
        }
    }

    /// Whether each request is a synced commit, of which many together cost little more than one.
    const fn commits(self) -> bool {
        matches!(self, Self::Submit | Self::CreateTextSearch)
    }

    /// Drives a server for as long as asked.
    pub(super) async fn drive(self, server: &Target, arguments: &Arguments) -> Result<Report, Failure> {
        let host = server.address.to_string();
        let soap = |message: &str| {
            Arc::new(Fixed(post("/oseo", &host, "text/xml; charset=utf-8", &[], requests::envelope(message).as_bytes())))
        };
        let requests: Arc<dyn Requests> = match self {
            Self::RetrieveFull => Arc::new(Retrieve { host, ids: server.ids.clone(), presentation: "full" }),
            Self::RetrieveBrief => Arc::new(Retrieve { host, ids: server.ids.clone(), presentation: "brief" }),
            Self::Search3 => soap(&requests::search(THREE)),
            Self::Search100 => soap(&requests::search(HUNDRED)),
            Self::Submit => soap(&requests::submit("bench")),
            Self::Veloconnect => {
                let rest = format!("&TransactionID={}", server.transaction);
                Arc::new(Fixed(requests::veloconnect(&host, "GetStatus", &rest)))
            }
            Self::ItemDetails => {
                let one = |n| {
                    requests::veloconnect(&host, "GetItemDetails", &format!("&SellersItemIdentification={}", articles::id(n)))
                };
                Arc::new(Cycle((0..articles::LIST).map(one).collect()))
            }
            Self::ItemDetailsList => {
                let ids: Vec<_> = (0..articles::LIST).map(articles::id).collect();
                let all = format!("&SellersItemIdentification={}", ids.join("&SellersItemIdentification="));
                Arc::new(Fixed(requests::veloconnect_form(&host, "GetItemDetailsList", &all)))
            }
            Self::CreateTextSearch => {
                let rest = format!("&SearchString={}+modell", articles::HUNDRED);
                Arc::new(Fixed(requests::veloconnect(&host, "CreateTextSearch", &rest)))
            }
            Self::SearchResult => {
                let rest =
                    format!("&TransactionID={}&StartIndex=0&Count=100&ResultFormat=ITEM_DETAIL&DoNotClose=true", server.search);
                Arc::new(Fixed(requests::veloconnect(&host, "SearchResult", &rest)))
            }
        };
        let clients = if self.commits() { arguments.submitters } else { arguments.clients };
        drive(server.address, Some(server.pid), clients, arguments.duration(), requests, self.check()).await
    }

    /// The same number of clients against the static server.
    pub(super) async fn drive_static(self, address: SocketAddr, pid: u32, arguments: &Arguments) -> Result<Report, Failure> {
        let request = post("/oseo", &address.to_string(), "text/xml; charset=utf-8", &[], requests::envelope("").as_bytes());
        let clients = if self.commits() { arguments.submitters } else { arguments.clients };
        drive(address, Some(pid), clients, arguments.duration(), Arc::new(Fixed(request)), |status, _| status == 200).await
    }

    /// A right answer, and not merely some answer.
    const fn check(self) -> Check {
        match self {
            Self::RetrieveFull => |status, body| status == 200 && contains(body, b"orderItemStatusInfo"),
            Self::RetrieveBrief => |status, body| status == 200 && contains(body, b"orderStatusInfo"),
            Self::Search3 | Self::Search100 => |status, body| status == 200 && contains(body, b"<os:status>success</os:status>"),
            Self::Submit => |status, body| status == 200 && contains(body, b"orderId"),
            Self::Veloconnect => |status, body| status == 200 && contains(body, b"TransactionStatus"),
            Self::ItemDetails => |status, body| status == 200 && contains(body, b"</cac:Item>"),
            Self::ItemDetailsList => {
                |status, body| status == 200 && contains(body, b"B-000099") && !contains(body, b"ItemUnknown")
            }
            Self::CreateTextSearch => |status, body| status == 200 && contains(body, b"<TotalCount>100<"),
            Self::SearchResult => |status, body| status == 200 && contains(body, b"<Count>100<"),
        }
    }
}

/// A server to be driven.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) address: SocketAddr,
    pub(super) pid: u32,
    pub(super) orders: u32,
    /// Those that are asked for.
    pub(super) ids: RangeInclusive<i64>,
    /// A veloconnect transaction to ask about.
    pub(super) transaction: String,
    /// A search with 100 hits.
    pub(super) search: String,
}

/// Submits the orders to search for, and opens the transaction to ask about.
pub(super) async fn prepare(address: SocketAddr, pid: u32, orders: u32, ids: RangeInclusive<i64>) -> Result<Target, Failure> {
    let host = address.to_string();
    for (reference, count) in [(THREE, 3), (HUNDRED, 100)] {
        let found = ask(address, post_soap(&host, &requests::search(reference))).await?;
        if !found.contains("orderMonitorSpecification") {
            let request = Arc::new(Fixed(post_soap(&host, &requests::submit(reference))));
            let mut plan = Plan::new(address, 1, Duration::ZERO, Duration::from_mins(1));
            plan.requests_max = Some(count);
            checked(load::drive(&plan, request, Scenario::Submit.check()).await)?;
        }
    }
    let begin = async |operation: &str, rest: String| {
        let created = ask(address, requests::veloconnect(&host, operation, &rest)).await?;
        Ok::<_, Failure>(between(&created, "TransactionID>", "<").unwrap_or_default().to_owned())
    };
    let transaction = begin("CreateOrder", format!("&Quantity.{0}=1&quantityUnitCode.{0}=EA", articles::id(0))).await?;
    let search = begin("CreateTextSearch", format!("&SearchString={}", articles::HUNDRED)).await?;
    Ok(Target { address, pid, orders, ids, transaction, search })
}

fn post_soap(host: &str, message: &str) -> Vec<u8> {
    let mut out = Vec::new();
    requests::soap(host, message, &mut out);
    out
}

/// One request, and its answer's text.
async fn ask(address: SocketAddr, request: Vec<u8>) -> Result<String, Failure> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream.write_all(&request).await?;
    // Half-closed: the server answers and closes.
    stream.shutdown().await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let rest = &text[text.find(before)? + before.len()..];
    rest.split(after).next()
}

pub(super) async fn drive(
    address: SocketAddr,
    pid: Option<u32>,
    clients: usize,
    duration: Duration,
    requests: Arc<dyn Requests>,
    check: Check,
) -> Result<Report, Failure> {
    let mut plan = Plan::new(address, clients, Duration::from_millis(500), duration);
    plan.watched_pid = pid;
    checked(load::drive(&plan, requests, check).await)
}

/// A report in which every answer was right.
fn checked(report: Result<Report, load::LoadError>) -> Result<Report, Failure> {
    let report = report.map_err(|e| Failure::Failed(e.to_string()))?;
    match &report.first_failure {
        None => Ok(report),
        Some(failure) => Err(Failure::Failed(format!(
            "{} wrong answers; the first: status {}, {}",
            report.failures,
            failure.status,
            String::from_utf8_lossy(&failure.body)
        ))),
    }
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|w| w == part)
}
