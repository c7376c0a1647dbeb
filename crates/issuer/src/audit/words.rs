//! What entries about people say, in words that fit behind whoever did it: "Kari «stanset beviset»".

use crate::web::Lang;

/// What was done; none for what is not about people, or was written by a newer version.
#[must_use]
pub(crate) fn deed(action: &str, lang: Lang) -> Option<&'static str> {
    let [nb, nn, en] = match action {
        "person.show" => [
            "så på opplysningene",
            "såg på opplysningane",
            "looked at the details",
        ],
        "person.search" => [
            "søkte, og fikk opp navnet",
            "søkte, og fekk opp namnet",
            "searched, and the name came up",
        ],
        "person.show_photo" => ["så på bildet", "såg på biletet", "looked at the photo"],
        "person.block" => ["stanset beviset", "stansa beviset", "blocked the card"],
        "person.unblock" => ["opphevet stansen", "oppheva stansen", "lifted the block"],
        "person.approve_photo" => [
            "godkjente bildet",
            "godkjende biletet",
            "approved the photo",
        ],
        "person.return_photo" => [
            "sendte bildet tilbake",
            "sende biletet tilbake",
            "handed the photo back",
        ],
        "person.reset_photo" => [
            "låste opp for nytt bilde",
            "låste opp for nytt bilete",
            "unlocked for a new photo",
        ],
        "person.log_out" => [
            "logget ut alle enheter",
            "logga ut alle einingar",
            "logged all devices out",
        ],
        "person.revoke_device" => [
            "logget ut en enhet",
            "logga ut ei eining",
            "logged a device out",
        ],
        "person.set_library_code" => [
            "endret bibliotekkoden",
            "endra bibliotekkoden",
            "changed the library code",
        ],
        "person.resend_sms" | "sms.send_again" => [
            "sendte SMS på nytt",
            "sende SMS på nytt",
            "sent the SMS again",
        ],
        "person.print_slip" => [
            "skrev ut en papirlapp",
            "skreiv ut ein papirlapp",
            "printed a paper slip",
        ],
        "person.revoke_slips" => [
            "gjorde papirlappene ugyldige",
            "gjorde papirlappane ugyldige",
            "made the paper slips invalid",
        ],
        "photo.confirm" => [
            "bekreftet bildet",
            "stadfesta biletet",
            "confirmed the photo",
        ],
        "photo.reject" => [
            "sa «dette er ikke meg»",
            "sa «dette er ikkje meg»",
            "said “this is not me”",
        ],
        "photo.submit" => [
            "sendte inn et bilde",
            "sende inn eit bilete",
            "sent a photo in",
        ],
        "photo.refused" => [
            "sendte inn et bilde som ikke kunne brukes",
            "sende inn eit bilete som ikkje kunne brukast",
            "sent in a photo that could not be used",
        ],
        "photo.propose" => [
            "hentet inn et skolebilde",
            "henta inn eit skulebilete",
            "fetched a school photo",
        ],
        "photos.list" => [
            "så på en liste med bilder",
            "såg på ei liste med bilete",
            "looked at a list of photos",
        ],
        "photos.deliver" => [
            "leverte bilder fra fotografen",
            "leverte bilete frå fotografen",
            "delivered the photographer’s pictures",
        ],
        "photos.look_at_delivery" => [
            "så på lista over leverte bilder",
            "såg på lista over leverte bilete",
            "looked at the list of delivered photos",
        ],
        "account.not_matched" => [
            "var ikke sikker på hvem innloggingen hører til, og koblet den ikke",
            "var ikkje sikker på kven innlogginga høyrer til, og kopla ho ikkje",
            "was not sure whose the login is, and did not connect it",
        ],
        "own.look" => [
            "så på det som er lagret",
            "såg på det som er lagra",
            "looked at what is stored",
        ],
        "own.export" => [
            "lastet ned det som er lagret",
            "lasta ned det som er lagra",
            "downloaded what is stored",
        ],
        "own.log_out" => [
            "logget ut en telefon",
            "logga ut ein telefon",
            "logged a phone out",
        ],
        "own.log_out_browsers" => [
            "logget ut alle nettlesere",
            "logga ut alle nettlesarar",
            "logged all browsers out",
        ],
        "own.ask_erasure" => [
            "ba om å få alt slettet",
            "bad om å få alt sletta",
            "asked to have everything deleted",
        ],
        "own.take_back_erasure" => [
            "angret på slettingen",
            "angra på slettinga",
            "took the deletion back",
        ],
        "own.erase" => [
            "slettet det personen ba om",
            "sletta det personen bad om",
            "deleted what the person asked for",
        ],
        "roster.make" => [
            "laget en eksamensliste",
            "laga ei eksamensliste",
            "made an exam list",
        ],
        "roster.fetch" => [
            "lastet ned en eksamensliste",
            "lasta ned ei eksamensliste",
            "downloaded an exam list",
        ],
        "not_enrolled.list" => [
            "så på lista over dem som ikke er i gang",
            "såg på lista over dei som ikkje er i gang",
            "looked at the list of those who have not begun",
        ],
        "not_enrolled.file" => [
            "lastet ned lista over dem som ikke er i gang",
            "lasta ned lista over dei som ikkje er i gang",
            "downloaded the list of those who have not begun",
        ],
        "faults.list" => [
            "så på lista over opplysninger som mangler",
            "såg på lista over opplysningar som manglar",
            "looked at the list of details that are missing",
        ],
        "sms.list" => [
            "så på lista over SMS",
            "såg på lista over SMS",
            "looked at the list of messages",
        ],
        "sync.look_at_diff" => [
            "så på endringer fra registeret",
            "såg på endringar frå registeret",
            "looked at changes in the records",
        ],
        "sync.look_at_log" => [
            "så på loggen fra en innlesing",
            "såg på loggen frå ei innlesing",
            "looked at the log of a run",
        ],
        "audit.search" => ["søkte i loggen", "søkte i loggen", "searched the log"],
        "staff.refused" => [
            "prøvde å se noe uten å ha tilgang, og fikk ikke",
            "prøvde å sjå noko utan å ha tilgang, og fekk ikkje",
            "tried to see something without access, and could not",
        ],
        "retention.erase" => [
            "slettet det som var gammelt nok",
            "sletta det som var gammalt nok",
            "deleted what was old enough",
        ],
        _ => return None,
    };
    Some(lang.of(nb, nn, en))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn actions_in(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                actions_in(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            let literals = text.split('"').skip(1).step_by(2);
            found.extend(literals.filter(|text| is_action(text)).map(str::to_owned));
        }
    }

    fn is_action(text: &str) -> bool {
        let begins = ["person.", "photo.", "own.", "account.", "not_enrolled."];
        begins.iter().any(|begin| {
            text.strip_prefix(begin).is_some_and(|rest| {
                !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            })
        })
    }

    #[test]
    fn every_deed_with_a_person_has_words() {
        let mut actions = BTreeSet::new();
        actions_in(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut actions,
        );
        assert!(actions.len() > 20, "{actions:?}");
        for action in actions {
            for lang in Lang::ALL {
                assert!(deed(&action, lang).is_some(), "{action} has no words");
            }
        }
    }
}
