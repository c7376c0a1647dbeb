//! Who could have a card and has fetched none, and how far they have come.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use school_records::{PersonRecord, Right, Rules, right_on};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Query};
use uuid::Uuid;

use crate::{
    admin::school::Circle,
    app::App,
    db::entity::{
        account, credential, device, person,
        photo::{self, PhotoState},
        sms_message::{self, Kind, State},
    },
    records::{UnreadableRecord, day_in_norway, given_names, record_of, status::CHUNK},
};

/// How far somebody without a card has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Has never logged in.
    NotLoggedIn,
    /// Has logged in, and there is no photo that can be used.
    NoPhoto,
    /// Has not said whether the school's photo is of them.
    PhotoToConfirm,
    /// The photo waits for the school.
    PhotoInReview,
    /// Everything is there, and no phone has the card.
    NotFetched,
}

/// Somebody without a card.
#[derive(Clone)]
pub(super) struct Missing {
    pub(super) person: Uuid,
    pub(super) name: String,
    pub(super) sorted_by: String,
    pub(super) student_number: Option<String>,
    pub(super) class: String,
    pub(super) step: Step,
    /// The message that the card is ready: where it is, and when it went.
    pub(super) message: Option<(State, Option<i64>)>,
}

/// A class in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClassCount {
    pub(super) class: String,
    /// With a right to a card.
    pub(super) all: usize,
    /// Of these, without one.
    pub(super) missing: usize,
}

/// What is known of a school.
pub(super) struct Standing {
    pub(super) classes: Vec<ClassCount>,
    /// By class and name.
    pub(super) people: Vec<Missing>,
}

impl Standing {
    pub(super) fn all(&self) -> usize {
        self.classes.iter().map(|class| class.all).sum()
    }

    /// Only one class's people.
    pub(super) fn only(&mut self, class: Option<&str>) {
        if let Some(class) = class {
            self.people.retain(|person| person.class == class);
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum StandingError {
    #[error(transparent)]
    Record(#[from] UnreadableRecord),
    #[error("the database failed: {0}")]
    Database(#[from] sea_orm::DbErr),
}

/// Everyone who has a right to a card of this circle today, and of these who has none.
///
/// # Errors
/// When a stored record cannot be read, or the database fails.
pub(super) async fn standing(app: &App, circle: &Circle) -> Result<Standing, StandingError> {
    let today = day_in_norway(app.now());
    let rules = app.config.records.rules.now();
    let mut entitled = Vec::new();
    for row in circle.all(&app.db, today).await? {
        let record = record_of(&row)?;
        if let Some(class) = class_here(&record, circle, today, &rules) {
            entitled.push((row, record, class));
        }
    }
    let ids: Vec<Uuid> = entitled.iter().map(|(row, ..)| row.id).collect();
    let known = Known::of(app, &ids).await?;
    let mut classes: BTreeMap<String, ClassCount> = BTreeMap::new();
    let mut people = Vec::new();
    for (row, record, class) in entitled {
        let count = classes.entry(class.clone()).or_insert_with(|| ClassCount {
            class: class.clone(),
            all: 0,
            missing: 0,
        });
        count.all += 1;
        let Some(step) = known.step(row.id) else {
            continue;
        };
        count.missing += 1;
        people.push(missing(&row, &record, class, step, &known));
    }
    people
        .sort_by(|one, other| (&one.class, &one.sorted_by).cmp(&(&other.class, &other.sorted_by)));
    Ok(Standing {
        classes: classes.into_values().collect(),
        people,
    })
}

fn missing(
    row: &person::Model,
    record: &PersonRecord,
    class: String,
    step: Step,
    known: &Known,
) -> Missing {
    let given = given_names(record);
    Missing {
        person: row.id,
        sorted_by: crate::roster::sort_key(&format!("{} {given}", record.family_name)),
        name: format!("{given} {}", record.family_name).trim().to_owned(),
        student_number: record.student_number.clone(),
        class,
        step,
        message: known.messages.get(&row.id).copied(),
    }
}

/// The class of somebody who has a right here, empty where the records have none; none without a right, or with one
/// elsewhere.
fn class_here(
    record: &PersonRecord,
    circle: &Circle,
    today: NaiveDate,
    rules: &Rules,
) -> Option<String> {
    match (right_on(record, today, rules), circle) {
        (Right::Pupil(right), Circle::School(number)) if right.school_number == *number => {
            Some(right.class.unwrap_or_default())
        }
        (Right::Apprentice(_), Circle::Training) => Some(String::new()),
        _ => None,
    }
}

/// What the tables say about some people.
struct Known {
    logged_in: HashSet<Uuid>,
    with_card: HashSet<Uuid>,
    photos: HashMap<Uuid, PhotoState>,
    messages: HashMap<Uuid, (State, Option<i64>)>,
}

impl Known {
    async fn of(app: &App, ids: &[Uuid]) -> Result<Self, sea_orm::DbErr> {
        let db = &app.db;
        let mut known = Self {
            logged_in: HashSet::new(),
            with_card: HashSet::new(),
            photos: HashMap::new(),
            messages: HashMap::new(),
        };
        for chunk in ids.chunks(CHUNK) {
            let these = || chunk.iter().copied();
            let accounts: Vec<Option<Uuid>> = account::Entity::find()
                .select_only()
                .column(account::Column::PersonId)
                .filter(account::Column::PersonId.is_in(these()))
                .into_tuple()
                .all(db)
                .await?;
            known.logged_in.extend(accounts.into_iter().flatten());
            // On a phone that is still logged in: also one that has not been on the net for long.
            let mut phones = Query::select();
            phones
                .column(device::Column::Id)
                .from(device::Entity)
                .and_where(device::Column::RevokedAt.is_null());
            let cards: Vec<Uuid> = credential::Entity::find()
                .select_only()
                .column(credential::Column::PersonId)
                .distinct()
                .filter(credential::Column::PersonId.is_in(these()))
                .filter(credential::Column::Status.ne(credential::CredentialStatus::Invalid))
                .filter(credential::Column::DeviceId.in_subquery(phones))
                .into_tuple()
                .all(db)
                .await?;
            known.with_card.extend(cards);
            let photos: Vec<(Uuid, PhotoState)> = photo::Entity::find()
                .select_only()
                .columns([photo::Column::PersonId, photo::Column::State])
                .filter(photo::Column::PersonId.is_in(these()))
                .into_tuple()
                .all(db)
                .await?;
            known.photos.extend(photos);
            let messages = sms_message::Entity::find()
                .filter(sms_message::Column::PersonId.is_in(these()))
                .filter(sms_message::Column::Kind.eq(Kind::Ready))
                .all(db)
                .await?;
            for message in messages {
                let told = (message.state, message.sent_at);
                // Of two cards' messages, the one that went.
                let entry = known.messages.entry(message.person_id).or_insert(told);
                if message.sent_at > entry.1 {
                    *entry = told;
                }
            }
        }
        Ok(known)
    }

    /// How far somebody without a card is; none for whoever has one.
    fn step(&self, person: Uuid) -> Option<Step> {
        if self.with_card.contains(&person) {
            return None;
        }
        if !self.logged_in.contains(&person) {
            return Some(Step::NotLoggedIn);
        }
        Some(match self.photos.get(&person) {
            None | Some(PhotoState::Rejected | PhotoState::Returned | PhotoState::Reset) => {
                Step::NoPhoto
            }
            Some(PhotoState::Proposed) => Step::PhotoToConfirm,
            Some(PhotoState::InReview) => Step::PhotoInReview,
            Some(PhotoState::Locked) => Step::NotFetched,
        })
    }
}
