//! What Android's worker is told of a refresh, in JSON: the device plugin's `RefreshAnswer.kt` reads it, and the tests of
//! both take its `fixtures/refresh_answers.json`.

use serde::Serialize;

use super::{Ended, Outcome};

#[derive(Serialize)]
struct Answer<'a> {
    ended: &'static str,
    /// The running app has done it, and keeps its own notices.
    by_app: bool,
    notices: Vec<Notice<'a>>,
}

#[derive(Serialize)]
struct Notice<'a> {
    title: &'a str,
    body: &'a str,
}

/// The answer's text. Empty if it cannot be written, which the worker takes for a failure.
pub(super) fn text(outcome: &Outcome) -> String {
    let answer = Answer {
        ended: match outcome.ended {
            Ended::Fresh => "fresh",
            Ended::Nobody => "nobody",
            Ended::Later => "later",
        },
        by_app: outcome.by_app,
        notices: outcome
            .notices
            .iter()
            .map(|notice| Notice {
                title: notice.title,
                body: notice.body,
            })
            .collect(),
    };
    serde_json::to_string(&answer).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::{Value, json};

    use super::*;
    use crate::notices;

    #[test]
    fn what_the_worker_is_told_is_what_the_kotlin_reads() {
        let told = |ended, notices, by_app| -> Value {
            let outcome = Outcome {
                ended,
                notices,
                by_app,
            };
            serde_json::from_str(&text(&outcome)).unwrap()
        };
        let notice = notices::Notice {
            id: "card".to_owned(),
            at: DateTime::UNIX_EPOCH,
            title: "Lommebevis",
            body: "Beviset ditt er klart.",
            until_refreshed: false,
        };
        let answers = json!({
            "fresh": told(Ended::Fresh, vec![notice], false),
            "by_the_app": told(Ended::Fresh, Vec::new(), true),
            "nobody": told(Ended::Nobody, Vec::new(), false),
            "later": told(Ended::Later, Vec::new(), false),
        });
        let fixtures: Value = serde_json::from_str(include_str!(
            "../../plugins/device/fixtures/refresh_answers.json"
        ))
        .unwrap();
        assert_eq!(answers, fixtures);
    }
}
