//! The login: pushed request, browser, tokens.

use super::*;

impl Issuer {
    /// What browser and Feide do: follows the address and gives where the browser ends up.
    pub(crate) fn browser(&self, address: &Url) -> Url {
        let code = token();
        let request = self.pushed_request(address);
        self.with(|inner| {
            inner.codes.insert(code.clone(), request.clone());
        });
        AuthorizationCallback::Code {
            code,
            state: request.0.state.clone(),
            iss: Some(ISSUER.into()),
        }
        .to_url(&Url::parse(&request.0.redirect_uri).unwrap())
    }

    /// The same when it goes wrong.
    pub(crate) fn browser_refused(&self, address: &Url, error: &str) -> Url {
        let (request, _) = self.pushed_request(address);
        AuthorizationCallback::Error {
            error: openid4vc::OAuthErrorCode::from(error.to_owned()).into(),
            state: request.state.clone(),
            iss: Some(ISSUER.into()),
        }
        .to_url(&Url::parse(&request.redirect_uri).unwrap())
    }

    pub(super) fn pushed_request(&self, address: &Url) -> (PushedAuthorizationRequest, String) {
        assert_eq!(address.path(), "/oauth/authorize");
        let request = AuthorizationRequest::from_query(address.query().unwrap()).unwrap();
        assert_eq!(request.client_id, CLIENT_ID);
        self.with(|inner| inner.pushed.remove(&request.request_uri).unwrap())
    }

    pub(super) fn par(&self, inner: &mut Inner, request: &Request) -> Result<Response, Response> {
        let jkt = self.proof(inner, request, None, None)?;
        let pushed = PushedAuthorizationRequest::from_form(&request.body).unwrap();
        assert_eq!(pushed.dpop_jkt.as_deref(), Some(jkt.as_str()));
        assert_eq!(
            (pushed.client_id.as_str(), pushed.scope.as_str()),
            (CLIENT_ID, SCOPE)
        );
        let uri = format!("urn:ietf:params:oauth:request_uri:{}", token());
        inner.pushed.insert(uri.clone(), (pushed, jkt));
        Ok(reply(201, json!({"request_uri": uri, "expires_in": 90})))
    }

    pub(super) fn token(&self, inner: &mut Inner, request: &Request) -> Result<Response, Response> {
        let jkt = self.proof(inner, request, None, None)?;
        let refused = || reply(400, json!({"error": "invalid_grant"}));
        match TokenRequest::from_form(&request.body).unwrap() {
            TokenRequest::AuthorizationCode {
                code,
                redirect_uri,
                code_verifier,
                ..
            } => {
                let (pushed, code_jkt) = inner.codes.remove(&code).ok_or_else(refused)?;
                let good = code_jkt == jkt
                    && pushed.redirect_uri == redirect_uri
                    && pkce::matches(&code_verifier, &pushed.code_challenge);
                if !good {
                    return Err(refused());
                }
                inner.sessions_ended = false;
            }
            TokenRequest::RefreshToken { refresh_token, .. } => {
                let known = inner
                    .refresh
                    .get(&refresh_token)
                    .cloned()
                    .ok_or_else(refused)?;
                // The old one is good once more as long as its successor was not used.
                let successor_used = known
                    .successor
                    .as_ref()
                    .is_some_and(|next| inner.refresh.get(next).is_none_or(|next| next.used));
                if known.jkt != jkt || inner.sessions_ended {
                    return Err(refused());
                }
                if known.used && successor_used {
                    inner.sessions_ended = true;
                    return Err(refused());
                }
                let next = self.new_tokens(inner, &jkt);
                if let Some(old) = inner.refresh.get_mut(&refresh_token) {
                    old.used = true;
                    old.successor = next.refresh_token.clone();
                }
                return Ok(reply(200, serde_json::to_value(next).unwrap()));
            }
        }
        let tokens = self.new_tokens(inner, &jkt);
        Ok(reply(200, serde_json::to_value(tokens).unwrap()))
    }

    pub(super) fn new_tokens(&self, inner: &mut Inner, jkt: &str) -> TokenResponse {
        let (access, refresh) = (token(), token());
        inner
            .access
            .insert(access.clone(), (jkt.to_owned(), self.now() + 300));
        inner.refresh.insert(
            refresh.clone(),
            RefreshToken {
                jkt: jkt.to_owned(),
                successor: None,
                used: false,
            },
        );
        TokenResponse::dpop(access, 300, Some(refresh), None)
    }

    pub(super) fn authorised(&self, inner: &mut Inner, request: &Request) -> Result<(), Response> {
        let refused = || reply(401, json!({"error": "invalid_token"}));
        let access = header(request, "authorization")
            .and_then(|value| value.strip_prefix("DPoP "))
            .ok_or_else(refused)?
            .to_owned();
        let (jkt, expires_at) = inner.access.get(&access).cloned().ok_or_else(refused)?;
        if self.now() >= expires_at || inner.sessions_ended {
            return Err(refused());
        }
        self.proof(inner, request, Some(&access), Some(&jkt))?;
        Ok(())
    }

    pub(super) fn protected(
        &self,
        inner: &mut Inner,
        request: &Request,
    ) -> Result<Response, Response> {
        match (request.method.as_str(), request.url.path()) {
            ("GET", "/wallet/enrolment") => Ok(self.enrolment(inner)),
            ("GET", "/wallet/photo") => Ok(Response {
                status: 200,
                headers: vec![("Content-Type".into(), "image/jpeg".into())],
                body: inner.photo.clone(),
            }),
            ("POST", "/wallet/photo") => {
                assert_eq!(header(request, "content-type"), Some("image/jpeg"));
                if let Some((status, kind, reasons)) = inner.photo_refusal.take() {
                    let kind = format!("urn:lommebevis:problem:{kind}");
                    return Err(reply(status, json!({"type": kind, "reasons": reasons})));
                }
                inner.submitted.push((
                    request.url.query().unwrap_or_default().to_owned(),
                    header(request, "lommebevis-portrait")
                        .unwrap_or_default()
                        .to_owned(),
                    request.body.clone(),
                ));
                inner.enrolment = ready(&inner.claims);
                Ok(self.enrolment(inner))
            }
            ("POST", "/wallet/photo/confirm") => self.decide(inner, request, true),
            ("POST", "/wallet/photo/reject") => self.decide(inner, request, false),
            ("POST", "/wallet/validity") => self.validity(inner, request),
            ("POST", "/openid4vci/credential") => self.credential(inner, request),
            ("POST", "/openid4vci/notification") => {
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                inner
                    .notifications
                    .push(body["event"].as_str().unwrap().to_owned());
                Ok(reply(204, json!(null)))
            }
            _ => Err(reply(404, json!({"support_code": "LB-HTTP-404"}))),
        }
    }
}
