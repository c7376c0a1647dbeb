//! What the staff's pages count and list is found by an index, and not by reading whole tables.

use sea_orm_migration::prelude::*;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0091_page_indexes"
    }
}

/// Table and columns.
const INDEXES: [(&str, &[&str]); 3] = [
    ("photo", &["state"]),
    ("daily_count", &["day"]),
    ("sms_message", &["state", "created_at"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in INDEXES {
            let mut index = Index::create();
            index
                .name(format!("{table}_{}", columns.join("_")))
                .table(Alias::new(table));
            for column in columns {
                index.col(Alias::new(*column));
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
