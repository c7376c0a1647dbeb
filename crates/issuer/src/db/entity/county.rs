//! What the county has decided about its schools, and how it has gone.

/// A school that was switched on or off in `/admin`; overrides the settings.
pub mod school_switch {
    use sea_orm::entity::prelude::*;

    /// How it is now; who did what before is in the audit trail.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "school_switch")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: String,
        pub enabled: bool,
        pub changed_at: i64,
        pub changed_by: String,
        pub reason: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A number of a day.
pub mod daily_count {
    use sea_orm::entity::prelude::*;

    /// Of the whole county where `school` is empty; of those in training where it is `training`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "daily_count")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub what: What,
        #[sea_orm(primary_key, auto_increment = false)]
        pub school: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: Date,
        pub count: i64,
    }

    /// What is counted.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum What {
        /// People with a right to a card.
        #[sea_orm(string_value = "eligible")]
        Eligible,
        /// Of these, people who have one on a device.
        #[sea_orm(string_value = "enrolled")]
        Enrolled,
        /// Photos that wait for the school.
        #[sea_orm(string_value = "photos_waiting")]
        PhotosWaiting,
        /// People who got their first card on that day.
        #[sea_orm(string_value = "new_cards")]
        NewCards,
        /// Runs of the sync that began on that day and were applied.
        #[sea_orm(string_value = "syncs_applied")]
        SyncsApplied,
        /// Runs that began on that day and changed nothing: braked or failed.
        #[sea_orm(string_value = "syncs_stopped")]
        SyncsStopped,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
