//! `portrait-check`: checks portraits from the command line, for a school's batch of photographs. See `--help`.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use portrait::{FaceFinder, PortraitError, Report, Settings, Verdict, check_file};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Checks whether photographs will do as portraits, and says what could be better.
///
/// Nothing is sent anywhere, nobody is recognised, and no file is changed.
#[derive(Parser)]
#[command(
    name = "portrait-check",
    version,
    after_long_help = "\
OUTPUT
  One line of JSON for each picture, in the order of the arguments:
  {\"file\", \"faces\", \"verdict\": \"accept\"|\"advise\"|\"reject\", \"reasons\": [rules], \"measures\": {name: {\"native\", \"score\"}}}
  A picture that cannot be read has no line; its name and the reason are one line on standard error.
  Names of measures are those of ISO/IEC 29794-5; docs/portrait.md has them and the rules.

EXIT CODE
  0  no picture was rejected
  1  some picture was rejected
  2  some file could not be read as a picture, or there was none; the others were checked all the same

EXAMPLES
  portrait-check class-1a/*.jpg
  portrait-check photos/ | jq --raw-output 'select(.verdict == \"reject\") | \"\\(.file): \\(.reasons | join(\", \"))\"'"
)]
struct Args {
    /// A JPEG or PNG file, or a folder of them (.jpg, .jpeg, .png; not the folders within)
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let finder = FaceFinder::new();
    let settings = Settings::default();
    let mut out = io::stdout().lock();
    let (mut rejected, mut unreadable) = (false, false);
    'images: for image in &args.images {
        let files = files(image).unwrap_or_else(|error| {
            unreadable = true;
            complain(image, &error);
            Vec::new()
        });
        for file in files {
            match look(&finder, &file, &settings) {
                Ok(report) => {
                    rejected |= report.verdict == Verdict::Reject;
                    if let Err(error) = write(&mut out, &file, &report) {
                        // Whoever read this may just have had enough.
                        if error.kind() != io::ErrorKind::BrokenPipe {
                            unreadable = true;
                            complain(Path::new("standard output"), &error);
                        }
                        break 'images;
                    }
                }
                Err(error) => {
                    unreadable = true;
                    complain(&file, &error);
                }
            }
        }
    }
    match (unreadable, rejected) {
        (true, _) => ExitCode::from(2),
        (false, true) => ExitCode::from(1),
        (false, false) => ExitCode::SUCCESS,
    }
}

/// The file itself, or the pictures of a folder by name.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        let kind = file
            .extension()
            .map(|kind| kind.to_string_lossy().to_lowercase());
        if matches!(kind.as_deref(), Some("jpg" | "jpeg" | "png")) && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            "the folder has no pictures",
        ));
    }
    Ok(files)
}

fn look(finder: &FaceFinder, file: &Path, settings: &Settings) -> Result<Report, Fault> {
    let mut bytes = Vec::new();
    // One byte more than is allowed tells that there is more.
    let most = u64::try_from(settings.max_bytes)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    File::open(file)?.take(most).read_to_end(&mut bytes)?;
    Ok(check_file(finder, &bytes, settings)?)
}

/// Why there is no report of a file.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    File(#[from] io::Error),
    #[error(transparent)]
    Picture(#[from] PortraitError),
}

fn complain(path: &Path, error: &dyn std::error::Error) {
    eprintln!("portrait-check: {}: {error}", path.display());
}

fn write(out: &mut impl Write, file: &Path, report: &Report) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { file, report })?;
    out.write_all(b"\n")?;
    out.flush()
}

/// One line of output.
struct Line<'a> {
    file: &'a Path,
    report: &'a Report,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("file", &self.file.to_string_lossy())?;
        map.serialize_entry("faces", &self.report.faces)?;
        map.serialize_entry("verdict", &self.report.verdict)?;
        map.serialize_entry("reasons", &self.report.reasons())?;
        map.serialize_entry("measures", &Measures(self.report))?;
        map.end()
    }
}

struct Measures<'a>(&'a Report);

impl Serialize for Measures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let measures = self.0.measures.iter();
        serializer.collect_map(measures.map(|(measure, value)| (measure.name(), value)))
    }
}
