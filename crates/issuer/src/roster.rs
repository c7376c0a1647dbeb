//! Lists of candidates for an exam, signed for the invigilator's app ([`county_api::roster`]).

mod list;
mod people;

use chrono::{DateTime, NaiveDate, Utc};
use county_api::{Candidate, Roster, roster::MAX_CANDIDATES};
use sea_orm::{DbErr, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit,
    db::entity::{photo, photo::PhotoState},
    issue::terms::end_of,
    keys::KeysError,
    records::{UnreadableRecord, contacts, day_in_norway},
};

use people::Person;

pub use list::{BadLine, LineFault, Named, NamedBy, Row, read};
pub(crate) use people::sort_key;

/// What list is wanted.
#[derive(Clone, Debug)]
pub struct Order {
    /// The school's number.
    pub school: String,
    /// What the exam is called.
    pub title: String,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// So many minutes later a candidate is late.
    pub late_after_minutes: u32,
    /// Who is expected.
    pub who: Expected,
    /// A list may name people of other schools too: for the county alone, or a school would be told about everybody.
    pub whole_county: bool,
}

/// Who is expected.
#[derive(Clone, Debug)]
pub enum Expected {
    /// All pupils of these classes, each class in a room or in none.
    Classes(Vec<(String, Option<String>)>),
    /// Those on a list.
    List(Vec<Result<Row, BadLine>>),
}

/// A list that was made.
pub struct Made {
    /// The list.
    pub roster: Roster,
    /// The same, signed: the file.
    pub signed: String,
    /// Who the candidates are.
    pub people: Vec<Uuid>,
}

impl Made {
    /// How many candidates have a photo on the list.
    #[must_use]
    pub fn with_photo(&self) -> usize {
        let candidates = self.roster.candidates.iter();
        candidates
            .filter(|candidate| candidate.portrait.is_some())
            .count()
    }
}

/// Why no list was made. Names nobody.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// The number is wrong.
    #[error("the records have no school {0}; check the number")]
    NoSchool(String),
    /// The list would have to be deleted already.
    #[error("that day is over")]
    Over,
    /// A class without anybody, most likely misspelt.
    #[error("nobody is in class {class} of that school on {day}; its classes are {known}")]
    NoClass {
        /// The class that was asked for.
        class: String,
        /// The day of the exam.
        day: NaiveDate,
        /// Those that there are.
        known: String,
    },
    /// Nobody is expected.
    #[error("there is nobody on the list")]
    Nobody,
    /// Lines that cannot be used.
    #[error("no list was made; put these lines right first:\n{}", lines(.0))]
    BadLines(Vec<BadLine>),
    /// The signing key will not be trusted for so long.
    #[error(
        "the key that signs today is trusted until {until} only; make the list closer to the exam"
    )]
    TooEarly {
        /// The last day.
        until: NaiveDate,
    },
    /// Too much for one file, or a text that is too long.
    #[error("the list cannot be made: {0}")]
    Refused(&'static str),
    /// No key, or it did not sign.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] jose::SignError),
    /// No randomness.
    #[error("the system gives no randomness")]
    Random(#[from] jose::KeyError),
    /// A stored record cannot be read.
    #[error(transparent)]
    Record(#[from] UnreadableRecord),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

fn lines(bad: &[BadLine]) -> String {
    let lines: Vec<_> = bad.iter().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

/// Makes and signs a list of people who have a right to a card on the day of the exam. Names are those of the records;
/// pictures are the small forms of locked photos.
///
/// # Errors
/// [`RosterError`] says what to do.
pub async fn make(app: &App, order: Order) -> Result<Made, RosterError> {
    let now = app.now();
    let day = day_in_norway(order.starts_at);
    if matches!(&order.who, Expected::List(rows) if rows.len() > MAX_CANDIDATES) {
        return Err(RosterError::Refused("it has too many lines"));
    }
    let ends_at = end_of(day).ok_or(RosterError::Over)?;
    if ends_at <= now.timestamp() {
        return Err(RosterError::Over);
    }
    let school = contacts::school(&app.db, &order.school)
        .await?
        .ok_or_else(|| RosterError::NoSchool(order.school.clone()))?;
    let signer = app.keys.credential_signer(now.timestamp())?;
    if signer.not_after < ends_at {
        let until = DateTime::from_timestamp(signer.not_after, 0).map_or(day, day_in_norway);
        return Err(RosterError::TooEarly { until });
    }

    let known = people::who_can_be_meant(app, &order, day).await?;
    let chosen = match order.who {
        Expected::Classes(classes) => people::of_classes(&known, &order.school, &classes, day)?,
        Expected::List(rows) => people::of_list(&known, &order.school, rows, day)?,
    };
    // Before the pictures are read.
    if chosen.len() > MAX_CANDIDATES {
        return Err(RosterError::Refused("it has too many candidates"));
    }
    let mut candidates = Vec::with_capacity(chosen.len());
    let mut people = Vec::with_capacity(chosen.len());
    for (person, room) in chosen {
        people.push(person.id);
        candidates.push(candidate(app, person, room).await?);
    }
    if candidates.is_empty() {
        return Err(RosterError::Nobody);
    }
    let roster = Roster {
        id: jose::random_token(&app.random, 9)?,
        iss: app.config.issuer.id().to_owned(),
        iat: now.timestamp(),
        exp: ends_at,
        title: order.title,
        school: school.name,
        starts_at: order.starts_at.timestamp(),
        late_after_minutes: order.late_after_minutes,
        candidates,
    };
    roster.check().map_err(RosterError::Refused)?;
    let signed = roster.sign(&*signer)?;
    if signed.len() > county_api::roster::MAX_BYTES {
        return Err(RosterError::Refused(
            "it is too large; make one for each room",
        ));
    }
    Ok(Made {
        roster,
        signed,
        people,
    })
}

/// Writes down that a list was made, and by whom.
///
/// # Errors
/// When the database fails; the list must then not be given out.
pub async fn record(
    trail: &impl audit::Trail,
    made: &Made,
    school: &str,
    by: &str,
) -> Result<(), DbErr> {
    let detail = json!({
        "roster": made.roster.id,
        "school": school,
        "starts_at": made.roster.starts_at,
        "candidates": made.roster.candidates.len(),
        "photos": made.with_photo(),
    });
    let entry = audit::Entry::new(by, "roster.make", made.roster.iat)
        .reason(&made.roster.title)
        .detail(detail)
        .people(made.people.iter().copied());
    audit::record(trail, entry).await
}

async fn candidate(
    app: &App,
    person: &Person,
    room: Option<String>,
) -> Result<Candidate, RosterError> {
    let mut candidate = Candidate {
        name: person.name.clone(),
        birth_date: person.birth_date,
        class: person.class.clone(),
        student_number: person.student_number.clone(),
        room,
        portrait: None,
    };
    let photo = photo::Entity::find_by_id(person.id).one(&app.db).await?;
    if let Some(photo) = photo.filter(|photo| photo.state == PhotoState::Locked) {
        match app.photos.get(&photo.object_key).await {
            Ok(jpeg) => {
                if let Some(small) = app.small_portraits.of(&photo.sha256, &jpeg).await {
                    candidate.set_portrait(&small.webp);
                }
            }
            // One picture that is gone does not keep the others from their exam.
            Err(error) => tracing::warn!(person = %person.id, %error, "a photo is not on the list"),
        }
    }
    Ok(candidate)
}

#[cfg(test)]
mod tests;
