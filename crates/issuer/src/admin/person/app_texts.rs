//! The very words of the app, as its own build wrote them down: see `ui/admin/app-texts.ts`.

use county_api::{Enrolment, MissingField, NoRightReason, PhotoMissingReason};
use serde::Deserialize;

use crate::web::{Lang, assets};

/// What the app shows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) what: String,
    pub(super) now: String,
    /// The support code beside it.
    pub(super) code: String,
}

/// In each language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    nb: Texts,
    nn: Texts,
    en: Texts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    situations: Situations,
    missing: Missing,
}

/// Field by field, so that a file which lacks one, or has one that nobody knows, is not read at all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Situations {
    photo_missing: Text,
    photo_rejected: Text,
    photo_returned: Text,
    photo_reset: Text,
    photo_in_review: Text,
    not_in_records: Text,
    record_incomplete: Text,
    school_not_enabled: Text,
    not_started: Text,
    ended: Text,
    interrupted: Text,
    guest: Text,
    category_not_covered: Text,
    contract_type_unknown: Text,
    blocked_until: Text,
    blocked: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Missing {
    name: String,
    birth_date: String,
    school: String,
    class: String,
    programme: String,
    company: String,
    contract_period: String,
}

impl Missing {
    fn name_of(&self, field: MissingField) -> &str {
        match field {
            MissingField::Name => &self.name,
            MissingField::BirthDate => &self.birth_date,
            MissingField::School => &self.school,
            MissingField::Class => &self.class,
            MissingField::Programme => &self.programme,
            MissingField::Company => &self.company,
            MissingField::ContractPeriod => &self.contract_period,
        }
    }
}

/// Whether the program has the app's words in it, whole.
#[cfg(test)]
pub(crate) fn is_built() -> bool {
    file().is_some()
}

fn file() -> Option<File> {
    let file = assets::get("app-texts.json")?;
    serde_json::from_slice(&file.data)
        .map_err(|error| tracing::error!(%error, "the app's words cannot be read"))
        .ok()
}

/// What the app shows in this state; none where it shows the card, and in a program that was built without its words.
pub(super) fn of(state: &Enrolment, lang: Lang) -> Option<Text> {
    let file = file()?;
    let texts = match lang {
        Lang::Nb => file.nb,
        Lang::Nn => file.nn,
        Lang::En => file.en,
    };
    let all = texts.situations;
    Some(match state {
        Enrolment::Ready { .. } | Enrolment::PhotoToConfirm { .. } => return None,
        Enrolment::PhotoInReview { .. } => all.photo_in_review,
        Enrolment::PhotoMissing { why, .. } => match why {
            PhotoMissingReason::NeverHad => all.photo_missing,
            PhotoMissingReason::NotMe => all.photo_rejected,
            PhotoMissingReason::Returned { .. } => all.photo_returned,
            PhotoMissingReason::Reset { .. } => all.photo_reset,
        },
        Enrolment::NotInRecords { .. } => all.not_in_records,
        Enrolment::RecordIncomplete { missing, .. } => {
            let names = missing.iter().map(|field| texts.missing.name_of(*field));
            let names: Vec<_> = names.collect();
            all.record_incomplete.with("{fields}", &names.join(", "))
        }
        Enrolment::SchoolNotEnabled { school, .. } => {
            all.school_not_enabled.with("{school}", school)
        }
        Enrolment::NoCurrentRight { reason, .. } => match reason {
            NoRightReason::NotStarted { from } => all.not_started.with("{date}", &lang.day(*from)),
            NoRightReason::Ended { on } => all.ended.with("{date}", &lang.day(*on)),
            NoRightReason::Interrupted { on } => all.interrupted.with("{date}", &lang.day(*on)),
            NoRightReason::Guest => all.guest,
            NoRightReason::CategoryNotCovered => all.category_not_covered,
            NoRightReason::ContractTypeUnknown => all.contract_type_unknown,
        },
        Enrolment::Blocked {
            reason,
            until: Some(until),
            ..
        } => {
            let mut text = all.blocked_until.with("{reason}", reason);
            text.now = text.now.replace("{date}", &lang.day(*until));
            text
        }
        Enrolment::Blocked { reason, .. } => all.blocked.with("{reason}", reason),
    })
}

impl Text {
    /// With the value that the app puts in.
    fn with(mut self, place: &str, value: &str) -> Self {
        self.what = self.what.replace(place, value);
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use county_api::{CardType, Contact, ContactRole, Holder, PhotoSource, ProposedPhoto};

    use super::*;

    fn contact() -> Contact {
        Contact {
            role: ContactRole::School,
            name: "Kontoret".into(),
            phone: None,
            email: None,
            url: None,
        }
    }

    fn holder() -> Holder {
        Holder {
            given_name: "Nora".into(),
            family_name: "Bjørnstad".into(),
            card_type: CardType::Elev,
            institution: "Fjordvik".into(),
        }
    }

    /// Every state without a card, and what of it must be in the words.
    fn states() -> Vec<(Enrolment, &'static str)> {
        let day = |text: &str| text.parse().unwrap();
        let missing = |why| Enrolment::PhotoMissing {
            holder: holder(),
            why,
            contact: contact(),
        };
        let no_right = |reason| Enrolment::NoCurrentRight {
            reason,
            contact: contact(),
        };
        let note = || "Ta av deg capsen".to_owned();
        let blocked = |until| Enrolment::Blocked {
            reason: "Lånt bort til {date}".into(),
            until,
            contact: contact(),
        };
        vec![
            (missing(PhotoMissingReason::NeverHad), ""),
            (missing(PhotoMissingReason::NotMe), ""),
            (
                missing(PhotoMissingReason::Returned {
                    note: note(),
                    reasons: vec![],
                }),
                "",
            ),
            (missing(PhotoMissingReason::Reset { note: note() }), ""),
            (
                Enrolment::PhotoInReview {
                    holder: holder(),
                    photo: ProposedPhoto {
                        sha256: String::new(),
                        source: PhotoSource::Selfie,
                        taken_on: None,
                    },
                    contact: contact(),
                },
                "",
            ),
            (Enrolment::NotInRecords { contact: contact() }, ""),
            (
                Enrolment::RecordIncomplete {
                    missing: vec![
                        MissingField::Name,
                        MissingField::BirthDate,
                        MissingField::School,
                        MissingField::Class,
                        MissingField::Programme,
                        MissingField::Company,
                        MissingField::ContractPeriod,
                    ],
                    contact: contact(),
                },
                ", ",
            ),
            (
                Enrolment::SchoolNotEnabled {
                    school: "Ytre Fjordvik".into(),
                    contact: contact(),
                },
                "Ytre Fjordvik",
            ),
            (
                no_right(NoRightReason::NotStarted {
                    from: day("2027-08-16"),
                }),
                "2027",
            ),
            (
                no_right(NoRightReason::Ended {
                    on: day("2026-06-19"),
                }),
                "2026",
            ),
            (
                no_right(NoRightReason::Interrupted {
                    on: day("2026-10-01"),
                }),
                "2026",
            ),
            (no_right(NoRightReason::Guest), ""),
            (no_right(NoRightReason::CategoryNotCovered), ""),
            (no_right(NoRightReason::ContractTypeUnknown), ""),
            (blocked(Some(day("2026-12-01"))), "Lånt bort til {date}"),
            (blocked(None), "Lånt bort til {date}"),
        ]
    }

    #[test]
    fn every_state_without_a_card_has_the_apps_words_and_a_code_of_its_own_in_the_list() {
        // As with the other pages, a program without them has nothing more to test; but half of them is a fault.
        if assets::get("app-texts.json").is_none() {
            return;
        }
        assert!(is_built());
        let list = include_str!("../../../../../docs/support-codes.md");
        for lang in Lang::ALL {
            let mut codes = BTreeSet::new();
            for (state, part) in states() {
                let text = of(&state, lang).unwrap();
                assert!(text.what.contains(part), "{lang:?} {text:?}");
                let own = format!("{} {} {}", text.title, text.what, text.now);
                assert!(
                    !own.replace("Lånt bort til {date}", "").contains('{'),
                    "a gap is left: {own}"
                );
                let row = format!("| `{}` |", text.code);
                assert!(list.contains(&row), "{} is not in the list", text.code);
                assert!(codes.insert(text.code.clone()), "{} twice", text.code);
            }
            assert_eq!(codes.len(), 16);
        }
    }

    #[test]
    fn a_lost_or_unknown_situation_is_a_fault_and_not_an_empty_text() {
        let Some(file) = assets::get("app-texts.json") else {
            return;
        };
        let whole: serde_json::Value = serde_json::from_slice(&file.data).unwrap();
        assert!(serde_json::from_value::<File>(whole.clone()).is_ok());
        for change in [
            |texts: &mut serde_json::Map<String, serde_json::Value>| {
                texts.remove("guest");
            },
            |texts: &mut serde_json::Map<String, serde_json::Value>| {
                let guest = texts["guest"].clone();
                texts.insert("visitor".into(), guest);
            },
        ] {
            let mut other = whole.clone();
            change(other["nn"]["situations"].as_object_mut().unwrap());
            assert!(serde_json::from_value::<File>(other).is_err());
        }
    }
}
