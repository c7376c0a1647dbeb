//! The pages of the staff in a real browser, by keyboard alone, against the real issuer and the Feide stand-in.

use std::path::PathBuf;

use serde_json::{Value, json};
use wallet::CardState;
use whole_system::webdriver::{ENTER, TAB, Window};

use crate::at_work;
use crate::setting::{County, PASSWORD};

const SPACE: &str = " ";

/// Where the screenshots go, to be looked at.
fn picture(name: &str) -> PathBuf {
    let folder = whole_system::stage::repository().join("tests/.out");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// One of the staff at a browser, with nothing but a keyboard.
struct AtWork<'a> {
    page: Window,
    county: &'a County,
}

impl<'a> AtWork<'a> {
    /// Opens `/admin`, which leads to Feide, and logs in there.
    async fn log_in(county: &'a County, login: &str) -> Self {
        let at_work = Self {
            page: at_work::browser().await,
            county,
        };
        at_work.go("admin").await;
        at_work.page.see("#username").await.unwrap();
        at_work
            .keys(&format!("{login}{TAB}{PASSWORD}{ENTER}"))
            .await;
        at_work.page.see_text("Det du kan gjøre her").await.unwrap();
        at_work
    }

    async fn go(&self, path: &str) {
        let address = whole_system::stage::join(&self.county.stage.issuer_url(), path);
        self.page.go(address.as_str()).await.unwrap();
    }

    async fn keys(&self, keys: &str) {
        self.page.keys(keys).await.unwrap();
    }

    /// Goes on with the tabulator until that has the focus.
    async fn tab_to(&self, css: &str) {
        let script = format!(
            "return document.activeElement !== null && document.activeElement.matches({})",
            json!(css)
        );
        for _ in 0..150 {
            if self.page.run(&script).await.unwrap() == Value::Bool(true) {
                return;
            }
            self.keys(TAB).await;
        }
        panic!("no key leads to {css}: {}", self.page.text().await.unwrap());
    }

    async fn search(&self, wanted: &str) {
        self.tab_to("nav.areas a[href$='/admin/search']").await;
        self.keys(ENTER).await;
        self.page.see("#wanted").await.unwrap();
        self.tab_to("#why").await;
        self.keys("Eleven").await;
        self.tab_to("#wanted").await;
        self.keys(&format!("{wanted}{ENTER}")).await;
        self.page.see("[role=status]").await.unwrap();
        assert!(self.path().await.ends_with("/admin/search/found"));
    }

    /// Searches and opens the first who is found.
    async fn open(&self, wanted: &str) {
        self.search(wanted).await;
        self.tab_to("tbody tr:first-child a").await;
        self.keys(ENTER).await;
        self.page.see_text("Dette viser appen nå").await.unwrap();
    }

    /// Opens the part of the page with the form that goes to `action`.
    async fn unfold(&self, action: &str) {
        self.tab_to(&format!(
            "details:has(> form[action$='{action}']) > summary"
        ))
        .await;
        self.keys(SPACE).await;
    }

    /// Nothing on the page stands in anybody's way, in light and dark, on a phone and at a desk, in large text.
    async fn looks_right(&self, name: &str) {
        let axe = whole_system::stage::repository().join("ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).unwrap();
        for scheme in ["light", "dark"] {
            let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
            self.page
                .devtools("Emulation.setEmulatedMedia", media)
                .await
                .unwrap();
            for (width, text) in [(1280, "100%"), (390, "100%"), (320, "100%"), (390, "200%")] {
                let size =
                    json!({"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": false});
                self.page
                    .devtools("Emulation.setDeviceMetricsOverride", size)
                    .await
                    .unwrap();
                let found = self
                    .page
                    .run(&format!(
                        "{axe};
                        document.documentElement.style.fontSize = '{text}';
                        return (async () => {{
                            const {{ violations }} = await axe.run();
                            const wide = document.documentElement.scrollWidth > innerWidth ? ['wider than the window'] : [];
                            return [...wide, ...violations.map(({{ id, nodes }}) => id + ': ' + nodes.map((node) => node.html).join(' | '))];
                        }})()"
                    ))
                    .await
                    .unwrap();
                let what = format!("{name}, {scheme}, {width}, text {text}");
                assert_eq!(found, json!([]), "{what}");
                let file = format!("admin-{name}-{scheme}-{width}-{}.png", &text[..3]);
                self.page.screenshot(&picture(&file)).await.unwrap();
            }
        }
        self.page
            .run("document.documentElement.style.fontSize = ''")
            .await
            .unwrap();
        let none = json!({});
        self.page
            .devtools("Emulation.clearDeviceMetricsOverride", none)
            .await
            .unwrap();
    }

    /// The address of the page, from its first `/` on.
    async fn path(&self) -> String {
        let path = self.page.run("return location.pathname").await.unwrap();
        path.as_str().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_finds_a_pupil_blocks_the_card_and_lifts_the_block_by_keyboard_alone() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    let school = AtWork::log_in(&county, "rektor").await;
    school.go("admin/why").await;
    school.looks_right("why").await;
    school.go("admin").await;
    school.page.see_text("Skoleadministrator").await.unwrap();
    school.looks_right("front").await;

    school.search("nora bj").await;
    school.looks_right("search").await;
    school.open("nora bjørk").await;
    for part in [
        "Beviset er klart",
        "Bekreftet og låst",
        "logget inn",
        "Klasse i dag",
    ] {
        school.page.see_text(part).await.unwrap();
    }
    school.looks_right("person").await;
    // Back in the browser leads to what was found, and no form is to be sent again.
    school.page.run("history.back()").await.unwrap();
    school.page.see("tbody tr:first-child a").await.unwrap();
    school.tab_to("tbody tr:first-child a").await;
    school.keys(ENTER).await;
    school.page.see_text("Dette viser appen nå").await.unwrap();
    // The picture is there, and nothing that was asked for failed.
    let width = school
        .page
        .run("return document.querySelector('.portrait').naturalWidth")
        .await
        .unwrap();
    assert!(width.as_u64().unwrap() > 100, "{width}");

    school.unfold("/block").await;
    school.tab_to("#block-reason").await;
    school.keys("Kortet er lånt bort").await;
    school.tab_to("#appeal").await;
    school.keys("Kontoret, 70 00 01 00").await;
    school.tab_to("form[action$='/block'] button").await;
    school.keys(ENTER).await;
    school.page.see_text("Beviset er stanset").await.unwrap();
    // The very words of the app.
    school
        .page
        .see_text("Begrunnelse: Kortet er lånt bort")
        .await
        .unwrap();
    school.looks_right("blocked").await;
    phone.refresh().await.unwrap();
    assert_eq!(phone.overview().cards[0].state, CardState::Suspended);

    school.tab_to("#unblock-reason").await;
    school.keys(&format!("Kortet er tilbake{ENTER}")).await;
    school.page.see_text("Stansen er opphevet").await.unwrap();
    phone.refresh().await.unwrap();
    assert_eq!(phone.overview().cards[0].state, CardState::Valid);

    // A code that cannot be drawn so is refused; one that can is set, and marked.
    for (code, said) in [
        ("ikke tall", "kan ikke tegnes"),
        ("5901234123457", "satt for hånd"),
    ] {
        school.unfold("/library-code").await;
        school.tab_to("#code").await;
        school.keys(code).await;
        school.tab_to("#symbology").await;
        school.keys("EAN").await;
        school.tab_to("#code-reason").await;
        school.keys(&format!("Nytt kort{ENTER}")).await;
        school.page.see_text(said).await.unwrap();
    }
    school.page.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_another_school_sends_a_strange_form_or_stays_after_logging_out() {
    let county = County::start().await;
    let everywhere = AtWork::log_in(&county, "fylke").await;
    everywhere.open("áslak").await;
    let aslak = everywhere.path().await;

    let school = AtWork::log_in(&county, "rektor").await;
    school.search("áslak").await;
    school.page.see_text("Fant ingen").await.unwrap();
    school.go(&aslak[1..]).await;
    school.page.see_text("LB-WEB-404").await.unwrap();
    school.looks_right("not-found").await;
    let trail = county
        .stage
        .issuer_command(&["audit", "export", "--by", "operator", "--reason", "Prøve"])
        .await
        .unwrap();
    let trail = String::from_utf8_lossy(&trail.stdout).into_owned();
    let id = aslak.rsplit('/').next().unwrap();
    let refused = trail.lines().any(|line| {
        line.contains("staff.refused") && line.contains("rektor@") && line.contains(id)
    });
    assert!(refused, "{trail}");

    // A form with another token than the session's, as another site's would be.
    school.go("admin").await;
    let status = school
        .page
        .run(
            "return (async () => {
                const body = new URLSearchParams({ _csrf: 'x' });
                return (await fetch('/admin/logout', { method: 'POST', body })).status;
            })()",
        )
        .await
        .unwrap();
    assert_eq!(status, json!(403));
    school.go("admin").await;
    school.page.see_text("Det du kan gjøre her").await.unwrap();

    school.tab_to(".who button").await;
    school.keys(ENTER).await;
    school.page.see_text("Du er logget ut").await.unwrap();
    school.looks_right("logged-out").await;
    // Back in the browser shows nothing either.
    school.page.run("history.back()").await.unwrap();
    school.go("admin/search").await;
    assert!(school.page.run("return location.origin").await.unwrap() != json!(origin(&county)));
    school.page.close().await.unwrap();
    everywhere.page.close().await.unwrap();
}

fn origin(county: &County) -> String {
    county.stage.issuer_url().origin().ascii_serialization()
}
