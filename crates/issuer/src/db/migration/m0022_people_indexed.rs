//! Those who are there already are written into the index of people. Apart from the table and the column, since CockroachDB
//! does not let a column be written in the transaction that makes it.

use sea_orm::{ConnectionTrait, FromQueryResult};
use sea_orm_migration::prelude::*;
use uuid::Uuid;

use crate::records::index;

pub(super) struct Migration;

/// People that are read at once.
const PAGE: u64 = 2_000;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0022_people_indexed"
    }
}

#[derive(FromQueryResult)]
struct Person {
    id: Uuid,
    record: serde_json::Value,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        fill(manager.get_connection()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn fill(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let mut last = None;
    loop {
        let mut page = Query::select()
            .columns(["id", "record"].map(Alias::new))
            .from(Alias::new("person"))
            .order_by(Alias::new("id"), Order::Asc)
            .limit(PAGE)
            .take();
        if let Some(last) = last {
            page.and_where(Expr::col(Alias::new("id")).gt::<Uuid>(last));
        }
        let people = Person::find_by_statement(db.get_database_backend().build(&page))
            .all(db)
            .await?;
        let Some(end) = people.last() else {
            return Ok(());
        };
        last = Some(end.id);
        for person in &people {
            // A record that cannot be read is written anew by the next sync, and into the index with it.
            let Ok(record) = serde_json::from_value(person.record.clone()) else {
                continue;
            };
            let key = Query::update()
                .table(Alias::new("person"))
                .value(Alias::new("search_key"), index::search_key(&record))
                .and_where(Expr::col(Alias::new("id")).eq(person.id))
                .take();
            db.execute_raw(db.get_database_backend().build(&key))
                .await?;
            index::write(db, &[(person.id, record)]).await?;
        }
    }
}
