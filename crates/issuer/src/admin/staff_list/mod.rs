//! Who of the staff has which role; giving one and ending one.

mod words;

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use sea_orm::{EntityTrait, QueryOrder};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    admin::{
        Power, Role, Staff,
        county::{Common, NO_REASON, Place, Said, Shell, saying},
        reason::reason,
        staff::{self, Grant, GrantError},
    },
    db::entity::school,
    deeds,
    http::Service,
    web::{Frame, Posted, WebProblem, go_to, page},
};

use words::Words;

const HERE: &str = "/admin/county/staff";

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route(HERE, get(list).post(give))
        .route("/admin/county/staff/{id}/end", post(end))
}

struct Row {
    id: Uuid,
    who: String,
    role: String,
    place: String,
    given: String,
    by: String,
    reason: String,
}

struct RoleChoice {
    id: &'static str,
    name: &'static str,
}

#[derive(Template)]
#[template(path = "county/staff.html")]
struct List {
    frame: Frame,
    shell: Shell,
    w: &'static Words,
    grants: Vec<Row>,
    roles: Vec<RoleChoice>,
    schools: Vec<(String, String)>,
    /// What was typed, where it could not be used.
    typed: New,
}

async fn list(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Query(said): Query<Said>,
) -> Result<Response, WebProblem> {
    let w = Words::of(staff.session.lang);
    let (frame, shell) = Shell::of(&service, &staff, Place::Staff, w.title).await?;
    let keys = [
        ("given", w.said_given, false),
        ("ended", w.said_ended, false),
        ("has", w.said_has, true),
        ("gone", w.said_gone, true),
        ("last", w.last_admin, true),
    ];
    let frame = saying(frame, said.said.as_deref(), &keys);
    show(&service, w, (frame, shell), New::default()).await
}

async fn show(
    service: &Service,
    w: &'static Words,
    (frame, shell): (Frame, Shell),
    typed: New,
) -> Result<Response, WebProblem> {
    let lang = frame.lang;
    let schools: Vec<(String, String)> = school::Entity::find()
        .order_by_asc(school::Column::Name)
        .all(&service.db)
        .await?
        .into_iter()
        .map(|school| (school.number, school.name))
        .collect();
    let names: HashMap<&str, &str> = schools
        .iter()
        .map(|(number, name)| (number.as_str(), name.as_str()))
        .collect();
    let place = |number: Option<&str>| match number {
        None => w.whole_county.to_owned(),
        Some(number) => names.get(number).copied().unwrap_or(number).to_owned(),
    };
    let grants = staff::all(&service.db).await?.into_iter().map(|row| Row {
        place: place(row.school_number.as_deref()),
        role: Role::from_id(&row.role)
            .map_or_else(|| row.role.clone(), |role| role.name(lang).to_owned()),
        id: row.id,
        who: row.feide_name,
        given: lang.moment(row.given_at),
        by: row.given_by,
        reason: row.reason,
    });
    page(&List {
        grants: grants.collect(),
        roles: Role::ALL
            .map(|role| RoleChoice {
                id: role.id(),
                name: role.name(lang),
            })
            .into(),
        schools,
        typed,
        frame,
        shell,
        w,
    })
}

#[derive(Default, Deserialize)]
struct New {
    #[serde(default)]
    who: String,
    #[serde(default)]
    role: String,
    /// Empty for the whole county.
    #[serde(default)]
    school: String,
    #[serde(default)]
    reason: String,
}

async fn give(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Posted(new): Posted<New>,
) -> Result<Response, WebProblem> {
    staff.require(&service, Power::GiveRoles, None).await?;
    let w = Words::of(staff.session.lang);
    let grant = Grant {
        role: Role::from_id(&new.role).ok_or(WebProblem::Unreadable)?,
        school: Some(new.school.clone()).filter(|number| !number.is_empty()),
    };
    let wrong = match reason(&new.reason) {
        None => Common::of(staff.session.lang).reason_wanted,
        Some(reason) => {
            let decision = deeds::Why {
                by: &staff.actor(),
                reason: &reason,
            };
            match staff::give(&service, &new.who, &grant, decision).await {
                Err(GrantError::NoFeideName) => w.bad_name,
                Err(GrantError::CountyOnly(_) | GrantError::NoSchool(_)) => w.bad_place,
                given => return answer(&service, given.map(|_| "given")),
            }
        }
    };
    let (frame, shell) = Shell::of(&service, &staff, Place::Staff, w.title).await?;
    let page = show(&service, w, (frame.complain(wrong), shell), new).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
}

async fn end(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Posted(why): Posted<Why>,
) -> Result<Response, WebProblem> {
    staff.require(&service, Power::GiveRoles, None).await?;
    let Some(reason) = reason(&why.reason) else {
        return Ok(go_to(&service, HERE, Some(NO_REASON)));
    };
    let decision = deeds::Why {
        by: &staff.actor(),
        reason: &reason,
    };
    let ended = staff::end(&service, id, decision).await;
    answer(&service, ended.map(|()| "ended"))
}

fn answer(
    service: &Service,
    outcome: Result<&'static str, GrantError>,
) -> Result<Response, WebProblem> {
    let said = match outcome {
        Ok(said) => said,
        Err(GrantError::Given) => "has",
        Err(GrantError::NotGiven) => "gone",
        Err(GrantError::LastAdministrator) => "last",
        Err(GrantError::Database(error)) => return Err(error.into()),
        // Said beside the form.
        Err(error) => return Err(WebProblem::internal(&error)),
    };
    Ok(go_to(service, HERE, Some(said)))
}
