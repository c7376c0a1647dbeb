//! What the page says.

use crate::web::Lang;

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) read_at: fn(&str) -> String,
    pub(super) never_read: &'static str,
    pub(super) next: fn(&str) -> String,
    pub(super) incomplete: &'static str,
    pub(super) about_incomplete: &'static str,
    pub(super) none_incomplete: &'static str,
    pub(super) no_name: &'static str,
    pub(super) unreadable: &'static str,
    pub(super) more_people: fn(&usize) -> String,
    pub(super) county_lead: &'static str,
    pub(super) none_of_no_school: &'static str,
    pub(super) more_in_log: fn(&u64) -> String,
    pub(super) name: &'static str,
    pub(super) number: &'static str,
    pub(super) missing: &'static str,
    pub(super) fields: [&'static str; 6],
    pub(super) unusable: &'static str,
    pub(super) about_unusable: &'static str,
    pub(super) none_unusable: &'static str,
    pub(super) place: &'static str,
    pub(super) what: &'static str,
    pub(super) where_to_mend: &'static str,
    pub(super) more: fn(&u64) -> String,
    pub(super) unknown_type: fn(&str) -> String,
    pub(super) types: &'static str,
    pub(super) about_types: &'static str,
    pub(super) type_name: &'static str,
    pub(super) type_count: &'static str,
    pub(super) no_type: &'static str,
    pub(super) who_they_are: &'static str,
    fault: fn(&str, &str) -> String,
    in_pupils: &'static str,
    in_schools: &'static str,
    in_training: &'static str,
    in_library: &'static str,
    in_photos: &'static str,
    elsewhere: &'static str,
}

pub(super) fn of(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

impl Words {
    pub(super) fn fault(&self, reason: &str, field: &str) -> String {
        (self.fault)(reason, field)
    }

    /// Where to mend what the source calls by this name.
    pub(super) fn mend(&self, class: &str) -> &'static str {
        let class = class.to_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| class.contains(word));
        if is(&["bibliotek"]) {
            self.in_library
        } else if is(&["bilde", "photo"]) {
            self.in_photos
        } else if is(&[
            "larling",
            "virksomhet",
            "avlagtprove",
            "kontrakt",
            "vigo",
            "fullfort",
        ]) {
            self.in_training
        } else if is(&["skole", "orgs"]) {
            self.in_schools
        } else if is(&[
            "elev",
            "person",
            "klasse",
            "basisgruppe",
            "user",
            "enroll",
            "roles",
            "class",
            "programomrade",
            "arstrinn",
            "demographics",
            "group",
            "membership",
        ]) {
            self.in_pupils
        } else {
            self.elsewhere
        }
    }
}

const NB: Words = Words {
    title: "Feil i opplysningene",
    read_at: |when| format!("Opplysningene ble sist lest inn {when}."),
    never_read: "Opplysningene er ikke lest inn ennå.",
    next: |when| {
        format!(
            "De leses inn neste gang {when}. Det du retter før det, er på beviset neste gang appen henter nytt."
        )
    },
    incomplete: "Elever som mangler noe",
    about_incomplete: "Disse får ikke bevis før det som mangler, er lagt inn i det skoleadministrative systemet (for lærlinger: i Vigo).",
    none_incomplete: "Ingen mangler noe.",
    no_name: "Uten navn",
    unreadable: "opplysningene kan ikke leses; de blir skrevet på nytt ved neste innlesing",
    more_people: |count| format!("… og {count} til. De kommer fram når noen av disse er rettet."),
    county_lead: "Feil som vi ikke vet hvilken skole de hører til. Skolene ser sine egne på skolens side.",
    none_of_no_school: "Ingen slike feil i siste innlesing.",
    more_in_log: |count| format!("… og {count} til. De står i loggen til tjenesten."),
    name: "Navn",
    number: "Elevnummer",
    missing: "Mangler",
    fields: [
        "navn",
        "fødselsdato",
        "skole",
        "klasse",
        "bedrift",
        "kontraktperiode",
    ],
    unusable: "Det som ikke kunne brukes",
    about_unusable: "Dette ble hoppet over i siste innlesing. Søk etter nøkkelen i systemet som eier opplysningen.",
    none_unusable: "Ingen feil som vi vet hører til skolen.",
    place: "Hvor",
    what: "Hva som er galt",
    where_to_mend: "Rettes i",
    more: |count| format!("… og {count} til. Spør fylkeskommunen om resten."),
    unknown_type: |name| match name {
        "" => "kontrakttype".to_owned(),
        name => format!("kontrakttypen «{name}» er ukjent; fylkeskommunen må legge den inn"),
    },
    types: "Ukjente kontrakttyper",
    about_types: "Lærlinger og lærekandidater med en slik kontrakt får ikke bevis. Rett typen i Vigo, eller legg den inn i innstillingene under contract_types.",
    type_name: "Kontrakttype",
    type_count: "Hvor mange",
    no_type: "(uten type)",
    who_they_are: "Se hvem det gjelder",
    fault: |reason, field| match reason {
        "not_an_object" => "Oppføringen er ikke på riktig form.".to_owned(),
        "missing" => format!("Feltet «{field}» mangler."),
        "wrong_kind" => format!("Feltet «{field}» har feil slags verdi."),
        "unreadable_date" => format!("Datoen i «{field}» kan ikke leses."),
        "ends_before_it_begins" => format!("«{field}» slutter før den begynner."),
        "leads_nowhere" => format!("Koblingen «{field}» peker på noe som ikke finnes."),
        "same_key" => "Nøkkelen er brukt to ganger. Den første er tatt med.".to_owned(),
        "personal_number" => "Fødselsnummeret er ikke gyldig.".to_owned(),
        "nobody_known" => "Passer ikke til noen i opplysningene, eller til flere.".to_owned(),
        "too_long" => format!("Verdien i «{field}» er altfor lang."),
        "cell_count" => "Linjen har et annet antall celler enn overskriften.".to_owned(),
        "unknown_column" => format!("Kolonne nummer {field} er ukjent."),
        "contradicts" => format!("«{field}» sier noe annet enn en tidligere linje."),
        "number_as_key" => "Et fødselsnummer er brukt som nøkkel.".to_owned(),
        _ => "Kunne ikke brukes.".to_owned(),
    },
    in_pupils: "Skoleadministrativt system",
    in_schools: "Skoleregisteret hos fylkeskommunen",
    in_training: "Vigo, hos fagopplæringen",
    in_library: "Fila med bibliotekkoder",
    in_photos: "Fila eller mappa med bilder",
    elsewhere: "Kilden, hos fylkeskommunen",
};

const NN: Words = Words {
    title: "Feil i opplysningane",
    read_at: |when| format!("Opplysningane blei sist lesne inn {when}."),
    never_read: "Opplysningane er ikkje lesne inn enno.",
    next: |when| {
        format!(
            "Dei blir lesne inn neste gong {when}. Det du rettar før det, er på beviset neste gong appen hentar nytt."
        )
    },
    incomplete: "Elevar som manglar noko",
    about_incomplete: "Desse får ikkje bevis før det som manglar, er lagt inn i det skuleadministrative systemet (for lærlingar: i Vigo).",
    none_incomplete: "Ingen manglar noko.",
    no_name: "Utan namn",
    unreadable: "opplysningane kan ikkje lesast; dei blir skrivne på nytt ved neste innlesing",
    more_people: |count| format!("… og {count} til. Dei kjem fram når nokre av desse er retta."),
    county_lead: "Feil som vi ikkje veit kva skule dei høyrer til. Skulane ser sine eigne på sida til skulen.",
    none_of_no_school: "Ingen slike feil i siste innlesing.",
    more_in_log: |count| format!("… og {count} til. Dei står i loggen til tenesta."),
    name: "Namn",
    number: "Elevnummer",
    missing: "Manglar",
    fields: [
        "namn",
        "fødselsdato",
        "skule",
        "klasse",
        "bedrift",
        "kontraktperiode",
    ],
    unusable: "Det som ikkje kunne brukast",
    about_unusable: "Dette blei hoppa over i siste innlesing. Søk etter nøkkelen i systemet som eig opplysninga.",
    none_unusable: "Ingen feil som vi veit høyrer til skulen.",
    place: "Kvar",
    what: "Kva som er gale",
    where_to_mend: "Blir retta i",
    more: |count| format!("… og {count} til. Spør fylkeskommunen om resten."),
    unknown_type: |name| match name {
        "" => "kontrakttype".to_owned(),
        name => format!("kontrakttypen «{name}» er ukjend; fylkeskommunen må leggje han inn"),
    },
    types: "Ukjende kontrakttypar",
    about_types: "Lærlingar og lærekandidatar med ein slik kontrakt får ikkje bevis. Rett typen i Vigo, eller legg han inn i innstillingane under contract_types.",
    type_name: "Kontrakttype",
    type_count: "Kor mange",
    no_type: "(utan type)",
    who_they_are: "Sjå kven det gjeld",
    fault: |reason, field| match reason {
        "not_an_object" => "Oppføringa er ikkje på rett form.".to_owned(),
        "missing" => format!("Feltet «{field}» manglar."),
        "wrong_kind" => format!("Feltet «{field}» har feil slags verdi."),
        "unreadable_date" => format!("Datoen i «{field}» kan ikkje lesast."),
        "ends_before_it_begins" => format!("«{field}» sluttar før han byrjar."),
        "leads_nowhere" => format!("Koplinga «{field}» peikar på noko som ikkje finst."),
        "same_key" => "Nøkkelen er brukt to gonger. Den første er teken med.".to_owned(),
        "personal_number" => "Fødselsnummeret er ikkje gyldig.".to_owned(),
        "nobody_known" => "Passar ikkje til nokon i opplysningane, eller til fleire.".to_owned(),
        "too_long" => format!("Verdien i «{field}» er altfor lang."),
        "cell_count" => "Linja har eit anna tal på celler enn overskrifta.".to_owned(),
        "unknown_column" => format!("Kolonne nummer {field} er ukjend."),
        "contradicts" => format!("«{field}» seier noko anna enn ei tidlegare linje."),
        "number_as_key" => "Eit fødselsnummer er brukt som nøkkel.".to_owned(),
        _ => "Kunne ikkje brukast.".to_owned(),
    },
    in_pupils: "Skuleadministrativt system",
    in_schools: "Skuleregisteret hos fylkeskommunen",
    in_training: "Vigo, hos fagopplæringa",
    in_library: "Fila med bibliotekkodar",
    in_photos: "Fila eller mappa med bilete",
    elsewhere: "Kjelda, hos fylkeskommunen",
};

const EN: Words = Words {
    title: "Faults in the records",
    read_at: |when| format!("The records were last read {when}."),
    never_read: "The records have not been read yet.",
    next: |when| {
        format!(
            "They are next read {when}. What you correct before then is on the card the next time the app refreshes."
        )
    },
    incomplete: "Pupils who lack something",
    about_incomplete: "They get no card until what is missing is entered in the school administrative system (for apprentices: in Vigo).",
    none_incomplete: "Nobody lacks anything.",
    no_name: "Without a name",
    unreadable: "the record cannot be read; it is written anew when the records are next read",
    more_people: |count| format!("… and {count} more. They turn up when some of these are mended."),
    county_lead: "Faults of which we do not know the school. Schools see their own on the school’s page.",
    none_of_no_school: "No such faults when the records were last read.",
    more_in_log: |count| format!("… and {count} more. They are in the service’s log."),
    name: "Name",
    number: "Student number",
    missing: "Lacks",
    fields: [
        "name",
        "date of birth",
        "school",
        "class",
        "company",
        "contract period",
    ],
    unusable: "What could not be used",
    about_unusable: "This was passed over when the records were last read. Search for the key in the system that owns it.",
    none_unusable: "No faults that we know to be the school’s.",
    place: "Where",
    what: "What is wrong",
    where_to_mend: "Put right in",
    more: |count| format!("… and {count} more. Ask the county about the rest."),
    unknown_type: |name| match name {
        "" => "contract type".to_owned(),
        name => format!("the contract type “{name}” is unknown; the county must add it"),
    },
    types: "Unknown contract types",
    about_types: "Apprentices and training candidates with such a contract get no card. Correct the type in Vigo, or add it to the settings under contract_types.",
    type_name: "Contract type",
    type_count: "How many",
    no_type: "(without a type)",
    who_they_are: "See who they are",
    fault: |reason, field| match reason {
        "not_an_object" => "The entry is not of the right form.".to_owned(),
        "missing" => format!("The field “{field}” is missing."),
        "wrong_kind" => format!("The field “{field}” has the wrong kind of value."),
        "unreadable_date" => format!("The date in “{field}” cannot be read."),
        "ends_before_it_begins" => format!("“{field}” ends before it begins."),
        "leads_nowhere" => format!("The link “{field}” leads nowhere."),
        "same_key" => "The key is used twice. The first is taken.".to_owned(),
        "personal_number" => "The national identity number is not valid.".to_owned(),
        "nobody_known" => "Fits nobody in the records, or several.".to_owned(),
        "too_long" => format!("The value in “{field}” is far too long."),
        "cell_count" => "The line has another number of cells than the heading.".to_owned(),
        "unknown_column" => format!("Column number {field} is not known."),
        "contradicts" => format!("“{field}” says otherwise than an earlier line."),
        "number_as_key" => "A national identity number is used as a key.".to_owned(),
        _ => "Could not be used.".to_owned(),
    },
    in_pupils: "School administrative system",
    in_schools: "The county's register of schools",
    in_training: "Vigo, at the training office",
    in_library: "The file of library codes",
    in_photos: "The file or folder of photos",
    elsewhere: "The source, at the county",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_somewhere_to_mend_it() {
        for (class, place) in [
            ("elevforhold", NB.in_pupils),
            ("elever.csv", NB.in_pupils),
            ("skole", NB.in_schools),
            ("larling", NB.in_training),
            ("bibliotek.csv", NB.in_library),
            ("bilder.csv", NB.in_photos),
            ("?", NB.elsewhere),
        ] {
            assert_eq!(NB.mend(class), place, "{class}");
        }
    }
}
