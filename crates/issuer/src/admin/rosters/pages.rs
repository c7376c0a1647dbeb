//! The pages.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Oslo;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    admin::{
        Power, Staff,
        school::{
            Here, Trail, reason,
            upload::{Upload, bytes, text},
        },
    },
    db::entity::person_school,
    deeds,
    http::Service,
    records::day_in_norway,
    roster::{self, Expected, Order},
    web::{Frame, Posted, WebProblem, go_to, page},
};

use super::{
    kept::{self, KeptError},
    words::{self, Words},
};

/// The largest file that is read, bytes: a school has a few thousand candidates.
const MOST_CSV: usize = 1 << 20;

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route(
            "/admin/school/{circle}/rosters",
            get(list)
                .post(make)
                .layer(DefaultBodyLimit::max(2 * MOST_CSV)),
        )
        .route("/admin/school/{circle}/rosters/{id}/file", get(file))
        .route("/admin/school/{circle}/rosters/{id}/delete", post(delete))
}

#[derive(Template)]
#[template(path = "school/rosters.html")]
struct Page {
    frame: Frame,
    trail: Trail,
    words: &'static Words,
    lists: Vec<List>,
    classes: Vec<Class>,
    typed: Typed,
    action: String,
    /// Lines of the file that cannot be used.
    lines: Vec<String>,
    today: String,
}

struct List {
    kept: kept::Kept,
    starts: String,
    about: String,
    href: String,
}

struct Class {
    name: String,
    room: String,
    is_chosen: bool,
}

/// The form as it was filled in.
#[derive(Clone, Debug, Default)]
struct Typed {
    title: String,
    day: String,
    time: String,
    late: String,
    classes: Vec<String>,
    rooms: BTreeMap<String, String>,
    file: Vec<u8>,
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
    let (here, number) = Here::school(&service, &staff, Power::SeeRosters, &segment).await?;
    let typed = Typed {
        time: "09:00".into(),
        late: "0".into(),
        ..Typed::default()
    };
    let words = words::of(staff.session.lang);
    let (frame, trail) = here.frame(&service, &staff, words.title);
    let frame = match said.as_deref() {
        Some("made") => frame.say(words.made),
        Some("deleted") => frame.say(words.deleted),
        _ => frame,
    };
    show(
        &service,
        &staff,
        &here,
        &number,
        frame,
        trail,
        typed,
        Vec::new(),
    )
    .await
}

#[expect(clippy::too_many_arguments, reason = "all of a page")]
async fn show(
    service: &Service,
    staff: &Staff,
    here: &Here,
    number: &str,
    frame: Frame,
    trail: Trail,
    typed: Typed,
    lines: Vec<String>,
) -> Result<Response, WebProblem> {
    let lang = staff.session.lang;
    let words = words::of(lang);
    let today = day_in_norway(service.now());
    let action = format!("{}{}", frame.base, here.path("rosters"));
    let lists = kept::list(&service.db, number)
        .await?
        .into_iter()
        .map(|kept| List {
            starts: lang.moment(kept.starts_at),
            about: (words.about)(
                kept.candidates,
                kept.photos,
                &kept.made_by,
                &lang.moment(kept.made_at),
            ),
            href: format!("{action}/{}", kept.id),
            kept,
        })
        .collect();
    let classes = classes(service, number, today)
        .await?
        .into_iter()
        .map(|name| Class {
            room: typed.rooms.get(&name).cloned().unwrap_or_default(),
            is_chosen: typed.classes.contains(&name),
            name,
        })
        .collect();
    page(&Page {
        frame,
        trail,
        words,
        lists,
        classes,
        typed,
        action,
        lines,
        today: today.to_string(),
    })
}

/// A school's classes.
async fn classes(
    service: &Service,
    number: &str,
    today: NaiveDate,
) -> Result<Vec<String>, sea_orm::DbErr> {
    person_school::Entity::find()
        .select_only()
        .column(person_school::Column::Class)
        .distinct()
        .filter(person_school::Column::SchoolNumber.eq(number))
        .filter(person_school::Column::Class.ne(""))
        .filter(
            Condition::any()
                .add(person_school::Column::Until.is_null())
                .add(person_school::Column::Until.gte(today)),
        )
        .order_by_asc(person_school::Column::Class)
        .into_tuple()
        .all(&service.db)
        .await
}

async fn make(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
    Upload(mut parts): Upload,
) -> Result<Response, WebProblem> {
    let (here, number) = Here::school(&service, &staff, Power::SeeRosters, &segment).await?;
    let mut typed = Typed::default();
    while let Some(field) = parts
        .next_field()
        .await
        .map_err(|_| WebProblem::Unreadable)?
    {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "title" => typed.title = text(field).await?.trim().to_owned(),
            "day" => typed.day = text(field).await?,
            "time" => typed.time = text(field).await?,
            "late" => typed.late = text(field).await?.trim().to_owned(),
            "class" => typed.classes.push(text(field).await?),
            "file" => typed.file = bytes(field, MOST_CSV).await?,
            _ => {
                if let Some(class) = name.strip_prefix("room:") {
                    let room = text(field).await?.trim().to_owned();
                    typed.rooms.insert(class.to_owned(), room);
                }
            }
        }
    }
    let words = words::of(staff.session.lang);
    let whole_county = staff.may(Power::SeeRosters, None);
    let result = match order(&number, &typed, whole_county, words) {
        Ok(order) => kept::make(&service, order, &staff.actor())
            .await
            .map_err(|error| told(error, whole_county, staff.session.lang)),
        Err(said) => Err(Ok((said.0.to_owned(), said.1))),
    };
    match result {
        Ok(_) => Ok(go_to(&service, &here.path("rosters"), Some("made"))),
        Err(Err(problem)) => Err(problem),
        Err(Ok((said, lines))) => {
            let (frame, trail) = here.frame(&service, &staff, words.title);
            let frame = frame.complain(said);
            let answer = show(&service, &staff, &here, &number, frame, trail, typed, lines).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, answer).into_response())
        }
    }
}

/// What is wanted, or what to say of it, and of which lines.
fn order(
    number: &str,
    typed: &Typed,
    whole_county: bool,
    words: &'static Words,
) -> Result<Order, (&'static str, Vec<String>)> {
    let wrong = |said| Err((said, Vec::new()));
    if typed.title.is_empty() || typed.title.chars().count() > 200 {
        return wrong(words.no_title);
    }
    let Some(starts_at) = moment(&typed.day, &typed.time) else {
        return wrong(words.no_time);
    };
    let Some(late_after_minutes) = typed.late.parse().ok().filter(|late| *late <= 600) else {
        return wrong(words.no_late);
    };
    let who = match (typed.classes.is_empty(), typed.file.is_empty()) {
        (true, true) => return wrong(words.nobody_chosen),
        (false, false) => return wrong(words.both_chosen),
        (false, true) => {
            let classes = typed.classes.iter().map(|class| {
                let room = typed.rooms.get(class).filter(|room| !room.is_empty());
                (class.clone(), room.cloned())
            });
            Expected::Classes(classes.collect())
        }
        (true, false) => match roster::read(&typed.file) {
            Ok(rows) => Expected::List(rows),
            Err(line) => return Err((words.bad_file, vec![words.line(&line)])),
        },
    };
    Ok(Order {
        school: number.to_owned(),
        title: typed.title.clone(),
        starts_at,
        late_after_minutes,
        who,
        whole_county,
    })
}

/// A moment on Norwegian clocks.
fn moment(day: &str, time: &str) -> Option<DateTime<Utc>> {
    let day: NaiveDate = day.parse().ok()?;
    let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
    let there = Oslo.from_local_datetime(&day.and_time(time)).earliest()?;
    Some(there.to_utc())
}

/// What is said of a list that was not made; what nobody at a school can do anything about is a problem of ours.
type Told = Result<(String, Vec<String>), WebProblem>;

fn told(error: KeptError, whole_county: bool, lang: crate::web::Lang) -> Told {
    let words = words::of(lang);
    match &error {
        KeptError::Make(why) => match words.refused(why, whole_county, lang) {
            Some(said) => Ok(said),
            None => Err(WebProblem::internal(&error)),
        },
        KeptError::NoSuchList => Err(WebProblem::NotFound),
        KeptError::Seal(_) | KeptError::Database(_) => Err(WebProblem::internal(&error)),
    }
}

async fn file(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path((segment, id)): Path<(String, Uuid)>,
) -> Result<Response, WebProblem> {
    let (_, number) = Here::school(&service, &staff, Power::SeeRosters, &segment).await?;
    let why = deeds::Why {
        by: &staff.actor(),
        reason: staff.why_exam(),
    };
    let given = kept::give_out(&service, &number, id, why).await;
    let (row, file) = match given {
        Ok(given) => given,
        Err(KeptError::NoSuchList) => return Err(WebProblem::NotFound),
        Err(error) => return Err(WebProblem::internal(&error)),
    };
    let day = DateTime::from_timestamp(row.starts_at, 0)
        .map_or(String::new(), |at| day_in_norway(at).to_string());
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"eksamen-{number}-{day}.roster\""),
        ),
    ];
    Ok((headers, file).into_response())
}

#[derive(Deserialize)]
struct Why {
    reason: String,
}

async fn delete(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path((segment, id)): Path<(String, Uuid)>,
    Posted(form): Posted<Why>,
) -> Result<Response, WebProblem> {
    let (here, number) = Here::school(&service, &staff, Power::SeeRosters, &segment).await?;
    let why = reason(&form.reason, staff.session.lang)?;
    match kept::delete(&service, &number, id, &staff.actor(), &why).await {
        Ok(()) => Ok(go_to(&service, &here.path("rosters"), Some("deleted"))),
        Err(KeptError::NoSuchList) => Err(WebProblem::NotFound),
        Err(error) => Err(WebProblem::internal(&error)),
    }
}
