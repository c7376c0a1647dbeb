//! The pages.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
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
    web::{Frame, Posted, WebProblem, go_to, page},
};

use super::{
    again::{DAYS_BETWEEN, send_again},
    csv,
    who::{ClassCount, Missing, Standing, StandingError, standing},
    words::{self, Words},
};

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/school/{circle}/not-enrolled", get(list))
        .route("/admin/school/{circle}/not-enrolled.csv", get(file))
        .route("/admin/school/{circle}/not-enrolled/again", post(again))
}

#[derive(Deserialize)]
struct Asked {
    class: Option<String>,
    said: Option<String>,
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
    /// The class that was chosen.
    class: Option<String>,
    whole: String,
    file: String,
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
    frame = match asked.said.as_deref() {
        Some("again") => frame.say(words.again_done),
        Some("nobody") => frame.complain(words.again_nobody),
        _ => frame,
    };
    let base = format!("{}{}", frame.base, here.path("not-enrolled"));
    let class = asked.class.filter(|class| !class.is_empty());
    let missing: usize = standing.classes.iter().map(|class| class.missing).sum();
    let summary = (words.summary)(standing.all() - missing, standing.all());
    let query = |class: &str| {
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("class", class)
            .finish()
    };
    let classes = standing
        .classes
        .iter()
        .map(|count| Class {
            name: words.class_name(&count.class).to_owned(),
            href: format!("{base}?{}", query(&count.class)),
            is_chosen: class.as_deref() == Some(count.class.as_str()),
            count: count.clone(),
        })
        .collect();
    standing.only(class.as_deref());
    look(
        &service,
        &staff,
        &here,
        class.as_deref(),
        &standing,
        "not_enrolled.list",
    )
    .await?;
    let people = standing
        .people
        .iter()
        .map(|person| row(&staff, words, person))
        .collect();
    let file = match &class {
        Some(class) => format!("{base}.csv?{}", query(class)),
        None => format!("{base}.csv"),
    };
    page(&Page {
        frame,
        trail,
        words,
        summary,
        classes,
        people,
        class,
        whole: base.clone(),
        file,
        again: format!("{base}/again"),
        has_messages: service.config.sms.is_some(),
        about_again: (words.about_again)(DAYS_BETWEEN),
    })
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
    standing: &Standing,
    action: &'static str,
) -> Result<(), WebProblem> {
    let entry = audit::Entry::new(&staff.actor(), action, service.unix_now()).detail(json!({
        "school": here.circle.segment(), "class": class, "people": standing.people.len(),
    }));
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
    let class = asked.class.filter(|class| !class.is_empty());
    standing.only(class.as_deref());
    look(
        &service,
        &staff,
        &here,
        class.as_deref(),
        &standing,
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
    #[serde(default)]
    class: String,
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
    let class = Some(form.class.as_str()).filter(|class| !class.is_empty());
    let done = send_again(&service, &here.circle, class, &staff.actor(), &why).await?;
    let said = if done.waiting > 0 { "again" } else { "nobody" };
    Ok(go_to(&service, &here.path("not-enrolled"), Some(said)))
}

impl From<StandingError> for WebProblem {
    fn from(error: StandingError) -> Self {
        Self::internal(&error)
    }
}
