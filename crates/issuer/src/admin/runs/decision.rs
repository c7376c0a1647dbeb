//! The decision about a run that braked: what it would have changed, page by page, and letting it through or not.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    admin::{
        Power, Staff,
        county::{NO_REASON, Place, Shell, saying},
        reason::reason,
    },
    audit,
    db::entity::person,
    http::Service,
    records::{
        diff::{Changed, Diff, Field, MOST_KEPT},
        full_name, record_of,
        runs::{self, DecideError, Decision},
    },
    web::{Frame, Lang, Posted, WebProblem, go_to, page},
};

use super::{values::from_to, words::Words};

/// How many people are on one page.
const PEOPLE: usize = 50;
/// No more fields of one person than this.
const FIELDS: usize = 8;

/// A kind of change, those that the brake weighs first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    CardLost,
    Withdrawn,
    SomeoneElse,
    Changed,
    Added,
    Returned,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::CardLost,
        Self::Withdrawn,
        Self::SomeoneElse,
        Self::Changed,
        Self::Added,
        Self::Returned,
    ];

    /// As addresses name it.
    fn name(self) -> &'static str {
        match self {
            Self::CardLost => "card-lost",
            Self::Withdrawn => "withdrawn",
            Self::SomeoneElse => "someone-else",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Returned => "returned",
        }
    }

    fn words(self, w: &Words) -> &'static str {
        match self {
            Self::CardLost => w.kind_card_lost,
            Self::Withdrawn => w.kind_withdrawn,
            Self::SomeoneElse => w.kind_someone_else,
            Self::Changed => w.kind_changed,
            Self::Added => w.kind_added,
            Self::Returned => w.kind_returned,
        }
    }

    /// Of those who change, the ones of this kind.
    fn fits(self, changed: &Changed) -> bool {
        match self {
            Self::CardLost => changed.card_lost,
            Self::SomeoneElse => changed.someone_else || changed.identity_changed,
            Self::Changed => {
                !changed.card_lost && !changed.someone_else && !changed.identity_changed
            }
            Self::Withdrawn | Self::Added | Self::Returned => false,
        }
    }

    /// Those of this kind of whom nothing but the key is told.
    fn keys(self, diff: &Diff) -> &[String] {
        match self {
            Self::Withdrawn => &diff.withdrawn,
            Self::Added => &diff.added,
            Self::Returned => &diff.returned,
            Self::CardLost | Self::SomeoneElse | Self::Changed => &[],
        }
    }

    /// Who is of this kind, with what changes where that is told.
    fn of(self, diff: &Diff) -> impl Iterator<Item = (&str, &[Field])> {
        let changed = diff
            .changed
            .iter()
            .filter(move |changed| self.fits(changed));
        let changed = changed.map(|changed| (changed.key.as_str(), changed.fields.as_slice()));
        let keys = self.keys(diff).iter();
        changed.chain(keys.map(|key| (key.as_str(), [].as_slice())))
    }

    /// How many are of this kind, as the run counted them: of a large change not all are kept. With a plus where only those
    /// that are kept are counted.
    fn count(self, diff: &Diff, counts: &Value) -> (usize, bool) {
        let kept = self.of(diff).count();
        let counted = match self {
            Self::Withdrawn => "withdrawn",
            Self::Added => "added",
            Self::Returned => "returned",
            Self::SomeoneElse => "identity_changed",
            Self::CardLost | Self::Changed => return (kept, diff.changed.len() >= MOST_KEPT),
        };
        let counted = counts["people"][counted].as_u64();
        let counted = counted.and_then(|count| usize::try_from(count).ok());
        (counted.unwrap_or(kept).max(kept), false)
    }
}

#[derive(Deserialize)]
pub(super) struct Which {
    of: Option<String>,
    said: Option<String>,
    page: Option<usize>,
}

struct Tab {
    href: String,
    name: &'static str,
    count: String,
    is_here: bool,
}

struct Person {
    id: Option<Uuid>,
    /// The person's page; none for who is not stored yet.
    href: Option<String>,
    name: String,
    key: String,
    /// Each field with what it was and is, where that is told.
    fields: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "county/decision.html")]
struct Look {
    frame: Frame,
    shell: Shell,
    w: &'static Words,
    action: String,
    run_href: String,
    message: String,
    schools: Vec<String>,
    /// Nothing is kept any more: too old.
    is_gone: bool,
    tabs: Vec<Tab>,
    kind: &'static str,
    /// Not all of this kind are kept.
    first_ones: Option<String>,
    people: Vec<Person>,
    previous: Option<String>,
    next: Option<String>,
}

pub(super) async fn look(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(which): Query<Which>,
) -> Result<Response, WebProblem> {
    let w = Words::of(staff.session.lang);
    let (frame, shell) = Shell::of(&service, &staff, Place::Runs, w.decision).await?;
    let frame = saying(frame, which.said.as_deref(), &[]);
    // Names of people at all schools: not for those who may only start a run.
    staff.require(&service, Power::DecideBrake, None).await?;
    let here = format!("/admin/county/runs/{id}");
    let run = runs::get(&service.db, id)
        .await?
        .ok_or(WebProblem::NotFound)?;
    if !run.waits() {
        return Ok(go_to(&service, &here, Some("too-late")));
    }
    let kept = runs::diff(&service, id)
        .await
        .map_err(|error| WebProblem::internal(&error))?;
    let is_gone = kept.is_none();
    let diff = kept.unwrap_or_default();
    let chosen = Kind::ALL
        .into_iter()
        .find(|kind| Some(kind.name()) == which.of.as_deref())
        .or_else(|| {
            Kind::ALL
                .into_iter()
                .find(|kind| kind.of(&diff).next().is_some())
        })
        .unwrap_or(Kind::CardLost);
    let kept = chosen.of(&diff).count();
    let at = which.page.unwrap_or(0).min(kept / PEOPLE);
    let base = frame.base.clone();
    let run_href = format!("{base}{here}");
    let address =
        |kind: Kind, page: usize| format!("{run_href}/decision?of={}&page={page}", kind.name());
    let shown: Vec<_> = chosen.of(&diff).skip(at * PEOPLE).take(PEOPLE).collect();
    let people = people(&service, &base, (w, staff.session.lang), &shown).await?;
    let whom = people.iter().filter_map(|person| person.id);
    let entry = staff
        .look_at(&service, "sync.look_at_diff", whom)?
        .detail(json!({
            "run": id, "kind": chosen.name(), "page": at,
            "count": people.len(),
        }));
    audit::record(&service.db, entry).await?;
    page(&Look {
        action: format!("{run_href}/decision"),
        message: w.why_braked(&run.counts, service.config.records.brake_percent),
        schools: w.schools_lost(&run.counts),
        is_gone,
        tabs: Kind::ALL
            .into_iter()
            .map(|kind| Tab {
                href: address(kind, 0),
                name: kind.words(w),
                count: match kind.count(&diff, &run.counts) {
                    (count, true) => format!("{count}+"),
                    (count, false) => count.to_string(),
                },
                is_here: kind == chosen,
            })
            .collect(),
        kind: chosen.words(w),
        first_ones: match chosen.count(&diff, &run.counts) {
            (count, is_more) if is_more || count > kept => Some((w.first_ones)(kept)),
            _ => None,
        },
        people,
        previous: (at > 0).then(|| address(chosen, at - 1)),
        next: ((at + 1) * PEOPLE < kept).then(|| address(chosen, at + 1)),
        run_href,
        frame,
        shell,
        w,
    })
}

async fn people(
    service: &Service,
    base: &str,
    (w, lang): (&Words, Lang),
    shown: &[(&str, &[Field])],
) -> Result<Vec<Person>, WebProblem> {
    let stored: HashMap<String, person::Model> = person::Entity::find()
        .filter(person::Column::SourceKey.is_in(shown.iter().map(|(key, _)| *key)))
        .all(&service.db)
        .await?
        .into_iter()
        .map(|row| (row.source_key.clone(), row))
        .collect();
    Ok(shown
        .iter()
        .map(|(key, fields)| {
            let row = stored.get(*key);
            let record = row.and_then(|row| record_of(row).ok());
            Person {
                id: row.map(|row| row.id),
                href: row.map(|row| format!("{base}/admin/person/{}", row.id)),
                name: record.map_or_else(String::new, |record| full_name(&record)),
                key: (*key).to_owned(),
                fields: fields
                    .iter()
                    .take(FIELDS)
                    .map(|field| (w.field(&field.field), from_to(field, lang)))
                    .collect(),
            }
        })
        .collect())
}

#[derive(Deserialize)]
pub(super) struct Decided {
    #[serde(default)]
    reason: String,
    decision: String,
}

pub(super) async fn decide(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Posted(decided): Posted<Decided>,
) -> Result<Response, WebProblem> {
    staff.require(&service, Power::DecideBrake, None).await?;
    let Some(reason) = reason(&decided.reason) else {
        let there = format!("/admin/county/runs/{id}/decision");
        return Ok(go_to(&service, &there, Some(NO_REASON)));
    };
    let (decision, said) = match decided.decision.as_str() {
        "accept" => (Decision::Accept, "accepted"),
        "refuse" => (Decision::Refuse, "refused"),
        _ => return Err(WebProblem::Unreadable),
    };
    let said = match runs::decide(&service, id, decision, &staff.actor(), &reason).await {
        Ok(_) => said,
        Err(DecideError::DoesNotWait) => "too-late",
        Err(DecideError::Database(error)) => return Err(error.into()),
    };
    Ok(go_to(
        &service,
        &format!("/admin/county/runs/{id}"),
        Some(said),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_large_change_all_are_counted_though_not_all_are_kept() {
        let changed = |key: usize, card_lost| Changed {
            key: key.to_string(),
            someone_else: false,
            identity_changed: false,
            card_lost,
            fields: Vec::new(),
        };
        let diff = Diff {
            withdrawn: (0..MOST_KEPT).map(|key| key.to_string()).collect(),
            changed: (0..MOST_KEPT).map(|key| changed(key, key < 7)).collect(),
            ..Diff::default()
        };
        let counts = json!({ "people": { "withdrawn": 20_000, "added": 0 } });
        let count = |kind: Kind| kind.count(&diff, &counts);
        assert_eq!(count(Kind::Withdrawn), (20_000, false));
        assert_eq!(count(Kind::Added), (0, false));
        assert_eq!(count(Kind::CardLost), (7, true));
        assert_eq!(count(Kind::Changed), (MOST_KEPT - 7, true));
        assert_eq!(Kind::Withdrawn.of(&diff).count(), MOST_KEPT);
    }
}
