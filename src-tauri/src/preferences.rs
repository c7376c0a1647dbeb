//! What the device's owner has chosen: one small file in the data folder, neither secret nor personal.
//!
//! `preferences.json` is written beside itself and renamed, so that there is the old file or the new one; one that
//! cannot be read is put aside as `preferences.json.bad`, and the defaults hold. A log-out leaves history,
//! notifications and language as they are, which the device's owner has chosen for the device. It turns the app lock
//! off, since it leaves nothing to lock, and whoever logs in next may be somebody else.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

const FILE: &str = "preferences.json";
/// Far above what is written; a larger file is not ours.
const MAX_FILE: u64 = 64 << 10;

/// The languages there are words in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    /// Bokmål; also for who has chosen a language without words of its own here.
    #[default]
    Nb,
    /// Nynorsk.
    Nn,
    /// English.
    En,
}

impl Language {
    /// By its code, such as `nn`.
    pub(crate) fn of(code: &str) -> Self {
        match code {
            "nn" => Self::Nn,
            "en" => Self::En,
            _ => Self::Nb,
        }
    }
}

/// All that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Choices {
    /// Note what was shown and what happened.
    pub(crate) history: bool,
    /// Tell of what matters while nobody looks at the app.
    pub(crate) notifications: bool,
    /// Ask the system who is there before the card is shown.
    pub(crate) app_lock: bool,
    /// The language that the screens last told.
    pub(crate) language: Language,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            history: true,
            notifications: true,
            app_lock: false,
            language: Language::default(),
        }
    }
}

/// The file and what it says.
pub(crate) struct Preferences {
    folder: PathBuf,
    choices: Mutex<Choices>,
}

impl Preferences {
    /// What was chosen, or the defaults. Never fails: no preference is worth a card that is not shown.
    pub(crate) fn read(folder: &Path) -> Self {
        let choices = match read(&folder.join(FILE)) {
            Ok(choices) => choices.unwrap_or_default(),
            Err(error) => {
                tracing::warn!(%error, "the preferences cannot be read and are put aside");
                let _ = fs::rename(folder.join(FILE), folder.join(format!("{FILE}.bad")));
                Choices::default()
            }
        };
        Self {
            folder: folder.to_owned(),
            choices: Mutex::new(choices),
        }
    }

    /// What holds now.
    pub(crate) fn get(&self) -> Choices {
        *self.choices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Chooses otherwise; first on disk. If the disk refuses, nothing has changed.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Choices)) -> io::Result<()> {
        let mut choices = self.choices.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = *choices;
        change(&mut next);
        if next != *choices {
            write_whole(&self.folder, FILE, &serde_json::to_vec_pretty(&next)?)?;
            *choices = next;
        }
        Ok(())
    }

    /// Forgets all choices, the file put aside included.
    pub(crate) fn forget(&self) -> io::Result<()> {
        let mut choices = self.choices.lock().unwrap_or_else(PoisonError::into_inner);
        let language = choices.language;
        for name in [FILE.to_owned(), format!("{FILE}.bad")] {
            remove(&self.folder.join(name))?;
        }
        // What is on the screen is still to be understood.
        *choices = Choices {
            language,
            ..Choices::default()
        };
        Ok(())
    }
}

fn read(path: &Path) -> io::Result<Option<Choices>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = Vec::new();
    file.take(MAX_FILE).read_to_end(&mut text)?;
    // By way of an object: a list would be taken for the members in their order.
    let members: serde_json::Map<_, _> = serde_json::from_slice(&text)?;
    Ok(Some(serde_json::from_value(members.into())?))
}

/// Writes a file whole or not at all.
pub(crate) fn write_whole(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let beside = folder.join(format!("{name}.new"));
    let mut file = fs::File::create(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&beside, folder.join(name))
}

/// Deletes a file, if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_there_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let preferences = Preferences::read(folder.path());
        assert_eq!(preferences.get(), Choices::default());
        preferences
            .change(|choices| {
                choices.history = false;
                choices.language = Language::of("nn");
            })
            .unwrap();
        let again = Preferences::read(folder.path()).get();
        assert!(!again.history && again.notifications && !again.app_lock);
        assert_eq!(again.language, Language::Nn);
        assert!(!folder.path().join("preferences.json.new").exists());
    }

    #[test]
    fn a_bad_file_is_put_aside_and_the_defaults_hold() {
        for bad in ["{", "[]", "{\"history\": 3}", ""] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(FILE), bad).unwrap();
            assert_eq!(Preferences::read(folder.path()).get(), Choices::default());
            assert!(folder.path().join("preferences.json.bad").exists(), "{bad}");
            assert!(!folder.path().join(FILE).exists());
        }
    }

    #[test]
    fn a_file_of_another_version_is_read_as_far_as_it_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"app_lock": true, "invented_later": [1]}"#;
        fs::write(folder.path().join(FILE), text).unwrap();
        let choices = Preferences::read(folder.path()).get();
        assert!(choices.app_lock && choices.history);
    }

    #[test]
    fn what_is_forgotten_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let preferences = Preferences::read(folder.path());
        preferences
            .change(|choices| choices.app_lock = true)
            .unwrap();
        preferences.forget().unwrap();
        preferences.forget().unwrap();
        assert!(!preferences.get().app_lock);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn languages_without_words_here_are_told_in_bokmal() {
        for (code, language) in [
            ("nb", Language::Nb),
            ("nn", Language::Nn),
            ("en", Language::En),
            ("sma", Language::Nb),
            ("", Language::Nb),
        ] {
            assert_eq!(Language::of(code), language);
        }
    }
}
