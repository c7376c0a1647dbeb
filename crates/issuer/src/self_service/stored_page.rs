//! The page with everything that is stored: the file says the same for programs.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use school_records::Period;

use crate::{
    admin::{self, person::reasons},
    audit::{self, words::deed},
    db::entity::person,
    http::Service,
    records::record_of,
    web::{Frame, Lang, PersonSession, WebProblem, page},
};

use super::{
    Own, STORED,
    stored::{self, By, Moment, Stored},
    terms,
    words::Words,
};

#[derive(Template)]
#[template(path = "min_side/stored.html")]
struct StoredPage {
    frame: Frame,
    words: &'static Words,
    sections: Vec<Section>,
    /// The picture's address.
    picture: Option<String>,
    export: String,
}

/// A heading with what is stored under it.
struct Section {
    heading: &'static str,
    /// Where it comes from and who mends it.
    about: &'static str,
    rows: Vec<(String, String)>,
}

pub(super) async fn show(
    State(service): State<Arc<Service>>,
    PersonSession(session): PersonSession,
) -> Result<Response, WebProblem> {
    let own = Own::of(&service, session).await?;
    audit::record(&service.db, own.entry(&service, "own.look")).await?;
    let stored = stored::read(&service, &own.account, own.person.as_ref(), false).await?;
    let frame = own.frame(&service, STORED, own.words.stored);
    let has_picture = stored.photo.as_ref().is_some_and(|photo| photo.has_picture);
    page(&StoredPage {
        picture: has_picture.then(|| format!("{}/min-side/bilde", frame.base)),
        export: format!("{}/min-side/lagret.json", frame.base),
        sections: sections(&own, &stored),
        words: own.words,
        frame,
    })
}

fn sections(own: &Own, stored: &Stored) -> Vec<Section> {
    let (w, lang) = (own.words, own.session.lang);
    let at = |moment: &Moment| lang.moment(moment.0);
    let mut sections = Vec::new();
    let mut add = |(heading, about): (&'static str, &'static str), rows: Vec<(String, String)>| {
        if !rows.is_empty() {
            sections.push(Section {
                heading,
                about,
                rows,
            });
        }
    };
    let mut login = vec![
        (
            w.feide_identifier.to_owned(),
            stored.login.feide_identifier.clone(),
        ),
        (w.first_login.to_owned(), at(&stored.login.first)),
        (w.last_login.to_owned(), at(&stored.login.last)),
    ];
    if let Some(name) = &stored.login.feide_name {
        login.insert(0, (w.feide_name.to_owned(), name.clone()));
    }
    if let Some(day) = stored.login.birth_date {
        login.push((w.birth_date.to_owned(), lang.day(day)));
    }
    if stored.login.national_number_hash.is_some() {
        login.push((w.national_number.to_owned(), w.only_a_hash.to_owned()));
    }
    add(w.about_login, login);
    if let Some(records) = &stored.records {
        let mut rows = own
            .person
            .as_ref()
            .map(|person| of_record(person, w, lang))
            .unwrap_or_default();
        rows.push((w.updated.to_owned(), at(&records.updated)));
        if let Some(day) = &records.withdrawn {
            rows.push((w.withdrawn.to_owned(), at(day)));
        }
        if records.national_number_hash.is_some() {
            rows.push((w.national_number.to_owned(), w.only_a_hash.to_owned()));
        }
        add(w.about_records, rows);
    }
    if let Some(photo) = &stored.photo {
        let mut rows = vec![
            (w.photo_state.to_owned(), (w.photo)(&photo.state).to_owned()),
            (
                w.photo_source.to_owned(),
                (w.source)(&photo.source).to_owned(),
            ),
            (w.since.to_owned(), at(&photo.since)),
        ];
        if let Some(note) = &photo.note {
            rows.push((w.note.to_owned(), note.clone()));
        }
        add(w.about_photo, rows);
    }
    if let Some(card) = &stored.library_card {
        add(
            w.about_library,
            vec![(w.code.to_owned(), card.code.clone())],
        );
    }
    let devices = stored.devices.iter().map(|device| {
        let state = match &device.logged_out {
            Some(out) => (w.former)(&at(&device.added), &at(out)),
            None => (w.last_seen)(&at(&device.last_seen)),
        };
        let state = match device.key_protection.map(w.keys) {
            Some(keys) => format!("{state}. {keys}"),
            None => state,
        };
        (at(&device.added), state)
    });
    add(w.about_devices, devices.collect());
    let cards = stored.cards.iter().map(|card| {
        let what = format!(
            "{} × {}",
            card.count,
            terms::configuration(&card.configuration, lang)
        );
        let status = (w.card_status)(card.status);
        (
            what,
            (w.card)(&at(&card.issued), &at(&card.expires), status),
        )
    });
    add(w.about_cards, cards.collect());
    let blocks = stored.blocks.iter().map(|block| {
        let lifted = block.lifted.as_ref().map(at);
        let until = block.until.map(|day| lang.day(day));
        (
            at(&block.from),
            (w.block)(&block.reason, until.or(lifted).as_deref()),
        )
    });
    add(w.about_blocks, blocks.collect());
    let messages = stored.messages.iter().map(|message| {
        let when = message.sent.as_ref().unwrap_or(&message.queued);
        (at(when), (w.message)(message.sent.is_some()).to_owned())
    });
    add(w.about_messages, messages.collect());
    let changes = stored
        .changes
        .iter()
        .map(|change| (at(&change.at), reasons::change(&change.changes, lang)));
    add(w.about_changes, changes.collect());
    let slips = stored.slips.iter().map(|slip| {
        let status = (w.card_status)(slip.status);
        (
            terms::profile(&slip.profile, lang).to_owned(),
            (w.card)(&at(&slip.printed), &at(&slip.expires), status),
        )
    });
    add(w.about_slips, slips.collect());
    let lists = stored
        .exam_lists
        .iter()
        .map(|list| (at(&list.starts), list.title.clone()));
    add(w.about_exam_lists, lists.collect());
    let sent_in = stored
        .photos_sent_in
        .iter()
        .map(|sent| (lang.day(sent.day), sent.count.to_string()));
    add(w.about_sent_in, sent_in.collect());
    let delivered = stored
        .photos_delivered
        .iter()
        .map(|file| (w.file.to_owned(), file.file.clone()));
    add(w.about_delivered, delivered.collect());
    let browsers = stored
        .browsers
        .iter()
        .map(|browser| (w.logged_in.to_owned(), at(&browser.since)));
    add(w.about_browsers, browsers.collect());
    let roles = stored.roles.iter().map(|role| {
        let name = admin::Role::from_id(&role.role).map(|role| role.name(lang));
        let ended = role.ended.as_ref().map(at);
        let parts = [Some(at(&role.given)), ended];
        (
            name.unwrap_or(&role.role).to_owned(),
            parts.into_iter().flatten().collect::<Vec<_>>().join("–"),
        )
    });
    add(w.about_roles, roles.collect());
    let log = stored.log.iter().map(|entry| {
        let by = match entry.by {
            By::Yourself => w.by_yourself,
            By::TheService => w.by_the_service,
            By::Staff => w.by_staff,
        };
        let reason = entry.reason.as_ref().map(|reason| format!(": {reason}"));
        (
            at(&entry.at),
            format!(
                "{by} {}{}",
                deed(&entry.action, lang).unwrap_or(w.did_something),
                reason.unwrap_or_default()
            ),
        )
    });
    add(w.about_log, log.collect());
    sections
}

/// What the school's records say, in words.
fn of_record(person: &person::Model, w: &Words, lang: Lang) -> Vec<(String, String)> {
    let Ok(record) = record_of(person) else {
        return Vec::new();
    };
    let names = [
        Some(record.given_name.as_str()),
        record.middle_name.as_deref(),
        Some(record.family_name.as_str()),
    ];
    let name: Vec<&str> = names.into_iter().flatten().collect();
    let mut rows = vec![(w.name.to_owned(), name.join(" "))];
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            rows.push((name.to_owned(), value));
        }
    };
    add(w.birth_date, record.birth_date.map(|day| lang.day(day)));
    add(w.feide_name, record.feide_name);
    add(w.mobile, record.mobile);
    add(w.student_number, record.student_number);
    add(w.record_key, Some(record.source_key));
    add(w.photo_address, record.photo_url.map(|url| url.to_string()));
    for enrolment in record.enrolments {
        let classes = enrolment.classes.into_iter().map(|class| class.name);
        let programmes = enrolment.programmes.into_iter().map(|it| it.name);
        let parts: Vec<String> = enrolment
            .school_number
            .into_iter()
            .chain(classes)
            .chain(programmes)
            .chain([period(enrolment.period, lang)])
            .collect();
        add(w.enrolment, Some(parts.join(", ")));
    }
    for contract in record.contracts {
        let parts: Vec<String> = contract
            .contract_type
            .into_iter()
            .chain(contract.company)
            .chain(contract.programme)
            .chain([period(contract.period, lang)])
            .collect();
        add(w.contract, Some(parts.join(", ")));
    }
    rows
}

fn period(period: Period, lang: Lang) -> String {
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| lang.day(day));
    format!("{}–{}", day(period.start), day(period.end))
}
