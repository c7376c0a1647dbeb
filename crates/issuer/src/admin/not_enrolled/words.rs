//! What the page says.

use crate::{db::entity::sms_message::State, web::Lang};

use super::{again::SentAgain, who::Step};

pub(super) struct Words {
    pub(super) title: &'static str,
    /// So many of so many have a card.
    pub(super) summary: fn(usize, usize) -> String,
    pub(super) all_have: &'static str,
    pub(super) by_class: &'static str,
    pub(super) class: &'static str,
    pub(super) no_class: &'static str,
    pub(super) whole_school: &'static str,
    pub(super) missing: &'static str,
    pub(super) of_all: &'static str,
    pub(super) people: &'static str,
    pub(super) columns: [&'static str; 5],
    steps: [&'static str; 5],
    pub(super) no_message: &'static str,
    pub(super) message_went: fn(&str) -> String,
    message_waits: &'static str,
    message_unclear: &'static str,
    message_failed: &'static str,
    message_no_number: &'static str,
    pub(super) download: &'static str,
    pub(super) again: &'static str,
    pub(super) about_again: fn(i64) -> String,
    pub(super) again_why: &'static str,
    pub(super) again_done: fn(SentAgain) -> String,
    pub(super) previous: &'static str,
    pub(super) next: &'static str,
    pub(super) no_messages: &'static str,
}

pub(super) fn of(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

impl Words {
    pub(super) fn step(&self, step: Step) -> &'static str {
        let [not_logged_in, no_photo, to_confirm, in_review, not_fetched] = self.steps;
        match step {
            Step::NotLoggedIn => not_logged_in,
            Step::NoPhoto => no_photo,
            Step::PhotoToConfirm => to_confirm,
            Step::PhotoInReview => in_review,
            Step::NotFetched => not_fetched,
        }
    }

    pub(super) fn message(&self, state: State) -> &'static str {
        match state {
            State::Waiting | State::Sending | State::Sent => self.message_waits,
            State::Unclear => self.message_unclear,
            State::Failed => self.message_failed,
            State::NoNumber => self.message_no_number,
            State::Lapsed | State::Skipped | State::Stopped => self.no_message,
        }
    }

    pub(super) fn class_name<'a>(&self, class: &'a str) -> &'a str {
        if class.is_empty() {
            self.no_class
        } else {
            class
        }
    }
}

const NB: Words = Words {
    title: "Ikke kommet i gang",
    summary: |have, all| format!("{have} av {all} har beviset på telefonen."),
    all_have: "Alle har beviset.",
    by_class: "Klasse for klasse",
    class: "Klasse",
    no_class: "Uten klasse",
    whole_school: "Hele skolen",
    missing: "Mangler",
    of_all: "Av",
    people: "Hvem som mangler beviset",
    columns: ["Klasse", "Navn", "Elevnummer", "Hvor langt", "SMS"],
    steps: [
        "Har aldri logget inn",
        "Mangler bilde",
        "Har ikke svart på om bildet er riktig",
        "Bildet venter på skolen",
        "Alt er klart, men beviset er ikke hentet",
    ],
    no_message: "Ikke sendt",
    message_went: |when| format!("Sendt {when}"),
    message_waits: "Blir sendt",
    message_unclear: "Usikkert om den kom fram",
    message_failed: "Kom ikke fram",
    message_no_number: "Mangler mobilnummer",
    download: "Last ned som regneark (CSV)",
    again: "Send meldingen på nytt",
    about_again: |days| {
        format!(
            "De som ikke har fått melding de siste {days} dagene, får «beviset er klart» én gang til. De som venter på at skolen godkjenner bildet, får ingen. Ingen får den midt på natta."
        )
    },
    again_why: "Hvorfor?",
    again_done: |done| {
        let mut said = match done.waiting {
            0 => "Ingen meldinger er lagt i køen.".to_owned(),
            1 => "1 melding er lagt i køen og går så snart den kan.".to_owned(),
            count => format!("{count} meldinger er lagt i køen og går så snart de kan."),
        };
        if done.too_early > 0 {
            said += &format!(" {} har fått en nylig, eller får en snart.", done.too_early);
        }
        if done.without > 0 {
            said += &format!(" For {} er det ingen melding å sende.", done.without);
        }
        said
    },
    previous: "Forrige side",
    next: "Neste side",
    no_messages: "Fylkeskommunen sender ikke SMS ennå.",
};

const NN: Words = Words {
    title: "Ikkje kome i gang",
    summary: |have, all| format!("{have} av {all} har beviset på telefonen."),
    all_have: "Alle har beviset.",
    by_class: "Klasse for klasse",
    class: "Klasse",
    no_class: "Utan klasse",
    whole_school: "Heile skulen",
    missing: "Manglar",
    of_all: "Av",
    people: "Kven som manglar beviset",
    columns: ["Klasse", "Namn", "Elevnummer", "Kor langt", "SMS"],
    steps: [
        "Har aldri logga inn",
        "Manglar bilete",
        "Har ikkje svart på om biletet er rett",
        "Biletet ventar på skulen",
        "Alt er klart, men beviset er ikkje henta",
    ],
    no_message: "Ikkje sendt",
    message_went: |when| format!("Sendt {when}"),
    message_waits: "Blir sendt",
    message_unclear: "Uvisst om ho kom fram",
    message_failed: "Kom ikkje fram",
    message_no_number: "Manglar mobilnummer",
    download: "Last ned som rekneark (CSV)",
    again: "Send meldinga på nytt",
    about_again: |days| {
        format!(
            "Dei som ikkje har fått melding dei siste {days} dagane, får «beviset er klart» éin gong til. Dei som ventar på at skulen godkjenner biletet, får inga. Ingen får ho midt på natta."
        )
    },
    again_why: "Kvifor?",
    again_done: |done| {
        let mut said = match done.waiting {
            0 => "Ingen meldingar er lagde i køen.".to_owned(),
            1 => "1 melding er lagd i køen og går så snart ho kan.".to_owned(),
            count => format!("{count} meldingar er lagde i køen og går så snart dei kan."),
        };
        if done.too_early > 0 {
            said += &format!(" {} har fått ei nyleg, eller får ei snart.", done.too_early);
        }
        if done.without > 0 {
            said += &format!(" For {} er det inga melding å sende.", done.without);
        }
        said
    },
    previous: "Førre side",
    next: "Neste side",
    no_messages: "Fylkeskommunen sender ikkje SMS enno.",
};

const EN: Words = Words {
    title: "Not started yet",
    summary: |have, all| format!("{have} of {all} have the card on their phone."),
    all_have: "Everyone has the card.",
    by_class: "Class by class",
    class: "Class",
    no_class: "Without a class",
    whole_school: "The whole school",
    missing: "Without",
    of_all: "Of",
    people: "Who has no card",
    columns: ["Class", "Name", "Student number", "How far", "Text message"],
    steps: [
        "Has never logged in",
        "Has no photo",
        "Has not said whether the photo is right",
        "The photo waits for the school",
        "All is ready, but the card has not been fetched",
    ],
    no_message: "Not sent",
    message_went: |when| format!("Sent {when}"),
    message_waits: "Will be sent",
    message_unclear: "Unknown whether it arrived",
    message_failed: "Did not arrive",
    message_no_number: "No mobile number",
    download: "Download as a spreadsheet (CSV)",
    again: "Send the message again",
    about_again: |days| {
        format!(
            "Those who have had no message in the last {days} days get “your card is ready” once more. Those who wait for the school to approve the photo get none. Nobody gets it in the middle of the night."
        )
    },
    again_why: "Why?",
    again_done: |done| {
        let mut said = match done.waiting {
            0 => "No messages are queued.".to_owned(),
            1 => "1 message is queued and goes as soon as it can.".to_owned(),
            count => format!("{count} messages are queued and go as soon as they can."),
        };
        if done.too_early > 0 {
            said += &format!(" {} had one lately, or will have one soon.", done.too_early);
        }
        if done.without > 0 {
            said += &format!(" For {} there is no message to send.", done.without);
        }
        said
    },
    previous: "Previous page",
    next: "Next page",
    no_messages: "The county does not send text messages yet.",
};
