//! A photographer's delivery: a folder of JPEG files, each named by a pupil's number (elevnummer), such as `100042.jpg`; or
//! a PIFU-IMS file, which says for each pupil's number where the photo is (`photo/extref`): an address at an allowed host,
//! or a file beside it.
//!
//! Each file is taken whole or not at all, so a run that was cut short is simply run again. What is taken is proposed to
//! the pupil, who says whether it shows them.

use std::{
    collections::BTreeMap,
    fmt, io,
    path::{Component, Path, PathBuf},
};

use portrait::{Examined, PortraitError};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use url::Url;
use uuid::Uuid;

use crate::{
    app::App,
    audit, db,
    db::entity::{
        person,
        photo::{self, PhotoSource, PhotoState},
    },
    records::{record_of, status::CHUNK},
};

use super::{
    PhotoStoreError, Refusal,
    examine::{CutShort, in_turn, not_of_one, rejecting},
    fetch::fetch,
    save,
    state::{Deed, Next, step},
};

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Proposed to the pupil, with the ids of the rules by which it could be better.
    Taken {
        /// Rule ids, may be empty.
        advice: Vec<&'static str>,
    },
    /// It was taken before, and waits for the pupil.
    TakenBefore,
    /// Its name is not a pupil's number and `.jpg`.
    NotNamedByNumber,
    /// The file says no pupil's number (`userid` of the type `studentID`).
    NoNumber,
    /// Neither an address nor the name of a file beside the PIFU file.
    NoSuchPlace,
    /// The address gave no picture; why.
    NotFetched(String),
    /// The records have nobody of that number.
    NoSuchPupil,
    /// The records have several people of that number.
    SeveralPupils,
    /// Another file is named by the same number; neither is taken.
    NamedTwice,
    /// Not a file that can be used.
    Unreadable(String),
    /// It is not a picture of one person; the id of the rule that says so.
    NotOfOne(&'static str),
    /// The pupil has a locked photo, which stays.
    LockedAlready,
    /// A photo that the pupil sent in waits for the school, and goes first.
    InReview,
    /// The pupil has said of this very picture that it is not them.
    SaidNotMe,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { advice } if advice.is_empty() => f.write_str("taken"),
            Self::Taken { advice } => write!(f, "taken, could be better: {}", advice.join(", ")),
            Self::TakenBefore => f.write_str("taken before"),
            Self::NotNamedByNumber => f.write_str("not named NUMBER.jpg"),
            Self::NoNumber => f.write_str("no pupil's number (userid studentID)"),
            Self::NoSuchPlace => f.write_str("neither an address nor a file beside this one"),
            Self::NotFetched(why) => write!(f, "not fetched: {why}"),
            Self::NoSuchPupil => f.write_str("no such pupil"),
            Self::SeveralPupils => f.write_str("several pupils have that number"),
            Self::NamedTwice => f.write_str("two files for one pupil"),
            Self::Unreadable(why) => write!(f, "unusable: {why}"),
            Self::NotOfOne(rule) => write!(f, "unusable: {rule}"),
            Self::LockedAlready => f.write_str("locked already"),
            Self::InReview => f.write_str("the pupil's own photo waits for approval"),
            Self::SaidNotMe => f.write_str("the pupil has said that this is somebody else"),
        }
    }
}

/// Why a delivery could not be gone through. What was taken before that stays.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The folder, or the PIFU file, cannot be read.
    #[error("the folder or file cannot be read: {0}")]
    Folder(#[from] io::Error),
    /// The file is not PIFU-IMS.
    #[error(transparent)]
    Pifu(#[from] school_records::pifu::PifuError),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] PhotoStoreError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// A delivery that has been looked through: its files, and whose they are.
pub struct Delivery {
    files: Vec<(Picture, Result<Uuid, Outcome>)>,
}

/// A picture of a delivery: what to call it, and where it is.
struct Picture {
    name: String,
    place: Place,
}

enum Place {
    File(PathBuf),
    Address(Url),
}

impl Delivery {
    /// Lists the files of a folder, in the order of their names, where names that begin with a dot are passed over; or the
    /// photos that a PIFU-IMS file names, in its order.
    ///
    /// # Errors
    /// When the folder or file cannot be read, or the database fails.
    pub async fn open(app: &App, source: &Path) -> Result<Self, ImportError> {
        if source.is_dir() {
            Self::of_folder(app, source).await
        } else {
            Self::of_pifu(app, source).await
        }
    }

    async fn of_pifu(app: &App, file: &Path) -> Result<Self, ImportError> {
        let opened = std::io::BufReader::new(std::fs::File::open(file)?);
        let photos = school_records::pifu::photos(opened)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        for number in photos
            .iter()
            .filter_map(|photo| photo.student_number.clone())
        {
            *named.entry(number).or_default() += 1;
        }
        let pupils = pupils_by_number(app, &named).await?;
        let files = photos.into_iter().map(|photo| {
            let whose = match &photo.student_number {
                None => Err(Outcome::NoNumber),
                Some(number) if named.get(number).is_some_and(|count| *count > 1) => {
                    Err(Outcome::NamedTwice)
                }
                Some(number) => whose(&pupils, number),
            };
            let name = photo.student_number.unwrap_or_else(|| "-".to_owned());
            match place_of(folder, &photo.place) {
                Some(place) => (Picture { name, place }, whose),
                None => {
                    let place = Place::File(PathBuf::new());
                    (Picture { name, place }, Err(Outcome::NoSuchPlace))
                }
            }
        });
        Ok(Self {
            files: files.collect(),
        })
    }

    async fn of_folder(app: &App, folder: &Path) -> Result<Self, ImportError> {
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                paths.push(entry.path());
            }
        }
        paths.sort();
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        for number in paths.iter().filter_map(|path| number_of(path)) {
            *named.entry(number).or_default() += 1;
        }
        let pupils = pupils_by_number(app, &named).await?;
        let whose_file = |path: &Path| {
            let number = number_of(path).ok_or(Outcome::NotNamedByNumber)?;
            if named.get(&number).is_some_and(|count| *count > 1) {
                return Err(Outcome::NamedTwice);
            }
            whose(&pupils, &number)
        };
        let files = paths
            .into_iter()
            .map(|path| {
                let whose = whose_file(&path);
                let name = path.file_name().unwrap_or_default();
                let name = name.to_string_lossy().into_owned();
                let place = Place::File(path);
                (Picture { name, place }, whose)
            })
            .collect();
        Ok(Self { files })
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Takes the file at `index`; with `dry`, only says what would become of it.
    ///
    /// # Errors
    /// When something fails that has nothing to do with this file.
    pub async fn take(
        &self,
        app: &App,
        index: usize,
        by: &str,
        dry: bool,
    ) -> Result<Option<(&str, Outcome)>, ImportError> {
        let Some((picture, whose)) = self.files.get(index) else {
            return Ok(None);
        };
        let outcome = match whose {
            Ok(person) => take(app, *person, &picture.place, by, dry).await?,
            Err(outcome) => outcome.clone(),
        };
        Ok(Some((&picture.name, outcome)))
    }
}

/// The pupil's number that a file is named by.
pub(crate) fn number_of(path: &Path) -> Option<String> {
    let extension = path.extension()?.to_str()?;
    let is_jpeg = ["jpg", "jpeg"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known));
    let number = path.file_stem()?.to_str()?.trim();
    (is_jpeg && !number.is_empty()).then(|| number.to_owned())
}

fn whose(pupils: &BTreeMap<String, Vec<Uuid>>, number: &str) -> Result<Uuid, Outcome> {
    match pupils.get(number).map(Vec::as_slice) {
        Some([person]) => Ok(*person),
        Some([]) | None => Err(Outcome::NoSuchPupil),
        Some(_) => Err(Outcome::SeveralPupils),
    }
}

/// Where an `extref` leads: an address, or a file below the folder. Nothing else on this machine.
fn place_of(folder: &Path, extref: &str) -> Option<Place> {
    if let Ok(url) = Url::parse(extref) {
        return matches!(url.scheme(), "https" | "http").then_some(Place::Address(url));
    }
    let file = Path::new(extref);
    file.components()
        .all(|part| matches!(part, Component::Normal(_)))
        .then(|| Place::File(folder.join(file)))
}

/// A picture on its way to be looked at.
enum Source {
    File(PathBuf),
    Bytes(Vec<u8>),
}

/// Who has the numbers of a delivery. A county's records are many times what this process is to take, so they are read a few
/// at a time, and nothing is kept of who is not in the delivery.
async fn pupils_by_number(
    app: &App,
    named: &BTreeMap<String, usize>,
) -> Result<BTreeMap<String, Vec<Uuid>>, ImportError> {
    let mut pupils: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    let mut after = Uuid::nil();
    loop {
        let people = person::Entity::find()
            .filter(person::Column::WithdrawnAt.is_null())
            .filter(person::Column::Id.gt(after))
            .order_by_asc(person::Column::Id)
            .limit(CHUNK as u64)
            .all(&app.db)
            .await?;
        let Some(last) = people.last() else {
            return Ok(pupils);
        };
        after = last.id;
        for person in people {
            match record_of(&person) {
                Ok(record) => {
                    if let Some(number) = record.student_number
                        && named.contains_key(&number)
                    {
                        pupils.entry(number).or_default().push(person.id);
                    }
                }
                // Nobody's pupil until the next sync has written it anew; the others get their photos.
                Err(error) => {
                    tracing::error!(person = %person.id, %error, "a stored record cannot be read");
                }
            }
        }
    }
}

async fn take(
    app: &App,
    person: Uuid,
    place: &Place,
    by: &str,
    dry: bool,
) -> Result<Outcome, ImportError> {
    // Before any work: most of a second delivery is for pupils who have a photo.
    let row = photo::Entity::find_by_id(person).one(&app.db).await?;
    if let Err(refusal) = step(row.as_ref().map(Into::into), Deed::ProposeFromRecords(None)) {
        return Ok(refused(refusal));
    }
    let source = match place {
        Place::File(path) => Source::File(path.clone()),
        // With the same care as an address in the records.
        Place::Address(url) => match fetch(&app.http, url, &app.config.photos).await {
            Ok(bytes) => Source::Bytes(bytes),
            Err(error) => return Ok(Outcome::NotFetched(error.to_string())),
        },
    };
    look_and_write(app, person, row, source, by, dry).await
}

/// Takes a picture that was delivered for this pupil, as it came.
///
/// # Errors
/// When something fails that has nothing to do with this picture.
pub(crate) async fn take_bytes(
    app: &App,
    person: Uuid,
    picture: Vec<u8>,
    by: &str,
) -> Result<Outcome, ImportError> {
    let row = photo::Entity::find_by_id(person).one(&app.db).await?;
    if let Err(refusal) = step(row.as_ref().map(Into::into), Deed::ProposeFromRecords(None)) {
        return Ok(refused(refusal));
    }
    look_and_write(app, person, row, Source::Bytes(picture), by, false).await
}

async fn look_and_write(
    app: &App,
    person: Uuid,
    row: Option<photo::Model>,
    source: Source,
    by: &str,
    dry: bool,
) -> Result<Outcome, ImportError> {
    let max_bytes = app.config.photos.max_bytes;
    let examiner = app.examiner.clone();
    let examined = in_turn(move || -> Result<Examined, String> {
        let bytes = match source {
            Source::File(path) => read(&path, max_bytes)?,
            Source::Bytes(bytes) => bytes,
        };
        examiner
            .delivered(&bytes, max_bytes)
            .map_err(|error| error.to_string())
    })
    .await?;
    let examined = match examined {
        Ok(examined) => examined,
        Err(why) => return Ok(Outcome::Unreadable(why)),
    };
    let reasons = examined.report.reasons();
    let rejects = rejecting(&examined.report);
    // The school answers for its photographer, and the pupil is asked: all else is advice.
    if let Some(rule) = not_of_one(&examined.report) {
        return Ok(Outcome::NotOfOne(rule));
    }
    let sha256 = county_api::photo_sha256(&examined.jpeg);
    match step(
        row.as_ref().map(Into::into),
        Deed::ProposeFromPhotographer(&sha256),
    ) {
        Err(refusal) => return Ok(refused(refusal)),
        Ok(Next::Stays) => return Ok(Outcome::TakenBefore),
        Ok(Next::Becomes(_)) if dry => return Ok(Outcome::Taken { advice: reasons }),
        Ok(Next::Becomes(_)) => {}
    }

    let object_key = app.photos.put(&examined.jpeg).await?;
    let written = write(app, person, &sha256, &object_key, by, &rejects).await;
    if !matches!(written, Ok(Ok(_))) {
        app.photos.delete(&object_key).await;
    }
    match written? {
        Ok(replaced) => {
            if let Some(old) = replaced {
                app.photos.delete(&old).await;
            }
            Ok(Outcome::Taken { advice: reasons })
        }
        Err(outcome) => Ok(outcome),
    }
}

/// A regular file of at most so many bytes; the error is for the one who runs the import.
fn read(path: &Path, max_bytes: usize) -> Result<Vec<u8>, String> {
    let about = std::fs::symlink_metadata(path).map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("not a file".to_owned());
    }
    if about.len() > u64::try_from(max_bytes).unwrap_or(u64::MAX) {
        let bytes = usize::try_from(about.len()).unwrap_or(usize::MAX);
        let limit = max_bytes;
        return Err(PortraitError::TooLarge { bytes, limit }.to_string());
    }
    std::fs::read(path).map_err(|error| error.to_string())
}

/// The inner answer is the object that was replaced, if one was, or why nothing was written after all.
async fn write(
    app: &App,
    person: Uuid,
    sha256: &str,
    object_key: &str,
    by: &str,
    rejects: &[&str],
) -> Result<Result<Option<String>, Outcome>, ImportError> {
    let now = app.unix_now();
    let transaction = db::begin_write(&app.db).await?;
    let old = super::held(&transaction, person).await?;
    match step(
        old.as_ref().map(Into::into),
        Deed::ProposeFromPhotographer(sha256),
    ) {
        Err(refusal) => return Ok(Err(refused(refusal))),
        Ok(Next::Stays) => return Ok(Err(Outcome::TakenBefore)),
        Ok(Next::Becomes(_)) => {}
    }
    let row = photo::Model {
        person_id: person,
        id: Uuid::new_v4(),
        state: PhotoState::Proposed,
        source: PhotoSource::Photographer,
        sha256: sha256.to_owned(),
        object_key: object_key.to_owned(),
        source_url_sha256: old.as_ref().and_then(|old| old.source_url_sha256.clone()),
        source_date: None,
        changed_at: now,
        submitted_sha256: None,
        note: old.as_ref().and_then(photo::Model::note_that_holds),
        reasons: None,
        handed_back: old.as_ref().is_some_and(|old| old.handed_back),
    };
    save(&transaction, row).await?;
    let entry = audit::Entry::new(by, "photo.propose", now)
        .person(person)
        .detail(json!({ "source": "photographer", "photo": sha256, "findings": rejects }));
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(Ok(old
        .filter(|old| old.state.has_picture())
        .map(|old| old.object_key)))
}

fn refused(refusal: Refusal) -> Outcome {
    match refusal {
        Refusal::InReview => Outcome::InReview,
        Refusal::Rejected => Outcome::SaidNotMe,
        Refusal::Locked
        | Refusal::AnotherPhoto
        | Refusal::NoPhoto
        | Refusal::NothingWaits
        | Refusal::NotLocked => Outcome::LockedAlready,
    }
}

#[cfg(test)]
mod tests;
