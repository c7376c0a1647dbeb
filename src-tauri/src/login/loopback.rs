//! The desktop's way back from the browser: a listener on the loopback address (RFC 8252 §7.3).
//!
//! It lives for one login, answers one path on one random port, and reads no more than it must.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// The longest request that is read. A callback is well under 1 kB.
const MAX_REQUEST: usize = 8 * 1024;
/// How long one connection may take to send its request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// A listener that waits for the browser to come back.
pub(crate) struct Loopback {
    listener: TcpListener,
    redirect_uri: Url,
}

impl Loopback {
    /// Opens a free port on 127.0.0.1.
    ///
    /// # Errors
    /// When the system gives no port.
    pub(crate) async fn open() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let redirect_uri = Url::parse(&format!("http://127.0.0.1:{port}/callback"))
            .map_err(std::io::Error::other)?;
        Ok(Self {
            listener,
            redirect_uri,
        })
    }

    /// The address to give the issuer.
    pub(crate) fn redirect_uri(&self) -> &Url {
        &self.redirect_uri
    }

    /// Waits until the browser calls, and gives the whole address it called.
    ///
    /// Whoever calls with another path, host or method is turned away and the wait goes on, so that
    /// neither a browser's own requests (`/favicon.ico`) nor a stray program ends a login. The same
    /// goes for a callback that `expected` does not know, such as one with a foreign `state`.
    ///
    /// # Errors
    /// When the listener itself fails.
    pub(crate) async fn wait(&self, expected: impl Fn(&Url) -> bool) -> std::io::Result<Url> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            // A broken or slow visitor is that visitor's trouble alone.
            if let Ok(Ok(Some(callback))) =
                tokio::time::timeout(REQUEST_TIMEOUT, self.serve(stream, &expected)).await
            {
                return Ok(callback);
            }
        }
    }

    async fn serve(
        &self,
        mut stream: TcpStream,
        expected: &impl Fn(&Url) -> bool,
    ) -> std::io::Result<Option<Url>> {
        let mut request = Vec::with_capacity(1024);
        let mut chunk = [0; 1024];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut chunk).await?;
            if read == 0 || request.len() + read > MAX_REQUEST {
                return Ok(None);
            }
            request.extend_from_slice(&chunk[..read]);
        }
        let callback = self.callback(&request).filter(|url| expected(url));
        let (status, page) = match &callback {
            Some(url) if url.query_pairs().any(|(name, _)| name == "error") => ("200 OK", FAILED),
            Some(_) => ("200 OK", DONE),
            None => ("404 Not Found", ""),
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
             Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
             Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\
             Connection: close\r\n\r\n{page}",
            page.len()
        );
        // Only a courtesy: a browser that has hung up already must not take the login with it.
        if stream.write_all(answer.as_bytes()).await.is_ok() {
            let _ = stream.shutdown().await;
        }
        Ok(callback)
    }

    /// The callback address, if this request is one and was meant for us.
    fn callback(&self, request: &[u8]) -> Option<Url> {
        let text = std::str::from_utf8(request).ok()?;
        let mut lines = text.split("\r\n");
        let target = lines
            .next()?
            .strip_prefix("GET ")?
            .strip_suffix(" HTTP/1.1")?;
        let host = lines
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("host"))
            .map(|(_, value)| value.trim())?;
        // A page elsewhere that points its own name at 127.0.0.1 sends that name here.
        let port = self.redirect_uri.port()?;
        if host != format!("127.0.0.1:{port}") || !target.starts_with("/callback?") {
            return None;
        }
        self.redirect_uri.join(target).ok()
    }
}

const DONE: &str = concat!(
    "<!doctype html><html lang=\"nb\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">",
    "<title>Lommebevis</title><style>body{font:1.25rem/1.5 system-ui,sans-serif;max-width:28rem;margin:20vh auto;padding:0 1.5rem}",
    "@media(prefers-color-scheme:dark){body{background:#14181d;color:#f2f4f7}}</style>",
    "<h1>Du er logget inn</h1><p>Gå tilbake til Lommebevis. Du kan lukke denne siden.</p>"
);

const FAILED: &str = concat!(
    "<!doctype html><html lang=\"nb\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">",
    "<title>Lommebevis</title><style>body{font:1.25rem/1.5 system-ui,sans-serif;max-width:28rem;margin:20vh auto;padding:0 1.5rem}",
    "@media(prefers-color-scheme:dark){body{background:#14181d;color:#f2f4f7}}</style>",
    "<h1>Innloggingen ble ikke fullført</h1><p>Gå tilbake til Lommebevis, så ser du hva du kan gjøre.</p>"
);

#[cfg(test)]
mod tests {
    use super::*;

    async fn call(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn only_a_callback_meant_for_this_login_ends_the_wait() {
        let loopback = Loopback::open().await.unwrap();
        let port = loopback.redirect_uri().port().unwrap();
        let waiting = tokio::spawn(async move {
            loopback
                .wait(|url| url.query() == Some("code=abc&state=s"))
                .await
        });
        let host = format!("Host: 127.0.0.1:{port}\r\n\r\n");
        for stray in [
            format!("GET /favicon.ico HTTP/1.1\r\n{host}"),
            format!("POST /callback?code=abc&state=s HTTP/1.1\r\n{host}"),
            "GET /callback?code=abc&state=s HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_owned(),
            "GET /callback?code=abc&state=s HTTP/1.1\r\n\r\n".to_owned(),
            format!("GET /callback?code=abc&state=foreign HTTP/1.1\r\n{host}"),
            format!("GET http://evil.example/callback?code=abc HTTP/1.1\r\n{host}"),
        ] {
            assert!(
                call(port, &stray).await.starts_with("HTTP/1.1 404"),
                "{stray}"
            );
        }
        let answer = call(
            port,
            &format!("GET /callback?code=abc&state=s HTTP/1.1\r\n{host}"),
        )
        .await;
        assert!(answer.contains("Du er logget inn"));
        let url = waiting.await.unwrap().unwrap();
        assert_eq!(url.query(), Some("code=abc&state=s"));
    }
}
