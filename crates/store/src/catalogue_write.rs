//! What can be written of catalogues of articles.

use std::fmt;

use ordergate_engine::{ProviderId, Timestamp};

use crate::{ArticleChange, CatalogueId, NewArticle, TakeOver};

/// See [`Write::Catalogue`](crate::Write::Catalogue). Each says in its comment when it makes the batch fail with a conflict.
#[derive(Clone)]
pub enum CatalogueWrite {
    /// A new catalogue, to be filled. Conflict on the catalogue if its id is taken.
    Begin { id: CatalogueId, provider: ProviderId, at: Timestamp },
    /// Articles of a catalogue that is being imported. Conflict on the catalogue if it is not, on the article if a number or a
    /// place is taken.
    Add { catalogue: CatalogueId, articles: Vec<NewArticle>, at: Timestamp },
    /// An article of a catalogue that is being imported is another, but for its number and prices; `None` if it is a number
    /// that is replaced by none. Conflict on the article if there is none in this place.
    Rewrite { catalogue: CatalogueId, place: i64, document: Option<(Vec<u8>, Vec<u8>)> },
    /// How the articles of a catalogue are grouped.
    SetClassification { catalogue: CatalogueId, document: Vec<u8> },
    /// A catalogue that is being imported is grouped as this one, unless it is grouped already.
    TakeOverClassification { catalogue: CatalogueId, from: CatalogueId },
    /// See [`TakeOver`].
    TakeOver { catalogue: CatalogueId, of: TakeOver },
    /// A catalogue is offered, in place of the one before. Conflict if it is not being imported any more; with `over`, also
    /// if another one was offered before it, or if that had not this number of changes. `traits` are kept for whoever knows
    /// what they mean.
    Offer { id: CatalogueId, over: Option<(CatalogueId, i64)>, traits: i64, at: Timestamp },
    /// Articles of the catalogue that is offered have other stock, prices or buyers' numbers. Conflict on the catalogue if another one is
    /// offered, on the article if there is none in a place.
    Change { catalogue: CatalogueId, changes: Vec<ArticleChange>, at: Timestamp },
    /// A catalogue that is being imported will not be offered. Nothing happens if it is not being imported.
    GiveUp { id: CatalogueId, at: Timestamp },
    /// Deletes so many articles, and terms of them, of a catalogue that is not wanted any more; with the last of them
    /// the catalogue itself.
    Delete { id: CatalogueId, limit: usize },
}

impl fmt::Debug for CatalogueWrite {
    /// What is written about, but not what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begin { id, .. } => write!(f, "BeginCatalogue({})", id.0),
            Self::Add { catalogue, articles, .. } => write!(f, "AddArticles({} to {})", articles.len(), catalogue.0),
            Self::Rewrite { catalogue, place, .. } => write!(f, "RewriteArticle({place} of {})", catalogue.0),
            Self::SetClassification { catalogue, .. } => write!(f, "SetClassification({})", catalogue.0),
            Self::TakeOverClassification { catalogue, .. } => write!(f, "TakeOverClassification({})", catalogue.0),
            Self::TakeOver { catalogue, of } => write!(f, "TakeOver({}: {of:?})", catalogue.0),
            Self::Offer { id, .. } => write!(f, "OfferCatalogue({})", id.0),
            Self::Change { catalogue, changes, .. } => write!(f, "ChangeArticles({} of {})", changes.len(), catalogue.0),
            Self::GiveUp { id, .. } => write!(f, "GiveUpCatalogue({})", id.0),
            Self::Delete { id, .. } => write!(f, "DeleteCatalogue({})", id.0),
        }
    }
}
