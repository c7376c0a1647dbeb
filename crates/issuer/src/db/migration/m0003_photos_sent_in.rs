//! Photos that people send in: what came, what staff said of it, and how many came today.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, date, json_binary_null, text_null, uuid},
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0003_photos_sent_in"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One at a time: SQLite adds one column per statement.
        for mut column in [
            text_null("submitted_sha256"),
            text_null("note"),
            json_binary_null("reasons"),
        ] {
            let table = Table::alter()
                .table(Alias::new("photo"))
                .add_column(&mut column)
                .take();
            manager.alter_table(table).await?;
        }
        let table = Table::create()
            .table(Alias::new("photo_attempt"))
            .col(uuid("person_id"))
            .col(date("day"))
            .col(big_integer("count"))
            .primary_key(
                Index::create()
                    .col(Alias::new("person_id"))
                    .col(Alias::new("day")),
            )
            .foreign_key(
                ForeignKey::create()
                    .from(Alias::new("photo_attempt"), Alias::new("person_id"))
                    .to(Alias::new("person"), Alias::new("id")),
            )
            .take();
        manager.create_table(table).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
