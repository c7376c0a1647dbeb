//! Disclosures put back in the places of their digests: RFC 9901 §7.1 steps 3 to 5.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::parse::{Content, Disclosure};

/// Objects, arrays and disclosed values within one another.
const MAX_DEPTH: usize = 32;

/// Why digests and Disclosures do not fit together, in the order of the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureError {
    /// Step 2.d: `_sd_alg` names another hash than SHA-256.
    #[error("the hash algorithm is not supported")]
    HashAlgorithm,
    /// Step 3.a: the same Disclosure twice.
    #[error("a disclosure stands twice")]
    Repeated,
    /// Step 3.b: `_sd` is not an array of text, or `...` stands where it must not.
    #[error("a digest stands where none may, or is no text")]
    Digest,
    /// Step 3.c: an object's digest belongs to an array element, or the other way round.
    #[error("a disclosure is of the wrong kind for its place")]
    Kind,
    /// Step 3.c.ii.2: a claim is called `_sd` or `...`.
    #[error("a disclosure has a reserved name")]
    ReservedName,
    /// Step 3.c.ii.3: the claim is already there.
    #[error("a disclosed claim is already there")]
    NameTaken,
    /// Nested deeper than anyone would by good will.
    #[error("nested too deep")]
    TooDeep,
    /// Step 4: the same digest in two places.
    #[error("a digest stands twice")]
    DigestRepeated,
    /// Step 5: a Disclosure that nothing refers to.
    #[error("a disclosure belongs to nothing")]
    Unreferenced,
}

/// The claims with everything disclosed in its place.
#[derive(Clone)]
pub(crate) struct Expanded {
    pub(crate) claims: Map<String, Value>,
    /// For each Disclosure, in the order given, the JSON Pointer (RFC 6901) of its place.
    pub(crate) pointers: Vec<String>,
}

/// Puts `disclosures` into `payload`.
pub(crate) fn expand(
    mut payload: Map<String, Value>,
    disclosures: &[Disclosure],
) -> Result<Expanded, DisclosureError> {
    // Step 2.d; §4.1.1: sha-256 is meant when nothing is said.
    match payload.shift_remove("_sd_alg") {
        None => {}
        Some(Value::String(name)) if name == "sha-256" => {}
        Some(_) => return Err(DisclosureError::HashAlgorithm),
    }
    // Step 3.a
    let mut by_digest = HashMap::with_capacity(disclosures.len());
    for (index, disclosure) in disclosures.iter().enumerate() {
        if by_digest.insert(disclosure.digest(), index).is_some() {
            return Err(DisclosureError::Repeated);
        }
    }
    let mut walk = Walk {
        disclosures,
        by_digest,
        seen: HashSet::new(),
        pointers: vec![None; disclosures.len()],
    };
    let claims = walk.object(payload, "", 0)?;
    // Step 5
    let pointers = walk
        .pointers
        .into_iter()
        .collect::<Option<_>>()
        .ok_or(DisclosureError::Unreferenced)?;
    Ok(Expanded { claims, pointers })
}

struct Walk<'a> {
    disclosures: &'a [Disclosure],
    by_digest: HashMap<String, usize>,
    seen: HashSet<String>,
    pointers: Vec<Option<String>>,
}

impl<'a> Walk<'a> {
    fn value(&mut self, value: Value, at: &str, depth: usize) -> Result<Value, DisclosureError> {
        match value {
            Value::Object(object) => self.object(object, at, depth + 1).map(Value::Object),
            Value::Array(array) => self.array(array, at, depth + 1).map(Value::Array),
            plain => Ok(plain),
        }
    }

    fn object(
        &mut self,
        mut object: Map<String, Value>,
        at: &str,
        depth: usize,
    ) -> Result<Map<String, Value>, DisclosureError> {
        if depth > MAX_DEPTH {
            return Err(DisclosureError::TooDeep);
        }
        let digests = match object.shift_remove("_sd") {
            None => Vec::new(),
            Some(Value::Array(digests)) => digests,
            Some(_) => return Err(DisclosureError::Digest),
        };
        if object.contains_key("...") {
            return Err(DisclosureError::Digest);
        }
        let mut result = Map::with_capacity(object.len() + digests.len());
        for (name, value) in object {
            let value = self.value(value, &member(at, &name), depth)?;
            result.insert(name, value);
        }
        for digest in digests {
            let Value::String(digest) = digest else {
                return Err(DisclosureError::Digest);
            };
            let Some(index) = self.find(digest)? else {
                continue;
            }; // a decoy, or withheld
            let Content::Claim { name, value } = &self.disclosures[index].content else {
                return Err(DisclosureError::Kind); // step 3.c.ii.1
            };
            if name == "_sd" || name == "..." {
                return Err(DisclosureError::ReservedName); // step 3.c.ii.2
            }
            if result.contains_key(name) {
                return Err(DisclosureError::NameTaken); // step 3.c.ii.3
            }
            let place = member(at, name);
            let value = self.value(value.clone(), &place, depth)?; // step 3.c.ii.5
            self.pointers[index] = Some(place);
            result.insert(name.clone(), value);
        }
        Ok(result)
    }

    fn array(
        &mut self,
        array: Vec<Value>,
        at: &str,
        depth: usize,
    ) -> Result<Vec<Value>, DisclosureError> {
        if depth > MAX_DEPTH {
            return Err(DisclosureError::TooDeep);
        }
        let mut result = Vec::with_capacity(array.len());
        for element in array {
            let place = format!("{at}/{}", result.len());
            let digest = match element {
                Value::Object(mut object) if object.contains_key("...") => {
                    match (object.shift_remove("..."), object.is_empty()) {
                        (Some(Value::String(digest)), true) => digest,
                        _ => return Err(DisclosureError::Digest),
                    }
                }
                element => {
                    result.push(self.value(element, &place, depth)?);
                    continue;
                }
            };
            let Some(index) = self.find(digest)? else {
                continue;
            }; // step 3.d
            let Content::Element { value } = &self.disclosures[index].content else {
                return Err(DisclosureError::Kind); // step 3.c.iii.1
            };
            result.push(self.value(value.clone(), &place, depth)?);
            self.pointers[index] = Some(place);
        }
        Ok(result)
    }

    fn find(&mut self, digest: String) -> Result<Option<usize>, DisclosureError> {
        let index = self.by_digest.get(&digest).copied();
        // Step 4
        if self.seen.insert(digest) {
            Ok(index)
        } else {
            Err(DisclosureError::DigestRepeated)
        }
    }
}

/// The JSON Pointer of a member.
fn member(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}
