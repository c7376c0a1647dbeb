//! People are found by school, class and name. Those who are there already are written into the index.

use sea_orm::{ConnectionTrait, FromQueryResult};
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, date_null, text, uuid},
};
use uuid::Uuid;

use crate::records::index;

pub(super) struct Migration;

/// People that are read at once.
const PAGE: u64 = 2_000;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0021_person_school"
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
        let name = Alias::new("person_school");
        let mut table = Table::create();
        table.table(name.clone());
        for mut column in [
            uuid("person_id"),
            text("school_number"),
            text("class"),
            boolean("main"),
            date_null("until"),
        ] {
            table.col(&mut column);
        }
        table
            .primary_key(
                Index::create()
                    .col(Alias::new("person_id"))
                    .col(Alias::new("school_number"))
                    .col(Alias::new("class")),
            )
            .foreign_key(
                ForeignKey::create()
                    .name("fk_person_school_person_id")
                    .from(name.clone(), Alias::new("person_id"))
                    .to(Alias::new("person"), Alias::new("id"))
                    .on_delete(ForeignKeyAction::Cascade),
            );
        manager.create_table(table.take()).await?;
        let by_school = Index::create()
            .name("person_school_school_number_class")
            .table(name)
            .col(Alias::new("school_number"))
            .col(Alias::new("class"))
            .take();
        manager.create_index(by_school).await?;
        let table = Table::alter()
            .table(Alias::new("person"))
            .add_column(text("search_key").default("").take())
            .take();
        manager.alter_table(table).await?;
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
