//! What is issued is verified, and what is presented is what was chosen.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

use std::sync::LazyLock;

use jose::{Signer, SoftwareKey, jws};
use proptest::prelude::*;
use ring::rand::SystemRandom;
use sd_jwt::{
    Binding, IssueError, KeyBindingPolicy, PresentError, SdJwt, VerifyError, issue, present, vc,
};
use serde_json::{Map, Value, json};

const NOW: i64 = 1_795_000_000;
const TYP: &str = "example+sd-jwt";

static ISSUER: LazyLock<SoftwareKey> = LazyLock::new(new_key);
static HOLDER: LazyLock<SoftwareKey> = LazyLock::new(new_key);

fn new_key() -> SoftwareKey {
    SoftwareKey::generate(&SystemRandom::new()).unwrap()
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn make(claims: Value, disclosable: &[&str], decoys: usize) -> Result<String, IssueError> {
    let header = jws::Header::new(TYP);
    issue(
        object(claims),
        disclosable,
        None,
        &header,
        &SystemRandom::new(),
        &*ISSUER,
        decoys,
    )
}

fn read(text: &str) -> Value {
    let verified = SdJwt::parse(text)
        .unwrap()
        .verify(
            &ISSUER.public_jwk(),
            TYP,
            NOW,
            &KeyBindingPolicy::NotRequired,
        )
        .unwrap();
    Value::Object(verified.claims)
}

fn person() -> Value {
    json!({
        "sub": "1", "name": "Nora", "a/b~c": true,
        "address": {"street": "Storgata 1", "place": {"code": "9730", "city": "Kárášjohka"}},
        "classes": ["2STA", {"code": "REA3056", "level": 2}, ["x", "y"]],
    })
}

#[test]
fn nested_claims_and_elements_are_hidden_and_come_back() {
    let pointers = [
        "/name",
        "/a~1b~0c",
        "/address",
        "/address/place/city",
        "/address/place",
        "/classes/0",
        "/classes/1",
        "/classes/1/level",
        "/classes/2/1",
    ];
    let text = make(person(), &pointers, 3).unwrap();
    assert_eq!(
        SdJwt::parse(&text).unwrap().disclosure_count(),
        pointers.len()
    );
    assert_eq!(read(&text), person());

    let hidden = read(&present(&text, &[], None).unwrap());
    assert_eq!(hidden, json!({"sub": "1", "classes": [["x"]]}));
    let some = read(
        &present(
            &text,
            &["a/b~c", "/address/place/city", "/classes/1/code"],
            None,
        )
        .unwrap(),
    );
    let expected = json!({
        "sub": "1", "a/b~c": true, "classes": [{"code": "REA3056"}, ["x"]], "address": {"street": "Storgata 1", "place": {"code": "9730", "city": "Kárášjohka"}},
    });
    assert_eq!(
        some, expected,
        "a parent is disclosed with what it always shows"
    );
    assert_eq!(
        read(&present(&text, &["sub", "address", "classes"], None).unwrap())["classes"],
        person()["classes"]
    );
}

#[test]
fn neither_the_order_nor_the_number_of_digests_tells_much() {
    let text = make(person(), &["/sub", "/name", "/address"], 5).unwrap();
    let payload = jose::base64url_decode(text.split('.').nth(1).unwrap()).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    let digests: Vec<_> = payload["_sd"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d.as_str().unwrap())
        .collect();
    assert_eq!(digests.len(), 8);
    assert!(digests.is_sorted());
    assert!(digests.iter().all(|digest| digest.len() == 43));
    let again = make(person(), &["/sub", "/name", "/address"], 5).unwrap();
    assert_ne!(
        text.split('~').nth(1),
        again.split('~').nth(1),
        "salts are fresh"
    );
}

#[test]
fn what_cannot_be_issued_is_refused() {
    let missing = [
        "",
        "name",
        "/nobody",
        "/address/nobody",
        "/classes/3",
        "/classes/x",
        "/name/first",
    ];
    for pointer in missing {
        assert!(
            matches!(make(person(), &[pointer], 0), Err(IssueError::NoSuchClaim)),
            "{pointer}"
        );
    }
    for twice in [["/name", "/name"], ["/classes/0", "/classes/0"]] {
        assert!(
            matches!(make(person(), &twice, 0), Err(IssueError::NoSuchClaim)),
            "{twice:?}"
        );
    }
    for claims in [
        json!({"_sd": []}),
        json!({"a": [{"...": "x"}]}),
        json!({"_sd_alg": "sha-256"}),
    ] {
        assert!(
            matches!(make(claims.clone(), &[], 0), Err(IssueError::ReservedName)),
            "{claims}"
        );
    }
}

#[test]
fn what_cannot_be_presented_is_refused() {
    let text = credential();
    let binding = Binding {
        audience: "a",
        nonce: "n",
        now: NOW,
        holder: &*HOLDER,
    };
    let bound = present(&text, &[], Some(binding)).unwrap();
    assert!(matches!(
        present(&bound, &[], None),
        Err(PresentError::AlreadyBound)
    ));
    assert!(matches!(
        present(&text, &["nobody"], None),
        Err(PresentError::NoSuchClaim)
    ));
    assert!(matches!(
        present("x", &[], None),
        Err(PresentError::Parse(_))
    ));
    let stranger = Binding {
        holder: &*ISSUER,
        ..binding
    };
    assert!(matches!(
        present(&text, &[], Some(stranger)),
        Err(PresentError::OtherHolder)
    ));
    let unbound = make(person(), &[], 0).unwrap();
    assert!(matches!(
        present(&unbound, &[], Some(binding)),
        Err(PresentError::OtherHolder)
    ));
}

fn credential() -> String {
    issue_vc(json!({"given_name": "Nora", "family_name": "Østby", "age_over_18": true})).unwrap()
}

fn issue_vc(subject_claims: Value) -> Result<String, IssueError> {
    let claims = vc::CredentialClaims {
        issuer: "https://id.example",
        vct: "https://id.example/types/student-id",
        issued_at: NOW,
        not_before: Some(NOW),
        expires_at: NOW + 30 * 86_400,
        status: Some(("https://id.example/status-lists/1", 131_071)),
        holder: &HOLDER.public_jwk().with_kid("private-name".to_owned()),
        subject_claims: object(subject_claims),
    };
    vc::issue(&claims, "key-1", &SystemRandom::new(), &*ISSUER)
}

#[test]
fn a_credential_is_issued_shown_in_part_and_verified() {
    let text = credential();
    assert_eq!(
        SdJwt::parse(&text).unwrap().header().kid.as_deref(),
        Some("key-1")
    );
    let all = vc::verify(
        &text,
        &ISSUER.public_jwk(),
        NOW,
        &KeyBindingPolicy::NotRequired,
    )
    .unwrap();
    assert_eq!(all.claims.len(), 3);
    assert_eq!(all.not_before, Some(NOW));
    assert_eq!(all.holder, Some(HOLDER.public_jwk().key_only()));
    assert_eq!(
        all.status,
        Some(vc::StatusReference {
            uri: "https://id.example/status-lists/1".into(),
            idx: 131_071
        })
    );

    let binding = Binding {
        audience: "https://shop.example",
        nonce: "n-1",
        now: NOW + 9,
        holder: &*HOLDER,
    };
    let shown = present(&text, &["age_over_18"], Some(binding)).unwrap();
    let policy = KeyBindingPolicy::Required {
        audience: "https://shop.example",
        nonce: "n-1",
        now: NOW + 10,
        max_age: 60,
    };
    let verified = vc::verify(&shown, &ISSUER.public_jwk(), NOW + 10, &policy).unwrap();
    assert_eq!(Value::Object(verified.claims), json!({"age_over_18": true}));
    assert_eq!(
        vc::verify(&shown, &ISSUER.public_jwk(), NOW + 30 * 86_400, &policy),
        Err(VerifyError::Expired)
    );
    assert!(
        !format!("{all:?}").contains("Nora"),
        "Debug is silent about people"
    );
}

#[test]
fn a_credential_does_not_let_claims_stand_in_for_its_own() {
    for name in vc::ALWAYS_VISIBLE.into_iter().chain(["iat"]) {
        assert!(
            matches!(issue_vc(json!({ name: "x" })), Err(IssueError::Forbidden(found)) if found == name),
            "{name}"
        );
    }
}

#[test]
fn a_credential_that_hides_what_must_be_seen_is_refused() {
    let good = || {
        json!({
            "iss": "https://id.example", "vct": "t", "iat": NOW, "exp": NOW + 60, "nbf": NOW, "vct#integrity": vc::integrity_of(b"type"),
            "aka_vcts": ["u"], "cnf": {"jwk": HOLDER.public_jwk()},
            "status": {"status_list": {"idx": 1, "uri": "https://id.example/1"}}, "sub": "1",
        })
    };
    let verify = |claims: Value, hidden: &[&str], typ: &str| {
        let header = jws::Header::new(typ);
        let text = issue(
            object(claims),
            hidden,
            None,
            &header,
            &SystemRandom::new(),
            &*ISSUER,
            0,
        )
        .unwrap();
        vc::verify(
            &text,
            &ISSUER.public_jwk(),
            NOW,
            &KeyBindingPolicy::NotRequired,
        )
    };
    let read = verify(good(), &["/sub"], vc::TYP).unwrap();
    assert_eq!(read.aka_vcts, ["u"]);
    assert_eq!(read.vct_integrity, Some(vc::integrity_of(b"type")));
    assert_eq!(read.disclosed, ["/sub"]);
    assert_eq!(Value::Object(read.claims), json!({"sub": "1"}));
    for name in vc::ALWAYS_VISIBLE {
        let refused = verify(good(), &[&format!("/{name}")], vc::TYP).unwrap_err();
        assert_eq!(refused, VerifyError::Claim(name));
    }
    for (name, inner) in [
        ("status", "/status/status_list"),
        ("status", "/status/status_list/idx"),
        ("status", "/status/status_list/uri"),
        ("cnf", "/cnf/jwk"),
        ("cnf", "/cnf/jwk/x"),
        ("aka_vcts", "/aka_vcts/0"),
    ] {
        assert_eq!(
            verify(good(), &[inner], vc::TYP).unwrap_err(),
            VerifyError::Claim(name),
            "{inner}"
        );
    }
    for name in ["iss", "vct", "iat", "exp"] {
        let mut claims = good();
        claims.as_object_mut().unwrap().shift_remove(name);
        assert_eq!(
            verify(claims, &[], vc::TYP).unwrap_err(),
            VerifyError::Claim(name),
            "without {name}"
        );
    }
    for (name, value) in [
        ("iss", json!("")),
        ("vct", json!(1)),
        ("iat", json!("now")),
        ("status", json!({"other": {}})),
        ("vct#integrity", json!("sha256-x")),
        ("vct#integrity", json!(1)),
        ("aka_vcts", json!("u")),
        ("aka_vcts", json!([1])),
        ("aka_vcts", json!([""])),
        ("cnf", json!("of somebody")),
    ] {
        let mut claims = good();
        claims[name] = value;
        assert_eq!(
            verify(claims, &[], vc::TYP).unwrap_err(),
            VerifyError::Claim(name),
            "wrong {name}"
        );
    }
    assert_eq!(
        verify(good(), &[], "vc+sd-jwt").unwrap_err(),
        VerifyError::Type,
        "the type of old drafts"
    );
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z/~æøå]{1,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut step = |name: &str, value: &Value| {
        let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        pointers(value, &place, found);
        found.push(place);
    };
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| step(name, value)),
        Value::Array(array) => array
            .iter()
            .enumerate()
            .for_each(|(index, value)| step(&index.to_string(), value)),
        _ => {}
    }
}

/// Whether everything in `part` stands in `whole`; arrays may have lost elements.
fn is_part_of(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part.iter().all(|(name, value)| {
            whole
                .get(name)
                .is_some_and(|whole| is_part_of(value, whole))
        }),
        (Value::Array(part), Value::Array(whole)) => {
            let mut rest = whole.iter();
            part.iter()
                .all(|element| rest.any(|whole| is_part_of(element, whole)))
        }
        (part, whole) => part == whole,
    }
}

/// The issuer's part, each Disclosure, and the Key Binding JWT: every bit of the whole.
#[test]
fn any_one_flipped_bit_is_refused() {
    let binding = Binding {
        audience: "a",
        nonce: "n",
        now: NOW,
        holder: &*HOLDER,
    };
    let text = present(&credential(), &["given_name", "age_over_18"], Some(binding)).unwrap();
    let policy = KeyBindingPolicy::Required {
        audience: "a",
        nonce: "n",
        now: NOW,
        max_age: 60,
    };
    let issuer = ISSUER.public_jwk();
    assert!(vc::verify(&text, &issuer, NOW, &policy).is_ok());
    for place in 0..text.len() {
        // The eighth bit would make something that is not text.
        for bit in 0..7 {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1 << bit;
            let flipped = String::from_utf8(bytes).unwrap();
            let accepted = vc::verify(&flipped, &issuer, NOW, &policy).is_ok();
            assert!(!accepted, "byte {place}, bit {bit}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_claims_hidden_anyhow_come_back_and_any_choice_shows_what_was_chosen(
        claims in prop::collection::btree_map("[a-z/~]{1,5}", json_value(), 0..5),
        choices in prop::collection::vec((any::<bool>(), any::<bool>()), 100),
        decoys in 0..3_usize,
    ) {
        // Names that RFC 7519 gives a meaning would be checked as times and keys.
        let claims: Map<String, Value> = claims.into_iter().map(|(name, value)| (format!("x{name}"), value)).collect();
        let claims = Value::Object(claims);
        let mut all = Vec::new();
        pointers(&claims, "", &mut all);
        let choice = |hidden: bool| {
            let chosen = all.iter().zip(&choices).filter(|(_, choice)| if hidden { choice.0 } else { choice.1 });
            chosen.map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>()
        };
        let text = make(claims.clone(), &choice(true), decoys).unwrap();
        prop_assert_eq!(&read(&text), &claims);

        let wanted = choice(false);
        let shown = read(&present(&text, &wanted, None).unwrap());
        prop_assert!(is_part_of(&shown, &claims), "{} of {}", shown, claims);
        prop_assert_eq!(read(&present(&text, &all.iter().map(String::as_str).collect::<Vec<_>>(), None).unwrap()), claims.clone());
        for pointer in wanted {
            // Positions shift when elements before are withheld; names do not.
            if !pointer.split('/').any(|step| step.parse::<usize>().is_ok()) {
                prop_assert_eq!(shown.pointer(pointer), claims.pointer(pointer), "{}", pointer);
            }
        }
    }

    #[test]
    fn any_one_changed_character_is_refused(at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_.~-]") {
        let binding = Binding { audience: "a", nonce: "n", now: NOW, holder: &*HOLDER };
        let text = present(&credential(), &["given_name"], Some(binding)).unwrap();
        let at = at.index(text.len());
        let mut changed = text.clone();
        changed.replace_range(at..=at, &to);
        prop_assume!(changed != text);
        let policy = KeyBindingPolicy::Required { audience: "a", nonce: "n", now: NOW, max_age: 60 };
        prop_assert!(vc::verify(&changed, &ISSUER.public_jwk(), NOW, &policy).is_err());
    }

    #[test]
    fn any_text_is_answered_without_a_panic(text in ".{0,200}", tail in "[A-Za-z0-9_.~-]{0,300}") {
        let _ = SdJwt::parse(&text);
        let _ = SdJwt::parse(&format!("{}{tail}", credential()));
        let _ = present(&tail, &[&text], None);
    }
}
