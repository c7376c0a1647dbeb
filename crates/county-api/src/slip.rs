//! What a paper slip says: one profile of a card, the portrait itself, and the day.
//!
//! For a pupil whose phone is lost or broken: the school prints it. It is the counterpart on paper of a living code, so it
//! says no more than that; but what a living code only names, it must carry, since there is no phone to show it.

use chrono::NaiveDate;
use qr_proof::{Claim169, Value};

use crate::in_person::{
    IdentityError, InPersonClaims, PORTRAIT, PORTRAIT_FORMAT, PORTRAIT_FORMAT_WEBP, PORTRAIT_HASH,
    PhotoClaims, long_date, short_date,
};
use crate::{CardClaims, Profile};

/// The day the slip is good, in Norway: integer `YYYYMMDD`. Only slips have it, and every slip has.
pub const SLIP_DAY: i64 = 85;

/// What one slip says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipClaims {
    /// [`SLIP_DAY`]
    pub day: NaiveDate,
    /// What a living code of this profile would say, but for the name of the portrait.
    pub card: InPersonClaims,
    /// The portrait, as it stands in the photo token.
    pub portrait: PhotoClaims,
}

impl SlipClaims {
    /// The profiles that there are slips for: those in which a face is compared. A discount or an age is not worth a sheet
    /// of paper with a name and a birth date on it.
    pub const PROFILES: [Profile; 2] = [Profile::Exam, Profile::Travel];

    /// What a slip says of a card; none if there are no slips for this profile.
    pub fn of(
        profile: Profile,
        card: &CardClaims,
        portrait: PhotoClaims,
        day: NaiveDate,
    ) -> Option<Self> {
        Self::PROFILES.contains(&profile).then(|| Self {
            day,
            card: InPersonClaims::of(profile, card, None),
            portrait,
        })
    }

    /// The claims as claim 169.
    pub fn to_identity(&self) -> Claim169 {
        let mut identity = self.card.to_identity();
        identity.insert(PORTRAIT, Value::Bytes(self.portrait.webp.clone()));
        identity.insert(PORTRAIT_FORMAT, Value::Int(PORTRAIT_FORMAT_WEBP));
        identity.insert(SLIP_DAY, Value::Int(short_date(self.day)));
        identity
    }

    /// Reads a slip's claims; labels it does not know are passed over.
    ///
    /// # Errors
    /// When a label of the profile, the portrait or the day is missing, one is not what it promises, or there are no slips
    /// for the profile.
    pub fn from_identity(identity: &Claim169) -> Result<Self, IdentityError> {
        let day = match identity.0.get(&SLIP_DAY) {
            Some(Value::Int(short)) => long_date(*short),
            Some(_) => None,
            None => return Err(IdentityError::Missing(SLIP_DAY)),
        };
        let day = day.ok_or(IdentityError::Malformed(SLIP_DAY))?;
        let card = InPersonClaims::read(identity)?;
        if !Self::PROFILES.contains(&card.profile) {
            return Err(IdentityError::Malformed(crate::in_person::PROFILE));
        }
        // It carries the portrait, and names none beside it.
        if card.portrait_hash.is_some() {
            return Err(IdentityError::Malformed(PORTRAIT_HASH));
        }
        let portrait = PhotoClaims::portrait_of(identity)?;
        Ok(Self {
            day,
            card,
            portrait,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Portrait;
    use crate::in_person::{BIRTH_DATE, CLASS, FULL_NAME, PROFILE, STUDENT_NUMBER};
    use crate::{CardType, PortraitHash};

    fn card() -> CardClaims {
        CardClaims {
            given_name: "Áile".into(),
            family_name: "Bjørnstad".into(),
            birthdate: "2008-02-29".parse().unwrap(),
            portrait: Portrait::from_jpeg(vec![0xFF, 0xD8, 0xFF]).unwrap(),
            card_type: CardType::Elev,
            institution: "Fjordvik videregående skole".into(),
            institution_number: None,
            class: Some("2STA".into()),
            programme: None,
            student_number: Some("100042".into()),
            semester: "2026-H".parse().unwrap(),
            valid_from: "2026-08-01".parse().unwrap(),
            valid_until: "2026-12-31".parse().unwrap(),
            age_over_16: true,
            age_over_18: true,
            age_over_20: false,
            county: "Fjordviken fylkeskommune".into(),
        }
    }

    fn portrait() -> PhotoClaims {
        PhotoClaims {
            webp: b"RIFF\x04\0\0\0WEBP".to_vec(),
        }
    }

    fn slip(profile: Profile) -> SlipClaims {
        let day = "2026-11-18".parse().unwrap();
        SlipClaims::of(profile, &card(), portrait(), day).unwrap()
    }

    #[test]
    fn a_slip_says_what_its_profile_says_with_portrait_and_day() {
        for (profile, labels) in [
            (Profile::Exam, vec![1, 4, 8, 16, 17, 75, 76, 77, 79, 80, 85]),
            (Profile::Travel, vec![4, 8, 16, 17, 75, 76, 78, 79, 80, 85]),
        ] {
            let identity = slip(profile).to_identity();
            assert_eq!(identity.0.keys().copied().collect::<Vec<_>>(), labels);
            assert_eq!(identity.int(SLIP_DAY), Some(20_261_118));
            assert_eq!(SlipClaims::from_identity(&identity), Ok(slip(profile)));
        }
        for profile in [Profile::Discount, Profile::Age] {
            let day = "2026-11-18".parse().unwrap();
            assert_eq!(SlipClaims::of(profile, &card(), portrait(), day), None);
        }
    }

    #[test]
    fn what_is_missing_or_malformed_is_named() {
        let missing = [
            FULL_NAME,
            BIRTH_DATE,
            PORTRAIT,
            PORTRAIT_FORMAT,
            PROFILE,
            SLIP_DAY,
        ];
        for label in missing {
            let mut identity = slip(Profile::Exam).to_identity();
            identity.0.remove(&label);
            assert_eq!(
                SlipClaims::from_identity(&identity),
                Err(IdentityError::Missing(label))
            );
        }
        for (label, value) in [
            (SLIP_DAY, Value::Int(20_261_131)),
            (SLIP_DAY, Value::Text("20261118".into())),
            (PORTRAIT, Value::Bytes(b"GIF89a".to_vec())),
            (
                PORTRAIT,
                Value::Bytes([&portrait().webp[..], &[0; 640]].concat()),
            ),
            (PORTRAIT_FORMAT, Value::Int(1)),
            (PROFILE, Value::Int(3)),
            (PROFILE, Value::Int(9)),
            (PORTRAIT_HASH, Value::Bytes(vec![1; 8])),
        ] {
            let mut identity = slip(Profile::Exam).to_identity();
            for (other, text) in [
                (5, Value::Text("Á".into())),
                (78, Value::Text("2026-H".into())),
            ] {
                identity.insert(other, text);
            }
            identity.insert(label, value);
            assert_eq!(
                SlipClaims::from_identity(&identity),
                Err(IdentityError::Malformed(label))
            );
        }
        for may_lack in [STUDENT_NUMBER, CLASS] {
            let mut identity = slip(Profile::Exam).to_identity();
            identity.0.remove(&may_lack);
            assert!(SlipClaims::from_identity(&identity).is_ok());
        }
    }

    #[test]
    fn a_slip_is_no_living_code_nor_a_portrait_and_they_are_no_slips() {
        let identity = slip(Profile::Exam).to_identity();
        assert_eq!(
            InPersonClaims::from_identity(&identity),
            Err(IdentityError::Malformed(SLIP_DAY))
        );
        assert!(PhotoClaims::from_identity(&identity).is_err());
        let hash = Some(PortraitHash::of(&portrait().webp));
        for other in [
            InPersonClaims::of(Profile::Exam, &card(), hash).to_identity(),
            portrait().to_identity(),
        ] {
            assert_eq!(
                SlipClaims::from_identity(&other),
                Err(IdentityError::Missing(SLIP_DAY))
            );
        }
    }
}
