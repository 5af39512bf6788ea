//! `ordergate articles list`, `show` and `status`.

use ordergate_engine::{Protocol, ProviderId};
use ordergate_server::config::Config;
use ordergate_store::{Catalogue, CatalogueState, Store, StoredArticle, TermsFor};
use ordergate_veloconnect::articles::{Article, Lookup, stored};

use crate::failure::Failure;
use crate::opening::{self, AnyStore};
use crate::plain_text::{plain, time};
use crate::seller::OfSeller;

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    of: OfSeller,
    /// So many at most.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// Those after this order number.
    #[arg(long, value_name = "NUMBER")]
    after: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    #[command(flatten)]
    of: OfSeller,
    /// The order number.
    number: String,
    /// At the prices that this buyer pays (BuyersID), and with his number for it.
    #[arg(long, value_name = "NAME")]
    buyer: Option<String>,
}

/// Articles that are read at once.
const AT_ONCE: usize = 1_000;

pub(super) fn list(config: &Config, wish: &List) -> Result<(), Failure> {
    with_store(config, &wish.of, async |store, provider| {
        let catalogue = offered(store, provider).await?;
        let mut after = match &wish.after {
            None => -1,
            Some(number) => {
                let place = store.article_places(catalogue.id, &[number]).await?.pop().flatten();
                place.ok_or_else(|| unknown(number))?.max(-1)
            }
        };
        let mut left = wish.limit;
        while left > 0 {
            let rows = store.articles_after(catalogue.id, after, left.min(AT_ONCE)).await?;
            let Some(last) = rows.last() else { break };
            (after, left) = (last.place, left - rows.len());
            for row in &rows {
                let article = article(row)?;
                print(&[&article.id, &article.unit, &article.description]);
            }
        }
        Ok(())
    })
}

pub(super) fn show(config: &Config, wish: &Show) -> Result<(), Failure> {
    with_store(config, &wish.of, async |store, provider| {
        offered(store, provider).await?;
        let terms = terms_for(store, provider, wish.buyer.as_deref()).await?;
        let row = store.articles(provider, &[&wish.number], &terms).await?.articles.pop().flatten();
        let row = row.ok_or_else(|| unknown(&wish.number))?;
        match stored::lookup(&row).map_err(unreadable)? {
            Lookup::Known(article) => show_article(&article),
            Lookup::Replaced(by) => print(&["replaced by", &by.join(", ")]),
            Lookup::Unknown => return Err(unknown(&wish.number)),
        }
        Ok(())
    })
}

pub(super) fn status(config: &Config, of: &OfSeller) -> Result<(), Failure> {
    super::warn_of_file(config, of);
    with_store(config, of, async |store, provider| {
        for catalogue in store.catalogues().await?.iter().filter(|catalogue| catalogue.provider == provider) {
            let (articles, changes) = (format!("{} articles", catalogue.articles), format!("{} changes", catalogue.changes));
            let changed = time(catalogue.changed_at);
            print(&[&catalogue.id.0.to_string(), state(catalogue.state), &articles, &changes, &changed]);
        }
        Ok(())
    })
}

const fn state(state: CatalogueState) -> &'static str {
    match state {
        CatalogueState::Importing => "importing",
        CatalogueState::Offered => "offered",
        CatalogueState::Replaced => "replaced",
        CatalogueState::GivenUp => "given-up",
    }
}

fn with_store(
    config: &Config,
    of: &OfSeller,
    look: impl AsyncFnOnce(&dyn Store, ProviderId) -> Result<(), Failure>,
) -> Result<(), Failure> {
    opening::runtime()?.block_on(async {
        let store = AnyStore::open_shared(&config.store).await?;
        let store = store.as_store();
        opening::closing(store, async { look(store, of.provider(store, config).await?).await }).await
    })
}

async fn offered(store: &dyn Store, provider: ProviderId) -> Result<Catalogue, Failure> {
    let offered = store.catalogue(provider).await?;
    offered.ok_or_else(|| Failure::Failed("no articles were imported yet".to_owned()))
}

async fn terms_for(store: &dyn Store, provider: ProviderId, buyer: Option<&str>) -> Result<TermsFor, Failure> {
    let Some(name) = buyer else { return Ok(TermsFor::default()) };
    let account = store.account(provider, Protocol::Veloconnect, name).await?;
    let account = account.ok_or_else(|| Failure::Failed("there is no account of this name".to_owned()))?;
    Ok(TermsFor::buyer(name, account.price_group.as_deref()))
}

fn show_article(article: &Article) {
    print(&["number", &article.id]);
    if let Some(number) = &article.buyers_number {
        print(&["buyer's number", number]);
    }
    print(&["description", &article.description]);
    print(&["unit", &article.unit]);
    if let Some(pack) = &article.pack {
        print(&["pack", &format!("{} {}", pack.quantity, pack.unit)]);
    }
    if let Some(ean) = &article.ean {
        print(&["ean", ean]);
    }
    if let Some(maker) = &article.manufacturer {
        print(&["manufacturer", &maker.name, &maker.id]);
    }
    for price in &article.prices {
        let from = price.from.map(|from| format!("from {from}")).unwrap_or_default();
        print(&["price", &format!("{} {} per {}", price.amount, article.currency, price.per), &from]);
    }
    if let Some(retail) = &article.retail_price {
        print(&["retail price", &format!("{} {} per {}", retail.amount, article.currency, retail.unit)]);
    }
    let on_hand = article.supply.on_hand.map_or_else(|| "unlimited".to_owned(), |stock| stock.to_string());
    print(&["stock", &on_hand]);
    if let Some(expected) = &article.supply.expected {
        print(&["expected", &format!("{expected:?}")]);
    }
    if !article.supply.alternatives.is_empty() {
        print(&["alternatives", &article.supply.alternatives.join(", ")]);
    }
    for member in &article.groups {
        print(&["group", &member.scheme, &member.group]);
    }
    for link in &article.information {
        print(&["information", &link.uri]);
    }
}

fn article(row: &StoredArticle) -> Result<Article, Failure> {
    stored::article(row).map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> Failure {
    Failure::Failed(format!("an article cannot be read: {error}"))
}

fn unknown(number: &str) -> Failure {
    Failure::Failed(format!("there is no article {}", plain(number)))
}

#[allow(clippy::print_stdout)]
fn print(fields: &[&str]) {
    let fields: Vec<String> = fields.iter().filter(|field| !field.is_empty()).map(|field| plain(field)).collect();
    println!("{}", fields.join("\t"));
}
