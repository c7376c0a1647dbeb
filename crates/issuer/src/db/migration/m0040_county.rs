//! Schools that the county has switched on or off, and numbers of each day.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, date, text},
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0040_county"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let switches = Table::create()
            .table(Alias::new("school_switch"))
            .col(text("number").primary_key())
            .col(boolean("enabled"))
            .col(big_integer("changed_at"))
            .col(text("changed_by"))
            .col(text("reason"))
            .take();
        manager.create_table(switches).await?;
        let counts = Table::create()
            .table(Alias::new("daily_count"))
            .col(date("day"))
            .col(text("what"))
            .col(text("school"))
            .col(big_integer("count"))
            .primary_key(
                Index::create()
                    .col(Alias::new("what"))
                    .col(Alias::new("school"))
                    .col(Alias::new("day")),
            )
            .take();
        manager.create_table(counts).await?;
        // Whoever searches the trail asks for one person's deeds, or one kind of deed.
        for column in ["actor", "action"] {
            let index = Index::create()
                .name(format!("audit_{column}_seq"))
                .table(Alias::new("audit"))
                .col(Alias::new(column))
                .col(Alias::new("seq"))
                .take();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
