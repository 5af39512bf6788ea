//! What the demo processor produces: a few lines of text that say what they stand for.

use std::fs;
use std::io;
use std::path::Path;

use ordergate_fulfilment::{WorkItem, file_url};

/// The folder of the demo's files under the root.
const FOLDER: &str = "demo";

/// Writes the file of an item under the root, and gives its URL. It is there whole or not at all.
pub(crate) fn demo_file(root: &Path, item: &WorkItem) -> io::Result<Option<String>> {
    let folder = root.join(FOLDER);
    fs::create_dir_all(&folder)?;
    // Nothing that a customer chose is part of a path.
    let path = folder.join(format!("{}-{}.txt", item.order_id, item.position + 1));
    let half_done = path.with_extension(format!("{}.tmp", item.attempt));
    fs::write(&half_done, format!("Ordergate demo product\norder: {}\nitem: {}\n", item.order_id, item.item_id))?;
    fs::rename(&half_done, &path)?;
    Ok(file_url::of_path(&path))
}
