//! Where the transactions of this test binary are: in a PostgreSQL database.

pub(crate) use ordergate_testkit::store::postgres::{Place, empty_store};
