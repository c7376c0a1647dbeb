//! Whom a person can ask: the school for pupils, the training office for apprentices, and the county
//! as the last resort.

use county_api::{Contact, ContactRole};
use school_records::{PersonRecord, Right, School};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::{
    admin::contacts::wire,
    config::{ContactsConfig, SchoolContacts},
    db::entity::{
        school,
        school_contact::{self, Role},
    },
};

/// A school as the records have it.
///
/// # Errors
/// When the database fails.
pub async fn school(db: &impl ConnectionTrait, number: &str) -> Result<Option<School>, DbErr> {
    let row = school::Entity::find_by_id(number.to_owned())
        .one(db)
        .await?;
    Ok(row.and_then(|row| serde_json::from_value(row.record).ok()))
}

/// Whom a school names: what its staff have written goes before the settings, contact by contact.
///
/// # Errors
/// When the database fails.
pub async fn named_by(
    db: &impl ConnectionTrait,
    config: &ContactsConfig,
    number: &str,
) -> Result<SchoolContacts, DbErr> {
    let mut named = config.schools.get(number).cloned().unwrap_or_default();
    let written = school_contact::Entity::find()
        .filter(school_contact::Column::SchoolNumber.eq(number))
        .all(db)
        .await?;
    for row in written {
        let place = match row.role {
            Role::Office => &mut named.office,
            Role::Photo => &mut named.photo,
            Role::Technical => &mut named.technical,
            Role::Library => &mut named.library,
        };
        *place = Some(Contact {
            role: wire(row.role),
            name: row.name,
            phone: row.phone,
            email: row.email,
            url: row.url.and_then(|url| url.parse().ok()),
        });
    }
    Ok(named)
}

/// The school that a person belongs to, by the right or, without one, by the latest enrolment.
#[must_use]
pub fn school_number<'a>(record: &'a PersonRecord, right: &'a Right) -> Option<&'a str> {
    match right {
        Right::Pupil(right) => Some(&right.school_number),
        Right::SchoolNotEnabled { school_number } => Some(school_number),
        Right::Apprentice(_) => None,
        Right::Incomplete(_) | Right::None(_) => record
            .enrolments
            .iter()
            .filter(|enrolment| enrolment.school_number.is_some())
            .max_by_key(|enrolment| (enrolment.period.start, enrolment.main))
            .and_then(|enrolment| enrolment.school_number.as_deref()),
    }
}

/// Who keeps a person's training contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training<'a> {
    /// The organisation number that stands in it, if there is one: a company's or a training office's.
    pub organisation: Option<&'a str>,
}

/// The training that a person asks about: the contract that gives a right or, without one, the newest. None for whoever
/// is or was at school and has no contract today.
#[must_use]
pub fn training<'a>(record: &'a PersonRecord, right: &'a Right) -> Option<Training<'a>> {
    let newest = || {
        let newest = record
            .contracts
            .iter()
            .max_by_key(|contract| contract.period.start);
        newest.and_then(|contract| contract.company_number.as_deref())
    };
    match right {
        Right::Apprentice(right) => Some(Training {
            organisation: right.company_number.as_deref(),
        }),
        Right::Incomplete(_) => Some(Training {
            organisation: newest(),
        }),
        _ => record.enrolments.is_empty().then(|| Training {
            organisation: newest(),
        }),
    }
}

/// Nearest first; never empty, and the county always last. For a pupil the school and for training the training office,
/// and so both, with the school first, for whoever has both cards. `named` is whom the school names ([`named_by`]).
#[must_use]
pub fn nearest_first(
    config: &ContactsConfig,
    school: Option<(&School, SchoolContacts)>,
    training: Option<Training<'_>>,
) -> Vec<Contact> {
    let mut contacts = Vec::new();
    if let Some((school, named)) = school {
        contacts.push(named.office.unwrap_or_else(|| office_in_records(school)));
        contacts.extend(named.photo);
        contacts.extend(named.technical);
        contacts.extend(named.library);
    }
    if let Some(training) = training {
        let own = training
            .organisation
            .and_then(|number| config.training_offices.get(number));
        contacts.extend(own.or(config.training_office.as_ref()).cloned());
    }
    contacts.extend(config.feide_help.clone());
    contacts.push(config.county.clone());
    contacts
}

/// The office as the records have it.
#[must_use]
pub fn office_in_records(school: &School) -> Contact {
    Contact {
        role: ContactRole::School,
        name: school.name.clone(),
        phone: school.contact.phone.clone(),
        email: school.contact.email.clone(),
        url: school.contact.website.clone(),
    }
}

/// The contact that staff wrote for a block: parts between commas are told apart by their form,
/// such as "Kari ved kontoret, 70 00 01 00, kari@skole.no".
#[must_use]
pub fn from_text(text: &str, fallback: &Contact) -> Contact {
    let mut contact = Contact {
        role: fallback.role,
        name: String::new(),
        phone: None,
        email: None,
        url: None,
    };
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        if let Some(url) = part
            .starts_with("https://")
            .then(|| part.parse().ok())
            .flatten()
        {
            contact.url = Some(url);
        } else if part.contains('@') {
            contact.email = Some(part.to_owned());
        } else if part.starts_with(['+', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) {
            contact.phone = Some(part.to_owned());
        } else if contact.name.is_empty() {
            part.clone_into(&mut contact.name);
        } else {
            contact.name.push_str(", ");
            contact.name.push_str(part);
        }
    }
    if contact.name.is_empty() {
        contact.name.clone_from(&fallback.name);
    }
    contact
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_staff_write_is_told_apart_by_its_form() {
        let office = Contact {
            role: ContactRole::School,
            name: "Kontoret".into(),
            phone: None,
            email: None,
            url: None,
        };
        let contact = from_text(
            "Kari Nord, rektor, +47 70 00 01 00, kari@skole.no, https://skole.no/",
            &office,
        );
        assert_eq!(contact.role, ContactRole::School);
        assert_eq!(contact.name, "Kari Nord, rektor");
        assert_eq!(contact.phone.as_deref(), Some("+47 70 00 01 00"));
        assert_eq!(contact.email.as_deref(), Some("kari@skole.no"));
        assert_eq!(contact.url.unwrap().as_str(), "https://skole.no/");
        assert_eq!(from_text("70 00 01 00", &office).name, "Kontoret");
    }
}
