use ring::rand::SystemRandom;
use serde_json::{Value, json};

use super::*;
use crate::SoftwareKey;

const NOW: i64 = 1_760_000_000;
const URL: &str = "https://issuer.example/openid4vci/credential";
const TOKEN: &str = "access-token";

// RFC 9449 §4.1 figure 2 and §7.1 figure 12.
const TOKEN_REQUEST: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
const RESOURCE_REQUEST: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
const RFC_TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
const RFC_THUMBPRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

fn new_key() -> SoftwareKey {
    SoftwareKey::generate(&SystemRandom::new()).unwrap()
}

fn request() -> ProofRequest<'static> {
    ProofRequest {
        method: "POST",
        url: URL,
        now: NOW,
        jti: "proof-1",
        access_token: Some(TOKEN),
        nonce: Some("server-nonce"),
    }
}

fn expected() -> Expected<'static> {
    Expected {
        method: "POST",
        url: URL,
        now: NOW,
        nonces: None,
        max_age: DEFAULT_MAX_AGE,
        access_token: Some(TOKEN),
        key_thumbprint: None,
    }
}

#[test]
fn the_token_request_of_rfc_9449_holds() {
    let proof = verify(
        TOKEN_REQUEST,
        &Expected {
            url: "https://server.example.com/token",
            now: 1_562_262_616,
            access_token: None,
            ..expected()
        },
    )
    .unwrap();
    assert_eq!(
        proof,
        Proof {
            thumbprint: RFC_THUMBPRINT.into(),
            jti: "-BwC3ESc6acc2lTc".into(),
            issued_at: 1_562_262_616,
            nonce: None
        }
    );
}

#[test]
fn the_resource_request_of_rfc_9449_holds_for_its_token_and_key_alone() {
    let good = || Expected {
        method: "GET",
        url: "https://resource.example.org/protectedresource",
        now: 1_562_262_618,
        nonces: None,
        max_age: DEFAULT_MAX_AGE,
        access_token: Some(RFC_TOKEN),
        key_thumbprint: Some(RFC_THUMBPRINT),
    };
    assert!(verify(RESOURCE_REQUEST, &good()).is_ok());
    let other_token = Expected {
        access_token: Some("another"),
        ..good()
    };
    assert!(matches!(
        verify(RESOURCE_REQUEST, &other_token),
        Err(DpopError::AccessToken)
    ));
    let other_key = new_key().public_jwk().thumbprint();
    let other_key = Expected {
        key_thumbprint: Some(&other_key),
        ..good()
    };
    assert!(matches!(
        verify(RESOURCE_REQUEST, &other_key),
        Err(DpopError::Key)
    ));
}

#[test]
fn a_proof_says_what_was_put_into_it() {
    let key = new_key();
    let proof = verify(&prove(&request(), &key).unwrap(), &expected()).unwrap();
    assert_eq!(
        proof,
        Proof {
            thumbprint: key.public_jwk().thumbprint(),
            jti: "proof-1".into(),
            issued_at: NOW,
            nonce: Some("server-nonce".into())
        }
    );
}

#[test]
fn a_proof_without_token_does_not_serve_where_a_token_is_used() {
    let without = ProofRequest {
        access_token: None,
        ..request()
    };
    let proof = prove(&without, &new_key()).unwrap();
    assert!(matches!(
        verify(&proof, &expected()),
        Err(DpopError::AccessToken)
    ));
}

#[test]
fn a_proof_serves_its_own_method_and_address_alone() {
    let proof = prove(&request(), &new_key()).unwrap();
    for method in ["GET", "post", ""] {
        let other = Expected {
            method,
            ..expected()
        };
        assert!(matches!(verify(&proof, &other), Err(DpopError::Method)));
    }
    for (same, url) in [
        (true, "https://issuer.example/openid4vci/credential?a=1#b"),
        (true, "HTTPS://Issuer.Example:443/openid4vci/credential"),
        (false, "https://issuer.example/openid4vci/credential/"),
        (false, "https://issuer.example/openid4vci/Credential"),
        (false, "https://issuer.example:8443/openid4vci/credential"),
        (false, "http://issuer.example/openid4vci/credential"),
        (false, "https://issuer.example.evil/openid4vci/credential"),
        (false, "https://issuer.example@evil/openid4vci/credential"),
        (false, "/openid4vci/credential"),
        (false, "ftp://issuer.example/openid4vci/credential"),
        (false, ""),
    ] {
        let outcome = verify(&proof, &Expected { url, ..expected() });
        assert_eq!(outcome.is_ok(), same, "{url}");
        assert!(same || matches!(outcome, Err(DpopError::Url)), "{url}");
    }
}

#[test]
fn the_address_in_a_proof_has_no_query() {
    let with_query = ProofRequest {
        url: "https://issuer.example/a?secret=1#f",
        ..request()
    };
    let jws = Jws::parse(&prove(&with_query, &new_key()).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(jws.unverified_payload()).unwrap();
    assert_eq!(claims["htu"], "https://issuer.example/a");
}

#[test]
fn a_proof_holds_only_around_its_time() {
    let proof = prove(&request(), &new_key()).unwrap();
    let at = |now| verify(&proof, &Expected { now, ..expected() });
    assert!(at(NOW + DEFAULT_MAX_AGE).is_ok());
    assert!(at(NOW - MAX_AHEAD).is_ok());
    assert!(matches!(
        at(NOW + DEFAULT_MAX_AGE + 1),
        Err(DpopError::TooOld { seconds: 301 })
    ));
    assert!(matches!(
        at(NOW - MAX_AHEAD - 1),
        Err(DpopError::Ahead { seconds: 61 })
    ));
    assert!(at(i64::MAX).is_err());
    assert!(at(i64::MIN).is_err());
}

#[test]
fn where_the_server_demands_its_nonce_a_proof_without_a_fresh_one_is_told_so() {
    let random = SystemRandom::new();
    let nonces = Nonces::new(60, &random).unwrap();
    let answer = |nonce: Option<&str>, now| {
        let proof = prove(&ProofRequest { nonce, ..request() }, &new_key()).unwrap();
        let expected = Expected {
            now,
            nonces: Some(&nonces),
            ..expected()
        };
        verify(&proof, &expected).map(|proof| proof.nonce)
    };
    let fresh = nonces.make(NOW);
    assert_eq!(answer(Some(&fresh), NOW + 60).unwrap(), Some(fresh.clone()));
    let strangers = Nonces::new(60, &random).unwrap().make(NOW);
    for (case, nonce, now) in [
        ("none", None, NOW),
        ("an invented one", Some("server-nonce"), NOW),
        ("another server's", Some(&*strangers), NOW),
        ("an old one", Some(&*fresh), NOW + 61),
        // Step 10 comes before step 11: the client hears of the nonce first.
        ("an old one in an old proof", Some(&*fresh), NOW + 10_000),
    ] {
        assert!(
            matches!(answer(nonce, now), Err(DpopError::Nonce)),
            "{case}"
        );
    }
}

#[test]
fn malformed_proofs_are_refused_though_the_signature_holds() {
    let key = new_key();
    let good_header = Header::new(TYP).with_jwk(key.public_jwk());
    let good = json!({"jti":"1","htm":"POST","htu":URL,"iat":NOW,"ath":access_token_hash(TOKEN)});
    let sign = |header: &Header, claims: &Value| jws::sign_json(header, claims, &key).unwrap();
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        sign(&good_header, &claims)
    };
    assert!(verify(&sign(&good_header, &good), &expected()).is_ok());

    let without_key = Header {
        jwk: None,
        ..good_header.clone()
    };
    assert!(matches!(
        verify(&sign(&without_key, &good), &expected()),
        Err(DpopError::NoKey)
    ));
    let other_key = good_header.clone().with_jwk(new_key().public_jwk());
    assert!(matches!(
        verify(&sign(&other_key, &good), &expected()),
        Err(DpopError::Jws(JwsError::Signature(_)))
    ));
    for typ in ["JWT", "openid4vci-proof+jwt", ""] {
        let header = Header {
            typ: Some(typ.into()),
            ..good_header.clone()
        };
        assert!(matches!(
            verify(&sign(&header, &good), &expected()),
            Err(DpopError::Jws(JwsError::Type))
        ));
    }
    for (case, proof) in [
        ("empty jti", with("jti", json!(""))),
        ("long jti", with("jti", json!("x".repeat(257)))),
    ] {
        assert!(
            matches!(verify(&proof, &expected()), Err(DpopError::Identifier)),
            "{case}"
        );
    }
    for (name, value) in [
        ("jti", json!(1)),
        ("htm", json!(null)),
        ("htu", json!([URL])),
        ("iat", json!("now")),
        ("iat", json!(1e300)),
        ("ath", json!(1)),
    ] {
        assert!(
            matches!(
                verify(&with(name, value.clone()), &expected()),
                Err(DpopError::Jws(JwsError::Payload(_)))
            ),
            "{name} = {value}"
        );
    }
    for name in ["jti", "htm", "htu", "iat", "ath"] {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().shift_remove(name);
        assert!(
            verify(&sign(&good_header, &claims), &expected()).is_err(),
            "without {name}"
        );
    }
    let large = with("padding", json!("x".repeat(MAX_LENGTH)));
    assert!(matches!(
        verify(&large, &expected()),
        Err(DpopError::TooLarge)
    ));
}

#[test]
fn two_proofs_in_one_header_are_refused() {
    let proof = prove(&request(), &new_key()).unwrap();
    assert!(verify(&format!("{proof}, {proof}"), &expected()).is_err());
}

#[test]
fn any_one_flipped_bit_is_refused() {
    let proof = prove(&request(), &new_key()).unwrap();
    for position in 0..proof.len() {
        for bit in 0..8 {
            let mut bytes = proof.clone().into_bytes();
            bytes[position] ^= 1 << bit;
            if let Ok(text) = String::from_utf8(bytes) {
                assert!(
                    verify(&text, &expected()).is_err(),
                    "byte {position}, bit {bit}"
                );
            }
        }
    }
}
