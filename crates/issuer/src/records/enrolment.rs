//! What stands between a person who has logged in and the card.

use chrono::{DateTime, Utc};
use county_api::{
    CardType, Contact, ContactRole, Enrolment, EnrolmentStatus, FurtherCard, Holder, LibraryCard,
    MissingField, NoRightReason, PhotoMissingReason, PhotoSource, ProposedPhoto,
};
use school_records::{NoRight, PersonRecord, Right, right_in_training, right_on, rights_on};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use uuid::Uuid;

use crate::{
    app::App,
    config::ContactsConfig,
    db::entity::{
        account, library_code, person,
        photo::{self, PhotoState},
    },
    photo as photos,
};

use super::{
    MatchError, UnreadableRecord, active_block,
    card::{content_sha256, institution_of, training_card},
    contacts::{from_text, named_by, nearest_first, school, school_number, training},
    day_in_norway, matching, record_of,
};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum EnrolmentError {
    /// There is no such account.
    #[error("there is no such account")]
    NoAccount,
    /// The account could not be matched.
    #[error(transparent)]
    Match(#[from] MatchError),
    /// A stored record cannot be read.
    #[error(transparent)]
    Record(#[from] UnreadableRecord),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// The person an account is matched to now, in the records as they are now.
///
/// # Errors
/// When there is no such account, or the database fails.
pub async fn person_of(app: &App, account: Uuid) -> Result<Option<person::Model>, EnrolmentError> {
    let row = account::Entity::find_by_id(account)
        .one(&app.db)
        .await?
        .ok_or(EnrolmentError::NoAccount)?;
    if let Some(person) = find(app, row.person_id).await? {
        return Ok(Some(person));
    }
    // The records may have gained this person since the last login.
    let matched = matching::match_again(app, account, app.now()).await?;
    Ok(find(app, matched).await?)
}

async fn find(app: &App, id: Option<Uuid>) -> Result<Option<person::Model>, DbErr> {
    let Some(id) = id else { return Ok(None) };
    let row = person::Entity::find_by_id(id).one(&app.db).await?;
    Ok(row.filter(|row| row.withdrawn_at.is_none()))
}

/// Where the person of this account stands.
///
/// # Errors
/// When there is no such account, or the database fails.
pub async fn enrolment(app: &App, account: Uuid) -> Result<EnrolmentStatus, EnrolmentError> {
    let now = app.now();
    let answer = |state, library_card, contacts| EnrolmentStatus {
        state,
        account: account.to_string(),
        library_card,
        contacts,
        next_sync: app.next_sync(),
        server_time: now,
    };
    let config = &app.config.contacts;
    let Some(person) = person_of(app, account).await? else {
        let contacts = nearest_first(config, None, None);
        return Ok(answer(
            Enrolment::NotInRecords {
                contact: config.county.clone(),
            },
            None,
            contacts,
        ));
    };
    let standing = standing(app, &person, now, Looking::Outside).await?;
    Ok(answer(
        standing.state,
        standing.library_card,
        standing.contacts,
    ))
}

/// Where somebody stands, and what the app is told of it.
pub(crate) struct Standing {
    /// What the app shows.
    pub(crate) state: Enrolment,
    pub(crate) library_card: Option<LibraryCard>,
    /// Nearest first; never empty.
    pub(crate) contacts: Vec<Contact>,
}

/// Whether a picture in the records is fetched that has not been yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Looking {
    Outside,
    AtWhatThereIs,
}

/// Where a person stands, for staff to look at: nothing is fetched and nothing changes by it.
///
/// # Errors
/// When a stored record cannot be read, or the database fails.
pub(crate) async fn standing_now(
    app: &App,
    person: &person::Model,
) -> Result<Standing, EnrolmentError> {
    let now = app.now();
    if person.withdrawn_at.is_some() {
        let contact = app.config.contacts.county.clone();
        return Ok(Standing {
            contacts: vec![contact.clone()],
            state: Enrolment::NotInRecords { contact },
            library_card: None,
        });
    }
    standing(app, person, now, Looking::AtWhatThereIs).await
}

async fn standing(
    app: &App,
    person: &person::Model,
    now: DateTime<Utc>,
    looking: Looking,
) -> Result<Standing, EnrolmentError> {
    let config = &app.config.contacts;
    let record = record_of(person)?;
    let (today, rules) = (day_in_norway(now), app.config.records.rules.now());
    let right = right_on(&record, today, &rules);
    let school = match school_number(&record, &right) {
        Some(number) => school(&app.db, number).await?,
        None => None,
    };
    let in_training = right_in_training(&record, today, &rules);
    let training = training(&record, &in_training);
    let named = match &school {
        Some(school) => Some((school, named_by(&app.db, config, &school.number).await?)),
        None => None,
    };
    let contacts = nearest_first(config, named, training);
    let contact = contacts.first().unwrap_or(&config.county).clone();
    let school_name = school.as_ref().map(|school| school.name.as_str());
    let before_photo = BeforePhoto {
        person,
        record: &record,
        right: &right,
        school_name,
        now,
        looking,
    };
    let state = state(app, before_photo, contact).await?;
    let state = asks_about_photo(state, &contacts);
    let library_card = library_card(
        &app.db,
        config,
        person.id,
        school.as_ref().map(|school| school.number.as_str()),
    )
    .await?;
    Ok(Standing {
        state,
        library_card,
        contacts,
    })
}

/// What is known of somebody before a photo is looked at.
struct BeforePhoto<'a> {
    person: &'a person::Model,
    record: &'a PersonRecord,
    right: &'a Right,
    school_name: Option<&'a str>,
    now: DateTime<Utc>,
    looking: Looking,
}

/// Whoever waits for a photo asks the one who helps with photos, if the school names one.
fn asks_about_photo(state: Enrolment, contacts: &[Contact]) -> Enrolment {
    let helper = contacts
        .iter()
        .find(|contact| contact.role == ContactRole::Photo);
    match (state, helper.cloned()) {
        (Enrolment::PhotoMissing { holder, why, .. }, Some(contact)) => Enrolment::PhotoMissing {
            holder,
            why,
            contact,
        },
        (Enrolment::PhotoInReview { holder, photo, .. }, Some(contact)) => {
            Enrolment::PhotoInReview {
                holder,
                photo,
                contact,
            }
        }
        (state, _) => state,
    }
}

async fn state(
    app: &App,
    known: BeforePhoto<'_>,
    contact: Contact,
) -> Result<Enrolment, EnrolmentError> {
    let BeforePhoto {
        person,
        record,
        right,
        school_name,
        now,
        looking,
    } = known;
    if let Some(block) = active_block(&app.db, person.id, day_in_norway(now)).await? {
        let contact = block
            .contact
            .as_deref()
            .map_or_else(|| contact.clone(), |text| from_text(text, &contact));
        return Ok(Enrolment::Blocked {
            reason: block.reason,
            until: block.until,
            contact,
        });
    }
    let card_type = match right {
        Right::Pupil(_) => CardType::Elev,
        Right::Apprentice(right) => match training_card(right.kind) {
            Some(card_type) => card_type,
            None => {
                let reason = NoRightReason::ContractTypeUnknown;
                return Ok(Enrolment::NoCurrentRight { reason, contact });
            }
        },
        Right::Incomplete(fields) => {
            let missing = fields.iter().map(|field| missing_field(*field)).collect();
            return Ok(Enrolment::RecordIncomplete { missing, contact });
        }
        Right::SchoolNotEnabled { school_number } => {
            let school = school_name.unwrap_or(school_number).to_owned();
            return Ok(Enrolment::SchoolNotEnabled { school, contact });
        }
        Right::None(reason) => {
            return Ok(match no_right(*reason) {
                Some(reason) => Enrolment::NoCurrentRight { reason, contact },
                None => Enrolment::NotInRecords { contact },
            });
        }
    };
    let holder = Holder {
        given_name: given_names(record),
        family_name: record.family_name.clone(),
        card_type,
        institution: institution_of(right, school_name),
    };
    let missing = |holder, why, contact| Enrolment::PhotoMissing {
        holder,
        why,
        contact,
    };
    let row = match looking {
        Looking::Outside => photos::look(app, person).await?,
        Looking::AtWhatThereIs => photo::Entity::find_by_id(person.id).one(&app.db).await?,
    };
    let Some(row) = row else {
        return Ok(missing(holder, PhotoMissingReason::NeverHad, contact));
    };
    let note = row.note.clone();
    let photo = ProposedPhoto {
        sha256: row.sha256.clone(),
        source: photo_source(row.source),
        taken_on: row.source_date,
    };
    Ok(match row.state {
        PhotoState::Rejected => missing(holder, PhotoMissingReason::NotMe, contact),
        PhotoState::Returned => {
            let why = PhotoMissingReason::Returned {
                note: note.unwrap_or_default(),
                reasons: row.rule_ids(),
            };
            missing(holder, why, contact)
        }
        PhotoState::Reset => {
            let note = note.unwrap_or_default();
            missing(holder, PhotoMissingReason::Reset { note }, contact)
        }
        PhotoState::Proposed => Enrolment::PhotoToConfirm {
            holder,
            photo,
            reset: note,
        },
        PhotoState::InReview => Enrolment::PhotoInReview {
            holder,
            photo,
            contact,
        },
        PhotoState::Locked => {
            let today = day_in_norway(now);
            let content = |right| {
                let county = &app.config.issuer.name;
                content_sha256(record, right, school_name, county, &row.sha256, today)
            };
            let rights = rights_on(record, today, &app.config.records.rules.now());
            Enrolment::Ready {
                holder,
                content_sha256: content(right),
                more: rights
                    .iter()
                    .filter_map(|further| further_card(right, further, content(further)))
                    .collect(),
                photo_sha256: row.sha256,
            }
        }
    })
}

/// A training card beside the card of the first right.
fn further_card(first: &Right, right: &Right, content_sha256: String) -> Option<FurtherCard> {
    match (first, right) {
        (Right::Pupil(_), Right::Apprentice(training)) => Some(FurtherCard {
            card_type: training_card(training.kind)?,
            institution: training.company.clone(),
            content_sha256,
        }),
        _ => None,
    }
}

/// Whether the person would have a card but for the photo: only then is one taken from them.
///
/// # Errors
/// When a stored record cannot be read, or the database fails.
pub async fn awaits_photo(app: &App, person: &person::Model) -> Result<bool, EnrolmentError> {
    let today = day_in_norway(app.now());
    if active_block(&app.db, person.id, today).await?.is_some() {
        return Ok(false);
    }
    Ok(
        match right_on(&record_of(person)?, today, &app.config.records.rules.now()) {
            Right::Pupil(_) => true,
            Right::Apprentice(right) => training_card(right.kind).is_some(),
            Right::Incomplete(_) | Right::SchoolNotEnabled { .. } | Right::None(_) => false,
        },
    )
}

/// Given and middle names.
pub(crate) fn given_names(record: &PersonRecord) -> String {
    match record
        .middle_name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        Some(middle) => format!("{} {middle}", record.given_name),
        None => record.given_name.clone(),
    }
}

/// All names, as people write them.
pub(crate) fn full_name(record: &PersonRecord) -> String {
    let name = format!("{} {}", given_names(record), record.family_name);
    name.trim().to_owned()
}

async fn library_card(
    db: &impl ConnectionTrait,
    config: &ContactsConfig,
    person: Uuid,
    school: Option<&str>,
) -> Result<Option<LibraryCard>, EnrolmentError> {
    let Some(row) = library_code::Entity::find_by_id(person).one(db).await? else {
        return Ok(None);
    };
    let symbology = match row.symbology {
        Some(name) => serde_json::from_value(name.into()).map_err(|_| UnreadableRecord)?,
        None => school
            .and_then(|number| config.library_symbologies.get(number))
            .copied()
            .unwrap_or(config.library_symbology),
    };
    Ok(Some(LibraryCard {
        code: row.code,
        symbology,
    }))
}

/// None: there is nothing at all about this person, as good as not being in the records.
fn no_right(reason: NoRight) -> Option<NoRightReason> {
    Some(match reason {
        NoRight::NotStarted { from } => NoRightReason::NotStarted { from },
        NoRight::Ended { on } => NoRightReason::Ended { on },
        NoRight::Interrupted { on } => NoRightReason::Interrupted { on },
        NoRight::Guest => NoRightReason::Guest,
        NoRight::CategoryNotCovered => NoRightReason::CategoryNotCovered,
        NoRight::ContractTypeUnknown => NoRightReason::ContractTypeUnknown,
        NoRight::NoRelation => return None,
    })
}

fn missing_field(field: school_records::MissingField) -> MissingField {
    use school_records::MissingField as Field;
    match field {
        Field::Name => MissingField::Name,
        Field::BirthDate => MissingField::BirthDate,
        Field::School => MissingField::School,
        Field::Class => MissingField::Class,
        Field::Company => MissingField::Company,
        Field::ContractPeriod => MissingField::ContractPeriod,
    }
}

fn photo_source(source: photo::PhotoSource) -> PhotoSource {
    match source {
        photo::PhotoSource::SchoolRecords => PhotoSource::SchoolRecords,
        photo::PhotoSource::Photographer => PhotoSource::Photographer,
        photo::PhotoSource::Selfie => PhotoSource::Selfie,
        photo::PhotoSource::Upload => PhotoSource::Upload,
    }
}

#[cfg(test)]
mod tests;
