//! `/admin/person/{id}/slip`: a slip of paper for a pupil whose phone does not work.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use county_api::{CardSlot, Profile};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    db::entity::{person, person_school},
    http::Service,
    slip::{self, Language, SlipError, Wanted},
    web::{Frame, Lang, Posted, WebProblem, page},
};

use super::{Power, Staff};

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/admin/person/{id}/slip", get(form).post(print))
}

struct Words {
    title: &'static str,
    lead: &'static str,
    purpose: &'static str,
    exam: &'static str,
    travel: &'static str,
    language: &'static str,
    reason: &'static str,
    print: &'static str,
    after: &'static str,
    no_reason: &'static str,
    no_card: &'static str,
    too_many: &'static str,
    no_portrait: &'static str,
    too_long: &'static str,
}

const NB: Words = Words {
    title: "Skriv ut papirlapp",
    lead: "For en elev uten telefon som virker. Lappen gjelder til midnatt, og en ny gjør den forrige ugyldig.",
    purpose: "Hva skal den brukes til?",
    exam: "Eksamen",
    travel: "Reise",
    language: "Språk på arket",
    reason: "Hvorfor trengs den?",
    print: "Lag arket (PDF)",
    after: "Skriv ut arket, gi det til eleven, og slett filen.",
    no_reason: "Skriv hvorfor lappen trengs.",
    no_card: "Eleven har ikke noe gyldig bevis nå. Sjekk at opplysningene er i orden, at bildet er låst, og at eleven ikke er sperret.",
    too_many: "Eleven har fått så mange lapper som det går an på én dag.",
    no_portrait: "Bildet til eleven kan ikke gjøres lite nok til koden. Ta et nytt bilde.",
    too_long: "Det er ikke plass til navn og skole i koden. Si fra til fylkeskommunen.",
};
const NN: Words = Words {
    title: "Skriv ut papirlapp",
    lead: "For ein elev utan telefon som verkar. Lappen gjeld til midnatt, og ein ny gjer den førre ugyldig.",
    purpose: "Kva skal han brukast til?",
    exam: "Eksamen",
    travel: "Reise",
    language: "Språk på arket",
    reason: "Kvifor trengst han?",
    print: "Lag arket (PDF)",
    after: "Skriv ut arket, gi det til eleven, og slett fila.",
    no_reason: "Skriv kvifor lappen trengst.",
    no_card: "Eleven har ikkje noko gyldig bevis no. Sjekk at opplysningane er i orden, at biletet er låst, og at eleven ikkje er sperra.",
    too_many: "Eleven har fått så mange lappar som det går an på éin dag.",
    no_portrait: "Biletet av eleven kan ikkje gjerast lite nok til koden. Ta eit nytt bilete.",
    too_long: "Det er ikkje plass til namn og skule i koden. Sei frå til fylkeskommunen.",
};
const EN: Words = Words {
    title: "Print a paper slip",
    lead: "For a pupil without a working phone. The slip is good until midnight, and a new one makes the one before invalid.",
    purpose: "What is it for?",
    exam: "Exam",
    travel: "Travel",
    language: "Language of the sheet",
    reason: "Why is it needed?",
    print: "Make the sheet (PDF)",
    after: "Print the sheet, give it to the pupil, and delete the file.",
    no_reason: "Write why the slip is needed.",
    no_card: "The pupil has no valid card now. See that the records are right, that the photo is locked, and that the pupil is not blocked.",
    too_many: "The pupil has had as many slips as there can be on one day.",
    no_portrait: "The pupil's photo cannot be made small enough for the code. Take a new photo.",
    too_long: "There is no room for name and school in the code. Tell the county.",
};

fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Nb => &NB,
        Lang::Nn => &NN,
        Lang::En => &EN,
    }
}

#[derive(Template)]
#[template(path = "admin/slip.html")]
struct Page {
    frame: Frame,
    words: &'static Words,
    action: String,
    csrf: String,
}

/// Whoever has not the power at one of the person's schools is told that there is nobody.
async fn allowed(service: &Service, staff: &Staff, id: Uuid) -> Result<(), WebProblem> {
    let found = person::Entity::find_by_id(id).one(&service.db).await?;
    if found.is_none() {
        return Err(WebProblem::NotFound);
    }
    let schools = person_school::Entity::find()
        .filter(person_school::Column::PersonId.eq(id))
        .all(&service.db)
        .await?;
    let may = staff.may(Power::PrintSlip, None)
        || schools
            .iter()
            .any(|row| staff.may(Power::PrintSlip, Some(&row.school_number)));
    if may {
        Ok(())
    } else {
        Err(WebProblem::NotFound)
    }
}

async fn form(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, WebProblem> {
    allowed(&service, &staff, id).await?;
    let words = words(staff.session.lang);
    let frame = staff.frame(&service, "/admin/search", words.title);
    let csrf = frame
        .who
        .as_ref()
        .map_or_else(String::new, |who| who.csrf.clone());
    page(&Page {
        action: format!("{}/admin/person/{id}/slip", frame.base),
        frame,
        words,
        csrf,
    })
}

#[derive(Deserialize)]
struct Order {
    purpose: Purpose,
    #[serde(default)]
    language: Sheet,
    reason: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Purpose {
    Exam,
    Travel,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sheet {
    #[default]
    Nb,
    Nn,
    En,
}

async fn print(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Posted(order): Posted<Order>,
) -> Result<Response, WebProblem> {
    allowed(&service, &staff, id).await?;
    let words = words(staff.session.lang);
    let reason = order.reason.trim();
    if reason.is_empty() || reason.chars().count() > 500 {
        return Err(WebProblem::BadInput(words.no_reason.to_owned()));
    }
    let wanted = Wanted {
        slot: CardSlot::First,
        profile: match order.purpose {
            Purpose::Exam => Profile::Exam,
            Purpose::Travel => Profile::Travel,
        },
        language: match order.language {
            Sheet::Nb => Language::Nb,
            Sheet::Nn => Language::Nn,
            Sheet::En => Language::En,
        },
    };
    let slip = slip::issue(&service, id, wanted, &staff.actor(), reason)
        .await
        .map_err(|error| {
            let said = |text: &str| WebProblem::BadInput(text.to_owned());
            match error {
                SlipError::NoCard => said(words.no_card),
                SlipError::TooMany(_) => said(words.too_many),
                SlipError::NoPortrait => said(words.no_portrait),
                SlipError::TooLong => said(words.too_long),
                error => {
                    tracing::error!(%error, "a slip could not be made");
                    WebProblem::Fault
                }
            }
        })?;
    // A name that says nothing of whose it is: it is read in lists of files and print queues.
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"papirlapp.pdf\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, slip.pdf).into_response())
}
