//! The notices in words, in three languages: short, friendly, and with nothing personal on a locked screen.

use minid_guide::PlanEventKind;

use super::planner::ReminderKind;
use crate::preferences::Language;

/// Title and body.
pub(crate) fn words(kind: ReminderKind, language: Language) -> (&'static str, &'static str) {
    let [nb, nn, en] = in_all(kind);
    match language {
        Language::Nb => nb,
        Language::Nn => nn,
        Language::En => en,
    }
}

/// Bokmål, nynorsk, English.
fn in_all(kind: ReminderKind) -> [(&'static str, &'static str); 3] {
    match kind {
        ReminderKind::CardReady => [
            ("Beviset er klart", "Åpne appen for å se det."),
            ("Beviset er klart", "Opne appen for å sjå det."),
            ("Your card is ready", "Open the app to see it."),
        ],
        ReminderKind::NeedsRefresh => [
            (
                "Beviset bør oppdateres",
                "Åpne appen mens du har nett. Da blir beviset oppdatert av seg selv.",
            ),
            (
                "Beviset bør oppdaterast",
                "Opne appen medan du har nett. Då blir beviset oppdatert av seg sjølv.",
            ),
            (
                "Your card should be updated",
                "Open the app while you are online, and the card updates itself.",
            ),
        ],
        ReminderKind::ExpiresSoon => [
            (
                "Beviset må snart oppdateres",
                "Om to dager kan det ikke vises lenger. Åpne appen mens du har nett.",
            ),
            (
                "Beviset må snart oppdaterast",
                "Om to dagar kan det ikkje visast lenger. Opne appen medan du har nett.",
            ),
            (
                "Your card must be updated soon",
                "In two days it can no longer be shown. Open the app while you are online.",
            ),
        ],
        ReminderKind::EndsSoon => [
            (
                "Beviset gjelder bare noen dager til",
                "Har du rett til et nytt, kommer det av seg selv når du åpner appen med nett.",
            ),
            (
                "Beviset gjeld berre nokre dagar til",
                "Har du rett til eit nytt, kjem det av seg sjølv når du opnar appen med nett.",
            ),
            (
                "Your card ends in a few days",
                "If you have a right to a new one, you get it when you open the app online.",
            ),
        ],
        ReminderKind::PhotoReset => [
            (
                "Du kan velge nytt bilde",
                "Skolen har låst opp bildet i beviset. Åpne appen for å gå videre.",
            ),
            (
                "Du kan velje nytt bilete",
                "Skulen har låst opp biletet i beviset. Opne appen for å gå vidare.",
            ),
            (
                "You can choose a new photo",
                "The school has unlocked the photo on your card. Open the app to go on.",
            ),
        ],
        ReminderKind::PhotoReturned => [
            (
                "Bildet må tas på nytt",
                "Skolen ønsker et annet bilde til beviset. Åpne appen for å se hvorfor.",
            ),
            (
                "Biletet må takast på nytt",
                "Skulen ønskjer eit anna bilete til beviset. Opne appen for å sjå kvifor.",
            ),
            (
                "The photo must be retaken",
                "The school would like another photo for your card. Open the app to see why.",
            ),
        ],
        ReminderKind::Minid(kind) => minid(kind),
    }
}

fn minid(kind: PlanEventKind) -> [(&'static str, &'static str); 3] {
    match kind {
        // Told to nobody, who has just ordered; said all the same, if it ever is.
        PlanEventKind::Ordered => [
            ("Brevet er bestilt", "Brevet til MinID er på vei."),
            ("Brevet er tinga", "Brevet til MinID er på veg."),
            (
                "The letter is ordered",
                "The letter for MinID is on its way.",
            ),
        ],
        PlanEventKind::LookInMailbox => [
            (
                "Se i postkassen",
                "Brevet med PIN-koder til MinID kan ha kommet.",
            ),
            (
                "Sjå i postkassa",
                "Brevet med PIN-kodar til MinID kan ha kome.",
            ),
            (
                "Check the letterbox",
                "The letter with PIN codes for MinID may have arrived.",
            ),
        ],
        PlanEventKind::NotArrived => [
            (
                "Har brevet kommet?",
                "Brevet til MinID skulle vært her nå. Åpne appen for å se hva du gjør.",
            ),
            (
                "Har brevet kome?",
                "Brevet til MinID skulle ha vore her no. Opne appen for å sjå kva du gjer.",
            ),
            (
                "Has the letter arrived?",
                "The letter for MinID should be here by now. Open the app to see what to do.",
            ),
        ],
        PlanEventKind::RegisterSoon => [
            (
                "Ta i bruk MinID snart",
                "Kodene i brevet varer ikke evig. Åpne appen, så går vi gjennom det.",
            ),
            (
                "Ta i bruk MinID snart",
                "Kodane i brevet varer ikkje evig. Opne appen, så går vi gjennom det.",
            ),
            (
                "Start using MinID soon",
                "The codes in the letter don't last for ever. Open the app, and we help you.",
            ),
        ],
        PlanEventKind::LastDay => [
            (
                "Siste dag for MinID-kodene",
                "Ta i bruk MinID i dag. Ellers må du bestille nytt brev.",
            ),
            (
                "Siste dag for MinID-kodane",
                "Ta i bruk MinID i dag. Elles må du bestille nytt brev.",
            ),
            (
                "Last day for the MinID codes",
                "Start using MinID today. Otherwise you have to order a new letter.",
            ),
        ],
        PlanEventKind::Expired => [
            (
                "MinID-kodene har gått ut",
                "Du kan bestille et nytt brev. Åpne appen for å se hvordan.",
            ),
            (
                "MinID-kodane har gått ut",
                "Du kan bestille eit nytt brev. Opne appen for å sjå korleis.",
            ),
            (
                "The MinID codes have expired",
                "You can order a new letter. Open the app to see how.",
            ),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [ReminderKind; 12] = [
        ReminderKind::CardReady,
        ReminderKind::NeedsRefresh,
        ReminderKind::ExpiresSoon,
        ReminderKind::EndsSoon,
        ReminderKind::PhotoReset,
        ReminderKind::PhotoReturned,
        ReminderKind::Minid(PlanEventKind::Ordered),
        ReminderKind::Minid(PlanEventKind::LookInMailbox),
        ReminderKind::Minid(PlanEventKind::NotArrived),
        ReminderKind::Minid(PlanEventKind::RegisterSoon),
        ReminderKind::Minid(PlanEventKind::LastDay),
        ReminderKind::Minid(PlanEventKind::Expired),
    ];

    #[test]
    fn every_notice_is_said_in_each_language_and_fits_a_locked_screen() {
        for kind in ALL {
            let all = in_all(kind);
            assert_ne!(all[0].1, all[1].1, "{kind:?}");
            for (title, body) in all {
                assert!((8..=40).contains(&title.chars().count()), "{title}");
                assert!((15..=90).contains(&body.chars().count()), "{body}");
            }
            let (title, body) = words(kind, Language::En);
            let norwegian = |c| matches!(c, 'æ' | 'ø' | 'å' | 'Æ' | 'Ø' | 'Å');
            assert!(!title.contains(norwegian) && !body.contains(norwegian));
            let (title, body) = words(kind, Language::Nn);
            for word in format!("{title} {body}")
                .to_lowercase()
                .split([' ', '.', ',', '?'])
            {
                let bokmal = "ikke hva hvorfor hvordan noen skolen bilde bildet nå oppdateres åpne selv kommer kodene et ellers";
                assert!(!bokmal.split(' ').any(|b| b == word), "{word} in {body}");
            }
        }
    }
}
