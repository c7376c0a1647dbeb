//! How much one caller may ask for: so many requests a minute from one address, of one device, of one person logged in.
//!
//! Each has a bucket that fills with time and is emptied by requests. Buckets live in memory, and there is a bound on how
//! many; each process counts for itself. An address is that of the connection, or, when that is a proxy the county
//! trusts, the last one in `X-Forwarded-For` that is none of the county's.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use crate::{
    config::{LimitsConfig, Network},
    oauth::OAuthProblem,
};

use super::{
    Problem, Service,
    page::{Page, Situation},
};

/// So many buckets at most, of some hundred bytes each.
const MOST: usize = 100_000;
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of the connection; put into every request by the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Limit {
    /// Logging in, per address.
    Login,
    /// Tokens, per address.
    Token,
    /// Nonces, per address.
    Nonce,
    /// Everything that takes a token, per address.
    Card,
    /// Pages behind a login, per address.
    Page,
    /// Tokens, per device.
    DeviceToken,
    /// Credential requests, per device.
    DeviceCredential,
    /// Photos, per device.
    DevicePhoto,
    /// Everything else, per device.
    DeviceOther,
    /// Pages, per person logged in.
    PersonPage,
}

impl Limit {
    /// What it is called in the settings and in metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Token => "token",
            Self::Nonce => "nonce",
            Self::Card => "card",
            Self::Page => "page",
            Self::DeviceToken => "device_token",
            Self::DeviceCredential => "device_credential",
            Self::DevicePhoto => "device_photo",
            Self::DeviceOther => "device_other",
            Self::PersonPage => "person_page",
        }
    }

    fn a_minute(self, config: &LimitsConfig) -> u32 {
        match self {
            Self::Login => config.login,
            Self::Token => config.token,
            Self::Nonce => config.nonce,
            Self::Card => config.card,
            Self::Page => config.page,
            Self::DeviceToken => config.device_token,
            Self::DeviceCredential => config.device_credential,
            Self::DevicePhoto => config.device_photo,
            Self::DeviceOther => config.device_other,
            Self::PersonPage => config.person_page,
        }
    }

    /// What a device with a token does at this path, without the public address's prefix.
    pub(crate) fn of_device(path: &str) -> Self {
        if path.ends_with("/openid4vci/credential") {
            Self::DeviceCredential
        } else if path.contains("/wallet/photo") {
            Self::DevicePhoto
        } else {
            Self::DeviceOther
        }
    }
}

/// Whose bucket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Who {
    Address(IpAddr),
    Device(Uuid),
    /// The digest of the cookies that a browser sends.
    Browser([u8; 32]),
    /// All for whom there is no room.
    Rest,
}

/// Wait so long, in seconds, and ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) u32);

/// The buckets.
#[derive(Debug)]
pub(crate) struct Limits {
    config: LimitsConfig,
    proxies: Vec<Network>,
    buckets: Mutex<Buckets<(Limit, Who)>>,
}

impl Limits {
    pub(super) fn new(config: LimitsConfig, proxies: Vec<Network>) -> Self {
        Self {
            config,
            proxies,
            buckets: Mutex::new(Buckets::new(MOST)),
        }
    }

    /// Counts one request of a device; `now` in unix milliseconds.
    pub(crate) fn device(&self, limit: Limit, device: Uuid, now: i64) -> Result<(), Wait> {
        self.count(limit, Who::Device(device), now)
    }

    fn count(&self, limit: Limit, who: Who, now: i64) -> Result<(), Wait> {
        let a_minute = limit.a_minute(&self.config);
        if a_minute == 0 {
            return Ok(());
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take((limit, who), (limit, Who::Rest), a_minute, now)
    }

    /// The client's address; none when nobody can say. IPv6 clients are counted by their network, which is theirs alone.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let is_ours = |address: IpAddr| self.proxies.iter().any(|proxy| proxy.contains(address));
        if !is_ours(peer) {
            return Some(network_of(peer));
        }
        let text: Vec<&str> = headers
            .get_all(&FORWARDED)
            .iter()
            .map(|value| value.to_str().unwrap_or_default())
            .collect();
        text.join(",")
            .rsplit(',')
            .map_while(|entry| address(entry.trim()))
            .find(|address| !is_ours(*address))
            .map(network_of)
    }
}

/// As proxies write addresses: with or without a port, IPv6 with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let parsed = text
        .parse::<IpAddr>()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    parsed.or_else(|| {
        text.strip_prefix('[')?
            .strip_suffix(']')?
            .parse::<Ipv6Addr>()
            .ok()
            .map(IpAddr::V6)
    })
}

fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

/// In which form an address is told to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    OAuth,
    Problem,
    Page,
}

/// What is counted at a path without the public address's prefix, and how it is refused; none for what all may read.
fn at(path: &str) -> Option<(Limit, Form)> {
    let is_under = |folder: &str| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match path {
        "/oauth/par" => Some((Limit::Login, Form::OAuth)),
        "/oauth/token" | "/oauth/revoke" => Some((Limit::Token, Form::OAuth)),
        "/openid4vci/nonce" => Some((Limit::Nonce, Form::Problem)),
        _ if is_under("/oauth") || is_under("/login") => Some((Limit::Login, Form::Page)),
        _ if is_under("/openid4vci") || is_under("/wallet") => Some((Limit::Card, Form::Problem)),
        _ if is_under("/admin") || is_under("/min-side") => Some((Limit::Page, Form::Page)),
        _ => None,
    }
}

/// Counts every request by its address, and those of browsers that are logged in by person too.
pub(super) async fn enforce(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let prefix = service
        .config
        .issuer
        .public_url
        .path()
        .trim_end_matches('/');
    let path = request.uri().path();
    let Some((limit, form)) = at(path.strip_prefix(prefix).unwrap_or(path)) else {
        return next.run(request).await;
    };
    let now = service.now().timestamp_millis();
    let peer = request.extensions().get::<Peer>().copied();
    let client = peer.and_then(|Peer(peer)| service.limits.client(peer.ip(), request.headers()));
    let by_address = client.map_or(Ok(()), |client| {
        let counted = service.limits.count(limit, Who::Address(client), now);
        counted.map_err(|wait| (limit, wait))
    });
    let counted = by_address.and_then(|()| {
        let cookies = request.headers().get(header::COOKIE);
        let Some(cookies) = cookies.filter(|_| limit == Limit::Page) else {
            return Ok(());
        };
        let who = Who::Browser(jose::sha256(cookies.as_bytes()));
        let counted = service.limits.count(Limit::PersonPage, who, now);
        counted.map_err(|wait| (Limit::PersonPage, wait))
    });
    match counted {
        Ok(()) => next.run(request).await,
        Err((limit, wait)) => {
            service.metrics.held_back(limit.name());
            match form {
                Form::OAuth => OAuthProblem::TooMany(wait).into_response(),
                Form::Problem => Problem::TooManyRequests(wait).into_response(),
                Form::Page => {
                    let page = Page::new(Situation::TooMany, request.headers());
                    wait.on(page.into_response())
                }
            }
        }
    }
}

impl Wait {
    /// Says in an answer how long to wait (RFC 9110 §10.2.3).
    pub(crate) fn on(self, mut response: Response) -> Response {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(self.0));
        response
    }
}

/// Buckets by key, a bounded number of them.
#[derive(Debug)]
struct Buckets<K> {
    most: usize,
    buckets: HashMap<K, Bucket>,
    /// The full ones are not looked for again before this time.
    swept_at: i64,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// Requests, in parts of [`ONE`].
    left: i64,
    a_minute: u32,
    /// Unix milliseconds.
    at: i64,
}

/// Looking for full buckets takes a while, so not more often than this, in milliseconds.
const SWEEP: i64 = 1_000;
/// One request: a limit of one a minute gives one part of it each millisecond, so that nothing is rounded.
const ONE: i64 = 60_000;

impl Bucket {
    fn at(&self, now: i64) -> i64 {
        let (passed, a_minute) = (now.saturating_sub(self.at).max(0), i64::from(self.a_minute));
        self.left
            .saturating_add(passed.saturating_mul(a_minute))
            .min(a_minute * ONE)
    }

    fn is_full(&self, now: i64) -> bool {
        self.at(now) >= i64::from(self.a_minute) * ONE
    }

    /// Whole seconds until there is one.
    fn wait(&self) -> Wait {
        let seconds = {
            let a_second = i64::from(self.a_minute) * 1_000;
            (ONE - self.left + a_second - 1) / a_second
        };
        Wait(u32::try_from(seconds.clamp(1, 60)).unwrap_or(60))
    }
}

impl<K: Clone + Eq + Hash> Buckets<K> {
    fn new(most: usize) -> Self {
        Self {
            most,
            buckets: HashMap::new(),
            swept_at: i64::MIN,
        }
    }

    /// Takes one out of a bucket. A key that is new when there is no room shares the bucket of `rest`.
    fn take(&mut self, key: K, rest: K, a_minute: u32, now: i64) -> Result<(), Wait> {
        let key = if self.buckets.contains_key(&key) || self.has_room(now) {
            key
        } else {
            rest
        };
        let bucket = self.buckets.entry(key).or_insert(Bucket {
            left: i64::from(a_minute) * ONE,
            a_minute,
            at: now,
        });
        bucket.left = bucket.at(now);
        // A clock that goes back gives nothing.
        bucket.at = bucket.at.max(now);
        if bucket.left < ONE {
            return Err(bucket.wait());
        }
        bucket.left -= ONE;
        Ok(())
    }

    /// A full bucket says the same as none.
    fn has_room(&mut self, now: i64) -> bool {
        if self.buckets.len() >= self.most && now.saturating_sub(self.swept_at) >= SWEEP {
            self.swept_at = now;
            self.buckets.retain(|_, bucket| !bucket.is_full(now));
        }
        self.buckets.len() < self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_789_552_800_000;

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_the_wait_is_told() {
        let mut buckets = Buckets::new(10);
        for _ in 0..6 {
            assert_eq!(buckets.take("a", "rest", 6, NOW), Ok(()));
        }
        assert_eq!(buckets.take("a", "rest", 6, NOW), Err(Wait(10)));
        assert_eq!(buckets.take("b", "rest", 6, NOW), Ok(()));
        assert_eq!(buckets.take("a", "rest", 6, NOW + 9_000), Err(Wait(1)));
        assert_eq!(buckets.take("a", "rest", 6, NOW + 10_000), Ok(()));
        // A clock that goes back gives nothing.
        assert_eq!(buckets.take("a", "rest", 6, NOW), Err(Wait(10)));
        assert_eq!(buckets.take("a", "rest", 6, NOW + 19_000), Err(Wait(1)));
    }

    #[test]
    fn there_is_a_bound_on_buckets_and_those_who_were_there_keep_theirs() {
        let mut buckets = Buckets::new(100);
        for key in 0..10_000 {
            let _ = buckets.take(key, -1, 2, NOW);
        }
        assert!(buckets.buckets.len() <= 101, "{}", buckets.buckets.len());
        assert!(
            buckets.take(20_000, -1, 2, NOW).is_err(),
            "all the rest share one"
        );
        assert_eq!(buckets.take(5, -1, 2, NOW), Ok(()));
        // When the old ones are full again, there is room.
        assert_eq!(buckets.take(20_000, -1, 2, NOW + 61_000), Ok(()));
        assert_eq!(buckets.buckets.len(), 1);
    }

    fn limits() -> Limits {
        let proxies = ["127.0.0.0/8", "10.1.0.0/16"];
        let config = crate::config::tests::sample().running.limits;
        Limits::new(
            config,
            proxies.map(|text| Network::parse(text).unwrap()).into(),
        )
    }

    #[test]
    fn the_client_is_the_last_address_that_is_none_of_the_countys() {
        for (peer, forwarded, client) in [
            // Nobody before us is trusted: the header is the client's own word.
            ("203.0.113.9", &["198.51.100.1"][..], Some("203.0.113.9")),
            ("127.0.0.1", &["198.51.100.1"], Some("198.51.100.1")),
            // What a client has written before it reached the proxy counts for nothing.
            (
                "127.0.0.1",
                &["1.1.1.1, 198.51.100.1"],
                Some("198.51.100.1"),
            ),
            (
                "127.0.0.1",
                &["1.1.1.1", "198.51.100.1, 10.1.2.3"],
                Some("198.51.100.1"),
            ),
            ("127.0.0.1", &["nobody, 10.1.2.3"], None),
            ("127.0.0.1", &["198.51.100.1, nobody"], None),
            ("127.0.0.1", &[], None),
            ("127.0.0.1", &["198.51.100.1:4711"], Some("198.51.100.1")),
            (
                "127.0.0.1",
                &["[2001:db8:1:2:3:4:5:6]:4711"],
                Some("2001:db8:1:2::"),
            ),
            (
                "127.0.0.1",
                &["2001:db8:1:2:3:4:5:6"],
                Some("2001:db8:1:2::"),
            ),
            ("2001:db8:1:2:3:4:5:6", &[], Some("2001:db8:1:2::")),
            ("::ffff:127.0.0.1", &["198.51.100.1"], Some("198.51.100.1")),
        ] {
            let mut headers = HeaderMap::new();
            for value in forwarded {
                headers.append(FORWARDED, value.parse().unwrap());
            }
            let found = limits().client(peer.parse().unwrap(), &headers);
            let client = client.map(|text: &str| text.parse().unwrap());
            assert_eq!(found, client, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn every_place_that_costs_something_is_counted() {
        for (path, limit) in [
            ("/oauth/par", Some(Limit::Login)),
            ("/oauth/authorize", Some(Limit::Login)),
            ("/oauth/feide/callback", Some(Limit::Login)),
            ("/login/feide/callback", Some(Limit::Login)),
            ("/oauth/token", Some(Limit::Token)),
            ("/openid4vci/nonce", Some(Limit::Nonce)),
            ("/openid4vci/credential", Some(Limit::Card)),
            ("/wallet/photo", Some(Limit::Card)),
            ("/admin", Some(Limit::Page)),
            ("/admin/person/1", Some(Limit::Page)),
            ("/min-side", Some(Limit::Page)),
            ("/administrator", None),
            ("/status-lists/1", None),
            ("/health/ready", None),
        ] {
            assert_eq!(at(path).map(|(limit, _)| limit), limit, "{path}");
        }
    }
}
