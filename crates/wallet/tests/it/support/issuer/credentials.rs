//! The credentials: a request read by the book, and every format that answers it.

use super::*;

impl Issuer {
    /// Opens the envelope of a request, and knows which one the answer must be in.
    pub(super) fn credential_request(
        &self,
        inner: &Inner,
        request: &Request,
    ) -> Result<CredentialRequest, Response> {
        let kind = header(request, "content-type");
        if inner.envelopes == Envelopes::None {
            assert_eq!(kind, Some("application/json"));
            return Ok(CredentialRequest::from_json(&request.body, inner.batch).unwrap());
        }
        assert_eq!(
            kind,
            Some("application/jwt"),
            "it is offered, so it is used"
        );
        let compact = std::str::from_utf8(&request.body).unwrap();
        let plain = inner
            .recipient
            .decrypt(compact)
            .map_err(|_| reply(400, json!({"error": "invalid_encryption_parameters"})))?;
        let body = CredentialRequest::from_decrypted(&plain, inner.batch).unwrap();
        let asked = body.credential_response_encryption.is_some();
        assert_eq!(asked, inner.envelopes == Envelopes::Both);
        Ok(body)
    }

    pub(super) fn proof(
        &self,
        inner: &mut Inner,
        request: &Request,
        access_token: Option<&str>,
        jkt: Option<&str>,
    ) -> Result<String, Response> {
        let status = if access_token.is_some() { 401 } else { 400 };
        let refused = || reply(status, json!({"error": "invalid_dpop_proof"}));
        let proof = header(request, "dpop").ok_or_else(refused)?;
        let verified = dpop::verify(
            proof,
            &dpop::Expected {
                method: request.method.as_str(),
                url: request.url.as_str(),
                now: self.now(),
                nonces: None,
                max_age: dpop::DEFAULT_MAX_AGE,
                access_token,
                key_thumbprint: jkt,
            },
        )
        .map_err(|_| refused())?;
        assert!(inner.jtis.insert(verified.jti), "a jti was used twice");
        if inner.dpop_nonce.is_some() && verified.nonce != inner.dpop_nonce {
            return Err(if access_token.is_some() {
                Response {
                    status: 401,
                    headers: vec![(
                        "WWW-Authenticate".into(),
                        r#"DPoP error="use_dpop_nonce", error_description="x""#.into(),
                    )],
                    body: Vec::new(),
                }
            } else {
                reply(400, json!({"error": "use_dpop_nonce"}))
            });
        }
        Ok(verified.thumbprint)
    }

    pub(super) fn credential(
        &self,
        inner: &mut Inner,
        request: &Request,
    ) -> Result<Response, Response> {
        let body = self.credential_request(inner, request)?;
        let proofs = proof::verify_all(
            &body.proofs.jwt,
            &proof::Expected {
                issuer: ISSUER,
                client_id: CLIENT_ID,
                now: self.now(),
                max_age: proof::DEFAULT_MAX_AGE,
            },
        )
        .map_err(|_| reply(400, json!({"error": "invalid_proof"})))?;
        let nonce = proofs[0].nonce.clone();
        if !inner.nonces.remove(&nonce) || proofs.iter().any(|proof| proof.nonce != nonce) {
            return Err(reply(400, json!({"error": "invalid_nonce"})));
        }
        if !matches!(inner.enrolment, Enrolment::Ready { .. }) {
            return Err(reply(400, json!({"error": "credential_request_denied"})));
        }
        let said = proofs
            .iter()
            .map(|proof| proof.other[KEY_PROTECTION_CLAIM].clone());
        inner.key_protection.extend(said);
        let keys: Vec<Jwk> = proofs.into_iter().map(|proof| proof.jwk).collect();
        let wanted = body.credential_configuration_id.as_str();
        let denied = || reply(400, json!({"error": "credential_request_denied"}));
        if inner.refused.contains(wanted) {
            return Err(denied());
        }
        let unknown = || reply(400, json!({"error": "unknown_credential_configuration"}));
        let slot = match wanted.ends_with("-training") {
            true => CardSlot::Training,
            false => CardSlot::First,
        };
        let claims = match slot {
            CardSlot::First => inner.claims.clone(),
            CardSlot::Training => inner.training.clone().ok_or_else(denied)?,
        };
        let profile = Profile::ALL
            .into_iter()
            .find(|profile| slot.code_configuration(*profile) == wanted);
        let credentials = match profile {
            Some(profile) => vec![self.code(inner, &claims, profile, &keys[0])],
            None if wanted == slot.sd_jwt_configuration() => self.copies(inner, &claims, &keys),
            None if wanted == slot.photo_configuration() => {
                vec![self.photo(inner, &keys[0]).ok_or_else(denied)?]
            }
            None => return Err(unknown()),
        };
        let answer = CredentialResponse::new(credentials, Some(token()));
        let plain = serde_json::to_vec(&answer).unwrap();
        match body.credential_response_encryption {
            Some(asked) if !inner.faults.contains(&Fault::PlainAnswer) => {
                let other = RecipientKey::generate(&random()).unwrap();
                let to = if inner.faults.contains(&Fault::AnswerForAnotherKey) {
                    other.public_jwk()
                } else {
                    &asked.jwk
                };
                Ok(Response {
                    status: 200,
                    headers: vec![("Content-Type".into(), "application/jwt".into())],
                    body: jwe::encrypt(to, asked.enc, &plain, &random())
                        .unwrap()
                        .into_bytes(),
                })
            }
            _ => Ok(reply(200, serde_json::to_value(answer).unwrap())),
        }
    }

    pub(super) fn copies(
        &self,
        inner: &mut Inner,
        claims: &CardClaims,
        keys: &[Jwk],
    ) -> Vec<String> {
        let has = |inner: &Inner, fault| inner.faults.contains(&fault);
        let stranger = self.stranger.public_jwk();
        let mut made = Vec::new();
        for (number, key) in keys.iter().enumerate() {
            let mut claims = claims.clone();
            if has(inner, Fault::CopiesDiffer) && number == 1 {
                claims.class = Some("3STA".into());
            }
            if has(inner, Fault::AnotherPhoto) {
                claims.portrait = Portrait::from_jpeg(jpeg(2)).unwrap();
            }
            let idx = inner.next_index;
            inner.next_index += 1;
            let expires_at = if has(inner, Fault::CopyExpired) {
                self.now() - 1
            } else {
                self.now() + 30 * 86_400
            };
            let holder = if has(inner, Fault::CopyForAnotherKey) && number == 0 {
                &stranger
            } else {
                key
            };
            let vct = if has(inner, Fault::AnotherType) {
                "https://bevis.fjordviken.example/types/other"
            } else {
                "https://bevis.fjordviken.example/types/student-id"
            };
            let iss = if has(inner, Fault::AnotherIssuerInCopy) {
                "https://other.example"
            } else {
                ISSUER
            };
            let credential = sd_jwt::vc::CredentialClaims {
                issuer: iss,
                vct,
                issued_at: self.now() - 60,
                not_before: None,
                expires_at,
                status: Some((LIST, idx)),
                holder,
                subject_claims: claims.to_claims(),
            };
            let kid = self.signing_key.public_jwk().thumbprint();
            let signer = self.signer(inner, Fault::StrangerSignsCopies);
            if has(inner, Fault::NoHolderKey) {
                made.push(self.without_holder(&credential, &kid));
            } else {
                made.push(sd_jwt::vc::issue(&credential, &kid, &random(), signer).unwrap());
            }
        }
        if has(inner, Fault::SameCopyTwice) {
            made[1] = made[0].clone();
        }
        made
    }

    /// A credential that anyone could show: no `cnf`.
    pub(super) fn without_holder(
        &self,
        credential: &sd_jwt::vc::CredentialClaims<'_>,
        kid: &str,
    ) -> String {
        let mut payload = credential.subject_claims.clone();
        payload.insert("iss".into(), credential.issuer.into());
        payload.insert("vct".into(), credential.vct.into());
        payload.insert("iat".into(), credential.issued_at.into());
        payload.insert("exp".into(), credential.expires_at.into());
        let header = jose::jws::Header::new(sd_jwt::vc::TYP).with_kid(kid);
        let signer = &self.signing_key;
        sd_jwt::issue(payload, &[], None, &header, &random(), signer, 0).unwrap()
    }

    pub(super) fn code(
        &self,
        inner: &mut Inner,
        claims: &CardClaims,
        profile: Profile,
        key: &Jwk,
    ) -> String {
        let has = |fault| inner.faults.contains(&fault);
        let hash = match profile {
            Profile::Travel if has(Fault::TokensNameDifferentPortraits) => {
                Some(PortraitHash([0; 8]))
            }
            _ => inner.small.as_deref().map(PortraitHash::of),
        };
        let said = match profile {
            Profile::Exam if has(Fault::TokenOfAnotherProfile) => Profile::Travel,
            _ => profile,
        };
        let mut said = InPersonClaims::of(said, claims, hash);
        if has(Fault::TokenDiffers) {
            said.full_name = said.full_name.map(|_| "Kari Nordmann".into());
        }
        if has(Fault::OneTokenDiffers) {
            said.age_over_20 = said.age_over_20.map(|over| !over);
        }
        self.in_person_token(
            inner,
            said.to_identity(),
            key,
            Fault::StrangerSignsToken,
            Fault::TokenForAnotherKey,
        )
    }

    /// The static token with the small portrait.
    pub(super) fn photo(&self, inner: &mut Inner, key: &Jwk) -> Option<String> {
        let webp = match inner.faults.contains(&Fault::AnotherPortrait) {
            true => webp(2),
            false => inner.small.clone()?,
        };
        if inner.faults.contains(&Fault::NoPhotoToken) {
            return None;
        }
        Some(self.in_person_token(
            inner,
            PhotoClaims { webp }.to_identity(),
            key,
            Fault::StrangerSignsPhoto,
            Fault::PhotoForAnotherKey,
        ))
    }

    pub(super) fn in_person_token(
        &self,
        inner: &mut Inner,
        identity: qr_proof::Claim169,
        key: &Jwk,
        stranger_signs: Fault,
        for_another_key: Fault,
    ) -> String {
        let has = |inner: &Inner, fault| inner.faults.contains(&fault);
        let idx = inner.next_index;
        inner.next_index += 1;
        let expires_at = if has(inner, Fault::TokenExpired) {
            self.now() - 1
        } else {
            self.now() + inner.in_person_days * 86_400
        };
        let token = qr_proof::TokenClaims {
            issuer: if has(inner, Fault::AnotherIssuerInToken) {
                "https://other.example".into()
            } else {
                ISSUER.into()
            },
            expires_at,
            issued_at: self.now(),
            holder: if has(inner, for_another_key) {
                self.stranger.public_jwk()
            } else {
                key.clone()
            },
            status: Some(qr_proof::StatusRef {
                uri: LIST.into(),
                idx,
            }),
            identity,
        };
        let key_id = county_api::key_id(&self.signing_key.public_jwk());
        let signer = self.signer(inner, stranger_signs);
        jose::base64url(&qr_proof::issue(&token, &key_id, signer).unwrap())
    }
}
