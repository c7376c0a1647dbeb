//! The ways a message leaves here, and what can come of it.

pub mod altinn;
pub mod file;
pub mod gateway;

use std::{borrow::Cow, fmt};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use reqwest::{RequestBuilder, Response, StatusCode, header::RETRY_AFTER};
use uuid::Uuid;

use crate::{
    app::App,
    config::{SenderConfig, SmsConfig},
};

use super::number::PhoneNumber;

/// The most that is read of a gateway's answer, bytes.
const MAX_BODY: usize = 64 * 1024;
/// The longest that a gateway can make us wait by one answer, seconds.
const LONGEST_WAIT: i64 = 86_400;

/// A message on its way.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The same for every try: the idempotency key.
    pub id: Uuid,
    /// To whom.
    pub to: &'a PhoneNumber,
    /// What.
    pub text: &'a str,
}

/// What came of a try. Each carries a short code for the operator, without a word of the gateway's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway has it.
    Accepted,
    /// The gateway does not have it, and may take it later.
    NotNow {
        /// Why.
        code: Code,
        /// Not before so many seconds.
        after: Option<i64>,
    },
    /// The gateway does not have it, and will not take it.
    Never(Code),
    /// Nobody knows.
    Unclear(Code),
}

/// Why, in a word.
pub type Code = Cow<'static, str>;

/// A way of sending.
#[async_trait]
pub trait SmsSender: Send + Sync + fmt::Debug {
    /// Tries once.
    async fn send(&self, message: &Message<'_>, now: DateTime<Utc>) -> Outcome;

    /// Whether two tries with the same id can never become two messages.
    fn is_idempotent(&self) -> bool;
}

/// Why there is no sender.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// The key for Maskinporten.
    #[error(transparent)]
    Key(#[from] altinn::KeyFileError),
}

/// The sender of the settings.
///
/// # Errors
/// When a key that it needs cannot be read.
pub fn of(app: &App, sms: &SmsConfig) -> Result<Box<dyn SmsSender>, SenderError> {
    Ok(match &sms.sender {
        SenderConfig::File(file) => Box::new(file::ToFile::new(file.clone())),
        SenderConfig::Gateway(gateway) => Box::new(gateway::Gateway::new(
            app.http.clone(),
            gateway.clone(),
            sms.timeout_s,
        )),
        SenderConfig::Altinn(settings) => Box::new(altinn::Altinn::new(
            app.http.clone(),
            settings.clone(),
            sms.timeout_s,
        )?),
    })
}

/// Sends a request whose arrival is the message's: all that goes wrong once it may have arrived is unclear.
async fn deliver(
    request: RequestBuilder,
    now: DateTime<Utc>,
    accepted_text: Option<&str>,
) -> Outcome {
    let response = match request.send().await {
        Ok(response) => response,
        // No connection, so nothing was said.
        Err(error) if error.is_connect() => return not_now("no_connection"),
        Err(error) if error.is_builder() => return Outcome::Never("not_a_request".into()),
        Err(error) if error.is_timeout() => return Outcome::Unclear("timeout".into()),
        Err(_) => return Outcome::Unclear("broken_off".into()),
    };
    let status = response.status();
    if !status.is_success() {
        return judge(status, retry_after(&response, now));
    }
    let Some(expected) = accepted_text else {
        return Outcome::Accepted;
    };
    match read(response).await {
        Some(body) if String::from_utf8_lossy(&body).contains(expected) => Outcome::Accepted,
        Some(_) => Outcome::Never("refused_in_answer".into()),
        None => Outcome::Unclear("broken_off".into()),
    }
}

/// What a status other than success says of the message.
fn judge(status: StatusCode, after: Option<i64>) -> Outcome {
    let code = format!("http_{}", status.as_u16());
    match status {
        // About us or the moment, not about the message: it was not taken.
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::UNAUTHORIZED
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED
        | StatusCode::FORBIDDEN
        | StatusCode::TOO_EARLY => Outcome::NotNow {
            code: code.into(),
            after,
        },
        // It may have been taken before the fault, or by the one behind the gateway.
        status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
            Outcome::Unclear(code.into())
        }
        // Redirects are not followed: the address is wrong.
        _ => Outcome::Never(code.into()),
    }
}

fn not_now(code: &'static str) -> Outcome {
    Outcome::NotNow {
        code: code.into(),
        after: None,
    }
}

/// RFC 9110 §10.2.3: seconds, or a date.
fn retry_after(response: &Response, now: DateTime<Utc>) -> Option<i64> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse::<i64>().ok().or_else(|| {
        let date = DateTime::parse_from_rfc2822(text).ok()?;
        Some((date.to_utc() - now).num_seconds())
    })?;
    Some(seconds.clamp(0, LONGEST_WAIT))
}

/// At most [`MAX_BODY`] bytes of an answer; none if it broke off.
async fn read(mut response: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        let room = MAX_BODY - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == MAX_BODY {
            break;
        }
    }
    Some(body)
}
