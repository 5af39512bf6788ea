//! JSON from outside, read in bounded memory.
//!
//! A tree is much larger than its text: `{"a":0}` takes more than 600 bytes. So whatever is read as one counts what it
//! takes up, lists have a greatest length, and what is unknown is passed over instead of being built.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::{Map, Value};

/// What a tree may take up, in bytes.
const TREE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// What an object takes up that is not empty: a node of a search tree.
const OBJECT_BYTES: usize = 640;
/// What each of its members takes up, in nodes that are half full.
const MEMBER_BYTES: usize = 112;

/// What is left of the memory that trees may take up. `&Budget` reads a [`Value`] of it.
#[derive(Debug)]
pub struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Self {
        Self(Cell::new(TREE_BYTES_MAX))
    }
}

impl Budget {
    fn take<E: Error>(&self, bytes: usize) -> Result<(), E> {
        let left = self.0.get().checked_sub(bytes).ok_or_else(|| E::custom("there is too much in it"))?;
        self.0.set(left);
        Ok(())
    }

    fn object<'de, A: MapAccess<'de>>(&self, mut members: A) -> Result<Map<String, Value>, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            self.take(name.len() + MEMBER_BYTES + if object.is_empty() { OBJECT_BYTES } else { 0 })?;
            object.insert(name, members.next_value_seed(self)?);
        }
        Ok(object)
    }
}

impl<'de> DeserializeSeed<'de> for &Budget {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Budget {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.take(value.len())?;
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            // Twice, because it grows by doubling.
            self.take(2 * size_of::<Value>())?;
            array.push(element);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Value, A::Error> {
        self.object(members).map(Value::Object)
    }
}

/// Reads any value but null. For `#[serde(default, deserialize_with)]`.
pub fn value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    let value = Budget::default().deserialize(deserializer)?;
    Ok(Some(value).filter(|value| !value.is_null()))
}

/// Reads an object. For `#[serde(deserialize_with)]`.
pub fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Map<String, Value>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
            Budget::default().object(members)
        }
    }

    deserializer.deserialize_map(Members)
}

/// A list of at most `MAX` elements.
#[derive(Debug)]
pub struct AtMost<T, const MAX: usize>(pub Vec<T>);

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for AtMost<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements<T, const MAX: usize>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for Elements<T, MAX> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(element) = elements.next_element()? {
                    if list.len() == MAX {
                        return Err(de::Error::custom(format_args!("expected at most {MAX} elements")));
                    }
                    // By a half instead of by doubling: what it grows out of is there for a moment, too.
                    if list.len() == list.capacity() {
                        list.reserve_exact((list.len() / 2).clamp(1, MAX - list.len()).max(4));
                    }
                    list.push(element);
                }
                Ok(list)
            }
        }

        deserializer.deserialize_seq(Elements::<T, MAX>(PhantomData)).map(Self)
    }
}

/// Reads a list of at most `MAX` elements. For `#[serde(deserialize_with)]`.
pub fn at_most<'de, const MAX: usize, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    AtMost::<T, MAX>::deserialize(deserializer).map(|list| list.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::Deserializer;

    use super::*;

    fn read(text: &str) -> Result<Value, String> {
        Budget::default().deserialize(&mut Deserializer::from_str(text)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_small_is_read_as_it_is() {
        for text in ["null", "true", "-1", "1.5", "18446744073709551615", r#""\u20ac""#, r#"[1,{"a":[],"b":{"c":null}}]"#] {
            assert_eq!(read(text).unwrap(), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        }
    }

    /// Of each kind less than a mebibyte of text, which as a tree would take many.
    #[test]
    fn a_tree_has_a_bound() {
        let array = |element: &str, count: usize| format!("[{}0]", format!("{element},").repeat(count));
        for (element, fits, too_many) in [("0", 60_000, 70_000), (r#"{"a":0}"#, 5_000, 6_000), ("[0]", 30_000, 35_000)] {
            assert!(read(&array(element, fits)).is_ok(), "{element}");
            assert!(read(&array(element, too_many)).unwrap_err().starts_with("there is too much in it"), "{element}");
        }
        let members = |count: usize| {
            let members: Vec<String> = (0..count).map(|n| format!("\"{n}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(read(&members(30_000)).is_ok());
        assert!(read(&members(40_000)).is_err());
        let object = object(&mut Deserializer::from_str(&members(40_000)));
        assert!(object.unwrap_err().to_string().starts_with("there is too much in it"));
    }

    #[test]
    fn a_list_has_a_bound() {
        assert_eq!(serde_json::from_str::<AtMost<u8, 3>>("[1,2,3]").unwrap().0, [1, 2, 3]);
        let error = serde_json::from_str::<AtMost<u8, 3>>("[1,2,3,4]").unwrap_err();
        assert!(error.to_string().starts_with("expected at most 3 elements"), "{error}");
    }
}
