//! From the wallet's problems to those of the screens.

use wallet::problem;

use crate::view::{Problem, ProblemCategory, ProblemKind};

impl From<problem::Problem> for Problem {
    fn from(problem: problem::Problem) -> Self {
        Self {
            kind: problem.kind.into(),
            category: problem.category.into(),
            support_code: problem.support_code,
        }
    }
}

impl From<problem::ProblemCategory> for ProblemCategory {
    fn from(category: problem::ProblemCategory) -> Self {
        match category {
            problem::ProblemCategory::Expected => Self::Expected,
            problem::ProblemCategory::Retry => Self::Retry,
            problem::ProblemCategory::Bug => Self::Bug,
            problem::ProblemCategory::PersonalData => Self::PersonalData,
        }
    }
}

impl From<problem::ProblemKind> for ProblemKind {
    fn from(kind: problem::ProblemKind) -> Self {
        match kind {
            problem::ProblemKind::LoginCancelled => Self::LoginCancelled,
            problem::ProblemKind::FeideRefused => Self::FeideRefused,
            problem::ProblemKind::FeideUnavailable => Self::FeideUnavailable,
            problem::ProblemKind::LoginExpired => Self::LoginExpired,
            problem::ProblemKind::LoginMismatch => Self::LoginMismatch,
            problem::ProblemKind::LoginInProgress => Self::LoginInProgress,
            problem::ProblemKind::NoNetwork => Self::NoNetwork,
            problem::ProblemKind::IssuerUnavailable => Self::IssuerUnavailable,
            problem::ProblemKind::IssuerRefused => Self::IssuerRefused,
            problem::ProblemKind::SignedOutByIssuer => Self::SignedOutByIssuer,
            problem::ProblemKind::Blocked => Self::Blocked,
            problem::ProblemKind::PhotoLocked => Self::PhotoLocked,
            problem::ProblemKind::PhotoChanged => Self::PhotoChanged,
            problem::ProblemKind::PhotoUnusable => Self::PhotoUnusable,
            problem::ProblemKind::PhotoTooMany => Self::PhotoTooMany,
            problem::ProblemKind::ClockWrong => Self::ClockWrong,
            problem::ProblemKind::CardExpired => Self::CardExpired,
            problem::ProblemKind::NoCard => Self::NoCard,
            problem::ProblemKind::StoreDamaged => Self::StoreDamaged,
            problem::ProblemKind::StoreNewer => Self::StoreNewer,
            problem::ProblemKind::KeyStoreAbsent => Self::KeyStoreAbsent,
            problem::ProblemKind::KeyStoreLocked => Self::KeyStoreLocked,
            problem::ProblemKind::KeyMissing => Self::KeyMissing,
            problem::ProblemKind::HolderKeyGone => Self::HolderKeyGone,
            problem::ProblemKind::HolderKeyFailed => Self::HolderKeyFailed,
            problem::ProblemKind::AppAlreadyOpen => Self::AppAlreadyOpen,
            problem::ProblemKind::CountySetting => Self::CountySetting,
            problem::ProblemKind::BrowserNotOpened => Self::BrowserNotOpened,
            problem::ProblemKind::CheckerNotReady => Self::CheckerNotReady,
            problem::ProblemKind::ChallengeInvalid => Self::ChallengeInvalid,
            problem::ProblemKind::ChallengeOver => Self::ChallengeOver,
            problem::ProblemKind::RosterUnreadable => Self::RosterUnreadable,
            problem::ProblemKind::RosterNotTrusted => Self::RosterNotTrusted,
            problem::ProblemKind::RosterOver => Self::RosterOver,
            problem::ProblemKind::AppLocked => Self::AppLocked,
            problem::ProblemKind::NotUnlocked => Self::NotUnlocked,
            problem::ProblemKind::Internal => Self::Internal,
        }
    }
}
