//! Which blocks a school cannot lift.

use sea_orm_migration::{prelude::*, schema::boolean};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0105_countys_block"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Nobody knows any more in whose name the blocks were given that are there already: schools go on lifting them.
        let table = Table::alter()
            .table(Alias::new("block"))
            .add_column(boolean("by_county").default(false))
            .take();
        manager.alter_table(table).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
