//! The SD-JWT VC: all claims of the card, each disclosable by itself, 30 days.

use county_api::CardClaims;
use jose::Jwk;
use sd_jwt::vc::{CredentialClaims, Template};

use crate::app::App;

use super::{Entry, IssueError, Issuing};

/// The type of the credential, and the address of its metadata.
pub(crate) fn vct(app: &App) -> String {
    app.config.issuer.at("/types/student-id")
}

impl Issuing<'_> {
    /// Signs a copy of the card for each holder.
    ///
    /// # Errors
    /// When one cannot be written or signed.
    pub fn cards(
        &self,
        card: &CardClaims,
        holders: &[(Jwk, Entry)],
    ) -> Result<Vec<String>, IssueError> {
        let Some((first, _)) = holders.first() else {
            return Ok(Vec::new());
        };
        let write = |error: sd_jwt::IssueError| IssueError::Write(error.into());
        let template = Template::new(&CredentialClaims {
            issuer: self.issuer,
            vct: &self.vct,
            issued_at: self.terms.issued_at,
            not_before: None,
            expires_at: self.terms.expires_at,
            status: None,
            holder: first,
            subject_claims: card.to_claims(),
        })
        .map_err(write)?;
        holders
            .iter()
            .map(|(holder, entry)| {
                let status = Some((entry.uri.as_str(), entry.idx));
                template
                    .issue(holder, status, self.kid, self.random, self.signer)
                    .map_err(write)
            })
            .collect()
    }
}
