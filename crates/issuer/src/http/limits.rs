//! How much one caller may ask for: so many requests a minute from one address, of one device, of one person logged in.
//!
//! Each has a bucket that fills with time and is emptied by requests. Buckets live in memory, and there is a bound on how
//! many; each process counts for itself. An address is that of the connection, or, when that is a proxy the county
//! trusts, the last one in `X-Forwarded-For` that is none of the county's.

mod buckets;

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool, atomic::Ordering},
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
    web::{
        known,
        session::{self, Kind},
    },
};

use super::{
    Problem, Service,
    brake::Seldom,
    page::{Page, Situation},
};
use buckets::Buckets;

/// So many buckets at most, of some hundred bytes each.
const MOST: usize = 100_000;
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of the connection; put into every request by the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Limit {
    /// Beginning to log in to the app, per address.
    Login,
    /// The way to Feide and back, per address. Whoever is on it has begun, and holds a row of ours.
    Return,
    /// Tokens, per address.
    Token,
    /// Nonces, per address.
    Nonce,
    /// Everything that takes a token, per address.
    Card,
    /// Pages behind a login that nobody is logged in for, per address.
    Page,
    /// Beginning to log in to the staff's pages, per address.
    StaffLogin,
    /// Beginning to log in to `/min-side`, per address.
    PersonLogin,
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
            Self::Return => "return",
            Self::Token => "token",
            Self::Nonce => "nonce",
            Self::Card => "card",
            Self::Page => "page",
            Self::StaffLogin => "staff_login",
            Self::PersonLogin => "person_login",
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
            Self::Return => config.way_back,
            Self::Token => config.token,
            Self::Nonce => config.nonce,
            Self::Card => config.card,
            Self::Page => config.page,
            Self::StaffLogin => config.staff_login,
            Self::PersonLogin => config.person_login,
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
    /// The digest of Feide's identifier of who is logged in.
    Person([u8; 32]),
    /// The digest of what a browser is known by in which somebody has logged in before.
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
    /// That callers are held back is told now and then: a flood of requests must not be one of lines as well.
    told: Seldom<Limit>,
    /// A setting that makes all clients one is told once.
    told_of_proxies: AtomicBool,
}

impl Limits {
    pub(super) fn new(config: LimitsConfig, proxies: Vec<Network>) -> Self {
        Self {
            config,
            proxies,
            buckets: Mutex::new(Buckets::new(MOST)),
            told: Seldom::default(),
            told_of_proxies: AtomicBool::new(false),
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

    /// The client's address, and always one: where what is forwarded says nothing, it is that of whoever forwarded it. What
    /// stands left of the last proxy's word is the client's own, and may be any bytes.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        if self.is_proxy(peer) {
            let values: Vec<&HeaderValue> = headers.get_all(&FORWARDED).iter().collect();
            let entries = values
                .iter()
                .rev()
                .flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','));
            for entry in entries {
                let text = std::str::from_utf8(entry).ok();
                let Some(found) = text.and_then(|text| address(text.trim())) else {
                    break;
                };
                client = found;
                if !self.is_proxy(found) {
                    break;
                }
            }
        }
        network_of(client)
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|proxy| proxy.contains(address))
    }

    /// Says once what makes all clients of a proxy one. `is_public`: a proxy stands before this service, since phones
    /// reach it over https.
    fn tell_of_proxies(&self, peer: IpAddr, headers: &HeaderMap, is_public: bool) {
        let says_whose = headers.contains_key(&FORWARDED);
        let is_proxy = self.is_proxy(peer);
        if says_whose == is_proxy
            || !is_public
            || self.told_of_proxies.swap(true, Ordering::Relaxed)
        {
            return;
        }
        if says_whose {
            tracing::warn!(
                "a request came through a proxy that is not in server.trusted_proxies: all its clients count as one"
            );
        } else {
            tracing::warn!(
                "a trusted proxy sends no X-Forwarded-For: all its clients count as one"
            );
        }
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

/// IPv6 clients are counted by the network that a home or a school is given, a /56: they have 256 smaller ones in it.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 72 << 72)),
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
        // Refusing these throws a login away that somebody has half done.
        "/oauth/authorize" | "/oauth/feide/callback" | "/login/feide/callback" => {
            Some((Limit::Return, Form::Page))
        }
        "/oauth/token" | "/oauth/revoke" => Some((Limit::Token, Form::OAuth)),
        "/openid4vci/nonce" => Some((Limit::Nonce, Form::Problem)),
        _ if is_under("/oauth") => Some((Limit::Login, Form::Page)),
        _ if is_under("/openid4vci") || is_under("/wallet") => Some((Limit::Card, Form::Problem)),
        // The secretary who has to help must not be locked out with the pupils.
        "/admin/login" => Some((Limit::StaffLogin, Form::Page)),
        "/min-side/login" => Some((Limit::PersonLogin, Form::Page)),
        _ if is_under("/admin") || is_under("/min-side") || is_under("/login") => {
            Some((Limit::Page, Form::Page))
        }
        _ => None,
    }
}

/// Counts every request by its address; but those of whoever is logged in by the person alone, since all of a school, or of
/// a county, have one address, and nobody there may lock the others out.
pub(super) async fn enforce(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let prefix = service
        .config
        .issuer
        .public_url
        .path()
        .trim_end_matches('/');
    let path = request.uri().path();
    let path = path.strip_prefix(prefix).unwrap_or(path);
    let Some((limit, form)) = at(path) else {
        return next.run(request).await;
    };
    let now = service.now().timestamp_millis();
    let logged_in = if limit == Limit::Page {
        let kind = if path.starts_with(Kind::Person.home()) {
            Kind::Person
        } else {
            Kind::Staff
        };
        // Where the database fails, the page says so.
        let found = session::live(&service, request.headers(), kind).await;
        found.ok().flatten()
    } else {
        None
    };
    let counted = match logged_in {
        Some(session) => {
            let who = Who::Person(jose::sha256(session.feide_sub.as_bytes()));
            // Not to be asked for again.
            request.extensions_mut().insert(session);
            let counted = service.limits.count(Limit::PersonPage, who, now);
            counted.map_err(|wait| (Limit::PersonPage, wait))
        }
        None => {
            let counted = match known_browser(&service, &request, limit) {
                Some(browser) => service.limits.count(limit, browser, now),
                None => by_address(&service, &request, limit, now),
            };
            counted.map_err(|wait| (limit, wait))
        }
    };
    match counted {
        Ok(()) => next.run(request).await,
        Err((limit, wait)) => {
            service.metrics.held_back(limit.name());
            if service.limits.told.may(limit, now) {
                tracing::warn!(limit = limit.name(), "callers are held back");
            }
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

/// The browser that begins a login, where somebody has finished one in it before: nobody else at its address can use up
/// the logins that it may begin.
fn known_browser(service: &Service, request: &Request, limit: Limit) -> Option<Who> {
    if !matches!(limit, Limit::StaffLogin | Limit::PersonLogin) {
        return None;
    }
    let known = known::of(service, request.headers())?;
    Some(Who::Browser(jose::sha256(known.as_bytes())))
}

fn by_address(service: &Service, request: &Request, limit: Limit, now: i64) -> Result<(), Wait> {
    // Every connection has another end; only tests send without one.
    let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() else {
        return Ok(());
    };
    let headers = request.headers();
    let is_public = service.config.issuer.public_url.scheme() == "https";
    service
        .limits
        .tell_of_proxies(peer.ip(), headers, is_public);
    let client = Who::Address(service.limits.client(peer.ip(), headers));
    service.limits.count(limit, client, now)
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

#[cfg(test)]
mod tests;
