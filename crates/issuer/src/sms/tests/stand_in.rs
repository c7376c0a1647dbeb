//! A gateway on a port of its own, with the faults that gateways have.

use std::{
    collections::{HashSet, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde_json::Value;

/// How the gateway takes one request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn {
    /// Takes it and says so.
    Take,
    /// Takes it, and never answers.
    TakeAndHang,
    /// Takes it, and answers with a fault all the same.
    TakeAndFail(u16),
    /// Does not take it.
    Refuse(u16, Option<&'static str>),
    /// Does not take it, and says 200.
    RefusePolitely,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
    pub(super) key: Option<String>,
}

impl Request {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Default)]
struct Inner {
    turns: VecDeque<Turn>,
    requests: Vec<Request>,
    /// Messages that reach a phone.
    delivered: usize,
    known: HashSet<String>,
}

/// The gateway.
#[derive(Clone)]
pub(super) struct StandIn {
    inner: Arc<Mutex<Inner>>,
    pub(super) address: SocketAddr,
}

impl StandIn {
    /// Takes each request by its turn, and everything after the last. What carries a key that was taken before is
    /// answered, and not delivered again.
    pub(super) async fn start(turns: &[Turn]) -> Self {
        let inner = Arc::new(Mutex::new(Inner {
            turns: turns.iter().copied().collect(),
            ..Inner::default()
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new().fallback(take).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { inner, address }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.inner.lock().unwrap().requests.clone()
    }

    pub(super) fn delivered(&self) -> usize {
        self.inner.lock().unwrap().delivered
    }
}

async fn take(
    State(inner): State<Arc<Mutex<Inner>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let key = headers
        .get("idempotency-key")
        .map(|key| key.to_str().unwrap().to_owned());
    let turn = {
        let mut inner = inner.lock().unwrap();
        let turn = inner.turns.pop_front().unwrap_or(Turn::Take);
        inner.requests.push(Request {
            uri,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
            key: key.clone(),
        });
        let is_taken = matches!(turn, Turn::Take | Turn::TakeAndHang | Turn::TakeAndFail(_));
        if is_taken && key.is_none_or(|key| inner.known.insert(key)) {
            inner.delivered += 1;
        }
        turn
    };
    match turn {
        Turn::Take => (StatusCode::OK, "OK 1").into_response(),
        Turn::TakeAndHang => std::future::pending().await,
        Turn::TakeAndFail(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Turn::Refuse(status, after) => {
            let mut response = StatusCode::from_u16(status).unwrap().into_response();
            if let Some(after) = after {
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, after.parse().unwrap());
            }
            response
        }
        Turn::RefusePolitely => (StatusCode::OK, "ERR no credit").into_response(),
    }
}
