//! `POST /openid4vci/notification`: what became of the credentials (OpenID4VCI 1.0 §11).

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use openid4vc::{NotificationError, NotificationErrorCode, NotificationRequest};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{db::entity::credential, oauth::access::Caller};

use super::{Problem, Service, is_json};

/// The same notification twice is answered the same way (§11.1); the last event is kept.
pub(super) async fn notification(
    State(service): State<Arc<Service>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    use NotificationErrorCode::{InvalidNotificationId, InvalidNotificationRequest};
    if !is_json(&headers) {
        return Ok(refused(InvalidNotificationRequest.into()));
    }
    let request = match NotificationRequest::from_json(&body) {
        Ok(request) => request,
        Err(error) => return Ok(refused(error)),
    };
    let updated = credential::Entity::update_many()
        .col_expr(
            credential::Column::NotificationEvent,
            Expr::value(request.event.name()),
        )
        .filter(credential::Column::NotificationId.eq(request.notification_id))
        .filter(credential::Column::DeviceId.eq(caller.device_id))
        .exec(&service.db)
        .await?;
    if updated.rows_affected == 0 {
        return Ok(refused(InvalidNotificationId.into()));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// §11.3.
fn refused(error: NotificationError) -> Response {
    (StatusCode::BAD_REQUEST, Json(error)).into_response()
}
