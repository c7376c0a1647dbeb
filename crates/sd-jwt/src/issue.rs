//! Making an SD-JWT: the issuer's side of RFC 9901 §4 and §6.

use jose::{Jwk, Signer, jws};
use ring::rand::SecureRandom;
use serde_json::{Map, Value, json};

use crate::parse::digest;

/// Bytes of randomness in a salt (§9.3 asks for 128 bits).
pub(crate) const SALT_BYTES: usize = 16;

/// Why an SD-JWT was not made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// A pointer leads to no claim or array element, or two lead to the same one.
    #[error("no such claim to be made disclosable")]
    NoSuchClaim,
    /// A claim is called `_sd`, `_sd_alg` or `...`, or `cnf` beside a holder's key.
    #[error("a claim has a reserved name")]
    ReservedName,
    /// A claim that may not be selectively disclosed, or that this call sets itself.
    #[error("the claim {0} may not be set here")]
    Forbidden(&'static str),
    /// The system gave no randomness.
    #[error("no randomness available")]
    Random(#[from] jose::KeyError),
    /// The key could not sign.
    #[error("the key could not sign")]
    Sign(#[from] jose::SignError),
}

/// Issues an SD-JWT.
///
/// `disclosable` holds JSON Pointers (RFC 6901): `/given_name`, `/address/street`, `/nationalities/0`. Where one lies
/// within another, the Disclosure of the outer holds the digest of the inner (§6.3). `decoys` digests that belong to
/// nothing are added to every object that has any (§4.2.5), so that their number says little.
///
/// # Errors
/// [`IssueError`]
pub fn issue(
    claims: Map<String, Value>,
    disclosable: &[&str],
    holder: Option<&Jwk>,
    header: &jws::Header,
    random: &dyn SecureRandom,
    signer: &dyn Signer,
    decoys: usize,
) -> Result<String, IssueError> {
    let mut root = Value::Object(claims);
    refuse_reserved(&root)?;
    if root.get("_sd_alg").is_some() || (holder.is_some() && root.get("cnf").is_some()) {
        return Err(IssueError::ReservedName);
    }
    // Inner ones first, so that an outer value is taken when its inner digests are in it.
    let mut pointers = disclosable.to_vec();
    pointers.sort_by_key(|pointer| std::cmp::Reverse(pointer.matches('/').count()));
    let mut disclosures = Vec::with_capacity(pointers.len());
    for pointer in pointers {
        disclosures.push(hide(&mut root, pointer, decoys, random)?);
    }
    finish_objects(&mut root, decoys, random)?;
    if let Value::Object(payload) = &mut root {
        if !disclosures.is_empty() {
            payload.insert("_sd_alg".to_owned(), "sha-256".into());
        }
        if let Some(holder) = holder {
            payload.insert("cnf".to_owned(), json!({ "jwk": holder.key_only() }));
        }
    }
    let mut text = jws::sign_json(header, &root, signer)?;
    text.push('~');
    for disclosure in disclosures {
        text.push_str(&disclosure);
        text.push('~');
    }
    Ok(text)
}

/// Takes what `pointer` leads to out of `root`, leaves its digest, and gives the Disclosure.
fn hide(
    root: &mut Value,
    pointer: &str,
    decoys: usize,
    random: &dyn SecureRandom,
) -> Result<String, IssueError> {
    let (parent, last) = pointer.rsplit_once('/').ok_or(IssueError::NoSuchClaim)?;
    let salt = jose::random_token(random, SALT_BYTES)?;
    match root.pointer_mut(parent).ok_or(IssueError::NoSuchClaim)? {
        Value::Object(object) => {
            let name = last.replace("~1", "/").replace("~0", "~");
            let mut value = object.shift_remove(&name).ok_or(IssueError::NoSuchClaim)?;
            finish_objects(&mut value, decoys, random)?;
            let disclosure = encode(&json!([salt, name, value]));
            let digests = object.entry("_sd").or_insert_with(|| json!([]));
            digests
                .as_array_mut()
                .ok_or(IssueError::ReservedName)?
                .push(digest(&disclosure).into());
            Ok(disclosure)
        }
        Value::Array(array) => {
            let index: usize = last.parse().map_err(|_| IssueError::NoSuchClaim)?;
            let element = array.get_mut(index).ok_or(IssueError::NoSuchClaim)?;
            if element.get("...").is_some() {
                return Err(IssueError::NoSuchClaim); // hidden already
            }
            finish_objects(element, decoys, random)?;
            let disclosure = encode(&json!([salt, element.take()]));
            *element = json!({ "...": digest(&disclosure) });
            Ok(disclosure)
        }
        _ => Err(IssueError::NoSuchClaim),
    }
}

fn encode(disclosure: &Value) -> String {
    jose::base64url(disclosure.to_string().as_bytes())
}

/// Adds decoys, and sorts the digests so that their order tells nothing of the claims' order (§4.2.4.1).
fn finish_objects(
    value: &mut Value,
    decoys: usize,
    random: &dyn SecureRandom,
) -> Result<(), IssueError> {
    match value {
        Value::Array(array) => array
            .iter_mut()
            .try_for_each(|element| finish_objects(element, decoys, random)),
        Value::Object(object) => {
            if let Some(Value::Array(digests)) = object.get_mut("_sd") {
                for _ in 0..decoys {
                    digests.push(digest(&jose::random_token(random, 32)?).into());
                }
                digests.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
            object
                .values_mut()
                .try_for_each(|member| finish_objects(member, decoys, random))
        }
        _ => Ok(()),
    }
}

pub(crate) fn refuse_reserved(value: &Value) -> Result<(), IssueError> {
    match value {
        Value::Array(array) => array.iter().try_for_each(refuse_reserved),
        Value::Object(object) if object.contains_key("_sd") || object.contains_key("...") => {
            Err(IssueError::ReservedName)
        }
        Value::Object(object) => object.values().try_for_each(refuse_reserved),
        _ => Ok(()),
    }
}
