//! Disclosing single facts of the card to a checker on the network, such as an age band and nothing else.

use county_api::claims;
use jose::SignError;
use sd_jwt::Binding;

use crate::{StoreError, Wallet};

/// Why nothing was disclosed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PresentError {
    /// There is no such card, or all its copies have expired.
    #[error("there is no card")]
    NoCard,
    /// The card has no claim of this name.
    #[error("the card has no such claim")]
    UnknownClaim,
    /// The copy that is stored cannot be read.
    #[error("the presentation cannot be made")]
    Presentation,
    /// The device does not have the key any more. A refresh brings new copies.
    #[error("the key is gone")]
    KeyGone,
    /// The device does not sign while it is locked.
    #[error("the key is locked")]
    KeyLocked,
    /// The key is there and did not sign; it may the next time. A refresh brings new copies.
    #[error("the key did not sign")]
    KeyFailed,
    /// The copy could not be marked as used, so it was not given out.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Wallet {
    /// An SD-JWT of a card, with key binding for this checker and nonce, that discloses these claims alone.
    ///
    /// Each checker gets a copy of its own, marked as used before it is given out, so that two checkers cannot tell by
    /// comparing that they saw the same person. When no copy is left, the oldest used one serves again until the next
    /// refresh brings new ones.
    pub fn present(
        &self,
        card_id: &str,
        disclose: &[&str],
        audience: &str,
        nonce: &str,
    ) -> Result<String, PresentError> {
        if disclose.iter().any(|name| !claims::ALL.contains(name)) {
            return Err(PresentError::UnknownClaim);
        }
        let now = self.server_clock.now();
        let (index, copy) = self
            .read(|state| {
                let card = state.card_to_show(card_id)?;
                card.copies
                    .iter()
                    .enumerate()
                    .filter(|(_, copy)| now < copy.expires_at)
                    .min_by_key(|(index, copy)| (copy.used, *index))
                    .map(|(index, copy)| (index, copy.clone()))
            })
            .ok_or(PresentError::NoCard)?;
        let key = self
            .keys
            .open(&copy.key)
            .map_err(|_| PresentError::Presentation)?;
        let binding = Binding {
            audience,
            nonce,
            now: now.timestamp(),
            holder: &key,
        };
        let presentation =
            sd_jwt::present(copy.text.as_str(), disclose, Some(binding)).map_err(|error| {
                match error {
                    sd_jwt::PresentError::Sign(SignError::KeyGone) => PresentError::KeyGone,
                    sd_jwt::PresentError::Sign(SignError::KeyUnavailable) => {
                        PresentError::KeyLocked
                    }
                    sd_jwt::PresentError::Sign(SignError::Failed) => PresentError::KeyFailed,
                    _ => PresentError::Presentation,
                }
            })?;
        self.change(|state| {
            let used = state
                .cards
                .iter_mut()
                .find(|card| card.id == card_id)
                .and_then(|card| card.copies.get_mut(index))
                .filter(|there| there.text == copy.text);
            if let Some(used) = used {
                used.used = true;
            }
        })?;
        Ok(presentation)
    }
}
