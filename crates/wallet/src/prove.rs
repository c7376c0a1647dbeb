//! The code on the screen: the issuer's token in a proof that is some seconds old. Never needs a network.

use std::{fmt, time::Duration};

use chrono::{DateTime, Utc};

use crate::{
    DrawError, Wallet,
    card_state::expires_at,
    draw::{qr_png, qr_svg},
};

/// Why there is no code to show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// There is no card.
    #[error("there is no card")]
    NoCard,
    /// The card, or the token behind the code, has expired. A refresh may help.
    #[error("the card has expired")]
    Expired,
    /// The key did not sign, or the token that is stored cannot be read.
    #[error("the code cannot be made")]
    Proof,
    /// The code does not fit a QR code.
    #[error(transparent)]
    Draw(#[from] DrawError),
}

/// A code to show, good for a few seconds.
#[derive(Clone)]
pub struct ShownCode {
    /// What the code says: `SID1:` and base45.
    pub text: String,
    /// The code as an SVG element, black on white, with its quiet zone.
    pub svg: String,
    /// The time that was signed.
    pub created_at: DateTime<Utc>,
    /// How soon to show the next one.
    pub renew_after: Duration,
}

impl ShownCode {
    /// The code as a PNG, with this many pixels a module.
    pub fn png(&self, pixels: u32) -> Result<Vec<u8>, DrawError> {
        qr_png(&self.text, pixels)
    }
}

impl fmt::Debug for ShownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShownCode")
            .field("created_at", &self.created_at)
            .field("renew_after", &self.renew_after)
            .finish_non_exhaustive()
    }
}

impl Wallet {
    /// Signs a fresh code with the key that the token is bound to.
    ///
    /// A suspended or revoked card gets one as well: it is the checker who judges, by the status list.
    pub fn code(&self) -> Result<ShownCode, ProveError> {
        self.code_for(None)
    }

    /// As [`code`](Self::code), answering the challenge of a checker who wants to be sure that the card is here.
    pub fn code_for(&self, challenge: Option<&[u8]>) -> Result<ShownCode, ProveError> {
        let now = self.server_clock.now();
        let (in_person, expires_at) = self
            .read(|state| {
                state
                    .card
                    .as_ref()
                    .map(|card| (card.in_person.clone(), expires_at(card)))
            })
            .ok_or(ProveError::NoCard)?;
        if now >= expires_at {
            return Err(ProveError::Expired);
        }
        let token =
            jose::base64url_decode(in_person.token.as_str()).map_err(|_| ProveError::Proof)?;
        let key = in_person
            .key
            .key(&*self.platform.random)
            .map_err(|_| ProveError::Proof)?;
        let text = qr_proof::prove(
            &token,
            county_api::IN_PERSON_AUDIENCE,
            now.timestamp(),
            challenge,
            &key,
        )
        .map_err(|_| ProveError::Proof)?;
        Ok(ShownCode {
            svg: qr_svg(&text)?,
            text,
            created_at: now,
            renew_after: self.settings.renew_code_after,
        })
    }
}
