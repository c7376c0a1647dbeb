//! What an app is told about its county: the file `county.json`.

use std::net::IpAddr;

use jose::Jwk;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// One county, as an app or a checker is set up for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct County {
    /// The issuer's address, and the `iss` of all it signs.
    pub issuer: Url,
    /// The name to show.
    pub name: String,
    /// The pinned key that signs the trust list.
    pub trust_list_key: Jwk,
    /// Where one gets a new Feide password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_help_url: Option<Url>,
    /// The county's accessibility statement for this service (tilgjengelighetserklæring, uustatus.no).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accessibility_statement_url: Option<Url>,
    /// Whether all of this is a specimen: test people, no rights.
    #[serde(default)]
    pub demo: bool,
}

/// The file does not describe a county.
#[derive(Debug, thiserror::Error)]
pub enum CountyError {
    /// Not JSON, or a member is missing or of the wrong kind.
    #[error("the county file cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The issuer's address is not one to send people to.
    #[error(
        "the issuer must be an https address (http only to this machine itself), without user, query and fragment"
    )]
    Issuer,
    /// A help page must be an https address.
    #[error("password_help_url must be an https address (http only to this machine itself)")]
    PasswordHelp,
    /// So must the statement's.
    #[error(
        "accessibility_statement_url must be an https address (http only to this machine itself)"
    )]
    AccessibilityStatement,
}

impl County {
    /// Reads and checks the file.
    pub fn from_json(bytes: &[u8]) -> Result<Self, CountyError> {
        let county: Self = serde_json::from_slice(bytes)?;
        let issuer = &county.issuer;
        let plain = issuer.username().is_empty()
            && issuer.password().is_none()
            && issuer.query().is_none()
            && issuer.fragment().is_none();
        if !plain || !is_safe(issuer) {
            return Err(CountyError::Issuer);
        }
        if !county.password_help_url.as_ref().is_none_or(is_safe) {
            return Err(CountyError::PasswordHelp);
        }
        let statement = &county.accessibility_statement_url;
        if !statement.as_ref().is_none_or(is_safe) {
            return Err(CountyError::AccessibilityStatement);
        }
        Ok(county)
    }

    /// The issuer's identifier as it stands in `iss`: the address without a slash at its end.
    pub fn issuer_id(&self) -> &str {
        self.issuer.as_str().trim_end_matches('/')
    }
}

fn is_safe(url: &Url) -> bool {
    let this_machine = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => return false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && this_machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(issuer: &str) -> Vec<u8> {
        let county = serde_json::json!({
            "issuer": issuer,
            "name": "Fjordviken fylkeskommune",
            "trust_list_key": Jwk::p256([1; 32], [2; 32]),
        });
        serde_json::to_vec(&county).unwrap()
    }

    #[test]
    fn a_county_is_read_from_its_file() {
        for (issuer, id) in [
            (
                "https://bevis.fjordviken.example",
                "https://bevis.fjordviken.example",
            ),
            (
                "https://bevis.fjordviken.example/a/",
                "https://bevis.fjordviken.example/a",
            ),
            ("http://127.0.0.1:8020", "http://127.0.0.1:8020"),
            ("http://[::1]:8020/", "http://[::1]:8020"),
            ("http://localhost:8020", "http://localhost:8020"),
        ] {
            let county = County::from_json(&file(issuer)).unwrap();
            assert_eq!(county.issuer_id(), id);
            assert!(!county.demo);
        }
    }

    #[test]
    fn a_page_to_link_to_is_a_safe_address_or_none() {
        for (page, refused) in [
            ("password_help_url", "password_help_url must be"),
            (
                "accessibility_statement_url",
                "accessibility_statement_url must be",
            ),
        ] {
            let mut county: serde_json::Value =
                serde_json::from_slice(&file("https://bevis.fjordviken.example")).unwrap();
            county[page] = "https://fjordviken.example/side".into();
            let read = County::from_json(county.to_string().as_bytes()).unwrap();
            let written = serde_json::to_value(&read).unwrap();
            assert_eq!(written[page], "https://fjordviken.example/side");
            county[page] = "javascript:alert(1)".into();
            let error = County::from_json(county.to_string().as_bytes()).unwrap_err();
            assert!(error.to_string().starts_with(refused), "{error}");
        }
    }

    #[test]
    fn an_unsafe_issuer_is_refused() {
        for issuer in [
            "http://bevis.fjordviken.example",
            "http://127.0.0.1.example:8020",
            "https://user:secret@bevis.fjordviken.example",
            "https://bevis.fjordviken.example/?county=3",
            "https://bevis.fjordviken.example/#a",
            "file:///etc/passwd",
            "javascript:alert(1)",
        ] {
            let read = County::from_json(&file(issuer));
            assert!(matches!(read, Err(CountyError::Issuer)), "{issuer}");
        }
        assert!(matches!(
            County::from_json(b"{}"),
            Err(CountyError::Json(_))
        ));
    }
}
