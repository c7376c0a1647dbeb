//! `sd-jwt`: reading, verifying, presenting.
//!
//! Input: an SD-JWT as text; or the payload and after it the Disclosures, each a line of plain JSON. `"#0"` stands for the
//! digest of the first Disclosure, `"#holder"` for the holder's key.

use std::collections::HashSet;
use std::sync::LazyLock;

use jose::{base64url, sha256};
use sd_jwt::vc::TypeMetadata;
use sd_jwt::{Binding, KeyBindingPolicy, SdJwt, Verified, present, vc};
use serde_json::Value;

use crate::NOW;
use crate::jose::signing_input;
use crate::keys::{HOLDER, ISSUER, SEED_ISSUER, STRANGER};
use crate::make;

/// Whom the holder shows it to.
pub const AUDIENCE: &str = "https://shop.example";
/// What the verifier asked the holder to sign.
pub const NONCE: &str = "n-0S6_WzA2Mj";

const REQUIRED: KeyBindingPolicy<'_> = KeyBindingPolicy::Required {
    audience: AUDIENCE,
    nonce: NONCE,
    now: NOW,
    max_age: 60,
};
const ANY: KeyBindingPolicy<'_> = KeyBindingPolicy::NotRequired;
const ISSUANCE: KeyBindingPolicy<'_> = KeyBindingPolicy::Issuance;

/// A type with rules for the claims that the seeds have.
static TYPE: LazyLock<TypeMetadata> = LazyLock::new(|| {
    let document = br#"{"vct": "t", "claims": [
        {"path": ["iss"], "mandatory": true, "sd": "never"}, {"path": ["a"], "sd": "always"},
        {"path": ["n", null], "sd": "always"}, {"path": ["n", 0, "x"]}, {"path": ["a", "b", null, null]}
    ]}"#;
    TypeMetadata::from_json(document, "t").unwrap()
});

static SEEDS: LazyLock<HashSet<Vec<u8>>> =
    LazyLock::new(|| crate::seeds::known("sd_jwt", |seed| Some(issuer_input(seed)?.to_vec())));
static SHOWN_SEEDS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    crate::seeds::known("sd_jwt", |seed| Some(without_signatures(seed)?.concat()))
});

/// What the issuer signed.
fn issuer_input(text: &[u8]) -> Option<&[u8]> {
    signing_input(text.split(|byte| *byte == b'~').next()?)
}

/// Everything but the two signatures.
fn without_signatures(text: &[u8]) -> Option<[&[u8]; 3]> {
    let first = text.iter().position(|byte| *byte == b'~')?;
    let last = text.iter().rposition(|byte| *byte == b'~')?;
    Some([
        issuer_input(text)?,
        text.get(first..=last)?,
        signing_input(text.get(last + 1..)?)?,
    ])
}

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let raw = std::str::from_utf8(data).is_ok_and(foreign);
    raw | (data.starts_with(b"{") && made(data))
}

fn foreign(text: &str) -> bool {
    let Ok(parsed) = SdJwt::parse(text) else {
        assert!(present(text, &[], None).is_err());
        return false;
    };
    assert!(parsed.disclosure_count() <= sd_jwt::MAX_DISCLOSURES);
    // Before anything is verified, the holder's own app takes it apart.
    let _ = present(text, &["given_name", "/address/locality"], None);

    let bound = vc::verify(text, &SEED_ISSUER.jwk, NOW, &REQUIRED).is_ok();
    if bound {
        let shown = without_signatures(text.as_bytes()).unwrap().concat();
        assert!(SHOWN_SEEDS.contains(&shown), "not what the holder signed");
    }
    let plain = parsed.verify(&SEED_ISSUER.jwk, vc::TYP, NOW, &ANY);
    if let Ok(verified) = &plain {
        let known = SEEDS.contains(issuer_input(text.as_bytes()).unwrap());
        assert!(known, "not what the issuer signed");
        whole(verified, parsed.disclosure_count());
    }
    assert!(plain.is_ok() || !bound);
    if parsed.has_key_binding() {
        assert!(
            parsed
                .verify(&SEED_ISSUER.jwk, vc::TYP, NOW, &ISSUANCE)
                .is_err()
        );
    }
    plain.is_ok()
}

/// Nothing of the machinery is left in what was verified, and everything disclosed is in its place.
fn whole(verified: &Verified, disclosures: usize) {
    let claims = Value::Object(verified.claims.clone());
    assert_eq!(verified.disclosed.len(), disclosures);
    let places: HashSet<_> = verified.disclosed.iter().collect();
    assert_eq!(places.len(), disclosures, "two disclosures in one place");
    for place in places {
        assert!(claims.pointer(place).is_some(), "disclosed to nowhere");
    }
    assert!(!has_machinery(&claims));
    assert!(claims.get("_sd_alg").is_none());
}

fn has_machinery(value: &Value) -> bool {
    match value {
        Value::Object(object) => object
            .iter()
            .any(|(name, value)| name == "_sd" || name == "..." || has_machinery(value)),
        Value::Array(array) => array.iter().any(has_machinery),
        _ => false,
    }
}

/// Signs the payload with the digests filled in, and puts the Disclosures behind it.
fn made(data: &[u8]) -> bool {
    let mut lines = data.split(|byte| *byte == b'\n').take(40);
    let Some(Ok(mut payload)) = lines.next().map(serde_json::from_slice::<Value>) else {
        return false;
    };
    let mut disclosures: Vec<String> = Vec::new();
    let mut digests: Vec<(String, String)> = Vec::new();
    // From the last, so that one may hold the digest of a later one.
    let all: Vec<&[u8]> = lines.collect();
    for (at, line) in all.iter().enumerate().rev() {
        let text = match serde_json::from_slice::<Value>(line) {
            Ok(mut value) => {
                fill_in(&mut value, &digests);
                base64url(value.to_string().as_bytes())
            }
            Err(_) => base64url(line),
        };
        digests.push((format!("#{at}"), base64url(&sha256(text.as_bytes()))));
        disclosures.insert(0, text);
    }
    fill_in(&mut payload, &digests);
    let mut text = make::typed_jws(vc::TYP, payload.to_string().as_bytes(), &ISSUER);
    text.push('~');
    for disclosure in &disclosures {
        text.push_str(disclosure);
        text.push('~');
    }

    let Ok(parsed) = SdJwt::parse(&text) else {
        return false;
    };
    assert!(parsed.verify(&STRANGER.jwk, vc::TYP, NOW, &ANY).is_err());
    assert!(
        vc::verify(&text, &ISSUER.jwk, NOW, &REQUIRED).is_err(),
        "nobody signed"
    );
    if let Ok(received) = vc::verify(&text, &ISSUER.jwk, NOW, &ISSUANCE) {
        assert!(received.expires_at > NOW);
        // Whether it keeps the rules of its type is for the content to say; that it can be told is the law.
        let _ = TYPE.check_credential(&received);
    }
    let Ok(verified) = parsed.verify(&ISSUER.jwk, vc::TYP, NOW, &ANY) else {
        return false;
    };
    whole(&verified, disclosures.len());
    shown_in_part(data, &text, &verified);
    shown_with_key(data, &text, &verified);
    true
}

fn fill_in(value: &mut Value, digests: &[(String, String)]) {
    match value {
        Value::String(text) if text == "#holder" => {
            *value = serde_json::json!({ "jwk": HOLDER.jwk.key_only() });
        }
        Value::String(text) => {
            if let Some((_, digest)) = digests.iter().find(|(name, _)| name == text) {
                digest.clone_into(text);
            }
        }
        Value::Array(array) => array.iter_mut().for_each(|value| fill_in(value, digests)),
        Value::Object(object) => object
            .values_mut()
            .for_each(|value| fill_in(value, digests)),
        _ => {}
    }
}

/// Whatever the holder withholds, the rest still verifies and says nothing new.
fn shown_in_part(data: &[u8], text: &str, verified: &Verified) {
    let places: Vec<&str> = verified.disclosed.iter().map(String::as_str).collect();
    let all = present(text, &places, None).unwrap();
    assert_eq!(all, text);
    // Times may be among what is withheld, and a claim that was out of date is then not seen.
    if ["/nbf", "/exp", "/cnf"]
        .iter()
        .any(|time| places.iter().any(|place| place.starts_with(time)))
    {
        return;
    }
    let some: Vec<&str> = (0..)
        .zip(&places)
        .filter(|(at, _)| make::choice(data, 1 << 16) >> (at % 16) & 1 == 1)
        .map(|(_, place)| *place)
        .collect();
    let part = present(text, &some, None).unwrap();
    let parsed = SdJwt::parse(&part).unwrap();
    let in_part = parsed.verify(&ISSUER.jwk, vc::TYP, NOW, &ANY).unwrap();
    whole(&in_part, parsed.disclosure_count());
    assert!(parsed.disclosure_count() <= places.len());
    for name in in_part.claims.keys() {
        assert!(verified.claims.contains_key(name));
    }
}

fn shown_with_key(data: &[u8], text: &str, verified: &Verified) {
    let places: Vec<&str> = verified.disclosed.iter().map(String::as_str).collect();
    let binding = Binding {
        audience: AUDIENCE,
        nonce: NONCE,
        now: NOW,
        holder: &HOLDER.key,
    };
    let Ok(shown) = present(text, &places, Some(binding)) else {
        return;
    };
    let verify = |text: &str| {
        let parsed = SdJwt::parse(text).map_err(|_| ())?;
        parsed
            .verify(&ISSUER.jwk, vc::TYP, NOW, &REQUIRED)
            .map_err(|_| ())
    };
    assert_eq!(verify(&shown).unwrap().claims, verified.claims);
    let changed = make::one_bit_flipped(data, shown.as_bytes());
    if let Ok(changed) = std::str::from_utf8(&changed) {
        assert!(verify(changed).is_err(), "a bit was flipped");
    }
    // A Disclosure taken out on the way: the holder signed over it.
    let parts: Vec<&str> = shown.split('~').collect();
    if parts.len() > 2 {
        let without = [&parts[..1], &parts[2..]].concat().join("~");
        assert!(verify(&without).is_err(), "a disclosure was taken out");
    }
    if let Ok(credential) = vc::verify(&shown, &ISSUER.jwk, NOW, &REQUIRED) {
        assert!(credential.expires_at > NOW);
        for name in vc::ALWAYS_VISIBLE {
            assert!(!credential.claims.contains_key(name));
        }
    }
}
