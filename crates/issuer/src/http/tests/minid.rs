//! The help with MinID, as it is handed out. What it does is tested in a browser (`ui/tests`).

use axum::http::header;
use minid_guide::Guide;

use super::World;
use super::pages::{NotBuilt, files};
use crate::http::minid::is_built;

const NOT_BUILT: NotBuilt = NotBuilt {
    address: "/minid",
    language: "nn",
    says: ["Hjelpa med MinID er ikkje her enno", "LB-MINID-503"],
};

#[tokio::test]
async fn the_page_may_run_its_own_scripts_and_use_nothing_of_the_device() {
    let world = World::new().await;
    if !NOT_BUILT.or(is_built(), &world).await {
        return;
    }
    for address in ["/minid", "/minid/"] {
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
        assert_eq!(
            answer.header("permissions-policy"),
            "camera=(), microphone=(), geolocation=()"
        );
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer");
        assert_eq!(answer.header(header::SET_COOKIE), "");
        let tag = answer.header(header::ETAG).to_owned();
        world
            .get(address, &[("if-none-match", &tag)])
            .await
            .expect(304);
    }
    for address in ["/minid/index.html", "/Minid", "/MINID", "/minid/assets"] {
        world.get(address, &[]).await.expect(404);
    }
}

#[tokio::test]
async fn files_of_the_page_are_compressed_have_their_type_and_last() {
    let world = World::new().await;
    if !NOT_BUILT.or(is_built(), &world).await {
        return;
    }
    let page = world.get("/minid", &[]).await.expect(200).text();
    let files = files(&page);
    assert!(files.len() >= 2, "{files:?}");
    for address in files {
        let brotli = [("accept-encoding", "gzip, deflate, br, zstd")];
        let answer = world.get(&address, &brotli).await.expect(200);
        assert_eq!(answer.header(header::CONTENT_ENCODING), "br");
        assert_eq!(answer.header(header::VARY), "accept-encoding");
        assert!(answer.header(header::CACHE_CONTROL).ends_with("immutable"));
        let gzip = [("accept-encoding", "br;q=0, gzip")];
        let gzip = world.get(&address, &gzip).await.expect(200);
        assert_eq!(gzip.header(header::CONTENT_ENCODING), "gzip");
        let plain = world.get(&address, &[]).await.expect(200);
        assert_eq!(plain.header(header::CONTENT_ENCODING), "");
        assert!(answer.body.len() < gzip.body.len() && gzip.body.len() < plain.body.len());
    }
}

#[tokio::test]
async fn addresses_beside_the_page_lead_nowhere() {
    let world = World::new().await;
    for address in [
        "/minid/assets/none.js",
        "/minid/..%2f..%2fpackage.json",
        "/minid/%2e%2e/package.js",
        "/minid/guide.toml",
        "/MINID/guide.json",
    ] {
        world.get(address, &[]).await.expect(404);
    }
}

#[tokio::test]
async fn the_page_gets_the_settings_that_came_with_the_program_unless_the_county_has_its_own() {
    let world = World::new().await;
    let answer = world.get("/minid/guide.json", &[]).await.expect(200);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    assert_eq!(answer.header(header::CACHE_CONTROL), "public, max-age=300");
    let shipped = Guide::shipped().unwrap();
    assert_eq!(Guide::from_json(&answer.text()).unwrap(), shipped);
    let tag = answer.header(header::ETAG).to_owned();
    world
        .get("/minid/guide.json", &[("if-none-match", &tag)])
        .await
        .expect(304);

    let json = shipped.to_json().unwrap();
    let own = Guide::from_json(&json.replace("800 30 300", "+47 800 30 300")).unwrap();
    let county = own.clone();
    let world = World::with(|config| config.minid.guide = Some(county)).await;
    let answer = world
        .get("/minid/guide.json", &[("if-none-match", &tag)])
        .await
        .expect(200);
    assert_eq!(Guide::from_json(&answer.text()).unwrap(), own);
}

#[tokio::test]
async fn under_a_path_the_page_and_its_files_are_there() {
    let world = World::with(|config| {
        config.issuer.public_url = "https://fylke.example/bevis".parse().unwrap();
    })
    .await;
    world.get("/bevis/minid/guide.json", &[]).await.expect(200);
    world.get("/minid", &[]).await.expect(404);
    if !is_built() {
        return;
    }
    let page = world.get("/bevis/minid", &[]).await.expect(200).text();
    for file in files(&page) {
        assert!(file.starts_with("/bevis/minid/assets/"), "{file}");
        world.get(&file, &[]).await.expect(200);
    }
    assert!(!page.contains("\"/minid/"));
}
