//! Slips of paper, and which of the status lists are theirs.

use sea_orm_migration::{prelude::*, schema::*};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0080_slips"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let slip = Table::create()
            .table(Alias::new("slip"))
            .col(uuid("id").primary_key())
            .col(uuid("person_id"))
            .col(text("profile"))
            .col(text("card"))
            .col(big_integer("list_id"))
            .col(big_integer("idx"))
            .col(big_integer("issued_at"))
            .col(big_integer("expires_at"))
            .col(big_integer("status"))
            .take();
        manager.create_table(slip).await?;
        for (columns, unique) in [(&["person_id"][..], false), (&["list_id", "idx"][..], true)] {
            let mut index = Index::create();
            index
                .name(format!("idx_slip_{}", columns.join("_")))
                .table(Alias::new("slip"));
            for column in columns {
                index.col(Alias::new(*column));
            }
            if unique {
                index.unique();
            }
            manager.create_index(index.take()).await?;
        }
        let list = Table::create()
            .table(Alias::new("slip_list"))
            .col(big_integer("id").primary_key())
            .take();
        manager.create_table(list).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
