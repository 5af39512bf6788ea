//! What is to be looked at again when all was read, in a temporary file, so that it takes no memory.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ImportError;

/// A file without a name that is gone when the program is.
pub(crate) struct Spool<T> {
    file: Option<BufWriter<File>>,
    what: PhantomData<fn(T)>,
}

/// The entries, from the first on.
pub(crate) struct Spooled<T> {
    file: Option<BufReader<File>>,
    what: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Spool<T> {
    pub(crate) const fn new() -> Self {
        Self { file: None, what: PhantomData }
    }

    pub(crate) fn push(&mut self, entry: &T) -> Result<(), ImportError> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => BufWriter::new(tempfile::tempfile().map_err(ImportError::Spool)?),
        };
        serde_json::to_writer(&mut file, entry).map_err(|error| ImportError::Spool(error.into()))?;
        file.write_all(b"\n").map_err(ImportError::Spool)?;
        self.file = Some(file);
        Ok(())
    }

    pub(crate) fn read(self) -> Result<Spooled<T>, ImportError> {
        let rewound = |file: BufWriter<File>| {
            let mut file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
            file.seek(SeekFrom::Start(0))?;
            Ok(BufReader::new(file))
        };
        let file = self.file.map(rewound).transpose().map_err(ImportError::Spool)?;
        Ok(Spooled { file, what: PhantomData })
    }
}

impl<T: DeserializeOwned> Spooled<T> {
    pub(crate) fn next(&mut self) -> Result<Option<T>, ImportError> {
        let Some(file) = &mut self.file else { return Ok(None) };
        let mut line = String::new();
        if file.read_line(&mut line).map_err(ImportError::Spool)? == 0 {
            return Ok(None);
        }
        serde_json::from_str(&line).map(Some).map_err(|error| ImportError::Spool(error.into()))
    }

    /// The next so many entries; none at the end.
    pub(crate) fn chunk(&mut self, count: usize) -> Result<Vec<T>, ImportError> {
        let mut chunk = Vec::new();
        while chunk.len() < count
            && let Some(entry) = self.next()?
        {
            chunk.push(entry);
        }
        Ok(chunk)
    }
}
