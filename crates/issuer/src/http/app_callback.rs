//! `GET /app/callback`: where a login on a phone ends. The phone opens the app for this address; whoever sees the page has
//! a browser that did not. Its button leads on by the app's own scheme, with the same answer in it.
//!
//! The answer holds a code. It is in no log (only the route is), no other site is told of it (`Referrer-Policy`), nothing
//! keeps it (`no-store`), and only the app that began the login can use it: it alone has the PKCE verifier and the key.

use axum::{
    extract::RawQuery,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use county_api::APP_SCHEME_CALLBACK;
use openid4vc::AuthorizationCallback;
use url::Url;

use super::page::{Language, Page, Situation, document};

/// Longer than any answer of ours.
const MAX_QUERY: usize = 4096;

pub(super) async fn app_callback(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let Some(link) = link(&query.unwrap_or_default()) else {
        return Page::new(Situation::BadLink, &headers).into_response();
    };
    let language = Language::of(&headers);
    let (heading, advice, button, otherwise) = words(language);
    let rest = format!(
        "<p class=\"lead\">{advice}</p>\n<p><a class=\"button\" href=\"{link}\">{button}</a></p>\n<p>{otherwise}</p>"
    );
    let own = [
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    (own, document(StatusCode::OK, language, heading, &rest)).into_response()
}

/// The way into the app, fit for HTML, with what an answer to a login has in it and nothing else that came along.
fn link(query: &str) -> Option<String> {
    if query.len() > MAX_QUERY {
        return None;
    }
    let mut came = Url::parse(APP_SCHEME_CALLBACK).ok()?;
    let scheme = came.clone();
    came.set_query(Some(query));
    let answer = AuthorizationCallback::from_url(&came).ok()?;
    // A query that was put together anew holds letters, digits, `-._*+%=&` and no others.
    Some(answer.to_url(&scheme).as_str().replace('&', "&amp;"))
}

/// Heading, what to do, the button, and what else to do.
fn words(language: Language) -> (&'static str, &'static str, &'static str, &'static str) {
    match language {
        Language::Bokmal => (
            "Gå tilbake til appen",
            "Du er ferdig i nettleseren. Trykk på knappen, så fortsetter du i Lommebevis.",
            "Åpne Lommebevis",
            "Skjer det ingenting? Åpne Lommebevis selv og logg inn derfra på nytt. Begynte du ikke på en innlogging, kan du lukke siden.",
        ),
        Language::Nynorsk => (
            "Gå tilbake til appen",
            "Du er ferdig i nettlesaren. Trykk på knappen, så held du fram i Lommebevis.",
            "Opne Lommebevis",
            "Skjer det ingenting? Opne Lommebevis sjølv og logg inn derifrå på nytt. Byrja du ikkje på ei innlogging, kan du lukke sida.",
        ),
        Language::English => (
            "Go back to the app",
            "You are done in the browser. Press the button to go on in Lommebevis.",
            "Open Lommebevis",
            "Nothing happens? Open Lommebevis yourself and log in again from there. If you did not begin a login, you can close this page.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_holds_the_answer_and_nothing_else() {
        let long = format!("code={}", "x".repeat(MAX_QUERY));
        for (query, expected) in [
            (
                "code=a%2Bb&state=s&iss=https%3A%2F%2Fbevis.example",
                Some(
                    "no.lommebevis.app:/callback?code=a%2Bb&amp;state=s&amp;iss=https%3A%2F%2Fbevis.example",
                ),
            ),
            (
                "error=access_denied&state=s",
                Some("no.lommebevis.app:/callback?error=access_denied&amp;state=s"),
            ),
            (
                "code=a&state=s&next=https://evil.example",
                Some("no.lommebevis.app:/callback?code=a&amp;state=s"),
            ),
            (
                "code=%22%3E%3Cscript%3E'&state=s",
                Some("no.lommebevis.app:/callback?code=%22%3E%3Cscript%3E%27&amp;state=s"),
            ),
            ("code=a&code=b&state=s", None),
            ("code=a&error=b", None),
            ("state=s", None),
            ("", None),
            (long.as_str(), None),
        ] {
            assert_eq!(link(query).as_deref(), expected, "{query}");
        }
    }
}
