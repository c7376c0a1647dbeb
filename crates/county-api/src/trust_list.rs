//! The trust list: which issuers apps and checkers trust, and with which keys.
//!
//! A compact JWS of type [`TYP`], signed by the trust-list key that apps and checkers have pinned, so that an
//! issuer's key can be changed without a new app. Read and checked by the `verifier` crate.

use jose::jws::{self, Header};
use jose::{Jwk, SignError, Signer};
use serde::{Deserialize, Serialize};

/// `typ` of the JWS.
pub const TYP: &str = "trust-list+jwt";
/// Media type of `GET /trust-list`.
pub const MEDIA_TYPE: &str = "application/trust-list+jwt";

/// What the trust list says. All times are unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustListBody {
    /// Counts up with every change; a reader refuses to go back.
    pub version: u64,
    /// When it was signed.
    pub iat: i64,
    /// When it stops counting.
    pub exp: i64,
    /// Everyone who is trusted.
    pub issuers: Vec<TrustedIssuer>,
}

/// One issuer that is trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedIssuer {
    /// The `iss` of everything it signs.
    pub iss: String,
    /// The name to show.
    pub name: String,
    /// Whether its cards are specimens: everything that says "valid" is then grey and says so.
    #[serde(default)]
    pub demo: bool,
    /// Its keys, those to come and those of yesterday among them.
    pub keys: Vec<TrustedKey>,
}

/// One key of an issuer, and for how long what it signed is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedKey {
    /// The public key; its `kid` is its RFC 7638 thumbprint.
    pub jwk: Jwk,
    /// Accepted from this time.
    pub not_before: i64,
    /// Accepted up to, not including, this time: when the last credential under it has expired.
    pub not_after: i64,
}

impl TrustListBody {
    /// Signs the list with the trust-list key; the header names it by thumbprint.
    pub fn sign(&self, signer: &dyn Signer) -> Result<String, SignError> {
        let header = Header::new(TYP).with_kid(signer.public_jwk().thumbprint());
        jws::sign_json(&header, self, signer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_keeps_its_wire_form_and_reads_back() {
        let body = TrustListBody {
            version: 7,
            iat: 1_788_000_000,
            exp: 1_788_600_000,
            issuers: vec![TrustedIssuer {
                iss: "https://issuer.fjordviken.example".into(),
                name: "Fjordviken fylkeskommune".into(),
                demo: true,
                keys: vec![TrustedKey {
                    jwk: Jwk::p256([1; 32], [2; 32]).with_thumbprint_kid(),
                    not_before: 1_787_000_000,
                    not_after: 1_800_000_000,
                }],
            }],
        };
        insta::assert_json_snapshot!(body, @r#"
        {
          "version": 7,
          "iat": 1788000000,
          "exp": 1788600000,
          "issuers": [
            {
              "iss": "https://issuer.fjordviken.example",
              "name": "Fjordviken fylkeskommune",
              "demo": true,
              "keys": [
                {
                  "jwk": {
                    "kty": "EC",
                    "crv": "P-256",
                    "x": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
                    "y": "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI",
                    "kid": "kOFKxjJdOqJD5G4Yuw-cxHe64VGyxKEO_hoV83QfGj0"
                  },
                  "not_before": 1787000000,
                  "not_after": 1800000000
                }
              ]
            }
          ]
        }
        "#);
        let json = serde_json::to_string(&body).unwrap();
        assert_eq!(serde_json::from_str::<TrustListBody>(&json).unwrap(), body);
    }
}
