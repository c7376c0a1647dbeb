//! The JWT form (draft §5.1).

use jose::{Algorithm, Jwk, Signer, jws};
use serde::{Deserialize, Serialize};

use crate::{
    Bits, ListError, MAX_LIST_BYTES, MAX_TOKEN_BYTES, ReadError, StatusList, StatusListToken,
    WriteError,
};

const TYP: &str = "statuslist+jwt";

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ttl: Option<u64>,
    status_list: List,
}

#[derive(Serialize, Deserialize)]
struct List {
    bits: u64,
    lst: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aggregation_uri: Option<String>,
}

impl StatusListToken {
    /// The token as a compact JWT, signed with ES256.
    ///
    /// # Errors
    /// [`WriteError`] if the key cannot sign.
    pub fn to_jwt(&self, kid: &str, signer: &dyn Signer) -> Result<String, WriteError> {
        let claims = Claims {
            sub: self.uri.clone(),
            iat: self.issued_at,
            exp: self.expires_at,
            ttl: self.ttl,
            status_list: List {
                bits: self.list.bits().count().into(),
                lst: jose::base64url(&self.list.compress()),
                aggregation_uri: self.aggregation_uri.clone(),
            },
        };
        Ok(jws::sign_json(
            &jws::Header::new(TYP).with_kid(kid),
            &claims,
            signer,
        )?)
    }

    /// Reads a compact JWT and checks it: type, signature, `sub`, times, list, in this order (§8.3).
    ///
    /// # Errors
    /// The first [`ReadError`].
    pub fn from_jwt(
        text: &str,
        key: &Jwk,
        expected_uri: &str,
        now: i64,
    ) -> Result<Self, ReadError> {
        let jws = parse(text)?;
        let claims: Claims = match jws.verify(key, &[Algorithm::Es256]) {
            Ok(payload) => {
                serde_json::from_slice(payload).map_err(|_| ReadError::Claim("status_list"))?
            }
            Err(_) => return Err(ReadError::Signature),
        };
        let bits = Bits::try_from(claims.status_list.bits)?;
        let token = Self {
            uri: claims.sub,
            issued_at: claims.iat,
            expires_at: claims.exp,
            ttl: claims.ttl,
            aggregation_uri: claims.status_list.aggregation_uri,
            list: StatusList::new(bits, 0),
        };
        let token = token.check(expected_uri, now)?;
        let compressed =
            jose::base64url_decode(&claims.status_list.lst).map_err(|_| ListError::Compression)?;
        Ok(Self {
            list: StatusList::decompress(bits, &compressed, MAX_LIST_BYTES)?,
            ..token
        })
    }

    /// The `kid` of a token, to choose the key by. Unverified.
    ///
    /// # Errors
    /// [`ReadError`] if it is not a status list token or names no key.
    pub fn jwt_kid(text: &str) -> Result<String, ReadError> {
        parse(text)?
            .header()
            .kid
            .clone()
            .ok_or(ReadError::Claim("kid"))
    }

    /// The `sub` of a token, to know which list it says it is. Unverified.
    ///
    /// # Errors
    /// [`ReadError`] if it is not a status list token.
    pub fn jwt_uri(text: &str) -> Result<String, ReadError> {
        let claims: Claims = serde_json::from_slice(parse(text)?.unverified_payload())
            .map_err(|_| ReadError::Claim("sub"))?;
        Ok(claims.sub)
    }
}

fn parse(text: &str) -> Result<jws::Jws, ReadError> {
    if text.len() > MAX_TOKEN_BYTES {
        return Err(ReadError::TooLarge);
    }
    let jws = jws::Jws::parse(text).map_err(|_| ReadError::Malformed)?;
    jws.require_typ(TYP).map_err(|_| ReadError::Type)?;
    Ok(jws)
}
