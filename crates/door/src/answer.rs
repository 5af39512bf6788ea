//! What goes back over HTTP.

/// One answer. `operation` and `result` are what logs and metrics count.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// The operation, as the standard names it; `"unknown"` if it could not be told.
    pub operation: &'static str,
    /// `"success"`, `"partial"`, an OWS exception code, or a veloconnect response code.
    pub result: &'static str,
    /// Header lines beyond the content type, such as `WWW-Authenticate`.
    pub headers: Vec<(&'static str, String)>,
}
