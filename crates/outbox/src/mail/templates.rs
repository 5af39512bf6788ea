//! The texts of mails: those of the program, and those that an operator puts in their place.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use minijinja::{Environment, UndefinedBehavior};

use super::letter::{Audience, Letter, one_line};
use super::{Language, own_templates};
use crate::event::{Data, Event, ItemData, OrderData, rfc_3339};
use crate::event_name::{EventName, Kind};

/// What stands before the subject in the first line of a template.
const SUBJECT: &str = "Subject: ";
/// A subject is read at a glance.
const SUBJECT_CHARACTERS_MAX: usize = 200;
macro_rules! texts {
    ($($path:literal),+ $(,)?) => {
        /// Path below the folder of the templates, and text.
        const BUILT_IN: &[(&str, &str)] = &[$(($path, include_str!(concat!("../../templates/", $path)))),+];
    };
}

texts! {
    "en/order.txt",
    "en/customer/order.completed.txt",
    "en/customer/order.failed.txt",
    "en/customer/order.cancelled.txt",
    "en/customer/order.terminated.txt",
    "en/customer/other.txt",
    "en/operator/order.submitted.txt",
    "en/operator/order.failed.txt",
    "en/operator/item.failed.txt",
    "en/operator/other.txt",
    "de/order.txt",
    "de/customer/order.completed.txt",
    "de/customer/order.failed.txt",
    "de/customer/order.cancelled.txt",
    "de/customer/order.terminated.txt",
    "de/customer/other.txt",
    "de/operator/order.submitted.txt",
    "de/operator/order.failed.txt",
    "de/operator/item.failed.txt",
    "de/operator/other.txt",
}

/// A mail's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// One line.
    pub(crate) subject: String,
    pub(crate) body: String,
}

/// Why templates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("{}: cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{name}: no mail is written with a template of this name")]
    Unknown { name: String },
    #[error("{name}: {problem}")]
    Text { name: String, problem: String },
}

/// All templates, by language.
#[derive(Debug)]
pub(crate) struct Templates {
    languages: HashMap<Language, Environment<'static>>,
}

impl Templates {
    /// Those of the program, and over them those of the folder. Each is tried before it is needed.
    pub(crate) fn load(folder: Option<&Path>) -> Result<Self, TemplateError> {
        let own = folder.map(own_templates::read).transpose()?.unwrap_or_default();
        let mut languages = HashMap::new();
        for language in Language::ALL {
            languages.insert(language, environment(language, &own)?);
        }
        let templates = Self { languages };
        templates.try_all()?;
        Ok(templates)
    }

    pub(crate) fn write(&self, letter: &Letter) -> Result<Written, TemplateError> {
        let (language, folder) = (letter.language, letter.audience.folder());
        let environment = self.languages.get(&language).ok_or_else(|| unknown(language.code().to_owned()))?;
        let names = [&letter.event.name, "other"].map(|event| format!("{folder}/{event}.txt"));
        let found = names.iter().find_map(|name| environment.get_template(name).ok());
        let template = found.ok_or_else(|| unknown(names.join(", ")))?;
        let name = || format!("{}/{}", language.code(), template.name());
        let text = template.render(letter.view()).map_err(|error| refused(name(), &error))?;
        split(&text).ok_or_else(|| TemplateError::Text {
            name: name(),
            problem: format!("must begin with \"{SUBJECT}\" and a subject, then an empty line"),
        })
    }

    fn try_all(&self) -> Result<(), TemplateError> {
        for language in Language::ALL {
            for audience in Audience::ALL {
                for name in EventName::all() {
                    for bare in [true, false] {
                        self.write(&sample(language, audience, name, bare))?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn environment(language: Language, own: &HashMap<String, String>) -> Result<Environment<'static>, TemplateError> {
    let mut environment = Environment::new();
    // What is not there (an item, in an order's event) may be asked for, and a wrong name is found.
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_keep_trailing_newline(true);
    let built_in = BUILT_IN.iter().filter(|(path, _)| !own.contains_key(*path)).map(|(path, text)| (*path, *text));
    let own = own.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    for (path, text) in built_in.chain(own) {
        if let Some(name) = path.strip_prefix(&format!("{}/", language.code())) {
            let added = environment.add_template_owned(name.to_owned(), text.to_owned());
            added.map_err(|error| refused(path.to_owned(), &error))?;
        }
    }
    Ok(environment)
}

fn unknown(name: String) -> TemplateError {
    TemplateError::Unknown { name }
}

fn refused(name: String, error: &minijinja::Error) -> TemplateError {
    let place = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
    // Something that is included says itself what is wrong.
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    let what = error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    TemplateError::Text { name, problem: format!("{place}{what}{cause}") }
}

/// The first line is the subject, an empty one follows, and the rest is the text.
fn split(text: &str) -> Option<Written> {
    let (subject, body) = text.strip_prefix(SUBJECT)?.split_once('\n')?;
    let body = body.strip_prefix('\n')?;
    let subject: String = one_line(subject).chars().take(SUBJECT_CHARACTERS_MAX).collect();
    if subject.is_empty() {
        return None;
    }
    Some(Written { subject, body: format!("{}\n", body.trim_end()) })
}

/// Something to try a template with: with all that may be there, or with nothing of it.
fn sample(language: Language, audience: Audience, name: EventName, bare: bool) -> Letter {
    let time = rfc_3339(ordergate_engine::Timestamp(0));
    let status = name.status.name().to_owned();
    let text = |text: &str| (!bare).then(|| text.to_owned());
    let order = OrderData {
        id: "17".to_owned(),
        protocol: "oseo".to_owned(),
        kind: "product".to_owned(),
        reference: text("reference"),
        owner: 1,
        status: status.clone(),
        submitted_at: time.clone(),
        items: 1,
        content: None,
    };
    let item = (name.kind == Kind::Item).then(|| ItemData { id: "item".to_owned(), position: 0, result: text("result") });
    let data = Data {
        status,
        previous_status: text("Submitted"),
        since: time.clone(),
        reason: "reason".to_owned(),
        info: text("info"),
        order,
        item,
    };
    let event = Event { name: name.to_string(), timestamp: time, data };
    Letter { audience, language, customer: "customer".to_owned(), event }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn letter(audience: Audience, language: Language) -> Letter {
        let name = EventName { kind: Kind::Order, status: ordergate_engine::order::Status::Failed };
        sample(language, audience, name, false)
    }

    #[test]
    fn what_a_customer_wrote_stays_in_its_line() {
        let mut letter = letter(Audience::Customer, Language::De);
        letter.event.data.order.reference = Some("x)\r\nBcc: all@example.org\u{2028}\n\nfake\u{202e}text".to_owned());
        let written = Templates::load(None).unwrap().write(&letter).unwrap();
        assert_eq!(written.subject, "Ihre Bestellung 17 (x) Bcc: all@example.org fake text) ist gescheitert");
        assert!(!written.body.lines().any(|line| line.starts_with("Bcc") || line.starts_with("fake")), "{}", written.body);
        letter.event.data.order.reference = Some("{{ order.id }}".to_owned());
        let written = Templates::load(None).unwrap().write(&letter).unwrap();
        assert!(written.subject.contains("{{ order.id }}"), "{}", written.subject);
    }

    #[test]
    fn an_operator_s_templates_take_the_place_of_ours() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("de/customer/order.failed.txt");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let with = |text: &str| {
            std::fs::write(&file, text).unwrap();
            Templates::load(Some(folder.path()))
        };
        let templates = with("Subject: Oh je {{ order.id }}\r\n\r\nSchade, {{ customer }}.\r\n").unwrap();
        let written = templates.write(&letter(Audience::Customer, Language::De)).unwrap();
        assert_eq!(written, Written { subject: "Oh je 17".to_owned(), body: "Schade, customer.\n".to_owned() });
        assert!(templates.write(&letter(Audience::Customer, Language::En)).unwrap().subject.contains("has failed"));
        for (text, said) in [
            ("Oh je", "must begin with \"Subject: \""),
            ("Subject: \n\nx", "must begin with \"Subject: \""),
            ("Subject: a\nb\n", "then an empty line"),
            ("Subject: a\n\n{{ order.nmae }}", "line 3: undefined value"),
            ("Subject: a\n\n{% if %}", "line 3: syntax error"),
        ] {
            let error = with(text).unwrap_err().to_string();
            assert!(error.starts_with("de/customer/order.failed.txt: ") && error.contains(said), "{error}");
        }
        with("Subject: a\n\nb").unwrap();
        std::fs::write(folder.path().join("de/customer/order.fialed.txt"), "").unwrap();
        let error = Templates::load(Some(folder.path())).unwrap_err().to_string();
        assert!(error.starts_with("de/customer/order.fialed.txt: no mail"), "{error}");
        assert!(Templates::load(Some(Path::new("/nowhere"))).is_err());
    }
}
