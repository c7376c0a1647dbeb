//! Nonce, credential and notification endpoints (OpenID4VCI 7, 8 and 11).

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::encryption::ResponseEncryption;
use crate::error::{
    CredentialError, CredentialErrorCode, NotificationError, NotificationErrorCode,
};

/// The longest request that is read, in bytes.
pub const MAX_REQUEST_LENGTH: usize = 256 * 1024;

/// The answer of the nonce endpoint (7.2), sent with `Cache-Control: no-store`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonceResponse {
    /// To be put into key proofs.
    pub c_nonce: String,
}

/// A request for credentials (8.2): one configuration, one credential for each proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CredentialRequest {
    /// Which of the issuer's configurations.
    pub credential_configuration_id: String,
    /// One proof for each key.
    pub proofs: Proofs,
    /// How the answer shall be encrypted; in an encrypted request alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_response_encryption: Option<ResponseEncryption>,
}

/// Key proofs (8.2.1); of type `jwt` alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proofs {
    /// Each as made by [`crate::proof::prove`].
    pub jwt: Vec<String>,
}

impl CredentialRequest {
    /// A request for one credential for each of these proofs.
    #[must_use]
    pub fn new(credential_configuration_id: impl Into<String>, jwt: Vec<String>) -> Self {
        Self {
            credential_configuration_id: credential_configuration_id.into(),
            proofs: Proofs { jwt },
            credential_response_encryption: None,
        }
    }

    /// Asks for an encrypted answer. The request must then be encrypted too.
    #[must_use]
    pub fn with_response_encryption(mut self, encryption: ResponseEncryption) -> Self {
        self.credential_response_encryption = Some(encryption);
        self
    }

    /// Reads a JSON body with between one and `max_proofs` proofs. Whether the configuration exists and whether
    /// the proofs hold is checked afterwards.
    ///
    /// # Errors
    /// The answer to give (8.3.1.2).
    pub fn from_json(body: &[u8], max_proofs: usize) -> Result<Self, CredentialError> {
        let request = Self::from_decrypted(body, max_proofs)?;
        // 8.2: request encryption "MUST be used if the `credential_response_encryption` parameter is included, to
        // prevent it being substituted by an attacker".
        if request.credential_response_encryption.is_some() {
            let code = CredentialErrorCode::InvalidEncryptionParameters;
            return Err(CredentialError::new(code)
                .with_description("whoever wants an encrypted answer must encrypt the request"));
        }
        Ok(request)
    }

    /// As [`CredentialRequest::from_json`], of what was in an encrypted request.
    ///
    /// # Errors
    /// The answer to give (8.3.1.2).
    pub fn from_decrypted(body: &[u8], max_proofs: usize) -> Result<Self, CredentialError> {
        use CredentialErrorCode::{
            InvalidCredentialRequest, InvalidProof, UnknownCredentialIdentifier,
        };
        #[derive(Deserialize)]
        struct Raw {
            credential_configuration_id: Option<String>,
            credential_identifier: Option<String>,
            proofs: Option<Value>,
            credential_response_encryption: Option<Value>,
        }
        let refused = |code, why| Err(CredentialError::new(code).with_description(why));

        if body.len() > MAX_REQUEST_LENGTH {
            return refused(InvalidCredentialRequest, "the request is too large");
        }
        let Ok(raw) = serde_json::from_slice::<Raw>(body) else {
            return refused(InvalidCredentialRequest, "the request is malformed");
        };
        let encryption = raw
            .credential_response_encryption
            .map(ResponseEncryption::from_value)
            .transpose()?;
        let id = match (raw.credential_configuration_id, raw.credential_identifier) {
            (Some(id), None) => id,
            // Identifiers are only valid if a token response gave them, and ours gives none.
            (None, Some(_)) => {
                return refused(UnknownCredentialIdentifier, "no identifiers were given");
            }
            _ => {
                return refused(
                    InvalidCredentialRequest,
                    "exactly one of configuration and identifier must be given",
                );
            }
        };
        // 8.2: exactly one proof type, with a non-empty array.
        let Some(Value::Object(mut proofs)) = raw.proofs else {
            return refused(InvalidProof, "proofs are missing");
        };
        if proofs.len() != 1 {
            return refused(InvalidProof, "there must be exactly one proof type");
        }
        let Some(Value::Array(jwt)) = proofs.shift_remove("jwt") else {
            return refused(InvalidProof, "the proof type must be jwt");
        };
        if jwt.is_empty() || jwt.len() > max_proofs {
            return refused(InvalidProof, "no proofs, or more than the batch size");
        }
        let texts = jwt.into_iter().map(|proof| match proof {
            Value::String(text) => Some(text),
            _ => None,
        });
        match texts.collect::<Option<Vec<_>>>() {
            Some(jwt) => Ok(Self {
                credential_response_encryption: encryption,
                ..Self::new(id, jwt)
            }),
            None => refused(InvalidProof, "a proof is not text"),
        }
    }
}

/// Issued credentials (8.3). They do not show in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialResponse {
    /// One for each proof, in the order the issuer likes.
    pub credentials: Vec<IssuedCredential>,
    /// Names this issuance in notifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_id: Option<String>,
}

/// One credential in a response.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedCredential {
    /// The credential as text; binary formats are base64url (8.3).
    pub credential: String,
}

/// Why a response is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{got} credentials came for {asked} keys")]
pub struct CountError {
    /// How many proofs were sent.
    pub asked: usize,
    /// How many credentials came.
    pub got: usize,
}

impl CredentialResponse {
    /// A response with these credentials.
    #[must_use]
    pub fn new(credentials: Vec<String>, notification_id: Option<String>) -> Self {
        Self {
            credentials: credentials
                .into_iter()
                .map(|credential| IssuedCredential { credential })
                .collect(),
            notification_id,
        }
    }

    /// The wallet's check: at least one credential, and no more than there were proofs.
    ///
    /// # Errors
    /// [`CountError`].
    pub fn check(&self, asked: usize) -> Result<(), CountError> {
        let got = self.credentials.len();
        if (1..=asked).contains(&got) {
            Ok(())
        } else {
            Err(CountError { asked, got })
        }
    }
}

impl fmt::Debug for CredentialResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CredentialResponse")
            .field("credentials", &self.credentials.len())
            .field("notification_id", &self.notification_id)
            .finish()
    }
}

impl fmt::Debug for IssuedCredential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IssuedCredential(…)")
    }
}

/// What became of issued credentials (11.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationRequest {
    /// From the credential response.
    pub notification_id: String,
    /// What happened.
    pub event: NotificationEvent,
    /// More for developers, in ASCII; nothing personal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_description: Option<String>,
}

/// What happened to issued credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationEvent {
    /// They are stored.
    CredentialAccepted,
    /// They could not be stored or were not acceptable.
    CredentialFailure,
    /// The holder did away with them.
    CredentialDeleted,
}

impl NotificationEvent {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CredentialAccepted => "credential_accepted",
            Self::CredentialFailure => "credential_failure",
            Self::CredentialDeleted => "credential_deleted",
        }
    }
}

impl NotificationRequest {
    /// Reads a JSON body.
    ///
    /// # Errors
    /// `invalid_notification_request`.
    pub fn from_json(body: &[u8]) -> Result<Self, NotificationError> {
        if body.len() > MAX_REQUEST_LENGTH {
            return Err(NotificationErrorCode::InvalidNotificationRequest.into());
        }
        serde_json::from_slice(body)
            .map_err(|_| NotificationErrorCode::InvalidNotificationRequest.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_credential_request_comes_back_as_it_was_written() {
        let request = CredentialRequest::new("id", vec!["a".into(), "b".into()]);
        let body = serde_json::to_vec(&request).unwrap();
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap(),
            json!({"credential_configuration_id": "id", "proofs": {"jwt": ["a", "b"]}})
        );
        assert_eq!(CredentialRequest::from_json(&body, 2), Ok(request));
    }

    #[test]
    fn an_encrypted_answer_is_asked_for_in_an_encrypted_request_alone() {
        let recipient = jose::jwe::Recipient::new(&ring::rand::SystemRandom::new()).unwrap();
        let request = CredentialRequest::new("id", vec!["a".into()]).with_response_encryption(
            ResponseEncryption {
                jwk: recipient.public_jwk().clone(),
                enc: jose::jwe::ContentEncryption::A128Gcm,
            },
        );
        let body = serde_json::to_vec(&request).unwrap();
        assert_eq!(CredentialRequest::from_decrypted(&body, 2), Ok(request));
        let error = CredentialRequest::from_json(&body, 2).unwrap_err();
        assert_eq!(
            error.error,
            CredentialErrorCode::InvalidEncryptionParameters
        );
    }

    #[test]
    fn wrong_credential_requests_are_answered_with_the_right_code() {
        use CredentialErrorCode::{
            InvalidCredentialRequest, InvalidEncryptionParameters, InvalidProof,
            UnknownCredentialIdentifier,
        };
        let id = "credential_configuration_id";
        let proofs = json!({"jwt": ["a"]});
        for (body, code) in [
            (json!({}), InvalidCredentialRequest),
            (json!([]), InvalidCredentialRequest),
            (json!({id: 1, "proofs": proofs}), InvalidCredentialRequest),
            (json!({"proofs": proofs}), InvalidCredentialRequest),
            (
                json!({id: "a", "credential_identifier": "b", "proofs": proofs}),
                InvalidCredentialRequest,
            ),
            (
                json!({"credential_identifier": "b", "proofs": proofs}),
                UnknownCredentialIdentifier,
            ),
            (
                json!({id: "a", "proofs": proofs, "credential_response_encryption": {"enc": "A256GCM"}}),
                InvalidEncryptionParameters,
            ),
            (json!({id: "a"}), InvalidProof),
            (
                json!({id: "a", "proof": {"proof_type": "jwt", "jwt": "a"}}),
                InvalidProof,
            ),
            (json!({id: "a", "proofs": []}), InvalidProof),
            (json!({id: "a", "proofs": {}}), InvalidProof),
            (json!({id: "a", "proofs": {"jwt": "a"}}), InvalidProof),
            (json!({id: "a", "proofs": {"jwt": []}}), InvalidProof),
            (json!({id: "a", "proofs": {"jwt": [1]}}), InvalidProof),
            (
                json!({id: "a", "proofs": {"jwt": ["a", null]}}),
                InvalidProof,
            ),
            (
                json!({id: "a", "proofs": {"jwt": ["a", "b", "c"]}}),
                InvalidProof,
            ),
            (json!({id: "a", "proofs": {"di_vp": ["a"]}}), InvalidProof),
            (
                json!({id: "a", "proofs": {"jwt": ["a"], "attestation": ["b"]}}),
                InvalidProof,
            ),
        ] {
            let error = CredentialRequest::from_json(body.to_string().as_bytes(), 2).unwrap_err();
            assert_eq!(error.error, code, "{body}");
        }
        let repeated = format!(r#"{{"{id}":"a","{id}":"b","proofs":{{"jwt":["a"]}}}}"#);
        let large = format!(r#"{{"x":"{}"}}"#, "x".repeat(MAX_REQUEST_LENGTH));
        for body in ["", "{", "{}{}", &repeated, &large] {
            let error = CredentialRequest::from_json(body.as_bytes(), 2).unwrap_err();
            assert_eq!(error.error, InvalidCredentialRequest);
        }
    }

    #[test]
    fn a_response_has_between_one_credential_and_one_for_each_key() {
        let response = |count| CredentialResponse::new(vec!["c".into(); count], None);
        assert_eq!(response(1).check(2), Ok(()));
        assert_eq!(response(2).check(2), Ok(()));
        for count in [0, 3] {
            assert_eq!(
                response(count).check(2),
                Err(CountError {
                    asked: 2,
                    got: count
                })
            );
        }
    }

    #[test]
    fn a_response_is_read_with_what_it_has_and_hides_its_credentials() {
        let read = |value| serde_json::from_value::<CredentialResponse>(value);
        let response =
            read(json!({"credentials": [{"credential": "SECRET", "x": 1}], "y": 1})).unwrap();
        assert_eq!(response.credentials[0].credential, "SECRET");
        assert!(!format!("{response:?} {:?}", response.credentials).contains("SECRET"));
        for wrong in [
            json!({"transaction_id": "later", "interval": 5}),
            json!({"credentials": ["SECRET"]}),
            json!({"credential": "SECRET"}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn notifications_are_read_strictly() {
        for event in [
            NotificationEvent::CredentialAccepted,
            NotificationEvent::CredentialFailure,
            NotificationEvent::CredentialDeleted,
        ] {
            let body = json!({"notification_id": "n", "event": event.name(), "more": true});
            assert_eq!(
                NotificationRequest::from_json(body.to_string().as_bytes()),
                Ok(NotificationRequest {
                    notification_id: "n".into(),
                    event,
                    event_description: None
                })
            );
        }
        for body in [
            r#"{"notification_id":"n"}"#,
            r#"{"event":"credential_accepted"}"#,
            r#"{"notification_id":"n","event":"credential_lost"}"#,
            r#"{"notification_id":1,"event":"credential_accepted"}"#,
            "[]",
            "",
        ] {
            assert_eq!(
                NotificationRequest::from_json(body.as_bytes())
                    .unwrap_err()
                    .error,
                NotificationErrorCode::InvalidNotificationRequest,
                "{body}"
            );
        }
    }
}
