//! A batch of copies of one credential.
//!
//! Copies differ in holder, place in a status list, and salts. A Disclosure is base64url of `["<salt>","<name>",<value>]`
//! (RFC 9901 §4.2.1). With a salt of 16 bytes all before the name is 27 bytes long, a multiple of three, so what comes
//! after is the same text in every copy: it is written as JSON and encoded once. What remains to be done for each copy
//! is a digest and a signature.

use jose::{Jwk, Signer, jws};
use ring::rand::SecureRandom;
use serde_json::{Map, Value, json};

use super::{ALWAYS_VISIBLE, CredentialClaims, DECOYS, TYP};
use crate::IssueError;
use crate::issue::{SALT_BYTES, refuse_reserved};
use crate::parse::digest;

/// Bytes of what a decoy digest is made from.
const DECOY_BYTES: usize = 32;

/// A credential written once for many copies.
#[derive(Clone)]
pub struct Template {
    /// What every copy says openly.
    visible: Map<String, Value>,
    /// The constant end of each Disclosure: base64url of `<name>",<value>]`.
    ends: Vec<String>,
}

/// What it says is personal.
impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Template({} claims)", self.ends.len())
    }
}

impl Template {
    /// Prepares copies of a credential; its holder and status are each copy's own matter and not looked at.
    ///
    /// # Errors
    /// [`IssueError::Forbidden`] or [`IssueError::ReservedName`] for a claim that may not be among the subject's.
    pub fn new(claims: &CredentialClaims<'_>) -> Result<Self, IssueError> {
        let own = ALWAYS_VISIBLE.into_iter().chain(["iat"]);
        for name in own {
            if claims.subject_claims.contains_key(name) {
                return Err(IssueError::Forbidden(name));
            }
        }
        let mut ends = Vec::with_capacity(claims.subject_claims.len());
        for (name, value) in &claims.subject_claims {
            // RFC 9901 §4.1 and §4.2.4.1
            if matches!(name.as_str(), "_sd" | "_sd_alg" | "...") {
                return Err(IssueError::ReservedName);
            }
            refuse_reserved(value)?;
            let name = Value::from(name.as_str()).to_string();
            let name = name.get(1..).unwrap_or_default();
            ends.push(jose::base64url(format!("{name},{value}]").as_bytes()));
        }
        let mut visible = Map::new();
        visible.insert("iss".to_owned(), claims.issuer.into());
        visible.insert("vct".to_owned(), claims.vct.into());
        visible.insert("iat".to_owned(), claims.issued_at.into());
        if let Some(not_before) = claims.not_before {
            visible.insert("nbf".to_owned(), not_before.into());
        }
        visible.insert("exp".to_owned(), claims.expires_at.into());
        Ok(Self { visible, ends })
    }

    /// Issues one copy, signed with ES256 under the key named `kid`. `status` is a list's address and a place in it.
    ///
    /// # Errors
    /// [`IssueError`] when there is no randomness, or the key does not sign.
    pub fn issue(
        &self,
        holder: &Jwk,
        status: Option<(&str, u64)>,
        kid: &str,
        random: &dyn SecureRandom,
        signer: &dyn Signer,
    ) -> Result<String, IssueError> {
        // One question to the system instead of one for each salt.
        let mut bytes = vec![0; self.ends.len() * SALT_BYTES + DECOYS * DECOY_BYTES];
        random
            .fill(&mut bytes)
            .map_err(|_| jose::KeyError::Random)?;
        let (salts, decoys) = bytes.split_at(self.ends.len() * SALT_BYTES);

        // 36 characters before the end, and a `~` after it.
        let length = self.ends.iter().map(|end| end.len() + 37).sum();
        let mut disclosures = String::with_capacity(length);
        let mut digests = Vec::with_capacity(self.ends.len() + DECOYS);
        for (end, salt) in self.ends.iter().zip(salts.chunks_exact(SALT_BYTES)) {
            let from = disclosures.len();
            let beginning = format!("[\"{}\",\"", jose::base64url(salt));
            disclosures.push_str(&jose::base64url(beginning.as_bytes()));
            disclosures.push_str(end);
            digests.push(digest(disclosures.get(from..).unwrap_or_default()));
            disclosures.push('~');
        }

        let mut payload = self.visible.clone();
        if let Some((uri, idx)) = status {
            payload.insert(
                "status".to_owned(),
                json!({ "status_list": { "idx": idx, "uri": uri } }),
            );
        }
        if !digests.is_empty() {
            digests.extend(
                decoys
                    .chunks_exact(DECOY_BYTES)
                    .map(|decoy| digest(&jose::base64url(decoy))),
            );
            // Sorted, so that their order tells nothing of the claims' order (RFC 9901 §4.2.4.1).
            digests.sort_unstable();
            payload.insert("_sd".to_owned(), digests.into());
            payload.insert("_sd_alg".to_owned(), "sha-256".into());
        }
        payload.insert("cnf".to_owned(), json!({ "jwk": holder.key_only() }));
        let header = jws::Header::new(TYP).with_kid(kid);
        let mut text = jws::sign_json(&header, &payload, signer)?;
        text.reserve(disclosures.len() + 1);
        text.push('~');
        text.push_str(&disclosures);
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use jose::SoftwareKey;
    use ring::rand::SystemRandom;

    use super::*;
    use crate::{KeyBindingPolicy, vc};

    /// Names and values with everything that JSON and base64 can trip over.
    fn subject() -> Map<String, Value> {
        let claims = json!({
            "given_name": "Nora \"Øst\\by\"\n", "a/b~c": [1, {"d": null}], "": "", "age": 17,
            "é\u{7}": {"nested": {"deep": [true, "…"]}}, "three": "ab", "four": "abc",
        });
        claims.as_object().unwrap().clone()
    }

    #[test]
    fn copies_are_disclosures_as_anyone_would_write_them_and_differ_in_every_salt() {
        let random = SystemRandom::new();
        let issuer = SoftwareKey::generate(&random).unwrap();
        let holder = SoftwareKey::generate(&random).unwrap().public_jwk();
        let template = Template::new(&CredentialClaims {
            issuer: "https://id.example",
            vct: "https://id.example/type",
            issued_at: 1_000,
            not_before: Some(1_000),
            expires_at: 9_000,
            status: None,
            holder: &holder,
            subject_claims: subject(),
        })
        .unwrap();
        let mut salts = std::collections::HashSet::new();
        for idx in [7, 8] {
            let status = Some(("https://id.example/lists/1", idx));
            let copy = template
                .issue(&holder, status, "key-1", &random, &issuer)
                .unwrap();
            let verified = vc::verify(
                &copy,
                &issuer.public_jwk(),
                2_000,
                &KeyBindingPolicy::Issuance,
            )
            .unwrap();
            assert_eq!(verified.claims, subject());
            assert_eq!(verified.status.unwrap().idx, idx);
            let disclosures = copy.split('~').skip(1).filter(|part| !part.is_empty());
            for disclosure in disclosures {
                let json = jose::base64url_decode(disclosure).unwrap();
                let value: Value = serde_json::from_slice(&json).unwrap();
                assert_eq!(value.to_string().as_bytes(), json, "compact JSON");
                assert_eq!(value[2], subject()[value[1].as_str().unwrap()]);
                let salt = value[0].as_str().unwrap().to_owned();
                assert_eq!(jose::base64url_decode(&salt).unwrap().len(), SALT_BYTES);
                assert!(salts.insert(salt));
            }
        }
        assert_eq!(salts.len(), 2 * subject().len());
        assert!(!format!("{template:?}").contains("Nora"));
    }
}
