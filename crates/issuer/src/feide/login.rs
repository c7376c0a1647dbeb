//! A login at Feide: the way out, and the way back.

use std::time::Duration;

use chrono::{DateTime, Utc};
use jose::jws::Jws;
use openid4vc::address::is_secure;
use reqwest::RequestBuilder;
use ring::rand::SystemRandom;
use serde::Deserialize;
use url::Url;
use zeroize::Zeroizing;

use crate::config::FeideConfig;

use super::{
    Begun, FeideError, FeideUser,
    discovery::{Cache, Provider},
    fetch,
    id_token::{self, Expected, IdTokenError},
    userinfo::{self, ExtendedUserinfo, Userinfo},
};

/// The secrets of one login: kept here, never shown to the browser except as hash or echo.
pub struct LoginSecrets {
    /// Comes back in the callback address.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// PKCE (RFC 7636).
    pub verifier: String,
}

/// What a login must be, beyond the settings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Demands<'a> {
    /// The person logs in at Feide now, whatever the settings say, and Feide says when that was.
    pub anew: bool,
    /// How the person logs in, as Feide names it: with a second factor, say.
    pub acr: Option<&'a str>,
}

/// Our client of Feide, with what was last discovered.
pub struct Feide {
    settings: FeideConfig,
    issuer: String,
    redirect_uri: String,
    http: Http,
    cache: Cache,
}

/// The HTTP client with the time limit of every request to Feide: a person is waiting in a browser.
pub(super) struct Http {
    client: reqwest::Client,
    timeout: Duration,
}

impl Http {
    pub(super) fn get(&self, url: &Url) -> RequestBuilder {
        self.client.get(url.clone()).timeout(self.timeout)
    }

    fn post(&self, url: &Url) -> RequestBuilder {
        self.client.post(url.clone()).timeout(self.timeout)
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: Zeroizing<String>,
    token_type: String,
    id_token: Zeroizing<String>,
}

#[derive(Deserialize)]
struct TokenRefusal {
    error: String,
}

impl Feide {
    /// A client; nothing is asked of Feide yet.
    #[must_use]
    pub fn new(settings: FeideConfig, redirect_uri: String, client: reqwest::Client) -> Self {
        Self {
            issuer: settings.issuer.as_str().to_owned(),
            http: Http {
                client,
                timeout: Duration::from_secs(settings.timeout_s),
            },
            settings,
            redirect_uri,
            cache: Cache::default(),
        }
    }

    async fn provider(&self, now: DateTime<Utc>) -> Result<Provider, FeideError> {
        self.cache.provider(&self.http, &self.issuer, now).await
    }

    /// Makes the address at Feide for one login.
    ///
    /// # Errors
    /// When Feide does not answer, or not as it must.
    pub async fn begin(
        &self,
        rng: &SystemRandom,
        now: DateTime<Utc>,
        demands: Demands<'_>,
    ) -> Result<Begun, FeideError> {
        let settings = &self.settings;
        let provider = self
            .cache
            .provider_now(&self.http, &self.issuer, now)
            .await?;
        let token = || jose::random_token(rng, 32).map_err(|_| FeideError::Random);
        let secrets = LoginSecrets {
            state: token()?,
            nonce: token()?,
            verifier: token()?,
        };
        let mut scopes: Vec<&str> = settings.scopes.iter().map(String::as_str).collect();
        if !scopes.contains(&"openid") {
            scopes.insert(0, "openid");
        }
        let mut url = provider.authorization_endpoint;
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("response_type", "code")
                .append_pair("client_id", &settings.client_id)
                .append_pair("redirect_uri", &self.redirect_uri)
                .append_pair("scope", &scopes.join(" "))
                .append_pair("state", &secrets.state)
                .append_pair("nonce", &secrets.nonce)
                .append_pair("code_challenge", &challenge(&secrets.verifier))
                .append_pair("code_challenge_method", "S256");
            // OpenID Connect Core §3.1.2.1.
            if settings.ask_every_time || demands.anew {
                query.append_pair("prompt", "login");
            }
            if demands.anew {
                // With this the ID token must have `auth_time` (§2).
                query.append_pair("max_age", "0");
            }
            if let Some(acr) = demands.acr {
                query.append_pair("acr_values", acr);
            }
            if let Some(hint) = &settings.login_hint {
                query.append_pair("login_hint", hint);
            }
        }
        Ok(Begun { url, secrets })
    }

    /// Checks that an answer comes from Feide and not from another issuer (RFC 9207 §2.4).
    ///
    /// # Errors
    /// [`FeideError::IssuerMismatch`], or when there is no metadata.
    pub async fn check_issuer(
        &self,
        iss: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), FeideError> {
        let provider = self.provider(now).await?;
        match iss {
            Some(iss) if iss == provider.issuer => Ok(()),
            None if !provider.authorization_response_iss_parameter_supported => Ok(()),
            _ => Err(FeideError::IssuerMismatch),
        }
    }

    /// Turns the code into a person: token, ID token, userinfo, extended userinfo. The login was begun at `begun_at`.
    ///
    /// # Errors
    /// Every way Feide can fail, as [`FeideError`].
    pub async fn finish(
        &self,
        code: &str,
        nonce: &str,
        verifier: &str,
        begun_at: i64,
        now: DateTime<Utc>,
        demands: Demands<'_>,
    ) -> Result<FeideUser, FeideError> {
        let settings = &self.settings;
        let provider = self.provider(now).await?;

        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", verifier),
        ];
        let request = self.http.post(&provider.token_endpoint);
        let request = if provider.secret_in_form() {
            form.push(("client_id", &settings.client_id));
            form.push(("client_secret", settings.client_secret.expose()));
            request
        } else {
            // RFC 6749 §2.3.1: both are form-encoded before Basic.
            request.basic_auth(
                encode(&settings.client_id),
                Some(encode(settings.client_secret.expose())),
            )
        };
        let (status, body) = fetch::send(request.form(&form)).await?;
        let body = Zeroizing::new(body);
        if !status.is_success() {
            return Err(fetch::read::<TokenRefusal>(&body)
                .map_or(FeideError::Status(status.as_u16()), |refusal| {
                    FeideError::Token(known_code(&refusal.error))
                }));
        }
        let answer: TokenAnswer = fetch::read(&body)?;
        if !answer.token_type.eq_ignore_ascii_case("bearer") {
            return Err(FeideError::Malformed);
        }

        let id_token = Jws::parse(&answer.id_token).map_err(|_| IdTokenError::Malformed)?;
        let key = self
            .cache
            .key(
                &self.http,
                &provider.jwks_uri,
                id_token.header().kid.as_deref(),
                now,
            )
            .await?;
        let expected = Expected {
            issuer: &provider.issuer,
            client_id: &settings.client_id,
            nonce,
            access_token: &answer.access_token,
            logged_in_since: (settings.ask_every_time || demands.anew).then_some(begun_at),
            says_when: demands.anew,
            acr: demands.acr,
            now: now.timestamp(),
        };
        let sub = id_token::verify(&id_token, &key, &expected)?;

        let bearer = |url: &Url| self.http.get(url).bearer_auth(answer.access_token.as_str());
        let basic: Userinfo = fetch::json(bearer(&provider.userinfo_endpoint)).await?;
        let extended = match &settings.extended_userinfo_url {
            Some(url) if is_secure(url) => extended(fetch::send(bearer(url)).await?)?,
            Some(_) => return Err(FeideError::InsecureEndpoint),
            None => None,
        };
        userinfo::merge(sub, basic, extended)
    }
}

/// 403 and 404 mean that there is no such data about this person; login goes on without.
fn extended(
    (status, body): (reqwest::StatusCode, Vec<u8>),
) -> Result<Option<ExtendedUserinfo>, FeideError> {
    match status.as_u16() {
        200 => fetch::read(&body).map(Some),
        403 | 404 => Ok(None),
        other => Err(FeideError::Status(other)),
    }
}

fn challenge(verifier: &str) -> String {
    jose::base64url(&jose::sha256(verifier.as_bytes()))
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// An error code is repeated in the log only when it is one of the registered ones.
fn known_code(code: &str) -> String {
    const KNOWN: [&str; 6] = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ];
    KNOWN
        .into_iter()
        .find(|known| *known == code)
        .unwrap_or("unknown")
        .to_owned()
}
