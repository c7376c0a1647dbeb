//! What the pages say.

use crate::{db::entity::school_contact::Role, web::Lang};

use super::form::{Field, Wrong};

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) intro: &'static str,
    roles: [(&'static str, &'static str); 4],
    pub(super) otherwise: fn(&str) -> String,
    pub(super) otherwise_office: &'static str,
    name: &'static str,
    phone: &'static str,
    email: &'static str,
    url: &'static str,
    pub(super) to_preview: &'static str,
    pub(super) preview: &'static str,
    pub(super) about_preview: &'static str,
    pub(super) from_settings: &'static str,
    pub(super) why: &'static str,
    pub(super) keep: &'static str,
    pub(super) back: &'static str,
    pub(super) kept: &'static str,
    pub(super) look_again: &'static str,
    pub(super) changed: &'static str,
    wrong: [&'static str; 6],
}

pub(super) fn of(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

impl Words {
    /// What the role is called, and what it is for.
    pub(super) fn role(&self, role: Role) -> (&'static str, &'static str) {
        let [office, photo, technical, library] = self.roles;
        match role {
            Role::Office => office,
            Role::Photo => photo,
            Role::Technical => technical,
            Role::Library => library,
        }
    }

    pub(super) fn label(&self, field: Field) -> &'static str {
        match field {
            Field::Name => self.name,
            Field::Phone => self.phone,
            Field::Email => self.email,
            Field::Url => self.url,
        }
    }

    pub(super) fn wrong(&self, wrong: Wrong) -> &'static str {
        let [no_name, no_way, phone, email, url, long] = self.wrong;
        match wrong {
            Wrong::NoName => no_name,
            Wrong::NoWay => no_way,
            Wrong::Phone => phone,
            Wrong::Email => email,
            Wrong::Url => url,
            Wrong::Long(_) => long,
        }
    }
}

const NB: Words = Words {
    title: "Kontaktpersoner",
    intro: "Dette er dem appen ber elevene spørre. Det du skriver, gjelder foran det som står i registrene. La alt i en rute stå tomt for å bruke det igjen.",
    roles: [
        (
            "Brukerhjelp",
            "Skolens kontor: opplysninger som er feil, og alt det ikke står noen andre for.",
        ),
        (
            "Hjelp med bildet",
            "Nytt bilde, og spørsmål om et bilde som er sendt tilbake.",
        ),
        ("IKT-hjelp", "Når appen eller innloggingen ikke virker."),
        ("Skolebiblioteket", "Koden på lånekortet."),
    ],
    otherwise: |contact| format!("Tomt gir: {contact}"),
    otherwise_office: "Tomt gir: ingen egen. Da spør elevene brukerhjelpen.",
    name: "Navn",
    phone: "Telefon",
    email: "E-post",
    url: "Nettside",
    to_preview: "Se hvordan det blir",
    preview: "Slik blir det i appen",
    about_preview: "Ring nummeret og prøv adressen før du lagrer. Elevene får dette neste gang appen henter nytt.",
    from_settings: "Fra registrene",
    why: "Hva er endret, og hvorfor?",
    keep: "Lagre",
    back: "Rett mer",
    kept: "Lagret. Elevene får det neste gang appen henter nytt.",
    changed: "Noen andre har endret kontaktpersonene i mellomtiden. Ingenting er lagret. Se over det du skrev, og lagre på nytt hvis det skal gjelde.",
    look_again: "Noe må rettes. Det står ved hvert felt hva det er.",
    wrong: [
        "Skriv et navn, for eksempel «Kontoret».",
        "Skriv minst én av telefon, e-post og nettside.",
        "Skriv telefonnummeret med sifre og mellomrom, som 70 00 01 00 eller +47 70 00 01 00.",
        "Skriv en e-postadresse, som kontor@skolen.no.",
        "Skriv adressen til en nettside, som https://skolen.no/hjelp.",
        "Skriv det kortere: høyst 200 tegn i hvert felt.",
    ],
};

const NN: Words = Words {
    title: "Kontaktpersonar",
    intro: "Dette er dei appen bed elevane spørje. Det du skriv, gjeld framfor det som står i registera. Lat alt i ei rute stå tomt for å bruke det igjen.",
    roles: [
        (
            "Brukarhjelp",
            "Kontoret på skulen: opplysningar som er feil, og alt det ikkje står nokon andre for.",
        ),
        (
            "Hjelp med biletet",
            "Nytt bilete, og spørsmål om eit bilete som er sendt tilbake.",
        ),
        ("IKT-hjelp", "Når appen eller innlogginga ikkje verkar."),
        ("Skulebiblioteket", "Koden på lånekortet."),
    ],
    otherwise: |contact| format!("Tomt gir: {contact}"),
    otherwise_office: "Tomt gir: ingen eigen. Då spør elevane brukarhjelpa.",
    name: "Namn",
    phone: "Telefon",
    email: "E-post",
    url: "Nettside",
    to_preview: "Sjå korleis det blir",
    preview: "Slik blir det i appen",
    about_preview: "Ring nummeret og prøv adressa før du lagrar. Elevane får dette neste gong appen hentar nytt.",
    from_settings: "Frå registera",
    why: "Kva er endra, og kvifor?",
    keep: "Lagre",
    back: "Rett meir",
    kept: "Lagra. Elevane får det neste gong appen hentar nytt.",
    changed: "Nokon andre har endra kontaktpersonane i mellomtida. Ingenting er lagra. Sjå over det du skreiv, og lagre på nytt om det skal gjelde.",
    look_again: "Noko må rettast. Det står ved kvart felt kva det er.",
    wrong: [
        "Skriv eit namn, til dømes «Kontoret».",
        "Skriv minst éin av telefon, e-post og nettside.",
        "Skriv telefonnummeret med siffer og mellomrom, som 70 00 01 00 eller +47 70 00 01 00.",
        "Skriv ei e-postadresse, som kontor@skulen.no.",
        "Skriv adressa til ei nettside, som https://skulen.no/hjelp.",
        "Skriv det kortare: høgst 200 teikn i kvart felt.",
    ],
};

const EN: Words = Words {
    title: "Contacts",
    intro: "These are whom the app tells the pupils to ask. What you write goes before what the registers say. Leave everything in a box empty to use that again.",
    roles: [
        (
            "User help",
            "The school's office: information that is wrong, and all that nobody else is named for.",
        ),
        (
            "Help with the photo",
            "A new photo, and questions about one that was returned.",
        ),
        ("Technical help", "When the app or the login does not work."),
        ("The school library", "The code of the library card."),
    ],
    otherwise: |contact| format!("Empty means: {contact}"),
    otherwise_office: "Empty means: nobody of its own. The pupils then ask user help.",
    name: "Name",
    phone: "Telephone",
    email: "E-mail",
    url: "Web page",
    to_preview: "See what it will look like",
    preview: "What it looks like in the app",
    about_preview: "Ring the number and try the address before you save. Pupils have this the next time the app refreshes.",
    from_settings: "From the registers",
    why: "What has changed, and why?",
    keep: "Save",
    back: "Change more",
    kept: "Saved. Pupils have it the next time the app refreshes.",
    changed: "Somebody else has changed the contacts meanwhile. Nothing is saved. Look over what you wrote, and save again if it is to hold.",
    look_again: "Something must be put right. It says what at each field.",
    wrong: [
        "Write a name, such as “The office”.",
        "Write at least one of telephone, e-mail and web page.",
        "Write the number with digits and spaces, such as 70 00 01 00 or +47 70 00 01 00.",
        "Write an e-mail address, such as office@school.no.",
        "Write the address of a web page, such as https://school.no/help.",
        "Write it shorter: at most 200 characters in each field.",
    ],
};
