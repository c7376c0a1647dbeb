//! Making credentials: their terms, their place in a status list, and their two forms.

mod in_person;
mod sd_jwt;
pub(crate) mod status;
pub(crate) mod terms;

pub(crate) use self::sd_jwt::vct;
pub use self::status::Entry;
pub use self::terms::Terms;

use jose::Signer;
use ring::rand::SystemRandom;
use thiserror::Error;

use crate::{
    app::App,
    keys::{IssuerKey, KeysError},
};

/// What the credentials of one answer have in common, but for what they say.
pub struct Issuing<'a> {
    /// The issuer's identifier.
    pub issuer: &'a str,
    /// The type of the SD-JWT VC.
    pub vct: String,
    /// From when until when.
    pub terms: Terms,
    /// The signing key's name in a JWS.
    pub kid: &'a str,
    /// Its name in a CWT.
    pub key_id: [u8; 8],
    /// The signing key.
    pub signer: &'a dyn Signer,
    /// For salts.
    pub random: &'a SystemRandom,
}

impl<'a> Issuing<'a> {
    pub(crate) fn new(app: &'a App, signer: &'a IssuerKey, terms: Terms) -> Self {
        Self {
            issuer: app.config.issuer.id(),
            vct: vct(app),
            terms,
            kid: &signer.kid,
            key_id: county_api::key_id(signer.jwk()),
            signer,
            random: &app.random,
        }
    }
}

/// Why no credential was made.
#[derive(Debug, Error)]
pub enum IssueError {
    /// The card's own right ends before a credential could begin.
    #[error("the card is not good now")]
    NotNow,
    /// The locked photo is gone, or not the one that was locked.
    #[error("the photo is not the one that was locked")]
    Photo,
    /// Every try for an unused entry of the status list failed.
    #[error("no unused entry of the status list was found")]
    StatusListFull,
    /// No key.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// No randomness.
    #[error("the system gives no randomness")]
    Random,
    /// Writing or signing failed.
    #[error("a credential could not be written: {0}")]
    Write(Box<dyn std::error::Error + Send + Sync>),
}
