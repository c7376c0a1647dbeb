//! Request parameters, as OAuth wants them read, where [`openid4vc`] has no message for them.

use std::collections::HashMap;

use axum::http::{HeaderMap, header};

use openid4vc::OAuthErrorCode::InvalidRequest;

use super::OAuthProblem;

/// Parameters of a form or a query; each at most once.
pub(crate) struct Parameters(HashMap<String, String>);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text.
    ///
    /// A repeated parameter is an error, an empty one counts as absent (RFC 6749 §3.1, §3.2).
    pub(crate) fn parse(text: &[u8]) -> Result<Self, OAuthProblem> {
        let mut parameters = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(text) {
            if parameters
                .insert(name.clone().into_owned(), value.into_owned())
                .is_some()
            {
                return Err(OAuthProblem::refused(
                    InvalidRequest,
                    "a parameter is repeated",
                ));
            }
        }
        parameters.retain(|_, value| !value.is_empty());
        Ok(Self(parameters))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// Refuses a body that does not say it is a form (RFC 6749 appendix B).
pub(super) fn require_form(headers: &HeaderMap) -> Result<(), OAuthProblem> {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
    if is_form {
        Ok(())
    } else {
        Err(OAuthProblem::refused(
            InvalidRequest,
            "the body must be application/x-www-form-urlencoded",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_parameter_is_refused_and_an_empty_one_is_absent() {
        assert!(Parameters::parse(b"a=1&a=1").is_err());
        assert!(Parameters::parse(b"a=&a=2").is_err());
        let parameters = Parameters::parse(b"a=&b=x+y%26").unwrap();
        assert!(parameters.get("a").is_none());
        assert_eq!(parameters.get("b"), Some("x y&"));
    }
}
