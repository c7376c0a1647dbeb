//! A county for trying the page out: makes lists and codes on demand, for whoever serves them.
//!
//! `specimen ISSUER_URL` reads one order a line and prints one line for each. Times are seconds from now.
//!
//! ```text
//! demo                                     a specimen county from here on; prints an empty line
//! county                                   county.json
//! trust-list VERSION SECONDS               a trust list signed then
//! status-list NUMBER SECONDS [IDX=VALUE…]  a status list signed then
//! code PROFILE SECONDS IDX [forged]        a living code made then
//! photo                                    the still code with the portrait
//! link PAGE CODE                           the code as a link
//! ```

// A program for a terminal and a test.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::io::BufRead;
use std::time::{SystemTime, UNIX_EPOCH};

use common::{Code, Specimen};
use county_api::Profile;

fn main() {
    let issuer = std::env::args().nth(1).expect("specimen ISSUER_URL");
    let mut county = Specimen::new(&issuer);
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("orders are text");
        let words: Vec<&str> = line.split(' ').collect();
        println!("{}", obey(&mut county, &words));
    }
}

fn obey(county: &mut Specimen, words: &[&str]) -> String {
    match words {
        ["demo"] => {
            county.demo = true;
            String::new()
        }
        ["county"] => county.county_json(),
        ["trust-list", version, seconds] => {
            county.trust_list(version.parse().expect("a version"), from_now(seconds))
        }
        ["status-list", number, seconds, entries @ ..] => {
            let entries: Vec<(u64, u8)> = entries
                .iter()
                .map(|entry| entry.split_once('=').expect("IDX=VALUE"))
                .map(|(idx, value)| (idx.parse().expect("IDX"), value.parse().expect("VALUE")))
                .collect();
            county.status_list(
                number.parse().expect("a number"),
                from_now(seconds),
                &entries,
            )
        }
        ["code", profile, seconds, idx, more @ ..] => county.code(&Code {
            profile: serde_json::from_value::<Profile>((*profile).into()).expect("a profile"),
            at: from_now(seconds),
            idx: idx.parse().expect("an index"),
            forged: more.contains(&"forged"),
        }),
        ["photo"] => county.photo_code(from_now("0")),
        // base45 may hold spaces.
        ["link", page, code @ ..] => qr_proof::link(&code.join(" "), page).expect("a link"),
        _ => panic!("unknown order: {words:?}"),
    }
}

fn from_now(seconds: &str) -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    i64::try_from(now.as_secs()).expect("a time") + seconds.parse::<i64>().expect("seconds")
}
