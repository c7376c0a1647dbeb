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
        /// What it was started by; none in rows of before that was kept.
        pub trigger: Option<Trigger>,
        /// Who asked for it, where a person did, and why.
        pub asked_by: Option<String>,
        pub reason: Option<String>,
        /// The braked run whose changes were accepted, and which this one carries out.
        pub accepts: Option<Uuid>,
        /// SHA-256 (hex) of the set that was read: two runs with the same have read the same.
        pub source_digest: Option<String>,
        /// SHA-256 (hex) of all that the brake weighs. What is accepted is this and nothing else.
        pub diff_digest: Option<String>,
        /// How far it is: `records::progress::Phase` as its name, and so much of so much in it.
        pub phase: Option<String>,
        pub done: Option<i64>,
        pub total: Option<i64>,
        /// How often what a person has asked for was begun; 0 for all else.
        pub begun: i64,
        /// What came of a braked run; none while it waits.
        pub decision: Option<Decision>,
        pub decided_at: Option<i64>,
        pub decided_by: Option<String>,
        pub decision_reason: Option<String>,
    }

    impl Model {
        /// Whether a person is to decide about this run.
        #[must_use]
        pub fn waits(&self) -> bool {
            self.outcome == SyncOutcome::Braked && self.decision.is_none()
        }
    }

    /// What a run was started by.
    #[derive(Copy, Clone, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum Trigger {
        /// The clock.
        #[sea_orm(string_value = "night")]
        Night,
        /// A person.
        #[default]
        #[sea_orm(string_value = "hand")]
        Hand,
        /// A person, who brought the set.
        #[sea_orm(string_value = "import")]
        Import,
        /// A person's decision about a run that braked.
        #[sea_orm(string_value = "decision")]
        Decision,
    }

    /// What came of a run that braked.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum Decision {
        /// A person lets the change through: another run carries it out.
        #[sea_orm(string_value = "accepted")]
        Accepted,
        /// A person does not.
        #[sea_orm(string_value = "refused")]
        Refused,
        /// A later run has come to its end, so that this one is of no interest any more.
        #[sea_orm(string_value = "overtaken")]
        Overtaken,
    }

    /// How a run ended.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum SyncOutcome {
        /// Asked for, and not begun yet.
        #[sea_orm(string_value = "requested")]
        Requested,
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
        /// Its process ended before it did; nothing was applied.
        #[sea_orm(string_value = "interrupted")]
        Interrupted,
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

/// Whom entries about several people are about.
pub mod audit_person {
    use sea_orm::entity::prelude::*;

    /// What the entry's detail says as `people`, to be found by.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_person")]
    pub struct Model {
        /// Outlives the person's row.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: Uuid,
        /// The entry.
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
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
