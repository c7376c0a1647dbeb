//! The commands of `lommebevis-issuer`.

mod audit;
mod backup;
mod check_config;
mod health;
mod keys;
mod person;
mod photos;
mod retention;
mod roster;
mod serve;
mod sms;
mod staff;
mod sync;

use std::{
    error::Error,
    fmt::Display,
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::{
    app::{App, OpenError},
    config::{Config, LogFormat},
    deeds,
    records::{background::Chain, sync::SyncError},
    retention::RetentionError,
};

/// The county's service for school ID on the phone.
#[derive(Debug, Parser)]
#[command(name = "lommebevis-issuer", version, propagate_version = true)]
struct Cli {
    /// The settings.
    #[arg(
        long,
        global = true,
        env = "LOMMEBEVIS_ISSUER_CONFIG",
        default_value = "issuer.toml"
    )]
    config: PathBuf,
    /// Log lines as JSON, as `format = "json"` in `[log]` says too.
    #[arg(long, global = true)]
    json_logs: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service.
    Serve,
    /// Read the school records now.
    Sync(sync::Arguments),
    /// Read the school records from files now.
    Import(sync::ImportArguments),
    /// Signing keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// One person: look, block, reset the photo, correct the library code.
    #[command(subcommand)]
    Person(person::Command),
    /// Photos that wait for the school, and photographers' deliveries.
    #[command(subcommand)]
    Photos(photos::Command),
    /// Messages to those whose card is ready.
    #[command(subcommand)]
    Sms(sms::Command),
    /// Roles of those who work at /admin.
    #[command(subcommand)]
    Staff(staff::Command),
    /// The audit trail.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Delete what has been kept long enough; the service does so every day.
    Retention(retention::Arguments),
    /// Copy everything while the service runs.
    Backup(backup::Backup),
    /// Put a copy back where there is nothing.
    Restore(backup::Restore),
    /// Make the list of candidates for an exam.
    Roster(roster::Arguments),
    /// Say what is wrong with the settings.
    CheckConfig,
    /// Ask the service on this machine whether it is ready.
    Health(health::Arguments),
}

/// Who does this, and why; both go into the audit trail.
#[derive(Clone, Debug, Args)]
struct Why {
    /// Who does this.
    #[arg(long, value_parser = said)]
    by: String,
    /// Why.
    #[arg(long, value_parser = said)]
    reason: String,
}

impl Why {
    fn deed(&self) -> deeds::Why<'_> {
        deeds::Why {
            by: &self.by,
            reason: &self.reason,
        }
    }
}

fn said(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err("say something"),
        1..=500 => Ok(text.to_owned()),
        _ => Err("at most 500 characters"),
    }
}

/// Who does this; the reason goes without saying.
#[derive(Clone, Debug, Args)]
struct By {
    /// Who does this.
    #[arg(long, value_parser = said)]
    by: String,
    /// Why, if there is something to say.
    #[arg(long, value_parser = said)]
    reason: Option<String>,
}

/// What a command fails with; its text says what to do.
type Failure = Box<dyn Error + Send + Sync>;

/// Runs the command that the process was started with.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let config = match Config::load(&cli.config) {
        Ok(config) => config,
        Err(error) => return failed(&error),
    };
    begin_log(&cli, config.running.log);
    match dispatch(cli, config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(error.as_ref()),
    }
}

/// Says why, for whoever reads the terminal or the journal.
fn failed(error: &(dyn Error + 'static)) -> ExitCode {
    let _ = writeln!(io::stderr(), "lommebevis-issuer: {}", Chain(error));
    if audit::is_broken(error) {
        ExitCode::from(3)
    } else {
        exit_code(error)
    }
}

fn begin_log(cli: &Cli, format: LogFormat) {
    let level = if matches!(cli.command, Command::Serve) {
        "info,sea_orm_migration=warn"
    } else {
        "warn"
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr);
    // Only a second subscriber could fail, and there is none.
    if cli.json_logs || format == LogFormat::Json {
        let _ = logs.json().flatten_event(true).try_init();
    } else {
        let _ = logs.try_init();
    }
    // A panic's own text may hold anything.
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(at, "a panic");
    }));
}

/// 1 for everything but what a nightly job must tell apart: 3, the set was refused whole; 4, the brake held. (2 is clap's, for
/// a command that is not one.)
fn exit_code(error: &(dyn Error + 'static)) -> ExitCode {
    match error.downcast_ref::<SyncError>() {
        Some(SyncError::Read(_) | SyncError::Plan(_)) => ExitCode::from(3),
        Some(SyncError::Braked { .. }) => ExitCode::from(4),
        None if error.is::<sync::WouldBrake>() => ExitCode::from(4),
        None if matches!(
            error.downcast_ref::<RetentionError>(),
            Some(RetentionError::Braked { .. })
        ) =>
        {
            ExitCode::from(4)
        }
        _ => ExitCode::FAILURE,
    }
}

async fn dispatch(cli: Cli, config: Config) -> Result<(), Failure> {
    match cli.command {
        Command::Serve => serve::run(config).await,
        Command::Sync(arguments) => sync::run(&open(config).await?, arguments).await,
        Command::Import(arguments) => sync::import(&open(config).await?, arguments).await,
        Command::Keys(command) => keys::run(config, command).await,
        Command::Person(command) => person::run(&open(config).await?, command).await,
        Command::Photos(command) => photos::run(&open(config).await?, command).await,
        Command::Sms(command) => sms::run(&open(config).await?, command).await,
        Command::Staff(command) => staff::run(&open(config).await?, command).await,
        Command::Audit(command) => match audit::file_of(&command) {
            Some(file) => audit::verify_file(file),
            None => audit::run(&open(config).await?, command).await,
        },
        Command::Retention(arguments) => retention::run(&open(config).await?, arguments).await,
        Command::Backup(arguments) => {
            backup::make(&App::open_as_it_is(config).await?, arguments).await
        }
        Command::Restore(arguments) => backup::restore(config, arguments).await,
        Command::Roster(arguments) => roster::run(&open(config).await?, arguments).await,
        Command::CheckConfig => check_config::run(config),
        Command::Health(arguments) => health::run(config, arguments).await,
    }
}

async fn open(config: Config) -> Result<App, OpenError> {
    App::open(config).await
}

/// One line on standard output.
fn say(line: impl Display) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}

/// Who runs a command that asks for nobody's name.
fn operator() -> String {
    ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
        .unwrap_or_else(|| "operator".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_fit_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_photo_is_approved_or_handed_back_by_one_who_does_not_say_which() {
        for deed in ["approve-photo", "return-photo"] {
            let line = [
                "lommebevis-issuer",
                "--config",
                "issuer.toml",
                "person",
                deed,
                "--id",
                "elev:1",
                "--by",
                "kari",
                "--reason",
                "capsen",
            ];
            assert!(Cli::try_parse_from(line).is_err(), "{deed}");
            let named = line.into_iter().chain(["--photo", "3f9a04c1e2b75d60"]);
            assert!(Cli::try_parse_from(named).is_ok(), "{deed}");
        }
    }
}
