//! Every number of the engine that someone may want to change.

use std::time::Duration;

use chrono::TimeDelta;

/// The numbers, with the product's defaults.
#[derive(Debug, Clone)]
pub struct Settings {
    /// After this long without a refresh a card is shown as in need of one.
    pub needs_refresh_after: TimeDelta,
    /// A card is shown as expiring this long before it does.
    pub expires_soon_within: TimeDelta,
    /// A card whose right is over, of somebody who has another one, is shown as expired for so long and then goes.
    pub over_card_shown_for: TimeDelta,
    /// A device clock that is wrong by more than this is warned of.
    pub clock_warning_from: TimeDelta,
    /// How often the code on the screen is to be made anew.
    pub renew_code_after: Duration,
    /// How many SD-JWT copies to fetch at a time, if the issuer gives so many.
    pub batch: usize,
    /// How long a login may take in the browser.
    pub login_within: TimeDelta,
    /// A checker's lists are fetched anew when they were fetched longer ago than this.
    pub update_lists_after: Duration,
    /// After a scan they are asked for at once, but not more often than this: with a person at hand a block must not
    /// wait, and a queue of people must not ask at every scan.
    pub update_lists_after_scan: Duration,
    /// How long a checker's challenge can be answered.
    pub challenge_within: Duration,
    /// The version of the portrait crate that the app checks pictures with; it goes along with a photo that is sent in.
    pub portrait_version: &'static str,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            needs_refresh_after: TimeDelta::hours(72),
            expires_soon_within: TimeDelta::hours(48),
            over_card_shown_for: TimeDelta::days(14),
            clock_warning_from: TimeDelta::seconds(30),
            renew_code_after: Duration::from_secs(15),
            batch: 10,
            login_within: TimeDelta::minutes(30),
            update_lists_after: Duration::from_secs(15 * 60),
            update_lists_after_scan: Duration::from_secs(5),
            challenge_within: Duration::from_secs(5 * 60),
            // All crates of the product have one version.
            portrait_version: env!("CARGO_PKG_VERSION"),
        }
    }
}
