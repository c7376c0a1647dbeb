use std::sync::Arc;

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait, QueryOrder};

use super::*;
use crate::{
    app::testing::{NOW, TestClock, app_with},
    audit::verify,
    config::{Config, tests::sample_with},
    db::entity::{
        person,
        photo::{self, PhotoSource, PhotoState},
        setting,
        sms_message::{self, State},
        status_list,
    },
    issue::status,
    keys::{self, KeyStore},
    photo::PhotoStore,
    records::testing::{pupil, sync},
};

struct County {
    app: App,
    folder: PathBuf,
}

/// A county on files, with a person, a photo and a message that waits.
async fn county() -> County {
    let folder = tempfile::tempdir().unwrap().keep();
    let mut config = empty(&folder.join("old"));
    config.database = db::testing::shared(&folder.join("old/data")).await;
    let seal = Seal::create(&config.keys.master_key_file).unwrap();
    let db = db::open(&config.database).await.unwrap();
    keys::init(&db, &seal, &config, NOW, "test").await.unwrap();
    let photos = PhotoStore::open(&config.photos.folder, seal.clone()).unwrap();
    let mut app = app_with(config.clone(), Arc::new(TestClock::at(NOW))).await;
    app.keys = KeyStore::load(&db, &seal).await.unwrap();
    app.config = Arc::new(config);
    (app.db, app.seal, app.photos) = (db, seal, photos);
    sync(&app, vec![pupil(1), pupil(2)]).await.unwrap();
    for (n, row) in person::Entity::find()
        .all(&app.db)
        .await
        .unwrap()
        .iter()
        .enumerate()
    {
        let key = app
            .photos
            .put(format!("jpeg {n}").as_bytes())
            .await
            .unwrap();
        photo::ActiveModel {
            person_id: Set(row.id),
            id: Set(uuid::Uuid::new_v4()),
            state: Set(PhotoState::Locked),
            source: Set(PhotoSource::Selfie),
            sha256: Set("00".into()),
            object_key: Set(key),
            source_url_sha256: Set(None),
            source_date: Set(None),
            changed_at: Set(NOW),
            submitted_sha256: Set(None),
            note: Set(None),
            reasons: Set(None),
            handed_back: Set(false),
        }
        .insert(&app.db)
        .await
        .unwrap();
    }
    setting::ActiveModel {
        key: Set("trust_list".into()),
        value: Set("{\"version\":7,\"digest\":\"x\"}".into()),
    }
    .insert(&app.db)
    .await
    .unwrap();
    County { app, folder }
}

/// Settings that point below a folder.
fn empty(folder: &Path) -> Config {
    let mut config =
        sample_with("\n[sms]\nsender = \"file\"\nfile = \"sms.jsonl\"\naddress = \"x.example\"\n");
    config.database.url = format!("sqlite://{}", folder.join("data/issuer.db").display());
    config.photos.folder = folder.join("photos");
    config.keys.master_key_file = folder.join("keys/master.key");
    config
}

const PASSPHRASE: &str = "en lang setning som ingen gjetter";

fn sealed() -> MasterKey {
    MasterKey::Sealed(Zeroizing::new(PASSPHRASE.into()))
}

#[tokio::test]
async fn what_was_copied_is_put_back_whole_and_goes_on() {
    let county = county().await;
    let app = &county.app;
    let copy = county.folder.join("copy");
    let made = make(app, &copy, sealed(), "kari").await.unwrap();
    assert_eq!(
        made,
        Made {
            photos: 2,
            missing: 0
        }
    );
    let mut config = empty(&county.folder.join("new"));
    // On the database of the tests, whichever it is, and from the same one.
    config.database = db::testing::bare(&county.folder.join("new/data")).await;
    let restored = restore(&config, &copy, Some(PASSPHRASE), "kari", NOW + 5)
        .await
        .unwrap();
    assert_eq!((restored.photos, restored.missing), (2, 0));

    let back = App::open(config).await.unwrap();
    let people = person::Entity::find().order_by_asc(person::Column::Id);
    assert_eq!(
        people.clone().all(&back.db).await.unwrap(),
        people.all(&app.db).await.unwrap()
    );
    for row in photo::Entity::find().all(&back.db).await.unwrap() {
        assert_eq!(
            back.photos.get(&row.object_key).await.unwrap(),
            app.photos.get(&row.object_key).await.unwrap()
        );
    }
    // The same keys, so that cards that are out stay good.
    assert_eq!(
        back.keys.credential_signer(NOW).unwrap().kid,
        app.keys.credential_signer(NOW).unwrap().kid
    );
    // The trail is whole, and says what was done.
    let whole = verify::database(&back, None).await.unwrap();
    assert_eq!(
        whole.last,
        verify::database(app, None).await.unwrap().last + 1
    );
    // No phone refuses the list as older than its own.
    let list = setting::Entity::find_by_id("trust_list")
        .one(&back.db)
        .await
        .unwrap()
        .unwrap();
    assert!(list.value.contains("1007"), "{}", list.value);
    // What may have been sent since is not sent again, nor is it queued anew by the next sync.
    let states = || async {
        let rows = sms_message::Entity::find().all(&back.db).await.unwrap();
        rows.into_iter().map(|row| row.state).collect::<Vec<_>>()
    };
    assert_eq!(states().await, [State::Unclear, State::Unclear]);
    sync(&back, vec![pupil(1), pupil(2), pupil(3)])
        .await
        .unwrap();
    let mut after = states().await;
    after.sort_by_key(|state| *state == State::Skipped);
    assert_eq!(after, [State::Unclear, State::Unclear, State::Skipped]);
}

async fn open_list(app: &App) -> status_list::Model {
    let transaction = db::begin_write(&app.db).await.unwrap();
    let list = status::open_list(&transaction, app).await.unwrap();
    transaction.commit().await.unwrap();
    list
}

#[tokio::test]
async fn no_place_that_may_have_been_given_away_since_is_given_to_another() {
    let county = county().await;
    let app = &county.app;
    let first = open_list(app).await;
    let copy = county.folder.join("copy");
    make(app, &copy, sealed(), "kari").await.unwrap();
    let mut numbers = Vec::new();
    // The same copy twice, an hour apart.
    for (folder, later) in [("new", 5), ("newer", 3_605)] {
        let config = empty(&county.folder.join(folder));
        restore(&config, &copy, Some(PASSPHRASE), "kari", NOW + later)
            .await
            .unwrap();
        let back = App::open(config).await.unwrap();
        let lists = status_list::Entity::find().all(&back.db).await.unwrap();
        assert!(lists.iter().all(|list| list.full == (list.id == first.id)));
        let next = open_list(&back).await;
        assert!(next.id >= first.id + 1_000, "{}", next.id);
        numbers.push(next.id);
    }
    assert_ne!(numbers[0], numbers[1]);
}

#[tokio::test]
async fn nothing_is_put_where_something_is() {
    let county = county().await;
    let copy = county.folder.join("copy");
    make(&county.app, &copy, sealed(), "kari").await.unwrap();
    assert!(matches!(
        make(&county.app, &copy, sealed(), "kari").await,
        Err(BackupError::Occupied(_))
    ));
    for occupied in ["data/issuer.db", "data/issuer.db-wal", "photos/photos/x"] {
        let folder = county.folder.join(occupied.replace('/', "-"));
        let file = folder.join(occupied);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "mine").unwrap();
        let config = empty(&folder);
        let result = restore(&config, &copy, Some(PASSPHRASE), "kari", NOW).await;
        assert!(
            matches!(result, Err(BackupError::Occupied(_))),
            "{occupied}"
        );
        assert_eq!(std::fs::read(&file).unwrap(), b"mine");
        assert!(!config.keys.master_key_file.exists());
    }
    // Neither is what cannot be looked into.
    let folder = county.folder.join("no-folder");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("photos"), "mine").unwrap();
    let config = empty(&folder);
    let result = restore(&config, &copy, Some(PASSPHRASE), "kari", NOW).await;
    assert!(matches!(result, Err(BackupError::Io { .. })), "{result:?}");
    assert!(!config.keys.master_key_file.exists());
}

#[tokio::test]
async fn a_database_with_anything_in_it_is_left_as_it_is() {
    let county = county().await;
    let copy = county.folder.join("copy");
    make(&county.app, &copy, sealed(), "kari").await.unwrap();
    let mut config = empty(&county.folder.join("new"));
    config.database = db::testing::bare(&county.folder.join("new/data")).await;
    let other = db::open(&config.database).await.unwrap();
    mark(&other, &county.app).await;
    for _ in 0..2 {
        let result = restore(&config, &copy, Some(PASSPHRASE), "kari", NOW).await;
        assert!(
            matches!(result, Err(BackupError::Tables | BackupError::Occupied(_))),
            "{result:?}"
        );
        assert_eq!(setting::Entity::find().count(&other).await.unwrap(), 1);
        assert!(!config.keys.master_key_file.exists());
        assert!(!config.photos.folder.exists());
    }
}

/// Somebody else's.
async fn mark(db: &sea_orm::DatabaseConnection, app: &App) {
    setting::ActiveModel {
        key: Set("mine".into()),
        value: Set(app.unix_now().to_string()),
    }
    .insert(db)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_bucket_that_cannot_be_looked_into_keeps_every_picture() {
    use axum::http::{Method, StatusCode};
    use std::sync::Mutex;
    let county = county().await;
    let copy = county.folder.join("copy");
    make(&county.app, &copy, sealed(), "kari").await.unwrap();
    // The live one: the same pictures lie in it, and the credentials are not good for listing them.
    let asked: Arc<Mutex<Vec<Method>>> = Arc::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let seen = asked.clone();
    let bucket = axum::Router::new().fallback(move |method: Method| async move {
        seen.lock().unwrap().push(method);
        StatusCode::FORBIDDEN
    });
    tokio::spawn(async move { axum::serve(listener, bucket).await });
    let mut config = empty(&county.folder.join("new"));
    config.photos.s3 = Some(crate::config::S3Config {
        endpoint: endpoint.parse().unwrap(),
        bucket: "photos-bucket".into(),
        region: "no-1".into(),
        access_key_id: "lommebevis".into(),
        secret_access_key: crate::config::Secret::from("secret"),
        prefix: None,
        path_style: true,
        ca_file: None,
        timeout_s: 5,
    });
    let result = restore(&config, &copy, Some(PASSPHRASE), "kari", NOW).await;
    assert!(matches!(result, Err(BackupError::Photos(_))), "{result:?}");
    assert_eq!(*asked.lock().unwrap(), [Method::GET]);
}

#[tokio::test]
async fn a_damaged_copy_or_another_key_changes_nothing() {
    let county = county().await;
    let copy = county.folder.join("copy");
    make(&county.app, &copy, sealed(), "kari").await.unwrap();
    let config = empty(&county.folder.join("new"));
    let is_clean = || {
        let database = PathBuf::from(config.database.url.strip_prefix("sqlite://").unwrap());
        let photos =
            std::fs::read_dir(config.photos.folder.join("photos")).map_or(0, Iterator::count);
        !database.exists() && photos == 0
    };
    for wrong in [None, Some("en helt annen setning")] {
        assert!(restore(&config, &copy, wrong, "kari", NOW).await.is_err());
        assert!(is_clean() && !config.keys.master_key_file.exists());
    }
    // Another master key is in place.
    Seal::create(&config.keys.master_key_file).unwrap();
    let other = restore(&config, &copy, None, "kari", NOW).await;
    assert!(matches!(other, Err(BackupError::Keys(_))), "{other:?}");
    assert!(is_clean());
    std::fs::remove_file(&config.keys.master_key_file).unwrap();
    // A flipped bit in any file.
    let photo = std::fs::read_dir(copy.join("photos"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    for file in [copy.join(DATABASE), photo, copy.join(SEALED_KEY)] {
        let good = std::fs::read(&file).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 1;
        std::fs::write(&file, bad).unwrap();
        let result = restore(&config, &copy, Some(PASSPHRASE), "kari", NOW).await;
        assert!(matches!(result, Err(BackupError::Damaged(_))), "{result:?}");
        assert!(is_clean() && !config.keys.master_key_file.exists());
        std::fs::write(&file, good).unwrap();
    }
    restore(&config, &copy, Some(PASSPHRASE), "kari", NOW)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_key_is_left_out_sealed_or_plain_as_one_likes() {
    let county = county().await;
    let app = &county.app;
    let key = std::fs::read(&app.config.keys.master_key_file).unwrap();
    for (n, (master_key, is_there)) in [
        (MasterKey::LeftOut, [false, false]),
        (sealed(), [false, true]),
        (MasterKey::Plain, [true, false]),
    ]
    .into_iter()
    .enumerate()
    {
        let copy = county.folder.join(format!("copy-{n}"));
        make(app, &copy, master_key, "kari").await.unwrap();
        assert_eq!(
            [KEY, SEALED_KEY].map(|name| copy.join(name).exists()),
            is_there
        );
        if is_there[1] {
            let sealed = std::fs::read(copy.join(SEALED_KEY)).unwrap();
            assert!(!sealed.windows(16).any(|part| part == &key[..16]));
        }
        let config = empty(&county.folder.join(format!("new-{n}")));
        let result = restore(&config, &copy, Some(PASSPHRASE), "kari", NOW).await;
        assert_eq!(result.is_ok(), is_there.contains(&true), "{result:?}");
    }
    let short = MasterKey::Sealed(Zeroizing::new("kort".into()));
    let copy = county.folder.join("copy-short");
    assert!(matches!(
        make(app, &copy, short, "kari").await,
        Err(BackupError::ShortPassphrase)
    ));
    assert!(!copy.exists() && !county.folder.join("copy-short.partial").exists());
}

#[tokio::test]
async fn a_copy_is_of_one_moment_while_others_write() {
    let county = county().await;
    let app = &county.app;
    let copy = county.folder.join("copy");
    let writing = async {
        for n in 0..40 {
            let entry = audit::Entry::new("kari", "test.deed", NOW + n);
            audit::record(&app.db, entry).await.unwrap();
        }
    };
    let (made, ()) = tokio::join!(make(app, &copy, MasterKey::Plain, "kari"), writing);
    made.unwrap();
    let config = empty(&county.folder.join("new"));
    restore(&config, &copy, None, "kari", NOW).await.unwrap();
    let back = App::open(config).await.unwrap();
    verify::database(&back, None).await.unwrap();
    assert_eq!(photo::Entity::find().count(&back.db).await.unwrap(), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn a_copy_is_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let county = county().await;
    let copy = county.folder.join("copy");
    make(&county.app, &copy, MasterKey::Plain, "kari")
        .await
        .unwrap();
    let mut files: Vec<_> = std::fs::read_dir(&copy).unwrap().collect();
    files.extend(std::fs::read_dir(copy.join("photos")).unwrap());
    for file in files {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
