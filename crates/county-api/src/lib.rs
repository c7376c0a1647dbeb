//! What the app and the county's issuer say to each other beyond the OpenID protocols.
//!
//! The wallet, the issuer and the verifier all depend on this crate and on nothing of each other, so
//! every name, claim and message of this product that crosses a wire is written down here once:
//!
//! | Module | Holds |
//! |---|---|
//! | [`enrolment`] | the answer of `GET /wallet/enrolment`: what stands between a person and the card |
//! | [`claims`] | the claims of the SD-JWT VC on the phone |
//! | [`profile`] | for which purposes a code can be shown |
//! | [`slot`] | under which names a person's first and further card are asked for |
//! | [`in_person`] | the labels of the tokens behind the codes that are shown to a checker |
//! | [`slip`] | what a slip of paper says, where there is no phone |
//! | [`validity`] | the signed answer to "is this card good right now?" |
//! | [`trust_list`] | whom apps and checkers trust, and with which keys |
//! | [`roster`] | who is expected at an exam, signed for the invigilator |
//! | [`key_protection`] | how well an app says that it guards its keys |
//! | [`county`] | what an app is told about its county when it is built |
//!
//! Wire forms are pinned by snapshots in each module's tests: a phone that was installed last year must
//! still understand them. Reading is lenient about members it does not know and strict about those it does.

pub mod claims;
pub mod county;
pub mod enrolment;
pub mod in_person;
pub mod key_protection;
mod norway;
pub mod profile;
pub mod roster;
pub mod semester;
pub mod slip;
pub mod slot;
pub mod trust_list;
pub mod validity;

use serde::{Deserialize, Serialize};

pub use claims::CardClaims;
pub use county::County;
pub use enrolment::{
    Contact, ContactRole, Enrolment, EnrolmentStatus, FurtherCard, Holder, LibraryCard,
    MAX_SUBMITTED_PHOTO, MissingField, NoRightReason, PORTRAIT_HEADER, PhotoDecision,
    PhotoMissingReason, PhotoSource, PhotoSubmission, ProposedPhoto, SubmittedFrom, Symbology,
};
pub use in_person::{InPersonClaims, PhotoClaims, PortraitHash};
pub use key_protection::{KEY_PROTECTION_CLAIM, KeyProtection};
pub use norway::date_in_norway;
pub use profile::Profile;
pub use roster::{Candidate, Roster};
pub use semester::{Season, Semester};
pub use slip::SlipClaims;
pub use slot::CardSlot;
pub use trust_list::{TrustListBody, TrustedIssuer, TrustedKey};
pub use validity::{StatusReference, Validity, ValidityRequest, ValidityStatement};

/// The app's OAuth client identifier at every county's issuer.
pub const CLIENT_ID: &str = "lommebevis-app";
/// Where, below its own address, every county's issuer sends the browser of a phone after a login: phones open the app
/// for it (RFC 8252 §7.2), since the issuer vouches for the app.
pub const APP_CALLBACK_PATH: &str = "/app/callback";
/// The same by the app's own scheme (RFC 8252 §7.1), for phones that do not open the app for an https address.
pub const APP_SCHEME_CALLBACK: &str = "no.lommebevis.app:/callback";
/// The OAuth scope that lets the app fetch a card and everything around it.
pub const SCOPE: &str = "student-id";
/// `credential_configuration_id` of the SD-JWT VC.
pub const SD_JWT_CONFIGURATION: &str = "student-id-sd-jwt";
/// `credential_configuration_id` of the static token that carries the small portrait.
pub const PHOTO_CONFIGURATION: &str = "student-id-photo";
/// `format` of the photo token and of every [`Profile`]'s token: the base64url text of an issuer CWT with claim 169.
pub const IN_PERSON_FORMAT: &str = "cwt-in-person";

/// Which of the county's cards this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardType {
    /// Elevbevis: a pupil at an upper-secondary school.
    Elev,
    /// Lærlingbevis: an apprentice.
    Larling,
    /// Lærekandidatbevis: a training candidate.
    Larekandidat,
}

impl CardType {
    /// The number that stands for this type in the in-person token.
    pub fn number(self) -> i64 {
        match self {
            Self::Elev => 1,
            Self::Larling => 2,
            Self::Larekandidat => 3,
        }
    }

    /// Whether it is for training at a company. A person has at most one such card, and at most one other.
    pub fn is_training(self) -> bool {
        match self {
            Self::Elev => false,
            Self::Larling | Self::Larekandidat => true,
        }
    }

    /// The type with this [`number`](Self::number), if there is one.
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Elev),
            2 => Some(Self::Larling),
            3 => Some(Self::Larekandidat),
            _ => None,
        }
    }
}

/// The COSE key identifier of an issuer key: the first 8 bytes of its RFC 7638 thumbprint.
///
/// Short because it stands in every code; a clash only costs a failed signature check.
pub fn key_id(key: &jose::Jwk) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = key.thumbprint_bytes();
    [a, b, c, d, e, f, g, h]
}

/// The name of a photo on the wire: lower-case hex of the SHA-256 of its bytes.
pub fn photo_sha256(photo: &[u8]) -> String {
    use std::fmt::Write;
    let mut hex = String::with_capacity(64);
    for byte in jose::sha256(photo) {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_types_keep_their_number_and_name() {
        for (card_type, number, name) in [
            (CardType::Elev, 1, "\"elev\""),
            (CardType::Larling, 2, "\"larling\""),
            (CardType::Larekandidat, 3, "\"larekandidat\""),
        ] {
            assert_eq!(card_type.number(), number);
            assert_eq!(CardType::from_number(number), Some(card_type));
            assert_eq!(card_type.is_training(), number > 1);
            assert_eq!(serde_json::to_string(&card_type).unwrap(), name);
        }
        for unknown in [i64::MIN, -1, 0, 4, i64::MAX] {
            assert_eq!(CardType::from_number(unknown), None);
        }
    }

    #[test]
    fn a_photo_is_named_by_the_hex_of_its_digest() {
        assert_eq!(
            photo_sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_key_id_is_the_start_of_the_thumbprint() {
        let key = jose::Jwk::p256([1; 32], [2; 32]);
        assert_eq!(key_id(&key), key.thumbprint_bytes()[..8]);
    }
}
