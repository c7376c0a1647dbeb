//! Form bodies and queries (RFC 6749 appendix B), read strictly.

use std::collections::BTreeMap;
use std::fmt;

use url::form_urlencoded;

use crate::error::{OAuthError, OAuthErrorCode};

const MAX_LENGTH: usize = 32 * 1024;
const MAX_PARAMETERS: usize = 64;

/// Parameters of which each stands once. Those without a value count as absent (RFC 6749 §3.1 and §3.2).
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, OAuthError> {
        let refused = |why| OAuthError::new(OAuthErrorCode::InvalidRequest).with_description(why);
        if body.len() > MAX_LENGTH {
            return Err(refused("the request is too large"));
        }
        let mut form = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if form.len() == MAX_PARAMETERS {
                return Err(refused("the request has too many parameters"));
            }
            if form.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(refused("a parameter is repeated"));
            }
        }
        form.retain(|_, value| !value.is_empty());
        Ok(Self(form))
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    pub(crate) fn require(&mut self, name: &'static str) -> Result<String, OAuthError> {
        self.take(name).ok_or_else(|| {
            OAuthError::new(OAuthErrorCode::InvalidRequest)
                .with_description("a required parameter is missing")
        })
    }
}

/// Writes parameters; those that are `None` are left out.
pub(crate) fn write<'a>(
    parameters: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            out.append_pair(name, value);
        }
    }
    out.finish()
}

/// Stands in `Debug` output where a secret is.
pub(crate) struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_parameters_and_oversize_are_refused_and_empty_ones_are_absent() {
        let mut form = Form::parse(b"a=1&b=&c=%C3%B8+%26").unwrap();
        assert_eq!(form.take("a").as_deref(), Some("1"));
        assert_eq!(form.take("b"), None);
        assert_eq!(form.take("c").as_deref(), Some("ø &"));
        let many: String = (0..=MAX_PARAMETERS).map(|n| format!("p{n}=1&")).collect();
        for body in ["a=1&a=1", "a=&a=1", &many, &"a".repeat(MAX_LENGTH + 1)] {
            assert!(Form::parse(body.as_bytes()).is_err());
        }
    }
}
