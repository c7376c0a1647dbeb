//! The forms of the page. What they do is [`crate::deeds`], which the commands do as well.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use county_api::Symbology;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use crate::{
    deeds::{self, DeedError, For, Why},
    http::Service,
    web::{Posted, WebProblem, go_to},
};

use super::{super::reason::reason, Power, Seen, Which, page, words};

/// The longest text beside a reason, in signs.
const LONGEST: usize = 500;

#[derive(Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
pub(super) struct OfBlocks {
    /// Those in force that were on the page, with blanks between.
    blocks: String,
    reason: String,
}

#[derive(Deserialize)]
pub(super) struct Block {
    reason: String,
    #[serde(default, deserialize_with = "filled")]
    until: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    contact: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct OfPhoto {
    /// The digest of the picture that was on the page.
    photo: String,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
pub(super) struct Code {
    code: String,
    #[serde(default, deserialize_with = "filled")]
    symbology: Option<String>,
    reason: String,
}

/// A reason as the trail will have it, and whose it is.
struct Given {
    by: String,
    reason: String,
}

impl Given {
    /// None where no reason was written.
    fn of(seen: &Seen, text: &str) -> Option<Self> {
        Some(Self {
            by: seen.staff.actor(),
            reason: reason(text)?,
        })
    }

    fn why(&self) -> Why<'_> {
        Why {
            by: &self.by,
            reason: &self.reason,
        }
    }
}

/// An empty field is none.
fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

pub(super) async fn block(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Posted(form): Posted<Block>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::Block).await?;
    let words = words::of(seen.staff.session.lang);
    let until: Option<NaiveDate> = match form.until.as_deref().map(str::parse).transpose() {
        Ok(until) => until,
        Err(_) => return page::complain(&service, &seen, words.no_date).await,
    };
    let contact: Option<String> = form
        .contact
        .map(|text| text.chars().take(LONGEST).collect());
    let Some(given) = Given::of(&seen, &form.reason) else {
        return no_reason(&service, &seen).await;
    };
    let (id, whose) = (seen.person.id, whose(&seen));
    let result = deeds::block(&service, id, given.why(), whose, until, contact)
        .await
        .map(drop);
    done(&service, &seen, result, "blocked").await
}

pub(super) async fn unblock(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Posted(form): Posted<OfBlocks>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::Block).await?;
    let Some(given) = Given::of(&seen, &form.reason) else {
        return no_reason(&service, &seen).await;
    };
    let blocks = form.blocks.split(' ').map(str::parse);
    let blocks: Vec<Uuid> = blocks
        .collect::<Result<_, _>>()
        .map_err(|_| WebProblem::Unreadable)?;
    let result = deeds::unblock_seen(&service, seen.person.id, &blocks, whose(&seen), given.why())
        .await
        .map(drop);
    done(&service, &seen, result, "unblocked").await
}

pub(super) async fn approve_photo(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Posted(form): Posted<OfPhoto>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::DecidePhoto).await?;
    let actor = seen.staff.actor();
    let reason = reason(&form.reason);
    let (reason, id) = (reason.as_deref(), seen.person.id);
    let result = deeds::approve_photo(&service, id, &actor, reason, &form.photo).await;
    done(&service, &seen, result, "approved").await
}

pub(super) async fn return_photo(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Posted(form): Posted<OfPhoto>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::DecidePhoto).await?;
    let Some(given) = Given::of(&seen, &form.reason) else {
        return no_reason(&service, &seen).await;
    };
    let result = deeds::return_photo(&service, seen.person.id, given.why(), &form.photo).await;
    done(&service, &seen, result, "returned").await
}

pub(super) async fn reset_photo(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Posted(form): Posted<OfPhoto>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::DecidePhoto).await?;
    let Some(given) = Given::of(&seen, &form.reason) else {
        return no_reason(&service, &seen).await;
    };
    let result = deeds::take_back_approval(&service, seen.person.id, &form.photo, given.why())
        .await
        .map(drop);
    done(&service, &seen, result, "reset").await
}

pub(super) async fn library_code(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Posted(form): Posted<Code>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::SetLibraryCode).await?;
    let words = words::of(seen.staff.session.lang);
    let code = form.code.trim().to_owned();
    if code.is_empty() || code.chars().count() > 100 {
        return page::complain(&service, &seen, words.no_code).await;
    }
    let symbology: Option<Symbology> = match form
        .symbology
        .map(|name| serde_json::from_value(name.into()))
        .transpose()
    {
        Ok(symbology) => symbology,
        Err(_) => return page::complain(&service, &seen, words.unfit_code).await,
    };
    let Some(given) = Given::of(&seen, &form.reason) else {
        return no_reason(&service, &seen).await;
    };
    // Where none is chosen, the school's is what it must fit.
    let drawn_as = match symbology {
        Some(symbology) => symbology,
        None => seen
            .schools_now
            .iter()
            .find_map(|school| service.config.contacts.library_symbologies.get(school))
            .copied()
            .unwrap_or(service.config.contacts.library_symbology),
    };
    let result = if deeds::fits(&code, drawn_as) {
        deeds::set_library_code(&service, seen.person.id, given.why(), Some(code), symbology).await
    } else {
        Err(DeedError::CodeDoesNotFit(drawn_as))
    };
    done(&service, &seen, result, "code_set").await
}

pub(super) async fn library_code_from_records(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Posted(form): Posted<Reason>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::SetLibraryCode).await?;
    let Some(given) = Given::of(&seen, &form.reason) else {
        return no_reason(&service, &seen).await;
    };
    let result = deeds::set_library_code(&service, seen.person.id, given.why(), None, None).await;
    done(&service, &seen, result, "code_unset").await
}

pub(super) async fn revoke_device(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Path((_, device)): Which,
    Posted(form): Posted<Reason>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::RevokeDevice).await?;
    let Some(given) = Given::of(&seen, &form.reason) else {
        return no_reason(&service, &seen).await;
    };
    let result = deeds::revoke_device(&service, seen.person.id, device, given.why())
        .await
        .map(drop);
    done(&service, &seen, result, "device_out").await
}

pub(super) async fn resend_sms(
    State(service): State<Arc<Service>>,
    seen: Seen,
    Path((_, message)): Which,
    Posted(form): Posted<Reason>,
) -> Result<Response, WebProblem> {
    seen.require(&service, Power::ResendSms).await?;
    let Some(given) = Given::of(&seen, &form.reason) else {
        return no_reason(&service, &seen).await;
    };
    let result = deeds::resend_sms(&service, seen.person.id, message, given.why()).await;
    done(&service, &seen, result, "sms_again").await
}

/// In whose name somebody blocks and lifts.
fn whose(seen: &Seen) -> For {
    if seen.may_for_county(Power::Block) {
        For::County
    } else {
        For::School
    }
}

async fn no_reason(service: &Service, seen: &Seen) -> Result<Response, WebProblem> {
    let words = words::of(seen.staff.session.lang);
    page::complain(service, seen, words.no_reason).await
}

/// Back to the page, which says what came of it.
async fn done(
    service: &Service,
    seen: &Seen,
    result: Result<(), DeedError>,
    said: &'static str,
) -> Result<Response, WebProblem> {
    let words = words::of(seen.staff.session.lang);
    let problem = match result {
        Ok(()) => {
            let path = format!("/admin/person/{}", seen.person.id);
            return Ok(go_to(service, &path, Some(said)));
        }
        Err(DeedError::Database(error)) => return Err(error.into()),
        Err(error @ DeedError::Json(_)) => return Err(WebProblem::internal(&error)),
        Err(DeedError::UntilIsPast(_)) => words.until_is_past,
        Err(DeedError::CodeDoesNotFit(_)) => words.unfit_code,
        Err(DeedError::CountysBlock) => words.countys_block,
        // Somebody else was faster, or the page was old.
        Err(_) => words.changed_meanwhile,
    };
    page::complain(service, seen, problem).await
}
