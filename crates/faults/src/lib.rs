//! A disk that fails when a test wants it to.
//!
//! [`install`] puts a layer between SQLite and the files of the whole process. It does nothing about files that lie in no
//! [`Disk`]'s folder. About those that do, it counts each call that reads, writes, flushes or cuts a file, lets the chosen ones fail,
//! and knows what would be left of the files if the power went at any moment.

#![cfg(unix)]

mod disk;
mod image;
#[allow(unsafe_code)]
mod vfs;

pub use disk::{Call, Disk, Fault};
pub use image::{Image, Power};
pub use vfs::install;
