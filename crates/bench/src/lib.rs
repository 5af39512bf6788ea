//! Load driver and static server for `ordergate bench`.
//!
//! A server is measured by [`load::drive`] and set against [`static_server::serve`], which answers the same number of
//! bytes without doing any work. [`report`] prints the comparison, [`machine`] describes where it was made.

pub mod cpu;
pub mod load;
pub mod machine;
pub mod report;
pub mod static_server;
