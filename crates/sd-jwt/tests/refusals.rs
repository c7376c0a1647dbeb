//! Each step of RFC 9901 §7.1 and §7.3, refused by name: a good SD-JWT with one thing wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

use std::sync::LazyLock;

use jose::{Jwk, Signer, SoftwareKey, jws};
use sd_jwt::{DisclosureError, KeyBindingPolicy, ParseError, SdJwt, VerifyError};
use serde_json::{Value, json};

const NOW: i64 = 1_795_000_000;
const TYP: &str = "example+sd-jwt";
const AUDIENCE: &str = "https://verifier.example";
const NONCE: &str = "n-0S6_WzA2Mj";

static ISSUER: LazyLock<SoftwareKey> = LazyLock::new(new_key);
static HOLDER: LazyLock<SoftwareKey> = LazyLock::new(new_key);

fn new_key() -> SoftwareKey {
    SoftwareKey::generate(&ring::rand::SystemRandom::new()).unwrap()
}

fn disclosure(content: Value) -> String {
    jose::base64url(content.to_string().as_bytes())
}

fn digest(disclosure: &str) -> String {
    jose::base64url(&jose::sha256(disclosure.as_bytes()))
}

fn build(payload: &Value, disclosures: &[&str]) -> String {
    let jwt = jws::sign_json(&jws::Header::new(TYP), payload, &*ISSUER).unwrap();
    format!(
        "{jwt}~{}",
        disclosures
            .iter()
            .map(|text| format!("{text}~"))
            .collect::<String>()
    )
}

fn verify(text: &str, issuer: &Jwk, policy: &KeyBindingPolicy<'_>) -> Result<Value, VerifyError> {
    Ok(Value::Object(
        SdJwt::parse(text)?.verify(issuer, TYP, NOW, policy)?.claims,
    ))
}

fn verify_without_binding(text: &str) -> Result<Value, VerifyError> {
    verify(text, &ISSUER.public_jwk(), &KeyBindingPolicy::NotRequired)
}

#[test]
fn section_7_1_step_1_what_cannot_be_taken_apart() {
    let good = build(&json!({}), &[]);
    let jwt = good.trim_end_matches('~');
    let with = |text: &str| format!("{jwt}~{text}~");
    let cases: Vec<(&str, String, ParseError)> = vec![
        ("empty", String::new(), ParseError::Separators),
        ("a plain JWT", jwt.to_owned(), ParseError::Separators),
        ("no JWT", "~".to_owned(), ParseError::IssuerJwt),
        ("two parts", "e30.e30~".to_owned(), ParseError::IssuerJwt),
        ("an empty disclosure", with(""), ParseError::Separators),
        ("no base64url", with("a+b="), ParseError::Disclosure),
        ("no JSON", with("AAAA"), ParseError::Disclosure),
        (
            "no array",
            with(&disclosure(json!({"a": 1}))),
            ParseError::Disclosure,
        ),
        (
            "one element",
            with(&disclosure(json!(["salt"]))),
            ParseError::Disclosure,
        ),
        (
            "four elements",
            with(&disclosure(json!(["salt", "a", 1, 2]))),
            ParseError::Disclosure,
        ),
        (
            "a salt that is no text",
            with(&disclosure(json!([1, "a", 1]))),
            ParseError::Disclosure,
        ),
        (
            "an element's salt that is no text",
            with(&disclosure(json!([1, 1]))),
            ParseError::Disclosure,
        ),
        (
            "a name that is no text",
            with(&disclosure(json!(["salt", 1, 1]))),
            ParseError::Disclosure,
        ),
        (
            "too many",
            with(&vec!["WyJzIiwxXQ"; 1_001].join("~")),
            ParseError::TooLong,
        ),
        ("too long", "~".repeat(600_000), ParseError::TooLong),
    ];
    for (name, text, expected) in cases {
        assert_eq!(
            verify_without_binding(&text).unwrap_err(),
            VerifyError::Parse(expected),
            "{name}"
        );
    }
    assert_eq!(verify_without_binding(&good).unwrap(), json!({}));
}

#[test]
fn section_7_1_step_2_the_issuers_part() {
    let good = build(&json!({"sub": "nora"}), &[]);
    let other_type = jws::sign_json(&jws::Header::new("JWT"), &json!({}), &*ISSUER).unwrap() + "~";
    let no_object = jws::sign_json(&jws::Header::new(TYP), &json!([1]), &*ISSUER).unwrap() + "~";
    let header = |header: Value| {
        let (_, rest) = good.split_once('.').unwrap();
        format!("{}.{rest}", jose::base64url(header.to_string().as_bytes()))
    };
    let parse = VerifyError::Parse(ParseError::IssuerJwt);
    let cases = [
        ("another type", other_type, VerifyError::Type),
        (
            "alg none",
            header(json!({"alg": "none", "typ": TYP})),
            parse,
        ),
        ("a MAC", header(json!({"alg": "HS256", "typ": TYP})), parse),
        (
            "crit",
            header(json!({"alg": "ES256", "typ": TYP, "crit": ["exp"]})),
            parse,
        ),
        (
            "RS256",
            header(json!({"alg": "RS256", "typ": TYP})),
            VerifyError::IssuerAlgorithm,
        ),
        (
            "another header",
            header(json!({"alg": "ES256", "typ": TYP, "x": 1})),
            VerifyError::IssuerSignature,
        ),
        ("no object", no_object, parse),
        (
            "another hash",
            build(&json!({"_sd_alg": "sha-512"}), &[]),
            VerifyError::Disclosures(DisclosureError::HashAlgorithm),
        ),
        (
            "a hash that is no text",
            build(&json!({"_sd_alg": 256}), &[]),
            VerifyError::Disclosures(DisclosureError::HashAlgorithm),
        ),
    ];
    for (name, text, expected) in cases {
        assert_eq!(
            verify_without_binding(&text).unwrap_err(),
            expected,
            "{name}"
        );
    }
    let stranger = new_key().public_jwk();
    let refused = verify(&good, &stranger, &KeyBindingPolicy::NotRequired).unwrap_err();
    assert_eq!(refused, VerifyError::IssuerSignature);
}

#[test]
fn section_7_1_steps_3_to_5_digests_and_disclosures() {
    let name = disclosure(json!(["s1", "name", "Nora"]));
    let other_name = disclosure(json!(["s2", "name", "Olav"]));
    let element = disclosure(json!(["s3", "element"]));
    let sd = disclosure(json!(["s4", "_sd", ["x"]]));
    let dots = disclosure(json!(["s5", "...", "x"]));
    let inner = disclosure(json!(["s6", "inner", 1]));
    let outer = disclosure(json!(["s7", "outer", {"_sd": [digest(&inner)]}]));
    let outer_with_bad = disclosure(json!(["s8", "outer", {"_sd": "text"}]));
    let same_inside = disclosure(json!(["s9", "outer", {"_sd": [digest(&name)]}]));
    let in_object =
        |digests: &[&str]| json!({"_sd": digests.iter().map(|d| digest(d)).collect::<Vec<_>>()});
    let deep = (0..40).fold(json!(1), |value, _| json!([value]));
    let cases: Vec<(&str, Value, Vec<&str>, DisclosureError)> = vec![
        (
            "the same disclosure twice",
            in_object(&[&name]),
            vec![&name, &name],
            DisclosureError::Repeated,
        ),
        (
            "_sd is text",
            json!({"_sd": "x"}),
            vec![],
            DisclosureError::Digest,
        ),
        (
            "_sd holds a number",
            json!({"_sd": [1]}),
            vec![],
            DisclosureError::Digest,
        ),
        (
            "_sd is null",
            json!({"a": {"_sd": null}}),
            vec![],
            DisclosureError::Digest,
        ),
        (
            "_sd in a disclosure is text",
            in_object(&[&outer_with_bad]),
            vec![&outer_with_bad],
            DisclosureError::Digest,
        ),
        (
            "... beside something",
            json!({"a": [{"...": digest(&element), "b": 1}]}),
            vec![&element],
            DisclosureError::Digest,
        ),
        (
            "... is a number",
            json!({"a": [{"...": 1}]}),
            vec![],
            DisclosureError::Digest,
        ),
        (
            "... outside an array",
            json!({"a": {"...": digest(&element)}}),
            vec![&element],
            DisclosureError::Digest,
        ),
        (
            "an element in an object",
            in_object(&[&element]),
            vec![&element],
            DisclosureError::Kind,
        ),
        (
            "a claim in an array",
            json!({"a": [{"...": digest(&name)}]}),
            vec![&name],
            DisclosureError::Kind,
        ),
        (
            "a claim called _sd",
            in_object(&[&sd]),
            vec![&sd],
            DisclosureError::ReservedName,
        ),
        (
            "a claim called ...",
            in_object(&[&dots]),
            vec![&dots],
            DisclosureError::ReservedName,
        ),
        (
            "a claim that is there already",
            json!({"_sd": [digest(&name)], "name": "Olav"}),
            vec![&name],
            DisclosureError::NameTaken,
        ),
        (
            "two disclosures of one name",
            in_object(&[&name, &other_name]),
            vec![&name, &other_name],
            DisclosureError::NameTaken,
        ),
        (
            "too deep",
            json!({"a": deep}),
            vec![],
            DisclosureError::TooDeep,
        ),
        (
            "a digest twice in one object",
            in_object(&[&name, &name]),
            vec![&name],
            DisclosureError::DigestRepeated,
        ),
        (
            "a digest twice in two objects",
            json!({"a": in_object(&[&name]), "b": in_object(&[&name])}),
            vec![&name],
            DisclosureError::DigestRepeated,
        ),
        (
            "a digest twice, once in a disclosure",
            in_object(&[&name, &same_inside]),
            vec![&name, &same_inside],
            DisclosureError::DigestRepeated,
        ),
        (
            "a decoy twice",
            json!({"_sd": ["decoy", "decoy"]}),
            vec![],
            DisclosureError::DigestRepeated,
        ),
        (
            "a digest in an object and in an array",
            json!({"_sd": ["decoy"], "a": [{"...": "decoy"}]}),
            vec![],
            DisclosureError::DigestRepeated,
        ),
        (
            "a disclosure of nothing",
            json!({}),
            vec![&name],
            DisclosureError::Unreferenced,
        ),
        (
            "an inner one without its outer",
            in_object(&[&outer]),
            vec![&inner],
            DisclosureError::Unreferenced,
        ),
        (
            "one that is tampered with",
            in_object(&[&name]),
            vec![&other_name],
            DisclosureError::Unreferenced,
        ),
    ];
    for (name, payload, disclosures, expected) in cases {
        let refused = verify_without_binding(&build(&payload, &disclosures)).unwrap_err();
        assert_eq!(refused, VerifyError::Disclosures(expected), "{name}");
    }
}

#[test]
fn section_7_1_step_3_what_is_withheld_leaves_no_trace() {
    let inner = disclosure(json!(["s1", "inner", 1]));
    let outer = disclosure(json!(["s2", "outer", {"_sd": [digest(&inner), "decoy"]}]));
    let element = disclosure(json!(["s3", [{"...": "decoy-2"}, "kept"]]));
    let payload = json!({
        "_sd": [digest(&outer), "decoy-3"], "_sd_alg": "sha-256",
        "list": [{"...": "decoy-4"}, {"...": digest(&element)}, "always"],
    });
    let shown =
        |disclosures: &[&str]| verify_without_binding(&build(&payload, disclosures)).unwrap();
    assert_eq!(shown(&[]), json!({"list": ["always"]}));
    assert_eq!(shown(&[&outer]), json!({"list": ["always"], "outer": {}}));
    assert_eq!(
        shown(&[&inner, &outer]),
        json!({"list": ["always"], "outer": {"inner": 1}})
    );
    assert_eq!(shown(&[&element]), json!({"list": [["kept"], "always"]}));
}

#[test]
fn section_7_1_step_6_times() {
    let hidden_exp = disclosure(json!(["salt", "exp", NOW - 1]));
    let cases: Vec<(&str, String, Result<(), VerifyError>)> = vec![
        (
            "valid",
            build(&json!({"nbf": NOW, "exp": NOW + 1}), &[]),
            Ok(()),
        ),
        (
            "clocks differ a little",
            build(&json!({"nbf": NOW + 60}), &[]),
            Ok(()),
        ),
        (
            "to come",
            build(&json!({"nbf": NOW + 61}), &[]),
            Err(VerifyError::NotYetValid),
        ),
        (
            "expired",
            build(&json!({"exp": NOW}), &[]),
            Err(VerifyError::Expired),
        ),
        (
            "expired by a fraction",
            build(&json!({"exp": NOW as f64 - 0.5}), &[]),
            Err(VerifyError::Expired),
        ),
        (
            "a time that is text",
            build(&json!({"exp": "tomorrow"}), &[]),
            Err(VerifyError::Claim("exp")),
        ),
        (
            "nbf that is null",
            build(&json!({"nbf": null}), &[]),
            Err(VerifyError::Claim("nbf")),
        ),
        (
            "expired in a disclosure",
            build(&json!({"_sd": [digest(&hidden_exp)]}), &[&hidden_exp]),
            Err(VerifyError::Expired),
        ),
    ];
    for (name, text, expected) in cases {
        assert_eq!(
            verify_without_binding(&text).map(|_| ()),
            expected,
            "{name}"
        );
    }
}

#[test]
fn section_7_3_key_binding() {
    let name = disclosure(json!(["s1", "name", "Nora"]));
    let school = disclosure(json!(["s2", "school", "Fjordviken"]));
    let payload = |cnf: Value| json!({"_sd": [digest(&name), digest(&school)], "cnf": cnf});
    let jwk = serde_json::to_value(HOLDER.public_jwk()).unwrap();
    let bound = build(&payload(json!({"jwk": jwk})), &[&name]);
    let claims = json!({"iat": NOW, "aud": AUDIENCE, "nonce": NONCE, "sd_hash": digest(&bound)});
    let sign = |typ: &str, claims: &Value, key: &SoftwareKey| {
        jws::sign_json(&jws::Header::new(typ), claims, key).unwrap()
    };
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        format!("{bound}{}", sign("kb+jwt", &claims, &HOLDER))
    };
    let good = format!("{bound}{}", sign("kb+jwt", &claims, &HOLDER));
    let key_binding = &good[bound.len()..];
    let unbound = build(&json!({"_sd": [digest(&name)]}), &[&name]);
    let mut private = jwk.clone();
    private["d"] = "secret".into();
    let rs256 = {
        let (_, rest) = key_binding.split_once('.').unwrap();
        format!(
            "{}.{rest}",
            jose::base64url(br#"{"alg":"RS256","typ":"kb+jwt"}"#)
        )
    };
    let policy = KeyBindingPolicy::Required {
        audience: AUDIENCE,
        nonce: NONCE,
        now: NOW + 5,
        max_age: 60,
    };
    let cases: Vec<(&str, String, Result<(), VerifyError>)> = vec![
        ("good", good.clone(), Ok(())),
        (
            "step 2: absent",
            bound.clone(),
            Err(VerifyError::KeyBindingMissing),
        ),
        (
            "step 3: the issuer's part is checked too",
            good.replacen("~", "~WyJzIiwgImEiLCAxXQ~", 1),
            Err(VerifyError::Disclosures(DisclosureError::Unreferenced)),
        ),
        (
            "step 4.a: no key in the credential",
            format!("{unbound}{key_binding}"),
            Err(VerifyError::HolderKeyMissing),
        ),
        (
            "step 4.a: a private key in the credential",
            format!(
                "{}{key_binding}",
                build(&payload(json!({"jwk": private})), &[&name])
            ),
            Err(VerifyError::Claim("cnf")),
        ),
        (
            "step 4: no JWT",
            format!("{bound}abc"),
            Err(VerifyError::KeyBindingMalformed),
        ),
        (
            "step 4.b: another algorithm",
            format!("{bound}{rs256}"),
            Err(VerifyError::KeyBindingAlgorithm),
        ),
        (
            "step 4.c: another key",
            format!("{bound}{}", sign("kb+jwt", &claims, &ISSUER)),
            Err(VerifyError::KeyBindingSignature),
        ),
        (
            "step 4.d: another type",
            format!("{bound}{}", sign("JWT", &claims, &HOLDER)),
            Err(VerifyError::KeyBindingType),
        ),
        (
            "step 4.e: too old",
            with("iat", json!(NOW - 56)),
            Err(VerifyError::KeyBindingTooOld { seconds: 61 }),
        ),
        (
            "step 4.e: ahead",
            with("iat", json!(NOW + 66)),
            Err(VerifyError::KeyBindingAhead { seconds: 61 }),
        ),
        (
            "step 4.e: no time",
            with("iat", json!(null)),
            Err(VerifyError::KeyBindingMalformed),
        ),
        (
            "step 4.f: another nonce",
            with("nonce", json!("other")),
            Err(VerifyError::KeyBindingNonce),
        ),
        (
            "step 4.f: another audience",
            with("aud", json!("https://evil.example")),
            Err(VerifyError::KeyBindingAudience),
        ),
        (
            "step 4.f: several audiences",
            with("aud", json!([AUDIENCE])),
            Err(VerifyError::KeyBindingMalformed),
        ),
        (
            "step 4.g: another hash",
            with("sd_hash", json!(digest("other"))),
            Err(VerifyError::KeyBindingHash),
        ),
        (
            "step 4.g: a disclosure more",
            good.replacen('~', &format!("~{school}~"), 1),
            Err(VerifyError::KeyBindingHash),
        ),
        (
            "step 4.g: a disclosure less",
            good.replacen(&format!("~{name}"), "", 1),
            Err(VerifyError::KeyBindingHash),
        ),
    ];
    for (name, text, expected) in cases {
        assert_eq!(
            verify(&text, &ISSUER.public_jwk(), &policy).map(|_| ()),
            expected,
            "{name}"
        );
    }
    // The policy decides: where no binding is asked for, even a bad one changes nothing.
    assert!(verify_without_binding(&format!("{bound}abc")).is_ok());
}
