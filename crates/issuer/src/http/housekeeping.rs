//! What is done in the background: expired rows go, keys that another process made come.

use std::{sync::Arc, time::Duration};

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::db::entity::{
    access_token, authorization_code, credential, dpop_jti, feide_login, nonce, pushed_request,
    refresh_token, slip::list as slip_list, status_list, web_login, web_session,
};
use crate::{
    admin, photo,
    records::{
        day_in_norway,
        lease::{self, Held},
    },
    schools, slip,
};

use super::Service;

const INTERVAL: Duration = Duration::from_secs(60);
/// Keys are read more often: a new one must be published in good time before it signs.
const KEYS_INTERVAL: Duration = Duration::from_secs(10);
/// Pictures that no row names are looked for this often.
const SWEEP_INTERVAL: Duration = Duration::from_secs(3600);
/// So seldom is said what can wait for a day.
const NOTICE_INTERVAL: Duration = Duration::from_secs(12 * 3_600);
/// Rows of expired credentials are kept this long, in seconds, for the county's questions about last week.
const CREDENTIALS_KEPT: i64 = 30 * 86_400;

/// Runs until the task is dropped.
pub(super) async fn run(service: Arc<Service>) {
    // Going through all pictures, or much that has expired, must not keep a new key or a switched school waiting.
    tokio::join!(keys(&service), rows(&service), pictures(&service));
}

async fn pictures(service: &Service) {
    let mut interval = every(SWEEP_INTERVAL);
    loop {
        interval.tick().await;
        // Of several processes one does it.
        let held = match Held::take(service, lease::PHOTOS).await {
            Ok(Some(held)) => held,
            Ok(None) => continue,
            Err(error) => {
                tracing::warn!(%error, "it could not be seen who looks through the photos");
                continue;
            }
        };
        match photo::sweep(service).await {
            Ok(0) => {}
            Ok(count) => tracing::warn!(count, "photos that nobody needs were still there"),
            Err(error) => tracing::warn!(%error, "the photo folder could not be swept"),
        }
        held.give_back(service).await;
    }
}

async fn rows(service: &Service) {
    let mut interval = every(INTERVAL);
    loop {
        interval.tick().await;
        if let Err(error) = delete_expired(service).await {
            tracing::warn!(%error, "expired rows could not be deleted");
        }
    }
}

async fn keys(service: &Service) {
    let mut keys = every(KEYS_INTERVAL);
    let mut notice = every(NOTICE_INTERVAL);
    loop {
        tokio::select! {
            _ = notice.tick() => {
                if let Some(ends) = service.keys.rotate_before(&service.config, service.unix_now()) {
                    let ends = chrono::DateTime::from_timestamp(ends, 0).unwrap_or_default();
                    tracing::warn!(%ends, "the signing key ends soon; run `keys rotate`");
                }
            }
            _ = keys.tick() => {
                service.metrics.tidy();
                if let Err(error) = service.keys.reload(&service.db, &service.seal).await {
                    tracing::error!(%error, "the keys could not be read again");
                }
                if let Err(error) = schools::reload(service).await {
                    tracing::error!(%error, "which schools use the card could not be read again");
                }
            }
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    interval
}

/// Deletes what has expired.
pub(super) async fn delete_expired(service: &Service) -> Result<(), DbErr> {
    let (db, now) = (&service.db, service.unix_now());
    macro_rules! delete {
        ($($table:ident),*) => {$(
            $table::Entity::delete_many()
                .filter($table::Column::ExpiresAt.lte(now))
                .exec(db)
                .await?;
        )*};
    }
    delete!(
        pushed_request,
        feide_login,
        authorization_code,
        access_token,
        refresh_token,
        nonce,
        dpop_jti,
        web_login,
        web_session
    );
    credential::Entity::delete_many()
        .filter(credential::Column::ExpiresAt.lte(now - CREDENTIALS_KEPT))
        .exec(db)
        .await?;
    slip::delete_expired(db, now).await?;
    let yesterday = day_in_norway(service.now()).pred_opt().unwrap_or_default();
    photo::forget_attempts_before(db, yesterday).await?;
    admin::rosters::forget_expired(db, now).await?;
    admin::photo_batch::forget_old(db, now).await?;
    // A list that takes no more and holds none any more is of no use to anyone.
    for list in status_list::Entity::find()
        .filter(status_list::Column::Full.eq(true))
        .all(db)
        .await?
    {
        let in_use = credential::Entity::find()
            .select_only()
            .column(credential::Column::Idx)
            .filter(credential::Column::ListId.eq(list.id))
            .limit(1)
            .into_tuple::<i64>()
            .one(db)
            .await?;
        if in_use.is_none() && !slip::in_use(db, list.id).await? {
            slip_list::Entity::delete_by_id(list.id).exec(db).await?;
            status_list::Entity::delete_by_id(list.id).exec(db).await?;
        }
    }
    Ok(())
}
