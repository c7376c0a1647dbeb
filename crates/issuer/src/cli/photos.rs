//! `photos`: what waits for the school, and what a photographer delivers.

use std::path::PathBuf;

use chrono::DateTime;
use clap::Subcommand;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use crate::{
    app::App,
    audit::{Entry, record},
    db::entity::{
        audit, person,
        photo::{self, PhotoState},
    },
    photo::import::{Delivery, Outcome},
    records::{day_in_norway, record_of},
};

use super::{Failure, said, say};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the photos that wait for the school's approval, oldest first.
    Waiting {
        /// Instead, list the people who said of the school's picture that it is not them: the records or the
        /// photographer's files have somebody else's.
        #[arg(long)]
        not_me: bool,
        /// Only pupils of the school of this number (skolenummer).
        #[arg(long, value_name = "NUMBER")]
        school: Option<String>,
        /// Who does this.
        #[arg(long, value_parser = said)]
        by: String,
        /// With --not-me: how many days back.
        #[arg(long, value_name = "DAYS", default_value_t = 90, requires = "not_me",
              value_parser = clap::value_parser!(i64).range(1..=3660))]
        days: i64,
    },
    /// Take a folder of JPEG files named by pupils' numbers (100042.jpg), or the photos that a PIFU-IMS file names; the
    /// pupils are asked whether it is them.
    Import {
        /// The folder, or the PIFU-IMS file (.xml).
        #[arg(value_name = "FOLDER|FILE")]
        folder: PathBuf,
        /// Who does this.
        #[arg(long, value_parser = said)]
        by: String,
        /// Only say what would become of each file.
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) async fn run(app: &App, command: Command) -> Result<(), Failure> {
    match command {
        Command::Waiting {
            not_me,
            school,
            by,
            days,
        } => {
            let lines = list(app, school.as_deref(), not_me.then_some(days), &by).await?;
            if lines.is_empty() {
                return say("None.");
            }
            for line in lines {
                say(line)?;
            }
            Ok(())
        }
        Command::Import {
            folder,
            by,
            dry_run,
        } => import(app, &folder, &by, dry_run).await,
    }
}

/// The lines to print; with `not_me`, of so many days. The list names people, so looking at it is a deed too.
async fn list(
    app: &App,
    school: Option<&str>,
    not_me: Option<i64>,
    by: &str,
) -> Result<Vec<String>, Failure> {
    let lines = match not_me {
        Some(days) => not_them(app, school, days).await?,
        None => waiting(app, school).await?,
    };
    let detail = json!({
        "list": if not_me.is_some() { "not_me" } else { "waiting" },
        "school": school, "people": lines.len(),
    });
    let entry = Entry::new(by, "photos.list", app.unix_now()).detail(detail);
    record(&app.db, entry).await?;
    Ok(lines)
}

/// A line for each photo in review: key and Feide name, since when, from where, digest, what the check found.
async fn waiting(app: &App, school: Option<&str>) -> Result<Vec<String>, Failure> {
    let rows = photo::Entity::find()
        .filter(photo::Column::State.eq(PhotoState::InReview))
        .order_by_asc(photo::Column::ChangedAt)
        .all(&app.db)
        .await?;
    let mut lines = Vec::new();
    for photo in rows {
        let person = person::Entity::find_by_id(photo.person_id)
            .one(&app.db)
            .await?;
        let Some(person) = person else { continue };
        if person.withdrawn_at.is_some() || !is_at(&person, school)? {
            continue;
        }
        let found = photo.rule_ids().join(",");
        lines.push(format!(
            "{}\t{}\t{:?}\t{}\t{}",
            named(&person),
            day(photo.changed_at),
            photo.source,
            photo.sha256.get(..16).unwrap_or_default(),
            if found.is_empty() { "-" } else { &found },
        ));
    }
    Ok(lines)
}

/// A line for each "this is not me": key and Feide name, when, of which source, how the photo stands now.
async fn not_them(app: &App, school: Option<&str>, days: i64) -> Result<Vec<String>, Failure> {
    let since = app.unix_now() - days * 86_400;
    let said = audit::Entity::find()
        .filter(audit::Column::Action.eq("photo.reject"))
        .filter(audit::Column::At.gte(since))
        .order_by_asc(audit::Column::At)
        .all(&app.db)
        .await?;
    let mut lines = Vec::new();
    for entry in said {
        let Some(id) = entry.person_id else { continue };
        let Some(person) = person::Entity::find_by_id(id).one(&app.db).await? else {
            continue;
        };
        if person.withdrawn_at.is_some() || !is_at(&person, school)? {
            continue;
        }
        let now = match photo::Entity::find_by_id(id).one(&app.db).await? {
            Some(photo) => format!("{:?} from {:?}", photo.state, photo.source),
            None => "none".to_owned(),
        };
        let source = entry
            .detail
            .get("source")
            .and_then(|source| source.as_str());
        lines.push(format!(
            "{}\t{}\t{}\tnow {now}",
            named(&person),
            day(entry.at),
            source.unwrap_or("-"),
        ));
    }
    Ok(lines)
}

fn named(person: &person::Model) -> String {
    let feide = person.feide_name.as_deref().unwrap_or("-");
    format!("{}\t{feide}", person.source_key)
}

fn day(at: i64) -> String {
    DateTime::from_timestamp(at, 0)
        .map(|at| day_in_norway(at).to_string())
        .unwrap_or_default()
}

fn is_at(person: &person::Model, school: Option<&str>) -> Result<bool, Failure> {
    let Some(school) = school else {
        return Ok(true);
    };
    Ok(record_of(person)?
        .enrolments
        .iter()
        .any(|enrolment| enrolment.school_number.as_deref() == Some(school)))
}

async fn import(
    app: &App,
    folder: &std::path::Path,
    by: &str,
    dry_run: bool,
) -> Result<(), Failure> {
    let delivery = Delivery::open(app, folder).await?;
    let mut taken = 0_usize;
    for index in 0..delivery.len() {
        let Some((name, outcome)) = delivery.take(app, index, by, dry_run).await? else {
            break;
        };
        taken += usize::from(matches!(outcome, Outcome::Taken { .. }));
        say(format_args!("{name}\t{outcome}"))?;
    }
    let verb = if dry_run { "would be taken" } else { "taken" };
    say(format_args!(
        "{taken} of {} file(s) {verb}.",
        delivery.len()
    ))
}

#[cfg(test)]
mod tests;
