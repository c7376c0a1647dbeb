//! The pages.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    admin::{
        Power, Staff,
        school::{Here, Trail, reason},
    },
    audit,
    http::Service,
    web::{Frame, Posted, WebProblem, page},
};

use super::{
    again::{DAYS_BETWEEN, SentAgain, send_again},
    csv,
    who::{ClassCount, Missing, standing},
    words::{self, Words},
};

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/school/{circle}/not-enrolled", get(list))
        .route("/admin/school/{circle}/not-enrolled.csv", get(file))
        .route("/admin/school/{circle}/not-enrolled/again", post(again))
}

/// So many people are on a page; the file has all of them.
const PAGE: usize = 500;

#[derive(Deserialize)]
struct Asked {
    /// Empty for those without a class; none for all.
    class: Option<String>,
    #[serde(default)]
    page: usize,
    said: Option<String>,
    /// What came of sending again.
    #[serde(default)]
    waiting: usize,
    #[serde(default)]
    early: usize,
    #[serde(default)]
    without: usize,
}

#[derive(Template)]
#[template(path = "school/not_enrolled.html")]
struct Page {
    frame: Frame,
    trail: Trail,
    words: &'static Words,
    /// In a sentence.
    summary: String,
    classes: Vec<Class>,
    people: Vec<Row>,
    /// The class that was chosen, and what it is called.
    class: Option<(String, String)>,
    whole: String,
    file: String,
    previous: Option<String>,
    next: Option<String>,
    again: String,
    /// Messages are sent at all.
    has_messages: bool,
    about_again: String,
}

struct Class {
    name: String,
    count: ClassCount,
    href: String,
    is_chosen: bool,
}

struct Row {
    name: String,
    class: String,
    number: String,
    step: &'static str,
    message: String,
}

async fn list(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebProblem> {
    let here = Here::open(&service, &staff, Power::ResendSms, &segment).await?;
    let words = words::of(staff.session.lang);
    let mut standing = standing(&service, &here.circle).await?;
    let (mut frame, trail) = here.frame(&service, &staff, words.title);
    let done = SentAgain {
        waiting: asked.waiting,
        too_early: asked.early,
        without: asked.without,
    };
    frame = match asked.said.as_deref() {
        Some("again") if done.waiting > 0 => frame.say((words.again_done)(done)),
        Some("again") => frame.complain((words.again_done)(done)),
        _ => frame,
    };
    let base = format!("{}{}", frame.base, here.path("not-enrolled"));
    let class = asked.class.as_deref();
    let missing: usize = standing.classes.iter().map(|class| class.missing).sum();
    let summary = (words.summary)(standing.all() - missing, standing.all());
    let classes = standing
        .classes
        .iter()
        .map(|count| Class {
            name: words.class_name(&count.class).to_owned(),
            href: format!("{base}{}", query(Some(&count.class), &[])),
            is_chosen: class == Some(count.class.as_str()),
            count: count.clone(),
        })
        .collect();
    standing.only(class);
    let at = asked.page.min(standing.people.len() / PAGE);
    let has_more = standing.people.len() > (at + 1) * PAGE;
    let shown: Vec<Missing> = standing
        .people
        .into_iter()
        .skip(at * PAGE)
        .take(PAGE)
        .collect();
    look(&service, &staff, &here, class, &shown, "not_enrolled.list").await?;
    let people = shown
        .iter()
        .map(|person| row(&staff, words, person))
        .collect();
    let page_at = |at: usize| format!("{base}{}", query(class, &[("page", at)]));
    page(&Page {
        frame,
        trail,
        words,
        summary,
        classes,
        people,
        previous: (at > 0).then(|| page_at(at - 1)),
        next: has_more.then(|| page_at(at + 1)),
        file: format!("{base}.csv{}", query(class, &[])),
        class: class.map(|class| (class.to_owned(), words.class_name(class).to_owned())),
        whole: base.clone(),
        again: format!("{base}/again"),
        has_messages: service.config.sms.is_some(),
        about_again: (words.about_again)(DAYS_BETWEEN),
    })
}

/// A query for a class, or for all, and these numbers.
fn query(class: Option<&str>, numbers: &[(&str, usize)]) -> String {
    let mut query = url::form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
    if let Some(class) = class {
        query.append_pair("class", class);
    }
    for (name, number) in numbers {
        query.append_pair(name, &number.to_string());
    }
    let query = query.finish();
    if query == "?" { String::new() } else { query }
}

fn row(staff: &Staff, words: &'static Words, person: &Missing) -> Row {
    let lang = staff.session.lang;
    let message = match person.message {
        None => words.no_message.to_owned(),
        Some((_, Some(at))) => (words.message_went)(&lang.moment(at)),
        Some((state, None)) => words.message(state).to_owned(),
    };
    Row {
        name: person.name.clone(),
        class: words.class_name(&person.class).to_owned(),
        number: person.student_number.clone().unwrap_or_default(),
        step: words.step(person.step),
        message,
    }
}

async fn look(
    service: &Service,
    staff: &Staff,
    here: &Here,
    class: Option<&str>,
    people: &[Missing],
    action: &'static str,
) -> Result<(), WebProblem> {
    let entry = staff
        .look_at(service, action, people.iter().map(|person| person.person))?
        .detail(json!({ "school": here.circle.segment(), "class": class }));
    Ok(audit::record(&service.db, entry).await?)
}

async fn file(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebProblem> {
    let here = Here::open(&service, &staff, Power::ResendSms, &segment).await?;
    let words = words::of(staff.session.lang);
    let mut standing = standing(&service, &here.circle).await?;
    let class = asked.class.as_deref();
    standing.only(class);
    look(
        &service,
        &staff,
        &here,
        class,
        &standing.people,
        "not_enrolled.file",
    )
    .await?;
    let heading = words.columns.map(str::to_owned).to_vec();
    let rows = standing.people.iter().map(|person| {
        let row = row(&staff, words, person);
        vec![
            row.class,
            row.name,
            row.number,
            row.step.to_owned(),
            row.message,
        ]
    });
    let file = csv::file(std::iter::once(heading).chain(rows));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"lommebevis.csv\"",
        ),
    ];
    Ok((headers, file).into_response())
}

#[derive(Deserialize)]
struct Again {
    class: Option<String>,
    reason: String,
}

async fn again(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
    Posted(form): Posted<Again>,
) -> Result<Response, WebProblem> {
    let here = Here::open(&service, &staff, Power::ResendSms, &segment).await?;
    let why = reason(&form.reason, staff.session.lang)?;
    if service.config.sms.is_none() {
        return Err(WebProblem::NotFound);
    }
    let class = form.class.as_deref();
    let done = send_again(&service, &here.circle, class, &staff.actor(), &why).await?;
    let mut told = url::form_urlencoded::Serializer::new(query(
        class,
        &[
            ("waiting", done.waiting),
            ("early", done.too_early),
            ("without", done.without),
        ],
    ));
    let told = told.append_pair("said", "again").finish();
    let base = crate::web::base(&service);
    Ok(Redirect::to(&format!("{base}{}{told}", here.path("not-enrolled"))).into_response())
}
