//! Messages to people's phones.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, text, text_null, uuid},
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0006_sms"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = Alias::new("sms_message");
        let mut table = Table::create();
        table.table(name.clone());
        for mut column in [
            uuid("id").primary_key().take(),
            uuid("person_id"),
            text("card"),
            text("kind"),
            text("state"),
            big_integer("created_at"),
            big_integer("due_at"),
            big_integer("attempts"),
            big_integer_null("claimed_until"),
            text_null("outcome"),
            big_integer_null("sent_at"),
        ] {
            table.col(&mut column);
        }
        table.foreign_key(
            ForeignKey::create()
                .name("fk_sms_message_person_id")
                .from(name.clone(), Alias::new("person_id"))
                .to(Alias::new("person"), Alias::new("id")),
        );
        manager.create_table(table.take()).await?;
        // What makes a message go once.
        let once = Index::create()
            .name("sms_message_once")
            .table(name.clone())
            .col(Alias::new("person_id"))
            .col(Alias::new("card"))
            .col(Alias::new("kind"))
            .unique()
            .take();
        manager.create_index(once).await?;
        let due = Index::create()
            .name("sms_message_state_due_at")
            .table(name)
            .col(Alias::new("state"))
            .col(Alias::new("due_at"))
            .take();
        manager.create_index(due).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
