//! The brake of each school.

use school_records::PersonRecord;

use super::*;

/// Six hundred at one school, and thirty at another.
fn county() -> Vec<PersonRecord> {
    let mut people: Vec<_> = (0..630).map(pupil).collect();
    for record in &mut people[600..] {
        record.enrolments[0].school_number = Some("10002".into());
    }
    people
}

#[tokio::test]
async fn a_school_that_is_missing_brakes_although_it_is_few_of_all() {
    let app = testing::app().await;
    sync(&app, county()).await.unwrap();
    // Sixteen of thirty, who are two and a half percent of all: gone, or there without a school.
    let mut gone = county();
    gone.truncate(614);
    let mut without = county();
    for record in &mut without[614..] {
        record.enrolments.clear();
    }
    for people in [gone, without] {
        let error = sync(&app, people).await.unwrap_err();
        let SyncError::Braked { counts, .. } = &error else {
            panic!("{error:?}")
        };
        let [school] = counts.schools_lost.as_slice() else {
            panic!("{counts:?}")
        };
        assert_eq!(
            (school.number.as_str(), school.name.as_str()),
            ("10002", "Skole 10002")
        );
        assert_eq!((school.before, school.lost), (30, 16));
        assert!(
            error
                .to_string()
                .contains("16 of 30 pupils' cards at school 10002"),
            "{error}"
        );
    }
    // It stands in the run for those who look at it.
    let run = runs(&app)
        .await
        .into_iter()
        .find(|run| run.outcome == SyncOutcome::Braked)
        .unwrap();
    assert_eq!(
        run.counts["people"]["schools_lost"][0]["name"],
        "Skole 10002"
    );
    // Half of them is not more than half.
    let mut half = county();
    half.truncate(615);
    sync(&app, half).await.unwrap();
}

#[tokio::test]
async fn who_moves_to_another_school_has_lost_nothing_and_a_small_school_may_close() {
    let app = testing::app().await;
    let mut people = county();
    for record in &mut people[600..610] {
        record.enrolments[0].school_number = Some("10001".into());
    }
    sync(&app, county()).await.unwrap();
    sync(&app, people.clone()).await.unwrap();
    // Twenty are left there, and all of them go.
    people.truncate(610);
    let report = sync(&app, people).await.unwrap();
    assert_eq!(report.counts.withdrawn, 20);
    assert!(report.counts.schools_lost.is_empty());
}

#[tokio::test]
async fn a_county_sets_how_much_of_a_school_may_go() {
    for (percent, is_braked) in [(100.0, false), (10.0, true)] {
        let mut config = crate::config::tests::sample();
        config.records.school_brake_percent = percent;
        let app = testing::app_with(config, Arc::new(TestClock::at(testing::NOW))).await;
        sync(&app, county()).await.unwrap();
        let mut people = county();
        people.truncate(if is_braked { 626 } else { 600 });
        assert_eq!(sync(&app, people).await.is_err(), is_braked, "{percent}");
    }
}
