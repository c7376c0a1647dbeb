use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://issuer.example/county";
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

fn offer() -> Value {
    json!({
        "credential_issuer": ISSUER,
        "credential_configuration_ids": ["student-id-sd-jwt", "student-id-exam"],
        "grants": {
            "authorization_code": {"issuer_state": "state", "authorization_server": ISSUER},
            PRE_AUTHORIZED: {
                "pre-authorized_code": "SECRET",
                "tx_code": {"input_mode": "text", "length": 6, "description": "På lappen"},
            },
            "urn:example:another": {"x": 1},
        },
        "something_new": true,
    })
}

fn with(pointer: &str, content: Value) -> Value {
    let mut offer = offer();
    *offer.pointer_mut(pointer).unwrap() = content;
    offer
}

fn without(name: &str) -> Value {
    let mut offer = offer();
    offer.as_object_mut().unwrap().shift_remove(name).unwrap();
    offer
}

fn read(offer: &Value) -> Result<CredentialOffer, OfferError> {
    CredentialOffer::from_json(offer.to_string().as_bytes())
}

fn link(parameters: &[(&str, &str)]) -> Url {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    Url::parse(&format!("{SCHEME}://?{query}")).unwrap()
}

#[test]
fn an_offer_is_read_with_all_it_says() {
    let read = read(&offer()).unwrap();
    assert_eq!(read.credential_issuer, ISSUER);
    assert_eq!(read.credential_configuration_ids.len(), 2);
    let code = read.grants.authorization_code.unwrap();
    assert_eq!(code.issuer_state.as_deref(), Some("state"));
    let code = read.grants.pre_authorized_code.unwrap();
    assert_eq!(code.code, "SECRET");
    assert_eq!(
        code.tx_code,
        Some(TransactionCode {
            input_mode: InputMode::Text,
            length: Some(6),
            description: Some("På lappen".into()),
        })
    );
}

#[test]
fn a_transaction_code_is_wanted_also_when_its_description_is_empty() {
    let tx_code = format!("/grants/{}/tx_code", PRE_AUTHORIZED.replace('/', "~1"));
    let read = read(&with(&tx_code, json!({}))).unwrap();
    let grant = read.grants.pre_authorized_code.unwrap();
    assert_eq!(grant.tx_code, Some(TransactionCode::default()));
    assert_eq!(TransactionCode::default().input_mode, InputMode::Numeric);
}

#[test]
fn an_offer_without_grants_leaves_them_to_the_metadata() {
    for offer in [without("grants"), with("/grants", json!({}))] {
        assert_eq!(read(&offer).unwrap().grants, Grants::default());
    }
}

#[test]
fn an_offer_of_the_wrong_form_is_refused() {
    let grant = format!("/grants/{PRE_AUTHORIZED}");
    let ids = "/credential_configuration_ids";
    let many: Vec<String> = (0..=MAX_CONFIGURATIONS).map(|n| n.to_string()).collect();
    for (offer, error) in [
        (json!([]), OfferError::Malformed),
        (without("credential_issuer"), OfferError::Malformed),
        (
            without("credential_configuration_ids"),
            OfferError::Malformed,
        ),
        (
            with("/credential_issuer", json!("http://issuer.example")),
            OfferError::Member("credential_issuer"),
        ),
        (
            with("/credential_issuer", json!("https://issuer.example/?x")),
            OfferError::Member("credential_issuer"),
        ),
        (
            with("/credential_issuer", json!("https://issuer.example/#x")),
            OfferError::Member("credential_issuer"),
        ),
        (
            with("/credential_issuer", json!("https://bank@evil.example")),
            OfferError::Member("credential_issuer"),
        ),
        (with(ids, json!("a")), OfferError::Malformed),
        (with(ids, json!([1])), OfferError::Malformed),
        (
            with(ids, json!([])),
            OfferError::Member("credential_configuration_ids"),
        ),
        (
            with(ids, json!(["a", "a"])),
            OfferError::Member("credential_configuration_ids"),
        ),
        (
            with(ids, json!(["a", ""])),
            OfferError::Member("credential_configuration_ids"),
        ),
        (
            with(ids, json!(many)),
            OfferError::Member("credential_configuration_ids"),
        ),
        (with(&grant, json!({})), OfferError::Malformed),
        (
            with(&grant, json!({"pre-authorized_code": ""})),
            OfferError::Member("pre-authorized_code"),
        ),
        (
            with(&format!("{grant}/tx_code/input_mode"), json!("pictures")),
            OfferError::Malformed,
        ),
        (
            with(&format!("{grant}/tx_code/length"), json!(0)),
            OfferError::Member("length"),
        ),
        (
            with(&format!("{grant}/tx_code/length"), json!(-4)),
            OfferError::Malformed,
        ),
        (
            with(
                &format!("{grant}/tx_code/description"),
                json!("å".repeat(MAX_DESCRIPTION + 1)),
            ),
            OfferError::Member("description"),
        ),
    ] {
        assert_eq!(read(&offer), Err(error), "{offer}");
    }
    let repeated = format!(
        r#"{{"credential_issuer":"{ISSUER}","credential_issuer":"https://evil.example","credential_configuration_ids":["a"]}}"#
    );
    assert_eq!(
        CredentialOffer::from_json(repeated.as_bytes()),
        Err(OfferError::Malformed)
    );
    assert_eq!(
        CredentialOffer::from_json(&[b' '; MAX_LENGTH + 1]),
        Err(OfferError::TooLarge)
    );
    let longest = format!("{grant}/tx_code/description");
    assert!(read(&with(&longest, json!("å".repeat(MAX_DESCRIPTION)))).is_ok());
}

#[test]
fn a_link_holds_one_offer_by_value_or_by_reference() {
    let json = offer().to_string();
    let reference = "https://issuer.example/offers/1?x=y";
    assert_eq!(
        OfferLink::from_url(&link(&[("credential_offer", &json)])),
        Ok(OfferLink::Offer(read(&offer()).unwrap().into()))
    );
    assert_eq!(
        OfferLink::from_url(&link(&[("credential_offer_uri", reference)])),
        Ok(OfferLink::Reference(Url::parse(reference).unwrap()))
    );
    for (parameters, error) in [
        (&[][..], OfferError::Link),
        (&[("offer", json.as_str())], OfferError::Link),
        (
            &[
                ("credential_offer", &json),
                ("credential_offer_uri", reference),
            ],
            OfferError::Link,
        ),
        (
            &[("credential_offer", &json), ("credential_offer", &json)],
            OfferError::Link,
        ),
        (&[("credential_offer", &json), ("x", "y")], OfferError::Link),
        (
            &[("credential_offer_uri", "http://issuer.example/1")],
            OfferError::Reference,
        ),
        (
            &[("credential_offer_uri", "http://127.0.0.1/1")],
            OfferError::Reference,
        ),
        (
            &[("credential_offer_uri", "https://bank@evil.example/1")],
            OfferError::Reference,
        ),
        (
            &[("credential_offer_uri", "file:///etc/passwd")],
            OfferError::Reference,
        ),
        (&[("credential_offer_uri", "here")], OfferError::Reference),
        (&[("credential_offer", "{")], OfferError::Malformed),
    ] {
        let url = link(parameters);
        assert_eq!(OfferLink::from_url(&url), Err(error), "{url}");
    }
}

#[test]
fn what_lies_at_the_address_of_a_reference_must_be_plain_json() {
    let json = offer().to_string();
    let read = |kind| CredentialOffer::from_response(kind, json.as_bytes());
    assert!(read(Some("application/json")).is_ok());
    assert!(read(Some("Application/JSON; charset=utf-8")).is_ok());
    for kind in [None, Some("text/html"), Some("application/jwt")] {
        assert_eq!(read(kind), Err(OfferError::MediaType), "{kind:?}");
    }
}

#[test]
fn an_offer_is_held_against_the_metadata_of_its_issuer() {
    let mut metadata: IssuerMetadata = serde_json::from_value(json!({
        "credential_issuer": ISSUER,
        "authorization_servers": [ISSUER],
        "credential_endpoint": "https://issuer.example/county/credential",
        "credential_configurations_supported": {
            "student-id-sd-jwt": {"format": "dc+sd-jwt"},
            "student-id-exam": {"format": "cwt-in-person"},
        },
    }))
    .unwrap();
    let good = read(&offer()).unwrap();
    assert_eq!(good.check(&metadata), Ok(()));

    let elsewhere = read(&with(
        "/grants/authorization_code/authorization_server",
        json!("https://evil.example"),
    ))
    .unwrap();
    assert_eq!(
        elsewhere.check(&metadata),
        Err(OfferError::AuthorizationServer)
    );
    let unknown = read(&with("/credential_configuration_ids/1", json!("passport"))).unwrap();
    assert_eq!(
        unknown.check(&metadata),
        Err(OfferError::UnknownConfiguration)
    );
    metadata.credential_issuer.push('/');
    assert_eq!(good.check(&metadata), Err(OfferError::Issuer));
}

#[test]
fn the_code_in_an_offer_does_not_show() {
    let shown = format!("{:?}", read(&offer()).unwrap());
    assert!(!shown.contains("SECRET"), "{shown}");
}

proptest! {
    #[test]
    fn a_link_comes_back_as_it_was_written(
        ids in prop::collection::btree_set("[^\u{0}]{1,20}", 1..5),
        state in prop::option::of(".{1,20}"),
        code in prop::option::of(".{1,20}"),
    ) {
        let offer = CredentialOffer {
            credential_issuer: ISSUER.into(),
            credential_configuration_ids: ids.into_iter().collect(),
            grants: Grants {
                authorization_code: state.map(|state| AuthorizationCodeGrant {
                    issuer_state: Some(state),
                    authorization_server: None,
                }),
                pre_authorized_code: code.map(|code| PreAuthorizedCodeGrant {
                    code,
                    tx_code: None,
                    authorization_server: None,
                }),
            },
        };
        let link = OfferLink::Offer(offer.into());
        prop_assert_eq!(OfferLink::from_url(&link.to_url().unwrap()), Ok(link));
    }
}
