//! Each way an enrolment can end is a state of its own, with somebody to ask.

use county_api::{CardType, Enrolment, MissingField, NoRightReason, PhotoMissingReason};
use serde_json::json;
use wallet::LoginError;

use crate::setting::{County, log_in};

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_person_gets_the_state_that_fits() {
    let county = County::start().await;

    let nora = county.enrolment_of("nora").await;
    let Enrolment::PhotoToConfirm { holder, .. } = nora.state else {
        panic!("nora has a photo to confirm: {:?}", nora.state)
    };
    assert_eq!(holder.card_type, CardType::Elev);
    assert!(
        nora.library_card.is_some(),
        "the library card needs no confirmed photo"
    );

    let sunniva = county.enrolment_of("sunniva").await;
    let Enrolment::PhotoMissing { why, contact, .. } = sunniva.state else {
        panic!("sunniva has no photo: {:?}", sunniva.state)
    };
    assert_eq!(why, PhotoMissingReason::NeverHad);
    assert!(contact.email.is_some() || contact.phone.is_some());

    let oda = county.enrolment_of("oda").await;
    let Enrolment::PhotoToConfirm { holder, .. } = oda.state else {
        panic!("oda has a photo to confirm: {:?}", oda.state)
    };
    // Of two cards the pupil's comes first.
    assert_eq!(holder.card_type, CardType::Elev);

    let unknown = county.enrolment_of("ukjent").await;
    assert!(
        matches!(unknown.state, Enrolment::NotInRecords { .. }),
        "{:?}",
        unknown.state
    );
    assert!(
        unknown
            .next_sync
            .is_some_and(|next| next > unknown.server_time)
    );

    let secretary = county.enrolment_of("sigrid").await;
    assert!(
        matches!(secretary.state, Enrolment::NotInRecords { .. }),
        "{:?}",
        secretary.state
    );

    let iben = county.enrolment_of("iben").await;
    let Enrolment::RecordIncomplete { missing, .. } = iben.state else {
        panic!("iben has no class: {:?}", iben.state)
    };
    assert_eq!(missing, [MissingField::Class]);

    let mattis = county.enrolment_of("mattis").await;
    let Enrolment::SchoolNotEnabled { school, .. } = mattis.state else {
        panic!("mattis' school is not enabled: {:?}", mattis.state)
    };
    assert!(!school.is_empty());

    let bjorn = county.enrolment_of("bjorn").await;
    let Enrolment::Blocked {
        reason, contact, ..
    } = bjorn.state
    else {
        panic!("bjorn is blocked: {:?}", bjorn.state)
    };
    assert_eq!(reason, "Kortet er lånt bort");
    assert!(contact.email.is_some() || contact.phone.is_some());

    let olav = county.enrolment_of("olav").await;
    let Enrolment::NoCurrentRight { reason, .. } = olav.state else {
        panic!("olav has left: {:?}", olav.state)
    };
    assert!(
        matches!(
            reason,
            NoRightReason::Ended { .. } | NoRightReason::Interrupted { .. }
        ),
        "{reason:?}"
    );

    for (login, card_type) in [
        ("leif", CardType::Larling),
        ("lise", CardType::Larekandidat),
    ] {
        let status = county.enrolment_of(login).await;
        let (Enrolment::PhotoToConfirm { holder, .. }
        | Enrolment::PhotoMissing { holder, .. }
        | Enrolment::Ready { holder, .. }) = status.state
        else {
            panic!("{login} has a contract: {:?}", status.state)
        };
        assert_eq!(holder.card_type, card_type, "{login}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn feide_saying_no_is_told_apart_from_feide_being_down() {
    let county = County::start().await;
    let wallet = county.wallet("phone");

    let refused = log_in(&wallet, "avvist").await;
    assert!(
        matches!(refused, Err(LoginError::FeideRefused)),
        "{refused:?}"
    );

    for mode in ["down", "garbage"] {
        county.stage.feide_fault(mode).await.unwrap();
        let outcome = log_in(&wallet, "nora").await;
        assert!(
            matches!(outcome, Err(LoginError::FeideUnavailable)),
            "{mode}: {outcome:?}"
        );
    }

    county.stage.feide_fault("none").await.unwrap();
    log_in(&wallet, "nora")
        .await
        .expect("nothing is remembered against anybody");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_was_missing_needs_no_new_login_once_the_records_are_mended() {
    let county = County::start().await;
    let wallet = county.wallet("phone");
    log_in(&wallet, "iben").await.unwrap();
    let before = wallet.enrolment().await.unwrap();
    assert!(
        matches!(before.state, Enrolment::RecordIncomplete { .. }),
        "{:?}",
        before.state
    );

    give_class(&county, "iben").await;
    county.stage.issuer_command(&["sync"]).await.unwrap();

    let after = wallet.enrolment().await.unwrap();
    assert!(
        matches!(
            after.state,
            Enrolment::PhotoMissing { .. } | Enrolment::PhotoToConfirm { .. }
        ),
        "{:?}",
        after.state
    );
}

/// Puts a pupil into a new class at the pupil's own school.
pub(crate) async fn give_class(county: &County, login: &str) {
    let person = county.stage.county_person(login).await.unwrap();
    let base = county.stage.county_url();
    let link = |path: &str, id: &str| json!([{ "href": format!("{base}{path}/systemid/{id}") }]);
    let school = person["school"].as_str().unwrap();
    let enrolment = person["elevforhold"][0].as_str().unwrap();
    for (collection, resource) in [
        (
            "utdanning/elev/klasse",
            json!({
                "systemId": { "identifikatorverdi": "new-class" },
                "navn": "1RMB",
                "beskrivelse": "Klasse 1RMB",
                "_links": { "skole": [{ "href": format!("{base}utdanning/utdanningsprogram/skole/skolenummer/{school}") }] },
            }),
        ),
        (
            "utdanning/elev/klassemedlemskap",
            json!({
                "systemId": { "identifikatorverdi": "new-membership" },
                "gyldighetsperiode": { "start": "2000-01-01T00:00:00Z", "slutt": null },
                "_links": {
                    "elevforhold": link("utdanning/elev/elevforhold", enrolment),
                    "klasse": link("utdanning/elev/klasse", "new-class"),
                },
            }),
        ),
    ] {
        let change = json!({ "collection": collection, "add": resource });
        county.stage.county_change(&change).await.unwrap();
    }
}
