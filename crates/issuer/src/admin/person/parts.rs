//! Parts of what the page tells, each from its table.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    admin::{Power, Schools, Staff},
    db::entity::{
        account, block, change_log,
        credential::{self, CredentialStatus},
        device, library_code,
        photo::{self, PhotoSource, PhotoState},
        sms_message, staff_grant,
    },
    deeds::DAYS_BETWEEN_SMS,
    http::Service,
    records::{day_in_norway, in_force},
    sms::outbox,
    web::Lang,
};

use super::{
    Seen, reasons,
    view::{Block, Device, Library, Line, MOST, Message, Photo},
    words::Words,
};

/// Who of the staff is named to the one who looks: those of one's own schools and of the county, and not those of other
/// schools where the person is or was.
pub(super) enum Names {
    All,
    Of(HashSet<String>),
}

impl Names {
    pub(super) async fn of(service: &Service, staff: &Staff) -> Result<Self, DbErr> {
        let Schools::Some(schools) = staff.schools(Power::LookUp) else {
            return Ok(Self::All);
        };
        let theirs = Condition::any()
            .add(staff_grant::Column::SchoolNumber.is_null())
            .add(staff_grant::Column::SchoolNumber.is_in(schools));
        let names: Vec<String> = staff_grant::Entity::find()
            .select_only()
            .column(staff_grant::Column::FeideName)
            .distinct()
            .filter(theirs)
            .into_tuple()
            .all(&service.db)
            .await?;
        Ok(Self::Of(names.into_iter().collect()))
    }

    pub(super) fn tell(&self, name: &str, words: &Words) -> String {
        match self {
            Self::Of(known) if !known.contains(name) => words.staff_elsewhere.to_owned(),
            _ => name.to_owned(),
        }
    }
}

pub(super) async fn photo(
    service: &Service,
    person: Uuid,
    lang: Lang,
    words: &Words,
) -> Result<Option<Photo>, DbErr> {
    let row = photo::Entity::find_by_id(person).one(&service.db).await?;
    Ok(row.map(|row| Photo {
        state: match row.state {
            PhotoState::Proposed => words.photo_proposed,
            PhotoState::Locked => words.photo_locked,
            PhotoState::Rejected => words.photo_rejected,
            PhotoState::InReview => words.photo_in_review,
            PhotoState::Returned => words.photo_returned,
            PhotoState::Reset => words.photo_reset,
        },
        source: match row.source {
            PhotoSource::SchoolRecords => words.from_records,
            PhotoSource::Photographer => words.from_photographer,
            PhotoSource::Selfie => words.from_selfie,
            PhotoSource::Upload => words.from_upload,
        },
        since: lang.moment(row.changed_at),
        has_picture: row.state.has_picture(),
        waits: row.state == PhotoState::InReview,
        can_be_reset: matches!(row.state, PhotoState::Locked | PhotoState::Rejected),
        note: row.note_that_holds(),
        rules: row.rule_ids(),
        sha256: row.sha256,
    }))
}

pub(super) async fn library(
    service: &Service,
    person: Uuid,
    words: &Words,
) -> Result<Option<Library>, DbErr> {
    let row = library_code::Entity::find_by_id(person)
        .one(&service.db)
        .await?;
    Ok(row.map(|row| Library {
        code: row.code,
        symbology: row
            .symbology
            .unwrap_or_else(|| words.schools_choice.to_owned()),
        is_overridden: row.overridden,
    }))
}

pub(super) async fn blocks(
    service: &Service,
    seen: &Seen,
    names: &Names,
    lang: Lang,
    words: &Words,
) -> Result<Vec<Block>, DbErr> {
    let today = day_in_norway(service.now());
    let of_person = || block::Entity::find().filter(block::Column::PersonId.eq(seen.person.id));
    let standing: Vec<Uuid> = of_person()
        .filter(in_force(today))
        .all(&service.db)
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    let rows = of_person()
        .order_by_desc(block::Column::CreatedAt)
        .limit(MOST)
        .all(&service.db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Block {
            id: row.id,
            by_county: row.by_county,
            is_in_force: standing.contains(&row.id),
            from: lang.moment(row.created_at),
            until: row
                .until
                .map_or_else(|| words.until_lifted.to_owned(), |day| lang.day(day)),
            by: names.tell(&row.created_by, words),
            contact: row.contact.unwrap_or_default(),
            lifted: row.lifted_at.map(|at| {
                let by = row.lifted_by.as_deref().unwrap_or_default();
                let (by, why) = (names.tell(by, words), row.lift_reason.as_deref());
                format!("{} – {by}: {}", lang.moment(at), why.unwrap_or_default())
            }),
            reason: row.reason,
        })
        .collect())
}

pub(super) async fn devices(
    service: &Service,
    person: Uuid,
    lang: Lang,
    words: &Words,
) -> Result<Vec<Device>, DbErr> {
    let accounts: Vec<Uuid> = account::Entity::find()
        .filter(account::Column::PersonId.eq(person))
        .all(&service.db)
        .await?
        .into_iter()
        .map(|account| account.id)
        .collect();
    let rows = device::Entity::find()
        .filter(device::Column::AccountId.is_in(accounts))
        .order_by_desc(device::Column::CreatedAt)
        .limit(MOST)
        .all(&service.db)
        .await?;
    let credentials = credential::Entity::find()
        .filter(credential::Column::DeviceId.is_in(rows.iter().map(|row| row.id)))
        .filter(credential::Column::ExpiresAt.gt(service.unix_now()))
        .all(&service.db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let own = || credentials.iter().filter(|one| one.device_id == row.id);
            let count = |status| own().filter(|one| one.status == status).count();
            let last = own().map(|one| one.expires_at).max();
            let worst = own().filter_map(|one| one.key_protection).max();
            Device {
                cards: (words.cards)(
                    count(CredentialStatus::Valid),
                    count(CredentialStatus::Suspended),
                    count(CredentialStatus::Invalid),
                    last.map(|at| lang.moment(at)),
                ),
                keys: words.keys_lie(worst),
                id: row.id,
                since: lang.moment(row.created_at),
                last_refresh: row
                    .last_refresh_at
                    .map_or_else(|| words.never.to_owned(), |at| lang.moment(at)),
                out: row.revoked_at.map(|at| {
                    let why = words.revoked(row.revoked_reason.as_deref().unwrap_or_default());
                    format!("{}: {why}", lang.moment(at))
                }),
            }
        })
        .collect())
}

pub(super) async fn messages(
    service: &Service,
    person: Uuid,
    lang: Lang,
    words: &Words,
) -> Result<Vec<Message>, DbErr> {
    use sms_message::{Card, State};
    let rows = sms_message::Entity::find()
        .filter(sms_message::Column::PersonId.eq(person))
        .order_by_desc(sms_message::Column::CreatedAt)
        .all(&service.db)
        .await?;
    let now = service.unix_now();
    let may_go = |row: &sms_message::Model| {
        outbox::may_go_again(row.state, row.sent_at, DAYS_BETWEEN_SMS, now)
    };
    Ok(rows
        .into_iter()
        .map(|row| Message {
            id: row.id,
            card: match row.card {
                Card::Pupil => words.card_pupil,
                Card::Apprentice => words.card_apprentice,
                Card::TrainingCandidate => words.card_candidate,
            },
            state: match row.state {
                State::Waiting | State::Sending => words.sms_waits,
                State::Sent if may_go(&row) => words.sms_sent,
                State::Sent => words.sms_sent_lately,
                State::Unclear => words.sms_unclear,
                State::Failed => words.sms_failed,
                State::NoNumber => words.sms_no_number,
                State::Lapsed => words.sms_lapsed,
                State::Skipped => words.sms_skipped,
                State::Stopped => words.sms_stopped,
            },
            at: lang.moment(row.sent_at.unwrap_or(row.created_at)),
            can_be_sent: may_go(&row),
        })
        .collect())
}

pub(super) async fn changes(
    service: &Service,
    person: Uuid,
    lang: Lang,
) -> Result<Vec<Line>, DbErr> {
    let rows = change_log::Entity::find()
        .filter(change_log::Column::PersonId.eq(person))
        .order_by_desc(change_log::Column::At)
        .limit(MOST)
        .all(&service.db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Line {
            at: lang.moment(row.at),
            what: reasons::change(&row.changes, lang),
            who: String::new(),
            reason: String::new(),
        })
        .collect())
}
