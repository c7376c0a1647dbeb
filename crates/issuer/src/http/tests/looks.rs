//! Looking people up: why is asked once, what was found is come back to, and nothing of it is in an address.

use axum::http::header;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    PhotoState, World,
    county::{admin, county},
    staff::{Browser, KARI, WHY, give},
};
use crate::{
    admin::Role,
    db::entity::{account, audit, person, photo, web_session},
    records::testing::{apprentice, pupil, sync},
};

const NORA: &str = "nora@fjordviken.example";

async fn reasons(world: &World, action: &str) -> Vec<Option<String>> {
    audit::Entity::find()
        .filter(audit::Column::Action.eq(action))
        .all(&world.service.db)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.reason)
        .collect()
}

/// A school's administrator who has just logged in, and has not said why.
async fn just_in(world: &World) -> Browser<'_> {
    let mut browser = Browser::new(world);
    browser.log_in("/admin", KARI).await.expect(303);
    browser
}

#[tokio::test]
async fn who_looks_people_up_is_asked_why_once_and_every_look_has_it_in_the_trail() {
    let world = World::new().await;
    let nora = world.pupil(NORA, Some(PhotoState::InReview)).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut browser = just_in(&world).await;
    // What is about nobody asks for nothing.
    for path in ["/admin", "/admin/search", "/admin/school/10001"] {
        browser.get(path).await.expect(200);
    }
    let href = format!("/admin/person/{nora}");
    let asked = browser.get(&href).await.expect(303);
    let there = asked.header(header::LOCATION).to_owned();
    assert_eq!(there, format!("/admin/why?back=%2Fadmin%2Fperson%2F{nora}"));
    assert!(reasons(&world, "person.show").await.is_empty());
    let page = browser.get(&there).await.expect(200).text();
    assert!(page.contains("Hvorfor slår du opp?") && page.contains(&href));

    let back = ("back", href.as_str());
    for (why, own) in [("", ""), ("other", " "), ("strange", "x")] {
        let form = [back, ("why", why), ("own", own)];
        browser.post("/admin/why", &form).await.expect(422);
    }
    let answer = browser.post("/admin/why", &[back, ("why", "fault")]).await;
    assert_eq!(answer.expect(303).header(header::LOCATION), href);

    let row = photo::Entity::find_by_id(nora);
    let sha256 = row.one(&world.service.db).await.unwrap().unwrap().sha256;
    for path in [
        href.clone(),
        format!("{href}/photo/{sha256}"),
        "/admin/school/10001/photos".to_owned(),
        "/admin/school/10001/not-enrolled".to_owned(),
        "/admin/school/10001/not-enrolled.csv".to_owned(),
    ] {
        browser.get(&path).await.expect(200);
    }
    browser.search("nora").await.expect(200);
    for action in [
        "person.show",
        "person.show_photo",
        "photos.list",
        "not_enrolled.list",
        "not_enrolled.file",
        "person.search",
    ] {
        let fault = Some("Noe er meldt feil".to_owned());
        assert_eq!(reasons(&world, action).await, [fault], "{action}");
    }

    // It is changed at the search, and holds from then on.
    let form = [
        ("wanted", "nora"),
        ("why", "other"),
        ("own", "Ny på kontoret"),
    ];
    browser.post("/admin/search", &form).await.expect(303);
    browser.get(&href).await.expect(200);
    let last = reasons(&world, "person.show").await.pop().flatten();
    assert_eq!(last.as_deref(), Some("Ny på kontoret"));
    let page = browser.get("/admin/search").await.text();
    assert!(page.contains("value=\"Ny på kontoret\""), "{page}");

    // Another session is asked anew, and a search without an answer keeps what was typed.
    let mut browser = just_in(&world).await;
    browser.get(&href).await.expect(303);
    let page = browser.post("/admin/search", &[("wanted", "nora")]).await;
    let page = page.expect(422).text();
    assert!(page.contains("value=\"nora\"") && !page.contains(&href));
    let form = [("why", "check"), ("back", "https://evil.example/admin")];
    let answer = browser.post("/admin/why", &form).await.expect(303);
    assert_eq!(answer.header(header::LOCATION), "/admin");
}

#[tokio::test]
async fn a_list_of_nobody_asks_for_nothing_and_the_countys_lists_of_people_have_why() {
    let world = county().await;
    let mut browser = admin(&world).await;
    let forget = web_session::Entity::update_many()
        .col_expr(web_session::Column::Why, Expr::value(None::<String>));
    forget.exec(&world.service.db).await.unwrap();
    let messages = "/admin/county/messages?state=";
    browser.get(&format!("{messages}failed")).await.expect(200);
    let asked = browser.get(&format!("{messages}waiting")).await.expect(303);
    assert!(asked.header(header::LOCATION).starts_with("/admin/why?"));
    browser
        .post("/admin/why", &[("why", "check")])
        .await
        .expect(303);
    browser.get(&format!("{messages}waiting")).await.expect(200);
    let check = Some("Kontroll".to_owned());
    assert_eq!(reasons(&world, "sms.list").await, [None, check]);
}

#[tokio::test]
async fn the_browsers_way_back_leads_to_what_was_found_and_leaves_no_second_entry() {
    let world = World::new().await;
    let nora = world.pupil(NORA, None).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let found = "/admin/search/found";
    let nothing = browser.get(found).await.expect(303);
    assert_eq!(nothing.header(header::LOCATION), "/admin/search");
    let href = format!("/admin/person/{nora}");
    let page = browser.get(&href).await.expect(200).text();
    assert!(!page.contains(found));

    let form = [("wanted", "nora bj")];
    let answer = browser.post("/admin/search", &form).await.expect(303);
    assert_eq!(answer.header(header::LOCATION), found);
    for _ in 0..2 {
        let page = browser.get(found).await.expect(200).text();
        assert!(page.contains(&href) && page.contains("value=\"nora bj\""));
        let page = browser.get(&href).await.expect(200).text();
        assert!(page.contains(&format!("href=\"{found}\"")), "{page}");
    }
    assert_eq!(
        reasons(&world, "person.search").await,
        [Some(WHY.to_owned())]
    );
    // It is nobody else's: not the database's, and not another browser's.
    let row = web_session::Entity::find().one(&world.service.db).await;
    let kept = row.unwrap().unwrap().searched.unwrap();
    assert!(!kept.windows(4).any(|bytes| bytes == b"nora"));
    let mut other = just_in(&world).await;
    other.get(found).await.expect(303);

    // Who is not to be seen any more is not in what was found before either.
    person::Entity::update_many()
        .col_expr(person::Column::WithdrawnAt, Expr::value(0))
        .exec(&world.service.db)
        .await
        .unwrap();
    let page = browser.get(found).await.expect(200).text();
    assert!(!page.contains(&href));
}

#[tokio::test]
async fn a_name_is_in_no_title_that_a_browser_keeps() {
    let world = World::new().await;
    let nora = world.pupil(NORA, None).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let page = browser.get(&format!("/admin/person/{nora}")).await.text();
    assert!(
        page.contains("<title>Person – Lommebevis</title>"),
        "{page}"
    );
    let (_, heading) = page.split_once("<h1").unwrap();
    assert!(heading.split("</h1>").next().unwrap().contains("Nora"));
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_found_and_says_so() {
    let world = World::new().await;
    let nora = world.pupil(NORA, None).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    person::Entity::update_many()
        .col_expr(person::Column::Record, Expr::value(serde_json::json!(7)))
        .exec(&world.service.db)
        .await
        .unwrap();
    let href = format!("/admin/person/{nora}");
    let page = browser.search("nora").await.expect(200).text();
    assert!(page.contains(&href) && page.contains("Uten navn"), "{page}");
    let page = browser.get(&href).await.expect(200).text();
    assert!(page.contains("opplysningene kan ikke leses"), "{page}");
    let block = format!("{href}/block");
    browser.post(&block, &[("reason", "x")]).await.expect(403);
}

#[tokio::test]
async fn the_auditor_finds_an_apprentice_by_the_login_and_is_told_of_two_of_one_name() {
    let world = county().await;
    let mut people: Vec<_> = (1..=40).map(pupil).collect();
    people.push(apprentice(41, None));
    sync(&world.service, people).await.unwrap();
    let person = |key: &'static str| {
        person::Entity::find()
            .filter(person::Column::SourceKey.eq(key))
            .one(&world.service.db)
    };
    let lars = person("larling:41").await.unwrap().unwrap();
    let account = account::ActiveModel {
        id: Set(Uuid::new_v4()),
        feide_sub: Set("sub-lars".into()),
        feide_name: Set(Some("lars@bygg.example".into())),
        nin_hash: Set(None),
        birth_date: Set(None),
        person_id: Set(Some(lars.id)),
        created_at: Set(0),
        last_login_at: Set(0),
    };
    account.insert(&world.service.db).await.unwrap();
    let mut browser = admin(&world).await;
    browser
        .get(&format!("/admin/person/{}", lars.id))
        .await
        .expect(200);
    let path = "/admin/county/audit";
    let form = [("person", "Lars@bygg.example"), ("action", "person.")];
    let page = browser.post(path, &form).await.expect(200).text();
    // In words, and why.
    assert!(page.contains("så på opplysningene") && page.contains(WHY));

    let first = person("elev:1").await.unwrap().unwrap();
    let name = first.feide_name.unwrap();
    person::Entity::update_many()
        .col_expr(person::Column::FeideName, Expr::value(&name))
        .filter(person::Column::SourceKey.eq("elev:2"))
        .exec(&world.service.db)
        .await
        .unwrap();
    let page = browser.post(path, &[("person", &name)]).await.expect(422);
    assert!(page.text().contains("Flere personer har dette"));
}
