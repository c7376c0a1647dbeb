//! `sync` and `import`
//!
//! Both go the same way: read a whole set, compare, brake, apply in one transaction.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Args;
use school_records::files::{FileSource, Kind};
use serde_json::json;

use crate::{
    app::App,
    config::RecordsSource,
    records::{
        diff::{Diff, Field, Refused},
        plan::Counts,
        source::{self, Files, Source},
        sync::{self, Accept, Import, Options, Report, SyncError},
    },
};

use super::{Failure, said, say};

mod progress;

/// Another run is waited for this long: a process that was killed keeps others out for no longer.
const PATIENCE: Duration = Duration::from_secs(90);

/// How many of each kind are printed without `--all`.
const PRINTED: usize = 50;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only say what would change.
    #[arg(long, conflicts_with = "accept_brake")]
    dry_run: bool,
    /// Say it as JSON, whole.
    #[arg(long)]
    json: bool,
    /// Print every change and every record that could not be used, and not only the first of each.
    #[arg(long)]
    all: bool,
    /// Apply even a change that is larger than `brake_percent` allows.
    #[arg(long, requires = "by", requires = "reason")]
    accept_brake: bool,
    /// Who accepts it, or imports.
    #[arg(long, value_parser = said)]
    by: Option<String>,
    /// Why.
    #[arg(long, value_parser = said)]
    reason: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// The form: fint-dump, pifu, oneroster, sds, vigo or csv.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    from: Kind,
    /// The folder with the records; for pifu and vigo the file.
    path: PathBuf,
    /// A file with Vigo's contracts, besides.
    #[arg(long, value_name = "FILE")]
    vigo: Option<PathBuf>,
    /// A file with library codes, besides.
    #[arg(long, value_name = "FILE")]
    library_codes: Option<PathBuf>,
    /// A file with the addresses of photos, besides.
    #[arg(long, value_name = "FILE")]
    photos: Option<PathBuf>,
    #[command(flatten)]
    how: Arguments,
}

fn kind(name: &str) -> Result<Kind, String> {
    name.parse::<Kind>().map_err(|error| error.to_string())
}

/// A dry run that would have braked; so that whatever started it can tell.
#[derive(Debug, thiserror::Error)]
#[error(
    "the brake would hold: the change is larger than records.brake_percent allows, or records.school_brake_percent at a school; nothing was applied"
)]
pub(super) struct WouldBrake;

pub(super) async fn run(app: &App, arguments: Arguments) -> Result<(), Failure> {
    run_with(app, source::configured(app).as_ref(), arguments, None).await
}

pub(super) async fn import(app: &App, arguments: ImportArguments) -> Result<(), Failure> {
    let how = &arguments.how;
    let import = match (how.dry_run, &how.by, &how.reason) {
        (true, ..) => None,
        (false, Some(by), Some(reason)) => Some(Import {
            by: by.clone(),
            reason: reason.clone(),
            kind: arguments.from.name().to_owned(),
        }),
        _ => return Err("say --by and --reason, which go into the audit trail".into()),
    };
    let mut source = FileSource::new(arguments.from, arguments.path);
    source.vigo = arguments.vigo;
    source.library_codes = arguments.library_codes;
    source.photos = arguments.photos;
    source.allow_synthetic = app.config.records.synthetic_numbers;
    source.model = match &app.config.records.source {
        RecordsSource::Fint(fint) => fint.model,
        RecordsSource::Files(files) => files.model,
    };
    run_with(app, &Files(source), arguments.how, import).await
}

async fn run_with(
    app: &App,
    source: &dyn Source,
    arguments: Arguments,
    import: Option<Import>,
) -> Result<(), Failure> {
    let accept_brake = match (arguments.accept_brake, arguments.by, arguments.reason) {
        (true, Some(by), Some(reason)) => Some(Accept { by, reason }),
        _ => None,
    };
    let options = Options {
        dry_run: arguments.dry_run,
        most: (arguments.all || arguments.json).then_some(usize::MAX),
        accept_brake,
        import,
        ..Options::default()
    };
    let shown = progress::Shown::start(app);
    let report = patiently(app, source, &options).await;
    shown.stop().await;
    let report = report?;
    if arguments.json {
        say(as_json(&report))?;
    } else {
        let most = if arguments.all { usize::MAX } else { PRINTED };
        for line in in_words(&report, most) {
            say(line)?;
        }
    }
    if report.would_brake {
        return Err(WouldBrake.into());
    }
    Ok(())
}

async fn patiently(app: &App, source: &dyn Source, options: &Options) -> Result<Report, SyncError> {
    let since = Instant::now();
    let mut is_told = false;
    loop {
        match sync::run(app, source, options).await {
            Err(SyncError::Busy) if since.elapsed() < PATIENCE => {
                if !is_told {
                    progress::tell("another run is going on, or was cut off a moment ago; waiting");
                }
                is_told = true;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            result => return result,
        }
    }
}

fn as_json(report: &Report) -> serde_json::Value {
    json!({
        "applied": report.run.is_some(),
        "run": report.run,
        "would_brake": report.would_brake,
        "counts": report.counts,
        "credentials": report.credentials,
        "changes": report.diff,
        "refused": Refused::all(&report.faults),
        "refused_beyond_list": report.faults.beyond(),
    })
}

/// What is said on the terminal: counts, then what would change, then what could not be used.
fn in_words(report: &Report, most: usize) -> Vec<String> {
    let (counts, credentials) = (&report.counts, report.credentials);
    let what = if report.run.is_none() {
        "Dry run"
    } else {
        "Synced"
    };
    let mut lines = vec![
        format!(
            "{what}: {} people and {} schools read, {} parts of them unusable",
            counts.read, counts.schools, counts.faults
        ),
        format!(
            "  added {} · changed {} (of these someone else: {}) · back {} · withdrawn {} · right lost {} · unchanged {}",
            counts.added,
            counts.changed,
            counts.identity_changed,
            counts.returned,
            counts.withdrawn,
            counts.right_lost,
            counts.unchanged
        ),
    ];
    if counts.pupil_cards_lost + counts.training_cards_lost > 0 {
        lines.push(format!(
            "  cards that people have today and would have no more: pupils' {} · training {}",
            counts.pupil_cards_lost, counts.training_cards_lost
        ));
    }
    for school in &counts.schools_lost {
        lines.push(format!(
            "  {} ({}): {} of {} pupils' cards would be lost",
            school.name, school.number, school.lost, school.before
        ));
    }
    if counts.shared_feide_names > 0 {
        lines.push(format!(
            "  {} people share a Feide name with another and cannot be matched by it",
            counts.shared_feide_names
        ));
    }
    if credentials.suspended + credentials.restored > 0 {
        lines.push(format!(
            "  credentials suspended {} · good again {}",
            credentials.suspended, credentials.restored
        ));
    }
    if let Some(diff) = &report.diff {
        changes_in_words(diff, counts, most, &mut lines);
    }
    let refused = Refused::all(&report.faults);
    let refused = refused
        .iter()
        .map(|refused| format!("{} {}: {}", refused.class, refused.record, refused.reason));
    list("Not used", refused, counts.faults, most, &mut lines);
    lines
}

fn changes_in_words(diff: &Diff, counts: &Counts, most: usize, lines: &mut Vec<String>) {
    list(
        "Added",
        diff.added.iter().cloned(),
        counts.added,
        most,
        lines,
    );
    let changed = diff.changed.iter().map(|changed| {
        let fields: Vec<String> = changed.fields.iter().map(field_in_words).collect();
        let someone_else = if changed.someone_else {
            " SOMEONE ELSE:"
        } else {
            ""
        };
        format!("{}{someone_else} {}", changed.key, fields.join(" · "))
    });
    list("Changed", changed, counts.changed, most, lines);
    list(
        "Back",
        diff.returned.iter().cloned(),
        counts.returned,
        most,
        lines,
    );
    list(
        "Withdrawn",
        diff.withdrawn.iter().cloned(),
        counts.withdrawn,
        most,
        lines,
    );
}

fn field_in_words(field: &Field) -> String {
    let shown = |value: &Option<serde_json::Value>| match value {
        None => "–".to_owned(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    match &field.values {
        None => field.field.clone(),
        Some(values) => format!(
            "{} {} → {}",
            field.field,
            shown(&values.from),
            shown(&values.to)
        ),
    }
}

fn list(
    heading: &str,
    entries: impl Iterator<Item = String>,
    count: usize,
    most: usize,
    lines: &mut Vec<String>,
) {
    if count == 0 {
        return;
    }
    lines.push(format!("{heading} ({count})"));
    let before = lines.len();
    lines.extend(entries.take(most).map(|entry| format!("  {entry}")));
    let more = count - (lines.len() - before);
    if more > 0 {
        lines.push(format!("  … and {more} more (--all, or --json)"));
    }
}

#[cfg(test)]
mod tests;
