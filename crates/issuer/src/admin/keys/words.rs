//! What the page about the keys says.

use crate::web::Lang;

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) rotate_title: &'static str,
    pub(super) rotate_late: fn(&str) -> String,
    pub(super) rotate_by: fn(&str) -> String,
    pub(super) rotate_coming: fn(&str) -> String,
    pub(super) how_title: &'static str,
    pub(super) how: &'static str,
    pub(super) all: &'static str,
    pub(super) key: &'static str,
    pub(super) purpose: &'static str,
    pub(super) published: &'static str,
    pub(super) signs_from: &'static str,
    pub(super) until: &'static str,
    pub(super) for_cards: &'static str,
    pub(super) for_trust_list: &'static str,
    pub(super) for_requests: &'static str,
    pub(super) to_come: &'static str,
    pub(super) in_use: &'static str,
    pub(super) still_good: &'static str,
    pub(super) still_opens: &'static str,
    pub(super) over: &'static str,
    pub(super) does_not_end: &'static str,
}

impl Words {
    pub(super) fn of(lang: Lang) -> &'static Self {
        lang.of(&NB, &NN, &EN)
    }
}

const NB: Words = Words {
    title: "Nøkler",
    lead: "Nøklene ligger forseglet i databasen. Her vises bare hvilke som finnes og hvor lenge de gjelder; den hemmelige delen vises aldri.",
    rotate_title: "Neste bytte",
    rotate_late: |text| {
        format!(
            "Bytt signeringsnøkkel nå. Fra {text} varer nye bevis kortere, og til slutt kan ingen bevis lages."
        )
    },
    rotate_by: |text| format!("Signeringsnøkkelen bør byttes innen {text}."),
    rotate_coming: |text| format!("En ny nøkkel er allerede laget. Den tar over {text}."),
    how_title: "Slik bytter du",
    how: "Kjør denne kommandoen på tjeneren. Den nye nøkkelen blir kunngjort med en gang og tas i bruk senere, så alle som kontrollerer bevis, rekker å hente den. Gamle bevis gjelder til de går ut.",
    all: "Alle nøkler",
    key: "Nøkkel",
    purpose: "Brukes til",
    published: "Kunngjort",
    signs_from: "I bruk fra",
    until: "Gjelder til",
    for_cards: "Signere bevis",
    for_trust_list: "Signere listen over utstedere",
    for_requests: "Ta imot krypterte forespørsler",
    to_come: "Kunngjort, ikke i bruk ennå",
    in_use: "I bruk",
    still_good: "Gjelder for gamle bevis",
    still_opens: "Tar imot en stund til",
    over: "Utgått",
    does_not_end: "Byttes ikke",
};

const NN: Words = Words {
    title: "Nøklar",
    lead: "Nøklane ligg forsegla i databasen. Her ser du berre kva for nokre som finst og kor lenge dei gjeld; den hemmelege delen blir aldri vist.",
    rotate_title: "Neste byte",
    rotate_late: |text| {
        format!(
            "Byt signeringsnøkkel no. Frå {text} varer nye bevis kortare, og til slutt kan ingen bevis lagast."
        )
    },
    rotate_by: |text| format!("Signeringsnøkkelen bør bytast innan {text}."),
    rotate_coming: |text| format!("Ein ny nøkkel er allereie laga. Han tek over {text}."),
    how_title: "Slik byter du",
    how: "Køyr denne kommandoen på tenaren. Den nye nøkkelen blir kunngjord med ein gong og teken i bruk seinare, så alle som kontrollerer bevis, rekk å hente han. Gamle bevis gjeld til dei går ut.",
    all: "Alle nøklar",
    key: "Nøkkel",
    purpose: "Blir brukt til",
    published: "Kunngjord",
    signs_from: "I bruk frå",
    until: "Gjeld til",
    for_cards: "Signere bevis",
    for_trust_list: "Signere lista over utferdarar",
    for_requests: "Ta imot krypterte førespurnader",
    to_come: "Kunngjord, ikkje i bruk enno",
    in_use: "I bruk",
    still_good: "Gjeld for gamle bevis",
    still_opens: "Tek imot ei stund til",
    over: "Utgått",
    does_not_end: "Blir ikkje bytt",
};

const EN: Words = Words {
    title: "Keys",
    lead: "The keys lie sealed in the database. Here you only see which there are and how long they hold; the secret part is never shown.",
    rotate_title: "Next change",
    rotate_late: |text| {
        format!(
            "Change the signing key now. From {text} on, new cards hold for a shorter time, and in the end none can be made."
        )
    },
    rotate_by: |text| format!("The signing key should be changed by {text}."),
    rotate_coming: |text| format!("A new key has been made already. It takes over {text}."),
    how_title: "How to change it",
    how: "Run this command on the server. The new key is published at once and used later, so that everyone who checks cards has fetched it by then. Old cards hold until they expire.",
    all: "All keys",
    key: "Key",
    purpose: "Used for",
    published: "Published",
    signs_from: "In use from",
    until: "Good until",
    for_cards: "Signing cards",
    for_trust_list: "Signing the list of issuers",
    for_requests: "Receiving encrypted requests",
    to_come: "Published, not in use yet",
    in_use: "In use",
    still_good: "Good for old cards",
    still_opens: "Still accepted for a while",
    over: "Over",
    does_not_end: "Never changed",
};
