//! `health`: whether the service on this machine is well, for whatever starts and watches it.

use std::{net::IpAddr, time::Duration};

use clap::Args;

use crate::{app::local_http_client, config::Config};

use super::{Failure, say};

/// A service that takes longer is not well.
const TIMEOUT: Duration = Duration::from_secs(4);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Ask only whether it answers: for what would start it anew, which helps against nothing else
    #[arg(long)]
    live: bool,
}

/// The service is not well.
#[derive(Debug, thiserror::Error)]
#[error("the service is not ready (status {0})")]
struct NotReady(u16);

pub(super) async fn run(config: Config, arguments: Arguments) -> Result<(), Failure> {
    let mut at = config.server.listen;
    // Whoever listens everywhere listens here too.
    if at.ip().is_unspecified() {
        at.set_ip(match at.ip() {
            IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(_) => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
        });
    }
    let prefix = config.issuer.public_url.path().trim_end_matches('/');
    let question = if arguments.live { "live" } else { "ready" };
    let answer = local_http_client()?
        .get(format!("http://{at}{prefix}/health/{question}"))
        .timeout(TIMEOUT)
        .send()
        .await?;
    match answer.status() {
        status if status.is_success() => say(answer.text().await?),
        status => Err(NotReady(status.as_u16()).into()),
    }
}
