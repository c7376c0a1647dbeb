use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use county_api::{
    Candidate, CardClaims, CardType, InPersonClaims, PhotoClaims, PortraitHash, Profile, Roster,
    SlipClaims, TrustListBody, TrustedIssuer, TrustedKey, claims::Portrait, date_in_norway,
};
use jose::{Signer as _, SoftwareKey};
use qr_proof::{Claim169, StatusRef, TokenClaims};
use ring::rand::SystemRandom;
use serde_json::json;
use status_list::{Bits, Status, StatusList, StatusListToken};

use super::TestClock;

pub(crate) const ISSUER: &str = "https://bevis.fjordviken.example";
pub(crate) const NEIGHBOUR: &str = "https://bevis.nesoya.example";

fn key() -> SoftwareKey {
    SoftwareKey::generate(&SystemRandom::new()).unwrap()
}

/// Someone with a phone.
pub(crate) struct Pupil {
    pub(crate) number: u64,
    name: &'static str,
    phone: SoftwareKey,
}

impl Pupil {
    pub(crate) fn new(number: u64, name: &'static str) -> Self {
        let phone = key();
        Self {
            number,
            name,
            phone,
        }
    }

    pub(crate) fn nora() -> Self {
        Self::new(42, "Nora Østby")
    }

    fn claims(&self) -> CardClaims {
        let (given_name, family_name) = self.name.split_once(' ').unwrap();
        CardClaims {
            given_name: given_name.into(),
            family_name: family_name.into(),
            birthdate: "2008-02-29".parse().unwrap(),
            portrait: Portrait::from_jpeg(vec![0xFF, 0xD8, 0xFF]).unwrap(),
            card_type: CardType::Elev,
            institution: "Fjordvik videregående skole".into(),
            institution_number: None,
            class: Some("3STA".into()),
            programme: None,
            student_number: Some(format!("1000{}", self.number)),
            semester: "2026-H".parse().unwrap(),
            valid_from: "2026-08-01".parse().unwrap(),
            valid_until: "2026-12-31".parse().unwrap(),
            age_over_16: true,
            age_over_18: true,
            age_over_20: false,
            county: "Fjordviken fylkeskommune".into(),
        }
    }

    fn webp(&self) -> Vec<u8> {
        [b"RIFF\x04\0\0\0WEBP".as_slice(), self.name.as_bytes()].concat()
    }
}

/// What the county serves; tests turn it.
pub(crate) struct Served {
    pub(crate) trust_version: u64,
    /// How long a trust list counts, in seconds.
    pub(crate) trust_for: i64,
    /// Whose names are in the trust list.
    pub(crate) trusted: Vec<&'static str>,
    pub(crate) demo: bool,
    pub(crate) statuses: BTreeMap<u64, Status>,
    /// The addresses in the aggregation.
    pub(crate) named: Vec<String>,
}

pub(crate) struct County {
    trust_list_key: SoftwareKey,
    pub(crate) issuer_key: SoftwareKey,
    pub(crate) stranger: SoftwareKey,
    neighbour_key: SoftwareKey,
    clock: Arc<TestClock>,
    served: Mutex<Served>,
}

impl County {
    pub(crate) fn new(clock: Arc<TestClock>) -> Self {
        Self {
            trust_list_key: key(),
            issuer_key: key(),
            stranger: key(),
            neighbour_key: key(),
            clock,
            served: Mutex::new(Served {
                trust_version: 7,
                trust_for: 30 * 86_400,
                trusted: vec![ISSUER],
                demo: false,
                statuses: BTreeMap::new(),
                named: vec![format!("{ISSUER}/status-lists/1")],
            }),
        }
    }

    pub(crate) fn turn(&self, turn: impl FnOnce(&mut Served)) {
        turn(&mut self.served.lock().unwrap());
    }

    pub(crate) fn block(&self, pupil: &Pupil) {
        self.turn(|served| {
            served.statuses.insert(pupil.number, Status::Suspended);
        });
    }

    pub(crate) fn unblock(&self, pupil: &Pupil) {
        self.turn(|served| {
            served.statuses.remove(&pupil.number);
        });
    }

    pub(crate) fn file(&self) -> county_api::County {
        county_api::County {
            issuer: ISSUER.parse().unwrap(),
            name: "Fjordviken fylkeskommune".into(),
            trust_list_key: self.trust_list_key.public_jwk(),
            password_help_url: None,
            accessibility_statement_url: None,
            demo: false,
        }
    }

    fn now(&self) -> i64 {
        self.clock.truth().timestamp()
    }

    /// What the county's server says the time is.
    pub(crate) fn date(&self) -> String {
        let format = "%a, %d %b %Y %H:%M:%S GMT";
        self.clock.truth().format(format).to_string()
    }

    /// What lies at this address, if anything.
    pub(crate) fn get(&self, url: &str) -> Option<String> {
        match url.strip_prefix(ISSUER) {
            Some("/trust-list") => Some(self.trust_list()),
            Some("/status-lists") => {
                let served = self.served.lock().unwrap();
                Some(json!({ "status_lists": served.named }).to_string())
            }
            Some(path) => path
                .starts_with("/status-lists/")
                .then(|| self.status_list(url)),
            None => self.get_of_neighbour(url),
        }
    }

    fn get_of_neighbour(&self, url: &str) -> Option<String> {
        match url.strip_prefix(NEIGHBOUR)? {
            "/status-lists" => {
                Some(json!({"status_lists": [format!("{NEIGHBOUR}/status-lists/1")]}).to_string())
            }
            "/status-lists/1" => Some(self.status_list_by(url, &self.neighbour_key)),
            _ => None,
        }
    }

    pub(crate) fn trust_list(&self) -> String {
        let served = self.served.lock().unwrap();
        let issuer = |iss: &&'static str| TrustedIssuer {
            iss: (*iss).into(),
            name: "Fjordviken fylkeskommune".into(),
            demo: served.demo,
            keys: vec![TrustedKey {
                jwk: match *iss {
                    NEIGHBOUR => self.neighbour_key.public_jwk(),
                    _ => self.issuer_key.public_jwk(),
                }
                .with_thumbprint_kid(),
                not_before: self.now() - 400 * 86_400,
                not_after: self.now() + 400 * 86_400,
            }],
        };
        let body = TrustListBody {
            version: served.trust_version,
            iat: self.now(),
            exp: self.now() + served.trust_for,
            issuers: served.trusted.iter().map(issuer).collect(),
        };
        body.sign(&self.trust_list_key).unwrap()
    }

    pub(crate) fn status_list(&self, uri: &str) -> String {
        self.status_list_by(uri, &self.issuer_key)
    }

    pub(crate) fn status_list_by(&self, uri: &str, signer: &SoftwareKey) -> String {
        let mut list = StatusList::new(Bits::Two, 1024);
        for (idx, status) in &self.served.lock().unwrap().statuses {
            list.set(*idx, u8::from(*status)).unwrap();
        }
        let token = StatusListToken {
            uri: uri.into(),
            issued_at: self.now(),
            expires_at: Some(self.now() + 86_400),
            ttl: Some(900),
            aggregation_uri: None,
            list,
        };
        let kid = signer.public_jwk().thumbprint();
        token.to_jwt(&kid, signer).unwrap()
    }

    /// A code of this moment.
    pub(crate) fn code(&self, pupil: &Pupil, profile: Profile, nonce: Option<&[u8]>) -> String {
        let portrait = PortraitHash::of(&pupil.webp());
        let said = InPersonClaims::of(profile, &pupil.claims(), Some(portrait));
        let token = self.token(pupil, said.to_identity());
        let audience = profile.audience();
        qr_proof::prove(&token, audience, self.now(), nonce, &pupil.phone).unwrap()
    }

    pub(crate) fn photo_code(&self, pupil: &Pupil) -> String {
        let photo = PhotoClaims { webp: pupil.webp() };
        qr_proof::show_token(&self.token(pupil, photo.to_identity())).unwrap()
    }

    /// A slip of paper that is good today.
    pub(crate) fn slip(&self, pupil: &Pupil) -> String {
        let today = date_in_norway(self.clock.truth());
        let said = SlipClaims::of(
            Profile::Exam,
            &pupil.claims(),
            PhotoClaims { webp: pupil.webp() },
            today,
        )
        .unwrap();
        let claims = qr_proof::SlipClaims {
            issuer: ISSUER.into(),
            issued_at: self.now() - 60,
            expires_at: self.now() + 3_600,
            status: StatusRef {
                uri: format!("{ISSUER}/status-lists/1"),
                idx: pupil.number,
            },
            identity: said.to_identity(),
        };
        let key_id = county_api::key_id(&self.issuer_key.public_jwk());
        let signed = qr_proof::issue_slip(&claims, &key_id, &self.issuer_key).unwrap();
        qr_proof::show_slip(&signed).unwrap()
    }

    fn token(&self, pupil: &Pupil, identity: Claim169) -> Vec<u8> {
        let claims = TokenClaims {
            issuer: ISSUER.into(),
            issued_at: self.now() - 3_600,
            expires_at: self.now() + 6 * 86_400,
            holder: pupil.phone.public_jwk(),
            status: Some(StatusRef {
                uri: format!("{ISSUER}/status-lists/1"),
                idx: pupil.number,
            }),
            identity,
        };
        let key_id = county_api::key_id(&self.issuer_key.public_jwk());
        qr_proof::issue(&claims, &key_id, &self.issuer_key).unwrap()
    }

    /// A list for the exam that begins at nine in Norway on this very day, with a room for each pupil.
    pub(crate) fn roster(&self, pupils: &[(&Pupil, &str)]) -> Roster {
        Roster {
            id: "k3V0".into(),
            iss: ISSUER.into(),
            iat: self.now(),
            exp: "2026-11-23T23:00:00Z"
                .parse::<chrono::DateTime<chrono::Utc>>()
                .unwrap()
                .timestamp(),
            title: "NOR1267 Norsk hovedmål".into(),
            school: "Fjordvik videregående skole".into(),
            starts_at: self.now(),
            late_after_minutes: 0,
            candidates: pupils
                .iter()
                .map(|(pupil, room)| {
                    let claims = pupil.claims();
                    let mut candidate = Candidate {
                        name: pupil.name.into(),
                        birth_date: claims.birthdate,
                        class: claims.class,
                        student_number: claims.student_number,
                        room: Some((*room).into()),
                        portrait: None,
                    };
                    candidate.set_portrait(&pupil.webp());
                    candidate
                })
                .collect(),
        }
    }

    pub(crate) fn signed_roster(&self, pupils: &[(&Pupil, &str)]) -> String {
        self.roster(pupils).sign(&self.issuer_key).unwrap()
    }
}
