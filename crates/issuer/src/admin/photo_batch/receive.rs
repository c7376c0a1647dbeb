//! Taking in what is uploaded, within limits of size, number and time.

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use futures::StreamExt;
use tokio::{
    io::AsyncWriteExt,
    sync::OwnedSemaphorePermit,
    time::{Instant, timeout},
};

use crate::{admin::school::upload::Upload, http::Service, web::WebProblem};

use super::spool::{Limits, Refused, Spool};

/// A browser that sends nothing for so long is given up.
const SILENCE: Duration = Duration::from_secs(30);
/// The slowest line that is waited for, in bytes a second, after the first [`SILENCE`]s.
const SLOWEST: u64 = 32 * 1024;
/// So many bytes come at most before something is had of them: the head of a part is read whole into memory.
const UNREAD: u64 = 4 << 20;

/// Why an upload was not taken in.
pub(super) enum Receive {
    Refused(Refused),
    /// What the page is instead.
    Problem(WebProblem),
}

impl From<io::Error> for Receive {
    fn from(error: io::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl From<WebProblem> for Receive {
    fn from(problem: WebProblem) -> Self {
        Self::Problem(problem)
    }
}

const BROKEN: Receive = Receive::Problem(WebProblem::Unreadable);

/// How an upload comes along.
struct Pace {
    began: Instant,
    bytes: u64,
}

impl Pace {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            bytes: 0,
        }
    }

    /// Waits for the next piece.
    async fn next<T>(&self, piece: impl Future<Output = T>) -> Result<T, Receive> {
        timeout(SILENCE, piece).await.map_err(|_| BROKEN)
    }

    /// After so many more bytes: whether it goes on, since a place is kept for it.
    fn came(&mut self, bytes: usize) -> Result<(), Receive> {
        self.bytes = self.bytes.saturating_add(size(bytes));
        let late = self.began.elapsed().saturating_sub(SILENCE * 2);
        if self.bytes < late.as_secs().saturating_mul(SLOWEST) {
            return Err(BROKEN);
        }
        Ok(())
    }
}

fn size(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Writes what comes into an unnamed file in `folder`, and stops at the limits. The rest is read and left, since a browser
/// shows no answer before it has sent everything.
pub(super) async fn receive(
    service: &Arc<Service>,
    request: Request,
    folder: &Path,
    limits: Limits,
    place: OwnedSemaphorePermit,
) -> Result<Spool, Receive> {
    let (request, unread) = watched(request);
    let mut upload = Upload::from_request(request, service).await?;
    unread.store(0, Ordering::Relaxed);
    let mut pace = Pace::new();
    match take(&mut upload, folder, limits, &unread, &mut pace).await {
        Ok(spool) => Ok(spool.holding(place)),
        Err(Receive::Refused(refused)) => {
            drop(place);
            while let Ok(Ok(Some(mut field))) = pace.next(upload.0.next_field()).await {
                unread.store(0, Ordering::Relaxed);
                while let Ok(Ok(Some(chunk))) = pace.next(field.chunk()).await {
                    unread.store(0, Ordering::Relaxed);
                    pace.came(chunk.len())?;
                }
            }
            Err(Receive::Refused(refused))
        }
        Err(problem) => Err(problem),
    }
}

/// Reads what comes to its end, for an answer that is known before it.
pub(super) async fn leave(request: Request, limits: Limits) {
    let mut pace = Pace::new();
    let mut body = request.into_body().into_data_stream();
    while let Ok(Some(Ok(chunk))) = pace.next(body.next()).await {
        if pace.came(chunk.len()).is_err() || pace.bytes > limits.upload_bytes {
            return;
        }
    }
}

async fn take(
    Upload(parts): &mut Upload,
    folder: &Path,
    limits: Limits,
    unread: &AtomicU64,
    pace: &mut Pace,
) -> Result<Spool, Receive> {
    let folder = folder.to_owned();
    let file = tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder))
        .await
        .map_err(|_| BROKEN)??;
    let mut file = tokio::fs::File::from_std(file);
    let mut uploads: Vec<(String, u64)> = Vec::new();
    let mut total = 0_u64;
    while let Some(mut field) = pace.next(parts.next_field()).await?.map_err(|_| BROKEN)? {
        unread.store(0, Ordering::Relaxed);
        let name = field.file_name().unwrap_or_default().to_owned();
        if name.is_empty() {
            continue;
        }
        if uploads.len() >= limits.files {
            return Err(Receive::Refused(Refused::TooMany(limits.files)));
        }
        let start = total;
        while let Some(chunk) = pace.next(field.chunk()).await?.map_err(|_| BROKEN)? {
            unread.store(0, Ordering::Relaxed);
            pace.came(chunk.len())?;
            total += size(chunk.len());
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

/// The request, whose body ends when more than [`UNREAD`] bytes have come since the counter was last set to nothing.
fn watched(request: Request) -> (Request, Arc<AtomicU64>) {
    let unread = Arc::new(AtomicU64::new(0));
    let counter = unread.clone();
    let request = request.map(|body| {
        Body::from_stream(body.into_data_stream().map(move |chunk| {
            let chunk = chunk.map_err(io::Error::other)?;
            let bytes = size(chunk.len());
            match counter
                .fetch_add(bytes, Ordering::Relaxed)
                .checked_add(bytes)
            {
                Some(unread) if unread <= UNREAD => Ok(chunk),
                _ => Err(io::Error::from(io::ErrorKind::FileTooLarge)),
            }
        }))
    });
    (request, unread)
}
