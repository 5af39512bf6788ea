//! OSEO's callbacks: SOAP requests to the address that a customer gave (06-141r6 §7.4.3).

use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, StatusCode};
use ordergate_door::Callback;
use ordergate_outgoing::{Answer, Call, CallError, Caller, Reach};
use ordergate_store::Notification;
use ordergate_xml::{Document, Limits, Node};

use crate::{Courier, OutboxOptions, Undelivered};

/// An Ack is a few hundred bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// So much of what a receiver says is worth keeping.
const REASON_CHARACTERS_MAX: usize = 300;

/// Sends callbacks.
#[derive(Debug)]
pub struct CallbackCourier {
    caller: Caller,
    reach: Reach,
    timeout: Duration,
}

impl CallbackCourier {
    /// `reach`: customers choose the addresses, and must not reach with them what only this server can.
    pub fn new(caller: Caller, reach: Reach, options: &OutboxOptions) -> Self {
        Self { caller, reach, timeout: options.timeout() }
    }

    fn call(&self, url: &str, callback: Callback) -> Call {
        let mut headers = HeaderMap::new();
        if !callback.soap_12
            && let Ok(action) = HeaderValue::from_str(&format!("\"{}\"", callback.action))
        {
            headers.insert("soapaction", action);
        }
        Call {
            url: url.to_owned(),
            headers,
            content_type: content_type(&callback),
            body: callback.envelope.into(),
            timeout: self.timeout,
            answer_max: ANSWER_BYTES_MAX,
            reach: self.reach.clone(),
        }
    }
}

/// SOAP 1.2 has its action here.
fn content_type(callback: &Callback) -> &'static str {
    match (callback.soap_12, callback.action.as_str()) {
        (false, _) => "text/xml; charset=utf-8",
        (true, "SubmitResponse") => "application/soap+xml; charset=utf-8; action=\"SubmitResponse\"",
        (true, "CancelResponse") => "application/soap+xml; charset=utf-8; action=\"CancelResponse\"",
        (true, "GetQuotationResponse") => "application/soap+xml; charset=utf-8; action=\"GetQuotationResponse\"",
        (true, _) => "application/soap+xml; charset=utf-8",
    }
}

#[async_trait]
impl Courier for CallbackCourier {
    async fn deliver(&self, notification: &Notification) -> Result<String, Undelivered> {
        let callback: Callback =
            serde_json::from_slice(&notification.content).map_err(|error| Undelivered::for_good(error.to_string()))?;
        let call = self.call(&notification.destination, callback);
        match self.caller.post(call).await {
            Ok(answer) => verdict(&answer),
            // Who answers at such length was reached, and has the message; what is said is of no matter.
            Err(CallError::TooLarge { max, .. }) => Ok(format!("answered with more than {max} bytes")),
            // A name may lead elsewhere later.
            Err(error) => Err(Undelivered { reason: error.to_string(), hopeless: matches!(error, CallError::Url(_)) }),
        }
    }
}

/// A receiver accepts with any 2xx that is not a fault. Many are simple scripts: who says "OK" instead of
/// SubmitResponseAck has the message all the same, and would have it again and again for days.
fn verdict(answer: &Answer) -> Result<String, Undelivered> {
    let status = answer.status;
    let message = message(&answer.body);
    if let Some(Message { name, text }) = &message
        && name == "Fault"
    {
        return Err(Undelivered::for_now(format!("answered {}: fault: {text}", status.as_u16())));
    }
    if status.is_success() {
        let what = message.map_or_else(|| "without an Ack".to_owned(), |message| message.name);
        return Ok(format!("answered {}, {what}", status.as_u16()));
    }
    let reason = format!("answered {}", status.as_u16());
    Err(match status {
        StatusCode::GONE => Undelivered::for_good(reason),
        _ if status.is_redirection() => Undelivered::for_now(format!("{reason}: redirections are not followed")),
        _ => Undelivered::for_now(reason),
    })
}

/// The element in the Body of an answer.
struct Message {
    name: String,
    /// The reason, of a fault.
    text: String,
}

fn message(body: &[u8]) -> Option<Message> {
    let document = Document::parse(body, None, &Limits::default()).ok()?;
    let root = document.root();
    let message = root.children().find(|child| child.name() == "Body")?.children().next()?;
    let cut = |text: &str| text.chars().filter(|c| !c.is_control()).take(REASON_CHARACTERS_MAX).collect::<String>();
    Some(Message { name: cut(message.name()), text: cut(&reason(message)) })
}

/// `faultstring`, or the Text of the Reason.
fn reason(fault: Node<'_>) -> String {
    let found = fault.children().find(|child| matches!(child.name(), "faultstring" | "Reason"));
    found.map(|reason| reason.children().next().unwrap_or(reason).text().trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> Result<String, Undelivered> {
        let status = StatusCode::from_u16(status).unwrap_or_default();
        verdict(&Answer { status, headers: HeaderMap::new(), body: body.to_owned().into() })
    }

    #[test]
    fn what_receivers_answer_and_what_it_means() {
        let in_body = |message: &str| format!("<e:Envelope xmlns:e=\"e\"><e:Body>{message}</e:Body></e:Envelope>");
        let ack = in_body("<SubmitResponseAck xmlns=\"o\"><status>success</status></SubmitResponseAck>");
        let fault_11 = in_body("<e:Fault><faultcode>e:Server</faultcode><faultstring>no\u{a0}room</faultstring></e:Fault>");
        let fault_12 = in_body("<e:Fault><e:Code/><e:Reason><e:Text xml:lang=\"en\">no room</e:Text></e:Reason></e:Fault>");
        assert_eq!(answered(200, &ack), Ok("answered 200, SubmitResponseAck".to_owned()));
        assert_eq!(answered(204, ""), Ok("answered 204, without an Ack".to_owned()));
        assert_eq!(answered(200, "<html><body>OK"), Ok("answered 200, without an Ack".to_owned()));
        let for_now = |reason: &str| Err(Undelivered::for_now(reason));
        assert_eq!(answered(500, &fault_11), for_now("answered 500: fault: no\u{a0}room"));
        assert_eq!(answered(200, &fault_12), for_now("answered 200: fault: no room"));
        assert_eq!(answered(302, ""), for_now("answered 302: redirections are not followed"));
        assert_eq!(answered(404, "<html>"), for_now("answered 404"));
        assert_eq!(answered(410, ""), Err(Undelivered::for_good("answered 410")));
    }
}
