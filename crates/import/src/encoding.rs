//! How the characters of a file are written.

use std::borrow::Cow;

/// An encoding of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// With or without a byte order mark.
    #[default]
    Utf8,
    /// Also for ISO-8859-1, which has no printable characters of other meaning.
    Windows1252,
}

impl Encoding {
    /// By its name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Self::Utf8),
            "iso-8859-1" | "latin1" | "windows-1252" | "cp1252" => Some(Self::Windows1252),
            _ => None,
        }
    }

    /// The text that these bytes are; else what is wrong with them.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, String> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
                let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
                format!("expected UTF-8, found the byte 0x{byte:02X}; is the file ISO-8859-1 or Windows-1252? Then say so")
            }),
            Self::Windows1252 => Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0),
        }
    }
}

/// Whether a file that begins so is in UTF-16, which is not read.
pub(crate) fn is_utf16(beginning: &[u8]) -> bool {
    beginning.starts_with(b"\xff\xfe") || beginning.starts_with(b"\xfe\xff") || beginning.iter().take(64).any(|byte| *byte == 0)
}
