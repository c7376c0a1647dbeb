use county_api::{InPersonClaims, Profile};
use qr_proof::{PREFIX, SLIP_PREFIX, Value};

use super::*;
use crate::test_support::{County, at, key};
use crate::{Outcome, PhotoState, Scan, Settings, StatusCache, Verdict};

fn scan(checker: &mut Checker, text: &str, now: i64) -> SlipVerdict {
    match checker.scan(text, at(now)) {
        Scan::Slip(verdict) => verdict,
        other => panic!("not a slip: {other:?}"),
    }
}

/// The reasons besides that it is paper, which is always the first.
fn others(verdict: &SlipVerdict) -> &[Reason] {
    assert_eq!(verdict.reasons[0], Reason::OnPaper);
    &verdict.reasons[1..]
}

#[test]
fn a_good_slip_is_a_good_slip_and_never_a_valid_card() {
    let county = County::new();
    let slip = county.on_paper(&county.slip());
    let page = "https://issuer.fjordviken.example/kontroll";
    for text in [
        qr_proof::show_slip(&slip).unwrap(),
        qr_proof::slip_link(&slip, page).unwrap(),
    ] {
        let verdict = scan(&mut county.checker(&[]), &format!("{text}\r\n"), county.now);
        assert_eq!(verdict.outcome, Outcome::Slip);
        assert!(Outcome::Slip > Outcome::Valid);
        assert_eq!(others(&verdict), []);
        assert!(verdict.authentic && !verdict.demo);
        assert_eq!(
            verdict.issuer_name.as_deref(),
            Some("Fjordviken fylkeskommune")
        );
        assert_eq!(verdict.day, Some("2026-09-01".parse().unwrap()));
        assert_eq!(verdict.printed_at, Some(at(county.now - 3_600)));
        assert_eq!(verdict.good_until, Some(at(county.now + 14 * 3_600)));
        assert_eq!(verdict.seen_at, None);
        let card = verdict.card.clone().unwrap();
        assert_eq!(card.full_name.as_deref(), Some("Nora Bjørnstad"));
        assert_eq!(card.class.as_deref(), Some("2STA"));
        assert!(
            card.portrait
                .is_some_and(|uri| uri.starts_with("data:image/webp;base64,"))
        );
        let as_card = Verdict::from(verdict);
        assert_eq!(as_card.outcome, Outcome::Slip);
        assert_eq!(as_card.photo, PhotoState::Shown);
        // Who asks for cards alone gets none.
        let verdict = county.checker(&[]).check(&text, at(county.now));
        assert_eq!(verdict.outcome, Outcome::Unreadable);
    }
}

#[test]
fn the_same_slip_is_shown_again_and_the_checker_says_since_when_it_knows_it() {
    let county = County::new();
    let text = county.slip_code(&county.slip());
    let mut checker = county.checker(&[]);
    assert_eq!(scan(&mut checker, &text, county.now).seen_at, None);
    for later in [1, 59, 3_600, 7_200] {
        let again = scan(&mut checker, &text, county.now + later);
        assert_eq!(again.outcome, Outcome::Slip);
        assert_eq!(again.seen_at, Some(at(county.now)), "{later}");
    }
    // Another slip of the same person is another slip, and a forged one is not remembered.
    let mut other = county.slip();
    other.issued_at += 1;
    let other = county.slip_code(&other);
    assert_eq!(scan(&mut checker, &other, county.now).seen_at, None);
    let forger = County {
        issuer_key: key().into(),
        ..county.clone()
    };
    let mut forged = county.slip();
    forged.issued_at += 2;
    let key_id = county_api::key_id(&county.issuer_jwk());
    let forged = qr_proof::issue_slip(&forged, &key_id, &*forger.issuer_key).unwrap();
    let forged = qr_proof::show_slip(&forged).unwrap();
    for _ in 0..2 {
        let verdict = scan(&mut checker, &forged, county.now);
        assert_eq!(others(&verdict), [Reason::BadIssuerSignature]);
        assert_eq!(verdict.outcome, Outcome::Invalid);
        assert_eq!(verdict.seen_at, None);
        assert!(
            verdict.card.unwrap().portrait.is_none(),
            "a face that nobody vouches for"
        );
    }
}

#[test]
fn a_slip_is_good_on_its_day_alone() {
    let county = County::new();
    let on = "2026-09-01".parse().unwrap();
    let text = county.slip_code(&county.slip());
    for (seconds, reasons) in [
        (-3_600, vec![]),
        (-3_616, vec![Reason::NotYetValid]),
        (14 * 3_600 - 1, vec![]),
        (14 * 3_600, vec![Reason::SlipOver { on }]),
        (24 * 3_600 - 1, vec![Reason::SlipOver { on }]),
    ] {
        let verdict = scan(&mut county.checker(&[]), &text, county.now + seconds);
        assert_eq!(others(&verdict), reasons, "{seconds}");
        let expected = if reasons.is_empty() {
            Outcome::Slip
        } else {
            Outcome::Invalid
        };
        assert_eq!(verdict.outcome, expected);
    }
    // One that lasts past midnight is good on its day all the same, and no longer.
    let mut long = county.slip();
    long.expires_at = long.issued_at + qr_proof::MAX_SLIP_LIFETIME;
    let long = county.slip_code(&long);
    let midnight = county.now + 14 * 3_600;
    let verdict = scan(&mut county.checker(&[]), &long, midnight - 1);
    assert_eq!(verdict.outcome, Outcome::Slip);
    let verdict = scan(&mut county.checker(&[]), &long, midnight);
    assert_eq!(others(&verdict), [Reason::SlipOver { on }]);
}

#[test]
fn a_slip_can_be_revoked_and_suspended_at_once_and_what_is_not_known_is_said() {
    let county = County::new();
    let text = county.slip_code(&county.slip());
    for (entry, reason) in [
        (1, Reason::Revoked),
        (2, Reason::Suspended),
        (3, Reason::UnknownStatusValue),
    ] {
        let verdict = scan(
            &mut county.checker(&[(County::IDX, entry)]),
            &text,
            county.now,
        );
        assert_eq!(others(&verdict), [reason]);
        assert_eq!(verdict.outcome, Outcome::Invalid);
    }
    let mut far = county.slip();
    far.status.idx = 9_999;
    let verdict = scan(
        &mut county.checker(&[]),
        &county.slip_code(&far),
        county.now,
    );
    assert_eq!(others(&verdict), [Reason::NotInStatusList]);
    let mut bare = Checker::new(county.trust(), StatusCache::default(), Settings::default());
    let verdict = scan(&mut bare, &text, county.now);
    assert_eq!(others(&verdict), [Reason::StatusUnknown]);
    assert_eq!(verdict.outcome, Outcome::StatusUnknown);
}

#[test]
fn another_countys_slip_is_not_taken_for_this_countys() {
    let (county, other) = (County::new(), County::new());
    let stranger = other.slip_code(&other.slip());
    let verdict = scan(&mut county.checker(&[]), &stranger, county.now);
    assert_eq!(others(&verdict), [Reason::UnknownIssuer]);
    let mut named = county.slip();
    named.issuer = "https://issuer.annet.example".into();
    let verdict = scan(
        &mut county.checker(&[]),
        &county.slip_code(&named),
        county.now,
    );
    assert_eq!(others(&verdict), [Reason::IssuerMismatch]);
    assert!(!verdict.authentic);
}

#[test]
fn a_specimen_countys_slip_is_grey() {
    let county = County {
        demo: true,
        ..County::new()
    };
    let verdict = scan(
        &mut county.checker(&[]),
        &county.slip_code(&county.slip()),
        county.now,
    );
    assert_eq!(verdict.outcome, Outcome::Demo);
    assert!(verdict.demo);
    assert_eq!(others(&verdict), [Reason::DemoIssuer]);
}

#[test]
fn paper_does_not_answer_a_challenge() {
    let county = County::new();
    let text = county.slip_code(&county.slip());
    let scan = county
        .checker(&[])
        .scan_answer(&text, &[7; 16], at(county.now));
    let Scan::Slip(verdict) = scan else {
        panic!("{scan:?}")
    };
    assert_eq!(others(&verdict), [Reason::WrongChallenge]);
    assert_eq!(verdict.outcome, Outcome::Invalid);
}

#[test]
fn what_the_issuer_signed_as_a_slip_but_is_none_is_no_card() {
    let county = County::new();
    for change in [
        |slip: &mut qr_proof::SlipClaims| slip.identity = County::new().said().to_identity(),
        |slip: &mut qr_proof::SlipClaims| {
            slip.identity.0.remove(&16);
        },
        |slip: &mut qr_proof::SlipClaims| slip.identity.insert(80, Value::Int(3)),
    ] {
        let mut slip = county.slip();
        change(&mut slip);
        let text = county.slip_code(&slip);
        let verdict = scan(&mut county.checker(&[]), &text, county.now);
        assert_eq!(others(&verdict), [Reason::NotACard]);
        let verdict = scan(&mut county.checker(&[]), &text, slip.expires_at);
        assert_eq!(others(&verdict), [Reason::TokenExpired, Reason::NotACard]);
    }
    let mut old = county.slip();
    old.identity.insert(79, Value::Int(20_260_831));
    let verdict = scan(
        &mut county.checker(&[]),
        &county.slip_code(&old),
        county.now,
    );
    let on = "2026-08-31".parse().unwrap();
    assert_eq!(others(&verdict), [Reason::CardExpired { on }]);
}

#[test]
fn a_slip_in_a_living_frame_and_a_living_code_in_a_slips_are_unreadable() {
    let county = County::new();
    let slip = county.on_paper(&county.slip());
    let framed = format!("{PREFIX}{}", base45(&slip));
    let verdict = county.checker(&[]).check(&framed, at(county.now));
    assert_eq!(verdict.reasons, [Reason::DamagedCode]);

    let living = county.code(&county.claims(), county.now);
    let framed = living.replacen(PREFIX, SLIP_PREFIX, 1);
    for text in [
        framed,
        format!("{SLIP_PREFIX}{}", base45(&county.token(&county.claims()))),
    ] {
        let verdict = scan(&mut county.checker(&[]), &text, county.now);
        assert_eq!(others(&verdict), [Reason::DamagedCode]);
        assert_eq!(verdict.outcome, Outcome::Unreadable);
        assert_eq!(verdict.card, None);
    }
    // What a slip says, signed as a living token by the issuer's own mistake, is no card.
    let mut claims = county.claims();
    claims.identity = county.slip().identity;
    assert!(InPersonClaims::from_identity(&claims.identity).is_err());
    let text = qr_proof::prove(
        &county.token(&claims),
        Profile::Exam.audience(),
        county.now,
        None,
        &*county.holder_key,
    );
    let verdict = county.checker(&[]).check(&text.unwrap(), at(county.now));
    assert_eq!(verdict.reasons, [Reason::NotACard]);
    assert_eq!(verdict.outcome, Outcome::Invalid);
}

#[test]
fn a_portrait_that_comes_after_a_slip_is_somebody_elses() {
    let county = County::new();
    let mut checker = county.checker(&[]);
    checker.check(&county.code(&county.claims(), county.now), at(county.now));
    scan(&mut checker, &county.slip_code(&county.slip()), county.now);
    let photo = checker.check_photo(&county.photo_code(), at(county.now));
    assert_eq!(photo.belongs_to_last, Some(false));
}

#[test]
fn a_damaged_slip_is_unreadable_and_says_that_it_was_paper() {
    let county = County::new();
    let text = county.slip_code(&county.slip());
    for text in [
        &text[..text.len() - 3],
        "SIS1:",
        "SIS1:a",
        "https://a.example/kontroll#SIS1:A",
    ] {
        let verdict = scan(&mut county.checker(&[]), text, county.now);
        assert_eq!(verdict.outcome, Outcome::Unreadable);
        assert_eq!(others(&verdict), [Reason::DamagedCode]);
    }
}

fn base45(bytes: &[u8]) -> String {
    // The verifier has no base45 of its own; a slip's and a still code's writers have.
    qr_proof::show_slip(bytes)
        .map(|text| text[SLIP_PREFIX.len()..].to_owned())
        .or_else(|_| qr_proof::show_token(bytes).map(|text| text[SLIP_PREFIX.len()..].to_owned()))
        .unwrap()
}
