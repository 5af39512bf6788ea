//! Faults: SOAP 1.1 and 1.2, and the bare exception report.

use ordergate_door::TooMany;
use ordergate_xml::XmlWriter;

use super::Binding;
use crate::exception::{Blame, Exception};

/// Why there is no answer.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// An exception of OSEO or OWS Common, reported in the detail.
    Ows(Exception),
    /// An envelope of another namespace.
    VersionMismatch,
    /// A header block that must be understood and is not: its local name.
    MustUnderstand(String),
}

impl Fault {
    /// SOAP 1.1 faults are HTTP 500 whoever is to blame; SOAP 1.2 tells Sender (400) from Receiver. Whoever asks too often is
    /// told so by HTTP, which is all that libraries look at that wait by themselves.
    pub(crate) fn http_status(&self, binding: Binding) -> u16 {
        if self.retry_after().is_some() {
            return TooMany::STATUS;
        }
        let server = matches!(self, Self::Ows(Exception { blame: Blame::Server, .. }));
        match (binding, self) {
            (Binding::Plain, Self::Ows(_)) if server => 503,
            (Binding::Plain, Self::Ows(exception)) => exception.code.http_status(),
            (Binding::Soap12, Self::Ows(_)) if !server => 400,
            _ => 500,
        }
    }

    pub(crate) const fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Ows(exception) => exception.retry_after,
            Self::VersionMismatch | Self::MustUnderstand(_) => None,
        }
    }

    /// The word for logs and metrics.
    pub(crate) const fn result(&self) -> &'static str {
        match self {
            Self::Ows(exception) => exception.code.name(),
            Self::VersionMismatch => "VersionMismatch",
            Self::MustUnderstand(_) => "MustUnderstand",
        }
    }

    /// What went wrong, in words.
    fn reason(&self) -> String {
        match self {
            Self::Ows(e) => format!("{}: {}", e.code.name(), e.diagnosis),
            Self::VersionMismatch => {
                "VersionMismatch: the Envelope is in an unknown namespace; expected SOAP 1.1 or SOAP 1.2".to_owned()
            }
            Self::MustUnderstand(name) => format!("MustUnderstand: the header {name} is not understood by this server"),
        }
    }

    pub(crate) fn write(&self, binding: Binding, w: &mut XmlWriter) {
        match binding {
            Binding::Soap11 => self.write_11(w),
            Binding::Soap12 => self.write_12(w),
            Binding::Plain => self.write_plain(w),
        }
    }

    fn write_11(&self, w: &mut XmlWriter) {
        let code = match self {
            Self::Ows(Exception { blame: Blame::Client, .. }) => "soap:Client",
            Self::Ows(_) => "soap:Server",
            Self::VersionMismatch => "soap:VersionMismatch",
            Self::MustUnderstand(_) => "soap:MustUnderstand",
        };
        w.start("soap:Fault").leaf("faultcode", code);
        w.start("faultstring").attr("xml:lang", "en").text(&self.reason()).end();
        if let Self::Ows(exception) = self {
            w.start("detail");
            write_report(exception, w);
            w.end();
        }
        w.end();
    }

    fn write_12(&self, w: &mut XmlWriter) {
        let code = match self {
            Self::Ows(Exception { blame: Blame::Client, .. }) => "soap:Sender",
            Self::Ows(_) => "soap:Receiver",
            Self::VersionMismatch => "soap:VersionMismatch",
            Self::MustUnderstand(_) => "soap:MustUnderstand",
        };
        w.start("soap:Fault").start("soap:Code").leaf("soap:Value", code);
        if let Self::Ows(exception) = self {
            // As SWES 2.0 (09-001 §19.2) does it: the exception code is the subcode.
            w.start("soap:Subcode").start("soap:Value").attr("xmlns:ows", crate::schema::ows::OWS);
            w.text(&format!("ows:{}", exception.code.name())).end().end();
        }
        w.end().start("soap:Reason").start("soap:Text").attr("xml:lang", "en").text(&self.reason()).end().end();
        if let Self::Ows(exception) = self {
            w.start("soap:Detail");
            write_report(exception, w);
            w.end();
        }
        w.end();
    }

    /// Without an envelope the diagnosis has no place of its own; it goes into a second text.
    fn write_plain(&self, w: &mut XmlWriter) {
        let Self::Ows(exception) = self else { return };
        start_report(exception, w);
        if exception.text() != exception.diagnosis {
            w.leaf("ows:ExceptionText", &exception.diagnosis);
        }
        w.end().end();
    }
}

/// The detail of a fault: exactly one exception with exactly one text, the constant of the table.
fn write_report(exception: &Exception, w: &mut XmlWriter) {
    start_report(exception, w);
    w.end().end();
}

fn start_report(exception: &Exception, w: &mut XmlWriter) {
    w.start("ows:ExceptionReport").attr("xmlns:ows", crate::schema::ows::OWS);
    w.attr("version", crate::VERSION).attr("xml:lang", "en");
    w.start("ows:Exception").attr("exceptionCode", exception.code.name());
    if let Some(locator) = &exception.locator {
        w.attr("locator", locator);
    }
    w.leaf("ows:ExceptionText", exception.text());
}
