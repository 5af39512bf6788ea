//! Where the transactions of this test binary are: in an SQLite file.

pub(crate) use ordergate_testkit::store::sqlite::{Place, empty_store};
