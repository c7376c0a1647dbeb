//! Finding a person by name, class, pupil's number or Feide name, at one's own schools. What is looked for is in the body
//! of the request and never in an address; every search is in the audit trail, by what was found.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Query,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    audit,
    db::entity::{account, person, person_school, school},
    http::Service,
    records::{day_in_norway, given_names, index, record_of},
    web::{Frame, Posted, WebProblem, page},
};

use super::{Area, Power, Schools, Staff};

pub(super) const AREA: Area = Area {
    path: "/admin/search",
    power: Power::LookUp,
    name: |lang| lang.of("Finn en person", "Finn ein person", "Find a person"),
    about: |lang| {
        lang.of(
            "Se hva en elev eller lærling ser i appen, og hvorfor. Rett opp bilde, bibliotekkode og mer.",
            "Sjå kva ein elev eller lærling ser i appen, og kvifor. Rett opp bilete, bibliotekkode og meir.",
            "See what a pupil or an apprentice sees in the app, and why. Mend the photo, the library code and more.",
        )
    },
    routes: || Router::new().route("/admin/search", get(empty).post(search)),
};

/// More is no answer but a list to get lost in.
const MOST: usize = 50;
/// So long after the last day a school still sees a person: those who left ask why the card is gone.
const GRACE_DAYS: i64 = 30;

struct Words {
    title: &'static str,
    label: &'static str,
    hint: &'static str,
    button: &'static str,
    found: fn(usize) -> String,
    too_many: &'static str,
    too_short: &'static str,
    none: &'static str,
    name: &'static str,
    class: &'static str,
    school: &'static str,
    number: &'static str,
    withdrawn: &'static str,
}

const NB: Words = Words {
    title: "Finn en person",
    label: "Navn, klasse, elevnummer eller Feide-navn",
    hint: "Skriv for eksempel «nora bjørn», «2sta» eller «nora@fylket.no». Søket blir loggført.",
    button: "Søk",
    found: |count| {
        if count == 1 {
            "Fant 1 person".into()
        } else {
            format!("Fant {count} personer")
        }
    },
    too_many: "Mange treff: her er de første 50. Skriv litt mer for å finne den du leter etter.",
    too_short: "Skriv minst to bokstaver eller tall. Gå tilbake og prøv igjen.",
    none: "Fant ingen på skolene dine. Prøv bare en del av navnet, eller et annet navn.",
    name: "Navn",
    class: "Klasse",
    school: "Skole",
    number: "Elevnummer",
    withdrawn: "ikke i registeret lenger",
};

const NN: Words = Words {
    title: "Finn ein person",
    label: "Namn, klasse, elevnummer eller Feide-namn",
    hint: "Skriv til dømes «nora bjørn», «2sta» eller «nora@fylket.no». Søket blir loggført.",
    button: "Søk",
    found: |count| {
        if count == 1 {
            "Fann 1 person".into()
        } else {
            format!("Fann {count} personar")
        }
    },
    too_many: "Mange treff: her er dei første 50. Skriv litt meir for å finne den du leitar etter.",
    too_short: "Skriv minst to bokstavar eller tal. Gå tilbake og prøv igjen.",
    none: "Fann ingen på skulane dine. Prøv berre ein del av namnet, eller eit anna namn.",
    name: "Namn",
    class: "Klasse",
    school: "Skule",
    number: "Elevnummer",
    withdrawn: "ikkje i registeret lenger",
};

const EN: Words = Words {
    title: "Find a person",
    label: "Name, class, pupil’s number or Feide name",
    hint: "For example “nora bjørn”, “2sta” or “nora@fylket.no”. The search is logged.",
    button: "Search",
    found: |count| {
        if count == 1 {
            "1 person found".into()
        } else {
            format!("{count} people found")
        }
    },
    too_many: "Many were found: here are the first 50. Write a little more to find the one you want.",
    too_short: "Write at least two letters or figures. Go back and try again.",
    none: "Nobody was found at your schools. Try a part of the name only, or another name.",
    name: "Name",
    class: "Class",
    school: "School",
    number: "Pupil’s number",
    withdrawn: "no longer in the records",
};

#[derive(Template)]
#[template(path = "admin/search.html")]
struct Page {
    frame: Frame,
    words: &'static Words,
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
}

async fn empty(State(service): State<Arc<Service>>, staff: Staff) -> Result<Response, WebProblem> {
    answer(&service, &staff, String::new(), None)
}

fn answer(
    service: &Service,
    staff: &Staff,
    wanted: String,
    found: Option<(Vec<Found>, bool)>,
) -> Result<Response, WebProblem> {
    if !staff.may_somewhere(Power::LookUp) {
        return Err(WebProblem::Forbidden);
    }
    let words = staff.session.lang.of(&NB, &NN, &EN);
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
        frame: staff.frame(service, AREA.path, words.title),
        words,
        wanted,
        found,
        summary,
    })
}

async fn search(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Posted(Wanted { wanted }): Posted<Wanted>,
) -> Result<Response, WebProblem> {
    let wanted: String = wanted.trim().chars().take(100).collect();
    if !staff.may_somewhere(Power::LookUp) {
        return Err(staff.refused(&service, "LookUp").await);
    }
    if wanted.is_empty() {
        return answer(&service, &staff, wanted, None);
    }
    let (today, schools) = (day_in_norway(service.now()), staff.schools(Power::LookUp));
    let letters = index::fold(&wanted).chars().filter(|c| *c != ' ').count();
    // Of a whole county, one letter finds everybody and costs as much.
    if schools == Schools::All && letters < 2 {
        return Err(WebProblem::BadInput(
            staff.session.lang.of(&NB, &NN, &EN).too_short.to_owned(),
        ));
    }
    let mut people = find(&service.db, &wanted, &schools, service.now()).await?;
    let is_cut = people.len() > MOST;
    people.truncate(MOST);
    // Who was seen, and not what was written: that may be anything.
    let ids: Vec<Uuid> = people.iter().map(|person| person.id).collect();
    let entry = audit::Entry::new(&staff.actor(), "person.search", service.unix_now()).people(ids);
    audit::record(&service.db, entry).await?;
    let found = describe(&service, people, &schools, today).await?;
    answer(&service, &staff, wanted, Some((found, is_cut)))
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

/// Those who are meant, and one more than is shown.
async fn find(
    db: &impl ConnectionTrait,
    wanted: &str,
    schools: &Schools,
    now: DateTime<Utc>,
) -> Result<Vec<person::Model>, DbErr> {
    let today = day_in_norway(now);
    let mut query = person::Entity::find();
    if let Schools::Some(numbers) = schools {
        query = query.filter(known_lately(now));
        let there = Query::select()
            .column(person_school::Column::PersonId)
            .from(person_school::Entity)
            .cond_where(
                Condition::all()
                    .add(person_school::Column::SchoolNumber.is_in(numbers))
                    .add(lately(today)),
            )
            .take();
        query = query.filter(person::Column::Id.in_subquery(there));
    }
    if wanted.contains('@') {
        let name = wanted.to_lowercase();
        // The records of apprentices have no Feide name; those who have logged in do.
        let by_account = Query::select()
            .column(account::Column::PersonId)
            .from(account::Entity)
            .cond_where(account::Column::FeideName.eq(&name))
            .cond_where(account::Column::PersonId.is_not_null())
            .take();
        query = query.filter(
            Condition::any()
                .add(person::Column::FeideName.eq(&name))
                .add(person::Column::Id.in_subquery(by_account)),
        );
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
) -> Result<Vec<Found>, WebProblem> {
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
    people
        .into_iter()
        .map(|person| {
            let record = record_of(&person).map_err(|error| WebProblem::internal(&error))?;
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
            Ok(Found {
                href: format!("{base}/admin/person/{}", person.id),
                name: format!("{} {}", given_names(&record), record.family_name),
                classes: classes.join(", "),
                schools: schools.join(", "),
                number: record.student_number.unwrap_or_default(),
                is_withdrawn: person.withdrawn_at.is_some(),
            })
        })
        .collect()
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
