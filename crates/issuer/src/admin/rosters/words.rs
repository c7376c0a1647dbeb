//! What the pages say.

use crate::{
    roster::{BadLine, LineFault, NamedBy, RosterError},
    web::Lang,
};

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) intro: &'static str,
    pub(super) lists: &'static str,
    pub(super) no_lists: &'static str,
    /// Candidates, photos, by whom, when.
    pub(super) about: fn(i64, i64, &str, &str) -> String,
    pub(super) download: &'static str,
    pub(super) delete: &'static str,
    pub(super) delete_why: &'static str,
    pub(super) delete_means: &'static str,
    pub(super) new: &'static str,
    pub(super) exam: &'static str,
    pub(super) exam_hint: &'static str,
    pub(super) day: &'static str,
    pub(super) time: &'static str,
    pub(super) late: &'static str,
    pub(super) who: &'static str,
    pub(super) classes: &'static str,
    pub(super) room: &'static str,
    pub(super) no_classes: &'static str,
    pub(super) or_file: &'static str,
    pub(super) file_hint: &'static str,
    pub(super) make: &'static str,
    pub(super) made: &'static str,
    pub(super) deleted: &'static str,
    pub(super) lines: &'static str,
    pub(super) no_title: &'static str,
    pub(super) no_time: &'static str,
    pub(super) no_late: &'static str,
    pub(super) nobody_chosen: &'static str,
    pub(super) both_chosen: &'static str,
    pub(super) bad_file: &'static str,
    /// Where a school has named somebody who is not there.
    from_elsewhere: &'static str,
    over: &'static str,
    nobody: &'static str,
    no_class: fn(&str) -> String,
    too_early: fn(&str) -> String,
    too_large: &'static str,
    line: fn(usize, &str) -> String,
    not_utf8: &'static str,
    twice: fn(&str) -> String,
    no_columns: &'static str,
    cells: &'static str,
    birth_date: &'static str,
    no_one: &'static str,
    already: &'static str,
    unknown: [&'static str; 2],
    several: [&'static str; 2],
}

pub(super) fn of(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

impl Words {
    /// Why no list was made, and of which lines; none for what is no fault of the one who asked.
    pub(super) fn refused(
        &self,
        why: &RosterError,
        whole_county: bool,
        lang: Lang,
    ) -> Option<(String, Vec<String>)> {
        let said = match why {
            RosterError::Over => self.over.to_owned(),
            RosterError::NoClass { class, .. } => (self.no_class)(class),
            RosterError::Nobody => self.nobody.to_owned(),
            RosterError::BadLines(lines) => {
                let is_unknown = |line: &BadLine| matches!(line.what, LineFault::Nobody { .. });
                let mut said = self.bad_file.to_owned();
                if !whole_county && lines.iter().any(is_unknown) {
                    said = format!("{said} {}", self.from_elsewhere);
                }
                return Some((said, lines.iter().map(|line| self.line(line)).collect()));
            }
            RosterError::TooEarly { until } => (self.too_early)(&lang.day(*until)),
            RosterError::Refused(_) => self.too_large.to_owned(),
            RosterError::NoSchool(_)
            | RosterError::Keys(_)
            | RosterError::Sign(_)
            | RosterError::Random(_)
            | RosterError::Record(_)
            | RosterError::Database(_) => return None,
        };
        Some((said, Vec::new()))
    }

    pub(super) fn line(&self, bad: &BadLine) -> String {
        let by = |[number, name]: [&'static str; 2], by| match by {
            NamedBy::Number => number,
            NamedBy::NameAndBirth => name,
        };
        let what = match bad.what {
            LineFault::NotUtf8 => self.not_utf8.to_owned(),
            LineFault::ColumnTwice(column) => (self.twice)(column),
            LineFault::NoColumns => self.no_columns.to_owned(),
            LineFault::Cells { .. } => self.cells.to_owned(),
            LineFault::BirthDate => self.birth_date.to_owned(),
            LineFault::NoOne => self.no_one.to_owned(),
            LineFault::Already => self.already.to_owned(),
            LineFault::Nobody { by: named, .. } => by(self.unknown, named).to_owned(),
            LineFault::Several { by: named } => by(self.several, named).to_owned(),
        };
        (self.line)(bad.line, &what)
    }
}

const NB: Words = Words {
    title: "Eksamenslister",
    intro: "Lista er signert og virker uten nett: eksamensvakten åpner fila i appen og skanner kandidatene inn. Den inneholder navn og bilder, så gi den bare til eksamensvaktene. Den slettes av seg selv når dagen er over.",
    lists: "Lister",
    no_lists: "Ingen lister ennå.",
    about: |candidates, photos, by, when| {
        format!("{candidates} kandidater, {photos} med bilde. Laget av {by} {when}.")
    },
    download: "Last ned",
    delete: "Slett",
    delete_why: "Hvorfor?",
    delete_means: "Lista slettes her. Er den åpnet i en app, blir den der til dagen er over.",
    new: "Ny liste",
    exam: "Eksamen",
    exam_hint: "Fagkode og navn, som «NOR1267 Norsk hovedmål».",
    day: "Dag",
    time: "Klokkeslett",
    late: "For sent etter så mange minutter",
    who: "Hvem skal møte?",
    classes: "Hele klasser",
    room: "Rom",
    no_classes: "Ingen klasser er lest inn.",
    or_file: "Eller en fil",
    file_hint: "CSV fra regneark. Første linje: elevnummer, eller navn og fødselsdato, og gjerne rom.",
    make: "Lag lista",
    made: "Lista er laget. Last den ned her.",
    deleted: "Lista er slettet.",
    lines: "Rett disse linjene, og last opp på nytt:",
    no_title: "Skriv hvilken eksamen det er, på høyst 200 tegn.",
    no_time: "Velg dag og klokkeslett.",
    no_late: "Skriv hvor mange minutter som gjelder, fra 0 til 600.",
    nobody_chosen: "Velg minst én klasse, eller en fil.",
    both_chosen: "Velg klasser eller fil, ikke begge.",
    bad_file: "Ingen liste ble laget: noe i fila må rettes først.",
    from_elsewhere: "Bare elever ved skolen kan stå på lista. Er noen fra en annen skole, må fylkeskommunen lage den.",
    over: "Den dagen er over.",
    nobody: "Det er ingen på lista som har rett til bevis den dagen.",
    no_class: |class| format!("Ingen går i klasse {class} den dagen."),
    too_early: |until| {
        format!("Lista kan ikke lages så lang tid i forveien ennå. Den kan gjelde til {until}.")
    },
    too_large: "Lista blir for stor, eller for langt fram i tid. Lag én for hvert rom, nærmere dagen.",
    line: |line, what| format!("Linje {line}: {what}"),
    not_utf8: "Bokstavene kan ikke leses. Lagre som «CSV UTF-8».",
    twice: |column| format!("Kolonnen {column} er der to ganger."),
    no_columns: "Første linje må ha kolonnene elevnummer, eller navn og fødselsdato, og rom om det er rom.",
    cells: "Linjen har et annet antall celler enn den første.",
    birth_date: "Skriv fødselsdatoen som 29.02.2008.",
    no_one: "Skriv elevnummer, eller både navn og fødselsdato.",
    already: "Denne eleven står der allerede. Ta bort linjen.",
    unknown: [
        "Ingen med dette elevnummeret har rett til bevis den dagen.",
        "Ingen med dette navnet og denne fødselsdatoen har rett til bevis den dagen.",
    ],
    several: [
        "Flere har dette elevnummeret. Skriv navn og fødselsdato i stedet.",
        "Flere har dette navnet og denne fødselsdatoen. Skriv elevnummer i stedet.",
    ],
};

const NN: Words = Words {
    title: "Eksamenslister",
    intro: "Lista er signert og verkar utan nett: eksamensvakta opnar fila i appen og skannar kandidatane inn. Ho inneheld namn og bilete, så gi ho berre til eksamensvaktene. Ho blir sletta av seg sjølv når dagen er over.",
    lists: "Lister",
    no_lists: "Ingen lister enno.",
    about: |candidates, photos, by, when| {
        format!("{candidates} kandidatar, {photos} med bilete. Laga av {by} {when}.")
    },
    download: "Last ned",
    delete: "Slett",
    delete_why: "Kvifor?",
    delete_means: "Lista blir sletta her. Er ho opna i ein app, blir ho der til dagen er over.",
    new: "Ny liste",
    exam: "Eksamen",
    exam_hint: "Fagkode og namn, som «NOR1267 Norsk hovudmål».",
    day: "Dag",
    time: "Klokkeslett",
    late: "For seint etter så mange minutt",
    who: "Kven skal møte?",
    classes: "Heile klassar",
    room: "Rom",
    no_classes: "Ingen klassar er lesne inn.",
    or_file: "Eller ei fil",
    file_hint: "CSV frå rekneark. Første linja: elevnummer, eller namn og fødselsdato, og gjerne rom.",
    make: "Lag lista",
    made: "Lista er laga. Last ho ned her.",
    deleted: "Lista er sletta.",
    lines: "Rett desse linjene, og last opp på nytt:",
    no_title: "Skriv kva eksamen det er, på høgst 200 teikn.",
    no_time: "Vel dag og klokkeslett.",
    no_late: "Skriv kor mange minutt som gjeld, frå 0 til 600.",
    nobody_chosen: "Vel minst éin klasse, eller ei fil.",
    both_chosen: "Vel klassar eller fil, ikkje begge.",
    bad_file: "Inga liste blei laga: noko i fila må rettast først.",
    from_elsewhere: "Berre elevar ved skulen kan stå på lista. Er nokon frå ein annan skule, må fylkeskommunen lage ho.",
    over: "Den dagen er over.",
    nobody: "Det er ingen på lista som har rett til bevis den dagen.",
    no_class: |class| format!("Ingen går i klasse {class} den dagen."),
    too_early: |until| {
        format!("Lista kan ikkje lagast så lang tid i førevegen enno. Ho kan gjelde til {until}.")
    },
    too_large: "Lista blir for stor, eller for langt fram i tid. Lag éi for kvart rom, nærare dagen.",
    line: |line, what| format!("Linje {line}: {what}"),
    not_utf8: "Bokstavane kan ikkje lesast. Lagre som «CSV UTF-8».",
    twice: |column| format!("Kolonnen {column} er der to gonger."),
    no_columns: "Første linja må ha kolonnane elevnummer, eller namn og fødselsdato, og rom om det er rom.",
    cells: "Linja har eit anna tal på celler enn den første.",
    birth_date: "Skriv fødselsdatoen som 29.02.2008.",
    no_one: "Skriv elevnummer, eller både namn og fødselsdato.",
    already: "Denne eleven står der alt. Ta bort linja.",
    unknown: [
        "Ingen med dette elevnummeret har rett til bevis den dagen.",
        "Ingen med dette namnet og denne fødselsdatoen har rett til bevis den dagen.",
    ],
    several: [
        "Fleire har dette elevnummeret. Skriv namn og fødselsdato i staden.",
        "Fleire har dette namnet og denne fødselsdatoen. Skriv elevnummer i staden.",
    ],
};

const EN: Words = Words {
    title: "Exam lists",
    intro: "The list is signed and works without a network: the invigilator opens the file in the app and scans the candidates in. It holds names and photos, so give it to the invigilators only. It is deleted by itself when the day is over.",
    lists: "Lists",
    no_lists: "No lists yet.",
    about: |candidates, photos, by, when| {
        format!("{candidates} candidates, {photos} with a photo. Made by {by}, {when}.")
    },
    download: "Download",
    delete: "Delete",
    delete_why: "Why?",
    delete_means: "The list is deleted here. If it has been opened in an app, it stays there until the day is over.",
    new: "New list",
    exam: "Exam",
    exam_hint: "Code and name, such as “NOR1267 Norsk hovedmål”.",
    day: "Day",
    time: "Time",
    late: "Late after so many minutes",
    who: "Who is expected?",
    classes: "Whole classes",
    room: "Room",
    no_classes: "No classes have been read.",
    or_file: "Or a file",
    file_hint: "CSV from a spreadsheet. First line: student_number, or name and birth_date, and room if there are rooms.",
    make: "Make the list",
    made: "The list is made. Download it here.",
    deleted: "The list is deleted.",
    lines: "Put these lines right and upload again:",
    no_title: "Write which exam it is, in at most 200 characters.",
    no_time: "Choose a day and a time.",
    no_late: "Write how many minutes, from 0 to 600.",
    nobody_chosen: "Choose at least one class, or a file.",
    both_chosen: "Choose classes or a file, not both.",
    bad_file: "No list was made: something in the file must be put right first.",
    from_elsewhere: "Only the school's own pupils can be on the list. If somebody is from another school, the county must make it.",
    over: "That day is over.",
    nobody: "Nobody on the list has a right to a card on that day.",
    no_class: |class| format!("Nobody is in class {class} on that day."),
    too_early: |until| {
        format!("The list cannot be made so long ahead yet. It can hold until {until}.")
    },
    too_large: "The list is too large, or too far ahead. Make one for each room, closer to the day.",
    line: |line, what| format!("Line {line}: {what}"),
    not_utf8: "The letters cannot be read. Save as “CSV UTF-8”.",
    twice: |column| format!("The column {column} is there twice."),
    no_columns: "The first line must name the columns: student_number, or name and birth_date; and room, if there are rooms.",
    cells: "The line has another number of cells than the first.",
    birth_date: "Write the birth date as 29.02.2008.",
    no_one: "Write the student number, or both name and birth date.",
    already: "This pupil is there already. Take the line out.",
    unknown: [
        "Nobody with this student number has a right to a card on that day.",
        "Nobody with this name and birth date has a right to a card on that day.",
    ],
    several: [
        "Several people have this student number. Write name and birth date instead.",
        "Several people have this name and birth date. Write the student number instead.",
    ],
};
