//! Writes an archive as it is sent.

use std::fs::File;
use std::io::{self, Read, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::tz::TimeZone;
use ordergate_oseo::Packaging;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::plan::{Content, Entry};

/// Products are mostly compressed already; a little is gained at the speed of a network.
const LEVEL: u32 = 1;

/// Where sizes of 64 bits are written: well before deflate could make 4 GiB of what does not compress.
const ZIP64_FROM: u64 = 0xf000_0000;

/// Writes all of the archive, or fails. Blocks.
pub(super) fn write(packaging: Packaging, entries: &[Entry], to: impl Write) -> io::Result<()> {
    match packaging {
        Packaging::Zip => write_zip(entries, to),
        Packaging::Tar => write_tar(entries, to)?.flush(),
        Packaging::Tgz => write_tar(entries, GzEncoder::new(to, Compression::new(LEVEL)))?.finish()?.flush(),
    }
}

fn write_tar<W: Write>(entries: &[Entry], to: W) -> io::Result<W> {
    let mut tar = tar::Builder::new(to);
    for entry in entries {
        let mut header = tar::Header::new_gnu();
        header.set_mtime(entry.modified.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()));
        match entry.content {
            Content::Folder => {
                header.set_entry_type(tar::EntryType::Directory);
                header.set_mode(0o755);
                header.set_size(0);
                tar.append_data(&mut header, format!("{}/", entry.name), io::empty())?;
            }
            Content::File(size) => {
                header.set_mode(0o644);
                header.set_size(size);
                // The file is opened after its header was written: what is cut short then ends within an entry.
                tar.append_data(&mut header, &entry.name, Promised::new(entry, size))?;
            }
        }
    }
    tar.into_inner()
}

fn write_zip(entries: &[Entry], to: impl Write) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(to);
    for entry in entries {
        let options = SimpleFileOptions::default().last_modified_time(zip_time(entry.modified));
        match entry.content {
            Content::Folder => zip.add_directory(&entry.name, options.unix_permissions(0o755))?,
            Content::File(size) => {
                let options = options.compression_method(CompressionMethod::Deflated).compression_level(Some(LEVEL.into()));
                let options = options.unix_permissions(0o644).large_file(size >= ZIP64_FROM);
                zip.start_file(&entry.name, options)?;
                io::copy(&mut Promised::new(entry, size), &mut zip)?;
            }
        }
    }
    zip.finish()?.into_inner().flush()
}

/// In UTC, as archives do not say whose time it is; what they cannot say is the first day of 1980.
fn zip_time(at: SystemTime) -> zip::DateTime {
    let said = || {
        let at = jiff::Timestamp::try_from(at).ok()?.to_zoned(TimeZone::UTC);
        let part = |number: i8| u8::try_from(number).ok();
        let (year, month, day) = (u16::try_from(at.year()).ok()?, part(at.month())?, part(at.day())?);
        let (hour, minute, second) = (part(at.hour())?, part(at.minute())?, part(at.second())?);
        zip::DateTime::from_date_and_time(year, month, day, hour, minute, second).ok()
    };
    said().unwrap_or_default()
}

/// A file of the size that was promised: one that is shorter, or not there any more, is an error; of one that has grown, the
/// rest is left out.
struct Promised<'e> {
    entry: &'e Entry,
    file: Option<io::Take<File>>,
    left: u64,
}

impl<'e> Promised<'e> {
    const fn new(entry: &'e Entry, size: u64) -> Self {
        Self { entry, file: None, left: size }
    }
}

impl Read for Promised<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(File::open(&self.entry.path)?.take(self.left)),
        };
        let read = file.read(into)?;
        self.left -= read as u64;
        if read == 0 && !into.is_empty() && self.left > 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("a file has lost its last {} bytes", self.left)));
        }
        Ok(read)
    }
}
