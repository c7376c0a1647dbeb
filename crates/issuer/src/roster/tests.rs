use chrono::TimeZone;
use chrono_tz::Europe::Oslo;
use county_api::{InPersonClaims, Profile};
use school_records::PersonRecord;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, QueryFilter};

use super::*;
use crate::{
    app::testing,
    db::entity::{audit as entries, photo::PhotoSource},
    records::{
        card_facts,
        testing::{day, person, pupil, sync},
    },
};

/// Thursday 24 September 2026, nine o'clock in Norway.
fn nine() -> DateTime<Utc> {
    let local = day("2026-09-24").and_hms_opt(9, 0, 0).unwrap();
    Oslo.from_local_datetime(&local).unwrap().to_utc()
}

fn order(who: Expected) -> Order {
    Order {
        school: "10001".into(),
        title: "NOR1267 Norsk hovedmål".into(),
        starts_at: nine(),
        late_after_minutes: 15,
        who,
        whole_county: true,
    }
}

fn class(name: &str, room: Option<&str>) -> Expected {
    Expected::Classes(vec![(name.into(), room.map(str::to_owned))])
}

fn listed(file: &str) -> Expected {
    Expected::List(read(file.as_bytes()).unwrap())
}

fn named(n: usize, given: &str, family: &str) -> PersonRecord {
    PersonRecord {
        given_name: given.into(),
        middle_name: None,
        family_name: family.into(),
        ..pupil(n)
    }
}

fn in_class(mut record: PersonRecord, school: &str, class: &str) -> PersonRecord {
    for enrolment in &mut record.enrolments {
        enrolment.school_number = Some(school.into());
        for membership in &mut enrolment.classes {
            membership.name = class.into();
        }
    }
    record
}

/// Two in 2STA, one in 2STB, one at another school, and one who leaves before the exam.
async fn school() -> App {
    let app = testing::app().await;
    sync(&app, everybody()).await.unwrap();
    app
}

fn everybody() -> Vec<PersonRecord> {
    let mut leaver = named(5, "Per", "Aas");
    for enrolment in &mut leaver.enrolments {
        enrolment.period.end = Some(day("2026-09-23"));
    }
    vec![
        named(1, "Nora", "Øye"),
        named(2, "Ådne", "Berg"),
        in_class(named(3, "Kari", "Å"), "10001", "2STB"),
        in_class(named(4, "Ola", "Dahl"), "10002", "2STA"),
        leaver,
    ]
}

async fn lock_photo(app: &App, key: &str) {
    let person = person(app, key).await.id;
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(480, 640, image::Rgb([200, 150, 120]))
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .unwrap();
    let jpeg = jpeg.into_inner();
    photo::ActiveModel {
        person_id: Set(person),
        id: Set(Uuid::new_v4()),
        state: Set(PhotoState::Locked),
        source: Set(PhotoSource::SchoolRecords),
        sha256: Set(county_api::photo_sha256(&jpeg)),
        object_key: Set(app.photos.put(&jpeg).await.unwrap()),
        source_url_sha256: Set(None),
        source_date: Set(None),
        changed_at: Set(app.unix_now()),
        ..Default::default()
    }
    .insert(&app.db)
    .await
    .unwrap();
}

fn names(made: &Made) -> Vec<&str> {
    let candidates = made.roster.candidates.iter();
    candidates
        .map(|candidate| candidate.name.as_str())
        .collect()
}

#[tokio::test]
async fn a_class_is_listed_in_norwegian_order_and_the_checker_believes_the_file_until_the_day_ends()
{
    let app = school().await;
    let made = make(&app, order(class("2STA", Some("A203"))))
        .await
        .unwrap();
    assert_eq!(names(&made), ["Ådne Berg", "Nora Øye"]);
    assert_eq!(made.with_photo(), 0);
    let first = &made.roster.candidates[0];
    assert_eq!(first.room.as_deref(), Some("A203"));
    assert_eq!(first.class.as_deref(), Some("2STA"));
    assert_eq!(first.student_number.as_deref(), Some("100002"));
    assert_eq!(made.roster.school, "Skole 10001");

    let signer = app.keys.credential_signer(app.unix_now()).unwrap();
    assert_eq!(Roster::key_name(&made.signed).unwrap(), signer.kid);
    let verify =
        |at: DateTime<Utc>| Roster::verify(&made.signed, signer.jwk(), app.config.issuer.id(), at);
    assert_eq!(verify(app.now()).unwrap(), made.roster);
    // The day ends at 22:00 UTC.
    let ends = "2026-09-24T22:00:00Z".parse::<DateTime<Utc>>().unwrap();
    assert!(verify(ends - chrono::TimeDelta::seconds(1)).is_ok());
    assert!(verify(ends).is_err());
}

#[tokio::test]
async fn a_code_of_the_exam_profile_is_known_on_the_list() {
    let app = school().await;
    lock_photo(&app, "elev:1").await;
    let made = make(&app, order(class("2STA", None))).await.unwrap();
    assert_eq!(made.with_photo(), 1);
    let nora = person(&app, "elev:1").await.id;
    let cards = card_facts(&app, nora, day("2026-09-16")).await;
    let facts = cards.unwrap().remove(0);
    let portrait = made.roster.candidates[1].portrait_webp().unwrap();
    let hash = county_api::PortraitHash::of(&portrait);
    let said = InPersonClaims::of(Profile::Exam, &facts.claims, Some(hash));
    let is = |candidate: &Candidate, number: Option<&str>| {
        candidate.is(number, said.full_name.as_deref(), said.birth_date)
    };
    let [other, nora] = made.roster.candidates.as_slice() else {
        panic!("not two");
    };
    // By number, and by name and birth date.
    assert!(is(nora, said.student_number.as_deref()) && is(nora, None));
    assert!(!is(other, said.student_number.as_deref()) && !is(other, None));
}

#[tokio::test]
async fn people_are_picked_by_number_or_by_name_and_birth_date_also_from_another_school() {
    let app = school().await;
    let file = "student_number;name;birth_date;room\n\
                100004;;;A1\n\
                ;kari  å;14.03.2009;A2\n";
    let made = make(&app, order(listed(file))).await.unwrap();
    // In the order of the file.
    assert_eq!(names(&made), ["Ola Dahl", "Kari Å"]);
    let rooms: Vec<_> = made
        .roster
        .candidates
        .iter()
        .map(|c| c.room.as_deref())
        .collect();
    assert_eq!(rooms, [Some("A1"), Some("A2")]);
}

#[tokio::test]
async fn a_school_gets_its_own_and_its_guests_on_a_list_and_nobody_elses_pupils() {
    let app = school().await;
    let ola = person(&app, "elev:4").await;
    let mut guest = named(6, "Siri", "Gjest");
    let mut second = guest.enrolments[0].clone();
    second.school_number = Some("10002".into());
    guest.enrolments[0].main = false;
    second.main = true;
    guest.enrolments.push(second);
    let mut people = everybody();
    people.push(guest);
    sync(&app, people).await.unwrap();
    let of_school = |file: &str| Order {
        whole_county: false,
        ..order(listed(file))
    };
    for foreign in [
        "student_number\n100001\n100004\n",
        "name;birth_date\nOla Dahl;14.03.2009\nNora Øye;14.03.2009\n",
    ] {
        let Err(RosterError::BadLines(bad)) = make(&app, of_school(foreign)).await else {
            panic!("somebody of another school is on the list");
        };
        assert_eq!(bad.len(), 1);
        assert!(matches!(bad[0].what, LineFault::Nobody { .. }));
        // The county may.
        let made = make(&app, order(listed(foreign))).await.unwrap();
        assert!(made.people.contains(&ola.id));
    }
    let made = make(&app, of_school("student_number\n100006\n100001\n"))
        .await
        .unwrap();
    assert_eq!(names(&made), ["Siri Gjest", "Nora Øye"]);
    record(&app.db, &made, "10001", "kari").await.unwrap();
    let entry = entries::Entity::find()
        .filter(crate::audit::search::about(made.people[0]))
        .one(&app.db)
        .await
        .unwrap();
    assert_eq!(entry.unwrap().action, "roster.make");
}

#[tokio::test]
async fn a_list_with_more_lines_than_there_are_places_is_refused_before_anybody_is_read() {
    let app = school().await;
    let lines = "100001\n".repeat(MAX_CANDIDATES + 1);
    let file = format!("student_number\n{lines}");
    let refused = make(&app, order(listed(&file))).await;
    assert!(matches!(refused, Err(RosterError::Refused(_))));
}

#[tokio::test]
async fn a_class_that_is_named_twice_is_on_the_list_once() {
    let app = school().await;
    let room = |room: &str| ("2STA".to_owned(), Some(room.to_owned()));
    let twice = Expected::Classes(vec![room("A203"), room("A204")]);
    let made = make(&app, order(twice)).await.unwrap();
    assert_eq!(made.people.len(), 2);
    let rooms: Vec<_> = made.roster.candidates.iter().map(|c| &c.room).collect();
    assert!(rooms.iter().all(|room| room.as_deref() == Some("A203")));
}

#[tokio::test]
async fn with_any_bad_line_there_is_no_list_and_every_bad_line_is_told() {
    let app = school().await;
    let file = "student_number;name;birth_date\n\
                100001;;\n\
                100005;;\n\
                999999;;\n\
                ;Nora Øye;2009-03-15\n\
                ;Nora Øye;2009-03-14\n\
                ;Nora;\n";
    let Err(error) = make(&app, order(listed(file))).await else {
        panic!("a list was made");
    };
    assert_eq!(
        error.to_string(),
        "no list was made; put these lines right first:\n\
         \x20 line 3: nobody with this student number has a right to a card on 2026-09-24; \
         check it against the records, or take the line out\n\
         \x20 line 4: nobody with this student number has a right to a card on 2026-09-24; \
         check it against the records, or take the line out\n\
         \x20 line 5: nobody with this name and birth date has a right to a card on 2026-09-24; \
         check it against the records, or take the line out\n\
         \x20 line 6: this person is on the list already; take the line out\n\
         \x20 line 7: give the student number, or both name and birth date"
    );
}

#[tokio::test]
async fn of_people_with_one_name_or_number_nobody_is_guessed() {
    let app = testing::app().await;
    let mut namesake = named(2, "Nora", "Øye");
    namesake.student_number = Some("100001".into());
    let mut elsewhere = in_class(named(3, "Nora", "Øye"), "10002", "2STA");
    elsewhere.student_number = Some("100009".into());
    sync(&app, vec![named(1, "Nora", "Øye"), namesake, elsewhere])
        .await
        .unwrap();
    let file = "student_number;name;birth_date\n100001;;\n;Nora Øye;2009-03-14\n";
    let Err(RosterError::BadLines(bad)) = make(&app, order(listed(file))).await else {
        panic!("somebody was guessed");
    };
    assert_eq!(bad.len(), 2);
    assert!(
        bad.iter()
            .all(|line| matches!(line.what, LineFault::Several { .. }))
    );
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_with_what_to_do() {
    let app = school().await;
    let refused = async |order: Order| match make(&app, order).await {
        Ok(_) => panic!("a list was made"),
        Err(error) => error.to_string(),
    };
    assert_eq!(
        refused(order(class("3STA", None))).await,
        "nobody is in class 3STA of that school on 2026-09-24; its classes are 2STA, 2STB"
    );
    let mut other = order(class("2STA", None));
    other.school = "99999".into();
    assert!(refused(other).await.contains("no school 99999"));
    let mut past = order(class("2STA", None));
    past.starts_at = "2026-09-15T07:00:00Z".parse().unwrap();
    assert_eq!(refused(past).await, "that day is over");
    let mut far = order(class("2STA", None));
    far.starts_at = "2031-06-02T07:00:00Z".parse().unwrap();
    assert!(refused(far).await.contains("make the list closer"));
    assert_eq!(
        refused(order(listed("student_number\n"))).await,
        "there is nobody on the list"
    );
}

#[tokio::test]
async fn a_list_leaves_a_trace_that_names_nobody() {
    let app = school().await;
    let made = make(&app, order(class("2STA", None))).await.unwrap();
    record(&app.db, &made, "10001", "sigrid").await.unwrap();
    let trail = entries::Entity::find().all(&app.db).await.unwrap();
    let entry = trail.iter().find(|e| e.action == "roster.make").unwrap();
    assert_eq!(entry.actor, "sigrid");
    assert_eq!(entry.reason.as_deref(), Some("NOR1267 Norsk hovedmål"));
    assert_eq!(entry.detail["candidates"], 2);
    assert!(!entry.detail.to_string().contains("Nora"));
}
