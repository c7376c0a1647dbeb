//! What the reference implementation wrote from RFC 9901's examples is read as it reads it. See `vectors/make.py`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

use std::collections::BTreeSet;

use jose::Jwk;
use sd_jwt::{KeyBindingPolicy, SdJwt, VerifyError, present, vc};
use serde::Deserialize;
use serde_json::{Map, Value};

const NOW: i64 = 1_748_537_250;

#[derive(Deserialize)]
struct Vector {
    issuer_key: Jwk,
    typ: String,
    issued: String,
    presented: String,
    key_binding: Option<Binding>,
    disclosures: Vec<Value>,
    all_claims: Map<String, Value>,
    presented_claims: Map<String, Value>,
}

#[derive(Deserialize)]
struct Binding {
    nonce: String,
    audience: String,
    time: i64,
}

macro_rules! vectors {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("vectors/", $name, ".json")))),*]
            .map(|(name, json)| (name, serde_json::from_str::<Vector>(json).unwrap()))
    };
}

fn vectors() -> impl Iterator<Item = (&'static str, Vector)> {
    vectors![
        "rfc9901-5",
        "rfc9901-6.1-flat",
        "rfc9901-6.2-structured",
        "rfc9901-6.3-recursive",
        "rfc9901-a.1-decoys",
        "rfc9901-a.2-complex",
        "rfc9901-a.3-pid",
        "rfc9901-a.4-vcdm",
        "recursive-decoys",
        "array-of-arrays",
        "array-objects",
        "nothing-disclosable",
        "vc",
    ]
    .into_iter()
}

impl Vector {
    fn policy(&self) -> KeyBindingPolicy<'_> {
        match &self.key_binding {
            None => KeyBindingPolicy::NotRequired,
            Some(binding) => KeyBindingPolicy::Required {
                audience: &binding.audience,
                nonce: &binding.nonce,
                now: binding.time + 6,
                max_age: 60,
            },
        }
    }

    fn verify(
        &self,
        text: &str,
        policy: &KeyBindingPolicy<'_>,
    ) -> Result<Map<String, Value>, VerifyError> {
        Ok(SdJwt::parse(text)?
            .verify(&self.issuer_key, &self.typ, NOW, policy)?
            .claims)
    }
}

#[test]
fn every_issued_vector_shows_all_its_claims() {
    for (name, vector) in vectors() {
        let claims = vector
            .verify(&vector.issued, &KeyBindingPolicy::NotRequired)
            .unwrap();
        assert_eq!(claims, vector.all_claims, "{name}");
        assert_eq!(
            SdJwt::parse(&vector.issued).unwrap().disclosure_count(),
            vector.disclosures.len(),
            "{name}"
        );
    }
}

#[test]
fn every_presented_vector_shows_what_was_disclosed() {
    for (name, vector) in vectors() {
        let claims = vector.verify(&vector.presented, &vector.policy()).unwrap();
        assert_eq!(claims, vector.presented_claims, "{name}");
    }
}

#[test]
fn no_vector_verifies_under_another_key_or_with_any_part_left_out_or_put_in() {
    for (name, vector) in vectors() {
        if vector.key_binding.is_some() {
            let refused = vector.verify(&vector.issued, &vector.policy()).unwrap_err();
            assert_eq!(refused, VerifyError::KeyBindingMissing, "{name}");
            let parts: Vec<_> = vector.presented.split('~').collect();
            for left_out in 1..parts.len() - 1 {
                let mut parts = parts.clone();
                parts.remove(left_out);
                let refused = vector.verify(&parts.join("~"), &vector.policy());
                assert!(refused.is_err(), "{name}: without disclosure {left_out}");
            }
        }
        let stranger = vector
            .issued
            .replacen('~', "~WyJzYWx0IiwgIm5hbWUiLCAidmFsdWUiXQ~", 1);
        let refused = vector
            .verify(&stranger, &KeyBindingPolicy::NotRequired)
            .unwrap_err();
        assert_eq!(
            refused,
            sd_jwt::DisclosureError::Unreferenced.into(),
            "{name}"
        );

        let other: Jwk = serde_json::from_str(
            r#"{"kty": "EC", "crv": "P-256", "x": "TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc",
                "y": "ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ"}"#,
        )
        .unwrap();
        let refused = SdJwt::parse(&vector.issued).unwrap().verify(
            &other,
            &vector.typ,
            NOW,
            &KeyBindingPolicy::NotRequired,
        );
        assert_eq!(refused.unwrap_err(), VerifyError::IssuerSignature, "{name}");
    }
}

/// The same choices as in `make.py` lead to the same set of Disclosures.
#[test]
fn our_presentations_disclose_what_the_reference_discloses() {
    let choices: &[(&str, &[&str])] = &[
        (
            "rfc9901-5",
            &["given_name", "family_name", "address", "/nationalities/0"],
        ),
        ("rfc9901-6.1-flat", &["address"]),
        (
            "rfc9901-6.2-structured",
            &["/address/region", "/address/country"],
        ),
        (
            "rfc9901-6.3-recursive",
            &["/address/region", "/address/country"],
        ),
        (
            "rfc9901-a.1-decoys",
            &["/address/region", "/address/country"],
        ),
        (
            "rfc9901-a.2-complex",
            &[
                "/verified_claims/verification/time",
                "/verified_claims/verification/evidence/0/method",
                "/verified_claims/claims/given_name",
                "/verified_claims/claims/family_name",
                "/verified_claims/claims/address",
            ],
        ),
        (
            "rfc9901-a.3-pid",
            &["nationalities", "/age_equal_or_over/18"],
        ),
        (
            "rfc9901-a.4-vcdm",
            &[
                "/credentialSubject/dateOfVaccination",
                "/credentialSubject/order",
                "/credentialSubject/vaccine/atcCode",
                "/credentialSubject/vaccine/medicinalProductName",
            ],
        ),
        (
            "recursive-decoys",
            &["/address/lines/0", "/address/place/city"],
        ),
        ("array-of-arrays", &["/groups/0/1", "/groups/1/1"]),
        ("array-objects", &["/marks/1/mark"]),
        ("nothing-disclosable", &[]),
        ("vc", &["given_name", "age_over_18"]),
    ];
    for (name, vector) in vectors() {
        let (_, choice) = choices.iter().find(|(of, _)| *of == name).unwrap();
        let ours = present(&vector.issued, choice, None).unwrap();
        let parts = |text: &str| -> BTreeSet<String> {
            let (text, _) = text.rsplit_once('~').unwrap();
            text.split('~').map(str::to_owned).collect()
        };
        let mut theirs = parts(&vector.presented);
        if name == "array-of-arrays" {
            // It also disclosed the third array without its one element, which nothing asked for.
            let third = vector.issued.split('~').find(|part| {
                let json = jose::base64url_decode(part).unwrap_or_default();
                serde_json::from_slice::<Value>(&json)
                    .is_ok_and(|json| json == vector.disclosures[5])
            });
            theirs.remove(third.unwrap());
        }
        assert_eq!(parts(&ours), theirs, "{name}");
    }
}

/// The payload that the issuer of a vector signed.
fn payload(name: &str) -> Value {
    let (_, vector) = vectors().find(|(of, _)| *of == name).unwrap();
    let payload = vector.issued.split('.').nth(1).unwrap();
    serde_json::from_slice(&jose::base64url_decode(payload).unwrap()).unwrap()
}

#[test]
fn the_digests_are_those_that_the_rfc_prints() {
    // RFC 9901 §4.2.3.
    let text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
    let digest = jose::base64url(&jose::sha256(text.as_bytes()));
    assert_eq!(digest, "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
    // The first and last digest of each list in the payloads of §5.1 and appendix A.
    for (name, list, first, last) in [
        (
            "rfc9901-5",
            "/_sd",
            "CrQe7S5kqBAHt-nMYXgc6bdt2SH5aTY1sU_M-PgkjPI",
            "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4",
        ),
        (
            "rfc9901-a.1-decoys",
            "/address/_sd",
            "6aUhzYhZ7SJ1kVmagQAO3u2ETN2CC1aHheZpKnaF0_E",
            "uNHoWYhXsZhVJCNE2Dqy-zqt7t69gJKy5QaFv7GrMX4",
        ),
        (
            "rfc9901-a.2-complex",
            "/_sd",
            "-aSznId9mWM8ocuQolCllsxVggq1-vHW4OtnhUtVmWw",
            "otkxuT14nBiwzNJ3MPaOitOl9pVnXOaEHal_xkyNfKI",
        ),
        (
            "rfc9901-a.2-complex",
            "/verified_claims/claims/_sd",
            "RiOiCn6_w5ZHaadkQMrcQJf0Jte5RwurRs54231DTlo",
            "hvDXhwmGcJQsBCA2OtjuLAcwAMpDsaU0nkovcKOqWNE",
        ),
        (
            "rfc9901-a.3-pid",
            "/_sd",
            "0HZmnSIPz337kSWe7C34l--88gzJi-eBJ2Vz_HJwATg",
            "y50czc0ISChy_bsba1dMoUuAOQ5AMmOSfGoEe81v1FU",
        ),
        (
            "rfc9901-a.4-vcdm",
            "/credentialSubject/_sd",
            "1V_K-8lDQ8iFXBFXbZY9ehqR4HabWCi5T0ybIzZPeww",
            "zJK_eSMXjwM8dXmMZLnI8FGM08zJ3_ubGeEMJ-5TBy0",
        ),
        (
            "rfc9901-a.4-vcdm",
            "/credentialSubject/recipient/_sd",
            "1lSQBNY24q0Th6OGzthq-7-4l6cAaxrYXOGZpeW_lnA",
            "lF9uzdsw7HplGLc714Tr4WO7MGJza7tt7QFleCX4Itw",
        ),
    ] {
        let payload = payload(name);
        let digests = payload.pointer(list).unwrap().as_array().unwrap();
        assert_eq!(digests.first().unwrap(), first, "{name} {list}");
        assert_eq!(digests.last().unwrap(), last, "{name} {list}");
    }
    let evidence = payload("rfc9901-a.2-complex");
    assert_eq!(
        evidence["verified_claims"]["verification"]["evidence"],
        serde_json::json!([{"...": "tYJ0TDucyZZCRMbROG4qRO5vkPSFRxFhUELc18CSl3k"}])
    );
}

/// §5.2 to the letter. Its header, payload and Disclosures are the vector's; only the signatures are the RFC's own.
#[test]
fn the_presentation_that_the_rfc_prints_is_accepted() {
    let (_, vector) = vectors().next().unwrap();
    let (signed, rest) = vector.presented.split_once('~').unwrap();
    let (signed, _) = signed.rsplit_once('.').unwrap();
    let (disclosures, _) = rest.rsplit_once('~').unwrap();
    let issuer =
        "MczwjBFGtzf-6WMT-hIvYbkb11NrV1WMO-jTijpMPNbswNzZ87wY2uHz-CXo6R04b7jYrpj9mNRAvVssXou1iw";
    let key_binding = [
        r#"{"alg": "ES256", "typ": "kb+jwt"}"#,
        r#"{"nonce": "1234567890", "aud": "https://verifier.example.org", "iat": 1748537244, "sd_hash": "0_Af-2B-EhLWX5ydh_w2xzwmO6iM66B_2QCEanI4fUY"}"#,
    ]
    .map(|part| jose::base64url(part.as_bytes()))
    .join(".");
    let holder =
        "T3SIus2OidNl41nmVkTZVCKKhOAX97aOldMyHFiYjHm261eLiJ1YiuONFiMN8QlCmYzDlBLAdPvrXh52KaLgUQ";
    let printed = format!("{signed}.{issuer}~{disclosures}~{key_binding}.{holder}");
    let claims = vector.verify(&printed, &vector.policy()).unwrap();
    assert_eq!(claims, vector.presented_claims);
    assert_eq!(claims["nationalities"], serde_json::json!(["US"]));
}

/// Appendix A.3 is an SD-JWT VC. It has all that we ask for.
#[test]
fn the_credential_of_appendix_a_3_is_read() {
    let (_, vector) = vectors()
        .find(|(name, _)| *name == "rfc9901-a.3-pid")
        .unwrap();
    let credential =
        vc::verify(&vector.presented, &vector.issuer_key, NOW, &vector.policy()).unwrap();
    assert_eq!(credential.vct, "urn:eudi:pid:de:1");
    assert_eq!(credential.issuer, "https://pid-issuer.bund.de.example");
    assert_eq!(
        Value::Object(credential.claims),
        serde_json::json!({"age_equal_or_over": {"18": true}, "nationalities": ["DE"]})
    );
}

#[test]
fn the_credential_of_another_implementation_is_read() {
    let (_, vector) = vectors().find(|(name, _)| *name == "vc").unwrap();
    let credential =
        vc::verify(&vector.presented, &vector.issuer_key, NOW, &vector.policy()).unwrap();
    assert_eq!(credential.issuer, "https://issuer.example.com");
    assert_eq!(credential.vct, "https://credentials.example.com/student-id");
    assert_eq!(
        (credential.issued_at, credential.expires_at),
        (1_683_000_000, 1_883_000_000)
    );
    let status = credential.status.unwrap();
    assert_eq!(
        (status.uri.as_str(), status.idx),
        ("https://issuer.example.com/status/1", 42)
    );
    assert_eq!(credential.claims.len(), 2);
    assert_eq!(credential.claims["given_name"], "Nora");
    assert_eq!(credential.claims["age_over_18"], false);
}
