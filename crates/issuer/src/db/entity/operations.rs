//! What the service and its operators did.

/// One run of the sync.
pub mod sync_run {
    use sea_orm::entity::prelude::*;

    /// Every run leaves a row, the failed ones too.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sync_run")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(indexed)]
        pub started_at: i64,
        pub finished_at: Option<i64>,
        pub outcome: SyncOutcome,
        #[sea_orm(column_type = "JsonBinary")]
        pub counts: Json,
        /// Why it failed or braked; nothing personal.
        pub message: Option<String>,
    }

    /// How a run ended.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum SyncOutcome {
        #[sea_orm(string_value = "running")]
        Running,
        #[sea_orm(string_value = "applied")]
        Applied,
        /// The change was larger than the brake allows; nothing was applied.
        #[sea_orm(string_value = "braked")]
        Braked,
        /// The source could not be read whole, or the database failed; nothing was applied.
        #[sea_orm(string_value = "failed")]
        Failed,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a sync changed for a person.
pub mod change_log {
    use sea_orm::entity::prelude::*;

    /// Names of changed fields, not their values.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "change_log")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(indexed)]
        pub person_id: Uuid,
        #[sea_orm(indexed)]
        pub run_id: Uuid,
        pub at: i64,
        #[sea_orm(column_type = "JsonBinary")]
        pub changes: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who did what, and why.
pub mod audit {
    use sea_orm::entity::prelude::*;

    /// Only ever added to, and each entry is chained to the one before.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        /// From 1, without gaps.
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        #[sea_orm(unique)]
        pub id: Uuid,
        #[sea_orm(indexed)]
        pub at: i64,
        pub actor: String,
        pub action: String,
        /// Outlives the person's row.
        #[sea_orm(indexed)]
        pub person_id: Option<Uuid>,
        pub reason: Option<String>,
        #[sea_orm(column_type = "JsonBinary")]
        pub detail: Json,
        /// The hash of the entry before.
        pub prev_hash: String,
        /// SHA-256 (hex) of this entry, as `audit::chain` writes it.
        pub hash: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Where the audit trail ends. Writers wait for each other at its row.
pub mod audit_head {
    use sea_orm::entity::prelude::*;

    /// One row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_head")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub seq: i64,
        pub hash: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Marks in the audit trail, tagged with the master key.
pub mod audit_mark {
    use sea_orm::entity::prelude::*;

    /// Up to `seq`, the trail was such that `hash` came out.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_mark")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub hash: String,
        pub at: i64,
        /// The entries up to this one have been deleted, because they were old enough.
        pub pruned: bool,
        /// Hex; a tag under the master key of all the others.
        pub tag: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A name that transactions lock.
pub mod write_lock {
    use sea_orm::entity::prelude::*;

    /// See `db::lock::Name`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "write_lock")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A counter or mark of the service itself, such as the trust list's version.
pub mod setting {
    use sea_orm::entity::prelude::*;

    /// Not configuration: that is in the TOML file.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "setting")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
