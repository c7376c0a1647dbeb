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

    /// Only ever added to.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(indexed)]
        pub at: i64,
        pub actor: String,
        pub action: String,
        #[sea_orm(indexed)]
        pub person_id: Option<Uuid>,
        pub reason: Option<String>,
        #[sea_orm(column_type = "JsonBinary")]
        pub detail: Json,
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
