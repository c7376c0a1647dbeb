//! The one place that holds the wallet and turns its answers into what the screens are told.

mod door;
mod mine;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use county_api::{County, Enrolment, Profile};
use tokio::sync::watch;
use wallet::platform::Platform;
use wallet::problem::{Problem, ProblemKind};
use wallet::{CardState, Challenge, HistoryEvent, Overview, PhotoError, ValidityResult, Wallet};

use crate::app_lock::{AppLock, Unlock};
use crate::convert;
use crate::notices::{Notices, Notifier};
use crate::preferences::Preferences;
use crate::selfie::Waiting;
use crate::view::{
    AppState, CardView, CodeView, EnrolmentView, LibraryCodeView, PhotoCodeView, SubmissionView,
    ValidityResult as Word, ValidityView,
};

/// The wallet and what a login in progress needs.
pub(crate) struct Core {
    platform: Platform,
    county: County,
    door: door::Door,
    preferences: Arc<Preferences>,
    lock: AppLock,
    notices: Notices,
    /// What is to be told on the way to a MinID, which needs no login.
    minid: Mutex<Vec<minid_guide::Reminder>>,
    /// The person looks at the app, as far as the system tells.
    in_front: AtomicBool,
    /// How many of the person's own wishes are under way, of which the screens will say what came.
    wishes: AtomicU64,
    /// Which code is on the screen, and when it was last renewed, by the uptime.
    showing: Mutex<Option<(HistoryEvent, Duration)>>,
    /// The picture that waits to be confirmed, by its hash, so that it is fetched once.
    proposed: Mutex<Option<(String, String)>>,
    /// Raised to end the login that waits for the browser.
    cancel: watch::Sender<u64>,
    /// Raised when the person logs out, takes a card off or removes everything: what was seen before is out of date.
    changes: AtomicU64,
    /// One login at a time.
    login: tokio::sync::Mutex<()>,
    /// The login that a link has brought back to an app that was ended meanwhile.
    by_link: Mutex<ByLink>,
}

/// How far the login is that a link has brought back: nobody waits for it, so that the state has to tell.
#[derive(Default)]
pub(crate) enum ByLink {
    /// There is none, or it went well.
    #[default]
    None,
    /// The issuer is asked.
    #[cfg_attr(
        not(any(mobile, test)),
        expect(dead_code, reason = "links lead back to phones alone")
    )]
    Finishing,
    /// It came to nothing.
    #[cfg_attr(
        not(any(mobile, test)),
        expect(dead_code, reason = "links lead back to phones alone")
    )]
    Failed(Problem),
}

impl Core {
    /// On a system that can neither unlock nor notify.
    #[cfg(test)]
    pub(crate) fn new(platform: Platform, county: County) -> Self {
        use crate::{app_lock::Nobody, notices::system::Silent};
        Self::on(platform, county, Arc::new(Nobody), Box::new(Silent))
    }

    /// Opens nothing yet: the key store may ask the person, and is asked where it holds up nobody.
    pub(crate) fn on(
        platform: Platform,
        county: County,
        unlock: Arc<dyn Unlock>,
        notifier: Box<dyn Notifier>,
    ) -> Self {
        let preferences = Arc::new(Preferences::read(&platform.directory));
        let chosen = preferences.clone();
        Self {
            door: door::Door::new(
                platform.clone(),
                county.clone(),
                Box::new(move || chosen.get().history),
            ),
            lock: AppLock::new(unlock, platform.clock.clone()),
            notices: Notices::new(&platform.directory, notifier),
            preferences,
            minid: Mutex::new(Vec::new()),
            in_front: AtomicBool::new(false),
            wishes: AtomicU64::new(0),
            showing: Mutex::new(None),
            platform,
            county,
            proposed: Mutex::new(None),
            cancel: watch::Sender::new(0),
            changes: AtomicU64::new(0),
            login: tokio::sync::Mutex::new(()),
            by_link: Mutex::default(),
        }
    }

    /// Tries again to open a wallet that did not open.
    pub(crate) async fn retry_open(&self) {
        self.door.retry().await;
    }

    /// Puts a store that cannot be opened aside and begins with an empty one. Does nothing to an open wallet.
    pub(crate) async fn reset_store(&self) {
        self.door.open_anew().await;
    }

    /// The wallet, if it opens. The screens ask for the state first, which waits until it has.
    pub(crate) fn wallet(&self) -> Result<Arc<Wallet>, Problem> {
        self.door.wallet()
    }

    /// The wallet, waited for where it holds up nobody.
    #[cfg(any(mobile, test))]
    pub(crate) async fn ready(&self) -> Result<Arc<Wallet>, Problem> {
        self.door.ready().await
    }

    /// As iPhones do it: a store without its key is one of another phone. See the door.
    #[cfg(any(target_os = "ios", test))]
    pub(crate) fn begins_anew_without_its_key(&self) {
        self.door.begins_anew_without_its_key();
    }

    /// How far the login is that a link has brought back.
    pub(crate) fn by_link(&self, now: ByLink) {
        *lock(&self.by_link) = now;
    }

    /// The issuer is asked about it.
    fn finishing_login(&self) -> bool {
        matches!(*lock(&self.by_link), ByLink::Finishing)
    }

    /// Something has gone well since, or there is nobody any more: what went wrong with it is no longer news.
    fn forget_failed_login(&self) {
        let mut by_link = lock(&self.by_link);
        if matches!(*by_link, ByLink::Failed(_)) {
            *by_link = ByLink::None;
        }
    }

    /// What went wrong with it, until the person tries again or all is well without.
    fn login_failed(&self) -> Option<Problem> {
        match &*lock(&self.by_link) {
            ByLink::Failed(problem) => Some(problem.clone()),
            ByLink::None | ByLink::Finishing => None,
        }
    }

    /// Which county.
    #[cfg(any(mobile, test))]
    pub(crate) fn county(&self) -> &County {
        &self.county
    }

    /// What the screens are to show now. Touches the network only for a picture that waits to be confirmed.
    pub(crate) async fn state(&self) -> AppState {
        loop {
            let changes = self.changes();
            let state = self.look().await;
            if self.is_current(changes, &state) {
                return state;
            }
        }
    }

    /// How often something was taken away, for [`is_current`](Self::is_current).
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Something was taken away.
    fn changed(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether a state that was seen after so many changes may still be shown: nothing was taken away since, and the
    /// app has not locked itself.
    pub(crate) fn is_current(&self, changes: u64, state: &AppState) -> bool {
        let tells = matches!(state, AppState::Home { .. } | AppState::Enrolling { .. });
        self.changes() == changes && !(tells && self.is_locked())
    }

    async fn look(&self) -> AppState {
        let wallet = match self.door.ready().await {
            Ok(wallet) => wallet,
            Err(problem) => {
                return AppState::Stopped {
                    problem: problem.into(),
                };
            }
        };
        let overview = wallet.overview();
        let county = (&self.county).into();
        if holds_something(&overview) && self.is_locked() {
            return AppState::Locked { county };
        }
        let library = overview.library_card.as_ref().map(Into::into);
        let contacts = overview
            .enrolment
            .iter()
            .flat_map(|seen| &seen.status.contacts)
            .map(Into::into)
            .collect();
        let photo_first = match overview
            .enrolment
            .as_ref()
            .filter(|_| photo_comes_first(&overview))
        {
            // Without a network there is nothing to confirm, and the old card says more than an error.
            Some(seen) => self
                .proposed_photo(&wallet, &seen.status.state)
                .await
                .is_ok(),
            None => false,
        };
        let removed: Vec<_> = overview.removed.iter().map(|card| (*card).into()).collect();
        // With no card left, what stands in the way of the next one comes first.
        let waits = overview.logged_in
            && overview
                .enrolment
                .as_ref()
                .is_some_and(|seen| !matches!(seen.status.state, Enrolment::Ready { .. }));
        let is_home = !overview.cards.is_empty() || (!removed.is_empty() && !waits);
        if is_home && !photo_first {
            let notice = notice(&overview);
            return AppState::Home {
                county,
                cards: overview.cards.iter().map(card).collect(),
                removed,
                library,
                contacts,
                last_refresh: overview.last_refresh.map(convert::time),
                last_refresh_failed: overview.last_failure.map(|failure| failure.problem.into()),
                login_failed: self.login_failed().map(Into::into),
                clock_warning_seconds: overview.clock_warning_seconds.map(convert::seconds),
                notice,
            };
        }
        let Some(seen) = overview.enrolment.filter(|_| overview.logged_in) else {
            return AppState::Welcome {
                county,
                kept_aside: wallet.kept_aside().is_some(),
                finishing_login: self.finishing_login(),
                login_failed: self.login_failed().map(Into::into),
            };
        };
        let photo = match self.proposed_photo(&wallet, &seen.status.state).await {
            Ok(photo) => photo,
            Err(problem) => {
                tracing::info!(code = %problem.support_code, "the photo could not be fetched");
                None
            }
        };
        AppState::Enrolling {
            county,
            enrolment: EnrolmentView::new(&seen.status.state, photo),
            library,
            contacts,
            next_sync: seen.status.next_sync.map(convert::time),
            asked_at: convert::time(seen.seen_at),
        }
    }

    async fn proposed_photo(
        &self,
        wallet: &Wallet,
        enrolment: &Enrolment,
    ) -> Result<Option<String>, Problem> {
        let Enrolment::PhotoToConfirm { photo, .. } = enrolment else {
            return Ok(None);
        };
        if let Some((sha256, uri)) = &*lock(&self.proposed)
            && *sha256 == photo.sha256
        {
            return Ok(Some(uri.clone()));
        }
        let bytes = wallet.proposed_photo().await.map_err(shown)?;
        let uri = county_api::claims::Portrait::from_jpeg(bytes)
            .map_err(|_| Problem::from(ProblemKind::Internal))?
            .data_uri();
        *lock(&self.proposed) = Some((photo.sha256.clone(), uri.clone()));
        Ok(Some(uri))
    }

    /// Asks the issuer how the enrolment stands, and fetches the card if nothing is in its way any longer.
    pub(crate) async fn go_on(&self) -> Result<AppState, Problem> {
        let wallet = self.wallet()?;
        let _wish = self.wish();
        let status = wallet.enrolment().await.map_err(shown)?;
        if matches!(status.state, Enrolment::Ready { .. }) {
            wallet.fetch_credentials().await.map_err(shown)?;
        }
        self.forget_failed_login();
        self.seen();
        Ok(self.state().await)
    }

    /// Says yes to the photo, which locks it, and fetches the card.
    pub(crate) async fn confirm_photo(&self, sha256: &str) -> Result<AppState, Problem> {
        self.let_in()?;
        self.wallet()?.confirm_photo(sha256).await.map_err(shown)?;
        self.go_on().await
    }

    /// Says that the photo is of somebody else.
    pub(crate) async fn reject_photo(&self, sha256: &str) -> Result<AppState, Problem> {
        self.let_in()?;
        self.wallet()?.reject_photo(sha256).await.map_err(shown)?;
        Ok(self.state().await)
    }

    /// Sends a picture of the person's own, and fetches the card if it is locked at once.
    pub(crate) async fn submit_photo(
        &self,
        picture: Waiting,
        anyway: bool,
    ) -> Result<SubmissionView, Problem> {
        let wallet = self.wallet()?;
        self.let_in()?;
        let _wish = self.wish();
        let jpeg = picture.jpeg.to_vec();
        let status = match wallet.submit_photo(jpeg, picture.source, anyway).await {
            Ok(status) => status,
            Err(PhotoError::Unusable { reasons }) if !reasons.is_empty() => {
                return Ok(SubmissionView::Unusable {
                    reasons: convert::rules(&reasons),
                });
            }
            Err(error) => return Err(shown(error)),
        };
        // The picture has arrived, whatever becomes of the card now: the next screen goes on from there.
        if matches!(status.state, Enrolment::Ready { .. })
            && let Err(error) = wallet.fetch_credentials().await
        {
            tracing::info!(%error, "the card could not be fetched yet");
        }
        self.seen();
        Ok(SubmissionView::Sent {
            state: Box::new(self.state().await),
        })
    }

    /// Fetches what is new. A failure is part of the state that comes back, not an error: the card is unharmed.
    pub(crate) async fn refresh(&self) -> Result<AppState, Problem> {
        let _wish = self.wish();
        self.forget_failed_login();
        self.fetch_news().await?;
        self.seen();
        Ok(self.state().await)
    }

    /// As [`refresh`](Self::refresh), in the background: nobody has seen what came of it.
    pub(crate) async fn fetch_news(&self) -> Result<(), Problem> {
        let wallet = self.door.ready().await?;
        match wallet.refresh().await {
            Ok(_) => self.forget_failed_login(),
            Err(error) => tracing::info!(error = %error, "the refresh failed"),
        }
        Ok(())
    }

    /// Whether somebody is logged in whose data have not been brought up to date for `age`.
    pub(crate) fn is_older_than(&self, age: TimeDelta) -> bool {
        let Ok(wallet) = self.wallet() else {
            return false;
        };
        let overview = wallet.overview();
        let now = self.platform.clock.now();
        // A last refresh that lies ahead means that this clock is wrong, and a refresh finds that out.
        overview.logged_in
            && overview
                .last_refresh
                .is_none_or(|at| (now - at).abs() >= age)
    }

    /// Whether somebody is logged in; `None` if the wallet is not open, and so it is not known.
    pub(crate) fn is_logged_in(&self) -> Option<bool> {
        let wallet = self.door.opened_wallet()?;
        Some(wallet.overview().logged_in)
    }

    /// The wallet, if it has the card that the screens speak of: one that was replaced meanwhile is not shown for it.
    fn wallet_with(&self, card_id: &str) -> Result<Arc<Wallet>, Problem> {
        let wallet = self.unlocked()?;
        let has = wallet
            .overview()
            .cards
            .iter()
            .any(|card| card.id == card_id);
        has.then_some(wallet)
            .ok_or_else(|| Problem::from(ProblemKind::NoCard))
    }

    /// A new control code for a purpose. `challenge` is the text of a checker's code, which the new one then answers.
    pub(crate) async fn code(
        &self,
        card_id: &str,
        profile: Profile,
        challenge: Option<&str>,
    ) -> Result<CodeView, Problem> {
        let wallet = self.wallet_with(card_id)?;
        let challenge = challenge
            .map(|text| Challenge::from_text(text.trim()))
            .transpose()
            .map_err(|_| Problem::from(ProblemKind::ChallengeInvalid))?;
        // The device's chip may sign it, which takes its time.
        let (holder, id) = (wallet.clone(), card_id.to_owned());
        let code = tauri::async_runtime::spawn_blocking(move || {
            holder.code_for(&id, profile, challenge.as_ref().map(Challenge::as_bytes))
        });
        let code = code
            .await
            .map_err(|_| Problem::from(ProblemKind::Internal))?
            .map_err(shown)?;
        self.note_showing(HistoryEvent::CodeShown { profile });
        Ok(CodeView {
            profile: code.profile.into(),
            svg: code.svg,
            link_svg: code.link_svg,
            has_photo_code: names_portrait(profile)
                && matches!(wallet.photo_code(card_id), Ok(Some(_))),
            text: code.text,
            created_at: convert::time(code.created_at),
            renew_after_seconds: u32::try_from(code.renew_after.as_secs()).unwrap_or(15),
            clock_warning_seconds: wallet
                .overview()
                .clock_warning_seconds
                .map(convert::seconds),
        })
    }

    /// The photo code.
    pub(crate) fn photo_code(&self, card_id: &str) -> Result<PhotoCodeView, Problem> {
        let wallet = self.wallet_with(card_id)?;
        let code = wallet.photo_code(card_id).map_err(shown)?;
        let code = code.ok_or_else(|| Problem::from(ProblemKind::NoCard))?;
        self.note_showing(HistoryEvent::PhotoCodeShown);
        Ok(PhotoCodeView { svg: code.svg })
    }

    /// The library card's code.
    pub(crate) fn library_code(&self) -> Result<LibraryCodeView, Problem> {
        let code = self.unlocked()?.library_code().map_err(shown)?;
        self.note_showing(HistoryEvent::LibraryCodeShown);
        Ok(LibraryCodeView {
            svg: code.svg,
            code: code.card.code,
            symbology: code.card.symbology.into(),
        })
    }

    /// "Sjekk gyldighet".
    pub(crate) async fn check_validity(&self, card_id: &str) -> Result<ValidityView, Problem> {
        let wallet = self.wallet_with(card_id)?;
        let result = wallet.check_validity(card_id).await.map_err(shown)?;
        self.note(convert::checked(&result));
        Ok(match result {
            ValidityResult::Online {
                statement,
                server_time,
            } => ValidityView::Online {
                result: match statement.result {
                    county_api::Validity::Valid => Word::Valid,
                    county_api::Validity::Suspended => Word::Suspended,
                    county_api::Validity::Revoked => Word::Revoked,
                    county_api::Validity::Expired => Word::Expired,
                },
                server_time: convert::time(server_time),
                card_valid_until: statement.card_valid_until.to_string(),
            },
            ValidityResult::Offline {
                last_known,
                known_at,
                age,
            } => ValidityView::Offline {
                state: last_known.into(),
                known_at: convert::time(known_at),
                age_seconds: u32::try_from(age.num_seconds()).unwrap_or(u32::MAX),
            },
        })
    }

    /// The right to log in, if nobody else is at it.
    pub(crate) fn login_turn(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        self.login.try_lock().ok()
    }

    /// Ends the login that waits for the browser, if one does.
    pub(crate) fn cancel_login(&self) {
        self.cancel.send_modify(|count| *count += 1);
    }

    /// Tells when [`Self::cancel_login`] is called from now on.
    pub(crate) fn cancelled(&self) -> watch::Receiver<u64> {
        let mut receiver = self.cancel.subscribe();
        receiver.mark_unchanged();
        receiver
    }
}

/// Whether there is anything of a person to lock.
fn holds_something(overview: &Overview) -> bool {
    overview.enrolment.is_some() || !overview.cards.is_empty() || !overview.removed.is_empty()
}

/// What the person must know although there is a card: everything but "all is well".
fn notice(overview: &Overview) -> Option<EnrolmentView> {
    let seen = overview.enrolment.as_ref()?;
    match &seen.status.state {
        Enrolment::Ready { .. } => None,
        other => Some(EnrolmentView::new(other, None)),
    }
}

/// Whether a photo is what a new card waits for, and no card is good any more, as after the county has reset the
/// photo. A card that is still good is never hidden for it.
fn photo_comes_first(overview: &Overview) -> bool {
    let waits = overview.enrolment.as_ref().is_some_and(|seen| {
        matches!(
            seen.status.state,
            Enrolment::PhotoToConfirm { .. }
                | Enrolment::PhotoMissing { .. }
                | Enrolment::PhotoInReview { .. }
        )
    });
    overview.logged_in
        && waits
        && overview
            .cards
            .iter()
            .all(|card| matches!(card.state, CardState::Revoked | CardState::Expired))
}

/// Whether a code for this purpose names a portrait, so that a photo code can stand beside it. Beside another it would
/// tell more than the holder chose to.
fn names_portrait(profile: Profile) -> bool {
    matches!(profile, Profile::Exam | Profile::Travel)
}

fn card(card: &wallet::CardOverview) -> CardView {
    let claims = &card.claims;
    CardView {
        id: card.id.clone(),
        card_type: claims.card_type.into(),
        state: card.state.into(),
        demo: card.demo,
        county: claims.county.clone(),
        given_name: claims.given_name.clone(),
        family_name: claims.family_name.clone(),
        birth_date: claims.birthdate.to_string(),
        photo: claims.portrait.data_uri(),
        institution: claims.institution.clone(),
        class: claims.class.clone(),
        programme: claims.programme.clone(),
        student_number: claims.student_number.clone(),
        semester: claims.semester.into(),
        valid_from: claims.valid_from.to_string(),
        valid_until: claims.valid_until.to_string(),
        updated_at: convert::time(card.updated_at),
    }
}

/// What a person is told of an error.
pub(crate) fn shown<E>(error: E) -> Problem
where
    for<'a> Problem: From<&'a E>,
{
    Problem::from(&error)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind it is replaced whole, so a panic elsewhere leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
