//! The issuer's keys: kept sealed in the database, rotated by publishing ahead and signing later.
//!
//! A credential key is published in the trust list from `not_before`, signs from `signs_from` until
//! a newer one does, and is trusted until `not_after`, when the last credential under it has
//! expired. The trust list's own key is pinned by the apps, so it is made once and stays. The key for
//! encrypted requests is another matter: [`encryption`].

pub mod encryption;

use std::sync::{Arc, PoisonError, RwLock};

use jose::{Jwk, KeyError, SignError, Signer, SoftwareKey};
use ring::rand::SystemRandom;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr,
    EntityTrait, QueryFilter, QueryOrder,
};

use crate::{
    audit,
    config::Config,
    db::{
        self,
        entity::signing_key::{self, KeyRole},
    },
    seal::{Seal, SealError},
};

use encryption::EncryptionKey;

/// Long enough for what has no end of its own: a hundred years, in seconds.
const FOREVER_S: i64 = 100 * 366 * 86_400;

/// From how long before the end of the newest key operators are told to rotate: thirty days.
pub const ROTATE_AHEAD_S: i64 = 30 * 86_400;

/// A key of the issuer, ready to sign.
pub struct IssuerKey {
    key: SoftwareKey,
    jwk: Jwk,
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// What it signs.
    pub role: KeyRole,
    /// Published from here on, unix seconds.
    pub not_before: i64,
    /// Signs from here on, unix seconds.
    pub signs_from: i64,
    /// Trusted until here, unix seconds.
    pub not_after: i64,
}

impl IssuerKey {
    /// The public half, with its thumbprint as `kid`.
    #[must_use]
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }
}

impl Signer for IssuerKey {
    fn public_jwk(&self) -> Jwk {
        self.jwk.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        self.key.sign(message)
    }
}

impl std::fmt::Debug for IssuerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuerKey")
            .field("kid", &self.kid)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// None was made, or all have run out.
    #[error("no {0} key may sign now; make one with `keys init`, or rotate with `keys rotate`")]
    NoKey(&'static str),
    /// `keys init` on a service that has keys.
    #[error("there are keys already; `keys rotate` makes a new one")]
    Present,
    /// A stored key does not open.
    #[error("key {kid}: {source}")]
    Sealed {
        /// Which.
        kid: String,
        /// Why.
        source: SealError,
    },
    /// A stored key is damaged, or none could be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    /// The public key could not be written.
    #[error("the public key could not be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// The keys of a running service.
#[derive(Debug)]
pub struct KeyStore(RwLock<Keys>);

/// Newest first.
#[derive(Clone, Debug)]
struct Keys {
    signing: Arc<[Arc<IssuerKey>]>,
    encryption: Arc<[Arc<EncryptionKey>]>,
}

impl KeyStore {
    /// Opens all stored keys.
    ///
    /// # Errors
    /// When the database fails, or a key does not open under this master key.
    pub async fn load(db: &impl ConnectionTrait, seal: &Seal) -> Result<Self, KeysError> {
        Ok(Self(RwLock::new(read(db, seal).await?)))
    }

    /// Reads the keys again, for rotation by another process.
    ///
    /// # Errors
    /// As [`KeyStore::load`]; the keys in use stay.
    pub async fn reload(&self, db: &impl ConnectionTrait, seal: &Seal) -> Result<(), KeysError> {
        let keys = read(db, seal).await?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    fn keys(&self) -> Keys {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// All keys that sign, newest first.
    #[must_use]
    pub fn all(&self) -> Arc<[Arc<IssuerKey>]> {
        self.keys().signing
    }

    /// The key that signs credentials, status lists and validity statements now.
    ///
    /// # Errors
    /// When there is none.
    pub fn credential_signer(&self, now: i64) -> Result<Arc<IssuerKey>, KeysError> {
        self.signer(KeyRole::Credential, now)
            .ok_or(KeysError::NoKey("credential"))
    }

    /// The key that signs the trust list.
    ///
    /// # Errors
    /// When there is none.
    pub fn trust_list_signer(&self, now: i64) -> Result<Arc<IssuerKey>, KeysError> {
        self.signer(KeyRole::TrustList, now)
            .ok_or(KeysError::NoKey("trust list"))
    }

    /// The credential keys that are published now: those to come, the one that signs, and those
    /// whose credentials are still out.
    #[must_use]
    pub fn published(&self, now: i64) -> Vec<Arc<IssuerKey>> {
        self.all()
            .iter()
            .filter(|key| {
                key.role == KeyRole::Credential && key.not_before <= now && now < key.not_after
            })
            .cloned()
            .collect()
    }

    /// The day, in unix seconds, from which credentials would be cut short because the newest credential key ends, if
    /// that is less than [`ROTATE_AHEAD_S`] away.
    #[must_use]
    pub fn rotate_before(&self, config: &Config, now: i64) -> Option<i64> {
        let outlives = config.keys.outlives_s(&config.lifetimes);
        let ends = self
            .all()
            .iter()
            .filter(|key| key.role == KeyRole::Credential)
            .map(|key| key.not_after - outlives)
            .max()?;
        (ends - now < ROTATE_AHEAD_S).then_some(ends)
    }

    fn signer(&self, role: KeyRole, now: i64) -> Option<Arc<IssuerKey>> {
        self.all()
            .iter()
            .filter(|key| key.role == role && key.signs_from <= now && now < key.not_after)
            .max_by_key(|key| key.signs_from)
            .cloned()
    }
}

async fn read(db: &impl ConnectionTrait, seal: &Seal) -> Result<Keys, KeysError> {
    Ok(Keys {
        signing: read_signing(db, seal).await?,
        encryption: encryption::read(db, seal).await?,
    })
}

async fn read_signing(
    db: &impl ConnectionTrait,
    seal: &Seal,
) -> Result<Arc<[Arc<IssuerKey>]>, KeysError> {
    let random = SystemRandom::new();
    signing_key::Entity::find()
        .filter(signing_key::Column::Role.ne(KeyRole::Encryption))
        .order_by_desc(signing_key::Column::SignsFrom)
        .all(db)
        .await?
        .into_iter()
        .map(|row| {
            let pkcs8 = seal
                .open(&place(&row.kid), &row.pkcs8_sealed)
                .map_err(|source| KeysError::Sealed {
                    kid: row.kid.clone(),
                    source,
                })?;
            let key = SoftwareKey::from_pkcs8(&pkcs8, &random)?;
            let jwk = key.public_jwk().with_thumbprint_kid();
            Ok(Arc::new(IssuerKey {
                key,
                jwk,
                kid: row.kid,
                role: row.role,
                not_before: row.not_before,
                signs_from: row.signs_from,
                not_after: row.not_after,
            }))
        })
        .collect::<Result<Vec<_>, KeysError>>()
        .map(Into::into)
}

fn place(kid: &str) -> String {
    format!("signing_key/{kid}")
}

/// Makes the first keys: one for credentials, one for the trust list, one for encrypted requests, all
/// in use at once.
///
/// # Errors
/// When there are keys already, or the database fails.
pub async fn init(
    db: &DatabaseConnection,
    seal: &Seal,
    config: &Config,
    now: i64,
    by: &str,
) -> Result<Vec<String>, KeysError> {
    let transaction = db::begin_write(db).await?;
    db::lock::named(&transaction, db::lock::Name::Keys).await?;
    if signing_key::Entity::find()
        .one(&transaction)
        .await?
        .is_some()
    {
        return Err(KeysError::Present);
    }
    let until = now + config.keys.sign_for_s + config.keys.outlives_s(&config.lifetimes);
    let mut kids = Vec::new();
    // Apps pin the trust list's key, so it lasts.
    for (role, not_after) in [
        (KeyRole::Credential, until),
        (KeyRole::TrustList, now + FOREVER_S),
    ] {
        kids.push(insert(&transaction, seal, role, now, now, not_after).await?);
    }
    kids.push(encryption::renew(&transaction, seal, now).await?);
    audit::record(
        &transaction,
        audit::Entry::new(by, "keys.init", now).detail(serde_json::json!({ "kids": kids })),
    )
    .await?;
    transaction.commit().await?;
    Ok(kids)
}

/// Makes a new credential key that is published at once and signs after
/// [`publish_ahead_s`](crate::config::KeysConfig::publish_ahead_s); older ones are trusted until
/// their last credential has expired. The key for encrypted requests is made anew too.
///
/// # Errors
/// When the database fails.
pub async fn rotate(
    db: &DatabaseConnection,
    seal: &Seal,
    config: &Config,
    now: i64,
    by: &str,
) -> Result<String, KeysError> {
    let transaction = db::begin_write(db).await?;
    db::lock::named(&transaction, db::lock::Name::Keys).await?;
    let older = signing_key::Entity::find()
        .filter(signing_key::Column::Role.eq(KeyRole::Credential))
        .all(&transaction)
        .await?;
    if older.is_empty() {
        return Err(KeysError::NoKey("credential"));
    }
    let signs_from = now + config.keys.publish_ahead_s;
    let outlives = config.keys.outlives_s(&config.lifetimes);
    for row in older {
        let not_after = row.not_after.min(signs_from + outlives);
        if not_after < row.not_after {
            let mut row: signing_key::ActiveModel = row.into();
            row.not_after = Set(not_after);
            row.update(&transaction).await?;
        }
    }
    let not_after = signs_from + config.keys.sign_for_s + outlives;
    let kid = insert(
        &transaction,
        seal,
        KeyRole::Credential,
        now,
        signs_from,
        not_after,
    )
    .await?;
    let encryption_kid = encryption::renew(&transaction, seal, now).await?;
    audit::record(
        &transaction,
        audit::Entry::new(by, "keys.rotate", now).detail(serde_json::json!({
            "kid": kid,
            "signs_from": signs_from,
            "encryption_kid": encryption_kid,
        })),
    )
    .await?;
    transaction.commit().await?;
    Ok(kid)
}

async fn insert(
    db: &impl ConnectionTrait,
    seal: &Seal,
    role: KeyRole,
    now: i64,
    signs_from: i64,
    not_after: i64,
) -> Result<String, KeysError> {
    let key = SoftwareKey::generate(&SystemRandom::new())?;
    let jwk = key.public_jwk().with_thumbprint_kid();
    let kid = jwk.thumbprint();
    signing_key::ActiveModel {
        kid: Set(kid.clone()),
        role: Set(role),
        pkcs8_sealed: Set(seal.seal(&place(&kid), key.pkcs8())?),
        public_jwk: Set(serde_json::to_value(&jwk)?),
        not_before: Set(now),
        signs_from: Set(signs_from),
        not_after: Set(not_after),
        created_at: Set(now),
    }
    .insert(db)
    .await?;
    Ok(kid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing;

    const DAY: i64 = 86_400;

    #[tokio::test]
    async fn a_new_key_is_published_before_it_signs_and_the_old_one_outlives_its_credentials() {
        let app = testing::app().await;
        let now = testing::NOW;
        let first = app.keys.credential_signer(now).unwrap();

        let kid = rotate(&app.db, &app.seal, &app.config, now, "tester")
            .await
            .unwrap();
        app.keys.reload(&app.db, &app.seal).await.unwrap();
        assert_eq!(app.keys.credential_signer(now).unwrap().kid, first.kid);
        assert_eq!(app.keys.published(now).len(), 2);

        let tomorrow = now + DAY;
        assert_eq!(app.keys.credential_signer(tomorrow).unwrap().kid, kid);
        let last_credential_expires = tomorrow + app.config.lifetimes.sd_jwt_s;
        assert!(
            app.keys
                .published(last_credential_expires)
                .iter()
                .any(|key| key.kid == first.kid)
        );
        assert!(
            !app.keys
                .published(last_credential_expires + 2 * DAY)
                .iter()
                .any(|key| key.kid == first.kid)
        );
    }

    #[tokio::test]
    async fn operators_are_told_to_rotate_until_they_have() {
        let app = testing::app().await;
        let now = testing::NOW;
        assert_eq!(app.keys.rotate_before(&app.config, now), None);
        let ends = now + app.config.keys.sign_for_s;
        let late = ends - ROTATE_AHEAD_S + 1;
        assert_eq!(app.keys.rotate_before(&app.config, late), Some(ends));

        rotate(&app.db, &app.seal, &app.config, late, "tester")
            .await
            .unwrap();
        app.keys.reload(&app.db, &app.seal).await.unwrap();
        assert_eq!(app.keys.rotate_before(&app.config, late), None);
    }

    #[tokio::test]
    async fn keys_are_made_once_and_open_only_under_their_master_key() {
        let app = testing::app().await;
        let again = init(&app.db, &app.seal, &app.config, testing::NOW, "tester").await;
        assert!(matches!(again, Err(KeysError::Present)));
        let other = KeyStore::load(&app.db, &Seal::from_key(&[9; 32])).await;
        assert!(matches!(other, Err(KeysError::Sealed { .. })));
    }

    #[tokio::test]
    async fn what_a_key_signs_verifies_under_its_published_half() {
        let app = testing::app().await;
        let key = app.keys.trust_list_signer(testing::NOW).unwrap();
        let signature = key.sign(b"message").unwrap();
        key.jwk()
            .verify(jose::Algorithm::Es256, b"message", &signature)
            .unwrap();
        assert_eq!(key.jwk().kid.as_deref(), Some(key.kid.as_str()));
    }
}
