//! Any gateway by template, faults included.

use super::{
    super::job::{Job, Round},
    stand_in::{StandIn, Turn},
    *,
};
use crate::{config::tests::problems_with, records::testing::sync, sms::sender::of};

/// The gateway takes an idempotency key, or knows of none.
fn section(gateway: &StandIn, with_key: bool, more: &str) -> String {
    let key = if with_key {
        "idempotent = true\nheaders = { Authorization = \"Bearer {secret}\", Idempotency-Key = \"{id}\" }"
    } else {
        "headers = { Authorization = \"Bearer {secret}\" }"
    };
    format!(
        "sender = \"gateway\"\ntimeout_seconds = 1\nback_off_seconds = 60\nback_off_cap_seconds = 600\nattempts = 4\n{more}\n\
         [sms.gateway]\nurl = \"{}\"\nsecret = \"hemmelig\"\nsender = \"Fylket\"\n{key}\n\
         body = '{{\"from\":\"{{sender}}\",\"to\":\"{{to}}\",\"message\":\"{{text}}\"}}'\n",
        gateway.url("/send")
    )
}

async fn round(app: &App, job: &mut Job) -> Round {
    let sms = app.config.sms.as_ref().unwrap();
    job.round(app, sms, &|| false).await.unwrap()
}

fn job(app: &App) -> Job {
    Job::new(of(app, app.config.sms.as_ref().unwrap()).unwrap())
}

#[tokio::test]
async fn a_message_goes_as_the_template_says_and_holds_nothing_of_the_person() {
    let gateway = StandIn::start(&[]).await;
    let (app, _) = county(&section(&gateway, true, "")).await;
    sync(&app, vec![a_pupil(7)]).await.unwrap();
    assert_eq!(round(&app, &mut job(&app)).await.sent, 1);
    let requests = gateway.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(request.uri.path(), "/send");
    assert_eq!(request.headers["authorization"], "Bearer hemmelig");
    assert_eq!(request.headers["content-type"], "application/json");
    let message = &messages(&app).await[0];
    assert_eq!(
        request.key.as_deref(),
        Some(message.id.to_string().as_str())
    );
    let body = request.json();
    assert_eq!(body["from"], "Fylket");
    assert_eq!(body["to"], "+4768050007");
    let text = body["message"].as_str().unwrap();
    assert!(text.starts_with("Elevbeviset ditt er klart!"), "{text}");
    for personal in ["Ánne", "Bjørnstad", "2009", "elev7", "100007", "2STA"] {
        assert!(!text.contains(personal), "{text}");
    }
    assert_eq!(states(&app).await, [State::Sent]);
    assert_eq!(round(&app, &mut job(&app)).await, Round::default());
    assert_eq!(gateway.requests().len(), 1);
}

#[tokio::test]
async fn whatever_a_gateway_with_a_key_does_the_phone_rings_once() {
    for turn in [
        Turn::TakeAndHang,
        Turn::TakeAndFail(500),
        Turn::TakeAndFail(504),
        Turn::Refuse(500, None),
        Turn::Refuse(503, None),
        Turn::Refuse(429, Some("30")),
    ] {
        let gateway = StandIn::start(&[turn, turn]).await;
        let (app, clock) = county(&section(&gateway, true, "")).await;
        sync(&app, vec![a_pupil(7)]).await.unwrap();
        let mut job = job(&app);
        assert_eq!(round(&app, &mut job).await.postponed, 1, "{turn:?}");
        // Not before its time.
        clock.set(NOW + 59);
        assert_eq!(round(&app, &mut job).await, Round::default(), "{turn:?}");
        clock.set(NOW + 61);
        assert_eq!(round(&app, &mut job).await.postponed, 1, "{turn:?}");
        // Twice as long the second time.
        clock.set(NOW + 61 + 119);
        assert_eq!(round(&app, &mut job).await, Round::default(), "{turn:?}");
        clock.set(NOW + 61 + 121);
        assert_eq!(round(&app, &mut job).await.sent, 1, "{turn:?}");
        assert_eq!(gateway.delivered(), 1, "{turn:?}");
        let keys: std::collections::HashSet<_> = gateway
            .requests()
            .into_iter()
            .map(|request| request.key)
            .collect();
        assert_eq!(keys.len(), 1, "{turn:?}");
    }
}

#[tokio::test]
async fn without_a_key_an_unclear_answer_is_left_to_a_person() {
    for turn in [
        Turn::TakeAndHang,
        Turn::TakeAndFail(500),
        Turn::TakeAndFail(408),
    ] {
        let gateway = StandIn::start(&[turn]).await;
        let (app, clock) = county(&section(&gateway, false, "")).await;
        sync(&app, vec![a_pupil(7)]).await.unwrap();
        let mut job = job(&app);
        assert_eq!(round(&app, &mut job).await.dead, 1, "{turn:?}");
        clock.set(NOW + 20 * 60);
        assert_eq!(round(&app, &mut job).await, Round::default(), "{turn:?}");
        assert_eq!(states(&app).await, [State::Unclear], "{turn:?}");
        assert_eq!(gateway.delivered(), 1, "{turn:?}");
    }
}

#[tokio::test]
async fn without_a_key_a_county_may_prefer_two_messages_to_none() {
    let gateway = StandIn::start(&[Turn::TakeAndHang]).await;
    let (app, clock) = county(&section(
        &gateway,
        false,
        "unclear_answer = \"at_least_once\"",
    ))
    .await;
    sync(&app, vec![a_pupil(7)]).await.unwrap();
    let mut job = job(&app);
    assert_eq!(round(&app, &mut job).await.postponed, 1);
    clock.set(NOW + 120);
    assert_eq!(round(&app, &mut job).await.sent, 1);
    assert_eq!(gateway.delivered(), 2);
}

#[tokio::test]
async fn what_surely_was_not_taken_is_tried_again_without_a_key_too() {
    let gateway = StandIn::start(&[
        Turn::Refuse(429, Some("600")),
        Turn::Refuse(503, None),
        Turn::Refuse(401, None),
    ])
    .await;
    let (app, clock) = county(&section(&gateway, false, "")).await;
    sync(&app, vec![a_pupil(7)]).await.unwrap();
    let mut job = job(&app);
    assert_eq!(round(&app, &mut job).await.postponed, 1);
    // As long as the gateway said, though the back-off is shorter.
    clock.set(NOW + 599);
    assert_eq!(round(&app, &mut job).await, Round::default());
    clock.set(NOW + 600);
    assert_eq!(round(&app, &mut job).await.postponed, 1);
    clock.set(NOW + 1200);
    assert_eq!(round(&app, &mut job).await.postponed, 1);
    clock.set(NOW + 1800);
    assert_eq!(round(&app, &mut job).await.sent, 1);
    assert_eq!(gateway.delivered(), 1);
}

#[tokio::test]
async fn a_gateway_that_wants_peace_gets_it_for_all_messages() {
    let gateway = StandIn::start(&[Turn::Refuse(429, Some("Wed, 16 Sep 2026 10:10:00 GMT"))]).await;
    let (app, clock) = county(&section(&gateway, true, "")).await;
    sync(&app, vec![a_pupil(1), a_pupil(2), a_pupil(3)])
        .await
        .unwrap();
    let mut job = job(&app);
    round(&app, &mut job).await;
    clock.set(NOW + 599);
    round(&app, &mut job).await;
    assert_eq!(gateway.requests().len(), 1);
    clock.set(NOW + 600);
    assert_eq!(round(&app, &mut job).await.sent, 3);
    assert_eq!(gateway.delivered(), 3);
}

#[tokio::test]
async fn what_is_refused_for_good_is_not_tried_again() {
    for (turn, code) in [
        (Turn::Refuse(400, None), "http_400"),
        (Turn::Refuse(422, None), "http_422"),
        (Turn::Refuse(302, None), "http_302"),
    ] {
        let gateway = StandIn::start(&[turn]).await;
        let (app, clock) = county(&section(&gateway, true, "")).await;
        sync(&app, vec![a_pupil(7)]).await.unwrap();
        let mut job = job(&app);
        assert_eq!(round(&app, &mut job).await.dead, 1);
        clock.set(NOW + 3600);
        assert_eq!(round(&app, &mut job).await, Round::default());
        let message = &messages(&app).await[0];
        assert_eq!(message.state, State::Failed);
        assert_eq!(message.outcome.as_deref(), Some(code));
        assert_eq!(gateway.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_gateway_that_says_200_to_everything_is_read() {
    let gateway = StandIn::start(&[Turn::Take, Turn::RefusePolitely]).await;
    let (app, _) = county(&format!(
        "{}accepted_text = \"OK\"",
        section(&gateway, true, "")
    ))
    .await;
    sync(&app, vec![a_pupil(1), a_pupil(2)]).await.unwrap();
    let done = round(&app, &mut job(&app)).await;
    assert_eq!((done.sent, done.dead), (1, 1));
}

#[tokio::test]
async fn a_message_is_given_up_after_so_many_tries_and_goes_when_a_person_says_so() {
    let gateway = StandIn::start(&[Turn::Refuse(503, None); 4]).await;
    let (app, clock) = county(&section(&gateway, true, "")).await;
    sync(&app, vec![a_pupil(7)]).await.unwrap();
    let mut job = job(&app);
    for n in 1..=10 {
        clock.set(NOW + n * 700);
        round(&app, &mut job).await;
    }
    let message = messages(&app).await.remove(0);
    assert_eq!((message.state, message.attempts), (State::Failed, 4));
    assert_eq!(message.outcome.as_deref(), Some("http_503"));
    assert_eq!(gateway.requests().len(), 4);
    crate::sms::outbox::make_wait(&app.db, &[message.id], app.unix_now())
        .await
        .unwrap();
    assert_eq!(round(&app, &mut job).await.sent, 1);
    assert_eq!(gateway.delivered(), 1);
}

#[tokio::test]
async fn a_gateway_that_is_away_costs_no_message() {
    let gateway = StandIn::start(&[]).await;
    // A port that nobody listens at.
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let away =
        section(&gateway, false, "").replace(&gateway.address.to_string(), &nobody.to_string());
    let (app, _) = county(&away).await;
    sync(&app, vec![a_pupil(7)]).await.unwrap();
    assert_eq!(round(&app, &mut job(&app)).await.postponed, 1);
    assert_eq!(
        messages(&app).await[0].outcome.as_deref(),
        Some("no_connection")
    );
}

#[tokio::test]
async fn a_process_that_died_with_a_message_in_hand_sends_no_second_one() {
    for (with_key, state, delivered) in [(true, State::Sent, 1), (false, State::Unclear, 1)] {
        let gateway = StandIn::start(&[Turn::TakeAndHang]).await;
        let (app, clock) = county(&section(&gateway, with_key, "")).await;
        sync(&app, vec![a_pupil(7)]).await.unwrap();
        {
            let mut dying = job(&app);
            let sms = app.config.sms.as_ref().unwrap();
            let never = || false;
            let round = dying.round(&app, sms, &never);
            // Killed once the gateway has the message, long before the answer is given up.
            tokio::select! {
                _ = round => panic!("the gateway hangs"),
                () = async { while gateway.delivered() == 0 { tokio::task::yield_now().await } } => {}
            }
        }
        assert_eq!(states(&app).await, [State::Sending]);
        let mut next = job(&app);
        assert_eq!(round(&app, &mut next).await, Round::default());
        clock.set(NOW + 600);
        round(&app, &mut next).await;
        assert_eq!(states(&app).await, [state], "with a key: {with_key}");
        assert_eq!(gateway.delivered(), delivered);
    }
}

#[tokio::test]
async fn two_jobs_at_once_send_each_message_once() {
    let gateway = StandIn::start(&[]).await;
    let (app, _) = county(&section(&gateway, false, "")).await;
    sync(&app, (1..=40).map(a_pupil).collect()).await.unwrap();
    let (mut one, mut other) = (job(&app), job(&app));
    let (one, other) = tokio::join!(round(&app, &mut one), round(&app, &mut other));
    assert_eq!(one.sent + other.sent, 40);
    assert_eq!(gateway.delivered(), 40);
}

#[tokio::test]
async fn a_template_that_cannot_work_is_refused_with_the_settings() {
    let gateway = StandIn::start(&[]).await;
    let good = section(&gateway, true, "");
    for (from, to, setting) in [
        ("{text}", "{txt}", "sms.gateway.body"),
        (
            "\"message\":\"{text}\"",
            "\"message\":{text}",
            "sms.gateway.body",
        ),
        (
            "Idempotency-Key = \"{id}\"",
            "X = \"y\"",
            "sms.gateway.idempotent",
        ),
        ("http://127.0.0.1", "http://sms.example", "sms.gateway.url"),
        ("secret = \"hemmelig\"", "", "sms.gateway.secret"),
        ("sender = \"gateway\"", "sender = \"pigeon\"", "sms.sender"),
        ("attempts = 4", "tries = 4", "sms.tries"),
        ("attempts = 4", "hours_from = \"21:00\"", "sms.hours_until"),
        (
            "attempts = 4",
            "pupils_from = \"17. august\"",
            "sms.pupils_from",
        ),
        (
            "attempts = 4",
            "text = { nb = { pupil = \"Hei {name}\" } }",
            "sms.text.nb.pupil",
        ),
    ] {
        assert!(good.contains(from), "{from}");
        let text = format!(
            "\n[sms]\naddress = \"x.example\"\n{}",
            good.replacen(from, to, 1)
        );
        let named = problems_with(&text);
        assert!(named.contains(&setting.to_owned()), "{to}: {named:?}");
    }
}

#[tokio::test]
async fn a_gateway_that_refuses_everything_does_not_use_up_all_that_waits() {
    let gateway = StandIn::start(&[Turn::Refuse(400, None); 12]).await;
    let (app, clock) = county(&section(&gateway, true, "")).await;
    sync(&app, (1..=15).map(a_pupil).collect()).await.unwrap();
    let mut job = job(&app);
    assert_eq!(round(&app, &mut job).await.dead, 10);
    // Neither this process nor another goes on before the longest pause is over, and then with one.
    clock.set(NOW + 599);
    assert_eq!(round(&app, &mut job).await, Round::default());
    for n in 1..=2 {
        clock.set(NOW + n * 600);
        assert_eq!(round(&app, &mut job).await.dead, 1);
    }
    // Mended.
    clock.set(NOW + 3 * 600);
    assert_eq!(round(&app, &mut job).await.sent, 3);
    assert_eq!(gateway.requests().len(), 15);
}
