//! What the first page of a school says.

use crate::web::Lang;

pub(super) struct Words {
    pub(super) area: &'static str,
    pub(super) about: &'static str,
    pub(super) choose: &'static str,
    pub(super) no_schools: &'static str,
    pub(super) training: &'static str,
    pub(super) reason_needed: &'static str,
    pub(super) photos: (&'static str, fn(u64) -> String),
    pub(super) not_enrolled: (&'static str, &'static str),
    pub(super) rosters: (&'static str, &'static str),
    pub(super) faults: (&'static str, fn(u64) -> String),
    pub(super) contacts: (&'static str, &'static str),
    pub(super) batch: (&'static str, &'static str),
}

pub(super) fn of(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

const NB: Words = Words {
    area: "Skolen",
    about: "Bilder som venter, hvem som ikke har kommet i gang, eksamenslister, feil i opplysningene og kontaktpersoner.",
    choose: "Velg skole",
    no_schools: "Det er ikke lagt inn noen skoler ennå. De kommer med neste innlesing.",
    training: "Lærlinger og lærekandidater",
    reason_needed: "Skriv en begrunnelse, på høyst 500 tegn.",
    photos: ("Bilder til godkjenning", |count| match count {
        0 => "Ingen bilder venter.".to_owned(),
        1 => "1 bilde venter på deg.".to_owned(),
        count => format!("{count} bilder venter på deg."),
    }),
    not_enrolled: (
        "Ikke kommet i gang",
        "Hvem som mangler beviset, klasse for klasse. Send meldingen på nytt.",
    ),
    rosters: (
        "Eksamenslister",
        "Lag en signert liste over kandidatene, til dem som er eksamensvakter.",
    ),
    faults: ("Feil i opplysningene", |count| match count {
        0 => "Elever som mangler noe, og det som ikke kunne leses inn.".to_owned(),
        1 => "1 feil i siste innlesing.".to_owned(),
        count => format!("{count} feil i siste innlesing."),
    }),
    contacts: (
        "Kontaktpersoner",
        "Hvem elevene blir bedt om å spørre når de trenger hjelp.",
    ),
    batch: (
        "Bilder fra fotografen",
        "Last opp en hel mappe. Elevene blir spurt om bildet er av dem.",
    ),
};

const NN: Words = Words {
    area: "Skulen",
    about: "Bilete som ventar, kven som ikkje har kome i gang, eksamenslister, feil i opplysningane og kontaktpersonar.",
    choose: "Vel skule",
    no_schools: "Det er ikkje lagt inn skular enno. Dei kjem med neste innlesing.",
    training: "Lærlingar og lærekandidatar",
    reason_needed: "Skriv ei grunngiving på høgst 500 teikn.",
    photos: ("Bilete til godkjenning", |count| match count {
        0 => "Ingen bilete ventar.".to_owned(),
        1 => "1 bilete ventar på deg.".to_owned(),
        count => format!("{count} bilete ventar på deg."),
    }),
    not_enrolled: (
        "Ikkje kome i gang",
        "Kven som manglar beviset, klasse for klasse. Send meldinga på nytt.",
    ),
    rosters: (
        "Eksamenslister",
        "Lag ei signert liste over kandidatane, til dei som er eksamensvakter.",
    ),
    faults: ("Feil i opplysningane", |count| match count {
        0 => "Elevar som manglar noko, og det som ikkje kunne lesast inn.".to_owned(),
        1 => "1 feil i siste innlesing.".to_owned(),
        count => format!("{count} feil i siste innlesing."),
    }),
    contacts: (
        "Kontaktpersonar",
        "Kven elevane blir bedne om å spørje når dei treng hjelp.",
    ),
    batch: (
        "Bilete frå fotografen",
        "Last opp ei heil mappe. Elevane blir spurde om biletet er av dei.",
    ),
};

const EN: Words = Words {
    area: "School",
    about: "Photos that wait, who has not started, exam lists, faults in the records, and contacts.",
    choose: "Choose a school",
    no_schools: "There are no schools yet. They come when the records are next read.",
    training: "Apprentices and training candidates",
    reason_needed: "Write a reason of at most 500 characters.",
    photos: ("Photos to approve", |count| match count {
        0 => "No photos are waiting.".to_owned(),
        1 => "1 photo is waiting for you.".to_owned(),
        count => format!("{count} photos are waiting for you."),
    }),
    not_enrolled: (
        "Not started yet",
        "Who has no card yet, class by class. Send the message again.",
    ),
    rosters: (
        "Exam lists",
        "Make a signed list of the candidates for the invigilators.",
    ),
    faults: ("Faults in the records", |count| match count {
        0 => "Pupils who lack something, and what could not be read.".to_owned(),
        1 => "1 fault when the records were last read.".to_owned(),
        count => format!("{count} faults when the records were last read."),
    }),
    contacts: (
        "Contacts",
        "Whom the pupils are told to ask when they need help.",
    ),
    batch: (
        "Photographer's pictures",
        "Upload a whole folder. The pupils are asked whether the photo is of them.",
    ),
};
