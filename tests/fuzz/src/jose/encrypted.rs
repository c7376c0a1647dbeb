//! A second, independent maker of JWE, so that any header can be put over content that decrypts.

use std::sync::LazyLock;

use jose::jwe::{ALGORITHM, ContentEncryption, EncryptionJwk, Recipient, RecipientKey};
use jose::{base64url, base64url_decode};
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::digest;
use ring::rand::SystemRandom;
use serde_json::{Map, Value, json};

use crate::make;

/// The key that a service publishes; the seeds are encrypted to it. Its number is 6, which is no secret.
pub(super) static RECIPIENT: LazyLock<RecipientKey> = LazyLock::new(|| {
    let mut number = [0; 32];
    number[31] = 6;
    RecipientKey::from_bytes(&number).unwrap()
});

/// Encrypts the payload under the header; `"#"` in place of `epk` and `kid` stands for the sender's key and the
/// recipient's name.
pub(super) fn made(data: &[u8], header: &[u8], payload: &[u8]) -> bool {
    let Ok(Value::Object(mut header)) = serde_json::from_slice(header) else {
        return false;
    };
    if header.get("alg").and_then(Value::as_str) != Some(ALGORITHM) {
        return false;
    }
    let random = SystemRandom::new();
    // The two kinds of keys share the reading and not the agreement.
    let once = (make::choice(data, 4) == 0).then(|| Recipient::new(&random).unwrap());
    let public = match &once {
        Some(recipient) => recipient.public_jwk().clone(),
        None => RECIPIENT.public_jwk().clone(),
    };
    let decrypt = |text: &str| match once {
        Some(recipient) => recipient.decrypt(text),
        None => RECIPIENT.decrypt(text),
    };
    let sender = EphemeralPrivateKey::generate(&ECDH_P256, &random).unwrap();
    let point = sender.compute_public_key().unwrap();
    let enc = header.get("enc").and_then(Value::as_str);
    let enc = enc
        .and_then(ContentEncryption::from_name)
        .unwrap_or_default();
    fill_in(&mut header, &point.as_ref()[1..], &public);

    let protected = base64url(Value::Object(header.clone()).to_string().as_bytes());
    let key = agree(sender, enc, &header, &public);
    let mut content = payload.to_vec();
    let tag = key
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key([1; 12]),
            Aad::from(protected.as_bytes()),
            &mut content,
        )
        .unwrap();
    let text = format!(
        "{protected}..{}.{}.{}",
        base64url(&[1; 12]),
        base64url(&content),
        base64url(tag.as_ref())
    );
    if make::choice(data, 2) == 0 {
        let changed = make::one_bit_flipped(data, text.as_bytes());
        if let Ok(changed) = std::str::from_utf8(&changed) {
            assert!(decrypt(changed).is_err(), "a bit was flipped");
        }
        return false;
    }
    let Ok(read) = decrypt(&text) else {
        return false;
    };
    assert_eq!(read.as_slice(), payload);
    assert_eq!(header["enc"], enc.name());
    assert!(!header.contains_key("crit") && !header.contains_key("zip"));
    true
}

fn fill_in(header: &mut Map<String, Value>, point: &[u8], recipient: &EncryptionJwk) {
    let is_place = |value: Option<&Value>| value.and_then(Value::as_str) == Some("#");
    if is_place(header.get("epk")) {
        let (x, y) = point.split_at(32);
        let key = json!({"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)});
        header.insert("epk".into(), key);
    }
    if is_place(header.get("kid")) {
        header.insert("kid".into(), recipient.kid().unwrap().into());
    }
}

/// RFC 7518 §4.6.2. What is not text or not base64url counts as empty: the reader refuses it anyhow.
fn agree(
    sender: EphemeralPrivateKey,
    enc: ContentEncryption,
    header: &Map<String, Value>,
    to: &EncryptionJwk,
) -> LessSafeKey {
    let to = serde_json::to_value(to).unwrap();
    let coordinate = |name| base64url_decode(to[name].as_str().unwrap()).unwrap();
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    let party = |name| {
        let text = header.get(name).and_then(Value::as_str).unwrap_or_default();
        base64url_decode(text).unwrap_or_default()
    };
    let (apu, apv) = (party("apu"), party("apv"));
    let (algorithm, bits) = match enc {
        ContentEncryption::A128Gcm => (&AES_128_GCM, 128_u32),
        ContentEncryption::A256Gcm => (&AES_256_GCM, 256),
    };
    let counted = |part: &[u8]| [&(part.len() as u32).to_be_bytes(), part].concat();
    let peer = UnparsedPublicKey::new(&ECDH_P256, point);
    agree_ephemeral(sender, &peer, |secret| {
        let input = [
            1_u32.to_be_bytes().to_vec(),
            secret.to_vec(),
            counted(enc.name().as_bytes()),
            counted(&apu),
            counted(&apv),
            bits.to_be_bytes().to_vec(),
        ];
        let key = digest::digest(&digest::SHA256, &input.concat());
        let key = &key.as_ref()[..bits as usize / 8];
        LessSafeKey::new(UnboundKey::new(algorithm, key).unwrap())
    })
    .unwrap()
}
