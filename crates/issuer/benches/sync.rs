//! A county's records into the database: the first load, a night on which nothing has changed, and the night on which
//! every pupil is in another class, against only reading and parsing the same files, at two sizes of county in one run.
//! Before the two nights everyone is given a card, of two credentials.
//!
//! `cargo bench -p issuer --bench sync`; `LOMMEBEVIS_SYNC_PUPILS=2000,20000` takes other sizes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may stop where a test may, and tells what it measured"
)]

mod county;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use county::{Change, County};
use issuer::{
    app::App,
    config::{Config, RecordsSource},
    db::{
        self,
        entity::{
            account,
            credential::{self, CredentialStatus},
            device, person, status_list,
        },
    },
    keys,
    records::{
        source,
        sync::{self, Options},
    },
    seal::Seal,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

/// What a child process does, and in which folder.
const CASE: &str = "LOMMEBEVIS_SYNC_CASE";
const FOLDER: &str = "LOMMEBEVIS_SYNC_FOLDER";
const SIZES: &str = "LOMMEBEVIS_SYNC_PUPILS";
/// Of the two whose ratio has a goal, the best of so many.
const ROUNDS: usize = 3;
const MOST_MB: f64 = 600.0;

#[derive(Clone, Copy, Debug)]
struct Measured {
    time: Duration,
    peak_mb: f64,
}

fn main() {
    if let Ok(case) = std::env::var(CASE) {
        child(&case, Path::new(&std::env::var(FOLDER).unwrap()));
        return;
    }
    // `cargo test --benches` wants to know only whether it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let sizes = std::env::var(SIZES).unwrap_or_else(|_| "20000,200000".to_owned());
    let sizes: Vec<usize> = sizes
        .split(',')
        .map(|size| size.trim().parse().unwrap())
        .collect();
    let all: Vec<[Measured; 4]> = sizes.iter().map(|pupils| county_of(*pupils)).collect();
    let names = [
        "reading alone",
        "first load",
        "nothing changed",
        "all in new classes",
    ];
    for (pair, sizes) in all.windows(2).zip(sizes.windows(2)) {
        let people = sizes[1] as f64 / sizes[0] as f64;
        for ((name, small), large) in names.iter().zip(pair[0]).zip(pair[1]) {
            let growth = large.time.as_secs_f64() / small.time.as_secs_f64();
            println!(
                "{name}: {people:.0} times the people take {growth:.1} times as long ({:.2} a person)",
                growth / people
            );
        }
    }
}

fn county_of(pupils: usize) -> [Measured; 4] {
    let folder = tempfile::tempdir().unwrap();
    let mut county = County {
        pupils,
        apprentices: pupils / 4,
        change: Change::None,
    };
    let lists = folder.path().join("lists");
    county.write(&lists).unwrap();
    fs::write(
        folder.path().join("issuer.toml"),
        county::settings(folder.path()),
    )
    .unwrap();
    println!("{pupils} pupils and {} apprentices", county.apprentices);
    let load = measure("load", folder.path());
    measure("cards", folder.path());
    let mut parse = measure("parse", folder.path());
    let mut again = measure("again", folder.path());
    for _ in 1..ROUNDS {
        parse = best(parse, measure("parse", folder.path()));
        again = best(again, measure("again", folder.path()));
    }
    county.change = Change::NextYear;
    county.write(&lists).unwrap();
    let year = measure("year", folder.path());
    for (name, measured) in [
        ("reading alone", parse),
        ("first load", load),
        ("nothing changed", again),
        ("all in new classes", year),
    ] {
        let verdict = if measured.peak_mb < MOST_MB {
            "met"
        } else {
            "MISSED"
        };
        println!(
            "  {name}: {:.2?} = {:.1} times reading alone; peak {:.0} MB = {:.2} of {MOST_MB:.0} MB ({verdict})",
            measured.time,
            measured.time.as_secs_f64() / parse.time.as_secs_f64(),
            measured.peak_mb,
            measured.peak_mb / MOST_MB,
        );
    }
    let ratio = again.time.as_secs_f64() / parse.time.as_secs_f64();
    let verdict = if ratio <= 10.0 { "met" } else { "MISSED" };
    println!("  nothing changed / reading alone = {ratio:.2} (goal: at most 10, {verdict})");
    [parse, load, again, year]
}

fn best(a: Measured, b: Measured) -> Measured {
    Measured {
        time: a.time.min(b.time),
        peak_mb: a.peak_mb.max(b.peak_mb),
    }
}

/// Each in a process of its own, so that the peak is its own too.
fn measure(case: &str, folder: &Path) -> Measured {
    let output = Command::new(std::env::current_exe().unwrap())
        .env(CASE, case)
        .env(FOLDER, folder)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{case}: {said}");
    let mut numbers = text.split_whitespace().map(|n| n.parse::<f64>().unwrap());
    Measured {
        time: Duration::from_secs_f64(numbers.next().unwrap()),
        peak_mb: numbers.next().unwrap(),
    }
}

fn child(case: &str, folder: &Path) {
    let config = Config::load(&folder.join("issuer.toml")).unwrap();
    let time = if case == "parse" {
        let RecordsSource::Files(source) = &config.records.source else {
            unreachable!("the settings name files")
        };
        let start = Instant::now();
        let records = school_records::files::read(source).unwrap();
        let time = start.elapsed();
        assert!(records.faults.is_empty());
        time
    } else {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(run(case, config))
    };
    println!("{} {}", time.as_secs_f64(), peak_mb());
}

async fn run(case: &str, config: Config) -> Duration {
    if case == "load" {
        let file: PathBuf = config.keys.master_key_file.clone();
        let seal = Seal::create(&file).unwrap();
        let db = db::open(&config.database).await.unwrap();
        keys::init(&db, &seal, &config, 1_789_552_800, "bench")
            .await
            .unwrap();
    }
    let app = App::open(config).await.unwrap();
    let start = Instant::now();
    if case == "cards" {
        give_cards(&app).await;
        return start.elapsed();
    }
    let report = sync::run(&app, source::configured(&app).as_ref(), &Options::default())
        .await
        .unwrap();
    let time = start.elapsed();
    let counts = report.counts;
    match case {
        "load" => assert_eq!((counts.added, counts.faults), (counts.read, 0)),
        "again" => assert_eq!(counts.unchanged, counts.read),
        _ => assert!(counts.changed > counts.read / 2),
    }
    time
}

/// Two credentials for everyone, all on one device.
async fn give_cards(app: &App) {
    const LIST: i64 = 1;
    const AT_ONCE: u64 = 500;
    let list = status_list::ActiveModel {
        id: Set(LIST),
        size: Set(1 << 22),
        bits: Set(2),
        created_at: Set(0),
        full: Set(false),
    };
    list.insert(&app.db).await.unwrap();
    let account = account::ActiveModel {
        id: Set(Uuid::new_v4()),
        feide_sub: Set("bench".into()),
        created_at: Set(0),
        last_login_at: Set(0),
        ..Default::default()
    };
    let account = account.insert(&app.db).await.unwrap();
    let device = device::ActiveModel {
        id: Set(Uuid::new_v4()),
        account_id: Set(account.id),
        dpop_thumbprint: Set("key".into()),
        created_at: Set(0),
        ..Default::default()
    };
    let device = device.insert(&app.db).await.unwrap();
    let (mut after, mut idx) = (Uuid::nil(), 0);
    loop {
        let people: Vec<Uuid> = person::Entity::find()
            .select_only()
            .column(person::Column::Id)
            .filter(person::Column::Id.gt(after))
            .order_by_asc(person::Column::Id)
            .limit(AT_ONCE)
            .into_tuple()
            .all(&app.db)
            .await
            .unwrap();
        let Some(last) = people.last() else { return };
        after = *last;
        let mut rows = Vec::new();
        for person in people.iter().flat_map(|id| [*id; 2]) {
            rows.push(credential::ActiveModel {
                id: Set(Uuid::new_v4()),
                device_id: Set(device.id),
                person_id: Set(person),
                configuration: Set("student-id-sd-jwt".into()),
                list_id: Set(LIST),
                idx: Set(idx),
                issued_at: Set(0),
                expires_at: Set(i64::from(u32::MAX)),
                status: Set(CredentialStatus::Valid),
                ..Default::default()
            });
            idx += 1;
        }
        credential::Entity::insert_many(rows)
            .exec_without_returning(&app.db)
            .await
            .unwrap();
    }
}

/// What the process has taken at most; 0 where the system does not say.
fn peak_mb() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kb.unwrap_or_default() / 1024.0
}
