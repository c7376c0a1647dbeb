//! SD-JWT-based Verifiable Credentials: draft-ietf-oauth-sd-jwt-vc-26. All names of that draft are in this module.

mod claim_rules;
mod integrity;
mod template;
mod type_chain;
mod type_display;
mod type_metadata;

pub use claim_rules::RuleError;
pub use integrity::{integrity_of, matches_integrity};
pub use template::Template;
pub use type_chain::TypeChain;
pub use type_display::{
    Image, Logo, Rendering, SimpleRendering, SvgProperties, SvgTemplate, TypeDisplay,
};
pub use type_metadata::{
    ClaimDisplay, ClaimMetadata, ClaimPathElement, Disclosable, MetadataError, TypeMetadata,
};

use jose::{Jwk, Signer};
use ring::rand::SecureRandom;
use serde_json::{Map, Value};

use crate::verify::time;
use crate::{IssueError, KeyBindingPolicy, SdJwt, VerifyError};

/// `typ` of the issuer-signed JWT (§2.2.1).
pub const TYP: &str = "dc+sd-jwt";

/// Media type of a credential (§2.1).
pub const MEDIA_TYPE: &str = "application/dc+sd-jwt";

/// Claims that may not be selectively disclosed, nor anything within them (§2.2.2.2).
pub const ALWAYS_VISIBLE: [&str; 8] = [
    "iss",
    "nbf",
    "exp",
    "cnf",
    "vct",
    "vct#integrity",
    "aka_vcts",
    "status",
];

/// Digests that belong to nothing, so that two credentials of one kind with and without, say, a middle name look alike.
const DECOYS: usize = 3;

/// What a credential says. Not `Debug`, since it is personal.
#[derive(Clone)]
pub struct CredentialClaims<'a> {
    /// `iss`: the issuer's address.
    pub issuer: &'a str,
    /// `vct`: the type of credential.
    pub vct: &'a str,
    /// `iat`, unix seconds.
    pub issued_at: i64,
    /// `nbf`, unix seconds.
    pub not_before: Option<i64>,
    /// `exp`, unix seconds.
    pub expires_at: i64,
    /// Address of a status list, and the entry in it.
    pub status: Option<(&'a str, u64)>,
    /// The key that the credential is bound to.
    pub holder: &'a Jwk,
    /// Everything else. Each is made selectively disclosable, as a whole.
    pub subject_claims: Map<String, Value>,
}

/// A place in a status list (draft-ietf-oauth-status-list-21 §6.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusReference {
    /// The list's address.
    pub uri: String,
    /// The entry in it, from 0.
    pub idx: u64,
}

/// A credential whose issuer's signature, times and Disclosures were checked. Only [`verify`] makes one.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct VerifiedCredential {
    /// `iss`.
    pub issuer: String,
    /// `vct`.
    pub vct: String,
    /// `vct#integrity`: the hash of the type's document, for [`TypeChain::new`].
    pub vct_integrity: Option<String>,
    /// `aka_vcts`: types that this credential is also of, says its issuer.
    pub aka_vcts: Vec<String>,
    /// `iat`, unix seconds.
    pub issued_at: i64,
    /// `nbf`, unix seconds.
    pub not_before: Option<i64>,
    /// `exp`, unix seconds.
    pub expires_at: i64,
    /// `cnf.jwk`.
    pub holder: Option<Jwk>,
    /// Where to look for its status, which is not checked here.
    pub status: Option<StatusReference>,
    /// What it says of its subject: all visible claims but those above.
    pub claims: Map<String, Value>,
    /// JSON Pointers (RFC 6901) of what came by Disclosure.
    pub disclosed: Vec<String>,
}

/// The subject's claims are personal, so `Debug` leaves them out.
impl std::fmt::Debug for VerifiedCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedCredential")
            .field("issuer", &self.issuer)
            .field("vct", &self.vct)
            .field("expires_at", &self.expires_at)
            .field("claims", &self.claims.len())
            .finish_non_exhaustive()
    }
}

/// Issues a credential, signed with ES256 under the key named `kid`. Several copies of one come quicker from a
/// [`Template`].
///
/// # Errors
/// [`IssueError`]; `Forbidden` if a subject claim has a name that the other fields stand for.
pub fn issue(
    claims: &CredentialClaims<'_>,
    kid: &str,
    random: &dyn SecureRandom,
    signer: &dyn Signer,
) -> Result<String, IssueError> {
    Template::new(claims)?.issue(claims.holder, claims.status, kid, random, signer)
}

/// Verifies a credential (§2.4): all of RFC 9901, then what this draft adds. `now` is in unix seconds.
///
/// The caller checks that `issuer_key` is the issuer's, that `issuer` and `vct` are what it expects, and the status.
/// `iss`, `iat` and `exp` must be there, though the draft lets them be absent: a credential without them cannot be
/// trusted offline.
///
/// # Errors
/// The first [`VerifyError`].
pub fn verify(
    text: &str,
    issuer_key: &Jwk,
    now: i64,
    key_binding: &KeyBindingPolicy<'_>,
) -> Result<VerifiedCredential, VerifyError> {
    let verified = SdJwt::parse(text)?.verify(issuer_key, TYP, now, key_binding)?;
    for place in &verified.disclosed {
        // `/status/status_list` is within `status`; no name here has a character that a pointer escapes.
        let top = place[1..].split('/').next();
        if let Some(name) = ALWAYS_VISIBLE.into_iter().find(|name| top == Some(*name)) {
            return Err(VerifyError::Claim(name));
        }
    }
    let mut claims = verified.claims;
    let issued_at = time(&claims, "iat")?.ok_or(VerifyError::Claim("iat"))?;
    let not_before = time(&claims, "nbf")?;
    let expires_at = time(&claims, "exp")?.ok_or(VerifyError::Claim("exp"))?;
    let status = claims.get("status").map(status_reference).transpose()?;
    let vct_integrity = claims.get("vct#integrity").map(|value| {
        let text = value
            .as_str()
            .filter(|text| integrity::is_well_formed(text));
        text.map(str::to_owned)
            .ok_or(VerifyError::Claim("vct#integrity"))
    });
    let aka_vcts = claims.get("aka_vcts").map(types).transpose()?;
    let mut text = |name: &'static str| match claims.shift_remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        _ => Err(VerifyError::Claim(name)),
    };
    let (vct, issuer) = (text("vct")?, text("iss")?);
    let vct_integrity = vct_integrity.transpose()?;
    claims.retain(|name, _| name != "iat" && !ALWAYS_VISIBLE.contains(&name.as_str()));
    Ok(VerifiedCredential {
        issuer,
        vct,
        vct_integrity,
        aka_vcts: aka_vcts.unwrap_or_default(),
        issued_at,
        not_before,
        expires_at,
        holder: verified.holder,
        status,
        claims,
        disclosed: verified.disclosed,
    })
}

/// `aka_vcts` (§2.2.2.2): texts that are not empty.
fn types(value: &Value) -> Result<Vec<String>, VerifyError> {
    let text = |value: &Value| {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    value
        .as_array()
        .and_then(|types| types.iter().map(text).collect())
        .ok_or(VerifyError::Claim("aka_vcts"))
}

/// `status.status_list`; a `status` of other kinds alone is none that we can look up, and is refused, since not looking
/// would be taking a withdrawn credential for a good one.
fn status_reference(status: &Value) -> Result<StatusReference, VerifyError> {
    let read = || {
        let list = status.get("status_list")?;
        let idx = list.get("idx")?.as_u64()?;
        let uri = list.get("uri")?.as_str()?.to_owned();
        Some(StatusReference { uri, idx })
    };
    read().ok_or(VerifyError::Claim("status"))
}
