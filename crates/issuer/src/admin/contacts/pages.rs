//! The pages: the form, what it will look like in the app, and keeping it.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use county_api::Contact;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;

use crate::{
    admin::{
        Power, Staff,
        school::{Here, Trail, reason},
    },
    db::entity::school_contact::{self, Role},
    http::Service,
    records::contacts::{office_in_records, school},
    web::{Frame, Posted, WebProblem, go_to, page},
};

use super::{
    form::{Given, Typed, Wrong, keep},
    words::{self, Words},
};

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/admin/school/{circle}/contacts", get(form).post(send))
}

#[derive(Template)]
#[template(path = "school/contacts.html")]
struct Form {
    frame: Frame,
    trail: Trail,
    words: &'static Words,
    entries: Vec<Entry>,
}

struct Entry {
    role: &'static str,
    name: &'static str,
    about: &'static str,
    typed: Typed,
    wrong: Vec<&'static str>,
    /// What holds when nothing is written here.
    otherwise: String,
}

#[derive(Template)]
#[template(path = "school/contacts_preview.html")]
struct Preview {
    frame: Frame,
    trail: Trail,
    words: &'static Words,
    cards: Vec<Card>,
    /// Everything that was typed, to be sent again.
    fields: Vec<(String, String)>,
}

/// A contact as the app shows it.
struct Card {
    name: &'static str,
    contact: Contact,
    /// The number as it is dialled.
    tel: String,
    /// It is not the school's own words.
    is_otherwise: bool,
}

#[derive(Deserialize)]
struct Said {
    said: Option<String>,
}

async fn form(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
    Query(Said { said }): Query<Said>,
) -> Result<Response, WebProblem> {
    let (here, number) = Here::school(&service, &staff, Power::EditContacts, &segment).await?;
    let written = school_contact::Entity::find()
        .filter(school_contact::Column::SchoolNumber.eq(number.as_str()))
        .all(&service.db)
        .await?;
    let typed = Role::ALL.map(|role| {
        let row = written.iter().find(|row| row.role == role);
        let typed = row.map_or_else(Typed::default, |row| Typed {
            name: row.name.clone(),
            phone: row.phone.clone().unwrap_or_default(),
            email: row.email.clone().unwrap_or_default(),
            url: row.url.clone().unwrap_or_default(),
        });
        (role, typed, Vec::new())
    });
    let said = said.as_deref() == Some("kept");
    show_form(&service, &staff, &here, &number, typed, said).await
}

async fn show_form(
    service: &Service,
    staff: &Staff,
    here: &Here,
    number: &str,
    typed: [(Role, Typed, Vec<Wrong>); 4],
    kept: bool,
) -> Result<Response, WebProblem> {
    let words = words::of(staff.session.lang);
    let otherwise = otherwise(service, number).await?;
    let is_wrong = typed.iter().any(|(_, _, wrong)| !wrong.is_empty());
    let (mut frame, trail) = here.frame(service, staff, words.title);
    if kept {
        frame = frame.say(words.kept);
    }
    if is_wrong {
        frame = frame.complain(words.look_again);
    }
    let entries = typed
        .into_iter()
        .map(|(role, typed, wrong)| {
            let (name, about) = words.role(role);
            let there = otherwise.get(role.name());
            Entry {
                role: role.name(),
                name,
                about,
                typed,
                wrong: wrong.into_iter().map(|wrong| words.wrong(wrong)).collect(),
                otherwise: match there {
                    Some(contact) => (words.otherwise)(&in_one_line(contact)),
                    None => words.otherwise_office.to_owned(),
                },
            }
        })
        .collect();
    let answer = page(&Form {
        frame,
        trail,
        words,
        entries,
    })?;
    Ok(if is_wrong {
        (StatusCode::UNPROCESSABLE_ENTITY, answer).into_response()
    } else {
        answer
    })
}

/// What holds for a role without the school's own words, by the role's name.
async fn otherwise(
    service: &Service,
    number: &str,
) -> Result<BTreeMap<&'static str, Contact>, WebProblem> {
    let config = &service.config.contacts;
    let named = config.schools.get(number).cloned().unwrap_or_default();
    let office = match named.office {
        Some(office) => Some(office),
        None => school(&service.db, number)
            .await?
            .as_ref()
            .map(office_in_records),
    };
    Ok([
        (Role::Office, office),
        (Role::Photo, named.photo),
        (Role::Technical, named.technical),
        (Role::Library, named.library),
    ]
    .into_iter()
    .filter_map(|(role, contact)| Some((role.name(), contact?)))
    .collect())
}

fn in_one_line(contact: &Contact) -> String {
    let url = contact.url.as_ref().map(ToString::to_string);
    [
        Some(&contact.name),
        contact.phone.as_ref(),
        contact.email.as_ref(),
        url.as_ref(),
    ]
    .into_iter()
    .flatten()
    .map(String::as_str)
    .collect::<Vec<_>>()
    .join(", ")
}

async fn send(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
    Posted(fields): Posted<BTreeMap<String, String>>,
) -> Result<Response, WebProblem> {
    let (here, number) = Here::school(&service, &staff, Power::EditContacts, &segment).await?;
    let read = Role::ALL.map(|role| {
        let typed = Typed::of(&fields, role);
        let read = typed.read(role);
        (role, typed, read)
    });
    let step = fields.get("step").map(String::as_str);
    if step == Some("back") || read.iter().any(|(.., read)| read.is_err()) {
        let typed = read.map(|(role, typed, read)| (role, typed, read.err().unwrap_or_default()));
        return show_form(&service, &staff, &here, &number, typed, false).await;
    }
    let given: Given = read
        .into_iter()
        .map(|(role, _, read)| (role, read.unwrap_or_default()))
        .collect();
    if step == Some("keep") {
        let why = fields.get("reason").map_or("", String::as_str);
        let why = reason(why, staff.session.lang)?;
        keep(&service, &number, &given, &staff.actor(), &why).await?;
        return Ok(go_to(&service, &here.path("contacts"), Some("kept")));
    }
    preview(&service, &staff, &here, &number, given).await
}

async fn preview(
    service: &Service,
    staff: &Staff,
    here: &Here,
    number: &str,
    given: Given,
) -> Result<Response, WebProblem> {
    let words = words::of(staff.session.lang);
    let otherwise = otherwise(service, number).await?;
    let mut fields = Vec::new();
    let mut cards = Vec::new();
    for (role, contact) in given {
        let typed = contact.as_ref().map(Typed::from).unwrap_or_default();
        for (field, value) in [
            ("name", typed.name),
            ("phone", typed.phone),
            ("email", typed.email),
            ("url", typed.url),
        ] {
            fields.push((format!("{}_{field}", role.name()), value));
        }
        let is_otherwise = contact.is_none();
        if let Some(contact) = contact.or_else(|| otherwise.get(role.name()).cloned()) {
            cards.push(Card {
                name: words.role(role).0,
                tel: contact
                    .phone
                    .iter()
                    .flat_map(|phone| phone.split(' '))
                    .collect(),
                contact,
                is_otherwise,
            });
        }
    }
    let (frame, trail) = here.frame(service, staff, words.preview);
    page(&Preview {
        frame,
        trail,
        words,
        cards,
        fields,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::testing,
        records::{
            contacts::named_by,
            testing::{pupil, sync},
        },
    };

    #[tokio::test]
    async fn what_a_school_writes_goes_before_the_settings_and_empties_back_to_them() {
        let app = testing::app().await;
        sync(&app, vec![pupil(1)]).await.unwrap();
        let typed = Typed {
            name: "Biblioteket".into(),
            phone: "70 00 01 05".into(),
            ..Typed::default()
        };
        let contact = typed.read(Role::Library).unwrap();
        let given: Given = vec![(Role::Library, contact)];
        keep(&app, "10001", &given, "kari", "Nytt nummer")
            .await
            .unwrap();
        let config = &app.config.contacts;
        let named = named_by(&app.db, config, "10001").await.unwrap();
        assert_eq!(named.library.unwrap().name, "Biblioteket");
        assert!(
            named_by(&app.db, config, "10002")
                .await
                .unwrap()
                .library
                .is_none()
        );

        keep(&app, "10001", &vec![(Role::Library, None)], "kari", "Feil")
            .await
            .unwrap();
        assert!(
            named_by(&app.db, config, "10001")
                .await
                .unwrap()
                .library
                .is_none()
        );
    }
}
