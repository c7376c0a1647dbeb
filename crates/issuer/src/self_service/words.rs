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
    pub(super) former: fn(&str, &str) -> String,
    pub(super) former_phones: &'static str,
    pub(super) log_out_phone: &'static str,
    pub(super) log_out_all: &'static str,
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
    pub(super) goes: &'static str,
    pub(super) goes_list: [&'static str; 4],
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
    former: |added, out| format!("Lagt til {added}, logget ut {out}"),
    former_phones: "Telefoner som er logget ut",
    log_out_phone: "Logg ut denne telefonen",
    log_out_all: "Logg ut alle telefonene",
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
    about_blocks: ("Sperrer", "Satt av skolen eller fylkeskommunen."),
    about_messages: (
        "SMS",
        "Når vi har skrevet til deg. Verken nummeret eller teksten er lagret.",
    ),
    about_changes: (
        "Endringer",
        "Hvilke felt i registeret som ble endret, ikke hva som sto der.",
    ),
    about_log: (
        "Logg",
        "Hvem som har sett på eller gjort noe med det som er lagret om deg. Lurer du på noe her, så spør fylkeskommunen.",
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
    only_a_hash: "Ikke lagret. Vi har bare et avtrykk av det, som ikke kan regnes tilbake.",
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
    by_yourself: "deg selv",
    by_the_service: "tjenesten",
    by_staff: "en ansatt",
    goes: "Dette sletter vi",
    goes_list: [
        "Bildet ditt.",
        "Innloggingen på alle telefonene dine. Bevisene på dem slutter å gjelde.",
        "Hvor mange bilder du har sendt inn.",
        "Brukeren din her, med Feides kode for deg, så snart det siste beviset er utløpt.",
    ],
    stays: "Dette må vi beholde",
    stays_list: [
        "Det skolens register sier om deg. Skolen har plikt til å ha det, og vi henter det hver natt.",
        "At bevisene dine er ugyldige, til de er utløpt. Ellers kunne noen brukt dem.",
        "At du har hatt et bilde, så skolen ser på det neste du sender inn.",
        "Sperrer som skolen har satt, og at vi har sendt deg SMS, så du ikke får den to ganger.",
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
    lost: "Har du mista telefonen, så logg han ut her. Beviset på han sluttar å gjelde med ein gong. Finn du han att, loggar du berre inn i appen på nytt.",
    added: |at| format!("Telefon lagd til {at}"),
    last_seen: |at| format!("Sist i bruk {at}"),
    former: |added, out| format!("Lagd til {added}, logga ut {out}"),
    former_phones: "Telefonar som er logga ut",
    log_out_phone: "Logg ut denne telefonen",
    log_out_all: "Logg ut alle telefonane",
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
        "Vi veit ikkje kva slags telefon det er, berre når han vart lagd til og når han var i bruk.",
    ),
    about_cards: (
        "Bevis",
        "Det som er skrive ut til telefonane dine. Vi ser ikkje kvar eller når du viser beviset.",
    ),
    about_blocks: ("Sperrer", "Sette av skulen eller fylkeskommunen."),
    about_messages: (
        "SMS",
        "Når vi har skrive til deg. Verken nummeret eller teksten er lagra.",
    ),
    about_changes: (
        "Endringar",
        "Kva felt i registeret som vart endra, ikkje kva som stod der.",
    ),
    about_log: (
        "Logg",
        "Kven som har sett på eller gjort noko med det som er lagra om deg. Lurer du på noko her, så spør fylkeskommunen.",
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
    only_a_hash: "Ikkje lagra. Vi har berre eit avtrykk av det, som ikkje kan reknast tilbake.",
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
    card: |issued, expires, status| format!("skrive ut {issued}, varer til {expires}: {status}"),
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
    by_yourself: "deg sjølv",
    by_the_service: "tenesta",
    by_staff: "ein tilsett",
    goes: "Dette slettar vi",
    goes_list: [
        "Biletet ditt.",
        "Innlogginga på alle telefonane dine. Bevisa på dei sluttar å gjelde.",
        "Kor mange bilete du har sendt inn.",
        "Brukaren din her, med Feide sin kode for deg, så snart det siste beviset har gått ut.",
    ],
    stays: "Dette må vi ta vare på",
    stays_list: [
        "Det registeret til skulen seier om deg. Skulen har plikt til å ha det, og vi hentar det kvar natt.",
        "At bevisa dine er ugyldige, til dei har gått ut. Elles kunne nokon brukt dei.",
        "At du har hatt eit bilete, så skulen ser på det neste du sender inn.",
        "Sperrer som skulen har sett, og at vi har sendt deg SMS, så du ikkje får han to gonger.",
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
    delete: "Delete what is about me",
    no_phones: "You are not logged in to the app on any phone now.",
    lost: "If you have lost your phone, log it out here. The card on it stops being valid at once. If you find it again, just log in to the app once more.",
    added: |at| format!("Phone added {at}"),
    last_seen: |at| format!("Last used {at}"),
    former: |added, out| format!("Added {added}, logged out {out}"),
    former_phones: "Phones that are logged out",
    log_out_phone: "Log out this phone",
    log_out_all: "Log out all phones",
    is_out: "The phone is logged out, and the card on it is no longer valid.",
    was_out: "The phone was logged out already.",
    stored_about: "This is all that Lommebevis has stored about you. The county is responsible for it. If something is wrong, tell whoever is named above it.",
    export: "Download all of it as a file",
    your_photo: "Your photo on the card",
    about_login: (
        "Login",
        "From Feide. If something is wrong here, the school must mend it in Feide.",
    ),
    about_records: (
        "From the school",
        "From the records of the school or the training office. If something is wrong, they mend it there, and we fetch it the next night.",
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
    about_log: (
        "Log",
        "Who has looked at or done something with what is stored about you. If you wonder about anything here, ask the county.",
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
    only_a_hash: "Not stored. We only have a print of it, which cannot be turned back.",
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
    by_yourself: "yourself",
    by_the_service: "the service",
    by_staff: "a member of staff",
    goes: "This we delete",
    goes_list: [
        "Your photo.",
        "The login on all your phones. The cards on them stop being valid.",
        "How many photos you have sent in.",
        "Your user here, with Feide's code for you, as soon as the last card has expired.",
    ],
    stays: "This we must keep",
    stays_list: [
        "What the school's records say of you. The school is bound to have it, and we fetch it every night.",
        "That your cards are invalid, until they have expired. Otherwise somebody could use them.",
        "That you have had a photo, so that the school looks at the next one you send in.",
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
            "If you ask for it now, we delete it on {at}. Until then you can change your mind. If you log in to the app again afterwards, you begin anew."
        )
    },
    ask: "Delete what is about me",
    deleted_at: |at| format!("We delete what is about you on {at}"),
    regret: "Until then everything is as before, and you can change your mind.",
    take_back: "Keep it after all",
    nothing_is_deleted: "Nothing will be deleted.",
    too_late: "There was nothing to take back: either it has been deleted, or it was not asked for.",
};
