//! What was uploaded, until it has been gone through: an unnamed file, which is gone with the process and which nobody
//! can open by a name. Single pictures and zip files lie in it one after the other.
//!
//! Nothing is unpacked onto the disk. Of names in a zip only the last part counts, and only as the name of a pupil: no
//! path is ever made of one. A zip in a zip is a file that is no picture.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    rc::Rc,
};

use tokio::sync::OwnedSemaphorePermit;
use zip::ZipArchive;

/// What is taken at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Files, those in zip files counted.
    pub(super) files: usize,
    /// Bytes of one picture, unpacked.
    pub(super) file_bytes: u64,
    /// Bytes of all that is uploaded.
    pub(super) upload_bytes: u64,
    /// Bytes of all pictures, unpacked.
    pub(super) unpacked_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            files: 3_000,
            file_bytes: 10 << 20,
            upload_bytes: 1 << 30,
            unpacked_bytes: 4 << 30,
        }
    }
}

/// The largest list of names at the end of a zip: it is read whole.
const MOST_DIRECTORY: u64 = 8 << 20;
/// A zip's end record, with the longest comment there can be, begins no further from the end.
const LONGEST_END: u64 = 26 + 65_536;

/// Why a delivery is not gone through at all.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("there is no picture in it")]
    Empty,
    #[error("there are more than {0} files")]
    TooMany(usize),
    #[error("it is larger than {0} bytes")]
    TooLarge(u64),
    #[error("a zip file cannot be read")]
    BadZip,
    #[error("the disk: {0}")]
    Disk(#[from] io::Error),
}

/// One uploaded file.
#[derive(Clone, Debug)]
struct Part {
    name: String,
    start: u64,
    len: u64,
}

/// All that was uploaded.
#[derive(Debug)]
pub(super) struct Spool {
    file: File,
    parts: Vec<Part>,
    /// Is free for another upload when this one is gone: only so many lie on the disk at once.
    place: Option<OwnedSemaphorePermit>,
}

/// A picture in the spool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The last part of its name.
    pub(super) name: String,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Part(usize),
    Zipped { part: usize, index: usize },
}

/// Why one picture cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// More bytes than a picture may have.
    TooLarge,
    /// Damaged, packed in a way that is not read, or behind a password.
    Damaged,
}

impl Spool {
    /// Of a file and the uploads that were written into it, one after the other: name and length of each.
    pub(super) fn new(file: File, uploads: Vec<(String, u64)>) -> Self {
        let mut start = 0;
        let parts = uploads
            .into_iter()
            .map(|(name, len)| {
                let part = Part { name, start, len };
                start += len;
                part
            })
            .collect();
        Self {
            file,
            parts,
            place: None,
        }
    }

    /// As long as it lies here, it holds this place.
    pub(super) fn holding(mut self, place: OwnedSemaphorePermit) -> Self {
        self.place = Some(place);
        self
    }

    /// The place, for who holds it longer than the file.
    pub(super) fn take_place(&mut self) -> Option<OwnedSemaphorePermit> {
        self.place.take()
    }

    /// Everything that could be a picture, in the order in which it came.
    ///
    /// # Errors
    /// When there is nothing, or too much, or a zip file cannot be read.
    pub(super) fn list(&self, limits: Limits) -> Result<Vec<Found>, Refused> {
        let mut found = Vec::new();
        for (part, upload) in self.parts.iter().enumerate() {
            if is_zip(&upload.name) {
                let mut archive = self.archive(upload, limits)?;
                for index in 0..archive.len() {
                    let entry = archive.by_index_raw(index).map_err(|_| Refused::BadZip)?;
                    let name = entry.name().map_err(|_| Refused::BadZip)?.into_owned();
                    if entry.is_dir() || is_by_catch(&name) {
                        continue;
                    }
                    add(&mut found, &name, Place::Zipped { part, index }, limits)?;
                }
            } else if !is_by_catch(&upload.name) {
                add(&mut found, &upload.name, Place::Part(part), limits)?;
            }
        }
        if found.is_empty() {
            return Err(Refused::Empty);
        }
        Ok(found)
    }

    /// Reads pictures one after the other; what is read twice is unpacked twice.
    pub(super) fn reader(&self, limits: Limits) -> Reader<'_> {
        Reader {
            spool: self,
            limits,
            open: None,
            unpacked: 0,
        }
    }

    fn section(&self, part: &Part) -> Section<'_> {
        Section {
            file: &self.file,
            start: part.start,
            len: part.len,
            at: 0,
            left: Rc::new(Cell::new(u64::MAX)),
        }
    }

    fn archive(&self, part: &Part, limits: Limits) -> Result<ZipArchive<Section<'_>>, Refused> {
        check_end(&mut self.section(part), limits)?;
        // Whatever the end says, opening reads no more than this into memory.
        let section = self.section(part);
        let left = section.left.clone();
        left.set(MOST_DIRECTORY + 2 * LONGEST_END);
        let archive = ZipArchive::new(section).map_err(|_| Refused::BadZip)?;
        left.set(u64::MAX);
        Ok(archive)
    }
}

fn add(found: &mut Vec<Found>, name: &str, place: Place, limits: Limits) -> Result<(), Refused> {
    if found.len() >= limits.files {
        return Err(Refused::TooMany(limits.files));
    }
    let name = last(name).chars().take(120).collect();
    found.push(Found { name, place });
    Ok(())
}

/// The last part of a path, whichever way the slashes lean.
fn last(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn is_zip(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

/// What computers put beside pictures.
fn is_by_catch(path: &str) -> bool {
    let name = last(path);
    name.is_empty()
        || name.starts_with('.')
        || path.split(['/', '\\']).any(|part| part == "__MACOSX")
        || name.eq_ignore_ascii_case("thumbs.db")
        || name.eq_ignore_ascii_case("desktop.ini")
}

/// How many files a zip says it has, and how long its list of names is, before that list is read into memory. Whatever
/// could be taken for the end counts, since a reader may go by any of them. Zips of more than 65 534 files, or 4 GiB, say
/// so elsewhere, and are refused by that.
fn check_end(section: &mut Section<'_>, limits: Limits) -> Result<(), Refused> {
    const END: [u8; 4] = *b"PK\x05\x06";
    let from = section.len.saturating_sub(LONGEST_END);
    section.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    section.take(LONGEST_END).read_to_end(&mut tail)?;
    // Folders are in the list too.
    let most = limits.files.saturating_mul(2).min(65_534);
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    let mut found = false;
    let ends = tail.windows(22).filter(|bytes| bytes.starts_with(&END));
    for end in ends {
        found = true;
        let number = |at: usize, len: usize| {
            let bytes = end.get(at..at + len).unwrap_or_default();
            let digits = bytes.iter().rev();
            digits.fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
        };
        let (files, directory, offset) = (number(10, 2), number(12, 4), number(16, 4));
        if files > most || directory > MOST_DIRECTORY {
            return Err(Refused::TooMany(limits.files));
        }
        if offset == u64::from(u32::MAX) {
            return Err(Refused::BadZip);
        }
    }
    if found { Ok(()) } else { Err(Refused::BadZip) }
}

/// Reads the spool's pictures.
pub(super) struct Reader<'a> {
    spool: &'a Spool,
    limits: Limits,
    open: Option<(usize, ZipArchive<Section<'a>>)>,
    unpacked: u64,
}

impl<'a> Reader<'a> {
    /// The bytes of a picture.
    ///
    /// # Errors
    /// [`Refused`] when no more is read of this delivery; within it, what is wrong with this one picture.
    pub(super) fn read(&mut self, found: &Found) -> Result<Result<Vec<u8>, Unreadable>, Refused> {
        let most = self.limits.file_bytes;
        let read = match found.place {
            Place::Part(part) => {
                let Some(part) = self.spool.parts.get(part) else {
                    return Err(Refused::BadZip);
                };
                bounded(self.spool.section(part), most)
            }
            Place::Zipped { part, index } => {
                let archive = self.archive(part)?;
                match archive.by_index(index) {
                    Ok(entry) if entry.size() > most => Err(Unreadable::TooLarge),
                    // What it says of its size is not believed.
                    Ok(entry) => bounded(entry, most),
                    Err(_) => Err(Unreadable::Damaged),
                }
            }
        };
        let bytes = match &read {
            Ok(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Err(_) => most,
        };
        self.unpacked = self.unpacked.saturating_add(bytes);
        if self.unpacked > self.limits.unpacked_bytes {
            return Err(Refused::TooLarge(self.limits.unpacked_bytes));
        }
        Ok(read)
    }

    /// The zip file that was open last stays open: its pictures come one after the other.
    fn archive(&mut self, part: usize) -> Result<&mut ZipArchive<Section<'a>>, Refused> {
        let is_open = matches!(&self.open, Some((open, _)) if *open == part);
        if !is_open {
            let upload = self.spool.parts.get(part).ok_or(Refused::BadZip)?;
            self.open = Some((part, self.spool.archive(upload, self.limits)?));
        }
        match &mut self.open {
            Some((_, archive)) => Ok(archive),
            None => Err(Refused::BadZip),
        }
    }
}

fn bounded(from: impl Read, most: u64) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    match from.take(most + 1).read_to_end(&mut bytes) {
        Ok(read) if u64::try_from(read).unwrap_or(u64::MAX) > most => Err(Unreadable::TooLarge),
        Ok(_) => Ok(bytes),
        Err(_) => Err(Unreadable::Damaged),
    }
}

/// A part of a file, as if it were a file. Others may read the same file, but not at the same time.
#[derive(Debug)]
struct Section<'a> {
    file: &'a File,
    start: u64,
    len: u64,
    at: u64,
    /// So many bytes may still be read; set from outside, since whoever reads has the section.
    left: Rc<Cell<u64>>,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let Some(buffer) = buffer.get_mut(..wanted) else {
            return Ok(0);
        };
        let mut file = self.file;
        file.seek(SeekFrom::Start(self.start + self.at))?;
        let read = file.read(buffer)?;
        let bytes = u64::try_from(read).unwrap_or_default();
        let left = self.left.get().checked_sub(bytes);
        self.left.set(left.ok_or(io::ErrorKind::FileTooLarge)?);
        self.at += bytes;
        Ok(read)
    }
}

impl Seek for Section<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests;
