//! When what a person has a right to may next change, so that nobody else need be looked at.

use sea_orm_migration::{prelude::*, schema::date_null};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0051_next_change"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let person = Alias::new("person");
        // Long past, so that everyone who is there is looked at once. It stays the default: a row that does not say is due.
        let column = Table::alter()
            .table(person.clone())
            .add_column(date_null("next_change").default("1970-01-01"))
            .take();
        manager.alter_table(column).await?;
        let index = Index::create()
            .name("person_next_change")
            .table(person)
            .col(Alias::new("next_change"))
            .take();
        manager.create_index(index).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
