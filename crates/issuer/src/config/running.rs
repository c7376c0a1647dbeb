//! `[log]`, `[limits]` and what `[server]` says of connections: how the service is run, and how much one caller may ask.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use serde::Deserialize;

use super::reader::Reader;

/// How the service is run.
#[derive(Clone, Debug)]
pub struct RunningConfig {
    /// How log lines are written.
    pub log: LogFormat,
    /// Where Prometheus reads; none for nowhere. Never the public address.
    pub metrics_listen: Option<SocketAddr>,
    /// How long a client may take to send the head of a request, and a connection may lie idle.
    pub header_timeout: Duration,
    /// How many connections are held at once; more wait to be taken.
    pub max_connections: usize,
    /// How long it goes on after the signal to stop, no longer ready, until what stands before it sends nobody any more.
    pub leave_within: Duration,
    /// How long requests and jobs that are under way may take after the signal to stop.
    pub stop_within: Duration,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// How much one caller may ask for.
    pub limits: LimitsConfig,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// `[limits]`: requests a minute, from one address or of one device or person; 0 for no limit. A minute's worth may come
/// at once. The defaults let three thousand pupils log in within a minute through one address; a county whose schools
/// share one way out multiplies them.
#[derive(Clone, Copy, Debug)]
pub struct LimitsConfig {
    /// Beginning to log in to the app, from one address.
    pub login: u32,
    /// The ways to Feide and back, from one address: two in each login.
    pub way_back: u32,
    /// Tokens, from one address.
    pub token: u32,
    /// Nonces, from one address.
    pub nonce: u32,
    /// Everything that takes a token, from one address.
    pub card: u32,
    /// The staff's pages and `/min-side`, asked for without being logged in, from one address.
    pub page: u32,
    /// Beginning to log in to the staff's pages, from one address.
    pub staff_login: u32,
    /// Beginning to log in to `/min-side`, from one address.
    pub person_login: u32,
    /// Tokens of one device.
    pub device_token: u32,
    /// Credential requests of one device.
    pub device_credential: u32,
    /// Photos looked at, decided on or sent in, of one device; how many may be sent in on a day is `photos.attempts_per_day`.
    pub device_photo: u32,
    /// Everything else of one device.
    pub device_other: u32,
    /// Pages of one person who is logged in.
    pub person_page: u32,
}

/// A network, such as `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads an address, or an address and the number of its leading bits that count.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= most)?,
            None => most,
        };
        Some(Self { address, bits })
    }

    /// Whether an address is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            _ => false,
        }
    }
}

impl RunningConfig {
    pub(super) fn read(r: &mut Reader) -> Self {
        let metrics = r.optional_text("server.metrics_listen");
        Self {
            log: r
                .structured("log.format", "\"text\" or \"json\"")
                .unwrap_or_default(),
            metrics_listen: metrics.map(|_| {
                r.socket_address(
                    "server.metrics_listen",
                    SocketAddr::from(([127, 0, 0, 1], 9020)),
                )
            }),
            header_timeout: Duration::from_secs(r.seconds("server.header_timeout_seconds", 120)),
            max_connections: r.size("server.max_connections", 2_000, 1, 1_000_000),
            leave_within: Duration::from_secs(
                r.whole("server.leave_seconds", 0, 0, 300).unsigned_abs(),
            ),
            stop_within: Duration::from_secs(r.seconds("server.stop_within_seconds", 20)),
            trusted_proxies: Self::read_proxies(r),
            limits: LimitsConfig::read(r),
        }
    }

    fn read_proxies(r: &mut Reader) -> Vec<Network> {
        const SETTING: &str = "server.trusted_proxies";
        let mut networks = Vec::new();
        for text in r.texts(SETTING, &["127.0.0.0/8", "::1"]) {
            match Network::parse(&text) {
                Some(network) => networks.push(network),
                None => r.wrong(
                    SETTING,
                    &format!("{text} is neither an address nor a network"),
                    "set it to the addresses of your proxies, such as [\"127.0.0.1\", \"10.1.2.3\"]",
                ),
            }
        }
        networks
    }
}

impl LimitsConfig {
    fn read(r: &mut Reader) -> Self {
        let mut a_minute = |name: &str, default: i64| {
            let setting = format!("limits.{name}_per_minute");
            u32::try_from(r.whole(&setting, default, 0, 10_000_000)).unwrap_or_default()
        };
        Self {
            login: a_minute("login", 3_000),
            way_back: a_minute("return", 12_000),
            token: a_minute("token", 12_000),
            nonce: a_minute("nonce", 24_000),
            card: a_minute("card", 48_000),
            page: a_minute("page", 1_200),
            staff_login: a_minute("staff_login", 300),
            person_login: a_minute("person_login", 300),
            device_token: a_minute("device_token", 60),
            device_credential: a_minute("device_credential", 120),
            device_photo: a_minute("device_photo", 60),
            device_other: a_minute("device_other", 240),
            person_page: a_minute("person_page", 300),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_that_share_its_first_bits() {
        for (network, address, is_in) in [
            ("10.0.0.0/8", "10.255.1.2", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            // As a socket for both families shows an IPv4 client.
            ("127.0.0.0/8", "::ffff:127.0.0.1", true),
        ] {
            let network = Network::parse(network).unwrap();
            assert_eq!(
                network.contains(address.parse().unwrap()),
                is_in,
                "{network:?} {address}"
            );
        }
        for text in ["", "proxy", "10.0.0.0/33", "10.0.0.0/x", "::/129", "1/8"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
