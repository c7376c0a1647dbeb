//! The master key, and what is derived from it: sealing of signing keys and photos, and the keyed
//! hash that stands for a fødselsnummer, and tags of what is given out.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf, hmac,
    rand::{SecureRandom, SystemRandom},
};
use zeroize::Zeroizing;

const KEY_LEN: usize = 32;
/// First byte of everything sealed, so that the form can change.
const VERSION: u8 = 1;

/// Why the master key could not be had.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// There is no file.
    #[error("there is no master key at {}; make one with `keys init`", .0.display())]
    Absent(PathBuf),
    /// There is one already.
    #[error("there is a master key at {} already", .0.display())]
    Present(PathBuf),
    /// The file is open to others.
    #[error("the master key {} can be read by others; run chmod 600 on it", .0.display())]
    TooOpen(PathBuf),
    /// The file is not a key.
    #[error("{} is not a master key (64 hex digits)", .0.display())]
    Malformed(PathBuf),
    /// The file could not be read or written.
    #[error("the master key {}: {source}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No randomness.
    #[error("the system gave no random numbers")]
    Random,
}

/// Something sealed could not be opened: another master key, another place, or damage.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// It does not open.
    #[error("sealed data does not open: it is damaged or was sealed under another master key")]
    DoesNotOpen,
    /// No randomness.
    #[error("the system gave no random numbers")]
    Random,
}

/// Seals and opens under the master key.
#[derive(Clone)]
pub struct Seal {
    sealing: LessSafeKey,
    numbers: hmac::Key,
    tags: hmac::Key,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

impl Seal {
    /// Reads the master key.
    ///
    /// # Errors
    /// When it is absent, malformed or readable by others.
    pub fn load(file: &Path) -> Result<Self, MasterKeyError> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(MasterKeyError::Absent(file.to_owned()));
            }
            Err(source) => {
                return Err(MasterKeyError::Io {
                    file: file.to_owned(),
                    source,
                });
            }
        };
        refuse_open_file(file)?;
        let key =
            from_hex(text.trim()).ok_or_else(|| MasterKeyError::Malformed(file.to_owned()))?;
        Ok(Self::from_key(&key))
    }

    /// Makes a master key in a new file that only this user can read.
    ///
    /// # Errors
    /// When there is one already, or it cannot be written.
    pub fn create(file: &Path) -> Result<Self, MasterKeyError> {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        SystemRandom::new()
            .fill(key.as_mut())
            .map_err(|_| MasterKeyError::Random)?;
        let io = |source| MasterKeyError::Io {
            file: file.to_owned(),
            source,
        };
        if let Some(folder) = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = match options.open(file) {
            Ok(out) => out,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(MasterKeyError::Present(file.to_owned()));
            }
            Err(source) => return Err(io(source)),
        };
        let text = Zeroizing::new(hex(key.as_ref()) + "\n");
        out.write_all(text.as_bytes()).map_err(io)?;
        out.sync_all().map_err(io)?;
        Ok(Self::from_key(&key))
    }

    /// Derives the keys for each use (RFC 5869), so that none of them says anything of the others.
    #[must_use]
    pub fn from_key(master: &[u8; KEY_LEN]) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"lommebevis-issuer");
        let prk = salt.extract(master);
        let derive = |label: &[u8]| {
            let mut key = Zeroizing::new([0; KEY_LEN]);
            let info = [label];
            #[expect(
                clippy::expect_used,
                reason = "32 bytes are within what HKDF-SHA-256 gives"
            )]
            prk.expand(&info, hkdf::HKDF_SHA256)
                .and_then(|okm| okm.fill(key.as_mut()))
                .expect("HKDF gives 32 bytes");
            key
        };
        #[expect(clippy::expect_used, reason = "AES-256 takes every key of 32 bytes")]
        let sealing = UnboundKey::new(&AES_256_GCM, derive(b"seal").as_ref()).expect("32 bytes");
        Self {
            sealing: LessSafeKey::new(sealing),
            numbers: hmac::Key::new(hmac::HMAC_SHA256, derive(b"national numbers").as_ref()),
            tags: hmac::Key::new(hmac::HMAC_SHA256, derive(b"tags").as_ref()),
        }
    }

    /// Seals `plain`; `place` says where it belongs, and it opens only there.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new()
            .fill(&mut nonce)
            .map_err(|_| SealError::Random)?;
        let mut text = plain.to_vec();
        let tag = self
            .sealing
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.as_bytes()),
                &mut text,
            )
            .map_err(|_| SealError::Random)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + text.len() + tag.as_ref().len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.append(&mut text);
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what [`Seal::seal`] made for the same place.
    ///
    /// # Errors
    /// When it was changed, moved, or sealed under another key.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let rest = sealed
            .strip_prefix(&[VERSION])
            .ok_or(SealError::DoesNotOpen)?;
        let (nonce, text) = rest
            .split_at_checked(NONCE_LEN)
            .ok_or(SealError::DoesNotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::DoesNotOpen)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self
            .sealing
            .open_in_place(nonce, Aad::from(place.as_bytes()), &mut text)
            .map_err(|_| SealError::DoesNotOpen)?
            .len();
        text.truncate(length);
        Ok(text)
    }

    /// A tag that only this service can make, by which it knows again what it gave out without keeping
    /// it. A tag for one purpose is none for another.
    #[must_use]
    pub fn tag(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.tags);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(data);
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }

    /// The keyed hash that stands for a fødselsnummer. A plain hash would not do: there are few
    /// enough numbers to try them all.
    #[must_use]
    pub fn number_hash(&self, number: &str) -> String {
        hex(hmac::sign(&self.numbers, number.as_bytes()).as_ref())
    }
}

#[cfg(unix)]
fn refuse_open_file(file: &Path) -> Result<(), MasterKeyError> {
    let metadata = std::fs::metadata(file).map_err(|source| MasterKeyError::Io {
        file: file.to_owned(),
        source,
    })?;
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        return Err(MasterKeyError::TooOpen(file.to_owned()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_open_file(_file: &Path) -> Result<(), MasterKeyError> {
    Ok(())
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn from_hex(text: &str) -> Option<Zeroizing<[u8; KEY_LEN]>> {
    if text.len() != 2 * KEY_LEN || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = Zeroizing::new([0; KEY_LEN]);
    for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_in_its_place_and_unchanged() {
        let seal = Seal::from_key(&[7; 32]);
        let sealed = seal.seal("photo/1", b"a picture").unwrap();
        assert_eq!(*seal.open("photo/1", &sealed).unwrap(), b"a picture");
        assert!(seal.open("photo/2", &sealed).is_err());
        assert!(Seal::from_key(&[8; 32]).open("photo/1", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(seal.open("photo/1", &damaged).is_err(), "byte {at}");
            assert!(seal.open("photo/1", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn the_hash_of_a_number_depends_on_the_master_key() {
        let hash = Seal::from_key(&[7; 32]).number_hash("01810112345");
        assert_eq!(hash.len(), 64);
        assert_ne!(hash, Seal::from_key(&[8; 32]).number_hash("01810112345"));
    }

    #[test]
    fn a_tag_depends_on_the_master_key_the_purpose_and_the_data() {
        let seal = Seal::from_key(&[7; 32]);
        let tag = seal.tag("a", b"bc");
        assert_eq!(tag, Seal::from_key(&[7; 32]).tag("a", b"bc"));
        assert_ne!(tag, Seal::from_key(&[8; 32]).tag("a", b"bc"));
        assert_ne!(tag, seal.tag("ab", b"c"));
        assert_ne!(tag, seal.tag("a", b"bd"));
    }

    #[cfg(unix)]
    #[test]
    fn a_master_key_is_made_once_and_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys/master.key");
        assert!(matches!(Seal::load(&file), Err(MasterKeyError::Absent(_))));
        let sealed = Seal::create(&file).unwrap().seal("x", b"y").unwrap();
        assert_eq!(
            *Seal::load(&file).unwrap().open("x", &sealed).unwrap(),
            b"y"
        );
        assert!(matches!(
            Seal::create(&file),
            Err(MasterKeyError::Present(_))
        ));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Seal::load(&file), Err(MasterKeyError::TooOpen(_))));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&file, "short").unwrap();
        assert!(matches!(
            Seal::load(&file),
            Err(MasterKeyError::Malformed(_))
        ));
    }
}
