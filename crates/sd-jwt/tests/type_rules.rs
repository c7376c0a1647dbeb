//! Types that extend types, and credentials held against the rules of theirs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

mod common;

use common::{HOLDER, ISSUER, NOW};
use jose::{Signer, jws};
use sd_jwt::vc::{
    Disclosable, MetadataError, RuleError, TypeChain, TypeMetadata, VerifiedCredential,
    integrity_of,
};
use sd_jwt::{KeyBindingPolicy, issue, vc};
use serde_json::{Value, json};

const STUDENT: &str = "https://id.example/types/student";
const PERSON: &str = "https://id.example/types/person";

fn person() -> Value {
    json!({
        "vct": PERSON,
        "display": [{"locale": "en", "name": "Person"}],
        "claims": [
            {"path": ["name"], "mandatory": true, "sd": "always", "svg_id": "name",
             "display": [{"locale": "en", "label": "Name"}]},
            {"path": ["city"], "display": [{"locale": "en", "label": "City"}]},
        ],
    })
}

/// A type that extends `PERSON`, with these claims.
fn student(claims: Value) -> Value {
    json!({"vct": STUDENT, "extends": PERSON, "claims": claims})
}

/// Reads documents one after the other, as they are wanted.
fn chain(documents: &[Value]) -> Result<TypeMetadata, MetadataError> {
    let mut chain = TypeChain::new(documents[0]["vct"].as_str().unwrap(), None);
    for document in documents {
        chain.add(document.to_string().as_bytes())?;
    }
    chain.finish()
}

#[test]
fn a_type_inherits_claims_and_has_the_last_word_property_by_property() {
    let own = json!([
        {"path": ["city"], "mandatory": true, "display": [{"locale": "en", "label": "Town"}]},
        {"path": ["name"], "display": [{"locale": "nb", "label": "Navn"}]},
        {"path": ["school"], "sd": "never"},
    ]);
    let whole = chain(&[student(own), person()]).unwrap();
    assert_eq!(whole.vct, STUDENT);
    let claims = serde_json::to_value(&whole.claims).unwrap();
    assert_eq!(
        claims,
        json!([
            {"path": ["name"], "mandatory": true, "sd": "always", "svg_id": "name",
             "display": [{"locale": "nb", "label": "Navn"}]},
            {"path": ["city"], "mandatory": true, "display": [{"locale": "en", "label": "Town"}]},
            {"path": ["school"], "sd": "never"},
        ])
    );
    assert_eq!(whole.display[0].name, "Person", "§4.5.2: no own display");
    let mut own_display = student(json!([]));
    own_display["display"] = json!([{"locale": "nb", "name": "Elev"}]);
    let whole = chain(&[own_display, person()]).unwrap();
    assert_eq!(whole.display.len(), 1);
    assert_eq!(whole.display[0].name, "Elev");
}

#[test]
fn a_rule_may_be_tightened_and_not_loosened() {
    let with = |claim: Value| chain(&[student(json!([claim])), person()]).map(|whole| whole.claims);
    for loosened in [
        json!({"path": ["name"], "mandatory": false}),
        json!({"path": ["name"], "sd": "allowed"}),
        json!({"path": ["name"], "sd": "never"}),
    ] {
        assert_eq!(
            with(loosened.clone()),
            Err(MetadataError::Loosened),
            "{loosened}"
        );
    }
    let same = with(json!({"path": ["name"], "mandatory": true, "sd": "always"})).unwrap();
    assert_eq!(same[0].sd, Some(Disclosable::Always));
    let tightened = with(json!({"path": ["city"], "mandatory": true, "sd": "never"})).unwrap();
    assert_eq!(tightened[1].sd, Some(Disclosable::Never));
}

#[test]
fn types_that_extend_each_other_in_a_circle_are_refused() {
    let of = |vct: &str, extends: &str| json!({"vct": vct, "extends": extends});
    for circle in [
        vec![of("a", "a")],
        vec![of("a", "b"), of("b", "a")],
        vec![of("a", "b"), of("b", "c"), of("c", "b")],
    ] {
        assert_eq!(
            chain(&circle),
            Err(MetadataError::ExtendsItself),
            "{circle:?}"
        );
    }
}

#[test]
fn a_chain_without_end_is_refused() {
    let long: Vec<Value> = (0..20)
        .map(|at| json!({"vct": at.to_string(), "extends": (at + 1).to_string()}))
        .collect();
    assert_eq!(chain(&long), Err(MetadataError::TooManyTypes));
}

#[test]
fn a_document_must_be_the_one_that_is_wanted() {
    let mut types = TypeChain::new(STUDENT, None);
    assert_eq!(types.wanted(), Some(STUDENT));
    let document = student(json!([])).to_string();
    types.add(document.as_bytes()).unwrap();
    assert_eq!(types.wanted(), Some(PERSON));
    assert_eq!(
        types.add(document.as_bytes()),
        Err(MetadataError::OtherType),
        "the same document again"
    );
    assert_eq!(chain(&[student(json!([]))]), Err(MetadataError::Incomplete));
    let mut done = TypeChain::new(PERSON, None);
    done.add(person().to_string().as_bytes()).unwrap();
    assert_eq!(done.wanted(), None);
    assert_eq!(done.add(b"{}"), Err(MetadataError::OtherType));
}

#[test]
fn a_document_must_have_the_hash_that_was_given_for_it() {
    let document = person().to_string();
    let read = |integrity: &str| {
        let mut types = TypeChain::new(PERSON, Some(integrity));
        types.add(document.as_bytes())
    };
    assert_eq!(read(&integrity_of(document.as_bytes())), Ok(()));
    assert_eq!(
        read(&integrity_of(b"another")),
        Err(MetadataError::OtherContent)
    );
    assert_eq!(read("nonsense"), Err(MetadataError::OtherContent));

    let mut extending = student(json!([]));
    extending["extends#integrity"] = integrity_of(document.as_bytes()).into();
    assert!(chain(&[extending.clone(), person()]).is_ok());
    extending["extends#integrity"] = integrity_of(b"another").into();
    assert_eq!(
        chain(&[extending, person()]),
        Err(MetadataError::OtherContent)
    );
}

#[test]
fn an_svg_id_must_be_the_only_one_in_all_types_together() {
    let own = student(json!([{"path": ["school"], "svg_id": "name"}]));
    assert_eq!(chain(&[own, person()]), Err(MetadataError::SvgId));
}

/// A credential with these claims, of which these are disclosable, all disclosed.
fn credential(subject: Value, disclosable: &[&str]) -> VerifiedCredential {
    let mut claims = json!({
        "iss": "https://id.example", "vct": STUDENT, "iat": NOW, "exp": NOW + 60,
        "status": {"status_list": {"idx": 1, "uri": "https://id.example/1"}},
        "aka_vcts": [PERSON],
    });
    let object = claims.as_object_mut().unwrap();
    object.extend(subject.as_object().unwrap().clone());
    let text = issue(
        object.clone(),
        disclosable,
        Some(&HOLDER.public_jwk()),
        &jws::Header::new(vc::TYP),
        &ring::rand::SystemRandom::new(),
        &*ISSUER,
        0,
    )
    .unwrap();
    let key = ISSUER.public_jwk();
    vc::verify(&text, &key, NOW, &KeyBindingPolicy::Issuance).unwrap()
}

#[test]
fn a_credential_is_held_against_the_rules_of_its_type() {
    let types = |claims: Value| chain(&[student(claims), person()]).unwrap();
    let subject = json!({"name": "Nora", "classes": [{"code": "a/b"}, {"code": "c"}, {}]});
    let credential = credential(subject, &["/name", "/classes/0/code"]);
    let check = |claims: Value| types(claims).check_credential(&credential);
    for claims in [
        json!([]),
        json!([{"path": ["city"], "sd": "always"}]),
        json!([{"path": ["classes", 0, "code"], "sd": "always", "mandatory": true}]),
        json!([{"path": ["classes", null], "sd": "never", "mandatory": true}]),
        json!([{"path": ["status", "status_list", "idx"], "mandatory": true}]),
        json!([{"path": ["cnf", "jwk", "x"], "sd": "never", "mandatory": true}]),
        json!([{"path": ["aka_vcts", 0], "mandatory": true}]),
        json!([{"path": ["vct"], "mandatory": true}, {"path": ["iss"], "mandatory": true}]),
    ] {
        assert_eq!(check(claims.clone()), Ok(()), "{claims}");
    }
    for (claims, expected) in [
        (
            json!([{"path": ["city"], "mandatory": true}]),
            RuleError::Missing(r#"["city"]"#.into()),
        ),
        (
            json!([{"path": ["nbf"], "mandatory": true}]),
            RuleError::Missing(r#"["nbf"]"#.into()),
        ),
        (
            json!([{"path": ["classes", 3], "mandatory": true}]),
            RuleError::Missing(r#"["classes",3]"#.into()),
        ),
        (
            json!([{"path": ["name", null], "mandatory": true}]),
            RuleError::Missing(r#"["name",null]"#.into()),
        ),
        (
            json!([{"path": ["classes"], "sd": "always"}]),
            RuleError::NotDisclosable("/classes".into()),
        ),
        (
            json!([{"path": ["classes", null, "code"], "sd": "always"}]),
            RuleError::NotDisclosable("/classes/1/code".into()),
        ),
        (
            json!([{"path": ["classes", null, "code"], "sd": "never"}]),
            RuleError::Disclosable("/classes/0/code".into()),
        ),
    ] {
        assert_eq!(check(claims.clone()), Err(expected), "{claims}");
    }
}
