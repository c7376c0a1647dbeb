//! Which schools use the card, and switching one on or off.

mod words;

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use serde::Deserialize;

use crate::{
    admin::{
        Power, Staff,
        county::{NO_REASON, Place, Said, Shell, saying},
        reason::reason,
    },
    http::Service,
    schools::{self, Switch, SwitchError},
    statistics,
    web::{Frame, Posted, WebProblem, go_to, page},
};

use words::Words;

const HERE: &str = "/admin/county/schools";

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new().route(HERE, get(list).post(switch))
}

struct Row {
    number: String,
    name: String,
    enabled: bool,
    with_card: Option<i64>,
    /// When, by whom and why it was switched.
    switched: Option<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "county/schools.html")]
struct List {
    frame: Frame,
    shell: Shell,
    w: &'static Words,
    schools: Vec<Row>,
}

async fn list(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Query(said): Query<Said>,
) -> Result<Response, WebProblem> {
    let w = Words::of(staff.session.lang);
    let (frame, shell) = Shell::of(&service, &staff, Place::Schools, w.title).await?;
    let keys = [
        ("on", w.said_on, false),
        ("off", w.said_off, false),
        ("as-it-is", w.said_as_it_is, true),
    ];
    let frame = saying(frame, said.said.as_deref(), &keys);
    let lang = frame.lang;
    let counted: HashMap<String, i64> = statistics::by_school(&service.db)
        .await?
        .map(|(_, schools)| schools)
        .unwrap_or_default()
        .into_iter()
        .map(|of| (of.number, of.enrolled))
        .collect();
    let schools = schools::list(&service)
        .await?
        .into_iter()
        .map(|school| Row {
            with_card: counted.get(&school.number).copied(),
            switched: school
                .switched
                .map(|row| (lang.moment(row.changed_at), row.changed_by, row.reason)),
            number: school.number,
            name: school.name,
            enabled: school.enabled,
        });
    page(&List {
        schools: schools.collect(),
        frame,
        shell,
        w,
    })
}

#[derive(Deserialize)]
struct Deed {
    number: String,
    enabled: bool,
    #[serde(default)]
    reason: String,
}

async fn switch(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Posted(deed): Posted<Deed>,
) -> Result<Response, WebProblem> {
    staff.require(&service, Power::EnableSchools, None).await?;
    let Some(reason) = reason(&deed.reason) else {
        return Ok(go_to(&service, HERE, Some(NO_REASON)));
    };
    let switch = Switch {
        number: &deed.number,
        enabled: deed.enabled,
        by: &staff.actor(),
        reason: &reason,
    };
    let said = match schools::switch(&service, switch).await {
        Ok(_) if deed.enabled => "on",
        Ok(_) => "off",
        Err(SwitchError::AsItIs) => "as-it-is",
        Err(SwitchError::NoSchool) => return Err(WebProblem::NotFound),
        Err(SwitchError::Database(error)) => return Err(error.into()),
    };
    Ok(go_to(&service, HERE, Some(said)))
}
