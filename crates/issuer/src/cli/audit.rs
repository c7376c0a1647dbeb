//! `audit`

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Write},
    path::PathBuf,
};

use clap::Subcommand;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use crate::{
    app::App,
    audit::{
        self,
        verify::{self, Exported, VerifyError, Whole},
    },
    db::entity,
};

use super::{Failure, Why, say};

/// Rows read at once.
const PAGE: u64 = 1_000;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check that no entry was changed, removed, moved or put in. Exit codes: 0 whole, 3 broken, 1 not to be said.
    Verify {
        /// An entry's number and hash that an earlier run printed, as NUMBER:HASH.
        #[arg(long, value_parser = noted)]
        noted: Option<(i64, String)>,
        /// Check an export instead of the database.
        #[arg(long, conflicts_with = "noted")]
        file: Option<PathBuf>,
    },
    /// Write all entries, one JSON object a line.
    Export {
        #[command(flatten)]
        why: Why,
        /// A new file, which only you can read; without it, standard output.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

fn noted(text: &str) -> Result<(i64, String), &'static str> {
    const FORM: &str = "give it as NUMBER:HASH, such as 1207:3f9a…, with all 64 digits of the hash";
    let (seq, hash) = text.split_once(':').ok_or(FORM)?;
    let seq = seq.parse().map_err(|_| FORM)?;
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(FORM);
    }
    Ok((seq, hash.to_lowercase()))
}

/// Whether this failure is a broken trail, which has an exit code of its own.
pub(super) fn is_broken(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(
        error.downcast_ref::<VerifyError>(),
        Some(VerifyError::Broken(_))
    )
}

/// An export is checked without the database, on any machine.
pub(super) fn file_of(command: &Command) -> Option<&PathBuf> {
    match command {
        Command::Verify { file, .. } => file.as_ref(),
        Command::Export { .. } => None,
    }
}

pub(super) fn verify_file(file: &PathBuf) -> Result<(), Failure> {
    tell(&verify::export(BufReader::new(File::open(file)?))?)
}

pub(super) async fn run(app: &App, command: Command) -> Result<(), Failure> {
    match command {
        Command::Verify { noted, .. } => {
            let noted = noted.as_ref().map(|(seq, hash)| (*seq, hash.as_str()));
            tell(&verify::database(app, noted).await?)
        }
        Command::Export { why, out } => export(app, &why, out).await,
    }
}

fn tell(whole: &Whole) -> Result<(), Failure> {
    say(format_args!(
        "The audit trail is whole: {} entries, from {} to {}.\nKeep this elsewhere, for --noted: {}:{}",
        whole.entries, whole.first, whole.last, whole.last, whole.head
    ))
}

async fn export(app: &App, why: &Why, out: Option<PathBuf>) -> Result<(), Failure> {
    let mut sink: Box<dyn Write + Send> = match &out {
        Some(file) => {
            let mut options = File::options();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            Box::new(BufWriter::new(options.open(file)?))
        }
        None => Box::new(io::stdout()),
    };
    let entry = audit::Entry::new(&why.by, "audit.export", app.unix_now())
        .reason(&why.reason)
        .detail(json!({}));
    audit::record(&app.db, entry).await?;
    let mut from = i64::MIN;
    loop {
        let page = entity::audit::Entity::find()
            .filter(entity::audit::Column::Seq.gt(from))
            .order_by_asc(entity::audit::Column::Seq)
            .limit(PAGE)
            .all(&app.db)
            .await?;
        let Some(last) = page.last() else { break };
        from = last.seq;
        for row in page {
            serde_json::to_writer(&mut sink, &Exported::from(row))?;
            sink.write_all(b"\n")?;
        }
    }
    sink.flush()?;
    Ok(())
}
