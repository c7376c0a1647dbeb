//! The invigilator's lists: which are opened, how they are kept, and that they go.

use std::sync::Arc;

use chrono::TimeDelta;
use county_api::Profile;
use jose::Signer as _;
use wallet::{
    Problem,
    checking::{ExamRoomError, ExamRooms, KeepError, OpenRosterError},
    platform::SecretStore as _,
    problem::ProblemKind,
};

use crate::support::{Device, NoKeyStore, Pupil, told};

const DAY_ENDS: &str = "2026-11-23T23:00:00Z";

fn one_room(device: &Device, pupil: &Pupil) -> String {
    device.county.signed_roster(&[(pupil, "A203")])
}

#[tokio::test]
async fn a_list_shows_nothing_of_itself_on_the_disk_and_is_there_after_a_restart() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    let rooms = device.exam_rooms(&checkpoint);
    let opened = rooms.open(&one_room(&device, &nora)).unwrap();
    let code = device.county.code(&nora, Profile::Exam, None);
    rooms.admit(&opened.id, &code).unwrap();

    let files = device.files("exams");
    assert_eq!(files.len(), 1);
    let (path, bytes) = &files[0];
    let name = path.file_name().unwrap().to_str().unwrap().as_bytes();
    for text in [
        "Nora",
        "Østby",
        "100042",
        "3STA",
        "A203",
        "NOR1267",
        "Fjordvik",
        "k3V0",
        "RIFF",
        "candidates",
    ] {
        for place in [bytes.as_slice(), name] {
            let found = place
                .windows(text.len())
                .any(|part| part == text.as_bytes());
            assert!(!found, "{text}");
        }
    }

    device.network.cut();
    let rooms = device.exam_rooms(&device.start());
    let all = rooms.all().unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].id, opened.id);
    assert_eq!(all[0].room.roster(), opened.room.roster());
    assert!(all[0].room.attendance(0).is_some());
}

#[tokio::test]
async fn the_same_list_opened_again_keeps_everybody_who_has_come() {
    let device = Device::new();
    let nora = Pupil::nora();
    let rooms = device.exam_rooms(&device.online().await);
    let signed = one_room(&device, &nora);
    let opened = rooms.open(&signed).unwrap();
    rooms.choose_room(&opened.id, Some("A203")).unwrap();
    rooms.admit_by_hand(&opened.id, 0).unwrap();
    for rooms in [rooms, device.exam_rooms(&device.start())] {
        let again = rooms.open(&format!("{signed}\n")).unwrap();
        assert_eq!(again.id, opened.id);
        assert_eq!(again.room.room(), Some("A203"));
        assert_eq!(again.room.counts().present, 1);
        assert_eq!(rooms.all().unwrap().len(), 1);
    }

    let mut other = device.county.roster(&[(&nora, "A203")]);
    other.id = "another".into();
    let rooms = device.exam_rooms(&device.start());
    rooms
        .open(&other.sign(&device.county.issuer_key).unwrap())
        .unwrap();
    assert_eq!(rooms.all().unwrap().len(), 2);
}

#[tokio::test]
async fn a_list_deletes_itself_with_its_key_when_the_day_is_over() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    let rooms = device.exam_rooms(&checkpoint);
    let signed = one_room(&device, &nora);
    let opened = rooms.open(&signed).unwrap();
    let end = DAY_ENDS.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    device
        .clock
        .pass(end - device.clock.truth() - TimeDelta::seconds(1));
    assert!(!rooms.delete_over().unwrap());
    assert_eq!(rooms.all().unwrap().len(), 1);
    device.pass_seconds(1);
    // At every use, without waiting for the timer.
    let gone = rooms.admit_by_hand(&opened.id, 0).unwrap_err();
    assert!(matches!(gone, ExamRoomError::Gone));
    assert_eq!(Problem::from(&gone).kind, ProblemKind::RosterOver);
    assert!(rooms.all().unwrap().is_empty());
    assert!(device.files("exams").is_empty());
    assert!(device.exam_secrets.load().unwrap().is_none());
    assert!(!rooms.delete_over().unwrap());
    let error = rooms.open(&signed).unwrap_err();
    assert_eq!(told(&error), "LB-EXAM-035");
}

#[tokio::test]
async fn it_goes_at_the_next_start_even_if_the_key_store_is_gone() {
    let device = Device::new();
    let nora = Pupil::nora();
    let rooms = device.exam_rooms(&device.online().await);
    rooms.open(&one_room(&device, &nora)).unwrap();
    drop(rooms);
    device.clock.pass(TimeDelta::days(1));
    device.network.cut();
    let rooms = ExamRooms::new(&device.platform(), Arc::new(NoKeyStore), device.start());
    assert!(rooms.delete_over().unwrap());
    assert!(device.files("exams").is_empty());
    assert!(rooms.all().unwrap().is_empty());
}

#[tokio::test]
async fn without_a_key_store_nothing_is_written_and_the_problem_says_why() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    let rooms = ExamRooms::new(&device.platform(), Arc::new(NoKeyStore), checkpoint);
    assert!(rooms.all().unwrap().is_empty());
    let error = rooms.open(&one_room(&device, &nora)).unwrap_err();
    assert!(matches!(
        error,
        OpenRosterError::Keep(KeepError::Secrets(_))
    ));
    assert_eq!(Problem::from(&error).kind, ProblemKind::KeyStoreAbsent);
    assert!(device.files("exams").is_empty());
    assert!(rooms.all().unwrap().is_empty());
}

#[tokio::test]
async fn a_list_that_is_not_to_be_believed_is_refused_with_its_reason() {
    let device = Device::new();
    let nora = Pupil::nora();
    let county = &device.county;
    let rooms = device.exam_rooms(&device.online().await);
    let good = one_room(&device, &nora);
    let roster = county.roster(&[(&nora, "A203")]);
    let changed = |change: fn(&mut county_api::Roster)| {
        let mut roster = roster.clone();
        change(&mut roster);
        roster.sign(&county.issuer_key).unwrap()
    };
    let (head, _) = good.rsplit_once('.').unwrap();
    let stranger = roster.sign(&county.stranger).unwrap();
    let (_, other_signature) = stranger.rsplit_once('.').unwrap();
    for (name, text, code) in [
        ("nothing", String::new(), "LB-EXAM-031"),
        ("a letter", "Kjære eksamensvakt".into(), "LB-EXAM-031"),
        ("a trust list", county.trust_list(), "LB-EXAM-031"),
        ("too large", "a".repeat(5 << 20), "LB-EXAM-031"),
        (
            "malformed",
            changed(|roster| roster.id.clear()),
            "LB-EXAM-032",
        ),
        ("a stranger's", stranger.clone(), "LB-EXAM-033"),
        (
            "changed",
            format!("{head}.{other_signature}"),
            "LB-EXAM-034",
        ),
        (
            "another's",
            changed(|roster| roster.iss.push('x')),
            "LB-EXAM-034",
        ),
        (
            "yesterday's",
            changed(|roster| {
                roster.starts_at -= 86_400;
                roster.exp = roster.starts_at + 3_600;
            }),
            "LB-EXAM-035",
        ),
        (
            "tomorrow's",
            changed(|roster| roster.iat += 86_400),
            "LB-EXAM-037",
        ),
    ] {
        let error = rooms.open(&text).unwrap_err();
        assert_eq!(told(&error), code, "{name}");
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("Nora") && !shown.contains("Fjordvik"),
            "{name}"
        );
    }
    assert!(device.files("exams").is_empty());
    assert_eq!(county.issuer_key.public_jwk().thumbprint().len(), 43);
}

#[tokio::test]
async fn a_checker_that_knows_nobody_opens_no_list() {
    let device = Device::new();
    let nora = Pupil::nora();
    let signed = one_room(&device, &nora);
    let error = device
        .exam_rooms(&device.start())
        .open(&signed)
        .unwrap_err();
    assert_eq!(told(&error), "LB-CHECK-011");
    // Nor one whose trust list is over, though it still judges codes.
    device.county.turn(|served| served.trust_for = 600);
    let checkpoint = device.online().await;
    device.pass_seconds(601);
    let error = device.exam_rooms(&checkpoint).open(&signed).unwrap_err();
    assert!(matches!(error, OpenRosterError::NoLists));
}

#[tokio::test]
async fn a_list_whose_key_is_gone_or_that_is_damaged_is_left_out_and_can_be_opened_anew() {
    type Damage = fn(&Device);
    let damages: [(&str, Damage); 3] = [
        ("key", |device| device.exam_secrets.delete().unwrap()),
        ("file", |device| {
            let (path, mut bytes) = device.files("exams").remove(0);
            bytes[40] ^= 1;
            std::fs::write(path, bytes).unwrap();
        }),
        ("cut off", |device| {
            let (path, _) = device.files("exams").remove(0);
            std::fs::write(path, b"LBE1").unwrap();
        }),
    ];
    for (name, damage) in damages {
        let device = Device::new();
        let nora = Pupil::nora();
        let rooms = device.exam_rooms(&device.online().await);
        let signed = one_room(&device, &nora);
        rooms.open(&signed).unwrap();
        damage(&device);
        let rooms = device.exam_rooms(&device.start());
        assert!(rooms.all().unwrap().is_empty(), "{name}");
        if name == "key" {
            // A new key would be the end of the files: the key store has to say it for a while first.
            for seconds in [0, 1, 58] {
                device.pass_seconds(seconds);
                rooms.open(&signed).unwrap_err();
                assert!(device.exam_secrets.load().unwrap().is_none());
            }
            device.pass_seconds(1);
        }
        rooms.open(&signed).unwrap();
        let rooms = device.exam_rooms(&device.start());
        assert_eq!(rooms.all().unwrap().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_key_store_that_misses_the_key_once_costs_no_list() {
    let device = Device::new();
    let nora = Pupil::nora();
    let signed = one_room(&device, &nora);
    device
        .exam_rooms(&device.online().await)
        .open(&signed)
        .unwrap();
    let key = device.exam_secrets.load().unwrap().unwrap();
    device.exam_secrets.delete().unwrap();
    let rooms = device.exam_rooms(&device.start());
    rooms.open(&signed).unwrap_err();
    device.exam_secrets.save(&key).unwrap();
    assert_eq!(rooms.all().unwrap().len(), 1);
}

#[tokio::test]
async fn deleting_a_list_leaves_the_others_and_the_last_one_takes_the_key_with_it() {
    let device = Device::new();
    let nora = Pupil::nora();
    let rooms = device.exam_rooms(&device.online().await);
    let mut ids = Vec::new();
    for id in ["one", "two"] {
        let mut roster = device.county.roster(&[(&nora, "A203")]);
        roster.id = id.into();
        let signed = roster.sign(&device.county.issuer_key).unwrap();
        ids.push(rooms.open(&signed).unwrap().id);
    }
    rooms.delete(&ids[0]).unwrap();
    rooms.delete(&ids[0]).unwrap();
    assert_eq!(rooms.all().unwrap()[0].id, ids[1]);
    assert!(device.exam_secrets.load().unwrap().is_some());
    rooms.delete(&ids[1]).unwrap();
    assert!(device.files("exams").is_empty());
    assert!(device.exam_secrets.load().unwrap().is_none());
}
