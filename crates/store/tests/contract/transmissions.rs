//! Transmissions: importing them, what becomes of their lines, forgetting them.

use ordergate_engine::transaction::{Key, Kind, StateCode, Transaction};
use ordergate_engine::{AccountId, Document, Timestamp, TransactionId, TransmissionId};
use ordergate_store::{
    ConflictOn, ImportLines, KeptLine, KeptQuery, NewTransmission, Progress, Store, Transmission, TransmissionExpiry,
    TransmissionQuery, TransmittedLine, Write,
};

use super::sample::{OWNER, PROVIDER, commit, refused, stored, together};

const OTHER: AccountId = AccountId(8);

fn transmission(id: i64, kind: Kind, as_of: i64, lines: usize) -> Transmission {
    Transmission {
        id: TransmissionId(id),
        key: Key { provider: PROVIDER, owner: OWNER, id: TransactionId(format!("t\u{e4}{id}")) },
        kind,
        is_test: false,
        received_at: Timestamp(1000 + id),
        as_of: Timestamp(as_of),
        is_complete: false,
        lines,
        left_out: 0,
        revision: 1,
        progress: Progress::Importing { due_at: Timestamp(10), attempts: 0, imported: 0 },
    }
}

fn line(position: usize, subject: Option<&str>, content: &str) -> TransmittedLine {
    let content = Document(content.as_bytes().to_vec());
    TransmittedLine { position, subject: subject.map(str::to_owned), is_known: None, content }
}

fn insert(transmission: &Transmission, lines: Vec<TransmittedLine>) -> Write {
    Write::InsertTransmission(Box::new(NewTransmission { transmission: transmission.clone(), lines }))
}

fn import(of: &Transmission, from: usize, until: usize, at: i64) -> Write {
    Write::ImportLines(ImportLines { transmission: of.id, kind: of.kind, from, until, at: Timestamp(at) })
}

/// Stores a transmission whose lines have these subjects and contents, and imports it.
async fn send(store: &dyn Store, transmission: &Transmission, lines: &[(&str, &str)]) {
    let rows = lines.iter().enumerate().map(|(n, (subject, content))| line(n, Some(subject), content)).collect();
    let mut writes = vec![insert(transmission, rows), import(transmission, 0, lines.len(), transmission.received_at.0)];
    if transmission.is_complete {
        writes.push(Write::CompleteStock(Box::new(transmission.clone())));
    }
    stored(store, writes).await;
}

fn query(owner: AccountId, kind: Kind) -> KeptQuery {
    KeptQuery { provider: PROVIDER, owner, kind, since: Timestamp(0), after: None, limit: 100 }
}

async fn kept(store: &dyn Store, kind: Kind) -> Vec<(String, String)> {
    let read = |line: KeptLine| (line.subject, String::from_utf8(line.content.0).unwrap());
    store.kept(&query(OWNER, kind)).await.unwrap().into_iter().map(read).collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

pub async fn a_transmission_comes_back_as_it_was(store: &dyn Store) {
    let mut one = transmission(1, Kind::B2BStock, -5, 1);
    one.left_out = 1;
    let mut other = transmission(2, Kind::B2XSale, 7, 0);
    (other.is_test, other.is_complete, other.progress) = (true, true, Progress::Imported { at: Timestamp(9) });
    let lines = vec![line(0, Some("\u{e4}"), "{}"), TransmittedLine { is_known: Some(false), ..line(1, None, "\u{0}") }];
    stored(store, vec![insert(&one, lines.clone()), insert(&other, Vec::new())]).await;
    assert_eq!(store.transmission(one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(store.transmission(other.id).await.unwrap(), Some(other.clone()));
    assert_eq!(store.transmission(TransmissionId(3)).await.unwrap(), None);
    assert_eq!(store.transmitted_lines(one.id, 0, 9).await.unwrap(), lines);
    assert_eq!(store.transmitted_lines(one.id, 1, 1).await.unwrap(), lines[1..]);
    assert_eq!(store.transmitted_lines(other.id, 0, 9).await.unwrap(), []);
    refused(store, vec![insert(&one, Vec::new())], ConflictOn::Transmission).await;
    let listed = |owner, after| async move {
        let query = TransmissionQuery { provider: PROVIDER, owner, after, limit: 9 };
        store.transmissions(&query).await.unwrap().iter().map(|t| t.id.0).collect::<Vec<_>>()
    };
    assert_eq!(listed(OWNER, (Timestamp(1001), TransmissionId(0))).await, [1, 2]);
    assert_eq!(listed(OWNER, (Timestamp(1001), TransmissionId(1))).await, [2]);
    assert_eq!(listed(OTHER, (Timestamp(0), TransmissionId(0))).await, [0; 0]);
    stored(store, vec![Write::CheckLine { transmission: one.id, position: 0, is_known: true }]).await;
    assert_eq!(store.transmitted_lines(one.id, 0, 1).await.unwrap()[0].is_known, Some(true));
}

pub async fn one_of_many_takes_what_is_to_be_imported(store: &dyn Store) {
    let (one, other) = (transmission(1, Kind::B2BStock, 0, 9), transmission(2, Kind::B2BSale, 0, 9));
    stored(store, vec![insert(&one, Vec::new()), insert(&other, Vec::new())]).await;
    let due = |now, limit| async move {
        let found = store.due_transmissions(Timestamp(now), limit).await.unwrap();
        found.iter().map(|t| t.id.0).collect::<Vec<_>>()
    };
    assert_eq!((due(9, 9).await, due(10, 9).await, due(10, 1).await), (vec![], vec![1, 2], vec![1]));
    let progress = Progress::Importing { due_at: Timestamp(50), attempts: 1, imported: 3 };
    let taken = || vec![Write::UpdateTransmission(Box::new(Transmission { progress, ..one.clone() }))];
    let won = together((0..8).map(|_| commit(store, taken()))).await;
    assert_eq!(won.iter().filter(|w| w.is_ok()).count(), 1);
    assert_eq!((due(49, 9).await, due(50, 9).await), (vec![2], vec![2, 1]));
    let now = store.transmission(one.id).await.unwrap().unwrap();
    assert_eq!(now, Transmission { progress, revision: 2, ..one.clone() });
    let done = Transmission { progress: Progress::Imported { at: Timestamp(60) }, ..now };
    stored(store, vec![Write::UpdateTransmission(Box::new(done.clone()))]).await;
    assert_eq!(due(99, 9).await, [2]);
    // What is done stays done.
    let again = Transmission { revision: 3, ..done };
    refused(store, vec![Write::UpdateTransmission(Box::new(again))], ConflictOn::Transmission).await;
}

pub async fn lines_become_stock_of_the_latest(store: &dyn Store) {
    let stock = |id, as_of| transmission(id, Kind::B2BStock, as_of, 9);
    send(store, &stock(1, 100), &[("a", "1"), ("b", "1")]).await;
    send(store, &stock(2, 90), &[("b", "2"), ("c", "2")]).await;
    assert_eq!(kept(store, Kind::B2BStock).await, pairs(&[("a", "1"), ("b", "1"), ("c", "2")]));
    send(store, &stock(3, 100), &[("b", "3")]).await;
    send(store, &transmission(4, Kind::B2CStock, 200, 9), &[("b", "4")]).await;
    let mut others = stock(5, 200);
    others.key.owner = OTHER;
    send(store, &others, &[("b", "5")]).await;
    assert_eq!(kept(store, Kind::B2BStock).await, pairs(&[("a", "1"), ("b", "3"), ("c", "2")]));
    assert_eq!(kept(store, Kind::B2CStock).await, pairs(&[("b", "4")]));
    // Only the lines that are named, and of these only those with a subject.
    let six = stock(6, 300);
    let lines = vec![line(0, Some("x"), "6"), line(1, None, "6"), line(2, Some("y"), "6"), line(3, Some("z"), "6")];
    stored(store, vec![insert(&six, lines), import(&six, 1, 3, 7)]).await;
    assert_eq!(kept(store, Kind::B2BStock).await.last(), Some(&("y".to_owned(), "6".to_owned())));
    stored(store, vec![import(&six, 0, 4, 8), import(&six, 0, 4, 9)]).await;
    assert_eq!(kept(store, Kind::B2BStock).await.len(), 6);
}

pub async fn a_complete_transmission_ends_what_is_older(store: &dyn Store) {
    let stock = |id, as_of, is_complete| Transmission { is_complete, ..transmission(id, Kind::B2BStock, as_of, 9) };
    send(store, &stock(1, 100, false), &[("a", "1"), ("b", "1")]).await;
    let mut others = stock(2, 1, false);
    others.key.owner = OTHER;
    send(store, &others, &[("a", "2")]).await;
    send(store, &stock(3, 120, false), &[("b", "3")]).await;
    send(store, &stock(4, 110, true), &[("c", "4")]).await;
    assert_eq!(kept(store, Kind::B2BStock).await, pairs(&[("b", "3"), ("c", "4")]));
    assert_eq!(store.kept(&query(OTHER, Kind::B2BStock)).await.unwrap().len(), 1);
    // Older than it: neither comes back, nor ends anything.
    send(store, &stock(5, 109, false), &[("a", "5")]).await;
    send(store, &stock(6, 109, true), &[("d", "6")]).await;
    assert_eq!(kept(store, Kind::B2BStock).await, pairs(&[("b", "3"), ("c", "4")]));
    send(store, &stock(7, 130, true), &[("d", "7")]).await;
    assert_eq!(kept(store, Kind::B2BStock).await, pairs(&[("d", "7")]));
}

pub async fn lines_become_sales_once(store: &dyn Store) {
    let sale = |id| transmission(id, Kind::B2BSale, 0, 9);
    send(store, &sale(1), &[("2", "1"), ("1", "1"), ("2", "9")]).await;
    send(store, &sale(2), &[("2", "9"), ("0", "2")]).await;
    assert_eq!(kept(store, Kind::B2BSale).await, pairs(&[("1", "1"), ("2", "1"), ("0", "2")]));
    assert_eq!(kept(store, Kind::B2XSale).await, []);
    let found = store.kept(&query(OWNER, Kind::B2BSale)).await.unwrap();
    assert_eq!((found[2].transmission, found[2].at), (TransmissionId(2), Timestamp(1002)));
}

pub async fn what_is_kept_is_read_page_by_page(store: &dyn Store) {
    for kind in [Kind::B2BStock, Kind::B2BSale] {
        let base = if kind == Kind::B2BStock { 0 } else { 10 };
        send(store, &transmission(base + 1, kind, 1, 9), &[("c", "1"), ("a", "1")]).await;
        send(store, &transmission(base + 2, kind, 2, 9), &[("b", "2"), ("d", "2")]).await;
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = store.kept(&KeptQuery { after, limit: 1, ..query(OWNER, kind) }).await.unwrap();
            let Some(last) = page.into_iter().next() else { break };
            after = Some((last.at, last.subject.clone()));
            seen.push(last.subject);
        }
        assert_eq!(seen.concat(), if kind == Kind::B2BStock { "abcd" } else { "acbd" });
        let since = KeptQuery { since: Timestamp(1002 + base), ..query(OWNER, kind) };
        let found = store.kept(&since).await.unwrap();
        assert_eq!(found.iter().map(|line| line.subject.as_str()).collect::<String>(), "bd");
    }
}

pub async fn what_was_transmitted_is_forgotten(store: &dyn Store) {
    let imported = Progress::Imported { at: Timestamp(1) };
    let done = |id, kind| Transmission { progress: imported, ..transmission(id, kind, 0, 1) };
    send(store, &done(1, Kind::B2BStock), &[("a", "1")]).await;
    send(store, &done(2, Kind::B2BSale), &[("a", "2")]).await;
    send(store, &transmission(3, Kind::B2BSale, 0, 1), &[("b", "3")]).await;
    let instance = |id: &str, kind, state| {
        let key = Key { provider: PROVIDER, owner: OWNER, id: TransactionId(id.to_owned()) };
        let (state, at) = (StateCode::new(state).unwrap(), Timestamp(5));
        let context = Document(Vec::new());
        let transaction =
            Transaction { key, kind, state, is_test: false, created_at: at, updated_at: at, revision: 0, order: None, context };
        Write::InsertTransaction(Box::new(transaction))
    };
    let instances =
        [("84", Kind::B2BStock, 84), ("85", Kind::B2XSale, 85), ("184", Kind::B2BSale, 184), ("order", Kind::Order, 2)];
    stored(store, instances.into_iter().map(|(id, kind, state)| instance(id, kind, state)).collect()).await;
    let expire = |unfetched, received, sold, stock| {
        vec![Write::ExpireTransmissions(TransmissionExpiry {
            unfetched_before: Timestamp(unfetched),
            received_before: Timestamp(received),
            sold_before: Timestamp(sold),
            stock_before: Timestamp(stock),
            limit: 9,
        })]
    };
    let left = || async move {
        let open = store.transactions(PROVIDER, OWNER, true, 9).await.unwrap().into_iter().map(|t| t.id.0).collect::<Vec<_>>();
        let mut rows = Vec::new();
        for id in 1..=3 {
            let row = store.transmission(TransmissionId(id)).await.unwrap().is_some();
            assert_eq!(row, !store.transmitted_lines(TransmissionId(id), 0, 9).await.unwrap().is_empty());
            rows.push(row);
        }
        let (stock, sales) = (kept(store, Kind::B2BStock).await.len(), kept(store, Kind::B2BSale).await.len());
        (open.join(" "), rows, stock, sales)
    };
    stored(store, expire(5, 1001, 1002, 1001)).await;
    assert_eq!(left().await, ("184 84 85 order".to_owned(), vec![true, true, true], 1, 2));
    stored(store, expire(6, 1002, 1003, 1002)).await;
    assert_eq!(left().await, ("184 84 order".to_owned(), vec![false, true, true], 0, 1));
    // What is being imported stays.
    stored(store, expire(6, 9999, 9999, 9999)).await;
    assert_eq!(left().await, ("184 84 order".to_owned(), vec![false, false, true], 0, 0));
    assert!(store.next_order_id().await.unwrap().0 > 0);
}
