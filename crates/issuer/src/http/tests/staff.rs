//! Staff in the browser: logging in with Feide, sessions, forms, roles, languages.

use axum::http::{Method, header};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use url::Url;

use super::{Answer, Body, Fault, World, query, request};
use crate::{
    admin::{
        Role,
        staff::{self, Grant, GrantError},
    },
    db::entity::{audit, web_login, web_session},
    deeds::Why,
};

pub(super) const KARI: &str = "kari@fjordviken.example";
/// Why browsers that are logged in look people up.
pub(super) const WHY: &str = "Prøve";

/// A browser: what it has been given by cookies, it sends again.
pub(super) struct Browser<'a> {
    pub(super) world: &'a World,
    cookies: Vec<(String, String)>,
}

impl<'a> Browser<'a> {
    pub(super) fn new(world: &'a World) -> Self {
        Self {
            world,
            cookies: Vec::new(),
        }
    }

    /// A browser in which this person is logged in at `/admin` or `/min-side`.
    pub(super) async fn logged_in(world: &'a World, home: &str, feide_name: &str) -> Self {
        let mut browser = Self::new(world);
        browser.log_in(home, feide_name).await.expect(303);
        web_session::Entity::update_many()
            .col_expr(web_session::Column::Why, Expr::value(WHY))
            .exec(&world.service.db)
            .await
            .unwrap();
        browser
    }

    /// What comes of a search.
    pub(super) async fn search(&mut self, wanted: &str) -> Answer {
        let answer = self.post("/admin/search", &[("wanted", wanted)]).await;
        let there = answer.expect(303).header(header::LOCATION).to_owned();
        self.get(&there).await
    }

    pub(super) async fn log_in(&mut self, home: &str, feide_name: &str) -> Answer {
        let at_feide = self.get(&format!("{home}/login")).await.location();
        let code = self.world.feide.log_in(&at_feide, feide_name);
        self.come_back(&at_feide, &[("code", &code)]).await
    }

    async fn come_back(&mut self, at_feide: &Url, parameters: &[(&str, &str)]) -> Answer {
        let state = query(at_feide, "state").unwrap();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("state", &state)
            .extend_pairs(parameters)
            .finish();
        self.get(&format!("/login/feide/callback?{query}")).await
    }

    /// What it sends with each request.
    pub(super) fn cookie(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], String::new()).await
    }

    /// Sends a form with the token of the page before.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("_csrf", &csrf)
            .extend_pairs(fields)
            .finish();
        self.send(
            Method::POST,
            path,
            &[
                ("content-type", "application/x-www-form-urlencoded"),
                ("sec-fetch-site", "same-origin"),
                ("origin", super::ISSUER),
            ],
            form,
        )
        .await
    }

    /// The token that the front page's form has.
    pub(super) async fn csrf(&mut self) -> String {
        let page = self.get("/admin").await.text();
        let (_, rest) = page.split_once("name=\"_csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    pub(super) async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let cookies = self.cookie();
        let mut all = vec![("cookie", cookies.as_str())];
        all.extend_from_slice(headers);
        let answer = self
            .world
            .send(request(method, path, &all, Body::from(body)))
            .await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }
}

pub(super) async fn give(world: &World, feide_name: &str, role: Role, school: Option<&str>) {
    let grant = Grant {
        role,
        school: school.map(str::to_owned),
    };
    let decision = Why {
        by: "operator",
        reason: "ansatt",
    };
    staff::give(&world.service, feide_name, &grant, decision)
        .await
        .unwrap();
}

#[tokio::test]
async fn who_is_not_logged_in_is_sent_to_feide_and_back_to_where_they_wanted() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::new(&world);
    let to_login = browser.get("/admin").await.expect(303);
    let login = to_login.header(header::LOCATION).to_owned();
    assert_eq!(login, "/admin/login?back=%2Fadmin");
    let at_feide = browser.get(&login).await;
    let cookie = at_feide.header(header::SET_COOKIE);
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    let url = at_feide.location();
    assert_eq!(
        query(&url, "redirect_uri").unwrap(),
        format!("{}/login/feide/callback", super::ISSUER)
    );
    let code = world.feide.log_in(&url, "Kari@Fjordviken.example");
    let back = browser
        .come_back(&url, &[("code", &code)])
        .await
        .expect(303);
    assert_eq!(back.header(header::LOCATION), "/admin");
    let page = browser.get("/admin").await.expect(200);
    assert!(
        page.text().contains("Fylkesadministrator"),
        "{}",
        page.text()
    );
    for (name, part) in [
        (
            "content-security-policy",
            "script-src 'self'; style-src 'self'",
        ),
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert!(page.header(name).contains(part), "{name}");
    }
    // Nobody comes back a second time.
    browser
        .come_back(&url, &[("code", &code)])
        .await
        .expect(400);
    let logins = audit::Entity::find()
        .filter(audit::Column::Action.eq("staff.log_in"))
        .filter(audit::Column::Actor.eq(KARI));
    assert_eq!(logins.count(&world.service.db).await.unwrap(), 1);
}

#[tokio::test]
async fn over_https_the_sessions_cookie_is_bound_to_host_and_transport() {
    let world = World::with(|config| {
        config.issuer.public_url = "https://bevis.example/sti".parse().unwrap();
    })
    .await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::new(&world);
    let url = browser.get("/sti/admin/login").await.location();
    let code = world.feide.log_in(&url, KARI);
    let state = query(&url, "state").unwrap();
    let back = browser
        .get(&format!(
            "/sti/login/feide/callback?state={state}&code={code}"
        ))
        .await
        .expect(303);
    let cookie = back.header(header::SET_COOKIE);
    assert!(cookie.starts_with("__Host-staff="), "{cookie}");
    for part in ["Path=/;", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    // It goes when the browser is closed.
    assert!(!cookie.contains("Max-Age"), "{cookie}");
    assert_eq!(back.header(header::LOCATION), "/sti/admin");
}

#[tokio::test]
async fn a_login_is_finished_only_in_the_browser_that_began_it() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut theirs = Browser::new(&world);
    let url = theirs.get("/admin/login").await.location();
    let code = world.feide.log_in(&url, KARI);
    let mut mine = Browser::new(&world);
    mine.come_back(&url, &[("code", &code)]).await.expect(403);
    // That has not spoiled it.
    theirs.come_back(&url, &[("code", &code)]).await.expect(303);
}

#[tokio::test]
async fn what_feide_refuses_or_breaks_is_a_page_that_says_so() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let url = browser.get("/admin/login").await.location();
    let no = browser
        .come_back(&url, &[("error", "access_denied")])
        .await
        .expect(403);
    assert!(no.text().contains("LB-WEB-401"));
    let url = browser.get("/admin/login").await.location();
    let code = world.feide.log_in(&url, KARI);
    world
        .feide
        .break_endpoint("/oauth/token", Fault::Status(500));
    let broken = browser
        .come_back(&url, &[("code", &code)])
        .await
        .expect(503);
    assert!(broken.text().contains("LB-WEB-503"));
    let sessions = web_session::Entity::find().count(&world.service.db);
    assert_eq!(sessions.await.unwrap(), 0);
}

#[tokio::test]
async fn without_a_role_there_is_nothing_but_the_way_out() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser.log_in("/admin", KARI).await.expect(403).text();
    assert!(page.contains(KARI) && page.contains("LB-WEB-405"));
    browser.get("/admin").await.expect(303);
    let db = &world.service.db;
    assert_eq!(web_session::Entity::find().count(db).await.unwrap(), 0);
    // Whoever tries leaves no name in the trail.
    assert_eq!(logged(&world, "staff.").await, 0);
}

/// Entries of what begins so, by Kari.
async fn logged(world: &World, action: &str) -> u64 {
    audit::Entity::find()
        .filter(audit::Column::Action.starts_with(action))
        .filter(audit::Column::Actor.eq(KARI))
        .count(&world.service.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn who_is_given_the_feide_name_of_somebody_else_is_not_given_the_roles() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut kari = Browser::logged_in(&world, "/admin", KARI).await;
    assert_eq!(logged(&world, "staff.bind").await, 1);
    for place in ["id_token", "/openid/userinfo", "/userinfo/v1/userinfo"] {
        world.feide.change(place, |members| {
            members.insert("sub".into(), "somebody else".into());
        });
    }
    let mut other = Browser::new(&world);
    other.log_in("/admin", KARI).await.expect(403);
    other.get("/admin").await.expect(303);
    assert_eq!(logged(&world, "staff.refused").await, 1);
    world.feide.mend();
    kari.get("/admin").await.expect(200);
    kari.log_in("/admin", KARI).await.expect(303);
    assert_eq!(logged(&world, "staff.bind").await, 1);
    assert_eq!(logged(&world, "staff.log_in").await, 2);
}

#[tokio::test]
async fn staff_log_in_as_strongly_as_the_county_wants() {
    const TWO_STEPS: &str = "urn:mace:feide.no:auth:level:fad08:3";
    let world = World::with(|config| config.feide.staff_acr = Some(TWO_STEPS.into())).await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::new(&world);
    let url = browser.get("/admin/login").await.location();
    assert_eq!(query(&url, "acr_values").as_deref(), Some(TWO_STEPS));
    browser.log_in("/admin", KARI).await.expect(303);
    for weak in [None, Some("urn:mace:feide.no:auth:level:fad08:2")] {
        world.feide.change("id_token", move |claims| {
            claims.remove("acr");
            if let Some(weak) = weak {
                claims.insert("acr".into(), weak.into());
            }
        });
        let refused = browser.log_in("/admin", KARI).await.expect(403);
        assert!(refused.text().contains("LB-WEB-402"));
    }
    // For pupils one step is enough.
    let url = browser.get("/min-side/login").await.location();
    assert_eq!(query(&url, "acr_values"), None);
    browser.log_in("/min-side", KARI).await.expect(303);
}

#[tokio::test]
async fn the_pages_want_a_login_of_now_whatever_the_app_is_content_with() {
    let world = World::with(|config| config.feide.ask_every_time = false).await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let began = world.service.unix_now();
    for home in ["/admin", "/min-side"] {
        let mut browser = Browser::new(&world);
        let url = browser.get(&format!("{home}/login")).await.location();
        assert_eq!(query(&url, "prompt").as_deref(), Some("login"));
        assert_eq!(query(&url, "max_age").as_deref(), Some("0"));
        browser.log_in(home, KARI).await.expect(303);
        world.feide.change("id_token", move |claims| {
            claims.insert("auth_time".into(), (began - 61).into());
        });
        let earlier = browser.log_in(home, KARI).await.expect(403);
        assert!(earlier.text().contains("LB-WEB-401"));
        world.feide.change("id_token", |claims| {
            claims.remove("auth_time");
        });
        browser.log_in(home, KARI).await.expect(503);
        world.feide.mend();
    }
}

#[tokio::test]
async fn a_role_that_ends_ends_at_once() {
    let world = World::new().await;
    give(&world, "sjef@fjordviken.example", Role::CountyAdmin, None).await;
    give(&world, KARI, Role::Auditor, None).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    browser.get("/admin").await.expect(200);
    let grants = staff::all(&world.service.db).await.unwrap();
    let grant = grants
        .iter()
        .find(|grant| grant.feide_name == KARI)
        .unwrap();
    let decision = Why {
        by: "operator",
        reason: "sluttet",
    };
    staff::end(&world.service, grant.id, decision)
        .await
        .unwrap();
    browser.get("/admin").await.expect(403);
    browser.post("/admin/logout", &[]).await.expect(303);
    browser.get("/admin").await.expect(303);
    // And the last one who can give roles keeps that one.
    let sjef = grants
        .iter()
        .find(|grant| grant.feide_name != KARI)
        .unwrap();
    assert!(matches!(
        staff::end(&world.service, sjef.id, decision).await,
        Err(GrantError::LastAdministrator)
    ));
}

#[tokio::test]
async fn roles_are_given_to_feide_names_at_schools_that_are_there() {
    let world = World::new().await;
    world.pupil(super::NORA, None).await;
    let decision = Why {
        by: "operator",
        reason: "ansatt",
    };
    let grant = |role, school: Option<&str>| Grant {
        role,
        school: school.map(str::to_owned),
    };
    let app = &world.service;
    for (name, grant, refusal) in [
        ("kari", grant(Role::Library, Some("10001")), "Feide name"),
        (KARI, grant(Role::Library, Some("99999")), "99999"),
        (KARI, grant(Role::Auditor, Some("10001")), "whole county"),
    ] {
        let error = staff::give(app, name, &grant, decision).await.unwrap_err();
        assert!(error.to_string().contains(refusal), "{error}");
    }
    let library = grant(Role::Library, Some("10001"));
    staff::give(app, KARI, &library, decision).await.unwrap();
    assert!(matches!(
        staff::give(app, &KARI.to_uppercase(), &library, decision).await,
        Err(GrantError::Given)
    ));
    let entries = audit::Entity::find().filter(audit::Column::Action.eq("staff.grant"));
    assert_eq!(entries.count(&world.service.db).await.unwrap(), 1);
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_use_and_after_eight_hours_with_it() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    world.later(29 * 60);
    browser.get("/admin").await.expect(200);
    world.later(29 * 60);
    browser.get("/admin").await.expect(200);
    world.later(31 * 60);
    browser.get("/admin").await.expect(303);
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    for _ in 0..(8 * 60 / 20 - 1) {
        world.later(20 * 60);
        browser.get("/admin").await.expect(200);
    }
    world.later(20 * 60);
    browser.get("/admin").await.expect(303);
    super::super::housekeeping::delete_expired(&world.service)
        .await
        .unwrap();
    let db = &world.service.db;
    assert_eq!(web_session::Entity::find().count(db).await.unwrap(), 0);
    assert_eq!(web_login::Entity::find().count(db).await.unwrap(), 0);
}

#[tokio::test]
async fn a_page_that_looks_for_news_by_itself_keeps_nobody_logged_in() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    world.later(29 * 60);
    let poll = [("hx-request", "true")];
    let news = browser
        .send(Method::GET, "/admin", &poll, String::new())
        .await;
    news.expect(200);
    world.later(2 * 60);
    browser.get("/admin").await.expect(303);
}

#[tokio::test]
async fn a_form_of_a_session_that_is_over_is_told_of_and_never_sent_on_to_feide() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    world.later(31 * 60);
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let there = "http://127.0.0.1:8020/admin/school/10001/contacts";
    // The way back leads to the page with the form; from elsewhere, to the front.
    for (from, back) in [
        (there, "back=%2Fadmin%2Fschool%2F10001%2Fcontacts\""),
        ("https://evil.example/admin/school", "back=\""),
    ] {
        for script in [None, Some(("hx-request", "true"))] {
            let headers: Vec<_> = [kind, ("referer", from)]
                .into_iter()
                .chain(script)
                .collect();
            let answer = browser
                .send(
                    Method::POST,
                    "/admin/search",
                    &headers,
                    "wanted=nora".into(),
                )
                .await
                .expect(403);
            let text = answer.text();
            assert!(text.contains("LB-WEB-419") && text.contains(back), "{text}");
        }
    }
}

#[tokio::test]
async fn a_page_can_ask_how_long_the_login_is_good_and_renew_it() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let (use_it, by_itself) = (&[][..], &[("hx-request", "true")][..]);
    for (later, headers, left) in [
        (0, use_it, [1_800, 28_800]),
        (1_200, by_itself, [600, 27_600]),
        (300, use_it, [1_800, 27_300]),
        (600, by_itself, [1_200, 26_700]),
    ] {
        world.later(later);
        let answer = browser
            .send(Method::GET, "/admin/stay", headers, String::new())
            .await
            .expect(200);
        assert_eq!(answer.json::<[i64; 2]>(), left);
    }
    let page = browser.get("/admin").await.expect(200).text();
    assert!(
        page.contains("data-idle=\"1800\" data-at-most=\"26700\""),
        "{page}"
    );
    world.later(1_801);
    browser.get("/admin/stay").await.expect(303);
}

#[tokio::test]
async fn a_form_of_ones_own_page_is_none_of_the_staffs() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    browser.log_in("/min-side", KARI).await.expect(303);
    let page = browser.get("/min-side/slett").await.expect(200).text();
    let (_, rest) = page.split_once("name=\"_csrf\" value=\"").unwrap();
    let form = format!("_csrf={}", rest.split('"').next().unwrap());
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let answer = browser
        .send(Method::POST, "/admin/logout", &[kind], form)
        .await;
    answer.expect(403);
}

#[tokio::test]
async fn logging_in_again_makes_a_new_session_and_ends_the_one_before() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let before = browser.cookies.clone();
    browser.log_in("/admin", KARI).await.expect(303);
    let mut old = Browser {
        world: &world,
        cookies: before,
    };
    old.get("/admin").await.expect(303);
    browser.get("/admin").await.expect(200);
    // What only the database knows is no way in.
    let row = web_session::Entity::find().one(&world.service.db).await;
    let hash = row.unwrap().unwrap().token_hash;
    assert!(browser.cookies.iter().all(|(_, value)| *value != hash));
}

#[tokio::test]
async fn staff_and_people_have_sessions_of_their_own() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::logged_in(&world, "/min-side", KARI).await;
    browser.get("/admin").await.expect(303);
}

#[tokio::test]
async fn a_form_is_taken_from_our_own_pages_of_this_session_only() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let good = browser.csrf().await;
    let other = Browser::logged_in(&world, "/admin", KARI)
        .await
        .csrf()
        .await;
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for (csrf, headers) in [
        ("", &[kind][..]),
        ("x", &[kind]),
        (&other, &[kind]),
        (&good, &[kind, ("sec-fetch-site", "cross-site")]),
        (&good, &[kind, ("sec-fetch-site", "same-site")]),
        (&good, &[kind, ("origin", "https://evil.example")]),
        (&good, &[kind, ("origin", "null")]),
    ] {
        let form = format!("_csrf={csrf}");
        let answer = browser
            .send(Method::POST, "/admin/logout", headers, form)
            .await
            .expect(403);
        assert!(answer.text().contains("LB-WEB-419"));
    }
    browser.get("/admin").await.expect(200);
    // By a header as well, for what is sent by script.
    let headers = [("x-csrf-token", good.as_str()), kind];
    let answer = browser
        .send(Method::POST, "/admin/logout", &headers, String::new())
        .await
        .expect(303);
    assert_eq!(answer.header(header::LOCATION), "/admin/logged-out");
    browser.get("/admin/logged-out").await.expect(200);
    browser.get("/admin").await.expect(303);
}

#[tokio::test]
async fn pages_speak_the_chosen_language_and_the_choice_leads_nowhere_else() {
    let world = World::new().await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    assert!(
        browser
            .get("/admin")
            .await
            .text()
            .contains("<html lang=\"nb\"")
    );
    let chosen = browser.get("/web/lang/nn?back=%2Fadmin").await.expect(303);
    assert_eq!(chosen.header(header::LOCATION), "/admin");
    let page = browser.get("/admin").await.text();
    assert!(page.contains("<html lang=\"nn\"") && page.contains("heile fylket"));
    let away = browser
        .get("/web/lang/en?back=https%3A%2F%2Fevil.example")
        .await;
    assert_eq!(away.header(header::LOCATION), "/admin");
    browser.get("/web/lang/xx").await.expect(404);
}

#[tokio::test]
async fn a_page_that_is_not_there_is_a_page_and_a_script_is_told_to_log_in() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let answer = browser.get("/admin/nothing").await.expect(404);
    assert!(answer.header(header::CONTENT_TYPE).starts_with("text/html"));
    assert!(answer.text().contains("LB-WEB-404"));
    let answer = browser
        .send(
            Method::GET,
            "/admin",
            &[("hx-request", "true")],
            String::new(),
        )
        .await
        .expect(200);
    assert_eq!(answer.header("hx-redirect"), "/admin/login?back=%2Fadmin");
}
