//! `check-config`: the settings themselves were read already; here is what they point to.

use crate::{
    admin::person::app_texts,
    config::{Config, SenderConfig},
    http::{kontroll, minid},
    seal::Seal,
    sms,
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
    if !app_texts::is_built() {
        tracing::warn!("{}", app_texts::NOT_BUILT);
    }
    if let Some(sms) = &config.sms {
        for warning in sms.texts.warnings(sms.facts(&config.issuer.name)) {
            say(format_args!("Mind: {warning}"))?;
        }
        if let SenderConfig::Altinn(altinn) = &sms.sender {
            sms::sender::altinn::read_key(&altinn.key_file)?;
        }
    }
    say(format_args!(
        "The settings are right. This is {}, at {}.",
        config.issuer.name,
        config.issuer.id()
    ))
}
