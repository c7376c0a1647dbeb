//! `person slip`: a sheet of paper into a file, to be printed and deleted.

use std::{fs::OpenOptions, io::Write, path::PathBuf};

use clap::{Args, ValueEnum};
use county_api::{CardSlot, Profile};
use uuid::Uuid;

use crate::{
    app::App,
    slip::{self, Language, Wanted},
};

use super::super::{Failure, Why};

/// What is printed, and where to.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Print {
    /// What it is for; nothing more is said than that needs.
    #[arg(long = "for", value_name = "PURPOSE", default_value = "exam")]
    purpose: Purpose,
    /// The training card of someone who has two.
    #[arg(long)]
    training: bool,
    /// The language of the sheet.
    #[arg(long, default_value = "nb")]
    language: Language,
    /// The PDF, which must not be there yet. Delete it when you have printed.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Purpose {
    Exam,
    Travel,
}

pub(super) async fn print(
    app: &App,
    person: Uuid,
    why: &Why,
    print: &Print,
) -> Result<String, Failure> {
    let wanted = Wanted {
        slot: if print.training {
            CardSlot::Training
        } else {
            CardSlot::First
        },
        profile: match print.purpose {
            Purpose::Exam => Profile::Exam,
            Purpose::Travel => Profile::Travel,
        },
        language: print.language,
    };
    // Opened first: a slip that has nowhere to go is not issued.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let unwritable = |error| format!("{} cannot be written: {error}", print.out.display());
    let mut file = options.open(&print.out).map_err(unwritable)?;
    let slip = match slip::issue(app, person, wanted, &why.by, &why.reason).await {
        Ok(slip) => slip,
        Err(error) => {
            drop(file);
            // Nothing is in it.
            let _ = std::fs::remove_file(&print.out);
            return Err(error.into());
        }
    };
    file.write_all(&slip.pdf)
        .and_then(|()| file.sync_all())
        .map_err(unwritable)?;
    Ok(format!(
        "The slip is in {}, good until midnight. Print it, then delete the file.",
        print.out.display()
    ))
}
