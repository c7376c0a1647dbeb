//! What `/min-side` says.

use crate::web::Lang;

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) phones: &'static str,
    pub(super) stored: &'static str,
    pub(super) delete: &'static str,
    pub(super) no_phones: &'static str,
    pub(super) lost: &'static str,
    pub(super) added: fn(&str) -> String,
    pub(super) last_seen: fn(&str) -> String,
    /// Where the keys on a phone lie, by name.
    pub(super) keys: fn(&str) -> &'static str,
    pub(super) former: fn(&str, &str) -> String,
    pub(super) former_phones: &'static str,
    pub(super) log_out_phone: &'static str,
    pub(super) log_out_all: &'static str,
    pub(super) browsers: &'static str,
    pub(super) browsers_about: &'static str,
    pub(super) log_out_browsers: &'static str,
    pub(super) is_out: &'static str,
    pub(super) was_out: &'static str,
    pub(super) stored_about: &'static str,
    pub(super) export: &'static str,
    pub(super) your_photo: &'static str,
    /// A heading, and where it comes from.
    pub(super) about_login: (&'static str, &'static str),
    pub(super) about_records: (&'static str, &'static str),
    pub(super) about_photo: (&'static str, &'static str),
    pub(super) about_library: (&'static str, &'static str),
    pub(super) about_devices: (&'static str, &'static str),
    pub(super) about_cards: (&'static str, &'static str),
    pub(super) about_blocks: (&'static str, &'static str),
    pub(super) about_messages: (&'static str, &'static str),
    pub(super) about_changes: (&'static str, &'static str),
    pub(super) about_slips: (&'static str, &'static str),
    pub(super) about_exam_lists: (&'static str, &'static str),
    pub(super) about_sent_in: (&'static str, &'static str),
    pub(super) about_delivered: (&'static str, &'static str),
    pub(super) about_browsers: (&'static str, &'static str),
    pub(super) about_roles: (&'static str, &'static str),
    pub(super) about_log: (&'static str, &'static str),
    pub(super) name: &'static str,
    pub(super) birth_date: &'static str,
    pub(super) mobile: &'static str,
    pub(super) student_number: &'static str,
    pub(super) record_key: &'static str,
    pub(super) photo_address: &'static str,
    pub(super) enrolment: &'static str,
    pub(super) contract: &'static str,
    pub(super) feide_name: &'static str,
    pub(super) feide_identifier: &'static str,
    pub(super) first_login: &'static str,
    pub(super) last_login: &'static str,
    pub(super) national_number: &'static str,
    pub(super) only_a_hash: &'static str,
    pub(super) updated: &'static str,
    pub(super) withdrawn: &'static str,
    pub(super) photo_state: &'static str,
    pub(super) photo_source: &'static str,
    pub(super) since: &'static str,
    pub(super) note: &'static str,
    pub(super) code: &'static str,
    /// A state of the photo, by its name in the row.
    pub(super) photo: fn(&str) -> &'static str,
    pub(super) source: fn(&str) -> &'static str,
    pub(super) card: fn(&str, &str, &str) -> String,
    pub(super) card_status: fn(&str) -> &'static str,
    pub(super) block: fn(&str, Option<&str>) -> String,
    /// Whether it was sent.
    pub(super) message: fn(bool) -> &'static str,
    pub(super) by_yourself: &'static str,
    pub(super) by_the_service: &'static str,
    pub(super) by_staff: &'static str,
    pub(super) did_something: &'static str,
    pub(super) file: &'static str,
    pub(super) logged_in: &'static str,
    pub(super) not_here: &'static str,
    pub(super) goes: &'static str,
    pub(super) goes_list: [&'static str; 3],
    pub(super) stays: &'static str,
    pub(super) stays_list: [&'static str; 5],
    /// Months of photo and card data after the right has ended, and of the log.
    pub(super) kept_months: fn(u32, u32) -> String,
    pub(super) would_be: fn(&str) -> String,
    pub(super) ask: &'static str,
    pub(super) deleted_at: fn(&str) -> String,
    pub(super) regret: &'static str,
    pub(super) take_back: &'static str,
    pub(super) nothing_is_deleted: &'static str,
    pub(super) too_late: &'static str,
}

pub(super) fn of(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

const NB: Words = Words {
    title: "Min side",
    phones: "Telefonene mine",
    stored: "Hva som er lagret om meg",
    delete: "Slett det om meg",
    no_phones: "Du er ikke logget inn i appen på noen telefon nå.",
    lost: "Har du mistet telefonen, så logg den ut her. Beviset på den slutter å gjelde med en gang. Finner du den igjen, logger du bare inn i appen på nytt.",
    added: |at| format!("Telefon lagt til {at}"),
    last_seen: |at| format!("Sist i bruk {at}"),
    keys: |level| match level {
        "hardware" => "Nøklene ligger i en sikker brikke",
        "key_store" => "Nøklene er vernet av telefonens nøkkellager",
        _ => "Nøklene ligger i en fil i appen",
    },
    former: |added, out| format!("Lagt til {added}, logget ut {out}"),
    former_phones: "Telefoner som er logget ut",
    log_out_phone: "Logg ut denne telefonen",
    log_out_all: "Logg ut alle telefonene",
    browsers: "Nettlesere",
    browsers_about: "Tror du at noen andre kan passordet ditt, så bytt det i Feide, og logg ut alle nettlesere her, også denne.",
    log_out_browsers: "Logg ut alle nettlesere",
    is_out: "Telefonen er logget ut, og beviset på den gjelder ikke lenger.",
    was_out: "Telefonen var logget ut fra før.",
    stored_about: "Her er alt vi har lagret om deg i Lommebevis. Fylkeskommunen er ansvarlig for det. Er noe feil, så si fra til den som står over opplysningene.",
    export: "Last ned alt som fil",
    your_photo: "Bildet ditt i beviset",
    about_login: (
        "Innlogging",
        "Fra Feide. Er noe feil her, må skolen rette det i Feide.",
    ),
    about_records: (
        "Fra skolen",
        "Fra registeret til skolen eller opplæringskontoret. Er noe feil, retter de det der, og vi henter det neste natt.",
    ),
    about_photo: (
        "Bilde",
        "Bildet i beviset. Vil du bytte det, så spør skolen.",
    ),
    about_library: (
        "Lånekort",
        "Koden på lånekortet. Er den feil, så spør biblioteket på skolen.",
    ),
    about_devices: (
        "Telefoner",
        "Vi vet ikke hva slags telefon det er, bare når den ble lagt til og når den var i bruk.",
    ),
    about_cards: (
        "Bevis",
        "Det som er utstedt til telefonene dine. Vi ser ikke hvor eller når du viser beviset.",
    ),
    about_blocks: ("Stans av beviset", "Satt av skolen eller fylkeskommunen."),
    about_messages: (
        "SMS",
        "Når vi har skrevet til deg. Verken nummeret eller teksten er lagret.",
    ),
    about_changes: (
        "Endringer",
        "Hvilke felt i registeret som ble endret, ikke hva som sto der.",
    ),
    about_slips: (
        "Papirlapper",
        "Det som er skrevet ut på papir for deg. Det som sto på lappen, er ikke lagret.",
    ),
    about_exam_lists: (
        "Eksamenslister",
        "Lister med navn, klasse og bilde til eksamensvakten. De slettes når dagen er over.",
    ),
    about_sent_in: (
        "Bilder du har sendt inn",
        "Bare hvor mange, og bare i to dager.",
    ),
    about_delivered: (
        "Fra skolefotografen",
        "Filer som har elevnummeret ditt som navn.",
    ),
    about_browsers: (
        "Nettlesere",
        "Der du er logget inn her, eller på sidene for ansatte.",
    ),
    about_roles: ("Rolle i jobben", "Det du kan gjøre på sidene for ansatte."),
    about_log: (
        "Logg",
        "Hvem som har sett på eller gjort noe med det som er lagret om deg. Navnet til ansatte og hvorfor de så på noe, står ikke her. Lurer du på noe, så spør fylkeskommunen.",
    ),
    name: "Navn",
    birth_date: "Fødselsdato",
    mobile: "Mobilnummer",
    student_number: "Elevnummer",
    record_key: "Nøkkel i registeret",
    photo_address: "Adresse til skolebildet",
    enrolment: "Skoleplass",
    contract: "Kontrakt",
    feide_name: "Feide-navn",
    feide_identifier: "Feides kode for deg",
    first_login: "Første innlogging",
    last_login: "Siste innlogging",
    national_number: "Fødselsnummer",
    only_a_hash: "Ikke lagret. Vi har bare et avtrykk av det, som ingen kan regne tilbake uten fylkeskommunens nøkkel.",
    updated: "Sist endret",
    withdrawn: "Ute av registeret fra",
    photo_state: "Tilstand",
    photo_source: "Hvor det er fra",
    since: "Siden",
    note: "Beskjed fra skolen",
    code: "Kode",
    photo: |state| match state {
        "proposed" => "foreslått, du har ikke svart ennå",
        "locked" => "i bruk",
        "rejected" => "du sa at det ikke er deg; slettet",
        "in_review" => "venter på skolen",
        "returned" => "skolen ba om et annet; slettet",
        _ => "slettet",
    },
    source: |source| match source {
        "school_records" => "skolens register",
        "photographer" => "skolefotografen",
        "selfie" => "tatt av deg i appen",
        _ => "sendt inn av deg",
    },
    card: |issued, expires, status| format!("utstedt {issued}, varer til {expires}: {status}"),
    card_status: |status| match status {
        "valid" => "gyldig",
        "expired" => "utløpt",
        "suspended" => "stanset",
        _ => "ikke gyldig lenger",
    },
    block: |reason, until| match until {
        Some(until) => format!("{reason} (til {until})"),
        None => reason.to_owned(),
    },
    message: |sent| {
        if sent {
            "«Beviset er klart» er sendt"
        } else {
            "«Beviset er klart» er ikke sendt"
        }
    },
    by_yourself: "Du",
    by_the_service: "Tjenesten",
    by_staff: "En ansatt",
    did_something: "gjorde noe",
    file: "Fil",
    logged_in: "Logget inn",
    not_here: "Ikke vist her: koder og nøkler til innloggingene dine, som bare ville hjulpet en tyv, og det som står i loggen om andre når du gjør noe som ansatt.",
    goes: "Dette sletter vi",
    goes_list: [
        "Bildet ditt.",
        "Innloggingen på alle telefonene dine. Bevisene på dem slutter å gjelde.",
        "Brukeren din her, med Feides kode for deg, så snart det siste beviset er utløpt.",
    ],
    stays: "Dette må vi beholde",
    stays_list: [
        "Det skolens register sier om deg. Skolen har plikt til å ha det, og vi henter det hver natt.",
        "At bevisene dine er ugyldige, til de er utløpt. Ellers kunne noen brukt dem.",
        "At du har hatt et bilde, så skolen ser på det neste du sender inn, og i to dager hvor mange du har sendt.",
        "At skolen har stanset beviset, og at vi har sendt deg SMS, så du ikke får den to ganger.",
        "Loggen over hvem som har gjort hva.",
    ],
    kept_months: |card, log| {
        format!(
            "Når du ikke lenger har rett til bevis, slettes bilde og bevisdata av seg selv etter {card} måneder, og loggen etter {log} måneder."
        )
    },
    would_be: |at| {
        format!(
            "Ber du om det nå, sletter vi {at}. Fram til da kan du angre. Logger du inn i appen igjen etterpå, begynner du på nytt."
        )
    },
    ask: "Slett det om meg",
    deleted_at: |at| format!("Vi sletter det om deg {at}"),
    regret: "Fram til da er alt som før, og du kan angre.",
    take_back: "Angre, ikke slett",
    nothing_is_deleted: "Ingenting blir slettet.",
    too_late: "Det var ikke noe å angre: enten er det slettet, eller så var det ikke bestilt.",
};

const NN: Words = Words {
    title: "Mi side",
    phones: "Telefonane mine",
    stored: "Kva som er lagra om meg",
    delete: "Slett det om meg",
    no_phones: "Du er ikkje logga inn i appen på nokon telefon no.",
    lost: "Har du mista telefonen, så logg han ut her. Beviset på han sluttar å gjelde med ein gong. Finn du han igjen, loggar du berre inn i appen på nytt.",
    added: |at| format!("Telefon lagd til {at}"),
    last_seen: |at| format!("Sist i bruk {at}"),
    keys: |level| match level {
        "hardware" => "Nøklane ligg i ei sikker brikke",
        "key_store" => "Nøklane er verna av nøkkellageret på telefonen",
        _ => "Nøklane ligg i ei fil i appen",
    },
    former: |added, out| format!("Lagd til {added}, logga ut {out}"),
    former_phones: "Telefonar som er logga ut",
    log_out_phone: "Logg ut denne telefonen",
    log_out_all: "Logg ut alle telefonane",
    browsers: "Nettlesarar",
    browsers_about: "Trur du at nokon andre kan passordet ditt, så byt det i Feide, og logg ut alle nettlesarar her, denne òg.",
    log_out_browsers: "Logg ut alle nettlesarar",
    is_out: "Telefonen er logga ut, og beviset på han gjeld ikkje lenger.",
    was_out: "Telefonen var logga ut frå før.",
    stored_about: "Her er alt vi har lagra om deg i Lommebevis. Fylkeskommunen er ansvarleg for det. Er noko feil, så sei frå til den som står over opplysningane.",
    export: "Last ned alt som fil",
    your_photo: "Biletet ditt i beviset",
    about_login: (
        "Innlogging",
        "Frå Feide. Er noko feil her, må skulen rette det i Feide.",
    ),
    about_records: (
        "Frå skulen",
        "Frå registeret til skulen eller opplæringskontoret. Er noko feil, rettar dei det der, og vi hentar det neste natt.",
    ),
    about_photo: (
        "Bilete",
        "Biletet i beviset. Vil du byte det, så spør skulen.",
    ),
    about_library: (
        "Lånekort",
        "Koden på lånekortet. Er han feil, så spør biblioteket på skulen.",
    ),
    about_devices: (
        "Telefonar",
        "Vi veit ikkje kva slags telefon det er, berre når han blei lagd til og når han var i bruk.",
    ),
    about_cards: (
        "Bevis",
        "Det som er utferda til telefonane dine. Vi ser ikkje kvar eller når du viser beviset.",
    ),
    about_blocks: ("Stans av beviset", "Sett av skulen eller fylkeskommunen."),
    about_messages: (
        "SMS",
        "Når vi har skrive til deg. Verken nummeret eller teksten er lagra.",
    ),
    about_changes: (
        "Endringar",
        "Kva felt i registeret som blei endra, ikkje kva som stod der.",
    ),
    about_slips: (
        "Papirlappar",
        "Det som er skrive ut på papir for deg. Det som stod på lappen, er ikkje lagra.",
    ),
    about_exam_lists: (
        "Eksamenslister",
        "Lister med namn, klasse og bilete til eksamensvakta. Dei blir sletta når dagen er over.",
    ),
    about_sent_in: (
        "Bilete du har sendt inn",
        "Berre kor mange, og berre i to dagar.",
    ),
    about_delivered: (
        "Frå skulefotografen",
        "Filer som har elevnummeret ditt som namn.",
    ),
    about_browsers: (
        "Nettlesarar",
        "Der du er logga inn her, eller på sidene for tilsette.",
    ),
    about_roles: ("Rolle i jobben", "Det du kan gjere på sidene for tilsette."),
    about_log: (
        "Logg",
        "Kven som har sett på eller gjort noko med det som er lagra om deg. Namnet til tilsette og kvifor dei såg på noko, står ikkje her. Lurer du på noko, så spør fylkeskommunen.",
    ),
    name: "Namn",
    birth_date: "Fødselsdato",
    mobile: "Mobilnummer",
    student_number: "Elevnummer",
    record_key: "Nøkkel i registeret",
    photo_address: "Adressa til skulebiletet",
    enrolment: "Skuleplass",
    contract: "Kontrakt",
    feide_name: "Feide-namn",
    feide_identifier: "Feide sin kode for deg",
    first_login: "Første innlogging",
    last_login: "Siste innlogging",
    national_number: "Fødselsnummer",
    only_a_hash: "Ikkje lagra. Vi har berre eit avtrykk av det, som ingen kan rekne tilbake utan nøkkelen til fylkeskommunen.",
    updated: "Sist endra",
    withdrawn: "Ute av registeret frå",
    photo_state: "Tilstand",
    photo_source: "Kvar det er frå",
    since: "Sidan",
    note: "Melding frå skulen",
    code: "Kode",
    photo: |state| match state {
        "proposed" => "foreslått, du har ikkje svart enno",
        "locked" => "i bruk",
        "rejected" => "du sa at det ikkje er deg; sletta",
        "in_review" => "ventar på skulen",
        "returned" => "skulen bad om eit anna; sletta",
        _ => "sletta",
    },
    source: |source| match source {
        "school_records" => "registeret til skulen",
        "photographer" => "skulefotografen",
        "selfie" => "teke av deg i appen",
        _ => "sendt inn av deg",
    },
    card: |issued, expires, status| format!("utferda {issued}, varer til {expires}: {status}"),
    card_status: |status| match status {
        "valid" => "gyldig",
        "expired" => "gått ut",
        "suspended" => "stansa",
        _ => "ikkje gyldig lenger",
    },
    block: |reason, until| match until {
        Some(until) => format!("{reason} (til {until})"),
        None => reason.to_owned(),
    },
    message: |sent| {
        if sent {
            "«Beviset er klart» er sendt"
        } else {
            "«Beviset er klart» er ikkje sendt"
        }
    },
    by_yourself: "Du",
    by_the_service: "Tenesta",
    by_staff: "Ein tilsett",
    did_something: "gjorde noko",
    file: "Fil",
    logged_in: "Logga inn",
    not_here: "Ikkje vist her: kodar og nøklar til innloggingane dine, som berre ville hjelpt ein tjuv, og det som står i loggen om andre når du gjer noko som tilsett.",
    goes: "Dette slettar vi",
    goes_list: [
        "Biletet ditt.",
        "Innlogginga på alle telefonane dine. Bevisa på dei sluttar å gjelde.",
        "Brukaren din her, med Feide sin kode for deg, så snart det siste beviset har gått ut.",
    ],
    stays: "Dette må vi ta vare på",
    stays_list: [
        "Det registeret til skulen seier om deg. Skulen har plikt til å ha det, og vi hentar det kvar natt.",
        "At bevisa dine er ugyldige, til dei har gått ut. Elles kunne nokon brukt dei.",
        "At du har hatt eit bilete, så skulen ser på det neste du sender inn, og i to dagar kor mange du har sendt.",
        "At skulen har stansa beviset, og at vi har sendt deg SMS, så du ikkje får han to gonger.",
        "Loggen over kven som har gjort kva.",
    ],
    kept_months: |card, log| {
        format!(
            "Når du ikkje lenger har rett til bevis, blir bilete og bevisdata sletta av seg sjølv etter {card} månader, og loggen etter {log} månader."
        )
    },
    would_be: |at| {
        format!(
            "Ber du om det no, slettar vi {at}. Fram til då kan du angre. Loggar du inn i appen igjen etterpå, byrjar du på nytt."
        )
    },
    ask: "Slett det om meg",
    deleted_at: |at| format!("Vi slettar det om deg {at}"),
    regret: "Fram til då er alt som før, og du kan angre.",
    take_back: "Angre, ikkje slett",
    nothing_is_deleted: "Ingenting blir sletta.",
    too_late: "Det var ikkje noko å angre: anten er det sletta, eller så var det ikkje bestilt.",
};

const EN: Words = Words {
    title: "My page",
    phones: "My phones",
    stored: "What is stored about me",
    delete: "Delete my data",
    no_phones: "You are not logged in to the app on any phone now.",
    lost: "If you have lost your phone, log it out here. The card on it stops being valid at once. If you find it again, just log in to the app once more.",
    added: |at| format!("Phone added {at}"),
    last_seen: |at| format!("Last used {at}"),
    keys: |level| match level {
        "hardware" => "The keys are in a secure chip",
        "key_store" => "The keys are guarded by the phone’s key store",
        _ => "The keys are in a file in the app",
    },
    former: |added, out| format!("Added {added}, logged out {out}"),
    former_phones: "Phones that are logged out",
    log_out_phone: "Log out this phone",
    log_out_all: "Log out all phones",
    browsers: "Browsers",
    browsers_about: "If you think that somebody else knows your password, change it in Feide and log out all browsers here, this one too.",
    log_out_browsers: "Log out all browsers",
    is_out: "The phone is logged out, and the card on it is no longer valid.",
    was_out: "The phone was logged out already.",
    stored_about: "This is all that Lommebevis has stored about you. The county is responsible for it. If something is wrong, tell whoever is named above it.",
    export: "Download all of it as a file",
    your_photo: "Your photo on the card",
    about_login: (
        "Login",
        "From Feide. If something is wrong here, the school must correct it in Feide.",
    ),
    about_records: (
        "From the school",
        "From the records of the school or the training office. If something is wrong, they correct it there, and we fetch it the next night.",
    ),
    about_photo: (
        "Photo",
        "The photo on the card. If you want another one, ask the school.",
    ),
    about_library: (
        "Library card",
        "The code of the library card. If it is wrong, ask the school's library.",
    ),
    about_devices: (
        "Phones",
        "We do not know what kind of phone it is, only when it was added and when it was used.",
    ),
    about_cards: (
        "Cards",
        "What was issued to your phones. We do not see where or when you show the card.",
    ),
    about_blocks: ("Blocks", "Set by the school or the county."),
    about_messages: (
        "Text messages",
        "When we have written to you. Neither the number nor the text is stored.",
    ),
    about_changes: (
        "Changes",
        "Which fields of the records were changed, not what stood there.",
    ),
    about_slips: (
        "Paper slips",
        "What was printed on paper for you. What stood on the slip is not stored.",
    ),
    about_exam_lists: (
        "Exam lists",
        "Lists with name, class and photo for the invigilator. They are deleted when the day is over.",
    ),
    about_sent_in: (
        "Photos you have sent in",
        "Only how many, and only for two days.",
    ),
    about_delivered: (
        "From the school photographer",
        "Files that have your pupil's number as their name.",
    ),
    about_browsers: (
        "Browsers",
        "Where you are logged in here, or at the staff's pages.",
    ),
    about_roles: ("Role at work", "What you can do on the staff's pages."),
    about_log: (
        "Log",
        "Who has looked at or done something with what is stored about you. The names of staff and why they looked are not shown here. If you wonder about anything, ask the county.",
    ),
    name: "Name",
    birth_date: "Date of birth",
    mobile: "Mobile number",
    student_number: "Pupil's number",
    record_key: "Key in the records",
    photo_address: "Address of the school photo",
    enrolment: "Place at a school",
    contract: "Contract",
    feide_name: "Feide name",
    feide_identifier: "Feide's code for you",
    first_login: "First login",
    last_login: "Last login",
    national_number: "National identity number",
    only_a_hash: "Not stored. We only have a print of it, which nobody can turn back without the county's key.",
    updated: "Last changed",
    withdrawn: "Out of the records since",
    photo_state: "State",
    photo_source: "Where it is from",
    since: "Since",
    note: "Word from the school",
    code: "Code",
    photo: |state| match state {
        "proposed" => "proposed, you have not answered yet",
        "locked" => "in use",
        "rejected" => "you said that it is not you; deleted",
        "in_review" => "waits for the school",
        "returned" => "the school asked for another one; deleted",
        _ => "deleted",
    },
    source: |source| match source {
        "school_records" => "the school's records",
        "photographer" => "the school photographer",
        "selfie" => "taken by you in the app",
        _ => "sent in by you",
    },
    card: |issued, expires, status| format!("issued {issued}, lasts until {expires}: {status}"),
    card_status: |status| match status {
        "valid" => "valid",
        "expired" => "expired",
        "suspended" => "suspended",
        _ => "no longer valid",
    },
    block: |reason, until| match until {
        Some(until) => format!("{reason} (until {until})"),
        None => reason.to_owned(),
    },
    message: |sent| {
        if sent {
            "“Your card is ready” was sent"
        } else {
            "“Your card is ready” was not sent"
        }
    },
    by_yourself: "You",
    by_the_service: "The service",
    by_staff: "A member of staff",
    did_something: "did something",
    file: "File",
    logged_in: "Logged in",
    not_here: "Not shown here: codes and keys of your logins, which would only help a thief, and what the log says about others when you do something as a member of staff.",
    goes: "We will delete",
    goes_list: [
        "Your photo.",
        "The login on all your phones. The cards on them stop being valid.",
        "Your user here, with Feide's code for you, as soon as the last card has expired.",
    ],
    stays: "We must keep",
    stays_list: [
        "What the school's records say of you. The school is bound to have it, and we fetch it every night.",
        "That your cards are invalid, until they have expired. Otherwise somebody could use them.",
        "That you have had a photo, so that the school looks at the next one you send in, and for two days how many you have sent.",
        "Blocks that the school has set, and that we have sent you a text message, so that you do not get it twice.",
        "The log of who has done what.",
    ],
    kept_months: |card, log| {
        format!(
            "When you no longer have a right to a card, photo and card data are deleted by themselves after {card} months, and the log after {log} months."
        )
    },
    would_be: |at| {
        format!(
            "If you ask for it now, we will delete your data on {at}. Until then you can change your mind. If you log in to the app again afterwards, you begin anew."
        )
    },
    ask: "Delete my data",
    deleted_at: |at| format!("We will delete your data on {at}"),
    regret: "Until then everything is as before, and you can change your mind.",
    take_back: "Keep it after all",
    nothing_is_deleted: "Nothing will be deleted.",
    too_late: "There was nothing to take back: either it has been deleted, or it was not asked for.",
};
