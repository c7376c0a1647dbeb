//! `serve`

use std::sync::Arc;

use crate::{
    app::App,
    config::Config,
    http,
    keys::encryption,
    records::{background, sync},
    sms,
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
    if !sync::has_run(&app.db).await? {
        tracing::warn!("the school records have not been read yet; run `lommebevis-issuer sync`");
    }
    let background = tokio::spawn(background::run(app.clone()));
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let messages = tokio::spawn(sms::job::run(app.clone(), stopping));
    let served = http::serve(app).await;
    background.abort();
    // A message that is under way is seen through: cut off, nobody would know whether it went.
    let _ = stop.send(true);
    let _ = messages.await;
    Ok(served?)
}
