//! The help with getting a MinID, for the screens. Needs no login, no card and no network.
//!
//! All rules are in the crate `minid-guide`; here are today's date and the little that is kept: `minid.json` in the data
//! folder, a day, two ticks and four counts in the clear. A typed fødselsnummer is looked at and wiped; it is in no
//! file, no log and no answer.
//!
//! A failure is one short word, as on the page `/minid`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{Days, Local, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Europe::Oslo;
use minid_guide::{
    ClassPlan, ClassWords, Deadline, Facts, Guide, GuideError, Kept, NumberCheck, PupilPlan,
    PupilWords, Reminder,
};
use tauri::State;
use wallet::checking::files;
use wallet::platform::{Clock, Platform};
use zeroize::Zeroizing;

use crate::core::Core;

const FILE: &str = "minid.json";

type Answer<T> = Result<T, &'static str>;

/// The help, and what is kept of it.
pub(crate) struct Minid {
    guide: Guide,
    clock: Arc<dyn Clock>,
    folder: PathBuf,
    /// One at a time at the file.
    file: Mutex<()>,
}

impl Minid {
    /// With the settings that are part of the app.
    pub(crate) fn new(platform: &Platform) -> Result<Self, GuideError> {
        Ok(Self {
            guide: Guide::shipped()?,
            clock: platform.clock.clone(),
            folder: platform.directory.clone(),
            file: Mutex::new(()),
        })
    }

    /// What is kept; nothing if that cannot be right, which is then put aside.
    pub(crate) fn kept(&self) -> Kept {
        let _one = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.folder.join(FILE);
        let text = match files::read(&path, Kept::MAX_BYTES) {
            Ok(Some(bytes)) => String::from_utf8(bytes).unwrap_or_default(),
            Ok(None) if !path.exists() => return Kept::default(),
            Ok(None) => String::new(),
            Err(error) => {
                tracing::warn!(%error, "what was kept of the MinID help cannot be read");
                return Kept::default();
            }
        };
        self.guide.read_kept(&text).unwrap_or_else(|error| {
            tracing::warn!(%error, "what was kept of the MinID help is put aside");
            files::put_aside(&path);
            Kept::default()
        })
    }

    fn keep(&self, kept: &Kept) -> Answer<()> {
        if kept.ordered_on.is_some_and(|day| day > self.today()) {
            return Err("in_the_future");
        }
        if let Some(counts) = &kept.counts {
            self.guide.check_counts(counts).map_err(|_| "bad_counts")?;
        }
        let json = serde_json::to_vec(kept).map_err(|_| "not_kept")?;
        let _one = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        files::replace(&self.folder, FILE, &json).map_err(|error| {
            tracing::warn!(%error, "the MinID help could not keep anything");
            "not_kept"
        })
    }

    /// When to remind the pupil of what, from a week ago on: the app may not have run on the day. What comes of those
    /// that are past is for who tells them.
    pub(crate) fn reminders_of_late(&self) -> Vec<Reminder> {
        let today = self.now().date();
        let from = today.checked_sub_days(Days::new(7)).unwrap_or(today);
        self.reminders(from.and_time(NaiveTime::MIN))
    }

    /// The time on this device.
    fn now(&self) -> NaiveDateTime {
        self.clock.now().with_timezone(&Local).naive_local()
    }

    /// When to remind the pupil of what, from then on and by this device's clock; nothing without an order.
    fn reminders(&self, now: NaiveDateTime) -> Vec<Reminder> {
        let kept = self.kept();
        let Some(ordered_on) = kept.ordered_on else {
            return Vec::new();
        };
        self.guide
            .pupil_plan(ordered_on, kept.arrived, kept.registered, self.today())
            .map(|plan| self.guide.reminders(&plan, now))
            .unwrap_or_default()
    }

    /// Forgets all of it.
    pub(crate) fn forget(&self) -> std::io::Result<()> {
        let _one = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let aside = files::delete(&self.folder.join(format!("{FILE}.aside")));
        files::delete(&self.folder.join(FILE)).and(aside)
    }

    /// Deadlines and letters go by the date in Norway, wherever the device is.
    fn today(&self) -> NaiveDate {
        self.clock.now().with_timezone(&Oslo).date_naive()
    }
}

/// Numbers and addresses to tell, and the intakes to choose from.
#[tauri::command]
pub(crate) fn minid_facts(minid: State<'_, Minid>) -> Facts {
    minid.guide.facts(minid.today())
}

/// What a typed number looks like.
#[tauri::command]
pub(crate) fn minid_check_number(minid: State<'_, Minid>, text: String) -> NumberCheck {
    let text = Zeroizing::new(text);
    minid.guide.check_number(&text, minid.today())
}

/// A pupil's plan.
#[tauri::command]
pub(crate) fn minid_pupil_plan(
    minid: State<'_, Minid>,
    ordered_on: NaiveDate,
    arrived: bool,
    registered: bool,
) -> Answer<PupilPlan> {
    minid
        .guide
        .pupil_plan(ordered_on, arrived, registered, minid.today())
        .map_err(|error| error.word())
}

/// A class's plan.
#[tauri::command]
pub(crate) fn minid_class_plan(
    minid: State<'_, Minid>,
    intake: i32,
    deadline: Deadline,
) -> Answer<ClassPlan> {
    minid
        .guide
        .class_plan(intake, deadline, minid.today())
        .map_err(|error| error.word())
}

/// A pupil's calendar file.
#[tauri::command]
pub(crate) fn minid_pupil_calendar(
    minid: State<'_, Minid>,
    ordered_on: NaiveDate,
    words: PupilWords,
) -> Answer<String> {
    minid
        .guide
        .pupil_calendar(ordered_on, &words, minid.today())
        .map_err(|error| error.word())
}

/// A class's calendar file.
#[tauri::command]
pub(crate) fn minid_class_calendar(
    minid: State<'_, Minid>,
    intake: i32,
    deadline: Deadline,
    words: ClassWords,
) -> Answer<String> {
    minid
        .guide
        .class_calendar(intake, deadline, &words, minid.today())
        .map_err(|error| error.word())
}

/// What is kept.
#[tauri::command]
pub(crate) async fn minid_kept(minid: State<'_, Minid>) -> Answer<Kept> {
    Ok(minid.kept())
}

/// Keeps this instead.
#[tauri::command]
pub(crate) async fn minid_keep(
    minid: State<'_, Minid>,
    core: State<'_, Core>,
    kept: Kept,
) -> Answer<()> {
    minid.keep(&kept)?;
    // Who is in the app sees what is due now.
    core.minid_changed(minid.reminders_of_late());
    Ok(())
}

#[cfg(test)]
mod tests;
