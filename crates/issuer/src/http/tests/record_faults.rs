//! Faults in the records: a school's on its page, the others on the county's.

use sea_orm::{ActiveValue::Set, EntityTrait};

use super::{
    county::{admin, county},
    staff::Browser,
};
use crate::{
    db::entity::record_fault,
    records::testing::{apprentice, pupil, sync},
};

#[tokio::test]
async fn faults_of_no_known_school_are_the_countys_and_not_a_schools() {
    let world = county().await;
    let fault = |seq: i64, place: &str, school: Option<&str>| record_fault::ActiveModel {
        seq: Set(seq),
        run_id: Set(uuid::Uuid::new_v4()),
        place_class: Set(place.into()),
        place_id: Set("17".into()),
        reason: Set("same_key".into()),
        field: Set(None),
        school_number: Set(school.map(str::to_owned)),
        at: Set(world.service.unix_now()),
    };
    let both = [
        fault(1, "elevforhold", None),
        fault(2, "elev", Some("10001")),
    ];
    record_fault::Entity::insert_many(both)
        .exec_without_returning(&world.service.db)
        .await
        .unwrap();
    let mut browser = admin(&world).await;
    let at = async |browser: &mut Browser<'_>, path: &str| {
        let page = browser.get(path).await.expect(200).text();
        (page.contains("elevforhold 17"), page.contains("elev 17"))
    };
    assert_eq!(
        at(&mut browser, "/admin/county/faults").await,
        (true, false)
    );
    for (school, found) in [("10001", (false, true)), ("training", (false, false))] {
        let path = format!("/admin/school/{school}/faults");
        assert_eq!(at(&mut browser, &path).await, found, "{school}");
    }
}

#[tokio::test]
async fn contract_types_that_nobody_listed_are_the_countys_to_mend() {
    let world = county().await;
    let mut people: Vec<_> = (1..=40).map(pupil).collect();
    for (n, contract_type) in [
        (41, Some("Praksisbrev")),
        (42, Some("Praksisbrev")),
        (43, None),
    ] {
        let mut record = apprentice(n, None);
        record.contracts[0].contract_type = contract_type.map(str::to_owned);
        people.push(record);
    }
    people.push(apprentice(44, None));
    let mut browser = admin(&world).await;
    let page = browser.get("/admin/county/faults").await.expect(200).text();
    assert!(!page.contains("Ukjente kontrakttyper"), "{page}");
    sync(&world.service, people).await.unwrap();
    let page = browser.get("/admin/county/faults").await.expect(200).text();
    for part in [
        "Ukjente kontrakttyper",
        "Praksisbrev</th><td data-label=\"Hvor mange\">2<",
        "(uten type)</th><td data-label=\"Hvor mange\">1<",
        "/admin/school/training/faults",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let page = browser.get("/admin/school/training/faults").await.text();
    assert_eq!(
        page.matches("kontrakttypen «Praksisbrev» er ukjent")
            .count(),
        2
    );
}
