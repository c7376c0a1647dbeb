//! What the screens are told: plain data, made from the wallet's overview.
//!
//! `ui/src/lib/bindings.ts` is generated from these types; the test below fails when the two differ.
//! Dates are `YYYY-MM-DD`, times RFC 3339, pictures `data:` URIs.

mod checking;
mod mine;
mod portrait;

use serde::Serialize;

#[cfg(test)]
use ts_rs::TS;

pub use checking::{
    AdmissionResult, AdmissionView, CandidateView, ChallengeView, CheckerView, ExamCounts,
    ExamRoomView, PhotoCodeView, Profile,
};
pub use mine::{
    ExportWords, HistoryKind, HistoryView, KeyProtection, LockOffer, MineCard, MineView,
    PreferencesView,
};
pub use portrait::{FrameView, PhotoMissingReason, PictureVerdict, PictureView, SubmissionView};

/// Everything the screens need to choose and draw themselves.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AppState {
    /// Nobody is logged in and nothing is stored.
    Welcome {
        /// The county whose app this is.
        county: CountyView,
        /// A store that cannot be read, as one from another phone, was just put aside: the person has to log in again.
        kept_aside: bool,
        /// A link has brought a login back, and the issuer is asked now.
        finishing_login: bool,
        /// Why such a login came to nothing, if it did.
        login_failed: Option<Problem>,
    },
    /// Logged in, and no card yet.
    Enrolling {
        /// The county whose app this is.
        county: CountyView,
        /// What stands between the person and the card.
        enrolment: EnrolmentView,
        /// The library card, which needs no photo.
        library: Option<LibraryView>,
        /// Whom to ask, for this person.
        contacts: Vec<ContactView>,
        /// When the county reads the school records next.
        next_sync: Option<String>,
        /// When the issuer gave this answer.
        asked_at: String,
    },
    /// There is a card to show.
    Home {
        /// The county whose app this is.
        county: CountyView,
        /// The cards; at least one, unless the person took them off this device.
        cards: Vec<CardView>,
        /// Cards that the person took off this device, and can have back.
        removed: Vec<CardType>,
        /// The library card.
        library: Option<LibraryView>,
        /// Whom to ask, for this person.
        contacts: Vec<ContactView>,
        /// The last time the issuer was heard.
        last_refresh: Option<String>,
        /// Why the newest refresh failed, if it did.
        last_refresh_failed: Option<Problem>,
        /// Why a login that a link brought back came to nothing, if it did.
        login_failed: Option<Problem>,
        /// How far the phone's clock is off, when that matters.
        clock_warning_seconds: Option<i32>,
        /// News that the person should see above the card, such as a block.
        notice: Option<EnrolmentView>,
    },
    /// The owner has to unlock the app first: nothing of the card is here.
    Locked {
        /// The county whose app this is.
        county: CountyView,
    },
    /// The store cannot be opened.
    Stopped {
        /// What is wrong.
        problem: Problem,
    },
}

/// The county whose app this is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct CountyView {
    /// The county's own name.
    pub name: String,
    /// The issuer is a demonstration: no card of it is proof of anything.
    pub demo: bool,
    /// The county's page for a forgotten Feide password.
    pub password_help_url: Option<String>,
    /// The county's accessibility statement for this app.
    pub accessibility_statement_url: Option<String>,
    /// Where one logs out a lost phone, in any browser.
    pub own_page_url: String,
}

/// One school card.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct CardView {
    /// Names the card in commands.
    pub id: String,
    /// Pupil, apprentice or training candidate.
    pub card_type: CardType,
    /// What the card is worth now.
    pub state: CardState,
    /// Issued by a demonstration issuer.
    pub demo: bool,
    /// The county.
    pub county: String,
    /// Given names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Date of birth.
    pub birth_date: String,
    /// The locked portrait.
    pub photo: String,
    /// School or company.
    pub institution: String,
    /// The class, such as `2STA`.
    pub class: Option<String>,
    /// The education programme in words.
    pub programme: Option<String>,
    /// The pupil's number at the school.
    pub student_number: Option<String>,
    /// The term the card is for.
    pub semester: SemesterView,
    /// First day of the right.
    pub valid_from: String,
    /// Last day of the right.
    pub valid_until: String,
    /// When the issuer last confirmed it.
    pub updated_at: String,
}

/// A school term.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS), ts(rename = "Semester"))]
pub struct SemesterView {
    /// Autumn or spring.
    pub season: Season,
    /// The calendar year.
    pub year: i32,
}

/// Half of a calendar year.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// 1 August to 31 December.
    Autumn,
    /// 1 January to 31 July.
    Spring,
}

/// The kinds of school card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum CardType {
    /// Elevbevis.
    Elev,
    /// Lærlingbevis.
    Larling,
    /// Lærekandidatbevis.
    Larekandidat,
}

/// What a card is worth now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    /// Good.
    Valid,
    /// The right has not begun.
    NotYetValid,
    /// Good, but long since the issuer was heard.
    NeedsRefresh,
    /// Good, and soon not.
    ExpiresSoon,
    /// Over.
    Expired,
    /// Taken back for a time.
    Suspended,
    /// Taken back for good.
    Revoked,
    /// Cannot be told.
    Unknown,
}

/// The library card.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct LibraryView {
    /// The code as the library gave it.
    pub code: String,
    /// How it is drawn.
    pub symbology: Symbology,
}

/// How a library code is drawn.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Symbology {
    Qr,
    Code39,
    Code128,
    Itf,
    Codabar,
    Ean13,
}

/// Somebody to ask.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS), ts(rename = "Contact"))]
pub struct ContactView {
    /// What they help with.
    pub role: ContactRole,
    /// Their name.
    pub name: String,
    /// Telephone number.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Web page.
    pub url: Option<String>,
}

/// What a contact helps with.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum ContactRole {
    /// The school's office.
    School,
    /// The photo on the card, at the school.
    Photo,
    /// The library card, at the school.
    Library,
    /// The apprentice's training office.
    TrainingOffice,
    /// Trouble with the app or the login, at the school.
    Technical,
    /// Feide passwords.
    FeideHelp,
    /// The county.
    County,
}

/// The person a card is for.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct HolderView {
    /// Given names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Which card the records give.
    pub card_type: CardType,
    /// School or company.
    pub institution: String,
}

/// What stands between a logged-in person and the card.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EnrolmentView {
    /// Nothing: the card can be fetched.
    Ready {
        /// Whose card.
        holder: HolderView,
    },
    /// The school's picture waits for "Dette er meg".
    PhotoToConfirm {
        /// Whose card.
        holder: HolderView,
        /// The picture; none if it could not be fetched now.
        photo: Option<String>,
        /// Names the picture in the answer.
        sha256: String,
        /// Where it comes from.
        source: PhotoSource,
        /// When it was taken, if known.
        taken_on: Option<String>,
        /// What the school wrote when it unlocked an earlier one, if that is why there is one to confirm again.
        reset: Option<String>,
    },
    /// There is no picture.
    PhotoMissing {
        /// Whose card.
        holder: HolderView,
        /// Why not.
        why: PhotoMissingReason,
        /// Who mends it.
        contact: ContactView,
    },
    /// A picture of the person's own waits for somebody at the school to look at it.
    PhotoInReview {
        /// Whose card.
        holder: HolderView,
        /// How it was made.
        source: PhotoSource,
        /// Who looks at it.
        contact: ContactView,
    },
    /// The records do not know the person.
    NotInRecords {
        /// Who mends it.
        contact: ContactView,
    },
    /// The record lacks something a card needs.
    RecordIncomplete {
        /// What it lacks.
        missing: Vec<MissingField>,
        /// Who mends it.
        contact: ContactView,
    },
    /// The school does not use Lommebevis yet.
    SchoolNotEnabled {
        /// The school.
        school: String,
        /// Whom to ask.
        contact: ContactView,
    },
    /// Known, but with no right to a card today.
    NoCurrentRight {
        /// Why not.
        reason: NoRightReason,
        /// Whom to ask.
        contact: ContactView,
    },
    /// The county has blocked the card.
    Blocked {
        /// The reason given.
        reason: String,
        /// The last day of the block; none means until further notice.
        until: Option<String>,
        /// Where to appeal.
        contact: ContactView,
    },
}

/// Where a portrait comes from.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum PhotoSource {
    /// The school records.
    SchoolRecords,
    /// The school's photographer.
    Photographer,
    /// Taken in the app.
    Selfie,
    /// A file given by the person.
    Upload,
}

/// What a record can lack.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum MissingField {
    Name,
    BirthDate,
    School,
    Class,
    Programme,
    Company,
    ContractPeriod,
}

/// Why a known person has no right to a card today.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NoRightReason {
    /// It begins later.
    NotStarted {
        /// First day.
        from: String,
    },
    /// It is over.
    Ended {
        /// Last day.
        on: String,
    },
    /// It was broken off.
    Interrupted {
        /// The day.
        on: String,
    },
    /// A guest pupil has the card at the home school.
    Guest,
    /// The county gives no card to this kind of pupil.
    CategoryNotCovered,
    /// The kind of contract is not known.
    ContractTypeUnknown,
}

/// Something went wrong; the screens choose the words by `kind`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct Problem {
    /// Which situation.
    pub kind: ProblemKind,
    /// What sort of situation.
    pub category: ProblemCategory,
    /// Stable, safe to read aloud.
    pub support_code: String,
}

/// Which situation a problem is; the screens have words for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
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
    /// The picture cannot be used.
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
    /// The app is not set up for this county.
    CountySetting,
    /// The browser did not open.
    BrowserNotOpened,
    /// The checker knows nobody to believe: it has never been online, or too long ago.
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
    /// The app is locked.
    AppLocked,
    /// The system did not recognise the owner.
    NotUnlocked,
    /// Something that should not happen.
    Internal,
}

/// What sort of situation a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ProblemCategory {
    Expected,
    Retry,
    Bug,
    PersonalData,
}

/// A control code to show.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct CodeView {
    /// What the code discloses.
    pub profile: Profile,
    /// The drawn QR code.
    pub svg: String,
    /// The same code as a link to the county's page, for cameras without the app.
    pub link_svg: Option<String>,
    /// There is a photo code beside it, which shows the portrait without a network.
    pub has_photo_code: bool,
    /// What it says.
    pub text: String,
    /// When it was made.
    pub created_at: String,
    /// When to ask for the next one.
    pub renew_after_seconds: u32,
    /// How far the phone's clock is off, when that matters.
    pub clock_warning_seconds: Option<i32>,
}

/// A library code to show.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct LibraryCodeView {
    /// The drawn code.
    pub svg: String,
    /// What it says.
    pub code: String,
    /// How it is drawn.
    pub symbology: Symbology,
}

/// The answer to "Sjekk gyldighet".
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ValidityView {
    /// The issuer said so just now, signed.
    Online {
        /// Its word.
        result: ValidityResult,
        /// Its clock.
        server_time: String,
        /// Last day of the right.
        card_valid_until: String,
    },
    /// The issuer could not be reached: what the phone knows, and since when.
    Offline {
        /// The state of the stored card.
        state: CardState,
        /// When the issuer was last heard.
        known_at: String,
        /// How long ago that is.
        age_seconds: u32,
    },
}

/// The issuer's word on a card.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ValidityResult {
    Valid,
    Suspended,
    Revoked,
    Expired,
}

#[cfg(test)]
mod tests {
    use verifier::exam_room::TableWords;
    use verifier::{
        CheckedCard, Outcome, PhotoState, PhotoVerdict, Reason, Scan, SlipVerdict, Verdict,
    };

    use super::*;
    use ::portrait::{Finding, Hint, Place, Rule};

    /// The whole of `ui/src/lib/bindings.ts`.
    fn bindings() -> String {
        let config = ts_rs::Config::new();
        macro_rules! declare {
            ($($name:ident),+ $(,)?) => {
                [$(format!("export {}\n", $name::decl(&config))),+].concat()
            };
        }
        let types = declare![
            AppState,
            CountyView,
            CardView,
            SemesterView,
            Season,
            CardType,
            CardState,
            LibraryView,
            Symbology,
            ContactView,
            ContactRole,
            HolderView,
            EnrolmentView,
            PhotoSource,
            PhotoMissingReason,
            MissingField,
            NoRightReason,
            Problem,
            ProblemKind,
            ProblemCategory,
            CodeView,
            LibraryCodeView,
            ValidityView,
            ValidityResult,
            PhotoCodeView,
            Profile,
            Outcome,
            Reason,
            CheckedCard,
            PhotoState,
            Verdict,
            PhotoVerdict,
            SlipVerdict,
            Scan,
            CheckerView,
            ChallengeView,
            ExamRoomView,
            ExamCounts,
            CandidateView,
            AdmissionView,
            AdmissionResult,
            TableWords,
            FrameView,
            PictureView,
            PictureVerdict,
            Finding,
            Rule,
            Hint,
            Place,
            SubmissionView,
            PreferencesView,
            LockOffer,
            HistoryView,
            HistoryKind,
            MineView,
            MineCard,
            KeyProtection,
            ExportWords,
        ];
        format!(
            "// Made from src-tauri/src/view.rs, the verifier's and the portraits' types; after a change there: UPDATE_BINDINGS=1 cargo test -p lommebevis bindings\n{types}
/** A roster file is never larger. */
export const MAX_ROSTER_BYTES = {};
",
            county_api::roster::MAX_BYTES
        )
    }

    #[test]
    fn the_screens_bindings_are_made_from_these_types() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/lib/bindings.ts");
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            std::fs::write(path, bindings()).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap();
        assert!(
            kept == bindings(),
            "ui/src/lib/bindings.ts is out of date; run: UPDATE_BINDINGS=1 cargo test -p lommebevis bindings"
        );
    }
}
