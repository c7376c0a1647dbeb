//! Where an authorization answer may be sent.

use openid4vc::address::redirect_uri_matches;
use url::Url;

/// Where a native app on a computer listens, on any port (RFC 8252 §7.3).
const LOOPBACK: [&str; 2] = ["http://127.0.0.1/callback", "http://[::1]/callback"];

/// Whether `asked` is one of the registered addresses, or the app's own on this machine.
pub(crate) fn is_allowed(registered: &[String], asked: &str) -> bool {
    // The parser forgives much (`http:\\127.1`), and the browser is sent to what it made of it.
    Url::parse(asked).is_ok_and(|url| url.as_str() == asked)
        && registered
            .iter()
            .map(String::as_str)
            .chain(LOOPBACK)
            .any(|known| redirect_uri_matches(known, asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_registered_addresses_and_loopback_with_any_port_are_allowed() {
        let registered = [
            "no.lommebevis.app:/callback".to_owned(),
            "https://bevis.example/app/callback".to_owned(),
        ];
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
            ("https://evil.example/app/callback", false),
            ("javascript:alert(1)", false),
            ("", false),
        ] {
            assert_eq!(is_allowed(&registered, uri), allowed, "{uri}");
        }
    }
}
