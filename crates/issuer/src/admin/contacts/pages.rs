//! The pages: the form, what it will look like in the app, and keeping it.

use std::{collections::BTreeMap, mem, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use county_api::Contact;
use serde::Deserialize;

use crate::{
    admin::{
        Power, Staff,
        school::{Here, Trail, reason},
    },
    db::entity::school_contact::Role,
    http::Service,
    records::contacts::{office_in_records, school},
    web::{Frame, Posted, WebProblem, go_to, page},
};

use super::{
    form::{Field, Given, KeepError, Typed, Wrong, keep, state_of, written},
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
    /// What was written when the form was shown.
    seen: String,
}

struct Entry {
    role: &'static str,
    name: &'static str,
    about: &'static str,
    fields: Vec<Input>,
    /// What holds when nothing is written here.
    otherwise: String,
}

struct Input {
    name: &'static str,
    label: &'static str,
    value: String,
    /// What is wrong with it.
    wrong: Vec<&'static str>,
    /// The first that is wrong: there one goes on.
    is_first: bool,
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
    let written = written(&service.db, &number).await?;
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
    let said = (said.as_deref() == Some("kept")).then_some(Told::Kept);
    let seen = state_of(&written);
    show_form(&service, &staff, &here, &number, typed, (said, seen)).await
}

/// What the form says at the top, besides what is wrong in its fields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Kept,
    ChangedMeanwhile,
}

async fn show_form(
    service: &Service,
    staff: &Staff,
    here: &Here,
    number: &str,
    typed: [(Role, Typed, Vec<Wrong>); 4],
    (told, seen): (Option<Told>, String),
) -> Result<Response, WebProblem> {
    let words = words::of(staff.session.lang);
    let otherwise = otherwise(service, number).await?;
    let has_wrong = typed.iter().any(|(_, _, wrong)| !wrong.is_empty());
    let (mut frame, trail) = here.frame(service, staff, words.title);
    frame = match told {
        _ if has_wrong => frame.complain(words.look_again),
        Some(Told::ChangedMeanwhile) => frame.complain(words.changed),
        Some(Told::Kept) => frame.say(words.kept),
        None => frame,
    };
    let is_wrong = has_wrong || told == Some(Told::ChangedMeanwhile);
    let mut none_yet = true;
    let entries = typed
        .into_iter()
        .map(|(role, typed, wrong)| {
            let (name, about) = words.role(role);
            let there = otherwise.get(role.name());
            let fields = Field::ALL.into_iter().map(|field| {
                let of_field = wrong.iter().filter(|wrong| wrong.field() == field);
                let wrong: Vec<_> = of_field.map(|wrong| words.wrong(*wrong)).collect();
                Input {
                    name: field.name(),
                    label: words.label(field),
                    value: typed.field(field).to_owned(),
                    is_first: !wrong.is_empty() && mem::take(&mut none_yet),
                    wrong,
                }
            });
            Entry {
                role: role.name(),
                name,
                about,
                fields: fields.collect(),
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
        seen,
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
    let seen = fields.get("seen").cloned().unwrap_or_default();
    if step == Some("back") || read.iter().any(|(.., read)| read.is_err()) {
        let typed = read.map(|(role, typed, read)| (role, typed, read.err().unwrap_or_default()));
        return show_form(&service, &staff, &here, &number, typed, (None, seen)).await;
    }
    let given: Given = read
        .into_iter()
        .map(|(role, _, read)| (role, read.unwrap_or_default()))
        .collect();
    if step != Some("keep") {
        return preview(&service, &staff, &here, &number, given, (seen, None)).await;
    }
    let why = fields.get("reason").map_or("", String::as_str);
    let why = match reason(why, staff.session.lang) {
        Ok(why) => why,
        // What was typed is shown once more, with what is missing.
        Err(WebProblem::BadInput(wanted)) => {
            let told = (seen, Some(wanted));
            let shown = preview(&service, &staff, &here, &number, given, told).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
        }
        Err(problem) => return Err(problem),
    };
    match keep(&service, &number, &given, &seen, &staff.actor(), &why).await {
        Ok(()) => Ok(go_to(&service, &here.path("contacts"), Some("kept"))),
        Err(KeepError::Changed) => {
            let typed = given.iter().map(|(role, contact)| {
                let typed = contact.as_ref().map(Typed::from).unwrap_or_default();
                (*role, typed)
            });
            let typed: BTreeMap<&str, Typed> =
                typed.map(|(role, typed)| (role.name(), typed)).collect();
            let typed = Role::ALL.map(|role| {
                let typed = typed.get(role.name()).cloned().unwrap_or_default();
                (role, typed, Vec::new())
            });
            let seen = state_of(&written(&service.db, &number).await?);
            let told = (Some(Told::ChangedMeanwhile), seen);
            show_form(&service, &staff, &here, &number, typed, told).await
        }
        Err(KeepError::Database(error)) => Err(error.into()),
    }
}

async fn preview(
    service: &Service,
    staff: &Staff,
    here: &Here,
    number: &str,
    given: Given,
    (seen, complaint): (String, Option<String>),
) -> Result<Response, WebProblem> {
    let words = words::of(staff.session.lang);
    let otherwise = otherwise(service, number).await?;
    let mut fields = vec![("seen".to_owned(), seen)];
    let mut cards = Vec::new();
    for (role, contact) in given {
        let typed = contact.as_ref().map(Typed::from).unwrap_or_default();
        for field in Field::ALL {
            let name = format!("{}_{}", role.name(), field.name());
            fields.push((name, typed.field(field).to_owned()));
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
    let (mut frame, trail) = here.frame(service, staff, words.preview);
    if let Some(complaint) = complaint {
        frame = frame.complain(complaint);
    }
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
        let nothing = state_of(&[]);
        keep(&app, "10001", &given, &nothing, "kari", "Nytt nummer")
            .await
            .unwrap();
        // Whoever began before that is not the one whose words hold.
        let late = keep(&app, "10001", &given, &nothing, "ola", "Samme").await;
        assert!(matches!(late, Err(KeepError::Changed)));
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

        let seen = state_of(&written(&app.db, "10001").await.unwrap());
        let empty = vec![(Role::Library, None)];
        keep(&app, "10001", &empty, &seen, "kari", "Feil")
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
