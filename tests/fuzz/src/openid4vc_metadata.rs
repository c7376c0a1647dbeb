//! Metadata of the credential issuer and of its authorization server, the addresses in them, and offers.
//!
//! Input: either document as JSON; an offer as JSON, or the link of one; or two addresses, a line each.

use openid4vc::address::{self, is_secure, redirect_uri_matches};
use openid4vc::{AuthorizationServerMetadata, CredentialOffer, IssuerMetadata, OfferLink};
use url::{Host, Url};

use crate::laws;

/// The issuer that is asked for.
pub const ISSUER: &str = "https://issuer.example";
/// The authorization server that is asked for.
pub const SERVER: &str = "https://login.example";

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let mut accepted = issuer(data) | server(data) | offer(data);
    if let Ok(text) = std::str::from_utf8(data) {
        let (first, second) = text.split_once('\n').unwrap_or((text, text));
        accepted |= addresses(first, second);
    }
    accepted
}

fn issuer(data: &[u8]) -> bool {
    if !laws::json_comes_back::<IssuerMetadata>(data) {
        return false;
    }
    let metadata: IssuerMetadata = serde_json::from_slice(data).unwrap();
    for id in metadata.credential_configurations_supported.keys() {
        if let Ok(configuration) = metadata.configuration(id) {
            assert!(
                configuration
                    .scope
                    .as_ref()
                    .is_some_and(|scope| !scope.is_empty())
            );
        }
    }
    if metadata.check(ISSUER).is_err() {
        return false;
    }
    assert_eq!(metadata.credential_issuer, ISSUER);
    assert!(metadata.check(SERVER).is_err(), "one speaks for another");
    assert!(metadata.batch_size() >= 1);
    if let Some(encryption) = &metadata.credential_request_encryption {
        let key = encryption.choose();
        assert!(key.is_some() || !encryption.encryption_required);
        assert!(key.is_none_or(|(key, _)| key.kid().is_some()));
    }
    safe(&metadata.credential_endpoint);
    safe(metadata.nonce_endpoint.as_ref().unwrap());
    metadata.notification_endpoint.iter().for_each(safe);
    safe(&Url::parse(metadata.authorization_server()).unwrap());
    true
}

fn server(data: &[u8]) -> bool {
    if !laws::json_comes_back::<AuthorizationServerMetadata>(data) {
        return false;
    }
    let metadata: AuthorizationServerMetadata = serde_json::from_slice(data).unwrap();
    if metadata.check(SERVER).is_err() {
        return false;
    }
    assert_eq!(metadata.issuer, SERVER);
    assert!(metadata.check(ISSUER).is_err(), "one speaks for another");
    safe(&metadata.authorization_endpoint);
    safe(&metadata.token_endpoint);
    safe(&metadata.pushed_authorization_request_endpoint);
    metadata.revocation_endpoint.iter().for_each(safe);
    assert!(
        metadata
            .code_challenge_methods_supported
            .iter()
            .any(|method| method == "S256")
    );
    true
}

fn offer(data: &[u8]) -> bool {
    let text = std::str::from_utf8(data).ok();
    let linked = text.and_then(|text| linked(&Url::parse(text).ok()?));
    let offer = match linked {
        Some(OfferLink::Reference(url)) => {
            assert_eq!(url.scheme(), "https");
            safe(&url);
            return true;
        }
        Some(OfferLink::Offer(offer)) => Some(*offer),
        None => CredentialOffer::from_response(Some("application/json; charset=utf-8"), data).ok(),
    };
    let Some(offer) = offer else {
        return false;
    };
    safe(&Url::parse(&offer.credential_issuer).unwrap());
    assert!(!offer.credential_configuration_ids.is_empty());
    let again = serde_json::to_vec(&offer).unwrap();
    assert_eq!(CredentialOffer::from_json(&again).as_ref(), Ok(&offer));
    let url = OfferLink::Offer(Box::new(offer.clone())).to_url().unwrap();
    // Percent signs may make it longer than what is read.
    if let Some(again) = linked_short(&url) {
        assert_eq!(again, OfferLink::Offer(Box::new(offer)));
    }
    true
}

fn linked(url: &Url) -> Option<OfferLink> {
    OfferLink::from_url(url).ok()
}

fn linked_short(url: &Url) -> Option<OfferLink> {
    (url.as_str().len() < openid4vc::offer::MAX_LENGTH).then(|| OfferLink::from_url(url).unwrap())
}

/// Nothing secret goes over a wire in the clear, nor to an address that carries somebody's password.
fn safe(url: &Url) {
    let this_machine = match url.host().unwrap() {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.octets()[0] == 127,
        Host::Ipv6(address) => address.segments() == [0, 0, 0, 0, 0, 0, 0, 1],
    };
    assert!(
        url.scheme() == "https" || url.scheme() == "http" && this_machine,
        "{url}"
    );
    assert!(!url.as_str().contains('#') && url.username().is_empty() && url.password().is_none());
}

fn addresses(registered: &str, given: &str) -> bool {
    assert!(redirect_uri_matches(registered, registered));
    let matches = redirect_uri_matches(registered, given);
    assert_eq!(matches, redirect_uri_matches(given, registered));
    if let (Ok(registered), Ok(given), true) = (Url::parse(registered), Url::parse(given), matches)
    {
        assert_eq!(registered.host(), given.host());
        assert_eq!(registered.path(), given.path());
        if registered != given {
            safe(&given);
        }
    }
    let Ok(url) = Url::parse(given) else {
        return false;
    };
    if is_secure(&url) {
        safe(&url);
    }
    if !url.cannot_be_a_base() {
        let metadata = address::well_known(&url, address::CREDENTIAL_ISSUER);
        assert_eq!(
            (metadata.scheme(), metadata.host(), metadata.port()),
            (url.scheme(), url.host(), url.port())
        );
        assert!(
            metadata
                .path()
                .starts_with("/.well-known/openid-credential-issuer")
        );
        assert!(metadata.query().is_none() && metadata.fragment().is_none());
        assert!(url.as_str().starts_with(address::identifier(&url)));
    }
    true
}
