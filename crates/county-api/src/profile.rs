//! For which purpose a code is shown, and so what it discloses.

use serde::{Deserialize, Serialize};

/// A purpose with a token of its own: own key, own entry in a status list, and no claim beyond what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// At an exam: all that tells one candidate from another.
    Exam,
    /// On a bus: what a carrier asks of a school ID.
    Travel,
    /// In a shop: that somebody of this first name is a pupil or apprentice now.
    Discount,
    /// Anywhere: which age the holder has reached, and nothing else.
    Age,
}

impl Profile {
    /// Every profile, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Exam, Self::Travel, Self::Discount, Self::Age];

    /// The number that stands for this profile in its token.
    pub fn number(self) -> i64 {
        match self {
            Self::Exam => 1,
            Self::Travel => 2,
            Self::Discount => 3,
            Self::Age => 4,
        }
    }

    /// The profile with this [`number`](Self::number), if there is one.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|profile| profile.number() == number)
    }

    /// `credential_configuration_id` of its token.
    pub fn configuration_id(self) -> &'static str {
        match self {
            Self::Exam => "student-id-exam",
            Self::Travel => "student-id-travel",
            Self::Discount => "student-id-discount",
            Self::Age => "student-id-age",
        }
    }

    /// The audience that the holder signs for when its code is shown to whoever stands there.
    pub fn audience(self) -> &'static str {
        match self {
            Self::Exam => "sid:exam",
            Self::Travel => "sid:travel",
            Self::Discount => "sid:discount",
            Self::Age => "sid:age",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_keep_their_names_and_numbers() {
        let lines = Profile::ALL.map(|profile| {
            assert_eq!(Profile::from_number(profile.number()), Some(profile));
            let name = serde_json::to_string(&profile).unwrap();
            let (id, audience) = (profile.configuration_id(), profile.audience());
            format!("{} {name} {id} {audience}", profile.number())
        });
        insta::assert_snapshot!(lines.join("\n"), @r#"
        1 "exam" student-id-exam sid:exam
        2 "travel" student-id-travel sid:travel
        3 "discount" student-id-discount sid:discount
        4 "age" student-id-age sid:age
        "#);
        for unknown in [i64::MIN, 0, 5, 9] {
            assert_eq!(Profile::from_number(unknown), None);
        }
    }
}
