//! The county's school records through FINT (information models 3 and 4).
//!
//! FINT gives each class as a paged HAL collection; the classes name each other
//! by links. [`read`] fetches the classes that a card needs, each whole, and
//! joins them. Either everything was read, or the answer is an error: a set
//! with a page missing would make the missing people look as if they had left.
//!
//! Sources: FINTLabs/fint-information-model-java (models 3.21 and 4.0), the FINT API documentation.

mod assemble;
mod collection;
mod entry;
mod page;
mod session;
mod shape;
mod table;
mod tables;
#[cfg(test)]
mod tests;

use crate::http::{Http, HttpError};
use crate::library::{self, LibraryFileError};
use crate::{SchoolRecords, Secret};
pub(crate) use page::read as read_page;
use session::Session;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
pub(crate) use table::Table;
pub(crate) use tables::Tables;
use thiserror::Error;
use url::Url;

/// Where a county's FINT is, and how it is read.
#[derive(Debug, Clone)]
pub struct FintSource {
    /// The API, such as `https://api.felleskomponent.no`.
    pub base_url: Url,
    /// Where tokens are given (OAuth 2.0, RFC 6749).
    pub token_url: Url,
    /// The client's name, from FINT's customer portal.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Secret,
    /// How a token is asked for.
    pub grant: Grant,
    /// The scope asked for.
    pub scope: String,
    /// The information model that the county's source follows.
    pub model: Model,
    /// How many records a page holds.
    pub page_size: u32,
    /// Whether apprentices are read as well (`utdanning/larling`).
    pub apprentices: bool,
    /// Whether synthetic national identity numbers count as valid: in tests only.
    pub allow_synthetic: bool,
    /// The codes (FINT: Fullfortkode) that say that the final examination was passed.
    pub passed_codes: Vec<String>,
    /// The file with library codes (see [`crate::library`]); the token is sent only to the API's own host.
    pub library_codes: Option<Url>,
    /// Where it is counted how many records have been read, for whoever waits.
    pub counter: Arc<AtomicU64>,
}

impl FintSource {
    /// A source with the usual settings: model 4, 1 000 records a page, apprentices included, real numbers only.
    #[must_use]
    pub fn new(
        base_url: Url,
        token_url: Url,
        client_id: String,
        client_secret: Secret,
        grant: Grant,
    ) -> Self {
        Self {
            base_url,
            token_url,
            client_id,
            client_secret,
            grant,
            scope: "fint-client".into(),
            model: Model::V4,
            page_size: 1000,
            apprentices: true,
            allow_synthetic: false,
            passed_codes: vec!["B".into(), "M".into()],
            library_codes: None,
            counter: Arc::default(),
        }
    }
}

/// How a token is asked for.
#[derive(Debug, Clone)]
pub enum Grant {
    /// RFC 6749 §4.3, which FINT uses.
    Password {
        /// The client's user name.
        username: String,
        /// Its password.
        password: Secret,
    },
    /// RFC 6749 §4.4.
    ClientCredentials,
}

/// FINT's information model. Model 4 renamed Basisgruppe to Klasse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
pub enum Model {
    /// 3.x
    #[serde(rename = "3")]
    V3,
    /// 4.x
    #[default]
    #[serde(rename = "4")]
    V4,
}

impl Model {
    fn class(self) -> &'static str {
        match self {
            Self::V3 => "basisgruppe",
            Self::V4 => "klasse",
        }
    }

    fn class_membership(self) -> &'static str {
        match self {
            Self::V3 => "basisgruppemedlemskap",
            Self::V4 => "klassemedlemskap",
        }
    }
}

/// Why the records could not be read whole. Says which class, and nothing of what is in it.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The token service could not be reached.
    #[error("FINT gives no token")]
    TokenUnreachable(#[source] HttpError),
    /// The token service said no.
    #[error("FINT refuses a token with status {status}: check client, secret, user and password")]
    TokenRefused {
        /// The status.
        status: u16,
    },
    /// The token service answered something else.
    #[error("FINT's answer to the request for a token cannot be read")]
    TokenUnreadable,
    /// The API's address cannot carry paths.
    #[error("the address of FINT is not one that paths can be added to")]
    BaseUrl,
    /// No answer, after several tries.
    #[error("FINT does not answer for {class}")]
    Unreachable {
        /// The class.
        class: String,
        /// Why.
        #[source]
        source: HttpError,
    },
    /// An answer with a status other than 200, after several tries where that may help.
    #[error("FINT answers {status} for {class}")]
    Refused {
        /// The class.
        class: String,
        /// The status.
        status: u16,
    },
    /// An answer that is not a HAL collection.
    #[error("FINT's answer for {class} cannot be read")]
    Unreadable {
        /// The class.
        class: String,
    },
    /// More or fewer records than announced, each time.
    #[error("FINT announces {announced} of {class} and gives {given}")]
    Incomplete {
        /// The class.
        class: String,
        /// How many were announced.
        announced: u64,
        /// How many came.
        given: u64,
    },
    /// Records that move from page to page, each time: another may be missing.
    #[error("FINT changes {class} each time while it is read")]
    Unsteady {
        /// The class.
        class: String,
    },
    /// Pages that never end.
    #[error("FINT's pages of {class} do not end")]
    Endless {
        /// The class.
        class: String,
    },
    /// The file of library codes.
    #[error(transparent)]
    Library(#[from] LibraryFileError),
}

/// Reads everything that cards are made of: complete, or an error.
///
/// Records that cannot be used are reported in [`SchoolRecords::faults`].
///
/// # Errors
/// When any class or the library file could not be read whole.
pub async fn read(source: &FintSource, http: &dyn Http) -> Result<SchoolRecords, ReadError> {
    let session = Session::new(source, http);
    let tables = Tables::read(&session, source).await?;
    let mut records = tables.assemble(source.allow_synthetic, &source.passed_codes);
    if let Some(url) = &source.library_codes {
        let file = session.file(url, "bibliotek.csv").await?;
        library::add_codes(&file, &mut records)?;
    }
    Ok(records)
}
