use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://issuer.example/county";

fn issuer() -> Value {
    json!({
        "credential_issuer": ISSUER,
        "credential_endpoint": "https://issuer.example/county/credential",
        "nonce_endpoint": "https://issuer.example/county/nonce",
        "notification_endpoint": "https://issuer.example/county/notification",
        "credential_request_encryption": {
            "jwks": {"keys": [{"kty": "EC", "kid": "1", "alg": "ECDH-ES"}]},
            "enc_values_supported": ["A128GCM", "A256GCM"],
            "encryption_required": false
        },
        "credential_response_encryption": {
            "alg_values_supported": ["ECDH-ES"],
            "enc_values_supported": ["A128GCM", "A256GCM"],
            "encryption_required": false
        },
        "batch_credential_issuance": {"batch_size": 10},
        "display": [{"name": "Fjordviken fylkeskommune", "locale": "nb"}],
        "credential_configurations_supported": {
            "student-id-sd-jwt": {
                "format": "dc+sd-jwt",
                "scope": "student-id",
                "vct": "https://issuer.example/types/student-id",
                "credential_signing_alg_values_supported": ["ES256"],
                "cryptographic_binding_methods_supported": ["jwk"],
                "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
                "credential_metadata": {
                    "display": [{"name": "Elevbevis", "locale": "nb", "logo": {"uri": "data:,", "alt_text": "…"}}],
                    "claims": [{"path": ["given_name"], "mandatory": true, "display": [{"name": "Fornavn", "locale": "nb"}]}]
                }
            },
            "something-else": {"format": "mso_mdoc", "doctype": "org.iso.18013.5.1.mDL"}
        }
    })
}

fn server() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://issuer.example/oauth/authorize",
        "token_endpoint": "https://issuer.example/oauth/token",
        "pushed_authorization_request_endpoint": "https://issuer.example/oauth/par",
        "revocation_endpoint": "https://issuer.example/oauth/revoke",
        "require_pushed_authorization_requests": true,
        "scopes_supported": ["student-id"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true
    })
}

fn with(mut document: Value, pointer: &str, content: Value) -> Value {
    *document.pointer_mut(pointer).unwrap() = content;
    document
}

fn without(mut document: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let removed = document
        .pointer_mut(parent)
        .and_then(Value::as_object_mut)
        .and_then(|parent| parent.shift_remove(name));
    assert!(removed.is_some(), "{pointer}");
    document
}

fn read_issuer(document: Value) -> IssuerMetadata {
    serde_json::from_value(document).unwrap()
}

fn read_server(document: Value) -> AuthorizationServerMetadata {
    serde_json::from_value(document).unwrap()
}

#[test]
fn documents_come_back_as_they_were_read() {
    let read = read_issuer(issuer());
    assert_eq!(read.check(ISSUER), Ok(()));
    let written = serde_json::to_value(&read).unwrap();
    // Only what is not understood is lost.
    let other = "/credential_configurations_supported/something-else/doctype";
    assert_eq!(written, without(issuer(), other));

    let read = read_server(server());
    assert_eq!(read.check(ISSUER), Ok(()));
    assert_eq!(serde_json::to_value(&read).unwrap(), server());
}

#[test]
fn a_document_speaks_for_its_own_issuer_alone() {
    for other in [
        "https://issuer.example/county/",
        "https://issuer.example",
        "https://Issuer.example/county",
        "https://issuer.example:443/county",
        "http://issuer.example/county",
        "https://evil.example/county",
        "",
    ] {
        assert_eq!(
            read_issuer(issuer()).check(other),
            Err(MetadataError::Issuer),
            "{other}"
        );
        assert_eq!(
            read_server(server()).check(other),
            Err(MetadataError::Issuer),
            "{other}"
        );
    }
}

#[test]
fn identifiers_must_be_secure_and_plain() {
    for identifier in [
        "http://issuer.example",
        "https://issuer.example?q",
        "https://issuer.example#f",
        "https://user@issuer.example",
        "issuer",
        "",
    ] {
        let error = Err(MetadataError::Address("issuer"));
        let document = with(issuer(), "/credential_issuer", json!(identifier));
        assert_eq!(read_issuer(document).check(identifier), error);
        let document = with(server(), "/issuer", json!(identifier));
        assert_eq!(read_server(document).check(identifier), error);
    }
    let local = "http://127.0.0.1:8020";
    let document = with(issuer(), "/credential_issuer", json!(local));
    assert_eq!(read_issuer(document).check(local), Ok(()));
}

#[test]
fn issuers_that_do_not_fit_the_profile_are_refused() {
    use MetadataError::{Address, Member, NotOffered};
    for (document, error) in [
        (
            with(
                issuer(),
                "/credential_endpoint",
                json!("http://issuer.example/c"),
            ),
            Address("credential_endpoint"),
        ),
        (
            with(
                issuer(),
                "/nonce_endpoint",
                json!("https://u@issuer.example/n"),
            ),
            Address("nonce_endpoint"),
        ),
        (
            with(
                issuer(),
                "/notification_endpoint",
                json!("ftp://issuer.example/n"),
            ),
            Address("notification_endpoint"),
        ),
        (without(issuer(), "/nonce_endpoint"), NotOffered("nonces")),
        (
            with(
                issuer(),
                "/credential_request_encryption/encryption_required",
                json!(true),
            ),
            NotOffered("a key for encrypted requests"),
        ),
        (
            with(
                issuer(),
                "/credential_response_encryption",
                json!({
                    "alg_values_supported": ["RSA-OAEP-256"],
                    "enc_values_supported": ["A256GCM"],
                    "encryption_required": true,
                }),
            ),
            NotOffered("ECDH-ES for encrypted answers"),
        ),
        (
            with(issuer(), "/batch_credential_issuance/batch_size", json!(1)),
            Member("batch_size"),
        ),
        (
            with(issuer(), "/credential_configurations_supported", json!({})),
            Member("credential_configurations_supported"),
        ),
    ] {
        assert_eq!(read_issuer(document).check(ISSUER), Err(error));
    }
    let mut elsewhere = read_issuer(issuer());
    elsewhere.authorization_servers = vec!["http://login.example".into()];
    assert_eq!(elsewhere.check(ISSUER), Err(Address("issuer")));
}

#[test]
fn documents_with_holes_or_wrong_types_are_not_read() {
    for pointer in [
        "/credential_issuer",
        "/credential_endpoint",
        "/credential_configurations_supported",
        "/credential_configurations_supported/student-id-sd-jwt/format",
    ] {
        for document in [
            without(issuer(), pointer),
            with(issuer(), pointer, json!(1)),
        ] {
            assert!(serde_json::from_value::<IssuerMetadata>(document).is_err());
        }
    }
    for pointer in [
        "/issuer",
        "/authorization_endpoint",
        "/token_endpoint",
        "/pushed_authorization_request_endpoint",
        "/response_types_supported",
    ] {
        for document in [
            without(server(), pointer),
            with(server(), pointer, json!(1)),
        ] {
            assert!(serde_json::from_value::<AuthorizationServerMetadata>(document).is_err());
        }
    }
}

#[test]
fn a_configuration_is_used_only_if_it_can_be() {
    use MetadataError::{Member, NotOffered, UnknownConfiguration};
    let id = "student-id-sd-jwt";
    let at = |rest: &str| format!("/credential_configurations_supported/{id}{rest}");
    let proof = at("/proof_types_supported/jwt");
    let algorithms = format!("{proof}/proof_signing_alg_values_supported");
    let attested =
        json!({"proof_signing_alg_values_supported": ["ES256"], "key_attestations_required": {}});
    assert!(read_issuer(issuer()).configuration(id).is_ok());
    for (document, error) in [
        (without(issuer(), &at("")), UnknownConfiguration),
        (without(issuer(), &at("/vct")), Member("vct")),
        (with(issuer(), &at("/vct"), json!("")), Member("vct")),
        (without(issuer(), &at("/scope")), Member("scope")),
        (
            with(
                issuer(),
                &at("/cryptographic_binding_methods_supported"),
                json!(["did:key"]),
            ),
            NotOffered("binding to a JWK"),
        ),
        (without(issuer(), &proof), NotOffered("proofs of type jwt")),
        (
            with(issuer(), &algorithms, json!(["ES384"])),
            NotOffered("ES256 proofs"),
        ),
        (
            with(issuer(), &proof, attested),
            NotOffered("keys without attestation"),
        ),
    ] {
        assert_eq!(read_issuer(document).configuration(id), Err(error));
    }
}

#[test]
fn an_issuer_is_its_own_authorization_server_unless_it_names_one() {
    let mut metadata = read_issuer(issuer());
    assert_eq!(metadata.authorization_server(), ISSUER);
    assert_eq!(metadata.batch_size(), 10);
    metadata.authorization_servers = vec!["https://login.example".into()];
    metadata.batch_credential_issuance = None;
    assert_eq!(metadata.authorization_server(), "https://login.example");
    assert_eq!(metadata.batch_size(), 1);
}

#[test]
fn servers_that_do_not_fit_the_profile_are_refused() {
    use MetadataError::{Address, NotOffered};
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "pushed_authorization_request_endpoint",
        "revocation_endpoint",
    ] {
        let document = with(
            server(),
            &format!("/{name}"),
            json!("http://issuer.example/x"),
        );
        assert_eq!(read_server(document).check(ISSUER), Err(Address(name)));
    }
    for (name, content, what) in [
        ("response_types_supported", json!(["token"]), "codes"),
        (
            "code_challenge_methods_supported",
            json!(["plain"]),
            "PKCE S256",
        ),
        (
            "dpop_signing_alg_values_supported",
            json!(["EdDSA"]),
            "DPoP with ES256",
        ),
        (
            "authorization_response_iss_parameter_supported",
            json!(false),
            "iss in callbacks",
        ),
    ] {
        let document = with(server(), &format!("/{name}"), content);
        assert_eq!(read_server(document).check(ISSUER), Err(NotOffered(what)));
    }
    for name in [
        "code_challenge_methods_supported",
        "dpop_signing_alg_values_supported",
        "authorization_response_iss_parameter_supported",
    ] {
        let document = without(server(), &format!("/{name}"));
        assert!(read_server(document).check(ISSUER).is_err(), "{name}");
    }
}
