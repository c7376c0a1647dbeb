//! People are found by school, class and name.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, date_null, text, uuid},
};
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0021_person_school"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = Alias::new("person_school");
        let mut table = Table::create();
        table.table(name.clone());
        for mut column in [
            uuid("person_id"),
            text("school_number"),
            text("class"),
            boolean("main"),
            date_null("until"),
        ] {
            table.col(&mut column);
        }
        table
            .primary_key(
                Index::create()
                    .col(Alias::new("person_id"))
                    .col(Alias::new("school_number"))
                    .col(Alias::new("class")),
            )
            .foreign_key(
                ForeignKey::create()
                    .name("fk_person_school_person_id")
                    .from(name.clone(), Alias::new("person_id"))
                    .to(Alias::new("person"), Alias::new("id"))
                    .on_delete(ForeignKeyAction::Cascade),
            );
        manager.create_table(table.take()).await?;
        let by_school = Index::create()
            .name("person_school_school_number_class")
            .table(name)
            .col(Alias::new("school_number"))
            .col(Alias::new("class"))
            .take();
        manager.create_index(by_school).await?;
        let table = Table::alter()
            .table(Alias::new("person"))
            .add_column(text("search_key").default("").take())
            .take();
        manager.alter_table(table).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
