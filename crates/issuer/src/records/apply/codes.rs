//! Library codes.

use std::collections::{HashMap, HashSet};

use school_records::{LibraryCodeRecord, PersonRecord};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    app::App,
    db::entity::{library_code, without_right},
    records::{
        day_in_norway,
        plan::{Plan, PlanError},
        status::{CHUNK, cards_kept_by},
        sync::SyncError,
    },
};

/// So many library codes are read at once.
const PAGE: u64 = 2_000;

/// Codes set by hand stay. A code that the source no longer has goes; but a county whose code file is missing for a night,
/// or cut short, keeps its library cards: of people who are in the set no more codes go than the brake allows, unless
/// `lets_codes_go`. The answer is how many stay for that.
pub(super) async fn write(
    app: &App,
    db: &DatabaseTransaction,
    people: &[PersonRecord],
    plan: &Plan,
    lets_codes_go: bool,
) -> Result<usize, SyncError> {
    let at = app.unix_now();
    let gives_codes = people.iter().any(|record| record.library_code.is_some());
    if !gives_codes {
        return Ok(0);
    }
    let places: HashMap<Uuid, usize> = (0..).zip(&plan.ids).map(|(at, id)| (*id, at)).collect();
    // Whose code is as it should be, or was set by hand.
    let mut is_right = vec![false; people.len()];
    // Of people who have left, and of people who have not.
    let (mut gone, mut taken, mut stored) = (Vec::new(), Vec::new(), 0_usize);
    let mut after = Uuid::nil();
    loop {
        let page = library_code::Entity::find()
            .filter(library_code::Column::PersonId.gt(after))
            .order_by_asc(library_code::Column::PersonId)
            .limit(PAGE)
            .all(db)
            .await?;
        let Some(last) = page.last() else { break };
        after = last.person_id;
        for row in &page {
            let place = places.get(&row.person_id).copied();
            let code = place.and_then(|at| people.get(at)?.library_code.as_ref());
            let is_kept = row.overridden
                || match code {
                    Some(code) => row.code == code.code && row.symbology == symbology_of(code)?,
                    None if place.is_none() => {
                        gone.push(row.person_id);
                        false
                    }
                    None => {
                        taken.push(row.person_id);
                        false
                    }
                };
            if let Some(place) = place.and_then(|at| is_right.get_mut(at)) {
                *place = is_kept;
            }
        }
        stored += page.len();
        app.sync_progress.add(page.len());
    }
    let limit = stored as f64 * app.config.records.brake_percent / 100.0;
    let mut kept = 0;
    if lets_codes_go || taken.len() as f64 <= limit {
        gone.append(&mut taken);
    } else {
        kept = taken.len();
        tracing::warn!(
            codes = taken.len(),
            of = stored,
            "the source lacks more library codes than the brake allows, so they stay; if that is right, run \
             `sync --accept-brake --by WHO --reason WHY`"
        );
    }
    let update = OnConflict::column(library_code::Column::PersonId)
        .update_columns([
            library_code::Column::Code,
            library_code::Column::Symbology,
            library_code::Column::UpdatedAt,
        ])
        .to_owned();
    let all = people.iter().zip(&plan.ids).zip(&is_right);
    let mut wrong = all.filter_map(|((record, id), is_right)| {
        let code = record.library_code.as_ref().filter(|_| !is_right)?;
        Some((record, *id, code))
    });
    loop {
        let chunk: Vec<_> = wrong.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        let former = former(app, db, chunk.iter().map(|(record, id, _)| (*record, *id))).await?;
        let mut rows = Vec::new();
        for (_, id, code) in chunk {
            if former.contains(&id) {
                continue;
            }
            rows.push(library_code::ActiveModel {
                person_id: Set(id),
                code: Set(code.code.clone()),
                symbology: Set(symbology_of(code)?),
                overridden: Set(false),
                updated_at: Set(at),
            });
        }
        if rows.is_empty() {
            continue;
        }
        library_code::Entity::insert_many(rows)
            .on_conflict(update.clone())
            .exec_without_returning(db)
            .await?;
    }
    for chunk in gone.chunks(CHUNK) {
        library_code::Entity::delete_many()
            .filter(library_code::Column::PersonId.is_in(chunk.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(kept)
}

/// Who of these was seen to have no right and has none today. Their codes are not written: `retention` deletes them in its
/// time, and would find them again every day, of everyone who has ever left and is still in the source.
async fn former(
    app: &App,
    db: &DatabaseTransaction,
    people: impl Iterator<Item = (&PersonRecord, Uuid)>,
) -> Result<HashSet<Uuid>, DbErr> {
    let (today, rules) = (day_in_norway(app.now()), app.config.records.rules.now());
    let without: Vec<Uuid> = people
        .filter(|(record, _)| !cards_kept_by(record, today, &rules).any())
        .map(|(_, id)| id)
        .collect();
    if without.is_empty() {
        return Ok(HashSet::new());
    }
    let seen: Vec<Uuid> = without_right::Entity::find()
        .select_only()
        .column(without_right::Column::PersonId)
        .filter(without_right::Column::PersonId.is_in(without))
        .into_tuple()
        .all(db)
        .await?;
    Ok(seen.into_iter().collect())
}

fn symbology_of(code: &LibraryCodeRecord) -> Result<Option<String>, PlanError> {
    Ok(code.symbology.map(symbology_name).transpose()?)
}

fn symbology_name(symbology: school_records::Symbology) -> Result<String, serde_json::Error> {
    // The two crates' names are the same by their tests.
    serde_json::from_value(serde_json::to_value(symbology)?)
}
