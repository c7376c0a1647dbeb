//! The signed lists, drawn from the rows.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use status_list::{Bits, StatusList, StatusListToken};

use super::uri;
use crate::{
    db::entity::{
        credential::{self, CredentialStatus},
        slip, status_list as table,
    },
    http::Service,
    issue::IssueError,
};

/// A list, signed in both forms at one moment from one state.
pub(crate) struct Tokens {
    pub(crate) jwt: String,
    pub(crate) cwt: Vec<u8>,
    digest: [u8; 32],
    kid: String,
    issued_at: i64,
    ttl: u64,
}

impl Tokens {
    /// Seconds for which a copy is as good as asking again.
    pub(crate) fn fresh_for(&self, now: i64) -> u64 {
        let age = now.saturating_sub(self.issued_at).max(0).unsigned_abs();
        self.ttl.saturating_sub(age)
    }
}

/// The tokens signed last. They are signed anew when a status has changed, and when their ttl is over.
#[derive(Default)]
pub(crate) struct StatusTokens(Mutex<HashMap<i64, Arc<Tokens>>>);

impl StatusTokens {
    /// The tokens of a list; none when there is no such list.
    pub(crate) async fn current(
        &self,
        service: &Service,
        id: i64,
    ) -> Result<Option<Arc<Tokens>>, IssueError> {
        let Some(row) = table::Entity::find_by_id(id).one(&service.db).await? else {
            return Ok(None);
        };
        let list = draw(&service.db, &row).await?;
        let digest = jose::sha256(list.as_bytes());
        let now = service.unix_now();
        let signer = service.keys.credential_signer(now)?;
        let settings = &service.config.status_list;

        let known = self.lock().get(&id).cloned();
        if let Some(known) = known
            && known.digest == digest
            && known.kid == signer.kid
            && now >= known.issued_at
            && known.fresh_for(now) > 0
        {
            return Ok(Some(known));
        }
        let token = StatusListToken {
            uri: uri(service, id),
            issued_at: now,
            expires_at: Some(now + settings.expires_s),
            ttl: Some(settings.ttl_s),
            aggregation_uri: Some(service.config.issuer.at("/status-lists")),
            list,
        };
        let write = |error: status_list::WriteError| IssueError::Write(error.into());
        let tokens = Arc::new(Tokens {
            jwt: token.to_jwt(&signer.kid, &*signer).map_err(write)?,
            cwt: token
                .to_cwt(&county_api::key_id(signer.jwk()), &*signer)
                .map_err(write)?,
            digest,
            kid: signer.kid.clone(),
            issued_at: now,
            ttl: settings.ttl_s,
        });
        self.lock().insert(id, tokens.clone());
        Ok(Some(tokens))
    }

    /// How many lists have been signed here, and when the oldest was, unix seconds.
    pub(crate) fn count_and_oldest(&self) -> (usize, Option<i64>) {
        let tokens = self.lock();
        let oldest = tokens.values().map(|tokens| tokens.issued_at).min();
        (tokens.len(), oldest)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, Arc<Tokens>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Named one by one, so that an index finds them among all that are valid.
const NOT_VALID: [CredentialStatus; 2] = [CredentialStatus::Invalid, CredentialStatus::Suspended];

/// The list as the rows have it now; places without a row are 0, which looks like a valid credential.
async fn draw(db: &impl ConnectionTrait, row: &table::Model) -> Result<StatusList, IssueError> {
    let size = usize::try_from(row.size).map_err(|_| IssueError::StatusListFull)?;
    let mut list = StatusList::new(Bits::Two, size);
    let changed: Vec<(i64, CredentialStatus)> = credential::Entity::find()
        .select_only()
        .column(credential::Column::Idx)
        .column(credential::Column::Status)
        .filter(credential::Column::ListId.eq(row.id))
        .filter(credential::Column::Status.is_in(NOT_VALID))
        .into_tuple()
        .all(db)
        .await?;
    let slips: Vec<(i64, CredentialStatus)> = slip::Entity::find()
        .select_only()
        .column(slip::Column::Idx)
        .column(slip::Column::Status)
        .filter(slip::Column::ListId.eq(row.id))
        .filter(slip::Column::Status.is_in(NOT_VALID))
        .into_tuple()
        .all(db)
        .await?;
    for (idx, status) in changed.into_iter().chain(slips) {
        list.set(idx.unsigned_abs(), status.value())
            .map_err(|error| IssueError::Write(error.into()))?;
    }
    Ok(list)
}
