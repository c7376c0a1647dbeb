//! What the tests of this crate share.

use chrono::NaiveDate;

use crate::{ClassWords, Guide, PupilWords, Words};

pub(crate) fn guide() -> Guide {
    Guide::shipped().unwrap()
}

pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn words(title: &str) -> Words {
    Words {
        title: title.to_owned(),
        text: format!("{title}, og så videre; til det er gjort.\nSe minid.no."),
    }
}

pub(crate) fn pupil_words() -> PupilWords {
    PupilWords {
        name: "MinID".to_owned(),
        look_in_mailbox: words("Se i postkassen"),
        not_arrived: words("Ikke kommet?"),
        register_soon: words("Registrer deg snart"),
        last_day: words("Siste dag"),
        expired: words("Bestill på nytt"),
    }
}

pub(crate) fn class_words() -> ClassWords {
    ClassWords {
        name: "MinID, 10. trinn".to_owned(),
        order: words("Alle bestiller"),
        order_by: words("Siste dag å bestille"),
        register: words("Alle registrerer seg"),
        deadline: words("Søknadsfrist"),
    }
}
