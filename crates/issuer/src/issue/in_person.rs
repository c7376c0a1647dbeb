//! The tokens behind the codes: a CWT with claim 169 for each profile, 7 days, and one with the small portrait.

use county_api::key_id;
use jose::Jwk;
use qr_proof::{Claim169, StatusRef, TokenClaims};

use crate::{app::App, keys::IssuerKey};

use super::{IssueError, status::Entry, terms::Terms};

/// Signs a token over `holder`, in base64url as OpenID4VCI carries binary credentials.
pub(crate) fn in_person(
    app: &App,
    identity: &Claim169,
    terms: Terms,
    entry: &Entry,
    holder: &Jwk,
    signer: &IssuerKey,
) -> Result<String, IssueError> {
    let claims = TokenClaims {
        issuer: app.config.issuer.id().to_owned(),
        expires_at: terms.expires_at,
        issued_at: terms.issued_at,
        holder: holder.clone(),
        status: Some(StatusRef {
            uri: entry.uri.clone(),
            idx: entry.idx,
        }),
        identity: identity.clone(),
    };
    qr_proof::issue(&claims, &key_id(signer.jwk()), signer)
        .map(|token| jose::base64url(&token))
        .map_err(|error| IssueError::Write(error.into()))
}
