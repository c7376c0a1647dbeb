//! What is said to the Android Keystore and what it answers, in JSON: `KeyMessages.kt` reads and writes the same, and the
//! tests of both take `fixtures/key_messages.json`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use county_api::KeyProtection;
use jose::Jwk;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wallet::platform::{DeviceKey, HolderKeyError, KeyUse, KeyWish};

use crate::der::raw_signature;

/// A P-256 key as SubjectPublicKeyInfo (RFC 5480 §2) is this and 64 bytes of x and y: the algorithm, the curve, a bit
/// string, and the 4 of an uncompressed point.
const P256_BEFORE: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/// What is asked.
#[derive(Debug, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Ask<'a> {
    /// Answered by [`Made`].
    Generate {
        #[serde(rename = "use")]
        key_use: Use,
        user_presence: bool,
    },
    /// Answered by [`Signed`].
    Sign { name: &'a str, message: String },
    /// Answered by [`Names`].
    Names,
    /// Answered by nothing.
    Delete { name: &'a str },
}

/// [`KeyUse`] in their words.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Use {
    Session,
    Credential,
}

impl Ask<'_> {
    pub(crate) fn generate(wish: KeyWish) -> Self {
        Self::Generate {
            key_use: match wish.key_use {
                KeyUse::Session => Use::Session,
                KeyUse::Credential => Use::Credential,
            },
            user_presence: wish.user_presence,
        }
    }
}

impl<'a> Ask<'a> {
    pub(crate) fn sign(name: &'a str, message: &[u8]) -> Self {
        Self::Sign {
            name,
            message: STANDARD.encode(message),
        }
    }
}

/// What went wrong on the way or over there. Says nothing of the key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// There is no JVM to ask, or it did not answer.
    #[cfg(target_os = "android")]
    #[error("the key store cannot be reached")]
    Unreachable,
    /// The answer is none of ours.
    #[error("the key store's answer is not understood")]
    Answer,
    /// The class of what was thrown there; never its message.
    #[error("{0}")]
    Thrown(String),
}

impl From<Trouble> for HolderKeyError {
    fn from(trouble: Trouble) -> Self {
        Self::Failed(Box::new(trouble))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer<T> {
    Failed(Failed),
    Done(T),
}

#[derive(Deserialize)]
struct Failed {
    error: Why,
    #[serde(default)]
    cause: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    Gone,
    Locked,
    Failed,
}

#[derive(Deserialize)]
struct Made {
    name: String,
    public: String,
    protection: KeyProtection,
}

#[derive(Deserialize)]
struct Signed {
    signature: String,
}

#[derive(Deserialize)]
struct Names {
    names: Vec<String>,
}

/// Of an answer that says no more than that it is done.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// The key that was made.
pub(crate) fn made(answer: &str) -> Result<DeviceKey, HolderKeyError> {
    let made: Made = read(answer)?;
    let public = decoded(&made.public)?;
    let Some((x, y)) = public
        .strip_prefix(&P256_BEFORE)
        .filter(|point| point.len() == 64)
        .map(|point| point.split_at(32))
    else {
        return Err(Trouble::Answer.into());
    };
    let coordinate = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).map_err(|_| Trouble::Answer);
    Ok(DeviceKey {
        name: made.name,
        public: Jwk::p256(coordinate(x)?, coordinate(y)?),
        protection: made.protection,
    })
}

/// r‖s of the signature.
pub(crate) fn signed(answer: &str) -> Result<[u8; 64], HolderKeyError> {
    let signed: Signed = read(answer)?;
    raw_signature(&decoded(&signed.signature)?).ok_or(Trouble::Answer.into())
}

/// The names of all keys.
pub(crate) fn names(answer: &str) -> Result<Vec<String>, HolderKeyError> {
    read::<Names>(answer).map(|answer| answer.names)
}

/// That it is done.
pub(crate) fn done(answer: &str) -> Result<(), HolderKeyError> {
    read::<Nothing>(answer).map(|_| ())
}

fn read<T: DeserializeOwned>(answer: &str) -> Result<T, HolderKeyError> {
    // serde's own error would repeat what it did not understand.
    match serde_json::from_str(answer).map_err(|_| Trouble::Answer)? {
        Answer::Done(done) => Ok(done),
        Answer::Failed(failed) => Err(match failed.error {
            Why::Gone => HolderKeyError::Gone,
            Why::Locked => HolderKeyError::Locked,
            Why::Failed => Trouble::Thrown(failed.cause).into(),
        }),
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, Trouble> {
    STANDARD.decode(text).map_err(|_| Trouble::Answer)
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use serde_json::{Value, json};

    use super::*;

    fn fixtures() -> Value {
        serde_json::from_str(include_str!("../fixtures/key_messages.json")).unwrap()
    }

    fn answer(name: &str) -> String {
        let answer = fixtures()["answers"][name].clone();
        assert!(answer.is_object(), "there is no {name}");
        answer.to_string()
    }

    #[test]
    fn what_is_asked_is_what_the_kotlin_reads() {
        let wish = |key_use, user_presence| {
            Ask::generate(KeyWish {
                key_use,
                user_presence,
            })
        };
        let name = "c0ffee-1_A";
        let asked = json!({
            "generate_for_session": wish(KeyUse::Session, false),
            "generate_for_credential": wish(KeyUse::Credential, true),
            "sign": Ask::sign(name, b"\x00\x01\xffhei"),
            "names": Ask::Names,
            "delete": Ask::Delete { name },
        });
        assert_eq!(asked, fixtures()["requests"]);
    }

    #[test]
    fn a_new_key_comes_with_its_point_and_where_it_lies() {
        for (fixture, protection) in [
            ("made_in_hardware", KeyProtection::Hardware),
            ("made_in_software", KeyProtection::KeyStore),
        ] {
            let key = made(&answer(fixture)).unwrap();
            assert_eq!(key.name, "c0ffee-1_A");
            assert_eq!(key.protection, protection);
            // The generator of the curve (SEC 2 §2.4.2).
            let members = serde_json::to_value(&key.public).unwrap();
            assert_eq!(members["x"], "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY");
            assert_eq!(members["y"], "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU");
            assert_eq!(members.as_object().unwrap().len(), 4, "{members}");
        }
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        let good: Value = serde_json::from_str(&answer("made_in_hardware")).unwrap();
        let bytes = STANDARD.decode(good["public"].as_str().unwrap()).unwrap();
        let mut other_curve = bytes.clone();
        other_curve[22] = 8;
        let longer = [&bytes[..], &[0]].concat();
        for public in [&bytes[..90], &longer, &other_curve, &[]] {
            let mut answer = good.clone();
            answer["public"] = STANDARD.encode(public).into();
            let error = made(&answer.to_string()).unwrap_err();
            assert!(matches!(error, HolderKeyError::Failed(_)), "{error:?}");
        }
        let mut answer = good;
        answer["protection"] = "perhaps".into();
        assert!(made(&answer.to_string()).is_err());
    }

    #[test]
    fn a_signature_comes_as_two_numbers_of_32_bytes() {
        let mut raw = [0; 64];
        (raw[31], raw[63]) = (1, 2);
        assert_eq!(signed(&answer("signed")).unwrap(), raw);
        for bad in ["", "MAYCAQECAQ==", "%%"] {
            let answer = json!({ "signature": bad }).to_string();
            let error = signed(&answer).unwrap_err();
            assert!(matches!(error, HolderKeyError::Failed(_)), "{error:?}");
        }
    }

    #[test]
    fn names_and_deletions_are_read() {
        assert_eq!(names(&answer("names")).unwrap(), ["c0ffee-1_A", "d00d"]);
        assert!(names(&answer("no_names")).unwrap().is_empty());
        done(&answer("deleted")).unwrap();
    }

    #[test]
    fn what_is_wrong_keeps_its_kind_for_every_request() {
        let all = |answer: &str| {
            [
                made(answer).map(|_| ()).unwrap_err(),
                signed(answer).map(|_| ()).unwrap_err(),
                names(answer).map(|_| ()).unwrap_err(),
                done(answer).unwrap_err(),
            ]
        };
        for error in all(&answer("gone")) {
            assert!(matches!(error, HolderKeyError::Gone), "{error:?}");
        }
        for error in all(&answer("locked")) {
            assert!(matches!(error, HolderKeyError::Locked), "{error:?}");
        }
        for error in all(&answer("failed")) {
            assert!(matches!(error, HolderKeyError::Failed(_)), "{error:?}");
            let source = error.source().unwrap().to_string();
            assert_eq!(source, "java.security.ProviderException");
        }
    }

    #[test]
    fn an_answer_that_is_none_is_not_repeated_in_the_error() {
        for bad in [
            "",
            "{",
            "null",
            "[\"hemmelig\"]",
            "{\"error\":\"hemmelig\"}",
        ] {
            for error in [made(bad).unwrap_err(), signed(bad).unwrap_err()] {
                assert!(matches!(error, HolderKeyError::Failed(_)), "{error:?}");
                assert!(!format!("{error:?}").contains("hemmelig"), "{error:?}");
            }
        }
        assert!(names("{\"names\":3}").is_err());
        assert!(done("{\"error\":\"hemmelig\"}").is_err());
    }
}
