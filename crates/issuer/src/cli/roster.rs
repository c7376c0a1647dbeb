//! `roster`: the list of candidates for an exam, as a file for the invigilator's app.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Europe::Oslo;
use clap::Args;

use crate::{
    app::App,
    db,
    records::day_in_norway,
    roster::{self, Expected, Order},
};

use super::{Failure, said, say};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The school's number (skolenummer).
    #[arg(long, value_name = "NUMBER")]
    school: String,
    /// What the exam is called, such as "NOR1267 Norsk hovedmål".
    #[arg(long, value_parser = said)]
    title: String,
    /// When it begins, on Norwegian clocks: 2026-11-24T09:00.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    starts: DateTime<Utc>,
    /// So many minutes after the beginning a candidate is late.
    #[arg(long, value_name = "MINUTES", default_value_t = 0,
          value_parser = clap::value_parser!(u32).range(0..=600))]
    late_after: u32,
    /// All pupils of a class, in a room if one is named: 3STA=A203. Can be given several times.
    #[arg(long = "class", value_name = "CLASS[=ROOM]", value_parser = class,
          required_unless_present = "list", conflicts_with = "list")]
    classes: Vec<(String, Option<String>)>,
    /// The candidates in a CSV file with a first line that names its columns: student_number, or name and birth_date;
    /// and room, if there are rooms.
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Where to write the list. It holds names and photos: for the invigilators alone.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Who does this.
    #[arg(long, value_parser = said)]
    by: String,
}

fn moment(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")
        .map_err(|_| "write it as 2026-11-24T09:00")?;
    let there = Oslo.from_local_datetime(&local).earliest();
    there
        .map(|moment| moment.to_utc())
        .ok_or("there is no such time on that day")
}

fn class(text: &str) -> Result<(String, Option<String>), &'static str> {
    let (class, room) = match text.split_once('=') {
        Some((class, room)) => (class.trim(), Some(room.trim())),
        None => (text.trim(), None),
    };
    if class.is_empty() || room == Some("") {
        return Err("write it as 3STA, or 3STA=A203 with a room");
    }
    Ok((class.to_owned(), room.map(str::to_owned)))
}

pub(super) async fn run(app: &App, arguments: Arguments) -> Result<(), Failure> {
    let who = match &arguments.list {
        Some(file) => {
            let bytes = std::fs::read(file)
                .map_err(|error| format!("the list {} cannot be read: {error}", file.display()))?;
            Expected::List(roster::read(&bytes)?)
        }
        None => Expected::Classes(arguments.classes),
    };
    let order = Order {
        school: arguments.school.clone(),
        title: arguments.title,
        starts_at: arguments.starts,
        late_after_minutes: arguments.late_after,
        who,
        whole_county: true,
    };
    let made = roster::make(app, order).await?;
    // The trail first, and the file before the trail is closed: no list without a trace, no trace without a list.
    let transaction = db::begin_write(&app.db).await?;
    roster::record(&transaction, &made, &arguments.school, &arguments.by).await?;
    write(&arguments.out, made.signed.as_bytes())
        .map_err(|error| format!("{} cannot be written: {error}", arguments.out.display()))?;
    if let Err(error) = transaction.commit().await {
        let _ = std::fs::remove_file(&arguments.out);
        return Err(error.into());
    }
    let count = made.roster.candidates.len();
    say(format_args!(
        "Wrote {}: {count} candidate(s), {} with a photo. The app deletes it after {}; delete the file then too.",
        arguments.out.display(),
        made.with_photo(),
        day_in_norway(arguments.starts),
    ))
}

/// Writes beside, flushes and renames: there is a whole file for this user alone, or the old one, or none.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // One that a crash has left may be open to others.
    let _ = std::fs::remove_file(&beside);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(&beside)?;
    let written = out
        .write_all(bytes)
        .and_then(|()| out.sync_all())
        .and_then(|()| std::fs::rename(&beside, file));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_norwegian_and_classes_may_have_a_room() {
        assert_eq!(
            moment("2026-11-24T09:00").unwrap().to_rfc3339(),
            "2026-11-24T08:00:00+00:00"
        );
        assert_eq!(
            moment("2026-06-01T09:00").unwrap().to_rfc3339(),
            "2026-06-01T07:00:00+00:00"
        );
        for wrong in ["2026-11-24", "24.11.2026 09:00", "2026-03-29T02:30"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
        assert_eq!(class("3STA"), Ok(("3STA".into(), None)));
        assert_eq!(
            class(" 3STA = A 203"),
            Ok(("3STA".into(), Some("A 203".into())))
        );
        for wrong in ["", "=A203", "3STA="] {
            assert!(class(wrong).is_err(), "{wrong}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_whole_and_for_this_user_alone_or_not_there() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("eksamen.roster");
        write(&file, b"one").unwrap();
        write(&file, b"two").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"two");
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        write(&folder.path().join("nowhere/eksamen.roster"), b"x").unwrap_err();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
