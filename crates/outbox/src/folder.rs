//! Files in a folder of the operator's, one for each order.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use ordergate_store::Notification;
use tokio::task::spawn_blocking;

use crate::{Courier, Undelivered};

/// Writes what is to be told into `ORDER.EXTENSION`, where the extension is the notification's destination. The file is there
/// whole or not at all: it is written under a name that begins with a dot, synced, and renamed. A repetition writes the same
/// file again.
#[derive(Debug)]
pub struct FolderCourier {
    folder: PathBuf,
}

impl FolderCourier {
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }
}

#[async_trait]
impl Courier for FolderCourier {
    async fn deliver(&self, notification: &Notification) -> Result<String, Undelivered> {
        let name = format!("{}.{}", notification.key.order, notification.destination);
        let (folder, content) = (self.folder.clone(), notification.content.clone());
        let written = {
            let name = name.clone();
            spawn_blocking(move || write(&folder, &name, &content)).await
        };
        match written {
            Ok(Ok(())) => Ok(format!("written: {name}")),
            Ok(Err(error)) => Err(Undelivered::for_now(format!("{name} cannot be written: {error}"))),
            Err(_) => Err(Undelivered::for_now("the server ends")),
        }
    }
}

fn write(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    // Two servers may write the same order at the same time.
    let temporary = folder.join(format!(".{name}.{}.tmp", uuid::Uuid::now_v7()));
    let put = || {
        let mut file = File::create_new(&temporary)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&temporary, folder.join(name))?;
        sync_folder(folder)
    };
    put().inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })
}

/// A renamed file is safe when the folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
