//! What the page about the audit trail says.

use crate::web::Lang;

pub(in crate::admin) struct Words {
    pub(in crate::admin) title: &'static str,
    pub(in crate::admin) lead: &'static str,
    pub(in crate::admin) search: &'static str,
    pub(in crate::admin) who: &'static str,
    pub(in crate::admin) who_hint: &'static str,
    pub(in crate::admin) action: &'static str,
    pub(in crate::admin) any_action: &'static str,
    pub(in crate::admin) person: &'static str,
    pub(in crate::admin) person_hint: &'static str,
    pub(in crate::admin) from: &'static str,
    pub(in crate::admin) until: &'static str,
    pub(in crate::admin) find: &'static str,
    pub(in crate::admin) found: &'static str,
    pub(in crate::admin) no_person: &'static str,
    pub(in crate::admin) bad_day: &'static str,
    pub(in crate::admin) older: &'static str,
    pub(in crate::admin) when: &'static str,
    pub(in crate::admin) actor: &'static str,
    pub(in crate::admin) what: &'static str,
    pub(in crate::admin) whom: &'static str,
    pub(in crate::admin) see_person: &'static str,
    pub(in crate::admin) why: &'static str,
    pub(in crate::admin) more: &'static str,
    pub(in crate::admin) verify_title: &'static str,
    pub(in crate::admin) verify_lead: &'static str,
    pub(in crate::admin) marked: fn(&str) -> String,
    pub(in crate::admin) not_marked: &'static str,
    pub(in crate::admin) verify: &'static str,
    pub(in crate::admin) whole: fn(i64, i64) -> String,
    pub(in crate::admin) note: &'static str,
    pub(in crate::admin) broken: fn(u64) -> String,
    pub(in crate::admin) export_title: &'static str,
    pub(in crate::admin) export_lead: &'static str,
    pub(in crate::admin) export: &'static str,
}

impl Words {
    pub(in crate::admin) fn of(lang: Lang) -> &'static Self {
        lang.of(&NB, &NN, &EN)
    }
}

const NB: Words = Words {
    title: "Loggen",
    lead: "Her står alt ansatte har gjort og slått opp: hvem, hva, om hvem, når og hvorfor. Loggen kan ikke endres. Også søk i loggen skrives i loggen.",
    search: "Søk",
    who: "Hvem gjorde det?",
    who_hint: "Feide-navn, eller «issuer» for det tjenesten gjør selv.",
    action: "Hva ble gjort?",
    any_action: "Hva som helst",
    person: "Med hvem?",
    person_hint: "Feide-navn, nøkkel i kilden eller id.",
    from: "Fra og med dag",
    until: "Til og med dag",
    find: "Søk i loggen",
    found: "Treff",
    no_person: "Fant ingen person med det.",
    bad_day: "Dagen må skrives som 2026-11-22.",
    older: "Eldre",
    when: "Når",
    actor: "Hvem",
    what: "Hva",
    whom: "Om hvem",
    see_person: "Til personen",
    why: "Hvorfor",
    more: "Mer",
    verify_title: "Er loggen hel?",
    verify_lead: "Hver linje er lenket til den før, så det synes om noe er endret, fjernet eller satt inn. Her kontrolleres de siste 200 000 linjene. «audit verify» på tjeneren kontrollerer alt.",
    marked: |text| format!("Tjenesten kontrollerte loggen sist {text}."),
    not_marked: "Tjenesten har ikke kontrollert loggen ennå.",
    verify: "Kontroller loggen nå",
    whole: |first, last| format!("Loggen er hel fra linje {first} til linje {last}."),
    note: "Noter dette et annet sted. Med det kan loggen kontrolleres strengere senere:",
    broken: |n| {
        format!(
            "Loggen er brutt ved linje {n}. Noen har endret den utenom tjenesten. Si fra til dem som har ansvar for sikkerheten, og ta vare på en sikkerhetskopi."
        )
    },
    export_title: "Last ned",
    export_lead: "Hele loggen som fil, en linje per hendelse (JSON). Den kan kontrolleres på en annen maskin med «audit verify --file».",
    export: "Last ned loggen",
};

const NN: Words = Words {
    title: "Loggen",
    lead: "Her står alt tilsette har gjort og slått opp: kven, kva, om kven, når og kvifor. Loggen kan ikkje endrast. Også søk i loggen blir skrivne i loggen.",
    search: "Søk",
    who: "Kven gjorde det?",
    who_hint: "Feide-namn, eller «issuer» for det tenesta gjer sjølv.",
    action: "Kva vart gjort?",
    any_action: "Kva som helst",
    person: "Med kven?",
    person_hint: "Feide-namn, nøkkel i kjelda eller id.",
    from: "Frå og med dag",
    until: "Til og med dag",
    find: "Søk i loggen",
    found: "Treff",
    no_person: "Fann ingen person med det.",
    bad_day: "Dagen må skrivast som 2026-11-22.",
    older: "Eldre",
    when: "Når",
    actor: "Kven",
    what: "Kva",
    whom: "Om kven",
    see_person: "Til personen",
    why: "Kvifor",
    more: "Meir",
    verify_title: "Er loggen heil?",
    verify_lead: "Kvar linje er lenkja til den før, så det syner om noko er endra, fjerna eller sett inn. Her blir dei siste 200 000 linjene kontrollerte. «audit verify» på tenaren kontrollerer alt.",
    marked: |text| format!("Tenesta kontrollerte loggen sist {text}."),
    not_marked: "Tenesta har ikkje kontrollert loggen enno.",
    verify: "Kontroller loggen no",
    whole: |first, last| format!("Loggen er heil frå linje {first} til linje {last}."),
    note: "Noter dette ein annan stad. Med det kan loggen kontrollerast strengare seinare:",
    broken: |n| {
        format!(
            "Loggen er broten ved linje {n}. Nokon har endra han utanom tenesta. Sei frå til dei som har ansvar for tryggleiken, og ta vare på ein tryggingskopi."
        )
    },
    export_title: "Last ned",
    export_lead: "Heile loggen som fil, ei linje per hending (JSON). Han kan kontrollerast på ei anna maskin med «audit verify --file».",
    export: "Last ned loggen",
};

const EN: Words = Words {
    title: "The log",
    lead: "Here is everything that staff have done and looked up: who, what, of whom, when and why. The log cannot be changed. Searches in the log are written in the log too.",
    search: "Search",
    who: "Who did it?",
    who_hint: "A Feide name, or “issuer” for what the service does itself.",
    action: "What was done?",
    any_action: "Anything",
    person: "To whom?",
    person_hint: "Feide name, key in the source, or id.",
    from: "From this day on",
    until: "Up to this day",
    find: "Search the log",
    found: "Found",
    no_person: "Found no such person.",
    bad_day: "The day must be written like 2026-11-22.",
    older: "Older",
    when: "When",
    actor: "Who",
    what: "What",
    whom: "Of whom",
    see_person: "To the person",
    why: "Why",
    more: "More",
    verify_title: "Is the log whole?",
    verify_lead: "Each line is chained to the one before, so that it shows if anything was changed, removed or put in. The last 200 000 lines are verified here; “audit verify” on the server verifies all of them.",
    marked: |text| format!("The service last verified the log {text}."),
    not_marked: "The service has not verified the log yet.",
    verify: "Verify the log now",
    whole: |first, last| format!("The log is whole from line {first} to line {last}."),
    note: "Note this elsewhere. With it the log can be verified more strictly later:",
    broken: |n| {
        format!(
            "The log is broken at line {n}. Somebody has changed it from outside the service. Tell those who are responsible for security, and keep a backup."
        )
    },
    export_title: "Download",
    export_lead: "The whole log as a file, one line per entry (JSON). It can be verified on another machine with “audit verify --file”.",
    export: "Download the log",
};
