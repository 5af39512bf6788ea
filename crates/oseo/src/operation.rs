//! Which operation a message asks for: told by the element in the Body, never by SOAPAction.

use ordergate_xml::Node;

use crate::Context;
use crate::schema::OS;

/// The operation of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation<'d> {
    GetCapabilities,
    GetOptions,
    GetQuotation,
    GetStatus,
    Submit,
    DescribeResultAccess,
    Cancel,
    /// Anything else, by its local name.
    Unknown(&'d str),
}

/// An operation and the element of its response.
pub(crate) type Offered = (&'static str, &'static str);

/// All operations, in the order of the standard.
const ALL: [Offered; 7] = [
    ("GetCapabilities", "Capabilities"),
    ("GetOptions", "GetOptionsResponse"),
    ("GetQuotation", "GetQuotationAck"),
    ("Submit", "SubmitAck"),
    ("GetStatus", "GetStatusResponse"),
    ("DescribeResultAccess", "DescribeResultAccessResponse"),
    ("Cancel", "CancelAck"),
];

/// Those that are offered as the server is configured.
pub(crate) fn offered(context: &Context) -> Vec<Offered> {
    ALL.into_iter().filter(|(name, _)| *name != "GetQuotation" || context.quotations.is_some()).collect()
}

impl<'d> Operation<'d> {
    pub(crate) fn of(message: Node<'d>) -> Self {
        let name = message.name();
        if message.ns() != OS {
            return Self::Unknown(name);
        }
        match name {
            "GetCapabilities" => Self::GetCapabilities,
            "GetOptions" => Self::GetOptions,
            "GetQuotation" => Self::GetQuotation,
            "GetStatus" => Self::GetStatus,
            "Submit" => Self::Submit,
            "DescribeResultAccess" => Self::DescribeResultAccess,
            "Cancel" => Self::Cancel,
            _ => Self::Unknown(name),
        }
    }

    /// The name for logs and metrics: one of a fixed set.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::GetCapabilities => "GetCapabilities",
            Self::GetOptions => "GetOptions",
            Self::GetQuotation => "GetQuotation",
            Self::GetStatus => "GetStatus",
            Self::Submit => "Submit",
            Self::DescribeResultAccess => "DescribeResultAccess",
            Self::Cancel => "Cancel",
            Self::Unknown(_) => "unknown",
        }
    }
}
