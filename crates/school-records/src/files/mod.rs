//! Records from files: a folder or a file in one of the forms that school systems write.
//!
//! | Kind | Is |
//! |---|---|
//! | `fint-dump` | FINT's collections as files ([`dump`]) |
//! | `pifu` | PIFU-IMS 1.3, XML ([`crate::pifu`]) |
//! | `oneroster` | OneRoster 1.1, CSV |
//! | `sds` | Microsoft School Data Sync 2.1, CSV |
//! | `vigo` | contracts from Vigo, JSON |
//! | `csv` | the county's own lists, CSV by the template |
//!
//! All are read as they come, row by row or element by element, so that memory holds what is kept and no more. A record
//! that cannot be used becomes a [`crate::Fault`]; a set that is not whole is a [`SetError`], and nothing of it is given.

mod county;
pub(crate) mod csv;
mod dump;
mod gather;
pub(crate) mod json;
mod oneroster;
pub mod photos;
mod sds;
mod vigo;

use crate::fint::Model;
use crate::library::{self, LibraryFileError};
use crate::{SchoolRecords, pifu};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use gather::{Gathering, Membership, Relation, enrolments, mark_only_school, push};

/// The most bytes of a file of library codes.
const MAX_LIBRARY: u64 = 32 << 20;

/// The forms in which records come as files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// FINT's collections, a file for each.
    FintDump,
    /// PIFU-IMS 1.3.
    Pifu,
    /// OneRoster 1.1.
    OneRoster,
    /// Microsoft School Data Sync 2.1.
    Sds,
    /// Vigo's contracts.
    Vigo,
    /// The county's own lists.
    Csv,
}

impl Kind {
    /// All, in the order of preference.
    pub const ALL: [Self; 6] = [
        Self::FintDump,
        Self::Pifu,
        Self::OneRoster,
        Self::Sds,
        Self::Vigo,
        Self::Csv,
    ];

    /// The name in settings and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FintDump => "fint-dump",
            Self::Pifu => "pifu",
            Self::OneRoster => "oneroster",
            Self::Sds => "sds",
            Self::Vigo => "vigo",
            Self::Csv => "csv",
        }
    }
}

/// Not the name of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not one of fint-dump, pifu, oneroster, sds, vigo and csv")]
pub struct NoSuchKind;

impl FromStr for Kind {
    type Err = NoSuchKind;

    fn from_str(name: &str) -> Result<Self, NoSuchKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(NoSuchKind)
    }
}

/// Where files with records are, and how they are read.
#[derive(Debug, Clone)]
pub struct FileSource {
    /// The form.
    pub kind: Kind,
    /// The folder; for `pifu` and `vigo` the file.
    pub path: PathBuf,
    /// A file with Vigo's contracts beside it: the other kinds but `fint-dump` and `csv` hold no apprentices.
    pub vigo: Option<PathBuf>,
    /// A file with library codes beside it ([`crate::library`]).
    pub library_codes: Option<PathBuf>,
    /// A file with the addresses of photos beside it ([`photos`]).
    pub photos: Option<PathBuf>,
    /// Whether synthetic national identity numbers count as valid: in tests only.
    pub allow_synthetic: bool,
    /// For `fint-dump`: the information model.
    pub model: Model,
    /// For `fint-dump`: whether apprentices are read as well.
    pub apprentices: bool,
    /// For `fint-dump`: the codes that say that the final examination was passed.
    pub passed_codes: Vec<String>,
    /// Where it is counted how many bytes have been read, for whoever waits.
    pub counter: Arc<AtomicU64>,
}

impl FileSource {
    /// A source with the usual settings, without files beside it.
    #[must_use]
    pub fn new(kind: Kind, path: PathBuf) -> Self {
        Self {
            kind,
            path,
            vigo: None,
            library_codes: None,
            photos: None,
            allow_synthetic: false,
            model: Model::V4,
            apprentices: true,
            passed_codes: vec!["B".into(), "M".into()],
            counter: Arc::default(),
        }
    }

    /// About how many bytes there are to read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let beside = [&self.vigo, &self.library_codes, &self.photos];
        let beside: u64 = beside
            .into_iter()
            .flatten()
            .map(|path| bytes_in(path, 0))
            .sum();
        // PIFU-IMS is read twice.
        let times = if self.kind == Kind::Pifu { 2 } else { 1 };
        bytes_in(&self.path, 4) * times + beside
    }

    fn open(&self, path: &Path) -> Result<BufReader<Counted>, SetError> {
        open(path, &self.counter)
    }
}

/// Bytes in a file, or in the records of a folder and so many levels below it.
fn bytes_in(path: &Path, levels: u8) -> u64 {
    let Ok(about) = std::fs::metadata(path) else {
        return 0;
    };
    if about.is_file() {
        return about.len();
    }
    let (Some(below), Ok(entries)) = (levels.checked_sub(1), std::fs::read_dir(path)) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.is_dir()
                || path
                    .extension()
                    .is_some_and(|end| end == "csv" || end == "json")
        })
        .map(|path| bytes_in(&path, below))
        .sum()
}

/// A file that counts what is read of it.
pub(crate) struct Counted {
    file: File,
    counter: Arc<AtomicU64>,
}

impl io::Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.counter.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Why a set is refused whole. Names files, and nothing of what is in them.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// A file that must be there is not.
    #[error("{file} is missing")]
    NoFile {
        /// The file.
        file: String,
    },
    /// A file cannot be read.
    #[error("{file} cannot be read")]
    Io {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file ends before its end.
    #[error("{file} is cut off: it has no end")]
    CutOff {
        /// The file.
        file: String,
    },
    /// A file is not what it should be.
    #[error("{file} cannot be used: {why}")]
    Unreadable {
        /// The file.
        file: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A file is not JSON, or not the JSON it should be.
    #[error("{file} cannot be read at line {line}, column {column}: {why}")]
    Json {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The column.
        column: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// A column that must be there is not.
    #[error("{file} has no column {column}")]
    NoColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
    },
    /// More or fewer records than announced.
    #[error("{file} announces {announced} rows and has {given}")]
    Count {
        /// The file.
        file: String,
        /// How many were announced.
        announced: u64,
        /// How many there are.
        given: u64,
    },
    /// The source itself says that something went wrong.
    #[error("{file} carries an error message of the system that wrote it")]
    SaysError {
        /// The file.
        file: String,
    },
    /// A set of changes, not of everything: what is not in it would be withdrawn.
    #[error("{file} holds changes, not the whole set")]
    NotWhole {
        /// The file.
        file: String,
    },
    /// The PIFU-IMS file.
    #[error(transparent)]
    Pifu(#[from] pifu::PifuError),
    /// The file of library codes.
    #[error(transparent)]
    Library(#[from] LibraryFileError),
}

/// Reads everything: the set, and the files beside it.
///
/// Records that cannot be used are reported in [`SchoolRecords::faults`].
///
/// # Errors
/// When the set, or a file beside it, is not whole.
pub fn read(source: &FileSource) -> Result<SchoolRecords, SetError> {
    let folder = Folder::of(source)?;
    let synthetic = source.allow_synthetic;
    let mut records = match source.kind {
        Kind::FintDump => dump::read(&folder, source)?,
        Kind::Pifu => pifu::read(
            &name_of(&source.path),
            || source.open(&source.path),
            synthetic,
        )?,
        Kind::OneRoster => oneroster::read(&folder, synthetic)?,
        Kind::Sds => sds::read(&folder, synthetic)?,
        Kind::Vigo => vigo::read(
            &name_of(&source.path),
            source.open(&source.path)?,
            synthetic,
        )?,
        Kind::Csv => county::read(&folder, synthetic)?,
    };
    if let Some(path) = &source.vigo {
        records = records.join(vigo::read(&name_of(path), source.open(path)?, synthetic)?);
    }
    let beside = |given: &Option<PathBuf>, name: &str| {
        let in_folder = (source.kind == Kind::Csv).then(|| folder.path.join(name));
        given
            .clone()
            .or_else(|| in_folder.filter(|path| path.exists()))
    };
    if let Some(path) = beside(&source.library_codes, "bibliotek.csv") {
        let mut codes = Vec::new();
        let read = source
            .open(&path)?
            .take(MAX_LIBRARY + 1)
            .read_to_end(&mut codes);
        read.map_err(|source| SetError::Io {
            file: name_of(&path),
            source,
        })?;
        library::add_codes(&codes, &mut records)?;
    }
    if let Some(path) = beside(&source.photos, "bilder.csv") {
        photos::add(&name_of(&path), source.open(&path)?, &mut records)?;
    }
    Ok(records)
}

/// A set's files by their names.
pub(crate) trait Files {
    /// A file that must be there.
    fn file(&self, name: &str) -> Result<Box<dyn BufRead + '_>, SetError>;

    /// The files of a folder that end in `.json`, in the order of their names; none when there is no such folder.
    fn pages(&self, folder: &str) -> Result<Vec<String>, SetError>;

    /// A file that may be missing.
    fn optional(&self, name: &str) -> Result<Option<Box<dyn BufRead + '_>>, SetError> {
        match self.file(name) {
            Ok(file) => Ok(Some(file)),
            Err(SetError::NoFile { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

struct Folder {
    path: PathBuf,
    counter: Arc<AtomicU64>,
}

impl Folder {
    fn of(source: &FileSource) -> Result<Self, SetError> {
        let is_one_file = matches!(source.kind, Kind::Pifu | Kind::Vigo);
        if source.path.exists() && source.path.is_dir() == is_one_file {
            return Err(SetError::Unreadable {
                file: name_of(&source.path),
                why: if is_one_file {
                    "it is a folder, and should be a file"
                } else {
                    "it is a file, and should be a folder"
                },
            });
        }
        Ok(Self {
            path: source.path.clone(),
            counter: source.counter.clone(),
        })
    }
}

impl Files for Folder {
    fn file(&self, name: &str) -> Result<Box<dyn BufRead + '_>, SetError> {
        let file = open(&self.path.join(name), &self.counter).map_err(|error| match error {
            // Two collections can have one name; the folder tells them apart.
            SetError::NoFile { .. } => SetError::NoFile {
                file: name.to_owned(),
            },
            error => error,
        })?;
        Ok(Box::new(file))
    }

    fn pages(&self, folder: &str) -> Result<Vec<String>, SetError> {
        let path = self.path.join(folder);
        if !path.is_dir() {
            return Ok(Vec::new());
        }
        let unreadable = |source| SetError::Io {
            file: folder.to_owned(),
            source,
        };
        let mut pages = Vec::new();
        for entry in std::fs::read_dir(path).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            let name = name.to_string_lossy();
            if name.ends_with(".json") && !name.starts_with('.') {
                pages.push(format!("{folder}/{name}"));
            }
        }
        pages.sort();
        Ok(pages)
    }
}

/// Files by a function, for tests: their content by name.
struct Given<'a>(&'a dyn Fn(&str) -> Option<Box<dyn BufRead>>);

impl Files for Given<'_> {
    fn file(&self, name: &str) -> Result<Box<dyn BufRead + '_>, SetError> {
        let file = self.0(name).ok_or_else(|| SetError::NoFile {
            file: name.to_owned(),
        })?;
        Ok(file)
    }

    fn pages(&self, _folder: &str) -> Result<Vec<String>, SetError> {
        Ok(Vec::new())
    }
}

fn open(path: &Path, counter: &Arc<AtomicU64>) -> Result<BufReader<Counted>, SetError> {
    let file = File::open(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => SetError::NoFile {
            file: name_of(path),
        },
        _ => SetError::Io {
            file: name_of(path),
            source,
        },
    })?;
    let counter = counter.clone();
    Ok(BufReader::with_capacity(
        64 << 10,
        Counted { file, counter },
    ))
}

/// The file's own name, without the way to it.
fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// The parsers without the file system, for tests and fuzzing.
#[doc(hidden)]
pub mod parts {
    use super::{FileSource, Kind, SchoolRecords, SetError};
    use std::io::BufRead;

    /// Vigo's contracts.
    ///
    /// # Errors
    /// When the set is not whole.
    pub fn vigo(input: impl BufRead, allow_synthetic: bool) -> Result<SchoolRecords, SetError> {
        super::vigo::read("vigo.json", input, allow_synthetic)
    }

    /// A set of several files: their content by name.
    ///
    /// # Errors
    /// When the set is not whole.
    pub fn set(
        kind: Kind,
        file: &dyn Fn(&str) -> Option<Vec<u8>>,
        allow_synthetic: bool,
    ) -> Result<SchoolRecords, SetError> {
        let stream_of = |name: &str| -> Option<Box<dyn BufRead>> {
            Some(Box::new(std::io::Cursor::new(file(name)?)))
        };
        stream(kind, &stream_of, allow_synthetic)
    }

    /// As [`set`], without the content in memory.
    ///
    /// # Errors
    /// When the set is not whole.
    pub fn stream(
        kind: Kind,
        file: &dyn Fn(&str) -> Option<Box<dyn BufRead>>,
        allow_synthetic: bool,
    ) -> Result<SchoolRecords, SetError> {
        let files = super::Given(file);
        match kind {
            Kind::OneRoster => super::oneroster::read(&files, allow_synthetic),
            Kind::Sds => super::sds::read(&files, allow_synthetic),
            Kind::FintDump => {
                let mut source = FileSource::new(kind, "dump".into());
                source.allow_synthetic = allow_synthetic;
                super::dump::read(&files, &source)
            }
            Kind::Csv | Kind::Pifu | Kind::Vigo => super::county::read(&files, allow_synthetic),
        }
    }
}
