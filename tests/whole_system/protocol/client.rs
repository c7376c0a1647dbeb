//! A wallet that says whatever it is told to say.

use std::sync::Mutex;

use county_api::{CLIENT_ID, Enrolment, EnrolmentStatus, PhotoDecision, SCOPE};
use jose::{SoftwareKey, dpop, pkce};
use openid4vc::{
    AuthorizationCallback, AuthorizationRequest, NonceResponse, PushedAuthorizationRequest,
    PushedAuthorizationResponse, TokenRequest, TokenResponse,
};
use reqwest::{
    Method,
    header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap},
};
use ring::rand::SystemRandom;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;
use whole_system::{browser::Browser, stage::join, walk};

use super::scene::{new_key, now, unique};
use crate::setting::{County, PASSWORD};

pub(super) const CREDENTIAL: &str = "openid4vci/credential";
pub(super) const PAR: &str = "oauth/par";
pub(super) const TOKEN: &str = "oauth/token";
pub(super) const JSON: &str = "application/json";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn header(&self, name: impl reqwest::header::AsHeaderName) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("a header in ASCII"))
            .unwrap_or_default()
    }

    /// Checks the status, and that nobody on the way keeps the answer.
    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header(CACHE_CONTROL), "no-store");
        self
    }

    /// Checks a refusal: its status and code, as plain JSON that nobody keeps.
    #[track_caller]
    pub(super) fn refused(self, status: u16, error: &str) {
        let answer = self.expect(status);
        assert_eq!(answer.header(CONTENT_TYPE), JSON);
        let body: Value = answer.json();
        assert_eq!(body["error"], error, "{body}");
        if let Some(description) = body["error_description"].as_str() {
            // OpenID4VCI 8.3.1.2: %x20-21 / %x23-5B / %x5D-7E.
            let plain = |c: char| (' '..='~').contains(&c) && c != '"' && c != '\\';
            assert!(description.chars().all(plain), "{description}");
        }
    }

    #[track_caller]
    pub(super) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
}

/// What one request is made of.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    /// Below the issuer's address, with a query if it has one.
    pub(super) path: &'a str,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl<'a> Ask<'a> {
    pub(super) fn get(path: &'a str) -> Self {
        Self {
            method: Method::GET,
            path,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(super) fn post(path: &'a str, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            method: Method::POST,
            path,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
        }
    }

    pub(super) fn json(path: &'a str, body: &Value) -> Self {
        Self::post(path, JSON, body.to_string())
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn with_all(mut self, headers: &[(&'static str, String)]) -> Self {
        self.headers.extend_from_slice(headers);
        self
    }
}

/// A phone with a DPoP key.
pub(super) struct Client {
    pub(super) key: SoftwareKey,
    pub(super) issuer: Url,
    http: reqwest::Client,
    nonce: Mutex<Option<String>>,
}

impl Client {
    pub(super) fn new(county: &County) -> Self {
        Self {
            key: new_key(),
            issuer: county.stage.issuer_url(),
            // The county's own client belongs to the test that started it.
            http: reqwest::Client::new(),
            nonce: Mutex::new(None),
        }
    }

    /// The issuer's identifier.
    pub(super) fn issuer_id(&self) -> &str {
        openid4vc::identifier(&self.issuer)
    }

    pub(super) fn address(&self, path: &str) -> Url {
        self.issuer.join(path).expect("an address")
    }

    pub(super) fn dpop_nonce(&self) -> Option<String> {
        self.nonce.lock().expect("no panic").clone()
    }

    /// Sends exactly this.
    pub(super) async fn send(&self, ask: Ask<'_>) -> Answer {
        let mut request = self
            .http
            .request(ask.method, self.address(ask.path))
            .body(ask.body);
        for (name, value) in ask.headers {
            request = request.header(name, value);
        }
        let answer = request.send().await.expect("an answer");
        let headers = answer.headers().clone();
        if let Some(nonce) = headers.get("dpop-nonce") {
            let nonce = nonce.to_str().expect("a nonce in ASCII").to_owned();
            *self.nonce.lock().expect("no panic") = Some(nonce);
        }
        Answer {
            status: answer.status().as_u16(),
            headers,
            body: answer.bytes().await.expect("a body").to_vec(),
        }
    }

    /// A proof for a request, with the nonce that was given last.
    pub(super) fn proof(&self, method: &Method, path: &str, token: Option<&str>) -> String {
        let nonce = self.dpop_nonce();
        let url = self.address(path);
        let request = dpop::ProofRequest {
            method: method.as_str(),
            url: url.as_str(),
            now: now(),
            jti: &unique(),
            access_token: token,
            nonce: nonce.as_deref(),
        };
        dpop::prove(&request, &self.key).expect("a proof")
    }

    /// Sends with a good proof and, if there is one, a token.
    pub(super) async fn prove_and_send(&self, token: Option<&str>, mut ask: Ask<'_>) -> Answer {
        // Every answer has the nonce for the next proof, so that a refusal is one of what was sent.
        if self.dpop_nonce().is_none() {
            self.c_nonce().await;
        }
        let proof = self.proof(&ask.method, ask.path, token);
        ask.headers.push(("dpop", proof));
        if let Some(token) = token {
            ask.headers.push(("authorization", format!("DPoP {token}")));
        }
        self.send(ask).await
    }

    /// A pushed request, and the verifier to its challenge.
    pub(super) fn pushed(&self) -> (PushedAuthorizationRequest, pkce::Verifier) {
        let verifier = pkce::Verifier::generate(&SystemRandom::new()).expect("randomness");
        let request = PushedAuthorizationRequest {
            client_id: CLIENT_ID.into(),
            redirect_uri: walk::redirect_uri().into(),
            scope: SCOPE.into(),
            state: Some("state".into()),
            code_challenge: verifier.challenge(),
            dpop_jkt: None,
        };
        (request, verifier)
    }

    /// Pushes a request with these headers besides.
    pub(super) async fn push(&self, headers: &[(&'static str, String)]) -> Answer {
        let form = self.pushed().0.to_form();
        self.prove_and_send(None, Ask::post(PAR, FORM, form).with_all(headers))
            .await
    }

    /// From the pushed request through the person's browser to the code.
    pub(super) async fn code(&self, login: &str) -> TokenRequest {
        let (request, verifier) = self.pushed();
        let form = request.to_form();
        let answer = self.prove_and_send(None, Ask::post(PAR, FORM, form)).await;
        let pushed: PushedAuthorizationResponse = answer.expect(201).json();
        let authorization = AuthorizationRequest {
            client_id: CLIENT_ID.into(),
            request_uri: pushed.request_uri,
        };
        let start = authorization.to_url(&join(&self.issuer, "oauth/authorize"));
        let home = walk::redirect_uri();
        let callback = Browser::new()
            .expect("a browser")
            .log_in(&start, &home, login, PASSWORD)
            .await
            .unwrap_or_else(|e| panic!("{e}"));
        let code = AuthorizationCallback::from_url(&callback)
            .and_then(|callback| callback.into_code("state", self.issuer_id()))
            .expect("a code");
        TokenRequest::AuthorizationCode {
            client_id: CLIENT_ID.into(),
            code,
            redirect_uri: home.into(),
            code_verifier: verifier.as_str().into(),
        }
    }

    /// Asks for tokens with these headers besides.
    pub(super) async fn tokens(
        &self,
        request: &TokenRequest,
        headers: &[(&'static str, String)],
    ) -> Answer {
        let form = request.to_form();
        self.prove_and_send(None, Ask::post(TOKEN, FORM, form).with_all(headers))
            .await
    }

    /// The whole login, to an access token.
    pub(super) async fn log_in(&self, login: &str) -> String {
        let request = self.code(login).await;
        let tokens: TokenResponse = self.tokens(&request, &[]).await.expect(200).json();
        tokens.access_token
    }

    /// As [`Client::log_in`], and confirms the photo if that is still to be done.
    pub(super) async fn log_in_with_card(&self, login: &str) -> String {
        let token = self.log_in(login).await;
        let answer = self
            .prove_and_send(Some(&token), Ask::get("wallet/enrolment"))
            .await;
        let status: EnrolmentStatus = answer.expect(200).json();
        if let Enrolment::PhotoToConfirm { photo, .. } = status.state {
            let decision = serde_json::to_value(PhotoDecision {
                sha256: photo.sha256,
            })
            .expect("JSON");
            let ask = Ask::json("wallet/photo/confirm", &decision);
            self.prove_and_send(Some(&token), ask).await.expect(200);
        }
        token
    }

    /// A nonce for key proofs.
    pub(super) async fn c_nonce(&self) -> String {
        let answer = self.send(Ask::json("openid4vci/nonce", &Value::Null)).await;
        answer.expect(200).json::<NonceResponse>().c_nonce
    }

    /// A proof of this key.
    pub(super) fn key_proof(&self, holder: &SoftwareKey, nonce: &str) -> String {
        openid4vc::proof::prove(self.issuer_id(), CLIENT_ID, nonce, now(), holder).expect("a proof")
    }

    /// Proofs of so many new keys.
    pub(super) async fn key_proofs(&self, count: usize) -> (Vec<SoftwareKey>, Vec<String>) {
        let nonce = self.c_nonce().await;
        let keys: Vec<SoftwareKey> = (0..count).map(|_| new_key()).collect();
        let proofs = keys.iter().map(|key| self.key_proof(key, &nonce)).collect();
        (keys, proofs)
    }

    /// Asks for credentials in plain JSON.
    pub(super) async fn ask(&self, token: &str, body: &Value) -> Answer {
        self.prove_and_send(Some(token), Ask::json(CREDENTIAL, body))
            .await
    }
}
