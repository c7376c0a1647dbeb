//! The very words of the app, as its own build wrote them down: see `ui/admin/app-texts.ts`.

use std::collections::HashMap;

use county_api::{Enrolment, NoRightReason, PhotoMissingReason};
use serde::Deserialize;

use crate::web::{Lang, assets};

/// What the app shows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) what: String,
    pub(super) now: String,
}

#[derive(Deserialize)]
struct Texts {
    situations: HashMap<String, Text>,
    missing: HashMap<String, String>,
}

/// The words in a language; none in a program that was built without them.
fn texts(lang: Lang) -> Option<Texts> {
    let file = assets::get("app-texts.json")?;
    let mut all: HashMap<String, Texts> = serde_json::from_slice(&file.data)
        .map_err(|error| tracing::error!(%error, "the app's words cannot be read"))
        .ok()?;
    all.remove(lang.tag())
}

/// What the app shows in this state; none where it shows the card.
pub(super) fn of(state: &Enrolment, lang: Lang) -> Option<Text> {
    let (key, value) = key(state, lang)?;
    let texts = texts(lang)?;
    let value = match state {
        Enrolment::RecordIncomplete { missing, .. } => {
            let names = missing.iter().filter_map(|field| {
                let name = serde_json::to_value(field).ok()?;
                texts.missing.get(name.as_str()?).map(String::as_str)
            });
            names.collect::<Vec<_>>().join(", ")
        }
        _ => value,
    };
    let mut text = texts.situations.get(key)?.clone();
    for place in ["{reason}", "{school}", "{date}", "{fields}"] {
        text.what = text.what.replace(place, &value);
    }
    if let Enrolment::Blocked {
        until: Some(until), ..
    } = state
    {
        text.now = text.now.replace("{date}", &lang.day(*until));
    }
    Some(text)
}

/// Its name in the file, and the value that the app puts in.
fn key(state: &Enrolment, lang: Lang) -> Option<(&'static str, String)> {
    let plain = |key| Some((key, String::new()));
    match state {
        Enrolment::Ready { .. } | Enrolment::PhotoToConfirm { .. } => None,
        Enrolment::PhotoInReview { .. } => plain("photo_in_review"),
        Enrolment::PhotoMissing { why, .. } => plain(match why {
            PhotoMissingReason::NeverHad => "photo_missing",
            PhotoMissingReason::NotMe => "photo_rejected",
            PhotoMissingReason::Returned { .. } => "photo_returned",
            PhotoMissingReason::Reset { .. } => "photo_reset",
        }),
        Enrolment::NotInRecords { .. } => plain("not_in_records"),
        Enrolment::RecordIncomplete { .. } => plain("record_incomplete"),
        Enrolment::SchoolNotEnabled { school, .. } => Some(("school_not_enabled", school.clone())),
        Enrolment::NoCurrentRight { reason, .. } => match reason {
            NoRightReason::NotStarted { from } => Some(("not_started", lang.day(*from))),
            NoRightReason::Ended { on } => Some(("ended", lang.day(*on))),
            NoRightReason::Interrupted { on } => Some(("interrupted", lang.day(*on))),
            NoRightReason::Guest => plain("guest"),
            NoRightReason::CategoryNotCovered => plain("category_not_covered"),
            NoRightReason::ContractTypeUnknown => plain("contract_type_unknown"),
        },
        Enrolment::Blocked { reason, until, .. } => Some((
            if until.is_some() {
                "blocked_until"
            } else {
                "blocked"
            },
            reason.clone(),
        )),
    }
}
