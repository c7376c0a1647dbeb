//! "Sjekk gyldighet": the issuer's fresh, signed answer about one card, of `POST /wallet/validity`.
//!
//! It is for the holder. To anyone else a phone that shows a tick proves nothing: the code does.

use chrono::{DateTime, NaiveDate, Utc};
use jose::jws::{self, Header, Jws, JwsError};
use jose::{Algorithm, Jwk, SignError, Signer};
use serde::{Deserialize, Serialize};

/// `typ` of the JWS.
pub const TYP: &str = "validity+jwt";
/// How far ahead of our clock the issuer's may be, in seconds.
pub const MAX_AHEAD: i64 = 60;

/// Which card: its entry in a status list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StatusReference {
    /// The status list's address.
    pub uri: String,
    /// The index in it.
    pub idx: u64,
}

/// Body of `POST /wallet/validity`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidityRequest {
    /// The card that is asked about.
    pub credential_status: StatusReference,
}

/// What the issuer says, and signs. Times are unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidityStatement {
    /// The issuer.
    pub iss: String,
    /// The server's time.
    pub iat: i64,
    /// Until when the statement may be shown as fresh.
    pub exp: i64,
    /// The card that was asked about.
    pub status: StatusReference,
    /// The answer.
    pub result: Validity,
    /// The last day the card is good.
    pub card_valid_until: NaiveDate,
}

/// Whether a card is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// It is.
    Valid,
    /// Not at the moment: blocked.
    Suspended,
    /// Never again: replaced, reset or withdrawn.
    Revoked,
    /// Its time is over.
    Expired,
}

/// The issuer's answer cannot be believed.
#[derive(Debug, thiserror::Error)]
pub enum ValidityError {
    /// Not a JWS by this key, not of type [`TYP`], or not such a statement.
    #[error("the statement is not signed as it must be")]
    Signature(#[from] JwsError),
    /// Someone else's statement.
    #[error("the statement is from another issuer")]
    OtherIssuer,
    /// It answers a question about another card.
    #[error("the statement is about another card")]
    OtherCard,
    /// An old statement, or our clock is ahead.
    #[error("the statement expired {seconds} s ago")]
    Expired {
        /// Seconds since `exp`.
        seconds: i64,
    },
    /// Our clock is behind.
    #[error("the statement is from {seconds} s in the future")]
    ClockBehind {
        /// Seconds until `iat`.
        seconds: i64,
    },
}

impl ValidityStatement {
    /// Signs the statement with the issuer's current key; the header names it by thumbprint.
    pub fn sign(&self, signer: &dyn Signer) -> Result<String, SignError> {
        let header = Header::new(TYP).with_kid(signer.public_jwk().thumbprint());
        jws::sign_json(&header, self, signer)
    }

    /// Checks that `jws` is `issuer`'s fresh answer to `request`, signed by `key`.
    ///
    /// To find the key, read the header with [`Jws::parse`] and look its `kid` up in the trust list.
    pub fn verify(
        jws: &str,
        key: &Jwk,
        issuer: &str,
        request: &ValidityRequest,
        now: DateTime<Utc>,
    ) -> Result<Self, ValidityError> {
        let jws = Jws::parse(jws)?;
        jws.require_typ(TYP)?;
        let statement: Self = jws.verify_json(key, &[Algorithm::Es256])?;
        if statement.iss != issuer {
            return Err(ValidityError::OtherIssuer);
        }
        if statement.status != request.credential_status {
            return Err(ValidityError::OtherCard);
        }
        let now = now.timestamp();
        if statement.iat > now.saturating_add(MAX_AHEAD) {
            let seconds = statement.iat.saturating_sub(now);
            return Err(ValidityError::ClockBehind { seconds });
        }
        if statement.exp <= now {
            let seconds = now.saturating_sub(statement.exp);
            return Err(ValidityError::Expired { seconds });
        }
        Ok(statement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jose::SoftwareKey;
    use ring::rand::SystemRandom;

    const ISSUER: &str = "https://issuer.fjordviken.example";

    fn request() -> ValidityRequest {
        ValidityRequest {
            credential_status: StatusReference {
                uri: format!("{ISSUER}/status-lists/1"),
                idx: 4711,
            },
        }
    }

    fn statement() -> ValidityStatement {
        ValidityStatement {
            iss: ISSUER.into(),
            iat: 1_788_000_000,
            exp: 1_788_000_300,
            status: request().credential_status,
            result: Validity::Valid,
            card_valid_until: "2026-12-31".parse().unwrap(),
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn verify(jws: &str, key: &Jwk, seconds: i64) -> Result<ValidityStatement, ValidityError> {
        ValidityStatement::verify(jws, key, ISSUER, &request(), at(seconds))
    }

    #[test]
    fn question_and_answer_keep_their_wire_form() {
        insta::assert_snapshot!(serde_json::to_string(&request()).unwrap(), @r#"{"credential_status":{"uri":"https://issuer.fjordviken.example/status-lists/1","idx":4711}}"#);
        insta::assert_json_snapshot!(statement(), @r#"
        {
          "iss": "https://issuer.fjordviken.example",
          "iat": 1788000000,
          "exp": 1788000300,
          "status": {
            "uri": "https://issuer.fjordviken.example/status-lists/1",
            "idx": 4711
          },
          "result": "valid",
          "card_valid_until": "2026-12-31"
        }
        "#);
    }

    #[test]
    fn a_fresh_answer_to_our_question_is_believed_until_it_expires() {
        let key = SoftwareKey::generate(&SystemRandom::new()).unwrap();
        let jws = statement().sign(&key).unwrap();
        let public = key.public_jwk();
        assert_eq!(verify(&jws, &public, 1_788_000_299).unwrap(), statement());
        assert_eq!(
            verify(&jws, &public, 1_788_000_000 - MAX_AHEAD).unwrap(),
            statement()
        );
        assert!(matches!(
            verify(&jws, &public, 1_788_000_300),
            Err(ValidityError::Expired { seconds: 0 })
        ));
        assert!(matches!(
            verify(&jws, &public, 1_788_000_000 - MAX_AHEAD - 1),
            Err(ValidityError::ClockBehind { seconds: 61 })
        ));
    }

    #[test]
    fn an_answer_to_another_question_or_from_another_is_not_believed() {
        let key = SoftwareKey::generate(&SystemRandom::new()).unwrap();
        let public = key.public_jwk();
        let now = 1_788_000_010;

        let mut other_card = statement();
        other_card.status.idx = 4712;
        assert!(matches!(
            verify(&other_card.sign(&key).unwrap(), &public, now),
            Err(ValidityError::OtherCard)
        ));

        let mut other_issuer = statement();
        other_issuer.iss = "https://issuer.nesoya.example".into();
        assert!(matches!(
            verify(&other_issuer.sign(&key).unwrap(), &public, now),
            Err(ValidityError::OtherIssuer)
        ));

        let stranger = SoftwareKey::generate(&SystemRandom::new()).unwrap();
        let untyped = jws::sign_json(&Header::new("JWT"), &statement(), &key).unwrap();
        for jws in [statement().sign(&stranger).unwrap(), untyped, String::new()] {
            assert!(matches!(
                verify(&jws, &public, now),
                Err(ValidityError::Signature(_))
            ));
        }
    }
}
