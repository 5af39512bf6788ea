//! A result on its way to an address that the customer named.

use futures_util::StreamExt as _;
use http_body_util::BodyExt as _;
use ordergate_delivery::Parcel;
use ordergate_oseo::Packaging;

use super::Downloads;
use super::archive::Archive;
use super::root::NotOffered;

/// Why there is nothing to send.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoParcel {
    #[error(transparent)]
    NotOffered(#[from] NotOffered),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("all archives that may be built at once are under way")]
    Busy,
}

impl NoParcel {
    /// Whether another attempt may help.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::NotOffered(NotOffered::Gone(error)) | Self::Io(error) => error.kind() != std::io::ErrorKind::NotFound,
            Self::NotOffered(_) => false,
            Self::Busy => true,
        }
    }
}

impl Downloads {
    /// What a link to this result would lead to: a file, or an archive that is built while it is sent.
    pub(crate) async fn parcel(&self, result: &str, packaging: Option<Packaging>) -> Result<Parcel, NoParcel> {
        let broken = || std::io::Error::other("the search for the file broke off");
        let found = self.find(vec![result.to_owned()]).await.pop().ok_or_else(broken)??;
        let name = found.sent_name(packaging);
        let Some(packaging) = found.packed(packaging) else { return Ok(Parcel::of_file(&found.path, name).await?) };
        let place = self.archives.take().ok_or(NoParcel::Busy)?;
        let root = self.options.root.clone().unwrap_or_default();
        let plan = move || Archive::plan(&root, &found.path, &found.name, packaging);
        let planned = tokio::task::spawn_blocking(plan).await.map_err(std::io::Error::other)?;
        let body = planned.map_err(NotOffered::from)?.send(place, Box::new(|| ()))?;
        Ok(Parcel { name, pieces: body.into_data_stream().boxed(), length: None })
    }
}
