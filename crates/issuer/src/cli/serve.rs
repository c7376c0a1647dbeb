//! `serve`

use std::sync::Arc;

use crate::{
    app::App,
    audit::verify,
    config::Config,
    http,
    keys::encryption,
    records::{
        background,
        lease::{self, Held},
        sync,
    },
    retention, sms, statistics,
};

use super::Failure;

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    let app = Arc::new(App::open(config).await?);
    // A service that was set up before requests could be encrypted has no key for that.
    if let Some(kid) = encryption::ensure(&app.db, &app.seal, app.unix_now(), "serve").await? {
        tracing::info!(kid, "made a key for encrypted requests");
        app.keys.reload(&app.db, &app.seal).await?;
    }
    // Better not to start than to fail at the first card.
    app.keys.credential_signer(app.unix_now())?;
    app.keys.trust_list_signer(app.unix_now())?;
    if !http::kontroll::is_built() {
        tracing::warn!("{}", http::kontroll::NOT_BUILT);
    }
    if !http::minid::is_built() {
        tracing::warn!("{}", http::minid::NOT_BUILT);
    }
    if !sync::has_run(&app.db).await? {
        tracing::warn!("the school records have not been read yet; run `lommebevis-issuer sync`");
    }
    let background = tokio::spawn(background::run(app.clone()));
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let messages = tokio::spawn(sms::job::run(app.clone(), stopping));
    let upkeep = tokio::spawn(upkeep(app.clone()));
    let served = http::serve(app).await;
    background.abort();
    upkeep.abort();
    // A message that is under way is seen through: cut off, nobody would know whether it went.
    let _ = stop.send(true);
    let _ = messages.await;
    Ok(served?)
}

/// What is done every hour and every day, until it is dropped.
async fn upkeep(app: Arc<App>) {
    let mut interval = tokio::time::interval(std::time::Duration::from_secs(3600));
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        interval.tick().await;
        // Of several processes one does it.
        if let Ok(Some(held)) = Held::take(&app, lease::RETENTION).await {
            match retention::daily(&app).await {
                Ok(Some(deleted)) => {
                    tracing::info!(?deleted, "what was kept long enough is deleted")
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, "what was kept long enough could not be deleted")
                }
            }
            held.give_back(&app).await;
        }
        if let Err(error) = statistics::daily(&app).await {
            tracing::error!(%error, "the day's numbers could not be kept");
        }
        if let Err(error) = verify::mark(&app).await {
            tracing::error!(%error, "no mark could be set in the audit trail");
        }
    }
}
