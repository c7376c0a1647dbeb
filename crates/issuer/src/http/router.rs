//! Which address is answered by whom, and what holds for all of them.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{from_fn_with_state, map_response},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{Any as AnyOrigin, CorsLayer},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};
use tracing::{Level, info_span};

use crate::{
    admin,
    app::App,
    oauth::{authorize, callback, dpop_nonce, par, revoke, token},
    self_service, web,
};

use super::{
    Problem, Service, app_callback, apple_app_site, assetlinks, credential, health, kontroll,
    limits, metadata, metrics, minid, nonce, notification, photo, status_lists, trust_list, types,
    wallet,
};

/// No request needs more: ten key proofs are about ten kilobytes.
const MAX_BODY: usize = 64 * 1024;
/// The longest is the way back from Feide, which asks Feide for up to five things.
const TIMEOUT: Duration = Duration::from_secs(60);

/// All routes of the service.
///
/// A path in the public address is part of every route; well-known names go between host and path.
pub fn router(app: impl Into<Arc<App>>) -> Router {
    routes(Arc::new(Service::new(app.into())))
}

pub(super) fn routes(service: Arc<Service>) -> Router {
    let public_url = &service.config.issuer.public_url;
    let prefix = public_url.path().trim_end_matches('/').to_owned();
    let https = public_url.scheme() == "https";

    let well_known = |name: &str| format!("/.well-known/{name}{prefix}");
    let documents = Router::new()
        .route(
            &well_known("openid-credential-issuer"),
            get(metadata::issuer),
        )
        .route(
            &well_known("oauth-authorization-server"),
            get(metadata::authorization_server),
        )
        .route(&well_known("jwt-vc-issuer"), get(metadata::jwt_vc_issuer))
        // The phones' systems know no path here.
        .route("/.well-known/assetlinks.json", get(assetlinks::assetlinks))
        .route(
            "/.well-known/apple-app-site-association",
            get(apple_app_site::association),
        );
    // For everyone, from any page: checkers read these in the browser.
    let public = Router::new()
        .route("/trust-list", get(trust_list::trust_list))
        .route("/types/student-id", get(types::student_id))
        .route("/status-lists", get(status_lists::aggregation))
        .route("/status-lists/{id}", get(status_lists::status_list));
    let public = nest(&prefix, public)
        .merge(documents)
        .layer(CompressionLayer::new())
        .layer(
            CorsLayer::new()
                .allow_origin(AnyOrigin)
                .allow_methods([Method::GET, Method::HEAD])
                .allow_headers([header::ACCEPT, header::IF_NONE_MATCH])
                .expose_headers([header::ETAG, header::DATE])
                .max_age(Duration::from_secs(86_400)),
        );
    // For the app.
    let app = Router::new()
        .route("/oauth/par", post(par::push))
        .route("/oauth/token", post(token::token))
        .route("/oauth/revoke", post(revoke::revoke))
        .route("/openid4vci/nonce", post(nonce::nonce))
        .route("/openid4vci/credential", post(credential::credential))
        .route("/openid4vci/notification", post(notification::notification))
        .route("/wallet/enrolment", get(wallet::enrolment))
        .route(
            "/wallet/photo",
            get(photo::current)
                .post(photo::submit)
                .layer(DefaultBodyLimit::max(county_api::MAX_SUBMITTED_PHOTO)),
        )
        .route("/wallet/photo/confirm", post(photo::confirm))
        .route("/wallet/photo/reject", post(photo::reject))
        .route("/wallet/validity", post(wallet::validity))
        .route_layer(from_fn_with_state(service.clone(), dpop_nonce::give));
    // For the person's browser and the county's monitoring.
    let others = Router::new()
        .route("/oauth/authorize", get(authorize::authorize))
        .route("/oauth/feide/callback", get(callback::callback))
        .route(
            county_api::APP_CALLBACK_PATH,
            get(app_callback::app_callback),
        )
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready));

    let slow = web::more_routes(&service, admin::photo_batch::slow_routes());
    let slow = nest(&prefix, slow).with_state(service.clone());

    let mut router = public
        .merge(kontroll::routes(&prefix))
        .merge(minid::routes(&prefix))
        .merge(nest(
            &prefix,
            web::routes(&service, admin::routes().merge(self_service::routes())),
        ))
        .merge(nest(&prefix, app.merge(others)))
        .with_state(service.clone())
        .fallback(async || Problem::NotFound)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            TIMEOUT,
        ))
        .merge(slow)
        .layer(from_fn_with_state(service.clone(), limits::enforce))
        .layer(map_response(plain_errors_become_problems))
        .layer(CatchPanicLayer::custom(panicked));
    for (name, value) in SECURITY_HEADERS {
        router = router.layer(SetResponseHeaderLayer::if_not_present(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        ));
    }
    if https {
        router = router.layer(SetResponseHeaderLayer::if_not_present(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000"),
        ));
    }
    let router = router.layer(from_fn_with_state(service, metrics::observe));
    router.layer(
        TraceLayer::new_for_http()
            .make_span_with(|request: &Request| {
                // The route, not the address: queries hold codes, and addresses may hold more one day.
                let route = request
                    .extensions()
                    .get::<MatchedPath>()
                    .map_or("-", MatchedPath::as_str);
                info_span!("request", method = %request.method(), route)
            })
            .on_response(tower_http::trace::DefaultOnResponse::new().level(Level::INFO))
            .on_failure(tower_http::trace::DefaultOnFailure::new().level(Level::WARN)),
    )
}

const SECURITY_HEADERS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    // What may be kept says so itself.
    ("cache-control", "no-store"),
];

fn nest(prefix: &str, router: Router<Arc<Service>>) -> Router<Arc<Service>> {
    if prefix.is_empty() {
        router
    } else {
        Router::new().nest(prefix, router)
    }
}

/// The framework's own refusals (wrong method, too large, too slow) come as problem details too.
async fn plain_errors_become_problems(response: Response) -> Response {
    let status = response.status();
    let own = response.headers().contains_key(header::CONTENT_TYPE)
        && !response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if own || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = match status {
        StatusCode::NOT_FOUND => Problem::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Problem::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => Problem::TooSlow,
        status if status.is_client_error() => Problem::BadRequest,
        _ => Problem::Internal,
    };
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut response = problem.into_response();
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request ended in a panic");
    Problem::Internal.into_response()
}
