//! The templates that an operator wrote: a folder for each language, in it one for each kind of reader.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::Language;
use super::letter::Audience;
use super::templates::TemplateError;
use crate::event_name::EventName;

/// What is included by others, and is no mail.
const PART: &str = "order";
/// Of events that have no template of their own.
const OTHER: &str = "other";

/// The texts, by path below the folder. A name that nothing is written with is refused: it would have no effect.
pub(crate) fn read(folder: &Path) -> Result<HashMap<String, String>, TemplateError> {
    // A folder that is not there is a mistake; parts of it need not be there.
    files(folder)?;
    let mut texts = HashMap::new();
    for language in Language::ALL.map(Language::code) {
        add(folder, language, |stem| stem == PART, &mut texts)?;
        for audience in Audience::ALL.map(Audience::folder) {
            let is_known = |stem: &str| stem == OTHER || EventName::all().any(|name| name.to_string() == stem);
            add(folder, &format!("{language}/{audience}"), is_known, &mut texts)?;
        }
    }
    Ok(texts)
}

/// Files that do not end with `.txt` are left alone: an editor's copies, a README.
fn add(
    folder: &Path,
    within: &str,
    is_known: impl Fn(&str) -> bool,
    texts: &mut HashMap<String, String>,
) -> Result<(), TemplateError> {
    let path = folder.join(within);
    if !path.is_dir() {
        return Ok(());
    }
    for file in files(&path)?.into_iter().filter(|file| file.extension() == Some(OsStr::new("txt"))) {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("{within}/{stem}.txt");
        if !is_known(&stem) {
            return Err(TemplateError::Unknown { name });
        }
        let text = std::fs::read_to_string(&file).map_err(|source| TemplateError::Read { path: file.clone(), source })?;
        texts.insert(name, text.replace("\r\n", "\n"));
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, TemplateError> {
    let failed = |source| TemplateError::Read { path: folder.to_owned(), source };
    std::fs::read_dir(folder).map_err(failed)?.map(|entry| entry.map(|entry| entry.path()).map_err(failed)).collect()
}
