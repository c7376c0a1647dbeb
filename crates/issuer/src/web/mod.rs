//! Pages in the browser, for staff (`/admin`) and for people about themselves (`/min-side`): logging in, sessions,
//! forms, languages, and the frame around each page. Every page and every form works without script.
//!
//! | Module | Holds |
//! |---|---|
//! | [`login`], [`session`] | Feide, and the browser's session: 8 hours at most, half an hour without use |
//! | [`known`] | browsers in which somebody has logged in before |
//! | [`csrf`] | [`Posted`]: a form that one of our own pages sent |
//! | [`frame`] | [`Frame`] and [`page`]: what `templates/layout.html` needs |
//! | [`problem`], [`layer`] | [`WebProblem`], and how it becomes a page; the security headers |
//! | [`lang`], [`words`] | [`Lang`], dates, and what the frame says |
//! | [`assets`] | style and script, as `ui/vite.admin.config.ts` built them |

pub(crate) mod assets;
mod cookies;
pub(crate) mod csrf;
mod frame;
pub(crate) mod known;
mod lang;
mod layer;
pub(crate) mod login;
mod problem;
pub(crate) mod session;
mod words;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::header,
    middleware::from_fn_with_state,
    response::{IntoResponse, Redirect, Response},
    routing::{any, get, post},
};
use serde::Deserialize;

use crate::http::Service;

pub(crate) use csrf::Posted;
pub(crate) use frame::{Entry, Frame, go_to, page};
pub(crate) use lang::Lang;
pub(crate) use problem::WebProblem;
pub(crate) use session::{PersonSession, Session, StaffSession};

/// A year, seconds.
const YEAR: i64 = 365 * 86_400;

/// The pages' routes under the path of the public address: `pages` has those of `/admin` and `/min-side`.
pub(crate) fn routes(service: &Arc<Service>, pages: Router<Arc<Service>>) -> Router<Arc<Service>> {
    let missing = || any(async || WebProblem::NotFound);
    pages
        .route("/admin/login", get(login::staff))
        .route("/admin/logout", post(login::staff_out))
        .route("/admin/logged-out", get(login::staff_gone))
        .route("/admin/stay", get(stay_staff))
        .route("/admin/{*missing}", missing())
        .route("/min-side/login", get(login::person))
        .route("/min-side/logout", post(login::person_out))
        .route("/min-side/logged-out", get(login::person_gone))
        .route("/min-side/stay", get(stay_person))
        .route("/min-side/{*missing}", missing())
        .route(login::CALLBACK, get(login::callback))
        .route("/web/lang/{lang}", get(choose_language))
        .layer(from_fn_with_state(service.clone(), layer::finish))
        .route("/web/{*file}", get(assets::file))
}

/// Routes of pages that stand outside of what holds for all others, such as how long they may take.
pub(crate) fn more_routes(
    service: &Arc<Service>,
    pages: Router<Arc<Service>>,
) -> Router<Arc<Service>> {
    pages.layer(from_fn_with_state(service.clone(), layer::finish))
}

/// The path of the public address, without a final `/`.
pub(crate) fn base(service: &Service) -> String {
    let public_url = &service.config.issuer.public_url;
    public_url.path().trim_end_matches('/').to_owned()
}

/// The script asks here how long the session is still good; unless it says that it asks by itself, that is use of it.
async fn stay_staff(StaffSession(session): StaffSession) -> Json<[i64; 2]> {
    stay(&session)
}

async fn stay_person(PersonSession(session): PersonSession) -> Json<[i64; 2]> {
    stay(&session)
}

fn stay(session: &Session) -> Json<[i64; 2]> {
    Json([session.left.idle, session.left.at_most])
}

#[derive(Deserialize)]
struct Back {
    back: Option<String>,
}

async fn choose_language(
    State(service): State<Arc<Service>>,
    Path(lang): Path<String>,
    Query(Back { back }): Query<Back>,
) -> Result<Response, WebProblem> {
    let lang = Lang::from_tag(&lang).ok_or(WebProblem::NotFound)?;
    let base = base(&service);
    let back = back
        .filter(|path| {
            [session::Kind::Staff, session::Kind::Person]
                .iter()
                .any(|kind| login::is_under(&format!("{base}{}", kind.home()), path))
        })
        .unwrap_or_else(|| format!("{base}/admin"));
    let mut response = Redirect::to(&back).into_response();
    response.headers_mut().insert(
        header::SET_COOKIE,
        cookies::set(&service, lang::COOKIE, lang.tag(), Some(YEAR)),
    );
    Ok(response)
}
