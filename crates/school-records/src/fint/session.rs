//! Talking to FINT: a token, patience with a server that is busy, bounded answers.

use super::{FintSource, Grant, ReadError};
use crate::Secret;
use crate::http::{Http, HttpError, Request, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::Mutex;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

/// How long to wait before each further try; so there is one try more than there are waits.
const WAITS: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(9),
];
const LONGEST_WAIT: Duration = Duration::from_secs(60);
const MAX_PAGE: usize = 64 << 20;
const MAX_TOKEN: usize = 64 << 10;

pub(super) struct Session<'a> {
    source: &'a FintSource,
    http: &'a dyn Http,
    /// The `Authorization` header of the moment.
    bearer: Mutex<Option<Zeroizing<String>>>,
}

impl<'a> Session<'a> {
    pub(super) fn new(source: &'a FintSource, http: &'a dyn Http) -> Self {
        Self {
            source,
            http,
            bearer: Mutex::new(None),
        }
    }

    /// One page of a collection, by path below the API's address and by query.
    pub(super) async fn page(
        &self,
        path: &str,
        query: &[(String, String)],
    ) -> Result<Vec<u8>, ReadError> {
        let mut url = self.source.base_url.clone();
        url.path_segments_mut()
            .map_err(|()| ReadError::BaseUrl)?
            .pop_if_empty()
            .extend(path.split('/'));
        url.query_pairs_mut().clear().extend_pairs(query);
        let class = class_of(path);
        let mut body = self
            .get(&url, class, true, "application/hal+json, application/json")
            .await?;
        // Some sources begin with a byte order mark.
        if body.starts_with(b"\xef\xbb\xbf") {
            body.drain(..3);
        }
        Ok(body)
    }

    /// So many records more have been read.
    pub(super) fn count(&self, records: u64) {
        let counter = &self.source.counter;
        counter.fetch_add(records, Ordering::Relaxed);
    }

    /// A file at any address; the token goes along only to the API's own host.
    pub(super) async fn file(&self, url: &Url, name: &str) -> Result<Vec<u8>, ReadError> {
        let with_token = url.origin() == self.source.base_url.origin();
        self.get(url, name, with_token, "text/csv, */*").await
    }

    async fn get(
        &self,
        url: &Url,
        class: &str,
        with_token: bool,
        accept: &'static str,
    ) -> Result<Vec<u8>, ReadError> {
        let mut renewed = false;
        loop {
            let request = Request {
                url: url.clone(),
                authorization: if with_token {
                    Some(self.bearer().await?)
                } else {
                    None
                },
                form: None,
                accept,
                max_bytes: MAX_PAGE,
            };
            let response =
                self.patiently(&request)
                    .await
                    .map_err(|source| ReadError::Unreachable {
                        class: class.to_owned(),
                        source,
                    })?;
            match response.status {
                200 => return Ok(response.body),
                // The token has run out, or FINT has forgotten it: a new one, once.
                401 if with_token && !renewed => {
                    renewed = true;
                    *self.bearer.lock().await = None;
                }
                status => {
                    return Err(ReadError::Refused {
                        class: class.to_owned(),
                        status,
                    });
                }
            }
        }
    }

    async fn bearer(&self) -> Result<Zeroizing<String>, ReadError> {
        let mut bearer = self.bearer.lock().await;
        if let Some(bearer) = &*bearer {
            return Ok(bearer.clone());
        }
        let fresh = self.ask_for_token().await?;
        *bearer = Some(fresh.clone());
        Ok(fresh)
    }

    async fn ask_for_token(&self) -> Result<Zeroizing<String>, ReadError> {
        #[derive(Deserialize)]
        struct Token {
            access_token: Secret,
        }

        let client = Zeroizing::new(format!(
            "{}:{}",
            self.source.client_id,
            self.source.client_secret.expose()
        ));
        let request = Request {
            url: self.source.token_url.clone(),
            authorization: Some(Zeroizing::new(format!(
                "Basic {}",
                STANDARD.encode(&*client)
            ))),
            form: Some(self.token_form()),
            accept: "application/json",
            max_bytes: MAX_TOKEN,
        };
        let response = self
            .patiently(&request)
            .await
            .map_err(ReadError::TokenUnreachable)?;
        if response.status != 200 {
            return Err(ReadError::TokenRefused {
                status: response.status,
            });
        }
        let body = Zeroizing::new(response.body);
        let token: Token = serde_json::from_slice(&body).map_err(|_| ReadError::TokenUnreadable)?;
        let token = token.access_token.expose();
        // What goes into a header must be what a header may hold.
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ReadError::TokenUnreadable);
        }
        Ok(Zeroizing::new(format!("Bearer {token}")))
    }

    /// The body of the request for a token. On its own, since the serializer must not live across an await.
    fn token_form(&self) -> Zeroizing<String> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        match &self.source.grant {
            Grant::Password { username, password } => form
                .append_pair("grant_type", "password")
                .append_pair("username", username)
                .append_pair("password", password.expose()),
            Grant::ClientCredentials => form.append_pair("grant_type", "client_credentials"),
        };
        if !self.source.scope.is_empty() {
            form.append_pair("scope", &self.source.scope);
        }
        Zeroizing::new(form.finish())
    }

    /// Sends, and tries again where time may help.
    async fn patiently(&self, request: &Request) -> Result<Response, HttpError> {
        let mut waits = WAITS.into_iter();
        loop {
            let result = self.http.send(request).await;
            let asked = match &result {
                Ok(Response {
                    status: 408 | 429 | 500 | 502 | 503 | 504,
                    retry_after,
                    ..
                }) => *retry_after,
                Err(HttpError::Timeout | HttpError::Connection(_)) => None,
                Ok(_) | Err(HttpError::TooLarge { .. }) => return result,
            };
            let Some(wait) = waits.next() else {
                return result;
            };
            let wait = asked.unwrap_or(wait).clamp(wait, LONGEST_WAIT);
            tracing::warn!(path = request.url.path(), ?wait, "FINT is tried again");
            self.http.pause(wait).await;
        }
    }
}

/// The class at the end of a collection's path.
pub(super) fn class_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
