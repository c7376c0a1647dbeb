//! Entries of the audit trail are numbered and chained, those of before too, and outlive the person's row.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, FromQueryResult};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, json_binary, text, text_null, uuid, uuid_null},
};
use uuid::Uuid;

use crate::{
    audit::{HEAD, chain},
    db::entity::{audit, audit_head},
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0007_audit_chain"
    }
}

/// An entry of before.
#[derive(FromQueryResult)]
struct Old {
    id: Uuid,
    at: i64,
    actor: String,
    action: String,
    person_id: Option<Uuid>,
    reason: Option<String>,
    detail: serde_json::Value,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let old = Query::select()
            .columns(
                [
                    "id",
                    "at",
                    "actor",
                    "action",
                    "person_id",
                    "reason",
                    "detail",
                ]
                .map(Alias::new),
            )
            .from(Alias::new("audit"))
            .order_by(Alias::new("at"), Order::Asc)
            .order_by(Alias::new("id"), Order::Asc)
            .take();
        let old = Old::find_by_statement(db.get_database_backend().build(&old))
            .all(db)
            .await?;
        manager
            .drop_table(Table::drop().table(Alias::new("audit")).take())
            .await?;
        for table in tables() {
            manager.create_table(table).await?;
        }
        for column in ["at", "person_id"] {
            let index = Index::create()
                .name(format!("audit_chain_{column}"))
                .table(Alias::new("audit"))
                .col(Alias::new(column))
                .take();
            manager.create_index(index).await?;
        }
        let (mut seq, mut hash) = (0, chain::GENESIS.to_owned());
        for entry in old {
            seq += 1;
            let mut row = audit::Model {
                seq,
                id: entry.id,
                at: entry.at,
                actor: entry.actor,
                action: entry.action,
                person_id: entry.person_id,
                reason: entry.reason,
                detail: entry.detail,
                prev_hash: hash,
                hash: String::new(),
            };
            row.hash = chain::hash(&row);
            hash = row.hash.clone();
            audit::Entity::insert(audit::ActiveModel::from(row).reset_all())
                .exec_without_returning(db)
                .await?;
        }
        audit_head::Entity::insert(audit_head::ActiveModel {
            id: Set(HEAD),
            seq: Set(seq),
            hash: Set(hash),
        })
        .exec_without_returning(db)
        .await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn tables() -> Vec<TableCreateStatement> {
    let table = |name: &'static str, columns: Vec<ColumnDef>| {
        let mut table = Table::create();
        table.table(Alias::new(name));
        for mut column in columns {
            table.col(&mut column);
        }
        table.take()
    };
    vec![
        table(
            "audit",
            vec![
                big_integer("seq").primary_key().take(),
                uuid("id").unique_key().take(),
                big_integer("at"),
                text("actor"),
                text("action"),
                uuid_null("person_id"),
                text_null("reason"),
                json_binary("detail"),
                text("prev_hash"),
                text("hash"),
            ],
        ),
        table(
            "audit_head",
            vec![
                big_integer("id").primary_key().take(),
                big_integer("seq"),
                text("hash"),
            ],
        ),
        table(
            "audit_mark",
            vec![
                big_integer("seq").primary_key().take(),
                text("hash"),
                big_integer("at"),
                boolean("pruned"),
                text("tag"),
            ],
        ),
    ]
}
