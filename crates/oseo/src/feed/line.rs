//! What is announced: JSON, one object to a line.

use ordergate_door::json;
use ordergate_engine::order::OrderKind;
use ordergate_program::text::one_line;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::standing::{Period, Region, Traits};

/// So long a text may be.
const TEXT_CHARACTERS_MAX: usize = 1000;
/// A product order could not name a longer collection, and nothing else announces under a longer name.
const COLLECTION_CHARACTERS_MAX: usize = 255;

/// Something that is announced for all who wait for a collection's products, or for those of a task.
#[derive(Debug)]
pub(super) struct Announcement {
    /// Who waits: subscriptions, or tasks.
    pub kind: OrderKind,
    /// The collection, or the task.
    pub topic: String,
    pub news: News,
}

#[derive(Debug)]
pub(super) enum News {
    Product(Product),
    /// How the task is getting on.
    Progress(String),
    /// The task came to nothing.
    Failed(String),
    /// No more will come of the task.
    Over,
}

#[derive(Debug)]
pub(super) struct Product {
    pub identifier: String,
    pub collection: Option<String>,
    pub traits: Traits,
    /// Where it is found, if it needs no production.
    pub result: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    collection: Option<String>,
    task: Option<String>,
    identifier: Option<String>,
    #[serde(default, deserialize_with = "json::value")]
    time: Option<Value>,
    #[serde(rename = "box")]
    region: Option<Region>,
    #[serde(default, deserialize_with = "json::object")]
    properties: Map<String, Value>,
    result: Option<String>,
    progress: Option<String>,
    failed: Option<String>,
    #[serde(default)]
    over: bool,
}

impl Announcement {
    /// Reads a line. The error says what is wrong with it. `is_usable` tells whether a text is the URL of a result.
    pub fn read(line: &str, is_usable: fn(&str) -> bool) -> Result<Self, String> {
        // What is said repeats what stands in the line, whatever that is and however long.
        Self::taken_apart(line, is_usable).map_err(|error| one_line(&error))
    }

    fn taken_apart(line: &str, is_usable: fn(&str) -> bool) -> Result<Self, String> {
        let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
        for (name, text) in [
            ("collection", &line.collection),
            ("task", &line.task),
            ("identifier", &line.identifier),
            ("progress", &line.progress),
            ("failed", &line.failed),
        ] {
            check_text(name, text.as_deref())?;
        }
        if line.collection.as_ref().is_some_and(|c| c.chars().count() > COLLECTION_CHARACTERS_MAX) {
            return Err(format!("collection has more than {COLLECTION_CHARACTERS_MAX} characters"));
        }
        let (kind, topic) = match (&line.task, &line.collection) {
            (Some(task), _) => (OrderKind::Tasking, task.clone()),
            (None, Some(collection)) => (OrderKind::Subscription, collection.clone()),
            (None, None) => return Err("expected a collection or a task".to_owned()),
        };
        Ok(Self { kind, topic, news: line.news(is_usable)? })
    }
}

impl Line {
    fn news(self, is_usable: fn(&str) -> bool) -> Result<News, String> {
        if self.task.is_none() && (self.progress.is_some() || self.failed.is_some() || self.over) {
            return Err("progress, failed and over are said of a task".to_owned());
        }
        match (self.identifier, self.progress, self.failed, self.over) {
            (Some(identifier), None, None, false) => {
                if self.result.as_deref().is_some_and(|result| !is_usable(result)) {
                    return Err("result is no URL".to_owned());
                }
                let period = self.time.as_ref().map(Period::read).transpose().map_err(|problem| format!("time: {problem}"))?;
                let traits = Traits { period, region: self.region, properties: self.properties };
                Ok(News::Product(Product { identifier, collection: self.collection, traits, result: self.result }))
            }
            (None, Some(text), None, false) => Ok(News::Progress(text)),
            (None, None, Some(reason), false) => Ok(News::Failed(reason)),
            (None, None, None, true) => Ok(News::Over),
            _ if self.task.is_none() => Err("expected the identifier of a product".to_owned()),
            _ => Err("expected exactly one of identifier, progress, failed and over".to_owned()),
        }
    }
}

/// It will stand in XML, and be compared with what others say.
fn check_text(name: &str, text: Option<&str>) -> Result<(), String> {
    let Some(text) = text else { return Ok(()) };
    let is_forbidden = |c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    match () {
        () if text.trim().is_empty() => Err(format!("{name} is empty")),
        () if text.trim() != text => Err(format!("{name} begins or ends with white space")),
        () if text.chars().any(is_forbidden) => Err(format!("{name} has a character that XML has not")),
        () if text.chars().count() > TEXT_CHARACTERS_MAX => Err(format!("{name} has more than {TEXT_CHARACTERS_MAX} characters")),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(line: &str) -> Result<Announcement, String> {
        Announcement::read(line, |url| url.starts_with("https:"))
    }

    #[test]
    fn products_and_the_course_of_tasks_are_announced() {
        let line = r#"{"collection":"c","identifier":"p","time":"2026-01-02","box":[1,2,3,4],"properties":{"a":1},"result":"https://x"}"#;
        let Announcement { kind, topic, news: News::Product(product) } = read(line).unwrap() else { panic!("no product") };
        assert_eq!((kind, topic.as_str(), product.identifier.as_str()), (OrderKind::Subscription, "c", "p"));
        assert!(product.traits.period.is_some() && product.traits.region.is_some() && product.result.is_some());
        for (line, expected) in [
            (r#"{"task":"t","progress":"acquired"}"#, "Progress(\"acquired\")"),
            (r#"{"task":"t","failed":"clouds"}"#, "Failed(\"clouds\")"),
            (r#"{"task":"t","over":true}"#, "Over"),
        ] {
            let announcement = read(line).unwrap();
            assert_eq!((announcement.kind, format!("{:?}", announcement.news).as_str()), (OrderKind::Tasking, expected));
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, expected) in [
            ("", "EOF"),
            ("[]", "invalid"),
            (r#"{"collection":"c"}"#, "expected the identifier"),
            (r#"{"identifier":"p"}"#, "expected a collection or a task"),
            (r#"{"collection":"c","identifier":" p"}"#, "identifier begins or ends"),
            (r#"{"collection":"c","identifier":"p\u0000"}"#, "identifier has a character"),
            (r#"{"collection":"c","identifier":""}"#, "identifier is empty"),
            (r#"{"collection":"c","identifier":"p","time":"soon"}"#, "time: "),
            (r#"{"collection":"c","identifier":"p","box":[1,2,3]}"#, "invalid length 3"),
            (r#"{"collection":"c","identifier":"p","box":[1,5,3,4]}"#, "expected west, south"),
            (r#"{"collection":"c","identifier":"p","result":"ftp"}"#, "result is no URL"),
            (r#"{"collection":"c","identifier":"p","where":1}"#, "unknown field `where`"),
            (r#"{"collection":"c","over":true}"#, "progress, failed and over"),
            (r#"{"task":"t","identifier":"p","over":true}"#, "exactly one of"),
        ] {
            let found = read(line).unwrap_err();
            assert!(found.contains(expected), "{line}: {found}");
        }
        let shown = read(r#"{"collection":"c","identifier":"p","time":"2026\u001b[2J"}"#).unwrap_err();
        assert!(shown.starts_with("time: \"2026 [2J\" is neither"), "{shown}");
        let shown = read(&format!(r#"{{"collection":"c","a\u001b[31m{}":1}}"#, "b".repeat(10_000))).unwrap_err();
        assert!(shown.starts_with("unknown field `a [31mbbb") && shown.chars().count() < 600, "{shown}");
    }
}
