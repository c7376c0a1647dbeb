use chrono::TimeDelta;
use jose::Signer;
use proptest::prelude::*;
use qr_proof::{Claim169, TokenClaims};

use super::*;
use crate::Outcome;
use crate::test_support::{County, at, key};

/// The verdict on a code made just now, with `entries` in the status list.
fn verdict(county: &County, entries: &[(u64, u8)]) -> Verdict {
    let code = county.code(&county.claims(), county.now);
    county.checker(entries).check(&code, at(county.now))
}

fn assert_verdict(verdict: &Verdict, outcome: Outcome, reasons: &[Reason]) {
    assert_eq!(verdict.reasons, reasons);
    assert_eq!(verdict.outcome, outcome);
}

#[test]
fn a_fresh_code_of_a_good_card_is_valid() {
    let county = County::new();
    let verdict = verdict(&county, &[]);
    assert_verdict(&verdict, Outcome::Valid, &[]);
    insta::assert_json_snapshot!(verdict, @r#"
    {
      "outcome": "valid",
      "reasons": [],
      "demo": false,
      "authentic": true,
      "card": {
        "profile": "exam",
        "full_name": "Nora Bjørnstad",
        "given_name": null,
        "birth_date": "2008-02-29",
        "card_type": "elev",
        "institution": "Fjordvik videregående skole",
        "class": "2STA",
        "student_number": "100042",
        "semester": null,
        "valid_until": "2026-12-31",
        "age_over_16": null,
        "age_over_18": null,
        "age_over_20": null,
        "portrait": null
      },
      "photo": "available",
      "issuer": "https://issuer.fjordviken.example",
      "issuer_name": "Fjordviken fylkeskommune",
      "code_made_at": "2026-09-01T08:00:00Z",
      "status_age_seconds": 0,
      "checked_at": "2026-09-01T08:00:00Z"
    }
    "#);
}

#[test]
fn the_card_is_read_even_when_the_verdict_is_bad() {
    let county = County::new();
    let code = county.code(&county.claims(), county.now);
    let verdict = county
        .checker(&[(County::IDX, 2)])
        .check(&code, at(county.now + 120));
    assert_verdict(
        &verdict,
        Outcome::Invalid,
        &[Reason::CodeTooOld { seconds: 120 }, Reason::Suspended],
    );
    assert!(verdict.authentic);
    assert_eq!(verdict.card, Some(county.said().into()));
    assert_eq!(verdict.status_age_seconds, Some(120));
}

#[test]
fn an_old_code_and_a_clock_that_differs_are_told_apart() {
    let county = County::new();
    let code = county.code(&county.claims(), county.now);
    for (seconds, expected) in [
        (45, None),
        (46, Some(Reason::CodeTooOld { seconds: 46 })),
        (3_600, Some(Reason::CodeTooOld { seconds: 3_600 })),
        (-15, None),
        (-16, Some(Reason::ClockDiffers { seconds: 16 })),
    ] {
        let verdict = county.checker(&[]).check(&code, at(county.now + seconds));
        assert_eq!(verdict.reasons, Vec::from_iter(expected), "{seconds} s");
    }
}

#[test]
fn a_screenshot_of_the_code_is_refused_after_a_minute() {
    let county = County::new();
    let code = county.code(&county.claims(), county.now);
    let mut checker = county.checker(&[]);
    assert_eq!(checker.check(&code, at(county.now)).outcome, Outcome::Valid);
    assert_eq!(
        checker.check(&code, at(county.now + 60)).outcome,
        Outcome::Invalid
    );
}

#[test]
fn a_code_is_taken_once() {
    let county = County::new();
    let first = county.code(&county.claims(), county.now);
    let second = county.code(&county.claims(), county.now + 15);
    let mut checker = county.checker(&[]);
    assert_eq!(
        checker.check(&first, at(county.now + 1)).outcome,
        Outcome::Valid
    );
    assert_verdict(
        &checker.check(&first, at(county.now + 11)),
        Outcome::Invalid,
        &[Reason::Replayed { seconds_ago: 10 }],
    );
    // New lists do not make it forget; the holder's next code is good.
    checker.update(county.trust(), checker.statuses.clone());
    assert_eq!(
        checker.check(&first, at(county.now + 16)).outcome,
        Outcome::Invalid
    );
    assert_eq!(
        checker.check(&second, at(county.now + 16)).outcome,
        Outcome::Valid
    );
}

#[test]
fn each_entry_of_the_status_list_has_its_own_reason() {
    let county = County::new();
    for (value, reasons) in [
        (0, vec![]),
        (1, vec![Reason::Revoked]),
        (2, vec![Reason::Suspended]),
        (3, vec![Reason::UnknownStatusValue]),
    ] {
        assert_eq!(verdict(&county, &[(County::IDX, value)]).reasons, reasons);
    }
}

#[test]
fn a_card_outside_its_status_list_is_refused() {
    let county = County::new();
    let mut claims = county.claims();
    claims.status.as_mut().unwrap().idx = 1_000_000;
    let verdict = county
        .checker(&[])
        .check(&county.code(&claims, county.now), at(county.now));
    assert_verdict(&verdict, Outcome::Invalid, &[Reason::NotInStatusList]);
}

#[test]
fn without_a_status_list_nothing_is_plainly_valid() {
    let county = County::new();
    let code = county.code(&county.claims(), county.now);
    let mut checker = Checker::new(county.trust(), StatusCache::default(), Settings::default());
    let verdict = checker.check(&code, at(county.now));
    assert_verdict(&verdict, Outcome::StatusUnknown, &[Reason::StatusUnknown]);

    let mut claims = county.claims();
    claims.status = None;
    let verdict = county
        .checker(&[])
        .check(&county.code(&claims, county.now), at(county.now));
    assert_verdict(&verdict, Outcome::StatusUnknown, &[Reason::StatusUnknown]);
}

#[test]
fn an_old_status_list_makes_nothing_valid_and_still_refuses_what_it_knew() {
    let county = County::new();
    let day = 86_400;
    let code = county.code(&county.claims(), county.now + day);
    let too_old = Reason::StatusTooOld { seconds: day };

    let verdict = county.checker(&[]).check(&code, at(county.now + day));
    assert_verdict(
        &verdict,
        Outcome::StatusUnknown,
        std::slice::from_ref(&too_old),
    );
    assert_eq!(verdict.status_age_seconds, Some(day));

    let verdict = county
        .checker(&[(County::IDX, 1)])
        .check(&code, at(county.now + day));
    assert_verdict(&verdict, Outcome::Invalid, &[Reason::Revoked, too_old]);
}

#[test]
fn a_checker_may_ask_for_a_fresher_list_than_the_issuer_does() {
    let county = County::new();
    let strict = Settings {
        max_status_age: 600,
        ..Settings::default()
    };
    let mut checker = county.checker(&[]);
    checker.settings = strict;
    for (age, outcome) in [(600, Outcome::Valid), (601, Outcome::StatusUnknown)] {
        let code = county.code(&county.claims(), county.now + age);
        assert_eq!(checker.check(&code, at(county.now + age)).outcome, outcome);
    }
}

#[test]
fn strangers_and_forgers_are_told_apart() {
    let county = County::new();
    let stranger = County::new();
    let now = at(county.now);

    let code = stranger.code(&stranger.claims(), county.now);
    let verdict = county.checker(&[]).check(&code, now);
    assert_verdict(&verdict, Outcome::Invalid, &[Reason::UnknownIssuer]);
    assert!(!verdict.authentic && verdict.card.is_some() && verdict.issuer_name.is_none());

    // The stranger's signature under our issuer's key id.
    let key_id = county_api::key_id(&county.issuer_jwk());
    let forged = qr_proof::issue(&county.claims(), &key_id, &*stranger.issuer_key).unwrap();
    let code = qr_proof::prove(
        &forged,
        Profile::Exam.audience(),
        county.now,
        None,
        &*county.holder_key,
    )
    .unwrap();
    let verdict = county.checker(&[]).check(&code, now);
    assert_verdict(&verdict, Outcome::Invalid, &[Reason::BadIssuerSignature]);
    assert!(!verdict.authentic);

    // Our issuer's key under another issuer's name.
    let claims = TokenClaims {
        issuer: "https://issuer.nesoya.example".into(),
        ..county.claims()
    };
    let verdict = county
        .checker(&[])
        .check(&county.code(&claims, county.now), now);
    assert_verdict(&verdict, Outcome::Invalid, &[Reason::IssuerMismatch]);
    assert!(!verdict.authentic);
}

#[test]
fn a_key_newer_than_an_old_trust_list_is_unsure_and_a_stranger_is_not() {
    let county = County::new();
    // The county signs with a new key, which it published a day before it did.
    let later = County::new();
    let claims = TokenClaims {
        expires_at: county.now + 8 * 86_400,
        ..later.claims()
    };
    for (age, expected) in [
        (86_400, Reason::UnknownIssuer),
        (86_401, Reason::KeyNotYetKnown { seconds: 86_401 }),
    ] {
        let now = county.trust_list().iat + age;
        let code = later.code(&claims, now);
        let verdict = county.checker(&[]).check(&code, at(now));
        assert_eq!(verdict.reasons, [expected]);
        assert!(!verdict.authentic && verdict.issuer_name.is_none());
    }

    let now = county.now + 2 * 86_400;
    let elsewhere = TokenClaims {
        issuer: "https://issuer.nesoya.example".into(),
        ..claims
    };
    let code = later.code(&elsewhere, now);
    let verdict = county.checker(&[]).check(&code, at(now));
    assert_verdict(&verdict, Outcome::Invalid, &[Reason::UnknownIssuer]);
}

#[test]
fn a_key_that_is_not_accepted_now_is_no_stranger() {
    let county = County::new();
    let mut body = county.trust_list();
    body.issuers[0].keys[0].not_after = county.now;
    let jws = body.sign(&*county.trust_list_key).unwrap();
    let trust = TrustList::verify(&jws, &county.trust_list_jwk(), at(county.now), None).unwrap();
    let code = county.code(&county.claims(), county.now);
    let verdict = Checker::new(trust, StatusCache::default(), Settings::default())
        .check(&code, at(county.now));
    assert_verdict(&verdict, Outcome::Invalid, &[Reason::IssuerKeyNotInUse]);
}

#[test]
fn token_and_card_end_apart() {
    let county = County::new();
    let now = at(county.now);
    let check = |claims: &TokenClaims, now: DateTime<Utc>| {
        let code = county.code(claims, now.timestamp());
        let mut checker = county.checker(&[]);
        checker.settings.max_status_age = i64::MAX;
        checker.check(&code, now)
    };

    let over = TokenClaims {
        expires_at: county.now,
        ..county.claims()
    };
    assert_verdict(
        &check(&over, now),
        Outcome::Invalid,
        &[Reason::TokenExpired],
    );

    let coming = TokenClaims {
        issued_at: county.now + 3_600,
        ..county.claims()
    };
    assert_verdict(
        &check(&coming, now),
        Outcome::Invalid,
        &[Reason::NotYetValid],
    );

    let on = date_in_norway(now);
    let card = InPersonClaims {
        valid_until: Some(on),
        ..county.said()
    };
    let last_day = TokenClaims {
        identity: card.to_identity(),
        ..county.claims()
    };
    assert_verdict(&check(&last_day, now), Outcome::Valid, &[]);
    // 22:00 UTC is midnight in Norwegian summer.
    let midnight = now + TimeDelta::hours(14);
    assert_eq!(
        check(&last_day, midnight - TimeDelta::seconds(1)).outcome,
        Outcome::Valid
    );
    assert_verdict(
        &check(&last_day, midnight),
        Outcome::Invalid,
        &[Reason::CardExpired { on }],
    );
}

#[test]
fn a_code_for_another_purpose_or_challenge_is_refused() {
    let county = County::new();
    let now = at(county.now);
    let token = county.token(&county.claims());
    let prove = |audience: &str, nonce: Option<&[u8]>| {
        qr_proof::prove(&token, audience, county.now, nonce, &*county.holder_key).unwrap()
    };
    let ours = Profile::Exam.audience();
    let (nonce, other) = ([1; 16], [2; 16]);

    let verdict = county
        .checker(&[])
        .check(&prove("sid:elsewhere:1", None), now);
    assert_verdict(&verdict, Outcome::Invalid, &[Reason::WrongAudience]);

    let wrong = [Reason::WrongChallenge];
    assert_eq!(
        county
            .checker(&[])
            .check(&prove(ours, Some(&nonce)), now)
            .reasons,
        wrong
    );
    assert_eq!(
        county
            .checker(&[])
            .check_answer(&prove(ours, None), &nonce, now)
            .reasons,
        wrong
    );
    assert_eq!(
        county
            .checker(&[])
            .check_answer(&prove(ours, Some(&other)), &nonce, now)
            .reasons,
        wrong
    );
    assert_eq!(
        county
            .checker(&[])
            .check_answer(&prove(ours, Some(&nonce)), &nonce, now)
            .reasons,
        []
    );
}

#[test]
fn the_token_of_one_profile_is_not_taken_for_anothers() {
    let county = County::new();
    let now = at(county.now);
    for profile in Profile::ALL {
        let claims = county.claims_with(county.said_for(profile).to_identity());
        for shown_as in Profile::ALL {
            let token = county.token(&claims);
            let audience = shown_as.audience();
            let code =
                qr_proof::prove(&token, audience, county.now, None, &*county.holder_key).unwrap();
            let verdict = county.checker(&[]).check(&code, now);
            let expected = (profile != shown_as).then_some(Reason::ProfileMismatch);
            assert_eq!(verdict.reasons, Vec::from_iter(expected), "{profile:?}");
            assert_eq!(verdict.card, Some(county.said_for(profile).into()));
        }
    }
}

#[test]
fn an_age_code_says_nothing_else_and_ends_with_its_token() {
    let county = County::new();
    let claims = county.claims_with(county.said_for(Profile::Age).to_identity());
    let verdict = county
        .checker(&[])
        .check(&county.code(&claims, county.now), at(county.now));
    assert_verdict(&verdict, Outcome::Valid, &[]);
    let card = verdict.card.unwrap();
    assert_eq!(
        (card.age_over_16, card.age_over_18, card.age_over_20),
        (Some(true), Some(true), Some(false))
    );
    assert!(card.full_name.is_none() && card.birth_date.is_none() && card.given_name.is_none());
    assert_eq!(verdict.photo, PhotoState::None);
}

#[test]
fn portrait_and_code_find_each_other_in_either_order() {
    let county = County::new();
    let now = at(county.now);
    let code = county.code(&county.claims(), county.now);
    let portrait = Some(data_uri(&county.photo().webp));

    let mut checker = county.checker(&[]);
    assert_eq!(checker.check(&code, now).photo, PhotoState::Available);
    let Scan::Photo(photo) = checker.scan(&county.photo_code(), now) else {
        panic!("a photo code")
    };
    assert_eq!(
        (photo.outcome, photo.reasons.as_slice()),
        (Outcome::Valid, &[][..])
    );
    assert_eq!(photo.belongs_to_last, Some(true));
    assert_eq!(photo.portrait, portrait);

    let mut checker = county.checker(&[]);
    let photo = checker.check_photo(&county.photo_code(), now);
    assert_eq!(photo.reasons, [Reason::PhotoAlone]);
    assert_eq!(photo.outcome, Outcome::StatusUnknown);
    let Scan::Card(verdict) = checker.scan(&code, now) else {
        panic!("a living code")
    };
    assert_eq!(verdict.photo, PhotoState::Shown);
    assert_eq!(verdict.card.unwrap().portrait, portrait);
}

#[test]
fn anothers_portrait_is_told_and_a_checker_forgets_portraits_soon() {
    let county = County::new();
    let other = PhotoClaims {
        webp: b"RIFF\x04\0\0\0WEBPx".to_vec(),
    };
    let token = county.token(&county.claims_with(other.to_identity()));
    let others = qr_proof::show_token(&token).unwrap();
    let mut checker = county.checker(&[]);
    checker.check(&county.code(&county.claims(), county.now), at(county.now));
    let photo = checker.check_photo(&others, at(county.now));
    assert_eq!(photo.reasons, [Reason::PhotoMismatch]);
    assert_eq!(
        (photo.outcome, photo.belongs_to_last),
        (Outcome::Invalid, Some(false))
    );
    // A discount code names no portrait, so none belongs to it.
    let discount = county.claims_with(county.said_for(Profile::Discount).to_identity());
    checker.check(&county.code(&discount, county.now), at(county.now));
    let photo = checker.check_photo(&county.photo_code(), at(county.now));
    assert_eq!(photo.belongs_to_last, Some(false));

    let later = county.now + 121;
    let photo = checker.check_photo(&county.photo_code(), at(later));
    assert_eq!(photo.reasons, [Reason::PhotoAlone]);
    let again = county.code(&county.claims(), later + 121);
    assert_eq!(
        checker.check(&again, at(later + 121)).photo,
        PhotoState::Available
    );
}

#[test]
fn a_portrait_that_no_trusted_issuer_signed_is_not_shown() {
    let county = County::new();
    let stranger = County::new();
    let now = at(county.now);
    let photo = county.checker(&[]).check_photo(&stranger.photo_code(), now);
    assert_eq!(photo.reasons, [Reason::UnknownIssuer]);
    assert!(photo.portrait.is_none() && !photo.authentic);

    let key_id = county_api::key_id(&county.issuer_jwk());
    let claims = county.claims_with(county.photo().to_identity());
    let forged = qr_proof::issue(&claims, &key_id, &*stranger.issuer_key).unwrap();
    let forged = qr_proof::show_token(&forged).unwrap();
    let photo = county.checker(&[]).check_photo(&forged, now);
    assert_eq!(photo.reasons, [Reason::BadIssuerSignature]);
    assert!(photo.portrait.is_none() && !photo.authentic);

    let revoked = county
        .checker(&[(County::IDX, 1)])
        .check_photo(&county.photo_code(), now);
    assert_eq!(revoked.reasons, [Reason::Revoked, Reason::PhotoAlone]);
    // A card's token shown by itself is no portrait.
    let token = qr_proof::show_token(&county.token(&county.claims())).unwrap();
    let card = county.checker(&[]).check_photo(&token, now);
    assert_eq!(card.reasons, [Reason::NotACard]);
}

#[test]
fn a_link_is_judged_like_the_code_it_carries() {
    let county = County::new();
    let code = county.code(&county.claims(), county.now);
    let link = qr_proof::link(&code, "https://bevis.fjordviken.example/kontroll").unwrap();
    let mut checker = county.checker(&[]);
    assert_eq!(checker.check(&link, at(county.now)).outcome, Outcome::Valid);
    // And it is the same code: not to be taken twice.
    assert_eq!(
        checker.check(&code, at(county.now)).reasons,
        [Reason::Replayed { seconds_ago: 0 }]
    );
}

#[test]
fn a_signed_token_that_is_no_card_is_refused() {
    let county = County::new();
    let claims = TokenClaims {
        identity: Claim169::default(),
        ..county.claims()
    };
    let verdict = county
        .checker(&[])
        .check(&county.code(&claims, county.now), at(county.now));
    assert_verdict(&verdict, Outcome::Invalid, &[Reason::NotACard]);
    assert!(verdict.authentic && verdict.card.is_none());
}

#[test]
fn a_specimen_is_never_valid() {
    let county = County {
        demo: true,
        ..County::new()
    };
    let good = verdict(&county, &[]);
    assert_verdict(&good, Outcome::Demo, &[Reason::DemoIssuer]);
    assert!(good.demo);
    let revoked = verdict(&county, &[(County::IDX, 1)]);
    assert_verdict(
        &revoked,
        Outcome::Invalid,
        &[Reason::DemoIssuer, Reason::Revoked],
    );
    assert!(revoked.demo);
}

#[test]
fn a_trust_list_that_ran_out_meanwhile_makes_nothing_valid() {
    let county = County::new();
    let moment = county.trust_list().exp + 10;
    let claims = TokenClaims {
        expires_at: moment + 100,
        ..county.claims()
    };
    let mut checker = county.checker(&[]);
    let fresh = County {
        now: moment,
        ..county.clone()
    };
    checker.statuses = fresh.checker(&[]).statuses;
    let verdict = checker.check(&county.code(&claims, moment), at(moment));
    assert_verdict(
        &verdict,
        Outcome::StatusUnknown,
        &[Reason::TrustListExpired { seconds: 10 }],
    );
}

#[test]
fn other_codes_and_damaged_ones_are_told_apart() {
    let county = County::new();
    let code = county.code(&county.claims(), county.now);
    let now = at(county.now);
    for text in ["", "https://example.com", "sid1:6BF", "HC1:6BF"] {
        let verdict = county.checker(&[]).check(text, now);
        assert_verdict(&verdict, Outcome::Unreadable, &[Reason::NotOurCode]);
    }
    for text in [
        "SID1:",
        "SID1:%%%",
        &code[..code.len() / 2],
        &format!("{code}00"),
    ] {
        let verdict = county.checker(&[]).check(text, now);
        assert_verdict(&verdict, Outcome::Unreadable, &[Reason::DamagedCode]);
    }
    // A scanner that types a line break at the end reads the same code.
    assert_eq!(
        county
            .checker(&[])
            .check(&format!("{code}\r\n"), now)
            .outcome,
        Outcome::Valid
    );
}

#[test]
fn a_token_copied_from_another_phone_is_refused() {
    let county = County::new();
    let code = county.code(&county.claims(), county.now);
    // Any bit of the proof's own signature at the end flipped: the holder did not sign that.
    let mut bytes = base45_decode(&code);
    *bytes.last_mut().unwrap() ^= 1;
    let verdict = county
        .checker(&[])
        .check(&base45_encode(&bytes), at(county.now));
    assert_verdict(&verdict, Outcome::Invalid, &[Reason::BadHolderSignature]);
    // And nobody else's key can make a code from the token in the first place.
    let thief = key();
    let token = county.token(&county.claims());
    assert!(qr_proof::prove(&token, Profile::Exam.audience(), county.now, None, &thief).is_err());
    assert_ne!(thief.public_jwk(), county.holder_key.public_jwk());
}

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

fn base45_decode(code: &str) -> Vec<u8> {
    let digit = |byte: &u8| ALPHABET.iter().position(|known| known == byte).unwrap();
    let digits: Vec<usize> = code.as_bytes()[5..].iter().map(digit).collect();
    digits
        .chunks(3)
        .flat_map(|chunk| {
            let number = chunk
                .iter()
                .rev()
                .fold(0, |number, digit| number * 45 + digit);
            let bytes = u16::try_from(number).unwrap().to_be_bytes();
            bytes[usize::from(chunk.len() == 2)..].to_vec()
        })
        .collect()
}

fn base45_encode(bytes: &[u8]) -> String {
    let mut code = String::from("SID1:");
    for chunk in bytes.chunks(2) {
        let mut number = chunk
            .iter()
            .fold(0, |number, byte| number * 256 + usize::from(*byte));
        for _ in 0..=chunk.len() {
            code.push(char::from(ALPHABET[number % 45]));
            number /= 45;
        }
    }
    code
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_flipped_bit_leaves_a_code_valid(place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let county = COUNTY.with(Clone::clone);
        let mut bytes = base45_decode(&county.code(&county.claims(), county.now));
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let verdict = county.checker(&[]).check(&base45_encode(&bytes), at(county.now));
        prop_assert!(verdict.outcome >= Outcome::Invalid, "byte {} bit {}", place, bit);
        prop_assert!(!verdict.reasons.is_empty());
    }

    #[test]
    fn any_text_gets_a_verdict(text in "(SID1:)?[ -~]{0,400}") {
        let county = COUNTY.with(Clone::clone);
        let verdict = county.checker(&[]).check(&text, at(county.now));
        prop_assert_eq!(verdict.outcome, Outcome::Unreadable);
    }
}

thread_local! {
    static COUNTY: County = County::new();
}
