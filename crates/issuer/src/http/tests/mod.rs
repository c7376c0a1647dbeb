//! The whole HTTP surface, against a database in memory and a Feide in this process.

mod app_callback;
mod app_links;
mod county;
mod credentials;
mod deliveries;
mod fake_feide;
mod in_person;
mod kontroll;
mod limits;
mod login;
mod looks;
mod minid;
mod own;
mod pages;
mod person_forms;
mod person_page;
mod photos;
mod public;
mod record_faults;
mod running;
mod school_pages;
mod staff;
mod switched;
mod tokens;
mod two_cards;
mod wallet;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header},
};
use chrono::NaiveDate;
use county_api::{CLIENT_ID, SCOPE};
use jose::{Signer, SoftwareKey, dpop, pkce};
use openid4vc::{
    AuthorizationCallback, CredentialRequest, CredentialResponse, NonceResponse,
    PushedAuthorizationRequest, PushedAuthorizationResponse, TokenRequest, TokenResponse, proof,
};
use ring::rand::SystemRandom;
use school_records::{
    ClassMembership, Contact, Period, PersonRecord, ProgrammeMembership, School, SchoolEnrolment,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::de::DeserializeOwned;
use tower::ServiceExt;
use url::Url;
use uuid::Uuid;

use super::{Service, router::routes};
use crate::{
    app::testing::{NOW, TestClock, app_with},
    config::{Config, Secret},
    db::entity::{
        person,
        photo::{self, PhotoSource, PhotoState},
        school,
    },
    oauth::dpop_nonce,
};

pub(super) use fake_feide::{FakeFeide, Fault};

pub(super) const ISSUER: &str = "http://127.0.0.1:8020";
pub(super) const REDIRECT: &str = "http://127.0.0.1:49152/callback";
pub(super) const NORA: &str = "nora@fjordviken.example";
/// A configuration with tokens behind a code.
pub(super) const EXAM: &str = "student-id-exam";
const CLIENT_ID_AT_FEIDE: &str = "lommebevis-issuer";
const DAY: i64 = 86_400;

/// The service with a Feide of its own, at [`NOW`].
pub(super) struct World {
    pub(super) service: Arc<Service>,
    pub(super) clock: Arc<TestClock>,
    pub(super) feide: FakeFeide,
    router: Router,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    pub(super) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::make(change, None).await
    }

    /// On a database of its own instead of one in memory.
    pub(super) async fn on(database: &crate::config::DatabaseConfig) -> Self {
        Self::make(|_| (), Some(database)).await
    }

    async fn make(
        change: impl FnOnce(&mut Config),
        database: Option<&crate::config::DatabaseConfig>,
    ) -> Self {
        let clock = Arc::new(TestClock::at(NOW));
        let feide = FakeFeide::start(clock.clone()).await;
        let mut config = crate::config::tests::sample();
        config.feide.issuer = feide.url.parse().unwrap();
        config.feide.extended_userinfo_url = Some(
            format!("{}/userinfo/v1/userinfo", feide.url)
                .parse()
                .unwrap(),
        );
        config.feide.client_secret = Secret::from("stand-in secret+%");
        config.feide.timeout_s = 1;
        change(&mut config);
        let mut app = app_with(config, clock.clone()).await;
        if let Some(database) = database {
            app.db = crate::db::open(database).await.unwrap();
        }
        let service = Arc::new(Service::new(Arc::new(app)));
        Self {
            router: routes(service.clone()),
            service,
            clock,
            feide,
        }
    }

    pub(super) fn later(&self, seconds: i64) {
        self.clock.set(self.service.unix_now() + seconds);
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: axum::body::to_bytes(body, 1 << 24).await.unwrap(),
        }
    }

    pub(super) async fn get(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(request(Method::GET, address, headers, Body::empty()))
            .await
    }

    pub(super) async fn post_form(
        &self,
        address: &str,
        headers: &[(&str, &str)],
        form: impl Into<Body>,
    ) -> Answer {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send(request(Method::POST, address, &all, form.into()))
            .await
    }

    /// A pupil at the sample school, with a photo in this state.
    pub(super) async fn pupil(&self, feide_name: &str, photo: Option<PhotoState>) -> Uuid {
        self.pupil_until(feide_name, photo, date("2027-06-20"))
            .await
    }

    pub(super) async fn pupil_until(
        &self,
        feide_name: &str,
        photo: Option<PhotoState>,
        until: NaiveDate,
    ) -> Uuid {
        let period = Period {
            start: Some(date("2026-08-17")),
            end: Some(until),
        };
        let record = PersonRecord {
            source_key: format!("elev:{feide_name}"),
            feide_name: Some(feide_name.to_owned()),
            nin: None,
            given_name: "Nora".into(),
            middle_name: None,
            family_name: "Bjørnstad".into(),
            birth_date: Some(date("2009-03-14")),
            mobile: None,
            photo_url: None,
            student_number: Some("100042".into()),
            guest: false,
            enrolments: vec![SchoolEnrolment {
                school_number: Some("10001".into()),
                main: true,
                period,
                interrupted_on: None,
                category_code: None,
                classes: vec![ClassMembership {
                    name: "2STA".into(),
                    level: Some("VG2".into()),
                    period,
                }],
                programmes: vec![ProgrammeMembership {
                    code: "STUSP2----".into(),
                    name: "Studiespesialisering".into(),
                    period,
                }],
            }],
            contracts: vec![],
            library_code: None,
        };
        let db = &self.service.db;
        if school::Entity::find_by_id("10001")
            .one(db)
            .await
            .unwrap()
            .is_none()
        {
            let fjordvik = School {
                number: "10001".into(),
                name: "Fjordvik videregående skole".into(),
                organisation_number: Some("974000001".into()),
                domain: None,
                contact: Contact::default(),
            };
            let row = school::ActiveModel {
                number: Set(fjordvik.number.clone()),
                name: Set(fjordvik.name.clone()),
                organisation_number: Set(fjordvik.organisation_number.clone()),
                domain: Set(None),
                record: Set(serde_json::to_value(&fjordvik).unwrap()),
            };
            school::Entity::insert(row)
                .exec_without_returning(db)
                .await
                .unwrap();
        }
        let id = Uuid::new_v4();
        let row = person::ActiveModel {
            id: Set(id),
            source_key: Set(record.source_key.clone()),
            feide_name: Set(record.feide_name.clone()),
            nin_hash: Set(None),
            record: Set(serde_json::to_value(&record).unwrap()),
            record_hash: Set(String::new()),
            search_key: Set(crate::records::index::search_key(&record)),
            withdrawn_at: Set(None),
            updated_at: Set(NOW),
            ..Default::default()
        };
        person::Entity::insert(row)
            .exec_without_returning(db)
            .await
            .unwrap();
        crate::records::index::write(db, &[(id, record)])
            .await
            .unwrap();
        if let Some(state) = photo {
            let jpeg = portrait();
            let row = photo::ActiveModel {
                person_id: Set(id),
                id: Set(Uuid::new_v4()),
                state: Set(state),
                source: Set(PhotoSource::SchoolRecords),
                sha256: Set(county_api::photo_sha256(&jpeg)),
                object_key: Set(self.service.photos.put(&jpeg).await.unwrap()),
                source_url_sha256: Set(None),
                source_date: Set(None),
                changed_at: Set(NOW),
                ..Default::default()
            };
            photo::Entity::insert(row)
                .exec_without_returning(db)
                .await
                .unwrap();
        }
        id
    }
}

/// A small grey JPEG.
pub(super) fn portrait() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(48, 64, image::Rgb([128, 128, 128]))
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn request(method: Method, address: &str, headers: &[(&str, &str)], body: Body) -> Request<Body> {
    let path = address.strip_prefix(ISSUER).unwrap_or(address);
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).unwrap()
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(super) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(super) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers
            .get(name)
            .map(HeaderValue::to_str)
            .transpose()
            .unwrap()
            .unwrap_or_default()
    }

    #[track_caller]
    pub(super) fn location(&self) -> Url {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text());
        self.header(header::LOCATION).parse().unwrap()
    }

    /// The OAuth error code in the body, or in the address the browser is sent to.
    #[track_caller]
    pub(super) fn error(&self) -> String {
        if self.status == StatusCode::SEE_OTHER {
            return query(&self.location(), "error").unwrap_or_default();
        }
        let body: serde_json::Value = self.json();
        body["error"].as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub(super) fn support_code(&self) -> String {
        assert_eq!(
            self.header(header::CONTENT_TYPE),
            "application/problem+json"
        );
        let body: serde_json::Value = self.json();
        assert_eq!(body["status"], self.status.as_u16());
        body["support_code"].as_str().unwrap().to_owned()
    }
}

pub(super) fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// The app on a phone, with a browser.
pub(super) struct Phone<'a> {
    pub(super) world: &'a World,
    pub(super) key: SoftwareKey,
}

/// A pushed request, and what the app keeps of it.
pub(super) struct Begun {
    pub(super) request_uri: String,
    pub(super) verifier: pkce::Verifier,
}

/// The browser at Feide's door.
pub(super) struct AtFeide {
    pub(super) url: Url,
    pub(super) cookie: String,
}

impl<'a> Phone<'a> {
    pub(super) fn new(world: &'a World) -> Self {
        Self { world, key: key() }
    }

    /// A fresh proof for a request.
    pub(super) fn prove(&self, method: &str, path: &str, token: Option<&str>) -> String {
        self.prove_at(method, path, token, self.world.service.unix_now())
    }

    pub(super) fn prove_at(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        now: i64,
    ) -> String {
        let request = dpop::ProofRequest {
            method,
            url: &format!("{ISSUER}{path}"),
            now,
            jti: &Uuid::new_v4().to_string(),
            access_token: token,
            nonce: Some(&dpop_nonce::current(&self.world.service)),
        };
        dpop::prove(&request, &self.key).unwrap()
    }

    pub(super) async fn push(&self) -> Begun {
        let verifier = pkce::Verifier::generate(&SystemRandom::new()).unwrap();
        let request = PushedAuthorizationRequest {
            client_id: CLIENT_ID.into(),
            redirect_uri: REDIRECT.into(),
            scope: SCOPE.into(),
            state: Some("the app's state".into()),
            code_challenge: verifier.challenge(),
            dpop_jkt: None,
        };
        let proof = self.prove("POST", "/oauth/par", None);
        let answer = self
            .world
            .post_form("/oauth/par", &[("dpop", &proof)], request.to_form())
            .await
            .expect(201);
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        let answer: PushedAuthorizationResponse = answer.json();
        Begun {
            request_uri: answer.request_uri,
            verifier,
        }
    }

    /// Opens the browser; the answer is where it ends up.
    pub(super) async fn open(&self, begun: &Begun) -> Answer {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", CLIENT_ID)
            .append_pair("request_uri", &begun.request_uri)
            .finish();
        self.world
            .get(&format!("/oauth/authorize?{query}"), &[])
            .await
    }

    pub(super) async fn at_feide(&self, begun: &Begun) -> AtFeide {
        let answer = self.open(begun).await;
        let cookie = answer.header(header::SET_COOKIE);
        AtFeide {
            url: answer.location(),
            cookie: cookie.split(';').next().unwrap().to_owned(),
        }
    }

    /// The browser comes back to us with what Feide gave it.
    pub(super) async fn come_back(
        &self,
        at_feide: &AtFeide,
        parameters: &[(&str, &str)],
    ) -> Answer {
        let state = query(&at_feide.url, "state").unwrap();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("state", &state)
            .extend_pairs(parameters)
            .finish();
        self.world
            .get(
                &format!("/oauth/feide/callback?{query}"),
                &[("cookie", &at_feide.cookie)],
            )
            .await
    }

    /// Everything up to the code.
    pub(super) async fn code(&self, feide_name: &str) -> (String, Begun) {
        let begun = self.push().await;
        let at_feide = self.at_feide(&begun).await;
        let code = self.world.feide.log_in(&at_feide.url, feide_name);
        let answer = self.come_back(&at_feide, &[("code", &code)]).await;
        let code = AuthorizationCallback::from_url(&answer.location())
            .unwrap()
            .into_code("the app's state", ISSUER)
            .unwrap();
        (code, begun)
    }

    pub(super) async fn token(&self, request: &TokenRequest) -> Answer {
        let proof = self.prove("POST", "/oauth/token", None);
        self.world
            .post_form("/oauth/token", &[("dpop", &proof)], request.to_form())
            .await
    }

    pub(super) async fn redeem(&self, code: &str, begun: &Begun) -> Answer {
        self.token(&TokenRequest::AuthorizationCode {
            client_id: CLIENT_ID.into(),
            code: code.into(),
            redirect_uri: REDIRECT.into(),
            code_verifier: begun.verifier.as_str().into(),
        })
        .await
    }

    pub(super) async fn refresh(&self, refresh_token: &str) -> Answer {
        self.token(&TokenRequest::RefreshToken {
            client_id: CLIENT_ID.into(),
            refresh_token: refresh_token.into(),
            scope: None,
        })
        .await
    }

    /// The whole login.
    pub(super) async fn log_in(&self, feide_name: &str) -> TokenResponse {
        let (code, begun) = self.code(feide_name).await;
        let answer = self.redeem(&code, &begun).await.expect(200);
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        let tokens: TokenResponse = answer.json();
        tokens.check(SCOPE).unwrap();
        tokens
    }

    /// A request with token and proof.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: &str,
        json: Option<serde_json::Value>,
    ) -> Answer {
        let proof = self.prove(method.as_str(), path, Some(token));
        let authorization = format!("DPoP {token}");
        let mut headers = vec![
            ("authorization", authorization.as_str()),
            ("dpop", proof.as_str()),
        ];
        if json.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let body = json.map_or_else(Body::empty, |json| json.to_string().into());
        self.world.send(request(method, path, &headers, body)).await
    }

    pub(super) async fn nonce(&self) -> String {
        let answer = self
            .world
            .send(request(
                Method::POST,
                "/openid4vci/nonce",
                &[],
                Body::empty(),
            ))
            .await
            .expect(200);
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        answer.json::<NonceResponse>().c_nonce
    }

    pub(super) async fn ask_for(
        &self,
        token: &str,
        configuration: &str,
        proofs: Vec<String>,
    ) -> Answer {
        let body = CredentialRequest::new(configuration, proofs);
        let body = serde_json::to_value(&body).unwrap();
        self.ask(Method::POST, "/openid4vci/credential", token, Some(body))
            .await
    }

    pub(super) async fn fetch(
        &self,
        token: &str,
        configuration: &str,
        holders: &[SoftwareKey],
    ) -> CredentialResponse {
        let nonce = self.nonce().await;
        let now = self.world.service.unix_now();
        let proofs = holders
            .iter()
            .map(|holder| prove_key(holder, &nonce, now))
            .collect();
        let answer = self.ask_for(token, configuration, proofs).await.expect(200);
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        let answer: CredentialResponse = answer.json();
        answer.check(holders.len()).unwrap();
        answer
    }
}

pub(super) fn key() -> SoftwareKey {
    SoftwareKey::generate(&SystemRandom::new()).unwrap()
}

pub(super) fn prove_key(holder: &dyn Signer, nonce: &str, now: i64) -> String {
    proof::prove(ISSUER, CLIENT_ID, nonce, now, holder).unwrap()
}
