//! Who started a run of the sync and how far it is, what a braked one would have changed and who decides about it, and
//! which of several processes does a thing.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, text, text_null, uuid, uuid_null},
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0050_sync_runs"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            text_null("trigger"),
            text_null("asked_by"),
            text_null("reason"),
            uuid_null("accepts"),
            text_null("source_digest"),
            text_null("diff_digest"),
            text_null("phase"),
            big_integer_null("done"),
            big_integer_null("total"),
            text_null("decision"),
            big_integer_null("decided_at"),
            text_null("decided_by"),
            text_null("decision_reason"),
        ] {
            // SQLite takes one column at a time.
            let table = Table::alter()
                .table(Alias::new("sync_run"))
                .add_column(column)
                .take();
            manager.alter_table(table).await?;
        }
        let lease = Table::create()
            .table(Alias::new("lease"))
            .col(text("name").primary_key())
            .col(text("holder"))
            .col(big_integer("fence"))
            .col(big_integer("until"))
            .take();
        manager.create_table(lease).await?;
        let diff = Table::create()
            .table(Alias::new("sync_diff"))
            .col(uuid("run_id").primary_key())
            .col(blob("sealed"))
            .col(big_integer("created_at"))
            .take();
        manager.create_table(diff).await?;
        let index = Index::create()
            .name("sync_diff_created_at")
            .table(Alias::new("sync_diff"))
            .col(Alias::new("created_at"))
            .take();
        manager.create_index(index).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
