//! Lists of candidates for an exam, signed for the invigilator's app ([`county_api::roster`]).

mod list;

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use county_api::{Candidate, Roster};
use school_records::{PersonRecord, Right, right_on};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit,
    db::entity::{person, photo, photo::PhotoState},
    issue::terms::end_of,
    keys::KeysError,
    records::{UnreadableRecord, contacts, day_in_norway, given_names, record_of},
};

pub use list::{BadLine, LineFault, Named, NamedBy, Row, read};

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

    let people = people_on(app, day).await?;
    let chosen = match order.who {
        Expected::Classes(classes) => of_classes(&people, &order.school, &classes, day)?,
        Expected::List(rows) => of_list(&people, &order.school, rows, day)?,
    };
    let mut candidates = Vec::with_capacity(chosen.len());
    for (person, room) in chosen {
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
    Ok(Made { roster, signed })
}

/// Writes down that a list was made, and by whom.
///
/// # Errors
/// When the database fails; the list must then not be given out.
pub async fn record(
    db: &impl ConnectionTrait,
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
        .detail(detail);
    audit::record(db, entry).await
}

/// Somebody who has a right to a card on the day.
struct Person {
    id: Uuid,
    name: String,
    /// By which lists are ordered, as a Norwegian telephone book is.
    sorted_by: String,
    birth_date: NaiveDate,
    student_number: Option<String>,
    school: Option<String>,
    class: Option<String>,
}

async fn people_on(app: &App, day: NaiveDate) -> Result<Vec<Person>, RosterError> {
    let rows = person::Entity::find()
        .filter(person::Column::WithdrawnAt.is_null())
        .all(&app.db)
        .await?;
    let rules = app.config.records.rules.now();
    let mut people = Vec::new();
    for row in rows {
        let record = record_of(&row)?;
        let right = right_on(&record, day, &rules);
        people.extend(Person::of(row.id, record, right));
    }
    people.sort_by(|one, other| one.sorted_by.cmp(&other.sorted_by));
    Ok(people)
}

impl Person {
    /// None without a right.
    fn of(id: Uuid, record: PersonRecord, right: Right) -> Option<Self> {
        let (school, class) = match right {
            Right::Pupil(right) => (Some(right.school_number), right.class),
            Right::Apprentice(_) => (None, None),
            Right::Incomplete(_) | Right::SchoolNotEnabled { .. } | Right::None(_) => return None,
        };
        let given = given_names(&record);
        // As the code of the exam profile says it: the checker compares.
        let name = format!("{given} {}", record.family_name).trim().to_owned();
        Some(Self {
            id,
            sorted_by: sort_key(&format!("{} {given}", record.family_name)),
            name,
            birth_date: record.birth_date?,
            student_number: record.student_number,
            school,
            class,
        })
    }
}

/// What a name is ordered by: æ, ø and å come after z, in this order; other marks on letters do not count.
pub(crate) fn sort_key(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .map(|letter| match letter {
            'æ' | 'ä' => '{',
            'ø' | 'ö' => '|',
            'å' => '}',
            'á' | 'à' | 'â' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            other => other,
        })
        .collect()
}

type Chosen<'a> = Vec<(&'a Person, Option<String>)>;

fn of_classes<'a>(
    people: &'a [Person],
    school: &str,
    classes: &[(String, Option<String>)],
    day: NaiveDate,
) -> Result<Chosen<'a>, RosterError> {
    let here = || {
        people
            .iter()
            .filter(|person| person.school.as_deref() == Some(school))
    };
    let mut chosen = Vec::new();
    for (class, room) in classes {
        let before = chosen.len();
        let pupils = here().filter(|person| person.class.as_deref() == Some(class));
        chosen.extend(pupils.map(|person| (person, room.clone())));
        if chosen.len() == before {
            let known: BTreeSet<&str> = here().filter_map(|p| p.class.as_deref()).collect();
            let known: Vec<&str> = known.into_iter().collect();
            return Err(RosterError::NoClass {
                class: class.clone(),
                day,
                known: match known.as_slice() {
                    [] => "none".to_owned(),
                    known => known.join(", "),
                },
            });
        }
    }
    Ok(chosen)
}

fn of_list<'a>(
    people: &'a [Person],
    school: &str,
    rows: Vec<Result<Row, BadLine>>,
    day: NaiveDate,
) -> Result<Chosen<'a>, RosterError> {
    let mut chosen = Vec::new();
    let mut bad = Vec::new();
    let mut seen = HashSet::new();
    for row in rows {
        match row.and_then(|row| find(people, school, row, day)) {
            Ok((line, person, _)) if !seen.insert(person.id) => {
                bad.push(BadLine::new(line, LineFault::Already));
            }
            Ok((_, person, room)) => chosen.push((person, room)),
            Err(line) => bad.push(line),
        }
    }
    if bad.is_empty() {
        Ok(chosen)
    } else {
        Err(RosterError::BadLines(bad))
    }
}

/// The one person that a line names. Of several with one number, the one who is at this school.
fn find<'a>(
    people: &'a [Person],
    school: &str,
    row: Row,
    day: NaiveDate,
) -> Result<(usize, &'a Person, Option<String>), BadLine> {
    let (by, found): (_, Vec<&Person>) = match &row.who {
        Named::Number(number) => (
            NamedBy::Number,
            people
                .iter()
                .filter(|person| person.student_number.as_deref() == Some(number))
                .collect(),
        ),
        Named::NameAndBirth(name, birth_date) => (
            NamedBy::NameAndBirth,
            people
                .iter()
                .filter(|person| {
                    person.birth_date == *birth_date && plain(&person.name) == plain(name)
                })
                .collect(),
        ),
    };
    let here: Vec<&Person> = found
        .iter()
        .copied()
        .filter(|person| person.school.as_deref() == Some(school))
        .collect();
    match (here.as_slice(), found.as_slice()) {
        ([person], _) | ([], [person]) => Ok((row.line, person, row.room)),
        ([], []) => Err(BadLine::new(row.line, LineFault::Nobody { by, day })),
        _ => Err(BadLine::new(row.line, LineFault::Several { by })),
    }
}

/// A name without regard to case and spaces.
fn plain(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
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
