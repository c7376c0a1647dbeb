//! `/admin/person/{id}/slip`: a slip of paper for a pupil whose phone does not work.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use county_api::{CardSlot, Profile};
use serde::Deserialize;

use crate::{
    http::Service,
    slip::{self, Language, SlipError, Wanted},
    web::{Frame, Posted, WebProblem, go_to, page},
};

use super::{Power, person::Seen, reason::reason};

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/person/{id}/slip", get(form).post(print))
        .route("/admin/person/{id}/slip/revoke", post(revoke))
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
    why: &'static str,
    logged: &'static str,
    back: &'static str,
    revoke: &'static str,
    revoke_means: &'static str,
    revoked: &'static str,
    no_slip: &'static str,
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
    why: "Hvorfor?",
    logged: "Blir loggført. Personen kan se det på Min side.",
    back: "Tilbake til personen",
    revoke: "Gjør lappen ugyldig",
    revoke_means: "Alle lapper som personen har fått i dag, slutter å gjelde med en gang.",
    revoked: "Lappen er ugyldig nå.",
    no_slip: "Personen har ingen lapp som gjelder nå.",
    no_reason: "Skriv en begrunnelse på høyst 500 tegn. Ingenting er gjort.",
    no_card: "Eleven har ikke noe gyldig bevis nå. Sjekk at opplysningene er i orden, at bildet er låst, og at beviset ikke er stanset.",
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
    why: "Kvifor?",
    logged: "Blir loggført. Personen kan sjå det på Mi side.",
    back: "Tilbake til personen",
    revoke: "Gjer lappen ugyldig",
    revoke_means: "Alle lappar som personen har fått i dag, sluttar å gjelde med ein gong.",
    revoked: "Lappen er ugyldig no.",
    no_slip: "Personen har ingen lapp som gjeld no.",
    no_reason: "Skriv ei grunngiving på høgst 500 teikn. Ingenting er gjort.",
    no_card: "Eleven har ikkje noko gyldig bevis no. Sjekk at opplysningane er i orden, at biletet er låst, og at beviset ikkje er stansa.",
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
    why: "Why?",
    logged: "This is logged. The person can see it on My page.",
    back: "Back to the person",
    revoke: "Make the slip invalid",
    revoke_means: "All slips that the person has had today stop being valid at once.",
    revoked: "The slip is invalid now.",
    no_slip: "The person has no slip that is valid now.",
    no_reason: "Write a reason of at most 500 characters. Nothing has been done.",
    no_card: "The pupil has no valid card now. See that the records are right, that the photo is locked, and that the card is not blocked.",
    too_many: "The pupil has had as many slips as there can be on one day.",
    no_portrait: "The pupil's photo cannot be made small enough for the code. Take a new photo.",
    too_long: "There is no room for name and school in the code. Tell the county.",
};

#[derive(Template)]
#[template(path = "admin/slip.html")]
struct Page {
    frame: Frame,
    words: &'static Words,
    /// The person's page.
    person: String,
    typed: Typed,
}

#[derive(Deserialize)]
struct Said {
    said: Option<String>,
}

async fn form(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Query(Said { said }): Query<Said>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::PrintSlip).await?;
    let words = words(&seen);
    let said = said.filter(|said| said == "revoked");
    show(&service, &seen, Typed::default(), |frame| match said {
        Some(_) => frame.say(words.revoked),
        None => frame,
    })
}

fn words(seen: &Seen) -> &'static Words {
    seen.staff.session.lang.of(&NB, &NN, &EN)
}

fn show(
    service: &Service,
    seen: &Seen,
    typed: Typed,
    with: impl FnOnce(Frame) -> Frame,
) -> Result<Response, WebProblem> {
    let words = words(seen);
    let frame = with(seen.staff.frame(service, "/admin/search", words.title));
    let person = format!("{}/admin/person/{}", frame.base, seen.person.id);
    page(&Page {
        frame,
        words,
        person,
        typed,
    })
}

/// The page once more, with what was wrong and what was written.
fn complain(
    service: &Service,
    seen: &Seen,
    typed: Typed,
    problem: &str,
) -> Result<Response, WebProblem> {
    let page = show(service, seen, typed, |frame| frame.complain(problem))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What is written in the form.
#[derive(Default)]
struct Typed {
    travel: bool,
    reason: String,
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
    seen: Seen,
    Posted(order): Posted<Order>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::PrintSlip).await?;
    let words = words(&seen);
    let typed = Typed {
        travel: matches!(order.purpose, Purpose::Travel),
        reason: order.reason.clone(),
    };
    let Some(reason) = reason(&order.reason) else {
        return complain(&service, &seen, typed, words.no_reason);
    };
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
    let actor = seen.staff.actor();
    let slip = match slip::issue(&service, seen.person.id, wanted, &actor, &reason).await {
        Ok(slip) => slip,
        Err(error) => {
            let problem = match error {
                SlipError::NoCard => words.no_card,
                SlipError::TooMany(_) => words.too_many,
                SlipError::NoPortrait => words.no_portrait,
                SlipError::TooLong => words.too_long,
                error => return Err(WebProblem::internal(&error)),
            };
            return complain(&service, &seen, typed, problem);
        }
    };
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

#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
}

async fn revoke(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Posted(why): Posted<Why>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::PrintSlip).await?;
    let words = words(&seen);
    let Some(reason) = reason(&why.reason) else {
        return complain(&service, &seen, Typed::default(), words.no_reason);
    };
    match slip::revoke(&service, seen.person.id, &seen.staff.actor(), &reason).await {
        Ok(_) => {
            let path = format!("/admin/person/{}/slip", seen.person.id);
            Ok(go_to(&service, &path, Some("revoked")))
        }
        Err(SlipError::NoSlip) => complain(&service, &seen, Typed::default(), words.no_slip),
        Err(error) => Err(WebProblem::internal(&error)),
    }
}
