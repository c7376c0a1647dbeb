//! Fetching the cards: keys, proofs, credentials, and every check before anything is stored. Each card is fetched by
//! itself, and what goes wrong with one harms no other.

use std::collections::BTreeSet;

use county_api::{CardSlot, CardType, Enrolment, EnrolmentStatus, KEY_PROTECTION_CLAIM, Profile};
use futures::future::join_all;
use jose::SignError;
use openid4vc::{
    CredentialRequest, MetadataError, NonceResponse, NotificationEvent, NotificationRequest,
};
use serde_json::Map;

use crate::{
    CallError, Problem, StoreError, TrustError, Wallet,
    delivery::{Parts, check_codes},
    issuer::{Metadata, SMALL_ANSWER, error_code, post_json, read_json, require_success},
    keys::{HolderKey, off_thread},
    platform::{KeyUse, Method, Request},
    state::{Card, CardKind, Failure, SeenEnrolment},
    trust::Trusted,
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

/// A card that the issuer has for the person now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named<'a> {
    /// Under which configurations it is asked for.
    pub(crate) slot: CardSlot,
    pub(crate) card_type: CardType,
    pub(crate) content_sha256: &'a str,
    pub(crate) photo_sha256: &'a str,
}

impl Named<'_> {
    pub(crate) fn kind(&self) -> CardKind {
        CardKind::of(self.card_type)
    }
}

/// The cards that an enrolment names: none unless everything is there.
pub(crate) fn named(enrolment: &Enrolment) -> Vec<Named<'_>> {
    let Enrolment::Ready {
        holder,
        photo_sha256,
        content_sha256,
        more,
    } = enrolment
    else {
        return Vec::new();
    };
    let first = Named {
        slot: CardSlot::First,
        card_type: holder.card_type,
        content_sha256,
        photo_sha256,
    };
    let further = more.iter().map(|card| Named {
        slot: CardSlot::Training,
        card_type: card.card_type,
        content_sha256: &card.content_sha256,
        photo_sha256,
    });
    // Of each kind there is one; what a later issuer may name besides is not for this version.
    let further = further.filter(|card| card.kind() != first.kind()).take(1);
    [first].into_iter().chain(further).collect()
}

/// Which credentials to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) copies: bool,
    pub(crate) profiles: BTreeSet<Profile>,
    /// The photo token is fetched as well when the codes name another portrait than it carries.
    pub(crate) photo: bool,
}

impl Wanted {
    pub(crate) fn all() -> Self {
        Self {
            copies: true,
            profiles: Profile::ALL.into(),
            photo: true,
        }
    }

    pub(crate) fn nothing() -> Self {
        Self {
            copies: false,
            profiles: BTreeSet::new(),
            photo: false,
        }
    }

    /// What is not wanted here.
    fn rest(&self) -> Self {
        Self {
            copies: !self.copies,
            profiles: Profile::ALL
                .into_iter()
                .filter(|profile| !self.profiles.contains(profile))
                .collect(),
            photo: !self.photo,
        }
    }
}

/// A card that was fetched and checked but not yet stored.
pub(crate) struct Fetched {
    pub(crate) card: Card,
    pub(crate) along: Along,
}

/// What goes along with credentials until they are stored.
#[derive(Default)]
pub(crate) struct Along {
    /// What to tell the issuer then.
    pub(crate) notification_ids: Vec<String>,
    /// Their keys: what nothing holds and no store names is deleted.
    keys: Vec<HolderKey>,
}

impl Along {
    fn add(&mut self, delivery: &Delivery) {
        self.notification_ids
            .extend(delivery.notification_id.clone());
        self.keys.extend(delivery.keys.iter().cloned());
    }
}

/// What every request for one card needs.
struct Asking<'a> {
    metadata: &'a Metadata,
    named: &'a Named<'a>,
    trusted: &'a Trusted,
}

/// One answer of the credential endpoint: credentials, and the keys that were proven for them.
pub(crate) struct Delivery {
    pub(crate) credentials: Vec<String>,
    pub(crate) keys: Vec<HolderKey>,
    pub(crate) notification_id: Option<String>,
}

impl Wallet {
    /// Fetches the cards anew: keys of its own for each credential, every credential checked against the trust list,
    /// and of each card all stored at once or nothing.
    ///
    /// Goes well if one card could be fetched. What was wrong with another is kept as the last failure, and the next
    /// refresh asks for it again.
    pub async fn fetch_credentials(&self) -> Result<(), IssueError> {
        let _one_at_a_time = self.fetching.lock().await;
        let session = self.session_id()?;
        let seen = self.ask_enrolment().await?;
        let removed = self.read(|state| state.removed.clone());
        let named = named(&seen.status.state);
        if named.is_empty() {
            self.keep_enrolment(&session, &seen)?;
            return Err(IssueError::NotReady(Box::new(seen.status)));
        }
        let trusted = self.fetch_trust_list().await?;
        let mut fetched = Vec::new();
        let mut failure = None;
        for named in &named {
            match self
                .fetch_card(named, Wanted::all(), None, &seen, &trusted)
                .await
            {
                Ok(card) => fetched.push(card),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        let failure = match failure {
            Some(error) if fetched.is_empty() => return Err(error),
            failure => failure.map(|error| Failure {
                problem: Problem::from(&error),
                at: self.platform.clock.now(),
            }),
        };
        // The credentials are minutes old at most: a status list that cannot be had now is no reason to refuse them.
        let entries = fetched.iter().flat_map(|new| new.card.status_entries());
        let statuses = self
            .fetch_statuses(entries, &trusted.list)
            .await
            .unwrap_or_default();
        let now = self.server_clock.now();
        let (cards, along): (Vec<_>, Vec<_>) =
            fetched.into_iter().map(|new| (new.card, new.along)).unzip();
        let stored = self.change_session(&session, |state| {
            // Asked for by the person, unlike a refresh; what was taken off since then was asked for later.
            state.removed.retain(|card| !removed.contains(card));
            for card in cards {
                state.put_unless_removed(card, &[]);
            }
            state.see(seen);
            state.note_statuses(statuses);
            state.trust_list = Some(trusted.kept);
            if failure.is_none() {
                state.last_refresh = Some(now);
            }
            state.last_failure = failure;
        });
        self.settle(along, stored.is_ok()).await;
        stored.map_err(CallError::from)?;
        Ok(())
    }

    /// After credentials were stored, or were not: lets go of their keys, and tells the issuer.
    pub(crate) async fn settle(&self, along: Vec<Along>, stored: bool) {
        let ids: Vec<String> = along
            .into_iter()
            .flat_map(|along| along.notification_ids)
            .collect();
        self.tidy_keys().await;
        self.notify(&ids, stored).await;
    }

    /// Fetches what is wanted of a card and puts it together with what stays of the old one.
    pub(crate) async fn fetch_card(
        &self,
        named: &Named<'_>,
        mut wanted: Wanted,
        old: Option<&Card>,
        seen: &SeenEnrolment,
        trusted: &Trusted,
    ) -> Result<Fetched, IssueError> {
        if old.is_none() {
            wanted = Wanted::all();
        }
        let metadata = self.metadata().await?;
        let mut along = Along::default();
        let asking = Asking {
            metadata: &metadata,
            named,
            trusted,
        };
        let result = self
            .fetch_and_check(&asking, wanted, old, seen, &mut along)
            .await;
        match result {
            Ok(card) => Ok(Fetched { card, along }),
            Err(error) => {
                self.settle(vec![along], false).await;
                Err(error)
            }
        }
    }

    async fn fetch_and_check(
        &self,
        asking: &Asking<'_>,
        wanted: Wanted,
        old: Option<&Card>,
        seen: &SeenEnrolment,
        along: &mut Along,
    ) -> Result<Card, IssueError> {
        let Asking {
            metadata,
            named,
            trusted,
        } = *asking;
        let photo_is_due = wanted.photo;
        let mut parts = self.fetch_parts(asking, &wanted, along).await?;
        if let Some(old) = old {
            // Something fresh that says something else than the card at hand: the data has changed, all of it goes.
            if parts.contradict(old) {
                let rest = wanted.rest();
                parts.add(self.fetch_parts(asking, &rest, along).await?);
            }
            parts.fill_up(old);
        }
        let (claims, copies) = parts.copies.ok_or(IssueError::Refused("no copies"))?;
        let portrait = check_codes(&parts.codes, &claims)?;
        let kept = old
            .and_then(|old| old.photo.clone())
            .filter(|photo| !photo_is_due && photo.hash() == portrait);
        let photo = match (portrait, kept) {
            (None, _) => None,
            (Some(_), Some(kept)) => Some(kept),
            (Some(hash), None) => {
                let id = named.slot.photo_configuration();
                match self.request(metadata, id, 1).await {
                    Ok(delivery) => {
                        along.add(&delivery);
                        Some(self.check_photo(delivery, hash, trusted)?)
                    }
                    // Everything else is there, and the card is whole without: the next refresh asks again.
                    Err(error) => {
                        tracing::info!(%error, "the portrait's token could not be fetched");
                        None
                    }
                }
            }
        };
        let id = match old {
            Some(old) => old.id.clone(),
            None => jose::random_token(&*self.platform.random, 9).map_err(CallError::from)?,
        };
        Ok(Card {
            id,
            account: seen.status.account.clone(),
            content_sha256: named.content_sha256.to_owned(),
            claims,
            demo: trusted.demo,
            copies,
            codes: parts.codes,
            photo,
            updated_at: seen.seen_at,
            over_since: None,
        })
    }

    /// Asks for what is wanted, all at once: every request has a nonce of its own. Checks each answer by itself.
    async fn fetch_parts(
        &self,
        asking: &Asking<'_>,
        wanted: &Wanted,
        along: &mut Along,
    ) -> Result<Parts, IssueError> {
        let Asking {
            metadata,
            named,
            trusted,
        } = *asking;
        let offered = usize::try_from(metadata.issuer.batch_size()).unwrap_or(1);
        let count = self.settings.batch.min(offered).max(1);
        let copies = async {
            if !wanted.copies {
                return None;
            }
            let id = named.slot.sd_jwt_configuration();
            Some(self.request(metadata, id, count).await)
        };
        let codes = wanted.profiles.iter().map(async |profile| {
            let id = named.slot.code_configuration(*profile);
            (*profile, self.request(metadata, id, 1).await)
        });
        let (copies, codes) = futures::join!(copies, join_all(codes));
        // Before the first error: the issuer hears of everything that it has delivered.
        let delivered = copies.iter().chain(codes.iter().map(|(_, code)| code));
        for delivery in delivered.flatten() {
            along.add(delivery);
        }
        let mut parts = Parts::default();
        if let Some(delivery) = copies {
            let vct = metadata
                .issuer
                .configuration(named.slot.sd_jwt_configuration())
                .map_err(CallError::Metadata)?
                .vct
                .as_deref();
            parts.copies = Some(self.check_copies(delivery?, vct, named, trusted)?);
        }
        for (profile, delivery) in codes {
            let code = self.check_code(delivery?, profile, trusted)?;
            parts.codes.insert(profile, code);
        }
        Ok(parts)
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
        let keys = self.make_keys(KeyUse::Credential, count).await?;
        let mut again = false;
        let mut fresh_metadata = None;
        loop {
            let metadata = fresh_metadata.as_deref().unwrap_or(metadata);
            let nonce = self.nonce(metadata).await?;
            let now = self.server_clock.now().timestamp();
            let jwt = self.key_proofs(&keys, nonce, now).await?;
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

    /// A proof for each key (OpenID4VCI 1.0 appendix F.1), which says beside it how well the key is guarded.
    async fn key_proofs(
        &self,
        keys: &[HolderKey],
        nonce: String,
        now: i64,
    ) -> Result<Vec<String>, CallError> {
        let store = self.keys.store_protection();
        let issuer = self.county.issuer_id().to_owned();
        let keys = keys.to_vec();
        let prove = move |key: &HolderKey| {
            let level = serde_json::to_value(key.stored().protection(store));
            let level = level.map_err(SignError::Json)?;
            openid4vc::proof::prove_with(
                &issuer,
                county_api::CLIENT_ID,
                &nonce,
                now,
                key,
                None,
                Map::from_iter([(KEY_PROTECTION_CLAIM.to_owned(), level)]),
            )
        };
        let proofs = off_thread(move || keys.iter().map(prove).collect::<Result<_, _>>());
        Ok(proofs.await??)
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
