//! Altinn Notifications: a JWT grant signed by the county's key gives a token at Maskinporten (RFC 7523 §2.1), that one
//! gives a token at Altinn, and that one sends.
//!
//! An order carries the message's id as `idempotencyId`, by which Altinn takes it once.

use std::{path::Path, path::PathBuf, time::Duration};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use ring::{rand::SystemRandom, signature};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::{config::AltinnConfig, config::Secret};

use super::{Code, Message, Outcome, SmsSender, deliver, read};

/// How long a grant is good; Maskinporten takes at most two minutes.
const GRANT_S: i64 = 100;
/// A token is not used in its last seconds.
const MARGIN_S: i64 = 60;
/// How long Altinn may try to reach the phone, seconds: two days, its most.
const TIME_TO_LIVE_S: i64 = 172_800;

/// Why the key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read.
    #[error("the key file {}: {source}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is of another kind.
    #[error("{} is no RSA key of at least 2048 bits in PEM, unencrypted", .0.display())]
    Form(PathBuf),
}

/// Sends through Altinn.
pub struct Altinn {
    http: reqwest::Client,
    config: AltinnConfig,
    key: signature::RsaKeyPair,
    timeout: Duration,
    token: Mutex<Option<Token>>,
}

impl std::fmt::Debug for Altinn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Altinn(…)")
    }
}

struct Token {
    text: Secret,
    until: i64,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: i64,
}

impl Altinn {
    /// As configured; `timeout_s` is for each request, in seconds.
    ///
    /// # Errors
    /// When the key cannot be read.
    pub fn new(
        http: reqwest::Client,
        config: AltinnConfig,
        timeout_s: u64,
    ) -> Result<Self, KeyFileError> {
        Ok(Self {
            key: read_key(&config.key_file)?,
            http,
            config,
            timeout: Duration::from_secs(timeout_s),
            token: Mutex::new(None),
        })
    }

    /// The grant: just the claims that Maskinporten knows, as it refuses others.
    fn grant(&self, now: i64) -> Option<String> {
        let config = &self.config;
        let header = json!({ "alg": "RS256", "kid": config.key_id });
        let claims = json!({
            "aud": config.audience,
            "iss": config.client_id,
            "scope": config.scope,
            "iat": now,
            "exp": now + GRANT_S,
            "jti": uuid::Uuid::new_v4(),
        });
        let input = [header, claims]
            .map(|part| jose::base64url(part.to_string().as_bytes()))
            .join(".");
        let mut signed = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(
                &signature::RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                input.as_bytes(),
                &mut signed,
            )
            .ok()?;
        Some(format!("{input}.{}", jose::base64url(&signed)))
    }

    async fn token(&self, now: i64) -> Result<Secret, Code> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| now < token.until) {
            return Ok(token.text.clone());
        }
        let assertion = self.grant(now).ok_or("grant_not_signed")?;
        let request = self.http.post(self.config.token_url.clone()).form(&[
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", &assertion),
        ]);
        let answer = self.ask(request, "maskinporten").await?;
        let answer: TokenAnswer =
            serde_json::from_slice(&answer).map_err(|_| "maskinporten_malformed")?;
        let exchange = self
            .http
            .get(self.at("/authentication/api/v1/exchange/maskinporten"))
            .bearer_auth(&answer.access_token);
        let exchanged = self.ask(exchange, "altinn_exchange").await?;
        // A token as such, or a JSON text.
        let text = std::str::from_utf8(&exchanged)
            .map_err(|_| "altinn_exchange_malformed")?
            .trim()
            .trim_matches('"')
            .to_owned();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("altinn_exchange_malformed".into());
        }
        let text = Secret::from(text);
        *kept = Some(Token {
            text: text.clone(),
            until: now + answer.expires_in.clamp(0, 3600) - MARGIN_S,
        });
        Ok(text)
    }

    async fn ask(&self, request: reqwest::RequestBuilder, whom: &str) -> Result<Vec<u8>, Code> {
        let response = request
            .timeout(self.timeout)
            .send()
            .await
            .map_err(|_| format!("{whom}_unreachable"))?;
        if !response.status().is_success() {
            return Err(format!("{whom}_http_{}", response.status().as_u16()).into());
        }
        read(response)
            .await
            .ok_or_else(|| format!("{whom}_broken_off").into())
    }

    fn at(&self, path: &str) -> String {
        format!(
            "{}{path}",
            self.config.platform.as_str().trim_end_matches('/')
        )
    }
}

#[async_trait]
impl SmsSender for Altinn {
    async fn send(&self, message: &Message<'_>, now: DateTime<Utc>) -> Outcome {
        let token = match self.token(now.timestamp()).await {
            Ok(token) => token,
            Err(code) => return Outcome::NotNow { code, after: None },
        };
        let mut settings = json!({ "body": message.text });
        if let Some(sender) = &self.config.sender {
            settings["sender"] = sender.as_str().into();
        }
        let order = json!({
            "idempotencyId": message.id,
            "sendersReference": message.id,
            "recipientSms": {
                "phoneNumber": message.to.expose(),
                "timeToLiveInSeconds": TIME_TO_LIVE_S,
                "smsSettings": settings,
            },
        });
        let request = self
            .http
            .post(self.at("/notifications/api/v1/future/orders/instant/sms"))
            .bearer_auth(token.expose())
            .timeout(self.timeout)
            .json(&order);
        let outcome = deliver(request, now, None).await;
        if matches!(&outcome, Outcome::NotNow { code, .. } if code == "http_401" || code == "http_403")
        {
            // Perhaps it was withdrawn; the next try asks for another.
            *self.token.lock().await = None;
        }
        outcome
    }

    fn is_idempotent(&self) -> bool {
        true
    }
}

/// The key in a file.
///
/// # Errors
/// When it cannot be read, or is of another kind.
pub fn read_key(file: &Path) -> Result<signature::RsaKeyPair, KeyFileError> {
    let form = || KeyFileError::Form(file.to_owned());
    let text = std::fs::read_to_string(file)
        .map(Zeroizing::new)
        .map_err(|source| KeyFileError::Io {
            file: file.to_owned(),
            source,
        })?;
    let body_of = |kind: &str| {
        let (_, rest) = text.split_once(&format!("-----BEGIN {kind}-----"))?;
        let (body, _) = rest.split_once(&format!("-----END {kind}-----"))?;
        let body: Zeroizing<String> =
            Zeroizing::new(body.chars().filter(|sign| !sign.is_whitespace()).collect());
        STANDARD.decode(body.as_bytes()).map(Zeroizing::new).ok()
    };
    // RFC 5958, or RFC 8017's own form.
    if let Some(der) = body_of("PRIVATE KEY") {
        signature::RsaKeyPair::from_pkcs8(&der).map_err(|_| form())
    } else if let Some(der) = body_of("RSA PRIVATE KEY") {
        signature::RsaKeyPair::from_der(&der).map_err(|_| form())
    } else {
        Err(form())
    }
}
