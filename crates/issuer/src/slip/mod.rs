//! The slip of paper: a card for a day, for whoever has no phone that works.
//!
//! A secretary prints it, with who and why in the audit trail. Its code cannot make itself anew, so what is signed is a
//! [`qr_proof::Slip`]: without a holder's key, good until midnight and never for more than 24 hours, with a place in a status
//! list of its own, and with the portrait in it, by which the checker finds out whose it is. The file is made, handed over
//! and kept nowhere; what is kept of it is a row with its place in the list, for a month.

mod paper;
mod place;
mod words;

use county_api::{CardSlot, Profile, SlipClaims};
use qr_proof::{EncodeError, StatusRef};
use sea_orm::{DbErr, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit,
    db::{
        self,
        entity::{credential::CardKind, person},
    },
    http::kontroll,
    issue::{IssueError, status, terms::end_of},
    keys::KeysError,
    photo,
    records::{self, CardError, CardFacts, day_in_norway},
};

pub use paper::PaperError;
pub(crate) use place::{delete_expired, delete_of, in_use};
pub use words::Language;

/// The longest code that a phone reads from a print without effort, in characters: in the `SIS1:` form, which is of
/// capitals alone, and in the other, as a link. Both are drawn with 0.6 millimetres and more to a module.
const MAX_PLAIN: usize = 2_000;
const MAX_LINK: usize = 1_800;

/// What to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which of the person's cards.
    pub slot: CardSlot,
    /// For what: one of [`SlipClaims::PROFILES`].
    pub profile: Profile,
    /// The language of the sheet.
    pub language: Language,
}

/// A slip, to be handed over at once.
#[derive(Clone)]
pub struct Slip {
    /// One page, A4.
    pub pdf: Vec<u8>,
    /// The text of its code.
    pub code: String,
    /// From when on it is no longer good, unix seconds.
    pub expires_at: i64,
}

/// What stands on it is personal.
impl std::fmt::Debug for Slip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Slip({} bytes)", self.pdf.len())
    }
}

/// Why no slip was made.
#[derive(Debug, thiserror::Error)]
pub enum SlipError {
    /// The person has no such card, or no locked photo; the enrolment says why.
    #[error("the person has no such card now; `person show` says why")]
    NoCard,
    /// Only exam and travel.
    #[error("there are slips for exam and travel only")]
    NoSuchProfile,
    /// Enough for today.
    #[error(
        "{0} slips have been printed for this person today, and there are no more; the setting is slip.per_person_and_day"
    )]
    TooMany(u64),
    /// Without a face in the code the sheet would prove nothing.
    #[error("the photo has no small form, so no code can carry it; take a new photo")]
    NoPortrait,
    /// Name and school are so long that no code or no page holds them with a portrait.
    #[error("what the card says does not fit into a code, or not on the sheet")]
    TooLong,
    /// There is nothing to revoke.
    #[error("no slip of this person is good now")]
    NoSlip,
    /// The sheet could not be drawn.
    #[error(transparent)]
    Paper(PaperError),
    /// The code could not be signed.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// No key.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The card cannot be read.
    #[error(transparent)]
    Card(CardError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

impl From<PaperError> for SlipError {
    fn from(error: PaperError) -> Self {
        match error {
            PaperError::Full => Self::TooLong,
            error => Self::Paper(error),
        }
    }
}

impl From<CardError> for SlipError {
    fn from(error: CardError) -> Self {
        match error {
            CardError::NotReady => Self::NoCard,
            error => Self::Card(error),
        }
    }
}

/// Makes a slip for today. The one before it, for the same purpose, is no longer good.
///
/// # Errors
/// When the person has no card now, has had enough slips today, or something fails; then nothing was issued.
pub async fn issue(
    app: &App,
    person: Uuid,
    wanted: Wanted,
    by: &str,
    reason: &str,
) -> Result<Slip, SlipError> {
    db::retry(|| issue_once(app, person, wanted, by, reason)).await
}

/// Makes the list that slips have their places in, if there is none, after that of credentials.
///
/// # Errors
/// When the database fails.
pub(crate) async fn prepare(app: &App) -> Result<(), IssueError> {
    let transaction = db::begin_write(&app.db).await?;
    status::open_list(&transaction, app).await?;
    status::open_slip_list(&transaction, app).await?;
    transaction.commit().await?;
    Ok(())
}

async fn issue_once(
    app: &App,
    person: Uuid,
    wanted: Wanted,
    by: &str,
    reason: &str,
) -> Result<Slip, SlipError> {
    let now = app.now();
    let today = day_in_norway(now);
    // Before the card is put together, so that a record that changes meanwhile is seen below.
    let before = person::Entity::find_by_id(person).one(&app.db).await?;
    let before = before.ok_or(SlipError::NoCard)?;
    let facts = facts(app, person, wanted.slot).await?;
    let portrait = app
        .small_portraits
        .of(&facts.photo_sha256, facts.claims.portrait.jpeg())
        .await
        .ok_or(SlipError::NoPortrait)?;
    let said = SlipClaims::of(wanted.profile, &facts.claims, (*portrait).clone(), today)
        .ok_or(SlipError::NoSuchProfile)?;
    let signer = app.keys.credential_signer(now.timestamp())?;
    let midnight = end_of(today).ok_or(IssueError::NotNow)?;
    let expires_at = (now.timestamp() + qr_proof::MAX_SLIP_LIFETIME)
        .min(midnight)
        .min(signer.not_after);
    if expires_at <= now.timestamp() {
        return Err(IssueError::NotNow.into());
    }

    let transaction = db::begin_write(&app.db).await?;
    // Looked at once more, now that nobody else decides about this person: neither a block nor a reset of the photo nor a
    // sync nor another slip must be outrun.
    let unchanged = db::lock::person(&transaction, person)
        .await?
        .is_some_and(|row| {
            row.record_hash == before.record_hash && row.withdrawn_at == before.withdrawn_at
        });
    let blocked = records::active_block(&transaction, person, today).await?;
    let locked = photo::locked_sha256(&transaction, person)
        .await
        .map_err(CardError::from)?;
    if !unchanged || blocked.is_some() || locked.as_deref() != Some(facts.photo_sha256.as_str()) {
        return Err(SlipError::NoCard);
    }
    let most = app.config.slip.per_person_and_day;
    if place::printed_since(&transaction, person, start_of(midnight, now.timestamp())).await?
        >= most
    {
        return Err(SlipError::TooMany(most));
    }
    let new = place::New {
        person,
        profile: wanted.profile,
        card: CardKind::of(facts.claims.card_type),
        issued_at: now.timestamp(),
        expires_at,
    };
    let replaced = place::replace(&transaction, &new).await?;
    let entry = place::register(&transaction, app, &new).await?;
    let claims = qr_proof::SlipClaims {
        issuer: app.config.issuer.id().to_owned(),
        issued_at: now.timestamp(),
        expires_at,
        status: StatusRef {
            uri: entry.uri,
            idx: entry.idx,
        },
        identity: said.to_identity(),
    };
    let key_id = county_api::key_id(signer.jwk());
    let write = |error: EncodeError| SlipError::Issue(IssueError::Write(error.into()));
    let signed = qr_proof::issue_slip(&claims, &key_id, &*signer).map_err(write)?;
    let (code, is_link) = code(app, &signed)?;
    let pdf = paper::draw(&paper::Sheet {
        card: &facts.claims,
        profile: wanted.profile,
        code: &code,
        is_link,
        page: &app.config.issuer.at("/kontroll"),
        county: &app.config.issuer.name,
        demo: app.config.issuer.demo,
        issued_at: now.timestamp(),
        expires_at,
        is_until_midnight: expires_at == midnight,
        language: wanted.language,
    })?;
    let detail = json!({ "profile": wanted.profile, "day": today, "replaced": replaced });
    let entry = audit::Entry::new(by, "person.print_slip", now.timestamp())
        .person(person)
        .reason(reason)
        .detail(detail);
    audit::record(&transaction, entry).await?;
    // Committed last: a slip that could not be made leaves no row, and one that was made has one.
    transaction.commit().await?;
    Ok(Slip {
        pdf,
        code,
        expires_at,
    })
}

/// Makes every slip of a person invalid at once. The answer is how many those were.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn revoke(app: &App, person: Uuid, by: &str, reason: &str) -> Result<u64, SlipError> {
    db::retry(|| revoke_once(app, person, by, reason)).await
}

async fn revoke_once(app: &App, person: Uuid, by: &str, reason: &str) -> Result<u64, SlipError> {
    let now = app.unix_now();
    let transaction = db::begin_write(&app.db).await?;
    // A slip that is being made is waited for, and revoked as well.
    db::lock::person(&transaction, person).await?;
    let count = place::revoke(&transaction, person, now).await?;
    if count == 0 {
        return Err(SlipError::NoSlip);
    }
    let entry = audit::Entry::new(by, "person.revoke_slips", now)
        .person(person)
        .reason(reason)
        .detail(json!({ "slips": count }));
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(count)
}

async fn facts(app: &App, person: Uuid, slot: CardSlot) -> Result<CardFacts, SlipError> {
    let place = match slot {
        CardSlot::First => 0,
        CardSlot::Training => 1,
    };
    let cards = records::card_facts(app, person, day_in_norway(app.now())).await?;
    cards.into_iter().nth(place).ok_or(SlipError::NoCard)
}

/// As a link where the county has the page, so that any phone's camera opens it; paper cannot be asked for the other form.
/// The answer says whether it is one.
fn code(app: &App, signed: &[u8]) -> Result<(String, bool), SlipError> {
    let page = app.config.issuer.at("/kontroll");
    let has_page = app.config.slip.as_link && kontroll::is_built();
    let linked = has_page.then(|| qr_proof::slip_link(signed, &page));
    if let Some(Ok(link)) = linked
        && link.len() <= MAX_LINK
    {
        return Ok((link, true));
    }
    let plain = qr_proof::show_slip(signed)
        .map_err(|error| SlipError::Issue(IssueError::Write(error.into())))?;
    if plain.len() <= MAX_PLAIN {
        Ok((plain, false))
    } else {
        Err(SlipError::TooLong)
    }
}

/// The first second of the day that ends at `midnight`: 23, 24 or 25 hours before.
fn start_of(midnight: i64, now: i64) -> i64 {
    let start = chrono::DateTime::from_timestamp(now, 0)
        .and_then(|now| end_of(day_in_norway(now).pred_opt()?));
    start.unwrap_or(midnight - 86_400)
}

#[cfg(test)]
mod tests;
