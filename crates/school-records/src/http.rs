//! The door to the network: a small trait, and reqwest behind it.

use async_trait::async_trait;
use std::error::Error;
use std::fmt;
use std::time::Duration;
use thiserror::Error;
use url::Url;
use zeroize::Zeroizing;

/// What a source needs of HTTP. Tests answer from memory, and pause for no time at all.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends one request and reads the whole answer, whatever its status.
    async fn send(&self, request: &Request) -> Result<Response, HttpError>;

    /// Waits, before trying once more.
    async fn pause(&self, time: Duration);
}

/// A request: GET, or POST where there is a form.
#[derive(Clone)]
pub struct Request {
    /// Where to.
    pub url: Url,
    /// The `Authorization` header.
    pub authorization: Option<Zeroizing<String>>,
    /// The body of a POST, as `application/x-www-form-urlencoded`.
    pub form: Option<Zeroizing<String>>,
    /// The `Accept` header.
    pub accept: &'static str,
    /// The most bytes the answer's body may have.
    pub max_bytes: usize,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("path", &self.url.path())
            .field("form", &self.form.is_some())
            .finish_non_exhaustive()
    }
}

/// An answer.
#[derive(Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// How long the server asks one to wait (`Retry-After` in seconds).
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Vec<u8>,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum HttpError {
    /// Nothing came in time.
    #[error("no answer in time")]
    Timeout,
    /// The answer is larger than allowed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The most bytes allowed.
        limit: usize,
    },
    /// The server cannot be reached, or the connection broke.
    #[error("the server cannot be reached, or the connection broke")]
    Connection(#[source] Box<dyn Error + Send + Sync>),
}

/// [`Http`] by reqwest, with a limit on the time of each request.
#[derive(Debug, Clone)]
pub struct ReqwestHttp {
    client: reqwest::Client,
    timeout: Duration,
}

impl ReqwestHttp {
    /// Uses the program's one client; `timeout` holds for each request, body included.
    #[must_use]
    pub fn new(client: reqwest::Client, timeout: Duration) -> Self {
        Self { client, timeout }
    }
}

#[async_trait]
impl Http for ReqwestHttp {
    async fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let url = request.url.clone();
        let mut sent = match &request.form {
            None => self.client.get(url),
            Some(form) => self
                .client
                .post(url)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.as_bytes().to_vec()),
        }
        .header("accept", request.accept)
        .timeout(self.timeout);
        if let Some(authorization) = &request.authorization {
            sent = sent.header("authorization", authorization.as_str());
        }
        let mut answer = sent.send().await.map_err(from_reqwest)?;
        let retry_after = answer
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(from_reqwest)? {
            if body.len() + part.len() > request.max_bytes {
                return Err(HttpError::TooLarge {
                    limit: request.max_bytes,
                });
            }
            body.extend_from_slice(&part);
        }
        Ok(Response {
            status: answer.status().as_u16(),
            retry_after,
            body,
        })
    }

    async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

fn from_reqwest(error: reqwest::Error) -> HttpError {
    if error.is_timeout() {
        HttpError::Timeout
    } else {
        // The address may hold a person's key.
        HttpError::Connection(Box::new(error.without_url()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// A server for one connection, that says these bytes and keeps the connection open until the test ends.
    fn server(says: &'static [u8]) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let _ = connection.read(&mut request);
            let _ = connection.write_all(says);
            let _ = connection.read(&mut request);
        });
        Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap()
    }

    #[tokio::main(flavor = "current_thread")]
    async fn get(url: Url, timeout: Duration) -> Result<Response, HttpError> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = Request {
            url,
            authorization: None,
            form: None,
            accept: "*/*",
            max_bytes: 5,
        };
        ReqwestHttp::new(client, timeout).send(&request).await
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn an_answer_comes_with_status_and_waiting_time() {
        let url = server(b"HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 5\r\n\r\nlater");
        let answer = get(url, LONG).unwrap();
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (503, &b"later"[..])
        );
        assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
    }

    #[test]
    fn an_answer_that_is_too_large_is_cut_off() {
        let url = server(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\nlarger\r\n");
        let error = get(url, LONG).unwrap_err();
        assert!(
            matches!(error, HttpError::TooLarge { limit: 5 }),
            "{error:?}"
        );
    }

    #[test]
    fn a_server_that_says_nothing_is_given_up() {
        let error = get(server(b""), Duration::from_millis(50)).unwrap_err();
        assert!(matches!(error, HttpError::Timeout), "{error:?}");
    }

    #[test]
    fn a_connection_that_breaks_is_an_error_without_the_address() {
        let url = Url::parse("http://127.0.0.1:1/fodselsnummer/123").unwrap();
        let error = get(url, LONG).unwrap_err();
        assert!(matches!(error, HttpError::Connection(_)), "{error:?}");
        assert!(!format!("{error:?}").contains("123"), "{error:?}");
    }
}
