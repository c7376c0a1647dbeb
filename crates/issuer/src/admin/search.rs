//! Finding a person by name, class, pupil's number or Feide name, at one's own schools. What is looked for is in the body
//! of the request and never in an address; every search is in the audit trail, by what was found.
//!
//! What was found last is kept, sealed, with the session: so the browser's way back leads to it, and no form is sent again.

mod words;

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, sea_query::Query,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    audit,
    db::entity::{account, person, person_school, school},
    http::Service,
    records::{day_in_norway, full_name, index, record_of},
    web::{Frame, Posted, Session, WebProblem, go_to, page},
};

use super::{
    Area, Power, Schools, Staff, faults,
    why::{self, Asked},
};
use words::Words;

pub(super) const AREA: Area = Area {
    path: PATH,
    power: Power::LookUp,
    name: |lang| lang.of("Finn en person", "Finn ein person", "Find a person"),
    about: |lang| {
        lang.of(
            "Se hva en elev eller lærling ser i appen, og hvorfor. Rett opp bilde, bibliotekkode og mer.",
            "Sjå kva ein elev eller lærling ser i appen, og kvifor. Rett opp bilete, bibliotekkode og meir.",
            "See what a pupil or an apprentice sees in the app, and why. Correct the photo, the library code and more.",
        )
    },
    routes: || {
        Router::new()
            .route(PATH, get(empty).post(search))
            .route(FOUND, get(found_before))
    },
};

/// Where people are looked for.
const PATH: &str = "/admin/search";
/// Where that is which was found last.
const FOUND: &str = "/admin/search/found";
/// More is no answer but a list to get lost in.
const MOST: usize = 50;
/// So long after the last day a school still sees a person: those who left ask why the card is gone.
const GRACE_DAYS: i64 = 30;

#[derive(Template)]
#[template(path = "admin/search.html")]
struct Page {
    frame: Frame,
    words: &'static Words,
    why: Asked,
    wanted: String,
    /// None before anything was looked for.
    found: Option<Vec<Found>>,
    summary: String,
}

/// One who was found.
struct Found {
    href: String,
    name: String,
    classes: String,
    schools: String,
    number: String,
    is_withdrawn: bool,
}

#[derive(Deserialize)]
struct Wanted {
    wanted: String,
    #[serde(flatten)]
    why: why::Said,
}

/// What was found last.
#[derive(Serialize, Deserialize)]
struct Kept {
    wanted: String,
    people: Vec<Uuid>,
    is_cut: bool,
}

impl Kept {
    fn place(session: &Session) -> String {
        format!("web_session.searched.{}", session.token_hash)
    }

    async fn keep(&self, service: &Service, session: &Session) -> Result<(), WebProblem> {
        let plain = serde_json::to_vec(self).map_err(|error| WebProblem::internal(&error))?;
        let sealed = service
            .seal
            .seal(&Self::place(session), &plain)
            .map_err(|error| WebProblem::internal(&error))?;
        Ok(session.keep_search(&service.db, sealed).await?)
    }

    /// None where nothing was searched for yet.
    fn of(service: &Service, session: &Session) -> Option<Self> {
        let sealed = session.searched.as_deref()?;
        let plain = service.seal.open(&Self::place(session), sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// The way back to what was found, and what it is called; none where nothing was searched for yet.
pub(super) fn way_back(service: &Service, staff: &Staff) -> Option<(String, &'static str)> {
    staff.session.searched.as_ref()?;
    let words = words::of(staff.session.lang);
    Some((format!("{}{FOUND}", crate::web::base(service)), words.back))
}

async fn empty(State(service): State<Arc<Service>>, staff: Staff) -> Result<Response, WebProblem> {
    may_look(&service, &staff).await?;
    answer(&service, &staff, String::new(), None, |frame| frame)
}

async fn may_look(service: &Service, staff: &Staff) -> Result<(), WebProblem> {
    if staff.may_somewhere(Power::LookUp) {
        Ok(())
    } else {
        Err(staff.refused(service, "LookUp").await)
    }
}

fn answer(
    service: &Service,
    staff: &Staff,
    wanted: String,
    found: Option<(Vec<Found>, bool)>,
    with: impl FnOnce(Frame) -> Frame,
) -> Result<Response, WebProblem> {
    let words = words::of(staff.session.lang);
    let (found, is_cut) = match found {
        Some((found, is_cut)) => (Some(found), is_cut),
        None => (None, false),
    };
    let summary = match &found {
        Some(found) if found.is_empty() => words.none.to_owned(),
        Some(_) if is_cut => words.too_many.to_owned(),
        Some(found) => (words.found)(found.len()),
        None => String::new(),
    };
    page(&Page {
        frame: with(staff.frame(service, PATH, words.title)),
        words,
        why: Asked::of(staff),
        wanted,
        found,
        summary,
    })
}

async fn search(
    State(service): State<Arc<Service>>,
    mut staff: Staff,
    Posted(form): Posted<Wanted>,
) -> Result<Response, WebProblem> {
    may_look(&service, &staff).await?;
    let wanted: String = form.wanted.trim().chars().take(100).collect();
    let says_why = form.why.keep(&service, &mut staff).await?;
    let schools = staff.schools(Power::LookUp);
    let letters = index::fold(&wanted).chars().filter(|c| *c != ' ').count();
    let complaint = if !says_why {
        Some(why::words(staff.session.lang).wanted)
    } else if wanted.is_empty() || schools == Schools::All && letters < 2 {
        // Of a whole county, one letter finds everybody and costs as much.
        Some(words::of(staff.session.lang).too_short)
    } else {
        None
    };
    if let Some(complaint) = complaint {
        let page = answer(&service, &staff, wanted, None, |frame| {
            frame.complain(complaint)
        })?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let mut people = find(&service.db, &wanted, &schools, service.now()).await?;
    let is_cut = people.len() > MOST;
    people.truncate(MOST);
    // Who was seen, and not what was written: that may be anything.
    let ids: Vec<Uuid> = people.iter().map(|person| person.id).collect();
    let entry = staff
        .look(&service, "person.search")?
        .people(ids.iter().copied());
    audit::record(&service.db, entry).await?;
    let kept = Kept {
        wanted,
        people: ids,
        is_cut,
    };
    kept.keep(&service, &staff.session).await?;
    Ok(go_to(&service, FOUND, None))
}

/// Those who were found last, and no others: that they were seen is in the trail already.
async fn found_before(
    State(service): State<Arc<Service>>,
    staff: Staff,
) -> Result<Response, WebProblem> {
    may_look(&service, &staff).await?;
    let Some(kept) = Kept::of(&service, &staff.session) else {
        return Ok(go_to(&service, PATH, None));
    };
    let (now, schools) = (service.now(), staff.schools(Power::LookUp));
    let people = in_reach(&schools, now)
        .filter(person::Column::Id.is_in(kept.people))
        .order_by_asc(person::Column::SearchKey)
        .order_by_asc(person::Column::Id)
        .all(&service.db)
        .await?;
    let (no_name, _) = faults::unreadable(staff.session.lang);
    let found = describe(&service, people, &schools, day_in_norway(now), no_name).await?;
    let found = Some((found, kept.is_cut));
    answer(&service, &staff, kept.wanted, found, |frame| frame)
}

/// At which of these schools people are, or have been lately.
fn lately(today: NaiveDate) -> Condition {
    let since = today - TimeDelta::days(GRACE_DAYS);
    Condition::any()
        .add(person_school::Column::Until.is_null())
        .add(person_school::Column::Until.gte(since))
}

/// Who is in the records, or was lately.
fn known_lately(now: DateTime<Utc>) -> Condition {
    let since = now - TimeDelta::days(GRACE_DAYS);
    Condition::any()
        .add(person::Column::WithdrawnAt.is_null())
        .add(person::Column::WithdrawnAt.gte(since.timestamp()))
}

/// Whoever these schools may see.
fn in_reach(schools: &Schools, now: DateTime<Utc>) -> Select<person::Entity> {
    let query = person::Entity::find();
    let Schools::Some(numbers) = schools else {
        return query;
    };
    let there = Query::select()
        .column(person_school::Column::PersonId)
        .from(person_school::Entity)
        .cond_where(
            Condition::all()
                .add(person_school::Column::SchoolNumber.is_in(numbers))
                .add(lately(day_in_norway(now))),
        )
        .take();
    query
        .filter(known_lately(now))
        .filter(person::Column::Id.in_subquery(there))
}

/// Whose Feide name this is, in the records or by a login.
pub(super) fn of_feide_name(name: &str) -> Condition {
    let name = name.to_lowercase();
    // The records of apprentices have no Feide name; those who have logged in do.
    let by_account = Query::select()
        .column(account::Column::PersonId)
        .from(account::Entity)
        .cond_where(account::Column::FeideName.eq(&name))
        .cond_where(account::Column::PersonId.is_not_null())
        .take();
    Condition::any()
        .add(person::Column::FeideName.eq(name))
        .add(person::Column::Id.in_subquery(by_account))
}

/// Those who are meant, and one more than is shown.
async fn find(
    db: &impl ConnectionTrait,
    wanted: &str,
    schools: &Schools,
    now: DateTime<Utc>,
) -> Result<Vec<person::Model>, DbErr> {
    let mut query = in_reach(schools, now);
    if wanted.contains('@') {
        query = query.filter(of_feide_name(wanted));
    } else {
        let folded = index::fold(wanted);
        if folded.is_empty() {
            return Ok(Vec::new());
        }
        for word in folded.split(' ') {
            // Folding has left letters and digits only.
            query = query.filter(person::Column::SearchKey.like(format!("% {word}%")));
        }
    }
    query
        .order_by_asc(person::Column::SearchKey)
        .order_by_asc(person::Column::Id)
        .limit(MOST as u64 + 1)
        .all(db)
        .await
}

async fn describe(
    service: &Service,
    people: Vec<person::Model>,
    schools: &Schools,
    today: NaiveDate,
    no_name: &'static str,
) -> Result<Vec<Found>, DbErr> {
    let ids = people.iter().map(|person| person.id);
    let mut places = person_school::Entity::find()
        .filter(person_school::Column::PersonId.is_in(ids))
        .filter(lately(today));
    if let Schools::Some(numbers) = schools {
        // Where else a guest goes is not told.
        places = places.filter(person_school::Column::SchoolNumber.is_in(numbers));
    }
    let places = places.all(&service.db).await?;
    let numbers = places.iter().map(|place| place.school_number.clone());
    let names: BTreeMap<String, String> = school::Entity::find()
        .filter(school::Column::Number.is_in(numbers))
        .all(&service.db)
        .await?
        .into_iter()
        .map(|school| (school.number, school.name))
        .collect();
    let base = crate::web::base(service);
    let people = people
        .into_iter()
        .map(|person| {
            // One whose record cannot be read is among the faults, and found here all the same.
            let record = record_of(&person).ok();
            let name = record.as_ref().map(full_name).unwrap_or_default();
            let here = || places.iter().filter(|place| place.person_id == person.id);
            let mut schools: Vec<&str> = here()
                .map(|place| {
                    let name = names.get(&place.school_number);
                    name.map_or(place.school_number.as_str(), String::as_str)
                })
                .collect();
            schools.sort_unstable();
            schools.dedup();
            let classes: Vec<&str> = here()
                .filter(|place| place.until.is_none_or(|until| until >= today))
                .map(|place| place.class.as_str())
                .filter(|class| !class.is_empty())
                .collect();
            Found {
                href: format!("{base}/admin/person/{}", person.id),
                name: if name.is_empty() {
                    no_name.to_owned()
                } else {
                    name
                },
                classes: classes.join(", "),
                schools: schools.join(", "),
                number: record
                    .and_then(|record| record.student_number)
                    .unwrap_or_default(),
                is_withdrawn: person.withdrawn_at.is_some(),
            }
        })
        .collect();
    Ok(people)
}

/// The schools that may see a person: where the person is, or has been lately.
pub(super) async fn schools_of(
    db: &impl ConnectionTrait,
    person: &person::Model,
    now: DateTime<Utc>,
) -> Result<Vec<String>, DbErr> {
    let (today, since) = (day_in_norway(now), now - TimeDelta::days(GRACE_DAYS));
    if person.withdrawn_at.is_some_and(|at| at < since.timestamp()) {
        return Ok(Vec::new());
    }
    let mut schools: Vec<String> = person_school::Entity::find()
        .filter(person_school::Column::PersonId.eq(person.id))
        .filter(lately(today))
        .all(db)
        .await?
        .into_iter()
        .map(|place| place.school_number)
        .collect();
    schools.sort_unstable();
    schools.dedup();
    Ok(schools)
}
