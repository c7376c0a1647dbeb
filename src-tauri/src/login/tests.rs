use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use county_api::APP_SCHEME_CALLBACK;
use tauri::test::{MockRuntime, mock_builder, mock_context, noop_assets};
use tauri::{App, Listener as _, Manager as _};
use tokio::sync::mpsc;
use url::Url;
use wallet::problem::ProblemKind;

use super::android::Tab;
use super::browser::{Browser, BrowserError, Expected, WayBack};
use super::links::{self, Links};
use super::{log_in, phone};
use crate::core::Core;
use crate::view::AppState;

#[path = "../../../crates/wallet/tests/it/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the wallet's own tests need more of it"
)]
mod support;

use support::Device;

const CLAIMED: &str = "https://bevis.fjordviken.example/app/callback";

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// A start of the app on a phone.
fn start(device: &Device) -> App<MockRuntime> {
    let app = mock_builder().build(mock_context(noop_assets())).unwrap();
    app.manage(Core::new(device.platform(), device.county()));
    app.manage(Arc::new(Links::default()));
    app
}

fn links(app: &App<MockRuntime>) -> Arc<Links> {
    app.state::<Arc<Links>>().inner().clone()
}

/// Android's browser, and the addresses that were opened in it.
fn tab(app: &App<MockRuntime>, device: &Device) -> (Arc<Tab>, mpsc::UnboundedReceiver<Url>) {
    let (opened, addresses) = mpsc::unbounded_channel();
    let open = Arc::new(move |address: &Url| opened.send(address.clone()).is_ok());
    (
        Arc::new(Tab::new(open, links(app), &device.county())),
        addresses,
    )
}

/// "Logg inn" is pressed.
fn press(
    app: &App<MockRuntime>,
    browser: Arc<dyn Browser>,
) -> tokio::task::JoinHandle<Result<AppState, ProblemKind>> {
    let handle = app.handle().clone();
    tokio::spawn(async move {
        let core = handle.state::<Core>();
        log_in(&handle, &core, &*browser)
            .await
            .map_err(|problem| problem.kind)
    })
}

fn is_logged_in(app: &App<MockRuntime>) -> bool {
    app.state::<Core>().wallet().unwrap().overview().logged_in
}

fn is_under_way(app: &App<MockRuntime>) -> bool {
    let overview = app.state::<Core>().wallet().unwrap().overview();
    overview.login_under_way
}

/// The same answer, as the page at the claimed address hands it on.
fn by_scheme(callback: &Url) -> Url {
    url(&format!(
        "{APP_SCHEME_CALLBACK}?{}",
        callback.query().unwrap()
    ))
}

fn with_state(callback: &Url, state: &str) -> Url {
    let pairs: Vec<(String, String)> = callback.query_pairs().into_owned().collect();
    let mut changed = callback.clone();
    changed
        .query_pairs_mut()
        .clear()
        .extend_pairs(pairs.iter().map(|(name, value)| {
            let value = if name == "state" { state } else { value };
            (name.as_str(), value)
        }));
    changed
}

#[tokio::test]
async fn the_link_that_leads_back_ends_the_wait_and_no_other_does() {
    for passed_on in [false, true] {
        let device = Device::new();
        let app = start(&device);
        let (browser, mut opened) = tab(&app, &device);
        let login = press(&app, browser);
        let address = opened.recv().await.unwrap();
        let callback = device.issuer.browser(&address);
        assert_eq!(callback.as_str().split('?').next(), Some(CLAIMED));
        for stray in [
            url("no.lommebevis.app:/callback"),
            url("no.lommebevis.app:/other?code=x&state=y"),
            url("no.lommebevis.app://callback?code=x"),
            url("https://evil.example/app/callback?code=x&state=y"),
            with_state(&callback, "of-another-login"),
            by_scheme(&with_state(&callback, "")),
        ] {
            phone::came_back(app.handle(), &stray).await;
        }
        assert!(!login.is_finished() && is_under_way(&app));
        let back = if passed_on {
            by_scheme(&callback)
        } else {
            callback
        };
        phone::came_back(app.handle(), &back).await;
        assert!(matches!(login.await.unwrap(), Ok(AppState::Home { .. })));
        // `get_current` goes on giving the last link.
        phone::came_back(app.handle(), &back).await;
        assert!(is_logged_in(&app));
    }
}

#[tokio::test]
async fn an_app_that_was_ended_while_the_browser_was_in_front_is_logged_in_by_the_link_that_starts_it()
 {
    for passed_on in [false, true] {
        let device = Device::new();
        let wallet = device.open();
        let address = wallet.begin_login(&url(CLAIMED)).await.unwrap();
        let callback = device.issuer.browser(&address);
        drop(wallet);
        let back = if passed_on {
            by_scheme(&callback)
        } else {
            callback
        };
        let app = start(&device);
        let told = Arc::new(Mutex::new(Vec::new()));
        let seen = told.clone();
        app.listen(crate::commands::STATE_CHANGED, move |event| {
            let state: serde_json::Value = serde_json::from_str(event.payload()).unwrap();
            seen.lock().unwrap().push(state["kind"].to_string());
        });
        for _ in 0..3 {
            phone::came_back(app.handle(), &back).await;
        }
        assert!(is_logged_in(&app));
        assert_eq!(
            *told.lock().unwrap(),
            ["\"welcome\"", "\"home\""],
            "when it begins and when it is done, once"
        );
    }
}

#[tokio::test]
async fn a_link_that_comes_after_the_login_was_cancelled_does_nothing() {
    let device = Device::new();
    let app = start(&device);
    let (browser, mut opened) = tab(&app, &device);
    let login = press(&app, browser);
    let callback = device.issuer.browser(&opened.recv().await.unwrap());
    app.state::<Core>().cancel_login();
    assert_eq!(
        login.await.unwrap().err(),
        Some(ProblemKind::LoginCancelled)
    );
    device.network.asked();
    phone::came_back(app.handle(), &callback).await;
    phone::came_back(app.handle(), &by_scheme(&callback)).await;
    assert!(!is_logged_in(&app) && !is_under_way(&app));
    assert_eq!(device.network.asked(), [""; 0], "nobody was asked");
}

#[tokio::test]
async fn an_answer_that_comes_too_late_for_its_login_does_not_log_in() {
    let device = Device::new();
    let app = start(&device);
    let wallet = app.state::<Core>().wallet().unwrap();
    let callback = device
        .issuer
        .browser(&wallet.begin_login(&url(CLAIMED)).await.unwrap());
    device.clock.pass(TimeDelta::hours(2));
    phone::came_back(app.handle(), &callback).await;
    assert!(!is_logged_in(&app) && !is_under_way(&app));
    let core = app.state::<Core>();
    for _ in 0..2 {
        let AppState::Welcome {
            login_failed,
            finishing_login,
            ..
        } = core.state().await
        else {
            panic!("nobody is logged in");
        };
        assert!(
            login_failed.is_some() && !finishing_login,
            "the person is told"
        );
    }
    core.refresh().await.unwrap();
    assert!(matches!(
        core.state().await,
        AppState::Welcome {
            login_failed: None,
            ..
        }
    ));
}

#[tokio::test]
async fn a_second_login_is_told_from_the_first() {
    let device = Device::new();
    let app = start(&device);
    let (browser, mut opened) = tab(&app, &device);
    let first = press(&app, browser.clone());
    let of_first = device.issuer.browser(&opened.recv().await.unwrap());
    assert_eq!(
        press(&app, browser.clone()).await.unwrap().err(),
        Some(ProblemKind::LoginInProgress)
    );
    app.state::<Core>().cancel_login();
    first.await.unwrap().unwrap_err();

    let second = press(&app, browser);
    let of_second = device.issuer.browser(&opened.recv().await.unwrap());
    phone::came_back(app.handle(), &of_first).await;
    assert!(!second.is_finished());
    phone::came_back(app.handle(), &of_second).await;
    second.await.unwrap().unwrap();
    assert!(is_logged_in(&app));
}

/// Waits for less than anybody takes.
struct Impatient(Arc<Tab>);

#[async_trait]
impl Browser for Impatient {
    async fn ways_back(&self) -> Result<Vec<Box<dyn WayBack>>, BrowserError> {
        self.0.ways_back().await
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(50)
    }
}

#[tokio::test]
async fn a_browser_that_never_comes_back_is_given_up() {
    let device = Device::new();
    let app = start(&device);
    let (browser, _opened) = tab(&app, &device);
    assert!(browser.patience() > Duration::from_secs(600));
    let browser = Arc::new(Impatient(browser));
    let outcome = press(&app, browser).await.unwrap();
    assert_eq!(outcome.err(), Some(ProblemKind::LoginExpired));
    assert!(!is_under_way(&app));
}

#[tokio::test]
async fn a_phone_without_a_browser_says_so() {
    let device = Device::new();
    let app = start(&device);
    let tab = Tab::new(Arc::new(|_: &Url| false), links(&app), &device.county());
    let outcome = press(&app, Arc::new(tab)).await.unwrap();
    assert_eq!(outcome.err(), Some(ProblemKind::BrowserNotOpened));
    assert!(!is_under_way(&app));
}

#[tokio::test]
async fn an_address_of_the_issuer_that_is_not_safe_to_open_is_not_opened() {
    for bad in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "intent://x#Intent;end",
        "tel:112",
        "http://bevis.fjordviken.example/oauth/authorize",
        "https://nora@bevis.fjordviken.example/oauth/authorize",
    ] {
        let device = Device::new();
        device.network.change(move |path, answer| {
            if path.contains("oauth-authorization-server") {
                let mut metadata: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
                metadata["authorization_endpoint"] = bad.into();
                answer.body = serde_json::to_vec(&metadata).unwrap();
            }
        });
        let app = start(&device);
        let (browser, mut opened) = tab(&app, &device);
        let outcome = press(&app, browser).await.unwrap();
        assert!(outcome.is_err(), "{bad}");
        assert!(opened.try_recv().is_err(), "{bad}");
    }
}

/// A login window, as that of iOS: what each way that it knows does.
struct Window {
    device: Arc<Device>,
    ways: Vec<(&'static str, Does)>,
    opened: Arc<AtomicUsize>,
}

#[derive(Debug, Clone, Copy)]
enum Does {
    Fail(BrowserError),
    LogIn,
    Refuse(&'static str),
    AnswerAnother,
    ComeFromAnotherIssuer,
}

struct Way {
    device: Arc<Device>,
    redirect_uri: Url,
    does: Does,
    opened: Arc<AtomicUsize>,
}

#[async_trait]
impl Browser for Window {
    async fn ways_back(&self) -> Result<Vec<Box<dyn WayBack>>, BrowserError> {
        Ok(self
            .ways
            .iter()
            .map(|(redirect_uri, does)| {
                Box::new(Way {
                    device: self.device.clone(),
                    redirect_uri: url(redirect_uri),
                    does: *does,
                    opened: self.opened.clone(),
                }) as Box<dyn WayBack>
            })
            .collect())
    }
}

#[async_trait]
impl WayBack for Way {
    fn redirect_uri(&self) -> &Url {
        &self.redirect_uri
    }

    async fn visit(&self, address: &Url, _: &Expected<'_>) -> Result<Url, BrowserError> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        let issuer = &self.device.issuer;
        Ok(match self.does {
            Does::Fail(error) => return Err(error),
            Does::LogIn => issuer.browser(address),
            Does::Refuse(error) => issuer.browser_refused(address, error),
            Does::AnswerAnother => with_state(&issuer.browser(address), "of-another-login"),
            Does::ComeFromAnotherIssuer => {
                let callback = issuer.browser(address).to_string();
                let theirs = callback.replace("iss=https%3A%2F%2Fbevis", "iss=https%3A%2F%2Fevil");
                assert_ne!(callback, theirs);
                url(&theirs)
            }
        })
    }
}

#[tokio::test]
async fn what_the_login_window_ends_with_is_what_the_person_is_told() {
    use BrowserError::{Broken, Closed, NotOpened};
    use Does::{AnswerAnother, ComeFromAnotherIssuer, Fail, LogIn, Refuse};
    let scheme = APP_SCHEME_CALLBACK;
    for (ways, told, opened) in [
        (vec![(CLAIMED, LogIn)], None, 1),
        (vec![(scheme, LogIn)], None, 1),
        // A phone that has not heard that the address is the app's.
        (vec![(CLAIMED, Fail(NotOpened)), (scheme, LogIn)], None, 2),
        (
            vec![(CLAIMED, Fail(NotOpened)), (scheme, Fail(NotOpened))],
            Some(ProblemKind::BrowserNotOpened),
            2,
        ),
        (vec![], Some(ProblemKind::BrowserNotOpened), 0),
        // Whoever closes the window is not shown another.
        (
            vec![(CLAIMED, Fail(Closed)), (scheme, LogIn)],
            Some(ProblemKind::LoginCancelled),
            1,
        ),
        (
            vec![(CLAIMED, Fail(Broken)), (scheme, LogIn)],
            Some(ProblemKind::Internal),
            1,
        ),
        (
            vec![(CLAIMED, Refuse("access_denied")), (scheme, LogIn)],
            Some(ProblemKind::FeideRefused),
            1,
        ),
        (
            vec![(CLAIMED, Refuse("temporarily_unavailable"))],
            Some(ProblemKind::FeideUnavailable),
            1,
        ),
        (
            vec![(CLAIMED, AnswerAnother)],
            Some(ProblemKind::LoginMismatch),
            1,
        ),
        (
            vec![(CLAIMED, ComeFromAnotherIssuer)],
            Some(ProblemKind::LoginMismatch),
            1,
        ),
    ] {
        let case = format!("{ways:?}");
        let device = Arc::new(Device::new());
        let app = start(&device);
        let count = Arc::new(AtomicUsize::new(0));
        let window = Window {
            device,
            ways,
            opened: count.clone(),
        };
        let outcome = press(&app, Arc::new(window)).await.unwrap();
        assert_eq!(outcome.err(), told, "{case}");
        assert_eq!(count.load(Ordering::Relaxed), opened, "{case}");
        assert_eq!(is_logged_in(&app), told.is_none(), "{case}");
        assert!(!is_under_way(&app), "{case}");
    }
}

#[test]
fn only_the_apps_own_links_stand_for_the_claimed_address() {
    let claimed = url(CLAIMED);
    let yes = |_: &Url| true;
    let only_claimed = |link: &Url| link.scheme() == "https";
    for (link, meant) in [
        (
            "no.lommebevis.app:/callback?code=a&state=b",
            Some("https://bevis.fjordviken.example/app/callback?code=a&state=b"),
        ),
        (
            "no.lommebevis.app:/callback?code=a#x",
            Some("https://bevis.fjordviken.example/app/callback?code=a"),
        ),
        ("no.lommebevis.app://callback?code=a", None),
        ("no.lommebevis.app:/callback/?code=a", None),
        ("no.lommebevis.app:callback?code=a", None),
        ("no.lommebevis.app.evil:/callback?code=a", None),
        ("http://bevis.fjordviken.example/app/callback?code=a", None),
    ] {
        let found = links::callback(&url(link), Some(&claimed), only_claimed);
        assert_eq!(found.as_ref().map(Url::as_str), meant, "{link}");
        assert_eq!(links::callback(&url(link), None, only_claimed), None);
        assert_eq!(links::callback(&url(link), None, yes), Some(url(link)));
    }
}

#[tokio::test]
async fn nobody_can_fill_the_memory_with_links() {
    let links = Links::default();
    let link = url("no.lommebevis.app:/callback?x");
    assert!(!links.deliver(&link), "nobody waits");
    let mut waiting = links.wait();
    for _ in 0..1000 {
        assert!(links.deliver(&link));
    }
    let mut taken = 0;
    while tokio::time::timeout(Duration::from_millis(1), waiting.recv())
        .await
        .is_ok_and(|link| link.is_some())
    {
        taken += 1;
    }
    assert_eq!(taken, 16);
    drop(waiting);
    assert!(!links.deliver(&link));
}
