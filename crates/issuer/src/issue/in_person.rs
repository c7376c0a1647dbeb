//! The tokens behind the codes: a CWT with claim 169 for each profile, 7 days, and one with the small portrait.

use jose::Jwk;
use qr_proof::{Claim169, StatusRef, TokenClaims};

use super::{Entry, IssueError, Issuing};

impl Issuing<'_> {
    /// Signs a token for each holder, in base64url as OpenID4VCI carries binary credentials.
    ///
    /// # Errors
    /// When one cannot be written or signed.
    pub fn tokens(
        &self,
        identity: &Claim169,
        holders: &[(Jwk, Entry)],
    ) -> Result<Vec<String>, IssueError> {
        holders
            .iter()
            .map(|(holder, entry)| {
                let claims = TokenClaims {
                    issuer: self.issuer.to_owned(),
                    expires_at: self.terms.expires_at,
                    issued_at: self.terms.issued_at,
                    holder: holder.clone(),
                    status: Some(StatusRef {
                        uri: entry.uri.clone(),
                        idx: entry.idx,
                    }),
                    identity: identity.clone(),
                };
                qr_proof::issue(&claims, &self.key_id, self.signer)
                    .map(|token| jose::base64url(&token))
                    .map_err(|error| IssueError::Write(error.into()))
            })
            .collect()
    }
}
