//! Browsers that are logged in, and what staff may do.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, text, text_null, uuid},
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0020_staff"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            (
                "web_login",
                vec![
                    text("state_hash").primary_key().take(),
                    text("kind"),
                    text("nonce"),
                    text("pkce_verifier"),
                    text("browser_binding_hash"),
                    text("back"),
                    big_integer("expires_at"),
                ],
                "expires_at",
            ),
            (
                "web_session",
                vec![
                    text("token_hash").primary_key().take(),
                    text("kind"),
                    text("feide_sub"),
                    text("feide_name"),
                    text("name"),
                    big_integer("created_at"),
                    big_integer("ends_at"),
                    big_integer("expires_at"),
                ],
                "expires_at",
            ),
            (
                "staff_grant",
                vec![
                    uuid("id").primary_key().take(),
                    text("feide_name"),
                    text("role"),
                    text_null("school_number"),
                    text("given_by"),
                    big_integer("given_at"),
                    text("reason"),
                    big_integer_null("ended_at"),
                    text_null("ended_by"),
                    text_null("end_reason"),
                ],
                "feide_name",
            ),
        ];
        for (name, columns, indexed) in tables {
            let mut table = Table::create();
            table.table(Alias::new(name));
            for mut column in columns {
                table.col(&mut column);
            }
            manager.create_table(table.take()).await?;
            let index = Index::create()
                .name(format!("{name}_{indexed}"))
                .table(Alias::new(name))
                .col(Alias::new(indexed))
                .take();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
