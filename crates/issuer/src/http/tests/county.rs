//! The county's pages: who may see which, and what is done there.

use axum::http::header;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    Answer, World,
    staff::{Browser, KARI, give},
};
use crate::{
    admin::Role,
    audit::verify,
    db::entity::{
        audit, person, sms_message, staff_grant,
        sync_run::{self, SyncOutcome},
    },
    keys,
    records::testing::{pupil, sync},
    statistics,
};

const PAGES: [&str; 8] = [
    "/admin/county",
    "/admin/county/runs",
    "/admin/county/faults",
    "/admin/county/keys",
    "/admin/county/messages",
    "/admin/county/schools",
    "/admin/county/staff",
    "/admin/county/audit",
];
const ADMIN: &str = "fylke@fjordviken.example";

/// A county with forty pupils, of whom the first has a mobile number, and someone who runs it.
pub(super) async fn county() -> World {
    let world = World::with(|config| {
        let section = "\n[sms]\nsender = \"file\"\nfile = \"sms.jsonl\"\naddress = \"x.example\"\n";
        config.sms = crate::config::tests::sample_with(section).sms;
    })
    .await;
    let mut people: Vec<_> = (1..=40).map(pupil).collect();
    people[0].mobile = Some("68 05 00 17".into());
    sync(&world.service, people).await.unwrap();
    give(&world, ADMIN, Role::CountyAdmin, None).await;
    world
}

pub(super) async fn admin(world: &World) -> Browser<'_> {
    Browser::logged_in(world, "/admin", ADMIN).await
}

/// Where a form leads.
trait LedTo {
    fn led_to(self) -> String;
}

impl LedTo for Answer {
    #[track_caller]
    fn led_to(self) -> String {
        self.expect(303).header(header::LOCATION).to_owned()
    }
}

async fn actions(world: &World, begins: &str) -> Vec<(String, Option<String>)> {
    audit::Entity::find()
        .filter(audit::Column::Action.starts_with(begins))
        .all(&world.service.db)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.action, row.reason))
        .collect()
}

#[tokio::test]
async fn every_page_is_there_in_every_language_and_for_whom_it_is_meant() {
    let world = county().await;
    let day = statistics::day_of(world.service.unix_now()).pred_opt();
    statistics::take(&world.service, day.unwrap())
        .await
        .unwrap();
    let mut browser = admin(&world).await;
    for lang in ["nb", "nn", "en"] {
        browser.get(&format!("/web/lang/{lang}")).await.expect(303);
        for path in PAGES {
            let page = browser.get(path).await.expect(200).text();
            assert!(page.contains(&format!("<html lang=\"{lang}\"")), "{path}");
            assert!(!page.contains("style="), "{path}: the policy refuses it");
            assert_eq!(page.matches("<h1").count(), 1, "{path}");
        }
    }
    let overview = browser.get("/admin/county").await.text();
    assert_eq!(overview.matches("<svg class=\"plot\"").count(), 4);
    assert!(overview.contains("Skole 10001"), "{overview}");

    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut school = Browser::logged_in(&world, "/admin", KARI).await;
    for path in PAGES {
        school.get(path).await.expect(403);
    }
    let revisor = "revisor@fjordviken.example";
    give(&world, revisor, Role::Auditor, None).await;
    let mut auditor = Browser::logged_in(&world, "/admin", revisor).await;
    for (path, status) in PAGES
        .into_iter()
        .zip([200, 200, 403, 200, 200, 403, 403, 200])
    {
        auditor.get(path).await.expect(status);
    }
    for (path, form) in [
        ("/admin/county/runs", vec![("reason", "x")]),
        (
            "/admin/county/messages/change",
            vec![("state", "waiting"), ("which", "all"), ("reason", "x")],
        ),
        (
            "/admin/county/schools",
            vec![("number", "10001"), ("enabled", "false"), ("reason", "x")],
        ),
        (
            "/admin/county/staff",
            vec![("who", revisor), ("role", "county-admin"), ("reason", "x")],
        ),
    ] {
        auditor.post(path, &form).await.expect(403);
    }
}

#[tokio::test]
async fn nothing_is_done_without_a_reason() {
    let world = county().await;
    let mut browser = admin(&world).await;
    for (path, form) in [
        ("/admin/county/runs", vec![("reason", "  ")]),
        (
            "/admin/county/staff",
            vec![("who", KARI), ("role", "auditor")],
        ),
        ("/admin/county/audit/export", vec![]),
    ] {
        let answer = browser.post(path, &form).await.expect(422);
        assert!(answer.text().contains("begrunnelse"), "{path}");
    }
    // Where nothing else was written, the page itself says it.
    for (path, form) in [
        (
            "/admin/county/messages/change",
            vec![("state", "waiting"), ("which", "all")],
        ),
        (
            "/admin/county/schools",
            vec![("number", "10001"), ("enabled", "false")],
        ),
    ] {
        let there = browser.post(path, &form).await.led_to();
        let page = browser.get(&there).await.expect(200).text();
        assert!(page.contains("Skriv en begrunnelse"), "{path}");
    }
    assert!(
        world
            .service
            .config
            .records
            .rules
            .now()
            .disabled_schools
            .is_empty()
    );
}

#[tokio::test]
async fn what_was_typed_stays_in_the_form_when_a_role_cannot_be_given() {
    let world = county().await;
    let mut browser = admin(&world).await;
    for (who, school, said) in [
        ("kari", "10001", "Feide-navn"),
        (KARI, "10001", "kan ikke gis der"),
    ] {
        let form = [
            ("who", who),
            ("role", "auditor"),
            ("school", school),
            ("reason", "Vikar i høst"),
        ];
        let page = browser.post("/admin/county/staff", &form).await;
        let page = page.expect(422).text();
        for kept in [
            said,
            &format!("value=\"{who}\""),
            "value=\"auditor\" selected",
            "value=\"10001\" selected",
            ">Vikar i høst</textarea>",
        ] {
            assert!(page.contains(kept), "{kept}: {page}");
        }
    }
}

#[tokio::test]
async fn keys_are_told_by_name_and_time_and_never_themselves() {
    let world = county().await;
    let mut browser = admin(&world).await;
    let page = browser.get("/admin/county/keys").await.expect(200).text();
    for key in world.service.keys.all().iter() {
        assert!(page.contains(&key.kid));
    }
    assert_eq!(page.matches("I bruk</span>").count(), 3, "{page}");
    assert!(page.contains("Signeringsnøkkelen bør byttes innen"));
    let (app, now) = (&world.service, world.service.unix_now());
    keys::rotate(&app.db, &app.seal, &app.config, now, "test")
        .await
        .unwrap();
    app.keys.reload(&app.db, &app.seal).await.unwrap();
    let page = browser.get("/admin/county/keys").await.text();
    assert!(page.contains("En ny nøkkel er allerede laget."), "{page}");
    assert!(page.contains("Kunngjort, ikke i bruk ennå"));
    for secret in ["pkcs8", "\"d\"", "PRIVATE"] {
        assert!(!page.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_school_is_switched_off_and_on_again_with_a_trace_of_both() {
    let world = county().await;
    let mut browser = admin(&world).await;
    let form = |enabled, reason| {
        [
            ("number", "10001"),
            ("enabled", enabled),
            ("reason", reason),
        ]
    };
    let path = "/admin/county/schools";
    let to = browser.post(path, &form("false", "venter")).await.led_to();
    assert_eq!(to, format!("{path}?said=off"));
    let page = browser.get(&format!("{path}?said=off")).await.text();
    assert!(page.contains("Skolen er slått av."), "{page}");
    assert!(page.contains(&format!("{ADMIN}, ")) && page.contains(": venter"));
    let again = browser.post(path, &form("false", "venter")).await.led_to();
    assert!(again.ends_with("?said=as-it-is"), "{again}");
    browser.post(path, &form("true", "klar")).await.expect(303);
    let unknown = [("number", "99"), ("enabled", "true"), ("reason", "x")];
    browser.post(path, &unknown).await.expect(404);
    let told = actions(&world, "school.").await;
    let entry = |action: &str, why: &str| (action.to_owned(), Some(why.to_owned()));
    assert_eq!(
        told,
        [
            entry("school.disable", "venter"),
            entry("school.enable", "klar")
        ]
    );
}

#[tokio::test]
async fn roles_are_given_and_ended_but_not_the_last_administrators() {
    let world = county().await;
    let mut browser = admin(&world).await;
    let path = "/admin/county/staff";
    let form = [
        ("who", "Kari@Fjordviken.example"),
        ("role", "school-admin"),
        ("school", "10001"),
        ("reason", "ny på kontoret"),
    ];
    browser.post(path, &form).await.expect(303);
    let again = browser.post(path, &form).await.led_to();
    assert!(again.ends_with("?said=has"), "{again}");
    let page = browser.get(path).await.text();
    assert!(
        page.contains(KARI) && page.contains("ny på kontoret"),
        "{page}"
    );
    let grants = staff_grant::Entity::find()
        .all(&world.service.db)
        .await
        .unwrap();
    let of = |name: &str| grants.iter().find(|row| row.feide_name == name).unwrap().id;
    let end = |id| format!("{path}/{id}/end");
    let why = [("reason", "sluttet")];
    let last = browser.post(&end(of(ADMIN)), &why).await.led_to();
    assert!(last.ends_with("?said=last"), "{last}");
    let ended = browser.post(&end(of(KARI)), &why).await.led_to();
    assert!(ended.ends_with("?said=ended"), "{ended}");
    assert!(!browser.get(path).await.text().contains(KARI));
    for (name, value) in [("who", "kari"), ("role", "county-admin")] {
        let wrong: Vec<_> = form
            .into_iter()
            .map(|(key, old)| (key, if key == name { value } else { old }))
            .collect();
        browser.post(path, &wrong).await.expect(422);
    }
}

#[tokio::test]
async fn messages_are_seen_without_their_numbers_stopped_and_sent_again() {
    let world = county().await;
    let mut browser = admin(&world).await;
    let path = "/admin/county/messages";
    let page = browser.get(path).await.text();
    assert!(
        page.contains("elev:1<") && page.contains("</span>17<"),
        "{page}"
    );
    for number in ["68050017", "68 05 00 17", "050017"] {
        assert!(!page.contains(number), "{number}");
    }
    let one = sms_message::Entity::find()
        .one(&world.service.db)
        .await
        .unwrap()
        .unwrap();
    let id = one.id.to_string();
    let change = format!("{path}/change");
    let form = [
        ("state", "waiting"),
        ("which", "chosen"),
        ("reason", "feil"),
    ];
    let none = browser.post(&change, &form).await.led_to();
    assert!(none.ends_with("&said=none"), "{none}");
    let chosen = [&form[..], &[("id", id.as_str())]].concat();
    browser.post(&change, &chosen).await.expect(303);
    let stopped = browser.get(&format!("{path}?state=stopped")).await.text();
    assert!(stopped.contains("Stanset (1)"), "{stopped}");
    let again = [("state", "stopped"), ("which", "all"), ("reason", "rett")];
    browser.post(&change, &again).await.expect(303);
    let waiting = browser.get(path).await.text();
    assert!(waiting.contains("Venter (40)"), "{waiting}");
    // What is sent cannot be called back.
    let sent = [("state", "sent"), ("which", "all"), ("reason", "x")];
    browser.post(&change, &sent).await.expect(400);
    let told: Vec<_> = actions(&world, "sms.")
        .await
        .into_iter()
        .filter(|(action, reason)| action != "sms.list" && reason.is_some())
        .collect();
    assert_eq!(told.len(), 2);
}

#[tokio::test]
async fn the_trail_is_searched_checked_and_taken_along() {
    let world = county().await;
    let mut browser = admin(&world).await;
    let path = "/admin/county/audit";
    let nora = person::Entity::find()
        .filter(person::Column::SourceKey.eq("elev:1"))
        .one(&world.service.db)
        .await
        .unwrap()
        .unwrap();
    crate::audit::record(
        &world.service.db,
        crate::audit::Entry::new("rektor@x.example", "person.block", 100)
            .person(nora.id)
            .reason("kortet er lånt bort"),
    )
    .await
    .unwrap();
    let found = async |browser: &mut Browser<'_>, form: &[(&str, &str)]| {
        let page = browser.post(path, form).await.expect(200).text();
        page.contains("kortet er lånt bort")
    };
    assert!(found(&mut browser, &[]).await);
    assert!(
        found(
            &mut browser,
            &[("who", "rektor@x.example"), ("action", "person.")]
        )
        .await
    );
    assert!(found(&mut browser, &[("person", "elev:1")]).await);
    let feide_name = nora.feide_name.unwrap();
    assert!(found(&mut browser, &[("person", &feide_name)]).await);
    assert!(!found(&mut browser, &[("action", "sms.")]).await);
    assert!(!found(&mut browser, &[("from", "2020-01-01")]).await);
    browser.post(path, &[("person", "ingen")]).await.expect(422);
    browser.post(path, &[("from", "i går")]).await.expect(422);
    // Whoever searches is in the trail too, with whom was searched for.
    let searched = audit::Entity::find()
        .filter(audit::Column::Action.eq("audit.search"))
        .filter(audit::Column::PersonId.eq(nora.id))
        .all(&world.service.db)
        .await
        .unwrap();
    assert_eq!(searched.len(), 2);

    let checked = browser.post(&format!("{path}/verify"), &[]).await.text();
    assert!(checked.contains("Loggen er hel fra linje"), "{checked}");
    let export = format!("{path}/export");
    let file = browser
        .post(&export, &[("reason", "tilsyn")])
        .await
        .expect(200);
    assert!(file.header("content-disposition").starts_with("attachment"));
    let whole = verify::export(&file.body[..]).unwrap();
    assert!(whole.entries > 5);
    assert!(
        file.text().contains("audit.export"),
        "the export tells of itself"
    );

    audit::Entity::update_many()
        .col_expr(audit::Column::Reason, Expr::value("noe annet"))
        .filter(audit::Column::PersonId.eq(nora.id))
        .exec(&world.service.db)
        .await
        .unwrap();
    let checked = browser.post(&format!("{path}/verify"), &[]).await.text();
    assert!(checked.contains("Loggen er brutt ved linje"), "{checked}");
}

#[tokio::test]
async fn a_sync_is_asked_for_once_however_often_it_is_pressed() {
    let world = county().await;
    let mut browser = admin(&world).await;
    let path = "/admin/county/runs";
    let form = [("reason", "Klassen er rettet i kilden")];
    for _ in 0..2 {
        browser.post(path, &form).await.expect(303);
    }
    let page = browser.get(&format!("{path}?said=asked")).await.text();
    assert!(page.contains("Synken er bestilt"), "{page}");
    assert!(page.contains("hx-trigger=\"every 2s\""));
    let part = browser
        .get(&format!("{path}/going"))
        .await
        .expect(200)
        .text();
    assert!(part.starts_with("<div id=\"going\""), "{part}");
    assert!(part.contains("Begynner om noen sekunder."));
    let asked = sync_run::Entity::find()
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Requested))
        .all(&world.service.db)
        .await
        .unwrap();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].asked_by.as_deref(), Some(ADMIN));
    let page = browser.get(&format!("{path}/{}", asked[0].id)).await.text();
    assert!(page.contains("Klassen er rettet i kilden"), "{page}");
}

#[tokio::test]
async fn a_runs_page_tells_what_it_changed_by_names_of_fields() {
    let world = county().await;
    let mut people: Vec<_> = (1..=40).map(pupil).collect();
    people[3].given_name = "Hemmelig".into();
    sync(&world.service, people).await.unwrap();
    let run = sync_run::Entity::find()
        .all(&world.service.db)
        .await
        .unwrap()
        .into_iter()
        .find(|run| run.counts["people"]["changed"] == 1 || run.counts["people"]["changed"] == 2)
        .unwrap();
    let mut browser = admin(&world).await;
    let page = browser
        .get(&format!("/admin/county/runs/{}", run.id))
        .await
        .expect(200)
        .text();
    assert!(
        page.contains("elev:4<") && page.contains("fornavn"),
        "{page}"
    );
    assert!(!page.contains("Hemmelig"));
    browser
        .get(&format!("/admin/county/runs/{}", uuid::Uuid::new_v4()))
        .await
        .expect(404);
}

#[tokio::test]
async fn a_braked_run_is_looked_at_and_decided_by_a_named_person() {
    let world = county().await;
    // Half of them are gone from the source.
    let half: Vec<_> = (1..=20).map(pupil).collect();
    sync(&world.service, half).await.unwrap_err();
    let run = sync_run::Entity::find()
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Braked))
        .one(&world.service.db)
        .await
        .unwrap()
        .unwrap();
    let mut browser = admin(&world).await;
    let here = format!("/admin/county/runs/{}", run.id);
    let overview = browser.get("/admin/county").await.text();
    assert!(
        overview.contains("Se på endringene og bestem"),
        "{overview}"
    );
    let page = browser.get(&format!("{here}/decision")).await.text();
    assert!(page.contains("Ikke i kilden lenger (20)"), "{page}");
    assert!(page.contains("Ánne Marja Bjørnstad") && page.contains("elev:40"));
    assert!(page.contains("Synken ville tatt ut 20 personer"), "{page}");
    let looked = actions(&world, "sync.look_at_diff").await;
    assert_eq!(looked.len(), 1);

    let decide = format!("{here}/decision");
    let refuse = [("decision", "refuse"), ("reason", "")];
    let again = browser.post(&decide, &refuse).await.led_to();
    let page = browser.get(&again).await.expect(200).text();
    assert!(page.contains("Skriv en begrunnelse"), "{page}");
    let refuse = [("decision", "refuse"), ("reason", "Kilden er halv")];
    let done = browser.post(&decide, &refuse).await.led_to();
    assert!(done.ends_with("?said=refused"), "{done}");
    let page = browser.get(&here).await.text();
    assert!(
        page.contains(ADMIN) && page.contains("Kilden er halv"),
        "{page}"
    );
    let late = browser
        .post(&decide, &[("decision", "accept"), ("reason", "x")])
        .await
        .led_to();
    assert!(late.ends_with("?said=too-late"), "{late}");
    let late = browser.get(&decide).await.led_to();
    assert!(late.ends_with("?said=too-late"), "{late}");
}

#[tokio::test]
async fn who_tries_the_countys_pages_without_a_right_to_them_is_in_the_trail() {
    let world = county().await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let role = [("who", KARI), ("role", "county-admin"), ("reason", "x")];
    let reason = [("reason", "x")];
    browser.get("/admin/county/staff").await.expect(403);
    browser.post("/admin/county/staff", &role).await.expect(403);
    browser
        .post("/admin/county/audit/export", &reason)
        .await
        .expect(403);
    let refused = audit::Entity::find()
        .filter(audit::Column::Action.eq("staff.refused"))
        .filter(audit::Column::Actor.eq(KARI))
        .all(&world.service.db)
        .await
        .unwrap();
    let what: Vec<_> = refused
        .iter()
        .map(|row| row.detail["what"].clone())
        .collect();
    assert_eq!(what, ["Staff", "GiveRoles", "SeeAudit"]);
}
