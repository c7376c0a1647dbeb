//! How often a run that a person asked for was begun.

use sea_orm_migration::{prelude::*, schema::big_integer};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0081_runs_begun"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter()
            .table(Alias::new("sync_run"))
            .add_column(big_integer("begun").default(0).take())
            .take();
        manager.alter_table(column).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
