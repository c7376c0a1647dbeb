//! Browsers in which somebody has logged in before.
//!
//! All of a school have one address, and whoever is behind it can use up the logins that may begin there. A browser that
//! has finished one is counted by itself. Its cookie says that and nothing else: it names nobody, and opens nothing.

use axum::http::{HeaderMap, HeaderValue};

use crate::{http::Service, oauth::secret, seal::hex};

use super::{WebProblem, cookies};

/// Half a year, seconds.
const GOOD_FOR: i64 = 182 * 86_400;

fn name(service: &Service) -> String {
    cookies::name(service, "known")
}

fn tag(service: &Service, random: &str) -> String {
    hex(&service.seal.tag("known browser", random.as_bytes()))
}

/// Which known browser sends this, if it is one.
pub(crate) fn of<'a>(service: &Service, headers: &'a HeaderMap) -> Option<&'a str> {
    let (random, sent) = cookies::get(headers, &name(service))?.split_once('.')?;
    let is_ours = jose::constant_time_eq(tag(service, random).as_bytes(), sent.as_bytes());
    is_ours.then_some(random)
}

/// The cookie for a browser that has logged in.
pub(super) fn cookie(service: &Service, headers: &HeaderMap) -> Result<HeaderValue, WebProblem> {
    let random = match of(service, headers) {
        Some(random) => random.to_owned(),
        None => secret::generate(&service.random)
            .map_err(|_| WebProblem::Fault)?
            .to_string(),
    };
    let value = format!("{random}.{}", tag(service, &random));
    Ok(cookies::set(
        service,
        &name(service),
        &value,
        Some(GOOD_FOR),
    ))
}
