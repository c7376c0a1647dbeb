//! Telling the person what matters while nobody looks at the app: each notice once, and none at night.
//!
//! [`planner`] says what there is to tell and when, from what is stored; [`words`] says it in three languages, with
//! nothing personal in it; [`Notices`] remembers what was told. Phones keep the time themselves, a desktop is told when
//! it falls due while the app runs: that is the [`Notifier`]'s business.

pub(crate) mod planner;
pub(crate) mod system;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};

use crate::preferences::{Language, remove, write_whole};
use planner::{Reminder, ReminderKind};

const FILE: &str = "notices.json";
/// Far above what is written; a larger file is not ours.
const MAX_FILE: u64 = 64 << 10;

/// One notice, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Names it; the same at every start.
    pub(crate) id: String,
    /// When to show it; in the past: now.
    pub(crate) at: DateTime<Utc>,
    /// Says nothing personal, like the body: it may stand on a locked screen.
    pub(crate) title: &'static str,
    /// Ditto.
    pub(crate) body: &'static str,
    /// Says that the card waits to be brought up to date, which is no longer true once it is.
    pub(crate) until_refreshed: bool,
}

/// The system's way to show notices.
pub(crate) trait Notifier: Send + Sync {
    /// Whether it keeps the time itself, also while the app does not run. Then it is given what is to come, else only
    /// what is due.
    fn keeps_time(&self) -> bool;
    /// These in place of all that are waiting. Those that are due `now` are shown at once.
    fn replace_all(&self, notices: &[Notice], now: DateTime<Utc>);
    /// Takes back what is waiting, and from the screen what was shown, as far as the system can: it was for somebody
    /// who has left.
    fn clear(&self);
    /// Whether the system lets notices through.
    fn permission(&self) -> Permission;
    /// Has the system ask the person to let them through, if it has not been asked.
    fn ask(&self);
}

/// Whether the system lets notices through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    /// Yes, or there is nobody to ask.
    Granted,
    /// The person has not been asked.
    NotAsked,
    /// The person has said no, in the system's own settings or when asked.
    Denied,
}

/// What was told.
pub(crate) struct Notices {
    folder: PathBuf,
    notifier: Box<dyn Notifier>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Hashes of what was handed to the system, and when it is or was to be shown. What is no longer planned is
    /// forgotten, so that it can be told again when it happens again.
    handed: BTreeMap<String, DateTime<Utc>>,
    /// What the system was given last.
    waiting: Vec<Notice>,
    /// It let notices through then.
    allowed: bool,
}

impl Notices {
    /// With what was told before. A file that cannot be read is as good as none: a notice may come twice.
    pub(crate) fn new(folder: &Path, notifier: Box<dyn Notifier>) -> Self {
        let path = folder.join(FILE);
        let is_ours = std::fs::metadata(&path).is_ok_and(|file| file.len() <= MAX_FILE);
        let handed = is_ours
            .then(|| serde_json::from_slice(&std::fs::read(&path).ok()?).ok())
            .flatten()
            .unwrap_or_default();
        Self {
            folder: folder.to_owned(),
            notifier,
            inner: Mutex::new(Inner {
                handed,
                ..Inner::default()
            }),
        }
    }

    /// Tells what is due and was not told, and has the system wait for the rest if it can.
    pub(crate) fn tell(&self, plan: &[Reminder], language: Language, now: DateTime<Utc>) {
        let mut inner = self.inner();
        let keeps_time = self.notifier.keeps_time();
        let mut handed = BTreeMap::new();
        let mut waiting = Vec::new();
        for reminder in plan {
            let name = name(&reminder.id);
            let told = inner.handed.get(&name).filter(|at| **at <= now);
            if let Some(at) = told {
                handed.insert(name, *at);
            } else if reminder.until <= now {
                // Over before it could be told: as good as told, also if it is planned a little longer.
                handed.insert(name, reminder.at);
            } else if let Some(at) = inner
                .handed
                .get(&name)
                .filter(|_| !keeps_time && now < reminder.at)
            {
                // The phone waits with it since the app was open; this is a moment in which it is not.
                handed.insert(name, *at);
            } else if keeps_time || reminder.at <= now {
                handed.insert(name, reminder.at);
                let (title, body) = words::words(reminder.kind, language);
                waiting.push(Notice {
                    id: reminder.id.clone(),
                    at: reminder.at,
                    title,
                    body,
                    until_refreshed: matches!(
                        reminder.kind,
                        ReminderKind::NeedsRefresh | ReminderKind::ExpiresSoon
                    ),
                });
            }
        }
        // First on disk: better untold than told at every start.
        if !self.keep(&mut inner, handed) {
            return;
        }
        let allowed = self.notifier.permission() == Permission::Granted;
        let is_new = if keeps_time {
            // What it was given while it let nothing through, it may have thrown away.
            waiting != inner.waiting || (allowed && !inner.allowed)
        } else {
            !waiting.is_empty()
        };
        if is_new {
            self.notifier.replace_all(&waiting, now);
        }
        inner.waiting = waiting;
        inner.allowed = allowed;
    }

    /// What is due was seen in the app itself, as the answer to something the person did: it need not be told.
    pub(crate) fn seen(&self, plan: &[Reminder], now: DateTime<Utc>) {
        let mut inner = self.inner();
        let mut handed = inner.handed.clone();
        for reminder in plan {
            handed.insert(name(&reminder.id), reminder.at.min(now));
        }
        self.keep(&mut inner, handed);
    }

    /// Takes back what is waiting and was shown, and forgets what was told: the person leaves this device.
    pub(crate) fn forget(&self) -> std::io::Result<()> {
        let mut inner = self.inner();
        self.notifier.clear();
        remove(&self.folder.join(FILE))?;
        *inner = Inner::default();
        Ok(())
    }

    /// Takes back what is waiting, and remembers what was told: for who turns notices off.
    pub(crate) fn silence(&self, now: DateTime<Utc>) {
        let mut inner = self.inner();
        if self.notifier.keeps_time() {
            self.notifier.replace_all(&[], now);
        }
        inner.waiting.clear();
    }

    /// Whether the system lets notices through.
    pub(crate) fn permission(&self) -> Permission {
        self.notifier.permission()
    }

    /// The person wants notices: the system may ask for leave.
    pub(crate) fn ask(&self) {
        if self.notifier.permission() == Permission::NotAsked {
            self.notifier.ask();
        }
    }

    fn keep(&self, inner: &mut Inner, handed: BTreeMap<String, DateTime<Utc>>) -> bool {
        if handed == inner.handed {
            return true;
        }
        let written = serde_json::to_vec(&handed)
            .map_err(std::io::Error::from)
            .and_then(|text| write_whole(&self.folder, FILE, &text));
        match written {
            Ok(()) => {
                inner.handed = handed;
                true
            }
            Err(error) => {
                tracing::warn!(%error, "what was told cannot be kept, so nothing is told");
                false
            }
        }
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The file is not sealed, and shows nothing of what the names are made of.
fn name(id: &str) -> String {
    let hash = digest(&SHA256, id.as_bytes());
    hash.as_ref()
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use planner::ReminderKind;

    #[derive(Clone, Default)]
    struct Shown {
        keeps_time: bool,
        kept_back: Arc<Mutex<bool>>,
        calls: Arc<Mutex<Vec<Vec<String>>>>,
        told_at: Arc<Mutex<Vec<DateTime<Utc>>>>,
        cleared: Arc<Mutex<u32>>,
    }

    impl Shown {
        fn take(&self) -> Vec<Vec<String>> {
            std::mem::take(&mut self.calls.lock().unwrap())
        }
    }

    impl Notifier for Shown {
        fn keeps_time(&self) -> bool {
            self.keeps_time
        }
        fn replace_all(&self, notices: &[Notice], now: DateTime<Utc>) {
            self.told_at.lock().unwrap().push(now);
            let ids = notices.iter().map(|notice| notice.id.clone()).collect();
            self.calls.lock().unwrap().push(ids);
        }
        fn clear(&self) {
            *self.cleared.lock().unwrap() += 1;
        }
        fn permission(&self) -> Permission {
            if *self.kept_back.lock().unwrap() {
                Permission::Denied
            } else {
                Permission::Granted
            }
        }
        fn ask(&self) {}
    }

    fn at(hour: u32) -> DateTime<Utc> {
        format!("2026-11-22T{hour:02}:00:00Z").parse().unwrap()
    }

    fn reminder(id: &str, hour: u32) -> Reminder {
        Reminder {
            id: id.into(),
            at: at(hour),
            until: at(hour) + chrono::TimeDelta::hours(6),
            kind: ReminderKind::CardReady,
        }
    }

    #[test]
    fn a_desktop_tells_what_is_due_once_over_restarts() {
        let folder = tempfile::tempdir().unwrap();
        let shown = Shown::default();
        let plan = [reminder("a", 8), reminder("b", 12)];
        let notices = Notices::new(folder.path(), Box::new(shown.clone()));
        notices.tell(&plan, Language::Nb, at(9));
        assert_eq!(shown.take(), [["a"]]);
        notices.tell(&plan, Language::Nb, at(10));
        assert_eq!(shown.take(), Vec::<Vec<String>>::new());
        let notices = Notices::new(folder.path(), Box::new(shown.clone()));
        notices.tell(&plan, Language::Nb, at(13));
        assert_eq!(shown.take(), [["b"]]);
        assert_eq!(*shown.told_at.lock().unwrap(), [at(9), at(13)]);
        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(!text.contains("\"a\""), "{text}");
    }

    #[test]
    fn a_phone_is_given_what_is_to_come_and_told_again_only_when_the_plan_changes() {
        let folder = tempfile::tempdir().unwrap();
        let shown = Shown {
            keeps_time: true,
            ..Shown::default()
        };
        let notices = Notices::new(folder.path(), Box::new(shown.clone()));
        let plan = [reminder("a", 8), reminder("b", 12)];
        notices.tell(&plan, Language::Nb, at(9));
        assert_eq!(shown.take(), [["a", "b"]]);
        notices.tell(&plan, Language::Nb, at(10));
        // The first was shown, so that the second alone waits.
        assert_eq!(shown.take(), [["b"]]);
        notices.tell(&plan, Language::Nb, at(11));
        assert!(shown.take().is_empty());
        // The system showed it at noon, whether or not the app ran.
        let notices = Notices::new(folder.path(), Box::new(shown.clone()));
        notices.tell(&plan, Language::Nb, at(13));
        assert!(shown.take().concat().is_empty());
        // A card that was refreshed has other times.
        notices.tell(&[reminder("c", 20)], Language::Nb, at(13));
        assert_eq!(shown.take(), [["c"]]);
        notices.silence(at(14));
        assert_eq!(shown.take(), [Vec::<String>::new()]);
    }

    #[test]
    fn what_a_phone_waits_with_is_not_told_twice_for_a_refresh_in_the_background() {
        let folder = tempfile::tempdir().unwrap();
        let shown = Shown {
            keeps_time: true,
            ..Shown::default()
        };
        let phone = Notices::new(folder.path(), Box::new(shown.clone()));
        phone.tell(&[reminder("b", 12)], Language::Nb, at(9));
        assert_eq!(shown.take(), [["b"]]);
        // In the background, where only what is due can be shown, a card has come and something is to come.
        let collected = Shown::default();
        let plan = [reminder("a", 8), reminder("b", 12), reminder("c", 14)];
        Notices::new(folder.path(), Box::new(collected.clone())).tell(&plan, Language::Nb, at(10));
        assert_eq!(collected.take(), [["a"]]);
        // The phone has shown the one of noon itself; the one that nobody waited with is told in the background.
        Notices::new(folder.path(), Box::new(collected.clone())).tell(&plan, Language::Nb, at(13));
        assert!(collected.take().is_empty());
        Notices::new(folder.path(), Box::new(collected.clone())).tell(&plan, Language::Nb, at(14));
        assert_eq!(collected.take(), [["c"]]);
        Notices::new(folder.path(), Box::new(shown.clone())).tell(&plan, Language::Nb, at(15));
        assert!(shown.take().concat().is_empty());
    }

    #[test]
    fn a_phone_that_comes_to_let_notices_through_is_given_them_again() {
        let folder = tempfile::tempdir().unwrap();
        let shown = Shown {
            keeps_time: true,
            kept_back: Arc::new(Mutex::new(true)),
            ..Shown::default()
        };
        let notices = Notices::new(folder.path(), Box::new(shown.clone()));
        let plan = [reminder("b", 12)];
        notices.tell(&plan, Language::Nb, at(9));
        assert_eq!(shown.take(), [["b"]]);
        *shown.kept_back.lock().unwrap() = false;
        notices.tell(&plan, Language::Nb, at(9));
        assert_eq!(shown.take(), [["b"]]);
        notices.tell(&plan, Language::Nb, at(10));
        assert!(shown.take().is_empty());
    }

    #[test]
    fn what_is_over_before_it_could_be_told_is_never_told() {
        for keeps_time in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let shown = Shown {
                keeps_time,
                ..Shown::default()
            };
            let notices = Notices::new(folder.path(), Box::new(shown.clone()));
            let mut reminder = reminder("a", 8);
            notices.tell(std::slice::from_ref(&reminder), Language::Nb, at(14));
            assert!(shown.take().concat().is_empty());
            // Planned a little longer, as a card that is brought up to date is.
            reminder.until = at(23);
            let notices = Notices::new(folder.path(), Box::new(shown.clone()));
            notices.tell(std::slice::from_ref(&reminder), Language::Nb, at(15));
            assert!(shown.take().concat().is_empty());
        }
    }

    #[test]
    fn what_was_seen_in_the_app_is_not_told_and_what_happens_again_is() {
        let folder = tempfile::tempdir().unwrap();
        let shown = Shown::default();
        let notices = Notices::new(folder.path(), Box::new(shown.clone()));
        let plan = [reminder("a", 8)];
        notices.seen(&plan, at(7));
        notices.tell(&plan, Language::Nb, at(9));
        assert!(shown.take().is_empty());
        notices.tell(&[], Language::Nb, at(10));
        notices.tell(&plan, Language::Nb, at(11));
        assert_eq!(shown.take(), [["a"]]);
    }

    #[test]
    fn a_file_that_is_no_list_of_notices_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "[1]").unwrap();
        let shown = Shown::default();
        let notices = Notices::new(folder.path(), Box::new(shown.clone()));
        notices.tell(&[reminder("a", 8)], Language::Nb, at(9));
        assert_eq!(shown.take(), [["a"]]);
        notices.forget().unwrap();
        assert_eq!(*shown.cleared.lock().unwrap(), 1);
        assert!(!folder.path().join(FILE).exists());
    }
}
