//! `/wallet/*`: what the app asks beyond the standards.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate};
use county_api::{EnrolmentStatus, Validity, ValidityRequest, ValidityStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    db::entity::{
        credential::{self, CardKind, CredentialStatus},
        device,
    },
    issue::status,
    oauth::access::Caller,
    records::{self, CardFacts, day_in_norway},
};

use super::{Problem, Service, read_json};

/// Where the person stands on the way to a card.
pub(super) async fn enrolment(
    State(service): State<Arc<Service>>,
    caller: Caller,
) -> Result<Json<EnrolmentStatus>, Problem> {
    records::enrolment(&service, caller.account_id)
        .await
        .map(Json)
        .map_err(|error| Problem::internal(&error))
}

/// A fresh, signed word on one of the person's own cards ("Sjekk gyldighet").
pub(super) async fn validity(
    State(service): State<Arc<Service>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let request: ValidityRequest = read_json(&headers, &body)?;
    let asked = &request.credential_status;
    let list = status::list_of(&service, &asked.uri).ok_or(Problem::UnknownCard)?;
    let idx = i64::try_from(asked.idx).map_err(|_| Problem::UnknownCard)?;
    let row = credential::Entity::find()
        .filter(credential::Column::ListId.eq(list))
        .filter(credential::Column::Idx.eq(idx))
        .one(&service.db)
        .await?
        .ok_or(Problem::UnknownCard)?;
    // The person's own: a card outlives a new login on the same phone.
    device::Entity::find_by_id(row.device_id)
        .one(&service.db)
        .await?
        .filter(|device| device.account_id == caller.account_id)
        .ok_or(Problem::UnknownCard)?;

    let now = service.unix_now();
    let statement = ValidityStatement {
        iss: service.config.issuer.id().to_owned(),
        iat: now,
        exp: now + service.config.lifetimes.validity_s,
        status: request.credential_status,
        result: judge(&row, now),
        card_valid_until: last_day(&service, &row).await,
    };
    let signer = service
        .keys
        .credential_signer(now)
        .map_err(|error| Problem::internal(&error))?;
    let jws = statement
        .sign(&*signer)
        .map_err(|error| Problem::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, "application/jwt"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, jws).into_response())
}

/// What the status list says of the card, too: asking never makes a good card worse.
fn judge(row: &credential::Model, now: i64) -> Validity {
    match row.status {
        CredentialStatus::Invalid => Validity::Revoked,
        CredentialStatus::Suspended => Validity::Suspended,
        CredentialStatus::Valid if row.expires_at > now => Validity::Valid,
        CredentialStatus::Valid => Validity::Expired,
    }
}

/// The last day the card is good by the records as they are today, or else by what was issued.
async fn last_day(service: &Service, row: &credential::Model) -> NaiveDate {
    let today = day_in_norway(service.now());
    let cards = records::card_facts(service, row.person_id, today).await;
    let of_row = |facts: &CardFacts| {
        row.card
            .is_none_or(|kind| kind == CardKind::of(facts.claims.card_type))
    };
    match cards.unwrap_or_default().into_iter().find(of_row) {
        Some(facts) => facts.claims.valid_until,
        None => {
            DateTime::from_timestamp(row.expires_at - 1, 0).map_or(NaiveDate::MIN, day_in_norway)
        }
    }
}
