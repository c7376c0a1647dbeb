//! What the county's first page says, and what all of its pages share.

use crate::web::Lang;

use super::Place;

/// What more than one page says.
pub(crate) struct Common {
    areas: [&'static str; 8],
    pub(crate) areas_label: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) reason_hint: &'static str,
    pub(crate) reason_wanted: &'static str,
    pub(crate) when: &'static str,
    pub(crate) by_whom: &'static str,
    pub(crate) state: &'static str,
    pub(crate) next_page: &'static str,
    pub(crate) previous_page: &'static str,
    pub(crate) nothing_here: &'static str,
    pub(crate) pages: &'static str,
}

impl Common {
    pub(crate) fn of(lang: Lang) -> &'static Self {
        lang.of(&COMMON_NB, &COMMON_NN, &COMMON_EN)
    }

    pub(super) fn area(&self, area: Place) -> &'static str {
        let [
            overview,
            runs,
            faults,
            keys,
            messages,
            schools,
            staff,
            audit,
        ] = self.areas;
        match area {
            Place::Overview => overview,
            Place::Runs => runs,
            Place::Faults => faults,
            Place::Keys => keys,
            Place::Messages => messages,
            Place::Schools => schools,
            Place::Staff => staff,
            Place::Audit => audit,
        }
    }
}

const COMMON_NB: Common = Common {
    areas: [
        "Oversikt", "Synk", "Feil", "Nøkler", "SMS", "Skoler", "Roller", "Logg",
    ],
    areas_label: "Fylkeskommunens sider",
    reason: "Hvorfor?",
    reason_hint: "Begrunnelsen lagres i loggen sammen med navnet ditt.",
    reason_wanted: "Skriv en begrunnelse på høyst 500 tegn.",
    when: "Når",
    by_whom: "Av hvem",
    state: "Status",
    next_page: "Neste side",
    previous_page: "Forrige side",
    nothing_here: "Ingenting å vise her.",
    pages: "Sider",
};

const COMMON_NN: Common = Common {
    areas: [
        "Oversikt", "Synk", "Feil", "Nøklar", "SMS", "Skular", "Roller", "Logg",
    ],
    areas_label: "Sidene til fylkeskommunen",
    reason: "Kvifor?",
    reason_hint: "Grunngivinga blir lagra i loggen saman med namnet ditt.",
    reason_wanted: "Skriv ei grunngiving på høgst 500 teikn.",
    when: "Når",
    by_whom: "Av kven",
    state: "Status",
    next_page: "Neste side",
    previous_page: "Førre side",
    nothing_here: "Ingenting å vise her.",
    pages: "Sider",
};

const COMMON_EN: Common = Common {
    areas: [
        "Overview", "Sync", "Faults", "Keys", "SMS", "Schools", "Roles", "Log",
    ],
    areas_label: "The county’s pages",
    reason: "Why?",
    reason_hint: "The reason is kept in the log together with your name.",
    reason_wanted: "Write a reason of at most 500 characters.",
    when: "When",
    by_whom: "By whom",
    state: "State",
    next_page: "Next page",
    previous_page: "Previous page",
    nothing_here: "Nothing to show here.",
    pages: "Pages",
};

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) run_waits: &'static str,
    pub(super) look_and_decide: &'static str,
    pub(super) rotate_before: fn(&str) -> String,
    pub(super) rotate_how: &'static str,
    pub(super) now: &'static str,
    pub(super) last_run: &'static str,
    pub(super) never_run: &'static str,
    pub(super) photos_waiting: &'static str,
    pub(super) messages_waiting: &'static str,
    pub(super) messages_stuck: &'static str,
    pub(super) over_time: &'static str,
    pub(super) not_counted: &'static str,
    pub(super) counted_on: fn(&str) -> String,
    pub(super) choose_span: &'static str,
    pub(super) days: fn(u64) -> String,
    pub(super) people_with_card: &'static str,
    pub(super) enrolled: &'static str,
    pub(super) eligible: &'static str,
    pub(super) new_cards: &'static str,
    pub(super) new_cards_short: &'static str,
    pub(super) photos: &'static str,
    pub(super) syncs: &'static str,
    pub(super) syncs_applied: &'static str,
    pub(super) syncs_stopped: &'static str,
    pub(super) plot_label: fn(&str, &str) -> String,
    pub(super) as_table: &'static str,
    pub(super) day: &'static str,
    pub(super) by_school: &'static str,
    pub(super) school: &'static str,
    pub(super) share: &'static str,
    pub(super) in_training: &'static str,
}

impl Words {
    pub(super) fn of(lang: Lang) -> &'static Self {
        lang.of(&NB, &NN, &EN)
    }
}

const NB: Words = Words {
    title: "Slik står det til",
    about: "Synk, nøkler, SMS, skoler, roller, loggen og tall over tid.",
    run_waits: "En synk er stanset fordi den ville endre uvanlig mye. Ingenting er endret før noen har bestemt seg.",
    look_and_decide: "Se på endringene og bestem",
    rotate_before: |day| format!("Signeringsnøkkelen må byttes før {day}."),
    rotate_how: "Slik gjør du det",
    now: "Akkurat nå",
    last_run: "Siste synk",
    never_run: "Skolelistene er ikke lest ennå.",
    photos_waiting: "Bilder som venter",
    messages_waiting: "SMS som venter",
    messages_stuck: "SMS som ikke kom fram",
    over_time: "Over tid",
    not_counted: "De første tallene kommer i natt.",
    counted_on: |day| format!("Tallene viser hvordan det var {day}."),
    choose_span: "Vis de siste",
    days: |days| format!("{days} dagene"),
    people_with_card: "Hvor mange har tatt beviset i bruk?",
    enrolled: "Har bevis",
    eligible: "Har rett til bevis",
    new_cards: "Nye bevis per dag",
    new_cards_short: "Fikk sitt første bevis",
    photos: "Bilder som venter på skolen",
    syncs: "Synker per dag",
    syncs_applied: "Gjennomført",
    syncs_stopped: "Stanset eller feilet",
    plot_label: |title, newest| {
        format!("{title} Sist: {newest}. Alle tallene står i tabellen under.")
    },
    as_table: "Vis tallene som tabell",
    day: "Dag",
    by_school: "Skole for skole",
    school: "Skole",
    share: "Andel",
    in_training: "I lære",
};

const NN: Words = Words {
    title: "Slik står det til",
    about: "Synk, nøklar, SMS, skular, roller, loggen og tal over tid.",
    run_waits: "Ein synk er stansa fordi han ville endre uvanleg mykje. Ingenting er endra før nokon har bestemt seg.",
    look_and_decide: "Sjå på endringane og bestem",
    rotate_before: |day| format!("Signeringsnøkkelen må bytast før {day}."),
    rotate_how: "Slik gjer du det",
    now: "Akkurat no",
    last_run: "Siste synk",
    never_run: "Skulelistene er ikkje lesne enno.",
    photos_waiting: "Bilete som ventar",
    messages_waiting: "SMS som ventar",
    messages_stuck: "SMS som ikkje kom fram",
    over_time: "Over tid",
    not_counted: "Dei første tala kjem i natt.",
    counted_on: |day| format!("Tala viser korleis det var {day}."),
    choose_span: "Vis dei siste",
    days: |days| format!("{days} dagane"),
    people_with_card: "Kor mange har teke beviset i bruk?",
    enrolled: "Har bevis",
    eligible: "Har rett til bevis",
    new_cards: "Nye bevis per dag",
    new_cards_short: "Fekk sitt første bevis",
    photos: "Bilete som ventar på skulen",
    syncs: "Synkar per dag",
    syncs_applied: "Gjennomført",
    syncs_stopped: "Stansa eller feila",
    plot_label: |title, newest| format!("{title} Sist: {newest}. Alle tala står i tabellen under."),
    as_table: "Vis tala som tabell",
    day: "Dag",
    by_school: "Skule for skule",
    school: "Skule",
    share: "Del",
    in_training: "I lære",
};

const EN: Words = Words {
    title: "How it stands",
    about: "Sync, keys, SMS, schools, roles, the log, and numbers over time.",
    run_waits: "A sync was stopped because it would change unusually much. Nothing is changed until somebody has decided.",
    look_and_decide: "Look at the changes and decide",
    rotate_before: |day| format!("The signing key must be changed before {day}."),
    rotate_how: "How to do it",
    now: "Right now",
    last_run: "Latest sync",
    never_run: "The school records have not been read yet.",
    photos_waiting: "Photos waiting",
    messages_waiting: "SMS waiting",
    messages_stuck: "SMS that did not arrive",
    over_time: "Over time",
    not_counted: "The first numbers come tonight.",
    counted_on: |day| format!("The numbers show how it was on {day}."),
    choose_span: "Show the last",
    days: |days| format!("{days} days"),
    people_with_card: "How many use the card?",
    enrolled: "Have a card",
    eligible: "May have a card",
    new_cards: "New cards a day",
    new_cards_short: "Got their first card",
    photos: "Photos waiting for the school",
    syncs: "Syncs a day",
    syncs_applied: "Carried out",
    syncs_stopped: "Stopped or failed",
    plot_label: |title, newest| {
        format!("{title} Latest: {newest}. All numbers are in the table below.")
    },
    as_table: "Show the numbers as a table",
    day: "Day",
    by_school: "School by school",
    school: "School",
    share: "Share",
    in_training: "In training",
};
