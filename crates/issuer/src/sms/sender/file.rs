//! For trials: one JSON line for each message, in a file that only this user can read.

use std::{io, path::PathBuf};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::io::AsyncWriteExt;

use super::{Message, Outcome, SmsSender, not_now};

/// Writes messages to a file.
#[derive(Debug)]
pub struct ToFile(PathBuf);

impl ToFile {
    /// To this file, which is made if need be.
    #[must_use]
    pub fn new(file: PathBuf) -> Self {
        Self(file)
    }

    async fn append(&self, line: &str) -> io::Result<()> {
        let mut options = tokio::fs::OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(&self.0).await?;
        file.write_all(line.as_bytes()).await?;
        file.flush().await
    }
}

#[async_trait]
impl SmsSender for ToFile {
    async fn send(&self, message: &Message<'_>, now: DateTime<Utc>) -> Outcome {
        let line = serde_json::json!({
            "id": message.id,
            "at": now.timestamp(),
            "to": message.to.expose(),
            "text": message.text,
        });
        match self.append(&format!("{line}\n")).await {
            Ok(()) => Outcome::Accepted,
            Err(_) => not_now("file"),
        }
    }

    fn is_idempotent(&self) -> bool {
        // Readers can tell by the id.
        true
    }
}
