//! Devices and their tokens.

use county_api::SCOPE;
use openid4vc::TokenResponse;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    db::entity::{access_token, device, refresh_token},
    http::Service,
    records::status,
};

use super::{OAuthProblem, secret};

/// The device of this account with this key, or a new one. Its earlier tokens stop working.
pub(super) async fn log_in(
    db: &impl ConnectionTrait,
    account_id: Uuid,
    thumbprint: &str,
    now: i64,
) -> Result<Uuid, DbErr> {
    let known = device::Entity::find()
        .filter(device::Column::AccountId.eq(account_id))
        .filter(device::Column::DpopThumbprint.eq(thumbprint))
        .filter(device::Column::RevokedAt.is_null())
        .one(db)
        .await?;
    if let Some(known) = known {
        delete_tokens(db, known.id).await?;
        return Ok(known.id);
    }
    let id = Uuid::new_v4();
    let row = device::ActiveModel {
        id: Set(id),
        account_id: Set(account_id),
        dpop_thumbprint: Set(thumbprint.to_owned()),
        attestation_thumbprint: Set(None),
        created_at: Set(now),
        last_refresh_at: Set(None),
        revoked_at: Set(None),
        revoked_reason: Set(None),
    };
    device::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(id)
}

/// Ties the device's refresh tokens to the key that the app's maker attested, or to none.
pub(super) async fn bind_attestation(
    db: &impl ConnectionTrait,
    device_id: Uuid,
    thumbprint: Option<&str>,
) -> Result<(), DbErr> {
    device::Entity::update_many()
        .col_expr(
            device::Column::AttestationThumbprint,
            Expr::value(thumbprint.map(str::to_owned)),
        )
        .filter(device::Column::Id.eq(device_id))
        .exec(db)
        .await?;
    Ok(())
}

/// Logs a device out for good; its credentials go with it. The answer is how many became invalid.
pub(crate) async fn revoke(
    db: &impl ConnectionTrait,
    device_id: Uuid,
    reason: &str,
    now: i64,
) -> Result<u64, DbErr> {
    device::Entity::update_many()
        .col_expr(device::Column::RevokedAt, Expr::value(now))
        .col_expr(device::Column::RevokedReason, Expr::value(reason))
        .filter(device::Column::Id.eq(device_id))
        .filter(device::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    delete_tokens(db, device_id).await?;
    status::invalidate_on(db, device_id).await
}

/// Logs out every device of an account but this one; the answer is how many there were.
pub(crate) async fn revoke_others(
    db: &impl ConnectionTrait,
    account_id: Uuid,
    device_id: Uuid,
    now: i64,
) -> Result<usize, DbErr> {
    let mut others = active(db, account_id).await?;
    others.retain(|other| *other != device_id);
    for other in &others {
        revoke(db, *other, "replaced", now).await?;
    }
    Ok(others.len())
}

/// The devices of an account that are logged in.
pub(crate) async fn active(
    db: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    device::Entity::find()
        .select_only()
        .column(device::Column::Id)
        .filter(device::Column::AccountId.eq(account_id))
        .filter(device::Column::RevokedAt.is_null())
        .into_tuple()
        .all(db)
        .await
}

async fn delete_tokens(db: &impl ConnectionTrait, device_id: Uuid) -> Result<(), DbErr> {
    access_token::Entity::delete_many()
        .filter(access_token::Column::DeviceId.eq(device_id))
        .exec(db)
        .await?;
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::DeviceId.eq(device_id))
        .exec(db)
        .await?;
    Ok(())
}

/// A new pair of tokens, and the hash of the refresh token.
pub(super) async fn tokens(
    db: &impl ConnectionTrait,
    service: &Service,
    device_id: Uuid,
    now: i64,
) -> Result<(TokenResponse, String), OAuthProblem> {
    let lifetimes = &service.config.lifetimes;
    let access = secret::generate(&service.random)?;
    access_token::Entity::insert(access_token::ActiveModel {
        token_hash: Set(secret::hash(&access)),
        device_id: Set(device_id),
        expires_at: Set(now + lifetimes.access_token_s),
    })
    .exec_without_returning(db)
    .await?;
    let refresh = secret::generate(&service.random)?;
    let refresh_hash = secret::hash(&refresh);
    refresh_token::Entity::insert(refresh_token::ActiveModel {
        token_hash: Set(refresh_hash.clone()),
        device_id: Set(device_id),
        expires_at: Set(now + lifetimes.refresh_token_s),
        used_at: Set(None),
        successor_hash: Set(None),
    })
    .exec_without_returning(db)
    .await?;
    let answer = TokenResponse::dpop(
        access.to_string(),
        lifetimes.access_token_s.unsigned_abs(),
        Some(refresh.to_string()),
        Some(SCOPE.to_owned()),
    );
    Ok((answer, refresh_hash))
}
