//! `sync`

use clap::Args;

use crate::{
    app::App,
    records::{
        source::Fint,
        sync::{self, Accept, Options},
    },
};

use super::{Failure, said, say};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only say what would change.
    #[arg(long, conflicts_with = "accept_brake")]
    dry_run: bool,
    /// Apply even a change that is larger than `brake_percent` allows.
    #[arg(long, requires = "by", requires = "reason")]
    accept_brake: bool,
    /// Who accepts it.
    #[arg(long, value_parser = said, requires = "accept_brake")]
    by: Option<String>,
    /// Why.
    #[arg(long, value_parser = said, requires = "accept_brake")]
    reason: Option<String>,
}

pub(super) async fn run(app: &App, arguments: Arguments) -> Result<(), Failure> {
    let accept_brake = match (arguments.accept_brake, arguments.by, arguments.reason) {
        (true, Some(by), Some(reason)) => Some(Accept { by, reason }),
        _ => None,
    };
    let options = Options {
        dry_run: arguments.dry_run,
        accept_brake,
    };
    let report = sync::run(app, &Fint::new(app), &options).await?;
    let (counts, credentials) = (report.counts, report.credentials);
    say(format_args!(
        "{}: {} people and {} schools read, {} parts of them unusable",
        if arguments.dry_run {
            "Dry run"
        } else {
            "Synced"
        },
        counts.read,
        counts.schools,
        counts.faults
    ))?;
    say(format_args!(
        "  added {} · changed {} (of these someone else: {}) · back {} · withdrawn {} · right lost {} · unchanged {}",
        counts.added,
        counts.changed,
        counts.identity_changed,
        counts.returned,
        counts.withdrawn,
        counts.right_lost,
        counts.unchanged
    ))?;
    if counts.shared_feide_names > 0 {
        say(format_args!(
            "  {} people share a Feide name with another and cannot be matched by it",
            counts.shared_feide_names
        ))?;
    }
    if credentials.suspended + credentials.restored > 0 {
        say(format_args!(
            "  credentials suspended {} · good again {}",
            credentials.suspended, credentials.restored
        ))?;
    }
    if report.would_brake {
        say("  The brake would hold: the change is larger than records.brake_percent allows.")?;
    }
    Ok(())
}
