//! What the schools' pages keep: faults of the last read, contacts that a school has written, lists for exams, and
//! photographers' deliveries with what became of each file.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, text, text_null, uuid},
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0030_school_pages"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let faults = [
            big_integer("seq").primary_key().take(),
            uuid("run_id"),
            text("place_class"),
            text("place_id"),
            text("reason"),
            text_null("field"),
            text_null("school_number"),
            big_integer("at"),
        ];
        create(manager, "record_fault", faults).await?;
        index(manager, "record_fault", &["school_number"]).await?;

        let contacts = [
            text("school_number"),
            text("role"),
            text("name"),
            text_null("phone"),
            text_null("email"),
            text_null("url"),
            big_integer("updated_at"),
            text("updated_by"),
        ];
        let name = Alias::new("school_contact");
        let mut table = Table::create();
        table.table(name);
        for mut column in contacts {
            table.col(&mut column);
        }
        table.primary_key(
            Index::create()
                .col(Alias::new("school_number"))
                .col(Alias::new("role")),
        );
        manager.create_table(table.take()).await?;

        let rosters = [
            uuid("id").primary_key().take(),
            text("school_number"),
            text("title"),
            big_integer("starts_at"),
            big_integer("late_after_minutes"),
            big_integer("candidates"),
            big_integer("photos"),
            big_integer("made_at"),
            text("made_by"),
            big_integer("expires_at"),
            blob("sealed"),
        ];
        create(manager, "exam_roster", rosters).await?;
        index(manager, "exam_roster", &["school_number"]).await?;
        index(manager, "exam_roster", &["expires_at"]).await?;

        let batches = [
            uuid("id").primary_key().take(),
            text("school_number"),
            text("made_by"),
            big_integer("made_at"),
            big_integer("touched_at"),
            big_integer_null("finished_at"),
            text("state"),
            big_integer("total"),
            big_integer("done"),
        ];
        create(manager, "photo_batch", batches).await?;
        index(manager, "photo_batch", &["school_number"]).await?;

        let files = [
            uuid("id").primary_key().take(),
            uuid("batch_id"),
            big_integer("seq"),
            text("name"),
            text("outcome"),
            text("detail"),
        ];
        create(manager, "photo_batch_file", files).await?;
        index(manager, "photo_batch_file", &["batch_id", "seq"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn create<const N: usize>(
    manager: &SchemaManager<'_>,
    name: &str,
    columns: [ColumnDef; N],
) -> Result<(), DbErr> {
    let mut table = Table::create();
    table.table(Alias::new(name));
    for mut column in columns {
        table.col(&mut column);
    }
    manager.create_table(table.take()).await
}

async fn index(manager: &SchemaManager<'_>, table: &str, columns: &[&str]) -> Result<(), DbErr> {
    let mut index = Index::create();
    index
        .name(format!("{table}_{}", columns.join("_")))
        .table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    manager.create_index(index.take()).await
}
