//! Reads a county through FINT and says what it gives a right to today: how many, and what was wrong. Names nobody.
//!
//!     cargo run -p school-records --example read_fint -- http://127.0.0.1:8022 16007
//!
//! The arguments are the address of the sample county (`tests/county`), and the schools that are not enabled.
#![allow(
    clippy::print_stdout,
    reason = "an example says what it found on its standard output"
)]

use school_records::fint::{self, FintSource, Grant};
use school_records::http::ReqwestHttp;
use school_records::{Right, Rules, right_on};
use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};
use url::Url;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let base = arguments.next().unwrap_or("http://127.0.0.1:8022".into());
    let not_enabled: Vec<String> = arguments.collect();
    let base = Url::parse(&base)?;
    let grant = Grant::Password {
        username: "fint-user".into(),
        password: "fint-password".into(),
    };
    let source = FintSource {
        allow_synthetic: true,
        library_codes: Some(base.join("/bibliotek.csv")?),
        ..FintSource::new(
            base.clone(),
            base.join("/oauth/token")?,
            "fint-client".into(),
            "fint-secret".into(),
            grant,
        )
    };
    // The error only says that another part of the program was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = ReqwestHttp::new(reqwest::Client::new(), Duration::from_secs(60));

    let started = Instant::now();
    let records = fint::read(&source, &http).await?;
    let enabled = records
        .schools
        .iter()
        .map(|school| school.number.clone())
        .filter(|number| !not_enabled.contains(number));
    let rules = Rules {
        enabled_schools: Some(enabled.collect()),
        categories: Some(["1", "2", "3"].map(str::to_owned).into()),
        ..Rules::default()
    };
    let today = chrono::Local::now().date_naive();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for person in &records.people {
        let what = match right_on(person, today, &rules) {
            Right::Pupil(_) => "pupil".to_owned(),
            Right::Apprentice(apprentice) => format!("{:?}", apprentice.kind),
            Right::Incomplete(missing) => format!("lacks {missing:?}"),
            Right::SchoolNotEnabled { .. } => "school not enabled".to_owned(),
            Right::None(reason) => format!("{reason:?}"),
        };
        *counts.entry(what).or_default() += 1;
    }
    let codes = records.people.iter().filter(|p| p.library_code.is_some());
    println!("read in {:?}", started.elapsed());
    println!("{:6} schools", records.schools.len());
    println!("{:6} people", records.people.len());
    println!("{:6} library codes", codes.count());
    for (what, count) in counts {
        println!("{count:6} {what}");
    }
    for fault in &records.faults {
        println!("       {fault}");
    }
    Ok(())
}
