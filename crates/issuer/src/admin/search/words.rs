//! What the search says.

use crate::web::Lang;

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) button: &'static str,
    pub(super) found: fn(usize) -> String,
    pub(super) too_many: &'static str,
    pub(super) too_short: &'static str,
    pub(super) none: &'static str,
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    pub(super) school: &'static str,
    pub(super) number: &'static str,
    pub(super) withdrawn: &'static str,
    pub(super) back: &'static str,
}

pub(super) fn of(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

const NB: Words = Words {
    title: "Finn en person",
    label: "Navn, klasse, elevnummer eller Feide-navn",
    hint: "Skriv for eksempel «nora bjørn», «2sta» eller «nora@fylket.no». Søket blir loggført.",
    button: "Søk",
    found: |count| {
        if count == 1 {
            "Fant 1 person".into()
        } else {
            format!("Fant {count} personer")
        }
    },
    too_many: "Mange treff: her er de første 50. Skriv litt mer for å finne den du leter etter.",
    too_short: "Skriv minst to bokstaver eller tall.",
    none: "Fant ingen på skolene dine. Prøv bare en del av navnet, eller et annet navn.",
    name: "Navn",
    class: "Klasse",
    school: "Skole",
    number: "Elevnummer",
    withdrawn: "ikke i registeret lenger",
    back: "Tilbake til søket",
};

const NN: Words = Words {
    title: "Finn ein person",
    label: "Namn, klasse, elevnummer eller Feide-namn",
    hint: "Skriv til dømes «nora bjørn», «2sta» eller «nora@fylket.no». Søket blir loggført.",
    button: "Søk",
    found: |count| {
        if count == 1 {
            "Fann 1 person".into()
        } else {
            format!("Fann {count} personar")
        }
    },
    too_many: "Mange treff: her er dei første 50. Skriv litt meir for å finne den du leitar etter.",
    too_short: "Skriv minst to bokstavar eller tal.",
    none: "Fann ingen på skulane dine. Prøv berre ein del av namnet, eller eit anna namn.",
    name: "Namn",
    class: "Klasse",
    school: "Skule",
    number: "Elevnummer",
    withdrawn: "ikkje i registeret lenger",
    back: "Tilbake til søket",
};

const EN: Words = Words {
    title: "Find a person",
    label: "Name, class, pupil’s number or Feide name",
    hint: "For example “nora bjørn”, “2sta” or “nora@fylket.no”. The search is logged.",
    button: "Search",
    found: |count| {
        if count == 1 {
            "1 person found".into()
        } else {
            format!("{count} people found")
        }
    },
    too_many: "Many were found: here are the first 50. Write a little more to find the one you want.",
    too_short: "Write at least two letters or figures.",
    none: "Nobody was found at your schools. Try a part of the name only, or another name.",
    name: "Name",
    class: "Class",
    school: "School",
    number: "Pupil’s number",
    withdrawn: "no longer in the records",
    back: "Back to the search",
};
