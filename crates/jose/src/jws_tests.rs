use proptest::prelude::*;
use ring::rand::SystemRandom;
use serde_json::json;

use super::*;
use crate::SoftwareKey;

const BOTH: [Algorithm; 2] = [Algorithm::Es256, Algorithm::Rs256];

// RFC 7515 appendix A.2 and A.3: the same payload, signed with RS256 and with ES256.
const RS256: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const RS256_KEY: &str = r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#;
const ES256: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const ES256_KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
const PAYLOAD: &[u8] =
    b"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

fn key(text: &str) -> Jwk {
    serde_json::from_str(text).unwrap()
}

fn new_key() -> SoftwareKey {
    SoftwareKey::generate(&SystemRandom::new()).unwrap()
}

/// A compact form with this header text and a signature that holds.
fn signed_with_header(header: &str, signer: &dyn Signer) -> String {
    let input = format!("{}.{}", base64url(header.as_bytes()), base64url(b"{}"));
    let signature = signer.sign(input.as_bytes()).unwrap();
    format!("{input}.{}", base64url(&signature))
}

#[test]
fn the_examples_of_rfc_7515_verify() {
    for (compact, jwk, algorithm) in [
        (RS256, RS256_KEY, Algorithm::Rs256),
        (ES256, ES256_KEY, Algorithm::Es256),
    ] {
        let jws = Jws::parse(compact).unwrap();
        assert_eq!(jws.header().alg, algorithm);
        assert_eq!(jws.verify(&key(jwk), &[algorithm]).unwrap(), PAYLOAD);
        let claims: Value = jws.verify_json(&key(jwk), &BOTH).unwrap();
        assert_eq!(claims["iss"], "joe");
    }
}

#[test]
fn an_algorithm_the_caller_does_not_allow_is_refused_though_the_signature_holds() {
    for (compact, jwk, allowed) in [
        (RS256, RS256_KEY, &[Algorithm::Es256][..]),
        (ES256, ES256_KEY, &[Algorithm::Rs256][..]),
        (ES256, ES256_KEY, &[][..]),
    ] {
        assert!(matches!(
            Jws::parse(compact).unwrap().verify(&key(jwk), allowed),
            Err(JwsError::AlgorithmNotAllowed)
        ));
    }
}

#[test]
fn another_key_does_not_verify() {
    let jws = Jws::parse(ES256).unwrap();
    assert!(matches!(
        jws.verify(&new_key().public_jwk(), &BOTH),
        Err(JwsError::Signature(SignatureError::Invalid))
    ));
    assert!(matches!(
        jws.verify(&key(RS256_KEY), &BOTH),
        Err(JwsError::Signature(SignatureError::KeyMismatch))
    ));
}

#[test]
fn headers_that_are_not_understood_are_refused_though_the_signature_holds() {
    let signer = new_key();
    let mut with_private = serde_json::to_value(signer.public_jwk()).unwrap();
    with_private["d"] = json!("AQAB");
    let jwk_with_private = format!(r#"{{"alg":"ES256","jwk":{with_private}}}"#);
    for (case, header, expected) in [
        ("none", r#"{"alg":"none"}"#, HeaderError::Algorithm),
        ("no algorithm", r#"{"typ":"JWT"}"#, HeaderError::Algorithm),
        ("HMAC", r#"{"alg":"HS256"}"#, HeaderError::Algorithm),
        ("letter case", r#"{"alg":"es256"}"#, HeaderError::Algorithm),
        ("a list", r#"{"alg":["ES256"]}"#, HeaderError::Algorithm),
        (
            "crit",
            r#"{"alg":"ES256","crit":["exp"],"exp":1}"#,
            HeaderError::Critical,
        ),
        (
            "empty crit",
            r#"{"alg":"ES256","crit":[]}"#,
            HeaderError::Critical,
        ),
        (
            "b64",
            r#"{"alg":"ES256","b64":false}"#,
            HeaderError::Critical,
        ),
        (
            "private member in jwk",
            &jwk_with_private,
            HeaderError::Jwk(JwkError::PrivateMember),
        ),
        (
            "jwk is text",
            r#"{"alg":"ES256","jwk":"key"}"#,
            HeaderError::Member("jwk"),
        ),
        (
            "typ is a number",
            r#"{"alg":"ES256","typ":1}"#,
            HeaderError::Member("typ"),
        ),
        (
            "kid is null",
            r#"{"alg":"ES256","kid":null}"#,
            HeaderError::Member("kid"),
        ),
        (
            "alg twice",
            r#"{"alg":"none","alg":"ES256"}"#,
            HeaderError::NotAnObject,
        ),
        ("a list", r#"["ES256"]"#, HeaderError::NotAnObject),
        (
            "trailing data",
            r#"{"alg":"ES256"}{}"#,
            HeaderError::NotAnObject,
        ),
        ("empty", "", HeaderError::NotAnObject),
    ] {
        match Jws::parse(&signed_with_header(header, &signer)) {
            Err(JwsError::Header(error)) => assert_eq!(error, expected, "{case}"),
            other => panic!("{case}: {other:?}"),
        }
    }
    // The helper itself makes what is accepted.
    let good = signed_with_header(r#"{"alg":"ES256"}"#, &signer);
    assert!(
        Jws::parse(&good)
            .unwrap()
            .verify(&signer.public_jwk(), &BOTH)
            .is_ok()
    );
}

#[test]
fn texts_that_are_not_compact_are_refused() {
    let unsigned = &ES256[..ES256.rfind('.').unwrap()];
    for (case, text) in [
        ("empty", String::new()),
        ("dots alone", "..".into()),
        ("two parts", unsigned.into()),
        ("four parts", format!("{ES256}.AA")),
        ("trailing dot", format!("{ES256}.")),
        ("trailing line break", format!("{ES256}\n")),
        ("leading space", format!(" {ES256}")),
        ("padding", format!("{ES256}==")),
        ("unprintable", format!("{ES256}\0")),
        ("JSON", r#"{"payload":"","signatures":[]}"#.into()),
        // The last character of 64 bytes has four unused bits: R, S, … would decode to the same bytes.
        (
            "set trailing bits",
            format!("{}R", &ES256[..ES256.len() - 1]),
        ),
    ] {
        assert!(
            matches!(
                Jws::parse(&text),
                Err(JwsError::Malformed | JwsError::Header(_))
            ),
            "{case}"
        );
    }
    let unsigned = Jws::parse(&format!("{unsigned}.")).unwrap();
    assert!(unsigned.verify(&key(ES256_KEY), &BOTH).is_err());
}

#[test]
fn a_text_over_the_limit_is_refused() {
    let signer = new_key();
    let header = Header::new("JWT");
    let fits = sign(&header, &[b'x'; MAX_COMPACT_LENGTH / 4 * 3 - 300], &signer).unwrap();
    assert!(Jws::parse(&fits).is_ok());
    let too_large = sign(&header, &[b'x'; MAX_COMPACT_LENGTH / 4 * 3], &signer).unwrap();
    assert!(matches!(Jws::parse(&too_large), Err(JwsError::TooLarge)));
}

#[test]
fn the_type_is_compared_as_a_media_type() {
    let signer = new_key();
    let parsed = |typ: Option<&str>| {
        let header = Header {
            typ: typ.map(str::to_owned),
            ..Header::new("")
        };
        Jws::parse(&sign(&header, b"", &signer).unwrap()).unwrap()
    };
    for typ in ["dpop+jwt", "DPoP+JWT", "application/dpop+jwt"] {
        assert!(parsed(Some(typ)).require_typ("dpop+jwt").is_ok(), "{typ}");
    }
    for typ in [
        None,
        Some(""),
        Some("JWT"),
        Some("dpop+jwt "),
        Some("application/x/dpop+jwt"),
        Some("text/dpop+jwt"),
        Some("æøå/æøå/æøå"),
    ] {
        assert!(
            matches!(parsed(typ).require_typ("dpop+jwt"), Err(JwsError::Type)),
            "{typ:?}"
        );
    }
}

#[test]
fn a_header_comes_back_as_it_was_written() {
    let signer = new_key();
    let mut header = Header::new("example+jwt")
        .with_kid("one")
        .with_jwk(signer.public_jwk());
    header.other.insert("x5c".into(), json!(["AA=="]));
    let compact = sign(&header, b"payload", &signer).unwrap();
    assert_eq!(Jws::parse(&compact).unwrap().header(), &header);
}

#[test]
fn a_header_that_would_be_refused_is_not_signed() {
    let signer = new_key();
    for name in RESERVED {
        let mut header = Header::new("JWT");
        header.other.insert(name.into(), json!("ES256"));
        assert!(
            matches!(sign(&header, b"", &signer), Err(SignError::Header)),
            "{name}"
        );
    }
    let header = Header {
        alg: Algorithm::Rs256,
        ..Header::new("JWT")
    };
    assert!(matches!(
        sign(&header, b"", &signer),
        Err(SignError::Header)
    ));
}

#[test]
fn a_payload_of_another_shape_is_an_error() {
    let signer = new_key();
    for payload in ["", "{", "{}{}", "[]", r#"{"n":"text"}"#] {
        #[derive(Debug, Deserialize)]
        struct Claims {
            #[expect(dead_code, reason = "only read to be refused")]
            n: u8,
        }
        let compact = sign(&Header::new("JWT"), payload.as_bytes(), &signer).unwrap();
        let outcome = Jws::parse(&compact)
            .unwrap()
            .verify_json::<Claims>(&signer.public_jwk(), &BOTH);
        assert!(matches!(outcome, Err(JwsError::Payload(_))), "{payload}");
    }
}

#[test]
fn debug_output_does_not_show_the_payload() {
    let shown = format!("{:?}", Jws::parse(ES256).unwrap());
    assert!(shown.contains("Es256"));
    assert!(!shown.contains("joe"));
    assert!(!shown.contains("payload"));
}

#[test]
fn any_one_flipped_bit_is_refused() {
    let signer = new_key();
    let header = Header::new("JWT").with_kid("k");
    let compact = sign(&header, br#"{"sub":"synthetic"}"#, &signer).unwrap();
    let jwk = signer.public_jwk();
    for position in 0..compact.len() {
        for bit in 0..8 {
            let mut bytes = compact.clone().into_bytes();
            bytes[position] ^= 1 << bit;
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            let accepted = Jws::parse(&text).is_ok_and(|jws| jws.verify(&jwk, &BOTH).is_ok());
            assert!(!accepted, "byte {position}, bit {bit}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_payload_comes_back_as_it_was_signed(payload: Vec<u8>, kid: Option<String>) {
        let signer = new_key();
        let header = Header { kid, ..Header::new("JWT") };
        let jws = Jws::parse(&sign(&header, &payload, &signer).unwrap()).unwrap();
        prop_assert_eq!(jws.header(), &header);
        prop_assert_eq!(jws.verify(&signer.public_jwk(), &BOTH).unwrap(), &payload[..]);
    }

    #[test]
    fn no_text_makes_reading_panic(text in "\\PC{0,80}", dots in "[A-Za-z0-9_.-]{0,80}") {
        let _ = Jws::parse(&text);
        let _ = Jws::parse(&dots);
    }
}
