//! Who could have a card and has fetched none, and how far they have come.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use school_records::{PersonRecord, Right, Rules, right_on};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    admin::school::Circle,
    app::App,
    db::entity::{
        account,
        photo::{self, PhotoState},
        sms_message::{self, Kind, State},
    },
    records::{day_in_norway, full_name, given_names, holders, record_of},
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

/// Everyone who has a right to a card of this circle today, and of these who has none. Somebody whose record cannot be read
/// is among the faults.
///
/// # Errors
/// When the database fails.
pub(super) async fn standing(app: &App, circle: &Circle) -> Result<Standing, DbErr> {
    let today = day_in_norway(app.now());
    let rules = app.config.records.rules.now();
    let mut classes: BTreeMap<String, ClassCount> = BTreeMap::new();
    let mut people = Vec::new();
    let mut last = Uuid::nil();
    loop {
        let rows = circle.next(&app.db, today, last).await?;
        let Some(end) = rows.last() else { break };
        last = end.id;
        let entitled: Vec<_> = rows
            .iter()
            .filter_map(|row| {
                let record = record_of(row).ok()?;
                let class = class_here(&record, circle, today, &rules)?;
                Some((row.id, record, class))
            })
            .collect();
        let ids: Vec<Uuid> = entitled.iter().map(|(id, ..)| *id).collect();
        let known = Known::of(&app.db, &ids).await?;
        for (id, record, class) in entitled {
            let count = classes.entry(class.clone()).or_insert_with(|| ClassCount {
                class: class.clone(),
                all: 0,
                missing: 0,
            });
            count.all += 1;
            if let Some(step) = known.step(id) {
                count.missing += 1;
                people.push(missing(id, &record, class, step, &known));
            }
        }
    }
    let place = |one: &Missing| {
        (
            one.class.clone(),
            one.sorted_by.clone(),
            one.student_number.clone(),
        )
    };
    people.sort_by_cached_key(place);
    Ok(Standing {
        classes: classes.into_values().collect(),
        people,
    })
}

fn missing(id: Uuid, record: &PersonRecord, class: String, step: Step, known: &Known) -> Missing {
    let key = format!("{} {}", record.family_name, given_names(record));
    Missing {
        person: id,
        sorted_by: crate::roster::sort_key(&key),
        name: full_name(record),
        student_number: record.student_number.clone(),
        class,
        step,
        message: known.messages.get(&id).copied(),
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
    /// Of no more people than fit into one statement.
    async fn of(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Self, DbErr> {
        let these = || ids.iter().copied();
        let accounts: Vec<Option<Uuid>> = account::Entity::find()
            .select_only()
            .column(account::Column::PersonId)
            .filter(account::Column::PersonId.is_in(these()))
            .into_tuple()
            .all(db)
            .await?;
        let photos: Vec<(Uuid, PhotoState)> = photo::Entity::find()
            .select_only()
            .columns([photo::Column::PersonId, photo::Column::State])
            .filter(photo::Column::PersonId.is_in(these()))
            .into_tuple()
            .all(db)
            .await?;
        let told = sms_message::Entity::find()
            .filter(sms_message::Column::PersonId.is_in(these()))
            .filter(sms_message::Column::Kind.eq(Kind::Ready))
            .all(db)
            .await?;
        let mut messages = HashMap::new();
        for message in told {
            let told = (message.state, message.sent_at);
            // Of two cards' messages, the one that went.
            let entry = messages.entry(message.person_id).or_insert(told);
            if message.sent_at > entry.1 {
                *entry = told;
            }
        }
        Ok(Self {
            logged_in: accounts.into_iter().flatten().collect(),
            with_card: holders::with_card(db, ids).await?,
            photos: photos.into_iter().collect(),
            messages,
        })
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
