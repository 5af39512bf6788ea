//! `docs/automata.md` shows the automata as they are enforced.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use ordergate_engine::{order, transaction};

/// Run with `UPDATE_DOCS=1` to write the page anew.
#[test]
fn the_page_shows_the_tables_that_are_enforced() {
    let page = format!(
        "# Automata\n\nPrinted from the tables that the engine enforces (`UPDATE_DOCS=1 cargo test -p ordergate-engine`). What is not here is refused.\n\n\
         ## Orders and items (OSEO)\n\nItems and orders share the table. An order moves only as its items do: one item in production makes it InProduction, \
         and it is final when all its items are.\n\n{}\n## Transactions (veloconnect)\n\n\
         States 1 to 49 may be rolled back where the table says so, 50 to 99 may not, 100 to 199 are final. A rollback deletes the instance; only \
         OrderInOnlineShop goes on to exist, emptied.\n\n{}",
        order::automaton::to_markdown(),
        transaction::automaton::to_markdown().trim_end(),
    ) + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/automata.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), page, "docs/automata.md is out of date");
}
