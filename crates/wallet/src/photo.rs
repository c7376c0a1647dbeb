//! The photo: is this you?

use county_api::{Enrolment, EnrolmentStatus, PhotoDecision, photo_sha256};

use crate::{
    CallError, Wallet,
    issuer::{PHOTO_ANSWER, SMALL_ANSWER, get, post_json, problem_type, require_success},
};

/// Why there is no photo to look at, or the decision was not taken.
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

/// The name of the photo that an enrolment speaks of.
fn photo_name(state: &Enrolment) -> Option<&str> {
    match state {
        Enrolment::Ready { photo_sha256, .. } => Some(photo_sha256),
        Enrolment::PhotoToConfirm { photo, .. } => Some(&photo.sha256),
        _ => None,
    }
}
