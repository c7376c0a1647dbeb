//! `/min-side`: what people see and do about themselves.

use base64::Engine;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use serde_json::Value;

use super::*;
use crate::{
    audit,
    db::entity::{
        account, audit as entries,
        credential::{self, CredentialStatus},
        device, erasure,
    },
    self_service,
};

/// A browser that is logged in at `/min-side`.
struct Browser<'a> {
    world: &'a World,
    cookie: String,
}

impl<'a> Browser<'a> {
    async fn log_in(world: &'a World, feide_name: &str) -> Self {
        let begin = world.get("/min-side", &[]).await.location_here();
        let to_feide = world.get(&begin, &[]).await;
        let binding = cookie_of(&to_feide);
        let at_feide = to_feide.location();
        let code = world.feide.log_in(&at_feide, feide_name);
        let state = query(&at_feide, "state").unwrap();
        let back = world
            .get(
                &format!("/login/feide/callback?code={code}&state={state}"),
                &[("cookie", &binding)],
            )
            .await;
        assert_eq!(back.location_here(), "/min-side");
        Self {
            world,
            cookie: cookie_of(&back),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.world.get(path, &[("cookie", &self.cookie)]).await
    }

    /// Sends the form with this address that stands on a page.
    async fn send(&self, page: &str, action: &str) -> Answer {
        let text = self.get(page).await.expect(200).text();
        assert!(
            text.contains(&format!("action=\"{action}\"")),
            "{action} is not on {text}"
        );
        let csrf = text.split("name=\"_csrf\" value=\"").nth(1).unwrap();
        let csrf = csrf.split('"').next().unwrap();
        self.post(action, csrf).await
    }

    async fn post(&self, action: &str, csrf: &str) -> Answer {
        self.world
            .post_form(action, &[("cookie", &self.cookie)], format!("_csrf={csrf}"))
            .await
    }
}

fn cookie_of(answer: &Answer) -> String {
    let set = answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap().split(';').next().unwrap())
        .find(|pair| !pair.ends_with('='));
    set.unwrap().to_owned()
}

impl Answer {
    /// Where a browser is sent within the service.
    #[track_caller]
    fn location_here(&self) -> String {
        assert!(
            self.status.is_redirection(),
            "{}: {}",
            self.status,
            self.text()
        );
        self.header(header::LOCATION).to_owned()
    }
}

async fn statuses(world: &World) -> Vec<CredentialStatus> {
    credential::Entity::find()
        .all(&world.service.db)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.status)
        .collect()
}

async fn actions(world: &World) -> Vec<String> {
    entries::Entity::find()
        .filter(entries::Column::Action.starts_with("own."))
        .all(&world.service.db)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.action)
        .collect()
}

async fn with_a_card(world: &World) -> (Phone<'_>, Uuid, String) {
    let person = world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(world);
    let token = phone.log_in(NORA).await.access_token;
    phone.fetch(&token, EXAM, &[key(), key()]).await;
    (phone, person, token)
}

#[tokio::test]
async fn a_lost_phone_is_logged_out_and_its_cards_are_invalid_in_the_same_moment() {
    let world = World::new().await;
    let (phone, person, token) = with_a_card(&world).await;
    let browser = Browser::log_in(&world, NORA).await;
    let device = device::Entity::find()
        .one(&world.service.db)
        .await
        .unwrap()
        .unwrap();
    let out = format!("/min-side/enheter/{}/logg-ut", device.id);
    let done = browser.send("/min-side", &out).await;
    assert_eq!(done.location_here(), "/min-side?said=out");
    assert_eq!(statuses(&world).await, [CredentialStatus::Invalid; 2]);
    phone
        .ask(Method::GET, "/wallet/enrolment", &token, None)
        .await
        .expect(401);
    let page = browser.get("/min-side?said=out").await.expect(200).text();
    assert!(page.contains("Telefonen er logget ut"), "{page}");
    assert!(!page.contains(&out), "{page}");
    assert_eq!(actions(&world).await, ["own.log_out"]);
    let entry = entries::Entity::find()
        .filter(entries::Column::Action.eq("own.log_out"))
        .one(&world.service.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (entry.actor.as_str(), entry.person_id),
        (NORA, Some(person))
    );
    assert_eq!(entry.detail["credentials"], 2);
}

#[tokio::test]
async fn nobody_logs_out_anothers_phone_and_no_other_page_sends_the_form() {
    let world = World::new().await;
    with_a_card(&world).await;
    let anna = "anna@fjordviken.example";
    world.pupil(anna, Some(PhotoState::Locked)).await;
    let browser = Browser::log_in(&world, anna).await;
    let nora = device::Entity::find()
        .one(&world.service.db)
        .await
        .unwrap()
        .unwrap();
    let out = format!("/min-side/enheter/{}/logg-ut", nora.id);
    // A form of Anna's own, with Nora's phone in its address.
    let page = browser.get("/min-side/slett").await.text();
    let csrf = page.split("name=\"_csrf\" value=\"").nth(1).unwrap();
    let csrf = csrf.split('"').next().unwrap().to_owned();
    browser.post(&out, &csrf).await.expect(404);
    for wrong in ["", "x", &csrf[1..]] {
        browser.post("/min-side/slett", wrong).await.expect(403);
    }
    let foreign = [
        ("cookie", browser.cookie.as_str()),
        ("origin", "https://evil.example"),
    ];
    let sent = world
        .post_form("/min-side/slett", &foreign, format!("_csrf={csrf}"))
        .await;
    sent.expect(403);
    let nobody = world.post_form(&out, &[], format!("_csrf={csrf}")).await;
    assert!(nobody.status.is_redirection() || nobody.status == 403);
    assert_eq!(statuses(&world).await, [CredentialStatus::Valid; 2]);
    assert_eq!(
        erasure::Entity::find()
            .count(&world.service.db)
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn what_is_stored_is_shown_and_handed_out_with_the_picture_and_without_a_national_number() {
    let world = World::new().await;
    let (_, person, _) = with_a_card(&world).await;
    let anna = world
        .pupil("anna@fjordviken.example", Some(PhotoState::Locked))
        .await;
    for id in [person, anna] {
        let entry = audit::Entry::new("sigrid@fjordviken.example", "person.show", NOW)
            .person(id)
            .reason("ringte");
        audit::record(&world.service.db, entry).await.unwrap();
    }
    // Of several, it may be about another of them.
    let list = audit::Entry::new("sigrid@fjordviken.example", "photos.list", NOW)
        .reason("Anna er på sykehus");
    let deed = audit::Entry::new("sigrid@fjordviken.example", "person.unblock", NOW)
        .person(person)
        .reason("Kortet er funnet");
    audit::record(&world.service.db, deed).await.unwrap();
    audit::record(&world.service.db, list.people([person, anna]))
        .await
        .unwrap();
    let seen = audit::Entry::new("holder", "photo.confirm", NOW).person(person);
    audit::record(&world.service.db, seen).await.unwrap();
    let browser = Browser::log_in(&world, NORA).await;
    for (lang, words) in [
        (
            "nb",
            [
                "Nora Bjørnstad",
                "Fødselsdato",
                "14. mars 2009",
                "En ansatt så på opplysningene",
                "2 × Eksamen",
            ],
        ),
        (
            "nn",
            [
                "Nora Bjørnstad",
                "Frå skulen",
                "14. mars 2009",
                "Ein tilsett såg på opplysningane",
                "2 × Eksamen",
            ],
        ),
        (
            "en",
            [
                "Nora Bjørnstad",
                "Date of birth",
                "14 March 2009",
                "A member of staff looked at the details",
                "2 × Exam",
            ],
        ),
    ] {
        let headers = [
            ("cookie", browser.cookie.as_str()),
            ("accept-language", lang),
        ];
        let page = world
            .get("/min-side/lagret", &headers)
            .await
            .expect(200)
            .text();
        for word in words {
            assert!(page.contains(word), "{word} is not on {page}");
        }
        assert!(page.contains("src=\"/min-side/bilde\""));
        assert!(!page.contains("sigrid"), "staff are not named");
        assert!(!page.contains("ringte"), "staff write that for each other");
        assert!(!page.contains("anna@"));
        assert!(!page.contains("sykehus") && page.contains("Kortet er funnet"));
    }
    let picture = browser.get("/min-side/bilde").await.expect(200);
    assert_eq!(picture.body, portrait());
    assert_eq!(picture.header(header::CONTENT_TYPE), "image/jpeg");

    let file = browser.get("/min-side/lagret.json").await.expect(200);
    assert!(
        file.header(header::CONTENT_DISPOSITION)
            .starts_with("attachment")
    );
    let file: Value = file.json();
    assert_eq!(file["records"]["record"]["family_name"], "Bjørnstad");
    let jpeg = file["photo"]["jpeg_base64"].as_str().unwrap();
    let jpeg = base64::engine::general_purpose::STANDARD
        .decode(jpeg)
        .unwrap();
    assert_eq!(jpeg, portrait());
    assert_eq!(file["cards"][0]["count"], 2);
    assert_eq!(file["cards"][0]["status"], "valid");
    assert_eq!(file["login"]["feide_name"], NORA);
    let by: Vec<&str> = file["log"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["by"].as_str().unwrap())
        .collect();
    assert!(by.contains(&"yourself") && by.contains(&"staff"), "{by:?}");
    let of = |action: &str| {
        let log = file["log"].as_array().unwrap();
        log.iter().find(|entry| entry["action"] == action).cloned()
    };
    assert_eq!(of("photos.list").unwrap()["by"], "staff");
    assert!(!file.to_string().contains("sykehus"));
    assert_eq!(of("photo.confirm").unwrap()["by"], "yourself");
    assert_eq!(file["browsers"].as_array().unwrap().len(), 1);
    assert!(!file.to_string().contains("anna@"));
    assert!(actions(&world).await.contains(&"own.export".to_owned()));
}

#[tokio::test]
async fn what_a_person_wants_deleted_is_deleted_at_night_unless_it_was_taken_back() {
    let world = World::new().await;
    let (phone, person, _) = with_a_card(&world).await;
    let app = &world.service;
    let browser = Browser::log_in(&world, NORA).await;
    browser.send("/min-side/slett", "/min-side/slett").await;
    let page = browser.get("/min-side").await.text();
    assert!(
        page.contains("Vi sletter det om deg 17. september 2026 kl. 02.00"),
        "{page}"
    );
    let back = browser.send("/min-side", "/min-side/slett/angre").await;
    assert_eq!(back.location_here(), "/min-side?said=stays");
    world.later(DAY);
    assert_eq!(self_service::erasure::due(app).await.unwrap(), 0);
    assert_eq!(statuses(&world).await, [CredentialStatus::Valid; 2]);

    let browser = Browser::log_in(&world, NORA).await;
    browser.send("/min-side/slett", "/min-side/slett").await;
    // Not before the night.
    world.later(3600);
    assert_eq!(self_service::erasure::due(app).await.unwrap(), 0);
    world.later(DAY);
    let picture = photo::Entity::find_by_id(person)
        .one(&app.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(self_service::erasure::due(app).await.unwrap(), 1);
    assert_eq!(self_service::erasure::due(app).await.unwrap(), 0);
    assert_eq!(statuses(&world).await, [CredentialStatus::Invalid; 2]);
    let row = photo::Entity::find_by_id(person)
        .one(&app.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.state, PhotoState::Reset);
    assert!(
        row.handed_back,
        "the next picture goes to the school: nobody gets around a locked photo so"
    );
    assert!(app.photos.get(&picture.object_key).await.is_err());
    // The account waits for the cards, whose places say that they are invalid, and goes with them.
    assert_eq!(account::Entity::find().count(&app.db).await.unwrap(), 1);
    world.later(70 * DAY);
    super::super::housekeeping::delete_expired(app)
        .await
        .unwrap();
    self_service::erasure::due(app).await.unwrap();
    assert_eq!(account::Entity::find().count(&app.db).await.unwrap(), 0);
    assert_eq!(device::Entity::find().count(&app.db).await.unwrap(), 0);
    assert_eq!(erasure::Entity::find().count(&app.db).await.unwrap(), 0);
    assert!(
        person::Entity::find_by_id(person)
            .one(&app.db)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        actions(&world).await,
        [
            "own.ask_erasure",
            "own.take_back_erasure",
            "own.ask_erasure",
            "own.erase"
        ]
    );
    // And begins anew.
    phone.log_in(NORA).await;
}

#[tokio::test]
async fn who_comes_back_after_the_deletion_is_a_user_like_any_other() {
    let world = World::new().await;
    let (phone, _, _) = with_a_card(&world).await;
    let app = &world.service;
    let browser = Browser::log_in(&world, NORA).await;
    browser.send("/min-side/slett", "/min-side/slett").await;
    world.later(2 * DAY);
    assert_eq!(self_service::erasure::due(app).await.unwrap(), 1);
    world.later(60);
    phone.log_in(NORA).await;
    self_service::erasure::due(app).await.unwrap();
    assert_eq!(erasure::Entity::find().count(&app.db).await.unwrap(), 0);
    world.later(70 * DAY);
    super::super::housekeeping::delete_expired(app)
        .await
        .unwrap();
    self_service::erasure::due(app).await.unwrap();
    assert_eq!(account::Entity::find().count(&app.db).await.unwrap(), 1);
}

#[tokio::test]
async fn who_thinks_that_somebody_has_the_password_logs_out_every_browser() {
    let world = World::new().await;
    with_a_card(&world).await;
    let theirs = Browser::log_in(&world, NORA).await;
    let mine = Browser::log_in(&world, NORA).await;
    let out = mine.send("/min-side", "/min-side/nettlesere/logg-ut").await;
    assert_eq!(out.location_here(), "/min-side/logged-out");
    for browser in [theirs, mine] {
        assert!(browser.get("/min-side").await.status.is_redirection());
    }
    assert_eq!(actions(&world).await, ["own.log_out_browsers"]);
    // The phone stays.
    assert_eq!(statuses(&world).await, [CredentialStatus::Valid; 2]);
}

#[tokio::test]
async fn where_the_keys_lie_is_told_to_the_person_and_is_in_the_file() {
    let world = World::new().await;
    let (phone, _, token) = with_a_card(&world).await;
    let browser = Browser::log_in(&world, NORA).await;
    let file: Value = browser.get("/min-side/lagret.json").await.json();
    assert_eq!(file["devices"][0]["key_protection"], Value::Null);
    let before = browser.get("/min-side").await.expect(200).text();
    assert!(!before.contains("Nøklene"), "{before}");

    // Of the newest and the ones before, the worst.
    for said in ["hardware", "file"] {
        let said = Value::from(said);
        phone.fetch_saying(&token, EXAM, Some(&said)).await;
    }
    for page in ["/min-side", "/min-side/lagret"] {
        let text = browser.get(page).await.expect(200).text();
        assert!(text.contains("Nøklene ligger i en fil i appen"), "{text}");
    }
    let file: Value = browser.get("/min-side/lagret.json").await.json();
    assert_eq!(file["devices"][0]["key_protection"], "file");
    let of_cards: Vec<&Value> = file["cards"].as_array().unwrap().iter().collect();
    let count = |level: Value| {
        let of_level = of_cards
            .iter()
            .filter(|card| card["key_protection"] == level);
        of_level
            .map(|card| card["count"].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(count(Value::Null), 2);
    assert_eq!(count("hardware".into()), 1);
    assert_eq!(count("file".into()), 1);
}
