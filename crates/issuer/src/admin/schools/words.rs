//! What the page about schools says.

use crate::web::Lang;

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) sms_later: &'static str,
    pub(super) school: &'static str,
    pub(super) number: &'static str,
    pub(super) is_on: &'static str,
    pub(super) is_off: &'static str,
    pub(super) with_card: &'static str,
    pub(super) by_settings: &'static str,
    pub(super) change: &'static str,
    pub(super) switch_on: &'static str,
    pub(super) switch_off: &'static str,
    pub(super) said_on: &'static str,
    pub(super) said_off: &'static str,
    pub(super) said_as_it_is: &'static str,
}

impl Words {
    pub(super) fn of(lang: Lang) -> &'static Self {
        lang.of(&NB, &NN, &EN)
    }
}

const NB: Words = Words {
    title: "Skoler som bruker beviset",
    lead: "Slås en skole av, gjelder ikke elevenes bevis lenger, og appen sier at skolen ikke bruker beviset. Slås den på igjen, gjelder bevisene igjen. Begge deler skjer med en gang.",
    sms_later: "SMS til elever på en skole som slås på, sendes etter neste synk.",
    school: "Skole",
    number: "Skolenummer",
    is_on: "Bruker beviset",
    is_off: "Bruker ikke beviset",
    with_card: "Har bevis",
    by_settings: "Etter innstillingene",
    change: "Endre",
    switch_on: "Slå på",
    switch_off: "Slå av",
    said_on: "Skolen er slått på.",
    said_off: "Skolen er slått av.",
    said_as_it_is: "Noen rakk det før deg.",
};

const NN: Words = Words {
    title: "Skular som bruker beviset",
    lead: "Blir ein skule slått av, gjeld ikkje bevisa til elevane lenger, og appen seier at skulen ikkje bruker beviset. Blir han slått på igjen, gjeld bevisa igjen. Begge delar skjer med ein gong.",
    sms_later: "SMS til elevar på ein skule som blir slått på, blir sende etter neste synk.",
    school: "Skule",
    number: "Skulenummer",
    is_on: "Bruker beviset",
    is_off: "Bruker ikkje beviset",
    with_card: "Har bevis",
    by_settings: "Etter innstillingane",
    change: "Endre",
    switch_on: "Slå på",
    switch_off: "Slå av",
    said_on: "Skulen er slått på.",
    said_off: "Skulen er slått av.",
    said_as_it_is: "Nokon rakk det før deg.",
};

const EN: Words = Words {
    title: "Schools that use the card",
    lead: "If a school is switched off, its pupils’ cards hold no longer, and the app says that the school does not use the card. Switched on again, the cards hold again. Both happen at once.",
    sms_later: "SMS to pupils at a school that is switched on are sent after the next sync.",
    school: "School",
    number: "School number",
    is_on: "Uses the card",
    is_off: "Does not use the card",
    with_card: "Have a card",
    by_settings: "By the settings",
    change: "Change",
    switch_on: "Switch on",
    switch_off: "Switch off",
    said_on: "The school is switched on.",
    said_off: "The school is switched off.",
    said_as_it_is: "Somebody did that before you.",
};
