//! An apprentice who goes to school for a year: a pupil's card and a training card, each with an end of its own.

use chrono::{TimeDelta, Utc};
use county_api::{CardType, ContactRole, Enrolment, Profile};
use serde_json::json;
use wallet::{CardState, Wallet};

use crate::rotation::{checker, verify};
use crate::setting::County;

/// A good code to `lommebevis-verify`, and one that is not.
const GOOD: Option<i32> = Some(0);
const BAD: Option<i32> = Some(2);

/// Each card as it stands on the phone.
fn cards(phone: &Wallet) -> Vec<(CardType, CardState)> {
    let cards = phone.overview().cards.into_iter();
    cards
        .map(|card| (card.claims.card_type, card.state))
        .collect()
}

/// Shows every code of every card to somebody who has just fetched the lists: `expected` for each card in turn.
async fn all_codes_are(county: &County, phone: &Wallet, when: &str, expected: [Option<i32>; 2]) {
    let lists = checker(county, when).await;
    let cards = phone.overview().cards;
    assert_eq!(cards.len(), 2, "{when}");
    for (card, expected) in cards.iter().zip(expected) {
        for profile in Profile::ALL {
            let code = phone.code(&card.id, profile).expect("a code");
            let said = verify(county, &lists, &code.text, &[]).await;
            let text = String::from_utf8_lossy(&said.stdout);
            let what = (when, card.claims.card_type, profile);
            assert_eq!(said.status.code(), expected, "{what:?}: {text}");
            let names = matches!(profile, Profile::Exam | Profile::Travel);
            assert_eq!(
                text.contains(&card.claims.institution),
                names,
                "{what:?}: {text}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apprentice_who_goes_to_school_has_two_cards_that_live_and_end_each_by_itself() {
    let county = County::start().await;
    let phone = county.enrolled("oda", "phone").await;
    let (pupil, training) = (CardType::Elev, CardType::Larling);
    let valid = CardState::Valid;
    assert_eq!(cards(&phone), [(pupil, valid), (training, valid)]);
    for card in phone.overview().cards {
        assert!(phone.photo_code(&card.id).expect("a photo code").is_some());
    }
    all_codes_are(&county, &phone, "both are good", [GOOD, GOOD]).await;

    // Whom to ask is there for both, without asking again.
    let seen = phone.overview().enrolment.expect("an enrolment");
    let contact = |role| {
        let mut contacts = seen.status.contacts.iter();
        contacts.find(|contact| contact.role == role)
    };
    let name = |role| contact(role).map(|contact| contact.name.clone());
    assert!(name(ContactRole::School).is_some_and(|name| name.contains("Åsgard")));
    assert!(name(ContactRole::Technical).is_some_and(|name| name.contains("IKT")));
    assert!(name(ContactRole::TrainingOffice).is_some_and(|name| name.contains("helsefag")));

    let person = async |action: &str| {
        let who = ["person", action, "--feide", "oda@fjordviken.example"];
        let why = ["--reason", "Mistet telefon", "--by", "test"];
        let arguments = [&who[..], &why[..]].concat();
        let output = county.stage.issuer_command(&arguments).await;
        let output = output.unwrap_or_else(|e| panic!("{e}"));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let shown = person("show").await;
    assert!(
        shown.contains("pupil at school 16003") && shown.contains("Larling at"),
        "{shown}"
    );

    person("block").await;
    all_codes_are(&county, &phone, "blocked", [BAD, BAD]).await;
    phone.refresh().await.expect("an answer");
    let suspended = CardState::Suspended;
    assert_eq!(cards(&phone), [(pupil, suspended), (training, suspended)]);
    person("unblock").await;
    phone.refresh().await.expect("an answer");
    assert_eq!(cards(&phone), [(pupil, valid), (training, valid)]);
    all_codes_are(&county, &phone, "unblocked", [GOOD, GOOD]).await;

    // The contract ends in the records.
    let oda = county.stage.county_person("oda").await.expect("oda");
    let day = |days: i64| (Utc::now() - TimeDelta::days(days)).format("%Y-%m-%dT12:00:00Z");
    let change = json!({
        "collection": "utdanning/larling/larling",
        "id": oda["larling"][0],
        "set": { "laretid": { "start": day(90).to_string(), "slutt": day(2).to_string() } },
    });
    county.stage.county_change(&change).await.expect("a change");
    county
        .stage
        .issuer_command(&["sync"])
        .await
        .expect("a sync");
    all_codes_are(&county, &phone, "the contract has ended", [GOOD, BAD]).await;
    phone.refresh().await.expect("an answer");
    assert_eq!(
        cards(&phone),
        [(pupil, valid), (training, CardState::Expired)]
    );
    let status = phone.enrolment().await.expect("an enrolment");
    assert!(
        matches!(&status.state, Enrolment::Ready { more, .. } if more.is_empty()),
        "{:?}",
        status.state
    );
    all_codes_are(&county, &phone, "and the phone knows it", [GOOD, BAD]).await;
}
