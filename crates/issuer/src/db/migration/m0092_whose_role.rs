//! Whose a role is, whoever has the Feide name later.

use sea_orm_migration::{prelude::*, schema::text_null};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0092_whose_role"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table(Alias::new("staff_grant"))
            .add_column(text_null("feide_sub"))
            .take();
        manager.alter_table(table).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
