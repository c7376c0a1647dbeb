//! Since when people have had no right, from which retention counts.

use sea_orm_migration::{
    prelude::*,
    schema::{date, uuid},
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0008_without_right"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = Alias::new("without_right");
        let mut table = Table::create();
        table
            .table(name.clone())
            .col(uuid("person_id").primary_key())
            .col(date("since"))
            .foreign_key(
                ForeignKey::create()
                    .name("fk_without_right_person_id")
                    .from(name, Alias::new("person_id"))
                    .to(Alias::new("person"), Alias::new("id")),
            );
        manager.create_table(table.take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
