//! The words on the sheet. They are for a person who checks, and for the pupil who carries it.

use chrono::{DateTime, Datelike, NaiveDate};
use chrono_tz::Europe::Oslo;
use county_api::{CardType, Profile};

/// The language of a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Bokmål.
    #[default]
    Nb,
    /// Nynorsk.
    Nn,
    /// English.
    En,
}

/// What is said in one language.
pub(super) struct Words {
    pub(super) tag: &'static str,
    pub(super) title: &'static str,
    pub(super) today_only: fn(&str) -> String,
    pub(super) until: fn(&str, &str) -> String,
    pub(super) name: &'static str,
    pub(super) born: &'static str,
    pub(super) school: &'static str,
    pub(super) company: &'static str,
    pub(super) class: &'static str,
    pub(super) card: &'static str,
    pub(super) purpose: &'static str,
    pub(super) printed: &'static str,
    pub(super) printed_by: fn(&str, &str) -> String,
    pub(super) number: &'static str,
    pub(super) semester: &'static str,
    pub(super) photo: &'static str,
    pub(super) code: &'static str,
    pub(super) check_title: &'static str,
    /// How to scan it as a link to this page, and otherwise.
    scan_link: fn(&str) -> String,
    scan_plain: fn(&str) -> String,
    compare: &'static str,
    in_doubt: &'static str,
    pub(super) lost: &'static str,
    pub(super) other_language: &'static str,
    pub(super) other_tag: &'static str,
    pub(super) specimen: &'static str,
    pub(super) cards: [&'static str; 3],
    pub(super) purposes: [&'static str; 4],
    pub(super) days: [&'static str; 7],
    months: [&'static str; 12],
    date: fn(NaiveDate, &Words) -> String,
    /// As chrono writes hours and minutes.
    clock: &'static str,
}

const ENGLISH_LINE: &str = "In English: This is a temporary school ID on paper. Scan the code, compare the face with the photo that your screen shows, and if in doubt, ask for other proof of identity.";
const NORWEGIAN_MONTHS: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];

fn norwegian_date(date: NaiveDate, words: &Words) -> String {
    let month = words.months[date.month0() as usize];
    format!("{}. {month} {}", date.day(), date.year())
}

pub(super) const NB: Words = Words {
    tag: "nb",
    title: "Papirlapp: midlertidig skolebevis",
    today_only: |day| format!("Gjelder bare {day}, til midnatt"),
    until: |day, hour| format!("Gjelder bare {day}, til kl. {hour}"),
    name: "Navn",
    born: "Født",
    school: "Skole",
    company: "Bedrift",
    class: "Klasse",
    card: "Bevis",
    purpose: "Gjelder for",
    printed: "Skrevet ut",
    printed_by: |at, by| format!("{at} av {by}"),
    number: "Elevnummer",
    semester: "Semester",
    photo: "Bilde av eleven",
    code: "Kode til kontroll",
    check_title: "Slik kontrollerer du arket",
    scan_link: |page| {
        format!(
            "Skann koden med mobilkameraet eller med Kontroller i appen. Siden som åpnes, skal ha adressen {page}."
        )
    },
    scan_plain: |page| {
        format!("Skann koden med Kontroller i appen, eller åpne {page} og skann den der.")
    },
    compare: "Sammenlign ansiktet med bildet som kommer på skjermen din. Bildet på arket kan være byttet ut.",
    in_doubt: "Er du i tvil, be om legitimasjon. Et ark kan kopieres, så koden alene viser ikke hvem du har foran deg.",
    lost: "Mister du arket, si fra til skolen. Da blir det sperret.",
    other_language: ENGLISH_LINE,
    other_tag: "en",
    specimen: "DEMO: gir ingen rettigheter",
    cards: ["Elevbevis", "Lærlingbevis", "Lærekandidatbevis"],
    purposes: ["Eksamen", "Reise", "Rabatt", "Alder"],
    days: [
        "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag",
    ],
    months: NORWEGIAN_MONTHS,
    date: norwegian_date,
    clock: "%H.%M",
};

pub(super) const NN: Words = Words {
    tag: "nn",
    title: "Papirlapp: mellombels skulebevis",
    today_only: |day| format!("Gjeld berre {day}, til midnatt"),
    until: |day, hour| format!("Gjeld berre {day}, til kl. {hour}"),
    name: "Namn",
    born: "Fødd",
    school: "Skule",
    company: "Bedrift",
    class: "Klasse",
    card: "Bevis",
    purpose: "Gjeld for",
    printed: "Skrive ut",
    printed_by: |at, by| format!("{at} av {by}"),
    number: "Elevnummer",
    semester: "Semester",
    photo: "Bilete av eleven",
    code: "Kode til kontroll",
    check_title: "Slik kontrollerer du arket",
    scan_link: |page| {
        format!(
            "Skann koden med mobilkameraet eller med Kontroller i appen. Sida som opnar seg, skal ha adressa {page}."
        )
    },
    scan_plain: |page| {
        format!("Skann koden med Kontroller i appen, eller opne {page} og skann han der.")
    },
    compare: "Jamfør andletet med biletet som kjem på skjermen din. Biletet på arket kan vere bytt ut.",
    in_doubt: "Er du i tvil, be om legitimasjon. Eit ark kan kopierast, så koden åleine viser ikkje kven du har framfor deg.",
    lost: "Mistar du arket, sei frå til skulen. Då blir det sperra.",
    other_language: ENGLISH_LINE,
    other_tag: "en",
    specimen: "DEMO: gir ingen rettar",
    cards: ["Elevbevis", "Lærlingbevis", "Lærekandidatbevis"],
    purposes: ["Eksamen", "Reise", "Rabatt", "Alder"],
    days: [
        "måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "søndag",
    ],
    months: NORWEGIAN_MONTHS,
    date: norwegian_date,
    clock: "%H.%M",
};

pub(super) const EN: Words = Words {
    tag: "en",
    title: "Paper slip: temporary school ID",
    today_only: |day| format!("Valid on {day} only, until midnight"),
    until: |day, hour| format!("Valid on {day} only, until {hour}"),
    name: "Name",
    born: "Born",
    school: "School",
    company: "Company",
    class: "Class",
    card: "Card",
    purpose: "Valid for",
    printed: "Printed",
    printed_by: |at, by| format!("{at} by {by}"),
    number: "Student number",
    semester: "Semester",
    photo: "Photo of the pupil",
    code: "Code to check",
    check_title: "How to check this sheet",
    scan_link: |page| {
        format!(
            "Scan the code with your phone's camera or with Check in the app. The page that opens must have the address {page}."
        )
    },
    scan_plain: |page| {
        format!("Scan the code with Check in the app, or open {page} and scan it there.")
    },
    compare: "Compare the face with the photo that your screen shows. The photo on the sheet may have been swapped.",
    in_doubt: "If in doubt, ask for other proof of identity. A sheet can be copied, so the code alone does not show who is in front of you.",
    lost: "If you lose the sheet, tell the school, which will block it.",
    other_language: "På norsk: Dette er et midlertidig skolebevis på papir. Skann koden, sammenlign ansiktet med bildet på skjermen, og be om legitimasjon hvis du er i tvil.",
    other_tag: "nb",
    specimen: "DEMO: gives no rights",
    cards: ["Pupil's ID", "Apprentice's ID", "Training candidate's ID"],
    purposes: ["Exam", "Travel", "Discount", "Age"],
    days: [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    date: |date, words| {
        let month = words.months[date.month0() as usize];
        format!("{} {month} {}", date.day(), date.year())
    },
    clock: "%H:%M",
};

impl Language {
    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::Nb => &NB,
            Self::Nn => &NN,
            Self::En => &EN,
        }
    }
}

impl Words {
    pub(super) fn day(&self, date: NaiveDate) -> String {
        (self.date)(date, self)
    }

    /// A time of day in Norway; `at` in unix seconds.
    pub(super) fn clock(&self, at: i64) -> String {
        let at = DateTime::from_timestamp(at, 0).unwrap_or_default();
        at.with_timezone(&Oslo).format(self.clock).to_string()
    }

    /// What to do with the sheet.
    pub(super) fn steps(&self, page: &str, is_link: bool) -> [String; 3] {
        let scan = if is_link {
            self.scan_link
        } else {
            self.scan_plain
        };
        [
            scan(page),
            self.compare.to_owned(),
            self.in_doubt.to_owned(),
        ]
    }

    pub(super) fn weekday_and_day(&self, date: NaiveDate) -> String {
        let weekday = self.days[date.weekday().num_days_from_monday() as usize];
        format!("{weekday} {}", self.day(date))
    }

    pub(super) fn card_type(&self, card: CardType) -> &'static str {
        match card {
            CardType::Elev => self.cards[0],
            CardType::Larling => self.cards[1],
            CardType::Larekandidat => self.cards[2],
        }
    }

    pub(super) fn profile(&self, profile: Profile) -> &'static str {
        match profile {
            Profile::Exam => self.purposes[0],
            Profile::Travel => self.purposes[1],
            Profile::Discount => self.purposes[2],
            Profile::Age => self.purposes[3],
        }
    }
}
