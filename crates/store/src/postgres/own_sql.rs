//! Statements that only PostgreSQL and its kin can run: one round trip where SQLite takes several steps.

use crate::sql::{self, Statement};

const fn own(place: usize, name: &'static str, dollar: &'static str) -> Statement {
    Statement { index: sql::ALL.len() + place, name, dollar, question: "" }
}

/// A search, with a further condition on the orders `o`.
macro_rules! search {
    ($and:literal) => {
        concat!(
            "with found as ( \
                select entry.status_since, entry.id from unnest($3::bigint[]) as wanted(status) \
                cross join unnest($2::bigint[]) as whose(owner) cross join lateral ( \
                    select o.status_since, o.id from orders o \
                    where o.provider = $1 and o.owner = whose.owner and o.status = wanted.status \
                    and o.status_since between $4 and $5",
            $and,
            " order by o.status_since, o.id limit $6) as entry \
                order by entry.status_since, entry.id limit $6) \
            select o.id, o.provider, o.owner, o.protocol, o.kind, o.reference, o.priority, o.submitted_at, \
                o.status, o.status_since, o.status_info, o.revision, o.document, o.item_count, o.items \
            from found join orders o on o.id = found.id order by found.status_since, found.id"
        )
    };
}

/// The matching orders with the earliest last update: `$2` are the owners, `$3` the wanted statuses, `$6` is the greatest number. For
/// each owner and status the index is walked for as long as needed, whatever is stored.
pub(super) const SEARCH: Statement = own(0, "SEARCH", search!(""));

/// The same for one reference, `$7`.
pub(super) const SEARCH_REFERENCE: Statement = own(1, "SEARCH_REFERENCE", search!(" and o.reference = $7"));

/// Open and final instances, of one moment.
pub(super) const ALL_TRANSACTIONS: Statement = own(
    2,
    "ALL_TRANSACTIONS",
    "(select created_at, id, kind, state from transactions \
        where provider = $1 and owner = $2 and is_final = 0 order by created_at, id limit $3) \
     union all \
     (select created_at, id, kind, state from transactions \
        where provider = $1 and owner = $2 and is_final = 1 order by created_at, id limit $3)",
);

/// The articles with the numbers `$2`.
pub(super) const ARTICLES: Statement = own(
    3,
    "ARTICLES",
    "select a.place, a.number, a.document, coalesce(b.document, g.document, a.prices), a.supply, n.document, \
        c.id, c.changes \
        from catalogue_heads h join catalogues c on c.id = h.catalogue \
        join articles a on a.catalogue = h.catalogue and a.number = any($2::text[]) \
        left join article_terms b on b.catalogue = a.catalogue and b.place = a.place and b.scope = $3 \
        left join article_terms g on g.catalogue = a.catalogue and g.place = a.place and g.scope = $4 \
        left join article_terms n on n.catalogue = a.catalogue and n.place = a.place and n.scope = $5 \
        where h.provider = $1",
);

/// The articles in the places `$2`.
pub(super) const ARTICLES_AT: Statement = own(
    4,
    "ARTICLES_AT",
    "select a.place, a.number, a.document, coalesce(b.document, g.document, a.prices), a.supply, n.document from articles a \
        left join article_terms b on b.catalogue = a.catalogue and b.place = a.place and b.scope = $3 \
        left join article_terms g on g.catalogue = a.catalogue and g.place = a.place and g.scope = $4 \
        left join article_terms n on n.catalogue = a.catalogue and n.place = a.place and n.scope = $5 \
        where a.catalogue = $1 and a.place = any($2::bigint[])",
);

/// The places of the numbers `$2`.
pub(super) const ARTICLE_PLACES: Statement =
    own(5, "ARTICLE_PLACES", "select number, place from articles where catalogue = $1 and number = any($2::text[])");

pub(super) const OWN: &[Statement] = &[SEARCH, SEARCH_REFERENCE, ALL_TRANSACTIONS, ARTICLES, ARTICLES_AT, ARTICLE_PLACES];
