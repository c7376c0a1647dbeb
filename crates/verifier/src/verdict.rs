//! What a check comes to.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, Utc};
use county_api::{CardType, InPersonClaims, Profile, Semester, SlipClaims};
use serde::Serialize;

/// What was scanned, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Scan {
    /// A living code, or something that is none of our codes.
    Card(Verdict),
    /// The still code with the portrait.
    Photo(PhotoVerdict),
    /// A slip of paper.
    Slip(SlipVerdict),
}

/// The answer to "is this a good card, shown by its holder, now?", with everything that led to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
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
    /// Whether there is a portrait to look at.
    pub photo: PhotoState,
    /// The issuer's address, as the code gives it.
    pub issuer: Option<String>,
    /// The issuer's name, from the trust list.
    pub issuer_name: Option<String>,
    /// When the phone made the code, by the phone's clock.
    pub code_made_at: Option<DateTime<Utc>>,
    /// How long ago the status list that was consulted was signed, in seconds.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub status_age_seconds: Option<i64>,
    /// The checker's time.
    pub checked_at: DateTime<Utc>,
}

/// What is known of the portrait that belongs to a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PhotoState {
    /// The profile has none.
    None,
    /// The holder can show it as a second code.
    Available,
    /// It was scanned before and is in the card.
    Shown,
}

/// What the photo code comes to. A portrait is proof only beside the verdict on a living code that names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PhotoVerdict {
    /// The answer about the portrait, not about the card.
    pub outcome: Outcome,
    /// Why it is not [`Outcome::Valid`]; empty exactly when it is.
    pub reasons: Vec<Reason>,
    /// Whether the issuer is a specimen county.
    pub demo: bool,
    /// Whether a trusted issuer signed the portrait.
    pub authentic: bool,
    /// The portrait, `data:image/webp;base64,`; only if it is authentic.
    pub portrait: Option<String>,
    /// Whether the code that was checked last names this portrait; none if no code was checked a short while ago.
    pub belongs_to_last: Option<bool>,
    /// The issuer's name, from the trust list.
    pub issuer_name: Option<String>,
    /// How long ago the status list that was consulted was signed, in seconds.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub status_age_seconds: Option<i64>,
    /// The checker's time.
    pub checked_at: DateTime<Utc>,
}

/// What a slip of paper comes to. It is never [`Outcome::Valid`]: paper is easily copied, so a slip that is all right is
/// [`Outcome::Slip`], and whoever stands there compares the face and asks for another proof of identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SlipVerdict {
    /// The answer.
    pub outcome: Outcome,
    /// What led to it; [`Reason::OnPaper`] is always among them.
    pub reasons: Vec<Reason>,
    /// Whether the issuer is a specimen county.
    pub demo: bool,
    /// Whether a trusted issuer signed what stands in `card`.
    pub authentic: bool,
    /// The card as it was read, with its portrait if the slip is authentic.
    pub card: Option<CheckedCard>,
    /// The day it is good, in Norway.
    pub day: Option<NaiveDate>,
    /// When it was printed.
    pub printed_at: Option<DateTime<Utc>>,
    /// From when on it is no longer good.
    pub good_until: Option<DateTime<Utc>>,
    /// When this checker first saw this very slip, if it did before. That is nothing strange: the same paper is shown again,
    /// at the next stop or door.
    pub seen_at: Option<DateTime<Utc>>,
    /// The issuer's address, as the slip gives it.
    pub issuer: Option<String>,
    /// The issuer's name, from the trust list.
    pub issuer_name: Option<String>,
    /// How long ago the status list that was consulted was signed, in seconds.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub status_age_seconds: Option<i64>,
    /// The checker's time.
    pub checked_at: DateTime<Utc>,
}

/// For where there are verdicts on cards only: it is never [`Outcome::Valid`] here either.
impl From<SlipVerdict> for Verdict {
    fn from(slip: SlipVerdict) -> Self {
        let has_portrait = slip
            .card
            .as_ref()
            .is_some_and(|card| card.portrait.is_some());
        Self {
            outcome: slip.outcome,
            reasons: slip.reasons,
            demo: slip.demo,
            authentic: slip.authentic,
            card: slip.card,
            photo: if has_portrait {
                PhotoState::Shown
            } else {
                PhotoState::None
            },
            issuer: slip.issuer,
            issuer_name: slip.issuer_name,
            code_made_at: slip.printed_at,
            status_age_seconds: slip.status_age_seconds,
            checked_at: slip.checked_at,
        }
    }
}

/// The verdict in one word. From good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything is known and everything is well.
    Valid,
    /// All is well with the slip, but it is paper: somebody has to compare the face, and ask for proof of identity.
    Slip,
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
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
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
    /// The token of one profile, shown as if it were another's.
    ProfileMismatch,
    /// An old code: a picture of one, or a screen that stood still.
    CodeTooOld {
        /// Its age by the checker's clock.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        seconds: i64,
    },
    /// The code is from the future: the phone's clock and the checker's differ.
    ClockDiffers {
        /// By how much at least.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        seconds: i64,
    },
    /// It does not answer this checker's challenge.
    WrongChallenge,
    /// This very code was taken before.
    Replayed {
        /// How long ago it was first taken.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        seconds_ago: i64,
    },
    /// The portrait is not the one that the code before it names.
    PhotoMismatch,
    /// A portrait by itself: the living code has to be scanned as well.
    PhotoAlone,
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
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        seconds: i64,
    },
    /// It names a trusted county, but a key that is not in the trust list at hand, which is too old to know the newest.
    KeyNotYetKnown {
        /// How long ago the trust list was signed.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        seconds: i64,
    },
    /// The trust list at hand has expired since it was read.
    TrustListExpired {
        /// How long ago.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        seconds: i64,
    },
    /// It is a slip of paper, which anybody can copy.
    OnPaper,
    /// A slip of another day.
    SlipOver {
        /// The day that it was good, in Norway.
        on: NaiveDate,
    },
    /// The issuer is a specimen county.
    DemoIssuer,
}

impl Reason {
    /// The best that a verdict can be with this reason in it.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::OnPaper => Outcome::Slip,
            Self::DemoIssuer => Outcome::Demo,
            Self::StatusUnknown
            | Self::StatusTooOld { .. }
            | Self::TrustListExpired { .. }
            | Self::KeyNotYetKnown { .. }
            | Self::PhotoAlone => Outcome::StatusUnknown,
            Self::NotOurCode | Self::DamagedCode => Outcome::Unreadable,
            Self::UnknownIssuer
            | Self::IssuerKeyNotInUse
            | Self::IssuerMismatch
            | Self::BadIssuerSignature
            | Self::TokenExpired
            | Self::NotYetValid
            | Self::BadHolderSignature
            | Self::WrongAudience
            | Self::ProfileMismatch
            | Self::PhotoMismatch
            | Self::CodeTooOld { .. }
            | Self::ClockDiffers { .. }
            | Self::WrongChallenge
            | Self::Replayed { .. }
            | Self::NotACard
            | Self::CardExpired { .. }
            | Self::SlipOver { .. }
            | Self::Suspended
            | Self::Revoked
            | Self::UnknownStatusValue
            | Self::NotInStatusList => Outcome::Invalid,
        }
    }
}

/// What stood in the code. Which members are there depends on the profile.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CheckedCard {
    /// What the code was shown for.
    #[cfg_attr(feature = "bindings", ts(type = "Profile"))]
    pub profile: Profile,
    /// Full name.
    pub full_name: Option<String>,
    /// The first of the given names.
    pub given_name: Option<String>,
    /// Birth date.
    pub birth_date: Option<NaiveDate>,
    /// Which card.
    #[cfg_attr(feature = "bindings", ts(type = "CardType | null"))]
    pub card_type: Option<CardType>,
    /// School, or company or training office.
    pub institution: Option<String>,
    /// Class.
    pub class: Option<String>,
    /// The number the school knows the pupil by.
    pub student_number: Option<String>,
    /// Semester.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub semester: Option<Semester>,
    /// The card's last day, in Norway.
    pub valid_until: Option<NaiveDate>,
    /// Whether the holder was 16 when the token was issued.
    pub age_over_16: Option<bool>,
    /// Whether the holder was 18 when the token was issued.
    pub age_over_18: Option<bool>,
    /// Whether the holder was 20 when the token was issued.
    pub age_over_20: Option<bool>,
    /// The small portrait, `data:image/webp;base64,`, if the photo code was scanned before.
    pub portrait: Option<String>,
}

/// What it says is personal.
impl std::fmt::Debug for CheckedCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CheckedCard({:?})", self.profile)
    }
}

impl From<InPersonClaims> for CheckedCard {
    fn from(claims: InPersonClaims) -> Self {
        Self {
            profile: claims.profile,
            full_name: claims.full_name,
            given_name: claims.given_name,
            birth_date: claims.birth_date,
            card_type: claims.card_type,
            institution: claims.institution,
            class: claims.class,
            student_number: claims.student_number,
            semester: claims.semester,
            valid_until: claims.valid_until,
            age_over_16: claims.age_over_16,
            age_over_18: claims.age_over_18,
            age_over_20: claims.age_over_20,
            portrait: None,
        }
    }
}

impl CheckedCard {
    /// The card on a slip. The portrait is shown only if the issuer signed it.
    pub(crate) fn on_paper(slip: SlipClaims, authentic: bool) -> Self {
        let portrait = authentic.then(|| data_uri(&slip.portrait.webp));
        Self {
            portrait,
            ..slip.card.into()
        }
    }
}

/// A WebP file as a data URI.
pub(crate) fn data_uri(webp: &[u8]) -> String {
    format!("data:image/webp;base64,{}", STANDARD.encode(webp))
}

/// What a check gathers on its way, whatever was scanned.
#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) outcome: Outcome,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) demo: bool,
    pub(crate) authentic: bool,
    pub(crate) issuer_name: Option<String>,
    pub(crate) status_age_seconds: Option<i64>,
}

impl Findings {
    /// Nothing speaks against it yet.
    pub(crate) fn new() -> Self {
        Self {
            outcome: Outcome::Valid,
            reasons: Vec::new(),
            demo: false,
            authentic: false,
            issuer_name: None,
            status_age_seconds: None,
        }
    }

    /// Adds a reason; the outcome can only get worse.
    pub(crate) fn hold_against(&mut self, reason: Reason) {
        self.outcome = self.outcome.max(reason.outcome());
        self.reasons.push(reason);
    }
}
