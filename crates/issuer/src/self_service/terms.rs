//! Words for what the tables have codes for.

use crate::web::Lang;

/// What a card of a configuration is for.
pub(super) fn configuration(id: &str, lang: Lang) -> &str {
    let [nb, nn, en] = match id.strip_suffix("-training").unwrap_or(id) {
        "student-id-exam" => ["Eksamen", "Eksamen", "Exam"],
        "student-id-travel" => ["Reise", "Reise", "Travel"],
        "student-id-discount" => ["Rabatt", "Rabatt", "Discount"],
        "student-id-age" => ["Alder", "Alder", "Age"],
        "student-id-photo" => ["Bildet", "Biletet", "The photo"],
        "student-id-sd-jwt" => ["Hele beviset", "Heile beviset", "The whole card"],
        _ => return id,
    };
    lang.of(nb, nn, en)
}

/// What a slip of paper is for.
pub(super) fn profile(name: &str, lang: Lang) -> &str {
    match name {
        "exam" => lang.of("Eksamen", "Eksamen", "Exam"),
        "travel" => lang.of("Reise", "Reise", "Travel"),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use county_api::{CardSlot, Profile};

    use super::*;

    #[test]
    fn every_kind_of_card_has_words() {
        for slot in CardSlot::ALL {
            let codes = Profile::ALL.map(|profile| slot.code_configuration(profile));
            let others = [slot.sd_jwt_configuration(), slot.photo_configuration()];
            for id in codes.into_iter().chain(others) {
                assert_ne!(configuration(id, Lang::Nb), id);
            }
        }
    }
}
