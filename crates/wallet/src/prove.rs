//! The codes on the screen: the issuer's token for a purpose in a proof that is some seconds old, and the still one with
//! the portrait. Never needs a network.

use std::{fmt, time::Duration};

use chrono::{DateTime, Utc};
use county_api::Profile;
use jose::SignError;

use crate::{
    DrawError, Wallet,
    card_state::right_ends,
    draw::{qr_png, qr_svg},
};

/// Why there is no code to show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// There is no such card.
    #[error("there is no card")]
    NoCard,
    /// The card, or the token behind the code, has expired. A refresh may help.
    #[error("the card has expired")]
    Expired,
    /// The token that is stored cannot be read.
    #[error("the code cannot be made")]
    Proof,
    /// The device does not have the key any more. A refresh brings a new one, and a token for it.
    #[error("the key is gone")]
    KeyGone,
    /// The device does not sign while it is locked; the next try may do.
    #[error("the key is locked")]
    KeyLocked,
    /// The key is there and did not sign; it may the next time. A refresh brings a new one, and a token for it.
    #[error("the key did not sign")]
    KeyFailed,
    /// The code does not fit a QR code.
    #[error(transparent)]
    Draw(#[from] DrawError),
}

/// A code to show, good for a few seconds.
#[derive(Clone)]
pub struct ShownCode {
    /// What it is shown for.
    pub profile: Profile,
    /// What the code says: `SID1:` and base45.
    pub text: String,
    /// The code as an SVG element, black on white, with its quiet zone.
    pub svg: String,
    /// The same code as a link to the issuer's page that checks codes, for cameras without the app; `None` if the
    /// issuer's address is not one for a link.
    pub link_text: Option<String>,
    /// The link as an SVG element.
    pub link_svg: Option<String>,
    /// The time that was signed.
    pub created_at: DateTime<Utc>,
    /// How soon to show the next one.
    pub renew_after: Duration,
}

/// The still code with the small portrait, which a checker scans beside an exam or travel code.
#[derive(Clone)]
pub struct PhotoCode {
    /// What the code says: `SIP1:` and base45.
    pub text: String,
    /// The code as an SVG element, black on white, with its quiet zone.
    pub svg: String,
}

impl fmt::Debug for PhotoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhotoCode(..)")
    }
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
            .field("profile", &self.profile)
            .field("created_at", &self.created_at)
            .field("renew_after", &self.renew_after)
            .finish_non_exhaustive()
    }
}

impl Wallet {
    /// Signs a fresh code of a card for a purpose, with the key that its token is bound to.
    ///
    /// May block while the device signs: not for a thread that others wait for.
    ///
    /// A suspended or revoked card gets one as well: it is the checker who judges, by the status list.
    pub fn code(&self, card_id: &str, profile: Profile) -> Result<ShownCode, ProveError> {
        self.code_for(card_id, profile, None)
    }

    /// As [`code`](Self::code), answering the challenge of a checker who wants to be sure that the card is here
    /// ([`Challenge`](crate::Challenge)).
    pub fn code_for(
        &self,
        card_id: &str,
        profile: Profile,
        challenge: Option<&[u8]>,
    ) -> Result<ShownCode, ProveError> {
        let now = self.server_clock.now();
        let (code, right_ends) = self
            .read(|state| {
                let card = state.card_to_show(card_id)?;
                Some((
                    card.codes.get(&profile).cloned(),
                    right_ends(card.claims.valid_until),
                ))
            })
            .ok_or(ProveError::NoCard)?;
        let code = code
            .filter(|code| now < code.expires_at.min(right_ends))
            .ok_or(ProveError::Expired)?;
        let token = jose::base64url_decode(code.token.as_str()).map_err(|_| ProveError::Proof)?;
        let key = self.keys.open(&code.key).map_err(|_| ProveError::Proof)?;
        let audience = profile.audience();
        let text = qr_proof::prove(&token, audience, now.timestamp(), challenge, &key).map_err(
            |error| match error {
                qr_proof::EncodeError::Sign(SignError::KeyGone) => ProveError::KeyGone,
                qr_proof::EncodeError::Sign(SignError::KeyUnavailable) => ProveError::KeyLocked,
                qr_proof::EncodeError::Sign(SignError::Failed) => ProveError::KeyFailed,
                _ => ProveError::Proof,
            },
        )?;
        let link_text = self.link(&text);
        Ok(ShownCode {
            profile,
            svg: qr_svg(&text)?,
            link_svg: link_text.as_deref().map(qr_svg).transpose()?,
            link_text,
            text,
            created_at: now,
            renew_after: self.settings.renew_code_after,
        })
    }

    /// The still code with the small portrait; `None` if the issuer has made none.
    pub fn photo_code(&self, card_id: &str) -> Result<Option<PhotoCode>, ProveError> {
        let now = self.server_clock.now();
        let (photo, right_ends) = self
            .read(|state| {
                let card = state.card_to_show(card_id)?;
                Some((card.photo.clone(), right_ends(card.claims.valid_until)))
            })
            .ok_or(ProveError::NoCard)?;
        let Some(photo) = photo else {
            return Ok(None);
        };
        if now >= photo.expires_at.min(right_ends) {
            return Err(ProveError::Expired);
        }
        let token = jose::base64url_decode(photo.token.as_str()).map_err(|_| ProveError::Proof)?;
        let text = qr_proof::show_token(&token).map_err(|_| ProveError::Proof)?;
        let svg = qr_svg(&text)?;
        Ok(Some(PhotoCode { text, svg }))
    }

    /// The code as a link to the issuer's page. A link is all capitals: a host does not mind, but a path of the
    /// county's own might.
    fn link(&self, code: &str) -> Option<String> {
        if self.county.issuer.path() != "/" {
            return None;
        }
        let page = format!("{}/kontroll", self.county.issuer_id());
        qr_proof::link(code, &page).ok()
    }
}
