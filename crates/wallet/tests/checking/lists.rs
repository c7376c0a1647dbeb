//! Which lists a checker takes, and which it does not.

use chrono::TimeDelta;
use verifier::{Outcome, Reason};
use wallet::{TrustError, problem::ProblemKind};

use crate::support::{County, Device, ISSUER, Pupil, check, outcome, told};

const TRUST_LIST: &str = "https://bevis.fjordviken.example/trust-list";
const LIST: &str = "https://bevis.fjordviken.example/status-lists/1";
const LISTS: &str = "https://bevis.fjordviken.example/status-lists";

#[tokio::test]
async fn an_older_trust_list_is_refused_also_after_a_restart() {
    let device = Device::new();
    let nora = Pupil::nora();
    let old = device.county.trust_list();
    device.county.turn(|served| served.trust_version = 8);
    let checkpoint = device.online().await;
    device.network.answer_instead(TRUST_LIST, 200, old);
    for checkpoint in [checkpoint, device.start()] {
        let error = checkpoint.update().await.unwrap_err();
        assert!(matches!(error, TrustError::TrustListOld), "{error:?}");
        let state = checkpoint.state();
        assert_eq!(state.last_failure.unwrap().support_code, "LB-ISSUER-321");
        // What was fetched before still stands, and the status lists are fetched all the same.
        assert_eq!(outcome(&checkpoint, &device.county, &nora), Outcome::Valid);
    }
}

#[tokio::test]
async fn an_older_trust_list_is_refused_even_when_the_kept_one_is_damaged() {
    let device = Device::new();
    let old = device.county.trust_list();
    device.county.turn(|served| served.trust_version = 8);
    drop(device.online().await);
    let kept = device.folder.path().join("checker/trust-list.jwt");
    for damaged in [Some("garbled"), Some(old.as_str()), None] {
        match damaged {
            Some(text) => std::fs::write(&kept, text).unwrap(),
            None => std::fs::remove_file(&kept).unwrap(),
        }
        let checkpoint = device.start();
        assert!(!checkpoint.state().ready);
        device.network.answer_instead(TRUST_LIST, 200, old.clone());
        let error = checkpoint.update().await.unwrap_err();
        assert!(matches!(error, TrustError::TrustListOld), "{error:?}");
        device.network.mend();
        checkpoint.update().await.unwrap();
    }
}

#[tokio::test]
async fn an_old_status_list_replayed_does_not_unblock_a_card() {
    let device = Device::new();
    let nora = Pupil::nora();
    let old = device.county.status_list(LIST);
    device.pass_seconds(3_600);
    device.county.block(&nora);
    let checkpoint = device.online().await;
    assert_eq!(
        check(&checkpoint, &device.county, &nora).reasons,
        [Reason::Suspended]
    );
    device.network.answer_instead(LIST, 200, old);
    for checkpoint in [checkpoint, device.start()] {
        checkpoint.update().await.unwrap();
        device.pass_seconds(60);
        let verdict = check(&checkpoint, &device.county, &nora);
        assert_eq!(verdict.reasons, [Reason::Suspended]);
        // That it is not brought up to date shows in its age.
        assert!(verdict.status_age_seconds.unwrap() >= 60);
    }
}

#[tokio::test]
async fn damaged_files_are_put_aside_and_fetched_anew() {
    let nora = Pupil::nora();
    for damage in [&b""[..], b"eyJ", b"\xFF\xFE", &[b'a'; 300_000]] {
        for what in ["trust-list.jwt", "trust-list.version", "status-"] {
            let device = Device::new();
            drop(device.online().await);
            let files = device.files("checker");
            let (path, _) = files
                .iter()
                .find(|(path, _)| path.to_string_lossy().contains(what))
                .unwrap();
            std::fs::write(path, damage).unwrap();

            let checkpoint = device.start();
            let aside = format!("{}.aside", path.display());
            assert_eq!(std::fs::read(aside).unwrap(), damage, "{what}");
            // Never fatal, and never good on half of what is needed.
            if checkpoint.state().ready && what == "status-" {
                assert_eq!(
                    outcome(&checkpoint, &device.county, &nora),
                    Outcome::StatusUnknown
                );
            }
            checkpoint.update().await.unwrap();
            assert_eq!(outcome(&checkpoint, &device.county, &nora), Outcome::Valid);
            assert_eq!(
                outcome(&device.start(), &device.county, &nora),
                Outcome::Valid
            );
        }
    }
}

#[tokio::test]
async fn a_list_by_a_stranger_or_of_another_address_is_not_taken() {
    let county = |device: &Device| device.county.clone();
    type Forge = fn(&County) -> String;
    let forgeries: [(&str, Forge); 4] = [
        ("by a stranger", |county| {
            county.status_list_by(LIST, &county.stranger)
        }),
        ("of another address", |county| {
            county.status_list(&format!("{LISTS}/2"))
        }),
        ("no list", |county| county.trust_list()),
        ("a login page", |_| {
            "<html>Velkommen til gjestenettet</html>".into()
        }),
    ];
    for (name, forge) in forgeries {
        let device = Device::new();
        let nora = Pupil::nora();
        device.county.block(&nora);
        let checkpoint = device.online().await;
        device.county.unblock(&nora);
        device.pass_seconds(60);
        let forged = forge(&county(&device));
        device.network.answer_instead(LIST, 200, forged);
        let error = checkpoint.update().await.unwrap_err();
        assert!(matches!(error, TrustError::StatusList), "{name}: {error:?}");
        for checkpoint in [checkpoint, device.start()] {
            let verdict = check(&checkpoint, &device.county, &nora);
            assert_eq!(verdict.reasons, [Reason::Suspended], "{name}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_is_not_read_to_its_end() {
    let device = Device::new();
    let huge = "a".repeat(5 << 20);
    for (url, code) in [
        (TRUST_LIST, "LB-NET-204"),
        (LISTS, "LB-NET-204"),
        (LIST, "LB-NET-204"),
    ] {
        device.network.answer_instead(url, 200, huge.clone());
        let error = device.start().update().await.unwrap_err();
        assert_eq!(told(&error), code, "{url}");
        device.network.mend();
    }
    // Ten thousand addresses fit an answer, and are not all asked for.
    let many: Vec<String> = (0..4_000)
        .map(|n| format!("{ISSUER}/status-lists/{n}"))
        .collect();
    device.county.turn(|served| served.named = many);
    let checkpoint = device.online().await;
    let asked = device.network.asked();
    let lists = asked.iter().filter(|url| url.contains("/status-lists/"));
    assert_eq!(lists.count(), 257);
    assert!(asked.contains(&format!("{ISSUER}/status-lists/3999")));
    assert!(!checkpoint.state().stale);
}

#[tokio::test]
async fn an_issuer_that_was_dropped_from_the_trust_list_is_believed_no_more() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    device.county.turn(|served| {
        served.trust_version = 8;
        served.trusted.clear();
    });
    let error = checkpoint.update().await.unwrap_err();
    assert!(matches!(error, TrustError::IssuerNotListed));
    for checkpoint in [checkpoint, device.start()] {
        let verdict = check(&checkpoint, &device.county, &nora);
        assert_eq!(verdict.reasons, [Reason::UnknownIssuer]);
        assert_eq!(
            checkpoint.state().last_failure.map(|problem| problem.kind),
            checkpoint
                .state()
                .last_failure
                .map(|_| ProblemKind::CountySetting)
        );
    }
}

#[tokio::test]
async fn a_neighbours_lists_are_fetched_too_and_its_troubles_are_not_ours() {
    let device = Device::new();
    let neighbour = "https://bevis.nesoya.example";
    device.county.turn(|served| {
        served.trusted.push(neighbour);
        // Nobody speaks for another.
        served.named.push(format!("{neighbour}/status-lists/9"));
    });
    let checkpoint = device.start();
    let error = checkpoint.update().await.unwrap_err();
    assert!(matches!(error, TrustError::StatusList));
    let asked = device.network.asked();
    assert!(asked.contains(&format!("{neighbour}/status-lists/1")));
    assert!(!asked.contains(&format!("{neighbour}/status-lists/9")));

    device.county.turn(|served| served.named.truncate(1));
    device
        .network
        .answer_instead(&format!("{neighbour}/status-lists"), 503, "");
    checkpoint.update().await.unwrap();
    assert_eq!(checkpoint.state().last_failure, None);
}

#[tokio::test]
async fn a_list_that_is_no_longer_named_goes_when_its_own_time_is_over_and_not_before() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    device
        .county
        .turn(|served| served.named = vec![format!("{LISTS}/2")]);
    checkpoint.update().await.unwrap();
    assert_eq!(outcome(&checkpoint, &device.county, &nora), Outcome::Valid);
    device.clock.pass(TimeDelta::hours(25));
    checkpoint.update().await.unwrap();
    assert_eq!(
        check(&checkpoint, &device.county, &nora).reasons,
        [Reason::StatusUnknown]
    );
    let files = device.files("checker");
    let lists = files
        .iter()
        .filter(|(path, _)| path.to_string_lossy().contains("status-"));
    assert_eq!(lists.count(), 1);
}

#[tokio::test]
async fn one_list_that_fails_takes_nothing_from_the_others() {
    let device = Device::new();
    let nora = Pupil::nora();
    device
        .county
        .turn(|served| served.named.insert(0, format!("{LISTS}/0")));
    let checkpoint = device.online().await;
    device.pass_seconds(600);
    device.county.block(&nora);
    device
        .network
        .answer_instead(&format!("{LISTS}/0"), 503, "");
    let error = checkpoint.update().await.unwrap_err();
    assert_eq!(told(&error), "LB-ISSUER-301");
    assert_eq!(
        check(&checkpoint, &device.county, &nora).reasons,
        [Reason::Suspended]
    );
    // The oldest is what the checker can vouch for.
    let state = checkpoint.state();
    assert_eq!(state.status_age, Some(TimeDelta::seconds(600)));
    assert_eq!(state.trust_list_age, Some(TimeDelta::zero()));
}
