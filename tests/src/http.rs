//! The one HTTP client of the tests, on ring like everything else.

/// A client to be finished; ring is set as the process's backend for TLS if nothing was set before.
pub(crate) fn client() -> reqwest::ClientBuilder {
    // An error only says that another client was here first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(std::time::Duration::from_secs(180))
}
