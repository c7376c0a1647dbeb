//! Finding entries of the trail, and handing them on.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Query, SimpleExpr, UnionType},
};
use uuid::Uuid;

use crate::db::entity::{audit, audit_mark, audit_person};

use super::verify::Exported;

/// Rows of an export that are read at once.
const PAGE: u64 = 1_000;

/// What is looked for; what is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Who did it, in full.
    pub actor: Option<String>,
    /// What was done, or how that begins: `person.` is everything that was done to people.
    pub action: Option<String>,
    /// To whom.
    pub person: Option<Uuid>,
    /// From this moment on, unix seconds.
    pub from: Option<i64>,
    /// Before this moment, unix seconds.
    pub until: Option<i64>,
}

impl Search {
    fn condition(&self) -> Condition {
        let mut condition = Condition::all();
        if let Some(actor) = &self.actor {
            condition = condition.add(audit::Column::Actor.eq(actor.as_str()));
        }
        if let Some(action) = &self.action {
            // As a range, since signs in a text can mean something to LIKE, and since an index serves it.
            condition = condition.add(audit::Column::Action.gte(action.as_str()));
            if let Some(after) = after_all_that_begin(action) {
                condition = condition.add(audit::Column::Action.lt(after));
            }
        }
        if let Some(person) = self.person {
            condition = condition.add(about(person));
        }
        if let Some(from) = self.from {
            condition = condition.add(audit::Column::At.gte(from));
        }
        if let Some(until) = self.until {
            condition = condition.add(audit::Column::At.lt(until));
        }
        condition
    }
}

/// Entries about a person: alone, or with others on a list.
#[must_use]
pub fn about(person: Uuid) -> SimpleExpr {
    // Two indexes, and no OR that would keep a database from using them.
    let with_others = Query::select()
        .column(audit_person::Column::Seq)
        .from(audit_person::Entity)
        .and_where(audit_person::Column::PersonId.eq(person))
        .take();
    let entries = Query::select()
        .column(audit::Column::Seq)
        .from(audit::Entity)
        .and_where(audit::Column::PersonId.eq(person))
        .union(UnionType::Distinct, with_others)
        .take();
    audit::Column::Seq.in_subquery(entries)
}

/// The first text after all that begin so; actions are ASCII, so that databases agree on their order.
fn after_all_that_begin(text: &str) -> Option<String> {
    let mut signs: Vec<char> = text.chars().collect();
    let last = signs.pop()?;
    signs.push(char::from_u32(u32::from(last) + 1)?);
    Some(signs.into_iter().collect())
}

/// What fits, newest first, from before an entry's number on.
///
/// # Errors
/// When the database fails.
pub async fn find(
    db: &impl ConnectionTrait,
    search: &Search,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<audit::Model>, DbErr> {
    let mut query = audit::Entity::find()
        .filter(search.condition())
        .order_by_desc(audit::Column::Seq)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(audit::Column::Seq.lt(before));
    }
    query.all(db).await
}

/// The next part of an export, oldest first: entries after a number, one JSON object a line, and the number to go on from.
/// None when there are no more.
///
/// A part of the trail has gaps, so only an export of everything can be verified by itself.
///
/// # Errors
/// When the database fails.
pub async fn export(
    db: &impl ConnectionTrait,
    search: &Search,
    after: i64,
) -> Result<Option<(String, i64)>, DbErr> {
    let rows = audit::Entity::find()
        .filter(search.condition())
        .filter(audit::Column::Seq.gt(after))
        .order_by_asc(audit::Column::Seq)
        .limit(PAGE)
        .all(db)
        .await?;
    let Some(last) = rows.last().map(|row| row.seq) else {
        return Ok(None);
    };
    let mut lines = String::new();
    for row in rows {
        let line = serde_json::to_string(&Exported::from(row))
            .map_err(|error| DbErr::Json(error.to_string()))?;
        lines.push_str(&line);
        lines.push('\n');
    }
    Ok(Some((lines, last)))
}

/// The newest mark: up to its number the service has verified the trail by itself, at its moment.
///
/// # Errors
/// When the database fails.
pub async fn last_mark(db: &impl ConnectionTrait) -> Result<Option<audit_mark::Model>, DbErr> {
    audit_mark::Entity::find()
        .filter(audit_mark::Column::Pruned.eq(false))
        .order_by_desc(audit_mark::Column::Seq)
        .one(db)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{App, testing},
        audit::{Entry, record, verify},
    };

    async fn with_trail() -> (App, Uuid) {
        let app = testing::app().await;
        let nora = Uuid::new_v4();
        for (actor, action, at, person) in [
            ("rektor", "person.block", 100, Some(nora)),
            ("rektor", "person.unblock", 200, Some(nora)),
            ("fylke", "person.block", 300, Some(Uuid::new_v4())),
            ("fylke", "personal", 400, None),
            ("fylke", "sms.stop", 500, None),
        ] {
            let mut entry = Entry::new(actor, action, at).reason("prøve");
            if let Some(person) = person {
                entry = entry.person(person);
            }
            record(&app.db, entry).await.unwrap();
        }
        (app, nora)
    }

    #[tokio::test]
    async fn entries_are_found_by_who_what_whom_and_when() {
        let (app, nora) = with_trail().await;
        let found = async |search: Search| -> Vec<i64> {
            let rows = find(&app.db, &search, None, 100).await.unwrap();
            rows.into_iter()
                .filter(|row| row.reason.is_some())
                .map(|row| row.at)
                .collect()
        };
        let by = |actor: &str| Search {
            actor: Some(actor.into()),
            ..Search::default()
        };
        let what = |action: &str| Search {
            action: Some(action.into()),
            ..Search::default()
        };
        assert_eq!(found(Search::default()).await, [500, 400, 300, 200, 100]);
        assert_eq!(found(by("rektor")).await, [200, 100]);
        assert_eq!(found(by("rekt")).await, [0; 0]);
        assert_eq!(found(what("person.")).await, [300, 200, 100]);
        assert_eq!(found(what("person.block")).await, [300, 100]);
        assert_eq!(found(what("%")).await, [0; 0]);
        let whom = Search {
            person: Some(nora),
            from: Some(150),
            until: Some(201),
            ..by("rektor")
        };
        assert_eq!(found(whom).await, [200]);
    }

    #[tokio::test]
    async fn who_was_on_a_list_finds_the_look_at_the_list() {
        let (app, nora) = with_trail().await;
        let others = [Uuid::new_v4(), Uuid::new_v4()];
        let entry = Entry::new("kari", "photos.list", 600);
        let detail = serde_json::json!({ "school": "10001" });
        let people = [others[0], nora, nora, others[1]];
        record(&app.db, entry.people(people).detail(detail))
            .await
            .unwrap();
        let about = async |person: Uuid| -> Vec<String> {
            let search = Search {
                person: Some(person),
                ..Search::default()
            };
            let rows = find(&app.db, &search, None, 100).await.unwrap();
            rows.into_iter().map(|row| row.action).collect()
        };
        assert_eq!(
            about(nora).await,
            ["photos.list", "person.unblock", "person.block"]
        );
        assert_eq!(about(others[1]).await, ["photos.list"]);
        let rows = find(&app.db, &Search::default(), None, 1).await.unwrap();
        // It is in the chained text too, beside what else the entry says.
        assert_eq!(rows[0].detail["people"][1], nora.to_string());
        assert_eq!(rows[0].detail["school"], "10001");
    }

    #[tokio::test]
    async fn pages_go_on_where_the_one_before_ended() {
        let (app, _) = with_trail().await;
        let search = Search::default();
        let first = find(&app.db, &search, None, 2).await.unwrap();
        let second = find(&app.db, &search, Some(first[1].seq), 2).await.unwrap();
        assert_eq!(second[0].seq + 1, first[1].seq);
    }

    #[tokio::test]
    async fn an_export_of_everything_verifies_by_itself() {
        let (app, _) = with_trail().await;
        let (mut text, mut after) = (String::new(), 0);
        while let Some((lines, last)) = export(&app.db, &Search::default(), after).await.unwrap() {
            text.push_str(&lines);
            after = last;
        }
        let whole = verify::export(text.as_bytes()).unwrap();
        assert_eq!(whole.last, after);
    }
}
