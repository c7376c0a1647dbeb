//! A sync that is killed, really and at any moment, leaves what was or what is to be, and nothing between: on SQLite, or
//! where `LOMMEBEVIS_TEST_POSTGRES` names a server of PostgreSQL, there.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "../benches/county/mod.rs"]
mod county;

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use county::{Change, County};
use issuer::db::entity::{
    account, change_log,
    credential::{self, CredentialStatus},
    device, lease, library_code, person, school, sms_message, status_list,
    sync_run::{self, SyncOutcome},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, Database, DatabaseConnection,
    EntityTrait, QueryFilter, QueryOrder, Statement, sea_query::Expr,
};
use uuid::Uuid;

/// In the order in which the sync comes by.
const BEFORE_THE_COMMIT: [&str; 12] = [
    "begun",
    "read",
    "compared",
    "schools",
    "some people",
    "people",
    "withdrawn",
    "change log",
    "library codes",
    "messages",
    "credentials",
    "before the commit",
];
const AFTER_THE_COMMIT: &str = "after the commit";
/// So many times the sync is killed at a moment that nobody has chosen.
const AT_RANDOM: u32 = 6;
const PUPILS: usize = 900;

/// A county's service with all it has, in a folder, and its database.
struct Service {
    folder: PathBuf,
    database: String,
}

impl Service {
    async fn new(folder: PathBuf) -> Self {
        Self::on(folder, "template1").await
    }

    /// With a database that is made as a copy of another, where there is a server for it.
    async fn on(folder: PathBuf, template: &str) -> Self {
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("issuer.toml"), county::settings(&folder)).unwrap();
        let database = match server() {
            None => format!("sqlite://{}", folder.join("issuer.db").display()),
            Some(server) => made(&server, template).await,
        };
        Self { folder, database }
    }

    /// A copy with a database of its own.
    async fn copy(&self, to: PathBuf) -> Self {
        let template = self.database.rsplit('/').next().unwrap();
        let copy = Self::on(to, template).await;
        for entry in fs::read_dir(&self.folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name();
            if name.to_string_lossy().starts_with("issuer.db") || name == "master.key" {
                fs::copy(entry.path(), copy.folder.join(name)).unwrap();
            }
        }
        copy
    }

    fn write_lists(&self, change: Change) {
        let county = County {
            pupils: PUPILS,
            apprentices: PUPILS / 4,
            change,
        };
        county.write(&self.folder.join("lists")).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lommebevis-issuer"));
        command
            .arg("--config")
            .arg(self.folder.join("issuer.toml"))
            .args(arguments)
            .env("LOMMEBEVIS_ISSUER__DATABASE__URL", &self.database)
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) {
        let output = self.command(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    }

    /// Begins a sync, and kills it when it has come to a point.
    fn kill_at(&self, point: &str) {
        let mut sync = self.command(&["sync"]);
        let mut child = sync
            .env("LOMMEBEVIS_STAND_STILL_AT", point)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let wanted = format!("standing still at {point}");
        let found = lines.map_while(Result::ok).any(|line| line == wanted);
        kill(child);
        assert!(found, "the sync never came to {point}");
    }

    fn kill_after(&self, time: Duration) {
        let child = self
            .command(&["sync"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(time);
        kill(child);
    }

    async fn open(&self) -> DatabaseConnection {
        let db = Database::connect(&self.database).await.unwrap();
        if server().is_some() {
            // What was killed may have sent a commit that the server is still at.
            let others = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
                          AND backend_type = 'client backend' AND application_name = 'lommebevis-issuer'";
            let others = Statement::from_string(db.get_database_backend(), others);
            while db.query_one_raw(others.clone()).await.unwrap().is_some() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        db
    }

    /// Everything that a sync writes, but for when and under which ids.
    async fn holds(&self) -> BTreeSet<String> {
        let db = self.open().await;
        let people = person::Entity::find().all(&db).await.unwrap();
        let key = |id: Uuid| {
            let row = people.iter().find(|row| row.id == id).unwrap();
            row.source_key.clone()
        };
        let mut all = BTreeSet::new();
        for row in &people {
            let (withdrawn, name) = (row.withdrawn_at.is_some(), &row.feide_name);
            let (record, nin) = (&row.record, &row.nin_hash);
            all.insert(format!(
                "person {} {withdrawn} {name:?} {nin:?} {} {record}",
                row.source_key, row.record_hash
            ));
        }
        for row in school::Entity::find().all(&db).await.unwrap() {
            all.insert(format!("school {} {}", row.number, row.record));
        }
        for row in library_code::Entity::find().all(&db).await.unwrap() {
            all.insert(format!("code {} {}", key(row.person_id), row.code));
        }
        for row in change_log::Entity::find().all(&db).await.unwrap() {
            let entry = format!("change {} {}", key(row.person_id), row.changes);
            assert!(all.insert(entry), "a change that is logged twice");
        }
        for row in sms_message::Entity::find().all(&db).await.unwrap() {
            all.insert(format!("message {} {:?}", key(row.person_id), row.state));
        }
        for row in credential::Entity::find().all(&db).await.unwrap() {
            all.insert(format!("credential {} {:?}", row.idx, row.status));
        }
        db.close().await.unwrap();
        all
    }

    /// As if the time had passed after which others need not wait for one who is dead.
    async fn let_the_lease_run_out(&self) {
        let db = self.open().await;
        lease::Entity::update_many()
            .col_expr(lease::Column::Until, Expr::value(0_i64))
            .exec(&db)
            .await
            .unwrap();
        db.close().await.unwrap();
    }

    async fn outcomes(&self) -> Vec<SyncOutcome> {
        let db = self.open().await;
        let runs = sync_run::Entity::find()
            .order_by_asc(sync_run::Column::StartedAt)
            .order_by_asc(sync_run::Column::FinishedAt)
            .all(&db)
            .await
            .unwrap();
        db.close().await.unwrap();
        runs.into_iter().map(|run| run.outcome).collect()
    }

    /// Gives credentials to some: one who leaves, one whose right ends, one who becomes someone else, one who stays.
    async fn give_credentials(&self) {
        let db = self.open().await;
        let list = status_list::ActiveModel {
            id: Set(1),
            size: Set(1024),
            bits: Set(2),
            created_at: Set(0),
            full: Set(false),
        };
        list.insert(&db).await.unwrap();
        for n in 7..11_i64 {
            let key = format!("elev:{}", 1_000_000 + n);
            let person = person::Entity::find()
                .filter(person::Column::SourceKey.eq(key))
                .one(&db)
                .await
                .unwrap()
                .unwrap();
            let account = account::ActiveModel {
                id: Set(Uuid::new_v4()),
                feide_sub: Set(n.to_string()),
                feide_name: Set(None),
                nin_hash: Set(None),
                birth_date: Set(None),
                person_id: Set(Some(person.id)),
                created_at: Set(0),
                last_login_at: Set(0),
            };
            let account = account.insert(&db).await.unwrap();
            let device = device::ActiveModel {
                id: Set(Uuid::new_v4()),
                account_id: Set(account.id),
                dpop_thumbprint: Set("key".into()),
                created_at: Set(0),
                ..Default::default()
            };
            let device = device.insert(&db).await.unwrap();
            let credential = credential::ActiveModel {
                id: Set(Uuid::new_v4()),
                device_id: Set(device.id),
                person_id: Set(person.id),
                configuration: Set("student-id-sd-jwt".into()),
                list_id: Set(1),
                idx: Set(n),
                issued_at: Set(0),
                expires_at: Set(i64::from(u32::MAX)),
                status: Set(CredentialStatus::Valid),
                ..Default::default()
            };
            credential.insert(&db).await.unwrap();
        }
        db.close().await.unwrap();
    }
}

fn server() -> Option<String> {
    std::env::var("LOMMEBEVIS_TEST_POSTGRES").ok()
}

/// The address of a fresh database on the server.
async fn made(server: &str, template: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("killed_{}_{number}", std::process::id());
    let db = Database::connect(server).await.unwrap();
    let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
    // Whoever has just left the one that is copied may not be gone yet.
    while let Err(error) = db.execute_unprepared(&create).await {
        assert!(error.to_string().contains("being accessed"), "{error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    db.close().await.unwrap();
    let (start, _) = server.rsplit_once('/').unwrap();
    format!("{start}/{name}")
}

/// SIGKILL: nothing is tidied up.
fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn a_sync_that_is_killed_leaves_the_old_or_the_new_and_the_next_one_does_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let base = Service::new(folder.path().join("base")).await;
    base.write_lists(Change::None);
    base.run(&["keys", "init"]);
    base.run(&["sync"]);
    base.give_credentials().await;
    let old = base.holds().await;

    let whole = base.copy(folder.path().join("whole")).await;
    whole.write_lists(Change::Some);
    let start = Instant::now();
    whole.run(&["sync"]);
    let takes = start.elapsed();
    let new = whole.holds().await;
    let statuses = |all: &BTreeSet<String>| {
        let is_status = |line: &&String| line.starts_with("credential");
        all.iter().filter(is_status).cloned().collect::<Vec<_>>()
    };
    assert_eq!(
        statuses(&new),
        [
            "credential 10 Valid",
            "credential 7 Suspended",
            "credential 8 Suspended",
            "credential 9 Invalid"
        ]
    );
    assert_ne!(old, new);

    for (at, point) in BEFORE_THE_COMMIT.into_iter().enumerate() {
        let killed = base.copy(folder.path().join(format!("at-{at}"))).await;
        killed.write_lists(Change::Some);
        killed.kill_at(point);
        assert!(killed.holds().await == old, "killed at {point}");
        // The others differ in nothing that matters to the next run.
        if ["begun", "some people", "before the commit"].contains(&point) {
            killed.let_the_lease_run_out().await;
            killed.run(&["sync"]);
            assert!(
                killed.holds().await == new,
                "after one that was killed at {point}"
            );
            let outcomes = killed.outcomes().await;
            let expected = [
                SyncOutcome::Applied,
                SyncOutcome::Interrupted,
                SyncOutcome::Applied,
            ];
            assert_eq!(outcomes, expected, "{point}");
        }
    }

    let killed = base.copy(folder.path().join("after")).await;
    killed.write_lists(Change::Some);
    killed.kill_at(AFTER_THE_COMMIT);
    assert!(killed.holds().await == new, "killed after the commit");
    assert_eq!(killed.outcomes().await, [SyncOutcome::Applied; 2]);

    for number in 1..=AT_RANDOM {
        let killed = base
            .copy(folder.path().join(format!("random-{number}")))
            .await;
        killed.write_lists(Change::Some);
        killed.kill_after(takes * number / AT_RANDOM);
        let holds = killed.holds().await;
        assert!(holds == old || holds == new, "killed at random, {number}");
    }
}

#[test]
fn settings_lie_where_the_service_looks_for_them() {
    let text = county::settings(Path::new("/somewhere"));
    assert!(text.contains("path = \"/somewhere/lists\""));
}
