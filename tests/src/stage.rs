//! Starting and stopping the issuer and its stand-ins.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::json;
use tokio::process::{Child, Command};
use url::Url;

/// How long a program may take until it answers.
const START_TIMEOUT: Duration = Duration::from_secs(120);
/// The sample county's template for the issuer's settings.
const CONFIG_TEMPLATE: &str = include_str!("../county/issuer.toml.in");
/// What tells an app about the county; written last, so that it is there only when all the rest is.
const COUNTY_FILE: &str = "county.json";
/// All schools of the sample county but 16007, which has not taken the card into use.
const ENABLED_SCHOOLS: [&str; 7] = [
    "16001", "16002", "16003", "16004", "16005", "16006", "16008",
];

/// Who works here, as what, and at which school.
pub const STAFF: [(&str, &str, Option<&str>); 5] = [
    ("rektor", "school-admin", Some("16001")),
    ("ikt", "ikt-contact", Some("16001")),
    ("bibliotek", "library", Some("16001")),
    ("fylke", "county-admin", None),
    ("revisor", "auditor", None),
];

/// What can go wrong in starting or steering the system.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// Somebody else has the port.
    #[error(
        "port {port} (for {user}) is in use by another program. Stop that program, or choose other ports: LOMMEBEVIS_PORTS=9020,9021,9022"
    )]
    PortBusy {
        /// The port.
        port: u16,
        /// Which of ours wanted it.
        user: &'static str,
    },
    /// `LOMMEBEVIS_PORTS` does not hold three numbers.
    #[error(
        "LOMMEBEVIS_PORTS must be three port numbers with commas between, such as 9020,9021,9022"
    )]
    Ports,
    /// A program is missing or cannot be started.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// A program started and then did not answer.
    #[error("{program} did not answer within {} s; its log is {}", START_TIMEOUT.as_secs(), log.display())]
    NoAnswer {
        /// The program.
        program: &'static str,
        /// Where it wrote.
        log: PathBuf,
    },
    /// A program ended at once.
    #[error("{program} ended at once ({status}); its log {} ends with:\n{tail}", log.display())]
    Ended {
        /// The program.
        program: &'static str,
        /// How.
        status: std::process::ExitStatus,
        /// Where it wrote.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// A command of the issuer failed.
    #[error("lommebevis-issuer {command} failed: {message}")]
    Command {
        /// The arguments.
        command: String,
        /// What it said.
        message: String,
    },
    /// The kept data were made under another address.
    #[error(
        "the data in {} were made for an issuer at another address than {issuer}. Use the ports of last time, or begin anew with --fresh", folder.display()
    )]
    OtherAddress {
        /// Where the data are.
        folder: PathBuf,
        /// The address of this run.
        issuer: Url,
    },
    /// Files cannot be written or read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A stand-in does not take an order.
    #[error("the stand-in does not answer: {0}")]
    StandIn(#[from] reqwest::Error),
}

/// The three ports of the system, all on 127.0.0.1.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// The issuer's.
    pub issuer: u16,
    /// The Feide stand-in's.
    pub feide: u16,
    /// The sample county's.
    pub county: u16,
}

impl Ports {
    /// The usual ports, or those named in `LOMMEBEVIS_PORTS`.
    ///
    /// # Errors
    /// When the variable is not three port numbers.
    pub fn usual() -> Result<Self, StageError> {
        let Ok(text) = std::env::var("LOMMEBEVIS_PORTS") else {
            return Ok(Self {
                issuer: 8020,
                feide: 8021,
                county: 8022,
            });
        };
        let numbers: Result<Vec<u16>, _> = text.split(',').map(|n| n.trim().parse()).collect();
        match numbers.as_deref() {
            Ok(&[issuer, feide, county]) => Ok(Self {
                issuer,
                feide,
                county,
            }),
            _ => Err(StageError::Ports),
        }
    }

    /// Three ports that are free just now.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn free() -> std::io::Result<Self> {
        // Held together until all three are known, so that they differ.
        let bind = || TcpListener::bind(("127.0.0.1", 0));
        let (issuer, feide, county) = (bind()?, bind()?, bind()?);
        let port = |listener: &TcpListener| listener.local_addr().map(|address| address.port());
        Ok(Self {
            issuer: port(&issuer)?,
            feide: port(&feide)?,
            county: port(&county)?,
        })
    }

    fn check_free(self) -> Result<(), StageError> {
        for (port, user) in [
            (self.issuer, "the issuer"),
            (self.feide, "the Feide stand-in"),
            (self.county, "the sample county"),
        ] {
            TcpListener::bind(("127.0.0.1", port))
                .map_err(|_| StageError::PortBusy { port, user })?;
        }
        Ok(())
    }
}

/// What a system is started with.
pub struct Options {
    /// Where its data and logs go.
    pub folder: PathBuf,
    /// Its ports.
    pub ports: Ports,
    /// The address of an empty PostgreSQL database for the issuer; none for SQLite in the folder.
    pub database: Option<String>,
    /// Told of each thing that is started.
    pub tell: fn(&str),
}

/// A running system. Dropping it stops every program it started.
pub struct Stage {
    folder: PathBuf,
    ports: Ports,
    database: Option<String>,
    tell: fn(&str),
    http: reqwest::Client,
    county: Option<Child>,
    feide: Option<Child>,
    issuer: Option<Child>,
}

impl Stage {
    /// Starts the sample county, the Feide stand-in and the issuer, reads the records the first time, and
    /// blocks the one pupil whose part it is to be blocked.
    ///
    /// # Errors
    /// When a port is taken or a program does not come up.
    pub async fn start(options: Options) -> Result<Self, StageError> {
        options.ports.check_free()?;
        let first = !options.folder.join(COUNTY_FILE).exists();
        if first {
            // What an interrupted first start left is not whole.
            remove_folder(&options.folder)?;
        }
        make_folder(&options.folder.join("logs"))?;
        let mut stage = Self {
            folder: options.folder,
            ports: options.ports,
            database: options.database,
            tell: options.tell,
            http: crate::http::client().build()?,
            county: None,
            feide: None,
            issuer: None,
        };
        if !first {
            stage.check_address()?;
        }
        stage.write_config()?;
        stage.start_county().await?;
        stage.start_feide().await?;
        if first {
            (stage.tell)("Making the issuer's keys and reading the school records …");
            stage.issuer_command(&["keys", "init"]).await?;
            stage.issuer_command(&["sync"]).await?;
            stage
                .issuer_command(&[
                    "person",
                    "block",
                    "--feide",
                    "bjorn@fjordviken.example",
                    "--reason",
                    "Kortet er lånt bort",
                    "--by",
                    "sigrid@fjordviken.example",
                ])
                .await?;
            stage.give_roles().await?;
            let county = stage
                .issuer_command(&["keys", "trust-list-key"])
                .await?
                .stdout;
            write_whole(&stage.county_file(), &county)?;
        }
        stage.start_issuer().await?;
        Ok(stage)
    }

    /// Those who work here get their roles.
    async fn give_roles(&self) -> Result<(), StageError> {
        for (login, role, school) in STAFF {
            let feide = format!("{login}@fjordviken.example");
            let mut arguments = vec!["staff", "grant", "--feide", &feide, "--role", role];
            if let Some(school) = school {
                arguments.extend(["--school", school]);
            }
            arguments.extend(["--by", "operator", "--reason", "Ansatt"]);
            self.issuer_command(&arguments).await?;
        }
        Ok(())
    }

    /// An HTTP client for talking to the system's programs.
    #[must_use]
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The issuer's address.
    #[must_use]
    pub fn issuer_url(&self) -> Url {
        local_url(self.ports.issuer)
    }

    /// What was made under one address is signed for it, and good under no other.
    fn check_address(&self) -> Result<(), StageError> {
        let path = self.county_file();
        let known = std::fs::read(&path)
            .ok()
            .and_then(|bytes| county_api::County::from_json(&bytes).ok());
        if known.is_some_and(|county| county.issuer == self.issuer_url()) {
            return Ok(());
        }
        Err(StageError::OtherAddress {
            folder: self.folder.clone(),
            issuer: self.issuer_url(),
        })
    }

    /// The Feide stand-in's address.
    #[must_use]
    pub fn feide_url(&self) -> Url {
        local_url(self.ports.feide)
    }

    /// The sample county's address.
    #[must_use]
    pub fn county_url(&self) -> Url {
        local_url(self.ports.county)
    }

    /// Where the system keeps its data.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that tells an app about this county.
    #[must_use]
    pub fn county_file(&self) -> PathBuf {
        self.folder.join(COUNTY_FILE)
    }

    /// The issuer's settings file.
    #[must_use]
    pub fn config_file(&self) -> PathBuf {
        self.folder.join("issuer.toml")
    }

    /// Runs a command of the issuer to its end.
    ///
    /// # Errors
    /// When it fails, with what it said.
    pub async fn issuer_command(&self, arguments: &[&str]) -> Result<Output, StageError> {
        let output = self.issuer_output(arguments).await?;
        if output.status.success() {
            return Ok(output);
        }
        Err(StageError::Command {
            command: arguments.join(" "),
            message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }

    /// Runs a command of the issuer to its end, however that is.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn issuer_output(&self, arguments: &[&str]) -> Result<Output, StageError> {
        let program = program("lommebevis-issuer");
        Command::new(&program)
            .arg("--config")
            .arg(self.config_file())
            .args(arguments)
            .envs(self.environment())
            .stdin(Stdio::null())
            .output()
            .await
            .map_err(|source| StageError::Start {
                program: program.display().to_string(),
                source,
            })
    }

    /// What the issuer is told besides its settings file.
    pub fn environment(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let url = self.database.as_deref();
        url.map(|url| ("LOMMEBEVIS_ISSUER__DATABASE__URL", url))
            .into_iter()
    }

    /// Starts the issuer and waits until it answers.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_issuer(&mut self) -> Result<(), StageError> {
        (self.tell)(&format!("Starting the issuer at {}", self.issuer_url()));
        let config = self.config_file();
        let child = self.spawn(
            "issuer",
            program("lommebevis-issuer").as_os_str(),
            &["--config".as_ref(), config.as_os_str(), "serve".as_ref()],
        )?;
        self.issuer = Some(child);
        let ready = join(&self.issuer_url(), "health/ready");
        let log = self.log("issuer");
        let Some(child) = self.issuer.as_mut() else {
            return Ok(());
        };
        wait_until_answers(&self.http, "the issuer", child, ready, log).await
    }

    /// Stops the issuer at once, as a crash or a cut cable would.
    pub async fn kill_issuer(&mut self) {
        stop(self.issuer.take()).await;
    }

    /// The issuer's process.
    #[must_use]
    pub fn issuer_process(&self) -> Option<u32> {
        self.issuer.as_ref()?.id()
    }

    /// Waits until the issuer, which was told to stop, has ended.
    pub async fn issuer_ended(&mut self) -> Option<std::process::ExitStatus> {
        self.issuer.take()?.wait().await.ok()
    }

    /// Stops everything, so that nothing answers any longer: the network is cut.
    pub async fn cut_network(&mut self) {
        stop(self.issuer.take()).await;
        stop(self.feide.take()).await;
        stop(self.county.take()).await;
    }

    /// Whether anything of the system still takes connections.
    pub async fn anything_answers(&self) -> bool {
        for port in [self.ports.issuer, self.ports.feide, self.ports.county] {
            if tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
            {
                return true;
            }
        }
        false
    }

    /// Makes the Feide stand-in misbehave: `none`, `down`, `slow`, `garbage` or `refuse`.
    ///
    /// # Errors
    /// When the stand-in does not take it.
    pub async fn feide_fault(&self, mode: &str) -> Result<(), StageError> {
        self.order(
            join(&self.feide_url(), "_stand-in/fault"),
            &json!({"mode": mode}),
        )
        .await
    }

    /// Makes the sample county misbehave for one class: `none`, `missing-page`, `down`, `slow` or `garbage`.
    ///
    /// # Errors
    /// When the stand-in does not take it.
    pub async fn county_fault(&self, mode: &str, class: &str) -> Result<(), StageError> {
        self.order(
            join(&self.county_url(), "_stand-in/fault"),
            &json!({"mode": mode, "class": class}),
        )
        .await
    }

    /// Changes the sample county's records, as a school's office would, for the next sync to find.
    ///
    /// # Errors
    /// When the stand-in does not take it.
    pub async fn county_change(&self, change: &serde_json::Value) -> Result<(), StageError> {
        self.order(join(&self.county_url(), "_stand-in/change"), change)
            .await
    }

    /// What the sample county holds on a named person: the keys of the records, and the synthetic identity number.
    ///
    /// # Errors
    /// When the stand-in does not give it.
    pub async fn county_person(&self, login: &str) -> Result<serde_json::Value, StageError> {
        let url = join(&self.county_url(), &format!("_stand-in/person/{login}"));
        Ok(self
            .http
            .get(url)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?)
    }

    /// Waits until a program of the stage ends by itself, which it should not.
    pub async fn wait(&mut self) {
        let mut children: Vec<_> = [&mut self.issuer, &mut self.feide, &mut self.county]
            .into_iter()
            .flatten()
            .collect();
        let ends: Vec<_> = children
            .iter_mut()
            .map(|child| Box::pin(child.wait()))
            .collect();
        let _ = first_of(ends).await;
    }

    async fn order(&self, url: Url, body: &serde_json::Value) -> Result<(), StageError> {
        self.http
            .post(url)
            .json(body)
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    async fn start_county(&mut self) -> Result<(), StageError> {
        (self.tell)(&format!(
            "Starting the sample county at {}",
            self.county_url()
        ));
        let script = repository().join("tests/county/server.mjs");
        let port = self.ports.county.to_string();
        let child = self.spawn(
            "county",
            "node".as_ref(),
            &[script.as_os_str(), "--port".as_ref(), port.as_ref()],
        )?;
        let child = self.county.insert(child);
        let ready = join(&local_url(self.ports.county), "_stand-in/person/nora");
        let log = self.folder.join("logs/county.log");
        wait_until_answers(&self.http, "the sample county", child, ready, log).await
    }

    async fn start_feide(&mut self) -> Result<(), StageError> {
        (self.tell)(&format!(
            "Starting the Feide stand-in at {}",
            self.feide_url()
        ));
        let script = repository().join("tests/feide/server.mjs");
        let port = self.ports.feide.to_string();
        // The app's way back, and that of the browser's own pages.
        let redirect = ["oauth/feide/callback", "login/feide/callback"]
            .map(|path| join(&self.issuer_url(), path).to_string())
            .join(",");
        let child = self.spawn(
            "feide",
            "node".as_ref(),
            &[
                script.as_os_str(),
                "--port".as_ref(),
                port.as_ref(),
                "--issuer-redirect".as_ref(),
                redirect.as_ref(),
            ],
        )?;
        let child = self.feide.insert(child);
        let ready = join(
            &local_url(self.ports.feide),
            ".well-known/openid-configuration",
        );
        let log = self.folder.join("logs/feide.log");
        wait_until_answers(&self.http, "the Feide stand-in", child, ready, log).await
    }

    fn spawn(
        &self,
        name: &'static str,
        program: &std::ffi::OsStr,
        arguments: &[&std::ffi::OsStr],
    ) -> Result<Child, StageError> {
        let path = self.log(name);
        let file = std::fs::File::create(&path)
            .and_then(|file| Ok((file.try_clone()?, file)))
            .map_err(|source| StageError::File { path, source })?;
        Command::new(program)
            .args(arguments)
            .envs(self.environment())
            .stdin(Stdio::null())
            .stdout(file.0)
            .stderr(file.1)
            // Ctrl-C goes to the whole foreground group; ours are stopped in order by us instead.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| StageError::Start {
                program: program.to_string_lossy().into_owned(),
                source,
            })
    }

    fn log(&self, name: &str) -> PathBuf {
        self.folder.join("logs").join(format!("{name}.log"))
    }

    fn write_config(&self) -> Result<(), StageError> {
        let text = [
            ("@ISSUER_URL@", address(self.ports.issuer)),
            (
                "@ISSUER_LISTEN@",
                format!("127.0.0.1:{}", self.ports.issuer),
            ),
            ("@FEIDE_URL@", address(self.ports.feide)),
            ("@COUNTY_URL@", address(self.ports.county)),
            ("@ENABLED_SCHOOLS@", format!("{ENABLED_SCHOOLS:?}")),
            ("@DATA@", self.folder.display().to_string()),
        ]
        .iter()
        .fold(CONFIG_TEMPLATE.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        });
        write_whole(&self.config_file(), text.as_bytes())
    }
}

/// The repository's root, where the stand-ins lie.
#[must_use]
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// One of our own programs: beside the running one, or one folder up from a test.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    let beside = own.with_file_name(name);
    match own.parent().and_then(Path::parent) {
        Some(up) if !beside.exists() => up.join(name),
        _ => beside,
    }
}

/// `base` and a path below it.
#[must_use]
pub fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(path);
    url
}

fn address(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn local_url(port: u16) -> Url {
    #[expect(
        clippy::expect_used,
        reason = "a port is always a valid part of an address"
    )]
    Url::parse(&address(port)).expect("a loopback address with a port")
}

async fn wait_until_answers(
    http: &reqwest::Client,
    program: &'static str,
    child: &mut Child,
    url: Url,
    log: PathBuf,
) -> Result<(), StageError> {
    let end = tokio::time::Instant::now() + START_TIMEOUT;
    while tokio::time::Instant::now() < end {
        if let Ok(Some(status)) = child.try_wait() {
            let text = std::fs::read_to_string(&log).unwrap_or_default();
            let lines: Vec<_> = text.lines().collect();
            let tail = lines[lines.len().saturating_sub(5)..].join("\n");
            return Err(StageError::Ended {
                program,
                status,
                log,
                tail,
            });
        }
        if let Ok(answer) = http.get(url.clone()).send().await
            && answer.status().is_success()
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(StageError::NoAnswer { program, log })
}

async fn stop(child: Option<Child>) {
    if let Some(mut child) = child {
        // Already ended is just as well.
        let _ = child.kill().await;
    }
}

async fn first_of<F: Future + Unpin>(mut futures: Vec<F>) -> Option<F::Output> {
    std::future::poll_fn(move |context| {
        if futures.is_empty() {
            return std::task::Poll::Ready(None);
        }
        for future in &mut futures {
            if let std::task::Poll::Ready(output) = std::pin::Pin::new(future).poll(context) {
                return std::task::Poll::Ready(Some(output));
            }
        }
        std::task::Poll::Pending
    })
    .await
}

fn remove_folder(path: &Path) -> Result<(), StageError> {
    match std::fs::remove_dir_all(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(StageError::File {
            path: path.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}

fn make_folder(path: &Path) -> Result<(), StageError> {
    std::fs::create_dir_all(path).map_err(|source| StageError::File {
        path: path.to_owned(),
        source,
    })
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StageError> {
    std::fs::write(path, bytes).map_err(|source| StageError::File {
        path: path.to_owned(),
        source,
    })
}
