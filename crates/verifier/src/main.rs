//! `lommebevis-verify`: checks a code from the command line, for gates and kiosks. See `--help`.

mod files;

use std::io::{self, BufRead, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Parser;
use verifier::{Checker, Outcome, Scan, Settings, picture};

use files::{FileError, Lists};

/// The longest text that can be a code; a QR code holds no more than this many characters.
const MAX_TEXT: u64 = 8 * 1024;

/// Checks a Lommebevis code and prints the verdict as JSON.
///
/// Works without any network: what it believes comes from files that were fetched beforehand.
#[derive(Parser)]
#[command(
    name = "lommebevis-verify",
    version,
    after_long_help = "\
EXIT CODE
  0  valid: known issuer, fresh code, card good, status known and not too old
  1  any other verdict on a code that could be read: invalid, status_unknown, demo, and slip (a good slip of
     paper, which may be a copy: a person has to look at the face)
  2  unreadable: no code, another code, a damaged code; or a fault in the options or files
  With --stream the exit code is 0 when the input ends, 2 if it could not begin.

AT A GATE OR A KIOSK
  Open for exit code 0 (or \"outcome\":\"valid\") and for nothing else. \"status_unknown\" means that nothing
  is wrong, but no fresh status list is at hand: fetch one, or let a person decide. A verdict says
  that the phone holds a good card; that the person is the one on the card is for eyes to see.
  Fetch ISSUER/trust-list and ISSUER/status-lists/N often (every 15 minutes), write each to a new file, and
  move it into place. A hand-held scanner that types what it reads works with --stream.

EXAMPLES
  lommebevis-verify --trust-key county.json --trust-list trust-list.jwt --status lists/ --image photo.jpg
  scanner | lommebevis-verify --trust-key key.jwk --trust-list trust-list.jwt --status lists/ --stream"
)]
struct Args {
    /// The trust list, as fetched from ISSUER/trust-list
    #[arg(long, value_name = "FILE")]
    trust_list: PathBuf,

    /// The pinned key that signs the trust list: a JWK, or a county.json that holds one
    #[arg(long, value_name = "FILE")]
    trust_key: PathBuf,

    /// A status list (JWT or CWT), or a folder of them; may be given several times
    #[arg(long = "status", value_name = "FILE")]
    statuses: Vec<PathBuf>,

    /// Refuse a trust list older than this version
    #[arg(long, value_name = "VERSION")]
    at_least_version: Option<u64>,

    /// The oldest status list that still counts as known
    #[arg(long, value_name = "SECONDS", default_value_t = Settings::default().max_status_age)]
    max_status_age: i64,

    /// The time to check at, such as 2026-09-01T08:00:00Z, instead of now
    #[arg(long, value_name = "RFC3339", conflicts_with = "stream")]
    now: Option<DateTime<Utc>>,

    /// Exit with 0 for specimen cards too (not for slips of paper); the verdict is still "demo"
    #[arg(long)]
    allow_demo: bool,

    /// Keep running: one code a line in, one verdict a line out, no code taken twice, files looked at afresh
    #[arg(long, conflicts_with_all = ["image", "text"])]
    stream: bool,

    /// A PNG or JPEG picture of the code; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    image: Option<PathBuf>,

    /// The text of the code; - for standard input
    #[arg(required_unless_present_any = ["stream", "image"])]
    text: Option<String>,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{0}")]
    Picture(#[from] picture::PictureError),
    #[error("the input is not text of at most {MAX_TEXT} bytes")]
    NotText,
    #[error("cannot read or write: {0}")]
    Io(#[from] io::Error),
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(code) => code,
        Err(failure) => {
            complain(&failure);
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<ExitCode, Failure> {
    if args.stream {
        return stream(args);
    }
    let now = args.now.unwrap_or_else(Utc::now);
    let lists = load(args, now, args.at_least_version)?;
    lists.complaints.iter().for_each(complain);
    let text = code_text(args)?;
    let judged = judge(&mut checker(args, lists), &text, now)?;
    print(judged.line)?;
    Ok(ExitCode::from(match judged.outcome {
        Outcome::Valid => 0,
        // Paper opens no gate, a specimen's no more than a county's.
        Outcome::Demo if args.allow_demo && !judged.is_slip => 0,
        Outcome::Slip | Outcome::Demo | Outcome::StatusUnknown | Outcome::Invalid => 1,
        Outcome::Unreadable => 2,
    }))
}

/// One code a line, until the input ends.
fn stream(args: &Args) -> Result<ExitCode, Failure> {
    let lists = load(args, Utc::now(), args.at_least_version)?;
    let mut complaints = lists.complaints.clone();
    complaints.iter().for_each(complain);
    let mut checker = checker(args, lists);
    let mut input = io::stdin().lock();
    while let Some(line) = read_line(&mut input)? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let now = Utc::now();
        let known = checker.trust().version();
        let now_wrong = match load(args, now, Some(known)) {
            Ok(lists) => {
                checker.update(lists.trust, lists.statuses);
                lists.complaints
            }
            // What was read before still stands, and the verdict says how old it is.
            Err(error) => vec![error.to_string()],
        };
        if now_wrong != complaints {
            now_wrong.iter().for_each(complain);
            complaints = now_wrong;
        }
        print(judge(&mut checker, &String::from_utf8_lossy(&line), now)?.line)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The next line; what is longer than any code is read to its end and cut off.
fn read_line(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if input.by_ref().take(MAX_TEXT).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    let mut rest = line.clone();
    while !rest.is_empty() && rest.last() != Some(&b'\n') {
        rest.clear();
        input.by_ref().take(MAX_TEXT).read_until(b'\n', &mut rest)?;
    }
    Ok(Some(line))
}

fn load(args: &Args, now: DateTime<Utc>, known: Option<u64>) -> Result<Lists, FileError> {
    Lists::load(
        &args.trust_list,
        &args.trust_key,
        &args.statuses,
        now,
        known,
    )
}

fn checker(args: &Args, lists: Lists) -> Checker {
    let settings = Settings {
        max_status_age: args.max_status_age,
        ..Settings::default()
    };
    Checker::new(lists.trust, lists.statuses, settings)
}

fn code_text(args: &Args) -> Result<String, Failure> {
    if let Some(path) = &args.image {
        let limit = picture::MAX_BYTES as u64;
        let bytes = if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)?;
            bytes
        } else {
            files::read(path, limit)?
        };
        return Ok(picture::read_code(&bytes)?);
    }
    let text = args.text.as_deref().unwrap_or("-");
    if text != "-" {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(MAX_TEXT + 1)
        .read_to_end(&mut bytes)?;
    String::from_utf8(bytes)
        .ok()
        .filter(|text| text.len() as u64 <= MAX_TEXT)
        .ok_or(Failure::NotText)
}

/// A verdict, and the line of JSON that says it.
struct Judged {
    outcome: Outcome,
    is_slip: bool,
    line: Vec<u8>,
}

/// A verdict on a slip says so (`"kind":"slip"`); a portrait by itself is no code at a gate.
fn judge(checker: &mut Checker, text: &str, now: DateTime<Utc>) -> io::Result<Judged> {
    let is_slip = qr_proof::is_slip(text.trim_matches(['\r', '\n', '\t']));
    Ok(match is_slip.then(|| checker.scan(text, now)) {
        Some(Scan::Slip(slip)) => Judged {
            outcome: slip.outcome,
            is_slip: true,
            line: serde_json::to_vec(&Scan::Slip(slip))?,
        },
        _ => {
            let verdict = checker.check(text, now);
            Judged {
                outcome: verdict.outcome,
                is_slip: false,
                line: serde_json::to_vec(&verdict)?,
            }
        }
    })
}

fn print(mut line: Vec<u8>) -> io::Result<()> {
    line.push(b'\n');
    let mut output = io::stdout().lock();
    output.write_all(&line)?;
    output.flush()
}

fn complain(what: impl std::fmt::Display) {
    // Where there is no standard error, there is nobody to tell.
    let _ = writeln!(io::stderr(), "lommebevis-verify: {what}");
}
