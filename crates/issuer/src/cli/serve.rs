//! `serve`

use std::sync::Arc;

use crate::{
    app::App,
    config::Config,
    http,
    records::{background, sync},
};

use super::Failure;

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    let app = Arc::new(App::open(config).await?);
    // Better not to start than to fail at the first card.
    app.keys.credential_signer(app.unix_now())?;
    app.keys.trust_list_signer(app.unix_now())?;
    if !sync::has_run(&app.db).await? {
        tracing::warn!("the school records have not been read yet; run `lommebevis-issuer sync`");
    }
    let background = tokio::spawn(background::run(app.clone()));
    let served = http::serve(app).await;
    background.abort();
    Ok(served?)
}
