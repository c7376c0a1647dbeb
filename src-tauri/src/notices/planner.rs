//! What there is to tell and when: a pure function of what is stored and of the time.

use chrono::{
    DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike as _, Utc,
};
use minid_guide::PlanEventKind;
use ring::digest::{SHA256, digest};
use wallet::{CardOverview, CardState, Overview, PhotoNotice, Settings};

/// No notice from this hour on, by the device's own time …
const NIGHT_FROM: u32 = 22;
/// … until this one.
const NIGHT_UNTIL: u32 = 7;
/// What a day's notice is told at, when the day has no hour of its own.
const DAYTIME: u32 = 10;
/// How long before the right ends it is said.
const ENDS_WITHIN: Days = Days::new(7);
/// How long a card that has come is news.
const NEWS_FOR: TimeDelta = TimeDelta::days(7);
/// How long what became of a photo is.
const PHOTO_NEWS_FOR: TimeDelta = TimeDelta::days(14);

/// One thing to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reminder {
    /// The same for the same thing, and another for another.
    pub(crate) id: String,
    /// When; never at night.
    pub(crate) at: DateTime<Utc>,
    /// From then on it is not true or of no more use, and is not told.
    pub(crate) until: DateTime<Utc>,
    /// What.
    pub(crate) kind: ReminderKind,
}

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ReminderKind {
    /// There is a card.
    CardReady,
    /// The card has not been brought up to date for days.
    NeedsRefresh,
    /// What can be shown without a network ends soon.
    ExpiresSoon,
    /// The right to the card ends soon.
    EndsSoon,
    /// The school has unlocked the photo.
    PhotoReset,
    /// The school has handed the photo back.
    PhotoReturned,
    /// A date on the way to a MinID.
    Minid(PlanEventKind),
}

impl Reminder {
    /// Whether the first screen says it now, in words of its own, so that who looks at it need not be told. What has
    /// happened it says at night too.
    pub(crate) fn is_on_the_screen(&self, now: DateTime<Utc>) -> bool {
        match self.kind {
            ReminderKind::CardReady | ReminderKind::PhotoReset | ReminderKind::PhotoReturned => {
                true
            }
            ReminderKind::NeedsRefresh | ReminderKind::ExpiresSoon => self.at <= now,
            // Of the end of a right there is no more than a date; MinID has screens of its own.
            ReminderKind::EndsSoon | ReminderKind::Minid(_) => false,
        }
    }
}

/// All that there is to tell, past and to come, in the order of time.
pub(crate) fn reminders<Z: TimeZone>(
    overview: &Overview,
    minid: &[minid_guide::Reminder],
    settings: &Settings,
    zone: &Z,
) -> Vec<Reminder> {
    let mut reminders = Vec::new();
    let mut add = |id: String, at: DateTime<Utc>, until: DateTime<Utc>, kind: ReminderKind| {
        let at = by_day(at, zone);
        if at < until {
            reminders.push(Reminder {
                id,
                at,
                until,
                kind,
            });
        }
    };
    for card in &overview.cards {
        card_reminders(card, settings, zone, &mut add);
    }
    if let Some((notice, seen)) = overview
        .photo_notice
        .as_ref()
        .zip(overview.enrolment.as_ref())
    {
        let (kind, note) = match notice {
            PhotoNotice::Reset { note } => (ReminderKind::PhotoReset, note),
            PhotoNotice::Returned { note, .. } => (ReminderKind::PhotoReturned, note),
        };
        let what = digest(&SHA256, note.as_bytes());
        let id = format!("photo {kind:?} {} {what:?}", seen.status.account);
        add(id, seen.seen_at, seen.seen_at + PHOTO_NEWS_FOR, kind);
    }
    for reminder in minid {
        let kind = ReminderKind::Minid(reminder.kind);
        let id = format!("minid {kind:?} {}", reminder.at);
        let until = at_hour(over_on(reminder), 0, zone);
        add(id, by_the_clock(&reminder.at, zone), until, kind);
    }
    reminders.sort_by_key(|reminder| reminder.at);
    reminders
}

/// The first day on which it is too late to be told of a date on the way to a MinID.
fn over_on(reminder: &minid_guide::Reminder) -> NaiveDate {
    let days = match reminder.kind {
        PlanEventKind::LastDay => 1,
        PlanEventKind::Expired => 7,
        // A computer may have slept through the day itself.
        PlanEventKind::Ordered
        | PlanEventKind::LookInMailbox
        | PlanEventKind::NotArrived
        | PlanEventKind::RegisterSoon => 2,
    };
    let day = reminder.at.date();
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

fn card_reminders<Z: TimeZone>(
    card: &CardOverview,
    settings: &Settings,
    zone: &Z,
    add: &mut impl FnMut(String, DateTime<Utc>, DateTime<Utc>, ReminderKind),
) {
    match card.state {
        // The screens say what is wrong and whom to ask; that it is not up to date is the least of it.
        CardState::Suspended | CardState::Revoked | CardState::Unknown => return,
        CardState::Valid
        | CardState::NotYetValid
        | CardState::NeedsRefresh
        | CardState::ExpiresSoon
        | CardState::Expired => {}
    }
    let id = &card.id;
    add(
        format!("ready {id}"),
        card.updated_at,
        card.updated_at + NEWS_FOR,
        ReminderKind::CardReady,
    );
    let last_day = card.claims.valid_until;
    // Of a right that is over, or has been taken, there is no more to say.
    if !card.renewable {
        return;
    }
    if let Some(day) = last_day.checked_sub_days(ENDS_WITHIN) {
        let id = format!("ends {id} {last_day}");
        let over = last_day.succ_opt().unwrap_or(last_day);
        let over = at_hour(over, 0, zone);
        add(
            id,
            at_hour(day, DAYTIME, zone),
            over,
            ReminderKind::EndsSoon,
        );
    }
    let soon = card.expires_at - settings.expires_soon_within;
    let old = card.updated_at + settings.needs_refresh_after;
    // A card of which nothing more can be had says nothing about refreshing: what ends is the right.
    let is_right = at_hour(last_day, 0, zone) < card.expires_at;
    if old < soon || is_right {
        let id = format!("refresh {id} {}", card.updated_at.timestamp());
        // From then on another notice says more.
        let until = if is_right { card.expires_at } else { soon };
        add(id, old, until, ReminderKind::NeedsRefresh);
    }
    if !is_right {
        let id = format!("expires {id} {}", card.expires_at.timestamp());
        add(id, soon, card.expires_at, ReminderKind::ExpiresSoon);
    }
}

/// The same moment, or the next morning if it is night.
fn by_day<Z: TimeZone>(at: DateTime<Utc>, zone: &Z) -> DateTime<Utc> {
    let local = at.with_timezone(zone);
    let day = match local.hour() {
        hour if hour >= NIGHT_FROM => local.date_naive().checked_add_days(Days::new(1)),
        hour if hour < NIGHT_UNTIL => Some(local.date_naive()),
        _ => None,
    };
    day.map_or(at, |day| at_hour(day, NIGHT_UNTIL, zone))
}

fn at_hour<Z: TimeZone>(day: NaiveDate, hour: u32, zone: &Z) -> DateTime<Utc> {
    by_the_clock(
        &(day.and_time(NaiveTime::MIN) + TimeDelta::hours(i64::from(hour))),
        zone,
    )
}

fn by_the_clock<Z: TimeZone>(local: &NaiveDateTime, zone: &Z) -> DateTime<Utc> {
    // No time zone has its missing hour in the day, and one that has is an hour off.
    zone.from_local_datetime(local)
        .earliest()
        .map_or_else(|| local.and_utc(), |time| time.to_utc())
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Oslo;
    use county_api::claims::Portrait;
    use county_api::{CardClaims, CardType, EnrolmentStatus};
    use wallet::SeenEnrolment;

    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn card() -> CardOverview {
        CardOverview {
            id: "card".into(),
            claims: CardClaims {
                given_name: "Nora".into(),
                family_name: "Østby".into(),
                birthdate: "2009-03-14".parse().unwrap(),
                portrait: Portrait::from_jpeg(vec![0xFF, 0xD8, 0xFF]).unwrap(),
                card_type: CardType::Elev,
                institution: "Fjordvik videregående skole".into(),
                institution_number: None,
                class: None,
                programme: None,
                student_number: None,
                semester: "2026-H".parse().unwrap(),
                valid_from: "2026-08-01".parse().unwrap(),
                valid_until: "2026-12-31".parse().unwrap(),
                age_over_16: true,
                age_over_18: false,
                age_over_20: false,
                county: "Fjordviken fylkeskommune".into(),
            },
            state: CardState::Valid,
            demo: false,
            updated_at: time("2026-11-22T10:00:00Z"),
            expires_at: time("2026-11-29T10:00:00Z"),
            renewable: true,
            status_known_at: None,
        }
    }

    fn overview(cards: Vec<CardOverview>) -> Overview {
        Overview {
            logged_in: true,
            signed_out: false,
            login_under_way: false,
            cards,
            removed: Vec::new(),
            library_card: None,
            enrolment: None,
            photo_notice: None,
            last_refresh: None,
            last_failure: None,
            clock_warning_seconds: None,
            demo: false,
        }
    }

    fn plan(overview: &Overview, minid: &[minid_guide::Reminder]) -> Vec<(ReminderKind, String)> {
        reminders(overview, minid, &Settings::default(), &Oslo)
            .into_iter()
            .map(|reminder| (reminder.kind, reminder.at.with_timezone(&Oslo).to_string()))
            .collect()
    }

    fn of_card(change: impl FnOnce(&mut CardOverview)) -> Vec<(ReminderKind, String)> {
        let mut card = card();
        change(&mut card);
        plan(&overview(vec![card]), &[])
    }

    const READY: ReminderKind = ReminderKind::CardReady;
    const REFRESH: ReminderKind = ReminderKind::NeedsRefresh;
    const EXPIRES: ReminderKind = ReminderKind::ExpiresSoon;
    const ENDS: ReminderKind = ReminderKind::EndsSoon;

    #[test]
    fn a_card_is_spoken_of_when_it_is_there_when_it_ages_and_before_it_ends() {
        let said = |kind, at: &str| (kind, at.to_owned());
        assert_eq!(
            of_card(|_| {}),
            [
                said(READY, "2026-11-22 11:00:00 CET"),
                said(REFRESH, "2026-11-25 11:00:00 CET"),
                said(EXPIRES, "2026-11-27 11:00:00 CET"),
                said(ENDS, "2026-12-24 10:00:00 CET"),
            ]
        );
        // Its codes last as long as the right: nothing expires before.
        let ends = of_card(|card| {
            card.expires_at = time("2026-12-31T23:00:00Z");
            card.updated_at = time("2026-12-30T10:00:00Z");
        });
        let kinds: Vec<_> = ends.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [ENDS, READY], "nor is it refreshed after that");
        // Old and about to expire at the same time is said once.
        let once = of_card(|card| card.expires_at = time("2026-11-27T10:00:00Z"));
        assert!(once.iter().all(|(kind, _)| *kind != REFRESH));
        // The right is over.
        let over = of_card(|card| card.renewable = false);
        assert!(over.iter().all(|(kind, _)| *kind == READY));
    }

    #[test]
    fn nothing_is_told_for_longer_than_it_is_true_and_of_use() {
        let until = |overview: &Overview, minid: &[minid_guide::Reminder]| {
            reminders(overview, minid, &Settings::default(), &Oslo)
                .into_iter()
                .map(|reminder| {
                    let until = reminder.until.with_timezone(&Oslo).to_string();
                    assert!(reminder.at < reminder.until);
                    (reminder.kind, until)
                })
                .collect::<Vec<_>>()
        };
        let said = |kind, until: &str| (kind, until.to_owned());
        assert_eq!(
            until(&overview(vec![card()]), &[]),
            [
                said(READY, "2026-11-29 11:00:00 CET"),
                said(REFRESH, "2026-11-27 11:00:00 CET"),
                said(EXPIRES, "2026-11-29 11:00:00 CET"),
                said(ENDS, "2027-01-01 00:00:00 CET"),
            ]
        );
        for (kind, day) in [
            (PlanEventKind::LookInMailbox, "2026-12-01"),
            (PlanEventKind::LastDay, "2026-11-30"),
            (PlanEventKind::Expired, "2026-12-06"),
        ] {
            let at = "2026-11-29T16:00:00".parse().unwrap();
            let minid = minid_guide::Reminder { at, kind };
            assert_eq!(
                until(&overview(Vec::new()), &[minid]),
                [(ReminderKind::Minid(kind), format!("{day} 00:00:00 CET"))]
            );
        }
        // Told in the morning it would come after the end.
        let ends_at_night = of_card(|card| {
            card.updated_at = time("2026-11-22T20:00:00Z");
            card.expires_at = time("2026-11-25T23:00:00Z");
        });
        assert!(ends_at_night.iter().all(|(kind, _)| *kind != REFRESH));
    }

    #[test]
    fn a_card_that_the_county_has_taken_back_is_left_to_the_screens() {
        for state in [CardState::Suspended, CardState::Revoked, CardState::Unknown] {
            assert_eq!(of_card(|card| card.state = state), [], "{state:?}");
        }
    }

    #[test]
    fn what_falls_in_the_night_waits_for_the_morning() {
        for (at, told) in [
            ("2026-11-22T20:59:59Z", "2026-11-22 21:59:59 CET"),
            ("2026-11-22T21:00:00Z", "2026-11-23 07:00:00 CET"),
            ("2026-11-22T23:30:00Z", "2026-11-23 07:00:00 CET"),
            ("2026-11-23T05:59:59Z", "2026-11-23 07:00:00 CET"),
            ("2026-11-23T06:00:00Z", "2026-11-23 07:00:00 CET"),
            ("2026-11-23T06:00:01Z", "2026-11-23 07:00:01 CET"),
            // Summer, and the nights in which the clocks change.
            ("2026-07-01T20:30:00Z", "2026-07-02 07:00:00 CEST"),
            ("2026-10-24T21:00:00Z", "2026-10-25 07:00:00 CET"),
            ("2027-03-27T22:00:00Z", "2027-03-28 07:00:00 CEST"),
        ] {
            let moved = by_day(time(at), &Oslo).with_timezone(&Oslo);
            assert_eq!(moved.to_string(), told, "{at}");
        }
    }

    #[test]
    fn a_refreshed_card_is_another_thing_to_tell_of_and_the_same_card() {
        let ids = |updated: &str| {
            let mut card = card();
            card.updated_at = time(updated);
            reminders(&overview(vec![card]), &[], &Settings::default(), &Oslo)
                .into_iter()
                .map(|reminder| (reminder.kind, reminder.id))
                .collect::<Vec<_>>()
        };
        let (before, after) = (ids("2026-11-22T10:00:00Z"), ids("2026-11-22T12:00:00Z"));
        for (kind, same) in [
            (READY, true),
            (ENDS, true),
            (EXPIRES, true),
            (REFRESH, false),
        ] {
            let id = |all: &[(ReminderKind, String)]| {
                all.iter().find(|(other, _)| *other == kind).cloned()
            };
            assert_eq!(id(&before) == id(&after), same, "{kind:?}");
        }
    }

    #[test]
    fn a_photo_that_was_reset_or_handed_back_is_told_with_nothing_of_the_note() {
        let mut overview = overview(Vec::new());
        let status: EnrolmentStatus = serde_json::from_value(serde_json::json!({
            "state": "blocked", "reason": "x", "contact": {"role": "school", "name": "x"},
            "account": "account", "server_time": "2026-11-22T10:00:00Z",
        }))
        .unwrap();
        overview.enrolment = Some(SeenEnrolment {
            status,
            seen_at: time("2026-11-22T10:00:00Z"),
        });
        for (notice, kind) in [
            (
                PhotoNotice::Reset {
                    note: "Solbriller".into(),
                },
                ReminderKind::PhotoReset,
            ),
            (
                PhotoNotice::Returned {
                    note: "Solbriller".into(),
                    reasons: Vec::new(),
                },
                ReminderKind::PhotoReturned,
            ),
        ] {
            overview.photo_notice = Some(notice);
            let all = reminders(&overview, &[], &Settings::default(), &Oslo);
            assert_eq!(all.len(), 1);
            assert_eq!(all[0].kind, kind);
            assert!(!all[0].id.contains("Solbriller"));
        }
    }

    #[test]
    fn minid_dates_are_told_at_their_hour_whether_or_not_there_is_a_card() {
        let reminder = minid_guide::Reminder {
            at: "2026-11-29T16:00:00".parse().unwrap(),
            kind: PlanEventKind::LookInMailbox,
        };
        assert_eq!(
            plan(&overview(Vec::new()), &[reminder]),
            [(
                ReminderKind::Minid(PlanEventKind::LookInMailbox),
                "2026-11-29 16:00:00 CET".to_owned()
            )]
        );
    }
}
