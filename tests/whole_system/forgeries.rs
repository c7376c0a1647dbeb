//! Attacks on codes: copied, replayed, forged, stale. All are made from what the real issuer and the real wallet gave,
//! recorded once; what the attacker needs beyond that is forged here.

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, TimeDelta, Utc};
use ciborium::Value as Cbor;
use county_api::{CardClaims, InPersonClaims, Profile, TrustListBody, TrustedIssuer, TrustedKey};
use jose::{Jwk, Signer, SoftwareKey};
use qr_proof::{Challenge, StatusRef, TokenClaims};
use ring::rand::SystemRandom;
use status_list::{Bits, StatusList, StatusListToken};
use verifier::{
    CachedStatus, Checker, Outcome, PhotoState, Reason, Scan, Settings, StatusCache, StatusError,
    TrustList, TrustListError, Verdict,
};
use wallet::platform::{Clock, Platform, SystemClock};
use whole_system::{stage::join, walk};

use crate::setting::County;

/// What was recorded of a day at the county.
struct Scene {
    /// When the codes were made.
    now: DateTime<Utc>,
    trust_key: Jwk,
    /// Before and after the issuer's key was rotated.
    trust_lists: [String; 2],
    /// Before and after Nora was blocked.
    status_lists: [Vec<String>; 2],
    issuer: String,
    /// Nora's codes, one for each profile.
    nora: [String; 4],
    /// Another of Nora's codes for an exam, some seconds younger.
    nora_later: String,
    nora_photo: String,
    nora_link: String,
    challenge: Challenge,
    /// Nora's answer to the challenge.
    nora_answer: String,
    /// Codes of Nora's phone, offline, with its clock an hour slow and an hour fast.
    nora_slow: String,
    nora_fast: String,
    nora_claims: CardClaims,
    aslak: String,
    aslak_photo: String,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    // A thread and runtime of its own: what is started here ends before the scene is used.
    std::thread::spawn(|| {
        tokio::runtime::Runtime::new()
            .expect("a runtime")
            .block_on(record())
    })
    .join()
    .expect("a scene")
});

async fn record() -> Scene {
    let county = County::start().await;
    let nora = county.enrolled("nora", "phone of nora").await;
    let aslak = county.enrolled("aslak", "phone of aslak").await;
    let told = walk::read_county(&county.stage).expect("a county file");
    let challenge = Challenge::new(&SystemRandom::new()).expect("randomness");
    let code = |profile| {
        nora.code(&walk::first_card(&nora), profile)
            .expect("a code")
    };
    let now = Utc::now();
    let shown = Profile::ALL.map(code);
    let nora_link = shown[0].link_text.clone().expect("a link");
    let codes = shown.map(|code| code.text);
    // Two codes of one second are one.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let nora_later = code(Profile::Exam).text;
    let answer = nora
        .code_for(
            &walk::first_card(&nora),
            Profile::Exam,
            Some(challenge.as_bytes()),
        )
        .expect("an answer");
    let nora_photo = nora
        .photo_code(&walk::first_card(&nora))
        .expect("a photo code")
        .expect("a small portrait")
        .text;
    let nora_claims = nora.overview().cards[0].claims.clone();
    let lists_before = status_lists(&county).await;
    let trust_before = trust_list(&county).await;

    let block = ["person", "block", "--feide", "nora@fjordviken.example"];
    let why = ["--reason", "Mistet telefon", "--by", "test"];
    county
        .stage
        .issuer_command(&[block, why].concat())
        .await
        .expect("a block");
    // A list says to the second when it was signed.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let lists_after = status_lists(&county).await;
    county
        .stage
        .issuer_command(&["keys", "rotate"])
        .await
        .expect("a new key");
    let trust_after = trust_list_after(&county, &trust_before).await;

    let aslak_code = aslak
        .code(&walk::first_card(&aslak), Profile::Exam)
        .expect("a code")
        .text;
    let aslak_photo = aslak
        .photo_code(&walk::first_card(&aslak))
        .expect("a photo code")
        .expect("a small portrait")
        .text;
    // The phone is started anew, offline, with another clock.
    drop(nora);
    let with_clock = |seconds: i64| {
        let platform = Platform {
            clock: Arc::new(SetClock(TimeDelta::seconds(seconds), SystemClock::new())),
            ..county.platform("phone of nora")
        };
        let wallet = county.wallet_on(platform);
        wallet
            .code(&walk::first_card(&wallet), Profile::Exam)
            .expect("a code")
            .text
    };
    let (nora_slow, nora_fast) = (with_clock(-3_600), with_clock(3_600));
    Scene {
        now,
        trust_key: told.trust_list_key.clone(),
        trust_lists: [trust_before, trust_after],
        status_lists: [lists_before, lists_after],
        issuer: told.issuer_id().to_owned(),
        nora: codes,
        nora_link,
        nora_later,
        nora_photo,
        challenge,
        nora_answer: answer.text,
        nora_slow,
        nora_fast,
        nora_claims,
        aslak: aslak_code,
        aslak_photo,
    }
}

/// A device clock that somebody has set.
struct SetClock(TimeDelta, SystemClock);

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        self.1.now() + self.0
    }

    fn uptime(&self) -> std::time::Duration {
        self.1.uptime()
    }
}

async fn trust_list(county: &County) -> String {
    let url = join(&county.stage.issuer_url(), "trust-list");
    let answer = county
        .stage
        .http()
        .get(url)
        .send()
        .await
        .expect("an answer");
    answer.text().await.expect("a trust list")
}

/// The trust list once the running issuer has seen that the keys have changed.
async fn trust_list_after(county: &County, before: &str) -> String {
    for _ in 0..600 {
        let list = trust_list(county).await;
        if payload(&list)["version"] != payload(before)["version"] {
            return list;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the trust list did not change");
}

fn payload(jws: &str) -> serde_json::Value {
    let jws = jose::jws::Jws::parse(jws).expect("a JWS");
    serde_json::from_slice(jws.unverified_payload()).expect("JSON")
}

async fn status_lists(county: &County) -> Vec<String> {
    let lists = walk::cache_lists(&county.stage, county.path())
        .await
        .expect("lists");
    lists
        .statuses
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("a list"))
        .collect()
}

/// Before or after the block and the rotation.
#[derive(Clone, Copy)]
enum Lists {
    Before = 0,
    After = 1,
}

impl Scene {
    fn trust(&self, lists: Lists) -> TrustList {
        TrustList::verify(
            &self.trust_lists[lists as usize],
            &self.trust_key,
            self.now,
            None,
        )
        .expect("the county's trust list")
    }

    fn statuses(&self, lists: Lists) -> StatusCache {
        let mut cache = StatusCache::default();
        for list in &self.status_lists[lists as usize] {
            cache
                .add_jwt(list, &self.trust(lists), self.list_time())
                .expect("the county's list");
        }
        cache
    }

    /// A moment at which all the recorded lists have been signed and the codes are still young.
    fn list_time(&self) -> DateTime<Utc> {
        self.now + TimeDelta::seconds(10)
    }

    fn checker(&self) -> Checker {
        Checker::new(
            self.trust(Lists::Before),
            self.statuses(Lists::Before),
            Settings::default(),
        )
    }

    fn check(&self, text: &str) -> Verdict {
        self.checker().check(text, self.now + TimeDelta::seconds(2))
    }
}

/// What speaks against a verdict, besides that the county is a specimen.
fn reasons(verdict: &Verdict) -> Vec<Reason> {
    assert_eq!(
        verdict.demo,
        verdict.reasons.contains(&Reason::DemoIssuer),
        "{verdict:?}"
    );
    verdict
        .reasons
        .iter()
        .filter(|reason| **reason != Reason::DemoIssuer)
        .cloned()
        .collect()
}

fn assert_refused(verdict: &Verdict, reason: &Reason) {
    assert!(verdict.outcome >= Outcome::Invalid, "{verdict:?}");
    assert_eq!(reasons(verdict), std::slice::from_ref(reason));
}

fn key() -> SoftwareKey {
    SoftwareKey::generate(&SystemRandom::new()).expect("a key")
}

#[test]
fn every_code_of_a_good_card_is_good_and_says_only_what_its_profile_does() {
    let portrait = |code: &str| {
        let code = qr_proof::decode(code).expect("a code");
        InPersonClaims::from_identity(&code.claims().identity)
            .expect("claims")
            .portrait_hash
    };
    for (profile, code) in Profile::ALL.into_iter().zip(&SCENE.nora) {
        let verdict = SCENE.check(code);
        assert_eq!(reasons(&verdict), [], "{profile:?}");
        assert!(code.len() <= 700, "{profile:?}: {}", code.len());
        let expected = InPersonClaims::of(profile, &SCENE.nora_claims, portrait(code));
        assert_eq!(verdict.card, Some(expected.into()));
    }
    assert!(portrait(&SCENE.nora[0]).is_some() && SCENE.nora_photo.len() <= 1_500);
    assert_eq!(reasons(&SCENE.check(&SCENE.nora_link)), []);
}

#[test]
fn a_screenshot_shown_after_a_minute_is_refused() {
    let verdict = SCENE
        .checker()
        .check(&SCENE.nora[0], SCENE.now + TimeDelta::seconds(62));
    assert!(verdict.outcome >= Outcome::Invalid);
    let [Reason::CodeTooOld { seconds }] = reasons(&verdict)[..] else {
        panic!("{verdict:?}")
    };
    assert!((60..=62).contains(&seconds), "{seconds}");
}

#[test]
fn a_code_replayed_to_the_same_checker_is_refused() {
    let mut checker = SCENE.checker();
    let first = SCENE.now + TimeDelta::seconds(2);
    let again = SCENE.now + TimeDelta::seconds(12);
    assert_eq!(reasons(&checker.check(&SCENE.nora[0], first)), []);
    let replayed = Reason::Replayed { seconds_ago: 10 };
    assert_refused(&checker.check(&SCENE.nora[0], again), &replayed);
    // Nora herself goes on, and the link with the same code is the same code.
    assert_eq!(reasons(&checker.check(&SCENE.nora_later, again)), []);
    let again = checker.check(&SCENE.nora_link, again);
    assert_refused(&again, &replayed);
}

#[test]
fn a_code_signed_by_another_holders_key_is_refused() {
    let forged = Proof::of(&SCENE.nora[0]).sign(&key());
    assert_refused(&SCENE.check(&forged), &Reason::BadHolderSignature);
}

#[test]
fn the_token_of_another_person_with_ones_own_proof_is_refused() {
    // Nora's token as it was scanned, the key in it replaced by the thief's, whose proof is then in order.
    let thief = key();
    let mut proof = Proof::of(&SCENE.nora[0]);
    let claims = qr_proof::decode(&SCENE.nora[0])
        .expect("a code")
        .claims()
        .clone();
    let stolen = TokenClaims {
        holder: thief.public_jwk(),
        ..claims
    };
    let resigned = qr_proof::issue(&stolen, &proof.key_id(), &thief).expect("a token");
    let Cbor::Tag(18, resigned) = cbor(&resigned) else {
        panic!("a COSE_Sign1")
    };
    let Cbor::Array(resigned) = *resigned else {
        panic!("a COSE_Sign1")
    };
    // The claims are the thief's, the issuer's signature is the real one.
    proof.token[2] = resigned[2].clone();
    let forged = proof.sign(&thief);
    assert_refused(&SCENE.check(&forged), &Reason::BadIssuerSignature);
}

#[test]
fn a_forged_issuer_is_unknown_whatever_it_calls_itself() {
    let (forger, holder) = (key(), key());
    let real = qr_proof::decode(&SCENE.nora[0]).expect("a code");
    let claims = TokenClaims {
        holder: holder.public_jwk(),
        ..real.claims().clone()
    };
    let own_name = county_api::key_id(&forger.public_jwk()).to_vec();
    for (key_id, reason) in [
        (own_name, Reason::UnknownIssuer),
        (real.key_id().to_vec(), Reason::BadIssuerSignature),
    ] {
        let token = qr_proof::issue(&claims, &key_id, &forger).expect("a token");
        let now = SCENE.now.timestamp();
        let audience = Profile::Exam.audience();
        let code = qr_proof::prove(&token, audience, now, None, &holder).expect("a code");
        let verdict = SCENE.check(&code);
        assert_refused(&verdict, &reason);
        assert!(!verdict.authentic && verdict.issuer_name.is_none());
    }
    // Nor does it get anywhere with a trust list of its own.
    let body: TrustListBody =
        serde_json::from_value(payload(&SCENE.trust_lists[0])).expect("a list");
    let own_list = body.sign(&forger).expect("a list");
    let refused = TrustList::verify(&own_list, &SCENE.trust_key, SCENE.now, None);
    assert!(matches!(refused, Err(TrustListError::Signature(_))));
}

#[test]
fn a_token_moved_to_another_profile_is_refused() {
    // Whoever copied the code cannot sign for another purpose …
    let mut proof = Proof::of(&SCENE.nora[2]);
    proof.audience = Profile::Exam.audience().to_owned();
    let moved = proof.clone().with_signature(&SCENE.nora[2]);
    assert_refused(&SCENE.check(&moved), &Reason::BadHolderSignature);
    // … and a holder who can, as with an app of their own, is found out by what the issuer signed.
    let neighbour = Neighbour::new();
    for profile in Profile::ALL {
        for shown_as in Profile::ALL {
            let code = neighbour.code(profile, shown_as, Neighbour::IDX);
            let verdict = neighbour.checker().check(&code, SCENE.now);
            let expected = (profile != shown_as).then_some(Reason::ProfileMismatch);
            assert_eq!(reasons(&verdict), Vec::from_iter(expected));
        }
    }
}

#[test]
fn the_status_list_of_another_issuer_or_an_index_out_of_range_makes_nothing_good() {
    let neighbour = Neighbour::new();
    let uri = payload(&SCENE.status_lists[1][0])["sub"]
        .as_str()
        .expect("a sub")
        .to_owned();
    // A stranger's list is not taken at all.
    let stranger = key();
    let mut cache = SCENE.statuses(Lists::After);
    let forged = neighbour.list(&uri, &stranger, SCENE.now + TimeDelta::minutes(5));
    let refused = cache.add_jwt(&forged, &neighbour.trust(), SCENE.list_time());
    assert!(
        matches!(refused, Err(StatusError::UnknownIssuer)),
        "{refused:?}"
    );
    // A trusted neighbour's list at the county's address says nothing of the county's cards.
    let foreign = neighbour.list(
        &uri,
        &neighbour.issuer_key,
        SCENE.now + TimeDelta::minutes(5),
    );
    let _ = cache.add_jwt(&foreign, &neighbour.trust(), SCENE.list_time());
    let mut checker = Checker::new(neighbour.trust(), cache, Settings::default());
    let verdict = checker.check(&SCENE.nora[0], SCENE.list_time());
    assert_refused(&verdict, &Reason::Suspended);

    let code = neighbour.code(Profile::Exam, Profile::Exam, 1 << 40);
    let verdict = neighbour.checker().check(&code, SCENE.now);
    assert_refused(&verdict, &Reason::NotInStatusList);
}

#[test]
fn an_old_status_list_that_is_replayed_does_not_undo_a_block() {
    let now = SCENE.list_time();
    let mut cache = SCENE.statuses(Lists::After);
    for list in &SCENE.status_lists[0] {
        // Taken or refused: it must not replace the newer one.
        let _ = cache.add_jwt(list, &SCENE.trust(Lists::After), now);
    }
    let mut checker = Checker::new(SCENE.trust(Lists::After), cache, Settings::default());
    assert_refused(&checker.check(&SCENE.nora[0], now), &Reason::Suspended);
    // Aslak is not touched.
    assert_eq!(reasons(&checker.check(&SCENE.aslak, now)), []);
}

#[test]
fn a_list_that_has_expired_never_says_valid() {
    let later = SCENE.now + TimeDelta::hours(25);
    // The day after, with a code of that day.
    let neighbour = Neighbour::new();
    let code = neighbour.code_at(Profile::Exam, later);
    let verdict = neighbour.checker().check(&code, later);
    assert_eq!(verdict.outcome, Outcome::StatusUnknown);
    assert!(
        matches!(reasons(&verdict)[..], [Reason::StatusTooOld { .. }]),
        "{verdict:?}"
    );
    let found: Option<CachedStatus> = SCENE.statuses(Lists::Before).lookup(
        &SCENE.issuer,
        payload(&SCENE.status_lists[0][0])["sub"]
            .as_str()
            .expect("a sub"),
        0,
        later,
    );
    assert!(found.expect("the list is there").expired);
}

#[test]
fn a_holder_gains_nothing_by_moving_the_phones_clock() {
    let slow = SCENE.check(&SCENE.nora_slow);
    assert!(
        matches!(
            reasons(&slow)[..],
            [Reason::CodeTooOld {
                seconds: 3_500..=3_700
            }]
        ),
        "{slow:?}"
    );
    let fast = SCENE.check(&SCENE.nora_fast);
    assert!(
        matches!(
            reasons(&fast)[..],
            [Reason::ClockDiffers {
                seconds: 3_500..=3_700
            }]
        ),
        "{fast:?}"
    );
}

#[test]
fn a_checker_whose_clock_is_wrong_is_told_so_and_calls_nobody_a_forger() {
    let neighbour = Neighbour::new();
    let code = neighbour.code_at(Profile::Exam, SCENE.now);
    for (seconds, expected) in [
        (-40, Reason::ClockDiffers { seconds: 40 }),
        (600, Reason::CodeTooOld { seconds: 600 }),
    ] {
        let checkers_now = SCENE.now + TimeDelta::seconds(seconds);
        let verdict = neighbour.checker().check(&code, checkers_now);
        assert!(verdict.authentic && verdict.card.is_some());
        assert_refused(&verdict, &expected);
    }
}

#[test]
fn yesterdays_trust_list_is_refused_by_whoever_has_seen_todays() {
    let newer = SCENE.trust(Lists::After);
    let older = SCENE.trust(Lists::Before);
    assert!(newer.version() > older.version());
    let refused = TrustList::verify(
        &SCENE.trust_lists[0],
        &SCENE.trust_key,
        SCENE.now,
        Some(newer.version()),
    );
    assert!(matches!(refused, Err(TrustListError::Rollback { .. })));
}

#[test]
fn a_demo_credential_is_never_shown_as_real() {
    let verdict = SCENE.check(&SCENE.nora[0]);
    assert_eq!(verdict.outcome, Outcome::Demo);
    assert!(verdict.demo);
    let Scan::Photo(photo) = SCENE
        .checker()
        .scan(&SCENE.nora_photo, SCENE.now + TimeDelta::seconds(1))
    else {
        panic!("a photo code")
    };
    assert!(photo.demo && photo.outcome > Outcome::Valid);
}

#[test]
fn anothers_portrait_beside_ones_own_code_is_refused() {
    let mut checker = SCENE.checker();
    let now = SCENE.list_time();
    let verdict = checker.check(&SCENE.nora[0], now);
    assert_eq!(verdict.photo, PhotoState::Available);
    let Scan::Photo(photo) = checker.scan(&SCENE.aslak_photo, now) else {
        panic!("a photo code")
    };
    assert_eq!(photo.belongs_to_last, Some(false));
    assert!(photo.reasons.contains(&Reason::PhotoMismatch));
    let Scan::Photo(photo) = checker.scan(&SCENE.nora_photo, now) else {
        panic!("a photo code")
    };
    assert_eq!(photo.belongs_to_last, Some(true));
    assert_eq!(photo.reasons, [Reason::DemoIssuer]);
}

#[test]
fn a_relayed_code_does_not_answer_the_checkers_challenge() {
    let now = SCENE.now + TimeDelta::seconds(2);
    let nonce = SCENE.challenge.as_bytes();
    let good = SCENE.checker().check_answer(&SCENE.nora_answer, nonce, now);
    assert_eq!(reasons(&good), []);
    for (code, nonce) in [
        (&SCENE.nora[0], Some(nonce)),
        (&SCENE.nora_answer, Some(&[7; 16][..])),
        (&SCENE.nora_answer, None),
    ] {
        let mut checker = SCENE.checker();
        let verdict = match nonce {
            Some(nonce) => checker.check_answer(code, nonce, now),
            None => checker.check(code, now),
        };
        assert_refused(&verdict, &Reason::WrongChallenge);
    }
}

#[test]
fn oversized_and_nested_cbor_is_refused_before_it_is_read() {
    let mut nested = vec![0x81; 17];
    nested.push(0);
    let bombs = [
        nested,
        vec![0x81; 4_000],
        [vec![0x5a, 0, 0, 0x20, 0], vec![0; 0x2000]].concat(),
        vec![0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0x9f; 3_000],
    ];
    for bytes in bombs {
        let text = format!("SID1:{}", base45::encode(&bytes));
        let verdict = SCENE.check(&text);
        assert_eq!(verdict.outcome, Outcome::Unreadable);
        assert_eq!(verdict.reasons, [Reason::DamagedCode]);
    }
    // Depth inside what is signed, too: the payload of a proof that is otherwise real.
    let mut proof = Proof::of(&SCENE.nora[0]);
    proof.extra = Some((
        100,
        (0..20).fold(Cbor::Null, |inner, _| Cbor::Array(vec![inner])),
    ));
    let verdict = SCENE.check(&proof.sign(&key()));
    assert_eq!(verdict.reasons, [Reason::DamagedCode]);
}

#[test]
fn a_code_with_appended_data_is_refused() {
    let code = &SCENE.nora[0];
    let mut longer = bytes_of(code);
    longer.extend([0xf6]);
    for text in [
        format!("{code}00"),
        format!("{code}#A"),
        format!("{code} {code}"),
        format!("SID1:{}", base45::encode(&longer)),
    ] {
        let verdict = SCENE.check(&text);
        assert_eq!(verdict.outcome, Outcome::Unreadable, "{verdict:?}");
    }
}

/// A second county that the checker trusts too, and whose keys the test has: what a dishonest holder or issuer with
/// real keys could do.
struct Neighbour {
    trust_list_key: SoftwareKey,
    issuer_key: SoftwareKey,
    holder: SoftwareKey,
}

impl Neighbour {
    const ISS: &str = "https://bevis.nesoya.example";
    const URI: &str = "https://bevis.nesoya.example/status-lists/1";
    const IDX: u64 = 7;

    fn new() -> Self {
        Self {
            trust_list_key: key(),
            issuer_key: key(),
            holder: key(),
        }
    }

    /// A trust list with the real county and this one.
    fn trust(&self) -> TrustList {
        let mut body: TrustListBody =
            serde_json::from_value(payload(&SCENE.trust_lists[1])).expect("a list");
        body.exp += 10 * 86_400;
        body.issuers.push(TrustedIssuer {
            iss: Self::ISS.into(),
            name: "Nesøya fylkeskommune".into(),
            demo: false,
            keys: vec![TrustedKey {
                jwk: self.issuer_key.public_jwk().with_thumbprint_kid(),
                not_before: 0,
                not_after: i64::MAX,
            }],
        });
        let jws = body.sign(&self.trust_list_key).expect("a list");
        TrustList::verify(&jws, &self.trust_list_key.public_jwk(), SCENE.now, None)
            .expect("a trust list")
    }

    fn list(&self, uri: &str, signer: &SoftwareKey, issued_at: DateTime<Utc>) -> String {
        let token = StatusListToken {
            uri: uri.to_owned(),
            issued_at: issued_at.timestamp(),
            expires_at: Some(issued_at.timestamp() + 86_400),
            ttl: Some(900),
            aggregation_uri: None,
            list: StatusList::new(Bits::Two, 1 << 17),
        };
        token
            .to_jwt(&signer.public_jwk().thumbprint(), signer)
            .expect("a list")
    }

    fn checker(&self) -> Checker {
        let mut cache = StatusCache::default();
        let list = self.list(Self::URI, &self.issuer_key, SCENE.now);
        cache
            .add_jwt(&list, &self.trust(), SCENE.now)
            .expect("a list");
        Checker::new(self.trust(), cache, Settings::default())
    }

    fn code_at(&self, profile: Profile, at: DateTime<Utc>) -> String {
        self.make(profile, profile, Self::IDX, at)
    }

    fn code(&self, profile: Profile, shown_as: Profile, idx: u64) -> String {
        self.make(profile, shown_as, idx, SCENE.now)
    }

    fn make(&self, profile: Profile, shown_as: Profile, idx: u64, at: DateTime<Utc>) -> String {
        let claims = TokenClaims {
            issuer: Self::ISS.into(),
            issued_at: SCENE.now.timestamp() - 60,
            expires_at: SCENE.now.timestamp() + 7 * 86_400,
            holder: self.holder.public_jwk(),
            status: Some(StatusRef {
                uri: Self::URI.into(),
                idx,
            }),
            identity: InPersonClaims::of(profile, &SCENE.nora_claims, None).to_identity(),
        };
        let key_id = county_api::key_id(&self.issuer_key.public_jwk());
        let token = qr_proof::issue(&claims, &key_id, &self.issuer_key).expect("a token");
        let audience = shown_as.audience();
        qr_proof::prove(&token, audience, at.timestamp(), None, &self.holder).expect("a code")
    }
}

/// A proof taken apart, to be put together otherwise than our own code would.
#[derive(Clone)]
struct Proof {
    /// The four parts of the token's COSE_Sign1.
    token: Vec<Cbor>,
    audience: String,
    issued_at: i64,
    extra: Option<(i64, Cbor)>,
}

impl Proof {
    fn of(code: &str) -> Self {
        let decoded = qr_proof::decode(code).expect("a code");
        let outer = sign1(cbor(&bytes_of(code)));
        let Cbor::Map(header) = cbor(outer[0].as_bytes().expect("a header")) else {
            panic!("a header")
        };
        let token = header
            .into_iter()
            .find(|(label, _)| *label == Cbor::from(13))
            .expect("a token")
            .1;
        Self {
            token: sign1(token),
            audience: decoded.audience().to_owned(),
            issued_at: decoded.issued_at(),
            extra: None,
        }
    }

    fn key_id(&self) -> Vec<u8> {
        let Cbor::Map(header) = cbor(self.token[0].as_bytes().expect("a header")) else {
            panic!("a header")
        };
        let kid = header
            .into_iter()
            .find(|(label, _)| *label == Cbor::from(4));
        kid.expect("a kid").1.into_bytes().expect("bytes")
    }

    /// Protected header and payload.
    fn parts(&self) -> (Vec<u8>, Vec<u8>) {
        let token = Cbor::Tag(18, Box::new(Cbor::Array(self.token.clone())));
        let header = Cbor::Map(vec![
            (1.into(), (-7).into()),
            (13.into(), token),
            (16.into(), 294.into()),
        ]);
        let mut claims = vec![
            (Cbor::from(3), Cbor::from(self.audience.as_str())),
            (6.into(), self.issued_at.into()),
        ];
        claims.extend(
            self.extra
                .clone()
                .map(|(label, value)| (label.into(), value)),
        );
        (encode(&header), encode(&Cbor::Map(claims)))
    }

    fn sign(&self, signer: &dyn Signer) -> String {
        let (header, payload) = self.parts();
        let message = encode(&Cbor::Array(vec![
            "Signature1".into(),
            Cbor::Bytes(header),
            Cbor::Bytes(Vec::new()),
            Cbor::Bytes(payload),
        ]));
        self.assemble(signer.sign(&message).expect("a signature").to_vec())
    }

    /// With the signature of another code.
    fn with_signature(&self, code: &str) -> String {
        let outer = sign1(cbor(&bytes_of(code)));
        self.assemble(outer[3].as_bytes().expect("a signature").clone())
    }

    fn assemble(&self, signature: Vec<u8>) -> String {
        let (header, payload) = self.parts();
        let proof = Cbor::Tag(
            18,
            Box::new(Cbor::Array(vec![
                Cbor::Bytes(header),
                Cbor::Map(Vec::new()),
                Cbor::Bytes(payload),
                Cbor::Bytes(signature),
            ])),
        );
        format!("SID1:{}", base45::encode(encode(&proof)))
    }
}

fn bytes_of(code: &str) -> Vec<u8> {
    base45::decode(code.strip_prefix("SID1:").expect("a code")).expect("base45")
}

fn cbor(bytes: &[u8]) -> Cbor {
    ciborium::from_reader(bytes).expect("CBOR")
}

fn encode(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("CBOR");
    bytes
}

fn sign1(value: Cbor) -> Vec<Cbor> {
    let Cbor::Tag(18, inner) = value else {
        panic!("a COSE_Sign1")
    };
    inner.into_array().expect("a COSE_Sign1")
}
