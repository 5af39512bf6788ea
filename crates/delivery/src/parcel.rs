//! What is carried.

use std::fmt;
use std::io;
use std::path::Path;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{BoxStream, StreamExt as _, try_unfold};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

const PIECE_BYTES: usize = 128 * 1024;

/// A file, or what is to become one, piece by piece.
pub struct Parcel {
    /// What it is to be called.
    pub name: String,
    /// An error breaks the delivery off, and so does an end before the length.
    pub pieces: BoxStream<'static, io::Result<Bytes>>,
    /// In bytes, if it is known before.
    pub length: Option<u64>,
}

impl Parcel {
    /// A file as long as it is now.
    pub async fn of_file(path: &Path, name: String) -> io::Result<Self> {
        let file = File::open(path).await?;
        let length = file.metadata().await?.len();
        let pieces = try_unfold(file.take(length), |mut file| async {
            let mut piece = BytesMut::with_capacity(PIECE_BYTES);
            let read = file.read_buf(&mut piece).await?;
            Ok((read > 0).then(|| (piece.freeze(), file)))
        });
        Ok(Self { name, pieces: pieces.boxed(), length: Some(length) })
    }
}

impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parcel").field("name", &self.name).field("length", &self.length).finish_non_exhaustive()
    }
}
