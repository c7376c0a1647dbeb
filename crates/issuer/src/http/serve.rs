//! Listening, and stopping well.
//!
//! The loop is our own, around hyper: a client that does not send the head of its request in time is put out, and only so
//! many connections are held at once. When the process is told to stop, nothing more is accepted, idle connections are
//! closed, and requests that are under way get `server.stop_within_seconds` to finish.

use std::{
    io,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

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

use crate::{app::App, config::Config};

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
    /// What sees to keys, photos and expired rows is no longer there.
    #[error("what is done in the background has ended by itself")]
    Housekeeping,
}

/// The addresses that are listened on: had before anything else is begun.
#[derive(Debug)]
pub struct Listening {
    public: TcpListener,
    monitoring: Option<TcpListener>,
}

/// Begins to listen on the configured addresses. Whoever connects waits until [`serve`].
///
/// # Errors
/// When an address cannot be had.
pub async fn listen(config: &Config) -> Result<Listening, ServeError> {
    let public = bind(config.server.listen, "server.listen").await?;
    Ok(Listening {
        public,
        monitoring: monitoring(config).await?,
    })
}

async fn monitoring(config: &Config) -> Result<Option<TcpListener>, ServeError> {
    match config.running.metrics_listen {
        Some(address) => Ok(Some(bind(address, "server.metrics_listen").await?)),
        None => Ok(None),
    }
}

async fn bind(address: SocketAddr, setting: &'static str) -> Result<TcpListener, ServeError> {
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

/// As [`serve`], on a port that was chosen by the system.
#[cfg(test)]
pub(super) async fn serve_on(
    app: impl Into<Arc<App>>,
    public: TcpListener,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let app = app.into();
    let monitoring = monitoring(&app.config).await?;
    serve(app, Listening { public, monitoring }, stop).await
}

/// Serves until `stop` is done; then no new request is taken and those under way get time to finish.
///
/// # Errors
/// When what is done in the background ends by itself, which it does not unless it panics.
pub async fn serve(
    app: impl Into<Arc<App>>,
    listening: Listening,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let service = Arc::new(Service::new(app.into()));
    let address = listening.public.local_addr().ok();
    tracing::info!(?address, public_url = %service.config.issuer.id(), "listening");
    let monitoring = match listening.monitoring {
        Some(listener) => {
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
    let mut housekeeper = tokio::spawn(housekeeping::run(service.clone()));
    let server = Server {
        router: routes(service.clone()),
        places: Arc::new(Semaphore::new(service.config.running.max_connections)),
        connections: GracefulShutdown::new(),
        service: service.clone(),
    };
    let stop = async {
        stop.await;
        service.leaving.store(true, Ordering::Relaxed);
        tokio::time::sleep(service.config.running.leave_within).await;
    };
    let ended = tokio::select! {
        () = server.accept(listening.public, stop) => Ok(()),
        // Without it no key, no school and no photo is seen to any more: better to be started anew.
        _ = &mut housekeeper => Err(ServeError::Housekeeping),
    };
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
    ended
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

/// Ctrl-C or SIGTERM, listened for from now on: a process that has number 1, as in a container, is otherwise deaf to them.
/// The second one ends the process there and then.
pub fn told_to_stop() -> impl Future<Output = ()> + Send + 'static {
    let mut signals = Signals::new();
    async move {
        signals.next().await;
        tokio::spawn(async move {
            signals.next().await;
            std::process::exit(130);
        });
    }
}

#[cfg(unix)]
struct Signals([Option<tokio::signal::unix::Signal>; 2]);

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self([SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok()))
    }

    async fn next(&mut self) {
        async fn one(signal: &mut Option<tokio::signal::unix::Signal>) {
            match signal {
                Some(signal) => {
                    signal.recv().await;
                }
                None => std::future::pending().await,
            }
        }
        let [interrupt, terminate] = &mut self.0;
        tokio::select! {
            () = one(interrupt) => {}
            () = one(terminate) => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
