//! `lommebevis-stage`: starts the whole system on this machine. `./run` builds it and calls it.

// This is a program for a terminal.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use clap::{Parser, Subcommand};
use tokio::process::Command;
use wallet::Platform;
use whole_system::stage::{Options, Ports, Stage, StageError, program};
use whole_system::{platform, walk};

/// Starts the issuer, the Feide stand-in and a sample county, and then the app or a walk.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    what: What,
    /// Where data and logs are kept.
    #[arg(long, global = true, default_value = ".run")]
    folder: PathBuf,
    /// Forget what earlier runs left.
    #[arg(long, global = true)]
    fresh: bool,
}

#[derive(Subcommand)]
enum What {
    /// Open the app in a window.
    Window,
    /// Walk the whole path without a display.
    Walk {
        /// Keep the wallet's key in this file instead of the system's key store.
        #[arg(long)]
        file_key: Option<PathBuf>,
    },
    /// Start the system and leave it running.
    Serve,
}

/// The logins worth trying, with what each shows.
const LOGINS: [(&str, &str); 6] = [
    ("nora", "elev med alt i orden: foto, kort, bibliotekkode"),
    ("leif", "lærling, funnet gjennom fødselsnummer"),
    ("oda", "lærling som tar påbygg: elevbevis og lærlingbevis"),
    ("sunniva", "elev uten foto"),
    ("iben", "elev med mangler i opplysningene"),
    ("bjorn", "elev som er sperret"),
];

/// Those who work here.
const STAFF: [(&str, &str); 5] = [
    (
        "rektor",
        "skoleadministrator ved Fjordviken videregående skole",
    ),
    ("ikt", "IKT-kontakt ved samme skole"),
    ("bibliotek", "bibliotekar ved samme skole"),
    ("fylke", "fylkesadministrator"),
    ("revisor", "revisor: leser sporet av alt som er gjort"),
];

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\x1b[1;31mError:\x1b[0m {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let folder = std::path::absolute(&arguments.folder).map_err(|e| e.to_string())?;
    let data = folder.join("county");
    if arguments.fresh {
        for name in ["county", "app", "wallet"] {
            match std::fs::remove_dir_all(folder.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(format!("{}: {error}", folder.join(name).display()));
                }
                _ => {}
            }
        }
    }
    let options = Options {
        folder: data,
        ports: Ports::usual().map_err(|e| e.to_string())?,
        database: None,
        tell: |text| println!("\x1b[2m    {text}\x1b[0m"),
    };
    let until_interrupted = interrupted();
    tokio::select! {
        outcome = start(arguments.what, folder, options) => outcome,
        () = until_interrupted => {
            println!("Stopped.");
            Ok(())
        }
    }
}

async fn start(what: What, folder: PathBuf, options: Options) -> Result<(), String> {
    let walkers = match &what {
        What::Walk { file_key } => Some(walkers_platform(&folder, file_key.as_deref())?),
        What::Window | What::Serve => None,
    };
    let mut stage = Stage::start(options)
        .await
        .map_err(|e: StageError| e.to_string())?;
    match what {
        What::Window => {
            introduce(&stage);
            let app = program("lommebevis");
            let mut child = Command::new(&app)
                .arg("--county")
                .arg(stage.county_file())
                .arg("--data-dir")
                .arg(folder.join("app"))
                .stdin(Stdio::null())
                .kill_on_drop(true)
                .spawn()
                .map_err(|e| format!("cannot start {}: {e}", app.display()))?;
            let status = tokio::select! {
                status = child.wait() => status.map_err(|e| e.to_string())?,
                () = stage.wait() => return Err("a program ended by itself; see .run/county/logs".to_owned()),
            };
            if !status.success() {
                return Err(format!("the app ended with {status}"));
            }
            println!("The window was closed; everything is stopped.");
            Ok(())
        }
        What::Serve => {
            introduce(&stage);
            stage.wait().await;
            Err("a program ended by itself; see the logs".to_owned())
        }
        What::Walk { .. } => {
            let platform = walkers.ok_or("the walk has no platform")?;
            let walker = walk::Walker {
                username: "nora".to_owned(),
                password: "lommebevis".to_owned(),
                platform,
                tell: |text| println!("\x1b[32m✓\x1b[0m {text}"),
            };
            walk::walk(&mut stage, walker)
                .await
                .map_err(|e| format!("a step did not hold: {e}"))?;
            println!("Every step held.");
            Ok(())
        }
    }
}

/// What the walk's wallet runs on. A key store that cannot be used is told before anything is started.
fn walkers_platform(folder: &Path, key_file: Option<&Path>) -> Result<Platform, String> {
    let platform = platform::real(&folder.join("wallet"), key_file).map_err(|e| e.to_string())?;
    match platform.secrets.load() {
        Ok(_) => Ok(platform),
        Err(error) if key_file.is_some() => Err(format!("the key file cannot be used: {error}")),
        Err(error) => Err(format!(
            "{error} (Secret Service). Start or unlock one, or keep the key in a file, which protects it from nobody who can read the file: ./run --headless --file-key FILE"
        )),
    }
}

fn introduce(stage: &Stage) {
    println!("\nLommebevis is running:");
    println!("  issuer          {}", stage.issuer_url());
    println!("  Feide stand-in  {}", stage.feide_url());
    println!("  sample county   {} (FINT)", stage.county_url());
    println!("  data and logs   {}", stage.folder().display());
    println!("\nLog in with the password «lommebevis» as:");
    for (login, shows) in LOGINS {
        println!("  {login:<9} {shows}");
    }
    println!(
        "\nStaff, at {}admin, with the same password:",
        stage.issuer_url()
    );
    for (login, does) in STAFF {
        println!("  {login:<9} {does}");
    }
    println!("\nCtrl-C stops everything.\n");
}

/// Completes at Ctrl-C, when the terminal closes, or at a polite end from outside.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut hangup), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = hangup.recv() => {}
        _ = terminate.recv() => {}
    }
}
