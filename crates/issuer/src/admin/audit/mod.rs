//! The audit trail: searching it, checking that it is whole, and taking it along. What is searched for is in a form that is
//! posted, since names of people must not be in addresses.

mod words;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::NaiveDate;
use futures::stream;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    admin::{
        Power, Staff,
        county::{Common, Place, Shell, reason},
        search::of_feide_name,
    },
    audit::{
        self,
        search::{self, Search},
        verify::{self, VerifyError},
        words::deed,
    },
    db::entity::person,
    http::Service,
    retention::start_of,
    web::{Frame, Posted, WebProblem, csrf::Nothing, page},
};

use words::Words;

/// How many entries are on one page.
const PAGE: u64 = 50;
/// Nothing that is searched for is longer, in bytes.
const LONGEST: usize = 255;

/// What can be searched for: how the actions begin.
const ACTIONS: [(&str, [&str; 3]); 16] = [
    ("person.", ["Person", "Person", "Person"]),
    ("photo", ["Bilder", "Bilete", "Photos"]),
    ("own.", ["Min side", "Mi side", "My page"]),
    ("account.", ["Innlogginger", "Innloggingar", "Logins"]),
    (
        "not_enrolled.",
        ["Ikke i gang", "Ikkje i gang", "Not enrolled"],
    ),
    ("faults.", ["Mangler", "Manglar", "Faults"]),
    ("sms.", ["SMS", "SMS", "SMS"]),
    ("sync.", ["Synk", "Synk", "Sync"]),
    (
        "records.",
        ["Innlesing av filer", "Innlesing av filer", "Imports"],
    ),
    ("school", ["Skoler", "Skular", "Schools"]),
    ("staff.", ["Roller", "Roller", "Roles"]),
    ("roster", ["Eksamenslister", "Eksamenslister", "Exam lists"]),
    ("keys.", ["Nøkler", "Nøklar", "Keys"]),
    ("audit.", ["Loggen", "Loggen", "The log"]),
    (
        "backup.",
        ["Sikkerhetskopier", "Sikkerheitskopiar", "Backups"],
    ),
    ("retention.", ["Sletting", "Sletting", "Deletion"]),
];

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/county/audit", get(first).post(find))
        .route("/admin/county/audit/verify", post(check))
        .route("/admin/county/audit/export", post(export))
}

/// What the form says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    who: String,
    action: String,
    person: String,
    from: String,
    until: String,
    /// The entry before which the page begins.
    before: Option<i64>,
}

struct Line {
    seq: i64,
    at: String,
    actor: String,
    action: String,
    /// The same in words, where it is about people.
    told: Option<&'static str>,
    person: Option<Whom>,
    reason: Option<String>,
    detail: Option<String>,
}

/// Whom an entry is about.
struct Whom {
    id: Uuid,
    /// The person's page, for those who may see it.
    href: Option<String>,
}

/// What came of a check.
enum Checked {
    Whole { told: String, note: String },
    Broken(String),
}

#[derive(Template)]
#[template(path = "county/audit.html")]
struct Found {
    frame: Frame,
    shell: Shell,
    w: &'static Words,
    asked: Asked,
    actions: Vec<(&'static str, &'static str)>,
    lines: Option<Vec<Line>>,
    older: Option<i64>,
    marked: String,
    checked: Option<Checked>,
}

async fn first(State(service): State<Arc<Service>>, staff: Staff) -> Result<Response, WebProblem> {
    show(&service, &staff, Asked::default(), None, None).await
}

async fn find(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Posted(asked): Posted<Asked>,
) -> Result<Response, WebProblem> {
    staff.require(&service, Power::SeeAudit, None).await?;
    let lang = staff.session.lang;
    let search = read(&service, Words::of(lang), &asked).await?;
    let mut rows = search::find(&service.db, &search, asked.before, PAGE + 1).await?;
    let older = (rows.len() as u64 > PAGE).then(|| {
        rows.truncate(PAGE as usize);
        rows.last().map(|row| row.seq)
    });
    let mut entry = audit::Entry::new(&staff.actor(), "audit.search", service.unix_now()).detail(
        json!({
            "actor": search.actor, "action": search.action, "from": search.from, "until": search.until,
            "before": asked.before, "count": rows.len(),
        }),
    );
    if let Some(person) = search.person {
        entry = entry.person(person);
    }
    audit::record(&service.db, entry).await?;
    let base = crate::web::base(&service);
    // An auditor has no business with people themselves, and the way there would be a refusal in the trail.
    let may_look = staff.may(Power::LookUp, None);
    let lines = rows.into_iter().map(|row| Line {
        seq: row.seq,
        at: lang.moment(row.at),
        actor: row.actor,
        told: deed(&row.action, lang),
        action: row.action,
        person: row.person_id.map(|id| Whom {
            href: may_look.then(|| format!("{base}/admin/person/{id}")),
            id,
        }),
        reason: row.reason,
        detail: Some(row.detail)
            .filter(|detail| detail.as_object().is_none_or(|members| !members.is_empty()))
            .map(|detail| detail.to_string()),
    });
    let found = Some((lines.collect(), older.flatten()));
    show(&service, &staff, asked, found, None).await
}

async fn check(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, WebProblem> {
    staff.require(&service, Power::SeeAudit, None).await?;
    let w = Words::of(staff.session.lang);
    let (checked, detail) = match verify::recent(&service).await {
        Ok(whole) => {
            let detail = json!({ "whole": true, "last": whole.last });
            let told = (w.whole)(whole.first, whole.last);
            let note = format!("{}:{}", whole.last, whole.head);
            (Checked::Whole { told, note }, detail)
        }
        Err(VerifyError::Broken(broken)) => {
            tracing::error!(%broken, "the audit trail is broken");
            let detail = json!({ "whole": false, "broken_at": broken.seq });
            let told = (w.broken)(broken.seq.unsigned_abs());
            (Checked::Broken(told), detail)
        }
        Err(VerifyError::Database(error)) => return Err(error.into()),
        Err(error) => return Err(WebProblem::internal(&error)),
    };
    let entry = audit::Entry::new(&staff.actor(), "audit.verify", service.unix_now());
    audit::record(&service.db, entry.detail(detail)).await?;
    show(&service, &staff, Asked::default(), None, Some(checked)).await
}

async fn show(
    service: &Service,
    staff: &Staff,
    asked: Asked,
    found: Option<(Vec<Line>, Option<i64>)>,
    checked: Option<Checked>,
) -> Result<Response, WebProblem> {
    let w = Words::of(staff.session.lang);
    let (frame, shell) = Shell::of(service, staff, Place::Audit, w.title).await?;
    let lang = frame.lang;
    let marked = search::last_mark(&service.db).await?.map_or_else(
        || w.not_marked.to_owned(),
        |mark| (w.marked)(&lang.moment(mark.at)),
    );
    let (lines, older) = match found {
        Some((lines, older)) => (Some(lines), older),
        None => (None, None),
    };
    page(&Found {
        actions: ACTIONS
            .map(|(begins, [nb, nn, en])| (begins, lang.of(nb, nn, en)))
            .into(),
        asked,
        lines,
        older,
        marked,
        checked,
        frame,
        shell,
        w,
    })
}

/// What is looked for.
async fn read(service: &Service, w: &Words, asked: &Asked) -> Result<Search, WebProblem> {
    let text = |text: &str| {
        let text = text.trim();
        (!text.is_empty() && text.len() <= LONGEST).then(|| text.to_owned())
    };
    let day = |written: &str| match text(written) {
        None => Ok(None),
        Some(text) => text
            .parse::<NaiveDate>()
            .map(Some)
            .map_err(|_| WebProblem::BadInput(w.bad_day.to_owned())),
    };
    let person = match text(&asked.person) {
        None => None,
        Some(text) => Some(
            person_of(service, &text)
                .await?
                .map_err(|said| WebProblem::BadInput(said(w).to_owned()))?,
        ),
    };
    Ok(Search {
        actor: text(&asked.who),
        action: text(&asked.action),
        person,
        from: day(&asked.from)?.map(|day| start_of(day).timestamp()),
        until: day(&asked.until)?
            .and_then(|day| day.succ_opt())
            .map(|day| start_of(day).timestamp()),
    })
}

/// The person of an id, which may be of a row that is no more, or of a Feide name or key in the records; otherwise what
/// to say. Two people of one Feide name are told apart by their keys alone.
async fn person_of(
    service: &Service,
    text: &str,
) -> Result<Result<Uuid, fn(&Words) -> &'static str>, WebProblem> {
    if let Ok(id) = text.parse() {
        return Ok(Ok(id));
    }
    let found = person::Entity::find()
        .filter(of_feide_name(text).add(person::Column::SourceKey.eq(text)))
        .limit(2)
        .all(&service.db)
        .await?;
    Ok(match found.as_slice() {
        [person] => Ok(person.id),
        [] => Err(|w| w.no_person),
        _ => Err(|w| w.several),
    })
}

#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
}

/// Everything, since a part of the trail cannot be verified by itself. It is sent as it is read, and never whole in memory.
async fn export(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Posted(why): Posted<Why>,
) -> Result<Response, WebProblem> {
    staff.require(&service, Power::SeeAudit, None).await?;
    let reason = reason(Common::of(staff.session.lang), &why.reason)?;
    let entry = audit::Entry::new(&staff.actor(), "audit.export", service.unix_now())
        .reason(&reason)
        .detail(json!({}));
    audit::record(&service.db, entry).await?;
    let lines = stream::try_unfold((service, i64::MIN), |(service, after)| async move {
        let part = search::export(&service.db, &Search::default(), after).await?;
        Ok::<_, sea_orm::DbErr>(part.map(|(lines, last)| (lines, (service, last))))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"lommebevis-audit.jsonl\"",
        ),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}
