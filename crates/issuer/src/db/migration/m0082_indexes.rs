//! Indexes for what is asked every minute, or by a page, of tables that grow large.

use sea_orm_migration::prelude::*;

pub(super) struct Migration;

/// Table and columns.
const INDEXES: [(&str, &[&str]); 7] = [
    // What has expired goes every minute.
    ("credential", &["expires_at"]),
    ("slip", &["expires_at"]),
    ("change_log", &["at"]),
    // A status list is drawn of those that are not valid.
    ("credential", &["list_id", "status"]),
    ("photo", &["state"]),
    ("daily_count", &["day"]),
    ("sms_message", &["state", "created_at"]),
];

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0082_indexes"
    }
}

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
            manager.create_index(index).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
