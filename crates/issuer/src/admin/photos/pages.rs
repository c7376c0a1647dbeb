//! The pages. With script, a photo that was decided on gives way to what was done with it, and the next one is at hand;
//! without, the page is loaded anew.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    admin::{
        Power, Staff,
        school::{Here, Trail, reason},
    },
    audit,
    db::entity::photo::PhotoState,
    deeds::{self, DeedError, Why as Because},
    http::Service,
    photo::{self, PhotoError},
    records::day_in_norway,
    web::{Frame, Posted, WebProblem, go_to, page},
};

use super::{
    queue::{Waiting, count, just_approved, waiting},
    words::{self, Words, rule},
};

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/school/{circle}/photos", get(list))
        .route("/admin/school/{circle}/photos/{person}/{file}", get(image))
        .route(
            "/admin/school/{circle}/photos/{person}/approve",
            post(approve),
        )
        .route(
            "/admin/school/{circle}/photos/{person}/return",
            post(hand_back),
        )
        .route("/admin/school/{circle}/photos/{person}/reset", post(reset))
}

/// A photo as the page shows it.
struct Card {
    photo: Waiting,
    born: String,
    since: String,
    source: &'static str,
    /// What the check says of it, in words.
    findings: Vec<&'static str>,
    /// Of the photo's own address, to which the deeds are added.
    href: String,
}

#[derive(Template)]
#[template(path = "school/photos.html")]
struct Page {
    frame: Frame,
    trail: Trail,
    words: &'static Words,
    cards: Vec<Card>,
    /// All that wait are more than are on the page: how many, and where the next ones are.
    more: Option<(String, String)>,
    /// The page follows on another one: the first photo is at hand.
    is_next: bool,
    approved: Vec<Card>,
}

#[derive(Template)]
#[template(path = "school/photo_decided.html")]
struct Decided<'a> {
    words: &'static Words,
    csrf: &'a str,
    text: String,
    /// An approval, by its photo's digest, can be taken back here.
    undo: Option<(String, &'a str)>,
}

#[derive(Deserialize)]
struct Said {
    said: Option<String>,
}

async fn list(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
    Query(Said { said }): Query<Said>,
) -> Result<Response, WebProblem> {
    let here = Here::open(&service, &staff, Power::DecidePhoto, &segment).await?;
    let lang = staff.session.lang;
    let words = words::of(lang);
    let (mut frame, trail) = here.frame(&service, &staff, words.title);
    frame = match said.as_deref() {
        Some("approved") => frame.say(words.approved),
        Some("returned") => frame.say(words.returned),
        Some("reset") => frame.say(words.reset),
        Some("changed") => frame.complain(words.changed),
        _ => frame,
    };
    let base = format!("{}{}", frame.base, here.path("photos"));
    let card = |photo: Waiting| Card {
        born: photo
            .birth_date
            .map(|day| lang.day(day))
            .unwrap_or_default(),
        since: lang.moment(photo.since),
        source: words.source(photo.source),
        findings: photo.findings.iter().map(|id| rule(lang, id)).collect(),
        href: format!("{base}/{}", photo.person),
        photo,
    };
    let actor = staff.actor();
    let cards = waiting(&service, &here.circle).await?;
    let approved = just_approved(&service, &here.circle, &actor).await?;
    let shown = cards.iter().chain(&approved).map(|photo| photo.person);
    let entry = staff
        .look_at(&service, "photos.list", shown)?
        .detail(json!({ "school": here.circle.segment() }));
    audit::record(&service.db, entry).await?;
    let all = count(&service, &here.circle).await?;
    let more = (all > cards.len() as u64).then(|| {
        (
            (words.of_all)(cards.len(), all),
            format!("{base}?said=next"),
        )
    });
    page(&Page {
        frame,
        trail,
        words,
        more,
        is_next: said.is_some(),
        cards: cards.into_iter().map(card).collect(),
        approved: approved.into_iter().map(card).collect(),
    })
}

/// The picture itself, as long as it waits. That it is looked at stands in the trail with the list that names it.
async fn image(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path((segment, person, file)): Path<(String, Uuid, String)>,
) -> Result<Response, WebProblem> {
    let here = Here::open(&service, &staff, Power::DecidePhoto, &segment).await?;
    let today = day_in_norway(service.now());
    let sha256 = file.strip_suffix(".jpg").ok_or(WebProblem::NotFound)?;
    if here.circle.one(&service.db, person, today).await?.is_none() {
        return Err(WebProblem::NotFound);
    }
    let current = photo::current(&service, person).await.map_err(problem)?;
    let jpeg = current
        .filter(|photo| photo.row.state == PhotoState::InReview)
        .filter(|photo| photo.row.sha256 == sha256)
        .and_then(|photo| photo.jpeg)
        .ok_or(WebProblem::NotFound)?;
    let kind = [(header::CONTENT_TYPE, "image/jpeg")];
    Ok((kind, Bytes::from(jpeg)).into_response())
}

#[derive(Deserialize)]
struct Seen {
    seen: String,
}

#[derive(Deserialize)]
struct SeenAndWhy {
    seen: String,
    /// One of the ready ones.
    #[serde(default)]
    ready: String,
    /// Own words go before it.
    #[serde(default)]
    own: String,
}

#[derive(Deserialize)]
struct Why {
    seen: String,
    reason: String,
}

async fn approve(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path((segment, person)): Path<(String, Uuid)>,
    headers: HeaderMap,
    Posted(form): Posted<Seen>,
) -> Result<Response, WebProblem> {
    let here = theirs(&service, &staff, &segment, person).await?;
    let by = staff.actor();
    let done = deeds::approve_photo(&service, person, &by, None, &form.seen).await;
    answer(
        &service,
        &staff,
        &here,
        &headers,
        (person, &form.seen),
        done.map(|()| "approved"),
    )
}

async fn hand_back(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path((segment, person)): Path<(String, Uuid)>,
    headers: HeaderMap,
    Posted(form): Posted<SeenAndWhy>,
) -> Result<Response, WebProblem> {
    let here = theirs(&service, &staff, &segment, person).await?;
    let given = if form.own.trim().is_empty() {
        form.ready
    } else {
        form.own
    };
    let why = reason(&given, staff.session.lang)?;
    let by = staff.actor();
    let done = deeds::return_photo(&service, person, because(&by, &why), &form.seen).await;
    answer(
        &service,
        &staff,
        &here,
        &headers,
        (person, &form.seen),
        done.map(|()| "returned"),
    )
}

async fn reset(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path((segment, person)): Path<(String, Uuid)>,
    headers: HeaderMap,
    Posted(form): Posted<Why>,
) -> Result<Response, WebProblem> {
    let here = theirs(&service, &staff, &segment, person).await?;
    let why = reason(&form.reason, staff.session.lang)?;
    let by = staff.actor();
    let done = deeds::take_back_approval(&service, person, &form.seen, because(&by, &why)).await;
    answer(
        &service,
        &staff,
        &here,
        &headers,
        (person, &form.seen),
        done.map(|_| "reset"),
    )
}

fn because<'a>(by: &'a str, reason: &'a str) -> Because<'a> {
    Because { by, reason }
}

async fn theirs(
    service: &Service,
    staff: &Staff,
    segment: &str,
    person: Uuid,
) -> Result<Here, WebProblem> {
    let here = Here::open(service, staff, Power::DecidePhoto, segment).await?;
    let today = day_in_norway(service.now());
    match here.circle.one(&service.db, person, today).await? {
        Some(_) => Ok(here),
        None => Err(WebProblem::NotFound),
    }
}

fn answer(
    service: &Service,
    staff: &Staff,
    here: &Here,
    headers: &HeaderMap,
    (person, seen): (Uuid, &str),
    done: Result<&'static str, DeedError>,
) -> Result<Response, WebProblem> {
    let said = match done {
        Ok(said) => said,
        // Another came meanwhile, or a colleague was faster: the page shows what there is now.
        Err(DeedError::Photo(PhotoError::Refused(_)) | DeedError::NoPhoto) => "changed",
        Err(error) => return Err(WebProblem::internal(&error)),
    };
    let path = here.path("photos");
    if !headers.contains_key("hx-request") {
        return Ok(go_to(service, &path, Some(said)));
    }
    let words = words::of(staff.session.lang);
    let text = match said {
        "approved" => words.approved,
        "returned" => words.returned,
        "reset" => words.reset,
        _ => words.changed,
    };
    let base = crate::web::base(service);
    page(&Decided {
        words,
        csrf: &staff.session.csrf,
        text: text.to_owned(),
        undo: (said == "approved").then(|| (format!("{base}{path}/{person}"), seen)),
    })
}

fn problem(error: PhotoError) -> WebProblem {
    WebProblem::internal(&error)
}
