//! Why somebody of the staff looks people up, and what was searched for last, for as long as the session lasts.

use sea_orm_migration::{
    prelude::*,
    schema::{blob_null, text_null},
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0110_why_looked"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [text_null("why"), blob_null("searched")] {
            let table = Table::alter()
                .table(Alias::new("web_session"))
                .add_column(column)
                .take();
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
