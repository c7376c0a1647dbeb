//! Talking to the county's issuer: its metadata, requests with DPoP, and the tokens of this device.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use jose::dpop;
use openid4vc::{
    AuthorizationServerMetadata, IssuerMetadata, MetadataError, TokenRequest, TokenResponse,
    address::{AUTHORIZATION_SERVER, CREDENTIAL_ISSUER},
    metadata::signed::{self, SignedMetadata, SignedMetadataError},
};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use crate::{
    StoreError, TrustError, Wallet,
    keys::HolderKey,
    platform::{HttpError, Method, Request, Response},
    server_clock::http_date,
    state::{KeyFailures, Secret, Session},
    trust::Trusted,
};

/// Enough for any JSON answer but credentials.
pub(crate) const SMALL_ANSWER: usize = 256 << 10;
/// Ten SD-JWTs with a portrait of 128 kB each, base64 twice over, and room.
pub(crate) const CREDENTIAL_ANSWER: usize = 4 << 20;
/// A photo before it is normalised.
pub(crate) const PHOTO_ANSWER: usize = 10 << 20;

/// An access token that ends sooner than this is renewed first.
const TOKEN_MARGIN: TimeDelta = TimeDelta::seconds(20);
/// How long metadata is good in memory.
const METADATA_FOR: Duration = Duration::from_secs(3600);
/// A proof whose time was off by more than this may have been refused for it.
const CLOCK_DOUBT: TimeDelta = TimeDelta::seconds(30);

/// Why a call to the issuer gave nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// No answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The issuer answered that it cannot answer (5xx, 429).
    #[error("the issuer is not available (status {status})")]
    Unavailable {
        /// HTTP status.
        status: u16,
        /// The issuer's own support code, if it gave one.
        support_code: Option<String>,
    },
    /// The issuer refused the request.
    #[error("the issuer refused the request (status {status})")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The OAuth or OpenID error code, if it gave one.
        error: Option<String>,
        /// The issuer's own support code, if it gave one.
        support_code: Option<String>,
    },
    /// The answer is not what this call answers.
    #[error("the issuer's answer cannot be read")]
    Garbled,
    /// The metadata at the county's address is another issuer's, or of an issuer that cannot be used.
    #[error("the issuer's metadata is refused: {0}")]
    Metadata(MetadataError),
    /// The metadata could not be held against the trust list.
    #[error("the issuer's metadata are not believed")]
    Untrusted(#[source] Box<TrustError>),
    /// The issuer refused a proof, and the device's clock is wrong.
    #[error("the clock is wrong by {seconds_ahead} s")]
    ClockWrong {
        /// How far the device's clock is ahead; negative if it is behind.
        seconds_ahead: i64,
    },
    /// Nobody has logged in on this device.
    #[error("nobody is logged in")]
    NotLoggedIn,
    /// The issuer has ended this device's session.
    #[error("the issuer has ended the session")]
    SignedOut,
    /// The store could not be written, so what came was not used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness, or something could not be written: never expected.
    #[error("a key could not be made or used")]
    Crypto,
    /// A key that the device kept is gone, and not the session's: that is [`SignedOut`](Self::SignedOut).
    #[error("a key is gone")]
    KeyGone,
    /// A key is there and did not sign. It may another time; the session's is given up after some.
    #[error("a key did not sign")]
    KeyFailed,
    /// The device does not sign while it is locked.
    #[error("a key is locked")]
    KeyLocked,
}

impl From<jose::KeyError> for CallError {
    fn from(_: jose::KeyError) -> Self {
        CallError::Crypto
    }
}

impl From<jose::SignError> for CallError {
    fn from(error: jose::SignError) -> Self {
        match error {
            jose::SignError::KeyGone => CallError::KeyGone,
            jose::SignError::KeyUnavailable => CallError::KeyLocked,
            jose::SignError::Failed => CallError::KeyFailed,
            _ => CallError::Crypto,
        }
    }
}

/// What the issuer says about itself.
#[derive(Debug)]
pub(crate) struct Metadata {
    pub(crate) issuer: IssuerMetadata,
    pub(crate) oauth: AuthorizationServerMetadata,
}

/// The last metadata and when it came, by uptime.
#[derive(Debug, Default)]
pub(crate) struct MetadataCache(Mutex<Option<(Arc<Metadata>, Duration)>>);

/// How a request is authorised.
#[derive(Clone, Copy)]
pub(crate) enum Proof<'a> {
    /// Not at all.
    None,
    /// With a key alone (RFC 9449 §5, §10).
    Key(&'a HolderKey),
    /// With a token and the key it is bound to (RFC 9449 §7).
    Token(&'a HolderKey, &'a str),
}

impl Wallet {
    /// The metadata of credential issuer and authorization server, checked to be this county's.
    pub(crate) async fn metadata(&self) -> Result<Arc<Metadata>, CallError> {
        let uptime = self.platform.clock.uptime();
        if let Some((known, since)) = &*lock(&self.metadata.0)
            && uptime.saturating_sub(*since) < METADATA_FOR
        {
            return Ok(known.clone());
        }
        let (base, id) = (&self.county.issuer, self.county.issuer_id());
        let issuer = self.issuer_metadata(base, id).await?;
        // The county's issuer is its own authorization server: nobody else is to see a code of ours.
        if issuer.authorization_server() != id {
            return Err(CallError::Metadata(MetadataError::Issuer));
        }
        let oauth: AuthorizationServerMetadata = self
            .get_json(openid4vc::well_known(base, AUTHORIZATION_SERVER))
            .await?;
        oauth.check(id).map_err(CallError::Metadata)?;
        let fresh = Arc::new(Metadata { issuer, oauth });
        *lock(&self.metadata.0) = Some((fresh.clone(), uptime));
        Ok(fresh)
    }

    /// The credential issuer's metadata, signed by a key of the trust list (OpenID4VCI 1.0 §12.2.3).
    ///
    /// They hold the key that requests are encrypted to: whoever sits on the way, with whatever certificate, must not be
    /// able to put another there. So plain metadata are not taken.
    async fn issuer_metadata(&self, base: &Url, id: &str) -> Result<IssuerMetadata, CallError> {
        let url = openid4vc::well_known(base, CREDENTIAL_ISSUER);
        let request = get(url, signed::MEDIA_TYPE, SMALL_ANSWER);
        let answer = self.send(request, Proof::None).await?;
        require_success(&answer)?;
        let text = std::str::from_utf8(&answer.body).map_err(|_| CallError::Garbled)?;
        let signed = SignedMetadata::parse(text.trim()).map_err(|_| CallError::Garbled)?;
        let kid = signed.kid().ok_or(CallError::Garbled)?;
        let now = self.server_clock.now();
        let knows = |trusted: &Trusted| self.issuer_key(&trusted.list, kid, now).is_some();
        let trusted = match self.kept_trust_list().filter(knows) {
            Some(kept) => kept,
            // The first time, or the key is newer than the list that was kept.
            None => self.fetch_trust_list().await.map_err(|error| match error {
                TrustError::Call(error) => error,
                error => CallError::Untrusted(Box::new(error)),
            })?,
        };
        let key = self
            .issuer_key(&trusted.list, kid, now)
            .ok_or_else(|| CallError::Untrusted(Box::new(TrustError::IssuerNotListed)))?;
        signed
            .verify(key, id, now.timestamp())
            .map_err(|error| match error {
                SignedMetadataError::Metadata(error) => CallError::Metadata(error),
                _ => CallError::Metadata(MetadataError::Issuer),
            })
    }

    /// Has the metadata fetched anew next time: the issuer has another key than they say.
    pub(crate) fn forget_metadata(&self) {
        *lock(&self.metadata.0) = None;
    }

    /// An address of the issuer beyond the standards.
    pub(crate) fn address(&self, path: &str) -> Result<Url, CallError> {
        Url::parse(&format!("{}/{path}", self.county.issuer_id())).map_err(|_| CallError::Garbled)
    }

    /// A plain, unauthorised GET of JSON.
    async fn get_json<T: DeserializeOwned>(&self, url: Url) -> Result<T, CallError> {
        let answer = self
            .send(get(url, "application/json", SMALL_ANSWER), Proof::None)
            .await?;
        read_json(&answer)
    }

    /// Sends with a DPoP proof, and again if the server asks for a nonce or the clock was the fault.
    pub(crate) async fn send(
        &self,
        request: Request,
        proof: Proof<'_>,
    ) -> Result<Response, CallError> {
        let mut nonce_tried = false;
        let mut clock_tried = false;
        loop {
            let asked = self.server_clock.moment();
            let now = self.server_clock.now();
            let nonce = lock(&self.dpop_nonce).clone();
            let mut attempt = request.clone();
            self.add_proof(&mut attempt, proof, now.timestamp(), nonce.clone())
                .await?;
            let answer = self.platform.http.send(attempt).await?;
            // RFC 9111 §5.1: an answer with an age lay in a cache, and so did its date.
            let fresh = answer.header("age").is_none();
            if let Some(date) = answer.header("date").filter(|_| fresh).and_then(http_date) {
                self.server_clock.note(date, asked);
            }
            let new_nonce = answer.header("dpop-nonce").map(str::to_owned);
            let nonce_changed = new_nonce.is_some() && new_nonce != nonce;
            if nonce_changed {
                *lock(&self.dpop_nonce) = new_nonce;
            }
            if matches!(proof, Proof::None) || !matches!(answer.status, 400 | 401) {
                return Ok(answer);
            }
            match error_code(&answer).as_deref() {
                // RFC 9449 §8 and §9.
                Some("use_dpop_nonce") if nonce_changed && !nonce_tried => nonce_tried = true,
                Some("invalid_dpop_proof") => {
                    let off = self.server_clock.now().signed_duration_since(now);
                    if off.abs() > CLOCK_DOUBT && !clock_tried {
                        clock_tried = true;
                    } else if let Some(seconds_ahead) = self
                        .server_clock
                        .warning(self.settings.clock_warning_from, None)
                    {
                        return Err(CallError::ClockWrong { seconds_ahead });
                    } else {
                        return Ok(answer);
                    }
                }
                _ => return Ok(answer),
            }
        }
    }

    async fn add_proof(
        &self,
        request: &mut Request,
        proof: Proof<'_>,
        now: i64,
        nonce: Option<String>,
    ) -> Result<(), CallError> {
        let (key, access_token) = match proof {
            Proof::None => return Ok(()),
            Proof::Key(key) => (key, None),
            Proof::Token(key, token) => (key, Some(token)),
        };
        let jti = jose::random_token(&*self.platform.random, 16)?;
        let (method, url) = (request.method, request.url.clone());
        let token = access_token.map(Secret::new);
        let jwt = key
            .use_to(move |key| {
                let asked = dpop::ProofRequest {
                    method: method.as_str(),
                    url: url.as_str(),
                    now,
                    jti: &jti,
                    access_token: token.as_ref().map(Secret::as_str),
                    nonce: nonce.as_deref(),
                };
                dpop::prove(&asked, key)
            })
            .await?;
        request.headers.push(("dpop", jwt));
        if let Some(token) = access_token {
            request
                .headers
                .push(("authorization", format!("DPoP {token}")));
        }
        Ok(())
    }

    /// Sends with this device's token, renewed first if it is old, and once more if the issuer says that it is.
    pub(crate) async fn send_authorised(&self, request: Request) -> Result<Response, CallError> {
        let session = self.fresh_session(None).await?;
        let answer = self.send_with(&session, request.clone()).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let session = self
            .fresh_session(Some(session.access_token.as_str()))
            .await?;
        self.send_with(&session, request).await
    }

    async fn send_with(&self, session: &Session, request: Request) -> Result<Response, CallError> {
        let key = self.keys.open(&session.key)?;
        let sent = self
            .send(request, Proof::Token(&key, session.access_token.as_str()))
            .await;
        self.unless_key_is_lost(session, sent)
    }

    /// A session whose key is gone is over, as when the issuer ends it: the cards stay, and a login makes a new one. So is
    /// one whose key fails again and again: a phone may keep and list a key that it can never use again.
    fn unless_key_is_lost<R>(
        &self,
        session: &Session,
        sent: Result<R, CallError>,
    ) -> Result<R, CallError> {
        let is_lost = match &sent {
            Err(CallError::KeyGone) => true,
            Err(CallError::KeyFailed) => {
                let now = self.platform.clock.now();
                let mut too_often = false;
                self.change_session(&session.id, |state| {
                    if let Some(session) = &mut state.session {
                        too_often = session.key_failures.count(now);
                    }
                })?;
                too_often
            }
            Ok(_) if session.key_failures != KeyFailures::default() => {
                // If it cannot be stored, the next signature tries again.
                let _ = self.change_session(&session.id, |state| {
                    if let Some(session) = &mut state.session {
                        session.key_failures = KeyFailures::default();
                    }
                });
                false
            }
            _ => false,
        };
        if is_lost {
            self.change_session(&session.id, |state| state.signed_out = true)?;
            return Err(CallError::SignedOut);
        }
        sent
    }

    /// The session with an access token that is good for a while and is not `refused`.
    ///
    /// The refresh token rotates: the new one is stored before anything uses it. If the answer is lost, the old one is
    /// still stored, and the issuer takes it once more as long as the new one was not used.
    async fn fresh_session(&self, refused: Option<&str>) -> Result<Session, CallError> {
        let _one_at_a_time = self.rotation.lock().await;
        let (session, signed_out) = self.read(|state| (state.session.clone(), state.signed_out));
        let session = session.ok_or(CallError::NotLoggedIn)?;
        if signed_out {
            return Err(CallError::SignedOut);
        }
        let still_good = session.access_expires_at > self.server_clock.now() + TOKEN_MARGIN;
        if still_good && refused != Some(session.access_token.as_str()) {
            return Ok(session);
        }

        let metadata = self.metadata().await?;
        let key = self.keys.open(&session.key)?;
        let form = TokenRequest::RefreshToken {
            client_id: county_api::CLIENT_ID.to_owned(),
            refresh_token: session.refresh_token.as_str().to_owned(),
            scope: None,
        };
        let request = post_form(metadata.oauth.token_endpoint.clone(), form.to_form());
        let sent = self.send_patiently(request, Proof::Key(&key)).await;
        let answer = self.unless_key_is_lost(&session, sent)?;
        if error_code(&answer).as_deref() == Some("invalid_grant") {
            self.change_session(&session.id, |state| state.signed_out = true)?;
            return Err(CallError::SignedOut);
        }
        let tokens: TokenResponse = read_json(&answer)?;
        let fresh = self.session_of(session.id, &key, tokens, Some(session.refresh_token))?;
        self.change_session(&fresh.id, |state| state.session = Some(fresh.clone()))?;
        Ok(fresh)
    }

    /// A session of a token answer. An answer without a refresh token leaves the old one in force (RFC 6749 §6).
    pub(crate) fn session_of(
        &self,
        id: String,
        key: &HolderKey,
        tokens: TokenResponse,
        old_refresh_token: Option<Secret>,
    ) -> Result<Session, CallError> {
        tokens
            .check(county_api::SCOPE)
            .map_err(|_| CallError::Garbled)?;
        let refresh_token = tokens
            .refresh_token
            .map(Secret::new)
            .or(old_refresh_token)
            .ok_or(CallError::Garbled)?;
        // Five minutes if the issuer does not say; a day at most, whatever it says.
        let lifetime = tokens.expires_in.unwrap_or(300).min(86_400);
        Ok(Session {
            id,
            key: key.stored(),
            access_token: Secret::new(tokens.access_token),
            access_expires_at: self.server_clock.now()
                + TimeDelta::seconds(i64::try_from(lifetime).unwrap_or(300)),
            refresh_token,
            key_failures: KeyFailures::default(),
        })
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn get(url: Url, accept: &str, max_answer: usize) -> Request {
    Request {
        method: Method::Get,
        url,
        headers: vec![("accept", accept.to_owned())],
        body: Vec::new(),
        max_answer,
    }
}

pub(crate) fn post_json<T: Serialize>(
    url: Url,
    body: &T,
    max_answer: usize,
) -> Result<Request, CallError> {
    Ok(Request {
        method: Method::Post,
        url,
        headers: vec![("content-type", "application/json".to_owned())],
        body: serde_json::to_vec(body).map_err(|_| CallError::Crypto)?,
        max_answer,
    })
}

/// A form that is written already.
pub(crate) fn post_form(url: Url, form: String) -> Request {
    Request {
        method: Method::Post,
        url,
        headers: vec![(
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        )],
        body: form.into_bytes(),
        max_answer: SMALL_ANSWER,
    }
}

/// The JSON of an answer that went well.
pub(crate) fn read_json<T: DeserializeOwned>(answer: &Response) -> Result<T, CallError> {
    require_success(answer)?;
    // The cause is dropped: serde quotes what it read.
    serde_json::from_slice(&answer.body).map_err(|_| CallError::Garbled)
}

/// An error for every answer that is not 2xx.
pub(crate) fn require_success(answer: &Response) -> Result<(), CallError> {
    if answer.is_success() {
        return Ok(());
    }
    let status = answer.status;
    let support_code = support_code(answer);
    Err(match status {
        429 | 500.. => CallError::Unavailable {
            status,
            support_code,
        },
        400..=499 => CallError::Refused {
            status,
            error: error_code(answer),
            support_code,
        },
        // No redirect is ever part of these calls.
        _ => CallError::Garbled,
    })
}

/// The `error` of an OAuth or OpenID4VCI answer: in the body, or in the challenge (RFC 6750 §3, RFC 9449 §7.1).
pub(crate) fn error_code(answer: &Response) -> Option<String> {
    if answer.is_success() {
        return None;
    }
    let in_body = serde_json::from_slice::<serde_json::Value>(&answer.body)
        .ok()
        .and_then(|body| Some(body.get("error")?.as_str()?.to_owned()));
    in_body.or_else(|| {
        let challenge = answer.header("www-authenticate")?;
        let (_, rest) = challenge.split_once("error=\"")?;
        Some(rest.split_once('"')?.0.to_owned())
    })
}

/// The `type` of an RFC 9457 answer.
pub(crate) fn problem_type(answer: &Response) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
    Some(body.get("type")?.as_str()?.to_owned())
}

/// The support code of an RFC 9457 answer, if it is one that is safe to show.
fn support_code(answer: &Response) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
    let code = body.get("support_code")?.as_str()?;
    crate::problem::is_support_code(code).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        Response {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn the_error_code_is_found_in_the_body_or_in_the_challenge() {
        for (answer, code) in [
            (
                answer(400, &[], r#"{"error":"invalid_grant"}"#),
                Some("invalid_grant"),
            ),
            (
                answer(
                    401,
                    &[(
                        "WWW-Authenticate",
                        r#"DPoP algs="ES256", error="use_dpop_nonce""#,
                    )],
                    "",
                ),
                Some("use_dpop_nonce"),
            ),
            (answer(400, &[], "<html>"), None),
            (
                answer(401, &[("www-authenticate", "DPoP error=\"open")], ""),
                None,
            ),
            (answer(200, &[], r#"{"error":"x"}"#), None),
        ] {
            assert_eq!(error_code(&answer).as_deref(), code);
        }
    }

    #[test]
    fn an_answer_that_is_not_well_is_told_apart() {
        assert!(require_success(&answer(204, &[], "")).is_ok());
        for status in [429, 500, 503] {
            assert!(matches!(
                require_success(&answer(status, &[], "")),
                Err(CallError::Unavailable { .. })
            ));
        }
        assert!(matches!(
            require_success(&answer(302, &[], "")),
            Err(CallError::Garbled)
        ));
        let refused = answer(409, &[], r#"{"support_code":"LB-PHOTO-409"}"#);
        assert!(matches!(
            require_success(&refused),
            Err(CallError::Refused { status: 409, support_code: Some(code), .. }) if code == "LB-PHOTO-409"
        ));
        let odd = answer(403, &[], r#"{"support_code":"<b>Nora</b>"}"#);
        assert!(matches!(
            require_success(&odd),
            Err(CallError::Refused {
                support_code: None,
                ..
            })
        ));
    }
}
