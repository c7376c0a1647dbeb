use proptest::prelude::*;

use super::*;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const ISSUER: &str = "https://issuer.example";

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn pushed() -> PushedAuthorizationRequest {
    PushedAuthorizationRequest {
        client_id: "app".into(),
        redirect_uri: "http://127.0.0.1:49152/callback".into(),
        scope: "student-id other".into(),
        state: Some("state-1".into()),
        code_challenge: CHALLENGE.into(),
        dpop_jkt: Some(CHALLENGE.into()),
    }
}

#[test]
fn a_pushed_request_comes_back_as_it_was_written() {
    let bare = PushedAuthorizationRequest {
        state: None,
        dpop_jkt: None,
        ..pushed()
    };
    for request in [pushed(), bare] {
        let form = request.to_form();
        assert_eq!(
            PushedAuthorizationRequest::from_form(form.as_bytes()),
            Ok(request)
        );
    }
}

#[test]
fn scopes_are_whole_words() {
    assert!(pushed().has_scope("student-id"));
    assert!(pushed().has_scope("other"));
    assert!(!pushed().has_scope("student"));
    assert!(!pushed().has_scope(""));
}

#[test]
fn malformed_pushed_requests_are_answered_with_the_right_code() {
    use OAuthErrorCode::{InvalidRequest, UnsupportedResponseType};
    let good = pushed().to_form();
    let without = |name: &str| {
        let kept: Vec<&str> = good
            .split('&')
            .filter(|part| !part.starts_with(&format!("{name}=")))
            .collect();
        kept.join("&")
    };
    let with = |name: &str, value: &str| format!("{}&{name}={value}", without(name));
    for name in [
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "code_challenge",
        "code_challenge_method",
    ] {
        for body in [without(name), with(name, ""), format!("{good}&{name}=x")] {
            let error = PushedAuthorizationRequest::from_form(body.as_bytes()).unwrap_err();
            assert_eq!(error.error, InvalidRequest, "{body}");
        }
    }
    for (body, code) in [
        (with("response_type", "token"), UnsupportedResponseType),
        (
            with("response_type", "code+id_token"),
            UnsupportedResponseType,
        ),
        (with("code_challenge_method", "plain"), InvalidRequest),
        (with("code_challenge_method", "s256"), InvalidRequest),
        (with("code_challenge", "short"), InvalidRequest),
        (
            with("code_challenge", &format!("{CHALLENGE}%3D")),
            InvalidRequest,
        ),
        (with("dpop_jkt", "short"), InvalidRequest),
        (with("request_uri", "urn:x"), InvalidRequest),
        (with("request", "ey"), InvalidRequest),
    ] {
        let error = PushedAuthorizationRequest::from_form(body.as_bytes()).unwrap_err();
        assert_eq!(error.error, code, "{body}");
    }
}

#[test]
fn the_browser_carries_client_and_request_and_nothing_else() {
    let request = AuthorizationRequest {
        client_id: "app".into(),
        request_uri: "urn:ietf:params:oauth:request_uri:1&2".into(),
    };
    let opened = request.to_url(&url("https://issuer.example/oauth/authorize"));
    assert_eq!(
        opened.as_str(),
        "https://issuer.example/oauth/authorize?client_id=app&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A1%262"
    );
    assert_eq!(
        AuthorizationRequest::from_query(opened.query().unwrap()),
        Ok(request)
    );
    for query in [
        "",
        "client_id=app",
        "request_uri=x",
        "client_id=a&client_id=b&request_uri=x",
    ] {
        assert!(AuthorizationRequest::from_query(query).is_err(), "{query}");
    }
}

#[test]
fn a_callback_is_believed_only_for_the_login_and_server_it_belongs_to() {
    use CallbackError::{IssuerMismatch, Malformed, StateMismatch};
    let iss = "iss=https%3A%2F%2Fissuer.example";
    for (query, expected) in [
        (format!("code=c&state=s&{iss}"), Ok("c".to_owned())),
        (format!("{iss}&state=s&code=c&extra=1"), Ok("c".to_owned())),
        (format!("code=c&state=other&{iss}"), Err(StateMismatch)),
        (format!("code=c&{iss}"), Err(StateMismatch)),
        (format!("code=c&state=&{iss}"), Err(StateMismatch)),
        ("code=c&state=s".into(), Err(IssuerMismatch)),
        (
            "code=c&state=s&iss=https%3A%2F%2Fissuer.example%2F".into(),
            Err(IssuerMismatch),
        ),
        (
            "code=c&state=s&iss=https%3A%2F%2Fevil.example".into(),
            Err(IssuerMismatch),
        ),
        (
            format!("error=access_denied&state=other&{iss}"),
            Err(StateMismatch),
        ),
        ("error=access_denied&state=s".into(), Err(IssuerMismatch)),
        (
            format!("error=access_denied&state=s&{iss}"),
            Err(CallbackError::Refused(OAuthErrorCode::AccessDenied.into())),
        ),
        (
            format!("error=odd&state=s&{iss}"),
            Err(CallbackError::Refused(
                OAuthErrorCode::Other("odd".into()).into(),
            )),
        ),
        (
            format!("code=c&error=access_denied&state=s&{iss}"),
            Err(Malformed),
        ),
        (format!("code=c&code=d&state=s&{iss}"), Err(Malformed)),
        (format!("code=c&state=s&state=s&{iss}"), Err(Malformed)),
        (format!("code=&state=s&{iss}"), Err(Malformed)),
        (format!("state=s&{iss}"), Err(Malformed)),
        (String::new(), Err(Malformed)),
    ] {
        let callback = url(&format!("no.lommebevis.app:/callback?{query}"));
        let outcome = AuthorizationCallback::from_url(&callback)
            .and_then(|callback| callback.into_code("s", ISSUER));
        assert_eq!(outcome, expected, "{query}");
    }
    let in_fragment = url("https://a.example/callback#code=c&state=s");
    assert_eq!(
        AuthorizationCallback::from_url(&in_fragment),
        Err(Malformed)
    );
}

#[test]
fn any_kind_of_redirect_address_carries_the_callback() {
    for redirect in [
        "http://127.0.0.1:49152/callback",
        "https://a.example/app/callback?kept=1",
        "no.lommebevis.app:/callback",
        "opaque:callback",
    ] {
        let callback = AuthorizationCallback::Error {
            error: OAuthError::new(OAuthErrorCode::TemporarilyUnavailable)
                .with_description("try later"),
            state: Some("s".into()),
            iss: Some(ISSUER.into()),
        };
        let sent = callback.to_url(&url(redirect));
        assert!(sent.as_str().starts_with(redirect), "{sent}");
        assert_eq!(AuthorizationCallback::from_url(&sent), Ok(callback));
    }
}

#[test]
fn debug_output_shows_no_code() {
    let callback = AuthorizationCallback::Code {
        code: "SECRET".into(),
        state: Some("SECRET".into()),
        iss: None,
    };
    assert!(!format!("{callback:?}").contains("SECRET"));
}

proptest! {
    #[test]
    fn a_callback_comes_back_as_it_was_written(code in ".{1,40}", state in ".{1,40}") {
        let callback = AuthorizationCallback::Code {
            code,
            state: Some(state),
            iss: Some(ISSUER.into()),
        };
        let sent = callback.to_url(&url("http://127.0.0.1:1/callback"));
        prop_assert_eq!(AuthorizationCallback::from_url(&sent), Ok(callback));
    }
}
