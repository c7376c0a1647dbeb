//! What the issuer delivers, checked: nothing goes into the store that has not passed here.

use std::collections::BTreeMap;

use county_api::{CardClaims, InPersonClaims, PhotoClaims, PortraitHash, Profile, photo_sha256};
use jose::{Jwk, Signer};
use qr_proof::TokenClaims;
use sd_jwt::{KeyBindingPolicy, vc};

use crate::{
    IssueError, Wallet,
    issue::{Delivery, Named},
    keys::HolderKey,
    state::{Card, CardKind, CodeToken, Copy, PhotoToken, Secret, StatusEntry},
    trust::{Trusted, time},
};

/// Parts of a card, each good by itself.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) copies: Option<(CardClaims, Vec<Copy>)>,
    pub(crate) codes: BTreeMap<Profile, CodeToken>,
}

impl Parts {
    pub(crate) fn add(&mut self, more: Self) {
        self.copies = more.copies.or(self.copies.take());
        self.codes.extend(more.codes);
    }

    /// What is missing comes from the card at hand.
    pub(crate) fn fill_up(&mut self, old: &Card) {
        self.copies
            .get_or_insert_with(|| (old.claims.clone(), old.copies.clone()));
        for (profile, code) in &old.codes {
            self.codes.entry(*profile).or_insert_with(|| code.clone());
        }
    }

    /// Whether the card at hand cannot be filled up with these.
    pub(crate) fn contradict(&self, old: &Card) -> bool {
        let copies = self.copies.as_ref();
        let mut codes = old.codes.clone();
        codes.extend(self.codes.clone());
        copies.is_some_and(|(claims, _)| *claims != old.claims)
            || check_codes(&codes, &old.claims).is_err()
    }
}

/// Checks that there is a code for every profile, that each says what the card says, and that all name one portrait;
/// gives its hash.
pub(crate) fn check_codes(
    codes: &BTreeMap<Profile, CodeToken>,
    claims: &CardClaims,
) -> Result<Option<PortraitHash>, IssueError> {
    let mut portrait = None;
    for profile in Profile::ALL {
        let code = codes
            .get(&profile)
            .ok_or(IssueError::Refused("a code is missing"))?;
        let said = code.said().ok_or(IssueError::Refused("token"))?;
        if said != InPersonClaims::of(profile, claims, said.portrait_hash) {
            return Err(IssueError::Refused("token and card say different things"));
        }
        if matches!(profile, Profile::Exam | Profile::Travel)
            && *portrait.get_or_insert(said.portrait_hash) != said.portrait_hash
        {
            return Err(IssueError::Refused("tokens name different portraits"));
        }
    }
    Ok(portrait.flatten())
}

impl Wallet {
    /// Checks a batch of SD-JWT VCs: each by a trusted key of this issuer, each for another key of ours, all saying the
    /// same, of the card that was asked for, with the photo that was confirmed.
    pub(crate) fn check_copies(
        &self,
        delivery: Delivery,
        vct: Option<&str>,
        named: &Named<'_>,
        trusted: &Trusted,
    ) -> Result<(CardClaims, Vec<Copy>), IssueError> {
        let now = self.server_clock.now();
        let mut keys: Vec<Option<HolderKey>> = delivery.keys.into_iter().map(Some).collect();
        let mut card: Option<CardClaims> = None;
        let mut copies = Vec::new();
        for text in delivery.credentials {
            let issuer_key = self
                .copy_issuer_key(&text, trusted)
                .ok_or(IssueError::Refused("issuer key"))?;
            let verified = vc::verify(
                &text,
                issuer_key,
                now.timestamp(),
                &KeyBindingPolicy::Issuance,
            )
            .map_err(|_| IssueError::Refused("credential"))?;
            if verified.issuer != self.county.issuer_id() {
                return Err(IssueError::Refused("issuer"));
            }
            if vct != Some(verified.vct.as_str()) {
                return Err(IssueError::Refused("credential type"));
            }
            let holder = verified
                .holder
                .as_ref()
                .ok_or(IssueError::Refused("no holder key"))?;
            let key =
                take_key(&mut keys, holder).ok_or(IssueError::Refused("another's holder key"))?;
            let claims = CardClaims::from_claims(&verified.claims)
                .map_err(|_| IssueError::Refused("claims"))?;
            if card.as_ref().is_some_and(|first| *first != claims) {
                return Err(IssueError::Refused("copies say different things"));
            }
            card = Some(claims);
            copies.push(Copy {
                text: Secret::new(text),
                key: key.stored(),
                issued_at: time(verified.issued_at).ok_or(IssueError::Refused("time"))?,
                expires_at: time(verified.expires_at).ok_or(IssueError::Refused("time"))?,
                status: verified.status.map(|status| StatusEntry {
                    uri: status.uri,
                    idx: status.idx,
                }),
                used: false,
            });
        }
        let claims = card.ok_or(IssueError::Refused("number of credentials"))?;
        if photo_sha256(claims.portrait.jpeg()) != named.photo_sha256 {
            return Err(IssueError::Refused("another photo"));
        }
        if CardKind::of(claims.card_type) != named.kind() {
            return Err(IssueError::Refused("another card"));
        }
        Ok((claims, copies))
    }

    fn copy_issuer_key<'a>(&self, text: &str, trusted: &'a Trusted) -> Option<&'a Jwk> {
        let (jwt, _) = text.split_once('~')?;
        let kid = jose::jws::Jws::parse(jwt).ok()?.header().kid.clone()?;
        self.issuer_key(&trusted.list, &kid, self.server_clock.now())
    }

    /// Checks the token behind a code: by a trusted key of this issuer, for the key that was just made, for this
    /// profile. What it says is held against the card when all parts are there.
    pub(crate) fn check_code(
        &self,
        delivery: Delivery,
        profile: Profile,
        trusted: &Trusted,
    ) -> Result<CodeToken, IssueError> {
        let (token, claims, key) = self.check_token(delivery, trusted)?;
        let code = CodeToken {
            token,
            key: key.stored(),
            issued_at: token_time(claims.issued_at)?,
            expires_at: token_time(claims.expires_at)?,
            status: claims.status.map(entry),
        };
        let said = code.said().ok_or(IssueError::Refused("token's identity"))?;
        if said.profile != profile {
            return Err(IssueError::Refused("token's profile"));
        }
        Ok(code)
    }

    /// Checks the token with the small portrait, as [`check_code`](Self::check_code) does; its portrait must be the one
    /// that the codes name.
    pub(crate) fn check_photo(
        &self,
        delivery: Delivery,
        named: PortraitHash,
        trusted: &Trusted,
    ) -> Result<PhotoToken, IssueError> {
        let (token, claims, _) = self.check_token(delivery, trusted)?;
        let portrait = PhotoClaims::from_identity(&claims.identity)
            .map_err(|_| IssueError::Refused("photo token"))?;
        if portrait.hash() != named {
            return Err(IssueError::Refused("another portrait"));
        }
        Ok(PhotoToken {
            token,
            issued_at: token_time(claims.issued_at)?,
            expires_at: token_time(claims.expires_at)?,
            status: claims.status.map(entry),
        })
    }

    fn check_token(
        &self,
        delivery: Delivery,
        trusted: &Trusted,
    ) -> Result<(Secret, TokenClaims, HolderKey), IssueError> {
        let refused = IssueError::Refused;
        let now = self.server_clock.now();
        let [text] = delivery.credentials.as_slice() else {
            return Err(refused("number of tokens"));
        };
        let token = jose::base64url_decode(text).map_err(|_| refused("token encoding"))?;
        let key_id = qr_proof::token_key_id(&token).map_err(|_| refused("token"))?;
        let issuer_key = self
            .issuer_key_by_id(&trusted.list, &key_id, now)
            .ok_or(refused("token's issuer key"))?;
        let claims = qr_proof::verify_token(&token, issuer_key, now.timestamp())
            .map_err(|_| refused("token"))?;
        if claims.issuer != self.county.issuer_id() {
            return Err(refused("token's issuer"));
        }
        let mut keys: Vec<Option<HolderKey>> = delivery.keys.into_iter().map(Some).collect();
        let key = take_key(&mut keys, &claims.holder).ok_or(refused("token's holder key"))?;
        Ok((Secret::new(text.as_str()), claims, key))
    }
}

fn token_time(seconds: i64) -> Result<chrono::DateTime<chrono::Utc>, IssueError> {
    time(seconds).ok_or(IssueError::Refused("time"))
}

fn entry(status: qr_proof::StatusRef) -> StatusEntry {
    StatusEntry {
        uri: status.uri,
        idx: status.idx,
    }
}

/// Takes our key with this public half out of the list: a second credential for it is refused.
fn take_key<K: Signer>(keys: &mut [Option<K>], holder: &Jwk) -> Option<K> {
    let wanted = holder.thumbprint();
    keys.iter_mut()
        .find(|key| {
            key.as_ref()
                .is_some_and(|key| key.public_jwk().thumbprint() == wanted)
        })
        .and_then(Option::take)
}

#[cfg(test)]
mod tests {
    use jose::SoftwareKey;
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn a_key_is_given_out_once_and_anothers_never() {
        let random = SystemRandom::new();
        let ours = SoftwareKey::generate(&random).unwrap();
        let holder = ours.public_jwk();
        let stranger = SoftwareKey::generate(&random).unwrap().public_jwk();
        let mut keys = [Some(ours)];
        assert!(take_key(&mut keys, &stranger).is_none());
        assert!(take_key(&mut keys, &holder).is_some());
        assert!(take_key(&mut keys, &holder).is_none());
    }
}
