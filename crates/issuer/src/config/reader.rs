//! Reads settings one by one and collects everything that is wrong, so that an operator sees the
//! whole list at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use chrono::NaiveTime;
use chrono_tz::Tz;
use figment::{
    Figment,
    providers::{Format, Toml},
    value::{Dict, Value},
};
use serde::de::DeserializeOwned;
use url::{Host, Url};

use super::{Config, Secret};

/// Environment variables that begin so are settings.
const PREFIX: &str = "LOMMEBEVIS_ISSUER__";

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read at all.
    #[error("the configuration file {} cannot be read: {source}; give another with --config", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("the configuration file {} is not valid TOML: {message}", file.display())]
    NotToml {
        /// The file.
        file: PathBuf,
        /// Where and why.
        message: String,
    },
    /// Some settings are wrong.
    #[error("{} wrong setting(s):\n{}", .0.len(), .0.iter().map(|problem| format!("  - {problem}")).collect::<Vec<_>>().join("\n"))]
    Wrong(Vec<Problem>),
}

/// One wrong setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its name, such as `feide.client_id`.
    pub setting: String,
    /// The environment variable it came from, if it did.
    pub variable: Option<String>,
    /// What is wrong.
    pub wrong: String,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.setting)?;
        if let Some(variable) = &self.variable {
            write!(f, " (from {variable})")?;
        }
        write!(f, ": {}; {}", self.wrong, self.advice)
    }
}

pub(super) struct Reader {
    values: Value,
    /// Setting → the variable it came from.
    variables: BTreeMap<String, String>,
    directory: PathBuf,
    known: BTreeSet<String>,
    problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn open(
        file: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file).map_err(|source| ConfigError::Unreadable {
            file: file.to_owned(),
            source,
        })?;
        let mut figment = Figment::from(Toml::string(&text));
        let mut variables = BTreeMap::new();
        for (name, value) in environment {
            let Some(key) = name.strip_prefix(PREFIX) else {
                continue;
            };
            let key = key.to_lowercase().replace("__", ".");
            // A secret of digits is text all the same.
            let value = if is_secret(&key) {
                Value::from(value)
            } else {
                parse(&value)
            };
            figment = figment.merge((key.clone(), value));
            variables.insert(key, name);
        }
        let values: Dict = figment.extract().map_err(|error| ConfigError::NotToml {
            file: file.to_owned(),
            message: error.to_string(),
        })?;
        Ok(Self {
            values: Value::from(values),
            variables,
            directory: file.parent().map(Path::to_owned).unwrap_or_default(),
            known: BTreeSet::new(),
            problems: Vec::new(),
        })
    }

    /// The configuration if nothing was wrong; otherwise everything that was.
    pub(super) fn finish(mut self, config: Config) -> Result<Config, ConfigError> {
        let mut unknown = Vec::new();
        find_unknown(&self.values, "", &self.known, &mut unknown);
        for setting in unknown {
            let advice = self.nearest(&setting).map_or_else(
                || "remove it".to_owned(),
                |near| format!("remove it, or did you mean {near}?"),
            );
            self.problem(&setting, "there is no such setting", &advice);
        }
        if self.problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError::Wrong(self.problems))
        }
    }

    pub(super) fn missing(&mut self, setting: &str, meaning: &str) {
        if !self
            .problems
            .iter()
            .any(|problem| problem.setting == setting)
        {
            self.problem(setting, "is missing", &format!("set it to {meaning}"));
        }
    }

    /// A setting that holds nothing here, but is no unknown name.
    pub(super) fn passed_over(&mut self, setting: &str) {
        self.known.insert(setting.to_owned());
        self.known.insert(format!("{setting}_file"));
    }

    pub(super) fn wrong(&mut self, setting: &str, wrong: &str, advice: &str) {
        self.problem(setting, wrong, advice);
    }

    fn problem(&mut self, setting: &str, wrong: &str, advice: &str) {
        self.problems.push(Problem {
            setting: setting.to_owned(),
            variable: self.variables.get(setting).cloned(),
            wrong: wrong.to_owned(),
            advice: advice.to_owned(),
        });
    }

    fn value(&mut self, setting: &str) -> Option<Value> {
        self.known.insert(setting.to_owned());
        self.values.find_ref(setting).cloned()
    }

    fn nearest(&self, setting: &str) -> Option<&str> {
        let last = setting.rsplit('.').next()?;
        self.known
            .iter()
            .find(|known| known.rsplit('.').next() == Some(last))
            .or_else(|| {
                self.known
                    .iter()
                    .filter(|known| distance(known, setting) <= 3)
                    .min_by_key(|known| distance(known, setting))
            })
            .map(String::as_str)
    }

    fn text_value(&mut self, setting: &str, advice: &str) -> Option<String> {
        match self.value(setting)? {
            Value::String(_, text) => Some(text),
            // `LOMMEBEVIS_ISSUER__…=12345` arrives as a number.
            value @ Value::Num(..) if self.variables.contains_key(setting) => {
                Some(integer(&value).map_or_else(
                    || format!("{:?}", value.to_f64()),
                    |number| number.to_string(),
                ))
            }
            _ => {
                self.problem(
                    setting,
                    "is not a text",
                    &format!("set it to {advice}, in quotes"),
                );
                None
            }
        }
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, setting: &str, meaning: &str) -> String {
        let before = self.problems.len();
        match self.text_value(setting, meaning) {
            Some(text) if !text.trim().is_empty() => text,
            Some(_) => {
                self.problem(setting, "is empty", &format!("set it to {meaning}"));
                String::new()
            }
            None => {
                if self.problems.len() == before {
                    self.missing(setting, meaning);
                }
                String::new()
            }
        }
    }

    pub(super) fn optional_text(&mut self, setting: &str) -> Option<String> {
        self.text_value(setting, "a text")
            .filter(|text| !text.trim().is_empty())
    }

    pub(super) fn text_or(&mut self, setting: &str, default: &str) -> String {
        self.text_value(setting, "a text")
            .unwrap_or_else(|| default.to_owned())
    }

    pub(super) fn or(&mut self, setting: &str, default: bool) -> bool {
        match self.value(setting) {
            None => default,
            Some(Value::Bool(_, value)) => value,
            Some(_) => {
                self.problem(
                    setting,
                    "is neither true nor false",
                    "set it to true or false, without quotes",
                );
                default
            }
        }
    }

    pub(super) fn whole(&mut self, setting: &str, default: i64, least: i64, most: i64) -> i64 {
        let Some(value) = self.value(setting) else {
            return default;
        };
        match integer(&value) {
            Some(number) if (least..=most).contains(&number) => number,
            _ => {
                self.problem(
                    setting,
                    "is not a whole number in its bounds",
                    &format!("set it to a whole number from {least} to {most}; {default} is usual"),
                );
                default
            }
        }
    }

    pub(super) fn size(&mut self, setting: &str, default: i64, least: i64, most: i64) -> usize {
        usize::try_from(self.whole(setting, default, least, most)).unwrap_or_default()
    }

    pub(super) fn months(&mut self, setting: &str, default: i64) -> u32 {
        u32::try_from(self.whole(setting, default, 1, 240)).unwrap_or_default()
    }

    pub(super) fn seconds(&mut self, setting: &str, default: i64) -> u64 {
        u64::try_from(self.whole(setting, default, 1, 86_400)).unwrap_or_default()
    }

    /// Hours, fractions of them too, as whole seconds.
    pub(super) fn hours(&mut self, setting: &str, default: i64, most: i64) -> i64 {
        let Some(value) = self.value(setting) else {
            return default * 3600;
        };
        let number = integer(&value)
            .map(|number| number as f64)
            .or_else(|| value.to_f64());
        match number {
            Some(number) if (0.0..=most as f64).contains(&number) => {
                (number * 3600.0).round() as i64
            }
            _ => {
                self.problem(
                    setting,
                    "is not a number of hours in its bounds",
                    &format!("set it to a number from 0 to {most}; {default} is usual"),
                );
                default * 3600
            }
        }
    }

    pub(super) fn percent(&mut self, setting: &str, default: f64) -> f64 {
        let Some(value) = self.value(setting) else {
            return default;
        };
        let number = value
            .to_f64()
            .or_else(|| integer(&value).map(|number| number as f64));
        match number {
            Some(number) if (0.0..=100.0).contains(&number) => number,
            _ => {
                self.problem(
                    setting,
                    "is not a share in percent",
                    &format!("set it to a number from 0 to 100; {default} is usual"),
                );
                default
            }
        }
    }

    pub(super) fn socket_address(&mut self, setting: &str, default: SocketAddr) -> SocketAddr {
        let Some(text) = self.optional_text(setting) else {
            return default;
        };
        text.parse().unwrap_or_else(|_| {
            let advice = format!("set it to an address and port, such as {default}");
            self.problem(setting, "is not an address and port", &advice);
            default
        })
    }

    /// `"off"` for never.
    pub(super) fn time_of_day(&mut self, setting: &str, default: &str) -> Option<NaiveTime> {
        let text = self.text_or(setting, default);
        if text == "off" {
            return None;
        }
        let time = NaiveTime::parse_from_str(&text, "%H:%M").ok();
        if time.is_none() {
            self.problem(
                setting,
                "is not a time of day",
                "set it to a time such as \"03:30\", or to \"off\"",
            );
        }
        time
    }

    pub(super) fn time_zone(&mut self, setting: &str, default: Tz) -> Tz {
        let Some(text) = self.optional_text(setting) else {
            return default;
        };
        text.parse().unwrap_or_else(|_| {
            self.problem(
                setting,
                &format!("there is no time zone {text}"),
                "set it to one such as Europe/Oslo",
            );
            default
        })
    }

    pub(super) fn texts(&mut self, setting: &str, default: &[&str]) -> Vec<String> {
        self.texts_or_else(setting, || {
            default.iter().map(|&text| text.to_owned()).collect()
        })
    }

    pub(super) fn texts_or_else(
        &mut self,
        setting: &str,
        default: impl FnOnce() -> Vec<String>,
    ) -> Vec<String> {
        self.optional_texts(setting).unwrap_or_else(default)
    }

    pub(super) fn optional_texts(&mut self, setting: &str) -> Option<Vec<String>> {
        self.structured(setting, "a list of texts such as [\"one\", \"two\"]")
    }

    pub(super) fn structured<T: DeserializeOwned>(
        &mut self,
        setting: &str,
        form: &str,
    ) -> Option<T> {
        let value = self.value(setting)?;
        match value.deserialize() {
            Ok(value) => Some(value),
            Err(error) => {
                let at = if error.path.is_empty() {
                    String::new()
                } else {
                    format!(" (at {})", error.path.join("."))
                };
                self.problem(
                    setting,
                    &format!("{}{at}", error.kind),
                    &format!("set it to {form}"),
                );
                None
            }
        }
    }

    /// A path; relative ones start at the configuration file's folder.
    pub(super) fn path(&mut self, setting: &str, meaning: &str) -> PathBuf {
        let text = self.text(setting, meaning);
        self.directory.join(text)
    }

    /// A path that need not be set; relative ones start at the configuration file's folder.
    pub(super) fn optional_path(&mut self, setting: &str) -> Option<PathBuf> {
        let text = self.optional_text(setting)?;
        Some(self.directory.join(text))
    }

    /// The address of a SQLite file with a relative path, which starts at the configuration file's folder.
    pub(super) fn sqlite_beside(&self, path: &str) -> String {
        format!("sqlite://{}", self.directory.join(path).display())
    }

    pub(super) fn address(&mut self, setting: &str, meaning: &str) -> Url {
        let text = self.text(setting, meaning);
        if text.is_empty() {
            return blank();
        }
        self.checked_address(setting, &text).unwrap_or_else(blank)
    }

    pub(super) fn address_or(&mut self, setting: &str, default: &str) -> Url {
        let text = self.text_or(setting, default);
        self.checked_address(setting, &text).unwrap_or_else(blank)
    }

    pub(super) fn optional_address(&mut self, setting: &str) -> Option<Url> {
        let text = self.optional_text(setting)?;
        self.checked_address(setting, &text)
    }

    /// The address of this service itself: no query and no fragment (OpenID4VCI §12.2.1).
    pub(super) fn public_address(&mut self, setting: &str, meaning: &str) -> Url {
        let mut url = self.address(setting, meaning);
        if url.query().is_some() || url.fragment().is_some() {
            self.problem(
                setting,
                "has a query or a fragment",
                "remove everything from ? or # on",
            );
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        url
    }

    pub(super) fn checked_address(&mut self, setting: &str, text: &str) -> Option<Url> {
        let Ok(url) = Url::parse(text) else {
            self.problem(
                setting,
                "is not an address",
                "set it to an address such as https://example.no",
            );
            return None;
        };
        if !(url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url)) {
            self.problem(
                setting,
                "is not an https address",
                "use https://; plain http:// is only for 127.0.0.1, [::1] and localhost",
            );
            return None;
        }
        if !url.username().is_empty() || url.password().is_some() {
            self.problem(
                setting,
                "has a user name or password in it",
                "remove them; there are settings for these",
            );
            return None;
        }
        Some(url)
    }

    /// `setting` itself, or the first line of the file that `setting_file` names.
    pub(super) fn secret(&mut self, setting: &str) -> Secret {
        let file_setting = format!("{setting}_file");
        let direct = self.value(setting);
        let file = self.optional_text(&file_setting);
        let variable = format!("{PREFIX}{}", setting.to_uppercase().replace('.', "__"));
        let advice = format!(
            "put it in a file and name that in {file_setting}, or set the variable {variable}"
        );
        match (direct, file) {
            // The environment goes before a file named in the configuration file.
            (Some(Value::String(_, text)), file)
                if !text.is_empty() && (file.is_none() || self.variables.contains_key(setting)) =>
            {
                Secret::from(text)
            }
            (Some(_), Some(_)) => {
                self.problem(
                    setting,
                    &format!("is set both here and in {file_setting}"),
                    "keep one of them",
                );
                Secret::from("")
            }
            (Some(_), None) => {
                self.problem(setting, "is empty or not a text", &advice);
                Secret::from("")
            }
            (None, Some(file)) => self.secret_in(&file_setting, &file),
            (None, None) => {
                self.problem(setting, "is missing", &advice);
                Secret::from("")
            }
        }
    }

    /// As [`Reader::secret`], but need not be set.
    pub(super) fn optional_secret(&mut self, setting: &str) -> Option<Secret> {
        self.is_set(setting).then(|| self.secret(setting))
    }

    /// Whether the setting, or a file with it, is named at all.
    pub(super) fn is_set(&mut self, setting: &str) -> bool {
        let file = self.value(&format!("{setting}_file"));
        self.value(setting).or(file).is_some()
    }

    fn secret_in(&mut self, file_setting: &str, file: &str) -> Secret {
        let path = self.directory.join(file);
        match std::fs::read_to_string(&path) {
            Ok(text) if !text.trim().is_empty() => {
                Secret::from(text.lines().next().unwrap_or_default().trim())
            }
            Ok(_) => {
                self.problem(
                    file_setting,
                    "names an empty file",
                    "put the secret on its first line",
                );
                Secret::from("")
            }
            Err(error) => {
                self.problem(
                    file_setting,
                    &format!("names a file that cannot be read ({})", error.kind()),
                    "check the path, and that this user may read the file",
                );
                Secret::from("")
            }
        }
    }
}

/// Stands in for a wrong address until [`Reader::finish`] refuses the whole.
fn blank() -> Url {
    #[expect(clippy::expect_used, reason = "the text is constant and an address")]
    Url::parse("http://localhost").expect("a constant address")
}

fn integer(value: &Value) -> Option<i64> {
    // The one for numbers with a sign, the other for those without.
    let signed = value
        .to_i128()
        .and_then(|number| i64::try_from(number).ok());
    signed.or_else(|| {
        value
            .to_u128()
            .and_then(|number| i64::try_from(number).ok())
    })
}

fn is_secret(key: &str) -> bool {
    matches!(
        key.rsplit('.').next(),
        Some("client_secret" | "password" | "secret" | "secret_access_key" | "access_key_id")
    )
}

fn parse(text: &str) -> Value {
    text.parse().unwrap_or_else(|_| Value::from(text))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Leaves under `prefix` that no one asked for.
fn find_unknown(value: &Value, prefix: &str, known: &BTreeSet<String>, unknown: &mut Vec<String>) {
    if known.contains(prefix) {
        return;
    }
    match value {
        Value::Dict(_, dict) if !dict.is_empty() => {
            for (key, inner) in dict {
                let path = if prefix.is_empty() {
                    key.clone()
                } else {
                    format!("{prefix}.{key}")
                };
                find_unknown(inner, &path, known, unknown);
            }
        }
        // An empty section says nothing, so nothing in it is wrong.
        Value::Dict(..) if prefix.is_empty() || is_section(prefix, known) => {}
        _ => unknown.push(prefix.to_owned()),
    }
}

fn is_section(prefix: &str, known: &BTreeSet<String>) -> bool {
    known.iter().any(|known| {
        known
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + usize::from(x != *y))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}
