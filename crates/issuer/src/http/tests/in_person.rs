//! Issuing the tokens behind the codes, and how large the codes become.

use std::collections::HashSet;

use county_api::{
    CardType, InPersonClaims, PHOTO_CONFIGURATION, PhotoClaims, PortraitHash, Profile,
};
use jose::{Signer, SoftwareKey};
use qr_proof::TokenClaims;
use sea_orm::{EntityTrait, sea_query::Expr};

use super::{DAY, ISSUER, NORA, Phone, World, date, key, portrait, prove_key};
use crate::{
    app::testing::NOW,
    db::entity::{photo, photo::PhotoState},
};

const MIDNIGHT: i64 = NOW - 10 * 3600;

/// One token of a configuration for a new key, checked by the issuer's key.
async fn fetch(
    phone: &Phone<'_>,
    token: &str,
    configuration: &str,
) -> (SoftwareKey, Vec<u8>, TokenClaims) {
    let holder = key();
    let answer = phone
        .fetch(token, configuration, std::slice::from_ref(&holder))
        .await;
    let cwt = jose::base64url_decode(&answer.credentials[0].credential).unwrap();
    let signer = phone.world.service.keys.credential_signer(NOW).unwrap();
    assert_eq!(
        qr_proof::token_key_id(&cwt).unwrap(),
        county_api::key_id(signer.jwk())
    );
    let claims = qr_proof::verify_token(&cwt, signer.jwk(), NOW).unwrap();
    (holder, cwt, claims)
}

#[tokio::test]
async fn each_profile_has_a_token_of_its_own_with_its_claims_alone_for_seven_days() {
    let world = World::new().await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let mut places = HashSet::new();
    let mut named = HashSet::new();
    for profile in Profile::ALL {
        let (holder, cwt, claims) = fetch(&phone, &token, profile.configuration_id()).await;
        assert_eq!(claims.issuer, ISSUER);
        assert_eq!(claims.expires_at, MIDNIGHT + 7 * DAY);
        assert_eq!(claims.holder.thumbprint(), holder.public_jwk().thumbprint());
        let status = claims.status.unwrap();
        assert!(places.insert((status.uri, status.idx)), "{profile:?}");
        assert!(cwt.len() < 400, "{}", cwt.len());

        let said = InPersonClaims::from_identity(&claims.identity).unwrap();
        assert_eq!(said.profile, profile);
        assert_eq!(claims.identity, said.to_identity(), "nothing else is in it");
        named.extend(said.portrait_hash);
        let names = (said.full_name.as_deref(), said.given_name.as_deref());
        match profile {
            Profile::Exam | Profile::Travel => {
                assert_eq!(names, (Some("Nora Bjørnstad"), None));
                assert_eq!(said.birth_date, Some(date("2009-03-14")));
            }
            Profile::Discount => {
                assert_eq!(names, (None, Some("Nora")));
                assert_eq!(said.card_type, Some(CardType::Elev));
            }
            Profile::Age => {
                assert_eq!(names, (None, None));
                assert_eq!(
                    (said.age_over_16, said.age_over_18),
                    (Some(true), Some(false))
                );
            }
        }
    }
    // Exam and travel name one small portrait: the one that the photo token carries.
    let (_, _, claims) = fetch(&phone, &token, PHOTO_CONFIGURATION).await;
    let photo = PhotoClaims::from_identity(&claims.identity).unwrap();
    assert_eq!(named, HashSet::from([photo.hash()]));
    assert_eq!(
        claims.identity,
        photo.to_identity(),
        "nothing else is in it"
    );
    assert_eq!(claims.expires_at, MIDNIGHT + 7 * DAY);
    let status = claims.status.unwrap();
    assert!(places.insert((status.uri, status.idx)));
}

#[tokio::test]
async fn a_photo_without_a_small_form_costs_the_photo_code_and_nothing_else() {
    let world = World::new().await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    // A JPEG by its first bytes, which nothing can decode.
    let broken = portrait()[..40].to_vec();
    let object = world.service.photos.put(&broken).await.unwrap();
    photo::Entity::update_many()
        .col_expr(photo::Column::ObjectKey, Expr::value(object))
        .col_expr(
            photo::Column::Sha256,
            Expr::value(county_api::photo_sha256(&broken)),
        )
        .exec(&world.service.db)
        .await
        .unwrap();
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let proofs = vec![prove_key(&key(), &phone.nonce().await, NOW)];
    let answer = phone.ask_for(&token, PHOTO_CONFIGURATION, proofs).await;
    assert_eq!(answer.expect(400).error(), "credential_request_denied");
    for profile in Profile::ALL {
        let (_, _, claims) = fetch(&phone, &token, profile.configuration_id()).await;
        let said = InPersonClaims::from_identity(&claims.identity).unwrap();
        assert_eq!(said.portrait_hash, None);
    }
}

/// What the issuer signs for somebody with long names, behind a long address.
mod sizes {
    use std::sync::Arc;

    use county_api::{CardClaims, claims::Portrait};
    use qr_proof::Claim169;

    use super::*;
    use crate::{
        app::{
            App,
            testing::{TestClock, app_with},
        },
        issue::{Entry, Issuing, Terms, status},
    };

    /// The longest address that a county's own domain gives.
    const ADDRESS: &str = "https://skolebevis.trondelagfylke.no";

    async fn app() -> App {
        let mut config = crate::config::tests::sample();
        config.issuer.public_url = ADDRESS.parse().unwrap();
        app_with(config, Arc::new(TestClock::at(NOW))).await
    }

    fn card(given_name: &str, family_name: &str, institution: &str, class: &str) -> CardClaims {
        CardClaims {
            given_name: given_name.into(),
            family_name: family_name.into(),
            birthdate: date("2008-02-29"),
            portrait: Portrait::from_jpeg(portrait()).unwrap(),
            card_type: CardType::Larekandidat,
            institution: institution.into(),
            institution_number: None,
            class: Some(class.into()),
            programme: None,
            student_number: Some("100042".into()),
            semester: "2026-H".parse().unwrap(),
            valid_from: date("2026-08-01"),
            valid_until: date("2026-12-31"),
            age_over_16: true,
            age_over_18: true,
            age_over_20: false,
            county: "Trøndelag fylkeskommune".into(),
        }
    }

    fn token(app: &App, identity: &Claim169, holder: &SoftwareKey) -> Vec<u8> {
        let terms = Terms {
            issued_at: MIDNIGHT,
            expires_at: MIDNIGHT + 7 * DAY,
        };
        let entry = Entry {
            uri: status::uri(app, 1_234),
            idx: (1 << 17) - 1,
        };
        let signer = app.keys.credential_signer(NOW).unwrap();
        let tokens = Issuing::new(app, &signer, terms)
            .tokens(identity, &[(holder.public_jwk(), entry)])
            .unwrap();
        jose::base64url_decode(&tokens[0]).unwrap()
    }

    /// Characters of the code for each profile, of the same as a link, and as the answer to a challenge.
    async fn lengths(card: &CardClaims) -> [[usize; 3]; 4] {
        let app = app().await;
        let holder = key();
        let hash = Some(PortraitHash([0xFF; 8]));
        Profile::ALL.map(|profile| {
            let identity = InPersonClaims::of(profile, card, hash).to_identity();
            let token = token(&app, &identity, &holder);
            let prove = |challenge| {
                let audience = profile.audience();
                qr_proof::prove(&token, audience, NOW, challenge, &holder).unwrap()
            };
            let code = prove(None);
            let link = qr_proof::link(&code, &app.config.issuer.at("/kontroll")).unwrap();
            [code.len(), link.len(), prove(Some(&[7; 16])).len()]
        })
    }

    #[tokio::test]
    async fn every_default_code_has_at_most_700_characters() {
        let card = card(
            "Anne Kristine",
            "Søråsen-Vik",
            "Kristiansund videregående skole",
            "3STA",
        );
        let lengths = lengths(&card).await;
        for (profile, [code, link, answer]) in Profile::ALL.into_iter().zip(lengths) {
            assert!(code <= 700, "{profile:?}: {code}");
            // QR version 18 at level M, as a link or with a challenge.
            assert!(link <= 816 && answer <= 734, "{profile:?}: {link} {answer}");
        }
    }

    /// Names as long as they come make codes for exam and travel longer than 700 characters, though not larger than a
    /// QR code of version 18 holds: nothing of who it is may be cut.
    #[tokio::test]
    async fn names_as_long_as_they_come_cost_one_qr_version_more() {
        let card = card(
            "Anne-Margrethe Kristine",
            "Bjørnstad-Søråsdøtter",
            "Vuotnaráhti joatkkaskuvla – Fjordnes videregående skole",
            "3PBYA-TØM",
        );
        let lengths = lengths(&card).await;
        let codes = lengths.map(|[code, ..]| code);
        assert_eq!(codes, [766, 751, 572, 526]);
        for [code, link, answer] in lengths {
            assert!(code <= 816 && answer <= 816, "{code} {answer}");
            assert!(link <= 970, "{link}");
        }
    }

    #[tokio::test]
    async fn the_photo_code_has_at_most_1500_characters_even_with_the_largest_portrait() {
        let app = app().await;
        // As large as it is made here, and as large as it is read.
        for webp in [550, PhotoClaims::MAX_BYTES] {
            let photo = PhotoClaims {
                webp: vec![0xFF; webp],
            };
            let token = token(&app, &photo.to_identity(), &key());
            let code = qr_proof::show_token(&token).unwrap();
            assert!(code.len() <= 1_500, "{}", code.len());
        }
    }
}
