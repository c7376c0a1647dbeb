//! Logging out, and forgetting everything.

use chrono::TimeDelta;
use url::form_urlencoded;

use crate::{
    CallError, StoreError, Wallet,
    issuer::{Proof, post_form, require_success},
    platform::SecretError,
    state::{EndedSession, State},
};

/// For no longer is a session kept for telling the issuer: it has ended there by itself, too.
const TELL_WITHIN: TimeDelta = TimeDelta::days(90);
/// Nor are more of them; the oldest go first.
const TELL_AT_MOST: usize = 8;

/// Why the person is still logged in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogOutError {
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why not everything was forgotten.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForgetError {
    /// A file could not be deleted.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key could not be deleted.
    #[error(transparent)]
    Secrets(#[from] SecretError),
}

impl Wallet {
    /// Takes tokens, keys, cards and history off this device, and tells the issuer if it can be reached.
    ///
    /// What does not belong to the person stays: the newest version of the trust list.
    pub async fn log_out(&self) -> Result<(), LogOutError> {
        self.log_out_here()?;
        self.tell_log_outs().await;
        Ok(())
    }

    /// Takes everything off this device, at once and without a network. Of the session no more is kept than it takes
    /// to [tell the issuer](Self::tell_log_outs).
    pub fn log_out_here(&self) -> Result<(), LogOutError> {
        let since = self.server_clock.now();
        self.change_person(|state| {
            let ended = state.session.take().map(|session| EndedSession {
                refresh_token: session.refresh_token,
                key: session.key,
                since,
            });
            let mut all = std::mem::take(&mut state.ended);
            all.extend(ended);
            let too_many = all.len().saturating_sub(TELL_AT_MOST);
            *state = State {
                trust_list: state.trust_list.take(),
                not_earlier_than: state.not_earlier_than,
                ended: all.split_off(too_many),
                ..State::new(&state.issuer)
            };
        })?;
        self.tidy_keys_here();
        Ok(())
    }

    /// Tells the issuer of the sessions that have ended here. What cannot be told now is kept for another time; what
    /// the issuer refuses, it knows already.
    pub async fn tell_log_outs(&self) {
        let _one_at_a_time = self.telling.lock().await;
        let epoch = self.epoch();
        for ended in self.read(|state| state.ended.clone()) {
            let is_old = self.server_clock.now() - ended.since > TELL_WITHIN;
            if !is_old
                && let Err(error) = self.revoke(&ended).await
                && is_absence(&error)
            {
                tracing::info!(%error, "the issuer is not yet told of a log-out");
                return;
            }
            let told = self.change_since(epoch, |state| {
                state
                    .ended
                    .retain(|other| other.refresh_token != ended.refresh_token);
            });
            match told {
                Ok(true) => self.tidy_keys().await,
                // Another log-out tells of what is left; after a removal nothing is.
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(%error, "a log-out that was told is still kept");
                    return;
                }
            }
        }
    }

    /// RFC 7009. A courtesy: the person is out already.
    async fn revoke(&self, ended: &EndedSession) -> Result<(), CallError> {
        let metadata = self.metadata().await?;
        let Some(endpoint) = metadata.oauth.revocation_endpoint.clone() else {
            return Ok(());
        };
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", ended.refresh_token.as_str())
            .append_pair("token_type_hint", "refresh_token")
            .append_pair("client_id", county_api::CLIENT_ID)
            .finish();
        let key = self.keys.open(&ended.key)?;
        let answer = self
            .send(post_form(endpoint, form), Proof::Key(&key))
            .await?;
        require_success(&answer)
    }

    /// Deletes the store, every store that was put aside, and the key: as if the app had never been here. The wallet
    /// goes on empty, and makes a new key when there is something to keep.
    ///
    /// The issuer is not told: whoever wants that logs out first.
    pub fn forget_everything(&self) -> Result<(), ForgetError> {
        self.erase()
    }
}

/// Whether the issuer was not there to be told, or the key not there to tell it with, so that there is a point in trying
/// again. A key that is gone tells nobody anything.
fn is_absence(error: &CallError) -> bool {
    matches!(
        error,
        CallError::Http(_) | CallError::Unavailable { .. } | CallError::KeyLocked
    )
}
