//! What the pages about runs of the sync say.

mod en;
mod nb;
mod nn;

use crate::web::Lang;

use self::{en::EN, nb::NB, nn::NN};

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) next_run: &'static str,
    pub(super) asked: &'static str,
    pub(super) start_title: &'static str,
    pub(super) start_lead: &'static str,
    pub(super) start: &'static str,
    pub(super) all_runs: &'static str,
    pub(super) started_by: &'static str,
    pub(super) what: &'static str,
    pub(super) requested: &'static str,
    pub(super) running: &'static str,
    pub(super) applied: &'static str,
    pub(super) failed: &'static str,
    pub(super) interrupted: &'static str,
    pub(super) waits: &'static str,
    pub(super) accepted: &'static str,
    pub(super) refused: &'static str,
    pub(super) overtaken: &'static str,
    pub(super) by_night: &'static str,
    pub(super) by_hand: &'static str,
    pub(super) by_import: &'static str,
    pub(super) by_decision: &'static str,
    pub(super) begins_soon: &'static str,
    pub(super) reading_records: fn(u64) -> String,
    pub(super) reading_percent: fn(u64) -> String,
    pub(super) comparing: fn(u64, u64) -> String,
    pub(super) writing: fn(u64, u64) -> String,
    pub(super) following: fn(u64, u64) -> String,
    pub(super) goes_on: &'static str,
    pub(super) how_far: &'static str,
    pub(super) to_the_run: &'static str,
    pub(super) is_done: &'static str,
    pub(super) see_result: &'static str,
    pub(super) run_of: fn(&str) -> String,
    pub(super) said_accepted: &'static str,
    pub(super) said_refused: &'static str,
    pub(super) said_too_late: &'static str,
    pub(super) changed_since: &'static str,
    pub(super) former_run: &'static str,
    pub(super) waits_for_you: &'static str,
    pub(super) look_and_decide: &'static str,
    pub(super) outcome: &'static str,
    pub(super) began: &'static str,
    pub(super) ended: &'static str,
    pub(super) took: &'static str,
    pub(super) seconds: fn(i64) -> String,
    pub(super) asked_by: &'static str,
    pub(super) asked_why: &'static str,
    pub(super) decided_by: &'static str,
    pub(super) decided_why: &'static str,
    pub(super) message: &'static str,
    pub(super) counts: &'static str,
    pub(super) read: &'static str,
    pub(super) schools: &'static str,
    pub(super) added: &'static str,
    pub(super) changed: &'static str,
    pub(super) identity_changed: &'static str,
    pub(super) returned: &'static str,
    pub(super) withdrawn: &'static str,
    pub(super) right_lost: &'static str,
    pub(super) pupil_cards_lost: &'static str,
    pub(super) training_cards_lost: &'static str,
    pub(super) unchanged: &'static str,
    pub(super) shared_feide_names: &'static str,
    pub(super) faults: &'static str,
    pub(super) suspended: &'static str,
    pub(super) restored: &'static str,
    pub(super) queued: &'static str,
    pub(super) library_codes_kept: &'static str,
    pub(super) schools_lost: &'static str,
    school_lost: fn(&str, u64, u64) -> String,
    pub(super) to_faults: &'static str,
    pub(super) log: &'static str,
    pub(super) log_lead: &'static str,
    pub(super) nothing_changed: &'static str,
    pub(super) gone: &'static str,
    pub(super) was_added: &'static str,
    pub(super) was_returned: &'static str,
    pub(super) was_withdrawn: &'static str,
    pub(super) decision: &'static str,
    pub(super) diff_gone: &'static str,
    pub(super) would_change: &'static str,
    pub(super) first_ones: fn(usize) -> String,
    pub(super) kind_card_lost: &'static str,
    pub(super) kind_withdrawn: &'static str,
    pub(super) kind_someone_else: &'static str,
    pub(super) kind_changed: &'static str,
    pub(super) kind_added: &'static str,
    pub(super) kind_returned: &'static str,
    pub(super) person: &'static str,
    pub(super) new_person: &'static str,
    pub(super) key: &'static str,
    pub(super) refuse_title: &'static str,
    pub(super) refuse_lead: &'static str,
    pub(super) refuse: &'static str,
    pub(super) accept_title: &'static str,
    pub(super) accept_lead: &'static str,
    pub(super) accept: &'static str,
    fields: [&'static str; 13],
    braked: fn(&Braked) -> String,
}

impl Words {
    pub(super) fn of(lang: Lang) -> &'static Self {
        lang.of(&NB, &NN, &EN)
    }

    /// A field of a record by its name or the way to it, such as `enrolments[0].classes[0].name`.
    pub(super) fn field(&self, path: &str) -> String {
        let first = path.split(['.', '[']).next().unwrap_or(path);
        FIELDS
            .iter()
            .position(|name| *name == first)
            .and_then(|at| self.fields.get(at))
            .map_or_else(|| path.to_owned(), |words| (*words).to_owned())
    }

    /// The schools that lose most of their cards, each with how many of how many.
    pub(super) fn schools_lost(&self, counts: &serde_json::Value) -> Vec<String> {
        let schools = counts["people"]["schools_lost"].as_array();
        let line = |school: &serde_json::Value| {
            let (lost, before) = (school["lost"].as_u64()?, school["before"].as_u64()?);
            Some((self.school_lost)(school["name"].as_str()?, lost, before))
        };
        schools.into_iter().flatten().filter_map(line).collect()
    }

    /// Why a run braked: how many of whom.
    pub(super) fn why_braked(&self, counts: &serde_json::Value, percent: f64) -> String {
        let count = |name: &str| counts["people"][name].as_u64().unwrap_or(0);
        let facts = Braked {
            withdrawn: count("withdrawn"),
            right_lost: count("right_lost"),
            identity_changed: count("identity_changed"),
            pupil_cards: count("pupil_cards_lost"),
            training_cards: count("training_cards_lost"),
            percent,
        };
        (self.braked)(&facts)
    }
}

/// Why a run braked.
pub(super) struct Braked {
    withdrawn: u64,
    right_lost: u64,
    identity_changed: u64,
    pupil_cards: u64,
    training_cards: u64,
    percent: f64,
}

/// Fields of a record; their words stand in the same order.
const FIELDS: [&str; 13] = [
    "given_name",
    "middle_name",
    "family_name",
    "birth_date",
    "national_number",
    "feide_name",
    "mobile",
    "photo_url",
    "student_number",
    "guest",
    "enrolments",
    "contracts",
    "library_code",
];
