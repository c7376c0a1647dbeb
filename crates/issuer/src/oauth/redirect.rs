//! Where an authorization answer may be sent.

use county_api::APP_CALLBACK_PATH;
use openid4vc::address::redirect_uri_matches;
use url::Url;

use crate::config::{Config, IssuerConfig};

/// Where a native app on a computer listens, on any port (RFC 8252 §7.3).
const LOOPBACK: [&str; 2] = ["http://127.0.0.1/callback", "http://[::1]/callback"];

/// Whether an answer may be sent to `asked`: one of the registered addresses, the app's own on this machine, or the https
/// address of ours that phones open the app for (RFC 8252 §7.2), which no setting is needed for.
pub(crate) fn is_allowed(config: &Config, asked: &str) -> bool {
    is_one_of(&config.app.redirect_uris, &claimed(&config.issuer), asked)
}

/// Below the service's own address. Without TLS, which a service has for trial alone, no system gives an app an address.
fn claimed(issuer: &IssuerConfig) -> Option<String> {
    (issuer.public_url.scheme() == "https").then(|| issuer.at(APP_CALLBACK_PATH))
}

fn is_one_of(registered: &[String], claimed: &Option<String>, asked: &str) -> bool {
    // The parser forgives much (`http:\\127.1`), and the browser is sent to what it made of it.
    Url::parse(asked).is_ok_and(|url| url.as_str() == asked)
        && registered
            .iter()
            .chain(claimed)
            .map(String::as_str)
            .chain(LOOPBACK)
            .any(|known| redirect_uri_matches(known, asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_registered_addresses_our_own_and_loopback_with_any_port_are_allowed() {
        let registered = [county_api::APP_SCHEME_CALLBACK.to_owned()];
        let claimed = Some("https://bevis.example/app/callback".to_owned());
        for (uri, allowed) in [
            ("no.lommebevis.app:/callback", true),
            ("https://bevis.example/app/callback", true),
            ("http://127.0.0.1:49152/callback", true),
            ("http://127.0.0.1/callback", true),
            ("http://[::1]:5000/callback", true),
            ("http://localhost:5000/callback", false),
            ("https://127.0.0.1:5000/callback", false),
            ("http://127.0.0.1:5000/callback/", false),
            ("http://127.0.0.1:5000/other", false),
            ("http://127.0.0.1:5000/callback?x=1", false),
            ("http://127.0.0.1:5000/callback#x", false),
            ("http://user@127.0.0.1:5000/callback", false),
            ("http://127.1:5000/callback", false),
            ("http://127.0.0.1:5000/x/../callback", false),
            ("http://127.0.0.1.example:5000/callback", false),
            ("http://127.0.0.2:5000/callback", false),
            ("http:\\\\127.0.0.1:5000/callback", false),
            ("no.lommebevis.app:/callback2", false),
            ("no.lommebevis.app:/callback?x", false),
            ("NO.LOMMEBEVIS.APP:/callback", false),
            ("https://bevis.example/app/callback/", false),
            ("https://bevis.example:8443/app/callback", false),
            ("https://bevis.example:443/app/callback", false),
            ("http://bevis.example/app/callback", false),
            ("https://bevis.example/app/callback?x=1", false),
            ("https://bevis.example/app/callback#x", false),
            ("https://bevis.example/app/../app/callback", false),
            ("https://bevis.example/app/callback%2f", false),
            ("https://bevis.example//app/callback", false),
            ("https://bevis.example./app/callback", false),
            ("https://BEVIS.example/app/callback", false),
            ("https://bevis.example@evil.example/app/callback", false),
            ("https://nora@bevis.example/app/callback", false),
            ("https://bevis.example.evil.example/app/callback", false),
            ("https://evil.example/app/callback", false),
            ("no.lommebevis.app://callback", false),
            ("no.lommebevis.app:callback", false),
            ("no.lommebevis.app.evil:/callback", false),
            ("javascript:alert(1)", false),
            ("", false),
        ] {
            assert_eq!(is_one_of(&registered, &claimed, uri), allowed, "{uri}");
        }
    }

    #[test]
    fn the_claimed_address_goes_by_that_of_the_service() {
        for (public_url, expected) in [
            (
                "https://bevis.example",
                Some("https://bevis.example/app/callback"),
            ),
            (
                "https://fylket.example/bevis/",
                Some("https://fylket.example/bevis/app/callback"),
            ),
            ("http://127.0.0.1:8020", None),
        ] {
            let issuer = IssuerConfig {
                public_url: public_url.parse().unwrap(),
                name: "Fjordviken".into(),
                accessibility_statement_url: None,
                demo: true,
            };
            assert_eq!(claimed(&issuer).as_deref(), expected, "{public_url}");
        }
    }
}
