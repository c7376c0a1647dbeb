//! `[sms]`: messages to those whose card is ready. Without `sms.sender` there are none.

use std::{collections::BTreeMap, path::PathBuf};

use chrono::NaiveTime;
use chrono_tz::Tz;
use serde::Deserialize;
use url::Url;

use crate::sms::{
    sender::gateway::{Format, Template},
    text::{Facts, Language, Texts},
    window::{Window, YearDay},
};

use super::{Secret, reader::Reader};

/// `[sms]`
#[derive(Clone, Debug)]
pub struct SmsConfig {
    /// How they are sent.
    pub sender: SenderConfig,
    /// The county's official page about the card, as it stands in the text.
    pub address: String,
    /// In which Norwegian, unless the school is among the next.
    pub language: Language,
    /// Schools with the other Norwegian.
    pub other_language_schools: Vec<String>,
    /// The words.
    pub texts: Texts,
    /// When.
    pub window: Window,
    /// What becomes of those who had the right before messages were turned on.
    pub existing: Existing,
    /// Take numbers of the range that is kept free for tests.
    pub test_numbers: bool,
    /// How often one message is tried.
    pub attempts: i64,
    /// Wait after the first failure, seconds; twice as long after each further one.
    pub back_off_s: i64,
    /// The longest wait, seconds.
    pub back_off_cap_s: i64,
    /// What to do when nobody knows whether the gateway took a message, and it knows no idempotency key.
    pub unclear: UnclearAnswer,
    /// Per request, seconds.
    pub timeout_s: u64,
}

/// What becomes of those who had the right before messages were turned on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Existing {
    /// They get none.
    #[default]
    Skip,
    /// They get one too.
    Send,
}

/// What to do after an unclear answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnclearAnswer {
    /// Leave it to a person: perhaps none, never two.
    #[default]
    AtMostOnce,
    /// Try again: never none, perhaps two.
    AtLeastOnce,
}

/// Who sends.
#[derive(Clone, Debug)]
pub enum SenderConfig {
    /// Nobody: one JSON line each in a file, for trials.
    File(PathBuf),
    /// Any HTTP gateway.
    Gateway(GatewayConfig),
    /// Altinn Notifications.
    Altinn(AltinnConfig),
}

/// `[sms.gateway]`
#[derive(Clone, Debug)]
pub struct GatewayConfig {
    /// `POST`, `PUT` or `GET`.
    pub method: reqwest::Method,
    /// The address.
    pub url: Template,
    /// Headers.
    pub headers: BTreeMap<String, Template>,
    /// The body.
    pub body: Option<Template>,
    /// How the body is written.
    pub format: Format,
    /// What stands for `{sender}`.
    pub sender: String,
    /// What stands for `{secret}`.
    pub secret: Secret,
    /// The gateway takes a message with the same `{id}` once.
    pub is_idempotent: bool,
    /// An answer without this text is a refusal, whatever its status: some gateways say 200 to everything.
    pub accepted_text: Option<String>,
}

/// `[sms.altinn]`
#[derive(Clone, Debug)]
pub struct AltinnConfig {
    /// The platform, with neither path nor final `/`.
    pub platform: Url,
    /// Maskinporten's token endpoint.
    pub token_url: Url,
    /// Maskinporten's issuer identifier.
    pub audience: String,
    /// The county's client there.
    pub client_id: String,
    /// The name of the client's key there.
    pub key_id: String,
    /// The private key: RSA, in PEM.
    pub key_file: PathBuf,
    /// What to ask for.
    pub scope: String,
    /// Whom the message is from; at most eleven letters.
    pub sender: Option<String>,
}

impl SmsConfig {
    /// What is put into the texts.
    #[must_use]
    pub fn facts<'a>(&'a self, county: &'a str) -> Facts<'a> {
        Facts {
            county,
            address: &self.address,
        }
    }

    pub(super) fn read(
        r: &mut Reader,
        county: &str,
        zone: Tz,
        synthetic_numbers: bool,
    ) -> Option<Self> {
        let Some(kind) = r.optional_text("sms.sender") else {
            r.passed_over("sms");
            return None;
        };
        let sender = Self::read_sender(r, &kind)?;
        let address = r.text(
            "sms.address",
            "the county's official page about the card, such as \"fylket.no/bevis\"",
        );
        let texts = r
            .structured::<Texts>(
                "sms.text",
                "tables nb and nn with any of pupil, apprentice, training_candidate",
            )
            .unwrap_or_default();
        let most = r.size("sms.max_parts", 1, 1, 5);
        let facts = Facts {
            county,
            address: &address,
        };
        for (setting, error) in texts.faults(facts, most) {
            r.wrong(&setting, &error.to_string(), "write it anew, or shorter");
        }
        let attempts = r.whole("sms.attempts", 8, 1, 100);
        let back_off_s = r.whole("sms.back_off_seconds", 60, 1, 86_400);
        Some(Self {
            sender,
            address,
            language: r
                .structured("sms.language", "\"nb\" or \"nn\"")
                .unwrap_or_default(),
            other_language_schools: r.texts("sms.other_language_schools", &[]),
            texts,
            window: Self::read_window(r, zone),
            existing: r
                .structured("sms.existing", "\"skip\" or \"send\"")
                .unwrap_or_default(),
            test_numbers: r.or("sms.test_numbers", synthetic_numbers),
            attempts,
            back_off_s,
            back_off_cap_s: r
                .whole("sms.back_off_cap_seconds", 6 * 3600, 1, 7 * 86_400)
                .max(back_off_s),
            unclear: r
                .structured(
                    "sms.unclear_answer",
                    "\"at_most_once\" or \"at_least_once\"",
                )
                .unwrap_or_default(),
            timeout_s: r.seconds("sms.timeout_seconds", 20),
        })
    }

    fn read_window(r: &mut Reader, zone: Tz) -> Window {
        let mut day = |setting: &str, default: &str| {
            let text = r.text_or(setting, default);
            YearDay::parse(&text)
                .or_else(|| {
                    r.wrong(
                        setting,
                        "is no day of the year",
                        "set it to one such as \"08-17\"",
                    );
                    YearDay::parse(default)
                })
                .unwrap_or(YearDay::FIRST)
        };
        let pupils_from = day("sms.pupils_from", "08-10");
        let pupils_until = day("sms.pupils_until", "06-20");
        let from = r.time_of_day("sms.hours_from", "09:00");
        let until = r.time_of_day("sms.hours_until", "20:00");
        let (from, until) = (
            from.unwrap_or(NaiveTime::MIN),
            until.unwrap_or(NaiveTime::MIN),
        );
        if from >= until {
            r.wrong(
                "sms.hours_until",
                "is not after sms.hours_from",
                "set both to times of one day, such as \"09:00\" and \"20:00\"",
            );
        }
        Window {
            zone,
            from,
            until,
            pupils_from,
            pupils_until,
        }
    }

    fn read_sender(r: &mut Reader, kind: &str) -> Option<SenderConfig> {
        for other in ["file", "gateway", "altinn"] {
            if other != kind {
                r.passed_over(&format!("sms.{other}"));
            }
        }
        match kind {
            "file" => Some(SenderConfig::File(r.path("sms.file", "a file for trials"))),
            "gateway" => Some(SenderConfig::Gateway(Self::read_gateway(r))),
            "altinn" => Some(SenderConfig::Altinn(Self::read_altinn(r))),
            _ => {
                r.passed_over("sms");
                r.wrong(
                    "sms.sender",
                    "is not a known way of sending",
                    "set it to \"altinn\", \"gateway\" or \"file\"",
                );
                None
            }
        }
    }

    fn read_gateway(r: &mut Reader) -> GatewayConfig {
        let method = match r.text_or("sms.gateway.method", "POST").as_str() {
            "POST" => reqwest::Method::POST,
            "PUT" => reqwest::Method::PUT,
            "GET" => reqwest::Method::GET,
            _ => {
                r.wrong(
                    "sms.gateway.method",
                    "is not a method for this",
                    "set it to \"POST\", \"PUT\" or \"GET\"",
                );
                reqwest::Method::POST
            }
        };
        let url = r.text(
            "sms.gateway.url",
            "the gateway's address, such as \"https://sms.example.no/send\"",
        );
        let format: Format = r
            .structured(
                "sms.gateway.format",
                "\"json\", \"form\", \"xml\" or \"plain\"",
            )
            .unwrap_or_default();
        let headers: BTreeMap<String, String> = r
            .structured("sms.gateway.headers", "a table from names to values")
            .unwrap_or_default();
        let body = r.optional_text("sms.gateway.body");
        if url.contains("{secret}") {
            r.wrong(
                "sms.gateway.url",
                "has {secret} in it, and addresses stand in the logs of all that they pass",
                "put the secret in a header or the body",
            );
        }
        let needs_secret = headers
            .values()
            .chain(&body)
            .any(|text| text.contains("{secret}"));
        let secret = if needs_secret {
            r.secret("sms.gateway.secret")
        } else {
            r.passed_over("sms.gateway.secret");
            Secret::from("")
        };
        let config = GatewayConfig {
            method,
            url: Template::new(url),
            headers: headers
                .into_iter()
                .map(|(name, value)| (name, Template::new(value)))
                .collect(),
            body: body.map(Template::new),
            format,
            sender: r.text_or("sms.gateway.sender", ""),
            secret,
            is_idempotent: r.or("sms.gateway.idempotent", false),
            accepted_text: r.optional_text("sms.gateway.accepted_text"),
        };
        for (setting, wrong) in config.faults() {
            r.wrong(
                &format!("sms.gateway.{setting}"),
                &wrong,
                "see docs/running.md for the placeholders",
            );
        }
        if let Some(address) = config.sample_address() {
            // Only to say what is wrong with it.
            let _ = r.checked_address("sms.gateway.url", &address);
        }
        config
    }

    fn read_altinn(r: &mut Reader) -> AltinnConfig {
        let sender = r.optional_text("sms.altinn.sender");
        if sender.as_ref().is_some_and(|name| {
            name.chars().count() > 11
                || !name
                    .chars()
                    .all(|letter| letter.is_ascii_graphic() || letter == ' ')
        }) {
            r.wrong(
                "sms.altinn.sender",
                "is no sender that phones show",
                "set it to at most eleven letters and digits, without æ, ø and å",
            );
        }
        AltinnConfig {
            platform: r.address_or("sms.altinn.platform", "https://platform.altinn.no"),
            token_url: r.address_or("sms.altinn.token_url", "https://maskinporten.no/token"),
            audience: r.text_or("sms.altinn.audience", "https://maskinporten.no/"),
            client_id: r.text("sms.altinn.client_id", "the client's id in Maskinporten"),
            key_id: r.text("sms.altinn.key_id", "the key's id (kid) in Maskinporten"),
            key_file: r.path(
                "sms.altinn.key_file",
                "the file with the client's private key (RSA, PEM)",
            ),
            scope: r.text_or(
                "sms.altinn.scope",
                "altinn:serviceowner/notifications.create",
            ),
            sender,
        }
    }
}
