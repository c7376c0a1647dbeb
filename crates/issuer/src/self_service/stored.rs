//! Everything that is stored about a person and an account, for the page and for the file (GDPR article 15 and 20).

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, SecondsFormat};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::{
    app::App,
    audit::search::about,
    db::entity::{
        account, audit, block, change_log,
        credential::{self, CredentialStatus, KeyLevel},
        device, library_code, person, photo, sms_message,
    },
    photo as photos,
};

use super::more::{self, Attempts, Browser, Delivered, ExamList, Role, Slip};

/// A moment, unix seconds; written as RFC 3339.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment(pub(super) i64);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let at = DateTime::from_timestamp(self.0, 0).unwrap_or_default();
        serializer.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

/// All of it. The names are those of the file, which stays readable for programs.
#[derive(Serialize)]
pub(super) struct Stored {
    /// What this is, and of when.
    pub(super) about: About,
    pub(super) login: Login,
    /// Only for who is in the school's records.
    pub(super) records: Option<Records>,
    pub(super) photo: Option<Photo>,
    pub(super) library_card: Option<LibraryCard>,
    pub(super) devices: Vec<Device>,
    pub(super) cards: Vec<Card>,
    pub(super) blocks: Vec<Block>,
    pub(super) messages: Vec<Message>,
    pub(super) changes: Vec<Change>,
    pub(super) slips: Vec<Slip>,
    pub(super) exam_lists: Vec<ExamList>,
    pub(super) photos_sent_in: Vec<Attempts>,
    pub(super) photos_delivered: Vec<Delivered>,
    pub(super) browsers: Vec<Browser>,
    pub(super) roles: Vec<Role>,
    pub(super) log: Vec<Logged>,
}

#[derive(Serialize)]
pub(super) struct About {
    pub(super) controller: String,
    pub(super) made_at: Moment,
}

/// Of Feide.
#[derive(Serialize)]
pub(super) struct Login {
    pub(super) feide_identifier: String,
    pub(super) feide_name: Option<String>,
    pub(super) birth_date: Option<chrono::NaiveDate>,
    /// The number itself is nowhere: a keyed hash stands for it, from which nobody without the county's key gets back.
    pub(super) national_number_hash: Option<String>,
    pub(super) first: Moment,
    pub(super) last: Moment,
}

/// Of the school's records.
#[derive(Serialize)]
pub(super) struct Records {
    pub(super) record: Value,
    pub(super) national_number_hash: Option<String>,
    pub(super) updated: Moment,
    pub(super) withdrawn: Option<Moment>,
}

#[derive(Serialize)]
pub(super) struct Photo {
    pub(super) state: String,
    pub(super) source: String,
    pub(super) since: Moment,
    pub(super) note: Option<String>,
    /// Rules that the picture breaks, by their ids.
    pub(super) rules: Vec<String>,
    /// The next one that is sent in goes to the school.
    pub(super) handed_back: bool,
    pub(super) sha256: String,
    /// The picture, base64; only in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) jpeg_base64: Option<String>,
    pub(super) has_picture: bool,
}

#[derive(Serialize)]
pub(super) struct LibraryCard {
    pub(super) code: String,
    pub(super) set_by_hand: bool,
}

#[derive(Serialize)]
pub(super) struct Device {
    pub(super) id: String,
    pub(super) added: Moment,
    pub(super) last_seen: Moment,
    /// Where the app says that the keys of its cards lie: the worst of those that still hold.
    pub(super) key_protection: Option<&'static str>,
    pub(super) logged_out: Option<Moment>,
    pub(super) logged_out_because: Option<String>,
}

/// Credentials that were made at one moment for one device, of one configuration.
#[derive(Serialize)]
pub(super) struct Card {
    pub(super) configuration: String,
    pub(super) device: String,
    pub(super) count: usize,
    pub(super) issued: Moment,
    pub(super) expires: Moment,
    pub(super) status: &'static str,
    /// Where the app says that their keys lie.
    pub(super) key_protection: Option<&'static str>,
    #[serde(skip)]
    level: Option<KeyLevel>,
}

#[derive(Serialize)]
pub(super) struct Block {
    pub(super) reason: String,
    pub(super) from: Moment,
    pub(super) until: Option<chrono::NaiveDate>,
    pub(super) lifted: Option<Moment>,
    pub(super) contact: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Message {
    pub(super) card: &'static str,
    pub(super) state: String,
    pub(super) queued: Moment,
    pub(super) sent: Option<Moment>,
}

/// Which fields of the records changed.
#[derive(Serialize)]
pub(super) struct Change {
    pub(super) at: Moment,
    pub(super) changes: Value,
}

/// Who has looked or done something. Staff are not named: the county answers for them, and can be asked.
#[derive(Serialize)]
pub(super) struct Logged {
    pub(super) at: Moment,
    pub(super) action: String,
    pub(super) by: By,
    pub(super) reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum By {
    Yourself,
    TheService,
    Staff,
}

impl By {
    fn of(action: &str, actor: &str) -> Self {
        match actor {
            "holder" => Self::Yourself,
            "issuer" | "records" => Self::TheService,
            // By whatever name it was: of Feide names that have changed, or of another login of the same person.
            _ if action.starts_with("own.") => Self::Yourself,
            _ => Self::Staff,
        }
    }
}

/// Why it could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum StoredError {
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    #[error("the photo cannot be read: {0}")]
    Photo(#[from] photos::PhotoError),
}

/// Reads all of it; the picture itself only `with_picture`.
pub(super) async fn read(
    app: &App,
    account: &account::Model,
    person: Option<&person::Model>,
    with_picture: bool,
) -> Result<Stored, StoredError> {
    let db = &app.db;
    let devices = device::Entity::find()
        .filter(device::Column::AccountId.eq(account.id))
        .order_by_desc(device::Column::CreatedAt)
        .all(db)
        .await?;
    let cards = cards(app, &devices).await?;
    let mut stored = Stored {
        about: About {
            controller: app.config.issuer.name.clone(),
            made_at: Moment(app.unix_now()),
        },
        login: Login {
            feide_identifier: account.feide_sub.clone(),
            feide_name: account.feide_name.clone(),
            birth_date: account.birth_date,
            national_number_hash: account.nin_hash.clone(),
            first: Moment(account.created_at),
            last: Moment(account.last_login_at),
        },
        records: None,
        photo: None,
        library_card: None,
        devices: devices.iter().map(|row| Device::of(row, &cards)).collect(),
        cards,
        blocks: Vec::new(),
        messages: Vec::new(),
        changes: Vec::new(),
        slips: Vec::new(),
        exam_lists: Vec::new(),
        photos_sent_in: Vec::new(),
        photos_delivered: Vec::new(),
        browsers: more::browsers(app, account).await?,
        roles: more::roles(app, account).await?,
        log: Vec::new(),
    };
    if let Some(person) = person {
        add_person(app, person, with_picture, &mut stored).await?;
    }
    Ok(stored)
}

async fn add_person(
    app: &App,
    person: &person::Model,
    with_picture: bool,
    stored: &mut Stored,
) -> Result<(), StoredError> {
    let db = &app.db;
    stored.records = Some(Records {
        record: person.record.clone(),
        national_number_hash: person.nin_hash.clone(),
        updated: Moment(person.updated_at),
        withdrawn: person.withdrawn_at.map(Moment),
    });
    if let Some(row) = photo::Entity::find_by_id(person.id).one(db).await? {
        let has_picture = row.state.has_picture();
        let jpeg = if with_picture && has_picture {
            photos::current(app, person.id)
                .await?
                .and_then(|current| current.jpeg)
        } else {
            None
        };
        stored.photo = Some(Photo {
            state: sea_orm::ActiveEnum::to_value(&row.state),
            source: sea_orm::ActiveEnum::to_value(&row.source),
            since: Moment(row.changed_at),
            rules: row.rule_ids(),
            handed_back: row.handed_back,
            note: row.note,
            sha256: row.sha256,
            jpeg_base64: jpeg.map(|jpeg| STANDARD.encode(jpeg)),
            has_picture,
        });
    }
    let code = library_code::Entity::find_by_id(person.id).one(db).await?;
    stored.library_card = code.map(|row| LibraryCard {
        code: row.code,
        set_by_hand: row.overridden,
    });
    stored.blocks = block::Entity::find()
        .filter(block::Column::PersonId.eq(person.id))
        .order_by_desc(block::Column::CreatedAt)
        .all(db)
        .await?
        .into_iter()
        .map(|row| Block {
            reason: row.reason,
            from: Moment(row.created_at),
            until: row.until,
            lifted: row.lifted_at.map(Moment),
            contact: row.contact,
        })
        .collect();
    stored.messages = sms_message::Entity::find()
        .filter(sms_message::Column::PersonId.eq(person.id))
        .order_by_desc(sms_message::Column::CreatedAt)
        .all(db)
        .await?
        .into_iter()
        .map(|row| Message {
            card: row.card.name(),
            state: sea_orm::ActiveEnum::to_value(&row.state),
            queued: Moment(row.created_at),
            sent: row.sent_at.map(Moment),
        })
        .collect();
    stored.changes = change_log::Entity::find()
        .filter(change_log::Column::PersonId.eq(person.id))
        .order_by_desc(change_log::Column::At)
        .all(db)
        .await?
        .into_iter()
        .map(|row| Change {
            at: Moment(row.at),
            changes: row.changes,
        })
        .collect();
    stored.slips = more::slips(app, person).await?;
    stored.exam_lists = more::exam_lists(app, person).await?;
    stored.photos_sent_in = more::attempts(app, person).await?;
    stored.photos_delivered = more::delivered(app, person).await?;
    stored.log = audit::Entity::find()
        .filter(about(person.id))
        .order_by_desc(audit::Column::Seq)
        .all(db)
        .await?
        .into_iter()
        .map(|row| Logged {
            at: Moment(row.at),
            by: By::of(&row.action, &row.actor),
            // Why somebody asked to see, staff write for each other; and where the entry names several, the reason may
            // be about another of them.
            reason: row.reason.filter(|_| {
                row.person_id == Some(person.id) && !row.action.starts_with("person.show")
            }),
            action: row.action,
        })
        .collect();
    Ok(())
}

/// Under what name a person's own deeds stand in the audit trail.
pub(super) fn actor(account: &account::Model) -> &String {
    account.feide_name.as_ref().unwrap_or(&account.feide_sub)
}

impl Device {
    fn of(row: &device::Model, cards: &[Card]) -> Self {
        let id = row.id.to_string();
        let held = cards
            .iter()
            .filter(|card| card.device == id && card.status != "expired");
        let worst = held.filter_map(|card| card.level).max();
        Self {
            id,
            added: Moment(row.created_at),
            last_seen: Moment(row.last_refresh_at.unwrap_or(row.created_at)),
            logged_out: row.revoked_at.map(Moment),
            logged_out_because: row.revoked_reason.clone(),
            key_protection: worst.map(KeyLevel::name),
        }
    }
}

/// How it is with a card, by name.
pub(super) fn status(status: CredentialStatus, expires_at: i64, now: i64) -> &'static str {
    match status {
        CredentialStatus::Valid if expires_at <= now => "expired",
        CredentialStatus::Valid => "valid",
        CredentialStatus::Suspended => "suspended",
        CredentialStatus::Invalid => "invalid",
    }
}

async fn cards(app: &App, devices: &[device::Model]) -> Result<Vec<Card>, DbErr> {
    let rows = credential::Entity::find()
        .filter(credential::Column::DeviceId.is_in(devices.iter().map(|device| device.id)))
        .order_by_desc(credential::Column::IssuedAt)
        .order_by_asc(credential::Column::Configuration)
        .all(&app.db)
        .await?;
    let mut cards: Vec<Card> = Vec::new();
    for row in rows {
        let device = row.device_id.to_string();
        let status = status(row.status, row.expires_at, app.unix_now());
        let same = cards.iter_mut().find(|card| {
            card.configuration == row.configuration
                && card.device == device
                && (card.issued.0, card.expires.0, card.status, card.level)
                    == (row.issued_at, row.expires_at, status, row.key_protection)
        });
        match same {
            Some(card) => card.count += 1,
            None => cards.push(Card {
                configuration: row.configuration,
                device,
                count: 1,
                issued: Moment(row.issued_at),
                expires: Moment(row.expires_at),
                status,
                key_protection: row.key_protection.map(KeyLevel::name),
                level: row.key_protection,
            }),
        }
    }
    Ok(cards)
}
