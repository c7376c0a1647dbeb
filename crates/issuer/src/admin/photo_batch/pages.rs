//! The pages.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tokio::{io::AsyncWriteExt, sync::Semaphore};
use tower_http::timeout::TimeoutLayer;
use uuid::Uuid;

use crate::{
    admin::{
        Power, Staff,
        school::{Here, Trail, upload::Upload},
    },
    db::entity::photo_batch::{self, State as BatchState},
    http::Service,
    web::{Frame, WebProblem, go_to, page},
};

use super::{
    spool::{Limits, Refused, Spool},
    words::{self, Words},
    work::{BeginError, begin, get as delivery, is_running, latest},
};

/// The longest that one upload may take: a folder of a large school over a slow line.
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// Uploads at once: each may fill a gigabyte of the disk.
static UPLOADS: Semaphore = Semaphore::const_new(4);
/// So many deliveries are listed.
const LISTED: u64 = 20;

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/school/{circle}/deliveries", get(list))
        .route("/admin/school/{circle}/deliveries/{id}", get(show))
}

/// What takes longer, and is larger, than anything else that is sent here.
pub(crate) fn slow_routes() -> Router<Arc<Service>> {
    let limits = Limits::default();
    // The frames between the files are more.
    let most = usize::try_from(limits.upload_bytes).unwrap_or(usize::MAX) + (4 << 20);
    Router::new()
        .route("/admin/school/{circle}/deliveries/new", post(upload))
        .layer(DefaultBodyLimit::max(most))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            LONGEST,
        ))
}

#[derive(Template)]
#[template(path = "school/deliveries.html")]
struct List {
    frame: Frame,
    trail: Trail,
    words: &'static Words,
    limits: String,
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
    let deliveries = latest(&service.db, number, LISTED)
        .await?
        .into_iter()
        .map(|batch| Delivery {
            href: format!("{base}/{}", batch.id),
            when: lang.moment(batch.made_at),
            state: state(words, &batch, service.unix_now()),
        })
        .collect();
    let limits = Limits::default();
    let answer = page(&List {
        frame,
        trail,
        words,
        limits: (words.limits)(
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
    match batch.state {
        BatchState::Done => (words.all_done)(batch.total),
        BatchState::Running if is_running(batch, now) => (words.under_way)(batch.done, batch.total),
        BatchState::Running | BatchState::CutShort => (words.cut_short)(batch.done, batch.total),
    }
}

async fn upload(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
    upload: Upload,
) -> Result<Response, WebProblem> {
    let (here, number) = Here::school(&service, &staff, Power::SendPhotos, &segment).await?;
    let words = words::of(staff.session.lang);
    let limits = Limits {
        file_bytes: u64::try_from(service.config.photos.max_bytes).unwrap_or(u64::MAX),
        ..Limits::default()
    };
    let begun = match receive(upload, limits).await {
        Ok(spool) => begin(&service, &number, spool, limits, &staff.actor()).await,
        Err(Receive::Refused(refused)) => Err(refused.into()),
        Err(Receive::Busy) => Err(BeginError::AnotherRuns),
        Err(Receive::Broken) => return Err(WebProblem::Unreadable),
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
                BeginError::Refused(Refused::Disk(_))
                | BeginError::Record(_)
                | BeginError::Database(_) => return Err(WebProblem::internal(&error)),
            };
            return show_list(&service, &staff, &here, &number, Some(said)).await;
        }
    };
    let path = here.path(&format!("deliveries/{}", begun.id));
    let app = service.shared_app();
    tokio::spawn(begun.run(app));
    Ok(go_to(&service, &path, None))
}

/// Why an upload was not taken in.
enum Receive {
    Refused(Refused),
    Busy,
    Broken,
}

impl From<std::io::Error> for Receive {
    fn from(error: std::io::Error) -> Self {
        Self::Refused(error.into())
    }
}

/// Writes what comes into an unnamed file, and stops at the limits.
async fn receive(Upload(mut parts): Upload, limits: Limits) -> Result<Spool, Receive> {
    let _place = UPLOADS.try_acquire().map_err(|_| Receive::Busy)?;
    let file = tokio::task::spawn_blocking(tempfile::tempfile)
        .await
        .map_err(|_| Receive::Broken)??;
    let mut file = tokio::fs::File::from_std(file);
    let mut uploads: Vec<(String, u64)> = Vec::new();
    let mut total = 0_u64;
    while let Some(mut field) = parts.next_field().await.map_err(|_| Receive::Broken)? {
        let name = field.file_name().unwrap_or_default().to_owned();
        if name.is_empty() {
            continue;
        }
        if uploads.len() >= limits.files {
            return Err(Receive::Refused(Refused::TooMany(limits.files)));
        }
        let start = total;
        while let Some(chunk) = field.chunk().await.map_err(|_| Receive::Broken)? {
            total += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            if total > limits.upload_bytes {
                return Err(Receive::Refused(Refused::TooLarge(limits.upload_bytes)));
            }
            file.write_all(&chunk).await?;
        }
        uploads.push((name, total - start));
    }
    file.flush().await?;
    Ok(Spool::new(file.into_std().await, uploads))
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
) -> Result<Response, WebProblem> {
    let (here, number) = Here::school(&service, &staff, Power::SendPhotos, &segment).await?;
    let lang = staff.session.lang;
    let words = words::of(lang);
    let (batch, files) = delivery(&service.db, &number, id)
        .await?
        .ok_or(WebProblem::NotFound)?;
    let (frame, trail) = here.frame(&service, &staff, words.title);
    let mut counts: BTreeMap<usize, (usize, &'static str)> = BTreeMap::new();
    for file in &files {
        let (place, name) = words.outcome(&file.outcome);
        counts.entry(place).or_insert((0, name)).0 += 1;
    }
    let mut listed: Vec<_> = files
        .iter()
        .map(|file| {
            let (place, name) = words.outcome(&file.outcome);
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
