//! Asking for credentials inside a second envelope (OpenID4VCI 1.0 §10): whatever proxy or log lies on the way sees
//! neither keys nor cards. Used whenever the issuer offers it, with a key that is made for one answer.

use jose::jwe::{self, Recipient};
use openid4vc::{
    CredentialRequest, CredentialResponse, MetadataError, ResponseEncryption,
    encryption::MEDIA_TYPE,
};

use crate::{
    CallError, Wallet,
    issuer::{CREDENTIAL_ANSWER, Metadata, post_json, read_json, require_success},
    platform::{Method, Request, Response},
};

/// What reads the answer to one request.
pub(crate) enum Opener {
    /// It comes plain.
    Plain,
    /// It must come encrypted to this key.
    Sealed(Recipient),
}

impl Wallet {
    /// Puts a request into its envelope; what comes back is for [`Opener::open`].
    pub(crate) fn credential_request(
        &self,
        metadata: &Metadata,
        body: CredentialRequest,
    ) -> Result<(Request, Opener), CallError> {
        let random = &*self.platform.random;
        let url = metadata.issuer.credential_endpoint.clone();
        let request_key = metadata
            .issuer
            .credential_request_encryption
            .as_ref()
            .and_then(openid4vc::RequestEncryption::choose);
        let answers = metadata.issuer.credential_response_encryption.as_ref();
        let Some((key, enc)) = request_key else {
            // §8.2: without an encrypted request there is no asking for an encrypted answer.
            if answers.is_some_and(|answers| answers.encryption_required) {
                let missing = MetadataError::NotOffered("a key for encrypted requests");
                return Err(CallError::Metadata(missing));
            }
            return Ok((post_json(url, &body, CREDENTIAL_ANSWER)?, Opener::Plain));
        };
        let (body, opener) = match answers.and_then(openid4vc::ResponseEncryptionOffer::choose) {
            Some(enc) => {
                let recipient = Recipient::new(random)?;
                let jwk = recipient.public_jwk().clone();
                let body = body.with_response_encryption(ResponseEncryption { jwk, enc });
                (body, Opener::Sealed(recipient))
            }
            None => (body, Opener::Plain),
        };
        let plain = serde_json::to_vec(&body).map_err(|_| CallError::Crypto)?;
        let compact = jwe::encrypt(&key, enc, &plain, random).map_err(|_| CallError::Crypto)?;
        let request = Request {
            method: Method::Post,
            url,
            headers: vec![("content-type", MEDIA_TYPE.to_owned())],
            body: compact.into_bytes(),
            max_answer: CREDENTIAL_ANSWER,
        };
        Ok((request, opener))
    }
}

impl Opener {
    /// Reads an answer.
    pub(crate) fn open(self, answer: &Response) -> Result<CredentialResponse, CallError> {
        let recipient = match self {
            Self::Plain => return read_json(answer),
            Self::Sealed(recipient) => recipient,
        };
        require_success(answer)?;
        // §10: a plain answer to someone who asked for an encrypted one is not taken.
        let sealed = answer
            .header("content-type")
            .and_then(|kind| kind.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(MEDIA_TYPE));
        let compact = std::str::from_utf8(&answer.body).ok().filter(|_| sealed);
        let plain = recipient
            .decrypt(compact.ok_or(CallError::Garbled)?.trim())
            .map_err(|_| CallError::Garbled)?;
        serde_json::from_slice(&plain).map_err(|_| CallError::Garbled)
    }
}
