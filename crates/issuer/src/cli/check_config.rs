//! `check-config`: the settings themselves were read already; here is what they point to.

use crate::{
    config::{Config, SenderConfig},
    http::{kontroll, minid},
    seal::Seal,
    sms,
    web::assets,
};

use super::{Failure, say};

const EVERY_CATEGORY: &str = "records.rules.categories is not set, so pupils of every category have a card, private candidates \
     too; name the codes of those who are to have one";

pub(super) fn run(config: Config) -> Result<(), Failure> {
    Seal::load(&config.keys.master_key_file)?;
    if !kontroll::is_built() {
        tracing::warn!("{}", kontroll::NOT_BUILT);
    }
    if !minid::is_built() {
        tracing::warn!("{}", minid::NOT_BUILT);
    }
    for missing in assets::missing() {
        tracing::warn!("{missing}");
    }
    if config.records.rules.now().categories.is_none() {
        say(format_args!("Mind: {EVERY_CATEGORY}"))?;
    }
    for (absent, system) in [
        (config.app.android.is_empty(), ("android", "Android")),
        (config.app.apple.is_empty(), ("apple", "iOS")),
    ] {
        if absent {
            let (setting, system) = system;
            say(format_args!(
                "Mind: app.{setting} is not set, so that {system} cannot tell that the app belongs to this address; logins come \
                 back to it by the app's own scheme alone"
            ))?;
        }
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
