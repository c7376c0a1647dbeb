//! The few pages a person can end up on in the browser, when there is no way back to the app.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sea_orm::DbErr;

/// The only style; the policy names it by its digest, and nothing else may be loaded.
const STYLE: &str = "body{font:1.125rem/1.6 system-ui,sans-serif;margin:0;padding:2rem 1.25rem}\
    main{max-inline-size:36rem;margin-inline:auto}h1{font-size:1.75rem;line-height:1.25}code{opacity:.75}\
    .button{display:inline-block;padding:.75rem 1.5rem;border-radius:.5rem;background:#0b4a8f;color:#fff;font-weight:600;text-decoration:none}\
    .button:focus-visible{outline:.1875rem solid;outline-offset:.1875rem}";

/// What happened, as far as a person can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Situation {
    /// The address is not one the app made.
    BadLink,
    /// The login took too long, was finished already, or the page was loaded again.
    Expired,
    /// The login began in another browser.
    OtherBrowser,
    /// Too many requests came from here.
    TooMany,
    /// Something is wrong here.
    Fault,
    /// This program was built without the page that checks codes.
    NoCheckPage,
    /// This program was built without the page that helps with getting a MinID.
    NoMinidPage,
}

impl Situation {
    pub(crate) fn database(error: &DbErr) -> Self {
        tracing::error!(%error, "a login failed");
        Self::Fault
    }

    fn status_and_code(self) -> (StatusCode, &'static str) {
        match self {
            Self::BadLink => (StatusCode::BAD_REQUEST, "LB-LOGIN-400"),
            Self::Expired => (StatusCode::BAD_REQUEST, "LB-LOGIN-410"),
            Self::OtherBrowser => (StatusCode::FORBIDDEN, "LB-LOGIN-403"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "LB-LOGIN-429"),
            Self::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "LB-LOGIN-500"),
            Self::NoCheckPage => (StatusCode::SERVICE_UNAVAILABLE, "LB-KONTROLL-503"),
            Self::NoMinidPage => (StatusCode::SERVICE_UNAVAILABLE, "LB-MINID-503"),
        }
    }

    /// Heading and what to do now.
    fn text(self, language: Language) -> (&'static str, &'static str) {
        use Language::{Bokmal, English, Nynorsk};
        match (self, language) {
            (Self::BadLink, Bokmal) => (
                "Denne lenken virker ikke",
                "Gå tilbake til appen og start innloggingen der.",
            ),
            (Self::BadLink, Nynorsk) => (
                "Denne lenkja verkar ikkje",
                "Gå tilbake til appen og start innlogginga der.",
            ),
            (Self::BadLink, English) => (
                "This link does not work",
                "Go back to the app and start the login there.",
            ),
            (Self::Expired, Bokmal) => (
                "Innloggingen er ikke lenger gyldig",
                "Den tok for lang tid eller er allerede brukt. Gå tilbake til appen og prøv på nytt.",
            ),
            (Self::Expired, Nynorsk) => (
                "Innlogginga er ikkje lenger gyldig",
                "Ho tok for lang tid eller er alt brukt. Gå tilbake til appen og prøv på nytt.",
            ),
            (Self::Expired, English) => (
                "The login is no longer valid",
                "It took too long or has been used already. Go back to the app and try again.",
            ),
            (Self::OtherBrowser, Bokmal) => (
                "Innloggingen begynte i en annen nettleser",
                "Av hensyn til sikkerheten må du fullføre den der du begynte. Har noen sendt deg denne lenken, skal du ikke bruke den. Gå tilbake til appen og prøv på nytt.",
            ),
            (Self::OtherBrowser, Nynorsk) => (
                "Innlogginga byrja i ein annan nettlesar",
                "Av omsyn til tryggleiken må du fullføre ho der du byrja. Har nokon sendt deg denne lenkja, skal du ikkje bruke ho. Gå tilbake til appen og prøv på nytt.",
            ),
            (Self::OtherBrowser, English) => (
                "The login began in another browser",
                "For your safety it must be finished where it began. If somebody sent you this link, do not use it. Go back to the app and try again.",
            ),
            (Self::TooMany, Bokmal) => (
                "Mange prøver samtidig",
                "Vent et minutt og prøv på nytt. Du har ikke gjort noe galt.",
            ),
            (Self::TooMany, Nynorsk) => (
                "Mange prøver samstundes",
                "Vent eit minutt og prøv på nytt. Du har ikkje gjort noko gale.",
            ),
            (Self::TooMany, English) => (
                "Many people are trying at once",
                "Wait a minute and try again. You have done nothing wrong.",
            ),
            (Self::Fault, Bokmal) => (
                "Noe gikk galt hos oss",
                "Vent litt, gå tilbake til appen og prøv på nytt.",
            ),
            (Self::Fault, Nynorsk) => (
                "Noko gjekk gale hos oss",
                "Vent litt, gå tilbake til appen og prøv på nytt.",
            ),
            (Self::NoCheckPage, Bokmal) => (
                "Siden for kontroll er ikke her ennå",
                "Fylkeskommunen har ikke tatt den i bruk. Bruk «Kontroller» i appen Lommebevis: det krever ingen innlogging.",
            ),
            (Self::NoCheckPage, Nynorsk) => (
                "Sida for kontroll er ikkje her enno",
                "Fylkeskommunen har ikkje teke ho i bruk. Bruk «Kontroller» i appen Lommebevis: det krev inga innlogging.",
            ),
            (Self::NoCheckPage, English) => (
                "The page for checking is not here yet",
                "The county does not use it so far. Use “Check” in the app Lommebevis: it needs no login.",
            ),
            (Self::NoMinidPage, Bokmal) => (
                "Hjelpen med MinID er ikke her ennå",
                "Fylkeskommunen har ikke tatt siden i bruk. Du finner den samme hjelpen i appen Lommebevis, uten innlogging.",
            ),
            (Self::NoMinidPage, Nynorsk) => (
                "Hjelpa med MinID er ikkje her enno",
                "Fylkeskommunen har ikkje teke sida i bruk. Du finn den same hjelpa i appen Lommebevis, utan innlogging.",
            ),
            (Self::NoMinidPage, English) => (
                "The help with MinID is not here yet",
                "The county does not use this page so far. The same help is in the app Lommebevis, without a login.",
            ),
            (Self::Fault, English) => (
                "Something went wrong on our side",
                "Wait a little, go back to the app and try again.",
            ),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Bokmal,
    Nynorsk,
    English,
}

impl Language {
    /// The first language of the browser's list that we have; browsers list them by preference.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .split(',')
            .find_map(|entry| {
                let tag = entry.split(';').next().unwrap_or_default().trim();
                match tag.split('-').next().unwrap_or_default() {
                    "nb" | "no" => Some(Self::Bokmal),
                    "nn" => Some(Self::Nynorsk),
                    "en" => Some(Self::English),
                    _ => None,
                }
            })
            .unwrap_or(Self::Bokmal)
    }

    fn tag(self) -> &'static str {
        match self {
            Self::Bokmal => "nb",
            Self::Nynorsk => "nn",
            Self::English => "en",
        }
    }
}

/// A page with one message.
#[derive(Debug)]
pub(crate) struct Page {
    situation: Situation,
    language: Language,
}

impl Page {
    pub(crate) fn new(situation: Situation, headers: &HeaderMap) -> Self {
        Self {
            situation,
            language: Language::of(headers),
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let (status, support_code) = self.situation.status_and_code();
        let (heading, advice) = self.situation.text(self.language);
        let rest = format!("<p class=\"lead\">{advice}</p>\n<p><code>{support_code}</code></p>");
        document(status, self.language, heading, &rest)
    }
}

/// A page with one heading. What stands below it is HTML.
pub(super) fn document(
    status: StatusCode,
    language: Language,
    heading: &str,
    rest: &str,
) -> Response {
    let language = language.tag();
    let body = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <style>{STYLE}</style>\n<title>{heading} – Lommebevis</title>\n</head>\n<body>\n<main>\n<h1>{heading}</h1>\n{rest}\n\
         </main>\n</body>\n</html>\n"
    );
    let digest = STANDARD.encode(jose::sha256(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::VARY, "accept-language".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (status, headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_speaks_the_browsers_language_and_bokmal_otherwise() {
        for (accept, language) in [
            ("nn-NO,nb;q=0.9,en;q=0.8", Language::Nynorsk),
            ("no", Language::Bokmal),
            ("de-DE, en-GB;q=0.7", Language::English),
            ("se", Language::Bokmal),
            ("", Language::Bokmal),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
            assert_eq!(Language::of(&headers), language, "{accept}");
        }
    }
}
