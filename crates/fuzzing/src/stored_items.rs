//! A page of items, as it lies in a store that may be damaged.

use ordergate_store::{read_items, write_items};

/// So much more than the page may an item take in memory: each has fields that a page writes as a byte.
const BYTES_OF_AN_ITEM: usize = 256;

/// Items, or an error in words. What is read is written and read again as the same; no page makes many items out of few bytes.
pub fn stored_items(data: &[u8]) {
    let mut items = Vec::new();
    if let Err(error) = read_items(data, &mut items) {
        assert!(error.to_string().contains("unreadable"), "{error}");
        return;
    }
    assert!(items.len() <= data.len() && items.capacity() <= data.len() * BYTES_OF_AN_ITEM, "{} items", items.len());
    let written = write_items(&items);
    let mut again = Vec::new();
    read_items(&written, &mut again).unwrap_or_else(|error| panic!("what was written cannot be read: {error}"));
    assert_eq!(again, items);
    assert_eq!(write_items(&again), written);
}
