//! The first tables. Only column types that SQLite, PostgreSQL and CockroachDB share.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, blob, boolean, date_null, json_binary, text, text_null,
        uuid, uuid_null,
    },
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_first_tables"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for (table, columns, unique) in INDEXES {
            let mut index = Index::create();
            index
                .name(format!("{table}_{}", columns.join("_")))
                .table(Alias::new(*table));
            for column in *columns {
                index.col(Alias::new(*column));
            }
            if *unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Table, columns, unique.
const INDEXES: &[(&str, &[&str], bool)] = &[
    ("person", &["feide_name"], false),
    ("person", &["nin_hash"], false),
    ("block", &["person_id"], false),
    ("account", &["feide_name"], false),
    ("account", &["person_id"], false),
    ("device", &["account_id"], false),
    ("pushed_request", &["expires_at"], false),
    ("feide_login", &["expires_at"], false),
    ("authorization_code", &["expires_at"], false),
    ("access_token", &["device_id"], false),
    ("access_token", &["expires_at"], false),
    ("refresh_token", &["device_id"], false),
    ("refresh_token", &["expires_at"], false),
    ("nonce", &["expires_at"], false),
    ("dpop_jti", &["expires_at"], false),
    ("credential", &["device_id"], false),
    ("credential", &["person_id"], false),
    ("credential", &["list_id", "idx"], true),
    ("sync_run", &["started_at"], false),
    ("change_log", &["person_id"], false),
    ("change_log", &["run_id"], false),
    ("audit", &["at"], false),
    ("audit", &["person_id"], false),
];

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "person",
            vec![
                uuid("id").primary_key().take(),
                text("source_key").unique_key().take(),
                text_null("feide_name"),
                text_null("nin_hash"),
                json_binary("record"),
                text("record_hash"),
                big_integer_null("withdrawn_at"),
                big_integer("updated_at"),
            ],
            &[],
        ),
        table(
            "school",
            vec![
                text("number").primary_key().take(),
                text("name"),
                text_null("organisation_number"),
                text_null("domain"),
                json_binary("record"),
            ],
            &[],
        ),
        table(
            "library_code",
            vec![
                uuid("person_id").primary_key().take(),
                text("code"),
                text_null("symbology"),
                boolean("overridden"),
                big_integer("updated_at"),
            ],
            &[("person_id", "person", "id")],
        ),
        table(
            "photo",
            vec![
                uuid("person_id").primary_key().take(),
                uuid("id"),
                text("state"),
                text("source"),
                text("sha256"),
                text("object_key"),
                text_null("source_url_sha256"),
                date_null("source_date"),
                big_integer("changed_at"),
            ],
            &[("person_id", "person", "id")],
        ),
        table(
            "block",
            vec![
                uuid("id").primary_key().take(),
                uuid("person_id"),
                text("reason"),
                date_null("until"),
                text_null("contact"),
                big_integer("created_at"),
                text("created_by"),
                big_integer_null("lifted_at"),
                text_null("lifted_by"),
                text_null("lift_reason"),
            ],
            &[("person_id", "person", "id")],
        ),
        table(
            "account",
            vec![
                uuid("id").primary_key().take(),
                text("feide_sub").unique_key().take(),
                text_null("feide_name"),
                text_null("nin_hash"),
                date_null("birth_date"),
                uuid_null("person_id"),
                big_integer("created_at"),
                big_integer("last_login_at"),
            ],
            &[("person_id", "person", "id")],
        ),
        table(
            "device",
            vec![
                uuid("id").primary_key().take(),
                uuid("account_id"),
                text("dpop_thumbprint"),
                big_integer("created_at"),
                big_integer_null("last_refresh_at"),
                big_integer_null("revoked_at"),
                text_null("revoked_reason"),
            ],
            &[("account_id", "account", "id")],
        ),
        table(
            "pushed_request",
            vec![
                text("request_uri_hash").primary_key().take(),
                json_binary("body"),
                big_integer("expires_at"),
            ],
            &[],
        ),
        table(
            "feide_login",
            vec![
                text("state_hash").primary_key().take(),
                text("nonce"),
                text("pkce_verifier"),
                json_binary("pushed"),
                text("browser_binding_hash"),
                big_integer("expires_at"),
            ],
            &[],
        ),
        table(
            "authorization_code",
            vec![
                text("code_hash").primary_key().take(),
                uuid("account_id"),
                text("redirect_uri"),
                text("code_challenge"),
                text("dpop_thumbprint"),
                uuid_null("device_id"),
                big_integer("expires_at"),
                big_integer_null("used_at"),
            ],
            &[
                ("account_id", "account", "id"),
                ("device_id", "device", "id"),
            ],
        ),
        table(
            "access_token",
            vec![
                text("token_hash").primary_key().take(),
                uuid("device_id"),
                big_integer("expires_at"),
            ],
            &[("device_id", "device", "id")],
        ),
        table(
            "refresh_token",
            vec![
                text("token_hash").primary_key().take(),
                uuid("device_id"),
                big_integer("expires_at"),
                big_integer_null("used_at"),
                text_null("successor_hash"),
            ],
            &[("device_id", "device", "id")],
        ),
        table(
            "nonce",
            vec![
                text("nonce_hash").primary_key().take(),
                big_integer("expires_at"),
            ],
            &[],
        ),
        table(
            "dpop_jti",
            vec![
                text("jti_hash").primary_key().take(),
                big_integer("expires_at"),
            ],
            &[],
        ),
        table(
            "status_list",
            vec![
                big_integer("id").primary_key().take(),
                big_integer("size"),
                big_integer("bits"),
                big_integer("created_at"),
                boolean("full"),
            ],
            &[],
        ),
        table(
            "credential",
            vec![
                uuid("id").primary_key().take(),
                uuid("device_id"),
                uuid("person_id"),
                text("configuration"),
                big_integer("list_id"),
                big_integer("idx"),
                big_integer("issued_at"),
                big_integer("expires_at"),
                big_integer("status"),
                text_null("photo_sha256"),
                text_null("notification_id"),
                text_null("notification_event"),
            ],
            &[
                ("device_id", "device", "id"),
                ("person_id", "person", "id"),
                ("list_id", "status_list", "id"),
            ],
        ),
        table(
            "signing_key",
            vec![
                text("kid").primary_key().take(),
                text("role"),
                blob("pkcs8_sealed"),
                json_binary("public_jwk"),
                big_integer("not_before"),
                big_integer("signs_from"),
                big_integer("not_after"),
                big_integer("created_at"),
            ],
            &[],
        ),
        table(
            "sync_run",
            vec![
                uuid("id").primary_key().take(),
                big_integer("started_at"),
                big_integer_null("finished_at"),
                text("outcome"),
                json_binary("counts"),
                text_null("message"),
            ],
            &[],
        ),
        table(
            "change_log",
            vec![
                uuid("id").primary_key().take(),
                uuid("person_id"),
                uuid("run_id"),
                big_integer("at"),
                json_binary("changes"),
            ],
            &[("person_id", "person", "id"), ("run_id", "sync_run", "id")],
        ),
        table(
            "audit",
            vec![
                uuid("id").primary_key().take(),
                big_integer("at"),
                text("actor"),
                text("action"),
                uuid_null("person_id"),
                text_null("reason"),
                json_binary("detail"),
            ],
            &[("person_id", "person", "id")],
        ),
        table(
            "setting",
            vec![text("key").primary_key().take(), text("value")],
            &[],
        ),
    ]
}

/// `foreign`: column, other table, other column.
fn table(
    name: &'static str,
    columns: Vec<ColumnDef>,
    foreign: &[(&'static str, &'static str, &'static str)],
) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name));
    for column in columns {
        table.col(column);
    }
    for (column, other, other_column) in foreign {
        table.foreign_key(
            ForeignKey::create()
                .name(format!("fk_{name}_{column}"))
                .from(Alias::new(name), Alias::new(*column))
                .to(Alias::new(*other), Alias::new(*other_column)),
        );
    }
    table.take()
}
