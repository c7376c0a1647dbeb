//! `retention`

use clap::Args;

use crate::{app::App, records::sync::Accept, retention};

use super::{Failure, operator, said, say};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only say what would be deleted.
    #[arg(long)]
    dry_run: bool,
    /// Who does this.
    #[arg(long, value_parser = said)]
    by: Option<String>,
    /// Delete even more people's data than `brake_percent` allows.
    #[arg(long, requires = "by", requires = "reason", conflicts_with = "dry_run")]
    accept_brake: bool,
    /// Why.
    #[arg(long, value_parser = said, requires = "accept_brake")]
    reason: Option<String>,
}

pub(super) async fn run(app: &App, arguments: Arguments) -> Result<(), Failure> {
    let accept = match (arguments.accept_brake, &arguments.by, arguments.reason) {
        (true, Some(by), Some(reason)) => Some(Accept {
            by: by.clone(),
            reason,
        }),
        _ => None,
    };
    let (deleted, held) = if arguments.dry_run {
        retention::dry_run(app).await?
    } else {
        let by = arguments.by.unwrap_or_else(operator);
        (retention::run(app, &by, accept.as_ref()).await?, None)
    };
    say(if arguments.dry_run {
        "Would be deleted:"
    } else {
        "Deleted:"
    })?;
    for (count, what) in [
        (deleted.people, "people's card data"),
        (deleted.wholly, "of these, people of whom nothing is left"),
        (deleted.photos, "photos"),
        (deleted.accounts, "accounts of nobody in the records"),
        (deleted.changes, "rows of the change log"),
        (deleted.runs, "runs of the sync"),
        (deleted.audit, "entries of the audit trail"),
    ] {
        say(format_args!("{count:>8}  {what}"))?;
    }
    if let Some(held) = held {
        say(format_args!("But the brake would hold: {held}"))?;
    }
    Ok(())
}
