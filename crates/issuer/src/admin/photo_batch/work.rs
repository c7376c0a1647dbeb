//! A delivery is gone through while the page shows how far it is: each file is matched by the pupil's number within the
//! school, looked at by `portrait`, and proposed to the pupil. Each is taken whole or not at all, so whatever was cut
//! short is simply sent again: what was taken before changes nothing.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use sea_orm::{ActiveModelTrait, ActiveValue::Set, DbErr};
use serde_json::json;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{
    admin::school::Circle,
    app::App,
    audit, db,
    db::entity::{
        photo_batch::{self, State},
        photo_batch_file,
    },
    photo::import::{ImportError, Outcome, number_of, take_bytes},
    records::record_of,
};

use super::{
    kept::running,
    spool::{Found, Limits, Refused, Spool, Unreadable},
};

/// One that waits for its turn says so often that it is there.
const SIGN_OF_LIFE: Duration = Duration::from_secs(60);
/// The longest that one delivery is worked on, the waiting not counted.
const LONGEST: Duration = Duration::from_secs(2 * 3_600);
/// How often a picture waits for its turn anew.
const TURNS: usize = 30;

/// Why a delivery is not begun.
#[derive(Debug, thiserror::Error)]
pub(super) enum BeginError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("another delivery of this school is under way")]
    AnotherRuns,
    #[error("as many deliveries are under way as there is room for")]
    NoRoom,
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// What is to be done with one file.
enum Task {
    /// Is said at once.
    Known(&'static str),
    /// Is this pupil's.
    Of(Uuid),
}

/// A delivery that is ready to be gone through.
pub(super) struct Begun {
    pub(super) id: Uuid,
    spool: Spool,
    limits: Limits,
    tasks: Vec<(Found, Task)>,
    by: String,
}

/// Looks at what was uploaded, matches it, and writes the delivery down. [`Begun::run`] does the rest.
///
/// # Errors
/// When it cannot be gone through; nothing is written then.
pub(super) async fn begin(
    app: &App,
    school: &str,
    spool: Spool,
    limits: Limits,
    by: &str,
) -> Result<Begun, BeginError> {
    let (spool, found) = list(spool, limits).await?;
    let pupils = pupils(app, school).await?;
    let mut named: HashMap<String, usize> = HashMap::new();
    for number in found
        .iter()
        .filter_map(|file| number_of(file.name.as_ref()))
    {
        *named.entry(number).or_default() += 1;
    }
    let tasks: Vec<_> = found
        .into_iter()
        .map(|file| {
            let task = match number_of(file.name.as_ref()) {
                None => Task::Known("not_named"),
                Some(number) if named.get(&number).is_some_and(|count| *count > 1) => {
                    Task::Known("named_twice")
                }
                Some(number) => match pupils.get(&number).map(Vec::as_slice) {
                    Some([person]) => Task::Of(*person),
                    Some([_, _, ..]) => Task::Known("several"),
                    Some([]) | None => Task::Known("nobody"),
                },
            };
            (file, task)
        })
        .collect();
    let (id, now) = (Uuid::new_v4(), app.unix_now());
    let total = i64::try_from(tasks.len()).unwrap_or(i64::MAX);
    let people: Vec<Uuid> = tasks
        .iter()
        .filter_map(|(_, task)| match task {
            Task::Of(person) => Some(*person),
            Task::Known(_) => None,
        })
        .collect();
    let transaction = db::begin_write(&app.db).await?;
    db::lock::named(&transaction, db::lock::Name::Deliveries).await?;
    if running(&transaction, school, now).await?.is_some() {
        return Err(BeginError::AnotherRuns);
    }
    photo_batch::ActiveModel {
        id: Set(id),
        school_number: Set(school.to_owned()),
        made_by: Set(by.to_owned()),
        made_at: Set(now),
        touched_at: Set(now),
        finished_at: Set(None),
        state: Set(State::Queued),
        total: Set(total),
        done: Set(0),
    }
    .insert(&transaction)
    .await?;
    let entry = audit::Entry::new(by, "photos.deliver", now)
        .detail(json!({ "batch": id, "school": school, "files": total }))
        .people(people);
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(Begun {
        id,
        spool,
        limits,
        tasks,
        by: by.to_owned(),
    })
}

async fn list(spool: Spool, limits: Limits) -> Result<(Spool, Vec<Found>), Refused> {
    tokio::task::spawn_blocking(move || spool.list(limits).map(|found| (spool, found)))
        .await
        .map_err(|_| Refused::BadZip)?
}

async fn pupils(app: &App, school: &str) -> Result<BTreeMap<String, Vec<Uuid>>, DbErr> {
    let mut pupils: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    let today = crate::records::day_in_norway(app.now());
    let circle = Circle::School(school.to_owned());
    for person in circle.all(&app.db, today).await? {
        // Somebody whose record cannot be read is nobody's pupil until the next sync has written it anew.
        let number = record_of(&person)
            .ok()
            .and_then(|record| record.student_number);
        if let Some(number) = number {
            pupils.entry(number).or_default().push(person.id);
        }
    }
    Ok(pupils)
}

/// How a delivery ended that was not gone through to the end.
#[derive(Debug, thiserror::Error)]
enum CutShort {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    #[error("it took too long")]
    TooLong,
    #[error("the service is ending")]
    Ending,
    #[error("it could not be read to its end")]
    Broken,
}

impl Begun {
    /// Goes through it; what went wrong with the whole is logged, and the page says that it was cut short.
    pub(super) async fn run(mut self, app: Arc<App>) {
        let id = self.id;
        // Given back when the end is written down, so that a process that ends can wait for that.
        let _place = self.spool.take_place();
        let state = match self.in_turn(&app).await {
            Ok(()) => State::Done,
            Err(error) => {
                tracing::warn!(batch = %id, %error, "a delivery of photos was cut short");
                State::CutShort
            }
        };
        let now = app.unix_now();
        let ended = photo_batch::ActiveModel {
            id: Set(id),
            state: Set(state),
            finished_at: Set(Some(now)),
            touched_at: Set(now),
            ..Default::default()
        };
        if let Err(error) = ended.update(&app.db).await {
            tracing::warn!(batch = %id, %error, "the end of a delivery could not be written down");
        }
    }

    async fn in_turn(self, app: &App) -> Result<(), CutShort> {
        let mut turn = std::pin::pin!(app.deliveries.turn.acquire());
        let _turn = loop {
            tokio::select! {
                turn = &mut turn => break turn.map_err(|_| CutShort::Ending)?,
                () = tokio::time::sleep(SIGN_OF_LIFE) => touch(app, self.id, State::Queued).await?,
            }
        };
        touch(app, self.id, State::Running).await?;
        let result = tokio::time::timeout(LONGEST, self.go_through(app)).await;
        result.unwrap_or(Err(CutShort::TooLong))
    }

    async fn go_through(self, app: &App) -> Result<(), CutShort> {
        let (id, by) = (self.id, self.by);
        // Read ahead by one: reading is the disk's, looking the processor's.
        let (sender, mut pictures) = mpsc::channel(1);
        let (spool, limits, tasks) = (self.spool, self.limits, self.tasks);
        let reading = tokio::task::spawn_blocking(move || -> Result<(), Refused> {
            let mut reader = spool.reader(limits);
            for (file, task) in tasks {
                let next = match task {
                    Task::Known(outcome) => (file.name, Err(outcome)),
                    Task::Of(person) => match reader.read(&file)? {
                        Ok(bytes) => (file.name, Ok((person, bytes))),
                        Err(Unreadable::TooLarge) => (file.name, Err("too_large")),
                        Err(Unreadable::Damaged) => (file.name, Err("unreadable")),
                    },
                };
                if sender.blocking_send(next).is_err() {
                    break;
                }
            }
            Ok(())
        });
        let mut seq = 0;
        while let Some((name, picture)) = pictures.recv().await {
            if app.deliveries.turn.is_closed() {
                return Err(CutShort::Ending);
            }
            let (outcome, detail) = match picture {
                Err(known) => (known, String::new()),
                Ok((person, bytes)) => said(&take(app, person, bytes, &by).await?),
            };
            seq += 1;
            write(app, id, seq, name, outcome, detail).await?;
        }
        reading.await.map_err(|_| CutShort::Broken)??;
        Ok(())
    }
}

async fn take(app: &App, person: Uuid, bytes: Vec<u8>, by: &str) -> Result<Outcome, ImportError> {
    for _ in 1..TURNS {
        match take_bytes(app, person, bytes.clone(), by).await {
            // People's own pictures go first.
            Err(ImportError::CutShort(_)) => {}
            result => return result,
        }
    }
    take_bytes(app, person, bytes, by).await
}

/// The name by which an outcome is stored, and the rules that it is about.
fn said(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Taken { advice } => ("taken", advice.join(" ")),
        Outcome::TakenBefore => ("taken_before", String::new()),
        Outcome::NotNamedByNumber | Outcome::NoNumber => ("not_named", String::new()),
        Outcome::NoSuchPupil => ("nobody", String::new()),
        Outcome::SeveralPupils => ("several", String::new()),
        Outcome::NamedTwice => ("named_twice", String::new()),
        Outcome::NoSuchPlace | Outcome::NotFetched(_) | Outcome::Unreadable(_) => {
            ("unreadable", String::new())
        }
        Outcome::NotOfOne(rule) => ("not_of_one", (*rule).to_owned()),
        Outcome::LockedAlready => ("locked", String::new()),
        Outcome::InReview => ("in_review", String::new()),
        Outcome::SaidNotMe => ("not_me", String::new()),
    }
}

/// Says that somebody is about it.
async fn touch(app: &App, batch: Uuid, state: State) -> Result<(), DbErr> {
    let touched = photo_batch::ActiveModel {
        id: Set(batch),
        state: Set(state),
        touched_at: Set(app.unix_now()),
        ..Default::default()
    };
    touched.update(&app.db).await.map(|_| ())
}

async fn write(
    app: &App,
    batch: Uuid,
    seq: i64,
    name: String,
    outcome: &str,
    detail: String,
) -> Result<(), DbErr> {
    let transaction = db::begin_write(&app.db).await?;
    photo_batch_file::ActiveModel {
        id: Set(Uuid::new_v4()),
        batch_id: Set(batch),
        seq: Set(seq),
        name: Set(name),
        outcome: Set(outcome.to_owned()),
        detail: Set(detail),
    }
    .insert(&transaction)
    .await?;
    photo_batch::ActiveModel {
        id: Set(batch),
        done: Set(seq),
        touched_at: Set(app.unix_now()),
        ..Default::default()
    }
    .update(&transaction)
    .await?;
    transaction.commit().await
}

#[cfg(test)]
mod tests;
