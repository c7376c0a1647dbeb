//! Which schools there are, and what waits at one of them.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    admin::{Power, Schools, Staff, faults, photos},
    db::entity::school,
    http::Service,
    web::{Frame, WebProblem, go_to, page},
};

use super::{Circle, Here, PATH, words};

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route(PATH, get(choose))
        .route("/admin/school/{circle}", get(front))
}

#[derive(Template)]
#[template(path = "school/choose.html")]
struct Choose {
    frame: Frame,
    words: &'static words::Words,
    schools: Vec<(String, String)>,
}

async fn choose(State(service): State<Arc<Service>>, staff: Staff) -> Result<Response, WebProblem> {
    let words = words::of(staff.session.lang);
    let own = staff.schools(Power::OpenSchool);
    let schools = school::Entity::find().order_by_asc(school::Column::Name);
    let schools = match &own {
        Schools::All => schools,
        Schools::Some(numbers) => {
            if let [only] = numbers.as_slice() {
                return Ok(go_to(&service, &format!("{PATH}/{only}"), None));
            }
            schools.filter(school::Column::Number.is_in(numbers.clone()))
        }
    };
    let frame = staff.frame(&service, PATH, words.choose);
    let href = |segment: &str| format!("{}{PATH}/{segment}", frame.base);
    let mut schools: Vec<_> = schools
        .all(&service.db)
        .await?
        .into_iter()
        .map(|school| (href(&school.number), school.name))
        .collect();
    if own == Schools::All && !schools.is_empty() {
        schools.push((href(Circle::Training.segment()), words.training.to_owned()));
    }
    page(&Choose {
        frame,
        words,
        schools,
    })
}

#[derive(Template)]
#[template(path = "school/front.html")]
struct Front {
    frame: Frame,
    name: String,
    cards: Vec<Card>,
}

struct Card {
    href: String,
    name: &'static str,
    about: String,
    /// Somebody has to do something.
    waits: bool,
}

async fn front(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
) -> Result<Response, WebProblem> {
    let here = Here::open(&service, &staff, Power::OpenSchool, &segment).await?;
    let words = words::of(staff.session.lang);
    let school = here.circle.school();
    let frame = staff.frame(&service, PATH, here.name.as_str());
    let mut cards = Vec::new();
    let mut add = |power, page: &str, name, about: String, waits| {
        if staff.may(power, school) {
            let href = format!("{}{}", frame.base, here.path(page));
            cards.push(Card {
                href,
                name,
                about,
                waits,
            });
        }
    };
    let waiting = if staff.may(Power::DecidePhoto, school) {
        photos::count(&service, &here.circle).await?
    } else {
        0
    };
    let (name, about) = words.photos;
    add(
        Power::DecidePhoto,
        "photos",
        name,
        about(waiting),
        waiting > 0,
    );
    let (name, about) = words.not_enrolled;
    add(
        Power::ResendSms,
        "not-enrolled",
        name,
        about.to_owned(),
        false,
    );
    let faulty = match school {
        Some(number) if staff.may(Power::SeeFaults, school) => {
            faults::count(&service, number).await?
        }
        _ => 0,
    };
    let (name, about) = words.faults;
    add(Power::SeeFaults, "faults", name, about(faulty), faulty > 0);
    if school.is_some() {
        for (power, page, (name, about)) in [
            (Power::SeeRosters, "rosters", words.rosters),
            (Power::SendPhotos, "deliveries", words.batch),
            (Power::EditContacts, "contacts", words.contacts),
        ] {
            add(power, page, name, about.to_owned(), false);
        }
    }
    page(&Front {
        name: here.name.clone(),
        frame,
        cards,
    })
}
