//! The county's own pages: how it stands, runs of the sync, keys, messages, schools, staff and the trail. Here is the first of
//! them, with its plots, and what all of them share.

mod figures;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use chrono::{Days, NaiveDate};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Deserialize;

use crate::{
    admin::{Power, Staff},
    db::entity::{
        photo::{self, PhotoState},
        sms_message::{self, State as Sms},
    },
    http::Service,
    records::{day_in_norway, runs},
    statistics,
    web::{Frame, WebProblem, page},
};

use figures::Figure;
pub(super) use words::Common;
use words::Words;

/// As an area of the staff's pages; each of its pages asks for what it needs itself.
pub(super) const AREA: super::Area = super::Area {
    path: "/admin/county",
    // Whoever has any role for the county has this one.
    power: Power::SeeAudit,
    name: |lang| lang.of("Fylket", "Fylket", "The county"),
    about: |lang| Words::of(lang).about,
    routes,
};

/// The county's pages, below `/admin/county`.
fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/county", get(overview))
        .merge(super::runs::routes())
        .merge(super::faults::county_routes())
        .merge(super::keys::routes())
        .merge(super::sms::routes())
        .merge(super::schools::routes())
        .merge(super::staff_list::routes())
        .merge(super::audit::routes())
}

/// Which area of the county's pages this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Overview,
    Runs,
    Faults,
    Keys,
    Messages,
    Schools,
    Staff,
    Audit,
}

impl Place {
    const ALL: [Self; 8] = [
        Self::Overview,
        Self::Runs,
        Self::Faults,
        Self::Keys,
        Self::Messages,
        Self::Schools,
        Self::Staff,
        Self::Audit,
    ];

    fn path(self) -> &'static str {
        match self {
            Self::Overview => "/admin/county",
            Self::Runs => "/admin/county/runs",
            Self::Faults => "/admin/county/faults",
            Self::Keys => "/admin/county/keys",
            Self::Messages => "/admin/county/messages",
            Self::Schools => "/admin/county/schools",
            Self::Staff => "/admin/county/staff",
            Self::Audit => "/admin/county/audit",
        }
    }

    /// Whether this person may look.
    pub(super) fn is_open_to(self, staff: &Staff) -> bool {
        let may = |power| staff.may(power, None);
        match self {
            // Numbers alone, of no one.
            Self::Overview => may(AREA.power),
            Self::Runs => may(Power::RunSync) || may(Power::DecideBrake) || may(Power::SeeAudit),
            Self::Faults => may(Power::SeeFaults),
            Self::Keys => may(Power::SeeKeys),
            Self::Messages => may(Power::SeeMessages),
            Self::Schools => may(Power::EnableSchools),
            Self::Staff => may(Power::GiveRoles),
            Self::Audit => may(Power::SeeAudit),
        }
    }
}

/// A way to one of the areas.
pub(super) struct Way {
    pub(super) href: String,
    pub(super) name: &'static str,
    pub(super) is_here: bool,
}

/// What every page of the county needs besides the frame: the ways to the others, and the words they share.
pub(super) struct Shell {
    pub(super) ways: Vec<Way>,
    pub(super) common: &'static Common,
}

impl Shell {
    /// For who may see this area.
    pub(super) async fn of(
        service: &Service,
        staff: &Staff,
        area: Place,
        title: impl Into<String>,
    ) -> Result<(Frame, Self), WebProblem> {
        if !area.is_open_to(staff) {
            return Err(staff.refused(service, &format!("{area:?}")).await);
        }
        let frame = staff.frame(service, Place::Overview.path(), title);
        let common = Common::of(frame.lang);
        let ways = Place::ALL
            .into_iter()
            .filter(|other| other.is_open_to(staff))
            .map(|other| Way {
                href: format!("{}{}", frame.base, other.path()),
                name: common.area(other),
                is_here: other == area,
            })
            .collect();
        Ok((frame, Self { ways, common }))
    }
}

/// How a word that says a state looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    Good,
    Bad,
}

impl Mark {
    /// As the style sheet knows it.
    pub(super) fn of(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
}

/// Says what came of what the person did on the page before, if the address names one of these keys: each with its text, and
/// whether it did not work.
pub(super) fn saying(frame: Frame, said: Option<&str>, keys: &[(&str, &str, bool)]) -> Frame {
    if said == Some(NO_REASON) {
        let wanted = Common::of(frame.lang).reason_wanted;
        return frame.complain(wanted);
    }
    match keys.iter().find(|(key, ..)| Some(*key) == said) {
        Some((_, text, true)) => frame.complain(*text),
        Some((_, text, false)) => frame.say(*text),
        None => frame,
    }
}

/// The key of what a page is to say, after a form was dealt with.
#[derive(Deserialize)]
pub(super) struct Said {
    pub(super) said: Option<String>,
}

/// The key of what [`saying`] says to a form without a usable reason.
pub(super) const NO_REASON: &str = "no-reason";

/// What was written as a reason.
pub(super) fn reason(common: &Common, text: &str) -> Result<String, WebProblem> {
    crate::admin::reason::reason(text)
        .ok_or_else(|| WebProblem::BadInput(common.reason_wanted.to_owned()))
}

#[derive(Deserialize)]
struct Span {
    days: Option<u64>,
}

/// How far back the plots go, in days; the first unless another is chosen.
const SPANS: [u64; 3] = [90, 30, 365];

struct SpanWay {
    href: String,
    name: String,
    is_here: bool,
}

/// How far a school has come.
struct SchoolRow {
    /// The school's page; none for who may not see it.
    href: Option<String>,
    name: String,
    eligible: i64,
    enrolled: i64,
    percent: i64,
    photos_waiting: i64,
}

#[derive(Template)]
#[template(path = "county/overview.html")]
struct Overview {
    frame: Frame,
    shell: Shell,
    w: &'static Words,
    waiting: Option<String>,
    rotate: Option<String>,
    last_run: Option<(String, &'static str, String)>,
    photos_waiting: u64,
    messages_waiting: u64,
    messages_stuck: u64,
    counted_on: Option<String>,
    spans: Vec<SpanWay>,
    figures: Vec<Figure>,
    schools: Vec<SchoolRow>,
}

async fn overview(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Query(span): Query<Span>,
) -> Result<Response, WebProblem> {
    let w = Words::of(staff.session.lang);
    let (frame, shell) = Shell::of(&service, &staff, Place::Overview, w.title).await?;
    let (lang, base) = (frame.lang, frame.base.clone());
    let may_see_runs = Place::Runs.is_open_to(&staff);
    let run_page = |run: uuid::Uuid| format!("{base}/admin/county/runs/{run}");

    let waiting = runs::waiting(&service.db)
        .await?
        .filter(|_| may_see_runs)
        .map(|run| run_page(run.id));
    let last_run = runs::latest(&service.db, 1)
        .await?
        .into_iter()
        .next()
        .filter(|_| may_see_runs)
        .map(|run| {
            let outcome = super::runs::outcome(lang, &run);
            (lang.moment(run.started_at), outcome, run_page(run.id))
        });
    let rotate = service
        .keys
        .rotate_before(&service.config, service.unix_now())
        .filter(|_| Place::Keys.is_open_to(&staff))
        .map(|ends| (w.rotate_before)(&lang.day(statistics::day_of(ends))));

    let days = span
        .days
        .filter(|days| SPANS.contains(days))
        .unwrap_or(SPANS[0]);
    let last = day_in_norway(service.now()).pred_opt().unwrap_or_default();
    let first = last
        .checked_sub_days(Days::new(days - 1))
        .unwrap_or(NaiveDate::MIN);
    let by_school = statistics::by_school(&service.db).await?;
    let (counted_on, schools) = match by_school {
        None => (None, Vec::new()),
        Some((day, schools)) => {
            let base = staff.may(Power::OpenSchool, None).then_some(base.as_str());
            let rows = schools
                .into_iter()
                .map(|of| school_row(of, w, base))
                .collect();
            (Some((w.counted_on)(&lang.day(day))), rows)
        }
    };
    let figures = if counted_on.is_some() {
        figures::all(&service.db, lang, w, (first, last)).await?
    } else {
        Vec::new()
    };
    let spans = SPANS
        .into_iter()
        .map(|span| SpanWay {
            href: format!("{base}/admin/county?days={span}"),
            name: (w.days)(span),
            is_here: span == days,
        })
        .collect();
    page(&Overview {
        waiting,
        rotate,
        last_run,
        photos_waiting: photo::Entity::find()
            .filter(photo::Column::State.eq(PhotoState::InReview))
            .count(&service.db)
            .await?,
        messages_waiting: messages(&service, &[Sms::Waiting, Sms::Sending]).await?,
        messages_stuck: messages(&service, &[Sms::Failed, Sms::Unclear]).await?,
        counted_on,
        spans,
        figures,
        schools,
        frame,
        shell,
        w,
    })
}

async fn messages(service: &Service, states: &[Sms]) -> Result<u64, WebProblem> {
    Ok(sms_message::Entity::find()
        .filter(sms_message::Column::State.is_in(states.iter().copied()))
        .count(&service.db)
        .await?)
}

fn school_row(of: statistics::OfSchool, w: &Words, base: Option<&str>) -> SchoolRow {
    let href = base.map(|base| format!("{base}/admin/school/{}", of.number));
    let name = match of.name {
        Some(name) => name,
        None if of.number == statistics::TRAINING => w.in_training.to_owned(),
        None => of.number,
    };
    SchoolRow {
        href,
        name,
        eligible: of.eligible,
        enrolled: of.enrolled,
        percent: of.enrolled * 100 / of.eligible.max(1),
        photos_waiting: of.photos_waiting,
    }
}
