//! The CWT form (draft §5.2): a tagged COSE_Sign1, never with the tag for CWT around it.

use ciborium::Value;
use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, Label, TaggedCborSerializable, iana};
use jose::{Jwk, Signer};

use crate::{
    Bits, MAX_LIST_BYTES, MAX_TOKEN_BYTES, MEDIA_TYPE_CWT, ReadError, StatusList, StatusListToken,
    WriteError, token,
};

const TYP: i64 = 16; // RFC 9596
const SUB: i64 = 2; // RFC 8392 §3.1
const EXP: i64 = 4;
const IAT: i64 = 6;
const STATUS_LIST: i64 = 65533;
const TTL: i64 = 65534;

impl StatusListToken {
    /// The token as a CWT, signed with ES256. `key_id` is COSE's `kid`.
    ///
    /// # Errors
    /// [`WriteError`] if the key cannot sign.
    pub fn to_cwt(&self, key_id: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, WriteError> {
        let mut list = vec![
            ("bits".into(), u64::from(self.list.bits().count()).into()),
            ("lst".into(), Value::Bytes(self.list.compress())),
        ];
        if let Some(uri) = &self.aggregation_uri {
            list.push(("aggregation_uri".into(), uri.as_str().into()));
        }
        let mut claims = vec![(SUB.into(), self.uri.as_str().into())];
        if let Some(expires_at) = self.expires_at {
            claims.push((EXP.into(), expires_at.into()));
        }
        claims.push((IAT.into(), self.issued_at.into()));
        claims.push((STATUS_LIST.into(), Value::Map(list)));
        if let Some(ttl) = self.ttl {
            claims.push((TTL.into(), ttl.into()));
        }
        let mut payload = Vec::new();
        ciborium::into_writer(&Value::Map(claims), &mut payload).map_err(|_| WriteError::Cbor)?;
        let header = HeaderBuilder::new()
            .algorithm(iana::Algorithm::ES256)
            .key_id(key_id.to_vec())
            .value(TYP, MEDIA_TYPE_CWT.into())
            .build();
        CoseSign1Builder::new()
            .protected(header)
            .payload(payload)
            .try_create_signature(b"", |message| {
                signer.sign(message).map(|signature| signature.to_vec())
            })?
            .build()
            .to_tagged_vec()
            .map_err(|_| WriteError::Cbor)
    }

    /// Reads a CWT and checks it: type, signature, `sub`, times, list, in this order (§8.3).
    ///
    /// # Errors
    /// The first [`ReadError`].
    pub fn from_cwt(
        bytes: &[u8],
        key: &Jwk,
        expected_uri: &str,
        now: i64,
    ) -> Result<Self, ReadError> {
        let sign1 = parse(bytes)?;
        sign1.verify_signature(b"", |signature, message| {
            token::verify(key, message, signature)
        })?;
        let mut claims = claims(&sign1)?;
        let uri = claims
            .text(SUB.into(), "sub")?
            .ok_or(ReadError::Claim("sub"))?;
        let issued_at = claims
            .int(IAT.into(), "iat")?
            .ok_or(ReadError::Claim("iat"))?;
        let expires_at = claims.int(EXP.into(), "exp")?;
        let ttl = claims
            .int(TTL.into(), "ttl")?
            .map(u64::try_from)
            .transpose();
        let ttl = ttl.map_err(|_| ReadError::Claim("ttl"))?;
        let mut list = Map::new(claims.take(&STATUS_LIST.into()), "status_list")?;
        let bits = list
            .int("bits".into(), "bits")?
            .and_then(|bits| u64::try_from(bits).ok());
        let bits = Bits::try_from(bits.ok_or(ReadError::Claim("bits"))?)?;
        let aggregation_uri = list.text("aggregation_uri".into(), "aggregation_uri")?;
        let compressed = list
            .take(&"lst".into())
            .and_then(|lst| lst.into_bytes().ok());
        let compressed = compressed.ok_or(ReadError::Claim("lst"))?;
        let list = StatusList::new(bits, 0);
        let token = Self {
            uri,
            issued_at,
            expires_at,
            ttl,
            aggregation_uri,
            list,
        }
        .check(expected_uri, now)?;
        Ok(Self {
            list: StatusList::decompress(bits, &compressed, MAX_LIST_BYTES)?,
            ..token
        })
    }

    /// The key id of a token, to choose the key by. Unverified.
    ///
    /// # Errors
    /// [`ReadError`] if it is not a status list token or names no key.
    pub fn cwt_key_id(bytes: &[u8]) -> Result<Vec<u8>, ReadError> {
        let sign1 = parse(bytes)?;
        let key_ids = [sign1.protected.header.key_id, sign1.unprotected.key_id];
        // The draft's own example has it outside the signature; a wrong one only finds no key, or the wrong one.
        key_ids
            .into_iter()
            .find(|key_id| !key_id.is_empty())
            .ok_or(ReadError::Claim("kid"))
    }

    /// The `sub` of a token, to know which list it says it is. Unverified.
    ///
    /// # Errors
    /// [`ReadError`] if it is not a status list token.
    pub fn cwt_uri(bytes: &[u8]) -> Result<String, ReadError> {
        claims(&parse(bytes)?)?
            .text(SUB.into(), "sub")?
            .ok_or(ReadError::Claim("sub"))
    }
}

fn parse(bytes: &[u8]) -> Result<CoseSign1, ReadError> {
    if bytes.len() > MAX_TOKEN_BYTES {
        return Err(ReadError::TooLarge);
    }
    let sign1 = CoseSign1::from_tagged_slice(bytes).map_err(|_| ReadError::Malformed)?;
    let header = &sign1.protected.header;
    let typ = header
        .rest
        .iter()
        .find(|(label, _)| *label == Label::Int(TYP))
        .map(|(_, value)| value);
    if typ.and_then(Value::as_text) != Some(MEDIA_TYPE_CWT) {
        return Err(ReadError::Type);
    }
    // Only what is signed may name the algorithm, and nothing critical is understood here.
    let es256 = Some(coset::Algorithm::Assigned(iana::Algorithm::ES256));
    if header.alg != es256 || sign1.unprotected.alg.is_some() || !header.crit.is_empty() {
        return Err(ReadError::Signature);
    }
    Ok(sign1)
}

fn claims(sign1: &CoseSign1) -> Result<Map, ReadError> {
    let mut payload = sign1.payload.as_deref().ok_or(ReadError::Malformed)?;
    let claims = ciborium::from_reader(&mut payload).map_err(|_| ReadError::Malformed)?;
    if payload.is_empty() {
        Map::new(Some(claims), "claims")
    } else {
        Err(ReadError::Malformed)
    }
}

/// A map without repeated keys, from which members are taken.
struct Map(Vec<(Value, Value)>);

impl Map {
    fn new(value: Option<Value>, name: &'static str) -> Result<Self, ReadError> {
        let entries = value
            .and_then(|value| value.into_map().ok())
            .ok_or(ReadError::Claim(name))?;
        let repeated = |(at, (key, _)): (usize, &(Value, Value))| {
            entries[..at].iter().any(|(other, _)| other == key)
        };
        // Few members are ever there; a map with many is not one of ours.
        if entries.len() > 64 || entries.iter().enumerate().any(repeated) {
            return Err(ReadError::Malformed);
        }
        Ok(Self(entries))
    }

    fn take(&mut self, key: &Value) -> Option<Value> {
        let at = self.0.iter().position(|(found, _)| found == key)?;
        Some(self.0.swap_remove(at).1)
    }

    fn int(&mut self, key: Value, name: &'static str) -> Result<Option<i64>, ReadError> {
        let int = |value: Value| {
            value
                .into_integer()
                .ok()
                .and_then(|int| i64::try_from(int).ok())
        };
        self.take(&key)
            .map(|value| int(value).ok_or(ReadError::Claim(name)))
            .transpose()
    }

    fn text(&mut self, key: Value, name: &'static str) -> Result<Option<String>, ReadError> {
        self.take(&key)
            .map(|value| value.into_text().map_err(|_| ReadError::Claim(name)))
            .transpose()
    }
}
