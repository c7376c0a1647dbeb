use std::{fmt, time::Duration};

use async_trait::async_trait;
use reqwest::redirect;
use rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

/// The two methods the engine uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Sends.
    Post,
}

impl Method {
    /// The name on the wire, as DPoP's `htm` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// One request. Headers and body may hold secrets and do not show in `Debug`.
#[derive(Clone)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// Address; plain `http` only to the device itself.
    pub url: Url,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// Body; empty for none.
    pub body: Vec<u8>,
    /// The most bytes of body that are read of the answer.
    pub max_answer: usize,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.url.path())
    }
}

/// One answer, read whole. Headers and body may hold secrets and do not show in `Debug`.
#[derive(Clone)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Names, in any case, and values.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {} bytes", self.status, self.body.len())
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// No connection: no network, no such host, refused, or its certificate is not trusted.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The server did not answer in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The connection broke, or what came was not HTTP.
    #[error("the answer broke off")]
    Broken,
    /// The answer is larger than was allowed.
    #[error("the answer is too large")]
    TooLarge,
    /// Plain `http` to another machine.
    #[error("an unprotected address is refused")]
    Insecure,
}

/// The network.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends one request and reads the whole answer. Follows no redirect.
    async fn send(&self, request: Request) -> Result<Response, HttpError>;
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);

/// The network through reqwest: rustls on ring, Mozilla's roots compiled in, no redirects.
#[derive(Debug, Clone)]
pub struct ReqwestHttp {
    client: reqwest::Client,
}

/// The client cannot be built: the TLS library refused its own settings.
#[derive(Debug, thiserror::Error)]
#[error("the network client cannot be built")]
pub struct ClientError;

impl ReqwestHttp {
    /// Builds the client.
    pub fn new() -> Result<Self, ClientError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
        // The provider is given by name: no program-wide default has to be installed, and no second one can slip in.
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| ClientError)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .user_agent(concat!("lommebevis/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| ClientError)?;
        Ok(Self { client })
    }
}

#[async_trait]
impl Http for ReqwestHttp {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        if !is_protected(&request.url) {
            return Err(HttpError::Insecure);
        }
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut builder = self.client.request(method, request.url);
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        if !request.body.is_empty() {
            builder = builder.body(request.body);
        }
        let mut answer = builder.send().await.map_err(kind_of)?;
        let status = answer.status().as_u16();
        let headers = answer
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        if answer
            .content_length()
            .is_some_and(|length| length > request.max_answer as u64)
        {
            return Err(HttpError::TooLarge);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(kind_of)? {
            if body.len() + chunk.len() > request.max_answer {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response {
            status,
            headers,
            body,
        })
    }
}

/// `https` anywhere, `http` only to the device itself.
fn is_protected(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        },
        _ => false,
    }
}

/// reqwest's error says the address in its text, so it is not kept.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err takes"
)]
fn kind_of(error: reqwest::Error) -> HttpError {
    if error.is_timeout() {
        HttpError::TimedOut
    } else if error.is_connect() || error.is_request() {
        HttpError::Unreachable
    } else {
        HttpError::Broken
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
    };

    use super::*;

    /// Answers one connection with these bytes and gives the address.
    fn server(answer: Vec<u8>) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut seen = [0; 4096];
            let _ = stream.read(&mut seen);
            let _ = stream.write_all(&answer);
        });
        Url::parse(&format!("http://{address}/x")).unwrap()
    }

    fn get(url: Url, max_answer: usize) -> Request {
        Request {
            method: Method::Get,
            url,
            headers: vec![("accept", "text/plain".into())],
            body: Vec::new(),
            max_answer,
        }
    }

    #[test]
    fn plain_http_goes_only_to_the_device_itself() {
        for (url, allowed) in [
            ("https://example.org/", true),
            ("http://127.0.0.1:8020/", true),
            ("http://127.9.9.9/", true),
            ("http://[::1]:8020/", true),
            ("http://localhost:8020/", true),
            ("http://example.org/", false),
            ("http://localhost.example.org/", false),
            ("http://127.0.0.1.example.org/", false),
            ("http://10.0.0.1/", false),
            ("file:///etc/passwd", false),
            ("ftp://localhost/", false),
        ] {
            assert_eq!(is_protected(&Url::parse(url).unwrap()), allowed, "{url}");
        }
    }

    #[tokio::test]
    async fn an_unprotected_address_is_refused_before_anything_is_sent() {
        let http = ReqwestHttp::new().unwrap();
        let request = get(Url::parse("http://example.org/").unwrap(), 10);
        assert_eq!(http.send(request).await.unwrap_err(), HttpError::Insecure);
    }

    #[tokio::test]
    async fn an_answer_is_read_with_its_headers() {
        let url = server(
            b"HTTP/1.1 404 Not Found\r\nDPoP-Nonce: n\r\ncontent-length: 2\r\n\r\nno".to_vec(),
        );
        let answer = ReqwestHttp::new()
            .unwrap()
            .send(get(url, 10))
            .await
            .unwrap();
        assert_eq!(answer.status, 404);
        assert_eq!(answer.header("dpop-nonce"), Some("n"));
        assert_eq!(answer.body, b"no");
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let url = server(
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
                .to_vec(),
        );
        let answer = ReqwestHttp::new()
            .unwrap()
            .send(get(url, 10))
            .await
            .unwrap();
        assert_eq!(answer.status, 302);
    }

    #[tokio::test]
    async fn a_body_that_says_it_is_too_large_is_refused() {
        let url = server(b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello hello".to_vec());
        let error = ReqwestHttp::new()
            .unwrap()
            .send(get(url, 10))
            .await
            .unwrap_err();
        assert_eq!(error, HttpError::TooLarge);
    }

    #[tokio::test]
    async fn a_body_of_unsaid_length_is_cut_off_at_the_cap() {
        let url = server(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello hello".to_vec());
        let error = ReqwestHttp::new()
            .unwrap()
            .send(get(url, 10))
            .await
            .unwrap_err();
        assert_eq!(error, HttpError::TooLarge);
    }

    #[tokio::test]
    async fn garbage_and_silence_are_told_from_an_answer() {
        let http = ReqwestHttp::new().unwrap();
        for answer in [&b"not http at all\r\n\r\n"[..], b""] {
            let error = http.send(get(server(answer.to_vec()), 10)).await;
            assert!(matches!(
                error,
                Err(HttpError::Broken | HttpError::Unreachable)
            ));
        }
    }

    /// reqwest's own choice is the system's verifier, which on Android panics at the first handshake unless Java has set
    /// it up. Who gives it a whole TLS setting never comes by it.
    #[test]
    fn the_one_client_is_given_its_roots() {
        let mut folders = vec![
            std::path::PathBuf::from("src"),
            "../verifier/src".into(),
            "../../src-tauri/src".into(),
            "../../src-tauri/plugins/device/src".into(),
        ];
        let mut clients = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") {
                    let code = std::fs::read_to_string(&path).unwrap();
                    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
                    for made in code.split("reqwest::Client::").skip(1) {
                        clients.push((path.display().to_string(), made.to_owned()));
                    }
                    assert!(!code.contains("reqwest::get("), "{}", path.display());
                }
            }
        }
        let [(file, made)] = &clients[..] else {
            unreachable!("{clients:?}")
        };
        assert!(file.ends_with("platform/http.rs"), "{file}");
        let builder = made.strip_prefix("builder()").unwrap();
        assert!(
            builder
                .trim_start()
                .starts_with(".tls_backend_preconfigured(tls)")
        );
    }

    #[test]
    fn requests_and_answers_show_no_secrets() {
        let mut request = get(Url::parse("https://a.example/x?token=hush").unwrap(), 1);
        request.headers.push(("authorization", "DPoP hush".into()));
        request.body = b"hush".to_vec();
        let answer = Response {
            status: 200,
            headers: vec![("set-cookie".into(), "hush".into())],
            body: b"hush".to_vec(),
        };
        assert!(!format!("{request:?}{answer:?}").contains("hush"));
    }
}
