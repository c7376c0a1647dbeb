//! What the card says, for issuing.

use chrono::NaiveDate;
use county_api::{
    CardClaims, CardType, Semester,
    claims::{NotAPortrait, Portrait, age_over},
};
use school_records::{ContractKind, Period, PersonRecord, Right, School, rights_on};
use sea_orm::{DbErr, EntityTrait};
use uuid::Uuid;

use crate::{
    app::App,
    db::entity::{person, photo::PhotoState},
    photo::{self, PhotoError},
};

use super::{UnreadableRecord, active_block, contacts::school, enrolment::given_names, record_of};

/// A card, from one look at the records.
#[derive(Clone, Debug)]
pub struct CardFacts {
    /// All that it says; its portrait is the locked JPEG.
    pub claims: CardClaims,
    /// The locked photo's name.
    pub photo_sha256: String,
}

/// Why there is no card to issue.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// Not in the records, blocked, without a right, or without a locked photo: the enrolment says
    /// which.
    #[error("the person has no card now")]
    NotReady,
    /// The locked photo is not a portrait.
    #[error(transparent)]
    Portrait(#[from] NotAPortrait),
    /// The photo cannot be read.
    #[error(transparent)]
    Photo(#[from] PhotoError),
    /// A stored record cannot be read.
    #[error(transparent)]
    Record(#[from] UnreadableRecord),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// What a person's cards say on a day: never none, and the first one first.
///
/// # Errors
/// [`CardError::NotReady`] unless everything is there; otherwise when something fails.
pub async fn card_facts(
    app: &App,
    person: Uuid,
    on: NaiveDate,
) -> Result<Vec<CardFacts>, CardError> {
    let row = person::Entity::find_by_id(person)
        .one(&app.db)
        .await?
        .filter(|row| row.withdrawn_at.is_none())
        .ok_or(CardError::NotReady)?;
    if active_block(&app.db, person, on).await?.is_some() {
        return Err(CardError::NotReady);
    }
    let record = record_of(&row)?;
    let rights = rights_on(&record, on, &app.config.records.rules.now());
    if rights.is_empty() {
        return Err(CardError::NotReady);
    }
    let photo = photo::current(app, person)
        .await?
        .ok_or(CardError::NotReady)?;
    let (PhotoState::Locked, Some(jpeg)) = (photo.row.state, photo.jpeg) else {
        return Err(CardError::NotReady);
    };
    let portrait = Portrait::from_jpeg(jpeg)?;
    let mut cards = Vec::with_capacity(rights.len());
    for right in &rights {
        let school = match right {
            Right::Pupil(right) => school(&app.db, &right.school_number).await?,
            _ => None,
        };
        let claims = claims(app, &record, right, school.as_ref(), portrait.clone(), on)
            .ok_or(CardError::NotReady)?;
        cards.push(CardFacts {
            claims,
            photo_sha256: photo.row.sha256.clone(),
        });
    }
    Ok(cards)
}

/// None without a right.
fn claims(
    app: &App,
    record: &PersonRecord,
    right: &Right,
    school: Option<&School>,
    portrait: Portrait,
    on: NaiveDate,
) -> Option<CardClaims> {
    let fields = Fields::of(record, right)?;
    let semester = Semester::of(on);
    let institution_number = fields
        .company_number
        .or_else(|| school?.organisation_number.clone());
    Some(CardClaims {
        given_name: given_names(record),
        family_name: record.family_name.clone(),
        birthdate: fields.birth_date,
        portrait,
        card_type: fields.card_type,
        institution: institution_of(right, school.map(|school| school.name.as_str())),
        institution_number,
        class: fields.class,
        programme: fields.programme,
        student_number: record.student_number.clone(),
        semester,
        valid_from: fields
            .period
            .start
            .or_else(|| semester.first_day())
            .unwrap_or(on),
        valid_until: fields
            .period
            .end
            .or_else(|| semester.last_day())
            .unwrap_or(on),
        age_over_16: age_over(fields.birth_date, 16, on),
        age_over_18: age_over(fields.birth_date, 18, on),
        age_over_20: age_over(fields.birth_date, 20, on),
        county: app.config.issuer.name.clone(),
    })
}

/// A text that is another whenever the card of this person would say anything else.
pub(super) fn content_sha256(
    record: &PersonRecord,
    right: &Right,
    school_name: Option<&str>,
    county: &str,
    photo_sha256: &str,
    on: NaiveDate,
) -> String {
    let fields = Fields::of(record, right);
    let content = fields.map(|fields| {
        serde_json::json!([
            given_names(record),
            record.family_name,
            record.student_number,
            institution_of(right, school_name),
            county,
            fields.birth_date,
            fields.card_type,
            fields.class,
            fields.programme,
            fields.company_number,
            fields.period.start,
            fields.period.end,
            Semester::of(on).to_string(),
            age_over(fields.birth_date, 16, on),
            age_over(fields.birth_date, 18, on),
            age_over(fields.birth_date, 20, on),
            photo_sha256,
        ])
    });
    let text = content
        .map(|content| content.to_string())
        .unwrap_or_default();
    jose::base64url(&jose::sha256(text.as_bytes()))
}

/// What pupils and apprentices have in common.
struct Fields {
    birth_date: NaiveDate,
    card_type: CardType,
    class: Option<String>,
    programme: Option<String>,
    company_number: Option<String>,
    period: Period,
}

impl Fields {
    /// None without a right.
    fn of(record: &PersonRecord, right: &Right) -> Option<Self> {
        let birth_date = record.birth_date?;
        match right {
            Right::Pupil(right) => Some(Self {
                birth_date,
                card_type: CardType::Elev,
                class: right.class.clone(),
                programme: right.programme.as_ref().map(|(_, name)| name.clone()),
                company_number: None,
                period: right.period,
            }),
            Right::Apprentice(right) => Some(Self {
                birth_date,
                card_type: training_card(right.kind)?,
                class: None,
                programme: right.programme.clone(),
                company_number: right.company_number.clone(),
                period: right.period,
            }),
            Right::Incomplete(_) | Right::SchoolNotEnabled { .. } | Right::None(_) => None,
        }
    }
}

/// The type of card that a contract gives, if it gives one.
pub(super) fn training_card(kind: ContractKind) -> Option<CardType> {
    match kind {
        ContractKind::Larling => Some(CardType::Larling),
        ContractKind::Larekandidat => Some(CardType::Larekandidat),
        ContractKind::NoCard => None,
    }
}

/// The name of the school or company on the card.
pub(super) fn institution_of(right: &Right, school_name: Option<&str>) -> String {
    match right {
        Right::Pupil(right) => school_name.unwrap_or(&right.school_number).to_owned(),
        Right::Apprentice(right) => right.company.clone(),
        Right::Incomplete(_) | Right::SchoolNotEnabled { .. } | Right::None(_) => {
            school_name.unwrap_or_default().to_owned()
        }
    }
}
