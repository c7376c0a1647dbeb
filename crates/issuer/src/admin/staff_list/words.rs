//! What the page about roles says.

use crate::web::Lang;

pub(in crate::admin) struct Words {
    pub(in crate::admin) title: &'static str,
    pub(in crate::admin) lead: &'static str,
    pub(in crate::admin) now: &'static str,
    pub(in crate::admin) who: &'static str,
    pub(in crate::admin) who_hint: &'static str,
    pub(in crate::admin) role: &'static str,
    pub(in crate::admin) where_at: &'static str,
    pub(in crate::admin) whole_county: &'static str,
    pub(in crate::admin) given: &'static str,
    pub(in crate::admin) change: &'static str,
    pub(in crate::admin) end: &'static str,
    pub(in crate::admin) give_title: &'static str,
    pub(in crate::admin) give: &'static str,
    pub(in crate::admin) last_admin: &'static str,
    pub(in crate::admin) said_given: &'static str,
    pub(in crate::admin) said_ended: &'static str,
    pub(in crate::admin) said_has: &'static str,
    pub(in crate::admin) said_gone: &'static str,
    pub(in crate::admin) bad_name: &'static str,
    pub(in crate::admin) bad_place: &'static str,
}

impl Words {
    pub(in crate::admin) fn of(lang: Lang) -> &'static Self {
        lang.of(&NB, &NN, &EN)
    }
}

const NB: Words = Words {
    title: "Roller",
    lead: "Roller gis her og aldri av Feide alene.",
    now: "Hvem har en rolle?",
    who: "Feide-navn",
    who_hint: "Slik det står i Feide, for eksempel kari.nord@fylket.no.",
    role: "Rolle",
    where_at: "Hvor",
    whole_county: "Hele fylkeskommunen",
    given: "Gitt",
    change: "Avslutt",
    end: "Avslutt rollen",
    give_title: "Gi en rolle",
    give: "Gi rollen",
    last_admin: "Den siste fylkesadministratoren kan ikke fjernes. Gi rollen til en annen først.",
    said_given: "Rollen er gitt.",
    said_ended: "Rollen er avsluttet.",
    said_has: "Personen har rollen alt.",
    said_gone: "Rollen var avsluttet alt.",
    bad_name: "Skriv hele Feide-navnet, med @.",
    bad_place: "Denne rollen kan ikke gis der.",
};

const NN: Words = Words {
    title: "Roller",
    lead: "Roller blir gitt her og aldri av Feide åleine.",
    now: "Kven har ei rolle?",
    who: "Feide-namn",
    who_hint: "Slik det står i Feide, til dømes kari.nord@fylket.no.",
    role: "Rolle",
    where_at: "Kvar",
    whole_county: "Heile fylkeskommunen",
    given: "Gitt",
    change: "Avslutt",
    end: "Avslutt rolla",
    give_title: "Gi ei rolle",
    give: "Gi rolla",
    last_admin: "Den siste fylkesadministratoren kan ikkje fjernast. Gi rolla til ein annan først.",
    said_given: "Rolla er gitt.",
    said_ended: "Rolla er avslutta.",
    said_has: "Personen har rolla alt.",
    said_gone: "Rolla var avslutta alt.",
    bad_name: "Skriv heile Feide-namnet, med @.",
    bad_place: "Denne rolla kan ikkje givast der.",
};

const EN: Words = Words {
    title: "Roles",
    lead: "Roles are given here and never by Feide alone.",
    now: "Who has a role?",
    who: "Feide name",
    who_hint: "As Feide has it, such as kari.nord@fylket.no.",
    role: "Role",
    where_at: "Where",
    whole_county: "The whole county",
    given: "Given",
    change: "End",
    end: "End the role",
    give_title: "Give a role",
    give: "Give the role",
    last_admin: "The last county administrator cannot be removed. Give the role to someone else first.",
    said_given: "The role is given.",
    said_ended: "The role is ended.",
    said_has: "The person has the role already.",
    said_gone: "The role was ended already.",
    bad_name: "Write the whole Feide name, with @.",
    bad_place: "That role cannot be given there.",
};
