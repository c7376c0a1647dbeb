//! At the door of an exam.

use std::fs;

use county_api::Profile;
use verifier::{
    Outcome, Reason,
    exam_room::{Admission, TableWords},
};
use wallet::checking::{ExamRoomError, ExamRooms, KeepError};

use crate::support::{Device, Pupil, told};

struct Door {
    device: Device,
    rooms: ExamRooms,
    id: String,
    nora: Pupil,
    emil: Pupil,
}

impl Door {
    /// Nora is expected in A203, Emil in B101, and this is the door of A203.
    async fn open() -> Self {
        let device = Device::new();
        let (nora, emil) = (Pupil::nora(), Pupil::new(43, "Emil Åsen"));
        let rooms = device.exam_rooms(&device.online().await);
        let signed = device
            .county
            .signed_roster(&[(&nora, "A203"), (&emil, "B101")]);
        let id = rooms.open(&signed).unwrap().id;
        rooms.choose_room(&id, Some("A203")).unwrap();
        Self {
            device,
            rooms,
            id,
            nora,
            emil,
        }
    }

    fn scan(&self, text: &str) -> (Admission, Outcome, Vec<Reason>) {
        let admitted = self.rooms.admit(&self.id, text).unwrap();
        let verdict = admitted.verdict;
        (admitted.admission, verdict.outcome, verdict.reasons)
    }

    fn code(&self, pupil: &Pupil) -> String {
        self.device.county.code(pupil, Profile::Exam, None)
    }
}

#[tokio::test]
async fn each_scan_says_who_it_is_and_where_they_belong() {
    let door = Door::open().await;
    let now = door.device.clock.truth();
    let code = door.code(&door.nora);
    assert_eq!(door.scan(&code).0, Admission::Present(0));
    // The same code a second later, and another one of hers.
    door.device.pass_seconds(1);
    assert_eq!(door.scan(&code).0, Admission::AlreadyScanned(0, now));
    door.device.pass_seconds(15);
    let code = door.code(&door.nora);
    assert_eq!(door.scan(&code).0, Admission::AlreadyScanned(0, now));

    let code = door.code(&door.emil);
    assert_eq!(
        door.scan(&code).0,
        Admission::WrongRoom(1, "B101".to_owned())
    );
    let code = door.code(&Pupil::new(44, "Ida Moe"));
    assert_eq!(door.scan(&code).0, Admission::NotOnList);
    let code = door.device.county.code(&door.nora, Profile::Discount, None);
    assert_eq!(door.scan(&code).0, Admission::WrongProfile);
    let photo = door.device.county.photo_code(&door.nora);
    assert_eq!(door.scan(&photo).0, Admission::NotAdmitted(None));
    let (admission, outcome, _) = door.scan("https://example.org/");
    assert_eq!(admission, Admission::NotAdmitted(None));
    assert_eq!(outcome, Outcome::Unreadable);
}

#[tokio::test]
async fn an_old_picture_a_blocked_card_and_a_portrait_let_nobody_in() {
    let door = Door::open().await;
    let photo = door.device.county.photo_code(&door.nora);
    let (_, outcome, reasons) = door.scan(&photo);
    assert_eq!(outcome, Outcome::StatusUnknown);
    assert_eq!(reasons, [Reason::PhotoAlone]);

    let screenshot = door.code(&door.nora);
    door.device.pass_seconds(120);
    let (admission, _, reasons) = door.scan(&screenshot);
    assert_eq!(admission, Admission::NotAdmitted(Some(0)));
    assert_eq!(reasons, [Reason::CodeTooOld { seconds: 120 }]);

    door.device.county.block(&door.nora);
    let checkpoint = door.device.online().await;
    let rooms = door.device.exam_rooms(&checkpoint);
    let admitted = rooms.admit(&door.id, &door.code(&door.nora)).unwrap();
    assert_eq!(admitted.admission, Admission::NotAdmitted(Some(0)));
    assert_eq!(admitted.room.room.counts().present, 0);
}

#[tokio::test]
async fn paper_lets_nobody_in_by_itself_not_even_a_specimens() {
    for demo in [false, true] {
        let door = Door::open().await;
        door.device.county.turn(|served| served.demo = demo);
        let rooms = door.device.exam_rooms(&door.device.online().await);
        let slip = door.device.county.slip(&door.nora);
        let admitted = rooms.admit(&door.id, &slip).unwrap();
        assert_eq!(admitted.admission, Admission::NotAdmitted(Some(0)));
        assert_eq!(admitted.seen_at, None);
        let outcome = if demo { Outcome::Demo } else { Outcome::Slip };
        assert_eq!(admitted.verdict.outcome, outcome);
        assert!(admitted.verdict.authentic);
        // The same sheet at the next door: the door says since when it knows it.
        let first = door.device.clock.truth();
        door.device.pass_seconds(90);
        let again = rooms.admit(&door.id, &slip).unwrap();
        assert_eq!(again.admission, Admission::NotAdmitted(Some(0)));
        assert_eq!(again.seen_at, Some(first));
        assert_eq!(again.room.room.counts().present, 0);
        let open = rooms.admit_by_hand(&door.id, 0).unwrap();
        assert_eq!(open.room.counts().present, 1);
    }
}

#[tokio::test]
async fn a_code_that_was_taken_elsewhere_on_this_phone_registers_nobody() {
    let door = Door::open().await;
    let checkpoint = door.device.online().await;
    let rooms = door.device.exam_rooms(&checkpoint);
    let code = door.code(&door.nora);
    checkpoint.scan(&code).unwrap();
    let admitted = rooms.admit(&door.id, &code).unwrap();
    assert_eq!(admitted.admission, Admission::NotAdmitted(Some(0)));
    // Nor is it used up on a list that is not there.
    door.device.pass_seconds(15);
    let code = door.code(&door.nora);
    let gone = rooms.admit("elsewhere", &code).unwrap_err();
    assert!(matches!(gone, ExamRoomError::Gone));
    let admitted = rooms.admit(&door.id, &code).unwrap();
    assert_eq!(admitted.admission, Admission::Late(0, 1));
}

#[tokio::test]
async fn a_dead_phone_is_registered_by_hand_and_a_mistake_is_taken_back() {
    let door = Door::open().await;
    door.device.pass_seconds(130);
    let room = door.rooms.admit_by_hand(&door.id, 1).unwrap().room;
    let attendance = room.attendance(1).unwrap();
    assert!(attendance.by_hand);
    assert_eq!(attendance.minutes_late, Some(3));
    assert_eq!(room.counts().late, 1);
    let room = door.rooms.undo(&door.id, 1).unwrap().room;
    assert!(room.attendance(1).is_none());
    for error in [
        door.rooms.undo(&door.id, 1).unwrap_err(),
        door.rooms.admit_by_hand(&door.id, 2).unwrap_err(),
        door.rooms.choose_room(&door.id, Some("C1")).unwrap_err(),
    ] {
        assert_eq!(told(&error), "LB-EXAM-038");
    }
}

#[tokio::test]
async fn the_table_has_the_clock_on_the_wall_in_norway() {
    let door = Door::open().await;
    door.scan(&door.code(&door.nora));
    door.rooms.choose_room(&door.id, None).unwrap();
    let words: TableWords = serde_json::from_value(serde_json::json!({
        "name": "Navn", "birth_date": "Født", "class": "Klasse", "student_number": "Elevnummer", "room": "Rom",
        "present": "Til stede", "time": "Klokkeslett", "minutes_late": "Minutter for sent", "by_hand": "For hånd",
        "yes": "ja", "no": "nei",
    }))
    .unwrap();
    let csv = door.rooms.to_csv(&door.id, &words).unwrap();
    // 08:00 UTC in November is nine o'clock in Norway.
    assert_eq!(
        csv,
        "\u{feff}\"Navn\";\"Født\";\"Klasse\";\"Elevnummer\";\"Rom\";\"Til stede\";\"Klokkeslett\";\"Minutter for sent\";\"For hånd\"\r\n\
         \"Nora Østby\";\"2008-02-29\";\"3STA\";\"100042\";\"A203\";\"ja\";\"09:00\";\"\";\"nei\"\r\n\
         \"Emil Åsen\";\"2008-02-29\";\"3STA\";\"100043\";\"B101\";\"nei\";\"\";\"\";\"\"\r\n"
    );
}

#[tokio::test]
async fn if_the_disk_refuses_nobody_is_registered() {
    let door = Door::open().await;
    let (path, _) = door.device.files("exams").remove(0);
    // A folder in the way of the new file.
    let in_the_way = format!("{}.new", path.display());
    fs::create_dir(&in_the_way).unwrap();
    let code = door.code(&door.nora);
    let error = door.rooms.admit(&door.id, &code).unwrap_err();
    assert!(matches!(error, ExamRoomError::Keep(KeepError::Io(_))));
    fs::remove_dir(&in_the_way).unwrap();
    let all = door.rooms.all().unwrap();
    assert_eq!(all[0].room.counts().present, 0);
}
