//! The checker: anything that a camera reads, with a trust list and a status list at hand; these lists themselves; and
//! the checker on the web page, which takes all of them as text.
//!
//! Input: the text of a code; a trust list or status list, signed; or, where the first byte is below 64, as for
//! `qr_proof`, the claims of which a token and a code are signed. A trust list's content as JSON is signed too.

use std::collections::HashSet;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use county_api::{
    Candidate, Profile, Roster, TrustListBody, TrustedIssuer, TrustedKey, date_in_norway,
    trust_list,
};
use status_list::{Bits, Status, StatusList, StatusListToken};
use verifier::exam_room::{Admission, ExamRoom};
use verifier::{
    Checker, Outcome, PhotoVerdict, Reason, Scan, Settings, SlipVerdict, StatusCache, TrustList,
    Verdict,
};

use verifier_web::Kontroll;

use crate::jose::signing_input;
use crate::keys::{HOLDER, ISSUER, Party, SEED_ISSUER};
use crate::{NOW, make, qr_proof};

/// Whose cards the seeds are.
pub const SEED_ISS: &str = "https://fjordviken.example";
/// Whose cards a target makes of its input.
pub const ISS: &str = "https://issuer.example";
/// The candidate that a roster knows.
const NORA: &str = "Nora Bjørnstad";

static NOW_UTC: LazyLock<DateTime<Utc>> =
    LazyLock::new(|| DateTime::from_timestamp(NOW, 0).unwrap());
static CHECKER: LazyLock<Checker> =
    LazyLock::new(|| Checker::new(trust(), statuses(), Settings::default()));
static SEEDS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    crate::seeds::known("verifier", |seed| {
        let code = ::qr_proof::decode(std::str::from_utf8(seed).ok()?).ok()?;
        Some(code.proof_id().to_vec())
    })
});
static SIGNED_SEEDS: LazyLock<HashSet<Vec<u8>>> =
    LazyLock::new(|| crate::seeds::known("verifier", |seed| Some(signing_input(seed)?.to_vec())));

/// The trust list's content: the two issuers that are believed.
#[must_use]
pub fn trust_list() -> TrustListBody {
    let issuer = |iss: &str, party: &Party| TrustedIssuer {
        iss: iss.to_owned(),
        name: "Fjordviken fylkeskommune".to_owned(),
        demo: false,
        keys: vec![TrustedKey {
            jwk: party.jwk.clone(),
            not_before: NOW - 86_400,
            not_after: NOW + 60 * 86_400,
        }],
    };
    TrustListBody {
        version: 7,
        iat: NOW - 1_000,
        exp: NOW + 30 * 86_400,
        issuers: vec![issuer(SEED_ISS, &SEED_ISSUER), issuer(ISS, &ISSUER)],
    }
}

fn trust() -> TrustList {
    let jws = trust_list().sign(&ISSUER.key).unwrap();
    TrustList::verify(&jws, &ISSUER.jwk, *NOW_UTC, None).unwrap()
}

/// A status list in which 42 is valid, 43 invalid and 44 suspended.
#[must_use]
pub fn status_list(iss: &str) -> StatusListToken {
    let mut list = StatusList::new(Bits::Two, 64);
    list.set(43, Status::Invalid.into()).unwrap();
    list.set(44, Status::Suspended.into()).unwrap();
    StatusListToken {
        uri: format!("{iss}/status-lists/1"),
        issued_at: NOW,
        expires_at: Some(NOW + 86_400),
        ttl: Some(900),
        aggregation_uri: None,
        list,
    }
}

fn statuses() -> StatusCache {
    let mut statuses = StatusCache::default();
    for (iss, party) in [(SEED_ISS, &SEED_ISSUER), (ISS, &ISSUER)] {
        let jwt = status_list(iss).to_jwt(&party.jwk.thumbprint(), &party.key);
        statuses.add_jwt(&jwt.unwrap(), &trust(), *NOW_UTC).unwrap();
    }
    statuses
}

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let mut accepted = made_code(data) | made_trust_list(data);
    let mut cache = StatusCache::default();
    accepted |= cache.add_cwt(data, &trust_of_seeds(), *NOW_UTC).is_ok();
    if let Ok(text) = std::str::from_utf8(data) {
        accepted |= scanned(text) | lists(text);
        on_the_page(data, text);
    }
    accepted
}

/// The page is handed any text as anything, at any time.
fn on_the_page(data: &[u8], text: &str) {
    let _ = Kontroll::new(text);
    let county = serde_json::json!({ "trust_list_key": SEED_ISSUER.jwk }).to_string();
    let mut page = Kontroll::new(&county).unwrap();
    let times = [NOW as f64 * 1_000.0, f64::NAN, f64::MAX, -1.0, 8.64e15];
    let at = times[make::choice(data, times.len())];
    assert_eq!(page.scan(text, at), None, "judged without a trust list");
    let taken = page.take_trust_list(text, at);
    if taken.contains("\"taken\"") {
        let known = SIGNED_SEEDS.contains(signing_input(text.trim().as_bytes()).unwrap());
        assert!(known, "not what the issuer signed");
    }
    let taken = page.take_status_list(text, at);
    assert!(
        !taken.contains("\"taken\""),
        "a status list without a trust list"
    );
    for answer in [
        Some(taken),
        Some(page.lists(at)),
        page.scan(text, at),
        page.scan_again(at),
    ] {
        let read =
            answer.is_none_or(|json| serde_json::from_str::<serde_json::Value>(&json).is_ok());
        assert!(read, "the page cannot read its answer");
    }
}

/// A list of trust in the seeds' issuer alone.
fn trust_of_seeds() -> TrustList {
    static TRUST: LazyLock<TrustList> = LazyLock::new(|| {
        let mut body = trust_list();
        body.issuers.truncate(1);
        let jws = body.sign(&ISSUER.key).unwrap();
        TrustList::verify(&jws, &ISSUER.jwk, *NOW_UTC, None).unwrap()
    });
    TRUST.clone()
}

fn scanned(text: &str) -> bool {
    let mut checker = CHECKER.clone();
    match checker.scan(text, *NOW_UTC) {
        Scan::Photo(photo) => {
            photo_holds_together(&photo);
            photo.authentic
        }
        Scan::Slip(slip) => {
            slip_holds_together(&slip);
            if slip.outcome == Outcome::Slip {
                let read = ::qr_proof::decode_slip(text.trim_matches(['\r', '\n', '\t'])).unwrap();
                assert!(
                    SLIP_SEEDS.contains(read.id().as_slice()),
                    "a slip that nobody made"
                );
            }
            slip.outcome == Outcome::Slip
        }
        Scan::Card(verdict) => {
            holds_together(&verdict);
            if verdict.outcome == Outcome::Valid {
                // Nothing but the seeds is signed by someone who is believed.
                let code = ::qr_proof::decode(text.trim_matches(['\r', '\n', '\t'])).unwrap();
                assert!(
                    SEEDS.contains(code.proof_id().as_slice()),
                    "a code that nobody made"
                );
                assert_eq!(verdict.issuer.as_deref(), Some(SEED_ISS));
                not_good_otherwise(&mut checker, text);
            }
            verdict.outcome == Outcome::Valid
        }
    }
}

/// What must hold of every verdict.
fn holds_together(verdict: &Verdict) {
    let worst = verdict.reasons.iter().map(Reason::outcome).max();
    assert_eq!(verdict.outcome, worst.unwrap_or(Outcome::Valid));
    assert_eq!(
        verdict.outcome == Outcome::Valid,
        verdict.reasons.is_empty()
    );
    assert!(!verdict.demo, "no issuer here is a specimen");
    assert_eq!(verdict.authentic, verdict.issuer_name.is_some());
    assert!(serde_json::to_string(verdict).is_ok());
    if verdict.outcome == Outcome::Valid {
        let card = verdict.card.as_ref().unwrap();
        assert!(verdict.authentic && verdict.status_age_seconds.is_some());
        assert!(
            card.valid_until
                .is_none_or(|last| last >= date_in_norway(*NOW_UTC))
        );
        let age = (*NOW_UTC - verdict.code_made_at.unwrap()).num_seconds();
        assert!((-15..=45).contains(&age));
    }
}

/// The slips among the seeds.
static SLIP_SEEDS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    crate::seeds::known("verifier", |seed| {
        let slip = ::qr_proof::decode_slip(std::str::from_utf8(seed).ok()?).ok()?;
        Some(slip.id().to_vec())
    })
});

fn slip_holds_together(slip: &SlipVerdict) {
    let worst = slip.reasons.iter().map(Reason::outcome).max();
    assert_eq!(Some(slip.outcome), worst);
    assert_eq!(slip.reasons[0], Reason::OnPaper);
    assert!(slip.outcome > Outcome::Valid, "paper is no proof");
    assert_eq!(slip.authentic, slip.issuer_name.is_some());
    let has_face = slip
        .card
        .as_ref()
        .is_some_and(|card| card.portrait.is_some());
    assert!(!has_face || slip.authentic);
    if slip.outcome == Outcome::Slip {
        assert_eq!(slip.day, Some(date_in_norway(*NOW_UTC)));
        assert!(slip.good_until.unwrap() > *NOW_UTC);
    }
}

fn photo_holds_together(photo: &PhotoVerdict) {
    let worst = photo.reasons.iter().map(Reason::outcome).max();
    assert_eq!(photo.outcome, worst.unwrap_or(Outcome::Valid));
    assert!(
        photo.outcome != Outcome::Valid,
        "a portrait by itself is no proof"
    );
    assert!(photo.portrait.is_none() || photo.authentic);
}

/// A good code is good once, now, and for whoever asked nothing.
fn not_good_otherwise(checker: &mut Checker, text: &str) {
    let again = checker.check(text, *NOW_UTC);
    assert!(matches!(
        again.reasons[..],
        [Reason::Replayed { seconds_ago: 0 }]
    ));
    for seconds in [-160, 460, 36_000] {
        let at = *NOW_UTC + TimeDelta::seconds(seconds);
        let verdict = CHECKER.clone().check(text, at);
        assert_ne!(verdict.outcome, Outcome::Valid);
    }
    let answer = CHECKER
        .clone()
        .check_answer(text, b"0123456789abcdef", *NOW_UTC);
    assert_eq!(answer.outcome, Outcome::Invalid);
    let mut trusting_nobody = Checker::new(
        {
            let mut body = trust_list();
            body.issuers.clear();
            let jws = body.sign(&ISSUER.key).unwrap();
            TrustList::verify(&jws, &ISSUER.jwk, *NOW_UTC, None).unwrap()
        },
        statuses(),
        Settings::default(),
    );
    assert_eq!(
        trusting_nobody.check(text, *NOW_UTC).outcome,
        Outcome::Invalid
    );
}

/// Signed lists that come from somewhere.
fn lists(text: &str) -> bool {
    let trust = trust_of_seeds();
    let mut cache = StatusCache::default();
    let status = cache.add_jwt(text, &trust, *NOW_UTC).is_ok();
    let list = TrustList::verify(text, &SEED_ISSUER.jwk, *NOW_UTC, None).is_ok();
    if status || list {
        let known = SIGNED_SEEDS.contains(signing_input(text.trim().as_bytes()).unwrap());
        assert!(known, "not what the issuer signed");
    }
    status || list
}

fn made_code(data: &[u8]) -> bool {
    let Some((&length @ 0..64, rest)) = data.split_first() else {
        return false;
    };
    let Some((proof_claims, token_claims)) = rest.split_at_checked(usize::from(length)) else {
        return false;
    };
    let token = qr_proof::token_of(token_claims, &ISSUER);
    let bytes = make::bytes(&token);
    if ::qr_proof::read_token(&bytes).is_err() {
        return false;
    }
    let mut checker = CHECKER.clone();
    let still = format!("{}{}", ::qr_proof::TOKEN_PREFIX, base45::encode(&bytes));
    if let Scan::Photo(photo) = checker.scan(&still, *NOW_UTC) {
        photo_holds_together(&photo);
    }
    let text = qr_proof::code_of(proof_claims, token, &HOLDER);
    let verdict = checker.check(&text, *NOW_UTC);
    holds_together(&verdict);
    admitted(&verdict);

    let changed = make::one_bit_flipped(data, text.as_bytes());
    if let Ok(changed) = std::str::from_utf8(&changed) {
        let verdict = CHECKER.clone().check(changed, *NOW_UTC);
        holds_together(&verdict);
        assert!(verdict.outcome >= Outcome::Invalid, "a bit was flipped");
    }
    verdict.outcome == Outcome::Valid
}

/// What an invigilator is told: only a good exam code of the roster's own county lets anyone in.
fn admitted(verdict: &Verdict) {
    let roster = Roster {
        id: "r1".into(),
        iss: ISS.into(),
        iat: NOW,
        exp: NOW + 10_000,
        title: "Matematikk S1".into(),
        school: "Fjordvik videregående skole".into(),
        starts_at: NOW + 60,
        late_after_minutes: 15,
        candidates: vec![Candidate {
            name: NORA.into(),
            birth_date: "2008-02-29".parse().unwrap(),
            class: None,
            student_number: Some("100042".into()),
            room: Some("A1".into()),
            portrait: None,
        }],
    };
    let mut room = ExamRoom::new(roster);
    let admission = room.admit(verdict, *NOW_UTC);
    if room.counts().present == 0 {
        return;
    }
    assert_eq!(admission, Admission::Present(0));
    assert_eq!(verdict.outcome, Outcome::Valid);
    let card = verdict.card.as_ref().unwrap();
    assert_eq!(card.profile, Profile::Exam);
    let by_number = card.student_number.as_deref() == Some("100042");
    assert!(by_number || card.full_name.as_deref() == Some(NORA));
    assert_eq!(
        room.admit(verdict, *NOW_UTC),
        Admission::AlreadyScanned(0, *NOW_UTC)
    );
}

/// The content of a trust list, signed by whoever the checker has pinned.
fn made_trust_list(data: &[u8]) -> bool {
    if !data.starts_with(b"{") {
        return false;
    }
    let text = make::typed_jws(trust_list::TYP, data, &ISSUER);
    let verify = |text: &str, version| TrustList::verify(text, &ISSUER.jwk, *NOW_UTC, version);
    let Ok(list) = verify(&text, None) else {
        return false;
    };
    assert!(list.expires_at() > NOW);
    assert_eq!(list, verify(&text, Some(list.version())).unwrap());
    if let Some(newer) = list.version().checked_add(1) {
        assert!(verify(&text, Some(newer)).is_err(), "rolled back");
    }
    let mut keys = HashSet::new();
    let mut names = HashSet::new();
    for issuer in list.issuers() {
        assert!(names.insert(&issuer.iss), "an issuer twice");
        for key in &issuer.keys {
            assert!(keys.insert(key.jwk.thumbprint()), "a key with two owners");
            let found = list.key_by_kid(&key.jwk.thumbprint(), *NOW_UTC);
            assert_eq!(
                found.is_some(),
                (key.not_before..key.not_after).contains(&NOW)
            );
            assert!(found.is_none_or(|(owner, _)| owner.iss == issuer.iss));
        }
    }
    let changed = make::one_bit_flipped(data, text.as_bytes());
    if let Ok(changed) = std::str::from_utf8(&changed) {
        assert!(verify(changed, None).is_err(), "a bit was flipped");
    }
    true
}
