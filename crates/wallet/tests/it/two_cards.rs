//! A pupil who is an apprentice too: two cards that live and end each by itself.

use chrono::TimeDelta;
use county_api::{CardSlot, CardType, Profile, Validity};
use verifier::Outcome;
use wallet::{
    CardState, CheckError, IssueError, PresentError, ProveError, RefreshError, ValidityResult,
    Wallet,
};

use crate::support::{Device, Fault, jpeg, log_in};

const COMPANY: &str = "Fjordbygg AS";

/// A wallet with both cards: the pupil's first.
async fn with_both(device: &Device) -> (Wallet, [String; 2]) {
    device.issuer.add_training(COMPANY);
    let wallet = device.with_card().await;
    let ids = ids(&wallet);
    (wallet, ids.try_into().unwrap())
}

fn ids(wallet: &Wallet) -> Vec<String> {
    let cards = wallet.overview().cards;
    cards.into_iter().map(|card| card.id).collect()
}

fn states(wallet: &Wallet) -> Vec<(CardType, CardState)> {
    let cards = wallet.overview().cards.into_iter();
    cards
        .map(|card| (card.claims.card_type, card.state))
        .collect()
}

/// How many credentials of a card the issuer has made: as many copies as a batch has, a code for each purpose and the
/// portrait. The pupil's come first.
const EACH: u64 = 4 + 4 + 1;
const OF_TRAINING: std::ops::Range<u64> = 100 + EACH..100 + 2 * EACH;

#[tokio::test]
async fn both_cards_are_fetched_and_each_has_its_own_codes_portrait_copies_and_answer() {
    let device = Device::new();
    let (wallet, [pupil, training]) = with_both(&device).await;
    assert_ne!(pupil, training);
    assert_eq!(
        states(&wallet),
        [
            (CardType::Elev, CardState::Valid),
            (CardType::Larling, CardState::Valid)
        ]
    );
    let now = device.clock.truth();
    for (id, card_type, institution) in [
        (&pupil, CardType::Elev, "Fjordvik videregående skole"),
        (&training, CardType::Larling, COMPANY),
    ] {
        for profile in Profile::ALL {
            let code = wallet.code(id, profile).unwrap();
            let verdict = device.issuer.checker().check(&code.text, now);
            let card = verdict.card.unwrap();
            assert_eq!(card.profile, profile);
            if profile != Profile::Age {
                assert_eq!(card.card_type, Some(card_type), "{profile:?}");
            }
            if matches!(profile, Profile::Exam | Profile::Travel) {
                assert_eq!(card.institution.as_deref(), Some(institution));
            }
        }
        assert!(wallet.photo_code(id).unwrap().is_some());
        let shown = wallet.present(id, &["institution"], "https://kino.example", "n");
        assert!(!shown.unwrap().is_empty());
        let answer = wallet.check_validity(id).await.unwrap();
        assert!(matches!(answer, ValidityResult::Online { .. }));
    }
    for unknown in ["", "another"] {
        assert!(matches!(
            wallet.code(unknown, Profile::Exam),
            Err(ProveError::NoCard)
        ));
        assert!(matches!(
            wallet.photo_code(unknown),
            Err(ProveError::NoCard)
        ));
        assert!(matches!(
            wallet.present(unknown, &["class"], "https://kino.example", "n"),
            Err(PresentError::NoCard)
        ));
        let asked = wallet.check_validity(unknown).await;
        assert!(matches!(asked, Err(CheckError::NoCard)));
    }
    // All of it is there after a restart.
    drop(wallet);
    assert_eq!(ids(&device.open()), [pupil, training]);
}

#[tokio::test]
async fn a_copy_shown_of_one_card_is_not_used_up_on_the_other() {
    let device = Device::new();
    let (wallet, [pupil, training]) = with_both(&device).await;
    let show = |id: &str| wallet.present(id, &["institution"], "https://kino.example", "n");
    let copy = |shown: String| shown.split('~').next().unwrap_or_default().to_owned();
    let of_pupil: Vec<_> = (0..4).map(|_| copy(show(&pupil).unwrap())).collect();
    let of_training: Vec<_> = (0..4).map(|_| copy(show(&training).unwrap())).collect();
    let mut all = [of_pupil, of_training].concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 8);
}

#[tokio::test]
async fn a_further_card_comes_with_a_refresh_and_leaves_the_first_as_it_is() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let pupil = ids(&wallet);
    let made = device.issuer.with(|inner| inner.next_index);
    device.issuer.add_training(COMPANY);
    device.clock.pass(TimeDelta::minutes(5));
    wallet.refresh().await.unwrap();
    assert_eq!(ids(&wallet)[0], pupil[0]);
    assert_eq!(wallet.overview().cards.len(), 2);
    // Only the new one was fetched.
    assert_eq!(device.issuer.with(|inner| inner.next_index), made + EACH);
    device.clock.pass(TimeDelta::minutes(5));
    wallet.refresh().await.unwrap();
    assert_eq!(device.issuer.with(|inner| inner.next_index), made + EACH);
}

#[tokio::test]
async fn a_change_of_one_card_renews_that_card_alone() {
    let device = Device::new();
    let (wallet, [pupil, training]) = with_both(&device).await;
    let made = device.issuer.with(|inner| inner.next_index);
    device.issuer.add_training("Nesbygg AS");
    device.clock.pass(TimeDelta::minutes(5));
    wallet.refresh().await.unwrap();
    assert_eq!(ids(&wallet), [pupil, training]);
    assert_eq!(wallet.overview().cards[1].claims.institution, "Nesbygg AS");
    assert_eq!(device.issuer.with(|inner| inner.next_index), made + EACH);
}

#[tokio::test]
async fn one_card_that_cannot_be_fetched_never_harms_the_other() {
    for slot in CardSlot::ALL {
        let device = Device::new();
        device.issuer.add_training(COMPANY);
        let refused = slot.code_configuration(Profile::Travel);
        device.issuer.with(|inner| inner.refused.insert(refused));
        // From the first moment on: there is a card, and a word on the other.
        let wallet = device.with_card().await;
        let other = match slot {
            CardSlot::First => CardType::Larling,
            CardSlot::Training => CardType::Elev,
        };
        assert_eq!(states(&wallet), [(other, CardState::Valid)]);
        assert!(wallet.overview().last_failure.is_some());
        assert!(wallet.overview().last_refresh.is_none());

        device.clock.pass(TimeDelta::minutes(5));
        wallet.refresh().await.unwrap_err();
        let overview = wallet.overview();
        assert_eq!(overview.cards.len(), 1);
        assert_eq!(overview.cards[0].updated_at, device.clock.truth());
        assert!(overview.last_failure.is_some());

        device.issuer.with(|inner| inner.refused.clear());
        device.clock.pass(TimeDelta::minutes(5));
        wallet.refresh().await.unwrap();
        assert_eq!(wallet.overview().cards.len(), 2);
        assert!(wallet.overview().last_failure.is_none());

        // And later: what cannot be renewed stays as it was, and only that looks its age.
        // More than half of a code's time.
        device.clock.pass(TimeDelta::hours(85));
        device.issuer.with(|inner| inner.refused.insert(refused));
        let before = ids(&wallet);
        wallet.refresh().await.unwrap_err();
        assert_eq!(ids(&wallet), before);
        for card in wallet.overview().cards {
            let expected = match card.claims.card_type == other {
                true => CardState::Valid,
                false => CardState::NeedsRefresh,
            };
            assert_eq!(card.state, expected, "{:?}", card.claims.card_type);
            wallet.code(&card.id, Profile::Travel).unwrap();
        }
    }
}

#[tokio::test]
async fn when_no_card_can_be_fetched_nothing_is_stored() {
    let device = Device::new();
    device.issuer.add_training(COMPANY);
    let wallet = device.logged_in().await;
    device.issuer.fault(Fault::StrangerSignsToken);
    let failed = wallet.fetch_credentials().await;
    assert!(matches!(failed, Err(IssueError::Refused(_))));
    assert_eq!(wallet.overview().cards.len(), 0);
}

#[tokio::test]
async fn the_end_of_a_right_takes_that_card_away_says_so_and_lets_it_go_later() {
    let device = Device::new();
    let (wallet, [pupil, training]) = with_both(&device).await;
    device.clock.pass(TimeDelta::hours(1));
    device.issuer.end_training(OF_TRAINING);

    // A refresh that fails takes nothing away.
    device.network.cut();
    wallet.refresh().await.unwrap_err();
    device.network.mend();
    assert_eq!(states(&wallet)[1], (CardType::Larling, CardState::Valid));

    wallet.refresh().await.unwrap();
    assert_eq!(
        states(&wallet),
        [
            (CardType::Elev, CardState::Valid),
            (CardType::Larling, CardState::Expired)
        ]
    );
    assert!(!wallet.overview().cards[1].renewable);
    let now = device.clock.truth();
    let scan = |id: &str| {
        let code = wallet.code(id, Profile::Exam).unwrap();
        device.issuer.checker().check(&code.text, now).outcome
    };
    assert_eq!(scan(&pupil), Outcome::Demo);
    assert_eq!(scan(&training), Outcome::Invalid);

    device.clock.pass(TimeDelta::days(13));
    wallet.refresh().await.unwrap();
    assert_eq!(ids(&wallet), [pupil.clone(), training]);
    device.clock.pass(TimeDelta::days(1));
    wallet.refresh().await.unwrap();
    assert_eq!(ids(&wallet), [pupil]);
    assert_eq!(states(&wallet), [(CardType::Elev, CardState::Valid)]);
}

#[tokio::test]
async fn a_right_that_begins_anew_brings_its_card_back() {
    let device = Device::new();
    let (wallet, [pupil, training]) = with_both(&device).await;
    device.issuer.end_training(OF_TRAINING);
    device.clock.pass(TimeDelta::hours(1));
    wallet.refresh().await.unwrap();
    assert_eq!(states(&wallet)[1].1, CardState::Expired);
    device.issuer.add_training(COMPANY);
    device.issuer.with(|inner| inner.statuses.clear());
    device.clock.pass(TimeDelta::hours(1));
    wallet.refresh().await.unwrap();
    assert_eq!(states(&wallet)[1], (CardType::Larling, CardState::Valid));
    assert_eq!(ids(&wallet), [pupil, training]);
}

#[tokio::test]
async fn a_card_that_is_not_named_while_its_credentials_are_good_stays_as_it_is() {
    let device = Device::new();
    let (wallet, _) = with_both(&device).await;
    // The record lacks something tonight: the issuer cannot make the card, and suspends nothing.
    device.issuer.end_training(0..0);
    device.clock.pass(TimeDelta::hours(80));
    wallet.refresh().await.unwrap();
    assert_eq!(
        states(&wallet),
        [
            (CardType::Elev, CardState::Valid),
            (CardType::Larling, CardState::NeedsRefresh)
        ]
    );
}

#[tokio::test]
async fn a_block_and_a_photo_taken_back_hold_for_both_cards_and_log_out_forgets_both() {
    let device = Device::new();
    let (wallet, [pupil, training]) = with_both(&device).await;
    device.clock.pass(TimeDelta::hours(1));
    device.issuer.block();
    for id in [&pupil, &training] {
        let ValidityResult::Online { statement, .. } = wallet.check_validity(id).await.unwrap()
        else {
            panic!("the issuer is there");
        };
        assert_eq!(statement.result, Validity::Suspended);
    }
    wallet.refresh().await.unwrap();
    let all = |state| {
        let [first, second] = states(&wallet).try_into().unwrap();
        assert_eq!([first.1, second.1], [state, state]);
    };
    all(CardState::Suspended);
    // Its end is learnt for both at once, from a question about one.
    device.issuer.with(|inner| inner.statuses.clear());
    device.clock.pass(TimeDelta::minutes(1));
    wallet.check_validity(&training).await.unwrap();
    all(CardState::Valid);

    device.issuer.reset_photo("Nytt bilde, takk");
    device.clock.pass(TimeDelta::minutes(1));
    wallet.refresh().await.unwrap();
    all(CardState::Revoked);

    wallet.log_out().await.unwrap();
    assert_eq!(wallet.overview().cards.len(), 0);
    let code = wallet.code(&training, Profile::Exam);
    assert!(matches!(code, Err(ProveError::NoCard)));
}

#[tokio::test]
async fn another_person_on_the_same_device_sees_neither_card() {
    let device = Device::new();
    let (wallet, _) = with_both(&device).await;
    device.issuer.with(|inner| {
        inner.account = "another".into();
        inner.photo = jpeg(1);
    });
    device.issuer.end_training(0..0);
    log_in(&wallet, &device.issuer).await;
    wallet.fetch_credentials().await.unwrap();
    assert_eq!(states(&wallet), [(CardType::Elev, CardState::Valid)]);
}

#[tokio::test]
async fn what_the_issuer_sends_as_a_further_card_must_be_that_card() {
    let device = Device::new();
    device.issuer.add_training(COMPANY);
    // A second pupil's card in the place of the training card.
    device
        .issuer
        .with(|inner| inner.training = Some(inner.claims.clone()));
    let wallet = device.with_card().await;
    assert_eq!(states(&wallet), [(CardType::Elev, CardState::Valid)]);
    device.clock.pass(TimeDelta::minutes(5));
    let refused = wallet.refresh().await;
    assert!(matches!(
        refused,
        Err(RefreshError::Issue(IssueError::Refused("another card")))
    ));
}
