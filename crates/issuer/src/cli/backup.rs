//! `backup` and `restore`

use std::path::{Path, PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use crate::{
    app::{App, Clock, SystemClock},
    backup::{self, MasterKey},
    config::Config,
};

use super::{Failure, said, say};

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// A new folder for the copy.
    #[arg(long)]
    out: PathBuf,
    /// Who does this.
    #[arg(long, value_parser = said)]
    by: String,
    /// Put the master key into the copy as well, under a passphrase or unencrypted.
    #[arg(long)]
    with_master_key: bool,
    /// A file whose first line is the passphrase.
    #[arg(long, requires = "with_master_key")]
    passphrase_file: Option<PathBuf>,
    /// Whoever has the copy has everything.
    #[arg(long, requires = "with_master_key", conflicts_with = "passphrase_file")]
    unencrypted: bool,
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The folder of the copy.
    #[arg(long)]
    from: PathBuf,
    /// Who does this.
    #[arg(long, value_parser = said)]
    by: String,
    /// A file whose first line is the passphrase of the master key.
    #[arg(long)]
    passphrase_file: Option<PathBuf>,
}

/// What a copy cannot know, for whoever has put one back.
const CHECKLIST: &str = "\
Before `serve`, since the copy knows nothing of what was done after it was made:
  1. Make blocks anew that were set since, and lift those that were lifted.
  2. Block anew whoever lost a phone since: devices that were signed out are signed in again.
  3. Reset and hand back photos anew: a picture that was taken away is back, one sent in since is gone.
  4. Correct library codes anew that were set by hand.
  5. Look at `keys list`: keys made since are gone, and cards signed with them are not recognised.
  6. Run `sync`, and look at what the brake says.
  7. Run `retention --dry-run`: what was deleted since is here again.
  8. Note the audit trail's end anew with `audit verify`; what was noted since does not fit.";

fn passphrase(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = Zeroizing::new(std::fs::read_to_string(file)?);
    Ok(Zeroizing::new(
        text.lines().next().unwrap_or_default().to_owned(),
    ))
}

pub(super) async fn make(app: &App, arguments: Backup) -> Result<(), Failure> {
    let key = match (arguments.with_master_key, &arguments.passphrase_file) {
        (false, _) => MasterKey::LeftOut,
        (true, Some(file)) => MasterKey::Sealed(passphrase(file)?),
        (true, None) if arguments.unencrypted => MasterKey::Plain,
        (true, None) => {
            return Err("give --passphrase-file, or --unencrypted if that is what you want".into());
        }
    };
    let made = backup::make(app, &arguments.out, key, &arguments.by).await?;
    say(format_args!(
        "Copied the database and {} photos to {}.",
        made.photos,
        arguments.out.display()
    ))?;
    if made.missing > 0 {
        say(format_args!(
            "{} photos are named by the database and are not in the photo folder.",
            made.missing
        ))?;
    }
    Ok(())
}

pub(super) async fn restore(config: Config, arguments: Restore) -> Result<(), Failure> {
    let passphrase = arguments
        .passphrase_file
        .as_deref()
        .map(passphrase)
        .transpose()?;
    let restored = backup::restore(
        &config,
        &arguments.from,
        passphrase.as_ref().map(|text| text.as_str()),
        &arguments.by,
        SystemClock.now().timestamp(),
    )
    .await?;
    say(format_args!(
        "Put back what was copied at {}: the database and {} photos.",
        restored.made_at, restored.photos
    ))?;
    if restored.missing > 0 {
        say(format_args!(
            "{} photos were missing already when it was made.",
            restored.missing
        ))?;
    }
    if restored.messages > 0 {
        say(format_args!(
            "{} messages may have been sent since; they wait for `sms retry --state unclear`.",
            restored.messages
        ))?;
    }
    say(CHECKLIST)
}
