//! The room that trees take, used again. A request's tree is gone before the next request of its thread is read; with room of its own
//! each would push other things out of the processor's caches, which costs more than reading it.

use std::cell::Cell;

use super::tree::{AttributeData, Binding, NodeData, Span};

/// What a thread keeps, at most. Trees of the requests that come all the time take a fifth of it.
const KEPT_BYTES_MAX: usize = 64 * 1024;

/// The lists of a tree.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub text: String,
    pub nodes: Vec<NodeData>,
    pub attributes: Vec<AttributeData>,
    pub bindings: Vec<Binding>,
    pub labels: Vec<(u32, Span)>,
    pub open: Vec<(u32, u32)>,
}

thread_local! {
    static KEPT: Cell<Option<Room>> = const { Cell::new(None) };
}

impl Room {
    /// Empty, with what the thread's last tree left behind.
    pub(super) fn take() -> Self {
        KEPT.take().unwrap_or_default()
    }

    /// Leaves it to the thread's next tree.
    pub(super) fn leave(mut self) {
        if self.bytes() > KEPT_BYTES_MAX {
            return;
        }
        self.text.clear();
        self.nodes.clear();
        self.attributes.clear();
        self.bindings.clear();
        self.labels.clear();
        self.open.clear();
        // A thread that ends keeps nothing.
        let _ = KEPT.try_with(|kept| kept.set(Some(self)));
    }

    fn bytes(&self) -> usize {
        self.text.capacity()
            + bytes(&self.nodes)
            + bytes(&self.attributes)
            + bytes(&self.bindings)
            + bytes(&self.labels)
            + bytes(&self.open)
    }
}

fn bytes<T>(list: &Vec<T>) -> usize {
    list.capacity() * size_of::<T>()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Document, Limits};

    fn kept() -> Option<usize> {
        let room = KEPT.take()?;
        let text = &room.text;
        assert!(text.is_empty() && room.nodes.is_empty() && room.attributes.is_empty());
        assert!(room.bindings.is_empty() && room.labels.is_empty() && room.open.is_empty());
        let bytes = room.bytes();
        KEPT.set(Some(room));
        Some(bytes)
    }

    #[test]
    fn a_tree_is_made_where_the_one_before_was_unless_that_was_large() {
        let limits = Limits::default();
        let read = |text: &str| Document::parse_str(text, &limits).unwrap();
        let small = r#"<a:x xmlns:a="urn:a" y="1">t<b/><![CDATA[c]]></a:x>"#;
        let (first, at) = (read(small), |document: &Document| document.tree.text.as_ptr());
        let there = at(&first);
        drop(first);
        let second = read(&small.replace('t', "u"));
        assert_eq!((at(&second), second.root().text()), (there, "uc".into()));
        assert_eq!(kept(), None, "it is in use");
        let third = read(small);
        assert_ne!(at(&third), there);
        drop(third);
        drop(second);
        assert!(kept().unwrap() < KEPT_BYTES_MAX);
        let large = read(&format!("<x>{}</x>", "y".repeat(KEPT_BYTES_MAX)));
        drop(large);
        assert_eq!(kept(), None);
        drop(read(small));
        assert!(kept().is_some());
    }
}
