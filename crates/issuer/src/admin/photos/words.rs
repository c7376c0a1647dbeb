//! What the pages of photos say, and the rules for portraits in the words of the one who looks at somebody else's.

use crate::{db::entity::photo::PhotoSource, web::Lang};

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) none: &'static str,
    pub(super) intro: &'static str,
    /// So many of so many are on the page.
    pub(super) of_all: fn(usize, u64) -> String,
    pub(super) next_ones: &'static str,
    pub(super) not_sent: &'static str,
    pub(super) key_next: &'static str,
    pub(super) key_previous: &'static str,
    pub(super) keys_on: &'static str,
    pub(super) picture_of: &'static str,
    pub(super) class: &'static str,
    pub(super) born: &'static str,
    pub(super) sent_in: &'static str,
    sources: [&'static str; 4],
    pub(super) another_try: &'static str,
    pub(super) check_says: &'static str,
    pub(super) approve: &'static str,
    pub(super) hand_back: &'static str,
    pub(super) why: &'static str,
    /// Shown to the pupil as they stand.
    pub(super) ready: [&'static str; 5],
    pub(super) own: &'static str,
    pub(super) pupil_sees: &'static str,
    pub(super) approved: &'static str,
    pub(super) returned: &'static str,
    pub(super) reset: &'static str,
    pub(super) changed: &'static str,
    pub(super) just_approved: &'static str,
    pub(super) undo: &'static str,
    pub(super) undo_means: &'static str,
    pub(super) undo_why: &'static str,
}

pub(super) fn of(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

impl Words {
    pub(super) fn source(&self, source: PhotoSource) -> &'static str {
        let [records, photographer, selfie, upload] = self.sources;
        match source {
            PhotoSource::SchoolRecords => records,
            PhotoSource::Photographer => photographer,
            PhotoSource::Selfie => selfie,
            PhotoSource::Upload => upload,
        }
    }
}

const NB: Words = Words {
    title: "Bilder til godkjenning",
    none: "Ingen bilder venter. Nye dukker opp her når elever sender dem inn.",
    intro: "Godkjenn bildet hvis det viser eleven, og ansiktet synes tydelig. Er du i tvil, så send det tilbake.",
    of_all: |shown, all| format!("Her er {shown} av {all} bilder som venter."),
    next_ones: "Vis de neste",
    not_sent: "Vi fikk ikke noe svar. Sjekk nettet, last siden på nytt og prøv igjen.",
    key_next: "neste",
    key_previous: "forrige",
    keys_on: "Bruk hurtigtaster",
    picture_of: "Innsendt bilde av",
    class: "Klasse",
    born: "Født",
    sent_in: "Sendt inn",
    sources: [
        "fra skolens register",
        "fra fotografen",
        "tatt i appen",
        "valgt fra telefonen",
    ],
    another_try: "Et tidligere bilde er sendt tilbake.",
    check_says: "Sjekken av bildet sier:",
    approve: "Godkjenn",
    hand_back: "Send tilbake",
    why: "Hva er galt med bildet?",
    ready: [
        "Ansiktet synes ikke godt nok. Ta et nytt bilde der du ser rett i kameraet.",
        "Bildet er for mørkt eller uskarpt. Ta et nytt i godt lys.",
        "Noe dekker ansiktet. Ta av lue, caps eller solbriller.",
        "Det er flere på bildet. Ta et nytt av deg alene.",
        "Bildet ser ikke ut til å være av deg. Ta et nytt, eller kom innom kontoret.",
    ],
    own: "Eller skriv det med egne ord",
    pupil_sees: "Eleven får lese dette, og bildet blir slettet.",
    approved: "Godkjent. Bildet er på beviset neste gang appen henter nytt.",
    returned: "Sendt tilbake. Eleven får se hvorfor.",
    reset: "Godkjenningen er tatt tilbake. Bildet er slettet, og eleven må sende et nytt.",
    changed: "Dette bildet venter ikke lenger. Kanskje en kollega var raskere, eller eleven har sendt et nytt. Her er det som venter nå.",
    just_approved: "Nylig godkjent av deg",
    undo: "Ta godkjenningen tilbake",
    undo_means: "Tar du godkjenningen tilbake, slettes bildet og beviset blir ugyldig. Eleven må sende et nytt bilde.",
    undo_why: "Hvorfor? Eleven får lese dette",
};

const NN: Words = Words {
    title: "Bilete til godkjenning",
    none: "Ingen bilete ventar. Nye dukkar opp her når elevar sender dei inn.",
    intro: "Godkjenn biletet om det viser eleven, og ansiktet syner tydeleg. Er du i tvil, så send det tilbake.",
    of_all: |shown, all| format!("Her er {shown} av {all} bilete som ventar."),
    next_ones: "Vis dei neste",
    not_sent: "Vi fekk ikkje noko svar. Sjekk nettet, last sida på nytt og prøv igjen.",
    key_next: "neste",
    key_previous: "førre",
    keys_on: "Bruk snøggtastar",
    picture_of: "Innsendt bilete av",
    class: "Klasse",
    born: "Fødd",
    sent_in: "Sendt inn",
    sources: [
        "frå registeret til skulen",
        "frå fotografen",
        "teke i appen",
        "valt frå telefonen",
    ],
    another_try: "Eit tidlegare bilete er sendt tilbake.",
    check_says: "Sjekken av biletet seier:",
    approve: "Godkjenn",
    hand_back: "Send tilbake",
    why: "Kva er gale med biletet?",
    ready: [
        "Ansiktet syner ikkje godt nok. Ta eit nytt bilete der du ser rett i kameraet.",
        "Biletet er for mørkt eller uskarpt. Ta eit nytt i godt lys.",
        "Noko dekkjer ansiktet. Ta av lue, caps eller solbriller.",
        "Det er fleire på biletet. Ta eit nytt av deg åleine.",
        "Biletet ser ikkje ut til å vere av deg. Ta eit nytt, eller kom innom kontoret.",
    ],
    own: "Eller skriv det med eigne ord",
    pupil_sees: "Eleven får lese dette, og biletet blir sletta.",
    approved: "Godkjent. Biletet er på beviset neste gong appen hentar nytt.",
    returned: "Sendt tilbake. Eleven får sjå kvifor.",
    reset: "Godkjenninga er teken tilbake. Biletet er sletta, og eleven må sende eit nytt.",
    changed: "Dette biletet ventar ikkje lenger. Kanskje ein kollega var raskare, eller eleven har sendt eit nytt. Her er det som ventar no.",
    just_approved: "Nyleg godkjent av deg",
    undo: "Ta godkjenninga tilbake",
    undo_means: "Tek du godkjenninga tilbake, blir biletet sletta og beviset ugyldig. Eleven må sende eit nytt bilete.",
    undo_why: "Kvifor? Eleven får lese dette",
};

const EN: Words = Words {
    title: "Photos to approve",
    none: "No photos are waiting. New ones turn up here when pupils send them in.",
    intro: "Approve the photo if it shows the pupil and the face can be seen clearly. If in doubt, return it.",
    of_all: |shown, all| format!("Here are {shown} of {all} photos that wait."),
    next_ones: "Show the next ones",
    not_sent: "There was no answer. Check the network, load the page again and retry.",
    key_next: "next",
    key_previous: "previous",
    keys_on: "Use keyboard shortcuts",
    picture_of: "Photo sent in by",
    class: "Class",
    born: "Born",
    sent_in: "Sent in",
    sources: [
        "from the school's records",
        "from the photographer",
        "taken in the app",
        "chosen from the phone",
    ],
    another_try: "An earlier photo has been returned.",
    check_says: "The check of the photo says:",
    approve: "Approve",
    hand_back: "Return",
    why: "What is wrong with the photo?",
    ready: [
        "The face cannot be seen well enough. Take a new photo looking straight at the camera.",
        "The photo is too dark or blurred. Take a new one in good light.",
        "Something covers the face. Take off your hat, cap or sunglasses.",
        "There are several people in the photo. Take a new one of you alone.",
        "The photo does not seem to be of you. Take a new one, or come by the office.",
    ],
    own: "Or write it in your own words",
    pupil_sees: "The pupil can read this, and the photo is deleted.",
    approved: "Approved. The photo is on the card the next time the app refreshes.",
    returned: "Returned. The pupil can see why.",
    reset: "The approval has been taken back. The photo is deleted, and the pupil must send a new one.",
    changed: "This photo is no longer waiting. Perhaps a colleague was faster, or the pupil has sent a new one. Here is what waits now.",
    just_approved: "Just approved by you",
    undo: "Take the approval back",
    undo_means: "If you take the approval back, the photo is deleted and the card becomes invalid. The pupil must send a new photo.",
    undo_why: "Why? The pupil can read this",
};

/// What a rule for portraits found, said to staff; nothing for one that is not known here.
pub(crate) fn rule(lang: Lang, id: &str) -> &'static str {
    let (nb, nn, en) = match id {
        "no_face" => (
            "Ansiktet synes ikke tydelig.",
            "Ansiktet syner ikkje tydeleg.",
            "The face cannot be seen clearly.",
        ),
        "two_faces" => (
            "Det er flere på bildet.",
            "Det er fleire på biletet.",
            "There are several people in the photo.",
        ),
        "too_far" => (
            "Ansiktet er for lite i bildet.",
            "Ansiktet er for lite i biletet.",
            "The face is too small in the photo.",
        ),
        "framing" => (
            "Hele hodet er ikke med.",
            "Heile hovudet er ikkje med.",
            "The whole head is not in the photo.",
        ),
        "too_close" => (
            "Ansiktet er for stort i bildet.",
            "Ansiktet er for stort i biletet.",
            "The face is too large in the photo.",
        ),
        "roll" => (
            "Hodet er på skrå.",
            "Hovudet er på skrå.",
            "The head is tilted.",
        ),
        "yaw" => (
            "Ansiktet er vendt til siden.",
            "Ansiktet er vendt til sida.",
            "The face is turned to one side.",
        ),
        "pitch" => (
            "Bildet er tatt for høyt eller lavt.",
            "Biletet er teke for høgt eller lågt.",
            "The photo is taken from too high or too low.",
        ),
        "blur" => (
            "Bildet er uskarpt.",
            "Biletet er uskarpt.",
            "The photo is blurred.",
        ),
        "dark" => (
            "Bildet er for mørkt.",
            "Biletet er for mørkt.",
            "The photo is too dark.",
        ),
        "over" => (
            "Lyset på ansiktet er for sterkt.",
            "Lyset på ansiktet er for sterkt.",
            "The light on the face is too strong.",
        ),
        "side" => (
            "Lyset kommer fra siden.",
            "Lyset kjem frå sida.",
            "The light comes from the side.",
        ),
        "grey" => (
            "Bildet er uten farger.",
            "Biletet er utan fargar.",
            "The photo has no colours.",
        ),
        "colour" => (
            "Fargene ser unaturlige ut.",
            "Fargane ser unaturlege ut.",
            "The colours look unnatural.",
        ),
        "mouth" => ("Munnen er åpen.", "Munnen er open.", "The mouth is open."),
        "eyes" => (
            "Øynene ser lukket ut.",
            "Auga ser lukka ut.",
            "The eyes look closed.",
        ),
        "covered" => (
            "Noe kan dekke en del av ansiktet.",
            "Noko kan dekkje ein del av ansiktet.",
            "Something may cover a part of the face.",
        ),
        "sunglasses" => (
            "Det kan være solbriller på bildet.",
            "Det kan vere solbriller på biletet.",
            "There may be sunglasses in the photo.",
        ),
        "background" => (
            "Det er mye å se i bakgrunnen.",
            "Det er mykje å sjå i bakgrunnen.",
            "There is much to see in the background.",
        ),
        "jpeg" => (
            "Bildet er for hardt komprimert.",
            "Biletet er for hardt komprimert.",
            "The photo is compressed too much.",
        ),
        _ => (
            "Noe ved bildet kan bli bedre.",
            "Noko ved biletet kan bli betre.",
            "Something about the photo could be better.",
        ),
    };
    lang.of(nb, nn, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_for_portraits_has_words_of_its_own() {
        let unknown = rule(Lang::Nb, "?");
        let mut said: Vec<_> = portrait::Rule::ALL
            .iter()
            .map(|known| rule(Lang::Nb, known.id()))
            .collect();
        assert!(!said.contains(&unknown));
        said.sort_unstable();
        said.dedup();
        assert_eq!(said.len(), portrait::Rule::ALL.len());
    }
}
