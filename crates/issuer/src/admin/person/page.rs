//! The page, and the picture on it. Both are looks at a person, and in the audit trail.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    admin::{faults, search},
    audit,
    http::Service,
    photo,
    records::{day_in_norway, record_of},
    web::{Frame, WebProblem, page},
};

use super::{Power, Seen, view::View, words};

/// In all three languages.
const TITLE: &str = "Person";

#[derive(Template)]
#[template(path = "admin/person.html")]
struct Page {
    frame: Frame,
    words: &'static words::Words,
    view: View,
    /// To what was found, and what that is called.
    back: Option<(String, &'static str)>,
    /// Of this page, without a final `/`.
    path: String,
    /// The first day that a block can end on.
    today: String,
}

/// Somebody whose record cannot be read.
#[derive(Template)]
#[template(path = "admin/unreadable.html")]
struct Unreadable {
    frame: Frame,
    back: Option<(String, &'static str)>,
    name: &'static str,
    what: &'static str,
}

#[derive(Deserialize)]
pub(super) struct Said {
    said: Option<String>,
}

pub(super) async fn show(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Query(query): Query<Said>,
) -> Result<Response, WebProblem> {
    let said = query
        .said
        .and_then(|key| words::of(seen.staff.session.lang).said(&key));
    render(&service, &seen, |frame| match said {
        Some(text) => frame.say(text),
        None => frame,
    })
    .await
}

/// The page once more, with what was wrong with the form.
pub(super) async fn complain(
    service: &Service,
    seen: &Seen,
    problem: &str,
) -> Result<Response, WebProblem> {
    let page = render(service, seen, |frame| frame.complain(problem)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn render(
    service: &Service,
    seen: &Seen,
    with: impl FnOnce(Frame) -> Frame,
) -> Result<Response, WebProblem> {
    // Whatever led here, everything is seen.
    let entry = seen
        .staff
        .look(service, "person.show")?
        .person(seen.person.id);
    audit::record(&service.db, entry).await?;
    // Titles stay in the browser's history, on machines that others use too: there is no name in them.
    let frame = with(seen.staff.frame(service, "/admin/search", TITLE));
    let back = search::way_back(service, &seen.staff);
    if record_of(&seen.person).is_err() {
        let (name, what) = faults::unreadable(seen.staff.session.lang);
        return page(&Unreadable {
            frame,
            back,
            name,
            what,
        });
    }
    let view = View::gather(service, seen).await?;
    page(&Page {
        path: format!("{}/admin/person/{}", frame.base, seen.person.id),
        back,
        frame,
        words: words::of(seen.staff.session.lang),
        view,
        today: day_in_norway(service.now()).to_string(),
    })
}

/// The picture with this digest, for those whom it concerns.
pub(super) async fn picture(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Path((_, sha256)): Path<(Uuid, String)>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::DecidePhoto).await?;
    let current = photo::current(&service, seen.person.id)
        .await
        .map_err(|error| WebProblem::internal(&error))?;
    let Some((row, jpeg)) = current.and_then(|photo| Some((photo.row, photo.jpeg?))) else {
        return Err(WebProblem::NotFound);
    };
    if row.sha256 != sha256 {
        return Err(WebProblem::NotFound);
    }
    let entry = seen
        .staff
        .look(&service, "person.show_photo")?
        .person(seen.person.id)
        .detail(json!({ "photo": row.sha256 }));
    audit::record(&service.db, entry).await?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response())
}
