//! The photo: is this you? And if not, or if there is none: one of one's own.

use county_api::{
    Enrolment, EnrolmentStatus, PORTRAIT_HEADER, PhotoDecision, PhotoSubmission, SubmittedFrom,
    photo_sha256,
};

use crate::{
    CallError, Wallet,
    issuer::{PHOTO_ANSWER, SMALL_ANSWER, get, post_json, problem_type, require_success},
    platform::{Method, Request, Response},
};

/// Why there is no photo to look at, or a decision or a photo of one's own was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PhotoError {
    /// There is no photo to decide on.
    #[error("there is no photo")]
    NoPhoto,
    /// The photo is another than the one that was looked at. Ask for the enrolment again.
    #[error("the photo has changed")]
    Changed,
    /// The photo was confirmed before and cannot be changed from the app.
    #[error("the photo is locked")]
    Locked,
    /// What came is not a JPEG.
    #[error("the photo cannot be read")]
    NotAPhoto,
    /// The issuer's own check does not take the picture that was sent.
    #[error("the photo cannot be used")]
    Unusable {
        /// Ids of the portrait rules that it breaks, most important first; empty when the file as such cannot be used.
        reasons: Vec<String>,
    },
    /// No more pictures are taken from this person today.
    #[error("too many photos were sent today")]
    TooMany,
    /// The issuer could not be asked.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Wallet {
    /// The JPEG of the photo that the enrolment speaks of, proposed or locked; checked to be that very one.
    pub async fn proposed_photo(&self) -> Result<Vec<u8>, PhotoError> {
        let seen = match self.read(|state| state.enrolment.clone()) {
            Some(seen) => seen.status,
            None => self
                .enrolment()
                .await
                .map_err(|crate::EnrolError::Call(error)| error)?,
        };
        let expected = photo_name(&seen.state).ok_or(PhotoError::NoPhoto)?;
        let request = get(self.address("wallet/photo")?, "image/jpeg", PHOTO_ANSWER);
        let answer = self.send_authorised(request).await?;
        if answer.status == 404 {
            return Err(PhotoError::NoPhoto);
        }
        require_success(&answer)?;
        if !answer.body.starts_with(&[0xFF, 0xD8, 0xFF]) {
            return Err(PhotoError::NotAPhoto);
        }
        if photo_sha256(&answer.body) != expected {
            return Err(PhotoError::Changed);
        }
        Ok(answer.body)
    }

    /// "This is me": the photo of this name is locked to the person.
    pub async fn confirm_photo(&self, sha256: &str) -> Result<EnrolmentStatus, PhotoError> {
        self.decide("wallet/photo/confirm", sha256).await
    }

    /// "This is not me."
    pub async fn reject_photo(&self, sha256: &str) -> Result<EnrolmentStatus, PhotoError> {
        self.decide("wallet/photo/reject", sha256).await
    }

    /// Sends in a photo of one's own, as the portrait crate made it. It is locked at once, or waits for the school.
    ///
    /// With `anyway`, what the rules would reject goes to a person to look at. Sending the same picture again is no
    /// error: an answer that got lost is had again that way.
    pub async fn submit_photo(
        &self,
        jpeg: Vec<u8>,
        source: SubmittedFrom,
        anyway: bool,
    ) -> Result<EnrolmentStatus, PhotoError> {
        let session = self.session_id()?;
        let asked = self.server_clock.moment();
        let query = PhotoSubmission { source, anyway };
        let mut url = self.address("wallet/photo")?;
        url.set_query(Some(&query.to_query()));
        let request = Request {
            method: Method::Post,
            url,
            headers: vec![
                ("content-type", "image/jpeg".to_owned()),
                ("accept", "application/json".to_owned()),
                (PORTRAIT_HEADER, self.settings.portrait_version.to_owned()),
            ],
            body: jpeg,
            max_answer: SMALL_ANSWER,
        };
        let answer = self.send_authorised(request).await?;
        if let Some(error) = not_taken(&answer) {
            return Err(error);
        }
        let seen = self.seen_enrolment(&answer, asked)?;
        self.keep_enrolment(&session, &seen)?;
        Ok(seen.status)
    }

    async fn decide(&self, path: &str, sha256: &str) -> Result<EnrolmentStatus, PhotoError> {
        let session = self.session_id()?;
        let asked = self.server_clock.moment();
        let decision = PhotoDecision {
            sha256: sha256.to_owned(),
        };
        let request = post_json(self.address(path)?, &decision, SMALL_ANSWER)?;
        let answer = self.send_authorised(request).await?;
        match (answer.status, problem_type(&answer).as_deref()) {
            (409, Some("urn:lommebevis:problem:photo-changed")) => return Err(PhotoError::Changed),
            (409, _) => return Err(PhotoError::Locked),
            (404, _) => return Err(PhotoError::NoPhoto),
            _ => {}
        }
        let seen = self.seen_enrolment(&answer, asked)?;
        self.keep_enrolment(&session, &seen)?;
        Ok(seen.status)
    }
}

/// Why a photo that was sent in was not taken, by the answer; none if that says nothing of the photo.
fn not_taken(answer: &Response) -> Option<PhotoError> {
    match (answer.status, problem_type(answer).as_deref()?) {
        (409, "urn:lommebevis:problem:photo-locked") => Some(PhotoError::Locked),
        // The way to the card stands elsewhere than the phone thought.
        (409, _) => Some(PhotoError::Changed),
        (429, "urn:lommebevis:problem:photo-too-many") => Some(PhotoError::TooMany),
        (413 | 415 | 422, _) => Some(PhotoError::Unusable {
            reasons: reasons(answer),
        }),
        _ => None,
    }
}

/// The rule ids of an answer; what does not look like one is left out.
fn reasons(answer: &Response) -> Vec<String> {
    let is_id = |text: &str| {
        (1..=32).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let listed = body.get("reasons").and_then(|reasons| reasons.as_array());
    listed
        .into_iter()
        .flatten()
        .filter_map(|reason| reason.as_str().filter(|text| is_id(text)))
        .take(32)
        .map(str::to_owned)
        .collect()
}

/// The name of the photo that an enrolment speaks of.
fn photo_name(state: &Enrolment) -> Option<&str> {
    match state {
        Enrolment::Ready { photo_sha256, .. } => Some(photo_sha256),
        Enrolment::PhotoToConfirm { photo, .. } | Enrolment::PhotoInReview { photo, .. } => {
            Some(&photo.sha256)
        }
        _ => None,
    }
}
