//! Settings: one TOML file, and environment variables that override it
//! (`LOMMEBEVIS_ISSUER__FEIDE__CLIENT_SECRET=…` is `client_secret` in `[feide]`).
//!
//! Every setting and its default is in [`Config::read`]. All wrong settings are reported at once,
//! each with what to do; unknown names are refused, because a misspelt one would silently do nothing.

mod app;
mod database;
mod live_rules;
mod minid;
mod reader;
mod running;
mod s3;
mod slip;
mod sms;
mod spool;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use chrono::NaiveTime;
use chrono_tz::Tz;
use county_api::{Contact, ContactRole, Symbology};
use jose::Jwk;
use school_records::{
    Rules,
    files::{FileSource, Kind},
    fint::{Grant, Model},
};
use serde::Deserialize;
use url::Url;

pub use app::{AndroidApp, AppConfig};
pub use database::{DatabaseConfig, DatabaseTls};
pub use live_rules::LiveRules;
pub use minid::MinidConfig;
use reader::Reader;
pub use reader::{ConfigError, Problem};
pub use running::{LimitsConfig, LogFormat, Network, RunningConfig};
pub use s3::S3Config;
pub use school_records::Secret;
pub use slip::SlipConfig;
pub use sms::{AltinnConfig, Existing, GatewayConfig, SenderConfig, SmsConfig, UnclearAnswer};

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who issues.
    pub issuer: IssuerConfig,
    /// How it listens.
    pub server: ServerConfig,
    /// How it is run: logs, limits, connections.
    pub running: RunningConfig,
    /// Where the rows are.
    pub database: DatabaseConfig,
    /// Signing keys.
    pub keys: KeysConfig,
    /// The login service.
    pub feide: FeideConfig,
    /// The school records.
    pub records: RecordsConfig,
    /// Portraits.
    pub photos: PhotosConfig,
    /// How long things live.
    pub lifetimes: Lifetimes,
    /// Status lists.
    pub status_list: StatusListConfig,
    /// The app.
    pub app: AppConfig,
    /// Whom people can ask.
    pub contacts: ContactsConfig,
    /// Other apps than ours.
    pub client_attestation: ClientAttestationConfig,
    /// The help with getting a MinID.
    pub minid: MinidConfig,
    /// Slips of paper.
    pub slip: SlipConfig,
    /// Messages to those whose card is ready; none without a sender.
    pub sms: Option<SmsConfig>,
    /// What is kept for how long.
    pub retention: RetentionConfig,
}

/// `[issuer]`
#[derive(Clone, Debug)]
pub struct IssuerConfig {
    /// The public address, which is also the issuer identifier. No query, no fragment, no final `/`
    /// beyond that of an empty path.
    pub public_url: Url,
    /// The county's name.
    pub name: String,
    /// The county's accessibility statement for this service, to which the app links.
    pub accessibility_statement_url: Option<Url>,
    /// Marks every credential as a specimen.
    pub demo: bool,
}

/// `[server]`
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Address and port.
    pub listen: SocketAddr,
    /// How many rows a second callers without a token may have written; beyond that they are turned away
    /// for a moment.
    pub anonymous_per_second: u32,
    /// How many logins to the staff's pages and `/min-side` may begin in a second, in the whole county.
    pub browser_logins_per_second: u32,
}

/// `[keys]`
#[derive(Clone, Debug)]
pub struct KeysConfig {
    /// The file with the master key.
    pub master_key_file: PathBuf,
    /// How long a new key is published before it signs, seconds.
    pub publish_ahead_s: i64,
    /// How long a key may sign, seconds.
    pub sign_for_s: i64,
    /// How long a trust list is good, seconds.
    pub trust_list_s: i64,
}

/// `[feide]`
#[derive(Clone, Debug)]
pub struct FeideConfig {
    /// The provider; its endpoints come from discovery.
    pub issuer: Url,
    /// Our id there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: Secret,
    /// What to ask for.
    pub scopes: Vec<String>,
    /// Feide's extended userinfo. Discovery does not tell it, so unless it is set it follows from the issuer.
    pub extended_userinfo_url: Option<Url>,
    /// Where one gets a new password; shown when logging in fails.
    pub password_help_url: Option<Url>,
    /// Sends people straight to one organisation: `feide|realm|<realm>`.
    pub login_hint: Option<String>,
    /// Has people log in at Feide even when the browser's last user still is: school computers are shared.
    pub ask_every_time: bool,
    /// How staff must log in at Feide to come to `/admin`: Feide's name for two steps.
    pub staff_acr: Option<String>,
    /// Per request, seconds.
    pub timeout_s: u64,
}

/// `[records]`
#[derive(Clone, Debug)]
pub struct RecordsConfig {
    /// Where they are read.
    pub source: RecordsSource,
    /// When the nightly sync starts, on the clocks of `time_zone`; none for by hand only.
    pub sync_at: Option<NaiveTime>,
    /// On whose clocks.
    pub time_zone: Tz,
    /// The largest share, in percent, that one sync may take the card from or turn into someone else.
    pub brake_percent: f64,
    /// The largest share, in percent, of a school's pupils that one sync may take the card from.
    pub school_brake_percent: f64,
    /// Accept synthetic national identity numbers.
    pub synthetic_numbers: bool,
    /// Who has a right to a card, as it holds now: what is switched in `/admin` is in it.
    pub rules: LiveRules,
}

/// `[records] source`
#[derive(Clone, Debug)]
pub enum RecordsSource {
    /// The county's FINT access.
    Fint(Box<FintConfig>),
    /// Files that another system writes, read anew each night.
    Files(FileSource),
}

/// `[records.fint]`
#[derive(Clone, Debug)]
pub struct FintConfig {
    /// The FINT API.
    pub base_url: Url,
    /// Its token endpoint.
    pub token_url: Url,
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: Secret,
    /// User name and password, or neither.
    pub grant: Grant,
    /// Scope to ask for.
    pub scope: String,
    /// Per request, seconds.
    pub timeout_s: u64,
    /// FINT's information model.
    pub model: Model,
    /// A file with library codes, which FINT has no place for.
    pub library_codes: Option<Url>,
}

/// `[photos]`
#[derive(Clone, Debug)]
pub struct PhotosConfig {
    /// Where the sealed photos lie, unless they are in a bucket.
    pub folder: PathBuf,
    /// The bucket where they lie instead.
    pub s3: Option<S3Config>,
    /// Where photographers' deliveries lie until they have been gone through: up to four of a gigabyte, without a name. Not
    /// a folder that is memory.
    pub spool_folder: PathBuf,
    /// Hosts (`host` or `host:port`) photos may be fetched from.
    pub allowed_hosts: Vec<String>,
    /// Largest picture file to read, bytes.
    pub max_bytes: usize,
    /// Per picture, seconds.
    pub timeout_s: u64,
    /// When a picture that a person sends in, and that passes the check, is locked.
    pub approval: PhotoApproval,
    /// How many pictures one person may send in on a day.
    pub attempts_per_day: i64,
}

/// When a picture that a person sends in is locked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoApproval {
    /// At once.
    #[default]
    AtOnce,
    /// When the school has approved it.
    BySchool,
}

/// `[lifetimes]`; all in seconds.
#[derive(Clone, Debug)]
pub struct Lifetimes {
    /// In-person credential.
    pub in_person_s: i64,
    /// SD-JWT VC.
    pub sd_jwt_s: i64,
    /// Largest batch of one credential request.
    pub batch: usize,
    /// Access token.
    pub access_token_s: i64,
    /// Refresh token, from its last use.
    pub refresh_token_s: i64,
    /// Pushed authorization request.
    pub pushed_request_s: i64,
    /// A login at Feide.
    pub login_s: i64,
    /// Authorization code.
    pub code_s: i64,
    /// Nonce for key proofs.
    pub nonce_s: i64,
    /// Validity statement.
    pub validity_s: i64,
}

/// `[status_list]`
#[derive(Clone, Debug)]
pub struct StatusListConfig {
    /// Entries per list.
    pub size: usize,
    /// How long a copy may be used before a new one is fetched, seconds.
    pub ttl_s: u64,
    /// How long a list is good at all, seconds.
    pub expires_s: i64,
}

/// `[client_attestation]`
#[derive(Clone, Debug)]
pub struct ClientAttestationConfig {
    /// Keys of those whose word counts on wallets and on where their keys are kept. What others say is refused;
    /// nobody has to bring such a word.
    pub trusted_keys: Vec<Jwk>,
}

/// `[contacts]`
#[derive(Clone, Debug)]
pub struct ContactsConfig {
    /// The county itself: the contact of last resort.
    pub county: Contact,
    /// Training office, for apprentices whose own is not in the next.
    pub training_office: Option<Contact>,
    /// Training offices by the organisation number that stands in the contract: the office's own or a company's.
    pub training_offices: BTreeMap<String, Contact>,
    /// Help with Feide.
    pub feide_help: Option<Contact>,
    /// By school number.
    pub schools: BTreeMap<String, SchoolContacts>,
    /// How library codes are drawn, by school number.
    pub library_symbologies: BTreeMap<String, Symbology>,
    /// How library codes are drawn otherwise.
    pub library_symbology: Symbology,
}

/// `[contacts.schools."…"]`
#[derive(Clone, Debug, Default)]
pub struct SchoolContacts {
    /// The office; goes before what the records say of the school.
    pub office: Option<Contact>,
    /// Who helps when the app or the login does not work.
    pub technical: Option<Contact>,
    /// Who helps with the photo on the card.
    pub photo: Option<Contact>,
    /// Who helps with the library card.
    pub library: Option<Contact>,
}

/// `[retention]`; all in months.
#[derive(Clone, Copy, Debug)]
pub struct RetentionConfig {
    /// Photo and card data after the right has ended.
    pub card_months: u32,
    /// What changed in whose record, and runs of the sync.
    pub log_months: u32,
    /// Audit trail.
    pub audit_months: u32,
}

impl IssuerConfig {
    /// The issuer identifier: the public address without a final `/`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.public_url.as_str().trim_end_matches('/')
    }

    /// An address of ours; `path` begins with `/`.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.id())
    }
}

impl KeysConfig {
    /// How long a key must be trusted after it has stopped signing: the longest credential's life
    /// and a day.
    #[must_use]
    pub fn outlives_s(&self, lifetimes: &Lifetimes) -> i64 {
        lifetimes
            .in_person_s
            .max(lifetimes.sd_jwt_s)
            .saturating_add(DAY)
    }
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const MIB: i64 = 1024 * 1024;

impl Config {
    /// Reads the file and the process's environment.
    ///
    /// # Errors
    /// Every wrong setting, each with what to do about it.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        Self::load_with(
            file,
            std::env::vars_os().filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            }),
        )
    }

    /// Reads the file and the given environment.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_with(
        file: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut reader = Reader::open(file, environment)?;
        let config = Self::read(&mut reader);
        reader.finish(config)
    }

    fn read(r: &mut Reader) -> Self {
        let issuer = IssuerConfig {
            public_url: r.public_address(
                "issuer.public_url",
                "the https address under which phones reach this service",
            ),
            name: r.text("issuer.name", "the county's name, as people know it"),
            accessibility_statement_url: r.optional_address("issuer.accessibility_statement_url"),
            demo: r.or("issuer.demo", false),
        };
        let server = ServerConfig {
            listen: r.socket_address("server.listen", SocketAddr::from(([127, 0, 0, 1], 8020))),
            anonymous_per_second: u32::try_from(r.whole(
                "server.anonymous_per_second",
                500,
                1,
                100_000,
            ))
            .unwrap_or(500),
            browser_logins_per_second: u32::try_from(r.whole(
                "server.browser_logins_per_second",
                100,
                1,
                100_000,
            ))
            .unwrap_or(100),
        };
        let database = DatabaseConfig::read(r);
        let lifetimes = Lifetimes {
            in_person_s: r.whole("lifetimes.in_person_days", 7, 1, 31) * DAY,
            sd_jwt_s: r.whole("lifetimes.sd_jwt_days", 30, 1, 366) * DAY,
            batch: r.size("lifetimes.batch", 10, 1, 100),
            access_token_s: r.whole("lifetimes.access_token_seconds", 300, 30, HOUR),
            refresh_token_s: r.whole("lifetimes.refresh_token_days", 180, 1, 800) * DAY,
            pushed_request_s: r.whole("lifetimes.pushed_request_seconds", 90, 10, 600),
            login_s: r.whole("lifetimes.login_seconds", 900, 60, HOUR),
            code_s: r.whole("lifetimes.code_seconds", 60, 10, 600),
            nonce_s: r.whole("lifetimes.nonce_seconds", 300, 30, HOUR),
            validity_s: r.whole("lifetimes.validity_seconds", 300, 10, HOUR),
        };
        let keys = KeysConfig {
            master_key_file: r.path(
                "keys.master_key_file",
                "where the master key is kept; `keys init` makes it",
            ),
            publish_ahead_s: r.hours("keys.publish_ahead_hours", 24, 24 * 90),
            sign_for_s: r.whole("keys.sign_for_days", 400, 1, 4000) * DAY,
            trust_list_s: r.whole("keys.trust_list_days", 30, 1, 400) * DAY,
        };
        let feide_issuer = r.address(
            "feide.issuer",
            "Feide's issuer, such as https://auth.dataporten.no",
        );
        let feide = FeideConfig {
            client_id: r.text(
                "feide.client_id",
                "the client id from Feide's customer portal",
            ),
            client_secret: r.secret("feide.client_secret"),
            scopes: r.texts(
                "feide.scopes",
                &[
                    "openid",
                    "profile",
                    "userid-feide",
                    "userinfo-name",
                    "groups-edu",
                    "groups-org",
                ],
            ),
            extended_userinfo_url: r
                .optional_address("feide.extended_userinfo_url")
                .or_else(|| extended_userinfo_of(&feide_issuer)),
            password_help_url: r.optional_address("feide.password_help_url"),
            login_hint: r.optional_text("feide.login_hint"),
            ask_every_time: r.or("feide.ask_every_time", true),
            staff_acr: r.optional_text("feide.staff_acr"),
            timeout_s: r.seconds("feide.timeout_seconds", 10),
            issuer: feide_issuer,
        };
        let synthetic_numbers = r.or("records.synthetic_numbers", false);
        let source = Self::read_source(r, synthetic_numbers);
        let photo_hosts = match &source {
            RecordsSource::Fint(fint) => host_of(&fint.base_url),
            RecordsSource::Files(_) => Vec::new(),
        };
        let s3 = S3Config::read(r);
        let folder = match &s3 {
            None => r.path("photos.folder", "a folder for the sealed photos"),
            Some(_) => r.optional_path("photos.folder").unwrap_or_default(),
        };
        let photos = PhotosConfig {
            spool_folder: spool::folder(r, &folder, &database),
            folder,
            s3,
            allowed_hosts: r.texts_or_else("photos.allowed_hosts", || photo_hosts),
            max_bytes: r.size("photos.max_megabytes", 10, 1, 50)
                * usize::try_from(MIB).unwrap_or(0),
            timeout_s: r.seconds("photos.timeout_seconds", 20),
            approval: r
                .structured("photos.approval", "\"at_once\" or \"by_school\"")
                .unwrap_or_default(),
            attempts_per_day: r.whole("photos.attempts_per_day", 20, 1, 1_000),
        };
        let records = RecordsConfig {
            source,
            sync_at: r.time_of_day("records.sync_at", "03:30"),
            time_zone: r.time_zone("records.time_zone", chrono_tz::Europe::Oslo),
            brake_percent: r.percent("records.brake_percent", 5.0),
            school_brake_percent: r.percent("records.school_brake_percent", 50.0),
            synthetic_numbers,
            rules: r
                .structured::<Rules>(
                    "records.rules",
                    "a table with any of enabled_schools, disabled_schools, categories, contract_types, guests, class_required, exam_ends_right",
                )
                .unwrap_or_default()
                .into(),
        };
        let sms = SmsConfig::read(
            r,
            &issuer.name,
            records.time_zone,
            records.synthetic_numbers,
        );
        let status_list = StatusListConfig {
            size: r.size("status_list.size", 1 << 17, 8, 1 << 22),
            ttl_s: r.seconds("status_list.ttl_seconds", 900),
            expires_s: r.whole("status_list.expires_hours", 24, 1, 24 * 31) * HOUR,
        };
        let app = AppConfig::read(r);
        let contacts = Self::read_contacts(r);
        let client_attestation = ClientAttestationConfig {
            trusted_keys: r
                .structured(
                    "client_attestation.trusted_keys",
                    "a list of public keys as JWK, such as [{ kty = \"EC\", crv = \"P-256\", x = \"…\", y = \"…\" }]",
                )
                .unwrap_or_default(),
        };
        Self {
            issuer,
            server,
            running: RunningConfig::read(r),
            database,
            keys,
            feide,
            records,
            photos,
            lifetimes,
            status_list,
            app,
            contacts,
            client_attestation,
            minid: MinidConfig::read(r),
            slip: SlipConfig::read(r),
            sms,
            retention: RetentionConfig {
                card_months: r.months("retention.card_months", 6),
                log_months: r.months("retention.log_months", 12),
                audit_months: r.months("retention.audit_months", 12),
            },
        }
    }

    fn read_source(r: &mut Reader, synthetic_numbers: bool) -> RecordsSource {
        const OF_FILES: [&str; 4] = ["path", "vigo", "library_codes", "photos"];
        const OF_FINT: [&str; 9] = [
            "base_url",
            "token_url",
            "client_id",
            "client_secret",
            "grant",
            "username",
            "password",
            "scope",
            "timeout_seconds",
        ];
        let kind = r.text_or("records.source", "fint");
        let Ok(kind) = kind.parse::<Kind>() else {
            if kind != "fint" {
                r.wrong(
                    "records.source",
                    "is not a known kind of source",
                    "set it to \"fint\", \"fint-dump\", \"pifu\", \"oneroster\", \"sds\", \"vigo\" or \"csv\"",
                );
            }
            for name in OF_FILES {
                r.passed_over(&format!("records.files.{name}"));
            }
            return RecordsSource::Fint(Box::new(Self::read_fint(r)));
        };
        // A county that tries another source keeps its FINT settings.
        for name in OF_FINT {
            r.passed_over(&format!("records.fint.{name}"));
        }
        r.passed_over("records.fint.library_codes");
        let mut optional = |name: &str| {
            let setting = format!("records.files.{name}");
            let given = r.optional_text(&setting).is_some();
            given.then(|| r.path(&setting, "a file"))
        };
        let (vigo, library_codes, photos) = (
            optional("vigo"),
            optional("library_codes"),
            optional("photos"),
        );
        let path = r.path(
            "records.files.path",
            "the folder (for \"pifu\" and \"vigo\" the file) with the records",
        );
        RecordsSource::Files(FileSource {
            vigo,
            library_codes,
            photos,
            allow_synthetic: synthetic_numbers,
            model: Self::read_model(r),
            ..FileSource::new(kind, path)
        })
    }

    fn read_model(r: &mut Reader) -> Model {
        r.structured(
            "records.fint.model",
            "\"3\" or \"4\", the information model of the county's source",
        )
        .unwrap_or_default()
    }

    fn read_fint(r: &mut Reader) -> FintConfig {
        FintConfig {
            base_url: r.address(
                "records.fint.base_url",
                "the FINT API, such as https://api.felleskomponent.no",
            ),
            token_url: r.address("records.fint.token_url", "where FINT gives out tokens"),
            client_id: r.text(
                "records.fint.client_id",
                "the client id from FINT's customer portal",
            ),
            client_secret: r.secret("records.fint.client_secret"),
            grant: Self::read_grant(r),
            scope: r.text_or("records.fint.scope", "fint-client"),
            timeout_s: r.seconds("records.fint.timeout_seconds", 60),
            model: Self::read_model(r),
            library_codes: r.optional_address("records.fint.library_codes"),
        }
    }

    fn read_grant(r: &mut Reader) -> Grant {
        let kind = r.text_or("records.fint.grant", "password");
        // Asked for in any case, so that they are known names.
        let username = r.optional_text("records.fint.username");
        match kind.as_str() {
            "client_credentials" => {
                r.passed_over("records.fint.password");
                Grant::ClientCredentials
            }
            "password" => {
                if username.is_none() {
                    r.missing(
                        "records.fint.username",
                        "the client's user name from FINT's customer portal",
                    );
                }
                Grant::Password {
                    username: username.unwrap_or_default(),
                    password: r.secret("records.fint.password"),
                }
            }
            _ => {
                r.wrong(
                    "records.fint.grant",
                    "is not a known grant",
                    "set it to \"password\" or \"client_credentials\"",
                );
                r.passed_over("records.fint.password");
                Grant::ClientCredentials
            }
        }
    }

    fn read_contacts(r: &mut Reader) -> ContactsConfig {
        const FORM: &str = "a table with `name` and any of `phone`, `email`, `url`";
        let name = r.text_or("issuer.name", "");
        let county: Option<ContactEntry> = r.structured("contacts.county", FORM);
        if county.is_none() {
            r.missing(
                "contacts.county",
                "whom people can ask: a table with `name` and any of `phone`, `email`, `url`",
            );
        }
        let training_office: Option<ContactEntry> = r.structured("contacts.training_office", FORM);
        let feide_help: Option<ContactEntry> = r.structured("contacts.feide_help", FORM);
        let training_offices = Self::read_training_offices(r);
        let schools = Self::read_school_contacts(r);
        ContactsConfig {
            county: county
                .unwrap_or(ContactEntry {
                    name,
                    phone: None,
                    email: None,
                    url: None,
                })
                .with(ContactRole::County),
            training_office: training_office.map(|entry| entry.with(ContactRole::TrainingOffice)),
            feide_help: feide_help.map(|entry| entry.with(ContactRole::FeideHelp)),
            training_offices,
            schools,
            library_symbologies: r
                .structured(
                    "library.schools",
                    "a table from school number to qr, code39, code128, itf, codabar or ean13",
                )
                .unwrap_or_default(),
            library_symbology: r
                .structured(
                    "library.symbology",
                    "one of qr, code39, code128, itf, codabar, ean13",
                )
                .unwrap_or(Symbology::Qr),
        }
    }

    fn read_school_contacts(r: &mut Reader) -> BTreeMap<String, SchoolContacts> {
        const SETTING: &str = "contacts.schools";
        const FORM: &str = "a table per school number with `name` and any of `phone`, `email`, `url` for the office, \
                            and `technical`, `photo` and `library`, tables of the same form";
        let entries: BTreeMap<String, SchoolEntry> =
            r.structured(SETTING, FORM).unwrap_or_default();
        let mut schools = BTreeMap::new();
        for (number, entry) in entries {
            match entry.read() {
                Some(contacts) => {
                    schools.insert(number, contacts);
                }
                None => {
                    let setting = format!("{SETTING}.{number}");
                    r.wrong(&setting, "has no `name` for the office", FORM);
                }
            }
        }
        schools
    }

    fn read_training_offices(r: &mut Reader) -> BTreeMap<String, Contact> {
        const SETTING: &str = "contacts.training_offices";
        const FORM: &str = "a table per organisation number (nine digits) with `name` and any of `phone`, `email`, \
                            `url`";
        let entries: BTreeMap<String, ContactEntry> =
            r.structured(SETTING, FORM).unwrap_or_default();
        let mut offices = BTreeMap::new();
        for (number, entry) in entries {
            if number.len() != 9 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                let setting = format!("{SETTING}.{number}");
                r.wrong(&setting, "is not an organisation number", FORM);
            }
            offices.insert(number, entry.with(ContactRole::TrainingOffice));
        }
        offices
    }
}

/// Where the extended userinfo is: on a host of its own at the real Feide, under the issuer anywhere else.
fn extended_userinfo_of(issuer: &Url) -> Option<Url> {
    let mut url = issuer.clone();
    if issuer.host_str() == Some("auth.dataporten.no") {
        url.set_host(Some("api.dataporten.no")).ok()?;
    }
    let base = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{base}/userinfo/v1/userinfo"));
    Some(url)
}

fn host_of(url: &Url) -> Vec<String> {
    let Some(host) = url.host_str() else {
        return Vec::new();
    };
    vec![
        url.port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
    ]
}

/// The office's own fields stand in the school's table itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchoolEntry {
    name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    url: Option<Url>,
    technical: Option<ContactEntry>,
    photo: Option<ContactEntry>,
    library: Option<ContactEntry>,
}

impl SchoolEntry {
    /// None if the table says nothing, or has an office without a name.
    fn read(self) -> Option<SchoolContacts> {
        let technical = self
            .technical
            .map(|entry| entry.with(ContactRole::Technical));
        let photo = self.photo.map(|entry| entry.with(ContactRole::Photo));
        let library = self.library.map(|entry| entry.with(ContactRole::Library));
        let has_others = technical.is_some() || photo.is_some() || library.is_some();
        let has_more = self.phone.is_some() || self.email.is_some() || self.url.is_some();
        let office = match self.name {
            Some(name) => Some(ContactEntry {
                name,
                phone: self.phone,
                email: self.email,
                url: self.url,
            }),
            None if has_more || !has_others => return None,
            None => None,
        };
        Some(SchoolContacts {
            office: office.map(|entry| entry.with(ContactRole::School)),
            technical,
            photo,
            library,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactEntry {
    name: String,
    phone: Option<String>,
    email: Option<String>,
    url: Option<Url>,
}

impl ContactEntry {
    fn with(self, role: ContactRole) -> Contact {
        Contact {
            role,
            name: self.name,
            phone: self.phone,
            email: self.email,
            url: self.url,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
