//! The page on which anybody checks a card, as it is handed out. What it does is tested in a browser (`ui/tests`).

use axum::http::header;
use county_api::County;
use verifier::TrustList;

use super::pages::{NotBuilt, files};
use super::{ISSUER, World};
use crate::http::kontroll::is_built;

const NOT_BUILT: NotBuilt = NotBuilt {
    address: "/kontroll",
    language: "en",
    says: ["The page for checking is not here", "LB-KONTROLL-503"],
};
const BROWSER: [(&str, &str); 1] = [("accept-encoding", "gzip, deflate, br, zstd")];

#[tokio::test]
async fn the_page_answers_in_small_letters_and_in_capitals_and_may_do_nothing_but_check() {
    let world = World::new().await;
    if !NOT_BUILT.or(is_built(), &world).await {
        return;
    }
    for address in ["/kontroll", "/kontroll/", "/KONTROLL"] {
        let answer = world.get(address, &[]).await.expect(200);
        assert_eq!(
            answer.header(header::CONTENT_TYPE),
            "text/html; charset=utf-8"
        );
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-cache");
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "));
        assert!(policy.contains("; connect-src 'self'; "));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("http"));
        assert!(
            answer
                .header("permissions-policy")
                .starts_with("camera=(self), ")
        );
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer");
        let tag = answer.header(header::ETAG).to_owned();
        world
            .get(address, &[("if-none-match", &tag)])
            .await
            .expect(304);
    }
    for address in ["/kontroll/index.html", "/Kontroll", "/kontroll/assets"] {
        world.get(address, &[]).await.expect(404);
    }
}

#[tokio::test]
async fn files_of_the_page_are_compressed_have_their_type_and_last() {
    let world = World::new().await;
    if !NOT_BUILT.or(is_built(), &world).await {
        return;
    }
    let page = world.get("/kontroll", &[]).await.expect(200).text();
    let files = files(&page);
    assert_eq!(files.len(), 3, "{files:?}");
    for address in files {
        let answer = world.get(&address, &BROWSER).await.expect(200);
        let kind = answer.header(header::CONTENT_TYPE);
        assert!(
            [
                "text/javascript; charset=utf-8",
                "text/css; charset=utf-8",
                "application/wasm"
            ]
            .contains(&kind),
            "{kind}"
        );
        assert_eq!(answer.header(header::CONTENT_ENCODING), "br");
        assert_eq!(answer.header(header::VARY), "accept-encoding");
        assert!(answer.header(header::CACHE_CONTROL).ends_with("immutable"));

        let gzip = [("accept-encoding", "br;q=0, gzip")];
        let gzip = world.get(&address, &gzip).await.expect(200);
        assert_eq!(gzip.header(header::CONTENT_ENCODING), "gzip");
        let plain = world.get(&address, &[]).await.expect(200);
        assert_eq!(plain.header(header::CONTENT_ENCODING), "");
        assert!(answer.body.len() < gzip.body.len() && gzip.body.len() < plain.body.len());
        world.get(&format!("{address}.br"), &[]).await.expect(404);
    }
    for address in [
        "/kontroll/assets/none.js",
        "/kontroll/..%2f..%2fpackage.json",
        "/kontroll/%2e%2e/package.js",
    ] {
        world.get(address, &[]).await.expect(404);
    }
}

#[tokio::test]
async fn the_pages_worker_may_serve_both_addresses_and_is_asked_for_anew() {
    let world = World::new().await;
    if !NOT_BUILT.or(is_built(), &world).await {
        return;
    }
    let answer = world.get("/kontroll/worker.js", &BROWSER).await.expect(200);
    assert_eq!(answer.header("service-worker-allowed"), "/");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-cache");
    assert!(
        answer
            .header(header::CONTENT_SECURITY_POLICY)
            .contains("connect-src 'self'")
    );
}

#[tokio::test]
async fn the_page_can_be_put_on_a_home_screen() {
    let world = World::new().await;
    if !NOT_BUILT.or(is_built(), &world).await {
        return;
    }
    for (file, kind) in [
        ("manifest.webmanifest", "application/manifest+json"),
        ("icon-32.png", "image/png"),
        ("icon-256.png", "image/png"),
        ("icon-512.png", "image/png"),
    ] {
        let answer = world
            .get(&format!("/kontroll/{file}"), &[])
            .await
            .expect(200);
        assert_eq!(answer.header(header::CONTENT_TYPE), kind);
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-cache");
    }
}

#[tokio::test]
async fn county_json_pins_the_key_of_the_trust_list() {
    let world = World::new().await;
    let answer = world.get("/kontroll/county.json", &[]).await.expect(200);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    let county = County::from_json(&answer.body).unwrap();
    assert_eq!(county.issuer_id(), ISSUER);
    let list = world.get("/trust-list", &[]).await.expect(200).text();
    TrustList::verify(&list, &county.trust_list_key, world.service.now(), None).unwrap();
}

#[tokio::test]
async fn under_a_path_the_page_names_its_files_there_and_answers_to_that_path_in_capitals() {
    let world = World::with(|config| {
        config.issuer.public_url = "https://fylke.example/bevis".parse().unwrap();
    })
    .await;
    world
        .get("/bevis/kontroll/county.json", &[])
        .await
        .expect(200);
    world.get("/kontroll", &[]).await.expect(404);
    if !is_built() {
        return;
    }
    for address in ["/bevis/kontroll", "/BEVIS/KONTROLL"] {
        let page = world.get(address, &[]).await.expect(200).text();
        for file in files(&page) {
            assert!(file.starts_with("/bevis/kontroll/assets/"), "{file}");
            world.get(&file, &[]).await.expect(200);
        }
        assert!(!page.contains("\"/kontroll/"));
    }
    for address in ["/KONTROLL", "/BEVIS/kontroll", "/bevis/KONTROLL"] {
        world.get(address, &[]).await.expect(404);
    }
}
