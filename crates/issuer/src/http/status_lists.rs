//! `GET /status-lists` and `GET /status-lists/{id}` (Token Status List, draft 21, §8 and §9).

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State},
    http::{HeaderMap, header},
    response::Response,
};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;
use status_list::{MEDIA_TYPE_CWT, MEDIA_TYPE_JWT};

use crate::{db::entity::status_list as table, issue::status};

use super::{Problem, Service, cacheable, etag};

/// §9.3: the addresses of all lists, so that a checker can fetch them before it goes offline.
pub(super) async fn aggregation(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lists: Vec<String> = table::Entity::find()
        .order_by_asc(table::Column::Id)
        .all(&service.db)
        .await?
        .into_iter()
        .map(|list| status::uri(&service, list.id))
        .collect();
    let body = json!({ "status_lists": lists }).to_string();
    let tag = etag(body.as_bytes());
    Ok(cacheable(&headers, "application/json", 300, &tag, body))
}

/// §8.1, §8.2: the JWT or the CWT form, of the same state.
pub(super) async fn status_list(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // §8.4: history is not kept.
    let query = query.unwrap_or_default();
    if url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "time") {
        return Err(Problem::HistoryNotKept);
    }
    let id: i64 = id.parse().map_err(|_| Problem::NotFound)?;
    let form = Form::of(&headers).ok_or(Problem::NotAcceptable)?;
    let tokens = service
        .status_tokens
        .current(&service, id)
        .await
        .map_err(|error| Problem::internal(&error))?
        .ok_or(Problem::NotFound)?;
    let max_age = tokens.fresh_for(service.unix_now());
    Ok(match form {
        Form::Jwt => cacheable(
            &headers,
            MEDIA_TYPE_JWT,
            max_age,
            &etag(tokens.jwt.as_bytes()),
            tokens.jwt.clone(),
        ),
        Form::Cwt => cacheable(
            &headers,
            MEDIA_TYPE_CWT,
            max_age,
            &etag(&tokens.cwt),
            tokens.cwt.clone(),
        ),
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Jwt,
    Cwt,
}

impl Form {
    /// The form that `Accept` prefers; JWT when it does not care. None when it takes neither.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let accept: Vec<&str> = headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        if accept.is_empty() {
            return Some(Self::Jwt);
        }
        let mut best: Option<(f32, Self)> = None;
        for range in accept.iter().flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let form = match parts
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
                .as_str()
            {
                MEDIA_TYPE_CWT => Self::Cwt,
                MEDIA_TYPE_JWT | "application/*" | "*/*" => Self::Jwt,
                _ => continue,
            };
            let quality = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |q| q.parse().unwrap_or(0.0));
            if quality > 0.0 && best.is_none_or(|(known, _)| quality > known) {
                best = Some((quality, form));
            }
        }
        best.map(|(_, form)| form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_the_one_accept_prefers() {
        for (accept, form) in [
            (None, Some(Form::Jwt)),
            (Some("*/*"), Some(Form::Jwt)),
            (Some("application/statuslist+jwt"), Some(Form::Jwt)),
            (Some("application/statuslist+cwt"), Some(Form::Cwt)),
            (
                Some("application/statuslist+jwt;q=0.5, application/statuslist+cwt"),
                Some(Form::Cwt),
            ),
            (
                Some("application/statuslist+cwt;q=0, */*;q=0.1"),
                Some(Form::Jwt),
            ),
            (Some("text/html"), None),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(header::ACCEPT, accept.parse().unwrap());
            }
            assert_eq!(Form::of(&headers), form, "{accept:?}");
        }
    }
}
