//! A Feide that gives whatever answer a test wants.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    rsa,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Map, Value, json};
use url::Url;

use super::{CLIENT_ID_AT_FEIDE, query};
use crate::app::{Clock, testing::TestClock};

/// Keys made for these tests and for nothing else.
const KEYS: [&[u8]; 2] = [include_bytes!("rsa1.der"), include_bytes!("rsa2.der")];

/// How an endpoint misbehaves.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Fault {
    Status(u16),
    Garbage,
    Hang,
    Huge,
}

type Change = Arc<dyn Fn(&mut Map<String, Value>) + Send + Sync>;

#[derive(Default)]
struct Behaviour {
    faults: HashMap<&'static str, Fault>,
    changes: HashMap<&'static str, Change>,
    /// Which key signs.
    signer: usize,
    /// Which keys are published.
    published: Vec<usize>,
    /// Code → what it was given for.
    codes: HashMap<String, Login>,
    /// Access token → Feide name.
    tokens: HashMap<String, String>,
    asked: HashMap<String, usize>,
}

#[derive(Clone)]
struct Login {
    feide_name: String,
    nonce: String,
    challenge: String,
    redirect_uri: String,
    /// Where the login was asked to say when it was, it says so.
    says_when: bool,
    acr: Option<String>,
}

/// A running Feide.
pub(in super::super) struct FakeFeide {
    pub(in super::super) url: String,
    behaviour: Arc<Mutex<Behaviour>>,
}

struct Shared {
    url: String,
    clock: Arc<TestClock>,
    behaviour: Arc<Mutex<Behaviour>>,
}

impl FakeFeide {
    pub(in super::super) async fn start(clock: Arc<TestClock>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let behaviour = Arc::new(Mutex::new(Behaviour {
            published: vec![0],
            ..Behaviour::default()
        }));
        let shared = Arc::new(Shared {
            url: url.clone(),
            clock,
            behaviour: behaviour.clone(),
        });
        let router = Router::new().fallback(answer).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, behaviour }
    }

    /// The person logs in; the answer is the code the browser is sent back with.
    pub(in super::super) fn log_in(&self, authorize: &Url, feide_name: &str) -> String {
        assert!(
            authorize
                .as_str()
                .starts_with(&format!("{}/oauth/authorization?", self.url))
        );
        assert_eq!(query(authorize, "response_type").unwrap(), "code");
        assert_eq!(query(authorize, "client_id").unwrap(), CLIENT_ID_AT_FEIDE);
        assert_eq!(query(authorize, "code_challenge_method").unwrap(), "S256");
        assert!(
            query(authorize, "scope")
                .unwrap()
                .split(' ')
                .any(|scope| scope == "openid")
        );
        let mut behaviour = self.behaviour.lock().unwrap();
        let code = format!("code-{}", behaviour.codes.len());
        let login = Login {
            feide_name: feide_name.to_owned(),
            nonce: query(authorize, "nonce").unwrap(),
            challenge: query(authorize, "code_challenge").unwrap(),
            redirect_uri: query(authorize, "redirect_uri").unwrap(),
            says_when: query(authorize, "max_age").is_some(),
            acr: query(authorize, "acr_values"),
        };
        behaviour.codes.insert(code.clone(), login);
        code
    }

    /// From now on `endpoint` misbehaves.
    pub(in super::super) fn break_endpoint(&self, endpoint: &'static str, fault: Fault) {
        self.behaviour
            .lock()
            .unwrap()
            .faults
            .insert(endpoint, fault);
    }

    /// From now on `change` is done to the JSON of `endpoint`, or to the claims of `id_token`.
    pub(in super::super) fn change(
        &self,
        endpoint: &'static str,
        change: impl Fn(&mut Map<String, Value>) + Send + Sync + 'static,
    ) {
        let mut behaviour = self.behaviour.lock().unwrap();
        behaviour.changes.insert(endpoint, Arc::new(change));
    }

    /// All is well again.
    pub(in super::super) fn mend(&self) {
        let mut behaviour = self.behaviour.lock().unwrap();
        behaviour.faults.clear();
        behaviour.changes.clear();
    }

    pub(in super::super) fn keys(&self, signer: usize, published: &[usize]) {
        let mut behaviour = self.behaviour.lock().unwrap();
        behaviour.signer = signer;
        behaviour.published = published.to_vec();
    }

    /// How often an endpoint was asked.
    pub(in super::super) fn asked(&self, endpoint: &str) -> usize {
        let behaviour = self.behaviour.lock().unwrap();
        behaviour.asked.get(endpoint).copied().unwrap_or_default()
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path();
    let fault = {
        let mut behaviour = shared.behaviour.lock().unwrap();
        *behaviour.asked.entry(path.to_owned()).or_default() += 1;
        behaviour.faults.get(path).copied()
    };
    match fault {
        Some(Fault::Status(status)) => {
            return StatusCode::from_u16(status).unwrap().into_response();
        }
        Some(Fault::Garbage) => return "<html>Kom tilbake senere</html>".into_response(),
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Huge) => return vec![b' '; 4 << 20].into_response(),
        None => {}
    }
    let mut json = match path {
        "/.well-known/openid-configuration" => discovery(&shared.url),
        "/openid/jwks" => jwks(&shared),
        "/oauth/token" => match token(&shared, &headers, &body) {
            Ok(json) => json,
            Err(error) => {
                let body = json!({ "error": error }).to_string();
                return (StatusCode::BAD_REQUEST, body).into_response();
            }
        },
        "/openid/userinfo" | "/userinfo/v1/userinfo" => match userinfo(&shared, &headers) {
            Some(json) => json,
            None => return StatusCode::UNAUTHORIZED.into_response(),
        },
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let change = shared.behaviour.lock().unwrap().changes.get(path).cloned();
    if let Some(change) = change {
        change(json.as_object_mut().unwrap());
    }
    axum::Json(json).into_response()
}

fn discovery(url: &str) -> Value {
    json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/oauth/authorization"),
        "token_endpoint": format!("{url}/oauth/token"),
        "userinfo_endpoint": format!("{url}/openid/userinfo"),
        "jwks_uri": format!("{url}/openid/jwks"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })
}

fn jwks(shared: &Shared) -> Value {
    let published = shared.behaviour.lock().unwrap().published.clone();
    let keys: Vec<Value> = published
        .into_iter()
        .map(|index| {
            let pair = RsaKeyPair::from_der(KEYS[index]).unwrap();
            let public = rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
            json!({
                "kty": "RSA", "use": "sig", "alg": "RS256", "kid": format!("key-{index}"),
                "n": jose::base64url(&public.n), "e": jose::base64url(&public.e),
            })
        })
        .collect();
    json!({ "keys": keys })
}

fn token(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Value, &'static str> {
    let form: HashMap<String, String> = url::form_urlencoded::parse(body).into_owned().collect();
    // RFC 6749 §2.3.1: id and secret are form-encoded inside Basic.
    let basic = STANDARD.encode(format!("{CLIENT_ID_AT_FEIDE}:stand-in+secret%2B%25"));
    let authorization = headers
        .get(header::AUTHORIZATION)
        .unwrap()
        .to_str()
        .unwrap();
    if authorization != format!("Basic {basic}") {
        return Err("invalid_client");
    }
    let mut behaviour = shared.behaviour.lock().unwrap();
    let login = behaviour
        .codes
        .remove(&form["code"])
        .ok_or("invalid_grant")?;
    let challenge = jose::base64url(&jose::sha256(form["code_verifier"].as_bytes()));
    if form["grant_type"] != "authorization_code"
        || form["redirect_uri"] != login.redirect_uri
        || challenge != login.challenge
    {
        return Err("invalid_grant");
    }
    let access_token = format!("token-{}", behaviour.tokens.len());
    behaviour
        .tokens
        .insert(access_token.clone(), login.feide_name.clone());
    let now = shared.clock.now().timestamp();
    let mut claims = json!({
        "iss": shared.url, "sub": format!("sub-{}", login.feide_name), "aud": CLIENT_ID_AT_FEIDE,
        "iat": now, "exp": now + 3600, "nonce": login.nonce,
        "at_hash": jose::base64url(&jose::sha256(access_token.as_bytes())[..16]),
    });
    if login.says_when {
        claims["auth_time"] = now.into();
    }
    if let Some(acr) = login.acr {
        claims["acr"] = acr.into();
    }
    let mut header =
        json!({ "alg": "RS256", "typ": "JWT", "kid": format!("key-{}", behaviour.signer) });
    if let Some(change) = behaviour.changes.get("id_token") {
        change(claims.as_object_mut().unwrap());
    }
    if let Some(change) = behaviour.changes.get("id_token_header") {
        change(header.as_object_mut().unwrap());
    }
    let signed = format!(
        "{}.{}",
        jose::base64url(header.to_string().as_bytes()),
        jose::base64url(claims.to_string().as_bytes())
    );
    let pair = RsaKeyPair::from_der(KEYS[behaviour.signer]).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        signed.as_bytes(),
        &mut signature,
    )
    .unwrap();
    let id_token = format!("{signed}.{}", jose::base64url(&signature));
    Ok(json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": 28_800, "id_token": id_token,
    }))
}

/// Both answers in one: each reader takes what it knows.
fn userinfo(shared: &Shared, headers: &HeaderMap) -> Option<Value> {
    let token = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")?;
    let behaviour = shared.behaviour.lock().unwrap();
    let feide_name = behaviour.tokens.get(token)?;
    Some(json!({
        "sub": format!("sub-{feide_name}"),
        "https://n.feide.no/claims/userid_sec": [format!("feide:{feide_name}")],
        "eduPersonPrincipalName": feide_name,
        "norEduPersonBirthDate": ["20090314"],
        "name": "Nora Bjørnstad",
    }))
}
