//! Listening, and stopping well.
//!
//! The loop is our own, around hyper: a client that does not send the head of its request in time is put out, and only so
//! many connections are held at once. When the process is told to stop, nothing more is accepted, idle connections are
//! closed, and requests that are under way get `server.stop_within_seconds` to finish.

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::Request};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use thiserror::Error;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use crate::app::App;

use super::{Service, housekeeping, limits::Peer, metrics, router::routes};

/// Headers of a request, bytes, together with its first line. Proxies allow less.
const MAX_HEAD: usize = 64 * 1024;
/// After an accept that failed because the process is out of files, the next try waits so long.
const BREATH: Duration = Duration::from_millis(100);
/// Connections at the address for monitoring.
const MAX_MONITORS: usize = 16;

/// Why the service does not listen, or stopped by itself.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Something else listens there.
    #[error(
        "{address} is in use: another program listens there; stop it, or set another `{setting}`"
    )]
    PortInUse {
        /// Where.
        address: SocketAddr,
        /// Which setting says so.
        setting: &'static str,
    },
    /// The address cannot be used.
    #[error("cannot listen on {address}: {source}; check `{setting}`")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Which setting says so.
        setting: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Listens on the configured address until the process is told to stop (Ctrl-C or SIGTERM).
///
/// # Errors
/// When the address cannot be had.
pub async fn serve(app: impl Into<Arc<App>>) -> Result<(), ServeError> {
    let app = app.into();
    let address = app.config.server.listen;
    let listener = listen(address, "server.listen").await?;
    tracing::info!(%address, public_url = %app.config.issuer.id(), "listening");
    serve_on(app, listener, told_to_stop()).await
}

async fn listen(address: SocketAddr, setting: &'static str) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => ServeError::PortInUse { address, setting },
            _ => ServeError::Listen {
                address,
                setting,
                source,
            },
        })
}

/// Serves on `listener` until `stop` is done; then no new request is taken and those under way get
/// time to finish.
///
/// # Errors
/// When the address for monitoring cannot be had.
pub async fn serve_on(
    app: impl Into<Arc<App>>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let service = Arc::new(Service::new(app.into()));
    let monitoring = match service.config.running.metrics_listen {
        Some(address) => {
            let listener = listen(address, "server.metrics_listen").await?;
            let server = Server {
                router: metrics::routes(service.clone()),
                service: service.clone(),
                places: Arc::new(Semaphore::new(MAX_MONITORS)),
                connections: GracefulShutdown::new(),
            };
            // Until the end: whoever looks then should see it.
            Some(tokio::spawn(async move {
                server.accept(listener, std::future::pending()).await;
            }))
        }
        None => None,
    };
    let housekeeper = tokio::spawn(housekeeping::run(service.clone()));
    let server = Server {
        router: routes(service.clone()),
        places: Arc::new(Semaphore::new(service.config.running.max_connections)),
        connections: GracefulShutdown::new(),
        service: service.clone(),
    };
    server.accept(listener, stop).await;
    tracing::info!("stopping");
    let within = service.config.running.stop_within;
    let finished = async {
        tokio::join!(server.connections.shutdown(), service.deliveries.end());
    };
    if tokio::time::timeout(within, finished).await.is_err() {
        tracing::warn!("requests were still under way after the time to finish");
    }
    housekeeper.abort();
    if let Some(monitoring) = monitoring {
        monitoring.abort();
    }
    Ok(())
}

struct Server {
    service: Arc<Service>,
    router: Router,
    places: Arc<Semaphore>,
    connections: GracefulShutdown,
}

impl Server {
    /// Takes connections until `stop` is done. The listener is closed then.
    async fn accept(&self, listener: TcpListener, stop: impl Future<Output = ()> + Send) {
        let mut stop = pin!(stop);
        loop {
            let accepted = async {
                // Closed never: nobody has another handle to it.
                let place = self.places.clone().acquire_owned().await.ok()?;
                Some((listener.accept().await, place))
            };
            let accepted = tokio::select! {
                accepted = accepted => accepted,
                () = &mut stop => return,
            };
            match accepted {
                Some((Ok((stream, peer)), place)) => self.hold(stream, peer, place),
                Some((Err(error), _)) => {
                    tracing::debug!(%error, "a connection could not be taken");
                    tokio::time::sleep(BREATH).await;
                }
                None => return,
            }
        }
    }

    fn hold(&self, stream: TcpStream, peer: SocketAddr, place: OwnedSemaphorePermit) {
        // Small answers go at once.
        let _ = stream.set_nodelay(true);
        let router = self.router.clone();
        let with_peer = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(Peer(peer));
            hyper::service::Service::call(&TowerToHyperService::new(router.clone()), request)
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(self.service.config.running.header_timeout)
            .max_buf_size(MAX_HEAD);
        let watcher = self.connections.watcher();
        let service = self.service.clone();
        tokio::spawn(async move {
            let _place = place;
            service.metrics.connections(1.0);
            let connection = http.serve_connection(TokioIo::new(stream), with_peer);
            if let Err(error) = watcher.watch(connection).await {
                // Clients hang up, or are too slow.
                tracing::debug!(%error, "a connection ended early");
            }
            service.metrics.connections(-1.0);
        });
    }
}

async fn told_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
