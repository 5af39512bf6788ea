//! The response codes of veloconnect: a closed list (`ResponseCodeType`).

/// A response code. `Ok` is the only success; an unknown item is data, not an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResponseCode {
    /// 200: processed.
    Ok,
    /// 400: nothing can be executed, and no other code fits.
    General,
    /// 404: an operation of the standard that this server does not offer.
    NotSupported,
    /// 405: not the serialisation of a document that the schema allows.
    Syntax,
    /// 406: of a version of the standard that is not spoken any more.
    OutOfDate,
    /// 410: no such buyer.
    UnknownBuyer,
    /// 411: the password is wrong, or the buyer is locked.
    NotAuthenticated,
    /// 415: no such seller; up to version 1.1 only.
    UnknownSeller,
    /// 420: this buyer has no such transaction.
    UnknownTransaction,
    /// 421: no further transaction can be begun.
    NoTransaction,
    /// 430: not applicable in the transaction's present state.
    NotApplicable,
    /// 435: test and non-test mixed within one transaction.
    TestMix,
    /// 500: our own fault.
    Internal,
}

impl ResponseCode {
    pub const ALL: [Self; 13] = [
        Self::Ok,
        Self::General,
        Self::NotSupported,
        Self::Syntax,
        Self::OutOfDate,
        Self::UnknownBuyer,
        Self::NotAuthenticated,
        Self::UnknownSeller,
        Self::UnknownTransaction,
        Self::NoTransaction,
        Self::NotApplicable,
        Self::TestMix,
        Self::Internal,
    ];

    /// What the schema lists, in the order of [`Self::ALL`].
    pub const TEXTS: [&'static str; 13] = {
        let mut texts = [""; 13];
        let mut at = 0;
        while at < texts.len() {
            texts[at] = Self::ALL[at].text();
            at += 1;
        }
        texts
    };

    /// The digits as they are sent.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Ok => "200",
            Self::General => "400",
            Self::NotSupported => "404",
            Self::Syntax => "405",
            Self::OutOfDate => "406",
            Self::UnknownBuyer => "410",
            Self::NotAuthenticated => "411",
            Self::UnknownSeller => "415",
            Self::UnknownTransaction => "420",
            Self::NoTransaction => "421",
            Self::NotApplicable => "430",
            Self::TestMix => "435",
            Self::Internal => "500",
        }
    }
}
