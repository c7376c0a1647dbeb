//! Listening, and stopping well.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use thiserror::Error;
use tokio::{net::TcpListener, sync::watch};

use crate::app::App;

use super::{Service, housekeeping, router::routes};

/// How long requests that are under way may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(15);

/// Why the service does not listen, or stopped by itself.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Something else listens there.
    #[error(
        "{0} is in use: another program listens there; stop it, or set another `server.listen`"
    )]
    PortInUse(SocketAddr),
    /// The address cannot be used.
    #[error("cannot listen on {0}: {1}; check `server.listen`")]
    Listen(SocketAddr, #[source] io::Error),
    /// Listening stopped.
    #[error("the server stopped: {0}")]
    Stopped(#[source] io::Error),
}

/// Listens on the configured address until the process is told to stop (Ctrl-C or SIGTERM).
///
/// # Errors
/// When the address cannot be had, or the server fails.
pub async fn serve(app: impl Into<Arc<App>>) -> Result<(), ServeError> {
    let app = app.into();
    let address = app.config.server.listen;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => ServeError::PortInUse(address),
            _ => ServeError::Listen(address, error),
        })?;
    tracing::info!(%address, public_url = %app.config.issuer.id(), "listening");
    serve_on(app, listener, told_to_stop()).await
}

/// Serves on `listener` until `stop` is done; then no new request is taken and those under way get
/// time to finish.
///
/// # Errors
/// When the server fails.
pub async fn serve_on(
    app: impl Into<Arc<App>>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let service = Arc::new(Service::new(app.into()));
    let housekeeper = tokio::spawn(housekeeping::run(service.clone()));
    let (stopping, mut stopped) = watch::channel(false);
    let server = axum::serve(listener, routes(service)).with_graceful_shutdown(async move {
        stop.await;
        tracing::info!("stopping");
        // Nobody listening any more is as good as told.
        let _ = stopping.send(true);
    });
    let result = tokio::select! {
        result = async { server.await } => result.map_err(ServeError::Stopped),
        () = async {
            if stopped.wait_for(|stopping| *stopping).await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(GRACE).await;
        } => {
            tracing::warn!("requests were still under way after the time to finish");
            Ok(())
        }
    };
    housekeeper.abort();
    result
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
