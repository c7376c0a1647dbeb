use super::*;
use crate::{
    app::testing,
    photo::{
        confirm, current,
        examine::testing::{DARK, GOOD, NOBODY, PLAIN, TWO, picture},
        reject,
    },
    records::testing::{person, pupil, sync},
};

/// What became of each file, by name.
async fn run(app: &App, folder: &Path, dry: bool) -> Vec<(String, Outcome)> {
    let delivery = Delivery::open(app, folder).await.unwrap();
    let mut outcomes = Vec::new();
    for index in 0..delivery.len() {
        let (name, outcome) = delivery
            .take(app, index, "kari", dry)
            .await
            .unwrap()
            .unwrap();
        outcomes.push((name.to_owned(), outcome));
    }
    outcomes
}

fn file(name: &str, outcome: Outcome) -> (String, Outcome) {
    (name.to_owned(), outcome)
}

fn objects(app: &App) -> usize {
    let folder = app.config.photos.folder.join("photos");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

const TAKEN: Outcome = Outcome::Taken { advice: vec![] };

#[tokio::test]
async fn each_file_is_taken_or_the_reason_is_said() {
    let app = testing::app().await;
    let mut twin = pupil(5);
    twin.student_number = Some("100004".into());
    let (six, seven) = (pupil(6), pupil(7));
    let pupils = vec![pupil(1), pupil(2), pupil(3), pupil(4), twin, six, seven];
    sync(&app, pupils).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "100001.jpg", &picture(GOOD, 0));
    put(folder, "100002.JPEG", &picture(PLAIN, 0));
    put(folder, "100003.jpg", &picture(NOBODY, 0));
    put(folder, "100004.jpg", &picture(GOOD, 0));
    put(folder, "100006.jpg", &picture(TWO, 0));
    put(folder, "100007.jpg", &picture(DARK, 0));
    put(folder, "100099.jpg", &picture(GOOD, 0));
    put(folder, "nora.png", &picture(GOOD, 0));
    put(folder, ".DS_Store", b"x");
    let unreadable = |why: &str| Outcome::Unreadable(why.to_owned());
    let expected = [
        file("100001.jpg", TAKEN),
        file(
            "100002.JPEG",
            Outcome::Taken {
                advice: vec!["background"],
            },
        ),
        file("100003.jpg", Outcome::NotOfOne("no_face")),
        file("100004.jpg", Outcome::SeveralPupils),
        file("100006.jpg", Outcome::NotOfOne("two_faces")),
        file(
            "100007.jpg",
            Outcome::Taken {
                advice: vec!["dark"],
            },
        ),
        file("100099.jpg", Outcome::NoSuchPupil),
        file("nora.png", Outcome::NotNamedByNumber),
    ];
    assert_eq!(run(&app, folder, true).await, expected);
    assert_eq!(objects(&app), 0, "a dry run writes nothing");
    assert_eq!(run(&app, folder, false).await, expected);
    assert_eq!(objects(&app), 3);
    let nora = person(&app, "elev:1").await;
    let proposed = current(&app, nora.id).await.unwrap().unwrap();
    assert_eq!(proposed.row.state, PhotoState::Proposed);
    assert_eq!(proposed.row.source, PhotoSource::Photographer);

    // Run again, with a pupil who has said yes and one who has said no.
    confirm(&app, nora.id, &proposed.row.sha256).await.unwrap();
    let second = person(&app, "elev:2").await.id;
    let sha256 = current(&app, second).await.unwrap().unwrap().row.sha256;
    reject(&app, second, &sha256).await.unwrap();
    put(folder, "100003.jpg", b"not a picture");
    let again = run(&app, folder, false).await;
    assert_eq!(again[0], file("100001.jpg", Outcome::LockedAlready));
    assert_eq!(again[1], file("100002.JPEG", Outcome::SaidNotMe));
    assert_eq!(
        again[2],
        file("100003.jpg", unreadable("the file is not a picture"))
    );
    assert_eq!(objects(&app), 2);
}

#[tokio::test]
async fn a_pifu_file_says_where_each_pupils_photo_is() {
    let app = testing::app().await;
    sync(&app, (1..=6).map(pupil).collect()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::create_dir(folder.join("bilder")).unwrap();
    put(folder, "bilder/a.jpg", &picture(GOOD, 0));
    put(folder, "b.jpg", &picture(NOBODY, 0));
    let people: String = [
        ("100001", "bilder/a.jpg"),
        ("100002", "b.jpg"),
        ("100003", "../b.jpg"),
        ("100004", "/etc/hostname"),
        ("100005", "https://elsewhere.example/5.jpg"),
        ("100006", "missing.jpg"),
        ("100099", "b.jpg"),
        ("", "b.jpg"),
    ]
    .iter()
    .map(|(number, place)| {
        format!(
            "<person><userid useridtype=\"studentID\">{number}</userid>\
             <photo imgtype=\"JPG\"><extref>{place}</extref></photo></person>"
        )
    })
    .collect();
    let pifu = folder.join("elever.xml");
    std::fs::write(&pifu, format!("<enterprise>{people}</enterprise>")).unwrap();

    let found = run(&app, &pifu, false).await;
    let (names, outcomes): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    assert_eq!(names[0], "100001");
    assert_eq!(outcomes[0], TAKEN);
    assert_eq!(outcomes[1], Outcome::NotOfOne("no_face"));
    assert_eq!(outcomes[2], Outcome::NoSuchPlace);
    assert_eq!(outcomes[3], Outcome::NoSuchPlace);
    assert!(matches!(outcomes[4], Outcome::NotFetched(_)));
    assert!(matches!(outcomes[5], Outcome::Unreadable(_)));
    assert_eq!(outcomes[6], Outcome::NoSuchPupil);
    assert_eq!(outcomes[7], Outcome::NoNumber);
    assert_eq!(objects(&app), 1);

    // A file that is cut off takes nobody's photo.
    std::fs::write(&pifu, format!("<enterprise>{people}")).unwrap();
    assert!(matches!(
        Delivery::open(&app, &pifu).await,
        Err(ImportError::Pifu(_))
    ));
}

#[tokio::test]
async fn a_second_run_takes_nothing_twice_and_a_better_picture_takes_the_place_of_one_that_waits() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "100001.jpg", &picture(GOOD, 0));
    assert_eq!(run(&app, folder, false).await[0].1, TAKEN);
    assert_eq!(run(&app, folder, false).await[0].1, Outcome::TakenBefore);
    put(folder, "100001.jpg", &picture(GOOD, 90));
    assert_eq!(run(&app, folder, false).await[0].1, TAKEN);
    assert_eq!(objects(&app), 1);
    // Which of two is meant nobody can know.
    put(folder, "100001.jpeg", &picture(GOOD, 91));
    let outcomes = run(&app, folder, false).await;
    assert!(
        outcomes
            .iter()
            .all(|(_, outcome)| *outcome == Outcome::NamedTwice)
    );
}

#[cfg(unix)]
#[tokio::test]
async fn only_files_in_the_folder_itself_are_read() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1), pupil(2)]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    put(elsewhere.path(), "secret.jpg", &picture(GOOD, 0));
    std::os::unix::fs::symlink(
        elsewhere.path().join("secret.jpg"),
        folder.path().join("100001.jpg"),
    )
    .unwrap();
    std::fs::create_dir(folder.path().join("100002.jpg")).unwrap();
    for (name, outcome) in run(&app, folder.path(), false).await {
        assert_eq!(outcome, Outcome::Unreadable("not a file".into()), "{name}");
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_keeps_nobody_else_from_a_photo() {
    use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
    let app = testing::app().await;
    // More than are read at once.
    sync(&app, (1..=CHUNK + 20).map(pupil).collect())
        .await
        .unwrap();
    let mut broken = person(&app, "elev:1").await.into_active_model();
    broken.record = Set(json!({ "given_name": 7 }));
    broken.update(&app.db).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let last = format!("{}.jpg", 100_000 + CHUNK + 20);
    for name in ["100001.jpg", "100002.jpg", &last] {
        put(folder, name, &picture(GOOD, 0));
    }
    let expected = [
        file("100001.jpg", Outcome::NoSuchPupil),
        file("100002.jpg", TAKEN),
        file(&last, TAKEN),
    ];
    assert_eq!(run(&app, folder, true).await, expected);
}
