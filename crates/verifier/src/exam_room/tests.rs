use super::*;
use crate::Scan;
use crate::test_support::{County, at};

fn roster(county: &County) -> Roster {
    let candidate = |name: &str, number: Option<&str>, room: Option<&str>| Candidate {
        name: name.into(),
        birth_date: "2008-02-29".parse().unwrap(),
        class: Some("2STA".into()),
        student_number: number.map(str::to_owned),
        room: room.map(str::to_owned),
        portrait: None,
    };
    Roster {
        id: "k3V0".into(),
        iss: county.iss.clone(),
        iat: county.now - 3_600,
        exp: county.now + 12 * 3_600,
        title: "NOR1267 Norsk hovedmål".into(),
        school: "Fjordvik videregående skole".into(),
        starts_at: county.now,
        late_after_minutes: 0,
        candidates: vec![
            candidate("Aslak Čáhppesjávri", Some("100041"), Some("A203")),
            candidate("Nora Bjørnstad", Some("100042"), Some("A203")),
            candidate("=Ada \"Å\"; Lie", None, Some("B101")),
            candidate("Sunniva", None, None),
        ],
    }
}

fn verdict(county: &County, profile: Profile, entries: &[(u64, u8)]) -> Verdict {
    let claims = county.claims_with(county.said_for(profile).to_identity());
    let code = county.code(&claims, county.now);
    county.checker(entries).check(&code, at(county.now))
}

const NORA: usize = 1;

#[test]
fn paper_registers_nobody_whatever_else_is_held_against_it() {
    for demo in [false, true] {
        let county = County {
            demo,
            ..County::new()
        };
        let mut room = ExamRoom::new(roster(&county));
        let slip = county.slip_code(&county.slip());
        let Scan::Slip(slip) = county.checker(&[]).scan(&slip, at(county.now)) else {
            panic!("not a slip");
        };
        assert_eq!(slip.outcome == Outcome::Demo, demo);
        let admission = room.admit(&slip.into(), at(county.now));
        assert_eq!(admission, Admission::NotAdmitted(Some(NORA)));
        assert_eq!(room.counts().present, 0);
    }
}

#[test]
fn a_candidate_is_present_once() {
    let county = County::new();
    let mut room = ExamRoom::new(roster(&county));
    let verdict = verdict(&county, Profile::Exam, &[]);
    let before = at(county.now - 60);
    assert_eq!(room.admit(&verdict, before), Admission::Present(NORA));
    assert_eq!(
        room.admit(&verdict, at(county.now)),
        Admission::AlreadyScanned(NORA, before)
    );
    assert_eq!(
        room.counts(),
        Counts {
            present: 1,
            late: 0,
            expected: 4
        }
    );
    room.undo(NORA).unwrap();
    assert_eq!(room.undo(NORA), Err(NotInList));
    assert_eq!(room.admit(&verdict, before), Admission::Present(NORA));
}

#[test]
fn who_comes_after_the_time_is_late_by_begun_minutes() {
    let county = County::new();
    let verdict = verdict(&county, Profile::Exam, &[]);
    for (grace, seconds, expected) in [
        (0, 0, Admission::Present(NORA)),
        (0, 1, Admission::Late(NORA, 1)),
        (0, 60, Admission::Late(NORA, 1)),
        (0, 61, Admission::Late(NORA, 2)),
        (15, 900, Admission::Present(NORA)),
        (15, 901, Admission::Late(NORA, 16)),
    ] {
        let mut room = ExamRoom::new(Roster {
            late_after_minutes: grace,
            ..roster(&county)
        });
        let now = at(county.now + seconds);
        assert_eq!(room.admit(&verdict, now), expected, "{grace} {seconds}");
        assert_eq!(
            room.counts().late,
            usize::from(matches!(expected, Admission::Late(..)))
        );
    }
}

#[test]
fn a_candidate_in_the_wrong_room_is_told_the_right_one_and_can_be_let_in_by_hand() {
    let county = County::new();
    let mut room = ExamRoom::new(roster(&county));
    assert_eq!(Vec::from_iter(room.rooms()), ["A203", "B101"]);
    assert_eq!(room.choose_room(Some("C1")), Err(NotInList));
    room.choose_room(Some("B101")).unwrap();
    let names = |room: &ExamRoom| Vec::from_iter(room.expected().map(|(index, _)| index));
    assert_eq!(names(&room), [2, 3]);
    let verdict = verdict(&county, Profile::Exam, &[]);
    let now = at(county.now);
    assert_eq!(
        room.admit(&verdict, now),
        Admission::WrongRoom(NORA, "A203".into())
    );
    assert_eq!(room.counts().present, 0);
    assert_eq!(room.admit_by_hand(NORA, now), Ok(Admission::Present(NORA)));
    assert!(room.attendance(NORA).unwrap().by_hand);
    assert_eq!(names(&room), [NORA, 2, 3]);
    assert_eq!(room.admit_by_hand(9, now), Err(NotInList));
}

#[test]
fn only_a_good_exam_code_of_someone_on_the_list_registers_anybody() {
    let county = County::new();
    let now = at(county.now);
    let mut room = ExamRoom::new(roster(&county));

    let suspended = verdict(&county, Profile::Exam, &[(County::IDX, 2)]);
    assert_eq!(
        room.admit(&suspended, now),
        Admission::NotAdmitted(Some(NORA))
    );
    let travel = verdict(&county, Profile::Travel, &[]);
    assert_eq!(room.admit(&travel, now), Admission::WrongProfile);
    let mut elsewhere = verdict(&county, Profile::Exam, &[]);
    elsewhere.issuer = Some("https://issuer.nesoya.example".into());
    assert_eq!(
        room.admit(&elsewhere, now),
        Admission::NotAdmitted(Some(NORA))
    );
    let garbled = county.checker(&[]).check("SID1:", now);
    assert_eq!(room.admit(&garbled, now), Admission::NotAdmitted(None));
    assert_eq!(room.counts().present, 0);

    let mut short = roster(&county);
    short.candidates.remove(NORA);
    let stranger = ExamRoom::new(short).admit(&verdict(&county, Profile::Exam, &[]), now);
    assert_eq!(stranger, Admission::NotOnList);
}

#[test]
fn the_table_opens_in_a_spreadsheet_and_holds_no_formula() {
    let county = County::new();
    let mut room = ExamRoom::new(roster(&county));
    room.admit(&verdict(&county, Profile::Exam, &[]), at(county.now + 61));
    room.admit_by_hand(3, at(county.now)).unwrap();
    let word = |word: &str| word.to_owned();
    let words = TableWords {
        name: word("Navn"),
        birth_date: word("Fødselsdato"),
        class: word("Klasse"),
        student_number: word("Elevnummer"),
        room: word("Rom"),
        present: word("Til stede"),
        time: word("Tid"),
        minutes_late: word("Minutter for sent"),
        by_hand: word("For hånd"),
        yes: word("ja"),
        no: word("nei"),
    };
    let csv = room.to_csv(&words, |at| at.format("%H:%M").to_string());
    assert!(csv.starts_with('\u{feff}') && csv.ends_with("\r\n"));
    insta::assert_snapshot!(csv.trim_start_matches('\u{feff}').replace("\r\n", "\n"), @r#"
    "Navn";"Fødselsdato";"Klasse";"Elevnummer";"Rom";"Til stede";"Tid";"Minutter for sent";"For hånd"
    "Aslak Čáhppesjávri";"2008-02-29";"2STA";"100041";"A203";"nei";"";"";""
    "Nora Bjørnstad";"2008-02-29";"2STA";"100042";"A203";"ja";"08:01";"2";"nei"
    "'=Ada ""Å""; Lie";"2008-02-29";"2STA";"";"B101";"nei";"";"";""
    "Sunniva";"2008-02-29";"2STA";"";"";"ja";"08:00";"";"ja"
    "#);
}

#[test]
fn the_list_is_kept_with_who_has_come_and_is_over_with_its_day() {
    let county = County::new();
    let mut room = ExamRoom::new(roster(&county));
    room.choose_room(Some("A203")).unwrap();
    room.admit(&verdict(&county, Profile::Exam, &[]), at(county.now));
    let kept = serde_json::to_vec(&room).unwrap();
    assert_eq!(serde_json::from_slice::<ExamRoom>(&kept).unwrap(), room);
    assert!(!room.is_over(at(room.roster().exp - 1)));
    assert!(room.is_over(at(room.roster().exp)));
}
