//! What checkers and the app ask besides: metadata, trust list, status list, the validity of a card.

use super::*;

impl Issuer {
    /// The metadata as they are without a signature.
    pub(crate) fn plain_metadata(&self) -> Vec<u8> {
        self.with(|inner| serde_json::to_vec(&self.issuer_metadata(inner)).unwrap())
    }

    pub(super) fn signed_metadata(&self, inner: &Inner) -> String {
        let mut metadata = self.issuer_metadata(inner);
        if inner.faults.contains(&Fault::MetadataOfAnother) {
            metadata["credential_issuer"] = json!("https://other.example");
        }
        // The stranger claims to be the issuer's key, or the signature would not even be looked at.
        let kid = self.signing_key.public_jwk().thumbprint();
        let signer = self.signer(inner, Fault::StrangerSignsMetadata);
        let now = self.now();
        signed::sign(&metadata, ISSUER, now, now + 86_400, &kid, signer).unwrap()
    }

    pub(super) fn issuer_metadata(&self, inner: &Inner) -> Value {
        let configuration = |format: &str| {
            json!({
                "format": format, "scope": SCOPE, "vct": format!("{ISSUER}/types/student-id"),
                "cryptographic_binding_methods_supported": ["jwk"],
                "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
            })
        };
        let mut configurations = json!({});
        for slot in CardSlot::ALL {
            configurations[slot.sd_jwt_configuration()] = configuration("dc+sd-jwt");
            let in_person = configuration(county_api::IN_PERSON_FORMAT);
            configurations[slot.photo_configuration()] = in_person.clone();
            for profile in Profile::ALL {
                configurations[slot.code_configuration(profile)] = in_person.clone();
            }
        }
        let mut metadata = json!({
            "credential_issuer": ISSUER,
            "authorization_servers": [ISSUER],
            "credential_endpoint": format!("{ISSUER}/openid4vci/credential"),
            "nonce_endpoint": format!("{ISSUER}/openid4vci/nonce"),
            "notification_endpoint": format!("{ISSUER}/openid4vci/notification"),
            "batch_credential_issuance": {"batch_size": inner.batch},
            "credential_configurations_supported": configurations,
        });
        if inner.envelopes != Envelopes::None {
            let offer = RequestEncryption::offered(inner.recipient.public_jwk()).unwrap();
            metadata["credential_request_encryption"] = json!(offer);
        }
        if inner.envelopes == Envelopes::Both {
            let offer = ResponseEncryptionOffer::offered();
            metadata["credential_response_encryption"] = json!(offer);
        }
        metadata
    }

    pub(super) fn validity(&self, inner: &Inner, request: &Request) -> Result<Response, Response> {
        let question: ValidityRequest = serde_json::from_slice(&request.body).unwrap();
        let mut status = question.credential_status;
        let result = match inner.statuses.get(&status.idx) {
            None | Some(Status::Valid) => Validity::Valid,
            Some(Status::Suspended) => Validity::Suspended,
            Some(_) => Validity::Revoked,
        };
        if inner.faults.contains(&Fault::StatementAboutAnother) {
            status.idx += 1;
        }
        let statement = ValidityStatement {
            iss: ISSUER.into(),
            iat: self.now(),
            exp: self.now() + 60,
            status,
            result,
            card_valid_until: inner.claims.valid_until,
        };
        let signer = self.signer(inner, Fault::StrangerSignsStatement);
        Ok(text(&statement.sign(signer).unwrap()))
    }

    pub(super) fn trust_list(&self, inner: &Inner) -> String {
        let iss = if inner.faults.contains(&Fault::TrustListWithoutUs) {
            "https://other.example"
        } else {
            ISSUER
        };
        let body = TrustListBody {
            version: inner.trust_version,
            iat: self.now(),
            exp: inner.trust_ends.unwrap_or(self.now() + 86_400),
            issuers: vec![TrustedIssuer {
                iss: iss.into(),
                name: "Fjordviken fylkeskommune".into(),
                demo: true,
                keys: vec![TrustedKey {
                    jwk: self.signing_key.public_jwk().with_thumbprint_kid(),
                    not_before: self.now() - 1_000_000,
                    not_after: self.now() + 10_000_000,
                }],
            }],
        };
        if inner.faults.contains(&Fault::StrangerSignsTrustList) {
            body.sign(&self.stranger).unwrap()
        } else {
            body.sign(&self.trust_list_key).unwrap()
        }
    }

    pub(super) fn status_list(&self, inner: &Inner) -> String {
        let short = inner.faults.contains(&Fault::StatusListTooShort);
        let mut list = StatusList::new(Bits::Two, if short { 8 } else { 4096 });
        for (idx, status) in &inner.statuses {
            let _ = list.set(*idx, u8::from(*status));
        }
        let age = if inner.faults.contains(&Fault::OldStatusList) {
            3600
        } else {
            0
        };
        let token = StatusListToken {
            uri: LIST.into(),
            issued_at: self.now() - age,
            expires_at: Some(self.now() + 86_400),
            ttl: Some(900),
            aggregation_uri: None,
            list,
        };
        // The stranger claims to be the issuer's key, or the signature would not even be looked at.
        let kid = self.signing_key.public_jwk().thumbprint();
        let signer = self.signer(inner, Fault::StrangerSignsStatusList);
        token.to_jwt(&kid, signer).unwrap()
    }

    pub(super) fn signer(&self, inner: &Inner, fault: Fault) -> &SoftwareKey {
        if inner.faults.contains(&fault) {
            &self.stranger
        } else {
            &self.signing_key
        }
    }

    /// What a checker has with them, fetched now.
    pub(crate) fn checker(&self) -> verifier::Checker {
        let inner = self.inner.lock().unwrap();
        let now = self.clock.truth();
        let trust = verifier::TrustList::verify(
            &self.trust_list(&inner),
            &self.trust_list_key.public_jwk(),
            now,
            None,
        )
        .unwrap();
        let mut statuses = verifier::StatusCache::default();
        statuses
            .add_jwt(&self.status_list(&inner), &trust, now)
            .unwrap();
        verifier::Checker::new(trust, statuses, verifier::Settings::default())
    }

    pub(crate) fn public_key(&self) -> Jwk {
        self.signing_key.public_jwk()
    }
}
