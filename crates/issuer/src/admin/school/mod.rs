//! A school's pages: which there are, and the first of them.

mod circle;
mod front;
pub(crate) mod upload;
mod words;

use std::sync::Arc;

use axum::Router;
use sea_orm::EntityTrait;
use serde_json::json;

use crate::{
    audit,
    db::entity::school,
    http::Service,
    web::{Frame, Lang, WebProblem},
};

use super::{Area, Power, Staff, contacts, faults, not_enrolled, photo_batch, photos, rosters};

pub(crate) use circle::Circle;

/// Where the pages are.
pub(crate) const PATH: &str = "/admin/school";

/// In the menu and on the front page.
pub(crate) const AREA: Area = Area {
    path: PATH,
    power: Power::OpenSchool,
    name: |lang| words::of(lang).area,
    about: |lang| words::of(lang).about,
    routes,
};

fn routes() -> Router<Arc<Service>> {
    front::routes()
        .merge(photos::routes())
        .merge(not_enrolled::routes())
        .merge(rosters::routes())
        .merge(faults::routes())
        .merge(contacts::routes())
        .merge(photo_batch::routes())
}

/// A page of a school, for somebody who may see it.
pub(crate) struct Here {
    pub(crate) circle: Circle,
    /// The school's name.
    pub(crate) name: String,
}

impl Here {
    /// Whose page was asked for. One that this person may not see is not told from one that is not there.
    ///
    /// The attempt is in the trail.
    ///
    /// # Errors
    /// When there is no such school, or it is not the person's.
    pub(crate) async fn open(
        service: &Service,
        staff: &Staff,
        power: Power,
        segment: &str,
    ) -> Result<Self, WebProblem> {
        let circle = Circle::of(segment);
        let name = match circle.school() {
            None => words::of(staff.session.lang).training.to_owned(),
            Some(number) => {
                school::Entity::find_by_id(number.to_owned())
                    .one(&service.db)
                    .await?
                    .ok_or(WebProblem::NotFound)?
                    .name
            }
        };
        if staff.may(power, circle.school()) {
            return Ok(Self { circle, name });
        }
        let entry = audit::Entry::new(&staff.actor(), "staff.refused", service.unix_now())
            .detail(json!({ "what": format!("{power:?}"), "school": circle.segment() }));
        audit::record(&service.db, entry).await?;
        Err(WebProblem::NotFound)
    }

    /// As [`Here::open`], for what only schools have.
    ///
    /// # Errors
    /// As [`Here::open`], and for people without a school.
    pub(crate) async fn school(
        service: &Service,
        staff: &Staff,
        power: Power,
        segment: &str,
    ) -> Result<(Self, String), WebProblem> {
        let here = Self::open(service, staff, power, segment).await?;
        let number = here.circle.school().ok_or(WebProblem::NotFound)?.to_owned();
        Ok((here, number))
    }

    /// The path of a page of this school, from `/admin` on.
    pub(crate) fn path(&self, page: &str) -> String {
        format!("{PATH}/{}/{page}", self.circle.segment())
    }

    /// The frame, and what leads back.
    pub(crate) fn frame(&self, service: &Service, staff: &Staff, title: &str) -> (Frame, Trail) {
        let frame = staff.frame(service, PATH, format!("{title} – {}", self.name));
        let trail = Trail {
            href: format!("{}{PATH}/{}", frame.base, self.circle.segment()),
            name: self.name.clone(),
            title: title.to_owned(),
        };
        (frame, trail)
    }
}

/// What stands above a page's heading: the school, as the way back.
pub(crate) struct Trail {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) title: String,
}

/// A reason as it was typed.
///
/// # Errors
/// When there is none, or it is too long: the words to show.
pub(crate) fn reason(text: &str, lang: Lang) -> Result<String, WebProblem> {
    crate::admin::reason::reason(text)
        .ok_or_else(|| WebProblem::BadInput(words::of(lang).reason_needed.to_owned()))
}
