//! The checker: what it believes, how old that is, and its verdicts.

use std::{fmt, sync::Mutex, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use county_api::County;
use qr_proof::Challenge;
use verifier::{Checker, Scan, TrustList};

use super::{
    challenge::{ChallengeError, Waiting},
    lists::Lists,
};
use crate::{
    Problem, Settings,
    draw::qr_svg,
    issuer::lock,
    platform::Platform,
    server_clock::{Moment, ServerClock},
};

/// The folder of the lists, in the platform's.
const FOLDER: &str = "checker";
/// After an update that failed it is not tried again by itself for this long.
const BREATH: Duration = Duration::from_secs(60);
/// A scan can be judged again for this long; then nothing of anybody stays in memory.
const REMEMBERED: Duration = Duration::from_secs(5 * 60);

/// The checker. Share it behind an `Arc`: everything takes `&self`, and nothing but
/// [`update`](Self::update) touches the network or waits for it.
pub struct Checkpoint {
    pub(super) platform: Platform,
    pub(super) county: County,
    pub(super) clock: ServerClock,
    /// Held during an update: one at a time.
    pub(super) updating: tokio::sync::Mutex<()>,
    settings: Settings,
    strictness: verifier::Settings,
    held: Mutex<Held>,
    waiting: Waiting,
}

/// What a verdict leans on.
struct Held {
    lists: Lists,
    /// None without a trust list.
    checker: Option<Checker>,
    /// When the last update began, and when the last one that went well did.
    tried: Option<Moment>,
    updated: Option<Moment>,
    /// How many have gone well.
    updates: u64,
    last_failure: Option<Problem>,
    /// Something was scanned since the last update began, which that update may have come too early for.
    scanned: bool,
    /// The newest scan.
    last: Option<Last>,
}

/// A scan, and the checker as it was before: judging the same scan again is not the code's being shown twice.
struct Last {
    text: String,
    challenge: Option<Challenge>,
    /// When it was scanned, and what time that was taken for.
    at: Moment,
    taken_for: DateTime<Utc>,
    before: Checker,
}

/// How well prepared a checker is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointState {
    /// Whether there is a trust list, so that codes can be judged at all.
    pub ready: bool,
    /// How long ago the trust list was signed.
    pub trust_list_age: Option<TimeDelta>,
    /// How long ago the oldest of the county's status lists was signed.
    pub status_age: Option<TimeDelta>,
    /// Whether they are too old, or too few, for a verdict to be good.
    pub stale: bool,
    /// How many seconds the device's clock is ahead (negative: behind), if that matters. Verdicts go by the right time.
    pub clock_off_seconds: Option<i64>,
    /// Why the newest update failed, if it did.
    pub last_failure: Option<Problem>,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// There is no trust list: this checker has never been online.
    #[error("there is no trust list")]
    NoLists,
    /// The challenge was answered already, or was asked too long ago.
    #[error("no challenge waits for an answer")]
    NoChallenge,
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoint")
            .field("county", &self.county.issuer_id())
            .finish_non_exhaustive()
    }
}

impl Checkpoint {
    /// A checker with the lists that were kept. The platform's `secrets` are not touched.
    pub fn new(platform: Platform, county: County) -> Self {
        Self::with_settings(platform, county, Settings::default())
    }

    /// As [`new`](Self::new), with other numbers.
    pub fn with_settings(platform: Platform, county: County, settings: Settings) -> Self {
        let folder = platform.directory.join(FOLDER);
        let lists = Lists::load(&folder, &county.trust_list_key, platform.clock.now());
        let mut held = Held {
            lists,
            checker: None,
            tried: None,
            updated: None,
            updates: 0,
            last_failure: None,
            scanned: false,
            last: None,
        };
        let strictness = verifier::Settings::default();
        held.renew(&strictness);
        Self {
            clock: ServerClock::new(platform.clock.clone()),
            platform,
            county,
            updating: tokio::sync::Mutex::new(()),
            settings,
            strictness,
            held: Mutex::new(held),
            waiting: Waiting::default(),
        }
    }

    /// The county it is set up for.
    pub fn county(&self) -> &County {
        &self.county
    }

    /// The best guess at the true time: the server's, carried on by the time that has run since. Without a measurement
    /// the device's, unless it is before what was signed already.
    pub fn now(&self) -> DateTime<Utc> {
        let now = self.clock.now();
        let newest = lock(&self.held).lists.newest();
        match newest.filter(|_| self.clock.offset().is_none()) {
            // A server's clock that is some seconds ahead is no reason.
            Some(newest) if newest - now > self.settings.clock_warning_from => newest,
            _ => now,
        }
    }

    /// How well prepared it is.
    pub fn state(&self) -> CheckpointState {
        let now = self.now();
        let held = lock(&self.held);
        let own = self.county.issuer_id();
        let oldest = TimeDelta::seconds(self.strictness.max_status_age);
        CheckpointState {
            ready: held.checker.is_some(),
            trust_list_age: held.lists.trust_age(now),
            status_age: held.lists.status_age(own, now),
            stale: held.lists.are_stale(own, now, oldest),
            clock_off_seconds: self
                .clock
                .warning(self.settings.clock_warning_from, held.lists.newest()),
            last_failure: held.last_failure.clone(),
        }
    }

    /// Whether an update is due: not done for a while and not failed just now, or somebody's code was scanned since.
    pub fn is_due(&self) -> bool {
        let held = lock(&self.held);
        let now = Moment::now(&*self.platform.clock);
        let is_past =
            |at: Option<Moment>, limit| at.is_none_or(|earlier| now.is_past(earlier, limit));
        let for_scan = held.scanned && is_past(held.tried, self.settings.update_lists_after_scan);
        for_scan
            || is_past(held.updated, self.settings.update_lists_after)
                && is_past(held.tried, BREATH)
    }

    /// Whether something was scanned since the last update began, so that an update will be due in seconds.
    pub fn waits_for_update(&self) -> bool {
        lock(&self.held).scanned
    }

    /// Lets go of the newest scan and of portraits when their time is over. To be called every minute or so.
    pub fn tidy(&self) {
        let (now, at) = (self.now(), Moment::now(&*self.platform.clock));
        let mut held = lock(&self.held);
        held.last.take_if(|last| at.is_past(last.at, REMEMBERED));
        if let Some(checker) = &mut held.checker {
            checker.tidy(now);
        }
    }

    /// Judges what was scanned.
    ///
    /// # Errors
    /// [`ScanError::NoLists`]; everything else is part of the verdict.
    pub fn scan(&self, text: &str) -> Result<Scan, ScanError> {
        self.judge(text, None)
    }

    /// Judges the newest scan once more with the lists of now, as of when it was scanned; none if it was not this text,
    /// or too long ago. That it was judged before is not held against it.
    pub fn scan_again(&self, text: &str) -> Option<Scan> {
        let mut held = lock(&self.held);
        let last = held.last.as_ref().filter(|last| last.text == text)?;
        let at = self.clock.time_of(last.at).unwrap_or(last.taken_for);
        let mut checker = last.before.clone();
        let scan = judge(&mut checker, text, last.challenge, at);
        held.checker = Some(checker);
        Some(scan)
    }

    /// Makes a new challenge, and gives its text and its code as SVG. The last one can no longer be answered.
    ///
    /// # Errors
    /// [`ChallengeError`].
    pub fn new_challenge(&self) -> Result<(String, String), ChallengeError> {
        let challenge = Challenge::new(&*self.platform.random).ok_or(ChallengeError::Random)?;
        let text = challenge.to_text();
        let svg = qr_svg(&text)?;
        self.waiting
            .ask(challenge, Moment::now(&*self.platform.clock));
        Ok((text, svg))
    }

    /// Forgets the challenge.
    pub fn end_challenge(&self) {
        self.waiting.end();
    }

    /// As [`scan`](Self::scan); a living code must answer the challenge, which is then spent. A code that does not
    /// answer it leaves it waiting.
    ///
    /// # Errors
    /// [`ScanError`].
    pub fn scan_answer(&self, text: &str) -> Result<Scan, ScanError> {
        let at = Moment::now(&*self.platform.clock);
        let challenge = self
            .waiting
            .get(at, self.settings.challenge_within)
            .ok_or(ScanError::NoChallenge)?;
        let scan = self.judge(text, Some(challenge))?;
        self.waiting.answered_by(challenge, &scan);
        Ok(scan)
    }

    /// Whom it believes, if that is known and of this time.
    pub(super) fn trust(&self) -> Option<TrustList> {
        let now = self.now();
        let held = lock(&self.held);
        let trust = held.lists.trust()?;
        (trust.expires_at() > now.timestamp()).then(|| trust.clone())
    }

    /// What it believes, to be brought up to date.
    pub(super) fn lists(&self) -> Lists {
        lock(&self.held).lists.clone()
    }

    /// How many updates have gone well.
    pub(super) fn updates(&self) -> u64 {
        lock(&self.held).updates
    }

    /// Notes that an update begins.
    pub(super) fn begin_update(&self) {
        let mut held = lock(&self.held);
        held.tried = Some(Moment::now(&*self.platform.clock));
        held.scanned = false;
    }

    /// Goes by these lists from now on.
    pub(super) fn go_by(&self, lists: &Lists) {
        let mut held = lock(&self.held);
        held.lists = lists.clone();
        held.renew(&self.strictness);
    }

    /// Goes by these lists from now on, and remembers how it went.
    pub(super) fn end_update(&self, lists: Lists, failure: Option<Problem>) {
        let mut held = lock(&self.held);
        held.lists = lists;
        if failure.is_none() {
            held.updated = Some(Moment::now(&*self.platform.clock));
            held.updates += 1;
        }
        held.last_failure = failure;
        held.renew(&self.strictness);
    }

    fn judge(&self, text: &str, challenge: Option<Challenge>) -> Result<Scan, ScanError> {
        let (at, now) = (Moment::now(&*self.platform.clock), self.now());
        let mut held = lock(&self.held);
        held.scanned = true;
        let checker = held.checker.as_mut().ok_or(ScanError::NoLists)?;
        let before = checker.clone();
        let scan = judge(checker, text, challenge, now);
        held.last = Some(Last {
            text: text.to_owned(),
            challenge,
            at,
            taken_for: now,
            before,
        });
        Ok(scan)
    }
}

fn judge(
    checker: &mut Checker,
    text: &str,
    challenge: Option<Challenge>,
    now: DateTime<Utc>,
) -> Scan {
    match challenge {
        Some(challenge) => checker.scan_answer(text, challenge.as_bytes(), now),
        None => checker.scan(text, now),
    }
}

impl Held {
    /// Goes by the lists as they are now, without forgetting which codes were taken.
    fn renew(&mut self, strictness: &verifier::Settings) {
        let Some(trust) = self.lists.trust().cloned() else {
            return;
        };
        let statuses = self.lists.status_cache();
        if let Some(last) = &mut self.last {
            last.before.update(trust.clone(), statuses.clone());
        }
        match &mut self.checker {
            Some(checker) => checker.update(trust, statuses),
            None => self.checker = Some(Checker::new(trust, statuses, strictness.clone())),
        }
    }
}
