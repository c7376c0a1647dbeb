//! Who is meant by entries of the audit trail about several people, and who is on the lists for exams.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, uuid},
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0090_who_was_seen"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // They are looked for by person, and deleted by what they belong to.
        let tables = [
            ("audit_person", "seq", big_integer("seq")),
            ("exam_roster_person", "roster_id", uuid("roster_id")),
        ];
        for (name, owner, column) in tables {
            let table = Table::create()
                .table(Alias::new(name))
                .col(uuid("person_id"))
                .col(column)
                .primary_key(
                    Index::create()
                        .col(Alias::new("person_id"))
                        .col(Alias::new(owner)),
                )
                .take();
            manager.create_table(table).await?;
            let index = Index::create()
                .name(format!("{name}_{owner}"))
                .table(Alias::new(name))
                .col(Alias::new(owner))
                .take();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
