//! The pages.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;
use tower_http::timeout::TimeoutLayer;
use uuid::Uuid;

use crate::{
    admin::{
        Power, Staff,
        school::{Here, Trail},
    },
    audit,
    db::entity::photo_batch::{self, State as BatchState},
    http::Service,
    web::{Frame, WebProblem, go_to, page},
};

use super::{
    kept::{get as delivery, is_running, latest, running},
    receive::{self, Receive},
    spool::{Limits, Refused, Spool},
    words::{self, Words},
    work::{BeginError, begin},
};

/// The longest that one upload may take: a folder of a large school over a slow line.
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// So many deliveries are listed.
const LISTED: u64 = 20;

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/school/{circle}/deliveries", get(list))
        .route("/admin/school/{circle}/deliveries/{id}", get(show))
}

/// What takes longer, and is larger, than anything else that is sent here.
pub(crate) fn slow_routes() -> Router<Arc<Service>> {
    let most = usize::try_from(most_bytes(Limits::default())).unwrap_or(usize::MAX);
    Router::new()
        .route("/admin/school/{circle}/deliveries/new", post(upload))
        .layer(DefaultBodyLimit::max(most))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            LONGEST,
        ))
}

/// Of a whole request: the frames between the files are more than the files.
fn most_bytes(limits: Limits) -> u64 {
    limits.upload_bytes.saturating_add(4 << 20)
}

fn limits(service: &Service) -> Limits {
    Limits {
        file_bytes: u64::try_from(service.config.photos.max_bytes).unwrap_or(u64::MAX),
        ..Limits::default()
    }
}

#[derive(Template)]
#[template(path = "school/deliveries.html")]
struct List {
    frame: Frame,
    trail: Trail,
    words: &'static Words,
    limits: Limits,
    about_limits: String,
    too_many: String,
    too_large: String,
    /// The one that must be done before another can begin, and its page for those who may see it.
    running: Option<Option<String>>,
    action: String,
    deliveries: Vec<Delivery>,
}

struct Delivery {
    href: String,
    when: String,
    state: String,
}

async fn list(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
) -> Result<Response, WebProblem> {
    let (here, number) = Here::school(&service, &staff, Power::SendPhotos, &segment).await?;
    show_list(&service, &staff, &here, &number, None).await
}

/// Whether somebody only delivers photos: such a one sees own deliveries, and nothing of what pupils do with theirs.
fn is_outsider(staff: &Staff, school: &str) -> bool {
    !staff.may(Power::DecidePhoto, Some(school))
}

async fn show_list(
    service: &Service,
    staff: &Staff,
    here: &Here,
    number: &str,
    complaint: Option<String>,
) -> Result<Response, WebProblem> {
    let lang = staff.session.lang;
    let words = words::of(lang);
    let (mut frame, trail) = here.frame(service, staff, words.title);
    let is_refused = complaint.is_some();
    if let Some(complaint) = complaint {
        frame = frame.complain(complaint);
    }
    let base = format!("{}{}", frame.base, here.path("deliveries"));
    let actor = staff.actor();
    let by = is_outsider(staff, number).then_some(actor.as_str());
    let batches = latest(&service.db, number, by, LISTED).await?;
    let running = running(&service.db, number, service.unix_now()).await?;
    let running = running.map(|batch| {
        let is_shown = by.is_none_or(|by| batch.made_by == by);
        is_shown.then(|| format!("{base}/{}", batch.id))
    });
    let deliveries = batches
        .into_iter()
        .map(|batch| Delivery {
            href: format!("{base}/{}", batch.id),
            when: lang.moment(batch.made_at),
            state: state(words, &batch, service.unix_now()),
        })
        .collect();
    let limits = limits(service);
    let answer = page(&List {
        frame,
        trail,
        words,
        running,
        too_many: (words.too_many)(limits.files),
        too_large: (words.too_large)(limits.upload_bytes >> 20),
        limits,
        about_limits: (words.limits)(
            limits.files,
            limits.upload_bytes >> 20,
            limits.file_bytes >> 20,
        ),
        action: format!("{base}/new"),
        deliveries,
    })?;
    Ok(if is_refused {
        (StatusCode::UNPROCESSABLE_ENTITY, answer).into_response()
    } else {
        answer
    })
}

fn state(words: &'static Words, batch: &photo_batch::Model, now: i64) -> String {
    let is_running = is_running(batch, now);
    match batch.state {
        BatchState::Done => (words.all_done)(batch.total),
        BatchState::Queued if is_running => words.queued.to_owned(),
        BatchState::Running if is_running => (words.under_way)(batch.done, batch.total),
        BatchState::Queued | BatchState::Running | BatchState::CutShort => {
            (words.cut_short)(batch.done, batch.total)
        }
    }
}

/// Who may not is told before anything is read, and so is who has to wait.
async fn upload(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
    request: Request,
) -> Result<Response, WebProblem> {
    let (here, number) = Here::school(&service, &staff, Power::SendPhotos, &segment).await?;
    let words = words::of(staff.session.lang);
    let limits = limits(&service);
    let begun = match take_in(&service, &number, request, limits).await {
        Ok(spool) => begin(&service, &number, spool, limits, &staff.actor()).await,
        Err(Stopped::Begin(error)) => Err(error),
        Err(Stopped::Page(problem)) => return Err(problem),
    };
    let begun = match begun {
        Ok(begun) => begun,
        Err(error) => {
            let said = match &error {
                BeginError::Refused(Refused::Empty) => words.empty.to_owned(),
                BeginError::Refused(Refused::TooMany(most)) => (words.too_many)(*most),
                BeginError::Refused(Refused::TooLarge(most)) => (words.too_large)(most >> 20),
                BeginError::Refused(Refused::BadZip) => words.bad_zip.to_owned(),
                BeginError::AnotherRuns => words.another.to_owned(),
                BeginError::NoRoom => words.no_room.to_owned(),
                BeginError::Refused(Refused::Disk(_)) | BeginError::Database(_) => {
                    return Err(WebProblem::internal(&error));
                }
            };
            return show_list(&service, &staff, &here, &number, Some(said)).await;
        }
    };
    let path = here.path(&format!("deliveries/{}", begun.id));
    let app = service.shared_app();
    tokio::spawn(begun.run(app));
    Ok(go_to(&service, &path, None))
}

/// Why there is no delivery.
enum Stopped {
    Begin(BeginError),
    Page(WebProblem),
}

async fn take_in(
    service: &Arc<Service>,
    school: &str,
    request: Request,
    limits: Limits,
) -> Result<Spool, Stopped> {
    let said = request.headers().get(header::CONTENT_LENGTH);
    let said = said.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|length| length > most_bytes(limits)) {
        return Err(Stopped::Begin(
            Refused::TooLarge(limits.upload_bytes).into(),
        ));
    }
    let under_way = running(&service.db, school, service.unix_now())
        .await
        .map_err(|error| Stopped::Begin(error.into()))?;
    let refused = match (under_way, service.deliveries.place()) {
        (Some(_), _) => BeginError::AnotherRuns,
        (None, None) => BeginError::NoRoom,
        (None, Some(place)) => {
            let folder = service.config.photos.spool_folder.as_path();
            let received = receive::receive(service, request, folder, limits, place).await;
            return received.map_err(|stopped| match stopped {
                Receive::Refused(refused) => Stopped::Begin(refused.into()),
                Receive::Problem(problem) => Stopped::Page(problem),
            });
        }
    };
    receive::leave(request, limits).await;
    Err(Stopped::Begin(refused))
}

#[derive(Template)]
#[template(path = "school/delivery.html")]
struct Show {
    frame: Frame,
    trail: Trail,
    words: &'static Words,
    href: String,
    when: String,
    state: String,
    is_running: bool,
    done: i64,
    total: i64,
    counts: Vec<(usize, &'static str)>,
    /// When it is done: they are many, and the page asks for itself until then.
    files: Vec<File>,
}

struct File {
    name: String,
    what: String,
}

async fn show(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path((segment, id)): Path<(String, Uuid)>,
    headers: HeaderMap,
) -> Result<Response, WebProblem> {
    let (here, number) = Here::school(&service, &staff, Power::SendPhotos, &segment).await?;
    let lang = staff.session.lang;
    let words = words::of(lang);
    let is_outsider = is_outsider(&staff, &number);
    let (batch, files) = delivery(&service.db, &number, id, service.unix_now())
        .await?
        .filter(|(batch, _)| !is_outsider || batch.made_by == staff.actor())
        .ok_or(WebProblem::NotFound)?;
    // The page asks for itself every other second while it waits.
    if !files.is_empty() && !headers.contains_key("hx-request") {
        let entry = audit::Entry::new(
            &staff.actor(),
            "photos.look_at_delivery",
            service.unix_now(),
        );
        let entry = entry.detail(json!({ "batch": id, "school": number }));
        audit::record(&service.db, entry).await?;
    }
    let (frame, trail) = here.frame(&service, &staff, words.title);
    let mut counts: BTreeMap<usize, (usize, &'static str)> = BTreeMap::new();
    for file in &files {
        let (place, name) = words.outcome(&file.outcome, is_outsider);
        counts.entry(place).or_insert((0, name)).0 += 1;
    }
    let mut listed: Vec<_> = files
        .iter()
        .map(|file| {
            let (place, name) = words.outcome(&file.outcome, is_outsider);
            let rules = file.detail.split_whitespace();
            let advice: Vec<&str> = rules
                .map(|id| crate::admin::photos::words::rule(lang, id))
                .collect();
            let what = match advice.as_slice() {
                [] => name.to_owned(),
                advice => format!("{name} {}", advice.join(" ")),
            };
            let file = File {
                name: file.name.clone(),
                what,
            };
            (place, file)
        })
        .collect();
    // What somebody must do something about comes first.
    listed.sort_by_key(|(place, _)| *place);
    page(&Show {
        href: format!("{}{}", frame.base, here.path(&format!("deliveries/{id}"))),
        frame,
        trail,
        words,
        when: (words.sent)(&batch.made_by, &lang.moment(batch.made_at)),
        state: state(words, &batch, service.unix_now()),
        is_running: is_running(&batch, service.unix_now()),
        done: batch.done,
        total: batch.total,
        counts: counts.into_values().collect(),
        files: listed.into_iter().map(|(_, file)| file).collect(),
    })
}
