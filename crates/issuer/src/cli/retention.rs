//! `retention`

use clap::Args;

use crate::{app::App, retention};

use super::{Failure, operator, said, say};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only say what would be deleted.
    #[arg(long)]
    dry_run: bool,
    /// Who does this.
    #[arg(long, value_parser = said)]
    by: Option<String>,
}

pub(super) async fn run(app: &App, arguments: Arguments) -> Result<(), Failure> {
    let deleted = if arguments.dry_run {
        retention::dry_run(app).await?
    } else {
        retention::run(app, &arguments.by.unwrap_or_else(operator)).await?
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
    Ok(())
}
