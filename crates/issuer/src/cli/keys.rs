//! `keys`

use chrono::{DateTime, Utc};
use clap::Subcommand;

use crate::{
    app::{App, Clock, SystemClock},
    config::Config,
    db,
    db::entity::signing_key::KeyRole,
    keys,
    seal::{MasterKeyError, Seal},
};

use super::{Failure, open, operator, say};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show all keys, newest first.
    List,
    /// Make the master key and the first keys.
    Init,
    /// Make a new key for credentials, published now and signing later, and a new one for encrypted requests.
    Rotate,
    /// Print county.json, which tells an app about this county and pins the trust list's key.
    TrustListKey,
}

pub(super) async fn run(config: Config, command: Command) -> Result<(), Failure> {
    match command {
        Command::Init => init(config).await,
        Command::List => list(&open(config).await?),
        Command::Rotate => rotate(&open(config).await?).await,
        Command::TrustListKey => trust_list_key(&open(config).await?),
    }
}

async fn init(config: Config) -> Result<(), Failure> {
    let file = &config.keys.master_key_file;
    let seal = match Seal::load(file) {
        Ok(seal) => seal,
        Err(MasterKeyError::Absent(_)) => {
            let seal = Seal::create(file)?;
            say(format_args!(
                "Made the master key {}. Keep a copy in a safe place: nothing opens without it.",
                file.display()
            ))?;
            seal
        }
        Err(error) => return Err(error.into()),
    };
    let db = db::open(&config.database).await?;
    let now = SystemClock.now().timestamp();
    for kid in keys::init(&db, &seal, &config, now, &operator()).await? {
        say(format_args!("Made key {kid}"))?;
    }
    Ok(())
}

fn list(app: &App) -> Result<(), Failure> {
    let now = app.unix_now();
    let signer = app
        .keys
        .credential_signer(now)
        .ok()
        .map(|key| key.kid.clone());
    say(
        "key                                          for         published   signs       trusted until",
    )?;
    for key in app.keys.all().iter() {
        let role = match key.role {
            KeyRole::Credential => "credential",
            KeyRole::TrustList => "trust list",
            KeyRole::Encryption => "encryption",
        };
        let signs = if signer.as_ref() == Some(&key.kid) {
            "  ← signs now"
        } else {
            ""
        };
        say(format_args!(
            "{:<44} {role:<11} {:<11} {:<11} {}{signs}",
            key.kid,
            day(key.not_before),
            day(key.signs_from),
            day(key.not_after)
        ))?;
    }
    for key in app.keys.encryption().iter() {
        say(format_args!(
            "{:<44} {:<11} {:<11} {:<11} {}",
            key.kid,
            "encryption",
            day(key.not_before),
            "-",
            day(key.not_after)
        ))?;
    }
    if let Some(ends) = app.keys.rotate_before(&app.config, now) {
        say(format_args!(
            "Run `keys rotate` now: from {} on, credentials would be good for a shorter time, and then none would be issued.",
            day(ends)
        ))?;
    }
    Ok(())
}

fn day(unix: i64) -> String {
    DateTime::<Utc>::from_timestamp(unix, 0)
        .map_or_else(|| unix.to_string(), |at| at.date_naive().to_string())
}

async fn rotate(app: &App) -> Result<(), Failure> {
    let now = app.unix_now();
    let kid = keys::rotate(&app.db, &app.seal, &app.config, now, &operator()).await?;
    let from = DateTime::<Utc>::from_timestamp(now + app.config.keys.publish_ahead_s, 0)
        .unwrap_or_default();
    say(format_args!(
        "Made key {kid}; it is published now and signs from {from}. A running service takes it up within ten seconds."
    ))
}

fn trust_list_key(app: &App) -> Result<(), Failure> {
    say(serde_json::to_string_pretty(&app.county()?)?)
}
