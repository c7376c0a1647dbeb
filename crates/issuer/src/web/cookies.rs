//! Cookies of the pages.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::http::Service;

/// The value of a cookie of the request.
pub(super) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Over https a cookie is bound to this host; on http://localhost browsers would refuse such a one.
pub(super) fn name(service: &Service, name: &str) -> String {
    if is_https(service) {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// Gives the browser a cookie, until it is closed or for so many seconds, or takes it with an age of 0. `Lax`: the way back from Feide is a navigation from
/// another site.
pub(super) fn set(service: &Service, name: &str, value: &str, max_age: Option<i64>) -> HeaderValue {
    let secure = if is_https(service) { "; Secure" } else { "" };
    let age = max_age.map_or_else(String::new, |age| format!("; Max-Age={age}"));
    let text = format!("{name}={value}; Path=/{age}; HttpOnly; SameSite=Lax{secure}");
    // Only ASCII of our own making goes in, which is always a valid header.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn is_https(service: &Service) -> bool {
    service.config.issuer.public_url.scheme() == "https"
}
