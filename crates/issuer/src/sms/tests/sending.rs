//! Who gets a message, and when.

use super::{super::job::Job, *};
use crate::{
    records::testing::{day, sync},
    sms::sender::of,
};

const TO_FILE: &str = "sender = \"file\"\nfile = \"@FILE@\"";

struct County {
    app: App,
    clock: Arc<TestClock>,
    file: std::path::PathBuf,
}

impl County {
    async fn new(more: &str) -> Self {
        let file = tempfile::tempdir().unwrap().keep().join("sms.jsonl");
        let section = TO_FILE.replace("@FILE@", file.to_str().unwrap());
        let (app, clock) = county(&format!("{section}\n{more}")).await;
        Self { app, clock, file }
    }

    async fn send(&self) -> Vec<(String, String)> {
        let sms = self.app.config.sms.as_ref().unwrap();
        let mut job = Job::new(of(&self.app, sms).unwrap());
        job.round(&self.app, sms, &|| false).await.unwrap();
        self.sent()
    }

    fn sent(&self) -> Vec<(String, String)> {
        let text = std::fs::read_to_string(&self.file).unwrap_or_default();
        let mut sent: Vec<_> = text
            .lines()
            .map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                let word = |name: &str| line[name].as_str().unwrap().to_owned();
                let first = word("text").split(' ').next().unwrap().to_owned();
                (word("to"), first)
            })
            .collect();
        sent.sort();
        sent
    }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(to, text)| ((*to).to_owned(), (*text).to_owned()))
        .collect()
}

#[tokio::test]
async fn everyone_with_a_right_gets_one_and_never_a_second() {
    let county = County::new("").await;
    let mut both = an_apprentice(3);
    both.source_key = "elev:3".into();
    both.enrolments = pupil(3).enrolments;
    let mut candidate = an_apprentice(4);
    candidate.contracts[0].contract_type = Some("Lærekandidat".into());
    let mut ended = a_pupil(5);
    ended.enrolments[0].period.end = Some(day("2026-06-20"));
    let people = vec![a_pupil(1), an_apprentice(2), both, candidate, ended];
    for _ in 0..3 {
        sync(&county.app, people.clone()).await.unwrap();
        county.send().await;
    }
    assert_eq!(
        county.sent(),
        pairs(&[
            ("+4768050001", "Elevbeviset"),
            ("+4768050002", "Lærlingbeviset"),
            ("+4768050003", "Elevbeviset"),
            ("+4768050003", "Lærlingbeviset"),
            ("+4768050004", "Lærekandidatbeviset"),
        ])
    );
}

#[tokio::test]
async fn a_right_that_comes_back_is_not_told_twice() {
    let county = County::new("").await;
    let mut later = a_pupil(1);
    later.enrolments[0].period.end = Some(day("2026-09-01"));
    // Many others, so that the brake does not hold.
    let others: Vec<_> = (100..140).map(a_pupil).collect();
    let with = |record: PersonRecord| [vec![record], others.clone()].concat();
    sync(&county.app, with(a_pupil(1))).await.unwrap();
    assert_eq!(county.send().await.len(), 41);
    sync(&county.app, with(later)).await.unwrap();
    sync(&county.app, with(a_pupil(1))).await.unwrap();
    assert_eq!(county.send().await.len(), 41);
}

#[tokio::test]
async fn a_braked_or_failed_sync_and_a_rolled_back_one_queue_nothing() {
    let county = County::new("").await;
    sync(&county.app, (1..=40).map(a_pupil).collect())
        .await
        .unwrap();
    let before = messages(&county.app).await.len();
    assert!(sync(&county.app, vec![a_pupil(99)]).await.is_err());
    assert_eq!(messages(&county.app).await.len(), before);
}

#[tokio::test]
async fn pupils_wait_for_the_school_start_and_everyone_for_the_morning() {
    let county = County::new("pupils_from = \"09-20\"\npupils_until = \"06-20\"").await;
    sync(&county.app, vec![a_pupil(1), an_apprentice(2)])
        .await
        .unwrap();
    // 22:00 in Norway.
    county.clock.set(NOW + 10 * 3600);
    assert!(county.send().await.is_empty());
    // 09:00 the next day, and the 20th.
    county.clock.set(NOW + 21 * 3600);
    assert_eq!(
        county.send().await,
        pairs(&[("+4768050002", "Lærlingbeviset")])
    );
    county.clock.set(NOW + 4 * 86_400);
    assert_eq!(county.send().await.len(), 2);
}

#[tokio::test]
async fn who_has_no_number_gets_it_when_there_is_one() {
    let county = County::new("").await;
    for wrong in ["", "73 88 00 00", "spør mor"] {
        sync(&county.app, vec![with_mobile(pupil(1), wrong)])
            .await
            .unwrap();
        assert!(county.send().await.is_empty());
        assert_eq!(states(&county.app).await, [State::NoNumber]);
    }
    sync(&county.app, vec![a_pupil(1)]).await.unwrap();
    assert_eq!(county.send().await.len(), 1);
}

#[tokio::test]
async fn a_right_that_has_ended_before_the_message_goes_is_not_told() {
    let county = County::new("").await;
    sync(&county.app, vec![a_pupil(1)]).await.unwrap();
    let mut ended = a_pupil(1);
    ended.enrolments[0].interrupted_on = Some(day("2026-09-01"));
    set_record(&county.app, "elev:1", &ended).await;
    assert!(county.send().await.is_empty());
    assert_eq!(states(&county.app).await, [State::Lapsed]);
    sync(&county.app, vec![a_pupil(1)]).await.unwrap();
    assert_eq!(county.send().await.len(), 1);
}

#[tokio::test]
async fn a_record_that_is_now_another_human_is_told_anew() {
    let county = County::new("").await;
    let others: Vec<_> = (100..140).map(a_pupil).collect();
    sync(&county.app, [vec![a_pupil(1)], others.clone()].concat())
        .await
        .unwrap();
    assert_eq!(county.send().await.len(), 41);
    let mut other = with_mobile(pupil(1), "68059999");
    other.birth_date = Some(day("2008-01-01"));
    sync(&county.app, [vec![other], others].concat())
        .await
        .unwrap();
    let sent = county.send().await;
    assert_eq!(sent.len(), 42);
    assert!(sent.contains(&("+4768059999".into(), "Elevbeviset".into())));
}

#[tokio::test]
async fn who_had_the_right_before_messages_were_turned_on_gets_none_unless_the_county_says_so() {
    for (more, expected) in [("", 1), ("existing = \"send\"", 3)] {
        let county = County::new(more).await;
        let mut without = (*county.app.config).clone();
        without.sms = None;
        let silent = App {
            config: Arc::new(without),
            ..county.app
        };
        sync(&silent, vec![a_pupil(1), a_pupil(2)]).await.unwrap();
        assert!(messages(&silent).await.is_empty());
        let county = County {
            app: App {
                config: {
                    let section = TO_FILE.replace("@FILE@", county.file.to_str().unwrap());
                    Arc::new(sample_with(&format!(
                        "\n[sms]\naddress = \"x.example\"\n{section}\n{more}\n"
                    )))
                },
                ..silent
            },
            ..county
        };
        let two = vec![a_pupil(1), a_pupil(2)];
        sync(&county.app, two.clone()).await.unwrap();
        sync(&county.app, [two, vec![a_pupil(3)]].concat())
            .await
            .unwrap();
        assert_eq!(county.send().await.len(), expected, "{more}");
    }
}

#[tokio::test]
async fn nynorsk_schools_get_nynorsk() {
    let county = County::new("other_language_schools = [\"10001\"]").await;
    sync(&county.app, vec![a_pupil(1)]).await.unwrap();
    county.send().await;
    let text = std::fs::read_to_string(&county.file).unwrap();
    assert!(text.contains("Les meir"), "{text}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_trial_file_is_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let county = County::new("").await;
    sync(&county.app, vec![a_pupil(1)]).await.unwrap();
    county.send().await;
    let mode = std::fs::metadata(&county.file)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o077, 0);
}
