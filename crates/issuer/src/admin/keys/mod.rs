//! The keys: which there are, how long they hold, and when the next one is due. Never their secret halves.

mod words;

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};

use crate::{
    admin::{
        Staff,
        county::{Mark, Place, Shell},
    },
    db::entity::signing_key::KeyRole,
    http::Service,
    statistics::day_of,
    web::{Frame, Lang, WebProblem, page},
};

use words::Words;

/// What has no end of its own ends beyond this, in seconds: ten years.
const NEVER: i64 = 10 * 366 * 86_400;
/// The newest key should be replaced so long before credentials would be cut short, seconds.
const AHEAD: i64 = crate::keys::ROTATE_AHEAD_S;

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/admin/county/keys", get(list))
}

struct Key {
    kid: String,
    purpose: &'static str,
    state: &'static str,
    mark: Mark,
    published: String,
    signs_from: String,
    until: String,
}

#[derive(Template)]
#[template(path = "county/keys.html")]
struct List {
    frame: Frame,
    shell: Shell,
    w: &'static Words,
    rotate: String,
    is_late: bool,
    keys: Vec<Key>,
}

async fn list(State(service): State<Arc<Service>>, staff: Staff) -> Result<Response, WebProblem> {
    let w = Words::of(staff.session.lang);
    let (frame, shell) = Shell::of(&service, &staff, Place::Keys, w.title).await?;
    let (rotate, is_late) = rotation(&service, frame.lang, w);
    page(&List {
        rotate,
        is_late,
        keys: keys(&service, frame.lang, w),
        frame,
        shell,
        w,
    })
}

/// When the next key is due, and whether that is soon.
fn rotation(service: &Service, lang: Lang, w: &Words) -> (String, bool) {
    let now = service.unix_now();
    let day = |at: i64| lang.day(day_of(at));
    if let Some(ends) = service.keys.rotate_before(&service.config, now) {
        return ((w.rotate_late)(&day(ends)), true);
    }
    let keys = service.keys.all();
    let newest = keys
        .iter()
        .filter(|key| key.role == KeyRole::Credential)
        .max_by_key(|key| key.signs_from);
    let Some(newest) = newest else {
        return (String::new(), true);
    };
    if newest.signs_from > now {
        return ((w.rotate_coming)(&day(newest.signs_from)), false);
    }
    let outlives = service.config.keys.outlives_s(&service.config.lifetimes);
    (
        (w.rotate_by)(&day(newest.not_after - outlives - AHEAD)),
        false,
    )
}

fn keys(service: &Service, lang: Lang, w: &'static Words) -> Vec<Key> {
    let now = service.unix_now();
    let day = |at: i64| lang.day(day_of(at));
    let until = |at: i64| {
        if at - now > NEVER {
            w.does_not_end.to_owned()
        } else {
            day(at)
        }
    };
    let signer = service.keys.credential_signer(now).ok();
    let signing = service.keys.all();
    let signing = signing.iter().map(|key| {
        let signs = match key.role {
            KeyRole::Credential => signer.as_ref().is_some_and(|signer| signer.kid == key.kid),
            KeyRole::TrustList | KeyRole::Encryption => true,
        };
        let (state, mark) = if key.not_after <= now {
            (w.over, Mark::None)
        } else if key.signs_from > now {
            (w.to_come, Mark::None)
        } else if signs {
            (w.in_use, Mark::Good)
        } else {
            (w.still_good, Mark::None)
        };
        Key {
            kid: key.kid.clone(),
            purpose: match key.role {
                KeyRole::TrustList => w.for_trust_list,
                KeyRole::Credential | KeyRole::Encryption => w.for_cards,
            },
            state,
            mark,
            published: day(key.not_before),
            signs_from: day(key.signs_from),
            until: until(key.not_after),
        }
    });
    let current = service.keys.encryption_key(now).ok();
    let encryption = service.keys.encryption();
    let encryption = encryption.iter().map(|key| {
        let (state, mark) = if key.not_after <= now {
            (w.over, Mark::None)
        } else if current
            .as_ref()
            .is_some_and(|current| current.kid == key.kid)
        {
            (w.in_use, Mark::Good)
        } else {
            (w.still_opens, Mark::None)
        };
        Key {
            kid: key.kid.clone(),
            purpose: w.for_requests,
            state,
            mark,
            published: day(key.not_before),
            signs_from: day(key.not_before),
            until: until(key.not_after),
        }
    });
    signing.chain(encryption).collect()
}
