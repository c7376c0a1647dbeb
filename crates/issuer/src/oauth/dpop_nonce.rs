//! Nonces for DPoP proofs (RFC 9449 §8 and §9): a proof with one was made lately, whatever the phone's clock says, and
//! cannot have been made in advance.
//!
//! They are the same for everyone and follow from the time, so that nothing is kept: who can ask for one shall not be
//! able to make us write. That a proof is used once is seen to by its `jti`.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use jose::constant_time_eq;

use crate::{http::Service, seal::Seal};

/// How long one nonce is given out, seconds. It is accepted for as long again.
const WINDOW: i64 = 150;
/// What the tags are for.
const PURPOSE: &str = "nonce for DPoP proofs";
/// Bytes of a nonce.
const BYTES: usize = 16;
const HEADER: HeaderName = HeaderName::from_static("dpop-nonce");

/// The nonce to give out now.
pub(crate) fn current(seal: &Seal, now: i64) -> String {
    of_window(seal, now.div_euclid(WINDOW))
}

fn of_window(seal: &Seal, window: i64) -> String {
    jose::base64url(&seal.tag(PURPOSE, &window.to_be_bytes())[..BYTES])
}

/// Whether this nonce was given out lately. The next one counts too: another process's clock may be ahead.
pub(super) fn is_fresh(seal: &Seal, nonce: &str, now: i64) -> bool {
    let window = now.div_euclid(WINDOW);
    [window, window - 1, window + 1]
        .into_iter()
        .any(|window| constant_time_eq(of_window(seal, window).as_bytes(), nonce.as_bytes()))
}

/// Says with every answer which nonce the next proof shall have (§8.2).
pub(crate) async fn give(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    if let Ok(nonce) = HeaderValue::from_str(&current(&service.seal, service.unix_now())) {
        response.headers_mut().insert(HEADER, nonce);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_fresh_for_one_to_two_windows() {
        let seal = Seal::from_key(&[7; 32]);
        let start = 1_000 * WINDOW;
        let nonce = current(&seal, start);
        assert_eq!(nonce, current(&seal, start + WINDOW - 1));
        assert_ne!(nonce, current(&seal, start + WINDOW));
        assert!(is_fresh(&seal, &nonce, start + 2 * WINDOW - 1));
        assert!(!is_fresh(&seal, &nonce, start + 2 * WINDOW));
        assert!(!is_fresh(&Seal::from_key(&[8; 32]), &nonce, start));
        assert!(!is_fresh(&seal, "", start));
    }
}
