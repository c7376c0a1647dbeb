//! The files that tie the app to the service's address.

use axum::http::header;
use serde_json::{Value, json};

use super::World;
use crate::config::AndroidApp;

const ANDROID: &str = "/.well-known/assetlinks.json";
const APPLE: &str = "/.well-known/apple-app-site-association";

async fn world(path: &str) -> World {
    let path = path.to_owned();
    World::with(move |config| {
        config.issuer.public_url.set_path(&path);
        config.app.apple = vec!["ABCDE12345.no.lommebevis.app".to_owned()];
        config.app.android = vec![AndroidApp {
            package: "no.lommebevis.app".to_owned(),
            sha256_cert_fingerprints: vec!["AB".to_owned()],
        }];
    })
    .await
}

#[tokio::test]
async fn phones_are_told_which_app_opens_the_way_back_from_the_login() {
    let world = world("").await;
    let links: Value = world.get(ANDROID, &[]).await.expect(200).json();
    assert_eq!(
        links,
        json!([{
            "relation": ["delegate_permission/common.handle_all_urls"],
            "target": {
                "namespace": "android_app",
                "package_name": "no.lommebevis.app",
                "sha256_cert_fingerprints": ["AB"],
            },
        }])
    );
    let association: Value = world.get(APPLE, &[]).await.expect(200).json();
    assert_eq!(
        association["applinks"]["details"],
        json!([{
            "appIDs": ["ABCDE12345.no.lommebevis.app"],
            "components": [{ "/": "/app/callback", "comment": "The way back from the login" }],
        }])
    );
    assert_eq!(
        association["webcredentials"],
        json!({ "apps": ["ABCDE12345.no.lommebevis.app"] })
    );
    assert_eq!(association.as_object().map(serde_json::Map::len), Some(2));
}

#[tokio::test]
async fn they_are_json_that_may_be_kept_and_asked_for_again() {
    let world = world("").await;
    for address in [ANDROID, APPLE] {
        let answer = world.get(address, &[]).await.expect(200);
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
        assert_eq!(answer.header(header::CACHE_CONTROL), "public, max-age=3600");
        let tag = answer.header(header::ETAG).to_owned();
        world
            .get(address, &[("if-none-match", &tag)])
            .await
            .expect(304);
    }
}

#[tokio::test]
async fn they_lie_at_the_root_of_the_host_and_name_the_path_of_the_public_address() {
    let world = world("/a").await;
    world.get(ANDROID, &[]).await.expect(200);
    let association: Value = world.get(APPLE, &[]).await.expect(200).json();
    let path = &association["applinks"]["details"][0]["components"][0]["/"];
    assert_eq!(path, "/a/app/callback");
}

#[tokio::test]
async fn without_an_app_in_the_settings_there_are_none() {
    let world = World::new().await;
    for address in [ANDROID, APPLE] {
        world.get(address, &[]).await.expect(404);
    }
}
