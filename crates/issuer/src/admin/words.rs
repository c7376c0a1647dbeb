//! What the front page of the staff says.

use super::Lang;

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) hello: fn(&str) -> String,
    pub(super) your_roles: &'static str,
    pub(super) whole_county: &'static str,
    pub(super) nothing_yet: &'static str,
}

pub(super) fn of(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

const NB: Words = Words {
    title: "Det du kan gjøre her",
    hello: |name| format!("Hei, {name}!"),
    your_roles: "Rollene dine",
    whole_county: "hele fylket",
    nothing_yet: "Rollen din har ingen sider her ennå.",
};

const NN: Words = Words {
    title: "Det du kan gjere her",
    hello: |name| format!("Hei, {name}!"),
    your_roles: "Rollene dine",
    whole_county: "heile fylket",
    nothing_yet: "Rolla di har ingen sider her enno.",
};

const EN: Words = Words {
    title: "What you can do here",
    hello: |name| format!("Hello, {name}!"),
    your_roles: "Your roles",
    whole_county: "the whole county",
    nothing_yet: "Your role has no pages here yet.",
};
