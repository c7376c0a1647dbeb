//! `lommebevis-issuer`: the county's service.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    issuer::cli::run().await
}
