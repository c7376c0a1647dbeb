//! As much of W3C WebDriver as it takes to use a real window: start, find, click, type, look.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

/// The key Tab, for [`Window::keys`].
pub const TAB: &str = "\u{e004}";
/// The key Enter.
pub const ENTER: &str = "\u{e007}";
/// How long an element may take to appear.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often a window is started before it is said to be impossible.
const ATTEMPTS: usize = 3;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum WebDriverError {
    /// The driver cannot be started.
    #[error("cannot start {0}: {1}")]
    Start(String, std::io::Error),
    /// The driver cannot be reached.
    #[error("the driver does not answer: {0}")]
    Http(#[from] reqwest::Error),
    /// The driver refuses.
    #[error("the driver says: {0}")]
    Refused(String),
    /// Something expected did not appear.
    #[error("{0} did not appear; the window says: {1}")]
    Missing(String, String),
    /// The window was closed, and its program did not end.
    #[error("{0} goes on running after its window was closed")]
    StillRunning(String),
    /// A screenshot cannot be kept.
    #[error("cannot keep a screenshot: {0}")]
    Screenshot(String),
}

/// A driver program and one session of it. Dropping it ends both.
pub struct Window {
    http: reqwest::Client,
    session: String,
    /// The program behind the window, where the driver was told which.
    program: Option<String>,
    _driver: Driver,
}

/// A driver and all that it started, which end with it.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // Its group: a window that is left over would be taken for the next one's first.
        if let Some(id) = self.0.id() {
            let _ = std::process::Command::new("kill")
                .args(["-KILL", "--", &format!("-{id}")])
                .stderr(Stdio::null())
                .status();
        }
    }
}

impl Window {
    /// Starts `driver` (such as `WebKitWebDriver`) with `environment` and opens a window with `capabilities`.
    ///
    /// Driver and window meet at a port that was free a moment before; where another program has taken it by then, they
    /// wait for each other for ever. Then both are ended and started anew, a few times.
    ///
    /// # Errors
    /// When either does not come up.
    pub async fn open(
        driver: &str,
        environment: &[(&str, &str)],
        capabilities: Value,
    ) -> Result<Self, WebDriverError> {
        let mut attempt = 1;
        loop {
            match Self::open_once(driver, environment, &capabilities).await {
                Err(WebDriverError::Http(error)) if attempt < ATTEMPTS => {
                    eprintln!("{driver}, attempt {attempt} of {ATTEMPTS}: {error}");
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    /// Opens Chromium without a screen, for somebody who reads `language`, with `more` of its own arguments.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn chromium(language: &str, more: &[&str]) -> Result<Self, WebDriverError> {
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            format!("--lang={language}"),
        ];
        arguments.extend(more.iter().map(|&argument| argument.to_owned()));
        let reads = json!({"intl.accept_languages": language});
        let options = json!({"args": arguments, "prefs": reads});
        let capabilities = json!({"browserName": "chrome", "goog:chromeOptions": options});
        Self::open("chromedriver", &[("LANGUAGE", language)], capabilities).await
    }

    async fn open_once(
        driver: &str,
        environment: &[(&str, &str)],
        capabilities: &Value,
    ) -> Result<Self, WebDriverError> {
        let start = |error| WebDriverError::Start(driver.to_owned(), error);
        let port = free_port().map_err(start)?;
        let child = Command::new(driver)
            .arg(format!("--port={port}"))
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .map(Driver)
            .map_err(start)?;
        let http = crate::http::client().build()?;
        let base = format!("http://127.0.0.1:{port}");
        wait_for_driver(&http, &base).await?;
        let program = capabilities["webkitgtk:browserOptions"]["binary"]
            .as_str()
            .map(str::to_owned);
        let body = json!({"capabilities": {"alwaysMatch": capabilities}});
        let request = http.post(format!("{base}/session")).json(&body);
        let value = send(request.timeout(PATIENCE)).await?;
        let id = value["sessionId"]
            .as_str()
            .ok_or_else(|| WebDriverError::Refused(value.to_string()))?;
        Ok(Self {
            session: format!("{base}/session/{id}"),
            http,
            program,
            _driver: child,
        })
    }

    /// Opens a page.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn go(&self, url: &str) -> Result<(), WebDriverError> {
        self.post("url", json!({"url": url})).await.map(drop)
    }

    /// Waits for an element that `css` finds and that is to be seen, and gives its text.
    ///
    /// # Errors
    /// When none appears in time.
    pub async fn see(&self, css: &str) -> Result<String, WebDriverError> {
        let text = self.on_element("css selector", css, "text", None).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the window holds `text` somewhere.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn see_text(&self, text: &str) -> Result<(), WebDriverError> {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let now = self.text().await?;
            if now.contains(text) {
                return Ok(());
            }
            if tokio::time::Instant::now() > end {
                return Err(WebDriverError::Missing(format!("«{text}»"), now));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for an element and clicks it.
    ///
    /// # Errors
    /// When it does not appear or cannot be clicked.
    pub async fn click(&self, css: &str) -> Result<(), WebDriverError> {
        self.on_element("css selector", css, "click", Some(json!({})))
            .await
            .map(drop)
    }

    /// Waits for the button that says `words` and clicks it.
    ///
    /// # Errors
    /// When it does not appear or cannot be clicked.
    pub async fn press(&self, words: &str) -> Result<(), WebDriverError> {
        let path = format!(
            "//*[self::button or self::a or @role='button'][contains(normalize-space(.), '{words}')]"
        );
        self.on_element("xpath", &path, "click", Some(json!({})))
            .await
            .map(drop)
    }

    /// Waits for an element and types into it.
    ///
    /// # Errors
    /// When it does not appear or takes no text.
    pub async fn type_into(&self, css: &str, text: &str) -> Result<(), WebDriverError> {
        let keys = json!({"text": text});
        self.on_element("css selector", css, "value", Some(keys))
            .await
            .map(drop)
    }

    /// Presses keys one after the other, whatever has the focus; WebDriver's signs stand for keys without one ([`TAB`],
    /// [`ENTER`]).
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn keys(&self, keys: &str) -> Result<(), WebDriverError> {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                let stroke = |kind| json!({"type": kind, "value": key.to_string()});
                [stroke("keyDown"), stroke("keyUp")]
            })
            .collect();
        let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]});
        self.post("actions", actions).await.map(drop)
    }

    /// Has Chromium do something that WebDriver has no word for (Chrome DevTools Protocol).
    ///
    /// # Errors
    /// When it is not Chromium, or it refuses.
    pub async fn devtools(
        &self,
        command: &str,
        parameters: Value,
    ) -> Result<Value, WebDriverError> {
        let body = json!({"cmd": command, "params": parameters});
        self.post("goog/cdp/execute", body).await
    }

    /// Runs a function body in the page and gives what it returns.
    ///
    /// # Errors
    /// When it throws.
    pub async fn run(&self, script: &str) -> Result<Value, WebDriverError> {
        self.post("execute/sync", json!({"script": script, "args": []}))
            .await
    }

    /// All text of the window.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn text(&self) -> Result<String, WebDriverError> {
        let value = self
            .run("return document.body ? document.body.innerText : ''")
            .await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Keeps a picture of the window as a PNG file.
    ///
    /// # Errors
    /// When the driver or the disk refuses.
    pub async fn screenshot(&self, path: &Path) -> Result<(), WebDriverError> {
        let value = self.get("screenshot").await?;
        let text = value.as_str().unwrap_or_default();
        let bytes = BASE64
            .decode(text)
            .map_err(|error| WebDriverError::Screenshot(error.to_string()))?;
        std::fs::write(path, bytes).map_err(|error| WebDriverError::Screenshot(error.to_string()))
    }

    /// Closes the window and the program behind it.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn close(self) -> Result<(), WebDriverError> {
        send(self.http.delete(&self.session)).await?;
        // The driver answers before the program has ended, and one that is still there would take the next start
        // for its own second window.
        if let Some(program) = &self.program {
            let end = tokio::time::Instant::now() + PATIENCE;
            while is_running(program) {
                if tokio::time::Instant::now() > end {
                    return Err(WebDriverError::StillRunning(program.clone()));
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Ok(())
    }

    /// Waits for an element and asks `what` of it, or does it with `body`; anew if the page was drawn anew in between.
    async fn on_element(
        &self,
        using: &str,
        value: &str,
        what: &str,
        body: Option<Value>,
    ) -> Result<Value, WebDriverError> {
        for _ in 0..10 {
            let element = self.find_by(using, value).await?;
            let path = format!("element/{element}/{what}");
            let answer = match &body {
                Some(body) => self.post(&path, body.clone()).await,
                None => self.get(&path).await,
            };
            match answer {
                Err(WebDriverError::Refused(why)) if why.contains("stale element") => {}
                answer => return answer,
            }
        }
        Err(WebDriverError::Refused(format!(
            "{value} never stands still"
        )))
    }

    async fn find_by(&self, using: &str, value: &str) -> Result<String, WebDriverError> {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let found = self
                .post("element", json!({"using": using, "value": value}))
                .await;
            if let Ok(found) = &found
                && let Some(id) = found.as_object().and_then(|o| o.values().next())
                && let Some(id) = id.as_str()
            {
                let displayed = self.get(&format!("element/{id}/displayed")).await;
                if displayed.is_ok_and(|answer| answer == Value::Bool(true)) {
                    return Ok(id.to_owned());
                }
            }
            if tokio::time::Instant::now() > end {
                let text = self.text().await.unwrap_or_default();
                return Err(WebDriverError::Missing(value.to_owned(), text));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn get(&self, path: &str) -> Result<Value, WebDriverError> {
        send(self.http.get(format!("{}/{path}", self.session))).await
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value, WebDriverError> {
        send(
            self.http
                .post(format!("{}/{path}", self.session))
                .json(&body),
        )
        .await
    }
}

async fn send(request: reqwest::RequestBuilder) -> Result<Value, WebDriverError> {
    let mut body: Value = request.send().await?.json().await?;
    let value = body["value"].take();
    match value.get("error") {
        Some(_) => Err(WebDriverError::Refused(value.to_string())),
        None => Ok(value),
    }
}

async fn wait_for_driver(http: &reqwest::Client, base: &str) -> Result<(), WebDriverError> {
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        match http.get(format!("{base}/status")).send().await {
            Ok(_) => return Ok(()),
            Err(error) if tokio::time::Instant::now() > end => return Err(error.into()),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Whether a process of this program exists (Linux).
fn is_running(program: &str) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return false;
    };
    processes.filter_map(Result::ok).any(|process| {
        std::fs::read(process.path().join("cmdline"))
            .is_ok_and(|line| line.split(|byte| *byte == 0).next() == Some(program.as_bytes()))
    })
}

fn free_port() -> std::io::Result<u16> {
    std::net::TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()
        .map(|address| address.port())
}
