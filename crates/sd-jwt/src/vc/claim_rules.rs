//! Whether a credential keeps the rules of its type (draft §4.6).

use serde_json::{Map, Value, json};

use super::VerifiedCredential;
use super::type_metadata::{ClaimMetadata, ClaimPathElement, Disclosable, TypeMetadata};

/// The rule that a credential breaks, and the claim, as a JSON Pointer or as its path in the type's document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// §4.6.3: it must be there and is not.
    #[error("the claim {0} is missing")]
    Missing(String),
    /// §4.6.4, `always`: it must be selectively disclosable and is not.
    #[error("the claim {0} is not selectively disclosable")]
    NotDisclosable(String),
    /// §4.6.4, `never`: it must not be selectively disclosable and is.
    #[error("the claim {0} is selectively disclosable")]
    Disclosable(String),
}

impl TypeMetadata {
    /// Checks a credential as its holder received it, with all its Disclosures: nothing can be said of one of which
    /// some are withheld (§4.6.1).
    ///
    /// # Errors
    /// The first [`RuleError`].
    pub fn check_credential(&self, credential: &VerifiedCredential) -> Result<(), RuleError> {
        let claims = all_claims(credential);
        self.claims
            .iter()
            .try_for_each(|claim| claim.check_in(&claims, &credential.disclosed))
    }
}

impl ClaimMetadata {
    fn check_in(&self, claims: &Value, disclosed: &[String]) -> Result<(), RuleError> {
        let places = self.select(claims);
        if self.mandatory == Some(true) && places.is_empty() {
            let path = serde_json::to_string(&self.path).unwrap_or_default();
            return Err(RuleError::Missing(path));
        }
        for place in places {
            match (self.sd, disclosed.contains(&place)) {
                (Some(Disclosable::Always), false) => return Err(RuleError::NotDisclosable(place)),
                (Some(Disclosable::Never), true) => return Err(RuleError::Disclosable(place)),
                _ => {}
            }
        }
        Ok(())
    }

    /// The places that the path leads to (§4.6.1.2), as JSON Pointers. None if it does not fit the claims.
    fn select(&self, claims: &Value) -> Vec<String> {
        let mut selected = vec![(String::new(), claims)];
        for step in &self.path {
            let mut next = Vec::new();
            for (place, value) in selected {
                let mut found = |name: &str, value| {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    next.push((format!("{place}/{name}"), value));
                };
                match (step, value) {
                    (ClaimPathElement::Name(name), Value::Object(object)) => {
                        if let Some(value) = object.get(name) {
                            found(name, value);
                        }
                    }
                    (ClaimPathElement::Index(index), Value::Array(array)) => {
                        let at = usize::try_from(*index).ok().and_then(|at| array.get(at));
                        if let Some(value) = at {
                            found(&index.to_string(), value);
                        }
                    }
                    (ClaimPathElement::Every(()), Value::Array(array)) => {
                        for (at, value) in array.iter().enumerate() {
                            found(&at.to_string(), value);
                        }
                    }
                    // A path that does not fit selects nothing at all.
                    _ => return Vec::new(),
                }
            }
            selected = next;
        }
        selected.into_iter().map(|(place, _)| place).collect()
    }
}

/// The claims as they stand in the credential, with those that [`VerifiedCredential`] has as fields.
fn all_claims(credential: &VerifiedCredential) -> Value {
    let mut claims: Map<String, Value> = credential.claims.clone();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("iss", credential.issuer.as_str().into());
    put("vct", credential.vct.as_str().into());
    put("iat", credential.issued_at.into());
    put("exp", credential.expires_at.into());
    if let Some(integrity) = &credential.vct_integrity {
        put("vct#integrity", integrity.as_str().into());
    }
    if !credential.aka_vcts.is_empty() {
        put("aka_vcts", json!(credential.aka_vcts));
    }
    if let Some(not_before) = credential.not_before {
        put("nbf", not_before.into());
    }
    if let Some(holder) = &credential.holder {
        put("cnf", json!({ "jwk": holder }));
    }
    if let Some(status) = &credential.status {
        let list = json!({"idx": status.idx, "uri": status.uri});
        put("status", json!({ "status_list": list }));
    }
    Value::Object(claims)
}
