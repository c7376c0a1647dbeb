use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{
    super::PhotoStore,
    stand_in::{KEY_ID, SECRET, start},
    *,
};
use crate::{
    config::{PhotosConfig, Secret},
    seal::Seal,
};

fn store_at(address: &str, change: impl FnOnce(&mut S3Config)) -> PhotoStore {
    let mut s3 = S3Config {
        endpoint: address.parse().unwrap(),
        bucket: "photos-bucket".into(),
        region: "no-1".into(),
        access_key_id: KEY_ID.into(),
        secret_access_key: Secret::from(SECRET),
        prefix: None,
        path_style: true,
        ca_file: None,
        timeout_s: 5,
    };
    change(&mut s3);
    let config = PhotosConfig {
        s3: Some(s3),
        ..crate::config::tests::sample().photos
    };
    PhotoStore::configured(&config, Seal::from_key(&[42; 32])).unwrap()
}

fn after_all() -> DateTime<Utc> {
    DateTime::from_timestamp(4_000_000_000, 0).unwrap()
}

#[tokio::test]
async fn pictures_lie_in_the_bucket_sealed_and_come_back_as_they_were() {
    let (address, contents) = start().await;
    let store = store_at(&address, |_| ());
    assert!(store.is_empty().await.unwrap());
    let key = store.put(b"a picture").await.unwrap();
    assert_eq!(store.get(&key).await.unwrap(), b"a picture");
    assert!(!store.is_empty().await.unwrap());
    {
        let contents = contents.lock().unwrap();
        let sealed = &contents.objects[&key];
        assert!(!sealed.windows(9).any(|part| part == b"a picture"));
    }
    assert_eq!(store.sealed("photos/none").await.unwrap(), None);
    store.delete(&key).await;
    assert!(contents.lock().unwrap().objects.is_empty());
    assert!(store.get(&key).await.is_err());
}

#[tokio::test]
async fn what_nobody_names_is_swept_page_by_page_and_nothing_of_others() {
    let (address, contents) = start().await;
    let store = store_at(&address, |s3| s3.prefix = Some("lommebevis".into()));
    contents
        .lock()
        .unwrap()
        .objects
        .insert("photos/another-programs".into(), vec![1]);
    let mut keys = Vec::new();
    for n in 0..5_u8 {
        keys.push(store.put(&[n]).await.unwrap());
    }
    let named = HashSet::from([keys[2].clone()]);
    assert_eq!(store.sweep(&named, after_all()).await.unwrap(), 4);
    let left: Vec<String> = contents.lock().unwrap().objects.keys().cloned().collect();
    assert_eq!(
        left,
        [
            format!("lommebevis/{}", keys[2]),
            "photos/another-programs".into()
        ]
    );
}

#[tokio::test]
async fn a_store_that_is_busy_for_a_moment_is_asked_again() {
    let (address, contents) = start().await;
    let store = store_at(&address, |_| ());
    contents.lock().unwrap().busy = 2;
    let key = store.put(b"a picture").await.unwrap();
    contents.lock().unwrap().busy = 1;
    assert_eq!(store.get(&key).await.unwrap(), b"a picture");
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_not_told() {
    let (address, contents) = start().await;
    let store = store_at(&address, |s3| {
        s3.secret_access_key = Secret::from("guessed secret");
    });
    let error = store.put(b"a picture").await.unwrap_err();
    for text in [
        error.to_string(),
        format!("{error:?}"),
        format!("{store:?}"),
    ] {
        assert!(!text.contains("guessed"), "{text}");
    }
    assert!(contents.lock().unwrap().objects.is_empty());
}
