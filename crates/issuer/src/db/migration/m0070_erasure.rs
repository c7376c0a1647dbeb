//! People who have asked that what is stored about them be deleted.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, uuid},
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0070_erasure"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = Alias::new("erasure");
        let mut table = Table::create();
        table
            .table(name.clone())
            .col(uuid("account_id").primary_key())
            .col(big_integer("asked_at"))
            .col(big_integer("due_at"))
            .col(big_integer_null("done_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("fk_erasure_account_id")
                    .from(name, Alias::new("account_id"))
                    .to(Alias::new("account"), Alias::new("id")),
            );
        manager.create_table(table.take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
