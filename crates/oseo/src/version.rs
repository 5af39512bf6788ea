//! The version of the standard that a request names.

use ordergate_xml::Node;

use crate::{Exception, VERSION};

/// Checklist OSEO 75: the schema lets any five characters pass as version; only ours is served.
pub(crate) fn check_version(message: Node<'_>) -> Result<(), Exception> {
    let version = message.attribute("", "version").unwrap_or_default();
    if version == VERSION {
        return Ok(());
    }
    Err(Exception::invalid("version", format!("{}, /{}/@version: expected 1.0.0", message.position(), message.name())))
}
