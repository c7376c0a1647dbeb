//! Under which credential configurations a card is asked for.

use crate::{PHOTO_CONFIGURATION, Profile, SD_JWT_CONFIGURATION};

/// A person's first card, or the further one. Both kinds of credentials are alike; only the names differ, so that the
/// issuer knows which card is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardSlot {
    /// The card of whoever has one: a pupil's or, without one, the training card.
    First,
    /// The training card of somebody who has a pupil's card as well.
    Training,
}

impl CardSlot {
    /// Both, the first one first.
    pub const ALL: [Self; 2] = [Self::First, Self::Training];

    /// `credential_configuration_id` of the SD-JWT VC.
    pub fn sd_jwt_configuration(self) -> &'static str {
        match self {
            Self::First => SD_JWT_CONFIGURATION,
            Self::Training => "student-id-sd-jwt-training",
        }
    }

    /// `credential_configuration_id` of the static token that carries the small portrait.
    pub fn photo_configuration(self) -> &'static str {
        match self {
            Self::First => PHOTO_CONFIGURATION,
            Self::Training => "student-id-photo-training",
        }
    }

    /// `credential_configuration_id` of a profile's token.
    pub fn code_configuration(self, profile: Profile) -> &'static str {
        match (self, profile) {
            (Self::First, profile) => profile.configuration_id(),
            (Self::Training, Profile::Exam) => "student-id-exam-training",
            (Self::Training, Profile::Travel) => "student-id-travel-training",
            (Self::Training, Profile::Discount) => "student-id-discount-training",
            (Self::Training, Profile::Age) => "student-id-age-training",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_configuration_has_a_name_of_its_own_that_stays() {
        let names = CardSlot::ALL.map(|slot| {
            let codes = Profile::ALL.map(|profile| slot.code_configuration(profile));
            let [exam, travel, discount, age] = codes;
            let (copies, photo) = (slot.sd_jwt_configuration(), slot.photo_configuration());
            [copies, photo, exam, travel, discount, age].join(" ")
        });
        insta::assert_snapshot!(names.join("\n"), @r"
        student-id-sd-jwt student-id-photo student-id-exam student-id-travel student-id-discount student-id-age
        student-id-sd-jwt-training student-id-photo-training student-id-exam-training student-id-travel-training student-id-discount-training student-id-age-training
        ");
    }
}
