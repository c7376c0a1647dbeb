//! Disclosures put back in the places of their digests: RFC 9901 §7.1 steps 2.d to 5.

use jose::UniqueValue;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::parse::digest;

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
    /// Step 3.b and §4.1: `_sd` is not an array of text, or `...` stands where it must not.
    #[error("a digest stands where none may, or is no text")]
    Digest,
    /// Steps 3.c.ii.1 and 3.c.iii.1: what is referred to is not base64url of a JSON array of salt, name and value in an
    /// object, or of salt and value in an array.
    #[error("a disclosure is not what its place asks for")]
    Contents,
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
    disclosures: &[&str],
) -> Result<Expanded, DisclosureError> {
    // Step 2.d; §4.1.1: sha-256 is meant when nothing is said.
    match payload.get("_sd_alg") {
        None => {}
        Some(Value::String(name)) if name == "sha-256" => {}
        Some(_) => return Err(DisclosureError::HashAlgorithm),
    }
    // Step 3.a
    let mut by_digest: Vec<_> = disclosures
        .iter()
        .map(|text| digest(text))
        .zip(0..)
        .collect();
    by_digest.sort_unstable();
    if by_digest.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(DisclosureError::Repeated);
    }
    let mut walk = Walk {
        disclosures,
        by_digest,
        met: Vec::new(),
        at: String::new(),
        pointers: vec![None; disclosures.len()],
    };
    walk.object(&mut payload, 0)?;
    // Step 3.f. Not sooner: until here a claim of this name is one that is already there.
    payload.shift_remove("_sd_alg");
    // Step 4
    walk.met.sort_unstable();
    if walk.met.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(DisclosureError::DigestRepeated);
    }
    // Step 5
    let pointers = walk
        .pointers
        .into_iter()
        .collect::<Option<_>>()
        .ok_or(DisclosureError::Unreferenced)?;
    Ok(Expanded {
        claims: payload,
        pointers,
    })
}

struct Walk<'a> {
    disclosures: &'a [&'a str],
    /// Their digests, sorted, and which of them each is of.
    by_digest: Vec<(String, usize)>,
    /// Every digest met so far.
    met: Vec<String>,
    /// The JSON Pointer of where the walk is.
    at: String,
    pointers: Vec<Option<String>>,
}

impl Walk<'_> {
    fn value(&mut self, value: &mut Value, depth: usize) -> Result<(), DisclosureError> {
        match value {
            Value::Object(object) => self.object(object, depth + 1),
            Value::Array(array) => self.array(array, depth + 1),
            _ => Ok(()),
        }
    }

    fn object(
        &mut self,
        object: &mut Map<String, Value>,
        depth: usize,
    ) -> Result<(), DisclosureError> {
        if depth > MAX_DEPTH {
            return Err(DisclosureError::TooDeep);
        }
        // Steps 3.b.i and 3.e
        let digests = match object.shift_remove("_sd") {
            None => Vec::new(),
            Some(Value::Array(digests)) => digests,
            Some(_) => return Err(DisclosureError::Digest),
        };
        if object.contains_key("...") {
            return Err(DisclosureError::Digest);
        }
        for (name, value) in object.iter_mut() {
            if value.is_object() || value.is_array() {
                self.within(name, |walk| walk.value(value, depth))?;
            }
        }
        for digest in digests {
            let Value::String(digest) = digest else {
                return Err(DisclosureError::Digest);
            };
            let Some(index) = self.find(digest) else {
                continue; // step 3.c.i: a decoy, or withheld
            };
            let (name, mut value) = named(self.disclosures[index])?; // step 3.c.ii.1
            if name == "_sd" || name == "..." {
                return Err(DisclosureError::ReservedName); // step 3.c.ii.2
            }
            if object.contains_key(&name) {
                return Err(DisclosureError::NameTaken); // step 3.c.ii.3
            }
            self.within(&name, |walk| {
                walk.pointers[index] = Some(walk.at.clone());
                walk.value(&mut value, depth) // step 3.c.ii.5
            })?;
            object.insert(name, value); // step 3.c.ii.4
        }
        Ok(())
    }

    fn array(&mut self, array: &mut Vec<Value>, depth: usize) -> Result<(), DisclosureError> {
        if depth > MAX_DEPTH {
            return Err(DisclosureError::TooDeep);
        }
        let mut result = Vec::with_capacity(array.len());
        for mut element in array.drain(..) {
            let place = result.len().to_string();
            match hidden(&mut element)? {
                None => self.within(&place, |walk| walk.value(&mut element, depth))?,
                Some(digest) => {
                    let Some(index) = self.find(digest) else {
                        continue; // step 3.d
                    };
                    element = unnamed(self.disclosures[index])?; // steps 3.c.iii.1 and 2
                    self.within(&place, |walk| {
                        walk.pointers[index] = Some(walk.at.clone());
                        walk.value(&mut element, depth) // step 3.c.iii.3
                    })?;
                }
            }
            result.push(element);
        }
        *array = result;
        Ok(())
    }

    /// Does `then` one member further in.
    fn within<T>(&mut self, name: &str, then: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.at.len();
        self.at.push('/');
        if name.contains(['~', '/']) {
            self.at
                .push_str(&name.replace('~', "~0").replace('/', "~1"));
        } else {
            self.at.push_str(name);
        }
        let result = then(self);
        self.at.truncate(length);
        result
    }

    /// The Disclosure of a digest. One that has its place leads nowhere again, so that a few Disclosures that refer to
    /// each other many times over do not grow into something huge before step 4 refuses them.
    fn find(&mut self, digest: String) -> Option<usize> {
        let found = self
            .by_digest
            .binary_search_by(|(own, _)| own.cmp(&digest))
            .ok()
            .map(|at| self.by_digest[at].1)
            .filter(|index| self.pointers[*index].is_none());
        self.met.push(digest);
        found
    }
}

/// The digest in an array element that is one (§4.2.4.2), step 3.b.ii.
fn hidden(element: &mut Value) -> Result<Option<String>, DisclosureError> {
    let Value::Object(object) = element else {
        return Ok(None);
    };
    if !object.contains_key("...") {
        return Ok(None);
    }
    match (object.shift_remove("..."), object.is_empty()) {
        (Some(Value::String(digest)), true) => Ok(Some(digest)),
        _ => Err(DisclosureError::Digest),
    }
}

/// Name and value of an object property (§4.2.1).
fn named(disclosure: &str) -> Result<(String, Value), DisclosureError> {
    let (_salt, name, value) = contents::<(String, String, UniqueValue)>(disclosure)?;
    Ok((name, value.0))
}

/// Value of an array element (§4.2.2).
fn unnamed(disclosure: &str) -> Result<Value, DisclosureError> {
    let (_salt, value) = contents::<(String, UniqueValue)>(disclosure)?;
    Ok(value.0)
}

fn contents<T: DeserializeOwned>(disclosure: &str) -> Result<T, DisclosureError> {
    let json = jose::base64url_decode(disclosure).map_err(|_| DisclosureError::Contents)?;
    serde_json::from_slice(&json).map_err(|_| DisclosureError::Contents)
}
