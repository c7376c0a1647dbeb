//! `[database]`: SQLite in a file, or PostgreSQL by its address.

use std::{path::PathBuf, str::FromStr};

use sea_orm::sqlx::postgres::PgConnectOptions;
use serde::Deserialize;
use url::Url;

use super::{Reader, Secret};

const CONNECTIONS: u32 = 16;
const LEAST_OF_POSTGRES: i64 = 3;

const FORM: &str = "a database address such as sqlite:///var/lib/lommebevis/issuer.db or \
                    postgres://lommebevis@db.example.no/lommebevis";

/// `[database]`
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// A database address: `sqlite:///var/lib/lommebevis/issuer.db` or `postgres://user@host/name`. Never with a password.
    pub url: String,
    /// The password, for PostgreSQL.
    pub password: Option<Secret>,
    /// How the server is known to be the right one, for PostgreSQL.
    pub tls: DatabaseTls,
    /// Authorities for that, in PEM; none for the public ones.
    pub ca_file: Option<PathBuf>,
    /// Most connections of this process.
    pub connections: u32,
    /// How long to wait for one that is free, seconds.
    pub wait_s: u64,
}

/// How the database server is known to be the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatabaseTls {
    /// By a certificate for its name.
    VerifyFull,
    /// By a certificate of the authority, whatever name is in it.
    VerifyCa,
    /// Not at all, and nothing is encrypted: for this machine only.
    Off,
}

impl DatabaseConfig {
    /// With defaults for all but the address, which may hold a password.
    #[must_use]
    pub fn of(url: &str) -> Self {
        let (url, password) = split(url);
        Self {
            tls: default_tls(&url),
            url,
            password,
            ca_file: None,
            connections: CONNECTIONS,
            wait_s: 30,
        }
    }

    /// Whether it is SQLite.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    pub(super) fn read(r: &mut Reader) -> Self {
        const SETTING: &str = "database.url";
        let text = r.text(SETTING, FORM);
        let (url, in_url) = split(&text);
        if is_postgres(&url) {
            check(r, &url);
        } else if !url.starts_with("sqlite://") && !url.is_empty() {
            r.wrong(
                SETTING,
                "is of a kind this build does not have",
                &format!("set it to {FORM}"),
            );
        }
        let url = match url.strip_prefix("sqlite://") {
            Some(path) if !path.starts_with('/') && !path.is_empty() => r.sqlite_beside(path),
            _ => url,
        };
        let password = r.optional_secret("database.password");
        if password.is_some() && in_url.is_some() {
            r.wrong(
                "database.password",
                "is set although the address has a password in it too",
                "keep one of them",
            );
        }
        let usual = i64::from(CONNECTIONS);
        // A run of the sync keeps one, and those who renew its lease and write down how far it is must not wait for it.
        let least = if is_postgres(&url) {
            LEAST_OF_POSTGRES
        } else {
            1
        };
        let connections = r.whole("database.connections", usual, least, 1_000);
        let connections = u32::try_from(connections).unwrap_or(CONNECTIONS);
        let is_remote = default_tls(&url) == DatabaseTls::VerifyFull;
        Self {
            password: password.or(in_url),
            tls: r
                .structured("database.tls", "\"verify-full\", \"verify-ca\" or \"off\"")
                .unwrap_or(if is_remote {
                    DatabaseTls::VerifyFull
                } else {
                    DatabaseTls::Off
                }),
            ca_file: r.optional_path("database.ca_file"),
            connections,
            wait_s: r.seconds("database.wait_seconds", 30),
            url,
        }
    }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

fn check(r: &mut Reader, url: &str) {
    const SETTING: &str = "database.url";
    // What the driver says of a wrong address may quote it.
    if PgConnectOptions::from_str(url).is_err() {
        r.wrong(
            SETTING,
            "is not an address of a PostgreSQL database",
            &format!("set it to {FORM}"),
        );
    }
    let asks_for_tls = Url::parse(url).is_ok_and(|url| {
        url.query_pairs()
            .any(|(name, _)| name.starts_with("ssl") || name == "password")
    });
    if asks_for_tls {
        r.wrong(
            SETTING,
            "has settings of TLS or a password behind the ?",
            "set database.tls, database.ca_file and database.password_file instead",
        );
    }
}

/// The address without its password, and that.
fn split(text: &str) -> (String, Option<Secret>) {
    if !is_postgres(text) {
        return (text.to_owned(), None);
    }
    let Ok(mut url) = Url::parse(text) else {
        return (text.to_owned(), None);
    };
    let Some(password) = url.password().map(str::to_owned) else {
        return (text.to_owned(), None);
    };
    if url.set_password(None).is_err() {
        return (text.to_owned(), None);
    }
    // In an address it may be escaped.
    let plain =
        url::form_urlencoded::parse(format!("p={}", password.replace('+', "%2B")).as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
            .unwrap_or(password);
    (url.into(), Some(Secret::from(plain)))
}

/// Off on this machine, else the full check.
fn default_tls(url: &str) -> DatabaseTls {
    let Ok(options) = PgConnectOptions::from_str(url) else {
        return DatabaseTls::Off;
    };
    let host = options.get_host();
    let is_here = options.get_socket().is_some()
        || host.starts_with('/')
        || matches!(host, "127.0.0.1" | "localhost" | "::1" | "[::1]");
    if is_here {
        DatabaseTls::Off
    } else {
        DatabaseTls::VerifyFull
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_the_address_is_taken_out_of_it_and_never_shown() {
        for (text, url, password) in [
            (
                "postgres://issuer:s%40cret+1@db.example.no:5433/issuer",
                "postgres://issuer@db.example.no:5433/issuer",
                Some("s@cret+1"),
            ),
            (
                "postgres://issuer@db.example.no/issuer",
                "postgres://issuer@db.example.no/issuer",
                None,
            ),
            ("sqlite:///a:b@c.db", "sqlite:///a:b@c.db", None),
        ] {
            let config = DatabaseConfig::of(text);
            assert_eq!(config.url, url);
            assert_eq!(config.password.as_ref().map(Secret::expose), password);
            for secret in ["s@cret", "%40cret"] {
                assert!(!format!("{config:?}").contains(secret), "{config:?}");
            }
        }
    }

    #[test]
    fn a_server_elsewhere_must_show_who_it_is_unless_the_operator_says_otherwise() {
        for (url, tls) in [
            ("postgres://a@db.example.no/b", DatabaseTls::VerifyFull),
            ("postgres://a@10.0.0.4/b", DatabaseTls::VerifyFull),
            ("postgres://a@localhost/b", DatabaseTls::Off),
            ("postgres://a@127.0.0.1:5555/b", DatabaseTls::Off),
            (
                "postgres:///b?host=/run/postgresql&user=a",
                DatabaseTls::Off,
            ),
        ] {
            assert_eq!(DatabaseConfig::of(url).tls, tls, "{url}");
        }
    }
}
