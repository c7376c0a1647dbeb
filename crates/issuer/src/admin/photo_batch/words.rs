//! What the pages say.

use crate::web::Lang;

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) intro: &'static str,
    /// Files, megabytes in all, megabytes of one.
    pub(super) limits: fn(usize, u64, u64) -> String,
    pub(super) files: &'static str,
    pub(super) folder: &'static str,
    pub(super) send: &'static str,
    pub(super) stay: &'static str,
    pub(super) earlier: &'static str,
    pub(super) none_earlier: &'static str,
    pub(super) sent: fn(&str, &str) -> String,
    pub(super) all_done: fn(i64) -> String,
    pub(super) under_way: fn(i64, i64) -> String,
    pub(super) cut_short: fn(i64, i64) -> String,
    pub(super) progress: &'static str,
    pub(super) look_again: &'static str,
    pub(super) result: &'static str,
    pub(super) file: &'static str,
    pub(super) what: &'static str,
    pub(super) empty: &'static str,
    pub(super) too_many: fn(usize) -> String,
    pub(super) too_large: fn(u64) -> String,
    pub(super) bad_zip: &'static str,
    pub(super) another: &'static str,
    pub(super) to_running: &'static str,
    pub(super) no_room: &'static str,
    pub(super) queued: &'static str,
    pub(super) sending: &'static str,
    pub(super) not_sent: &'static str,
    /// In the order in which they are listed.
    not_taken: &'static str,
    outcomes: [&'static str; 12],
}

/// The names by which outcomes are stored, as the words are ordered.
const OUTCOMES: [&str; 12] = [
    "nobody",
    "not_named",
    "named_twice",
    "several",
    "unreadable",
    "too_large",
    "not_of_one",
    "not_me",
    "in_review",
    "locked",
    "taken_before",
    "taken",
];

pub(super) fn of(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

impl Words {
    /// The place in the list, and what became of the file. What an outsider is told of a pupil's photo is no more than
    /// that theirs was not taken.
    pub(super) fn outcome(&self, name: &str, to_outsider: bool) -> (usize, &'static str) {
        if to_outsider && ["not_me", "in_review", "locked"].contains(&name) {
            return (7, self.not_taken);
        }
        let known = OUTCOMES.iter().zip(self.outcomes).enumerate();
        known
            .into_iter()
            .find(|(_, (known, _))| **known == name)
            .map_or((4, self.outcomes[4]), |(place, (_, said))| (place, said))
    }
}

const NB: Words = Words {
    title: "Bilder fra fotografen",
    intro: "Last opp bildene som JPG-filer med elevnummeret som navn, for eksempel 100042.jpg, eller samlet i en zip-fil. Elevene blir spurt i appen om bildet er av dem. Ingen får byttet et bilde som allerede er på beviset.",
    limits: |files, all, one| {
        format!(
            "Høyst {files} filer og {all} MB om gangen, og {one} MB for hvert bilde. Er det mer, så del det opp. Du kan trygt sende det samme to ganger."
        )
    },
    files: "Filer",
    folder: "Eller en hel mappe",
    send: "Last opp",
    stay: "La siden stå åpen til alt er lastet opp. Etterpå går det av seg selv.",
    earlier: "Tidligere leveranser",
    none_earlier: "Ingen den siste måneden.",
    sent: |by, when| format!("Lastet opp av {by} {when}."),
    all_done: |total| match total {
        1 => "Ferdig: 1 fil er sett på.".to_owned(),
        total => format!("Ferdig: {total} filer er sett på."),
    },
    under_way: |done, total| format!("{done} av {total} filer er sett på."),
    cut_short: |done, total| {
        format!(
            "Stanset etter {done} av {total} filer. Last opp det samme på nytt: det som er tatt, blir ikke tatt igjen."
        )
    },
    progress: "Hvor langt det er kommet",
    look_again: "Oppdater siden",
    result: "Fil for fil",
    file: "Fil",
    what: "Hva som skjedde",
    empty: "Det var ingen bilder i det du lastet opp.",
    too_many: |most| format!("Det var for mange filer. Last opp høyst {most} om gangen."),
    too_large: |most| format!("Det var for stort. Last opp høyst {most} MB om gangen."),
    bad_zip: "Zip-fila kan ikke leses. Pakk den på nytt uten passord, eller last opp bildene hver for seg.",
    another: "Skolen har en leveranse i gang. Vent til den er ferdig.",
    to_running: "Se hvor langt den er kommet",
    no_room: "Flere andre skoler leverer bilder akkurat nå. Prøv igjen om litt.",
    queued: "I kø bak bilder fra andre skoler. Det går av seg selv.",
    sending: "Laster opp",
    not_sent: "Opplastingen ble brutt. Prøv igjen.",
    not_taken: "Ikke tatt. Skolen kan se hvorfor.",
    outcomes: [
        "Ingen elev på skolen har dette nummeret.",
        "Fila heter ikke elevnummer og .jpg.",
        "Flere filer har samme nummer. Ingen av dem er tatt.",
        "Flere elever har dette nummeret.",
        "Fila kan ikke leses som et bilde, eller bildet er for lite (minst 600 × 600 punkter).",
        "Fila er for stor.",
        "Bildet kan ikke brukes.",
        "Eleven har sagt at dette bildet ikke er av seg.",
        "Elevens eget bilde venter på godkjenning, og går foran.",
        "Eleven har allerede et bilde på beviset. Det blir stående.",
        "Tatt før. Eleven er spurt.",
        "Tatt. Eleven blir spurt.",
    ],
};

const NN: Words = Words {
    title: "Bilete frå fotografen",
    intro: "Last opp bileta som JPG-filer med elevnummeret som namn, til dømes 100042.jpg, eller samla i ei zip-fil. Elevane blir spurde i appen om biletet er av dei. Ingen får bytt eit bilete som alt er på beviset.",
    limits: |files, all, one| {
        format!(
            "Høgst {files} filer og {all} MB om gongen, og {one} MB for kvart bilete. Er det meir, så del det opp. Du kan trygt sende det same to gonger."
        )
    },
    files: "Filer",
    folder: "Eller ei heil mappe",
    send: "Last opp",
    stay: "Lat sida stå open til alt er lasta opp. Etterpå går det av seg sjølv.",
    earlier: "Tidlegare leveransar",
    none_earlier: "Ingen den siste månaden.",
    sent: |by, when| format!("Lasta opp av {by} {when}."),
    all_done: |total| match total {
        1 => "Ferdig: 1 fil er sett på.".to_owned(),
        total => format!("Ferdig: {total} filer er sette på."),
    },
    under_way: |done, total| format!("{done} av {total} filer er sette på."),
    cut_short: |done, total| {
        format!(
            "Stansa etter {done} av {total} filer. Last opp det same på nytt: det som er teke, blir ikkje teke igjen."
        )
    },
    progress: "Kor langt det er kome",
    look_again: "Oppdater sida",
    result: "Fil for fil",
    file: "Fil",
    what: "Kva som hende",
    empty: "Det var ingen bilete i det du lasta opp.",
    too_many: |most| format!("Det var for mange filer. Last opp høgst {most} om gongen."),
    too_large: |most| format!("Det var for stort. Last opp høgst {most} MB om gongen."),
    bad_zip: "Zip-fila kan ikkje lesast. Pakk ho på nytt utan passord, eller last opp bileta kvar for seg.",
    another: "Skulen har ein leveranse i gang. Vent til han er ferdig.",
    to_running: "Sjå kor langt han er komen",
    no_room: "Fleire andre skular leverer bilete akkurat no. Prøv igjen om litt.",
    queued: "I kø bak bilete frå andre skular. Det går av seg sjølv.",
    sending: "Lastar opp",
    not_sent: "Opplastinga blei broten. Prøv igjen.",
    not_taken: "Ikkje teke. Skulen kan sjå kvifor.",
    outcomes: [
        "Ingen elev på skulen har dette nummeret.",
        "Fila heiter ikkje elevnummer og .jpg.",
        "Fleire filer har same nummer. Ingen av dei er tekne.",
        "Fleire elevar har dette nummeret.",
        "Fila kan ikkje lesast som eit bilete, eller biletet er for lite (minst 600 × 600 punkt).",
        "Fila er for stor.",
        "Biletet kan ikkje brukast.",
        "Eleven har sagt at dette biletet ikkje er av seg.",
        "Elevens eige bilete ventar på godkjenning, og går føre.",
        "Eleven har allereie eit bilete på beviset. Det blir ståande.",
        "Teke før. Eleven er spurd.",
        "Teke. Eleven blir spurd.",
    ],
};

const EN: Words = Words {
    title: "Photographer's pictures",
    intro: "Upload the photos as JPG files named by the student number, such as 100042.jpg, or together in a zip file. The pupils are asked in the app whether the photo is of them. Nobody's photo that is on a card already is replaced.",
    limits: |files, all, one| {
        format!(
            "At most {files} files and {all} MB at a time, and {one} MB for each photo. If there is more, split it up. You can safely send the same twice."
        )
    },
    files: "Files",
    folder: "Or a whole folder",
    send: "Upload",
    stay: "Leave the page open until everything is uploaded. After that it goes by itself.",
    earlier: "Earlier deliveries",
    none_earlier: "None in the last month.",
    sent: |by, when| format!("Uploaded by {by}, {when}."),
    all_done: |total| match total {
        1 => "Done: 1 file has been looked at.".to_owned(),
        total => format!("Done: {total} files have been looked at."),
    },
    under_way: |done, total| format!("{done} of {total} files have been looked at."),
    cut_short: |done, total| {
        format!(
            "Stopped after {done} of {total} files. Upload the same again: what was taken is not taken twice."
        )
    },
    progress: "How far it is",
    look_again: "Refresh the page",
    result: "File by file",
    file: "File",
    what: "What happened",
    empty: "There were no photos in what you uploaded.",
    too_many: |most| format!("There were too many files. Upload at most {most} at a time."),
    too_large: |most| format!("It was too large. Upload at most {most} MB at a time."),
    bad_zip: "The zip file cannot be read. Pack it again without a password, or upload the photos one by one.",
    another: "A delivery of this school is under way. Wait until it is done.",
    to_running: "See how far it is",
    no_room: "Several other schools are sending photos right now. Try again in a while.",
    queued: "Waiting behind photos of other schools. It goes by itself.",
    sending: "Uploading",
    not_sent: "The upload was cut off. Try again.",
    not_taken: "Not taken. The school can see why.",
    outcomes: [
        "No pupil at the school has this number.",
        "The file is not named by a student number and .jpg.",
        "Several files have the same number. None of them is taken.",
        "Several pupils have this number.",
        "The file cannot be read as a photo, or the photo is too small (at least 600 × 600 pixels).",
        "The file is too large.",
        "The photo cannot be used.",
        "The pupil has said that this photo is of somebody else.",
        "The pupil's own photo waits for approval and goes first.",
        "The pupil has a photo on the card already. It stays.",
        "Taken before. The pupil has been asked.",
        "Taken. The pupil will be asked.",
    ],
};
