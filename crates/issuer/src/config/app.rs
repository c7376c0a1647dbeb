//! `[app]`: the app, and what ties it to this service's address.

use serde::Deserialize;

use super::Reader;

/// `[app]`
#[derive(Clone, Debug, Default)]
pub struct AppConfig {
    /// Redirect addresses besides the loopback one and [`county_api::APP_CALLBACK_PATH`].
    pub redirect_uris: Vec<String>,
    /// The Android apps that may open links to [`county_api::APP_CALLBACK_PATH`].
    pub android: Vec<AndroidApp>,
    /// The same on iOS: `<team>.<bundle identifier>`.
    pub apple: Vec<String>,
}

/// One Android app.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AndroidApp {
    /// Its application id.
    pub package: String,
    /// SHA-256 of each certificate that signs it, as 32 pairs of hexadecimal digits with `:` between, in capitals.
    pub sha256_cert_fingerprints: Vec<String>,
}

impl AppConfig {
    pub(super) fn read(r: &mut Reader) -> Self {
        let redirect_uris = r.texts("app.redirect_uris", &[county_api::APP_SCHEME_CALLBACK]);
        let mut android: Vec<AndroidApp> = r
            .structured(
                "app.android",
                "a list such as [{ package = \"no.lommebevis.app\", sha256_cert_fingerprints = [\"AB:CD:…\"] }]",
            )
            .unwrap_or_default();
        for app in &mut android {
            check(r, app);
        }
        let apple = r.optional_texts("app.apple").unwrap_or_default();
        for id in &apple {
            if !is_apple_id(id) {
                r.wrong(
                    "app.apple",
                    &format!("has {id}, which is not a team and a bundle identifier"),
                    "write it as Apple's developer pages do, such as ABCDE12345.no.lommebevis.app",
                );
            }
        }
        Self {
            redirect_uris,
            android,
            apple,
        }
    }
}

fn check(r: &mut Reader, app: &mut AndroidApp) {
    const SETTING: &str = "app.android";
    if !is_package(&app.package) {
        r.wrong(
            SETTING,
            &format!("has the package {}, which is not one", app.package),
            "write the application id, such as no.lommebevis.app",
        );
    }
    if app.sha256_cert_fingerprints.is_empty() {
        r.wrong(
            SETTING,
            &format!("has no fingerprint for {}", app.package),
            "take it from App signing in the Play Console: links are opened for the certificate that Google signs with",
        );
    }
    for fingerprint in &mut app.sha256_cert_fingerprints {
        // Android compares the text.
        fingerprint.make_ascii_uppercase();
        if !is_fingerprint(fingerprint) {
            r.wrong(
                SETTING,
                &format!("has {fingerprint} for {}, which is not the SHA-256 of a certificate", app.package),
                "write 32 pairs of hexadecimal digits with : between, as keytool and the Play Console show it (SHA-1 has 20)",
            );
        }
    }
}

fn is_fingerprint(text: &str) -> bool {
    let mut pairs = 0;
    text.split(':').all(|pair| {
        pairs += 1;
        pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit())
    }) && pairs == 32
}

/// Two or more names with dots between, each of letters, digits and `_` and beginning with a letter.
fn is_package(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|name| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
}

/// Ten capitals and digits, and a bundle identifier.
fn is_apple_id(text: &str) -> bool {
    text.split_once('.').is_some_and(|(team, bundle)| {
        team.len() == 10
            && team
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && !bundle.is_empty()
            && bundle.split('.').all(|name| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            })
    })
}

#[cfg(test)]
mod tests {
    use crate::config::tests::{problems_in, sample_text};

    const FINGERPRINT: &str = "14:6d:e9:83:c5:73:06:50:d8:ee:b9:95:2f:34:fc:64:16:a0:83:42:e6:1d:be:a8:8a:04:96:b2:3f:cf:44:e5";

    /// What is wrong with the sample when its `[app]` says this too.
    fn wrong(lines: &str) -> Vec<String> {
        let sample = sample_text();
        assert!(sample.contains("\n[app]\n"));
        problems_in(&sample.replace("\n[app]\n", &format!("\n[app]\n{lines}\n")))
    }

    #[test]
    fn what_is_wrong_with_an_app_is_named() {
        let android = |package: &str, fingerprint: &str| {
            format!(
                "android = [{{ package = \"{package}\", sha256_cert_fingerprints = [\"{fingerprint}\"] }}]"
            )
        };
        assert_eq!(wrong(&android("no.lommebevis.app", FINGERPRINT)), [""; 0]);
        for (lines, said) in [
            (android("lommebevis", FINGERPRINT), "the package lommebevis"),
            (android("no.lommebevis.app", &FINGERPRINT[3..]), "SHA-256"),
            (
                android("no.lommebevis.app", &FINGERPRINT.replace(':', "")),
                "SHA-256",
            ),
            (
                android("no.lommebevis.app", &FINGERPRINT.replace("14:", "1g:")),
                "SHA-256",
            ),
            (
                "android = [{ package = \"no.lommebevis.app\", sha256_cert_fingerprints = [] }]"
                    .into(),
                "no fingerprint",
            ),
            (
                "android = [{ package = \"no.lommebevis.app\" }]".into(),
                "a list such as",
            ),
            ("apple = [\"no.lommebevis.app\"]".into(), "not a team"),
            ("apple = [\"ABCDE12345\"]".into(), "not a team"),
            (
                "apple = [\"abcde12345.no.lommebevis.app\"]".into(),
                "not a team",
            ),
        ] {
            let problems = wrong(&lines);
            assert_eq!(problems.len(), 1, "{lines}: {problems:?}");
            assert!(problems[0].contains(said), "{lines}: {problems:?}");
        }
        assert_eq!(wrong("apple = [\"ABCDE12345.no.lommebevis.app\"]"), [""; 0]);
    }
}
