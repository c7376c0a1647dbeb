//! Logging out, and forgetting everything.

use url::form_urlencoded;

use crate::{
    StoreError, Wallet,
    issuer::{Proof, post_form, require_success},
    platform::{Platform, SecretError},
    state::{Session, State},
    store::Store,
};

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
    /// Takes tokens, keys and cards off this device, and tells the issuer if it can be reached.
    ///
    /// What does not belong to the person stays: the newest version of the trust list.
    pub async fn log_out(&self) -> Result<(), LogOutError> {
        // First here: whatever the network does, the person is out.
        if let Some(session) = self.log_out_here()? {
            self.revoke(&session).await;
        }
        Ok(())
    }

    fn log_out_here(&self) -> Result<Option<Session>, StoreError> {
        let session = self.read(|state| state.session.clone());
        self.change(|state| {
            *state = State {
                trust_list: state.trust_list.take(),
                not_earlier_than: state.not_earlier_than,
                ..State::new(&state.issuer)
            };
        })?;
        Ok(session)
    }

    /// RFC 7009. A courtesy: the tokens are bound to a key that is gone.
    async fn revoke(&self, session: &Session) {
        let Ok(metadata) = self.metadata().await else {
            return;
        };
        let Some(endpoint) = metadata.oauth.revocation_endpoint.clone() else {
            return;
        };
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", session.refresh_token.as_str())
            .append_pair("token_type_hint", "refresh_token")
            .append_pair("client_id", county_api::CLIENT_ID)
            .finish();
        let Ok(key) = session.key.key(&*self.platform.random) else {
            return;
        };
        let request = post_form(endpoint, form);
        let told = match self.send(request, Proof::Key(&key)).await {
            Ok(answer) => require_success(&answer),
            Err(error) => Err(error),
        };
        if let Err(error) = told {
            tracing::info!(%error, "the issuer was not told of the log-out");
        }
    }

    /// Deletes the store, every store that was put aside, and the key: as if the app had never been here.
    pub fn forget_everything(self) -> Result<(), ForgetError> {
        let Platform {
            secrets, directory, ..
        } = &self.platform;
        // The key first: without it the files are noise, even if deleting them fails.
        secrets.delete()?;
        Store::delete(directory)?;
        Ok(())
    }
}
