//! `serve`

use std::{pin::pin, sync::Arc};

use tokio::{sync::watch, task::JoinSet};

use crate::{
    admin::person::app_texts,
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
    retention, self_service, slip, sms, statistics,
};

use super::Failure;

/// A job never ends unless it is told to, or panics.
#[derive(Debug, thiserror::Error)]
#[error("a job in the background has ended by itself; the log says where")]
struct JobEnded;

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    let mut told_to_stop = pin!(http::told_to_stop());
    let app = tokio::select! {
        app = App::open(config) => Arc::new(app?),
        () = &mut told_to_stop => return Ok(()),
    };
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
    if !app_texts::is_built() {
        tracing::warn!("{}", app_texts::NOT_BUILT);
    }
    if !sync::has_run(&app.db).await? {
        tracing::warn!("the school records have not been read yet; run `lommebevis-issuer sync`");
    }
    // Before any job begins: a second process that was started by mistake ends here, and has begun nothing.
    let listening = http::listen(&app.config).await?;
    // Checkers that fetch all lists today can then read tomorrow's first slip without a network.
    if let Err(error) = slip::prepare(&app).await {
        tracing::warn!(%error, "the status list for slips of paper could not be made yet");
    }
    let (stop, stopping) = watch::channel(false);
    let mut jobs = JoinSet::new();
    jobs.spawn(until_told(stopping.clone(), background::run(app.clone())));
    jobs.spawn(sms::job::run(app.clone(), stopping.clone()));
    jobs.spawn(upkeep(app.clone(), stopping));
    let within = app.config.running.stop_within;
    let mut has_job_ended = false;
    let stop_serving = async {
        has_job_ended = is_job_first(&mut told_to_stop, &mut jobs).await;
    };
    let served = http::serve(app, listening, stop_serving).await;
    let _ = stop.send(true);
    // A message that is under way is seen through: cut off, nobody would know whether it went.
    let all = async { while jobs.join_next().await.is_some() {} };
    if tokio::time::timeout(within, all).await.is_err() {
        tracing::warn!("a job was still under way after the time to finish, and was cut off");
    }
    jobs.shutdown().await;
    tracing::info!("stopped");
    served?;
    // Whatever started this starts it anew.
    if has_job_ended {
        return Err(JobEnded.into());
    }
    Ok(())
}

/// Waits for the word to stop, or for a job's end, which nobody else would notice: neither the nights' sync nor messages nor
/// retention would ever come again.
async fn is_job_first(told_to_stop: impl Future<Output = ()>, jobs: &mut JoinSet<()>) -> bool {
    tokio::select! {
        () = told_to_stop => false,
        _ = jobs.join_next() => {
            tracing::error!("a job in the background has ended by itself");
            true
        }
    }
}

/// Ends a job where it waits for something. What works on the records does all in transactions: cut off, everything is as
/// before, and the next run begins anew.
async fn until_told(mut stop: watch::Receiver<bool>, job: impl Future<Output = ()>) {
    tokio::select! {
        () = job => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// What is done every hour and every day, until it is told to stop.
async fn upkeep(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval(std::time::Duration::from_secs(3600));
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
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
        match self_service::erasure::due(&app).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "what people asked to have deleted is deleted"),
            Err(error) => {
                tracing::error!(%error, "what people asked to have deleted could not be");
            }
        }
        if let Err(error) = verify::mark(&app).await {
            tracing::error!(%error, "no mark could be set in the audit trail");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_job_that_panics_is_noticed_and_one_that_works_does_not_stop_the_service() {
        let mut jobs = JoinSet::new();
        jobs.spawn(std::future::pending());
        assert!(!is_job_first(std::future::ready(()), &mut jobs).await);
        jobs.spawn(async { panic!("for the test") });
        assert!(is_job_first(std::future::pending(), &mut jobs).await);
    }
}
