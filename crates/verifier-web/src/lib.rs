//! The check of a code, for a web page: the crate `verifier` behind a WebAssembly boundary.
//!
//! The page brings the texts (what stood in a code, and the signed lists it fetched or kept) and the time; it gets
//! JSON back. Nothing here asks a network, reads a clock or keeps anything beyond the page's own life.
//!
//! ```no_run
//! # let (county_json, trust_list_jws, status_list_jwt, scanned, now_ms) = ("", "", "", "", 0.0);
//! use verifier_web::Kontroll;
//!
//! let mut kontroll = Kontroll::new(county_json)?;
//! kontroll.take_trust_list(trust_list_jws, now_ms); // {"kind":"taken"}
//! kontroll.take_status_list(status_list_jwt, now_ms);
//! let scan = kontroll.scan(scanned, now_ms); // {"kind":"card","outcome":"valid",…}
//! # Ok::<(), String>(())
//! ```
//!
//! # Lists that grow old, and newer ones
//!
//! A page opened without a network has what it kept the last time. Lists whose time is over are taken all the same:
//! a card revoked yesterday is still revoked, and the verdict says how old its knowledge is. A trust list older than
//! the one in use is refused, so the page hands over the one that it kept before any that it fetched.
//!
//! The page judges at once with what it has, and once more, by [`Kontroll::scan_again`], when fresh lists have come.
//!
//! # Names
//!
//! What JavaScript sees is named in [`Kontroll`]; the shapes of the JSON are [`Taken`], [`Lists`] and
//! [`verifier::Scan`].

mod lists;

use chrono::{DateTime, Utc};
use county_api::County;
use jose::Jwk;
use serde::{Deserialize, Serialize};
use verifier::{Checker, Settings};
use wasm_bindgen::prelude::wasm_bindgen;

pub use lists::{Lists, Taken};

use lists::Held;

/// As much of [`County`] as a checker needs. The page knows its own address, so no reader of addresses (which is as
/// large as all the rest) has to be carried into the browser.
#[derive(Deserialize)]
struct Pinned {
    trust_list_key: Jwk,
}

/// A checker in a web page. All times are milliseconds since 1970, as JavaScript counts.
#[wasm_bindgen]
pub struct Kontroll {
    held: Held,
    checker: Option<Checker>,
    last: Option<Last>,
}

/// The newest scan, and the checker as it was before: judging the same code again is not its being shown twice.
struct Last {
    text: String,
    before: Checker,
}

#[wasm_bindgen]
impl Kontroll {
    /// A checker for the county whose `county.json` this is.
    ///
    /// # Errors
    /// When the text is not such a file.
    #[wasm_bindgen(constructor)]
    pub fn new(county_json: &str) -> Result<Self, String> {
        let county: Pinned =
            serde_json::from_str(county_json).map_err(|error| error.to_string())?;
        Ok(Self {
            held: Held::new(county.trust_list_key),
            checker: None,
            last: None,
        })
    }

    /// Takes in a trust list, unless it is older than the one in use. Answers with [`Taken`] as JSON.
    #[wasm_bindgen(js_name = takeTrustList)]
    pub fn take_trust_list(&mut self, jws: &str, now_ms: f64) -> String {
        let taken = self.held.take_trust_list(jws, time(now_ms));
        self.equip();
        json(&taken)
    }

    /// Takes in a status list in JWT form, unless a newer one is there. Answers with [`Taken`] as JSON.
    #[wasm_bindgen(js_name = takeStatusList)]
    pub fn take_status_list(&mut self, jwt: &str, now_ms: f64) -> String {
        let taken = self.held.take_status_list(jwt, time(now_ms));
        self.equip();
        json(&taken)
    }

    /// What is at hand and how old it is: [`Lists`] as JSON.
    pub fn lists(&mut self, now_ms: f64) -> String {
        // The page asks every half minute, so portraits do not outstay their two minutes.
        if let Some(checker) = &mut self.checker {
            checker.tidy(time(now_ms));
        }
        json(&self.held.lists(time(now_ms)))
    }

    /// Judges the text of a code, or the address of a link code: [`verifier::Scan`] as JSON; nothing before there is
    /// a trust list.
    pub fn scan(&mut self, text: &str, now_ms: f64) -> Option<String> {
        let checker = self.checker.as_mut()?;
        self.last = Some(Last {
            text: text.to_owned(),
            before: checker.clone(),
        });
        Some(json(&checker.scan(text, time(now_ms))))
    }

    /// Judges the newest scan once more, with the lists of now, as of `scanned_ms`.
    #[wasm_bindgen(js_name = scanAgain)]
    pub fn scan_again(&mut self, scanned_ms: f64) -> Option<String> {
        let last = self.last.as_ref()?;
        let mut checker = last.before.clone();
        self.held.equip(&mut checker);
        let scan = checker.scan(&last.text, time(scanned_ms));
        self.checker = Some(checker);
        Some(json(&scan))
    }

    /// Forgets the newest scan. What stays is a fingerprint, so that it is not taken twice, and for two minutes the
    /// portrait, should it belong to the next code.
    pub fn forget(&mut self) {
        self.last = None;
    }

    fn equip(&mut self) {
        match &mut self.checker {
            Some(checker) => self.held.equip(checker),
            none => *none = self.held.checker(Settings::default()),
        }
    }
}

fn time(milliseconds: f64) -> DateTime<Utc> {
    // What is no number, or no time, becomes 1970: everything is from the future then, and nothing is valid.
    DateTime::from_timestamp_millis(milliseconds as i64).unwrap_or_default()
}

fn json(value: &impl Serialize) -> String {
    // These have string keys and no maps; a failure would be an empty text, which the page shows as a fault.
    serde_json::to_string(value).unwrap_or_default()
}

/// `county.json` is read leniently here; this holds the two together.
const _: fn(County) -> Pinned = |county| Pinned {
    trust_list_key: county.trust_list_key,
};
