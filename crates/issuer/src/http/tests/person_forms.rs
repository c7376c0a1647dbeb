//! A person's page for staff: every form on it as a browser sends it, and what the page shows of cards and messages.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use uuid::Uuid;

use super::{
    EXAM, NORA, Phone, PhotoState, World, key,
    staff::{Browser, KARI, give},
};
use crate::{
    admin::{Role, person::app_texts},
    audit,
    db::entity::{
        audit as entries,
        credential::{self, CredentialStatus},
        device, photo,
        sms_message::{self, Card, Kind, State},
    },
};

async fn with_sms() -> World {
    World::with(|config| {
        let section = "\n[sms]\nsender = \"file\"\nfile = \"sms.jsonl\"\naddress = \"x.example\"\n";
        config.sms = crate::config::tests::sample_with(section).sms;
    })
    .await
}

async fn message(world: &World, person: Uuid, state: State) -> Uuid {
    let (id, now) = (Uuid::new_v4(), world.service.unix_now());
    let row = sms_message::ActiveModel {
        id: Set(id),
        person_id: Set(person),
        card: Set(Card::Pupil),
        kind: Set(Kind::Ready),
        state: Set(state),
        created_at: Set(now - 10 * super::DAY),
        due_at: Set(now - 10 * super::DAY),
        attempts: Set(1),
        claimed_until: Set(None),
        outcome: Set(None),
        sent_at: Set((state == State::Sent).then_some(now - 10 * super::DAY)),
    };
    row.insert(&world.service.db).await.unwrap();
    id
}

async fn statuses(world: &World) -> Vec<CredentialStatus> {
    let rows = credential::Entity::find().all(&world.service.db).await;
    rows.unwrap().into_iter().map(|row| row.status).collect()
}

impl Browser<'_> {
    async fn shows(&mut self, path: &str) -> String {
        self.get(path).await.expect(200).text()
    }

    /// Fills in the form with this address that stands on the page, sends it with all that it carries, and gives the
    /// page that comes of it.
    async fn fill_in(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> String {
        let text = self.shows(page).await;
        let (_, form) = text
            .split_once(&format!("action=\"{action}\""))
            .unwrap_or_else(|| panic!("{action} is not on {text}"));
        let form = form.split("</form>").next().unwrap();
        let hidden: Vec<(&str, &str)> = form
            .split("<input type=\"hidden\" name=\"")
            .skip(1)
            .filter_map(|input| {
                let (name, rest) = input.split_once("\" value=\"")?;
                Some((name, rest.split('"').next()?))
            })
            .filter(|(name, _)| *name != "_csrf")
            .collect();
        for (name, _) in fields {
            assert!(form.contains(&format!("name=\"{name}\"")), "{name}: {form}");
        }
        let done = self.post(action, &[&hidden[..], fields].concat()).await;
        let done = done.expect(303).header("location").to_owned();
        self.shows(&done).await
    }
}

#[tokio::test]
async fn every_form_of_the_page_does_what_it_says() {
    let world = with_sms().await;
    let nora = world.pupil(NORA, Some(PhotoState::InReview)).await;
    message(&world, nora, State::Failed).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut kari = Browser::logged_in(&world, "/admin", KARI).await;
    let page = format!("/admin/person/{nora}");
    let at = |form: &str| format!("{page}/{form}");
    let why = |reason: &'static str| [("reason", reason)];

    let text = kari.fill_in(&page, &at("approve-photo"), &[]).await;
    assert!(text.contains("Bildet er godkjent og låst"), "{text}");
    assert!(text.contains("Bekreftet og låst"), "{text}");

    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    phone.fetch(&token, EXAM, &[key(), key()]).await;

    let code = [
        ("code", "0042"),
        ("symbology", "code39"),
        ("reason", "Nytt kort"),
    ];
    let text = kari.fill_in(&page, &at("library-code"), &code).await;
    assert!(text.contains("<code>0042</code>"), "{text}");
    assert!(text.contains("satt for hånd"), "{text}");
    let back = at("library-code-from-records");
    let text = kari.fill_in(&page, &back, &why("Feil kort")).await;
    assert!(!text.contains("satt for hånd"), "{text}");

    let form = [
        ("reason", "Lånt bort"),
        ("until", "2026-09-30"),
        ("contact", "Rektor"),
    ];
    let text = kari.fill_in(&page, &at("block"), &form).await;
    assert!(text.contains("Lånt bort") && text.contains("Rektor"));
    assert_eq!(statuses(&world).await, [CredentialStatus::Suspended; 2]);
    let text = kari
        .fill_in(&page, &at("unblock"), &why("Tilbake hos eieren"))
        .await;
    assert!(text.contains("Stansen er opphevet"), "{text}");
    assert_eq!(statuses(&world).await, [CredentialStatus::Valid; 2]);

    let text = kari.shows(&page).await;
    let (_, again) = text.split_once("/message/").unwrap();
    let again = format!("message/{}", again.split('"').next().unwrap());
    let text = kari.fill_in(&page, &at(&again), &why("Nytt nummer")).await;
    assert!(text.contains("Meldingen blir sendt på nytt"), "{text}");
    assert!(text.contains("venter på å bli sendt"), "{text}");

    let one = device::Entity::find().one(&world.service.db).await;
    let revoke = format!("device/{}/revoke", one.unwrap().unwrap().id);
    let text = kari.fill_in(&page, &at(&revoke), &why("Mistet")).await;
    assert!(text.contains("logget ut av en ansatt"), "{text}");
    assert_eq!(statuses(&world).await, [CredentialStatus::Invalid; 2]);
    // It is out: there is no form for it any more, and an old one does nothing.
    assert!(!text.contains("/revoke"), "{text}");
    let late = kari.post(&at(&revoke), &why("Mistet")).await;
    assert!(late.expect(422).text().contains("Noe er endret"));

    let text = kari
        .fill_in(&page, &at("reset-photo"), &why("Feil person"))
        .await;
    assert!(text.contains("Låst opp for nytt bilde"), "{text}");
    assert!(text.contains("«Feil person»"), "{text}");

    let anna = world
        .pupil("anna@fjordviken.example", Some(PhotoState::InReview))
        .await;
    let page = format!("/admin/person/{anna}");
    let hand_back = format!("{page}/return-photo");
    let text = kari.fill_in(&page, &hand_back, &why("Ta av capsen")).await;
    assert!(text.contains("Sendt tilbake"), "{text}");
    assert!(text.contains("«Ta av capsen»"), "{text}");
    let row = photo::Entity::find_by_id(anna).one(&world.service.db).await;
    assert_eq!(row.unwrap().unwrap().state, PhotoState::Returned);

    let mut deeds = Vec::new();
    for person in [nora, anna] {
        let rows = entries::Entity::find()
            .filter(entries::Column::PersonId.eq(person))
            .filter(entries::Column::Actor.eq(KARI))
            .filter(entries::Column::Action.ne("person.show"))
            .all(&world.service.db)
            .await
            .unwrap();
        // Only an approval needs no reason.
        for row in rows {
            assert!(row.reason.is_some() || row.action == "person.approve_photo");
            deeds.push(row.action);
        }
    }
    deeds.sort();
    assert_eq!(deeds.len(), 9, "{deeds:?}");
}

#[tokio::test]
async fn cards_with_their_status_the_last_refresh_and_the_sms_are_shown() {
    let world = with_sms().await;
    let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
    message(&world, nora, State::Sent).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut kari = Browser::logged_in(&world, "/admin", KARI).await;
    let page = format!("/admin/person/{nora}");
    let text = kari.shows(&page).await;
    assert!(text.contains("Personen har ikke logget inn i appen"));
    assert!(
        text.contains("Elevbeviset er klart: <span class=\"tag\">sendt</span>"),
        "{text}"
    );

    let phone = Phone::new(&world);
    let tokens = phone.log_in(NORA).await;
    phone
        .fetch(&tokens.access_token, EXAM, &[key(), key(), key()])
        .await;
    let text = kari.shows(&page).await;
    assert!(
        text.contains("3 gyldige, 0 stansede, 0 ugyldige (til "),
        "{text}"
    );
    // By ear, each button says which one it is for.
    for named in [
        "Logg ut enheten<span class=\"hidden\">: Logget inn ",
        "Send på nytt<span class=\"hidden\">: Elevbeviset er klart<",
    ] {
        assert_eq!(text.matches(named).count(), 2, "{named}: {text}");
    }
    let refreshed = |text: &str| {
        let (_, rest) = text.split_once("<dt>Sist oppdatert</dt><dd>").unwrap();
        rest.split('<').next().unwrap().to_owned()
    };
    let before = refreshed(&text);
    world.later(3 * 3600);
    let again = phone.refresh(tokens.refresh_token.as_deref().unwrap());
    again.await.expect(200);
    let mut kari = Browser::logged_in(&world, "/admin", KARI).await;
    let text = kari.shows(&page).await;
    let after = refreshed(&text);
    assert!(after != before && after != "aldri", "{before} {after}");

    let block = format!("{page}/block");
    kari.post(&block, &[("reason", "x")]).await.expect(303);
    let text = kari.shows(&page).await;
    assert!(text.contains("0 gyldige, 3 stansede, 0 ugyldige"), "{text}");
}

#[tokio::test]
async fn the_page_has_the_very_words_and_the_code_that_the_app_shows() {
    if !app_texts::is_built() {
        return;
    }
    let world = World::new().await;
    let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut kari = Browser::logged_in(&world, "/admin", KARI).await;
    for (n, (state, title, code)) in [
        (None, "Vi mangler et bilde av deg", "LB-PHOTO-530"),
        (
            Some(PhotoState::Rejected),
            "Da trenger vi et nytt bilde",
            "LB-PHOTO-531",
        ),
        (
            Some(PhotoState::Returned),
            "Skolen vil ha et annet bilde",
            "LB-PHOTO-532",
        ),
        (
            Some(PhotoState::Reset),
            "Du kan ta et nytt bilde",
            "LB-PHOTO-533",
        ),
        (
            Some(PhotoState::InReview),
            "Bildet er sendt",
            "LB-PHOTO-534",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let person = world
            .pupil(&format!("elev{n}@fjordviken.example"), state)
            .await;
        let page = format!("/admin/person/{person}");
        let text = kari.shows(&page).await;
        assert!(text.contains(title), "{title} is not on {text}");
        assert!(
            text.contains(&format!("Støttekode <code>{code}</code>")),
            "{code} is not on {text}"
        );
        for (until, code) in [("2026-09-30", "LB-CARD-640"), ("", "LB-CARD-641")] {
            let form = [("reason", "Lånt bort"), ("until", until)];
            let block = format!("{page}/block");
            kari.post(&block, &form).await.expect(303);
            let text = kari.shows(&page).await;
            assert!(text.contains("Begrunnelse: Lånt bort"), "{text}");
            assert!(text.contains(code), "{code} is not on {text}");
            kari.fill_in(&page, &format!("{page}/unblock"), &[("reason", "Feil")])
                .await;
        }
    }
    // Whoever has a card is shown no code: nothing is in the way.
    let text = kari.shows(&format!("/admin/person/{nora}")).await;
    assert!(!text.contains("Støttekode"), "{text}");
}

#[tokio::test]
async fn what_was_done_with_a_photo_is_not_pushed_out_by_other_deeds() {
    let world = World::new().await;
    let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
    let now = world.service.unix_now();
    for action in std::iter::once("person.approve_photo")
        .chain(std::iter::repeat_n("person.set_library_code", 40))
    {
        let entry = audit::Entry::new("ane@fjordviken.example", action, now).person(nora);
        audit::record(&world.service.db, entry.reason("x"))
            .await
            .unwrap();
    }
    give(&world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let mut kari = Browser::logged_in(&world, "/admin", KARI).await;
    let text = kari.shows(&format!("/admin/person/{nora}")).await;
    let (_, history) = text.split_once("Bildets historie").unwrap();
    let (history, rest) = history.split_once("</details>").unwrap();
    assert!(history.contains("godkjente bildet"), "{history}");
    let (_, deeds) = rest.split_once("Det som er gjort her").unwrap();
    assert!(!deeds.contains("godkjente bildet"), "{deeds}");
}

#[tokio::test]
async fn an_it_contact_helps_with_devices_and_messages_and_does_nothing_else() {
    let world = with_sms().await;
    let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
    message(&world, nora, State::Failed).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    phone.fetch(&token, EXAM, &[key()]).await;
    let said = serde_json::json!("key_store");
    phone.fetch_saying(&token, EXAM, Some(&said)).await;
    give(&world, KARI, Role::IktContact, Some("10001")).await;
    let mut kari = Browser::logged_in(&world, "/admin", KARI).await;
    let page = format!("/admin/person/{nora}");
    let text = kari.shows(&page).await;
    for seen in [
        "Klasse i dag: 2STA",
        "Bekreftet og låst",
        "/revoke",
        "/again",
        "<dt>Nøkler</dt><dd>vernet av enhetens nøkkellager</dd>",
    ] {
        assert!(text.contains(seen), "{seen} is not on {text}");
    }
    for hidden in ["/photo/", "-photo\"", "/block\"", "/library-code", "/slip"] {
        assert!(!text.contains(hidden), "{hidden} is on {text}");
    }
    let forms = [
        "approve-photo",
        "return-photo",
        "reset-photo",
        "library-code",
        "library-code-from-records",
        "block",
        "unblock",
        "slip",
    ];
    for form in forms {
        let fields = [
            ("reason", "x"),
            ("photo", "x"),
            ("code", "1"),
            ("purpose", "travel"),
            ("language", "nb"),
            ("blocks", "x"),
        ];
        let answer = kari.post(&format!("{page}/{form}"), &fields).await;
        assert_eq!(answer.status.as_u16(), 403, "{form}");
    }
    let row = photo::Entity::find_by_id(nora).one(&world.service.db).await;
    let picture = format!("{page}/photo/{}", row.unwrap().unwrap().sha256);
    kari.get(&picture).await.expect(403);
    kari.get(&format!("{page}/slip")).await.expect(403);
    let refused = entries::Entity::find()
        .filter(entries::Column::Action.eq("staff.refused"))
        .count(&world.service.db)
        .await
        .unwrap();
    assert_eq!(refused, forms.len() as u64 + 2);
    assert_eq!(statuses(&world).await, [CredentialStatus::Valid; 2]);

    let one = device::Entity::find().one(&world.service.db).await;
    let revoke = format!("{page}/device/{}/revoke", one.unwrap().unwrap().id);
    kari.fill_in(&page, &revoke, &[("reason", "Mistet")]).await;
    assert_eq!(statuses(&world).await, [CredentialStatus::Invalid; 2]);
}

#[tokio::test]
async fn an_auditor_sees_no_people() {
    let world = World::new().await;
    let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
    give(&world, KARI, Role::Auditor, None).await;
    let mut kari = Browser::logged_in(&world, "/admin", KARI).await;
    kari.get("/admin/search").await.expect(403);
    kari.post("/admin/search", &[("wanted", "nora")])
        .await
        .expect(403);
    kari.get(&format!("/admin/person/{nora}")).await.expect(404);
}
