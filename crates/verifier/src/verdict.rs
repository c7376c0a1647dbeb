//! What a check comes to.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, Utc};
use county_api::{CardType, InPersonCard, Semester};
use serde::Serialize;

/// The answer to "is this a good card, shown by its holder, now?", with everything that led to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The answer.
    pub outcome: Outcome,
    /// Why it is not [`Outcome::Valid`]; empty exactly when it is.
    pub reasons: Vec<Reason>,
    /// Whether the issuer is a specimen county. Show the whole verdict in grey then, whatever the outcome.
    pub demo: bool,
    /// Whether a trusted issuer signed what stands in `card`. Without it the card is only a claim.
    pub authentic: bool,
    /// The card as it was read, whether or not the verdict is good.
    pub card: Option<CheckedCard>,
    /// The issuer's address, as the code gives it.
    pub issuer: Option<String>,
    /// The issuer's name, from the trust list.
    pub issuer_name: Option<String>,
    /// When the phone made the code, by the phone's clock.
    pub code_made_at: Option<DateTime<Utc>>,
    /// How long ago the status list that was consulted was signed, in seconds.
    pub status_age_seconds: Option<i64>,
    /// The checker's time.
    pub checked_at: DateTime<Utc>,
}

/// The verdict in one word. From good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything is known and everything is well.
    Valid,
    /// All is well, but the issuer is a specimen: no rights follow from it.
    Demo,
    /// Nothing is wrong, but what this checker has at hand is missing or too old to say that all is well.
    StatusUnknown,
    /// Something is wrong.
    Invalid,
    /// Not a code of ours, or a damaged one.
    Unreadable,
}

/// One thing that keeps a verdict from being [`Outcome::Valid`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// Some other QR code.
    NotOurCode,
    /// Begins like one of ours but cannot be read.
    DamagedCode,
    /// The key that it names is in no issuer's list.
    UnknownIssuer,
    /// The issuer's key is known, but not accepted at this time.
    IssuerKeyNotInUse,
    /// It names another issuer than the key's owner.
    IssuerMismatch,
    /// The issuer did not sign this.
    BadIssuerSignature,
    /// The phone's token is over; the card may be good, and the phone must go online to fetch a new one.
    TokenExpired,
    /// The token's time has not come; or this checker's clock is behind.
    NotYetValid,
    /// Whoever shows it does not have the holder's key: a copied token.
    BadHolderSignature,
    /// Made for another purpose than being shown here.
    WrongAudience,
    /// An old code: a picture of one, or a screen that stood still.
    CodeTooOld {
        /// Its age by the checker's clock.
        seconds: i64,
    },
    /// The code is from the future: the phone's clock and the checker's differ.
    ClockDiffers {
        /// By how much at least.
        seconds: i64,
    },
    /// It does not answer this checker's challenge.
    WrongChallenge,
    /// This very code was taken before.
    Replayed {
        /// How long ago it was first taken.
        seconds_ago: i64,
    },
    /// Signed and shown well, but not a card that this checker knows how to read.
    NotACard,
    /// The card's last day is past.
    CardExpired {
        /// Its last day.
        on: NaiveDate,
    },
    /// The card is blocked at the moment.
    Suspended,
    /// The card was withdrawn for good.
    Revoked,
    /// The status list has a value for it that only its issuer understands.
    UnknownStatusValue,
    /// The status list has no entry for it.
    NotInStatusList,
    /// No status list for this card is at hand.
    StatusUnknown,
    /// The status list at hand is too old to say that the card is still good.
    StatusTooOld {
        /// How long ago it was signed.
        seconds: i64,
    },
    /// The trust list at hand has expired since it was read.
    TrustListExpired {
        /// How long ago.
        seconds: i64,
    },
    /// The issuer is a specimen county.
    DemoIssuer,
}

impl Reason {
    /// The best that a verdict can be with this reason in it.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::DemoIssuer => Outcome::Demo,
            Self::StatusUnknown | Self::StatusTooOld { .. } | Self::TrustListExpired { .. } => {
                Outcome::StatusUnknown
            }
            Self::NotOurCode | Self::DamagedCode => Outcome::Unreadable,
            Self::UnknownIssuer
            | Self::IssuerKeyNotInUse
            | Self::IssuerMismatch
            | Self::BadIssuerSignature
            | Self::TokenExpired
            | Self::NotYetValid
            | Self::BadHolderSignature
            | Self::WrongAudience
            | Self::CodeTooOld { .. }
            | Self::ClockDiffers { .. }
            | Self::WrongChallenge
            | Self::Replayed { .. }
            | Self::NotACard
            | Self::CardExpired { .. }
            | Self::Suspended
            | Self::Revoked
            | Self::UnknownStatusValue
            | Self::NotInStatusList => Outcome::Invalid,
        }
    }
}

/// What stood in the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckedCard {
    /// Full name.
    pub full_name: String,
    /// Birth date.
    pub birth_date: NaiveDate,
    /// Which card.
    pub card_type: CardType,
    /// School, or company or training office.
    pub institution: String,
    /// Class.
    pub class: Option<String>,
    /// The number the school knows the pupil by.
    pub student_number: Option<String>,
    /// Semester.
    pub semester: Semester,
    /// The card's last day, in Norway.
    pub valid_until: NaiveDate,
    /// A small portrait, `data:image/webp;base64,`, where the code carried one.
    pub portrait: Option<String>,
}

impl From<InPersonCard> for CheckedCard {
    fn from(card: InPersonCard) -> Self {
        Self {
            full_name: card.full_name,
            birth_date: card.birth_date,
            card_type: card.card_type,
            institution: card.institution,
            class: card.class,
            student_number: card.student_number,
            semester: card.semester,
            valid_until: card.valid_until,
            portrait: card
                .portrait_webp
                .map(|webp| format!("data:image/webp;base64,{}", STANDARD.encode(webp))),
        }
    }
}

impl Verdict {
    /// A verdict that nothing speaks against yet.
    pub(crate) fn new(checked_at: DateTime<Utc>) -> Self {
        Self {
            outcome: Outcome::Valid,
            reasons: Vec::new(),
            demo: false,
            authentic: false,
            card: None,
            issuer: None,
            issuer_name: None,
            code_made_at: None,
            status_age_seconds: None,
            checked_at,
        }
    }

    /// Adds a reason; the outcome can only get worse.
    pub(crate) fn hold_against(&mut self, reason: Reason) {
        self.outcome = self.outcome.max(reason.outcome());
        self.reasons.push(reason);
    }
}
