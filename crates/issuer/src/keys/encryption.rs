//! The key that wallets encrypt credential requests to (OpenID4VCI 1.0 §10).
//!
//! The newest is published; the one before it is accepted for [`AFTER_ROTATION_S`] longer, for wallets that still
//! have yesterday's metadata. Nothing that was encrypted to it is kept, so nothing more hangs on it.

use std::sync::Arc;

use jose::jwe::{DecryptError, EncryptionJwk, RecipientKey};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection,
    EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use zeroize::Zeroizing;

use ring::rand::SystemRandom;

use crate::{
    audit,
    db::{
        self,
        entity::signing_key::{self, KeyRole},
    },
    seal::Seal,
};

use super::{FOREVER_S, KeyStore, KeysError, place};

/// How long a key is accepted after a newer one was made, seconds.
const AFTER_ROTATION_S: i64 = 86_400;

/// A key of the issuer, ready to decrypt.
#[derive(Debug)]
pub struct EncryptionKey {
    key: RecipientKey,
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// Published from here on, unix seconds.
    pub not_before: i64,
    /// Accepted until here, unix seconds.
    pub not_after: i64,
}

impl EncryptionKey {
    /// The public half, with its thumbprint as `kid`.
    #[must_use]
    pub fn jwk(&self) -> &EncryptionJwk {
        self.key.public_jwk()
    }
}

impl KeyStore {
    /// All keys for encrypted requests, newest first.
    #[must_use]
    pub fn encryption(&self) -> Arc<[Arc<EncryptionKey>]> {
        self.keys().encryption
    }

    /// The key to publish now.
    ///
    /// # Errors
    /// When there is none.
    pub fn encryption_key(&self, now: i64) -> Result<Arc<EncryptionKey>, KeysError> {
        self.encryption()
            .iter()
            .find(|key| key.not_before <= now && now < key.not_after)
            .cloned()
            .ok_or(KeysError::NoKey("encryption"))
    }

    /// Decrypts what came encrypted to us, with any key that still counts.
    ///
    /// # Errors
    /// [`DecryptError`]; [`DecryptError::OtherKey`] when it was encrypted to none of them.
    pub fn decrypt(&self, compact: &str, now: i64) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        let keys = self.encryption();
        let accepted = keys.iter().filter(|key| now < key.not_after);
        for key in accepted {
            match key.key.decrypt(compact) {
                Err(DecryptError::OtherKey) => {}
                outcome => return outcome,
            }
        }
        Err(DecryptError::OtherKey)
    }
}

pub(super) async fn read(
    db: &impl ConnectionTrait,
    seal: &Seal,
) -> Result<Arc<[Arc<EncryptionKey>]>, KeysError> {
    signing_key::Entity::find()
        .filter(signing_key::Column::Role.eq(KeyRole::Encryption))
        .order_by_desc(signing_key::Column::CreatedAt)
        .order_by_desc(signing_key::Column::NotAfter)
        .all(db)
        .await?
        .into_iter()
        .map(|row| {
            let bytes = seal
                .open(&place(&row.kid), &row.pkcs8_sealed)
                .map_err(|source| KeysError::Sealed {
                    kid: row.kid.clone(),
                    source,
                })?;
            let bytes =
                <&[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| jose::KeyError::Malformed)?;
            Ok(Arc::new(EncryptionKey {
                key: RecipientKey::from_bytes(bytes)?,
                kid: row.kid,
                not_before: row.not_before,
                not_after: row.not_after,
            }))
        })
        .collect::<Result<Vec<_>, KeysError>>()
        .map(Into::into)
}

/// Makes a key that is published at once; those before it soon stop counting.
pub(super) async fn renew(
    db: &impl ConnectionTrait,
    seal: &Seal,
    now: i64,
) -> Result<String, KeysError> {
    signing_key::Entity::update_many()
        .col_expr(
            signing_key::Column::NotAfter,
            Expr::value(now + AFTER_ROTATION_S),
        )
        .filter(signing_key::Column::Role.eq(KeyRole::Encryption))
        .filter(signing_key::Column::NotAfter.gt(now + AFTER_ROTATION_S))
        .exec(db)
        .await?;
    let key = RecipientKey::generate(&SystemRandom::new())?;
    let jwk = key.public_jwk();
    let kid = jwk.kid().unwrap_or_default().to_owned();
    signing_key::ActiveModel {
        kid: Set(kid.clone()),
        role: Set(KeyRole::Encryption),
        pkcs8_sealed: Set(seal.seal(&place(&kid), key.to_bytes().as_slice())?),
        public_jwk: Set(serde_json::to_value(jwk)?),
        not_before: Set(now),
        signs_from: Set(now),
        not_after: Set(now + FOREVER_S),
        created_at: Set(now),
    }
    .insert(db)
    .await?;
    Ok(kid)
}

/// Makes the first key of a service that is older than encrypted requests; the answer is its name.
///
/// # Errors
/// When the database fails.
pub async fn ensure(
    db: &DatabaseConnection,
    seal: &Seal,
    now: i64,
    by: &str,
) -> Result<Option<String>, KeysError> {
    let transaction = db::begin_write(db).await?;
    db::lock::named(&transaction, db::lock::Name::Keys).await?;
    let present = signing_key::Entity::find()
        .filter(signing_key::Column::Role.eq(KeyRole::Encryption))
        .one(&transaction)
        .await?;
    if present.is_some() {
        return Ok(None);
    }
    let kid = renew(&transaction, seal, now).await?;
    audit::record(
        &transaction,
        audit::Entry::new(by, "keys.encryption", now).detail(serde_json::json!({ "kid": kid })),
    )
    .await?;
    transaction.commit().await?;
    Ok(Some(kid))
}

#[cfg(test)]
mod tests {
    use jose::jwe::{self, ContentEncryption};

    use super::*;
    use crate::{
        app::{App, testing},
        keys::rotate,
    };

    fn encrypted(to: &EncryptionJwk) -> String {
        let random = SystemRandom::new();
        jwe::encrypt(to, ContentEncryption::A256Gcm, b"request", &random).unwrap()
    }

    async fn reload(app: &App) {
        app.keys.reload(&app.db, &app.seal).await.unwrap();
    }

    #[tokio::test]
    async fn what_was_encrypted_to_the_key_before_is_read_for_a_day_after_a_rotation() {
        let app = testing::app().await;
        let now = testing::NOW;
        let before = app.keys.encryption_key(now).unwrap();
        let message = encrypted(before.jwk());
        assert_eq!(*app.keys.decrypt(&message, now).unwrap(), b"request");

        rotate(&app.db, &app.seal, &app.config, now, "tester")
            .await
            .unwrap();
        reload(&app).await;
        let after = app.keys.encryption_key(now).unwrap();
        assert_ne!(after.kid, before.kid);
        let last = now + AFTER_ROTATION_S - 1;
        assert!(app.keys.decrypt(&message, last).is_ok());
        assert_eq!(
            app.keys.decrypt(&message, last + 1).unwrap_err(),
            DecryptError::OtherKey
        );
        let later = app.keys.encryption_key(now + 50 * 366 * 86_400).unwrap();
        assert_eq!(later.kid, after.kid);
        assert!(app.keys.decrypt(&encrypted(after.jwk()), last + 1).is_ok());
    }

    #[tokio::test]
    async fn a_service_that_is_older_than_the_key_gets_one_once() {
        let app = testing::app().await;
        let now = testing::NOW;
        signing_key::Entity::delete_many()
            .filter(signing_key::Column::Role.eq(KeyRole::Encryption))
            .exec(&app.db)
            .await
            .unwrap();
        reload(&app).await;
        assert!(app.keys.encryption_key(now).is_err());
        let kid = ensure(&app.db, &app.seal, now, "serve").await.unwrap();
        assert!(kid.is_some());
        assert_eq!(
            ensure(&app.db, &app.seal, now, "serve").await.unwrap(),
            None
        );
        reload(&app).await;
        assert_eq!(Some(app.keys.encryption_key(now).unwrap().kid.clone()), kid);
    }
}
