//! A new signing key, with people and checkers about: nobody's card fails before, while or after it takes over.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use county_api::Profile;
use tokio::process::Command;
use wallet::platform::{Http, HttpError, Platform, Request, Response};
use wallet::{CardState, RefreshError, TrustError, Wallet};
use whole_system::stage::program;
use whole_system::walk::{self, CheckerFiles};

use crate::setting::County;

/// Long enough to be published before it signs, short enough to wait for.
const PUBLISH_AHEAD: Duration = Duration::from_secs(36);
const PUBLISH_AHEAD_HOURS: &str = "\npublish_ahead_hours = 0.01\n";
/// The longest that a slow machine may take for all of it.
const PATIENCE: Duration = Duration::from_secs(300);

async fn county() -> County {
    let mut county = County::start().await;
    county
        .change_settings(|settings| {
            let marker = "# publish_ahead_hours = 24";
            assert!(settings.contains(marker));
            settings.replacen(marker, PUBLISH_AHEAD_HOURS, 1)
        })
        .await;
    county
}

/// What a checker has who fetches everything now.
pub(crate) async fn checker(county: &County, name: &str) -> CheckerFiles {
    let folder = county.path().join(name);
    walk::cache_lists(&county.stage, &folder)
        .await
        .unwrap_or_else(|e| panic!("{e}"))
}

/// What `lommebevis-verify` says of a code, offline.
pub(crate) async fn verify(
    county: &County,
    files: &CheckerFiles,
    text: &str,
    more: &[&str],
) -> Output {
    let mut command = Command::new(program("lommebevis-verify"));
    command
        .args(["--allow-demo", "--trust-list"])
        .arg(&files.trust_list)
        .arg("--trust-key")
        .arg(&files.trust_key)
        .current_dir(county.path())
        .args(more);
    for status in &files.statuses {
        command.arg("--status").arg(status);
    }
    command
        .arg("--")
        .arg(text)
        .output()
        .await
        .expect("a verdict")
}

/// The card is good to this checker, whatever it is shown for.
async fn passes(county: &County, files: &CheckerFiles, wallet: &Wallet, when: &str) {
    for profile in [Profile::Exam, Profile::Age] {
        let code = wallet
            .code(&walk::first_card(wallet), profile)
            .expect("a code");
        let output = verify(county, files, &code.text, &[]).await;
        assert_eq!(
            output.status.code(),
            Some(0),
            "{when}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// The key that signed what is behind the code.
fn signer(wallet: &Wallet) -> Vec<u8> {
    let code = wallet
        .code(&walk::first_card(wallet), Profile::Exam)
        .expect("a code");
    qr_proof::decode(&code.text)
        .expect("a code")
        .key_id()
        .to_vec()
}

fn version(county: &County, files: &CheckerFiles) -> u64 {
    let text = std::fs::read_to_string(&files.trust_list).expect("a trust list");
    let told = walk::read_county(&county.stage).expect("a county file");
    verifier::TrustList::verify(&text, &told.trust_list_key, chrono::Utc::now(), None)
        .expect("a trust list")
        .version()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_card_fails_before_while_or_after_a_new_key_takes_over() {
    let county = county().await;
    let nora = county.enrolled("nora", "phone of nora").await;
    // Aslak's phone stays in the drawer all the while.
    let aslak = county.enrolled("aslak", "phone of aslak").await;
    let before = checker(&county, "before").await;
    passes(&county, &before, &nora, "before").await;
    let old = signer(&nora);

    county
        .stage
        .issuer_command(&["keys", "rotate"])
        .await
        .unwrap_or_else(|e| panic!("{e}"));
    let rotated = Instant::now();
    // A checker who comes just after the new key is out, and then has no network for a while.
    let first = version(&county, &before);
    let mut informed = checker(&county, "informed").await;
    while version(&county, &informed) == first {
        assert!(
            rotated.elapsed() < PATIENCE,
            "the new key is never published"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
        informed = checker(&county, "informed").await;
    }
    assert!(
        rotated.elapsed() < PUBLISH_AHEAD,
        "published in good time before it signs"
    );

    let mut signers = BTreeSet::new();
    let mut rounds_with_the_new = 0;
    for round in 0.. {
        assert!(rotated.elapsed() < PATIENCE, "the new key never signs");
        // A phone that happens to fetch its card anew just now.
        nora.refresh().await.unwrap_or_else(|e| panic!("{e}"));
        nora.fetch_credentials()
            .await
            .unwrap_or_else(|e| panic!("{e}"));
        let key = signer(&nora);
        let now = checker(&county, &format!("round-{round}")).await;
        passes(&county, &now, &nora, "to a checker with fresh lists").await;
        passes(
            &county,
            &now,
            &aslak,
            "untouched, to a checker with fresh lists",
        )
        .await;
        // What has been withdrawn since is in no old list, so an old list serves for the old card.
        passes(&county, &informed, &aslak, "to a checker without a network").await;
        if key != old {
            let trusted = CheckerFiles {
                trust_list: informed.trust_list.clone(),
                trust_key: informed.trust_key.clone(),
                statuses: now.statuses.clone(),
            };
            passes(&county, &trusted, &nora, "with the trust list of before").await;
            rounds_with_the_new += 1;
        }
        signers.insert(key);
        if rounds_with_the_new == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    assert_eq!(
        signers.len(),
        2,
        "signed by the old key, then by the new one"
    );
    aslak.refresh().await.unwrap_or_else(|e| panic!("{e}"));
    for wallet in [&nora, &aslak] {
        assert_eq!(wallet.overview().cards[0].state, CardState::Valid);
    }
}

/// A network on which somebody keeps handing out yesterday's trust list.
struct Yesterday {
    network: Arc<dyn Http>,
    trust_list: Mutex<Option<Vec<u8>>>,
}

#[async_trait::async_trait]
impl Http for Yesterday {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        let asked = request.url.path() == "/trust-list";
        let mut answer = self.network.send(request).await?;
        if asked && let Some(old) = &*self.trust_list.lock().expect("no panic") {
            answer.body.clone_from(old);
        }
        Ok(answer)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trust_list_of_before_is_refused_by_the_phone_and_the_checker_who_have_seen_a_newer_one()
{
    let county = county().await;
    let real = county.platform("phone");
    let network = Arc::new(Yesterday {
        network: real.http.clone(),
        trust_list: Mutex::new(None),
    });
    let phone = county.wallet_on(Platform {
        http: network.clone(),
        ..real
    });
    crate::setting::log_in(&phone, "nora")
        .await
        .unwrap_or_else(|e| panic!("{e}"));
    crate::setting::get_card(&phone).await;

    let old = checker(&county, "old").await;
    let old_version = version(&county, &old);
    county
        .stage
        .issuer_command(&["keys", "rotate"])
        .await
        .unwrap_or_else(|e| panic!("{e}"));
    let started = Instant::now();
    let mut new = checker(&county, "new").await;
    while version(&county, &new) == old_version {
        assert!(started.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_secs(1)).await;
        new = checker(&county, "new").await;
    }
    let new_version = version(&county, &new);
    assert_eq!(new_version, old_version + 1);
    phone.refresh().await.unwrap_or_else(|e| panic!("{e}"));

    let yesterday = std::fs::read(&old.trust_list).expect("a trust list");
    *network.trust_list.lock().expect("no panic") = Some(yesterday);
    let refused = phone.refresh().await;
    assert!(
        matches!(refused, Err(RefreshError::Trust(TrustError::TrustListOld))),
        "{refused:?}"
    );
    // The card is none the worse for it.
    assert_eq!(phone.overview().cards[0].state, CardState::Valid);
    let code = phone
        .code(&walk::first_card(&phone), Profile::Exam)
        .expect("a code");

    let seen = new_version.to_string();
    let at_least = ["--at-least-version", seen.as_str()];
    let with_new = verify(&county, &new, &code.text, &at_least).await;
    assert_eq!(with_new.status.code(), Some(0));
    let rolled_back = CheckerFiles {
        trust_list: PathBuf::from(&old.trust_list),
        ..new
    };
    let with_old = verify(&county, &rolled_back, &code.text, &at_least).await;
    assert_eq!(with_old.status.code(), Some(2));
    let said = String::from_utf8_lossy(&with_old.stderr).into_owned();
    assert!(said.contains(&format!("version {old_version}")), "{said}");
}
