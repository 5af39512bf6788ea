//! Load driver and static server for ordergate bench.
