//! All that the wallet remembers: the content of the sealed store.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, TimeDelta, Utc};
use county_api::{
    CardClaims, CardType, EnrolmentStatus, InPersonClaims, PhotoClaims, PortraitHash, Profile,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;
use zeroize::Zeroizing;

use crate::{HistoryEntry, keys::StoredKey, problem::Problem, trust::merge_statuses};

/// The whole of it. Written and read as JSON; a member that is new has a default, so that an older file still reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// Whose store this is: another county's store is not opened by mistake.
    pub(crate) issuer: String,
    /// The login that is under way in the browser.
    #[serde(default)]
    pub(crate) pending: Option<PendingLogin>,
    /// The tokens of this device.
    #[serde(default)]
    pub(crate) session: Option<Session>,
    /// The issuer has ended the session. The cards stay.
    #[serde(default)]
    pub(crate) signed_out: bool,
    /// The last answer about the way to the card.
    #[serde(default)]
    pub(crate) enrolment: Option<SeenEnrolment>,
    /// Whose all this is, by [`EnrolmentStatus::account`]: the last one that the issuer has named here.
    #[serde(default)]
    pub(crate) account: Option<String>,
    /// The cards, at most a pupil's and then one for training.
    #[serde(default)]
    pub(crate) cards: Vec<Card>,
    /// Where a store from before there could be two kept its card: see [`State::of_this_version`].
    #[serde(default, rename = "card", skip_serializing)]
    pub(crate) only_card: Option<Card>,
    /// The newest trust list, as it was signed.
    #[serde(default)]
    pub(crate) trust_list: Option<KeptTrustList>,
    /// What the status lists said last about our own credentials.
    #[serde(default)]
    pub(crate) statuses: Vec<KnownStatus>,
    /// When everything was last fetched without a fault, by the server's clock.
    #[serde(default)]
    pub(crate) last_refresh: Option<DateTime<Utc>>,
    /// The last refresh, if it failed.
    #[serde(default)]
    pub(crate) last_failure: Option<Failure>,
    /// The newest moment that the server has told us: it cannot be earlier than this.
    #[serde(default)]
    pub(crate) not_earlier_than: Option<DateTime<Utc>>,
    /// What was done and what happened, newest last.
    #[serde(default)]
    pub(crate) history: Vec<HistoryEntry>,
    /// Cards that the person took off this device: a refresh leaves them off.
    #[serde(default)]
    pub(crate) removed: Vec<CardType>,
    /// Sessions that are over here, and of which the issuer is still to be told.
    #[serde(default)]
    pub(crate) ended: Vec<EndedSession>,
}

impl State {
    pub(crate) fn new(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            pending: None,
            session: None,
            signed_out: false,
            enrolment: None,
            account: None,
            cards: Vec::new(),
            only_card: None,
            trust_list: None,
            statuses: Vec::new(),
            last_refresh: None,
            last_failure: None,
            not_earlier_than: None,
            history: Vec::new(),
            removed: Vec::new(),
            ended: Vec::new(),
        }
    }

    /// What was read, in the form of today.
    pub(crate) fn of_this_version(mut self) -> Self {
        self.cards.extend(self.only_card.take());
        self
    }

    /// The card of this name.
    pub(crate) fn card(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }

    /// As [`card`](Self::card), to prove something with it: not between a login and the issuer's first word on whose
    /// it is, for the card may be another person's.
    pub(crate) fn card_to_show(&self, id: &str) -> Option<&Card> {
        let is_unnamed = self.session.is_some() && self.enrolment.is_none();
        self.card(id).filter(|_| !is_unnamed)
    }

    /// Puts a card in the place of the one of its kind.
    pub(crate) fn put(&mut self, card: Card) {
        self.cards.retain(|old| old.kind() != card.kind());
        self.cards.push(card);
        self.cards.sort_by_key(Card::kind);
    }

    /// As [`put`](Self::put), for a card that was fetched while others could act: not if the person has taken one of
    /// its kind off the device meanwhile, and a copy that was shown meanwhile stays shown. `there` are the names of the
    /// cards when the fetching began.
    pub(crate) fn put_unless_removed(&mut self, mut card: Card, there: &[String]) {
        let kind = card.kind();
        let now = self.cards.iter().find(|old| old.kind() == kind);
        let is_removed = self.removed.iter().any(|old| CardKind::of(*old) == kind);
        let is_gone = there.contains(&card.id) && self.card(&card.id).is_none();
        if is_gone || now.is_none() && is_removed {
            return;
        }
        let used = now.into_iter().flat_map(|now| &now.copies);
        for used in used.filter(|copy| copy.used) {
            let same = card.copies.iter_mut().find(|copy| copy.text == used.text);
            if let Some(same) = same {
                same.used = true;
            }
        }
        self.put(card);
    }

    /// Takes in what the status lists said; what is known of credentials that are no longer here goes.
    pub(crate) fn note_statuses(&mut self, fresh: Vec<KnownStatus>) {
        let entries: Vec<StatusEntry> = self
            .cards
            .iter()
            .flat_map(Card::status_entries)
            .cloned()
            .collect();
        self.statuses = merge_statuses(&self.statuses, fresh, &entries);
    }
}

/// A login between the app's leaving for the browser and its coming back, which may be in another process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PendingLogin {
    pub(crate) state: Secret,
    pub(crate) pkce_verifier: Secret,
    pub(crate) key: StoredKey,
    pub(crate) redirect_uri: Url,
    pub(crate) started_at: DateTime<Utc>,
}

/// A device's tokens and the key they are bound to (RFC 9449).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Tells this login from the one before it, for answers that come late.
    pub(crate) id: String,
    pub(crate) key: StoredKey,
    pub(crate) access_token: Secret,
    pub(crate) access_expires_at: DateTime<Utc>,
    pub(crate) refresh_token: Secret,
    /// How often its key did not sign.
    #[serde(default)]
    pub(crate) key_failures: KeyFailures,
}

/// How often a key was there and did not sign, with no signature in between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyFailures {
    pub(crate) times: u32,
    /// When it was counted last, by the device's clock.
    pub(crate) last: Option<DateTime<Utc>>,
}

impl KeyFailures {
    /// So often it is taken for a hiccup.
    const AT_MOST: u32 = 2;
    /// Failures that are closer together than this are one: a key store that is out of order for hours may be well again
    /// after a restart, and a login that is lost is not.
    const APART: TimeDelta = TimeDelta::hours(20);

    /// Counts one. Whether it is more than a hiccup.
    pub(crate) fn count(&mut self, now: DateTime<Utc>) -> bool {
        if self
            .last
            .is_none_or(|last| (now - last).abs() >= Self::APART)
        {
            self.times = self.times.saturating_add(1);
            self.last = Some(now);
        }
        self.times > Self::AT_MOST
    }
}

/// What is left of a session after a log-out: no more than ending it at the issuer takes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EndedSession {
    pub(crate) refresh_token: Secret,
    pub(crate) key: StoredKey,
    pub(crate) since: DateTime<Utc>,
}

/// An enrolment answer and when it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenEnrolment {
    /// The answer.
    pub status: EnrolmentStatus,
    /// When it came, by the server's clock.
    pub seen_at: DateTime<Utc>,
}

/// A trust list that was checked when it came.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KeptTrustList {
    pub(crate) text: String,
    /// Kept apart from the text: an expired list still says below which version nothing is accepted.
    pub(crate) version: u64,
}

/// A refresh that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Why.
    pub problem: Problem,
    /// When, by the device's clock.
    pub at: DateTime<Utc>,
}

/// The card and all that proves it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Card {
    /// A name for this card on this device.
    pub(crate) id: String,
    /// Whose it is, by [`EnrolmentStatus::account`].
    pub(crate) account: String,
    /// What the issuer's `content_sha256` was when it was fetched.
    pub(crate) content_sha256: String,
    pub(crate) claims: CardClaims,
    pub(crate) demo: bool,
    /// SD-JWT VCs, alike but for salts, key and status entry: one for each checker, so that two cannot compare notes.
    pub(crate) copies: Vec<Copy>,
    /// The tokens behind the codes, one for each profile. None in a store from before there were profiles: they come
    /// with its next refresh.
    #[serde(default)]
    pub(crate) codes: BTreeMap<Profile, CodeToken>,
    /// The token with the small portrait, if the issuer has made one.
    #[serde(default)]
    pub(crate) photo: Option<PhotoToken>,
    /// When its data last came from the issuer.
    pub(crate) updated_at: DateTime<Utc>,
    /// Since when the issuer says that the right to this card is over, while the person has another one.
    #[serde(default)]
    pub(crate) over_since: Option<DateTime<Utc>>,
}

/// Of each kind a person has at most one card. In the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CardKind {
    /// A pupil's.
    Pupil,
    /// An apprentice's or training candidate's.
    Training,
}

impl CardKind {
    pub(crate) fn of(card_type: CardType) -> Self {
        if card_type.is_training() {
            Self::Training
        } else {
            Self::Pupil
        }
    }
}

/// One SD-JWT VC.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Copy {
    pub(crate) text: Secret,
    pub(crate) key: StoredKey,
    pub(crate) issued_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) status: Option<StatusEntry>,
    /// Whether a checker has seen it.
    #[serde(default)]
    pub(crate) used: bool,
}

/// The token behind a code on the screen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CodeToken {
    /// Base64url of the CWT, as the issuer gave it.
    pub(crate) token: Secret,
    pub(crate) key: StoredKey,
    pub(crate) issued_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) status: Option<StatusEntry>,
}

/// The token that carries the small portrait. Shown as it is: the key that it was asked for with never signs again and
/// is not kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PhotoToken {
    /// Base64url of the CWT, as the issuer gave it.
    pub(crate) token: Secret,
    pub(crate) issued_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) status: Option<StatusEntry>,
}

/// Where a credential stands in a status list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct StatusEntry {
    pub(crate) uri: String,
    pub(crate) idx: u64,
}

/// What was last said about one of our credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownStatus {
    #[serde(flatten)]
    pub(crate) entry: StatusEntry,
    pub(crate) status: CredentialStatus,
    /// When the issuer signed it.
    pub(crate) as_of: DateTime<Utc>,
}

/// The values of a status list that matter to a holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CredentialStatus {
    Valid,
    Suspended,
    Revoked,
    /// A value that this version does not know.
    Unknown,
}

impl Card {
    pub(crate) fn kind(&self) -> CardKind {
        CardKind::of(self.claims.card_type)
    }

    /// Whether the codes name a portrait, so that there should be a photo code.
    pub(crate) fn names_portrait(&self) -> bool {
        self.codes
            .values()
            .any(|code| code.said().is_some_and(|said| said.portrait_hash.is_some()))
    }

    /// Every status entry of this card's credentials, those of its codes first.
    pub(crate) fn status_entries(&self) -> impl Iterator<Item = &StatusEntry> {
        self.credentials().filter_map(|(_, status)| status)
    }

    /// As [`status_entries`](Self::status_entries), without credentials that have expired: their status says nothing
    /// any more, and the issuer may have taken their list away.
    pub(crate) fn status_entries_at(
        &self,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = &StatusEntry> {
        self.credentials()
            .filter(move |(expires_at, _)| now < *expires_at)
            .filter_map(|(_, status)| status)
    }

    /// The keys that its codes and copies are bound to.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &StoredKey> {
        let codes = self.codes.values().map(|code| &code.key);
        codes.chain(self.copies.iter().map(|copy| &copy.key))
    }

    /// Every credential's end and place in a status list.
    fn credentials(&self) -> impl Iterator<Item = (DateTime<Utc>, Option<&StatusEntry>)> {
        let copies = self.copies.iter();
        let copies = copies.map(|copy| (copy.expires_at, copy.status.as_ref()));
        let codes = self.codes.values();
        let codes = codes.map(|code| (code.expires_at, code.status.as_ref()));
        let photo = self.photo.iter();
        let photo = photo.map(|photo| (photo.expires_at, photo.status.as_ref()));
        codes.chain(photo).chain(copies)
    }
}

impl CodeToken {
    /// What the token says; it was checked when it came.
    pub(crate) fn said(&self) -> Option<InPersonClaims> {
        InPersonClaims::from_identity(&identity(&self.token)?).ok()
    }
}

impl PhotoToken {
    /// The hash of the portrait in it.
    pub(crate) fn hash(&self) -> Option<PortraitHash> {
        let photo = PhotoClaims::from_identity(&identity(&self.token)?).ok()?;
        Some(photo.hash())
    }
}

fn identity(token: &Secret) -> Option<qr_proof::Claim169> {
    let token = jose::base64url_decode(token.as_str()).ok()?;
    Some(qr_proof::read_token(&token).ok()?.identity)
}

/// Text that does not show and is wiped when dropped: a token, a PKCE verifier, a credential.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use jose::SoftwareKey;
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn a_key_is_given_up_after_three_failures_that_are_not_the_same_hiccup() {
        let at = |hours| DateTime::UNIX_EPOCH + TimeDelta::hours(hours);
        let mut failures: KeyFailures = KeyFailures::default();
        for hours in [0, 1, 19, 20, 21, 39] {
            assert!(!failures.count(at(hours)), "{hours}");
        }
        assert!(failures.count(at(40)));
        assert!(failures.count(at(41)));
    }

    #[test]
    fn a_session_of_an_older_store_has_no_failures() {
        let session = serde_json::json!({
            "id": "s", "key": "AAAA", "access_token": "a", "refresh_token": "r",
            "access_expires_at": "2026-11-22T10:00:00Z",
        });
        let session: Session = serde_json::from_value(session).unwrap();
        assert_eq!(session.key_failures, KeyFailures::default());
    }

    #[test]
    fn secrets_do_not_show_and_survive_the_store() {
        let random = SystemRandom::new();
        let key = SoftwareKey::generate(&random).unwrap();
        let mut state = State::new("https://issuer.example");
        state.session = Some(Session {
            id: "s".into(),
            key: StoredKey::software(&key),
            access_token: Secret::new("hush-access"),
            access_expires_at: DateTime::UNIX_EPOCH,
            refresh_token: Secret::new("hush-refresh"),
            key_failures: KeyFailures::default(),
        });
        let shown = format!("{state:?}");
        assert!(!shown.contains("hush"));
        assert!(!shown.contains(&jose::base64url(key.pkcs8())));

        let json = serde_json::to_string(&state).unwrap();
        let again: State = serde_json::from_str(&json).unwrap();
        let session = again.session.unwrap();
        assert_eq!(session.refresh_token.as_str(), "hush-refresh");
        assert!(session.key == StoredKey::software(&key));
    }

    #[test]
    fn a_card_from_before_there_were_profiles_still_reads_and_has_no_codes() {
        let card = crate::card_state::tests::card();
        let mut json = serde_json::to_value(&card).unwrap();
        let members = json.as_object_mut().unwrap();
        members.remove("codes");
        members.remove("photo");
        members.insert(
            "in_person".into(),
            serde_json::json!({"token": "t", "key": ""}),
        );
        let old: Card = serde_json::from_value(json).unwrap();
        assert_eq!(old.claims, card.claims);
        assert!(old.codes.is_empty() && old.photo.is_none());
    }

    #[test]
    fn the_card_of_a_store_that_had_room_for_one_is_kept_and_written_as_of_today() {
        let card = crate::card_state::tests::card();
        let old = serde_json::json!({"issuer": "https://issuer.example", "card": card});
        let state: State = serde_json::from_value(old).unwrap();
        let state = state.of_this_version();
        assert_eq!(state.cards.len(), 1);
        assert_eq!(state.cards[0].claims, card.claims);
        assert!(state.cards[0].over_since.is_none());
        let json = serde_json::to_value(&state).unwrap();
        assert!(json.get("card").is_none());
        let again: State = serde_json::from_value(json).unwrap();
        assert_eq!(again.of_this_version().cards.len(), 1);
        let none = r#"{"issuer":"https://issuer.example","card":null}"#;
        let state: State = serde_json::from_str(none).unwrap();
        assert!(state.of_this_version().cards.is_empty());
    }

    #[test]
    fn a_card_takes_the_place_of_the_one_of_its_kind_and_the_pupils_comes_first() {
        let of_type = |id: &str, card_type| {
            let mut card = crate::card_state::tests::card();
            card.id = id.into();
            card.claims.card_type = card_type;
            card
        };
        let mut state = State::new("https://issuer.example");
        state.put(of_type("l", CardType::Larling));
        state.put(of_type("e", CardType::Elev));
        state.put(of_type("k", CardType::Larekandidat));
        let ids: Vec<_> = state.cards.iter().map(|card| card.id.as_str()).collect();
        assert_eq!(ids, ["e", "k"]);
    }

    #[test]
    fn a_store_with_less_or_more_members_still_reads() {
        let json = r#"{"issuer":"https://issuer.example","invented_later":[1]}"#;
        let state: State = serde_json::from_str(json).unwrap();
        assert!(state.session.is_none() && state.cards.is_empty());
    }
}
