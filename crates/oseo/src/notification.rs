//! Whether a client wants to be called, and can be (06-141r6 §7.4.3, §7.4.4).

use ordergate_xml::Node;

use crate::Exception;
use crate::schema::OS;
use crate::soap::Envelope;

/// Callbacks are not offered. A client that says it cannot be called (§7.4.3, the anonymous
/// address) loses nothing and is served; any other must not wait for what will never come.
pub(crate) fn check(envelope: &Envelope<'_>) -> Result<(), Exception> {
    const ANONYMOUS: &str = "http://www.w3.org/2005/08/addressing/anonymous";
    let wanted = envelope.message.child(OS, "statusNotification").map(Node::text).unwrap_or_default();
    if wanted == "None" || envelope.header.reply_to.as_deref() == Some(ANONYMOUS) {
        return Ok(());
    }
    Err(Exception::invalid_notification(format!(
        "statusNotification is {wanted}: this server sends no notifications; use None and ask with GetStatus"
    )))
}
