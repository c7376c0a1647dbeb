//! Addresses: issuer identifiers, well-known places, what counts as secure, and redirect addresses.

use url::{Host, Url};

/// The well-known name of the issuer's metadata (OpenID4VCI 12.2.2).
pub const CREDENTIAL_ISSUER: &str = "openid-credential-issuer";

/// The well-known name of the authorization server's metadata (RFC 8414 §3).
pub const AUTHORIZATION_SERVER: &str = "oauth-authorization-server";

/// The well-known name of the keys of an SD-JWT VC issuer (SD-JWT VC, JWT VC Issuer Metadata).
pub const JWT_VC_ISSUER: &str = "jwt-vc-issuer";

/// The identifier of an issuer, as it stands in `iss`, `aud` and metadata.
///
/// Identifiers are compared letter by letter, and `Url` writes `https://a.example` with a slash at the end; this
/// is the text without it. Both sides should take the identifier from here.
///
/// ```
/// let url = "https://issuer.example".parse::<url::Url>().unwrap();
/// assert_eq!(url.as_str(), "https://issuer.example/");
/// assert_eq!(openid4vc::identifier(&url), "https://issuer.example");
/// ```
#[must_use]
pub fn identifier(issuer: &Url) -> &str {
    let text = issuer.as_str();
    if issuer.path() == "/" {
        text.strip_suffix('/').unwrap_or(text)
    } else {
        text
    }
}

/// The address of a well-known document: the name goes between host and path (OpenID4VCI 12.2.2, RFC 8414 §3.1).
#[must_use]
pub fn well_known(issuer: &Url, name: &str) -> Url {
    let mut url = issuer.clone();
    let path = issuer.path().trim_end_matches('/');
    url.set_path(&format!("/.well-known/{name}{path}"));
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// Whether secrets may be sent there: https, or http to this very machine (RFC 8252 §8.3), and neither userinfo
/// nor fragment in it.
#[must_use]
pub fn is_secure(url: &Url) -> bool {
    let transport = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(url),
        _ => false,
    };
    transport && is_plain(url)
}

/// Whether a redirect address is the registered one: the same letter by letter, or both http on the same
/// loopback address, where the port is free (RFC 8252 §7.3).
#[must_use]
pub fn redirect_uri_matches(registered: &str, given: &str) -> bool {
    if registered == given {
        return true;
    }
    let (Ok(registered), Ok(given)) = (Url::parse(registered), Url::parse(given)) else {
        return false;
    };
    let on_loopback = |url: &Url| url.scheme() == "http" && is_loopback(url) && is_plain(url);
    on_loopback(&registered)
        && on_loopback(&given)
        // `localhost` can be made to resolve elsewhere, so only addresses have a free port (RFC 8252 §8.3).
        && !matches!(given.host(), Some(Host::Domain(_)))
        && registered.host() == given.host()
        && registered.path() == given.path()
        && registered.query() == given.query()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn is_plain(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn the_well_known_name_goes_between_host_and_path() {
        for (issuer, expected) in [
            (
                "https://issuer.example",
                "https://issuer.example/.well-known/n",
            ),
            (
                "https://issuer.example/",
                "https://issuer.example/.well-known/n",
            ),
            (
                "https://issuer.example/tenant/1",
                "https://issuer.example/.well-known/n/tenant/1",
            ),
            (
                "https://issuer.example/tenant/",
                "https://issuer.example/.well-known/n/tenant",
            ),
            (
                "https://issuer.example:8443/t?q#f",
                "https://issuer.example:8443/.well-known/n/t",
            ),
            (
                "http://127.0.0.1:8020",
                "http://127.0.0.1:8020/.well-known/n",
            ),
        ] {
            assert_eq!(well_known(&url(issuer), "n").as_str(), expected);
        }
    }

    #[test]
    fn the_identifier_has_no_slash_that_was_not_meant() {
        for text in [
            "https://issuer.example",
            "https://issuer.example/tenant",
            "https://issuer.example/tenant/",
            "http://127.0.0.1:8020",
        ] {
            assert_eq!(identifier(&url(text)), text);
        }
    }

    #[test]
    fn only_https_and_this_machine_are_secure() {
        for (secure, text) in [
            (true, "https://issuer.example/a?b"),
            (true, "http://127.0.0.1:8020/a"),
            (true, "http://[::1]:8020/a"),
            (true, "http://localhost/a"),
            (false, "http://issuer.example/a"),
            (false, "http://localhost.evil.example/a"),
            (false, "http://127.0.0.1.evil.example/a"),
            (false, "https://user@issuer.example/a"),
            (false, "https://user:word@issuer.example/a"),
            (false, "https://issuer.example/a#b"),
            (false, "ftp://issuer.example/a"),
            (false, "no.lommebevis.app:/callback"),
            (false, "data:text/plain,a"),
        ] {
            assert_eq!(is_secure(&url(text)), secure, "{text}");
        }
    }

    #[test]
    fn redirect_addresses_are_compared_letter_by_letter_but_for_the_loopback_port() {
        for (same, registered, given) in [
            (true, "https://a.example/cb", "https://a.example/cb"),
            (
                true,
                "no.lommebevis.app:/callback",
                "no.lommebevis.app:/callback",
            ),
            (true, "http://127.0.0.1/cb", "http://127.0.0.1:49152/cb"),
            (true, "http://[::1]/cb", "http://[::1]:49152/cb"),
            (false, "https://a.example/cb", "https://a.example/cb/"),
            (false, "https://a.example/cb", "https://a.example/cb?x=1"),
            (false, "https://a.example/cb", "https://A.example/cb"),
            (false, "https://a.example/cb", "https://a.example:8443/cb"),
            (false, "http://127.0.0.1/cb", "http://127.0.0.1:1/other"),
            (false, "http://127.0.0.1/cb", "http://127.0.0.1:1/cb?x=1"),
            (false, "http://127.0.0.1/cb", "http://127.0.0.1:1/cb#x"),
            (false, "http://127.0.0.1/cb", "http://u@127.0.0.1:1/cb"),
            (false, "http://127.0.0.1/cb", "http://127.0.0.2:1/cb"),
            (false, "http://127.0.0.1/cb", "http://[::1]:1/cb"),
            (false, "http://127.0.0.1/cb", "https://127.0.0.1:1/cb"),
            (false, "http://localhost/cb", "http://localhost:1/cb"),
            (false, "http://127.0.0.1/cb", "not an address"),
            (false, "http://127.0.0.1/cb", ""),
        ] {
            assert_eq!(redirect_uri_matches(registered, given), same, "{given}");
        }
    }
}
