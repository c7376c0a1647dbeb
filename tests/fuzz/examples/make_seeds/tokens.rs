//! Signed objects in JSON: JWS, DPoP, SD-JWT, status lists.

use ::sd_jwt::{Binding, issue, present, vc};
use fuzz::keys::{HOLDER, SEED_HOLDER, SEED_ISSUER, STRANGER};
use fuzz::{NOW, jose as target, make, sd_jwt, status_list_jwt, verifier};
use jose::jws::{self, Header};
use jose::{Jwk, dpop};
use ring::rand::SystemRandom;
use serde_json::{Map, Value, json};
use status_list::{Bits, StatusList, StatusListToken};

use crate::seed;

/// RFC 7638 §3.1.
const RSA: &str = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;

pub(crate) fn write() {
    jose();
    sd_jwts();
    status_lists();
}

fn jose() {
    let put = |name: &str, content: &str| seed("jose", name, content);
    let payload = json!({"iss": "https://issuer.example", "exp": NOW + 300});
    let header = Header::new("JWT").with_kid(SEED_ISSUER.jwk.thumbprint());
    let signed = jws::sign_json(&header, &payload, &SEED_ISSUER.key).unwrap();
    put("good-jws", &signed);
    put("bad-jws-four-parts", &format!("{signed}.AAAA"));
    put("bad-jws-none", "eyJhbGciOiJub25lIn0.e30.");
    put(
        "bad-jws-stranger",
        &jws::sign_json(&header, &payload, &STRANGER.key).unwrap(),
    );

    let request = dpop::ProofRequest {
        method: "POST",
        url: target::DPOP_URL,
        now: NOW,
        jti: "e1j3V_bKic8-LAEB",
        access_token: Some(target::ACCESS_TOKEN),
        nonce: Some("n-1"),
    };
    let proof = dpop::prove(&request, &SEED_HOLDER.key).unwrap();
    put("good-dpop", &proof);
    put(
        "bad-dpop-stranger",
        &dpop::prove(&request, &STRANGER.key).unwrap(),
    );
    let claims = proof.split('.').nth(1).unwrap();
    let claims = String::from_utf8(jose::base64url_decode(claims).unwrap()).unwrap();
    put("good-dpop-claims", &claims);
    put(
        "bad-dpop-claims-elsewhere",
        &claims.replace("issuer.example", "issuer.example@evil.example"),
    );

    let key = serde_json::to_string(&SEED_ISSUER.jwk).unwrap();
    put("good-jwk", &key);
    put("good-jwk-rsa", RSA);
    put(
        "bad-jwk-private",
        &key.replace("\"kid\"", "\"d\":\"AQ\",\"kid\""),
    );
    put(
        "bad-jwk-twice",
        &key.replace("\"kid\"", "\"kty\":\"EC\",\"kid\""),
    );
    put(
        "good-jwk-set",
        &format!(r#"{{"keys":[{key},{RSA},{{"kty":"OKP","crv":"Ed25519","x":"AQ"}}]}}"#),
    );
    let encryption = json!({"kty": "EC", "crv": "P-256", "x": key_part("x"), "y": key_part("y"), "use": "enc", "alg": "ECDH-ES", "kid": "e"});
    put("good-jwk-encryption", &encryption.to_string());

    put(
        "good-jws-lines",
        "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"k\"}\n{\"iss\":\"x\"}",
    );
    let with_key = json!({"alg": "ES256", "typ": "dpop+jwt", "jwk": HOLDER.jwk.key_only()});
    put("good-jws-lines-jwk", &format!("{with_key}\nanything"));
    put(
        "bad-jws-lines-crit",
        "{\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1}\n{}",
    );
    put("bad-jws-lines-rs256", "{\"alg\":\"RS256\"}\n{}");
    let recipient =
        jose::jwe::RecipientKey::from_bytes(&std::array::from_fn(
            |at| if at == 31 { 6 } else { 0 },
        ));
    let recipient = recipient.unwrap();
    for enc in jose::jwe::ContentEncryption::ALL {
        let text = jose::jwe::encrypt(
            recipient.public_jwk(),
            enc,
            b"for you alone",
            &SystemRandom::new(),
        )
        .unwrap();
        put(&format!("good-jwe-{}", enc.name()), &text);
        put(
            &format!("bad-jwe-{}-cut-off", enc.name()),
            &text[..text.len() - 2],
        );
    }
    // Which of the two it is, a whole answer or one with a flipped bit, is chosen by the content.
    for at in 0..8 {
        let bits = [128, 256][at % 2];
        put(
            &format!("jwe-lines-{at}"),
            &format!(
                "{{\"alg\":\"ECDH-ES\",\"enc\":\"A{bits}GCM\",\"kid\":\"#\",\"epk\":\"#\",\"apu\":\"QWxpY2U\",\"apv\":\"Qm9i\"}}\nfor you alone {at}"
            ),
        );
    }
    put(
        "bad-jwe-lines-zip",
        "{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"zip\":\"DEF\",\"epk\":\"#\"}\nx",
    );
    put(
        "pkce",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\nE9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    );
}

fn key_part(name: &str) -> String {
    let key = serde_json::to_value(&SEED_HOLDER.jwk).unwrap();
    key[name].as_str().unwrap().to_owned()
}

fn claims(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn sd_jwts() {
    let put = |name: &str, content: &str| seed("sd_jwt", name, content);
    let random = SystemRandom::new();
    let credential = |issuer: &fuzz::keys::Party, holder: &Jwk| {
        let claims = vc::CredentialClaims {
            issuer: "https://issuer.example",
            vct: "https://issuer.example/types/student-id",
            issued_at: NOW - 60,
            not_before: Some(NOW - 60),
            expires_at: NOW + 86_400,
            status: Some((status_list_jwt::URI, 42)),
            holder,
            subject_claims: claims(json!({
                "given_name": "Nora", "family_name": "Bjørnstad", "birthdate": "2008-02-29", "age_over_18": true,
            })),
        };
        vc::issue(&claims, &issuer.jwk.thumbprint(), &random, &issuer.key).unwrap()
    };
    let issued = credential(&SEED_ISSUER, &SEED_HOLDER.jwk);
    put("good-credential", &issued);
    put("bad-stranger", &credential(&STRANGER, &SEED_HOLDER.jwk));
    let shown = |holder| {
        let binding = Binding {
            audience: sd_jwt::AUDIENCE,
            nonce: sd_jwt::NONCE,
            now: NOW,
            holder,
        };
        present(&issued, &["given_name", "age_over_18"], Some(binding))
    };
    let presented = shown(&SEED_HOLDER.key).unwrap();
    put("good-shown", &presented);
    put("bad-no-tilde", issued.split('~').next().unwrap());
    put("bad-empty-disclosure", &issued.replacen('~', "~~", 1));

    let address = claims(json!({
        "sub": "u", "address": {"street": "Gata 1", "locality": "Fjordvik"}, "nationalities": ["NO", "SE"],
    }));
    let pointers = [
        "/address/street",
        "/address",
        "/nationalities/0",
        "/nationalities/1",
    ];
    let header = Header::new(vc::TYP);
    let nested = issue(
        address,
        &pointers,
        None,
        &header,
        &random,
        &SEED_ISSUER.key,
        2,
    )
    .unwrap();
    put("good-nested", &nested);

    let payload = |more: &str| {
        let (before, after) = (NOW - 60, NOW + 86_400);
        format!(
            r##"{{"iss":"https://issuer.example","vct":"t","iat":{before},"exp":{after},"cnf":"#holder",{more}}}"##
        )
    };
    put(
        "good-lines-flat",
        &format!(
            "{}\n[\"s\",\"a\",1]\n[\"s\",\"b\",true]",
            payload(r##""_sd_alg":"sha-256","_sd":["#0","#1","decoy"]"##)
        ),
    );
    put(
        "good-lines-array",
        &format!(
            "{}\n[\"s\",\"NO\"]\n[\"s\",{{\"x\":[1,2]}}]",
            payload(r##""n":[{"...":"#0"},{"...":"#1"},"DK"]"##)
        ),
    );
    put(
        "good-lines-recursive",
        &format!(
            "{}\n[\"s\",\"a\",{{\"_sd\":[\"#1\",\"#2\"],\"c\":0}}]\n[\"t\",\"b\",[{{\"...\":\"#3\"}}]]\n[\"u\",\"d\",null]\n[\"v\",\"deep\"]",
            payload(r##""_sd":["#0"]"##)
        ),
    );
    put(
        "good-lines-plain",
        &payload(
            r#""status":{"status_list":{"idx":1,"uri":"https://issuer.example/status-lists/1"}}"#,
        ),
    );
    put(
        "bad-lines-twice",
        &format!(
            "{}\n[\"s\",\"a\",1]",
            payload(r##""_sd":["#0"],"b":{"_sd":["#0"]}"##)
        ),
    );
    put(
        "bad-lines-name-taken",
        &format!("{}\n[\"s\",\"iss\",1]", payload(r##""_sd":["#0"]"##)),
    );
    put(
        "bad-lines-reserved",
        &format!("{}\n[\"s\",\"_sd\",1]", payload(r##""_sd":["#0"]"##)),
    );
    put(
        "bad-lines-unreferenced",
        &format!("{}\n[\"s\",\"a\",1]", payload(r#""b":1"#)),
    );
    put(
        "bad-lines-kind",
        &format!("{}\n[\"s\",1]", payload(r##""_sd":["#0"]"##)),
    );
    put("bad-lines-alg", &payload(r#""_sd_alg":"sha-512""#));
    put(
        "bad-lines-expired",
        r#"{"iss":"x","vct":"t","iat":1,"exp":2}"#,
    );
}

fn status_lists() {
    let put = |name: &str, content: &[u8]| seed("status_list_jwt", name, content);
    let kid = SEED_ISSUER.jwk.thumbprint();
    for bits in [Bits::One, Bits::Two, Bits::Four, Bits::Eight] {
        let mut list = StatusList::new(bits, 2_000);
        list.set(7, 1).unwrap();
        list.set(1_999, 1).unwrap();
        let token = StatusListToken {
            uri: status_list_jwt::URI.into(),
            issued_at: NOW - 60,
            expires_at: (bits != Bits::One).then_some(NOW + 86_400),
            ttl: (bits == Bits::Two).then_some(900),
            aggregation_uri: (bits == Bits::Four)
                .then(|| "https://issuer.example/status-lists".into()),
            list,
        };
        let name = format!("good-{}-bits", bits.count());
        put(
            &name,
            token.to_jwt(&kid, &SEED_ISSUER.key).unwrap().as_bytes(),
        );
        let cwt = token
            .to_cwt(&SEED_ISSUER.key_id(), &SEED_ISSUER.key)
            .unwrap();
        seed("status_list_cwt", &name, &cwt);
        if bits == Bits::Two {
            put(
                "bad-stranger",
                token.to_jwt(&kid, &STRANGER.key).unwrap().as_bytes(),
            );
            seed("status_list_cwt", "bad-cut-off", &cwt[..cwt.len() - 9]);
            seed("status_list_cwt", "bad-untagged", &cwt[1..]);
            cwt_parts(&cwt);
            // As the checker gets them.
            let jwt = verifier::status_list(verifier::SEED_ISS).to_jwt(&kid, &SEED_ISSUER.key);
            seed("verifier", "good-status-list", jwt.unwrap());
            let cwt = verifier::status_list(verifier::SEED_ISS)
                .to_cwt(&SEED_ISSUER.key_id(), &SEED_ISSUER.key);
            seed("verifier", "good-status-list-cwt", cwt.unwrap());
        }
    }
    put("good-aggregation", br#"{"status_lists":["https://issuer.example/status-lists/1","https://issuer.example/status-lists/2"]}"#);
    put("bad-aggregation-twice", br#"{"status_lists":["https://issuer.example/status-lists/1","https://issuer.example/status-lists/1"]}"#);
    let line = |lst: &str, bits: u8| {
        let (sub, exp) = (status_list_jwt::URI, NOW + 60);
        format!(
            r#"{{"sub":"{sub}","iat":{NOW},"exp":{exp},"ttl":900,"status_list":{{"bits":{bits},"lst":"{lst}"}}}}"#
        )
    };
    let list = StatusList::from_bytes(Bits::One, vec![0b1011_0001; 40]);
    put(
        "good-lines-zlib",
        &[line("#zlib", 1).as_bytes(), b"\n", &list.compress()].concat(),
    );
    put(
        "good-lines-list",
        format!("{}\nany bytes at all", line("#list", 8)).as_bytes(),
    );
    put("good-lines-empty", line("#list", 2).as_bytes());
    put(
        "bad-lines-cut-off",
        &[line("#zlib", 1).as_bytes(), b"\n", &list.compress()[..5]].concat(),
    );
    put(
        "bad-lines-trailing",
        &[line("#zlib", 1).as_bytes(), b"\n", &list.compress(), b"x"].concat(),
    );
    put("bad-lines-bits", line("#list", 3).as_bytes());
    let bomb = StatusList::new(Bits::Eight, (1 << 20) + 1).compress();
    put(
        "bad-lines-bomb",
        &[line("#zlib", 8).as_bytes(), b"\n", &bomb].concat(),
    );
}

/// A protected header and claims, to be signed by the target.
fn cwt_parts(cwt: &[u8]) {
    let token: ciborium::Value = ciborium::from_reader(cwt).unwrap();
    let parts = token.into_tag().unwrap().1.into_array().unwrap();
    let (protected, claims) = (parts[0].as_bytes().unwrap(), parts[2].as_bytes().unwrap());
    let whole = [
        &[u8::try_from(protected.len()).unwrap()],
        &protected[..],
        claims,
    ]
    .concat();
    seed("status_list_cwt", "good-parts", &whole);
    let header = make::bytes(&ciborium::Value::Map(vec![(1.into(), (-35).into())]));
    let whole = [&[u8::try_from(header.len()).unwrap()], &header[..], claims].concat();
    seed("status_list_cwt", "bad-parts-es384", whole);
}
