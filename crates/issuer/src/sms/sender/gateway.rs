//! Any gateway that takes a message by one HTTP request: its address, headers and body are templates.
//!
//! | Placeholder | Stands for |
//! |---|---|
//! | `{to}` | the number, `+4798765432` |
//! | `{to_digits}` | the same without the plus |
//! | `{text}` | the message; not in headers |
//! | `{id}` | the message's id, the same for every try: the idempotency key |
//! | `{sender}` | `sms.gateway.sender` |
//! | `{secret}` | `sms.gateway.secret` |
//!
//! Each is written as its place demands: percent-encoded in addresses and forms, escaped in JSON and XML.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Deserialize;
use url::{Url, form_urlencoded};
use uuid::Uuid;

use crate::{config::GatewayConfig, sms::number::PhoneNumber};

use super::{Message, Outcome, SmsSender, deliver};

/// A number that belongs to nobody, to try templates with.
const SAMPLE: &str = "68050000";
const PLACES: [&str; 6] = ["to", "to_digits", "text", "id", "sender", "secret"];

/// How a body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// XML.
    Xml,
    /// Text as it is.
    Plain,
}

impl Format {
    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Xml => "application/xml; charset=utf-8",
            Self::Plain => "text/plain; charset=utf-8",
        }
    }

    fn escape(self, value: &str) -> String {
        match self {
            Self::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            Self::Form => percent(value),
            Self::Xml => value
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
                .replace('\'', "&apos;"),
            Self::Plain => value.to_owned(),
        }
    }
}

fn percent(value: &str) -> String {
    // A space as %20, which every server reads, in paths too.
    form_urlencoded::byte_serialize(value.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

/// A text with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(String);

impl Template {
    /// The text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    fn has(&self, place: &str) -> bool {
        self.0.contains(&format!("{{{place}}}"))
    }

    /// Between braces, and of letters alone, but none of ours.
    fn unknown(&self) -> Option<&str> {
        let mut rest = self.0.as_str();
        while let Some((_, after)) = rest.split_once('{') {
            if let Some((place, _)) = after.split_once('}')
                && !place.is_empty()
                && place
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
                && !PLACES.contains(&place)
            {
                return Some(place);
            }
            rest = after;
        }
        None
    }

    /// Values are put in once: what looks like a placeholder in a value stays as it is.
    fn fill(&self, values: &Values<'_>, escape: impl Fn(&str) -> String) -> String {
        let mut filled = String::with_capacity(self.0.len() + 200);
        let mut rest = self.0.as_str();
        while let Some(open) = rest.find('{') {
            let (before, from) = rest.split_at(open);
            filled.push_str(before);
            let inner = &from[1..];
            let found = inner
                .split_once('}')
                .and_then(|(place, after)| Some((values.of(place)?, after)));
            if let Some((value, after)) = found {
                filled.push_str(&escape(value));
                rest = after;
            } else {
                filled.push('{');
                rest = inner;
            }
        }
        filled.push_str(rest);
        filled
    }
}

struct Values<'a> {
    to: &'a str,
    text: &'a str,
    id: String,
    sender: &'a str,
    secret: &'a str,
}

impl<'a> Values<'a> {
    fn new(config: &'a GatewayConfig, message: &Message<'a>) -> Self {
        Self {
            to: message.to.expose(),
            text: message.text,
            id: message.id.to_string(),
            sender: &config.sender,
            secret: config.secret.expose(),
        }
    }

    fn of(&self, place: &str) -> Option<&str> {
        match place {
            "to" => Some(self.to),
            "to_digits" => self.to.strip_prefix('+'),
            "text" => Some(self.text),
            "id" => Some(&self.id),
            "sender" => Some(self.sender),
            "secret" => Some(self.secret),
            _ => None,
        }
    }
}

impl GatewayConfig {
    /// What is wrong with the templates, by the setting's last name.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (format!("headers.{name}"), value));
        let all = std::iter::once(("url".to_owned(), &self.url))
            .chain(headers)
            .chain(self.body.iter().map(|body| ("body".to_owned(), body)));
        for (setting, template) in all.clone() {
            if let Some(place) = template.unknown() {
                faults.push((setting, format!("has {{{place}}} in it, which is unknown")));
            }
        }
        for (name, value) in &self.headers {
            let setting = format!("headers.{name}");
            if value.has("text") {
                faults.push((
                    setting.clone(),
                    "has {text}, which headers cannot hold".into(),
                ));
            }
            if HeaderName::from_bytes(name.as_bytes()).is_err() {
                faults.push((setting, "is no name of a header".into()));
            }
        }
        for needed in [&["to", "to_digits"][..], &["text"]] {
            if !all
                .clone()
                .any(|(_, template)| needed.iter().any(|place| template.has(place)))
            {
                faults.push((
                    "body".into(),
                    format!("lacks {{{}}}, as do address and headers", needed[0]),
                ));
            }
        }
        if self.is_idempotent && !all.clone().any(|(_, template)| template.has("id")) {
            faults.push((
                "idempotent".into(),
                "is true, but {id} is nowhere in the request".into(),
            ));
        }
        if let Ok(number) = PhoneNumber::parse(SAMPLE, true)
            && let Some(body) = &self.body
            && self.format == Format::Json
        {
            let message = sample(&number);
            let values = Values::new(self, &message);
            let filled = body.fill(&values, |value| self.format.escape(value));
            if serde_json::from_str::<serde_json::Value>(&filled).is_err() {
                faults.push(("body".into(), "does not become JSON".into()));
            }
        }
        faults
    }

    /// The address as it would be for some message, to be checked.
    #[must_use]
    pub fn sample_address(&self) -> Option<String> {
        let number = PhoneNumber::parse(SAMPLE, true).ok()?;
        let message = sample(&number);
        Some(self.url.fill(&Values::new(self, &message), percent))
    }
}

fn sample(number: &PhoneNumber) -> Message<'_> {
    Message {
        id: Uuid::nil(),
        to: number,
        text: "\"æ\"\n&<",
    }
}

/// Sends through a gateway.
#[derive(Debug)]
pub struct Gateway {
    http: reqwest::Client,
    config: GatewayConfig,
    timeout: Duration,
}

impl Gateway {
    /// As configured; `timeout_s` is for the whole request, in seconds.
    #[must_use]
    pub fn new(http: reqwest::Client, config: GatewayConfig, timeout_s: u64) -> Self {
        Self {
            http,
            config,
            timeout: Duration::from_secs(timeout_s),
        }
    }

    fn request(&self, message: &Message<'_>) -> Option<reqwest::RequestBuilder> {
        let config = &self.config;
        let values = Values::new(config, message);
        let url = Url::parse(&config.url.fill(&values, percent)).ok()?;
        let mut request = self
            .http
            .request(config.method.clone(), url)
            .timeout(self.timeout);
        let mut has_type = false;
        for (name, value) in &config.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            let mut value = HeaderValue::from_str(&value.fill(&values, str::to_owned)).ok()?;
            value.set_sensitive(true);
            has_type |= name == CONTENT_TYPE;
            request = request.header(name, value);
        }
        if let Some(body) = &config.body {
            if !has_type {
                request = request.header(CONTENT_TYPE, config.format.content_type());
            }
            request = request.body(body.fill(&values, |value| config.format.escape(value)));
        }
        Some(request)
    }
}

#[async_trait]
impl SmsSender for Gateway {
    async fn send(&self, message: &Message<'_>, now: DateTime<Utc>) -> Outcome {
        match self.request(message) {
            Some(request) => deliver(request, now, self.config.accepted_text.as_deref()).await,
            None => Outcome::Never("not_a_request".into()),
        }
    }

    fn is_idempotent(&self) -> bool {
        self.config.is_idempotent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &'static str) -> Values<'static> {
        Values {
            to: "+4768050000",
            text,
            id: "7".into(),
            sender: "Fylket",
            secret: "k\"y",
        }
    }

    #[test]
    fn each_place_is_written_as_it_must_be() {
        let template = Template::new("{\"to\":\"{to}\",\"t\":\"{text}\",\"n\":{\"x\":1}}".into());
        let json = template.fill(&values("\"Hei\" {id}\n"), |value| {
            Format::Json.escape(value)
        });
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["t"], "\"Hei\" {id}\n");
        assert_eq!(read["to"], "+4768050000");
        let form = Template::new("to={to_digits}&text={text}&key={secret}".into());
        assert_eq!(
            form.fill(&values("Hei på deg & hjem"), |value| Format::Form
                .escape(value)),
            "to=4768050000&text=Hei%20p%C3%A5%20deg%20%26%20hjem&key=k%22y"
        );
        let xml = Template::new("<t>{text}</t>".into());
        assert_eq!(
            xml.fill(&values("<&>"), |value| Format::Xml.escape(value)),
            "<t>&lt;&amp;&gt;</t>"
        );
    }

    #[test]
    fn a_misspelt_placeholder_is_found_and_json_is_not_taken_for_one() {
        assert_eq!(Template::new("x={txt}".into()).unknown(), Some("txt"));
        assert_eq!(
            Template::new("{\"a\":{\"b\":\"{to}\"}}".into()).unknown(),
            None
        );
    }
}
