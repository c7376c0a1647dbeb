//! One mapping from every error to what a person is told: a kind, a category, and a support code.
//!
//! Support codes are stable, safe to read aloud, and listed in `docs/support-codes.md`; a test keeps the two together.
//! Where the issuer gave a support code of its own, that one is shown: it says more.

use serde::{Deserialize, Serialize};

use crate::{
    CallError, CheckError, EnrolError, ForgetError, IssueError, LibraryError, LogOutError,
    LoginError, OpenError, PhotoError, PresentError, ProveError, RefreshError, StoreError,
    TrustError,
    checking::{ChallengeError, ExamRoomError, KeepError, OpenRosterError, ScanError},
    platform::{HttpError, SecretError},
};
use county_api::{Enrolment, roster::RosterError};

/// What happened, as the screens know it. Each has its text: what happened, what to do, whom to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// The person stopped the login.
    LoginCancelled,
    /// Feide said no.
    FeideRefused,
    /// Feide does not answer.
    FeideUnavailable,
    /// The login took too long, or none is under way.
    LoginExpired,
    /// What came back belongs to another login.
    LoginMismatch,
    /// A login is already under way.
    LoginInProgress,
    /// No network.
    NoNetwork,
    /// The county's service does not answer, or not as it should.
    IssuerUnavailable,
    /// The county's service refused.
    IssuerRefused,
    /// The county's service has ended the session.
    SignedOutByIssuer,
    /// The card is blocked.
    Blocked,
    /// The photo is locked.
    PhotoLocked,
    /// The photo is another one now.
    PhotoChanged,
    /// The county's service does not take the picture that was sent.
    PhotoUnusable,
    /// No more pictures are taken today.
    PhotoTooMany,
    /// The device's clock is wrong.
    ClockWrong,
    /// What can be shown has expired.
    CardExpired,
    /// There is no card.
    NoCard,
    /// The store is damaged.
    StoreDamaged,
    /// The store is of a newer version.
    StoreNewer,
    /// There is no key store.
    KeyStoreAbsent,
    /// The key store is locked.
    KeyStoreLocked,
    /// The key of the store is gone.
    KeyMissing,
    /// The key that proves a card is gone from the device.
    HolderKeyGone,
    /// A key of the person's is there, and the device did not sign with it.
    HolderKeyFailed,
    /// The app is open already.
    AppAlreadyOpen,
    /// The app is locked: the owner has to unlock it first.
    AppLocked,
    /// The system did not recognise the owner.
    NotUnlocked,
    /// The app is not set up for this county.
    CountySetting,
    /// The browser did not open.
    BrowserNotOpened,
    /// A checker has never been online, so that it knows nobody to believe; or too long ago.
    CheckerNotReady,
    /// What was scanned is no checker's challenge.
    ChallengeInvalid,
    /// No challenge waits for an answer: answered already, or too old.
    ChallengeOver,
    /// A file that is no list of candidates.
    RosterUnreadable,
    /// A list of candidates that no trusted issuer signed.
    RosterNotTrusted,
    /// The day of the list is over, or the list was deleted.
    RosterOver,
    /// Something that should not happen.
    Internal,
}

/// What is to be done about it, and whether it may be told to anyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCategory {
    /// Part of ordinary life; the text says what to do.
    Expected,
    /// Try again, now or later.
    Retry,
    /// A fault of ours.
    Bug,
    /// Has to do with the person's own data; not to be reported without them.
    PersonalData,
}

/// A problem as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What happened.
    pub kind: ProblemKind,
    /// What is to be done about it.
    pub category: ProblemCategory,
    /// `LB-<AREA>-<nnn>`.
    pub support_code: String,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `LB-<AREA>-<nnn>`.
    pub support_code: &'static str,
    /// What happened.
    pub kind: ProblemKind,
    /// What is to be done about it.
    pub category: ProblemCategory,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $category:ident;)+) => {
        $(const $name: Code = Code {
            support_code: $code,
            kind: ProblemKind::$kind,
            category: ProblemCategory::$category,
        };)+
        /// Every code there is.
        pub const CODES: &[Code] = &[$($name),+];
    };
}

// A number is never used again for something else. Gaps are for what comes between.
codes! {
    LOGIN_CANCELLED      = "LB-LOGIN-101", LoginCancelled, Expected;
    FEIDE_REFUSED        = "LB-LOGIN-110", FeideRefused, Expected;
    FEIDE_UNAVAILABLE    = "LB-LOGIN-111", FeideUnavailable, Retry;
    LOGIN_REFUSED        = "LB-LOGIN-112", IssuerRefused, Retry;
    LOGIN_EXPIRED        = "LB-LOGIN-120", LoginExpired, Retry;
    LOGIN_NOT_BEGUN      = "LB-LOGIN-121", LoginExpired, Retry;
    LOGIN_IN_PROGRESS    = "LB-LOGIN-122", LoginInProgress, Expected;
    NOT_LOGGED_IN        = "LB-LOGIN-123", LoginExpired, Expected;
    LOGIN_OTHER_STATE    = "LB-LOGIN-130", LoginMismatch, Retry;
    LOGIN_OTHER_ISSUER   = "LB-LOGIN-131", LoginMismatch, Bug;
    LOGIN_NOT_A_CALLBACK = "LB-LOGIN-132", LoginMismatch, Retry;
    BROWSER_NOT_OPENED   = "LB-LOGIN-140", BrowserNotOpened, Expected;
    SIGNED_OUT           = "LB-LOGIN-150", SignedOutByIssuer, Expected;

    NO_NETWORK           = "LB-NET-201", NoNetwork, Retry;
    NET_TIMED_OUT        = "LB-NET-202", NoNetwork, Retry;
    NET_BROKEN           = "LB-NET-203", NoNetwork, Retry;
    NET_TOO_LARGE        = "LB-NET-204", IssuerUnavailable, Bug;
    NET_INSECURE         = "LB-NET-205", CountySetting, Bug;

    ISSUER_UNAVAILABLE   = "LB-ISSUER-301", IssuerUnavailable, Retry;
    ISSUER_REFUSED       = "LB-ISSUER-302", IssuerRefused, Bug;
    ISSUER_GARBLED       = "LB-ISSUER-303", IssuerUnavailable, Bug;
    ISSUER_METADATA      = "LB-ISSUER-304", CountySetting, Bug;
    CREDENTIAL_REFUSED   = "LB-ISSUER-310", IssuerUnavailable, Bug;
    STATEMENT_REFUSED    = "LB-ISSUER-311", IssuerUnavailable, Bug;
    TRUST_SIGNATURE      = "LB-ISSUER-320", CountySetting, Bug;
    TRUST_OLD            = "LB-ISSUER-321", IssuerUnavailable, Retry;
    TRUST_GARBLED        = "LB-ISSUER-322", IssuerUnavailable, Bug;
    TRUST_NOT_LISTED     = "LB-ISSUER-323", CountySetting, Bug;
    STATUS_LIST          = "LB-ISSUER-324", IssuerUnavailable, Bug;

    CLOCK_WRONG          = "LB-CLOCK-401", ClockWrong, Expected;

    PHOTO_LOCKED         = "LB-PHOTO-501", PhotoLocked, Expected;
    PHOTO_CHANGED        = "LB-PHOTO-502", PhotoChanged, Retry;
    PHOTO_ABSENT         = "LB-PHOTO-503", PhotoChanged, Retry;
    PHOTO_UNREADABLE     = "LB-PHOTO-504", IssuerUnavailable, PersonalData;
    PHOTO_UNUSABLE       = "LB-PHOTO-510", PhotoUnusable, PersonalData;
    PHOTO_TOO_MANY       = "LB-PHOTO-511", PhotoTooMany, Expected;

    APP_LOCKED           = "LB-LOCK-101", AppLocked, Expected;
    NOT_UNLOCKED         = "LB-LOCK-102", NotUnlocked, Expected;
    NO_CARD              = "LB-CARD-601", NoCard, Expected;
    NOT_READY            = "LB-CARD-602", NoCard, PersonalData;
    BLOCKED              = "LB-CARD-603", Blocked, PersonalData;
    CARD_EXPIRED         = "LB-CARD-604", CardExpired, Expected;
    CODE_NOT_MADE        = "LB-CARD-605", Internal, Bug;
    CODE_NOT_DRAWN       = "LB-CARD-606", Internal, Bug;
    UNKNOWN_CLAIM        = "LB-CARD-607", Internal, Bug;
    NO_LIBRARY_CARD      = "LB-CARD-620", NoCard, Expected;
    LIBRARY_NOT_DRAWN    = "LB-CARD-621", Internal, PersonalData;

    STORE_DAMAGED        = "LB-STORE-701", StoreDamaged, Expected;
    STORE_NEWER          = "LB-STORE-702", StoreNewer, Expected;
    STORE_OTHER_COUNTY   = "LB-STORE-703", CountySetting, Expected;
    STORE_UNREADABLE     = "LB-STORE-704", Internal, Bug;
    STORE_UNWRITABLE     = "LB-STORE-705", Internal, Retry;
    STORE_NOT_SEALED     = "LB-STORE-706", Internal, Bug;
    APP_ALREADY_OPEN     = "LB-STORE-707", AppAlreadyOpen, Expected;

    KEY_STORE_ABSENT     = "LB-KEY-801", KeyStoreAbsent, Expected;
    KEY_STORE_LOCKED     = "LB-KEY-802", KeyStoreLocked, Expected;
    KEY_MISSING          = "LB-KEY-803", KeyMissing, Expected;
    KEY_NOT_A_KEY        = "LB-KEY-804", KeyMissing, Expected;
    KEY_STORE_FAILED     = "LB-KEY-805", KeyStoreAbsent, Retry;
    KEY_FILE_OPEN        = "LB-KEY-806", KeyStoreAbsent, Expected;
    HOLDER_KEY_GONE      = "LB-KEY-807", HolderKeyGone, Expected;
    HOLDER_KEY_LOCKED    = "LB-KEY-808", KeyStoreLocked, Retry;
    HOLDER_KEY_FAILED    = "LB-KEY-809", HolderKeyFailed, Retry;

    CHECKER_NO_LISTS     = "LB-CHECK-011", CheckerNotReady, Retry;
    CHALLENGE_INVALID    = "LB-CHECK-020", ChallengeInvalid, Expected;
    CHALLENGE_OVER       = "LB-CHECK-021", ChallengeOver, Expected;

    ROSTER_UNREADABLE    = "LB-EXAM-031", RosterUnreadable, Expected;
    ROSTER_MALFORMED     = "LB-EXAM-032", RosterUnreadable, Bug;
    ROSTER_UNKNOWN       = "LB-EXAM-033", RosterNotTrusted, Expected;
    ROSTER_SIGNATURE     = "LB-EXAM-034", RosterNotTrusted, Bug;
    ROSTER_OVER          = "LB-EXAM-035", RosterOver, Expected;
    ROSTER_GONE          = "LB-EXAM-036", RosterOver, Expected;
    ROSTER_CLOCK         = "LB-EXAM-037", ClockWrong, Expected;
    NOT_IN_ROSTER        = "LB-EXAM-038", Internal, Bug;

    INTERNAL             = "LB-APP-901", Internal, Bug;
    COUNTY_SETTING       = "LB-APP-902", CountySetting, Bug;
    NO_RANDOMNESS        = "LB-APP-903", Internal, Bug;
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Problem {
            kind: code.kind,
            category: code.category,
            support_code: code.support_code.to_owned(),
        }
    }
}

/// For problems that arise around the engine: the code that the kind has when nothing more is known.
impl From<ProblemKind> for Problem {
    fn from(kind: ProblemKind) -> Self {
        let code = match kind {
            ProblemKind::LoginCancelled => LOGIN_CANCELLED,
            ProblemKind::FeideRefused => FEIDE_REFUSED,
            ProblemKind::FeideUnavailable => FEIDE_UNAVAILABLE,
            ProblemKind::LoginExpired => LOGIN_EXPIRED,
            ProblemKind::LoginMismatch => LOGIN_OTHER_STATE,
            ProblemKind::LoginInProgress => LOGIN_IN_PROGRESS,
            ProblemKind::NoNetwork => NO_NETWORK,
            ProblemKind::IssuerUnavailable => ISSUER_UNAVAILABLE,
            ProblemKind::IssuerRefused => ISSUER_REFUSED,
            ProblemKind::SignedOutByIssuer => SIGNED_OUT,
            ProblemKind::Blocked => BLOCKED,
            ProblemKind::PhotoLocked => PHOTO_LOCKED,
            ProblemKind::PhotoChanged => PHOTO_CHANGED,
            ProblemKind::PhotoUnusable => PHOTO_UNUSABLE,
            ProblemKind::PhotoTooMany => PHOTO_TOO_MANY,
            ProblemKind::ClockWrong => CLOCK_WRONG,
            ProblemKind::CardExpired => CARD_EXPIRED,
            ProblemKind::NoCard => NO_CARD,
            ProblemKind::AppLocked => APP_LOCKED,
            ProblemKind::NotUnlocked => NOT_UNLOCKED,
            ProblemKind::StoreDamaged => STORE_DAMAGED,
            ProblemKind::StoreNewer => STORE_NEWER,
            ProblemKind::KeyStoreAbsent => KEY_STORE_ABSENT,
            ProblemKind::KeyStoreLocked => KEY_STORE_LOCKED,
            ProblemKind::KeyMissing => KEY_MISSING,
            ProblemKind::HolderKeyGone => HOLDER_KEY_GONE,
            ProblemKind::HolderKeyFailed => HOLDER_KEY_FAILED,
            ProblemKind::AppAlreadyOpen => APP_ALREADY_OPEN,
            ProblemKind::CountySetting => COUNTY_SETTING,
            ProblemKind::BrowserNotOpened => BROWSER_NOT_OPENED,
            ProblemKind::CheckerNotReady => CHECKER_NO_LISTS,
            ProblemKind::ChallengeInvalid => CHALLENGE_INVALID,
            ProblemKind::ChallengeOver => CHALLENGE_OVER,
            ProblemKind::RosterUnreadable => ROSTER_UNREADABLE,
            ProblemKind::RosterNotTrusted => ROSTER_UNKNOWN,
            ProblemKind::RosterOver => ROSTER_OVER,
            ProblemKind::Internal => INTERNAL,
        };
        code.into()
    }
}

/// Whether a text is a support code: `LB-`, an area of capital letters, three digits.
pub fn is_support_code(text: &str) -> bool {
    let Some((area, number)) = text
        .strip_prefix("LB-")
        .and_then(|rest| rest.split_once('-'))
    else {
        return false;
    };
    (1..=12).contains(&area.len())
        && area.bytes().all(|byte| byte.is_ascii_uppercase())
        && number.len() == 3
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn or_theirs(code: Code, theirs: Option<&String>) -> Problem {
    let mut problem = Problem::from(code);
    if let Some(theirs) = theirs {
        problem.support_code.clone_from(theirs);
    }
    problem
}

impl From<&HttpError> for Problem {
    fn from(error: &HttpError) -> Self {
        match error {
            HttpError::Unreachable => NO_NETWORK,
            HttpError::TimedOut => NET_TIMED_OUT,
            HttpError::Broken => NET_BROKEN,
            HttpError::TooLarge => NET_TOO_LARGE,
            HttpError::Insecure => NET_INSECURE,
        }
        .into()
    }
}

impl From<&CallError> for Problem {
    fn from(error: &CallError) -> Self {
        match error {
            CallError::Http(error) => error.into(),
            CallError::Unavailable { support_code, .. } => {
                or_theirs(ISSUER_UNAVAILABLE, support_code.as_ref())
            }
            CallError::Refused { support_code, .. } => {
                or_theirs(ISSUER_REFUSED, support_code.as_ref())
            }
            CallError::Garbled => ISSUER_GARBLED.into(),
            CallError::Metadata(_) => ISSUER_METADATA.into(),
            CallError::Untrusted(error) => (&**error).into(),
            CallError::ClockWrong { .. } => CLOCK_WRONG.into(),
            CallError::NotLoggedIn => NOT_LOGGED_IN.into(),
            CallError::SignedOut => SIGNED_OUT.into(),
            CallError::Store(error) => error.into(),
            CallError::Crypto => NO_RANDOMNESS.into(),
            CallError::KeyGone => HOLDER_KEY_GONE.into(),
            CallError::KeyLocked => HOLDER_KEY_LOCKED.into(),
            CallError::KeyFailed => HOLDER_KEY_FAILED.into(),
        }
    }
}

impl From<&StoreError> for Problem {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Io(_) => STORE_UNWRITABLE,
            StoreError::Seal => STORE_NOT_SEALED,
        }
        .into()
    }
}

impl From<&SecretError> for Problem {
    fn from(error: &SecretError) -> Self {
        match error {
            SecretError::Absent => KEY_STORE_ABSENT,
            SecretError::Locked => KEY_STORE_LOCKED,
            SecretError::NotAKey => KEY_NOT_A_KEY,
            SecretError::ReadableByOthers => KEY_FILE_OPEN,
            SecretError::Failed(_) => KEY_STORE_FAILED,
        }
        .into()
    }
}

impl From<&OpenError> for Problem {
    fn from(error: &OpenError) -> Self {
        match error {
            OpenError::StoreDamaged => STORE_DAMAGED,
            OpenError::StoreNewer { .. } => STORE_NEWER,
            OpenError::OtherCounty => STORE_OTHER_COUNTY,
            OpenError::KeyStoreAbsent => KEY_STORE_ABSENT,
            OpenError::KeyStoreLocked => KEY_STORE_LOCKED,
            OpenError::KeyStoreFailed(error) => return error.into(),
            OpenError::KeyMissing => KEY_MISSING,
            OpenError::InUse => APP_ALREADY_OPEN,
            OpenError::Io(_) => STORE_UNREADABLE,
            OpenError::Random => NO_RANDOMNESS,
        }
        .into()
    }
}

impl From<&LoginError> for Problem {
    fn from(error: &LoginError) -> Self {
        match error {
            LoginError::Cancelled => LOGIN_CANCELLED,
            LoginError::FeideRefused => FEIDE_REFUSED,
            LoginError::FeideUnavailable => FEIDE_UNAVAILABLE,
            LoginError::Refused { .. } => LOGIN_REFUSED,
            LoginError::NotBegun => LOGIN_NOT_BEGUN,
            LoginError::Expired => LOGIN_EXPIRED,
            LoginError::StateMismatch => LOGIN_OTHER_STATE,
            LoginError::IssuerMismatch => LOGIN_OTHER_ISSUER,
            LoginError::NotACallback => LOGIN_NOT_A_CALLBACK,
            LoginError::Call(error) => return error.into(),
        }
        .into()
    }
}

impl From<&EnrolError> for Problem {
    fn from(error: &EnrolError) -> Self {
        match error {
            EnrolError::Call(error) => error.into(),
        }
    }
}

impl From<&PhotoError> for Problem {
    fn from(error: &PhotoError) -> Self {
        match error {
            PhotoError::NoPhoto => PHOTO_ABSENT,
            PhotoError::Changed => PHOTO_CHANGED,
            PhotoError::Locked => PHOTO_LOCKED,
            PhotoError::NotAPhoto => PHOTO_UNREADABLE,
            PhotoError::Unusable { .. } => PHOTO_UNUSABLE,
            PhotoError::TooMany => PHOTO_TOO_MANY,
            PhotoError::Call(error) => return error.into(),
        }
        .into()
    }
}

impl From<&TrustError> for Problem {
    fn from(error: &TrustError) -> Self {
        match error {
            TrustError::TrustListSignature => TRUST_SIGNATURE,
            TrustError::TrustListOld => TRUST_OLD,
            TrustError::TrustListGarbled => TRUST_GARBLED,
            TrustError::IssuerNotListed => TRUST_NOT_LISTED,
            TrustError::StatusList => STATUS_LIST,
            TrustError::Call(error) => return error.into(),
        }
        .into()
    }
}

impl From<&IssueError> for Problem {
    fn from(error: &IssueError) -> Self {
        match error {
            IssueError::NotReady(status) if matches!(status.state, Enrolment::Blocked { .. }) => {
                BLOCKED.into()
            }
            IssueError::NotReady(_) => NOT_READY.into(),
            IssueError::Refused(_) => CREDENTIAL_REFUSED.into(),
            IssueError::Trust(error) => error.into(),
            IssueError::Call(error) => error.into(),
        }
    }
}

impl From<&RefreshError> for Problem {
    fn from(error: &RefreshError) -> Self {
        match error {
            RefreshError::NotLoggedIn => NOT_LOGGED_IN.into(),
            RefreshError::SignedOut => SIGNED_OUT.into(),
            RefreshError::Issue(error) => error.into(),
            RefreshError::Trust(error) => error.into(),
            RefreshError::Call(error) => error.into(),
        }
    }
}

impl From<&ProveError> for Problem {
    fn from(error: &ProveError) -> Self {
        match error {
            ProveError::NoCard => NO_CARD,
            ProveError::Expired => CARD_EXPIRED,
            ProveError::Proof => CODE_NOT_MADE,
            ProveError::KeyGone => HOLDER_KEY_GONE,
            ProveError::KeyLocked => HOLDER_KEY_LOCKED,
            ProveError::KeyFailed => HOLDER_KEY_FAILED,
            ProveError::Draw(_) => CODE_NOT_DRAWN,
        }
        .into()
    }
}

impl From<&PresentError> for Problem {
    fn from(error: &PresentError) -> Self {
        match error {
            PresentError::NoCard => NO_CARD,
            PresentError::UnknownClaim => UNKNOWN_CLAIM,
            PresentError::Presentation => CODE_NOT_MADE,
            PresentError::KeyGone => HOLDER_KEY_GONE,
            PresentError::KeyLocked => HOLDER_KEY_LOCKED,
            PresentError::KeyFailed => HOLDER_KEY_FAILED,
            PresentError::Store(error) => return error.into(),
        }
        .into()
    }
}

impl From<&LibraryError> for Problem {
    fn from(error: &LibraryError) -> Self {
        match error {
            LibraryError::NoCard => NO_LIBRARY_CARD,
            LibraryError::Barcode(_) | LibraryError::Draw(_) => LIBRARY_NOT_DRAWN,
        }
        .into()
    }
}

impl From<&CheckError> for Problem {
    fn from(error: &CheckError) -> Self {
        match error {
            CheckError::NoCard => NO_CARD.into(),
            CheckError::Statement => STATEMENT_REFUSED.into(),
            CheckError::Trust(error) => error.into(),
            CheckError::Call(error) => error.into(),
        }
    }
}

impl From<&LogOutError> for Problem {
    fn from(error: &LogOutError) -> Self {
        match error {
            LogOutError::Store(error) => error.into(),
        }
    }
}

impl From<&ForgetError> for Problem {
    fn from(error: &ForgetError) -> Self {
        match error {
            ForgetError::Store(error) => error.into(),
            ForgetError::Secrets(error) => error.into(),
        }
    }
}

impl From<&ScanError> for Problem {
    fn from(error: &ScanError) -> Self {
        match error {
            ScanError::NoLists => CHECKER_NO_LISTS,
            ScanError::NoChallenge => CHALLENGE_OVER,
        }
        .into()
    }
}

impl From<&ChallengeError> for Problem {
    fn from(error: &ChallengeError) -> Self {
        match error {
            ChallengeError::Random => NO_RANDOMNESS,
            ChallengeError::Draw(_) => CODE_NOT_DRAWN,
        }
        .into()
    }
}

impl From<&KeepError> for Problem {
    fn from(error: &KeepError) -> Self {
        match error {
            KeepError::Secrets(error) => error.into(),
            KeepError::Io(_) => STORE_UNWRITABLE.into(),
            KeepError::Seal => NO_RANDOMNESS.into(),
        }
    }
}

impl From<&OpenRosterError> for Problem {
    fn from(error: &OpenRosterError) -> Self {
        match error {
            OpenRosterError::NoLists => CHECKER_NO_LISTS,
            OpenRosterError::NotAList => ROSTER_UNREADABLE,
            OpenRosterError::UnknownIssuer => ROSTER_UNKNOWN,
            OpenRosterError::Refused(refused) => match refused {
                RosterError::Signature(_) | RosterError::OtherIssuer => ROSTER_SIGNATURE,
                RosterError::Expired { .. } => ROSTER_OVER,
                RosterError::FromTheFuture { .. } => ROSTER_CLOCK,
                RosterError::Malformed(_) => ROSTER_MALFORMED,
            },
            OpenRosterError::Keep(error) => return error.into(),
        }
        .into()
    }
}

impl From<&ExamRoomError> for Problem {
    fn from(error: &ExamRoomError) -> Self {
        match error {
            ExamRoomError::Gone => ROSTER_GONE.into(),
            ExamRoomError::NotInList(_) => NOT_IN_ROSTER.into(),
            ExamRoomError::Scan(error) => error.into(),
            ExamRoomError::Keep(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const DOCUMENT: &str = include_str!("../../../docs/support-codes.md");

    /// The rows of the app's tables: code, kind.
    fn documented() -> BTreeSet<(String, String)> {
        // What keeps somebody from having a card is named like some problems, and is none.
        DOCUMENT
            .split("\n### ")
            .filter(|section| !section.starts_with("No card yet"))
            .flat_map(str::lines)
            .filter_map(|line| {
                let mut cells = line.strip_prefix("| `LB-")?.split('|');
                let code = format!("LB-{}", cells.next()?.trim().trim_end_matches('`'));
                let kind = cells.next()?.trim().trim_matches('`').to_owned();
                Some((code, kind))
            })
            .collect()
    }

    #[test]
    fn every_code_is_in_the_document_with_its_kind() {
        let documented = documented();
        for code in CODES {
            let kind = serde_json::to_value(code.kind).unwrap();
            let row = (
                code.support_code.to_owned(),
                kind.as_str().unwrap().to_owned(),
            );
            assert!(documented.contains(&row), "not in the document: {row:?}");
        }
    }

    #[test]
    fn the_document_has_no_code_of_the_app_that_the_app_has_not() {
        for (code, kind) in documented() {
            // The rows of the county's service have no kind.
            if serde_json::from_value::<ProblemKind>(kind.into()).is_ok() {
                assert!(
                    CODES.iter().any(|known| known.support_code == code),
                    "{code}"
                );
            }
        }
    }

    #[test]
    fn codes_are_unique_and_well_formed() {
        let unique: BTreeSet<_> = CODES.iter().map(|code| code.support_code).collect();
        assert_eq!(unique.len(), CODES.len());
        for code in unique {
            assert!(is_support_code(code), "{code}");
        }
    }

    #[test]
    fn a_support_code_has_one_form() {
        assert!(is_support_code("LB-LOGIN-110"));
        for wrong in [
            "",
            "LB-",
            "LB-LOGIN",
            "LB-LOGIN-20",
            "LB-LOGIN-1100",
            "LB-login-204",
            "XX-LOGIN-204",
            "LB-LOGIN-2x4",
            "LB--204",
            "LB-LOGIN-110 ",
            "LB-NORAØSTBY-204",
        ] {
            assert!(!is_support_code(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_issuers_own_code_is_shown_when_it_gave_one() {
        let error = CallError::Refused {
            status: 404,
            error: None,
            support_code: Some("LB-CARD-404".into()),
        };
        assert_eq!(Problem::from(&error).support_code, "LB-CARD-404");
    }
}
