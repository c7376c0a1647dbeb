//! What the issuer says in a token, and its form as a CWT claims set.

use std::collections::BTreeMap;

use ciborium::Value as Cbor;
use jose::{Jwk, PublicKey};

use crate::{DecodeError, EncodeError, cose, point};

pub(crate) const ISSUER: i64 = 1; // RFC 8392 §3.1
pub(crate) const EXPIRES_AT: i64 = 4;
const NOT_BEFORE: i64 = 5;
pub(crate) const ISSUED_AT: i64 = 6;
const CONFIRMATION: i64 = 8; // RFC 8747 §3.1
pub(crate) const IDENTITY: i64 = 169; // IANA CWT claims, "Claim 169"
pub(crate) const STATUS: i64 = 65535; // draft-ietf-oauth-status-list-21 §6.3

const COSE_KEY: i64 = 1; // RFC 8747 §3.2
const KEY_TYPE: i64 = 1; // RFC 9052 §7.1
const EC2: i64 = 2;
const CURVE: i64 = -1; // RFC 9053 §7.1.1
const P256: i64 = 1;
const X: i64 = -2;
const Y: i64 = -3;

/// What the issuer vouches for.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenClaims {
    /// The issuer's address (claim 1).
    pub issuer: String,
    /// Unix seconds from which the token is no longer good (claim 4).
    pub expires_at: i64,
    /// Unix seconds (claim 6).
    pub issued_at: i64,
    /// The key that must sign every proof (claim 8). P-256.
    pub holder: Jwk,
    /// Where the token's status is found (claim 65535).
    pub status: Option<StatusRef>,
    /// The facts (claim 169).
    pub identity: Claim169,
}

/// A place in a status list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusRef {
    /// The list's address, absolute.
    pub uri: String,
    /// The entry in it, from 0.
    pub idx: u64,
}

/// The identity map under CWT claim 169: label to value. Labels 1–23 have a meaning given by its specification,
/// 75–99 are free for the issuer's own.
///
/// What it says is personal, so `Debug` shows labels and kinds of value only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim169(pub BTreeMap<i64, Value>);

/// One value of a [`Claim169`].
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes, such as a picture.
    Bytes(Vec<u8>),
    /// True or false.
    Bool(bool),
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(_) => f.write_str("Int"),
            Self::Text(_) => f.write_str("Text"),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Bool(_) => f.write_str("Bool"),
        }
    }
}

impl Claim169 {
    /// Adds or replaces a value.
    pub fn insert(&mut self, label: i64, value: Value) {
        self.0.insert(label, value);
    }

    /// The text under `label`, if there is one and it is text.
    #[must_use]
    pub fn text(&self, label: i64) -> Option<&str> {
        match self.0.get(&label) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The number under `label`, if there is one and it is a number.
    #[must_use]
    pub fn int(&self, label: i64) -> Option<i64> {
        match self.0.get(&label) {
            Some(Value::Int(int)) => Some(*int),
            _ => None,
        }
    }

    /// The bytes under `label`, if there are any.
    #[must_use]
    pub fn bytes(&self, label: i64) -> Option<&[u8]> {
        match self.0.get(&label) {
            Some(Value::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// The truth value under `label`, if there is one.
    #[must_use]
    pub fn bool(&self, label: i64) -> Option<bool> {
        match self.0.get(&label) {
            Some(Value::Bool(bool)) => Some(*bool),
            _ => None,
        }
    }
}

impl Claim169 {
    pub(crate) fn to_cbor(&self) -> Cbor {
        let members = self.0.iter();
        cose::map(members.map(|(label, value)| (*label, value.to_cbor())))
    }

    /// The identity map of a claims set.
    pub(crate) fn take_from(claims: &mut cose::Map) -> Result<Self, DecodeError> {
        let identity = claims
            .map(IDENTITY, "claim 169")?
            .ok_or(DecodeError::Structure("claim 169 is missing"))?;
        identity
            .into_entries()
            .map(|(label, value)| Ok((label, Value::from_cbor(value)?)))
            .collect::<Result<_, DecodeError>>()
            .map(Self)
    }
}

impl TokenClaims {
    /// The claims set in deterministic encoding.
    pub(crate) fn to_cbor(&self) -> Result<Vec<u8>, EncodeError> {
        let mut claims = vec![
            (ISSUER, Cbor::Text(self.issuer.clone())),
            (EXPIRES_AT, self.expires_at.into()),
            (ISSUED_AT, self.issued_at.into()),
            (
                CONFIRMATION,
                cose::map([(COSE_KEY, key_to_cbor(&self.holder)?)]),
            ),
        ];
        if let Some(status) = &self.status {
            claims.push((STATUS, status.to_cbor(&self.issuer)?));
        }
        claims.push((IDENTITY, self.identity.to_cbor()));
        cose::encode(&cose::map(claims))
    }

    /// Reads a claims set that has passed the strict check. Also gives the first second it is good in: the later of
    /// `iat` and `nbf`. Claims unknown here are passed over, as RFC 8392 §3 asks.
    pub(crate) fn from_cbor(bytes: &[u8]) -> Result<(Self, i64), DecodeError> {
        let mut map = cose::Map::read(bytes, "the token's claims are no map")?;
        let issuer = map
            .text(ISSUER, "iss")?
            .ok_or(DecodeError::Structure("iss is missing"))?;
        let expires_at = map
            .int(EXPIRES_AT, "exp")?
            .ok_or(DecodeError::Structure("exp is missing"))?;
        let issued_at = map
            .int(ISSUED_AT, "iat")?
            .ok_or(DecodeError::Structure("iat is missing"))?;
        let not_before = map
            .int(NOT_BEFORE, "nbf")?
            .map_or(issued_at, |nbf| nbf.max(issued_at));
        let mut confirmation = map
            .map(CONFIRMATION, "cnf")?
            .ok_or(DecodeError::Structure("cnf is missing"))?;
        let key = confirmation
            .map(COSE_KEY, "cnf")?
            .ok_or(DecodeError::Structure("cnf has no COSE_Key"))?;
        let holder = key_from_cbor(key)?;
        let status = map
            .take(STATUS)
            .map(|status| StatusRef::from_cbor(status, &issuer))
            .transpose()?;
        let identity = Claim169::take_from(&mut map)?;
        let claims = Self {
            issuer,
            expires_at,
            issued_at,
            holder,
            status,
            identity,
        };
        Ok((claims, not_before))
    }
}

impl StatusRef {
    pub(crate) fn to_cbor(&self, issuer: &str) -> Result<Cbor, EncodeError> {
        if self.uri.starts_with('/') {
            return Err(EncodeError::StatusUri);
        }
        let written = match self.uri.strip_prefix(base(issuer)) {
            Some(path) if path.starts_with('/') => path,
            _ => &self.uri,
        };
        Ok(Cbor::Map(vec![(
            "status_list".into(),
            Cbor::Map(vec![
                ("idx".into(), self.idx.into()),
                ("uri".into(), written.into()),
            ]),
        )]))
    }

    pub(crate) fn from_cbor(value: Cbor, issuer: &str) -> Result<Self, DecodeError> {
        const FAULT: DecodeError = DecodeError::Structure("status is not a status_list reference");
        let member = |map: &[(Cbor, Cbor)], name: &str| {
            map.iter()
                .find(|(key, _)| key.as_text() == Some(name))
                .map(|(_, value)| value.clone())
                .ok_or(FAULT)
        };
        let list = member(value.as_map().ok_or(FAULT)?, "status_list")?;
        let list = list.as_map().ok_or(FAULT)?;
        let idx = member(list, "idx")?
            .as_integer()
            .and_then(|idx| u64::try_from(idx).ok())
            .ok_or(FAULT)?;
        let written = member(list, "uri")?.into_text().map_err(|_| FAULT)?;
        let uri = if written.starts_with('/') {
            format!("{}{written}", base(issuer))
        } else {
            written
        };
        Ok(Self { uri, idx })
    }
}

/// An issuer's address as status URIs begin with it: `https://id.example/` and `https://id.example` are one.
fn base(issuer: &str) -> &str {
    issuer.strip_suffix('/').unwrap_or(issuer)
}

impl Value {
    fn to_cbor(&self) -> Cbor {
        match self {
            Self::Int(int) => (*int).into(),
            Self::Text(text) => Cbor::Text(text.clone()),
            Self::Bytes(bytes) => Cbor::Bytes(bytes.clone()),
            Self::Bool(bool) => Cbor::Bool(*bool),
        }
    }

    fn from_cbor(value: Cbor) -> Result<Self, DecodeError> {
        const FAULT: DecodeError =
            DecodeError::Structure("claim 169 holds a value of another kind");
        match value {
            Cbor::Integer(int) => i64::try_from(int).map(Self::Int).map_err(|_| FAULT),
            Cbor::Text(text) => Ok(Self::Text(text)),
            Cbor::Bytes(bytes) => Ok(Self::Bytes(bytes)),
            Cbor::Bool(bool) => Ok(Self::Bool(bool)),
            _ => Err(FAULT),
        }
    }
}

fn key_to_cbor(key: &Jwk) -> Result<Cbor, EncodeError> {
    let PublicKey::P256 { x, y } = &key.key else {
        return Err(EncodeError::HolderKey);
    };
    let odd = point::is_odd(y);
    if point::decompress(x, odd).as_ref() != Some(y) {
        return Err(EncodeError::HolderKey);
    }
    Ok(cose::map([
        (KEY_TYPE, EC2.into()),
        (CURVE, P256.into()),
        (X, Cbor::Bytes(x.to_vec())),
        (Y, Cbor::Bool(odd)),
    ]))
}

fn key_from_cbor(mut key: cose::Map) -> Result<Jwk, DecodeError> {
    const FAULT: DecodeError = DecodeError::Structure("cnf is not a P-256 key");
    if key.int(KEY_TYPE, "kty")? != Some(EC2) || key.int(CURVE, "crv")? != Some(P256) {
        return Err(FAULT);
    }
    let x: [u8; 32] = key
        .bytes(X, "x")?
        .and_then(|x| x.try_into().ok())
        .ok_or(FAULT)?;
    // Both forms of RFC 9053 §7.1.1 are read; a whole y that is not on the curve is refused here already.
    let y = match key.take(Y) {
        Some(Cbor::Bool(odd)) => point::decompress(&x, odd),
        Some(Cbor::Bytes(y)) => {
            let y: [u8; 32] = y.try_into().map_err(|_| FAULT)?;
            point::decompress(&x, point::is_odd(&y)).filter(|on_curve| *on_curve == y)
        }
        _ => None,
    };
    Ok(Jwk::p256(x, y.ok_or(FAULT)?))
}
