//! What Feide says about who logged in, as the county's server reads it.
//!
//! Input: Feide's two answers as JSON, a line each; an ID token; or the claims of one as JSON.

// Files of the crate `issuer`, so that it need not be built with its database.
#[path = "../../../crates/issuer/src/feide/id_token.rs"]
#[allow(missing_docs, unreachable_pub)]
mod id_token;
#[path = "../../../crates/issuer/src/feide/userinfo.rs"]
#[allow(missing_docs, unreachable_pub)]
mod userinfo;

use std::sync::LazyLock;

use jose::jws::Jws;
use jose::{Algorithm, Jwk, base64url, base64url_decode};
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, KeyPairComponents, PublicKeyComponents};
use ring::signature::RSA_PKCS1_SHA256;
use serde_json::{Value, json};

use crate::{NOW, make};

/// As much of the crate's own as its files need.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FeideError {
    SubjectMismatch,
    Malformed,
}

/// Feide's name.
pub const ISSUER: &str = "https://auth.dataporten.no";
/// Our name at Feide.
pub const CLIENT: &str = "lommebevis-issuer";
/// The login that is going on.
pub const NONCE: &str = "n-0S6_WzA2Mj";
const ACCESS_TOKEN: &str = "SlAV32hkKG";

/// The key of RFC 7515 appendix A.2: n, e, d, p, q.
const KEY: [&str; 5] = [
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    "AQAB",
    "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
    "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
    "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
];
/// Of the same key: d mod (p - 1), d mod (q - 1), q⁻¹ mod p.
const KEY_CRT: [&str; 3] = [
    "BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
    "h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
    "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U",
];

static SIGNER: LazyLock<KeyPair> = LazyLock::new(|| {
    let [n, e, d, p, q] = KEY.map(|part| base64url_decode(part).unwrap());
    let [d_p, d_q, q_inv] = KEY_CRT.map(|part| base64url_decode(part).unwrap());
    KeyPair::from_components(&KeyPairComponents {
        public_key: PublicKeyComponents { n, e },
        d,
        p,
        q,
        dP: d_p,
        dQ: d_q,
        qInv: q_inv,
    })
    .unwrap()
});
static PUBLIC: LazyLock<Jwk> = LazyLock::new(|| {
    serde_json::from_value(json!({"kty": "RSA", "n": KEY[0], "e": KEY[1]})).unwrap()
});

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let raw = std::str::from_utf8(data).is_ok_and(|text| {
        let read = Jws::parse(text);
        read.is_ok_and(|token| token.verify(&PUBLIC, &[Algorithm::Rs256]).is_ok())
    });
    assert!(!raw, "a signature that nobody made");
    user(data) | made_token(data)
}

fn user(data: &[u8]) -> bool {
    let [basic, extended] = make::lines(data);
    let Ok(basic) = serde_json::from_slice::<userinfo::Userinfo>(basic) else {
        return false;
    };
    let sub = basic.sub.clone();
    let extended = serde_json::from_slice::<userinfo::ExtendedUserinfo>(extended).ok();
    let of_extended = extended.as_ref().and_then(|extended| extended.sub.clone());
    match userinfo::merge(sub.clone(), basic, extended) {
        Ok(user) => {
            assert_eq!(user.sub, sub);
            assert!(
                of_extended.is_none_or(|other| other == sub),
                "two people in one"
            );
            if let Some(name) = &user.feide_name {
                assert!(name.contains('@') && name.len() <= 255);
                assert_eq!(name.trim(), name);
            }
            assert!(user.nin.is_none_or(|nin| !nin.trim().is_empty()));
            let _: Option<chrono::NaiveDate> = user.birth_date;
            true
        }
        Err(error) => {
            assert!(error == FeideError::Malformed || of_extended.is_some());
            false
        }
    }
}

fn made_token(data: &[u8]) -> bool {
    if !data.starts_with(b"{") || data.len() > 4_096 {
        return false;
    }
    let text = format!("{}.{}", base64url(br#"{"alg":"RS256"}"#), base64url(data));
    let mut signature = vec![0; SIGNER.public().modulus_len()];
    let random = SystemRandom::new();
    SIGNER
        .sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
        .unwrap();
    let text = format!("{text}.{}", base64url(&signature));
    let token = Jws::parse(&text).unwrap();
    let expected = id_token::Expected {
        issuer: ISSUER,
        client_id: CLIENT,
        nonce: NONCE,
        access_token: ACCESS_TOKEN,
        logged_in_since: Some(NOW - 30),
        says_when: false,
        acr: None,
        now: NOW,
    };
    let Ok(sub) = id_token::verify(&token, &PUBLIC, &expected) else {
        return false;
    };
    // Members that nobody reads may hold what this reader does not take, such as half a surrogate pair.
    let Ok(claims) = serde_json::from_slice::<Value>(data) else {
        return true;
    };
    assert_eq!(claims["sub"], sub.as_str());
    assert_eq!(
        (&claims["iss"], &claims["nonce"]),
        (&json!(ISSUER), &json!(NONCE))
    );
    assert!(!sub.is_empty() && sub.len() <= 255 && sub.is_ascii());
    assert!(claims["exp"].as_i64().unwrap() > NOW - 61);
    assert!(claims["aud"] == CLIENT || claims["aud"].as_array().unwrap().contains(&json!(CLIENT)));

    let changed = make::one_bit_flipped(data, text.as_bytes());
    if let Ok(Ok(changed)) = std::str::from_utf8(&changed).map(Jws::parse) {
        let refused = id_token::verify(&changed, &PUBLIC, &expected);
        assert_eq!(
            refused,
            Err(id_token::IdTokenError::Signature),
            "a bit was flipped"
        );
    }
    true
}
