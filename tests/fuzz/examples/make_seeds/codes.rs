//! Codes on the screen and what is in them.

use ciborium::Value as Cbor;
use county_api::{CardType, InPersonClaims, PhotoClaims, PortraitHash, Profile};
use fuzz::keys::{HOLDER, ISSUER, Party, SEED_HOLDER, SEED_ISSUER, STRANGER};
use fuzz::{NOW, make, qr_proof as target, verifier};
use qr_proof::{Claim169, StatusRef, TokenClaims, issue, link, prove, show_token};

use crate::seed;

pub(crate) fn write() {
    raw();
    parts();
    identities();
}

/// A picture that only begins like one.
fn webp() -> Vec<u8> {
    [b"RIFF\x40\0\0\0WEBPVP8 ".as_slice(), &[7; 60]].concat()
}

fn claims_of(profile: Profile) -> InPersonClaims {
    let exam_or_travel = matches!(profile, Profile::Exam | Profile::Travel);
    let age = (profile == Profile::Age).then_some(true);
    InPersonClaims {
        profile,
        student_number: (profile == Profile::Exam).then(|| "100042".into()),
        full_name: exam_or_travel.then(|| "Nora Bjørnstad".into()),
        given_name: (profile == Profile::Discount).then(|| "Nora".into()),
        birth_date: exam_or_travel.then(|| "2008-02-29".parse().unwrap()),
        institution: exam_or_travel.then(|| "Fjordvik videregående skole".into()),
        card_type: (profile != Profile::Age).then_some(CardType::Elev),
        class: (profile == Profile::Exam).then(|| "2STA".into()),
        semester: matches!(profile, Profile::Travel | Profile::Discount)
            .then(|| "2026-H".parse().unwrap()),
        valid_until: (profile != Profile::Age).then(|| "2026-12-31".parse().unwrap()),
        age_over_16: age,
        age_over_18: age,
        age_over_20: age.map(|_| false),
        portrait_hash: exam_or_travel.then(|| PortraitHash::of(&webp())),
    }
}

fn token_claims(iss: &str, holder: &Party, idx: u64, identity: Claim169) -> TokenClaims {
    TokenClaims {
        issuer: iss.into(),
        issued_at: NOW - 3_600,
        expires_at: NOW + 7 * 86_400,
        holder: holder.jwk.key_only(),
        status: Some(StatusRef {
            uri: format!("{iss}/status-lists/1"),
            idx,
        }),
        identity,
    }
}

fn raw() {
    let identity = |profile| claims_of(profile).to_identity();
    let token = |idx, identity| {
        let claims = token_claims(verifier::SEED_ISS, &SEED_HOLDER, idx, identity);
        issue(&claims, &SEED_ISSUER.key_id(), &SEED_ISSUER.key).unwrap()
    };
    for profile in Profile::ALL {
        let name = profile.audience().trim_start_matches("sid:");
        let token = token(42, identity(profile));
        let code = prove(&token, profile.audience(), NOW, None, &SEED_HOLDER.key).unwrap();
        seed("verifier", &format!("good-{name}"), &code);
        if profile == Profile::Exam {
            for target in ["qr_proof", "verifier"] {
                seed(target, "good-code", &code);
                seed(target, "good-link", link(&code, target::PAGE).unwrap());
                seed(target, "bad-longer", format!("{code}00"));
                seed(target, "bad-shorter", &code[..code.len() - 3]);
            }
            seed("qr_proof", "good-token", &token);
            seed("qr_proof", "good-still-token", show_token(&token).unwrap());
            let moved = prove(
                &token,
                Profile::Travel.audience(),
                NOW,
                None,
                &SEED_HOLDER.key,
            );
            seed("verifier", "bad-moved-to-another-profile", moved.unwrap());
            let old = prove(&token, profile.audience(), NOW - 60, None, &SEED_HOLDER.key);
            seed("verifier", "bad-old", old.unwrap());
        }
    }
    for (idx, name) in [
        (43, "bad-revoked"),
        (44, "bad-suspended"),
        (99, "bad-not-in-list"),
    ] {
        let token = token(idx, identity(Profile::Travel));
        let code = prove(&token, "sid:travel", NOW, None, &SEED_HOLDER.key).unwrap();
        seed("verifier", name, code);
    }
    let photo = token(42, PhotoClaims { webp: webp() }.to_identity());
    let still = show_token(&photo).unwrap();
    seed("verifier", "good-photo", &still);
    seed("qr_proof", "good-photo", still);

    slips();

    let claims = token_claims(
        verifier::SEED_ISS,
        &SEED_HOLDER,
        42,
        identity(Profile::Exam),
    );
    let forged = issue(&claims, &SEED_ISSUER.key_id(), &STRANGER.key).unwrap();
    let forged = prove(&forged, "sid:exam", NOW, None, &SEED_HOLDER.key).unwrap();
    seed("verifier", "bad-forged-issuer", &forged);
    seed("qr_proof", "bad-forged-issuer", &forged);

    seed(
        "qr_proof",
        "good-challenge",
        qr_proof::Challenge::new(&ring::rand::SystemRandom::new())
            .unwrap()
            .to_text(),
    );
    seed(
        "qr_proof",
        "bad-other-link",
        "HTTPS://ISSUER.EXAMPLE/KONTROLL#TOP",
    );
    seed("verifier", "bad-other-code", "https://example.org/menu");
}

/// Slips of paper: good, over, revoked, forged, damaged, and framed as something else.
fn slips() {
    let day = county_api::date_in_norway(chrono::DateTime::from_timestamp(NOW, 0).unwrap());
    let said = |profile| {
        let card = InPersonClaims {
            portrait_hash: None,
            ..claims_of(profile)
        };
        let portrait = PhotoClaims { webp: webp() };
        county_api::SlipClaims {
            day,
            card,
            portrait,
        }
        .to_identity()
    };
    let slip = |profile, issued_at, idx, party: &Party| {
        let claims = qr_proof::SlipClaims {
            issuer: verifier::SEED_ISS.into(),
            issued_at,
            expires_at: issued_at + 7_200,
            status: StatusRef {
                uri: format!("{}/status-lists/1", verifier::SEED_ISS),
                idx,
            },
            identity: said(profile),
        };
        qr_proof::issue_slip(&claims, &SEED_ISSUER.key_id(), &party.key).unwrap()
    };
    let good = slip(Profile::Exam, NOW - 600, 42, &SEED_ISSUER);
    let text = qr_proof::show_slip(&good).unwrap();
    for target in ["qr_proof", "verifier"] {
        seed(target, "good-slip", &text);
        seed(
            target,
            "good-slip-link",
            qr_proof::slip_link(&good, target::PAGE).unwrap(),
        );
        seed(target, "bad-slip-shorter", &text[..text.len() - 3]);
        let framed = text.replacen(qr_proof::SLIP_PREFIX, qr_proof::PREFIX, 1);
        seed(target, "bad-slip-as-living-code", framed);
    }
    let travel = slip(Profile::Travel, NOW - 600, 42, &SEED_ISSUER);
    seed(
        "verifier",
        "good-slip-travel",
        qr_proof::show_slip(&travel).unwrap(),
    );
    for (name, issued_at, idx, party) in [
        ("bad-slip-over", NOW - 7_200, 42, &SEED_ISSUER),
        ("bad-slip-revoked", NOW - 600, 43, &SEED_ISSUER),
        ("bad-slip-forged", NOW - 600, 42, &STRANGER),
    ] {
        let slip = slip(Profile::Exam, issued_at, idx, party);
        seed("verifier", name, qr_proof::show_slip(&slip).unwrap());
    }
}

/// The claims of a proof and of a token, which the targets sign.
fn parts() {
    let proof = |audience: &str, at: i64, nonce: Option<&[u8]>| {
        let mut claims = vec![(Cbor::from(3), audience.into()), (6.into(), at.into())];
        claims.extend(nonce.map(|nonce| (39.into(), Cbor::Bytes(nonce.to_vec()))));
        make::bytes(&Cbor::Map(claims))
    };
    let whole = |proof: Vec<u8>, token: &[u8]| {
        [&[u8::try_from(proof.len()).unwrap()], &proof[..], token].concat()
    };
    for profile in Profile::ALL {
        let name = profile.audience().trim_start_matches("sid:");
        let identity = claims_of(profile).to_identity();
        let claims = token_claims(verifier::ISS, &HOLDER, 42, identity);
        let token = issue(&claims, &ISSUER.key_id(), &ISSUER.key).unwrap();
        let token: Cbor = ciborium::from_reader(token.as_slice()).unwrap();
        let payload = token
            .into_tag()
            .unwrap()
            .1
            .into_array()
            .unwrap()
            .swap_remove(2);
        let payload = payload.into_bytes().unwrap();
        let good = whole(proof(profile.audience(), NOW, None), &payload);
        seed("verifier", &format!("good-parts-{name}"), &good);
        if profile == Profile::Exam {
            seed("qr_proof", "good-parts", &good);
            for target in ["qr_proof", "verifier"] {
                seed(
                    target,
                    "bad-parts-old",
                    whole(proof("sid:exam", NOW - 46, None), &payload),
                );
                seed(
                    target,
                    "bad-parts-future",
                    whole(proof("sid:exam", NOW + 16, None), &payload),
                );
                seed(
                    target,
                    "bad-parts-nonce",
                    whole(proof("sid:exam", NOW, Some(&[1; 16])), &payload),
                );
                seed(
                    target,
                    "bad-parts-audience",
                    whole(proof("sid:travel", NOW, None), &payload),
                );
            }
        }
    }
}

/// What stands under 169, by itself.
fn identities() {
    let bytes = |identity: Claim169| {
        let members = identity.0.into_iter().map(|(label, value)| {
            let value = match value {
                qr_proof::Value::Int(number) => number.into(),
                qr_proof::Value::Text(text) => Cbor::Text(text),
                qr_proof::Value::Bytes(bytes) => Cbor::Bytes(bytes),
                qr_proof::Value::Bool(truth) => Cbor::Bool(truth),
            };
            (Cbor::from(label), value)
        });
        make::bytes(&Cbor::Map(members.collect()))
    };
    for profile in Profile::ALL {
        let name = profile.audience().trim_start_matches("sid:");
        seed(
            "county_api",
            &format!("good-identity-{name}"),
            bytes(claims_of(profile).to_identity()),
        );
    }
    let mut lacking = claims_of(Profile::Exam);
    lacking.full_name = None;
    seed(
        "county_api",
        "bad-identity-nameless",
        bytes(lacking.to_identity()),
    );
    seed(
        "county_api",
        "good-identity-photo",
        bytes(PhotoClaims { webp: webp() }.to_identity()),
    );
}
