//! JSON Web Encryption in compact form with ECDH-ES (direct) and A128GCM or A256GCM (RFC 7516, RFC 7518 §4.6
//! and §5.3).
//!
//! `ring` holds agreement keys in memory only and uses each once, so a [`Recipient`] serves one request: it
//! is made, its public key is sent, one answer is decrypted, and it is gone. A service whose key is published and
//! stays needs `RecipientKey`, behind the feature `recipient-key`.
//!
//! ```
//! use jose::jwe::{self, ContentEncryption, Recipient};
//! use ring::rand::SystemRandom;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let random = SystemRandom::new();
//! let recipient = Recipient::new(&random)?;
//! let compact =
//!     jwe::encrypt(recipient.public_jwk(), ContentEncryption::A256Gcm, b"for you alone", &random)?;
//! assert_eq!(recipient.decrypt(&compact)?.as_slice(), b"for you alone");
//! # Ok(())
//! # }
//! ```

use ring::aead::{self, AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::digest;
use ring::rand::SecureRandom;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::bytes::{base64url, base64url_array, base64url_decode};
use crate::jwk::{Jwk, JwkError, PublicKey, read_public_key, uncompressed_point};
use crate::key::KeyError;
use crate::object::{self, UniqueObject};

/// The key agreement, `alg`.
pub const ALGORITHM: &str = "ECDH-ES";

/// The longest compact form that is read, in bytes: a batch of credentials with portraits fits.
pub const MAX_COMPACT_LENGTH: usize = 2 * 1024 * 1024;

const TAG_LENGTH: usize = 16;

#[cfg(feature = "recipient-key")]
mod recipient_key;
#[cfg(feature = "recipient-key")]
pub use recipient_key::RecipientKey;

/// The content encryption, `enc` (RFC 7518 §5.3). Its serde form and [`ContentEncryption::name`] are the registered
/// names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ContentEncryption {
    /// AES-GCM with a key of 128 bits.
    #[serde(rename = "A128GCM")]
    A128Gcm,
    /// AES-GCM with a key of 256 bits: what we choose where we may.
    #[default]
    #[serde(rename = "A256GCM")]
    A256Gcm,
}

impl ContentEncryption {
    /// All that are understood, the one to prefer first.
    pub const ALL: [Self; 2] = [Self::A256Gcm, Self::A128Gcm];

    /// The name in a JOSE header.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|enc| enc.name() == name)
    }

    fn algorithm(self) -> &'static aead::Algorithm {
        match self {
            Self::A128Gcm => &AES_128_GCM,
            Self::A256Gcm => &AES_256_GCM,
        }
    }

    fn key_bits(self) -> u32 {
        match self {
            Self::A128Gcm => 128,
            Self::A256Gcm => 256,
        }
    }
}

/// A public key to encrypt to: a P-256 JWK with `alg: ECDH-ES` and, if it says a use, `use: enc`. It is a type of its
/// own so that a key for signatures is never encrypted to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptionJwk {
    x: [u8; 32],
    y: [u8; 32],
    kid: Option<String>,
}

/// Why nothing was encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EncryptError {
    /// The system gave no randomness.
    #[error("no randomness available")]
    Random,
    /// The recipient's key is not a point on the curve.
    #[error("the recipient's key is not valid")]
    Key,
    /// The plaintext is too long for a JWE that would be read.
    #[error("the content is too large")]
    TooLarge,
}

/// Why nothing was decrypted. Wrong key, wrong tag and wrong text are one case on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DecryptError {
    /// Longer than [`MAX_COMPACT_LENGTH`].
    #[error("the encrypted object is too large")]
    TooLarge,
    /// Not five parts in canonical base64url, or a part has a wrong size.
    #[error("not a JWE in compact form")]
    Malformed,
    /// The header asks for something other than ECDH-ES with A128GCM or A256GCM, or its key is not acceptable.
    #[error("the header is not acceptable")]
    Header,
    /// The content is for another key.
    #[error("encrypted to another key")]
    OtherKey,
    /// It does not decrypt.
    #[error("the content does not decrypt")]
    Content,
}

impl EncryptionJwk {
    fn named_by_thumbprint(x: [u8; 32], y: [u8; 32]) -> Self {
        let kid = Some(Jwk::p256(x, y).thumbprint());
        Self { x, y, kid }
    }

    /// The name of the key.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }
}

impl<'de> Deserialize<'de> for EncryptionJwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let UniqueObject(members) = UniqueObject::deserialize(deserializer)?;
        Self::from_members(&members).map_err(serde::de::Error::custom)
    }
}

impl EncryptionJwk {
    fn from_members(members: &Map<String, Value>) -> Result<Self, JwkError> {
        let PublicKey::P256 { x, y } = read_public_key(members)? else {
            return Err(JwkError::KeyType);
        };
        // OpenID4VCI §10 and OpenID4VP §8.3: the key must say what it is for.
        if object::text(members, "alg")? != Some(ALGORITHM) {
            return Err(JwkError::Algorithm);
        }
        if object::text(members, "use")?.is_some_and(|name| name != "enc") {
            return Err(JwkError::Member("use"));
        }
        let kid = object::text(members, "kid")?.map(str::to_owned);
        Ok(Self { x, y, kid })
    }
}

impl Serialize for EncryptionJwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = point_members(&self.x, &self.y);
        if let Some(kid) = &self.kid {
            object.insert("kid".to_owned(), kid.as_str().into());
        }
        object.insert("use".to_owned(), "enc".into());
        object.insert("alg".to_owned(), ALGORITHM.into());
        object.serialize(serializer)
    }
}

fn point_members(x: &[u8; 32], y: &[u8; 32]) -> Map<String, Value> {
    [
        ("kty", "EC".to_owned()),
        ("crv", "P-256".to_owned()),
        ("x", base64url(x)),
        ("y", base64url(y)),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), Value::String(text)))
    .collect()
}

/// Encrypts `plaintext` to the holder of `to`. The header names the key by the `kid` that `to` has.
///
/// # Errors
/// [`EncryptError`].
pub fn encrypt(
    to: &EncryptionJwk,
    enc: ContentEncryption,
    plaintext: &[u8],
    random: &dyn SecureRandom,
) -> Result<String, EncryptError> {
    // Base64url adds a third; the header and the other parts take far less than 4 KiB.
    if plaintext.len() > MAX_COMPACT_LENGTH / 4 * 3 - 4096 {
        return Err(EncryptError::TooLarge);
    }
    let private =
        EphemeralPrivateKey::generate(&ECDH_P256, random).map_err(|_| EncryptError::Random)?;
    let (x, y) = public_point(&private).ok_or(EncryptError::Random)?;
    let mut header = Map::new();
    header.insert("alg".to_owned(), ALGORITHM.into());
    header.insert("enc".to_owned(), enc.name().into());
    if let Some(kid) = &to.kid {
        header.insert("kid".to_owned(), kid.as_str().into());
    }
    header.insert("epk".to_owned(), Value::Object(point_members(&x, &y)));
    let protected = base64url(Value::Object(header).to_string().as_bytes());

    let key = agree(private, (&to.x, &to.y), enc, &[], &[]).ok_or(EncryptError::Key)?;
    let mut iv = [0; NONCE_LEN];
    random.fill(&mut iv).map_err(|_| EncryptError::Random)?;
    let (content, tag) =
        seal(&key, iv, protected.as_bytes(), plaintext).ok_or(EncryptError::TooLarge)?;
    // RFC 7518 §4.6: with direct agreement the encrypted key is empty.
    Ok(format!(
        "{protected}..{}.{}.{}",
        base64url(&iv),
        base64url(&content),
        base64url(&tag)
    ))
}

/// One expected answer: an agreement key that lives in memory and decrypts once.
pub struct Recipient {
    private: EphemeralPrivateKey,
    public: EncryptionJwk,
}

impl Recipient {
    /// Makes a key, named by its thumbprint.
    ///
    /// # Errors
    /// [`KeyError::Random`] if the system gives no randomness.
    pub fn new(random: &dyn SecureRandom) -> Result<Self, KeyError> {
        let private =
            EphemeralPrivateKey::generate(&ECDH_P256, random).map_err(|_| KeyError::Random)?;
        let (x, y) = public_point(&private).ok_or(KeyError::Random)?;
        Ok(Self {
            private,
            public: EncryptionJwk::named_by_thumbprint(x, y),
        })
    }

    /// The key to send to whoever shall encrypt.
    #[must_use]
    pub fn public_jwk(&self) -> &EncryptionJwk {
        &self.public
    }

    /// Decrypts the one answer.
    ///
    /// # Errors
    /// [`DecryptError`].
    pub fn decrypt(self, compact: &str) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        let message = Received::parse(compact, &self.public)?;
        let ReceivedHeader {
            sender: (x, y),
            enc,
            apu,
            apv,
            ..
        } = &message.header;
        let key = agree(self.private, (x, y), *enc, apu, apv).ok_or(DecryptError::Header)?;
        message.open(&key)
    }
}

/// A message taken apart, of which nothing is decrypted yet.
struct Received<'a> {
    header: ReceivedHeader,
    /// The header as it stands in the text: the additional data.
    protected: &'a str,
    iv: [u8; NONCE_LEN],
    /// Ciphertext and tag after each other, as ring takes them.
    sealed: Vec<u8>,
}

impl<'a> Received<'a> {
    /// Reads what was encrypted to `own` (RFC 7516 §5.2, steps 1 to 7).
    fn parse(compact: &'a str, own: &EncryptionJwk) -> Result<Self, DecryptError> {
        if compact.len() > MAX_COMPACT_LENGTH {
            return Err(DecryptError::TooLarge);
        }
        let mut parts = compact.split('.');
        let mut next = || parts.next().ok_or(DecryptError::Malformed);
        let (protected, encrypted_key, iv, content, tag) =
            (next()?, next()?, next()?, next()?, next()?);
        // RFC 7516 §5.2 step 10: with direct agreement there is no encrypted key.
        if parts.next().is_some() || !encrypted_key.is_empty() {
            return Err(DecryptError::Malformed);
        }
        let iv = base64url_array(iv).map_err(|_| DecryptError::Malformed)?;
        let tag = base64url_array::<TAG_LENGTH>(tag).map_err(|_| DecryptError::Malformed)?;
        let mut sealed = base64url_decode(content).map_err(|_| DecryptError::Malformed)?;
        sealed.extend_from_slice(&tag);
        let header = ReceivedHeader::read(protected)?;
        if header.kid.is_some() && header.kid != own.kid {
            return Err(DecryptError::OtherKey);
        }
        Ok(Self {
            header,
            protected,
            iv,
            sealed,
        })
    }

    /// Step 16.
    fn open(self, key: &LessSafeKey) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        open(key, self.iv, self.protected.as_bytes(), self.sealed).ok_or(DecryptError::Content)
    }
}

/// What is needed of a received header (RFC 7518 §4.6.1).
struct ReceivedHeader {
    sender: ([u8; 32], [u8; 32]),
    enc: ContentEncryption,
    kid: Option<String>,
    apu: Vec<u8>,
    apv: Vec<u8>,
}

impl ReceivedHeader {
    fn read(protected: &str) -> Result<Self, DecryptError> {
        let bytes = base64url_decode(protected).map_err(|_| DecryptError::Malformed)?;
        let mut object: UniqueObject =
            serde_json::from_slice(&bytes).map_err(|_| DecryptError::Header)?;
        let mut text = |name| object.take_text(name).map_err(|_| DecryptError::Header);
        if text("alg")?.as_deref() != Some(ALGORITHM) {
            return Err(DecryptError::Header);
        }
        let enc = text("enc")?
            .as_deref()
            .and_then(ContentEncryption::from_name)
            .ok_or(DecryptError::Header)?;
        let kid = text("kid")?;
        let mut party = |name| {
            base64url_decode(&text(name)?.unwrap_or_default()).map_err(|_| DecryptError::Header)
        };
        let (apu, apv) = (party("apu")?, party("apv")?);
        // `crit` demands what is not understood here; `zip` would blow up in memory.
        if object.0.contains_key("crit") || object.0.contains_key("zip") {
            return Err(DecryptError::Header);
        }
        let Some(Value::Object(epk)) = object.0.shift_remove("epk") else {
            return Err(DecryptError::Header);
        };
        match read_public_key(&epk) {
            Ok(PublicKey::P256 { x, y }) => Ok(Self {
                sender: (x, y),
                enc,
                kid,
                apu,
                apv,
            }),
            _ => Err(DecryptError::Header),
        }
    }
}

fn public_point(private: &EphemeralPrivateKey) -> Option<([u8; 32], [u8; 32])> {
    let public = private.compute_public_key().ok()?;
    let point = public.as_ref();
    Some((
        point.get(1..33)?.try_into().ok()?,
        point.get(33..65)?.try_into().ok()?,
    ))
}

/// The key for the content, if the other's point is one of the curve: ring checks that.
fn agree(
    private: EphemeralPrivateKey,
    (x, y): (&[u8; 32], &[u8; 32]),
    enc: ContentEncryption,
    apu: &[u8],
    apv: &[u8],
) -> Option<LessSafeKey> {
    let peer = UnparsedPublicKey::new(&ECDH_P256, uncompressed_point(x, y));
    agree_ephemeral(private, &peer, |secret| content_key(secret, enc, apu, apv)).ok()?
}

/// AES-GCM (RFC 7518 §5.3): ciphertext and tag.
fn seal(
    key: &LessSafeKey,
    iv: [u8; NONCE_LEN],
    additional: &[u8],
    plaintext: &[u8],
) -> Option<(Vec<u8>, [u8; TAG_LENGTH])> {
    let mut content = Zeroizing::new(plaintext.to_vec());
    let nonce = Nonce::assume_unique_for_key(iv);
    let tag = key
        .seal_in_place_separate_tag(nonce, Aad::from(additional), &mut content)
        .ok()?;
    Some((std::mem::take(&mut *content), tag.as_ref().try_into().ok()?))
}

/// The plaintext, if the tag at the end of `sealed` is right.
fn open(
    key: &LessSafeKey,
    iv: [u8; NONCE_LEN],
    additional: &[u8],
    sealed: Vec<u8>,
) -> Option<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(sealed);
    let nonce = Nonce::assume_unique_for_key(iv);
    let length = key
        .open_in_place(nonce, Aad::from(additional), &mut content)
        .ok()?
        .len();
    content.truncate(length);
    Some(content)
}

/// The key for the content out of the agreed secret.
fn content_key(
    secret: &[u8],
    enc: ContentEncryption,
    apu: &[u8],
    apv: &[u8],
) -> Option<LessSafeKey> {
    let key = concat_kdf(secret, enc.name(), apu, apv, enc.key_bits());
    let key = UnboundKey::new(enc.algorithm(), &key).ok()?;
    Some(LessSafeKey::new(key))
}

/// Concat KDF with SHA-256 (RFC 7518 §4.6.2) for keys of up to 256 bits, hence one round.
fn concat_kdf(
    secret: &[u8],
    algorithm: &str,
    apu: &[u8],
    apv: &[u8],
    bits: u32,
) -> Zeroizing<Vec<u8>> {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(&1u32.to_be_bytes());
    context.update(secret);
    for part in [algorithm.as_bytes(), apu, apv] {
        // Parts come out of texts far below 4 GiB.
        context.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        context.update(part);
    }
    context.update(&bits.to_be_bytes());
    let digest = context.finish();
    let length = (bits as usize / 8).min(digest.as_ref().len());
    Zeroizing::new(digest.as_ref()[..length].to_vec())
}

#[cfg(test)]
#[path = "jwe_tests.rs"]
mod tests;
