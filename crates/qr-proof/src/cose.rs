//! COSE_Sign1 (RFC 9052 §4.2) as both layers use it, and the small maps inside.

use ciborium::Value as Cbor;
use coset::{AsCborValue, CoseSign1, Header, HeaderBuilder, Label, TaggedCborSerializable, iana};
use jose::{Algorithm, Jwk, Signer};

use crate::{DecodeError, EncodeError, MAX_BYTES, strict};

/// `kcwt` of RFC 9528: the token inside the proof.
pub(crate) const KCWT: i64 = 13;
/// `typ` of RFC 9596.
const TYP: i64 = 16;
/// `application/sd-cwt`.
pub(crate) const TYP_TOKEN: i64 = 293;
/// `application/kb+cwt`.
pub(crate) const TYP_PROOF: i64 = 294;
/// A token that nobody holds a key for. As text (RFC 9596 §2), since it is in no registry: no number of another's can mean it.
pub(crate) const TYP_SLIP: &str = "slip+cwt";
const TAG_SIGN1: u64 = 18;
const TAG_CWT: u64 = 61;

/// A COSE_Sign1 of the wanted type whose signature is still to be checked.
#[derive(Clone)]
pub(crate) struct Signed(CoseSign1);

/// The payload is personal.
impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signed({} bytes)", self.payload().len())
    }
}

/// Signs `payload` under the protected header `{1: ES256, ?4: key id, ?13: token, 16: typ}`.
pub(crate) fn sign(
    typ: impl Into<Cbor>,
    key_id: Option<&[u8]>,
    token: Option<Cbor>,
    payload: Vec<u8>,
    signer: &dyn Signer,
) -> Result<Vec<u8>, EncodeError> {
    let mut header = HeaderBuilder::new().algorithm(iana::Algorithm::ES256);
    if let Some(key_id) = key_id {
        header = header.key_id(key_id.to_vec());
    }
    if let Some(token) = token {
        header = header.value(KCWT, token);
    }
    let signed = coset::CoseSign1Builder::new()
        .protected(header.value(TYP, typ.into()).build())
        .payload(payload)
        .try_create_signature(b"", |message| {
            signer.sign(message).map(|signature| signature.to_vec())
        })?
        .build()
        .to_tagged_vec()
        .map_err(|_| EncodeError::Cbor)?;
    if signed.len() > MAX_BYTES {
        Err(EncodeError::TooLarge)
    } else {
        Ok(signed)
    }
}

/// The CBOR value in `bytes`, which must pass the strict check.
pub(crate) fn read(bytes: &[u8]) -> Result<Cbor, DecodeError> {
    if bytes.len() > MAX_BYTES {
        return Err(DecodeError::TooLarge);
    }
    strict::check(bytes)?;
    ciborium::from_reader(bytes).map_err(|_| DecodeError::Structure("CBOR"))
}

/// Takes a COSE_Sign1 apart: tag, strictness of what is wrapped in byte strings, algorithm, type.
pub(crate) fn open(value: Cbor, typ: impl Into<Cbor>) -> Result<Signed, DecodeError> {
    let value = match value {
        Cbor::Tag(TAG_CWT, inner) => *inner, // allowed and not asked for: RFC 8392 §6
        value => value,
    };
    let Cbor::Tag(TAG_SIGN1, sign1) = value else {
        return Err(DecodeError::Structure("not tagged as COSE_Sign1"));
    };
    let parts = sign1.as_array().map(Vec::as_slice);
    let Some(
        [
            Cbor::Bytes(protected),
            Cbor::Map(unprotected),
            Cbor::Bytes(payload),
            Cbor::Bytes(signature),
        ],
    ) = parts
    else {
        return Err(DecodeError::Structure("not a COSE_Sign1"));
    };
    strict::check(protected)?;
    strict::check(payload)?;
    // Nothing outside the signature may have a say, an algorithm least of all.
    if !unprotected.is_empty() {
        return Err(DecodeError::Structure("an unprotected header"));
    }
    if signature.len() != 64 {
        return Err(DecodeError::Structure("the signature's length"));
    }
    let sign1 =
        CoseSign1::from_cbor_value(*sign1).map_err(|_| DecodeError::Structure("a COSE header"))?;
    let header = &sign1.protected.header;
    if header.alg != Some(coset::Algorithm::Assigned(iana::Algorithm::ES256)) {
        return Err(DecodeError::Structure("the algorithm is not ES256"));
    }
    if !header.crit.is_empty() {
        return Err(DecodeError::Structure("a critical header"));
    }
    if find(header, TYP) != Some(&typ.into()) {
        return Err(DecodeError::Structure("the type"));
    }
    Ok(Signed(sign1))
}

fn find(header: &Header, label: i64) -> Option<&Cbor> {
    header
        .rest
        .iter()
        .find(|(found, _)| *found == Label::Int(label))
        .map(|(_, value)| value)
}

impl Signed {
    /// The key id in the protected header, empty if there is none.
    pub(crate) fn key_id(&self) -> &[u8] {
        &self.0.protected.header.key_id
    }

    pub(crate) fn payload(&self) -> &[u8] {
        self.0.payload.as_deref().unwrap_or_default()
    }

    pub(crate) fn protected(&self, label: i64) -> Option<&Cbor> {
        find(&self.0.protected.header, label)
    }

    /// The bytes that are signed (RFC 9052 §4.4).
    pub(crate) fn message(&self) -> Vec<u8> {
        self.0.tbs_data(b"")
    }

    pub(crate) fn is_signed_by(&self, key: &Jwk) -> bool {
        key.verify(Algorithm::Es256, &self.message(), &self.0.signature)
            .is_ok()
    }
}

/// A map with whole-number keys, from which members are taken one by one.
pub(crate) struct Map(Vec<(i64, Cbor)>);

impl Map {
    pub(crate) fn read(bytes: &[u8], fault: &'static str) -> Result<Self, DecodeError> {
        Self::from_cbor(read(bytes)?, fault)
    }

    fn from_cbor(value: Cbor, fault: &'static str) -> Result<Self, DecodeError> {
        let entries = value
            .into_map()
            .map_err(|_| DecodeError::Structure(fault))?;
        let label = |key: Cbor| {
            key.into_integer()
                .ok()
                .and_then(|key| i64::try_from(key).ok())
        };
        let entries = entries
            .into_iter()
            .map(|(key, value)| Some((label(key)?, value)));
        entries
            .collect::<Option<_>>()
            .map(Self)
            .ok_or(DecodeError::Structure(fault))
    }

    pub(crate) fn take(&mut self, label: i64) -> Option<Cbor> {
        let at = self.0.iter().position(|(found, _)| *found == label)?;
        Some(self.0.swap_remove(at).1)
    }

    pub(crate) fn int(
        &mut self,
        label: i64,
        name: &'static str,
    ) -> Result<Option<i64>, DecodeError> {
        let int = |value: Cbor| {
            value
                .into_integer()
                .ok()
                .and_then(|int| i64::try_from(int).ok())
        };
        self.take(label)
            .map(|value| int(value).ok_or(DecodeError::Structure(name)))
            .transpose()
    }

    pub(crate) fn text(
        &mut self,
        label: i64,
        name: &'static str,
    ) -> Result<Option<String>, DecodeError> {
        self.take(label)
            .map(|value| value.into_text().map_err(|_| DecodeError::Structure(name)))
            .transpose()
    }

    pub(crate) fn bytes(
        &mut self,
        label: i64,
        name: &'static str,
    ) -> Result<Option<Vec<u8>>, DecodeError> {
        self.take(label)
            .map(|value| value.into_bytes().map_err(|_| DecodeError::Structure(name)))
            .transpose()
    }

    pub(crate) fn map(
        &mut self,
        label: i64,
        name: &'static str,
    ) -> Result<Option<Map>, DecodeError> {
        self.take(label)
            .map(|value| Self::from_cbor(value, name))
            .transpose()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_entries(self) -> impl Iterator<Item = (i64, Cbor)> {
        self.0.into_iter()
    }
}

/// A map with its keys in the order of deterministic encoding.
pub(crate) fn map(entries: impl IntoIterator<Item = (i64, Cbor)>) -> Cbor {
    let mut entries: Vec<_> = entries.into_iter().collect();
    // RFC 8949 §4.2.1 orders by the encoded bytes: from 0 upwards, then from -1 downwards.
    entries.sort_by_key(|(label, _)| (*label < 0, label.unsigned_abs()));
    Cbor::Map(
        entries
            .into_iter()
            .map(|(label, value)| (label.into(), value))
            .collect(),
    )
}

pub(crate) fn encode(value: &Cbor) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).map_err(|_| EncodeError::Cbor)?;
    Ok(bytes)
}
