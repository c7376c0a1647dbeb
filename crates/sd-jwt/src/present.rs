//! Showing some of an SD-JWT: the holder's side of RFC 9901 §7.2.

use jose::{Signer, jws};
use serde_json::{Value, json};

use crate::expand::{DisclosureError, expand};
use crate::parse::{ParseError, SdJwt, digest};
use crate::verify::{claims_of, holder_key};

/// What the holder signs beside the Disclosures (§4.3).
#[derive(Clone, Copy)]
pub struct Binding<'a> {
    /// Who is asking.
    pub audience: &'a str,
    /// Their nonce.
    pub nonce: &'a str,
    /// Unix seconds.
    pub now: i64,
    /// The key that the issuer put in `cnf`.
    pub holder: &'a dyn Signer,
}

/// Why a presentation was not made.
#[derive(Debug, thiserror::Error)]
pub enum PresentError {
    /// What was to be shown cannot be read.
    #[error("not an SD-JWT")]
    Parse(#[from] ParseError),
    /// Its Disclosures do not fit.
    #[error("digests and disclosures do not fit")]
    Disclosures(#[from] DisclosureError),
    /// It is a presentation already.
    #[error("it is bound by a key already")]
    AlreadyBound,
    /// A claim that is not in it was to be shown.
    #[error("no such claim to be shown")]
    NoSuchClaim,
    /// Another key than the one in `cnf`, or there is none.
    #[error("this is not the holder's key")]
    OtherHolder,
    /// The key could not sign.
    #[error("the key could not sign")]
    Sign(#[from] jose::SignError),
}

/// Makes a presentation that discloses `disclose` and no more than it takes to show that.
///
/// Each is the name of a claim at the top, or a JSON Pointer (RFC 6901: `/address/street`, `/nationalities/0`, counted
/// with everything disclosed); all beneath it is shown too. Claims that are always visible may be named. Nothing is
/// verified: the holder did that on receipt.
///
/// # Errors
/// [`PresentError`]
pub fn present(
    sd_jwt: &str,
    disclose: &[&str],
    binding: Option<Binding<'_>>,
) -> Result<String, PresentError> {
    let parsed = SdJwt::parse(sd_jwt)?;
    if parsed.has_key_binding() {
        return Err(PresentError::AlreadyBound);
    }
    let payload = claims_of(parsed.issuer.unverified_payload())?;
    let disclosures = parsed.disclosures();
    let expanded = expand(payload, &disclosures)?;
    let claims = Value::Object(expanded.claims);

    let wanted: Vec<String> = disclose.iter().map(|wanted| pointer(wanted)).collect();
    if wanted.iter().any(|wanted| claims.pointer(wanted).is_none()) {
        return Err(PresentError::NoSuchClaim);
    }
    let (issuer_jwt, _) = sd_jwt.split_once('~').ok_or(ParseError::Separators)?;
    let mut text = format!("{issuer_jwt}~");
    for (disclosure, place) in disclosures.iter().zip(&expanded.pointers) {
        // Within what is wanted, or around it.
        if wanted
            .iter()
            .any(|wanted| within(place, wanted) || within(wanted, place))
        {
            text.push_str(disclosure);
            text.push('~');
        }
    }
    if let Some(binding) = binding {
        let named = claims
            .as_object()
            .and_then(|claims| holder_key(claims).ok().flatten());
        let own = binding.holder.public_jwk().thumbprint_bytes();
        if named.map(|key| key.thumbprint_bytes()) != Some(own) {
            return Err(PresentError::OtherHolder);
        }
        let claims = json!({
            "iat": binding.now, "aud": binding.audience, "nonce": binding.nonce, "sd_hash": digest(&text),
        });
        text.push_str(&jws::sign_json(
            &jws::Header::new("kb+jwt"),
            &claims,
            binding.holder,
        )?);
    }
    Ok(text)
}

fn pointer(wanted: &str) -> String {
    if wanted.starts_with('/') {
        wanted.to_owned()
    } else {
        format!("/{}", wanted.replace('~', "~0").replace('/', "~1"))
    }
}

fn within(inner: &str, outer: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
