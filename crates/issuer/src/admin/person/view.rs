//! What the page tells of a person, gathered from the tables and put into words.

use std::collections::HashMap;

use county_api::{Contact, Enrolment};
use school_records::why;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::SimpleExpr,
};
use uuid::Uuid;

use crate::{
    audit::words::deed,
    db::entity::{audit, school},
    http::Service,
    records::{self, day_in_norway, given_names, record_of},
    web::{Lang, WebProblem},
};

use super::{
    Power, Seen,
    app_texts::{self, Text},
    parts::{self, Names},
    reasons::{self, Told},
    words::{self, Words},
};

/// Lists are cut here; what is older is in the audit trail.
pub(super) const MOST: u64 = 30;

/// Everything on the page.
pub(super) struct View {
    pub(super) name: String,
    pub(super) facts: Vec<Fact>,
    pub(super) shown: Shown,
    /// Whether the one who looks sees more than what a library needs.
    pub(super) sees_all: bool,
    pub(super) reasons: Vec<Told>,
    pub(super) withdrawn: Option<String>,
    pub(super) photo: Option<Photo>,
    pub(super) photo_history: Vec<Line>,
    pub(super) library: Option<Library>,
    pub(super) blocks: Vec<Block>,
    pub(super) is_blocked: bool,
    /// The blocks in force, as the form that lifts them names them.
    pub(super) standing: String,
    pub(super) may_lift: bool,
    pub(super) devices: Vec<Device>,
    pub(super) messages: Vec<Message>,
    pub(super) changes: Vec<Line>,
    pub(super) deeds: Vec<Line>,
    pub(super) may: May,
}

/// A name and what it is.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// What the app shows now.
pub(super) struct Shown {
    /// Where there is no card.
    pub(super) text: Option<Text>,
    /// Where there is one, or a question about the photo.
    pub(super) instead: &'static str,
    /// What staff wrote for the person.
    pub(super) note: Option<String>,
    pub(super) contact: String,
}

/// Something that happened.
pub(super) struct Line {
    pub(super) at: String,
    pub(super) what: String,
    pub(super) who: String,
    pub(super) reason: String,
}

pub(super) struct Photo {
    pub(super) state: &'static str,
    pub(super) source: &'static str,
    pub(super) since: String,
    pub(super) sha256: String,
    pub(super) has_picture: bool,
    pub(super) waits: bool,
    pub(super) can_be_reset: bool,
    pub(super) note: Option<String>,
    pub(super) rules: Vec<String>,
}

pub(super) struct Library {
    pub(super) code: String,
    pub(super) symbology: String,
    pub(super) is_overridden: bool,
}

pub(super) struct Block {
    pub(super) id: Uuid,
    pub(super) by_county: bool,
    pub(super) reason: String,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) by: String,
    pub(super) contact: String,
    pub(super) is_in_force: bool,
    /// When, by whom and why it was lifted.
    pub(super) lifted: Option<String>,
}

pub(super) struct Device {
    pub(super) id: Uuid,
    pub(super) since: String,
    pub(super) last_refresh: String,
    pub(super) cards: String,
    /// Where the keys of its cards lie: the worst of them.
    pub(super) keys: &'static str,
    /// Why it is out; none while it is logged in.
    pub(super) out: Option<String>,
}

pub(super) struct Message {
    pub(super) id: Uuid,
    pub(super) card: &'static str,
    pub(super) state: &'static str,
    pub(super) at: String,
    pub(super) can_be_sent: bool,
}

/// Which forms and parts there are for the one who looks.
pub(super) struct May {
    pub(super) photo: bool,
    pub(super) library: bool,
    pub(super) block: bool,
    pub(super) device: bool,
    pub(super) sms: bool,
    pub(super) slip: bool,
}

impl View {
    pub(super) async fn gather(service: &Service, seen: &Seen) -> Result<Self, WebProblem> {
        let (db, person, lang) = (&service.db, &seen.person, seen.staff.session.lang);
        let words = words::of(lang);
        let record = record_of(person).map_err(|error| WebProblem::internal(&error))?;
        let today = day_in_norway(service.now());
        let schools = school_names(service).await?;
        let standing = records::standing_now(service, person)
            .await
            .map_err(|error| WebProblem::internal(&error))?;
        let may = May {
            photo: seen.may(Power::DecidePhoto),
            library: seen.may(Power::SetLibraryCode),
            block: seen.may(Power::Block),
            device: seen.may(Power::RevokeDevice),
            sms: seen.may(Power::ResendSms) && service.config.sms.is_some(),
            slip: seen.may(Power::PrintSlip),
        };
        let judged = why(&record, today, &service.config.records.rules.now());
        let fact = |name, value: Option<String>| Fact {
            name,
            value: value.unwrap_or_else(|| "–".to_owned()),
        };
        // Who keeps the library's cards needs no more than to know the person again.
        let sees_all = may.photo || may.device || may.block;
        let own: Vec<String> = seen
            .schools_to_tell()
            .map(|number| schools.get(number).unwrap_or(number).clone())
            .collect();
        let mut facts = vec![
            fact(
                words.school,
                Some(own.join(", ")).filter(|own| !own.is_empty()),
            ),
            fact(words.number, record.student_number.clone()),
            fact(words.feide_name, person.feide_name.clone()),
        ];
        if sees_all {
            facts.insert(
                1,
                fact(words.birth_date, record.birth_date.map(|day| lang.day(day))),
            );
            facts.push(fact(
                words.nin,
                Some(
                    if person.nin_hash.is_some() {
                        words.known
                    } else {
                        words.unknown
                    }
                    .to_owned(),
                ),
            ));
        }
        let names = Names::of(service, &seen.staff).await?;
        let newest = |which: SimpleExpr| {
            audit::Entity::find()
                .filter(audit::Column::PersonId.eq(person.id))
                .filter(audit::Column::Action.is_not_in([
                    "person.show",
                    "person.show_photo",
                    "staff.refused",
                    // What people look up about themselves is nobody else's business.
                    "own.look",
                    "own.export",
                ]))
                .filter(which)
                .order_by_desc(audit::Column::Seq)
                .limit(MOST)
                .all(db)
        };
        // Each by itself: many of the one would hide the other.
        let of_photo = audit::Column::Action.contains("photo");
        let photo_deeds = newest(of_photo.clone()).await?;
        let deeds = newest(of_photo.not()).await?;
        let line = |entry: &audit::Model| Line {
            at: lang.moment(entry.at),
            what: deed(&entry.action, lang)
                .unwrap_or(&entry.action)
                .to_owned(),
            who: match entry.actor.as_str() {
                "holder" => words.holder.to_owned(),
                "issuer" | "records" => words.service.to_owned(),
                _ if entry.action.starts_with("own.") => words.holder.to_owned(),
                actor => names.tell(actor, words),
            },
            reason: entry
                .reason
                .clone()
                // Why somebody is blocked is for those who block.
                .filter(|_| may.block || !entry.action.ends_with("block"))
                .unwrap_or_default(),
        };
        let blocks = parts::blocks(service, seen, &names, lang, words).await?;
        let in_force: Vec<&Block> = blocks.iter().filter(|block| block.is_in_force).collect();
        let is_blocked = !in_force.is_empty();
        let may_lift =
            seen.may_for_county(Power::Block) || !in_force.iter().any(|block| block.by_county);
        let ids: Vec<String> = in_force.iter().map(|block| block.id.to_string()).collect();
        let standing_blocks = ids.join(" ");
        let state = match &standing.state {
            Enrolment::Blocked { until, contact, .. } if !may.block => &Enrolment::Blocked {
                reason: words.reason_hidden.to_owned(),
                until: *until,
                contact: contact.clone(),
            },
            state => state,
        };
        let mut shown = shown(state, &standing.contacts, lang, words);
        shown.note = shown.note.filter(|_| sees_all);
        Ok(Self {
            name: format!("{} {}", given_names(&record), record.family_name),
            facts,
            shown,
            reasons: if sees_all {
                judged
                    .iter()
                    .map(|judged| reasons::tell(judged, lang, &schools))
                    .collect()
            } else {
                Vec::new()
            },
            sees_all,
            withdrawn: person.withdrawn_at.map(|at| lang.moment(at)),
            photo: if sees_all {
                parts::photo(service, person.id, lang, words).await?
            } else {
                None
            },
            photo_history: if may.photo {
                photo_deeds.iter().map(line).collect()
            } else {
                Vec::new()
            },
            library: parts::library(service, person.id, words).await?,
            is_blocked,
            standing: standing_blocks,
            may_lift,
            blocks: if may.block { blocks } else { Vec::new() },
            devices: if may.device {
                parts::devices(service, person.id, lang, words).await?
            } else {
                Vec::new()
            },
            messages: if may.sms {
                parts::messages(service, person.id, lang, words).await?
            } else {
                Vec::new()
            },
            changes: if sees_all {
                parts::changes(service, person.id, lang).await?
            } else {
                Vec::new()
            },
            deeds: if sees_all {
                deeds.iter().map(line).collect()
            } else {
                Vec::new()
            },
            may,
        })
    }
}

async fn school_names(service: &Service) -> Result<HashMap<String, String>, DbErr> {
    let schools = school::Entity::find().all(&service.db).await?;
    Ok(schools
        .into_iter()
        .map(|school| (school.number, school.name))
        .collect())
}

fn shown(state: &Enrolment, contacts: &[Contact], lang: Lang, words: &Words) -> Shown {
    let (instead, contact, note) = match state {
        Enrolment::Ready { .. } => (words.shows_card, None, None),
        Enrolment::PhotoToConfirm { reset, .. } => (words.asks_about_photo, None, reset.clone()),
        Enrolment::PhotoInReview { contact, .. } => ("", Some(contact), None),
        Enrolment::PhotoMissing { why, contact, .. } => {
            let note = match why {
                county_api::PhotoMissingReason::Returned { note, .. }
                | county_api::PhotoMissingReason::Reset { note } => Some(note.clone()),
                county_api::PhotoMissingReason::NeverHad
                | county_api::PhotoMissingReason::NotMe => None,
            };
            ("", Some(contact), note)
        }
        Enrolment::NotInRecords { contact }
        | Enrolment::RecordIncomplete { contact, .. }
        | Enrolment::SchoolNotEnabled { contact, .. }
        | Enrolment::NoCurrentRight { contact, .. }
        | Enrolment::Blocked { contact, .. } => ("", Some(contact), None),
    };
    let contact = contact.or(contacts.first());
    let contact = contact.map(|contact| {
        [
            Some(contact.name.as_str()),
            contact.phone.as_deref(),
            contact.email.as_deref(),
        ]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
    });
    let text = app_texts::of(state, lang);
    Shown {
        instead: if text.is_none() && instead.is_empty() {
            words.no_text
        } else {
            instead
        },
        text,
        note: note.filter(|note| !note.is_empty()),
        contact: contact.unwrap_or_default(),
    }
}
