//! What every device that keeps keys has to do, as one suite: run against the fake in the tests here, and against the
//! real thing by a program on a phone. So it does not panic; it names what does not hold.

use jose::Algorithm;

use crate::platform::{DeviceKey, HolderKeyError, HolderKeys, KeyUse, KeyWish};

/// Longest name of a key, in bytes.
const MAX_NAME: usize = 64;
const MESSAGE: &[u8] = b"what a holder signs";

/// Goes through all that [`HolderKeys`] promises, with keys that sign without asking the owner. Deletes what it makes,
/// whatever it finds; keys that were there before are let alone.
///
/// # Errors
/// The clause that does not hold, in words for a log.
pub fn suite(keys: &dyn HolderKeys) -> Result<(), String> {
    let mut made = Vec::new();
    let result = walk(keys, &mut made);
    let deleted: Vec<Result<(), HolderKeyError>> =
        made.iter().map(|key| keys.delete(&key.name)).collect();
    result?;
    for deleted in deleted {
        told("what was made can be deleted", deleted)?;
    }
    Ok(())
}

fn walk(keys: &dyn HolderKeys, made: &mut Vec<DeviceKey>) -> Result<(), String> {
    let before = told("the names can be asked for", keys.names())?;
    for key_use in [KeyUse::Session, KeyUse::Credential, KeyUse::Credential] {
        let wish = KeyWish {
            key_use,
            user_presence: false,
        };
        let clause = format!("a key can be made for a {key_use:?}");
        let key = told(&clause, keys.generate(wish))?;
        made.push(key);
    }
    for key in made.iter() {
        holds(
            "a name has 1 to 64 letters, digits, - and _",
            is_name(&key.name),
        )?;
        holds("a new name was not in use", !before.contains(&key.name))?;
        let public = &key.public;
        let bare = public.kid.is_none() && public.alg.is_none() && public.key_use.is_none();
        holds("a public key has no kid, alg or use", bare)?;
        signs(keys, key)?;
    }
    for (place, key) in made.iter().enumerate() {
        let others = made.iter().skip(place + 1);
        for other in others {
            holds("two names differ", key.name != other.name)?;
            holds("two keys differ", key.public != other.public)?;
            let signature = told("a key signs", keys.sign(&key.name, MESSAGE))?;
            let is_others = verifies(other, MESSAGE, &signature);
            holds("a signature is not another key's", !is_others)?;
        }
    }
    let listed = told("the names can be asked for", keys.names())?;
    let all = made.iter().all(|key| listed.contains(&key.name));
    holds("all that were made are listed", all)?;
    let kept = before.iter().all(|name| listed.contains(name));
    holds("those from before are listed still", kept)?;

    let unknown = "never-made-0000000000000000";
    holds("an unknown key is gone", is_gone(keys, unknown))?;
    told("deleting an unknown key is no error", keys.delete(unknown))?;

    let [first, rest @ ..] = made.as_slice() else {
        return Err("no key was made".to_owned());
    };
    told("a key can be deleted", keys.delete(&first.name))?;
    told("and once more", keys.delete(&first.name))?;
    holds("a deleted key is gone", is_gone(keys, &first.name))?;
    let listed = told("the names can be asked for", keys.names())?;
    holds("a deleted key is not listed", !listed.contains(&first.name))?;
    for key in rest {
        holds("the others are listed still", listed.contains(&key.name))?;
        signs(keys, key)?;
    }
    Ok(())
}

/// Signs several times and messages of several lengths: a DER signature is made into r‖s wrongly for some numbers only.
fn signs(keys: &dyn HolderKeys, key: &DeviceKey) -> Result<(), String> {
    let long = vec![0xA5; 5000];
    for message in [&b""[..], MESSAGE, &long] {
        for _ in 0..6 {
            let signature = told("a key signs", keys.sign(&key.name, message))?;
            let good = verifies(key, message, &signature);
            holds("a signature is r and s under the public key", good)?;
            let other = verifies(key, b"another message", &signature);
            holds("a signature is for its message alone", !other)?;
        }
    }
    Ok(())
}

fn verifies(key: &DeviceKey, message: &[u8], signature: &[u8; 64]) -> bool {
    key.public
        .verify(Algorithm::Es256, message, signature)
        .is_ok()
}

fn is_gone(keys: &dyn HolderKeys, name: &str) -> bool {
    matches!(keys.sign(name, MESSAGE), Err(HolderKeyError::Gone))
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(plain)
}

fn holds(clause: &str, it: bool) -> Result<(), String> {
    it.then_some(()).ok_or_else(|| clause.to_owned())
}

fn told<R>(clause: &str, answer: Result<R, HolderKeyError>) -> Result<R, String> {
    answer.map_err(|error| format!("{clause}: {error}"))
}
