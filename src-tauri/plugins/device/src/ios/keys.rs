//! Keys in the Secure Enclave.
//!
//! They can be used from the first unlock after a start of the phone, also while it is locked again
//! (`AfterFirstUnlockThisDeviceOnly`): the background refresh runs when the phone lies locked in a pocket, and its tokens
//! are bound to such a key. They never leave this phone, neither in a backup nor to another phone of the same person.
//! They do outlive the app, as all of the keychain: whoever opens an empty wallet deletes what [`names`] still tells.
//!
//! [`names`]: HolderKeys::names

use core_foundation::base::{CFType, TCFType as _};
use core_foundation::boolean::CFBoolean;
use core_foundation::dictionary::{CFDictionary, CFMutableDictionary};
use core_foundation::error::CFError;
use core_foundation::number::CFNumber;
use core_foundation::string::{CFString, CFStringRef};
use county_api::KeyProtection;
use jose::Jwk;
use security_framework::access_control::{ProtectionMode, SecAccessControl};
use security_framework::base::Error;
use security_framework::item::{
    ItemClass, ItemSearchOptions, KeyClass, Limit, Reference, SearchResult,
};
use security_framework::key::{Algorithm, SecKey};
use security_framework::random::SecRandom;
use security_framework_sys::access_control::{
    kSecAccessControlPrivateKeyUsage, kSecAccessControlUserPresence,
};
use security_framework_sys::base::errSecItemNotFound;
use security_framework_sys::item::{
    kSecAttrAccessControl, kSecAttrIsPermanent, kSecAttrKeySizeInBits, kSecAttrKeyType,
    kSecAttrKeyTypeECSECPrimeRandom, kSecAttrLabel, kSecAttrTokenID, kSecAttrTokenIDSecureEnclave,
    kSecPrivateKeyAttrs,
};
use wallet::platform::{DeviceKey, HolderKeyError, HolderKeys, KeyUse, KeyWish};

use super::key_errors::{nonsense, of_call, of_status};
use crate::der;

/// Before the name of each of our keys in the keychain, which holds other things of the app too.
const PREFIX: &str = "no.lommebevis.app.key.";

/// What a new key signs first, for nobody.
const TRIAL: &[u8] = b"lommebevis";

/// The Secure Enclave, and the keychain where there is none.
pub(crate) struct EnclaveKeys;

impl HolderKeys for EnclaveKeys {
    fn generate(&self, wish: KeyWish) -> Result<DeviceKey, HolderKeyError> {
        let name = new_name(wish.key_use)?;
        // A simulator's enclave is the memory of a Mac.
        let places: &[KeyProtection] = if cfg!(target_abi = "sim") {
            &[KeyProtection::KeyStore]
        } else {
            &[KeyProtection::Hardware, KeyProtection::KeyStore]
        };
        let mut why = nonsense();
        for protection in places {
            let made = generate_in(*protection, &name, wish.user_presence);
            let tried = made.and_then(|key| match tried_out(&key, wish.user_presence) {
                Ok(public) => Ok(public),
                Err(error) => {
                    // Nobody could use it, and the next place is to have no second key of this name.
                    self.delete(&name)?;
                    Err(error)
                }
            });
            match tried {
                Ok(public) => {
                    return Ok(DeviceKey {
                        name,
                        public,
                        protection: *protection,
                    });
                }
                // No worse place is better for a phone that is locked.
                Err(error @ HolderKeyError::Locked) => return Err(error),
                Err(error) => {
                    tracing::warn!(?protection, %error, "no key was made there");
                    why = error;
                }
            }
        }
        Err(why)
    }

    fn sign(&self, name: &str, message: &[u8]) -> Result<[u8; 64], HolderKeyError> {
        let found = named(name)
            .load_refs(true)
            .search()
            .map_err(|error| of_error(&error))?;
        let key = found
            .into_iter()
            .find_map(|result| match result {
                SearchResult::Ref(Reference::Key(key)) => Some(key),
                _ => None,
            })
            .ok_or(HolderKeyError::Gone)?;
        let signature = key
            .create_signature(Algorithm::ECDSASignatureMessageX962SHA256, message)
            .map_err(|error| of_call(&error))?;
        der::raw_signature(&signature).ok_or_else(nonsense)
    }

    fn names(&self) -> Result<Vec<String>, HolderKeyError> {
        let found = ItemSearchOptions::new()
            .key_class(KeyClass::private())
            .load_attributes(true)
            .limit(Limit::All)
            .search();
        let found = match found {
            Err(error) if error.code() == errSecItemNotFound => return Ok(Vec::new()),
            found => found.map_err(|error| of_error(&error))?,
        };
        // SAFETY: a constant of the Security framework, set when it is loaded.
        let label = unsafe { CFString::wrap_under_get_rule(kSecAttrLabel) }.to_string();
        Ok(found
            .iter()
            .filter_map(SearchResult::simplify_dict)
            .filter_map(|attributes| {
                let label = attributes.get(&label)?;
                label.strip_prefix(PREFIX).map(str::to_owned)
            })
            .collect())
    }

    fn delete(&self, name: &str) -> Result<(), HolderKeyError> {
        let mut query = ItemSearchOptions::new();
        query
            .class(ItemClass::key())
            .key_class(KeyClass::private())
            .label(&format!("{PREFIX}{name}"));
        match query.delete() {
            Err(error) if error.code() == errSecItemNotFound => Ok(()),
            outcome => outcome.map_err(|error| of_error(&error)),
        }
    }
}

fn named(name: &str) -> ItemSearchOptions {
    let mut query = ItemSearchOptions::new();
    query
        .key_class(KeyClass::private())
        .label(&format!("{PREFIX}{name}"))
        .limit(Limit::Max(1));
    query
}

fn new_name(key_use: KeyUse) -> Result<String, HolderKeyError> {
    let mut random = [0; 16];
    SecRandom::default()
        .copy_bytes(&mut random)
        .map_err(|error| HolderKeyError::Failed(Box::new(error)))?;
    let mut name = match key_use {
        KeyUse::Session => "session-",
        KeyUse::Credential => "credential-",
    }
    .to_owned();
    name.extend(random.iter().map(|byte| format!("{byte:02x}")));
    Ok(name)
}

/// `SecKeyCreateRandomKey` with attributes of our own: those that `GenerateKeyOptions` makes for iOS leave out
/// `kSecPrivateKeyAttrs`, and with it that the key is to be kept and who may use it.
fn generate_in(
    protection: KeyProtection,
    name: &str,
    user_presence: bool,
) -> Result<SecKey, HolderKeyError> {
    let in_enclave = protection == KeyProtection::Hardware;
    let mut flags = 0;
    if in_enclave {
        flags |= kSecAccessControlPrivateKeyUsage;
    }
    if user_presence {
        flags |= kSecAccessControlUserPresence;
    }
    let access = SecAccessControl::create_with_protection(
        Some(ProtectionMode::AccessibleAfterFirstUnlockThisDeviceOnly),
        flags,
    )
    .map_err(|error| of_error(&error))?;
    let label = CFString::new(&format!("{PREFIX}{name}"));
    // SAFETY: constants of the Security framework, set when it is loaded, each a string.
    let [
        permanent,
        access_control,
        label_key,
        key_type,
        prime,
        bits,
        token,
        enclave,
        private,
    ] = unsafe {
        [
            kSecAttrIsPermanent,
            kSecAttrAccessControl,
            kSecAttrLabel,
            kSecAttrKeyType,
            kSecAttrKeyTypeECSECPrimeRandom,
            kSecAttrKeySizeInBits,
            kSecAttrTokenID,
            kSecAttrTokenIDSecureEnclave,
            kSecPrivateKeyAttrs,
        ]
        .map(|text: CFStringRef| CFString::wrap_under_get_rule(text))
    };
    let private_attributes: CFDictionary<CFString, CFType> = CFDictionary::from_CFType_pairs(&[
        (permanent, CFBoolean::true_value().as_CFType()),
        (access_control, access.as_CFType()),
        (label_key.clone(), label.as_CFType()),
    ]);
    let mut attributes: CFMutableDictionary<CFString, CFType> = CFMutableDictionary::new();
    attributes.set(key_type, prime.as_CFType());
    attributes.set(bits, CFNumber::from(256).as_CFType());
    attributes.set(label_key, label.as_CFType());
    attributes.set(private, private_attributes.as_CFType());
    if in_enclave {
        attributes.set(token, enclave.as_CFType());
    }
    #[expect(
        deprecated,
        reason = "what stands in its place cannot say who may use the key on iOS"
    )]
    let key = SecKey::generate(attributes.to_immutable().into_untyped());
    key.map_err(|error: CFError| of_call(&error))
}

/// The public half of a key that signs what verifies with it. Nobody is asked for a trial: a key that asks is not tried.
fn tried_out(key: &SecKey, user_presence: bool) -> Result<Jwk, HolderKeyError> {
    let public = public_half(key).ok_or_else(nonsense)?;
    if user_presence {
        return Ok(public);
    }
    let signature = key
        .create_signature(Algorithm::ECDSASignatureMessageX962SHA256, TRIAL)
        .map_err(|error| of_call(&error))?;
    let signature = der::raw_signature(&signature).ok_or_else(nonsense)?;
    public
        .verify(jose::Algorithm::Es256, TRIAL, &signature)
        .map_err(|_| nonsense())?;
    Ok(public)
}

/// X9.63: `04 ‖ x ‖ y`.
fn public_half(key: &SecKey) -> Option<Jwk> {
    let point = key.public_key()?.external_representation()?;
    let [0x04, coordinates @ ..] = point.bytes() else {
        return None;
    };
    let (x, y) = coordinates.split_at_checked(32)?;
    Some(Jwk::p256(x.try_into().ok()?, y.try_into().ok()?))
}

fn of_error(error: &Error) -> HolderKeyError {
    of_status(i64::from(error.code()))
}
