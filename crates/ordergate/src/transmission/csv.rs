//! CSV (RFC 4180).

use serde_json::Value;

/// One record, with its line end. Fields are quoted where they must be.
pub(super) fn record<'f>(fields: impl IntoIterator<Item = &'f str>) -> String {
    let fields: Vec<String> = fields.into_iter().map(field).collect();
    format!("{}\r\n", fields.join(","))
}

fn field(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

/// A fact as one field: texts as they are, nothing for null, lists with semicolons between.
pub(super) fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(all)) => all.iter().map(|one| text(Some(one))).collect::<Vec<_>>().join("; "),
        // A serial number.
        Some(Value::Object(facts)) => {
            let fact = |key: &str| text(facts.get(key));
            format!("{} {}", fact("kind"), fact("number"))
        }
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn records() {
        assert_eq!(record(["a", "", "b c", " d", "e,f", "g\"h", "i\nj"]), "a,,b c,\" d\",\"e,f\",\"g\"\"h\",\"i\nj\"\r\n");
        let serials = json!([{ "kind": "FrameNumber", "description": null, "number": "F1" }, { "kind": "Other", "number": "2" }]);
        assert_eq!(text(Some(&serials)), "FrameNumber F1; Other 2");
        assert_eq!(
            (text(Some(&json!(true))), text(Some(&json!(null))), text(None)),
            ("true".into(), String::new(), String::new())
        );
    }
}
