//! What the frame of the pages says, and the pages that stand in for others.

use super::{Lang, WebProblem};

pub(crate) struct Words {
    pub(crate) skip: &'static str,
    pub(crate) menu: &'static str,
    pub(crate) log_out: &'static str,
    pub(crate) logged_in_as: &'static str,
    pub(crate) logged_out: &'static str,
    pub(crate) logged_out_advice: &'static str,
    pub(crate) log_in_again: &'static str,
    pub(crate) to_the_front: &'static str,
    /// Before the session ends for want of use; and what to do.
    pub(crate) ending: &'static str,
    pub(crate) ending_advice: &'static str,
    pub(crate) stay: &'static str,
    /// Before the session ends however much it is used, or when it has ended.
    pub(crate) ending_for_good: &'static str,
    pub(crate) ended: &'static str,
    pub(crate) ended_advice: &'static str,
    pub(crate) kept: &'static str,
    pub(crate) put_back: &'static str,
    pub(crate) language: &'static str,
    pub(crate) demo: &'static str,
    not_found: (&'static str, &'static str),
    forbidden: (&'static str, &'static str),
    no_role: (&'static str, fn(&str) -> String),
    bad_input: &'static str,
    unreadable: (&'static str, &'static str),
    not_our_form: (&'static str, &'static str),
    login_expired: (&'static str, &'static str),
    other_browser: (&'static str, &'static str),
    login_refused: (&'static str, &'static str),
    weak_login: (&'static str, &'static str),
    try_later: (&'static str, &'static str),
    busy: (&'static str, &'static str),
    fault: (&'static str, &'static str),
}

pub(crate) fn of(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

impl Words {
    /// Heading and what to do now.
    pub(super) fn problem(&self, problem: &WebProblem) -> (&'static str, String) {
        let (title, advice) = match problem {
            WebProblem::NoRole { name, .. } => {
                let (title, advice) = self.no_role;
                return (title, advice(name));
            }
            WebProblem::BadInput(text) => return (self.bad_input, text.clone()),
            WebProblem::NotFound => self.not_found,
            WebProblem::Forbidden => self.forbidden,
            WebProblem::Unreadable => self.unreadable,
            WebProblem::NotOurForm => self.not_our_form,
            WebProblem::LoginExpired => self.login_expired,
            WebProblem::OtherBrowser => self.other_browser,
            WebProblem::LoginRefused => self.login_refused,
            WebProblem::WeakLogin => self.weak_login,
            WebProblem::TryLater => self.try_later,
            WebProblem::Busy => self.busy,
            WebProblem::LogIn { .. } | WebProblem::SayWhy { .. } | WebProblem::Fault => self.fault,
        };
        (title, advice.to_owned())
    }
}

const NB: Words = Words {
    skip: "Hopp til innholdet",
    menu: "Meny",
    log_out: "Logg ut",
    logged_in_as: "Logget inn som",
    logged_out: "Du er logget ut",
    logged_out_advice: "Bruker du en maskin som andre også bruker? Lukk nettleseren, så er du logget ut av Feide også.",
    log_in_again: "Logg inn igjen",
    to_the_front: "Til forsiden",
    ending: "Du blir snart logget ut",
    ending_advice: "Siden har ikke vært i bruk på en stund. Vil du fortsette?",
    stay: "Fortsett",
    ending_for_good: "Du har vært logget inn i åtte timer. Logg inn igjen for å fortsette. Det du har skrevet, er her når du kommer tilbake.",
    ended: "Du er logget ut",
    ended_advice: "Siden har ikke vært i bruk på en stund. Logg inn igjen for å fortsette. Det du har skrevet, er her når du kommer tilbake.",
    kept: "Det du skrev, settes inn igjen når du har logget inn.",
    put_back: "Det du hadde skrevet, er satt inn igjen. Det er ikke sendt ennå.",
    language: "Språk",
    demo: "Øvingsutgave: alle personer er oppdiktet.",
    not_found: (
        "Fant ikke siden",
        "Enten finnes den ikke, eller så har du ikke tilgang til den. Ansatte ser bare dem som går på deres egne skoler.",
    ),
    forbidden: (
        "Dette har du ikke tilgang til",
        "Trenger du det i jobben din, kan fylkeskommunens administrator gi deg en rolle til.",
    ),
    no_role: ("Du har ingen tilgang ennå", |name| {
        format!(
            "Du er logget inn som {name}, men har ikke fått noen rolle her. Be fylkeskommunens administrator om det, og oppgi dette Feide-navnet."
        )
    }),
    bad_input: "Noe må rettes",
    unreadable: (
        "Vi kunne ikke lese det som ble sendt",
        "Gå tilbake, last siden på nytt og prøv igjen.",
    ),
    not_our_form: (
        "Skjemaet er ikke gyldig lenger",
        "Det skjer når du har logget ut eller inn etter at du åpnet siden, eller ikke har brukt den på en halv time. Ingenting er endret. Logg inn igjen, så kommer du tilbake til siden.",
    ),
    login_expired: (
        "Innloggingen er ikke lenger gyldig",
        "Den tok for lang tid eller er allerede brukt. Begynn på nytt.",
    ),
    other_browser: (
        "Innloggingen begynte i en annen nettleser",
        "Av hensyn til sikkerheten må du fullføre den der du begynte. Har noen sendt deg denne lenken, skal du ikke bruke den.",
    ),
    login_refused: (
        "Du ble ikke logget inn",
        "Feide sa nei, eller du avbrøt. Prøv på nytt, med Feide-brukeren fra skolen eller jobben.",
    ),
    weak_login: (
        "Logg inn med to trinn",
        "Ansatte må logge inn i Feide med to trinn, som en kode på telefonen, for å se opplysninger om elever. Prøv på nytt, eller spør IKT-avdelingen om hvordan du setter det opp.",
    ),
    try_later: ("Feide svarer ikke akkurat nå", "Vent litt og prøv på nytt."),
    busy: (
        "Det er mange som skal fram akkurat nå",
        "Ingenting er endret. Vent litt og prøv på nytt.",
    ),
    fault: (
        "Noe gikk galt hos oss",
        "Ingenting er endret. Vent litt og prøv på nytt. Skjer det igjen, så oppgi koden under.",
    ),
};

const NN: Words = Words {
    skip: "Hopp til innhaldet",
    menu: "Meny",
    log_out: "Logg ut",
    logged_in_as: "Logga inn som",
    logged_out: "Du er logga ut",
    logged_out_advice: "Bruker du ei maskin som andre òg bruker? Lukk nettlesaren, så er du logga ut av Feide òg.",
    log_in_again: "Logg inn igjen",
    to_the_front: "Til framsida",
    ending: "Du blir snart logga ut",
    ending_advice: "Sida har ikkje vore i bruk på ei stund. Vil du halde fram?",
    stay: "Hald fram",
    ending_for_good: "Du har vore logga inn i åtte timar. Logg inn igjen for å halde fram. Det du har skrive, er her når du kjem tilbake.",
    ended: "Du er logga ut",
    ended_advice: "Sida har ikkje vore i bruk på ei stund. Logg inn igjen for å halde fram. Det du har skrive, er her når du kjem tilbake.",
    kept: "Det du skreiv, blir sett inn igjen når du har logga inn.",
    put_back: "Det du hadde skrive, er sett inn igjen. Det er ikkje sendt enno.",
    language: "Språk",
    demo: "Øvingsutgåve: alle personar er oppdikta.",
    not_found: (
        "Fann ikkje sida",
        "Anten finst ho ikkje, eller så har du ikkje tilgang til ho. Tilsette ser berre dei som går på deira eigne skular.",
    ),
    forbidden: (
        "Dette har du ikkje tilgang til",
        "Treng du det i jobben din, kan administratoren i fylkeskommunen gi deg ei rolle til.",
    ),
    no_role: ("Du har ingen tilgang enno", |name| {
        format!(
            "Du er logga inn som {name}, men har ikkje fått noka rolle her. Be administratoren i fylkeskommunen om det, og oppgi dette Feide-namnet."
        )
    }),
    bad_input: "Noko må rettast",
    unreadable: (
        "Vi kunne ikkje lese det som blei sendt",
        "Gå tilbake, last sida på nytt og prøv igjen.",
    ),
    not_our_form: (
        "Skjemaet er ikkje gyldig lenger",
        "Det skjer når du har logga ut eller inn etter at du opna sida, eller ikkje har brukt henne på ein halv time. Ingenting er endra. Logg inn igjen, så kjem du tilbake til sida.",
    ),
    login_expired: (
        "Innlogginga er ikkje lenger gyldig",
        "Ho tok for lang tid eller er alt brukt. Byrja på nytt.",
    ),
    other_browser: (
        "Innlogginga byrja i ein annan nettlesar",
        "Av omsyn til tryggleiken må du fullføre ho der du byrja. Har nokon sendt deg denne lenkja, skal du ikkje bruke ho.",
    ),
    login_refused: (
        "Du blei ikkje logga inn",
        "Feide sa nei, eller du avbraut. Prøv på nytt, med Feide-brukaren frå skulen eller jobben.",
    ),
    weak_login: (
        "Logg inn med to steg",
        "Tilsette må logge inn i Feide med to steg, som ein kode på telefonen, for å sjå opplysningar om elevar. Prøv på nytt, eller spør IKT-avdelinga om korleis du set det opp.",
    ),
    try_later: (
        "Feide svarer ikkje akkurat no",
        "Vent litt og prøv på nytt.",
    ),
    busy: (
        "Det er mange som skal fram akkurat no",
        "Ingenting er endra. Vent litt og prøv på nytt.",
    ),
    fault: (
        "Noko gjekk gale hos oss",
        "Ingenting er endra. Vent litt og prøv på nytt. Skjer det igjen, så oppgi koden under.",
    ),
};

const EN: Words = Words {
    skip: "Skip to the content",
    menu: "Menu",
    log_out: "Log out",
    logged_in_as: "Logged in as",
    logged_out: "You are logged out",
    logged_out_advice: "Do others use this computer too? Close the browser to be logged out of Feide as well.",
    log_in_again: "Log in again",
    to_the_front: "To the front page",
    ending: "You will be logged out soon",
    ending_advice: "The page has not been used for a while. Do you want to go on?",
    stay: "Go on",
    ending_for_good: "You have been logged in for eight hours. Log in again to go on. What you have written will be here when you come back.",
    ended: "You are logged out",
    ended_advice: "The page has not been used for a while. Log in again to go on. What you have written will be here when you come back.",
    kept: "What you wrote is put back when you have logged in.",
    put_back: "What you had written has been put back. It has not been sent yet.",
    language: "Language",
    demo: "For practice: all people here are made up.",
    not_found: (
        "The page was not found",
        "Either it does not exist, or you have no access to it. Staff see only those at their own schools.",
    ),
    forbidden: (
        "You have no access to this",
        "If you need it in your work, the county's administrator can give you another role.",
    ),
    no_role: ("You have no access yet", |name| {
        format!(
            "You are logged in as {name}, but have been given no role here. Ask the county's administrator for one, and tell them this Feide name."
        )
    }),
    bad_input: "Something must be corrected",
    unreadable: (
        "We could not read what was sent",
        "Go back, load the page again and retry.",
    ),
    not_our_form: (
        "The form is no longer valid",
        "That happens when you have logged out or in since you opened the page, or have not used it for half an hour. Nothing has been changed. Log in again, and you come back to the page.",
    ),
    login_expired: (
        "The login is no longer valid",
        "It took too long or has been used already. Start again.",
    ),
    other_browser: (
        "The login began in another browser",
        "For your safety it must be finished where it began. If somebody sent you this link, do not use it.",
    ),
    login_refused: (
        "You were not logged in",
        "Feide said no, or you stopped. Try again with the Feide user that you have at school or at work.",
    ),
    weak_login: (
        "Log in in two steps",
        "Staff must log in to Feide in two steps, such as with a code on the phone, to see details about pupils. Try again, or ask your IT department how to set it up.",
    ),
    try_later: (
        "Feide does not answer just now",
        "Wait a little and try again.",
    ),
    busy: (
        "The service is very busy just now",
        "Nothing has been changed. Wait a little and try again.",
    ),
    fault: (
        "Something went wrong on our side",
        "Nothing has been changed. Wait a little and try again. If it happens again, tell us the code below.",
    ),
};
