//! The section `[veloconnect.erp]` of the configuration.

use std::path::PathBuf;

use serde::Deserialize;

use crate::options::OptionsError;

/// How the seller's own system is connected.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct ErpOptions {
    /// Whether finished orders wait, Submitted, for the confirmation of the seller's system, instead of being accepted at once.
    pub confirm: bool,
    /// The tokens of those who may hand in documents over HTTP. Without it nobody may.
    pub tokens_file: Option<PathBuf>,
    /// The folder into which documents are dropped as files.
    pub inbox: Option<PathBuf>,
    /// How often it is looked into.
    pub inbox_poll_ms: u64,
    /// A larger file is not taken.
    pub inbox_file_bytes_max: u64,
    /// The program that takes finished orders, and its arguments. No shell is involved.
    pub order_command: Vec<String>,
    /// The folder into which finished orders are written.
    pub order_folder: Option<PathBuf>,
    /// As what.
    pub order_formats: Vec<OrderFormat>,
}

impl Default for ErpOptions {
    fn default() -> Self {
        Self {
            confirm: false,
            tokens_file: None,
            inbox: None,
            inbox_poll_ms: 1000,
            inbox_file_bytes_max: 64 * 1024 * 1024,
            order_command: Vec::new(),
            order_folder: None,
            order_formats: vec![OrderFormat::Json],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderFormat {
    Json,
    Xml,
}

impl ErpOptions {
    pub(crate) fn validate(&self) -> Result<(), OptionsError> {
        let numbers = [("erp.inbox_poll_ms", self.inbox_poll_ms), ("erp.inbox_file_bytes_max", self.inbox_file_bytes_max)];
        if let Some((name, _)) = numbers.into_iter().find(|(_, number)| *number == 0) {
            return Err(OptionsError::Zero(name));
        }
        if self.order_command.first().is_some_and(|program| program.trim().is_empty()) {
            return Err(OptionsError::Empty("erp.order_command"));
        }
        if self.order_formats.is_empty() {
            return Err(OptionsError::Empty("erp.order_formats"));
        }
        Ok(())
    }
}
