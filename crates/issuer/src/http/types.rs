//! `GET /types/student-id`: the metadata of the credential's type (SD-JWT VC, draft 26, §6), and the words for
//! its claims in three languages.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::Response};
use county_api::{CardSlot, claims};
use serde_json::{Value, json};

use crate::issue;

use super::{Service, cacheable, etag};

/// The languages of everything that is displayed.
pub(super) const LANGUAGES: [&str; 3] = ["nb", "nn", "en"];

/// A claim of the card.
pub(super) struct Claim {
    pub(super) name: &'static str,
    /// Whether every card has it.
    pub(super) always: bool,
    pub(super) labels: [(&'static str, &'static str); 3],
}

const fn claim(
    name: &'static str,
    always: bool,
    nb: &'static str,
    nn: &'static str,
    en: &'static str,
) -> Claim {
    Claim {
        name,
        always,
        labels: [("nb", nb), ("nn", nn), ("en", en)],
    }
}

/// All claims, in the order they are shown.
pub(super) const CLAIMS: [&Claim; 17] = [
    &claim(
        claims::GIVEN_NAME,
        true,
        "Fornavn",
        "Førenamn",
        "Given name",
    ),
    &claim(
        claims::FAMILY_NAME,
        true,
        "Etternavn",
        "Etternamn",
        "Family name",
    ),
    &claim(
        claims::BIRTHDATE,
        true,
        "Fødselsdato",
        "Fødselsdato",
        "Date of birth",
    ),
    &claim(claims::PORTRAIT, true, "Bilde", "Bilete", "Photo"),
    &claim(
        claims::CARD_TYPE,
        true,
        "Type bevis",
        "Type bevis",
        "Type of card",
    ),
    &claim(
        claims::INSTITUTION,
        true,
        "Skole eller bedrift",
        "Skule eller bedrift",
        "School or company",
    ),
    &claim(
        claims::INSTITUTION_NUMBER,
        false,
        "Skole- eller bedriftsnummer",
        "Skule- eller bedriftsnummer",
        "School or company number",
    ),
    &claim(claims::CLASS, false, "Klasse", "Klasse", "Class"),
    &claim(
        claims::PROGRAMME,
        false,
        "Utdanningsprogram",
        "Utdanningsprogram",
        "Education programme",
    ),
    &claim(
        claims::STUDENT_NUMBER,
        false,
        "Elevnummer",
        "Elevnummer",
        "Student number",
    ),
    &claim(claims::SEMESTER, true, "Semester", "Semester", "Semester"),
    &claim(
        claims::VALID_FROM,
        true,
        "Gyldig fra",
        "Gyldig frå",
        "Valid from",
    ),
    &claim(
        claims::VALID_UNTIL,
        true,
        "Gyldig til og med",
        "Gyldig til og med",
        "Valid until",
    ),
    &claim(
        claims::AGE_OVER_16,
        true,
        "Over 16 år",
        "Over 16 år",
        "Over 16",
    ),
    &claim(
        claims::AGE_OVER_18,
        true,
        "Over 18 år",
        "Over 18 år",
        "Over 18",
    ),
    &claim(
        claims::AGE_OVER_20,
        true,
        "Over 20 år",
        "Over 20 år",
        "Over 20",
    ),
    &claim(
        claims::COUNTY,
        true,
        "Fylkeskommune",
        "Fylkeskommune",
        "County",
    ),
];

/// Name of the card in each language; `locale` first, as both specifications have it.
pub(super) fn display_of_the_card(slot: CardSlot) -> [Value; 3] {
    if slot == CardSlot::Training {
        return [
            json!({ "locale": "nb", "name": "Lærlingbevis", "description": "Lærlingbevis eller lærekandidatbevis ved siden av elevbeviset" }),
            json!({ "locale": "nn", "name": "Lærlingbevis", "description": "Lærlingbevis eller lærekandidatbevis ved sida av elevbeviset" }),
            json!({ "locale": "en", "name": "Apprentice ID", "description": "ID card of an apprentice or training candidate, beside a pupil's card" }),
        ];
    }
    [
        json!({ "locale": "nb", "name": "Skolebevis", "description": "Elevbevis, lærlingbevis eller lærekandidatbevis" }),
        json!({ "locale": "nn", "name": "Skulebevis", "description": "Elevbevis, lærlingbevis eller lærekandidatbevis" }),
        json!({ "locale": "en", "name": "School ID", "description": "ID card of a pupil, apprentice or training candidate" }),
    ]
}

pub(super) async fn student_id(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Response {
    let body = json!({
        "vct": issue::vct(&service),
        "name": "Student ID",
        "description": "The school ID of a Norwegian county",
        "display": display_of_the_card(CardSlot::First),
        "claims": CLAIMS.map(|claim| json!({
            "path": [claim.name],
            "display": claim.labels.map(|(locale, label)| json!({ "locale": locale, "label": label })),
            "mandatory": claim.always,
            "sd": "always",
        })),
    })
    .to_string();
    let tag = etag(body.as_bytes());
    cacheable(&headers, "application/json", 3600, &tag, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_of_the_card_is_described_in_every_language() {
        assert_eq!(CLAIMS.map(|claim| claim.name), claims::ALL);
        for claim in CLAIMS {
            assert_eq!(claim.labels.map(|(locale, _)| locale), LANGUAGES);
            assert!(claim.labels.iter().all(|(_, label)| !label.is_empty()));
        }
    }
}
