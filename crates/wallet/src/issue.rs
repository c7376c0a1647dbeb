//! Fetching the card: keys, proofs, credentials, and every check before anything is stored.

use county_api::{CardClaims, Enrolment, EnrolmentStatus, InPersonCard, photo_sha256};
use jose::{Jwk, Signer, SoftwareKey};
use openid4vc::{
    CredentialRequest, MetadataError, NonceResponse, NotificationEvent, NotificationRequest,
};
use sd_jwt::{KeyBindingPolicy, vc};

use crate::{
    CallError, StoreError, TrustError, Wallet,
    issuer::{Metadata, SMALL_ANSWER, error_code, post_json, read_json, require_success},
    platform::{Method, Request},
    state::{Card, Copy, InPerson, KeyBytes, Secret, SeenEnrolment, StatusEntry},
    trust::{Trusted, merge_statuses, time},
};

/// Why there is no new card. What was there before is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// Something stands between the person and the card; the enrolment says what.
    #[error("the card cannot be fetched yet")]
    NotReady(Box<EnrolmentStatus>),
    /// What the issuer sent does not pass the checks. Names the check.
    #[error("what the issuer sent is refused: {0}")]
    Refused(&'static str),
    /// Trust list or status list.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The issuer could not be asked.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl From<StoreError> for IssueError {
    fn from(error: StoreError) -> Self {
        IssueError::Call(error.into())
    }
}

/// Which credentials to fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) copies: bool,
    pub(crate) in_person: bool,
}

impl Wanted {
    pub(crate) const ALL: Wanted = Wanted {
        copies: true,
        in_person: true,
    };
    pub(crate) const NOTHING: Wanted = Wanted {
        copies: false,
        in_person: false,
    };
}

/// A card that was fetched and checked but not yet stored, and what to tell the issuer once it is.
pub(crate) struct Fetched {
    pub(crate) card: Card,
    pub(crate) notification_ids: Vec<String>,
}

/// One answer of the credential endpoint: credentials, and the keys that were proven for them.
struct Delivery {
    credentials: Vec<String>,
    keys: Vec<SoftwareKey>,
    notification_id: Option<String>,
}

impl Wallet {
    /// Fetches the card anew: keys of its own for each credential, every credential checked against the trust list,
    /// all stored at once or nothing.
    pub async fn fetch_credentials(&self) -> Result<(), IssueError> {
        let _one_at_a_time = self.fetching.lock().await;
        let session = self.session_id()?;
        let seen = self.ask_enrolment().await?;
        if !matches!(seen.status.state, Enrolment::Ready { .. }) {
            self.keep_enrolment(&session, &seen)?;
            return Err(IssueError::NotReady(Box::new(seen.status)));
        }
        let trusted = self.fetch_trust_list().await?;
        let fetched = self.fetch_card(Wanted::ALL, None, &seen, &trusted).await?;
        // The credentials are minutes old at most: a status list that cannot be had now is no reason to refuse them.
        let statuses = self
            .fetch_statuses(fetched.card.status_entries(), &trusted.list)
            .await
            .unwrap_or_default();
        let now = self.server_clock.now();
        let stored = self.change_session(&session, |state| {
            let entries: Vec<_> = fetched.card.status_entries().cloned().collect();
            state.statuses = merge_statuses(&state.statuses, statuses, &entries);
            state.card = Some(fetched.card);
            state.see(seen);
            state.trust_list = Some(trusted.kept);
            state.last_refresh = Some(now);
            state.last_failure = None;
        });
        self.notify(&fetched.notification_ids, stored.is_ok()).await;
        stored.map_err(CallError::from)?;
        Ok(())
    }

    /// Fetches what is wanted and puts it together with what stays of the old card.
    pub(crate) async fn fetch_card(
        &self,
        mut wanted: Wanted,
        old: Option<&Card>,
        seen: &SeenEnrolment,
        trusted: &Trusted,
    ) -> Result<Fetched, IssueError> {
        if old.is_none() {
            wanted = Wanted::ALL;
        }
        let metadata = self.metadata().await?;
        let mut notification_ids = Vec::new();
        let result = self
            .fetch_and_check(&metadata, wanted, old, seen, trusted, &mut notification_ids)
            .await;
        match result {
            Ok(card) => Ok(Fetched {
                card,
                notification_ids,
            }),
            Err(error) => {
                self.notify(&notification_ids, false).await;
                Err(error)
            }
        }
    }

    async fn fetch_and_check(
        &self,
        metadata: &Metadata,
        wanted: Wanted,
        old: Option<&Card>,
        seen: &SeenEnrolment,
        trusted: &Trusted,
        notification_ids: &mut Vec<String>,
    ) -> Result<Card, IssueError> {
        let mut fresh_in_person = None;
        if wanted.in_person {
            let delivery = self
                .request(metadata, county_api::IN_PERSON_CONFIGURATION, 1)
                .await?;
            notification_ids.extend(delivery.notification_id.clone());
            fresh_in_person = Some(self.check_in_person(delivery, trusted)?);
        }
        // A fresh token that says something else than the card at hand means that the data has changed.
        let outdated = match (&fresh_in_person, old) {
            (Some((_, said)), Some(old)) => !agrees(said, &old.claims),
            _ => false,
        };
        let (claims, copies) = match old {
            Some(old) if !wanted.copies && !outdated => (old.claims.clone(), old.copies.clone()),
            _ => {
                let offered = usize::try_from(metadata.issuer.batch_size()).unwrap_or(1);
                let count = self.settings.batch.min(offered).max(1);
                let delivery = self
                    .request(metadata, county_api::SD_JWT_CONFIGURATION, count)
                    .await?;
                notification_ids.extend(delivery.notification_id.clone());
                let vct = metadata
                    .issuer
                    .configuration(county_api::SD_JWT_CONFIGURATION)
                    .map_err(CallError::Metadata)?
                    .vct
                    .as_deref();
                self.check_copies(delivery, vct, seen, trusted)?
            }
        };
        let in_person = match (fresh_in_person, old) {
            (Some((in_person, said)), _) => {
                if !agrees(&said, &claims) {
                    return Err(IssueError::Refused("token and card say different things"));
                }
                in_person
            }
            (None, Some(old)) => old.in_person.clone(),
            (None, None) => return Err(IssueError::Refused("no token")),
        };
        let id = match old {
            Some(old) => old.id.clone(),
            None => jose::random_token(&*self.platform.random, 9).map_err(CallError::from)?,
        };
        let Enrolment::Ready { content_sha256, .. } = &seen.status.state else {
            return Err(IssueError::NotReady(Box::new(seen.status.clone())));
        };
        Ok(Card {
            id,
            account: seen.status.account.clone(),
            content_sha256: content_sha256.clone(),
            claims,
            demo: trusted.demo,
            copies,
            in_person,
            updated_at: seen.seen_at,
        })
    }

    /// Asks for `count` credentials of one configuration, with a new key for each, and once more if the nonce was old.
    async fn request(
        &self,
        metadata: &Metadata,
        configuration: &str,
        count: usize,
    ) -> Result<Delivery, CallError> {
        metadata
            .issuer
            .configuration(configuration)
            .map_err(CallError::Metadata)?;
        let random = &*self.platform.random;
        let keys = (0..count)
            .map(|_| SoftwareKey::generate(random))
            .collect::<Result<Vec<_>, _>>()?;
        let mut again = false;
        let mut fresh_metadata = None;
        loop {
            let metadata = fresh_metadata.as_deref().unwrap_or(metadata);
            let nonce = self.nonce(metadata).await?;
            let now = self.server_clock.now().timestamp();
            let jwt = keys
                .iter()
                .map(|key| {
                    openid4vc::proof::prove(
                        self.county.issuer_id(),
                        county_api::CLIENT_ID,
                        &nonce,
                        now,
                        key,
                    )
                })
                .collect::<Result<Vec<_>, _>>()?;
            let body = CredentialRequest::new(configuration, jwt);
            let (request, opener) = self.credential_request(metadata, body)?;
            let answer = self.send_authorised(request).await?;
            match error_code(&answer).as_deref() {
                // OpenID4VCI 1.0 §8.3.1.2: fetch a new nonce and try again.
                Some("invalid_nonce") if !again => {
                    again = true;
                    continue;
                }
                // The issuer's key has been rotated since the metadata were fetched.
                Some("invalid_encryption_parameters") if fresh_metadata.is_none() => {
                    self.forget_metadata();
                    fresh_metadata = Some(self.metadata().await?);
                    continue;
                }
                _ => {}
            }
            let response = opener.open(&answer)?;
            response.check(count).map_err(|_| CallError::Garbled)?;
            return Ok(Delivery {
                credentials: response
                    .credentials
                    .into_iter()
                    .map(|one| one.credential)
                    .collect(),
                keys,
                notification_id: response.notification_id,
            });
        }
    }

    /// OpenID4VCI 1.0 §7: a POST without body or token.
    async fn nonce(&self, metadata: &Metadata) -> Result<String, CallError> {
        let endpoint = metadata
            .issuer
            .nonce_endpoint
            .clone()
            .ok_or(CallError::Metadata(MetadataError::NotOffered("nonces")))?;
        let request = Request {
            method: Method::Post,
            url: endpoint,
            headers: Vec::new(),
            body: Vec::new(),
            max_answer: SMALL_ANSWER,
        };
        let answer = self.send(request, crate::issuer::Proof::None).await?;
        let nonce: NonceResponse = read_json(&answer)?;
        Ok(nonce.c_nonce)
    }

    /// Checks a batch of SD-JWT VCs: each by a trusted key of this issuer, each for another key of ours, all saying the
    /// same, with the photo that was confirmed.
    fn check_copies(
        &self,
        delivery: Delivery,
        vct: Option<&str>,
        seen: &SeenEnrolment,
        trusted: &Trusted,
    ) -> Result<(CardClaims, Vec<Copy>), IssueError> {
        let now = self.server_clock.now();
        let mut keys: Vec<Option<SoftwareKey>> = delivery.keys.into_iter().map(Some).collect();
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
                &KeyBindingPolicy::NotRequired,
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
                key: KeyBytes::of(&key),
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
        if let Enrolment::Ready {
            photo_sha256: expected,
            ..
        } = &seen.status.state
            && photo_sha256(claims.portrait.jpeg()) != *expected
        {
            return Err(IssueError::Refused("another photo"));
        }
        Ok((claims, copies))
    }

    fn copy_issuer_key<'a>(&self, text: &str, trusted: &'a Trusted) -> Option<&'a Jwk> {
        let (jwt, _) = text.split_once('~')?;
        let kid = jose::jws::Jws::parse(jwt).ok()?.header().kid.clone()?;
        self.issuer_key(&trusted.list, &kid, self.server_clock.now())
    }

    /// Checks the token behind the code: by a trusted key of this issuer, for the key that was just made.
    fn check_in_person(
        &self,
        delivery: Delivery,
        trusted: &Trusted,
    ) -> Result<(InPerson, InPersonCard), IssueError> {
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
        let mut keys: Vec<Option<SoftwareKey>> = delivery.keys.into_iter().map(Some).collect();
        let key = take_key(&mut keys, &claims.holder).ok_or(refused("token's holder key"))?;
        let said = InPersonCard::from_identity(&claims.identity)
            .map_err(|_| refused("token's identity"))?;
        Ok((
            InPerson {
                token: Secret::new(text.as_str()),
                key: KeyBytes::of(&key),
                issued_at: time(claims.issued_at).ok_or(refused("time"))?,
                expires_at: time(claims.expires_at).ok_or(refused("time"))?,
                status: claims.status.map(|status| StatusEntry {
                    uri: status.uri,
                    idx: status.idx,
                }),
            },
            said,
        ))
    }

    /// Tells the issuer how it went (OpenID4VCI 1.0 §11). A courtesy: if it fails, nothing is lost.
    pub(crate) async fn notify(&self, ids: &[String], accepted: bool) {
        let Ok(metadata) = self.metadata().await else {
            return;
        };
        let Some(endpoint) = &metadata.issuer.notification_endpoint else {
            return;
        };
        for id in ids {
            let body = NotificationRequest {
                notification_id: id.clone(),
                event: if accepted {
                    NotificationEvent::CredentialAccepted
                } else {
                    NotificationEvent::CredentialFailure
                },
                event_description: None,
            };
            let Ok(request) = post_json(endpoint.clone(), &body, SMALL_ANSWER) else {
                continue;
            };
            let told = match self.send_authorised(request).await {
                Ok(answer) => require_success(&answer),
                Err(error) => Err(error),
            };
            if let Err(error) = told {
                tracing::info!(%error, "the issuer was not told about the credentials");
            }
        }
    }
}

/// Takes our key with this public half out of the list: a second credential for it is refused.
fn take_key(keys: &mut [Option<SoftwareKey>], holder: &Jwk) -> Option<SoftwareKey> {
    let wanted = holder.thumbprint();
    keys.iter_mut()
        .find(|key| {
            key.as_ref()
                .is_some_and(|key| key.public_jwk().thumbprint() == wanted)
        })
        .and_then(Option::take)
}

/// Whether the token behind the code and the card say the same of the person.
fn agrees(token: &InPersonCard, card: &CardClaims) -> bool {
    token.full_name == format!("{} {}", card.given_name, card.family_name)
        && token.birth_date == card.birthdate
        && token.card_type == card.card_type
        && token.institution == card.institution
        && token.class == card.class
        && token.semester == card.semester
        && token.valid_until == card.valid_until
}

#[cfg(test)]
mod tests {
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
