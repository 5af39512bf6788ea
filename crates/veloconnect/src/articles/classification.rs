//! How articles are grouped: classification schemes, and an article's places in them (8.3).

use serde::{Deserialize, Serialize};

/// A classification scheme: product groups, discount groups and the like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassificationScheme {
    pub id: String,
    /// Whether an article belongs to at most one of its groups.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub single_mapping: bool,
    /// Where somebody else's scheme is found. Of this and groups exactly one is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<ClassificationGroup>,
}

/// A group of a scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassificationGroup {
    pub id: String,
    /// The group that this one is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    pub description: String,
}

/// An article's membership of a group (`ClassificationGroupMemberType`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMember {
    pub scheme: String,
    pub group: String,
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub primary: bool,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_yes(value: &bool) -> bool {
    *value
}
