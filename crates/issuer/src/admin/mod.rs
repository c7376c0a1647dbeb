//! The pages of the staff. Who may see which is decided by roles that are given here ([`roles`], [`staff`]); every look
//! at a person and every change is in the audit trail.

mod audit;
pub(crate) mod contacts;
mod county;
pub(crate) mod faults;
mod keys;
mod not_enrolled;
pub(crate) mod person;
pub(crate) mod photo_batch;
mod photos;
mod reason;
pub(crate) mod roles;
pub(crate) mod rosters;
mod runs;
pub(crate) mod school;
mod schools;
mod search;
mod slip;
mod sms;
pub(crate) mod staff;
mod staff_list;
mod why;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    db::entity::school as a_school,
    http::Service,
    web::{Frame, Lang, WebProblem, page},
};

pub(crate) use roles::{Power, Role};
pub(crate) use staff::{Schools, Staff};

/// A part of the staff's pages.
pub(crate) struct Area {
    /// Its first page, such as `/admin/search`; the other paths begin with it.
    pub(crate) path: &'static str,
    /// Whoever has it at some school sees the area in the menu. The area's pages ask for what they need themselves.
    pub(crate) power: Power,
    /// In the menu.
    pub(crate) name: fn(Lang) -> &'static str,
    /// On the front page: what it is for.
    pub(crate) about: fn(Lang) -> &'static str,
    pub(crate) routes: fn() -> Router<Arc<Service>>,
}

/// All areas, in the order of the menu. One line for each.
pub(crate) const AREAS: &[Area] = &[search::AREA, school::AREA, county::AREA];

/// Routes of all areas and of the front page.
pub(crate) fn routes() -> Router<Arc<Service>> {
    AREAS
        .iter()
        .fold(Router::new(), |router, area| router.merge((area.routes)()))
        .merge(person::routes())
        .merge(slip::routes())
        .merge(why::routes())
        .route("/admin", get(front))
        .route("/admin/", get(front))
}

#[derive(Template)]
#[template(path = "admin/front.html")]
struct Front {
    frame: Frame,
    words: &'static words::Words,
    hello: String,
    areas: Vec<Card>,
    roles: Vec<String>,
}

/// What one can go to.
struct Card {
    href: String,
    name: &'static str,
    about: &'static str,
}

async fn front(State(service): State<Arc<Service>>, staff: Staff) -> Result<Response, WebProblem> {
    let lang = staff.session.lang;
    let words = words::of(lang);
    let frame = staff.frame(&service, "/admin", words.title);
    let numbers = staff
        .grants()
        .iter()
        .filter_map(|grant| grant.school.clone());
    let schools = a_school::Entity::find()
        .filter(a_school::Column::Number.is_in(numbers))
        .all(&service.db)
        .await?;
    let mut roles: Vec<String> = staff
        .grants()
        .iter()
        .map(|grant| {
            let place = match &grant.school {
                None => words.whole_county,
                Some(number) => schools
                    .iter()
                    .find(|school| school.number == *number)
                    .map_or(number.as_str(), |school| &school.name),
            };
            format!("{}, {place}", grant.role.name(lang))
        })
        .collect();
    roles.sort_unstable();
    let areas = AREAS
        .iter()
        .filter(|area| staff.may_somewhere(area.power))
        .map(|area| Card {
            href: format!("{}{}", frame.base, area.path),
            name: (area.name)(lang),
            about: (area.about)(lang),
        })
        .collect();
    page(&Front {
        hello: (words.hello)(&staff.session.name),
        frame,
        words,
        areas,
        roles,
    })
}
