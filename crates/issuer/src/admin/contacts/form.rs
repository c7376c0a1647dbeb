//! What a school writes of whom to ask: checked before it is kept.

use std::collections::BTreeMap;

use county_api::{Contact, ContactRole};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use url::Url;

use crate::{
    app::App,
    audit, db,
    db::entity::school_contact::{self, Role},
};

/// The longest that a field may be, in signs.
const LONGEST: usize = 200;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Something is given, and no name.
    NoName,
    /// Something is named, and there is no way to reach it.
    NoWay,
    /// Not a telephone number.
    Phone,
    /// Not an e-mail address.
    Email,
    /// Not the address of a web page.
    Url,
    /// Too long to be meant.
    Long(Field),
}

/// Where something is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Name,
    Phone,
    Email,
    Url,
}

impl Field {
    pub(super) const ALL: [Self; 4] = [Self::Name, Self::Phone, Self::Email, Self::Url];

    /// As it stands in the form, after the role.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Url => "url",
        }
    }
}

impl Wrong {
    /// Where to mend it.
    pub(super) fn field(self) -> Field {
        match self {
            Self::NoName => Field::Name,
            // The first of the ways.
            Self::NoWay | Self::Phone => Field::Phone,
            Self::Email => Field::Email,
            Self::Url => Field::Url,
            Self::Long(field) => field,
        }
    }
}

/// One contact as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) phone: String,
    pub(super) email: String,
    pub(super) url: String,
}

impl Typed {
    /// The fields of a role in a form: `photo_name`, `photo_phone`, …
    pub(super) fn of(fields: &BTreeMap<String, String>, role: Role) -> Self {
        let field = |name: Field| {
            let text = fields.get(&format!("{}_{}", role.name(), name.name()));
            text.map(|text| text.trim().to_owned()).unwrap_or_default()
        };
        Self {
            name: field(Field::Name),
            phone: field(Field::Phone),
            email: field(Field::Email),
            url: field(Field::Url),
        }
    }

    pub(super) fn field(&self, field: Field) -> &str {
        match field {
            Field::Name => &self.name,
            Field::Phone => &self.phone,
            Field::Email => &self.email,
            Field::Url => &self.url,
        }
    }

    /// A contact as it stands, for the form.
    pub(super) fn from(contact: &Contact) -> Self {
        Self {
            name: contact.name.clone(),
            phone: contact.phone.clone().unwrap_or_default(),
            email: contact.email.clone().unwrap_or_default(),
            url: contact.url.as_ref().map(Url::to_string).unwrap_or_default(),
        }
    }

    /// Nothing is given: the records or the county's settings say it then.
    pub(super) fn is_empty(&self) -> bool {
        Field::ALL
            .into_iter()
            .all(|field| self.field(field).is_empty())
    }

    /// The contact, none if nothing is given.
    ///
    /// # Errors
    /// What is wrong, field by field.
    pub(super) fn read(&self, role: Role) -> Result<Option<Contact>, Vec<Wrong>> {
        if self.is_empty() {
            return Ok(None);
        }
        let mut wrong = Vec::new();
        if self.name.is_empty() {
            wrong.push(Wrong::NoName);
        }
        let long = |field: &Field| self.field(*field).chars().count() > LONGEST;
        wrong.extend(Field::ALL.into_iter().filter(long).map(Wrong::Long));
        if self.phone.is_empty() && self.email.is_empty() && self.url.is_empty() {
            wrong.push(Wrong::NoWay);
        }
        if !self.phone.is_empty() && !is_phone(&self.phone) {
            wrong.push(Wrong::Phone);
        }
        if !self.email.is_empty() && !is_email(&self.email) {
            wrong.push(Wrong::Email);
        }
        let url = (!self.url.is_empty()).then(|| page(&self.url));
        match &url {
            Some(None) => wrong.push(Wrong::Url),
            // As it is written in the end: signs that are not of the Latin alphabet take more.
            Some(Some(url)) if url.as_str().len() > LONGEST && !long(&Field::Url) => {
                wrong.push(Wrong::Long(Field::Url));
            }
            _ => {}
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Some(Contact {
            role: wire(role),
            name: self.name.clone(),
            phone: given(&self.phone),
            email: given(&self.email),
            url: url.flatten(),
        }))
    }
}

/// The role as the app knows it.
pub(crate) fn wire(role: Role) -> ContactRole {
    match role {
        Role::Office => ContactRole::School,
        Role::Photo => ContactRole::Photo,
        Role::Technical => ContactRole::Technical,
        Role::Library => ContactRole::Library,
    }
}

/// Digits between spaces, with `+` and the country's code perhaps. Short ones are real: 116 117, 02345.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plain = text.strip_prefix('+').unwrap_or(text);
    (3..=15).contains(&digits) && plain.chars().all(|c| c.is_ascii_digit() || c == ' ')
}

fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else {
        return false;
    };
    let allowed =
        |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"@?&%#/".contains(c);
    !local.is_empty()
        && local.chars().all(allowed)
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && host
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}

/// `skole.no/hjelp` is meant as `https://skole.no/hjelp`.
fn page(text: &str) -> Option<Url> {
    let text = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&text).ok()?;
    let named = url.host_str().is_some_and(|host| host.contains('.'));
    let plain = url.username().is_empty() && url.password().is_none();
    (url.scheme() == "https" && named && plain).then_some(url)
}

/// What has been typed, whole: each role with its contact or none.
pub(super) type Given = Vec<(Role, Option<Contact>)>;

/// What a school has written until now.
///
/// # Errors
/// When the database fails.
pub(super) async fn written(
    db: &impl ConnectionTrait,
    school: &str,
) -> Result<Vec<school_contact::Model>, DbErr> {
    school_contact::Entity::find()
        .filter(school_contact::Column::SchoolNumber.eq(school))
        .all(db)
        .await
}

/// Tells what is written from what is written later: by a digest of all of it.
pub(super) fn state_of(written: &[school_contact::Model]) -> String {
    let mut lines: Vec<String> = written.iter().map(|row| format!("{row:?}")).collect();
    lines.sort_unstable();
    crate::oauth::secret::hash(&lines.join("\n"))
}

/// Why nothing was kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeepError {
    /// Somebody else has written something since the form was shown.
    #[error("somebody else has changed the contacts meanwhile")]
    Changed,
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// Keeps what a school has written in the place of what it wrote before, as the writer saw it (`seen`, by [`state_of`]).
/// Phones have it from their next refresh on. The trail has both: they are there for everyone to see.
///
/// # Errors
/// When it has changed meanwhile, or the database fails.
pub(super) async fn keep(
    app: &App,
    school: &str,
    given: &Given,
    seen: &str,
    by: &str,
    reason: &str,
) -> Result<(), KeepError> {
    let now = app.unix_now();
    let transaction = db::begin_write(&app.db).await?;
    let former = written(&transaction, school).await?;
    if state_of(&former) != seen {
        return Err(KeepError::Changed);
    }
    let before: BTreeMap<&str, _> = former
        .iter()
        .map(|row| {
            (
                row.role.name(),
                json!([row.name, row.phone, row.email, row.url]),
            )
        })
        .collect();
    let after: BTreeMap<&str, _> = given
        .iter()
        .filter_map(|(role, contact)| {
            let Contact {
                name,
                phone,
                email,
                url,
                ..
            } = contact.as_ref()?;
            Some((role.name(), json!([name, phone, email, url])))
        })
        .collect();
    school_contact::Entity::delete_many()
        .filter(school_contact::Column::SchoolNumber.eq(school))
        .exec(&transaction)
        .await?;
    let rows = given.iter().filter_map(|(role, contact)| {
        let contact = contact.as_ref()?;
        Some(school_contact::ActiveModel {
            school_number: Set(school.to_owned()),
            role: Set(*role),
            name: Set(contact.name.clone()),
            phone: Set(contact.phone.clone()),
            email: Set(contact.email.clone()),
            url: Set(contact.url.as_ref().map(Url::to_string)),
            updated_at: Set(now),
            updated_by: Set(by.to_owned()),
        })
    });
    let rows: Vec<_> = rows.collect();
    let entry = audit::Entry::new(by, "school.contacts", now)
        .reason(reason)
        .detail(json!({ "school": school, "before": before, "after": after }));
    if !rows.is_empty() {
        school_contact::Entity::insert_many(rows)
            .exec_without_returning(&transaction)
            .await?;
    }
    audit::record(&transaction, entry).await?;
    Ok(transaction.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str, phone: &str, email: &str, url: &str) -> Typed {
        Typed {
            name: name.into(),
            phone: phone.into(),
            email: email.into(),
            url: url.into(),
        }
    }

    #[test]
    fn what_can_be_reached_is_taken_and_an_empty_contact_is_none() {
        let contact = typed(
            "Kontoret",
            "+47 70 00 01 00",
            "post@skole.no",
            "skole.no/hjelp",
        );
        let read = contact.read(Role::Photo).unwrap().unwrap();
        assert_eq!(read.role, ContactRole::Photo);
        assert_eq!(read.url.unwrap().as_str(), "https://skole.no/hjelp");
        assert_eq!(typed("", "", "", "").read(Role::Office), Ok(None));
    }

    #[test]
    fn what_is_wrong_is_said_of_each_field() {
        for (given, wrong) in [
            (typed("", "70000100", "", ""), vec![Wrong::NoName]),
            (typed("Kari", "", "", ""), vec![Wrong::NoWay]),
            (typed("Kari", "sju null", "", ""), vec![Wrong::Phone]),
            (typed("Kari", "", "kari@skole", ""), vec![Wrong::Email]),
            (typed("Kari", "", "a b@skole.no", ""), vec![Wrong::Email]),
            // It would say to whom else the app writes.
            (
                typed("Kari", "", "kari?bcc=x@skole.no", ""),
                vec![Wrong::Email],
            ),
            (
                typed("Kari", "", "", &format!("https://x.no/{}", "æ".repeat(100))),
                vec![Wrong::Long(Field::Url)],
            ),
            (
                typed("Kari", "", "", "javascript://x.no/"),
                vec![Wrong::Url],
            ),
            (typed("Kari", "", "", "https://a@x.no/"), vec![Wrong::Url]),
            (
                typed("", "1", "x", "ftp://x"),
                vec![Wrong::NoName, Wrong::Phone, Wrong::Email, Wrong::Url],
            ),
            (
                typed(&"x".repeat(201), "70000100", "", ""),
                vec![Wrong::Long(Field::Name)],
            ),
        ] {
            assert_eq!(given.read(Role::Office), Err(wrong), "{given:?}");
        }
    }
}
