//! Rows that wait until all were checked. They stay in memory, because they may hold passwords; there they take up little
//! more than in the file.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

use minicbor::data::Type;
use minicbor::decode::Error;
use minicbor::{Decoder, Encoder};

use super::{BuyerRow, Secret, Wish};
use crate::ImportError;

/// Rows of about so many bytes lie together.
const BLOCK_BYTES: usize = 64 * 1024;

/// Rows, in the order in which they came.
#[derive(Default)]
pub(super) struct Held {
    blocks: VecDeque<Vec<u8>>,
    /// How much of the first block was given back.
    read: usize,
}

impl Held {
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    pub(super) fn push(&mut self, row: &BuyerRow) {
        if self.blocks.back().is_none_or(|block| block.len() >= BLOCK_BYTES) {
            self.blocks.push_back(Vec::new());
        }
        if let Some(block) = self.blocks.back_mut() {
            // Writing into memory cannot fail.
            let _ = write(row, &mut Encoder::new(block));
        }
    }

    /// Gives so many of the first rows back; none if none are left.
    pub(super) fn next(&mut self, count: usize) -> Result<Vec<BuyerRow>, ImportError> {
        let mut rows = Vec::with_capacity(count);
        while rows.len() < count
            && let Some(block) = self.blocks.front()
        {
            let mut decoder = Decoder::new(&block[self.read..]);
            rows.push(read(&mut decoder).map_err(|_| ImportError::Fault)?);
            self.read += decoder.position();
            if self.read >= block.len() {
                self.blocks.pop_front();
                self.read = 0;
            }
        }
        Ok(rows)
    }
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn write(row: &BuyerRow, e: &mut Encoder<&mut Vec<u8>>) -> Written {
    let BuyerRow { line, name, secret, price_group, language, mail, disabled } = row;
    e.u64(*line)?.str(name)?;
    match secret {
        Secret::None => e.null()?,
        Secret::Password(password) => e.bool(true)?.str(password)?,
        Secret::Hash(hash) => e.bool(false)?.str(hash)?,
    };
    for wish in [price_group, language, mail] {
        match wish {
            Wish::Leave => e.null()?,
            Wish::Remove => e.bool(false)?,
            Wish::Set(text) => e.str(text)?,
        };
    }
    match disabled {
        None => e.null()?,
        Some(disabled) => e.bool(*disabled)?,
    };
    Ok(())
}

fn read(d: &mut Decoder<'_>) -> Result<BuyerRow, Error> {
    let (line, name) = (d.u64()?, d.str()?.to_owned());
    let secret = match d.datatype()? {
        Type::Null => d.null().map(|()| Secret::None)?,
        _ if d.bool()? => Secret::Password(d.str()?.to_owned()),
        _ => Secret::Hash(d.str()?.to_owned()),
    };
    let (price_group, language, mail) = (wish(d)?, wish(d)?, wish(d)?);
    let disabled = match d.datatype()? {
        Type::Null => d.null().map(|()| None)?,
        _ => Some(d.bool()?),
    };
    Ok(BuyerRow { line, name, secret, price_group, language, mail, disabled })
}

fn wish(d: &mut Decoder<'_>) -> Result<Wish, Error> {
    Ok(match d.datatype()? {
        Type::Null => d.null().map(|()| Wish::Leave)?,
        Type::Bool => d.bool().map(|_| Wish::Remove)?,
        _ => Wish::Set(d.str()?.to_owned()),
    })
}

/// Names that were seen, as two hashes with keys of their own each: no two names will ever have both alike.
#[derive(Default)]
pub(super) struct Names {
    keys: [RandomState; 2],
    seen: HashSet<[u64; 2]>,
}

impl Names {
    fn hashes(&self, name: &str) -> [u64; 2] {
        self.keys.each_ref().map(|key| key.hash_one(name))
    }

    /// Whether the name is new.
    pub(super) fn insert(&mut self, name: &str) -> bool {
        self.seen.insert(self.hashes(name))
    }

    pub(super) fn have(&self, name: &str) -> bool {
        self.seen.contains(&self.hashes(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64) -> BuyerRow {
        let text = |n: u64| format!("{line}-{n}");
        let wish = |n: u64| match (line + n) % 3 {
            0 => Wish::Leave,
            1 => Wish::Remove,
            _ => Wish::Set(text(n)),
        };
        let secret = match line % 3 {
            0 => Secret::None,
            1 => Secret::Password(text(8)),
            _ => Secret::Hash(text(9)),
        };
        let disabled = [None, Some(true), Some(false)][(line / 3 % 3) as usize];
        BuyerRow { line, name: text(0), secret, price_group: wish(1), language: wish(2), mail: wish(3), disabled }
    }

    #[test]
    fn rows_come_back_as_they_were() {
        let mut held = Held::default();
        assert!(held.is_empty());
        (1..10_000).for_each(|line| held.push(&row(line)));
        assert!(!held.is_empty() && held.blocks.len() > 1);
        for line in 1..10_000 {
            assert!(held.next(1).is_ok_and(|back| back == [row(line)]), "{line}");
        }
        assert!(held.next(1).is_ok_and(|back| back.is_empty()) && held.is_empty());
    }

    #[test]
    fn a_name_is_new_once() {
        let mut names = Names::default();
        assert!(names.insert("a") && names.insert("b") && !names.insert("a"));
        assert!(names.have("b") && !names.have("c"));
    }
}
