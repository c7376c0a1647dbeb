//! What the app is started with: which county, and where it keeps its data. A phone starts it with nothing, and has the
//! county that was built in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use county_api::County;
use tauri::{AppHandle, Manager as _, Runtime};
use tauri_plugin_device::Device;
use wallet::platform::{
    FileSecrets, HolderKeys, KeyringSecrets, Platform, ReqwestHttp, SecretStore, SystemClock,
};

/// The county built into the app: the text of its `county.json`, which `build.rs` hands on.
const BUILT_IN_COUNTY: Option<&str> = option_env!("LOMMEBEVIS_BUILT_IN_COUNTY");

/// Lommebevis: your school ID, also without a network.
#[cfg(desktop)]
#[derive(Debug, clap::Parser)]
#[command(version)]
struct Arguments {
    /// The county's `county.json`, instead of the county built into the app.
    #[arg(long, value_name = "FILE", env = "LOMMEBEVIS_COUNTY")]
    county: Option<PathBuf>,
    /// Where to keep the data, instead of the system's place for it.
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Keep the key in this file instead of the system's key store. Whoever reads the file can read the card.
    #[arg(long, value_name = "FILE")]
    file_key: Option<PathBuf>,
}

/// The same, read and checked.
pub(crate) struct Settings {
    county: County,
    data_dir: Option<PathBuf>,
    file_key: Option<PathBuf>,
}

/// What the wallet and the checker run on.
pub(crate) struct Ground {
    /// Clocks, network, key store and folder.
    pub(crate) platform: Platform,
    /// For the key of the invigilator's lists, which comes and goes with them.
    pub(crate) exam_secrets: Arc<dyn SecretStore>,
    /// Which county.
    pub(crate) county: County,
}

/// Why the app cannot start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    /// No county at all.
    #[cfg_attr(
        desktop,
        error(
            "this app has no county built in. Start it with --county FILE; the issuer makes the file with: lommebevis-issuer keys trust-list-key"
        )
    )]
    #[cfg_attr(
        mobile,
        error(
            "this app has no county built in: before building it, run src-tauri/mobile/county-config.mjs with its county.json"
        )
    )]
    NoCounty,
    /// The file cannot be read.
    #[cfg(desktop)]
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The county's data are wrong.
    #[error(transparent)]
    County(#[from] county_api::county::CountyError),
}

impl Settings {
    /// Reads the command line.
    #[cfg(desktop)]
    pub(crate) fn read() -> Result<Self, SettingsError> {
        let arguments = <Arguments as clap::Parser>::parse();
        let text = match (&arguments.county, BUILT_IN_COUNTY) {
            (Some(path), _) => std::fs::read(path).map_err(|source| SettingsError::Unreadable {
                path: path.clone(),
                source,
            })?,
            (None, Some(text)) => text.as_bytes().to_vec(),
            (None, None) => return Err(SettingsError::NoCounty),
        };
        Ok(Self {
            county: County::from_json(&text)?,
            data_dir: arguments.data_dir,
            file_key: arguments.file_key,
        })
    }

    /// The county that was built in.
    #[cfg(mobile)]
    pub(crate) fn read() -> Result<Self, SettingsError> {
        let text = BUILT_IN_COUNTY.ok_or(SettingsError::NoCounty)?;
        Ok(Self {
            county: County::from_json(text.as_bytes())?,
            data_dir: None,
            file_key: None,
        })
    }

    /// What the wallet and the checker run on.
    pub(crate) fn ground<R: Runtime>(
        self,
        app: &AppHandle<R>,
    ) -> Result<Ground, Box<dyn std::error::Error>> {
        let keys = app.state::<Device>().keys.clone();
        self.ground_in(app.path().app_local_data_dir()?, keys)
    }

    /// The same in a process without a window. `folder`: the system's place for the app's data.
    pub(crate) fn ground_in(
        self,
        folder: PathBuf,
        holder_keys: Arc<dyn HolderKeys>,
    ) -> Result<Ground, Box<dyn std::error::Error>> {
        // The entry goes by the folder, so that a trial beside the real app does not share its key.
        let (directory, entry) = match self.data_dir {
            Some(folder) => {
                let folder = std::path::absolute(folder)?;
                let entry = folder.display().to_string();
                (folder, entry)
            }
            None => (folder, "wallet".to_owned()),
        };
        tauri_plugin_device::keep_out_of_backups(&directory);
        let (secrets, exam_secrets): (Arc<dyn SecretStore>, Arc<dyn SecretStore>) =
            match &self.file_key {
                Some(path) => (
                    Arc::new(FileSecrets::new(path)),
                    Arc::new(FileSecrets::new(beside(path))),
                ),
                None => (
                    Arc::new(KeyringSecrets::new("no.lommebevis.app", &entry)),
                    Arc::new(KeyringSecrets::new(
                        "no.lommebevis.app",
                        format!("exams {entry}"),
                    )),
                ),
            };
        let platform = Platform {
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(ring::rand::SystemRandom::new()),
            http: Arc::new(ReqwestHttp::new()?),
            secrets,
            holder_keys,
            directory,
        };
        Ok(Ground {
            platform,
            exam_secrets,
            county: self.county,
        })
    }
}

/// The file for the key of the invigilator's lists, beside the wallet's.
fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from("exams-");
    name.push(path.file_name().unwrap_or_default());
    path.with_file_name(name)
}

/// Says why the app cannot start, and ends it.
#[cfg(desktop)]
pub(crate) fn stop(error: &SettingsError) -> ! {
    use std::io::Write as _;
    // There is no window yet; a terminal is the only one to tell.
    let _ = writeln!(std::io::stderr(), "Lommebevis: {error}");
    std::process::exit(2)
}
