use std::{path::Path, sync::Arc};

use school_records::files::{FileSource, Kind};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::records::{
    lease::{self, Lease},
    progress::Progress,
    source::{ReadError, Source},
};
use crate::{
    app::testing::{self, TestClock},
    config::RecordsSource,
    db::{self, entity::sync_run::Decision as Made},
    records::runs::Decision,
};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// 03:30 on the day of the tests' now, on Norwegian clocks.
const NIGHT: i64 = testing::NOW - 8 * HOUR - HOUR / 2;

struct County {
    app: App,
    clock: Arc<TestClock>,
    folder: tempfile::TempDir,
}

impl County {
    /// With the template of the county's own lists as its source.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../school-records/template");
        for file in std::fs::read_dir(template).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
        }
        let mut config = crate::config::tests::sample();
        let mut source = FileSource::new(Kind::Csv, folder.path().to_owned());
        source.allow_synthetic = true;
        config.records.source = RecordsSource::Files(source);
        let clock = Arc::new(TestClock::at(testing::NOW));
        let mut app = testing::app_with(config, clock.clone()).await;
        // A run that is stopped in the middle of a question takes its connection along, and one in memory all there is.
        let database = db::testing::shared(folder.path()).await;
        app.db = db::open(&database).await.unwrap();
        Self { app, clock, folder }
    }

    fn change(&self, from: &str, to: &str) {
        let path = self.folder.path().join("elever.csv");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from));
        std::fs::write(path, text.replace(from, to)).unwrap();
    }

    async fn run(&self, options: &Options) -> Result<sync::Report, SyncError> {
        sync::run(&self.app, source::configured(&self.app).as_ref(), options).await
    }

    /// Does what was asked for.
    async fn do_asked(&self) -> Result<sync::Report, SyncError> {
        let options = requested(&self.app).await.unwrap().unwrap();
        self.run(&options).await
    }

    async fn latest(&self) -> sync_run::Model {
        runs::latest(&self.app.db, 1).await.unwrap().remove(0)
    }
}

async fn ended(app: &App, outcome: SyncOutcome, at: i64) {
    let row = sync_run::ActiveModel {
        id: Set(Uuid::new_v4()),
        started_at: Set(at),
        outcome: Set(outcome),
        finished_at: Set(Some(at)),
        counts: Set(json!({})),
        ..Default::default()
    };
    row.insert(&app.db).await.unwrap();
}

#[tokio::test]
async fn a_night_that_was_missed_is_made_up_for_once() {
    use SyncOutcome::{Applied, Braked, Failed, Interrupted, Requested, Running};
    let before = (Applied, NIGHT - DAY);
    for (what, runs, expected) in [
        ("nothing has ever been read", vec![], false),
        ("nobody was there", vec![before], true),
        (
            "someone asks already",
            vec![before, (Requested, NIGHT + 1)],
            true,
        ),
        ("it was", vec![before, (Applied, NIGHT)], false),
        ("it failed", vec![before, (Failed, NIGHT + 1)], true),
        (
            "it failed just now",
            vec![before, (Failed, testing::NOW - 60)],
            false,
        ),
        (
            "it failed each time",
            vec![before, (Failed, NIGHT), (Failed, NIGHT), (Failed, NIGHT)],
            false,
        ),
        ("it braked", vec![before, (Braked, NIGHT + 1)], false),
        ("it is going on", vec![before, (Running, NIGHT + 1)], false),
        (
            "it was cut off",
            vec![before, (Interrupted, NIGHT + 1)],
            true,
        ),
        (
            "it was cut off each time",
            vec![(Interrupted, NIGHT + 1); 3],
            false,
        ),
        (
            "it was cut off and then was",
            vec![before, (Interrupted, NIGHT), (Applied, NIGHT + 9)],
            false,
        ),
    ] {
        let app = testing::app().await;
        for (outcome, at) in runs {
            ended(&app, outcome, at).await;
        }
        assert_eq!(night_is_due(&app).await.unwrap(), expected, "{what}");
    }
}

#[tokio::test]
async fn the_night_is_due_when_the_clock_says_so_and_not_after() {
    let county = County::new().await;
    let app = &county.app;
    county.run(&Options::default()).await.unwrap();
    assert!(!night_is_due(app).await.unwrap());
    let next = NIGHT + DAY;
    county.clock.set(next - 1);
    assert!(!night_is_due(app).await.unwrap());
    county.clock.set(next);
    assert!(night_is_due(app).await.unwrap());
    let options = Options {
        trigger: Trigger::Night,
        ..Options::default()
    };
    county.run(&options).await.unwrap();
    assert!(!night_is_due(app).await.unwrap());
    assert_eq!(county.latest().await.trigger, Some(Trigger::Night));
}

#[tokio::test]
async fn a_run_that_was_asked_for_is_that_run() {
    let county = County::new().await;
    let id = runs::ask(&county.app, "sigrid", "ny klasse").await.unwrap();
    let report = county.do_asked().await.unwrap();
    assert_eq!(report.run, Some(id));
    let run = county.latest().await;
    assert_eq!((run.id, run.outcome), (id, SyncOutcome::Applied));
    assert_eq!(run.asked_by.as_deref(), Some("sigrid"));
    assert!(requested(&county.app).await.unwrap().is_none());
    // Whoever else was about to begin it finds that it was begun.
    let late = Options {
        requested: Some(id),
        ..Options::default()
    };
    assert!(matches!(county.run(&late).await, Err(SyncError::Busy)));
}

#[tokio::test]
async fn an_accepted_change_is_applied_and_another_one_waits_again() {
    let county = County::new().await;
    let app = &county.app;
    county.run(&Options::default()).await.unwrap();
    county.change("14.03.2009", "15.03.2009");
    let braked = county.run(&Options::default()).await;
    assert!(
        matches!(braked, Err(SyncError::Braked { .. })),
        "{braked:?}"
    );
    let first = county.latest().await;
    assert!(first.waits());
    let diff = runs::diff(app, first.id).await.unwrap().unwrap();
    assert!(diff.changed[0].someone_else);

    // Since then more has come that is too much, which nobody has seen.
    county.change("#antall;5", "#antall;4");
    let path = county.folder.path().join("elever.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines.len() - 2;
    let gone = lines.remove(last);
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let carried_out = runs::decide(app, first.id, Decision::Accept, "sigrid", "rettet").await;
    let carried_out = carried_out.unwrap().unwrap();
    let again = county.do_asked().await;
    assert!(
        matches!(again, Err(SyncError::Braked { .. })),
        "{again:?}\n{gone}"
    );
    let second = runs::get(&app.db, carried_out).await.unwrap().unwrap();
    assert!(second.waits());
    assert_ne!(second.diff_digest, first.diff_digest);

    let accepted = runs::decide(app, second.id, Decision::Accept, "sigrid", "sett").await;
    // What does not weigh may change meanwhile.
    county.change("Hætta", "Hættá");
    county.do_asked().await.unwrap();
    let third = accepted.unwrap().unwrap();
    let third = runs::get(&app.db, third).await.unwrap().unwrap();
    assert_eq!(third.outcome, SyncOutcome::Applied);
    assert_eq!(third.accepts, Some(second.id));
    let second = runs::get(&app.db, second.id).await.unwrap().unwrap();
    assert_eq!(second.decision, Some(Made::Accepted));
}

#[tokio::test]
async fn a_run_is_refused_while_another_has_the_lease_and_finds_it_when_it_was_cut_off() {
    let county = County::new().await;
    let app = &county.app;
    let other = Lease::take(&app.db, lease::SYNC, app.unix_now())
        .await
        .unwrap();
    ended(app, SyncOutcome::Running, testing::NOW - 1).await;
    assert!(matches!(
        county.run(&Options::default()).await,
        Err(SyncError::Busy)
    ));
    other.unwrap().give_back(&app.db).await.unwrap();
    county.run(&Options::default()).await.unwrap();
    let runs = runs::latest(&app.db, 2).await.unwrap();
    assert_eq!(runs[0].outcome, SyncOutcome::Applied);
    assert_eq!(runs[1].outcome, SyncOutcome::Interrupted);
}

#[tokio::test]
async fn a_night_whose_process_was_killed_is_begun_again_when_its_lease_has_run_out() {
    let county = County::new().await;
    let app = &county.app;
    county.run(&Options::default()).await.unwrap();
    let night = NIGHT + DAY;
    county.clock.set(night);
    Lease::take(&app.db, lease::SYNC, night)
        .await
        .unwrap()
        .unwrap();
    ended(app, SyncOutcome::Running, night).await;
    county.clock.set(night + 59);
    runs::bury_the_dead(app).await.unwrap();
    assert!(!night_is_due(app).await.unwrap());
    county.clock.set(night + 60);
    runs::bury_the_dead(app).await.unwrap();
    assert!(night_is_due(app).await.unwrap());
}

/// Says that it was asked, and never answers.
struct Stuck(tokio::sync::Notify);

#[async_trait::async_trait]
impl Source for Stuck {
    async fn read(&self, _: &Progress) -> Result<school_records::SchoolRecords, ReadError> {
        self.0.notify_one();
        std::future::pending().await
    }
}

#[tokio::test]
async fn what_was_asked_for_is_begun_again_after_its_process_but_not_for_ever() {
    let county = County::new().await;
    let app = &county.app;
    county.run(&Options::default()).await.unwrap();
    let id = runs::ask(app, "sigrid", "ny klasse").await.unwrap();
    for time in 1..=3 {
        let options = requested(app).await.unwrap().unwrap();
        assert_eq!(options.requested, Some(id), "{time}");
        let source = Stuck(tokio::sync::Notify::new());
        tokio::select! {
            never = sync::run(app, &source, &options) => panic!("{never:?}"),
            () = source.0.notified() => {}
        }
        app.sync_progress.end();
        let row = runs::get(&app.db, id).await.unwrap().unwrap();
        assert_eq!((row.outcome, row.begun), (SyncOutcome::Running, time));
        county.clock.set(app.unix_now() + 61);
        runs::bury_the_dead(app).await.unwrap();
    }
    assert!(requested(app).await.unwrap().is_none());
    let row = runs::get(&app.db, id).await.unwrap().unwrap();
    assert_eq!(row.outcome, SyncOutcome::Interrupted);
    assert_eq!(row.asked_by.as_deref(), Some("sigrid"));
}
