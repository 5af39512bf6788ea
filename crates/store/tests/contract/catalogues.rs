//! Catalogues and their articles.

use ordergate_engine::{ProviderId, Timestamp};
use ordergate_store::{
    ArticleChange, Batch, CatalogueId, CatalogueState, CatalogueWrite, CommitError, ConflictOn, NewArticle, OfferedArticles,
    Store, StoredArticle, TakeOver, TermScope, TermsFor, Write,
};

use super::sample::{PROVIDER, commit, refused, stored, together};

const OLD: CatalogueId = CatalogueId(10);
const NEW: CatalogueId = CatalogueId(20);

fn article(place: i64, number: &str) -> NewArticle {
    let said = |what: &str| format!("{what} of {number}").into_bytes();
    let (document, prices, supply) = (said("document"), said("prices"), said("supply"));
    NewArticle { place, number: number.to_owned(), document, prices, supply, terms: Vec::new() }
}

fn begun(id: CatalogueId) -> Write {
    Write::Catalogue(CatalogueWrite::Begin { id, provider: PROVIDER, at: Timestamp(1) })
}

fn added(catalogue: CatalogueId, articles: Vec<NewArticle>) -> Write {
    Write::Catalogue(CatalogueWrite::Add { catalogue, articles, at: Timestamp(2) })
}

fn offered(id: CatalogueId) -> Write {
    Write::Catalogue(CatalogueWrite::Offer { id, over: None, traits: 5, at: Timestamp(3) })
}

fn changed(catalogue: CatalogueId, change: ArticleChange) -> Write {
    Write::Catalogue(CatalogueWrite::Change { catalogue, changes: vec![change], at: Timestamp(4) })
}

fn nothing(place: i64) -> ArticleChange {
    ArticleChange { place, supply: None, prices: None, terms: Vec::new() }
}

async fn offer(store: &dyn Store, id: CatalogueId, numbers: &[&str]) {
    let articles = numbers.iter().zip(0..).map(|(number, place)| article(place, number)).collect();
    stored(store, vec![begun(id), added(id, articles), offered(id)]).await;
}

async fn find(store: &dyn Store, number: &str, of: &TermsFor) -> Option<StoredArticle> {
    let mut found = store.articles(PROVIDER, &[number], of).await.unwrap();
    assert_eq!(found.articles.len(), 1);
    // The edition is said with what was found in it.
    let edition = found.articles[0].as_ref().map(|_| store.edition(PROVIDER));
    assert_eq!(
        found.edition,
        match edition {
            Some(edition) => edition.await.unwrap(),
            None => None,
        }
    );
    found.articles.pop().unwrap()
}

async fn prices(store: &dyn Store, number: &str, of: &TermsFor) -> String {
    String::from_utf8(find(store, number, of).await.unwrap().prices).unwrap()
}

async fn supply(store: &dyn Store, number: &str) -> String {
    String::from_utf8(find(store, number, &TermsFor::default()).await.unwrap().supply).unwrap()
}

/// Numbers of the catalogue that is offered, one at a time and all at once.
async fn numbers(store: &dyn Store, asked: &[&str]) -> Vec<Option<i64>> {
    let all = store.articles(PROVIDER, asked, &TermsFor::default()).await.unwrap().articles;
    for (number, found) in asked.iter().zip(&all) {
        assert_eq!(&find(store, number, &TermsFor::default()).await, found);
        assert!(found.iter().all(|article| article.number == *number));
    }
    all.iter().map(|found| found.as_ref().map(|article| article.place)).collect()
}

pub async fn a_catalogue_is_offered_all_at_once(store: &dyn Store) {
    assert_eq!(store.catalogue(PROVIDER).await.unwrap(), None);
    offer(store, OLD, &["A", "B"]).await;
    stored(store, vec![begun(NEW), added(NEW, vec![article(0, "C"), article(-1, "A")])]).await;
    stored(store, vec![added(NEW, vec![article(1, "Ä 'x' \\ 😀")])]).await;
    assert_eq!(numbers(store, &["A", "B", "C", "A\0", "A"]).await, [Some(0), Some(1), None, None, Some(0)]);
    let importing = store.catalogues().await.unwrap().pop().unwrap();
    assert_eq!((importing.id, importing.state, importing.articles), (NEW, CatalogueState::Importing, 2));
    stored(store, vec![offered(NEW)]).await;
    assert_eq!(numbers(store, &["A", "B", "C", "Ä 'x' \\ 😀"]).await, [Some(-1), None, Some(0), Some(1)]);
    let now = store.catalogue(PROVIDER).await.unwrap().unwrap();
    assert_eq!((now.id, now.state, now.changes, now.changed_at), (NEW, CatalogueState::Offered, 0, Timestamp(3)));
    assert_eq!((now.articles, now.traits, now.began_at), (2, 5, Timestamp(1)));
    let states: Vec<_> = store.catalogues().await.unwrap().iter().map(|c| (c.id, c.state)).collect();
    assert_eq!(states, [(OLD, CatalogueState::Replaced), (NEW, CatalogueState::Offered)]);
    // Who looked through the old one goes on doing so.
    let old = store.articles_at(OLD, &[1, 7, 0, 1], &TermsFor::default()).await.unwrap();
    let found: Vec<_> = old.iter().map(|a| a.as_ref().map(|a| a.number.as_str())).collect();
    assert_eq!(found, [Some("B"), None, Some("A"), Some("B")]);
    assert_eq!(store.catalogue(ProviderId(9)).await.unwrap(), None);
    assert_eq!(store.articles(ProviderId(9), &["C"], &TermsFor::default()).await.unwrap().articles, [None]);
    assert_eq!(store.articles(PROVIDER, &[], &TermsFor::default()).await.unwrap(), OfferedArticles::default());
}

pub async fn articles_are_leafed_through_by_their_places(store: &dyn Store) {
    offer(store, OLD, &["C", "A", "B"]).await;
    let after = async |place, limit| -> Vec<String> {
        let found = store.articles_after(OLD, place, limit).await.unwrap();
        found.into_iter().map(|article| article.number).collect()
    };
    assert_eq!(after(-1, 2).await, ["C", "A"]);
    assert_eq!(after(1, 2).await, ["B"]);
    assert!(after(2, 2).await.is_empty());
    assert_eq!(store.articles_after(OLD, 0, 1).await.unwrap()[0].document, b"document of A");
    let places = store.article_places(OLD, &["B", "X", "C", "\0"]).await.unwrap();
    assert_eq!(places, [Some(2), None, Some(0), None]);
}

pub async fn a_number_or_place_is_there_once(store: &dyn Store) {
    stored(store, vec![begun(OLD), added(OLD, vec![article(0, "A")])]).await;
    refused(store, vec![begun(OLD)], ConflictOn::Catalogue).await;
    for again in [vec![article(1, "A")], vec![article(0, "B")], vec![article(1, "B"), article(2, "B")]] {
        refused(store, vec![added(OLD, again)], ConflictOn::Article).await;
    }
    assert_eq!(store.article_places(OLD, &["A", "B"]).await.unwrap(), [Some(0), None]);
    assert_eq!(store.catalogues().await.unwrap()[0].articles, 1);
    stored(store, vec![offered(OLD)]).await;
    // What is offered gets no further articles, and is offered once.
    refused(store, vec![added(OLD, vec![article(1, "B")])], ConflictOn::Catalogue).await;
    refused(store, vec![offered(OLD)], ConflictOn::Catalogue).await;
}

pub async fn of_two_imports_at_once_the_later_switch_stays(store: &dyn Store) {
    let ids: Vec<CatalogueId> = (1..=6).map(CatalogueId).collect();
    for id in &ids {
        stored(store, vec![begun(*id), added(*id, vec![article(0, "A"), article(1, &format!("of {}", id.0))])]).await;
    }
    let all = together(ids.iter().map(|id| commit(store, vec![offered(*id)]))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    let now = store.catalogue(PROVIDER).await.unwrap().unwrap().id;
    let own = format!("of {}", now.0);
    assert_eq!(numbers(store, &["A", &own]).await, [Some(0), Some(1)]);
    let offer = store.catalogues().await.unwrap().into_iter().filter(|c| c.state == CatalogueState::Offered).count();
    assert!(offer >= 1);
    // Whatever collided is put right by the next.
    self::offer(store, CatalogueId(7), &["A"]).await;
    let offered: Vec<_> = store.catalogues().await.unwrap().into_iter().filter(|c| c.state == CatalogueState::Offered).collect();
    assert_eq!(offered.iter().map(|c| c.id.0).collect::<Vec<_>>(), [7]);
}

pub async fn stock_and_prices_change_in_what_is_offered(store: &dyn Store) {
    offer(store, OLD, &["A", "B"]).await;
    let change = ArticleChange { supply: Some(b"none".to_vec()), ..nothing(1) };
    stored(store, vec![changed(OLD, change.clone())]).await;
    assert_eq!((supply(store, "A").await, supply(store, "B").await), ("supply of A".into(), "none".into()));
    let dear = ArticleChange { prices: Some(b"dear".to_vec()), ..nothing(0) };
    stored(store, vec![changed(OLD, dear)]).await;
    assert_eq!(prices(store, "A", &TermsFor::default()).await, "dear");
    let now = store.catalogue(PROVIDER).await.unwrap().unwrap();
    assert_eq!((now.changes, now.changed_at), (2, Timestamp(4)));
    let absent = ArticleChange { supply: Some(Vec::new()), ..nothing(2) };
    refused(store, vec![changed(OLD, absent)], ConflictOn::Article).await;
    offer(store, NEW, &["A", "B"]).await;
    refused(store, vec![changed(OLD, change)], ConflictOn::Catalogue).await;
    assert_eq!(supply(store, "B").await, "supply of B");
}

pub async fn a_buyers_own_prices_come_before_those_of_his_group(store: &dyn Store) {
    let terms = vec![
        (TermScope::buyer("anna"), b"anna's".to_vec()),
        (TermScope::group("G"), b"group's".to_vec()),
        // A group is no buyer, whatever its name.
        (TermScope::group("bert"), b"of a group".to_vec()),
    ];
    let articles = vec![NewArticle { terms, ..article(0, "A") }, article(1, "B")];
    stored(store, vec![begun(OLD), added(OLD, articles), offered(OLD)]).await;
    let [anna, bert, carl] =
        [("anna", Some("G")), ("bert", Some("G")), ("carl", None)].map(|(name, group)| TermsFor::buyer(name, group));
    for (who, seen) in [(&anna, "anna's"), (&bert, "group's"), (&carl, "prices of A"), (&TermsFor::default(), "prices of A")] {
        assert_eq!(prices(store, "A", who).await, seen, "{who:?}");
        let both = store.articles(PROVIDER, &["B", "A"], who).await.unwrap();
        let both: Vec<_> = both.articles.into_iter().map(|a| String::from_utf8(a.unwrap().prices).unwrap()).collect();
        assert_eq!(both, ["prices of B", seen]);
        let at = store.articles_at(OLD, &[0], who).await.unwrap().remove(0).unwrap();
        assert_eq!(at.prices, seen.as_bytes());
    }
    let terms = vec![(TermScope::buyer("anna"), None), (TermScope::group("G"), Some(b"new".to_vec()))];
    stored(store, vec![changed(OLD, ArticleChange { terms, ..nothing(0) })]).await;
    assert_eq!((prices(store, "A", &anna).await, prices(store, "A", &carl).await), ("new".into(), "prices of A".into()));
    assert_eq!(prices(store, "A", &TermsFor::buyer("a\0", None)).await, "prices of A");
}

pub async fn a_buyer_has_numbers_of_his_own(store: &dyn Store) {
    let number = |store, number, name| async move {
        find(store, number, &TermsFor::buyer(name, Some("G"))).await.unwrap().buyers_number.map(|n| String::from_utf8(n).unwrap())
    };
    let terms = vec![(TermScope::number("anna"), b"7290".to_vec()), (TermScope::group("G"), b"group's".to_vec())];
    stored(store, vec![begun(OLD), added(OLD, vec![NewArticle { terms, ..article(0, "A") }, article(1, "B")]), offered(OLD)])
        .await;
    assert_eq!(number(store, "A", "anna").await.as_deref(), Some("7290"));
    assert_eq!((number(store, "A", "bert").await, number(store, "B", "anna").await), (None, None));
    let at = store.articles_at(OLD, &[0], &TermsFor::buyer("anna", None)).await.unwrap().remove(0).unwrap();
    assert_eq!((at.buyers_number.as_deref(), at.prices.as_slice()), (Some("7290".as_bytes()), "prices of A".as_bytes()));
    assert_eq!(store.articles_after(OLD, -1, 9).await.unwrap()[0].buyers_number, None);
    // Each change makes another edition.
    let before = store.edition(PROVIDER).await.unwrap();
    let terms = vec![(TermScope::number("anna"), None), (TermScope::number("bert"), Some(b"B-1".to_vec()))];
    stored(store, vec![changed(OLD, ArticleChange { terms, ..nothing(0) })]).await;
    assert_ne!(store.edition(PROVIDER).await.unwrap(), before);
    assert_eq!((number(store, "A", "anna").await, number(store, "A", "bert").await.as_deref()), (None, Some("B-1")));
    // A new catalogue takes the numbers over, and not the prices.
    let of = TakeOver { from: OLD, supply: false, special_prices: false, buyers_numbers: true, first: 0, last: 9 };
    let take = Write::Catalogue(CatalogueWrite::TakeOver { catalogue: NEW, of });
    stored(store, vec![begun(NEW), added(NEW, vec![article(0, "A")]), take, offered(NEW)]).await;
    assert_eq!(number(store, "A", "bert").await.as_deref(), Some("B-1"));
    assert_eq!(prices(store, "A", &TermsFor::buyer("bert", Some("G"))).await, "prices of A");
    assert_eq!(store.edition(ProviderId(9)).await.unwrap(), None);
}

pub async fn what_a_new_catalogue_does_not_say_is_taken_over(store: &dyn Store) {
    let terms = vec![(TermScope::group("G"), b"group's".to_vec()), (TermScope::number("x"), b"77".to_vec())];
    let old = vec![NewArticle { terms: terms.clone(), ..article(0, "A") }, NewArticle { terms, ..article(1, "B") }];
    let groups = Write::Catalogue(CatalogueWrite::SetClassification { catalogue: OLD, document: b"groups".to_vec() });
    stored(store, vec![begun(OLD), added(OLD, old), groups, offered(OLD)]).await;
    let sold_out = ArticleChange { supply: Some(b"none".to_vec()), ..nothing(0) };
    stored(store, vec![changed(OLD, sold_out.clone())]).await;
    let new = ["Z", "B", "A"].iter().zip(0..).map(|(number, place)| article(place, number)).collect();
    let of = TakeOver { from: OLD, supply: true, special_prices: true, buyers_numbers: false, first: 1, last: 2 };
    let take = |of| Write::Catalogue(CatalogueWrite::TakeOver { catalogue: NEW, of });
    let groups = Write::Catalogue(CatalogueWrite::TakeOverClassification { catalogue: NEW, from: OLD });
    stored(store, vec![begun(NEW), added(NEW, new), take(of), take(of), groups]).await;
    // Stock moves meanwhile: what was taken over is not the last word.
    stored(store, vec![changed(OLD, sold_out)]).await;
    let switch =
        |changes| Write::Catalogue(CatalogueWrite::Offer { id: NEW, over: Some((OLD, changes)), traits: 0, at: Timestamp(9) });
    refused(store, vec![switch(1)], ConflictOn::Catalogue).await;
    stored(store, vec![take(TakeOver { special_prices: false, ..of }), switch(2)]).await;
    let group = TermsFor::buyer("x", Some("G"));
    let seen = [prices(store, "Z", &group).await, prices(store, "A", &group).await, prices(store, "B", &group).await];
    assert_eq!(seen, ["prices of Z", "group's", "group's"]);
    assert_eq!(find(store, "A", &group).await.unwrap().buyers_number, None);
    let seen = [supply(store, "Z").await, supply(store, "A").await, supply(store, "B").await];
    assert_eq!(seen, ["supply of Z", "none", "supply of B"]);
    assert_eq!(store.classification(NEW).await.unwrap().unwrap(), b"groups");
    assert_eq!(store.classification(CatalogueId(5)).await.unwrap(), None);
}

pub async fn what_is_not_wanted_goes_piece_by_piece(store: &dyn Store) {
    let terms = vec![(TermScope::group("G"), Vec::new()), (TermScope::number("H"), Vec::new())];
    let articles = (0..5).map(|n| NewArticle { terms: terms.clone(), ..article(n - 1, &n.to_string()) }).collect();
    let groups = Write::Catalogue(CatalogueWrite::SetClassification { catalogue: OLD, document: Vec::new() });
    stored(store, vec![begun(OLD), added(OLD, articles), groups]).await;
    let delete = |id| Write::Catalogue(CatalogueWrite::Delete { id, limit: 3 });
    // Neither what is being imported nor what is offered.
    stored(store, vec![delete(OLD)]).await;
    offer(store, NEW, &["A"]).await;
    stored(store, vec![delete(NEW), Write::Catalogue(CatalogueWrite::GiveUp { id: NEW, at: Timestamp(8) })]).await;
    assert_eq!(store.articles_after(OLD, -9, 99).await.unwrap().len(), 5);
    assert_eq!(numbers(store, &["A"]).await, [Some(0)]);
    stored(store, vec![Write::Catalogue(CatalogueWrite::GiveUp { id: OLD, at: Timestamp(8) })]).await;
    refused(store, vec![offered(OLD)], ConflictOn::Catalogue).await;
    refused(store, vec![added(OLD, vec![article(9, "9")])], ConflictOn::Catalogue).await;
    let mut left = Vec::new();
    while store.catalogues().await.unwrap().len() > 1 {
        store.commit(Batch { writes: vec![delete(OLD)] }).await.unwrap();
        left.push(store.articles_after(OLD, -9, 99).await.unwrap().len());
        assert!(left.len() < 20);
    }
    assert!(left.is_sorted_by(|a, b| a >= b) && left.iter().any(|left| (1..5).contains(left)), "{left:?}");
    assert_eq!(store.classification(OLD).await.unwrap(), None);
    // Prices of the old one are not those of one that has its id by chance.
    stored(store, vec![begun(OLD), added(OLD, vec![article(-1, "0")])]).await;
    let found = store.articles_at(OLD, &[-1], &TermsFor::buyer("x", Some("G"))).await.unwrap();
    assert_eq!(found[0].as_ref().unwrap().prices, b"prices of 0");
}

pub async fn what_is_imported_can_still_be_put_right(store: &dyn Store) {
    stored(store, vec![begun(OLD), added(OLD, vec![article(0, "A"), article(-1, "B")])]).await;
    let rewrite = |place, document| Write::Catalogue(CatalogueWrite::Rewrite { catalogue: OLD, place, document });
    stored(store, vec![rewrite(0, Some((b"d".to_vec(), b"s".to_vec()))), rewrite(-1, None), offered(OLD)]).await;
    assert_eq!(numbers(store, &["A", "B"]).await, [Some(0), None]);
    let found = find(store, "A", &TermsFor::default()).await.unwrap();
    assert_eq!((found.document, found.supply, found.prices), (b"d".to_vec(), b"s".to_vec(), b"prices of A".to_vec()));
    match commit(store, vec![rewrite(5, None)]).await {
        Err(CommitError::Conflict(ConflictOn::Article)) => {}
        other => panic!("{other:?}"),
    }
}
