//! `check-config`: the settings themselves were read already; here is what they point to.

use crate::{
    config::Config,
    http::{kontroll, minid},
    seal::Seal,
};

use super::{Failure, say};

pub(super) fn run(config: Config) -> Result<(), Failure> {
    Seal::load(&config.keys.master_key_file)?;
    if !kontroll::is_built() {
        tracing::warn!("{}", kontroll::NOT_BUILT);
    }
    if !minid::is_built() {
        tracing::warn!("{}", minid::NOT_BUILT);
    }
    say(format_args!(
        "The settings are right. This is {}, at {}.",
        config.issuer.name,
        config.issuer.id()
    ))
}
