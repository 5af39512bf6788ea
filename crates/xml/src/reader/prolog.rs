//! The XML declaration: productions 23 to 26, 32, 80 and 81.

use super::parse::Parser;
use super::scanner::{Result, Scanner};

impl Parser<'_, '_> {
    /// The scanner is at `<?xml` and white space.
    pub(super) fn xml_declaration(&mut self) -> Result<()> {
        let scanner = &mut self.scanner;
        scanner.at += "<?xml".len();
        let version = pseudo_attribute(scanner, "version")?;
        if !version.is_some_and(is_version) {
            return Err(scanner.ill(scanner.at, "The XML declaration does not begin with a version 1.x."));
        }
        if pseudo_attribute(scanner, "encoding")?.is_some_and(|name| !is_encoding_name(name)) {
            return Err(scanner.ill(scanner.at, "The XML declaration names an encoding that cannot be one."));
        }
        if pseudo_attribute(scanner, "standalone")?.is_some_and(|value| value != "yes" && value != "no") {
            return Err(scanner.ill(scanner.at, "The XML declaration says standalone, but neither yes nor no."));
        }
        scanner.skip_space();
        if !scanner.take("?>") {
            let message = format!("The XML declaration should end here, but {} stands here.", scanner.found());
            return Err(scanner.ill(scanner.at, message));
        }
        Ok(())
    }
}

/// White space, the name, `=` and a quoted value; `None` if another name, or none, follows.
fn pseudo_attribute<'t>(scanner: &mut Scanner<'t>, name: &str) -> Result<Option<&'t str>> {
    let before = scanner.at;
    if !(scanner.skip_space() && scanner.take(name)) {
        scanner.at = before;
        return Ok(None);
    }
    scanner.skip_space();
    let equals = scanner.take("=");
    scanner.skip_space();
    let quote = scanner.peek().filter(|byte| equals && matches!(byte, b'"' | b'\''));
    let Some(quote) = quote else {
        return Err(scanner.ill(scanner.at, format!("'=' and a quoted value were expected after {name}.")));
    };
    let start = scanner.at + 1;
    let Some(len) = scanner.text[start..].find(char::from(quote)) else {
        return Err(scanner.ill(scanner.at, format!("The value of {name} does not end.")));
    };
    scanner.at = start + len + 1;
    Ok(Some(&scanner.text[start..start + len]))
}

fn is_version(value: &str) -> bool {
    value.strip_prefix("1.").is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_encoding_name(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}
