//! What stands between a person who has logged in and the card: the answer of `GET /wallet/enrolment`.
//!
//! Logging in succeeds for everyone whom Feide vouches for. What is missing after that is said here, each
//! case with whom to ask, so that "try again tomorrow" needs no new login and nothing personal is in a URL.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, de};
use url::Url;

use crate::CardType;

/// The answer of `GET /wallet/enrolment`, of the two photo decisions and of a photo that was sent in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentStatus {
    /// Where the person stands.
    #[serde(flatten)]
    pub state: Enrolment,
    /// Whose answer this is: an opaque name, the same at every login of one person and never another's.
    pub account: String,
    /// The library card; there without a photo, and without any right to a school card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library_card: Option<LibraryCard>,
    /// Whom this person can ask, nearest first.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// When the county reads its records next, if that is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_sync: Option<DateTime<Utc>>,
    /// The server's clock, so that a phone can see that its own is wrong.
    pub server_time: DateTime<Utc>,
}

/// Where a person stands on the way to the card. Every way it can stop is a case of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Enrolment {
    /// Everything is there: the card can be fetched.
    Ready {
        /// Whose card it is.
        holder: Holder,
        /// The locked photo's [name](crate::photo_sha256).
        photo_sha256: String,
        /// Another text whenever anything that the card says is another: a phone whose card was issued under
        /// another one fetches it anew.
        content_sha256: String,
        /// Further cards that the person has a right to: a training card beside a pupil's.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        more: Vec<FurtherCard>,
    },
    /// There is a photo, and the person has to say whether it shows them.
    PhotoToConfirm {
        /// Whose card it would be.
        holder: Holder,
        /// The photo in question, to be had from `GET /wallet/photo`.
        photo: ProposedPhoto,
        /// What staff wrote when they took an earlier photo back, if that is why there is one to confirm again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reset: Option<String>,
    },
    /// The person has sent a photo in, and the school has to approve it.
    PhotoInReview {
        /// Whose card it would be.
        holder: Holder,
        /// The photo that waits, to be had from `GET /wallet/photo`. Sending another one takes its place.
        photo: ProposedPhoto,
        /// Who can help.
        contact: Contact,
    },
    /// There is no usable photo: the person has to send one in.
    PhotoMissing {
        /// Whose card it would be.
        holder: Holder,
        /// Why there is none.
        why: PhotoMissingReason,
        /// Who can help.
        contact: Contact,
    },
    /// Feide knows the person; the county's records do not.
    NotInRecords {
        /// Who can help.
        contact: Contact,
    },
    /// The record lacks what a card must show.
    RecordIncomplete {
        /// What is missing, never empty.
        missing: Vec<MissingField>,
        /// Who can help.
        contact: Contact,
    },
    /// The school has not taken the card into use.
    SchoolNotEnabled {
        /// The school's name.
        school: String,
        /// Who can help.
        contact: Contact,
    },
    /// The person is in the records, but has no right to a card today.
    NoCurrentRight {
        /// Why not.
        reason: NoRightReason,
        /// Who can help.
        contact: Contact,
    },
    /// Staff have blocked the person's card.
    Blocked {
        /// What staff wrote for the person to read.
        reason: String,
        /// The day the block ends by itself, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
        /// Whom to ask.
        contact: Contact,
    },
}

/// The person as the records know them: enough to recognise oneself by, no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Given and middle names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Which card it is.
    pub card_type: CardType,
    /// School, or company or training office for apprentices.
    pub institution: String,
}

/// A card beside the first: of the same person, with the same photo, fetched under configurations of its own
/// ([`CardSlot::Training`](crate::CardSlot::Training)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FurtherCard {
    /// Which card it is.
    pub card_type: CardType,
    /// Company or training office.
    pub institution: String,
    /// As the one of the first card.
    pub content_sha256: String,
}

/// Why there is no usable photo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PhotoMissingReason {
    /// There never was one.
    NeverHad,
    /// The person said of the school's photo that it was not them.
    NotMe,
    /// The school looked at the photo that was sent in, and wants another one.
    Returned {
        /// What staff wrote for the person to read.
        note: String,
        /// What the check of the picture had found, as ids of the portrait rules; may be empty.
        #[serde(default)]
        reasons: Vec<String>,
    },
    /// The school or the county has taken the locked photo back; the cards with it are not good any more.
    Reset {
        /// What staff wrote for the person to read.
        note: String,
    },
}

/// A photo that is not locked yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedPhoto {
    /// Its [name](crate::photo_sha256).
    pub sha256: String,
    /// Where it came from.
    pub source: PhotoSource,
    /// The day it was taken, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_on: Option<NaiveDate>,
}

/// Where a photo came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoSource {
    /// The county's school records.
    SchoolRecords,
    /// A school photographer's delivery.
    Photographer,
    /// Taken in the app.
    Selfie,
    /// Chosen from the person's own pictures.
    Upload,
}

/// A field that the record must have before a card can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingField {
    /// Given or family name.
    Name,
    /// Birth date.
    BirthDate,
    /// Which school.
    School,
    /// Which class.
    Class,
    /// Which education programme.
    Programme,
    /// Which company or training office.
    Company,
    /// From when to when the training contract runs.
    ContractPeriod,
}

/// Why a known person has no right to a card today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NoRightReason {
    /// School or training begins later.
    NotStarted {
        /// The first day.
        from: NaiveDate,
    },
    /// School or training is over.
    Ended {
        /// The last day.
        on: NaiveDate,
    },
    /// School or training was broken off.
    Interrupted {
        /// The day of it.
        on: NaiveDate,
    },
    /// A guest at the school; the home county gives the card.
    Guest,
    /// A category of pupils that the county gives no card.
    CategoryNotCovered,
    /// A kind of training contract that the rules do not know.
    ContractTypeUnknown,
}

/// Whom to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// What they are to the person.
    pub role: ContactRole,
    /// The name to show.
    pub name: String,
    /// Telephone number as it is to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A page with more, `https` or `http`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "web_page"
    )]
    pub url: Option<Url>,
}

/// An app hands this to the system to open, so nothing but a web page gets through.
fn web_page<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    let url = Option::<Url>::deserialize(deserializer)?;
    match url.as_ref().map(Url::scheme) {
        None | Some("https" | "http") => Ok(url),
        Some(_) => Err(de::Error::custom("not the address of a web page")),
    }
}

/// What a [`Contact`] is to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactRole {
    /// The school's office.
    School,
    /// Who helps at the school with the photo on the card.
    Photo,
    /// Who helps at the school with the library card.
    Library,
    /// The county's or a company group's office for apprentices.
    TrainingOffice,
    /// Who helps at the school when the app or the login does not work.
    Technical,
    /// Help with the Feide login.
    FeideHelp,
    /// The county's own service desk.
    County,
}

/// The library card: a number that the library's scanner reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryCard {
    /// The text of the code, exactly.
    pub code: String,
    /// How it is drawn.
    pub symbology: Symbology,
}

/// How a library code is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Symbology {
    /// QR code.
    Qr,
    /// Code 39.
    Code39,
    /// Code 128.
    Code128,
    /// Interleaved 2 of 5.
    Itf,
    /// Codabar (NW-7).
    Codabar,
    /// EAN-13.
    Ean13,
}

/// The header of `POST /wallet/photo` with the version of the picture check that the app has run.
pub const PORTRAIT_HEADER: &str = "lommebevis-portrait";

/// The largest body of `POST /wallet/photo`, bytes.
pub const MAX_SUBMITTED_PHOTO: usize = 256 << 10;

/// The query of `POST /wallet/photo`, whose body is a JPEG file of at most [`MAX_SUBMITTED_PHOTO`] bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoSubmission {
    /// Where the picture came from.
    pub source: SubmittedFrom,
    /// "Send it anyway": what the rules would reject goes to the school instead, which looks at it.
    #[serde(default)]
    pub anyway: bool,
}

/// The sources a person can send a photo from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubmittedFrom {
    /// Taken in the app.
    Selfie,
    /// Chosen from the person's own pictures.
    Upload,
}

impl PhotoSubmission {
    /// As the query of an address.
    pub fn to_query(&self) -> String {
        let source = match self.source {
            SubmittedFrom::Selfie => "selfie",
            SubmittedFrom::Upload => "upload",
        };
        let anyway = if self.anyway { "&anyway=true" } else { "" };
        format!("source={source}{anyway}")
    }
}

impl From<SubmittedFrom> for PhotoSource {
    fn from(source: SubmittedFrom) -> Self {
        match source {
            SubmittedFrom::Selfie => Self::Selfie,
            SubmittedFrom::Upload => Self::Upload,
        }
    }
}

/// Body of `POST /wallet/photo/confirm` and `POST /wallet/photo/reject`.
///
/// It names the photo that was looked at, so that a photo which changed meanwhile is not confirmed unseen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoDecision {
    /// The photo's [name](crate::photo_sha256).
    pub sha256: String,
}

#[cfg(test)]
mod tests;
