//! Nonces for DPoP proofs (RFC 9449 §8 and §9): a proof with one was made lately, whatever the phone's clock says, and
//! cannot have been made in advance.
//!
//! None is kept, because who can ask for one shall not be able to make us write. That a proof is used once is seen to by
//! its `jti`.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use jose::dpop::Nonces;

use crate::{http::Service, seal::Seal};

/// How long a nonce is good, seconds.
const LIFE: i64 = 300;
/// How long the same one is given out, seconds: apps need not note a new one at every answer.
const STEP: i64 = 60;
const HEADER: HeaderName = HeaderName::from_static("dpop-nonce");

/// The nonces of this service, the same in each of its processes.
pub(crate) fn nonces(seal: &Seal) -> Nonces {
    Nonces::with_key(LIFE, &seal.tag("nonces for DPoP proofs", b""))
}

/// The nonce to give out now.
pub(crate) fn current(service: &Service) -> String {
    let now = service.unix_now();
    service.dpop_nonces.make(now - now.rem_euclid(STEP))
}

/// Says with every answer which nonce the next proof shall have (§8.2).
pub(crate) async fn give(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    if let Ok(nonce) = HeaderValue::from_str(&current(&service)) {
        response.headers_mut().insert(HEADER, nonce);
    }
    response
}
