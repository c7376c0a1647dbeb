//! When it was first seen that there is no right: nothing is deleted for what has stood only briefly.

use sea_orm_migration::{prelude::*, schema::date_null};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0009_first_seen"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table(Alias::new("without_right"))
            .add_column(date_null("seen_on"))
            .take();
        manager.alter_table(table).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
