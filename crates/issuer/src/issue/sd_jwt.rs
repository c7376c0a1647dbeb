//! The SD-JWT VC: all claims of the card, each disclosable by itself, 30 days.

use jose::Jwk;
use sd_jwt::vc::{self, CredentialClaims};
use serde_json::{Map, Value};

use crate::{app::App, keys::IssuerKey};

use super::{IssueError, status::Entry, terms::Terms};

/// The type of the credential, and the address of its metadata.
pub(crate) fn vct(app: &App) -> String {
    app.config.issuer.at("/types/student-id")
}

/// Signs a credential over `holder`; `card` is what [`CardClaims::to_claims`](county_api::CardClaims::to_claims) gives.
pub(crate) fn sd_jwt(
    app: &App,
    card: &Map<String, Value>,
    terms: Terms,
    entry: &Entry,
    holder: &Jwk,
    signer: &IssuerKey,
) -> Result<String, IssueError> {
    let claims = CredentialClaims {
        issuer: app.config.issuer.id(),
        vct: &vct(app),
        issued_at: terms.issued_at,
        not_before: None,
        expires_at: terms.expires_at,
        status: Some((&entry.uri, entry.idx)),
        holder,
        subject_claims: card.clone(),
    };
    vc::issue(&claims, &signer.kid, &app.random, signer)
        .map_err(|error| IssueError::Write(error.into()))
}
