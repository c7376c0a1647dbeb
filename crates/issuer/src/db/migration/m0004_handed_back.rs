//! Whoever has had a photo handed back sends the next one to the school.

use sea_orm_migration::{prelude::*, schema::boolean};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0004_handed_back"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table(Alias::new("photo"))
            .add_column(boolean("handed_back").default(false))
            .take();
        manager.alter_table(table).await?;
        let handed_back = Query::update()
            .table(Alias::new("photo"))
            .value(Alias::new("handed_back"), true)
            .and_where(Expr::col(Alias::new("state")).eq("returned"))
            .take();
        manager.execute(handed_back).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
