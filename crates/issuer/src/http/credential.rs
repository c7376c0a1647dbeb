//! `POST /openid4vci/credential`: key proofs in, credentials out (OpenID4VCI 1.0 §8).

use std::{collections::HashSet, sync::Arc};

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use county_api::{
    CLIENT_ID, CardClaims, CardSlot, Enrolment, InPersonClaims, PhotoClaims, Profile,
};
use jose::Jwk;
use openid4vc::{
    CredentialError, CredentialErrorCode, CredentialRequest, CredentialResponse,
    proof::{self, DEFAULT_MAX_AGE},
};
use qr_proof::Claim169;
use thiserror::Error;

use crate::{
    db::{begin_write, entity::credential::CardKind, lock, retry},
    issue::{Entry, IssueError, Issuing, status, terms::terms},
    oauth::{access::Caller, device, secret},
    photo,
    records::{self, CardError, CardFacts, day_in_norway},
    schools,
};

use super::{Problem, Service, encryption, key_attestation, key_attestation::ProvenKey, nonce};

/// What is answered instead of credentials.
#[derive(Debug, Error)]
enum Refusal {
    /// §8.3.1.2. Descriptions hold nothing of the request.
    #[error(transparent)]
    Refused(#[from] CredentialError),
    /// Something is wrong here.
    #[error("a credential request failed: {0}")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Refusal {
    fn refused(code: CredentialErrorCode, why: &'static str) -> Self {
        Self::Refused(CredentialError::new(code).with_description(why))
    }

    fn denied(why: &'static str) -> Self {
        Self::refused(CredentialErrorCode::CredentialRequestDenied, why)
    }

    fn fault(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Fault(Box::new(error))
    }
}

impl From<sea_orm::DbErr> for Refusal {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::fault(error)
    }
}

impl From<IssueError> for Refusal {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::NotNow => Self::denied("the card is not good now"),
            error => Self::fault(error),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(error) => {
                let why = error.error_description.as_deref().unwrap_or_default();
                tracing::info!(error = %error.error, why, "no credential was issued");
                let headers = [(header::CACHE_CONTROL, "no-store")];
                (StatusCode::BAD_REQUEST, headers, Json(error)).into_response()
            }
            Self::Fault(error) => Problem::internal(&*error).into_response(),
        }
    }
}

/// Which credential, and of which card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Configuration {
    slot: CardSlot,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    SdJwt,
    InPerson(Profile),
    Photo,
}

impl Configuration {
    fn id(self) -> &'static str {
        match self.form {
            Form::SdJwt => self.slot.sd_jwt_configuration(),
            Form::InPerson(profile) => self.slot.code_configuration(profile),
            Form::Photo => self.slot.photo_configuration(),
        }
    }

    fn from_id(id: &str) -> Option<Self> {
        CardSlot::ALL
            .into_iter()
            .flat_map(|slot| Form::all().map(move |form| Self { slot, form }))
            .find(|configuration| configuration.id() == id)
    }

    /// Of a person's cards the one that is asked for.
    fn card(self, cards: Vec<CardFacts>) -> Option<CardFacts> {
        let place = match self.slot {
            CardSlot::First => 0,
            CardSlot::Training => 1,
        };
        cards.into_iter().nth(place)
    }
}

impl Form {
    fn all() -> impl Iterator<Item = Self> {
        let in_person = Profile::ALL.into_iter().map(Self::InPerson);
        in_person.chain([Self::SdJwt, Self::Photo])
    }

    /// Whether its credentials hold the small portrait or name it.
    fn needs_small_portrait(self) -> bool {
        matches!(
            self,
            Self::Photo | Self::InPerson(Profile::Exam | Profile::Travel)
        )
    }
}

/// What is signed, the same for each key.
enum Content<'a> {
    /// For the SD-JWT VC.
    Card(&'a CardClaims),
    /// For a token behind a code.
    Identity(Claim169),
}

impl<'a> Content<'a> {
    fn of(
        form: Form,
        card: &'a CardClaims,
        small_portrait: Option<&PhotoClaims>,
    ) -> Result<Self, Refusal> {
        Ok(match form {
            Form::SdJwt => Self::Card(card),
            Form::InPerson(profile) => {
                let portrait = small_portrait.map(PhotoClaims::hash);
                Self::Identity(InPersonClaims::of(profile, card, portrait).to_identity())
            }
            Form::Photo => {
                let photo = small_portrait
                    .ok_or_else(|| Refusal::denied("the portrait has no small form"))?;
                Self::Identity(photo.to_identity())
            }
        })
    }
}

pub(super) async fn credential(
    State(service): State<Arc<Service>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = match encryption::open(&service, &headers, &body) {
        Ok(request) => request,
        Err(error) => return Refusal::from(error).into_response(),
    };
    match answer(&service, caller, &request).await {
        Ok(answer) => {
            let encryption = request.credential_response_encryption.as_ref();
            encryption::answer(&service, encryption, &answer)
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn answer(
    service: &Service,
    caller: Caller,
    request: &CredentialRequest,
) -> Result<CredentialResponse, Refusal> {
    let configuration = Configuration::from_id(&request.credential_configuration_id)
        .ok_or_else(|| CredentialError::new(CredentialErrorCode::UnknownCredentialConfiguration))?;
    let expected = proof::Expected {
        issuer: service.config.issuer.id(),
        client_id: CLIENT_ID,
        now: service.unix_now(),
        max_age: DEFAULT_MAX_AGE,
    };
    let proofs = proof::verify_all(&request.proofs.jwt, &expected).map_err(|error| {
        tracing::debug!(%error, "a key proof was refused");
        Refusal::refused(error.code(), "a key proof does not hold")
    })?;
    let proven = key_attestation::check(service, proofs)?;
    retry(|| use_up(service, &proven.nonces)).await?;
    retry(|| issue(service, &caller, configuration, &proven.keys)).await
}

/// All nonces of a batch (usually one) are used up together, or none.
async fn use_up(service: &Service, nonces: &HashSet<String>) -> Result<(), Refusal> {
    let transaction = begin_write(&service.db).await?;
    for nonce in nonces {
        if !nonce::use_up(&transaction, &service.seal, nonce, service.unix_now()).await? {
            return Err(Refusal::refused(
                CredentialErrorCode::InvalidNonce,
                "the nonce is unknown, too old, or was used before",
            ));
        }
    }
    transaction.commit().await?;
    Ok(())
}

/// One credential for each key, all under the same terms.
async fn issue(
    service: &Service,
    caller: &Caller,
    configuration: Configuration,
    keys: &[ProvenKey],
) -> Result<CredentialResponse, Refusal> {
    const NO_CARD: &str = "the person has no card now; the enrolment says why";
    let enrolment = records::enrolment(service, caller.account_id)
        .await
        .map_err(Refusal::fault)?;
    if !matches!(enrolment.state, Enrolment::Ready { .. }) {
        return Err(Refusal::denied(NO_CARD));
    }
    let person = records::person_of(service, caller.account_id)
        .await
        .map_err(Refusal::fault)?
        .ok_or_else(|| Refusal::denied(NO_CARD))?;
    let person_id = person.id;
    let now = service.now();
    let cards = records::card_facts(service, person_id, day_in_norway(now))
        .await
        .map_err(|error| match error {
            CardError::NotReady => Refusal::denied(NO_CARD),
            error => Refusal::fault(error),
        })?;
    let facts = configuration
        .card(cards)
        .ok_or_else(|| Refusal::denied("the person has one card now, and it is not this one"))?;
    // The photo on the card is, byte for byte, the one that the person confirmed.
    if county_api::photo_sha256(facts.claims.portrait.jpeg()) != facts.photo_sha256 {
        return Err(Refusal::fault(IssueError::Photo));
    }

    let small_portrait = if configuration.form.needs_small_portrait() {
        let jpeg = facts.claims.portrait.jpeg();
        let portraits = &service.small_portraits;
        portraits.of(&facts.photo_sha256, jpeg).await
    } else {
        None
    };
    let content = Content::of(configuration.form, &facts.claims, small_portrait.as_deref())?;

    let signer = service
        .keys
        .credential_signer(now.timestamp())
        .map_err(Refusal::fault)?;
    let lifetimes = &service.config.lifetimes;
    let lifetime = match configuration.form {
        Form::SdJwt => lifetimes.sd_jwt_s,
        Form::InPerson(_) | Form::Photo => lifetimes.in_person_s,
    };
    // Nor does a credential outlive the trust in its key, should nobody have rotated in time.
    let lifetime = lifetime.min(signer.not_after - now.timestamp());
    let terms = terms(
        now.timestamp(),
        lifetime,
        facts.claims.valid_until,
        signer.signs_from,
    )
    .ok_or(IssueError::NotNow)?;

    let notification_id = secret::generate(&service.random).map_err(|_| IssueError::Random)?;
    let card = CardKind::of(facts.claims.card_type);
    let new = status::New {
        device_id: caller.device_id,
        person_id,
        configuration: configuration.id(),
        card,
        terms,
        photo_sha256: Some(&facts.photo_sha256),
        notification_id: &notification_id,
    };
    let transaction = begin_write(&service.db).await?;
    // Looked at once more, now that nobody else decides about this person: neither a block nor a reset of the photo nor a
    // sync must be outrun.
    let row = lock::person(&transaction, person_id)
        .await?
        .filter(|row| row.record_hash == person.record_hash);
    // Nor must a school that was switched off in another process: what this one remembers may be older.
    let rules = schools::in_force(&transaction, service.config.records.rules.configured()).await?;
    let has_right =
        row.is_some_and(|row| records::status::keeps(&row, card, day_in_norway(now), &rules));
    let blocked = records::active_block(&transaction, person_id, day_in_norway(now)).await?;
    let locked = photo::locked_sha256(&transaction, person_id).await?;
    if !has_right || blocked.is_some() || locked.as_deref() != Some(facts.photo_sha256.as_str()) {
        return Err(Refusal::denied(NO_CARD));
    }
    lock::account(&transaction, caller.account_id).await?;
    // Whoever logs the device out waits for this one, and then sees what was issued.
    let held = lock::device(&transaction, caller.device_id).await?;
    if held.is_none_or(|device| device.revoked_at.is_some()) {
        return Err(Refusal::denied("the device has been logged out"));
    }
    // Only now, not at its login: a login that fails half-way leaves the card on the old device good.
    let replaced = device::revoke_others(
        &transaction,
        caller.account_id,
        caller.device_id,
        now.timestamp(),
    )
    .await?;
    let levels: Vec<_> = keys.iter().map(|key| key.protection).collect();
    let entries = status::register(&transaction, service, &new, levels.clone()).await?;
    let outdated = status::retire(&transaction, service, &new).await?;
    let holders: Vec<(Jwk, Entry)> = keys
        .iter()
        .map(|key| key.jwk.clone())
        .zip(entries)
        .collect();
    let credentials = sign(&Issuing::new(service, &signer, terms), &content, &holders)?;
    // Committed last: a credential that could not be made leaves no row, and one that was made has one.
    transaction.commit().await?;
    service
        .metrics
        .issued(configuration.id(), credentials.len(), levels);
    tracing::info!(
        configuration = configuration.id(),
        count = credentials.len(),
        replaced,
        outdated,
        "credentials were issued"
    );
    Ok(CredentialResponse::new(
        credentials,
        Some(notification_id.to_string()),
    ))
}

fn sign(
    issuing: &Issuing<'_>,
    content: &Content<'_>,
    holders: &[(Jwk, Entry)],
) -> Result<Vec<String>, IssueError> {
    match content {
        Content::Card(card) => issuing.cards(card, holders),
        Content::Identity(identity) => issuing.tokens(identity, holders),
    }
}
