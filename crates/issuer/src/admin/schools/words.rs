//! What the page about schools says.

use crate::web::Lang;

pub(in crate::admin) struct Words {
    pub(in crate::admin) title: &'static str,
    pub(in crate::admin) lead: &'static str,
    pub(in crate::admin) sms_later: &'static str,
    pub(in crate::admin) school: &'static str,
    pub(in crate::admin) number: &'static str,
    pub(in crate::admin) is_on: &'static str,
    pub(in crate::admin) is_off: &'static str,
    pub(in crate::admin) with_card: &'static str,
    pub(in crate::admin) by_settings: &'static str,
    pub(in crate::admin) change: &'static str,
    pub(in crate::admin) switch_on: &'static str,
    pub(in crate::admin) switch_off: &'static str,
    pub(in crate::admin) said_on: &'static str,
    pub(in crate::admin) said_off: &'static str,
    pub(in crate::admin) said_as_it_is: &'static str,
}

impl Words {
    pub(in crate::admin) fn of(lang: Lang) -> &'static Self {
        lang.of(&NB, &NN, &EN)
    }
}

const NB: Words = Words {
    title: "Skoler som bruker kortet",
    lead: "Slås en skole av, gjelder ikke elevenes kort lenger, og appen sier at skolen ikke bruker kortet. Slås den på igjen, gjelder kortene igjen. Begge deler skjer med en gang.",
    sms_later: "SMS til elever på en skole som slås på, sendes etter neste synk.",
    school: "Skole",
    number: "Skolenummer",
    is_on: "Bruker kortet",
    is_off: "Bruker ikke kortet",
    with_card: "Har kort",
    by_settings: "Etter innstillingene",
    change: "Endre",
    switch_on: "Slå på",
    switch_off: "Slå av",
    said_on: "Skolen er slått på.",
    said_off: "Skolen er slått av.",
    said_as_it_is: "Noen andre var raskere: skolen var slik alt.",
};

const NN: Words = Words {
    title: "Skular som bruker kortet",
    lead: "Blir ein skule slått av, gjeld ikkje korta til elevane lenger, og appen seier at skulen ikkje bruker kortet. Blir han slått på igjen, gjeld korta igjen. Begge delar skjer med ein gong.",
    sms_later: "SMS til elevar på ein skule som blir slått på, blir sende etter neste synk.",
    school: "Skule",
    number: "Skulenummer",
    is_on: "Bruker kortet",
    is_off: "Bruker ikkje kortet",
    with_card: "Har kort",
    by_settings: "Etter innstillingane",
    change: "Endre",
    switch_on: "Slå på",
    switch_off: "Slå av",
    said_on: "Skulen er slått på.",
    said_off: "Skulen er slått av.",
    said_as_it_is: "Nokon andre var raskare: skulen var slik alt.",
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
    said_as_it_is: "Somebody else was faster: the school was so already.",
};
