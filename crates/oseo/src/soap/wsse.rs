//! The WSSE UsernameToken (OASIS UsernameToken Profile 1.0 and 1.1).

use std::borrow::Cow;
use std::fmt;

use ordergate_xml::Node;

use crate::Exception;

/// WS-Security 1.0 extensions.
pub const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
/// WS-Security 1.0 utilities.
pub const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

/// How the password is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasswordKind {
    Text,
    Digest,
}

/// A token as it was sent.
pub(crate) struct UsernameToken<'d> {
    pub(crate) username: Cow<'d, str>,
    pub(crate) password: Cow<'d, str>,
    pub(crate) kind: PasswordKind,
    /// Base64.
    pub(crate) nonce: Option<Cow<'d, str>>,
    pub(crate) created: Option<Cow<'d, str>>,
}

impl fmt::Debug for UsernameToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UsernameToken").field("username", &self.username).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Reads the token of a Security header. Two tokens would leave open who asks, and are refused.
pub(crate) fn read<'d>(security: Node<'d>, into: &mut Option<UsernameToken<'d>>) -> Result<(), Exception> {
    for token in security.children_named(WSSE, "UsernameToken") {
        if into.is_some() {
            return Err(refused(token, "a second UsernameToken"));
        }
        *into = Some(read_token(token)?);
    }
    Ok(())
}

fn read_token(token: Node<'_>) -> Result<UsernameToken<'_>, Exception> {
    let username = token.child(WSSE, "Username").ok_or_else(|| refused(token, "a UsernameToken without Username"))?;
    let password = token.child(WSSE, "Password").ok_or_else(|| refused(token, "a UsernameToken without Password"))?;
    Ok(UsernameToken {
        username: username.text(),
        password: password.text(),
        kind: kind(password)?,
        nonce: token.child(WSSE, "Nonce").map(Node::text),
        created: token.child(WSU, "Created").map(Node::text),
    })
}

/// The `Type` of a password. Without one it is text; clients are known to write `type`.
fn kind(password: Node<'_>) -> Result<PasswordKind, Exception> {
    let Some(uri) = password.attribute("", "Type").or_else(|| password.attribute("", "type")) else {
        return Ok(PasswordKind::Text);
    };
    match uri.rsplit('#').next() {
        Some("PasswordDigest") => Ok(PasswordKind::Digest),
        Some("PasswordText") => Ok(PasswordKind::Text),
        _ => Err(refused(password, "an unknown Password Type; expected PasswordText or PasswordDigest")),
    }
}

fn refused(node: Node<'_>, what: &str) -> Exception {
    Exception::not_authenticated(format!("{}, /Envelope/Header/Security: {what}", node.position()))
}
