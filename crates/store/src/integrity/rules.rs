//! What a row demands of others, and is not looked at with its order.

use super::{Examined, Finding, Report};
use crate::StoreError;
use crate::transfer::tables;

/// Of one rule so many breaches are told.
const TOLD_MAX: usize = 1_000;

/// Rows of a table, `t`, that meet the condition should not be there.
struct Rule {
    table: &'static str,
    condition: &'static str,
    problem: &'static str,
    expected: &'static str,
}

macro_rules! rules {
    ($($table:literal where $condition:literal: $problem:literal, $expected:literal;)+) => {
        &[$(Rule { table: $table, condition: $condition, problem: $problem, expected: $expected }),+]
    };
}

/// A row whose parent is not there.
macro_rules! orphans {
    ($($table:literal $($column:literal)+ => $parent:literal $($key:literal)+;)+) => {
        &[$(Rule {
            table: $table,
            condition: concat!(
                "not exists (select 1 from ", $parent, " p where ", $("p.", $key, " = t.", $column, " and ",)+ "true)"
                $(, " and t.", $column, " is not null")+
            ),
            problem: "what it belongs to is not there",
            expected: concat!("a row of ", $parent),
        }),+]
    };
}

const ORPHANS: &[Rule] = orphans! {
    "orders" "owner" => "accounts" "id";
    "history" "order_id" => "orders" "id";
    "standing_items" "order_id" => "orders" "id";
    "fed_products" "order_id" => "orders" "id";
    "local_results" "order_id" => "orders" "id";
    "deliveries" "order_id" => "orders" "id";
    "transactions" "owner" => "accounts" "id";
    "transactions" "order_id" => "orders" "id";
    "quotations" "order_id" => "orders" "id";
    "account_groups" "account" => "accounts" "id";
    "catalogue_heads" "catalogue" => "catalogues" "id";
    "articles" "catalogue" => "catalogues" "id";
    "article_terms" "catalogue" "place" => "articles" "catalogue" "place";
    "classifications" "catalogue" => "catalogues" "id";
    "transmitted_lines" "transmission" => "transmissions" "id";
    "receipt_references" "provider" "owner" "kind" "id" => "receipts" "provider" "owner" "kind" "id";
    "replaced_receipts" "provider" "owner" "kind" "id" => "receipts" "provider" "owner" "kind" "id";
};

/// Ids of orders, quotations and transmissions are of the same numbers, and notifications may be about any of them.
const OTHERS: &[Rule] = rules! {
    "item_pages" where "not exists (select 1 from orders p where p.id = t.id / 4096)":
        "its order is not there", "a row of orders";
    "jobs" where "t.part >= -1 and not exists (select 1 from orders p where p.id = t.order_id)":
        "its order is not there", "a row of orders";
    "jobs" where "t.part = -2 and not exists (select 1 from notifications n where n.order_id = t.order_id)":
        "there is nothing to tell", "a row of notifications";
    "jobs" where "t.queue not in (1, 2, 10, 21, 22)":
        "nobody takes jobs of its queue", "a queue that there is";
    "jobs" where "t.due_at = 9223372036854775805 and not exists (select 1 from pauses p where p.queue = t.queue)":
        "it waits for the end of a pause that is not there", "a row of pauses";
    "notification_wishes" where "not exists (select 1 from orders p where p.id = t.order_id) \
        and not exists (select 1 from quotations q where q.id = t.order_id)":
        "what it is about is not there", "a row of orders or quotations";
    "notifications" where "t.state = 0 and not exists (select 1 from jobs j where j.order_id = t.order_id and j.part = -2)":
        "it waits, and nobody tells it", "a job";
    "deliveries" where "exists (select 1 from orders o where o.id = t.order_id and o.status in (3, 4, 7, 8, 9))":
        "it is kept although its order is over", "nothing";
    "transactions" where "t.is_final <> (case when t.state >= 100 then 1 else 0 end)":
        "is_final is not what its state says", "1 from state 100 on, 0 below";
    "catalogue_heads" where "exists (select 1 from catalogues c where c.id = t.catalogue and c.state <> 2)":
        "its catalogue is not offered", "a catalogue in state 2";
    "catalogues" where "t.state = 2 and t.articles <> \
        (select count(*) from articles a where a.catalogue = t.id and a.place >= 0)":
        "it has another number of articles", "as many as it says";
    "orders" where "t.provider <> 1 and not exists (select 1 from sellers s where s.id = t.provider)":
        "its seller is not there", "a row of sellers";
    "transactions" where "t.provider <> 1 and not exists (select 1 from sellers s where s.id = t.provider)":
        "its seller is not there", "a row of sellers";
};

pub(super) async fn check(store: &mut dyn Examined, report: Report<'_>) -> Result<(), StoreError> {
    for rule in ORPHANS.iter().chain(OTHERS) {
        let Some(table) = tables::copied(rule.table) else { continue };
        let keys = store.keys_where(table, rule.condition, TOLD_MAX + 1).await?;
        for key in keys.iter().take(TOLD_MAX) {
            report(Finding::new(rule.table, &key, rule.problem, rule.expected));
        }
        if keys.len() > TOLD_MAX {
            report(Finding::new(rule.table, &"", format!("more of the same: {}", rule.problem), rule.expected));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use ordergate_engine::Protocol;
    use ordergate_engine::order::Status;

    use super::*;
    use crate::codes::{Code as _, NOTIFYING, WHOLE_ORDER, queue_of_part};
    use crate::item_page::PAGES_PER_ORDER;
    use crate::{Job, JobPart};

    fn has(words: &str) -> bool {
        OTHERS.iter().any(|rule| rule.condition.contains(words))
    }

    /// The numbers in the rules are those of `codes.rs`.
    #[test]
    fn numbers_mean_what_they_mean_elsewhere() {
        let finals: Vec<String> =
            Status::ALL.iter().filter(|status| status.is_final()).map(|status| status.code().to_string()).collect();
        assert!(has(&format!("o.status in ({})", finals.join(", "))), "{finals:?}");
        let parts = [JobPart::Order, JobPart::Delivery(0)];
        let mut queues: Vec<i64> = Protocol::ALL.iter().flat_map(|p| parts.map(|part| queue_of_part(*p, part))).collect();
        queues.push(NOTIFYING);
        queues.sort_unstable();
        let queues: Vec<String> = queues.iter().map(i64::to_string).collect();
        assert!(has(&format!("t.queue not in ({})", queues.join(", "))), "{queues:?}");
        assert!(has(&format!("t.due_at = {} ", Job::PARKED.0)));
        assert!(has(&format!("t.part >= {WHOLE_ORDER} ")));
        assert!(has(&format!("t.part = {} ", JobPart::Notifications.code())));
        assert!(has(&format!("t.id / {PAGES_PER_ORDER}")));
    }

    #[test]
    fn every_table_is_one() {
        assert!(ORPHANS.iter().chain(OTHERS).all(|rule| tables::copied(rule.table).is_some()));
    }
}
