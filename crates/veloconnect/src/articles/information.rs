//! Where further information about an article is found (`InformationURLType`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A link to further information.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Information {
    pub uri: String,
    /// What it is good for; never empty.
    pub dispositions: Vec<Disposition>,
    /// The standard, format and version of the data, from 1.5 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What the buyer must show there, from 1.5 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorisation: Option<Authorisation>,
}

/// What a piece of information is (`InformationDispositionType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    Picture,
    DetailPicture,
    ExplodedDrawing,
    TechnicalDrawing,
    Manual,
    ManualProfessional,
    ManualCustomer,
    TechSpec,
    /// From 1.5 on.
    ProductData,
    General,
}

impl Disposition {
    pub const ALL: [Self; 10] = [
        Self::Picture,
        Self::DetailPicture,
        Self::ExplodedDrawing,
        Self::TechnicalDrawing,
        Self::Manual,
        Self::ManualProfessional,
        Self::ManualCustomer,
        Self::TechSpec,
        Self::ProductData,
        Self::General,
    ];

    /// The word of the schema.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::DetailPicture => "detail_picture",
            Self::ExplodedDrawing => "exploded_drawing",
            Self::TechnicalDrawing => "technical_drawing",
            Self::Manual => "manual",
            Self::ManualProfessional => "manual_professional",
            Self::ManualCustomer => "manual_customer",
            Self::TechSpec => "tech_spec",
            Self::ProductData => "product_data",
            Self::General => "general",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.text() == text)
    }
}

/// What a buyer shows to be let in where the information is.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Authorisation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_secret: Option<String>,
}

impl fmt::Debug for Authorisation {
    /// None of it belongs into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorisation").finish_non_exhaustive()
    }
}
