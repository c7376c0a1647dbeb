//! Points at which a test can have the sync stand still, to kill it there. There are none in a release build.

/// Stands still for ever if the environment says so for this point.
#[cfg(debug_assertions)]
pub(super) async fn reach(point: &str) {
    use std::io::Write as _;

    if std::env::var("LOMMEBEVIS_STAND_STILL_AT").is_ok_and(|wanted| wanted == point) {
        let _ = writeln!(std::io::stderr(), "standing still at {point}");
        std::future::pending::<()>().await;
    }
}

/// Nothing.
#[cfg(not(debug_assertions))]
#[allow(clippy::unused_async, reason = "as the other one")]
pub(super) async fn reach(_: &str) {}
