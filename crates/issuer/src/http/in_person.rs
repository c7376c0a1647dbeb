//! How the tokens behind the codes are described in the metadata: each profile's, and the one with the small portrait.

use county_api::{CardSlot, IN_PERSON_FORMAT, Profile, SCOPE, claims, in_person};
use serde_json::{Map, Value, json};

use super::types::{CLAIMS, LANGUAGES};

/// In nb, nn and en.
type Words = [&'static str; 3];

/// A claim of a token: its label in claim 169, and whether every token of the kind has it.
type Member = (i64, bool);

/// The number of the claim that holds the others (claim 169 of the CWT registry).
const IDENTITY: i64 = 169;

/// Every configuration of this format, by its id.
pub(super) fn configurations() -> Map<String, Value> {
    let of_slot = |slot: CardSlot| {
        let profiles = Profile::ALL.map(|profile| {
            let configuration = configuration(name_of_profile(slot, profile), of_profile(profile));
            (slot.code_configuration(profile).to_owned(), configuration)
        });
        let photo = configuration(name_of_photo(slot), PHOTO);
        profiles
            .into_iter()
            .chain([(slot.photo_configuration().to_owned(), photo)])
    };
    CardSlot::ALL.into_iter().flat_map(of_slot).collect()
}

fn configuration(name: Words, members: &[Member]) -> Value {
    let claims = members.iter().map(|(label, always)| {
        json!({
            "path": [IDENTITY, label],
            "mandatory": always,
            "display": in_languages(words(*label)),
        })
    });
    json!({
        "format": IN_PERSON_FORMAT,
        "scope": SCOPE,
        // COSE's number for ES256.
        "credential_signing_alg_values_supported": [-7],
        "cryptographic_binding_methods_supported": ["jwk"],
        "proof_types_supported": { "jwt": { "proof_signing_alg_values_supported": ["ES256"] } },
        "credential_metadata": {
            "display": in_languages(name),
            "claims": claims.collect::<Vec<_>>(),
        },
    })
}

fn in_languages(words: Words) -> Vec<Value> {
    let words = LANGUAGES.into_iter().zip(words);
    words
        .map(|(locale, name)| json!({ "name": name, "locale": locale }))
        .collect()
}

fn name_of_photo(slot: CardSlot) -> Words {
    match slot {
        CardSlot::First => [
            "Bilde til skolebevis",
            "Bilete til skulebevis",
            "Photo for the school ID",
        ],
        CardSlot::Training => [
            "Bilde til lærlingbevis",
            "Bilete til lærlingbevis",
            "Photo for the apprentice ID",
        ],
    }
}

fn name_of_profile(slot: CardSlot, profile: Profile) -> Words {
    match (slot, profile) {
        (CardSlot::First, Profile::Exam) => [
            "Skolebevis til eksamen",
            "Skulebevis til eksamen",
            "School ID for exams",
        ],
        (CardSlot::First, Profile::Travel) => [
            "Skolebevis på reise",
            "Skulebevis på reise",
            "School ID for travel",
        ],
        (CardSlot::First, Profile::Discount) => [
            "Skolebevis for rabatt",
            "Skulebevis for rabatt",
            "School ID for discounts",
        ],
        (CardSlot::First, Profile::Age) => ["Aldersbevis", "Aldersbevis", "Proof of age"],
        (CardSlot::Training, Profile::Exam) => [
            "Lærlingbevis til eksamen",
            "Lærlingbevis til eksamen",
            "Apprentice ID for exams",
        ],
        (CardSlot::Training, Profile::Travel) => [
            "Lærlingbevis på reise",
            "Lærlingbevis på reise",
            "Apprentice ID for travel",
        ],
        (CardSlot::Training, Profile::Discount) => [
            "Lærlingbevis for rabatt",
            "Lærlingbevis for rabatt",
            "Apprentice ID for discounts",
        ],
        (CardSlot::Training, Profile::Age) => [
            "Aldersbevis for lærling",
            "Aldersbevis for lærling",
            "Apprentice's proof of age",
        ],
    }
}

const PHOTO: &[Member] = &[
    (in_person::PORTRAIT, true),
    (in_person::PORTRAIT_FORMAT, true),
    (in_person::PROFILE, true),
];

fn of_profile(profile: Profile) -> &'static [Member] {
    use county_api::in_person::{
        AGE_OVER_16, AGE_OVER_18, AGE_OVER_20, BIRTH_DATE, CARD_TYPE, CLASS, FULL_NAME, GIVEN_NAME,
        INSTITUTION, PORTRAIT_HASH, PROFILE, SEMESTER, STUDENT_NUMBER, VALID_UNTIL,
    };
    match profile {
        Profile::Exam => &[
            (FULL_NAME, true),
            (BIRTH_DATE, true),
            (INSTITUTION, true),
            (CLASS, false),
            (STUDENT_NUMBER, false),
            (CARD_TYPE, true),
            (VALID_UNTIL, true),
            (PORTRAIT_HASH, false),
            (PROFILE, true),
        ],
        Profile::Travel => &[
            (FULL_NAME, true),
            (BIRTH_DATE, true),
            (INSTITUTION, true),
            (CARD_TYPE, true),
            (SEMESTER, true),
            (VALID_UNTIL, true),
            (PORTRAIT_HASH, false),
            (PROFILE, true),
        ],
        Profile::Discount => &[
            (GIVEN_NAME, true),
            (CARD_TYPE, true),
            (SEMESTER, true),
            (VALID_UNTIL, true),
            (PROFILE, true),
        ],
        Profile::Age => &[
            (AGE_OVER_16, true),
            (AGE_OVER_18, true),
            (AGE_OVER_20, true),
            (PROFILE, true),
        ],
    }
}

/// What a claim is called; the same as on the card where the card has it.
fn words(label: i64) -> Words {
    let on_the_card = match label {
        in_person::FULL_NAME => return ["Navn", "Namn", "Name"],
        in_person::PORTRAIT_FORMAT => return ["Bildeformat", "Biletformat", "Photo format"],
        in_person::PORTRAIT_HASH => {
            return [
                "Avtrykk av bildet",
                "Avtrykk av biletet",
                "Digest of the photo",
            ];
        }
        in_person::PROFILE => return ["Formål", "Føremål", "Purpose"],
        in_person::STUDENT_NUMBER => claims::STUDENT_NUMBER,
        in_person::GIVEN_NAME => claims::GIVEN_NAME,
        in_person::BIRTH_DATE => claims::BIRTHDATE,
        in_person::PORTRAIT => claims::PORTRAIT,
        in_person::INSTITUTION => claims::INSTITUTION,
        in_person::CARD_TYPE => claims::CARD_TYPE,
        in_person::CLASS => claims::CLASS,
        in_person::SEMESTER => claims::SEMESTER,
        in_person::VALID_UNTIL => claims::VALID_UNTIL,
        in_person::AGE_OVER_16 => claims::AGE_OVER_16,
        in_person::AGE_OVER_18 => claims::AGE_OVER_18,
        in_person::AGE_OVER_20 => claims::AGE_OVER_20,
        _ => "",
    };
    let claim = CLAIMS.iter().find(|claim| claim.name == on_the_card);
    claim.map_or([""; 3], |claim| claim.labels.map(|(_, word)| word))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use county_api::{
        CardClaims, CardType, InPersonClaims, PhotoClaims, PortraitHash, claims::Portrait,
    };

    use super::*;

    fn card(with_everything: bool) -> CardClaims {
        CardClaims {
            given_name: "Nora".into(),
            family_name: "Bjørnstad".into(),
            birthdate: "2008-02-29".parse().unwrap(),
            portrait: Portrait::from_jpeg(vec![0xFF, 0xD8, 0xFF]).unwrap(),
            card_type: CardType::Elev,
            institution: "Fjordvik vgs".into(),
            institution_number: None,
            class: with_everything.then(|| "2STA".into()),
            programme: None,
            student_number: with_everything.then(|| "100042".into()),
            semester: "2026-H".parse().unwrap(),
            valid_from: "2026-08-01".parse().unwrap(),
            valid_until: "2026-12-31".parse().unwrap(),
            age_over_16: true,
            age_over_18: true,
            age_over_20: false,
            county: "Fjordviken fylkeskommune".into(),
        }
    }

    #[test]
    fn each_configuration_tells_of_exactly_the_claims_that_its_tokens_have() {
        for profile in Profile::ALL {
            let members = of_profile(profile);
            let hash = Some(PortraitHash([1; 8]));
            let labels = |card, hash| -> BTreeSet<i64> {
                let identity = InPersonClaims::of(profile, &card, hash).to_identity();
                identity.0.into_keys().collect()
            };
            let all: BTreeSet<i64> = members.iter().map(|(label, _)| *label).collect();
            let always = members.iter().filter(|(_, always)| *always);
            let always: BTreeSet<i64> = always.map(|(label, _)| *label).collect();
            assert_eq!(labels(card(true), hash), all, "{profile:?}");
            assert_eq!(labels(card(false), None), always, "{profile:?}");
        }
        let photo = PhotoClaims { webp: vec![] }.to_identity();
        let labels: Vec<_> = photo.0.into_keys().collect();
        assert_eq!(labels, [16, 17, 80]);
        assert!(PHOTO.iter().all(|(label, _)| labels.contains(label)));
    }

    #[test]
    fn every_claim_and_every_configuration_has_a_name_in_every_language() {
        let mut names = BTreeSet::new();
        for slot in CardSlot::ALL {
            assert!(names.insert(name_of_photo(slot)));
            for profile in Profile::ALL {
                assert!(names.insert(name_of_profile(slot, profile)));
            }
        }
        assert!(names.iter().flatten().all(|name| !name.is_empty()));
        for (label, _) in Profile::ALL.into_iter().flat_map(of_profile).chain(PHOTO) {
            assert!(words(*label).iter().all(|word| !word.is_empty()), "{label}");
        }
        assert_eq!(configurations().len(), 10);
    }
}
