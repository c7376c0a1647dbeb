//! The person's own: what is stored, the history, the choices, the lock, and leaving.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;
use wallet::HistoryEvent;
use wallet::problem::{Problem, ProblemKind};

use super::{Core, lock, shown};
use crate::app_lock::Availability;
use crate::convert;
use crate::notices::Permission;
use crate::notices::planner::{self, Reminder};
use crate::preferences::{Choices, Language};
use crate::view::{AppState, ExportWords, HistoryView, MineView, PreferencesView};

/// Counts as long as it lives.
pub(super) struct Wish<'a>(&'a AtomicU64);

impl Drop for Wish<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A code that is renewed within this time is the same showing.
const SAME_SHOWING: Duration = Duration::from_secs(60);
/// The shape of the file that a person takes along; `docs/own-data.md` describes it.
const EXPORT_SCHEMA: &str = "lommebevis-own-data-1";

impl Core {
    /// What was chosen, and what can be.
    pub(crate) fn preferences(&self) -> PreferencesView {
        let choices = self.preferences.get();
        PreferencesView {
            history: choices.history,
            notifications: choices.notifications,
            app_lock: choices.app_lock,
            lock_offer: self.lock.available().into(),
            notices_allowed: self.notices.permission() != Permission::Denied,
        }
    }

    /// Remembers the language of the screens, which is that of the notices.
    pub(crate) fn set_language(&self, code: &str) {
        let language = Language::of(code);
        // Not worth an error on a screen: it is told again at the next start.
        if let Err(error) = self
            .preferences
            .change(|choices| choices.language = language)
        {
            tracing::warn!(%error, "the language was not kept");
        }
    }

    /// Keeps a history or not; what was kept is erased with the choice.
    pub(crate) fn set_history(&self, on: bool) -> Result<PreferencesView, Problem> {
        let wallet = self.unlocked()?;
        let before = self.preferences.get().history;
        self.choose(|choices| choices.history = on)?;
        if let Err(error) = wallet.keep_history(on) {
            // What is still there is not said to be gone.
            self.choose(|choices| choices.history = before)?;
            return Err(shown(error));
        }
        Ok(self.preferences())
    }

    /// Tells of what matters or not.
    pub(crate) fn set_notifications(&self, on: bool) -> Result<PreferencesView, Problem> {
        self.choose(|choices| choices.notifications = on)?;
        if on {
            self.notices.ask();
        } else {
            self.notices.silence(self.platform.clock.now());
        }
        self.tell();
        Ok(self.preferences())
    }

    /// Turns the lock on, once the system has shown that it can unlock; or off, by who has unlocked it.
    pub(crate) async fn set_app_lock(
        &self,
        on: bool,
        reason: String,
    ) -> Result<PreferencesView, Problem> {
        self.unlocked()?;
        if on {
            self.ask_owner(reason).await?;
            self.lock.open();
        }
        self.choose(|choices| choices.app_lock = on)?;
        Ok(self.preferences())
    }

    /// Asks the system who is there, and shows the card if it is the owner.
    pub(crate) async fn unlock(&self, reason: String) -> Result<AppState, Problem> {
        self.ask_owner(reason).await?;
        self.lock.open();
        Ok(self.state().await)
    }

    async fn ask_owner(&self, reason: String) -> Result<(), Problem> {
        let system = self.lock.system();
        let answer = tauri::async_runtime::spawn_blocking(move || system.unlock(&reason)).await;
        match answer {
            Ok(Ok(())) => Ok(()),
            _ => Err(Problem::from(ProblemKind::NotUnlocked)),
        }
    }

    /// The app is in the background or in front again.
    pub(crate) fn hidden(&self, hidden: bool) {
        self.lock.hidden(hidden);
        // That it is seen again does not say that it is in front.
        if hidden {
            self.in_front(false);
        }
    }

    /// The person looks at the app, or at something else.
    pub(crate) fn in_front(&self, in_front: bool) {
        self.in_front.store(in_front, Ordering::Release);
    }

    /// From now until it is dropped the person waits for what they have asked for.
    pub(super) fn wish(&self) -> Wish<'_> {
        self.wishes.fetch_add(1, Ordering::AcqRel);
        Wish(&self.wishes)
    }

    /// Whether the screens tell the person themselves, now or in a moment.
    fn is_told_on_the_screen(&self) -> bool {
        self.wishes.load(Ordering::Acquire) > 0
            || (self.in_front.load(Ordering::Acquire) && !self.is_locked())
    }

    /// Whether the owner has to be asked before anything of the person is shown.
    pub(crate) fn is_locked(&self) -> bool {
        self.preferences.get().app_lock
            && self.lock.is_locked()
            // A phone that cannot be asked now stays shut; who cannot unlock it any more gets out by logging out.
            && self.lock.available() != Availability::NotHere
    }

    /// The wallet, if it is open and the app is not locked.
    pub(super) fn unlocked(&self) -> Result<std::sync::Arc<wallet::Wallet>, Problem> {
        if self.is_locked() {
            return Err(Problem::from(ProblemKind::AppLocked));
        }
        self.wallet()
    }

    /// Fails while the lock stands before what belongs to the person, or to those on an invigilator's list. An app
    /// that holds nothing of anybody has no such screen.
    pub(crate) fn let_in(&self) -> Result<(), Problem> {
        let holds_nothing = self
            .door
            .opened_wallet()
            .is_some_and(|wallet| !super::holds_something(&wallet.overview()));
        if self.is_locked() && !holds_nothing {
            return Err(Problem::from(ProblemKind::AppLocked));
        }
        Ok(())
    }

    fn choose(&self, choose: impl FnOnce(&mut Choices)) -> Result<(), Problem> {
        self.preferences.change(choose).map_err(|error| {
            tracing::warn!(%error, "a choice was not kept");
            Problem::from(ProblemKind::Internal)
        })
    }

    /// All that this device holds about the person, in figures. `exam_lists`: of other people, an invigilator's.
    pub(crate) fn mine(&self, exam_lists: u32) -> Result<MineView, Problem> {
        let wallet = self.unlocked()?;
        Ok(MineView::new(
            &wallet.overview(),
            &wallet.own_data(),
            exam_lists,
        ))
    }

    /// The history, newest first.
    pub(crate) fn history(&self) -> Result<Vec<HistoryView>, Problem> {
        let history = self.unlocked()?.history();
        Ok(history.iter().map(Into::into).collect())
    }

    /// Forgets what was noted.
    pub(crate) fn clear_history(&self) -> Result<Vec<HistoryView>, Problem> {
        let wallet = self.unlocked()?;
        wallet.clear_history().map_err(shown)?;
        Ok(Vec::new())
    }

    /// Everything about the person as JSON for people, headed by the reader's own words.
    pub(crate) fn export(
        &self,
        words: &ExportWords,
        minid: &minid_guide::Kept,
    ) -> Result<String, Problem> {
        let wallet = self.unlocked()?;
        let choices = self.preferences.get();
        let file = json!({
            "schema": EXPORT_SCHEMA,
            "about": words.about,
            "left_out": words.left_out,
            "at_the_county": words.at_county,
            "made_at": convert::time(self.platform.clock.now()),
            "app_version": env!("CARGO_PKG_VERSION"),
            "county": self.county.name,
            "on_this_device": wallet.own_data(),
            "preferences": choices,
            "minid_help": minid,
        });
        serde_json::to_string_pretty(&file).map_err(|error| {
            tracing::error!(%error, "the export cannot be written");
            Problem::from(ProblemKind::Internal)
        })
    }

    /// Takes a card off this device.
    pub(crate) async fn remove_card(&self, card_id: &str) -> Result<AppState, Problem> {
        let wallet = self.unlocked()?;
        if !wallet.remove_card(card_id).map_err(shown)? {
            return Err(Problem::from(ProblemKind::NoCard));
        }
        self.changed();
        Ok(self.state().await)
    }

    /// Forgets the person on this device, at once. The issuer is told by [`tell_log_outs`](Self::tell_log_outs).
    pub(crate) async fn log_out(&self) -> Result<AppState, Problem> {
        self.wallet()?.log_out_here().map_err(shown)?;
        self.changed();
        self.forget_about_the_person();
        self.choose(|choices| choices.app_lock = false)?;
        Ok(self.state().await)
    }

    /// Forgets everything: the person, the key, the choices and what was told. The issuer is told first, if it can be
    /// reached: nothing is left to tell it with afterwards.
    pub(crate) async fn remove_everything(&self) -> Result<AppState, Problem> {
        let wallet = self.wallet()?;
        wallet.log_out_here().map_err(shown)?;
        self.changed();
        self.forget_about_the_person();
        // A second, not the network's whole patience: the person waits for an empty screen.
        let _ = tokio::time::timeout(Duration::from_secs(2), wallet.tell_log_outs()).await;
        let forgotten = wallet.forget_everything().map_err(shown);
        self.changed();
        let choices = self.preferences.forget().map_err(|error| {
            tracing::warn!(%error, "the choices are still there");
            Problem::from(ProblemKind::Internal)
        });
        forgotten?;
        choices?;
        Ok(self.state().await)
    }

    fn forget_about_the_person(&self) {
        self.forget_failed_login();
        *lock(&self.proposed) = None;
        *lock(&self.showing) = None;
        lock(&self.minid).clear();
        if let Err(error) = self.notices.forget() {
            tracing::warn!(%error, "what was told is still noted");
        }
    }

    /// Tells the issuer of log-outs that it has not heard of.
    pub(crate) async fn tell_log_outs(&self) {
        if let Ok(wallet) = self.door.ready().await {
            wallet.tell_log_outs().await;
        }
    }

    /// Notes that a code is on the screen: once, however often it is renewed.
    pub(super) fn note_showing(&self, event: HistoryEvent) {
        let now = self.platform.clock.uptime();
        let mut showing = lock(&self.showing);
        let goes_on = showing
            .as_ref()
            .is_some_and(|(last, at)| *last == event && now.saturating_sub(*at) < SAME_SHOWING);
        *showing = Some((event.clone(), now));
        drop(showing);
        if !goes_on {
            self.note(event);
        }
    }

    /// Writes to the history, from elsewhere: nobody waits for it.
    pub(super) fn note(&self, event: HistoryEvent) {
        let Ok(wallet) = self.wallet() else { return };
        let epoch = wallet.epoch();
        tauri::async_runtime::spawn_blocking(move || {
            if let Err(error) = wallet.note_since(epoch, event) {
                tracing::warn!(%error, "the history was not written");
            }
        });
    }

    /// Tells what is due, if the person wants that and does not see it anyhow.
    pub(crate) fn tell(&self) {
        let Some(plan) = self.plan() else { return };
        if self.is_told_on_the_screen() {
            self.seen();
        }
        let choices = self.preferences.get();
        if choices.notifications {
            self.notices
                .tell(&plan, choices.language, self.platform.clock.now());
        }
    }

    /// The person looks at the app, or has just done something there: what the first screen says need not be told.
    pub(super) fn seen(&self) {
        let now = self.platform.clock.now();
        let Some(mut plan) = self.plan() else { return };
        plan.retain(|reminder| reminder.is_on_the_screen(now));
        self.notices.seen(&plan, now);
    }

    /// What there is to tell; nothing while the wallet is not open, when nothing is known.
    fn plan(&self) -> Option<Vec<Reminder>> {
        let wallet = self.door.opened_wallet()?;
        let settings = wallet::Settings::default();
        let overview = wallet.overview();
        let minid = lock(&self.minid);
        let zone = chrono::Local;
        Some(planner::reminders(&overview, &minid, &settings, &zone))
    }

    /// The pupil has come a step further on the way to a MinID, and sees what is due. These moments are to be told in
    /// place of those before; what is due of them has been seen, and is not told at the next start either.
    pub(crate) fn minid_changed(&self, reminders: Vec<minid_guide::Reminder>) {
        self.plan_minid(reminders);
        let now = self.platform.clock.now();
        if let Some(mut plan) = self.plan() {
            plan.retain(|reminder| {
                matches!(reminder.kind, planner::ReminderKind::Minid(_)) && reminder.at <= now
            });
            self.notices.seen(&plan, now);
        }
        self.tell();
    }

    /// The moments to tell of on the way to a MinID, in place of those before. One that is past is told as well, if it
    /// was not: the app may not have run. Tells nothing yet.
    pub(crate) fn plan_minid(&self, reminders: Vec<minid_guide::Reminder>) {
        *lock(&self.minid) = reminders;
    }
}
