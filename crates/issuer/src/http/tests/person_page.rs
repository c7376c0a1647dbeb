//! A person's page for staff: who sees whom, what is told, and what the forms do.

use axum::http::Method;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use uuid::Uuid;

use super::{
    NORA, PhotoState, World,
    staff::{Browser, KARI, give},
};
use crate::{
    admin::{Role, staff::Grant},
    db::entity::{audit, block, library_code, person, person_school, photo, staff_grant},
    deeds::{self, Why},
};

async fn entries(world: &World, action: &str, person: Uuid) -> u64 {
    audit::Entity::find()
        .filter(audit::Column::Action.eq(action))
        .filter(audit::Column::PersonId.eq(person))
        .count(&world.service.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_person_is_found_by_words_in_any_order_and_only_at_ones_own_schools() {
    let world = World::new().await;
    let nora = world.pupil(NORA, None).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let href = format!("/admin/person/{nora}");
    for (wanted, found) in [
        ("nora", true),
        ("BJØRN nor", true),
        ("bjornstad", true),
        ("2sta", true),
        ("100042", true),
        (NORA, true),
        ("ora", false),
        ("%", false),
        ("kari", false),
    ] {
        let page = browser.search(wanted).await;
        assert_eq!(page.expect(200).text().contains(&href), found, "{wanted}");
    }
    browser.get(&href).await.expect(200);
    assert_eq!(entries(&world, "person.show", nora).await, 1);

    // Another school's administrator finds nobody, and the page is not there.
    let mut row: crate::db::entity::school::ActiveModel =
        crate::db::entity::school::Entity::find_by_id("10001")
            .one(&world.service.db)
            .await
            .unwrap()
            .unwrap()
            .into();
    row.number = sea_orm::ActiveValue::Set("10002".into());
    crate::db::entity::school::Entity::insert(row.reset_all())
        .exec_without_returning(&world.service.db)
        .await
        .unwrap();
    let other = "ola@fjordviken.example";
    give(&world, other, Role::SchoolAdmin, Some("10002")).await;
    let mut browser = Browser::logged_in(&world, "/admin", other).await;
    let page = browser.search("nora").await;
    assert!(!page.expect(200).text().contains(&href));
    browser.get(&href).await.expect(404);
    let form = [("reason", "x")];
    browser
        .post(&format!("{href}/block"), &form)
        .await
        .expect(404);
    assert_eq!(entries(&world, "staff.refused", nora).await, 2);
    assert_eq!(
        block::Entity::find()
            .count(&world.service.db)
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn the_page_tells_why_and_its_forms_do_what_the_commands_do() {
    let world = World::new().await;
    let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let href = format!("/admin/person/{nora}");
    let page = browser.get(&href).await.expect(200).text();
    for part in [
        "Klasse i dag: 2STA",
        "Beviset er klart",
        "Bekreftet og låst",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    let row = photo::Entity::find_by_id(nora)
        .one(&world.service.db)
        .await
        .unwrap()
        .unwrap();
    let row_of_photo = row.sha256.clone();
    let picture = format!("{href}/photo/{}", row.sha256);
    let answer = browser.get(&picture).await.expect(200);
    assert_eq!(answer.header("content-type"), "image/jpeg");
    assert_eq!(entries(&world, "person.show_photo", nora).await, 1);

    let no_reason = browser
        .post(&format!("{href}/block"), &[("reason", " ")])
        .await;
    assert!(
        no_reason
            .expect(422)
            .text()
            .contains("Skriv en begrunnelse")
    );
    // That shows the whole page as well, and is a look at it.
    assert_eq!(entries(&world, "person.show", nora).await, 2);
    let past = [("reason", "Lånt bort"), ("until", "2026-09-15")];
    browser
        .post(&format!("{href}/block"), &past)
        .await
        .expect(422);
    let fields = [
        ("reason", "Lånt bort"),
        ("until", "2026-09-30"),
        ("contact", "Kontoret"),
    ];
    let done = browser
        .post(&format!("{href}/block"), &fields)
        .await
        .expect(303);
    let page = browser
        .get(done.header("location"))
        .await
        .expect(200)
        .text();
    for part in [
        "Beviset er stanset",
        "Lånt bort",
        "30. september 2026",
        "Kontoret",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    let blocks = standing(&world).await;
    browser
        .post(
            &format!("{href}/unblock"),
            &[("reason", "Tilbake"), ("blocks", &blocks)],
        )
        .await
        .expect(303);
    assert_eq!(entries(&world, "person.unblock", nora).await, 1);

    let code = |code, symbology| {
        [
            ("code", code),
            ("symbology", symbology),
            ("reason", "Nytt kort"),
        ]
    };
    let path = format!("{href}/library-code");
    browser.post(&path, &code("abc", "ean13")).await.expect(422);
    browser
        .post(&path, &code("0042", "code39"))
        .await
        .expect(303);
    let row = library_code::Entity::find_by_id(nora)
        .one(&world.service.db)
        .await
        .unwrap()
        .unwrap();
    assert!(row.overridden && row.code == "0042");

    let reset = format!("{href}/reset-photo");
    let other = [("reason", "Feil person"), ("photo", "another")];
    browser.post(&reset, &other).await.expect(422);
    browser.get(&picture).await.expect(200);
    let this = [("reason", "Feil person"), ("photo", &row_of_photo)];
    browser.post(&reset, &this).await.expect(303);
    browser.get(&picture).await.expect(404);
    assert_eq!(entries(&world, "person.reset_photo", nora).await, 1);
}

/// The blocks in force, as the page names them.
async fn standing(world: &World) -> String {
    let rows = block::Entity::find()
        .filter(block::Column::LiftedAt.is_null())
        .all(&world.service.db)
        .await
        .unwrap();
    let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    ids.join(" ")
}

#[tokio::test]
async fn a_block_is_lifted_by_who_has_seen_it_and_the_countys_by_the_county() {
    let world = World::new().await;
    let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    give(&world, OLA, Role::CountyAdmin, None).await;
    let mut school = Browser::logged_in(&world, "/admin", KARI).await;
    let mut county = Browser::logged_in(&world, "/admin", OLA).await;
    let href = format!("/admin/person/{nora}");
    let (block, unblock) = (format!("{href}/block"), format!("{href}/unblock"));
    school
        .post(&block, &[("reason", "Lånt bort")])
        .await
        .expect(303);
    let first = standing(&world).await;
    let page = school.get(&href).await.expect(200).text();
    assert!(page.contains(&format!("value=\"{first}\"")), "{page}");
    // Another comes meanwhile, and the page that shows one lifts neither.
    county
        .post(&block, &[("reason", "Forfalsket")])
        .await
        .expect(303);
    let both = standing(&world).await;
    let form = |blocks| [("reason", "x"), ("blocks", blocks)];
    school.post(&unblock, &form(&first)).await.expect(422);
    school.post(&unblock, &form(&both)).await.expect(422);
    county.post(&unblock, &form(&first)).await.expect(422);
    county.post(&unblock, &form(&both)).await.expect(303);
    assert_eq!(standing(&world).await, "");

    county
        .post(&block, &[("reason", "Forfalsket")])
        .await
        .expect(303);
    let page = school.get(&href).await.expect(200).text();
    assert!(
        page.contains("bare de kan oppheve") && !page.contains(&unblock),
        "{page}"
    );
}

#[tokio::test]
async fn the_library_sets_codes_and_sees_neither_picture_nor_devices() {
    let world = World::new().await;
    let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
    give(&world, KARI, Role::Library, Some("10001")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let href = format!("/admin/person/{nora}");
    let why = Why {
        by: "rektor@fjordviken.example",
        reason: "Lånt bort til Ola",
    };
    deeds::block(
        &world.service,
        nora,
        why,
        deeds::For::County,
        None,
        Some("Kontoret".into()),
    )
    .await
    .unwrap();
    let page = browser.get(&href).await.expect(200).text();
    assert!(
        page.contains("/library-code") && !page.contains("/photo/") && !page.contains("/block")
    );
    // It is stopped; why is for those who can do something about it.
    assert!(page.contains("gjelder nå"), "{page}");
    for hidden in ["Lånt bort", "rektor@", "14. mars 2009", "Klasse i dag"] {
        assert!(!page.contains(hidden), "{hidden} is on {page}");
    }
    let row = photo::Entity::find_by_id(nora)
        .one(&world.service.db)
        .await
        .unwrap()
        .unwrap();
    browser
        .get(&format!("{href}/photo/{}", row.sha256))
        .await
        .expect(403);
    browser
        .post(&format!("{href}/block"), &[("reason", "x")])
        .await
        .expect(403);
    assert_eq!(entries(&world, "staff.refused", nora).await, 2);
    let strange = browser
        .send(
            Method::POST,
            &format!("{href}/library-code"),
            &[("content-type", "application/x-www-form-urlencoded")],
            "_csrf=x&code=1&reason=x".into(),
        )
        .await;
    strange.expect(403);
}

#[tokio::test]
async fn a_school_that_somebody_has_left_may_look_for_a_while_and_do_nothing() {
    let world = World::new().await;
    let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
    let db = &world.service.db;
    person_school::ActiveModel {
        person_id: Set(nora),
        school_number: Set("10002".into()),
        class: Set(String::new()),
        main: Set(false),
        until: Set(Some("2026-09-01".parse().unwrap())),
    }
    .insert(db)
    .await
    .unwrap();
    let grants = [Grant {
        role: Role::SchoolAdmin,
        school: Some("10002".into()),
    }];
    staff_at_a_school_that_is_not_in_the_records(&world, &grants).await;
    let mut old = Browser::logged_in(&world, "/admin", OLA).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut now = Browser::logged_in(&world, "/admin", KARI).await;
    let href = format!("/admin/person/{nora}");
    let (block, slip) = (format!("{href}/block"), format!("{href}/slip"));
    let page = old.get(&href).await.expect(200).text();
    // Where she is now is not told.
    assert!(
        !page.contains("/block") && !page.contains("/slip"),
        "{page}"
    );
    old.get(&slip).await.expect(403);
    old.post(&block, &[("reason", "x")]).await.expect(403);
    let page = now.get(&href).await.expect(200).text();
    assert!(page.contains(&format!("href=\"{slip}\"")));
    now.get(&slip).await.expect(200);

    // Who is not in the records any more is nobody's to do anything with, and after a month nobody's to see.
    let mut row: person::ActiveModel = person::Entity::find_by_id(nora)
        .one(db)
        .await
        .unwrap()
        .unwrap()
        .into();
    row.withdrawn_at = Set(Some(world.service.unix_now()));
    row.update(db).await.unwrap();
    now.get(&href).await.expect(200);
    now.post(&block, &[("reason", "x")]).await.expect(403);
    world.later(31 * 86_400);
    let mut now = Browser::logged_in(&world, "/admin", KARI).await;
    now.get(&href).await.expect(404);
    let found = now.search("nora").await;
    assert!(!found.expect(200).text().contains(&href));
}

const OLA: &str = "ola@fjordviken.example";

async fn staff_at_a_school_that_is_not_in_the_records(world: &World, grants: &[Grant]) {
    for grant in grants {
        let row = staff_grant::ActiveModel {
            id: Set(Uuid::new_v4()),
            feide_name: Set(OLA.into()),
            feide_sub: Set(None),
            role: Set(grant.role.id().into()),
            school_number: Set(grant.school.clone()),
            given_by: Set("operator".into()),
            given_at: Set(0),
            reason: Set("ansatt".into()),
            ended_at: Set(None),
            ended_by: Set(None),
            end_reason: Set(None),
        };
        row.insert(&world.service.db).await.unwrap();
    }
}

#[tokio::test]
async fn a_slip_can_be_made_invalid_where_it_was_printed() {
    let world = World::new().await;
    let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let slip = format!("/admin/person/{nora}/slip");
    let revoke = format!("{slip}/revoke");
    let none = browser.post(&revoke, &[("reason", "mistet")]).await;
    assert!(none.expect(422).text().contains("ingen lapp"));
    let order = [
        ("purpose", "travel"),
        ("language", "nb"),
        ("reason", "Telefonen er\tødelagt"),
    ];
    let pdf = browser.post(&slip, &order).await.expect(200);
    assert_eq!(pdf.header("content-type"), "application/pdf");
    let empty = [("purpose", "travel"), ("language", "nb"), ("reason", " ")];
    let complaint = browser.post(&slip, &empty).await.expect(422).text();
    assert!(
        complaint.contains("value=\"travel\" selected"),
        "{complaint}"
    );
    let done = browser.post(&revoke, &[("reason", "mistet")]).await;
    let page = browser.get(done.expect(303).header("location")).await;
    assert!(page.expect(200).text().contains("Lappen er ugyldig nå"));
    assert_eq!(entries(&world, "person.revoke_slips", nora).await, 1);
}
