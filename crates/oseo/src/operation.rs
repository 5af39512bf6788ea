//! Which operation a message asks for: told by the element in the Body, never by SOAPAction.

use ordergate_xml::Node;

use crate::schema::OS;

/// The operation of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation<'d> {
    GetCapabilities,
    GetOptions,
    GetStatus,
    Submit,
    DescribeResultAccess,
    Cancel,
    /// An operation of the standard that this server does not offer.
    NotOffered(&'static str),
    /// Anything else, by its local name.
    Unknown(&'d str),
}

/// The operations that are offered, with the elements of their requests and responses, in the order of the standard.
pub(crate) const OFFERED: [(&str, &str); 6] = [
    ("GetCapabilities", "Capabilities"),
    ("GetOptions", "GetOptionsResponse"),
    ("Submit", "SubmitAck"),
    ("GetStatus", "GetStatusResponse"),
    ("DescribeResultAccess", "DescribeResultAccessResponse"),
    ("Cancel", "CancelAck"),
];

/// The operations of the standard that are not.
const NOT_OFFERED: [&str; 1] = ["GetQuotation"];

impl<'d> Operation<'d> {
    pub(crate) fn of(message: Node<'d>) -> Self {
        let name = message.name();
        if message.ns() != OS {
            return Self::Unknown(name);
        }
        match name {
            "GetCapabilities" => Self::GetCapabilities,
            "GetOptions" => Self::GetOptions,
            "GetStatus" => Self::GetStatus,
            "Submit" => Self::Submit,
            "DescribeResultAccess" => Self::DescribeResultAccess,
            "Cancel" => Self::Cancel,
            _ => NOT_OFFERED.into_iter().find(|n| *n == name).map_or(Self::Unknown(name), Self::NotOffered),
        }
    }

    /// The name for logs and metrics: one of a fixed set.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::GetCapabilities => "GetCapabilities",
            Self::GetOptions => "GetOptions",
            Self::GetStatus => "GetStatus",
            Self::Submit => "Submit",
            Self::DescribeResultAccess => "DescribeResultAccess",
            Self::Cancel => "Cancel",
            Self::NotOffered(name) => name,
            Self::Unknown(_) => "unknown",
        }
    }
}
