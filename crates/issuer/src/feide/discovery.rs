//! OpenID Connect Discovery 1.0: where Feide's endpoints are, and the keys it signs with.

use chrono::{DateTime, TimeDelta, Utc};
use jose::{Algorithm, Jwk, JwkSet};
use openid4vc::address::is_secure;
use serde::Deserialize;
use tokio::sync::RwLock;
use url::Url;

use super::{FeideError, fetch, login::Http};

/// How long Feide's metadata and keys are used without asking again.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// How long they are used when Feide does not answer, so that whoever is at Feide already can come back.
const USABLE: TimeDelta = TimeDelta::hours(24);
/// Keys are asked for again at most this often, so that made-up key ids cannot make us hammer Feide.
const KEY_RETRY: TimeDelta = TimeDelta::seconds(10);

/// The provider metadata we use (OpenID Connect Discovery 1.0 §3).
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Provider {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) userinfo_endpoint: Url,
    pub(super) jwks_uri: Url,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// RFC 9207 §3: whether the answer always names its issuer.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl Provider {
    /// `client_secret_basic` unless Feide says it only takes the secret in the form.
    pub(super) fn secret_in_form(&self) -> bool {
        self.token_endpoint_auth_methods_supported
            .as_ref()
            .is_some_and(|methods| {
                !methods.iter().any(|m| m == "client_secret_basic")
                    && methods.iter().any(|m| m == "client_secret_post")
            })
    }

    fn check(&self, configured: &str) -> Result<(), FeideError> {
        // Discovery 1.0 §4.3: the issuer must be the one asked for. A final slash is forgiven, because
        // a URL type adds one; the ID token must then equal this text exactly.
        if self.issuer.trim_end_matches('/') != configured.trim_end_matches('/') {
            return Err(FeideError::IssuerMismatch);
        }
        let endpoints = [
            &self.authorization_endpoint,
            &self.token_endpoint,
            &self.userinfo_endpoint,
            &self.jwks_uri,
        ];
        if endpoints.iter().all(|url| is_secure(url)) {
            Ok(())
        } else {
            Err(FeideError::InsecureEndpoint)
        }
    }
}

/// What was last read from Feide, and when.
#[derive(Debug, Default)]
pub(super) struct Cache {
    provider: RwLock<Option<(Provider, DateTime<Utc>)>>,
    keys: RwLock<Option<(JwkSet, DateTime<Utc>)>>,
}

impl Cache {
    /// The provider metadata as it is now. A browser is about to be sent there: better that the app says at
    /// once that Feide is down than that a person is left on a dead page.
    pub(super) async fn provider_now(
        &self,
        http: &Http,
        issuer: &str,
        now: DateTime<Utc>,
    ) -> Result<Provider, FeideError> {
        // No lock is held while Feide is asked: one slow answer must not queue up every other login.
        let provider = Self::discover(http, issuer).await?;
        *self.provider.write().await = Some((provider.clone(), now));
        Ok(provider)
    }

    /// The provider metadata, from memory when it is fresh, or when Feide does not answer and it is usable.
    pub(super) async fn provider(
        &self,
        http: &Http,
        issuer: &str,
        now: DateTime<Utc>,
    ) -> Result<Provider, FeideError> {
        let known = self.provider.read().await.clone();
        if let Some((provider, read_at)) = &known
            && within(*read_at, now, FRESH)
        {
            return Ok(provider.clone());
        }
        match self.provider_now(http, issuer, now).await {
            Ok(provider) => Ok(provider),
            Err(error) => match known {
                Some((provider, read_at)) if within(read_at, now, USABLE) => Ok(provider),
                _ => Err(error),
            },
        }
    }

    async fn discover(http: &Http, issuer: &str) -> Result<Provider, FeideError> {
        let address = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let address = Url::parse(&address).map_err(|_| FeideError::InsecureEndpoint)?;
        if !is_secure(&address) {
            return Err(FeideError::InsecureEndpoint);
        }
        let provider: Provider = fetch::json(http.get(&address)).await?;
        provider.check(issuer)?;
        Ok(provider)
    }

    /// The RS256 key for an ID token's `kid`; asks Feide again when it is not among the known ones.
    pub(super) async fn key(
        &self,
        http: &Http,
        jwks_uri: &Url,
        kid: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Jwk, FeideError> {
        let known = self.keys.read().await.clone();
        if let Some((keys, read_at)) = &known {
            let found = choose(keys, kid);
            let retry = if found.is_some() { FRESH } else { KEY_RETRY };
            if within(*read_at, now, retry) {
                return found.ok_or(FeideError::UnknownKey);
            }
        }
        match fetch::json::<JwkSet>(http.get(jwks_uri)).await {
            Ok(keys) => {
                let found = choose(&keys, kid);
                *self.keys.write().await = Some((keys, now));
                found.ok_or(FeideError::UnknownKey)
            }
            Err(error) => known
                .filter(|(_, read_at)| within(*read_at, now, USABLE))
                .and_then(|(keys, _)| choose(&keys, kid))
                .ok_or(error),
        }
    }
}

fn within(since: DateTime<Utc>, now: DateTime<Utc>, age: TimeDelta) -> bool {
    (TimeDelta::zero()..age).contains(&(now - since))
}

/// By `kid`; without one only when there is a single key that could be meant (OpenID Connect Core §10.1).
fn choose(keys: &JwkSet, kid: Option<&str>) -> Option<Jwk> {
    let mut usable = keys.keys.iter().filter(|key| {
        matches!(key.key, jose::PublicKey::Rsa { .. })
            && key.key_use.as_deref().is_none_or(|usage| usage == "sig")
            && key.alg.is_none_or(|alg| alg == Algorithm::Rs256)
    });
    match kid {
        Some(kid) => usable.find(|key| key.kid.as_deref() == Some(kid)).cloned(),
        None => usable.next().filter(|_| usable.next().is_none()).cloned(),
    }
}
