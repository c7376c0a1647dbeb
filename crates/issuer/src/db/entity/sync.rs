//! What the sync needs besides its runs.

/// Who does a thing that only one of several processes may do at a time.
pub mod lease {
    use sea_orm::entity::prelude::*;

    /// One row per such thing, from the first time that it was done.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "lease")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        /// A name that the holder has drawn for this one time.
        pub holder: String,
        /// One more for each holder: what an earlier one does late can be told by it.
        pub fence: i64,
        /// Free from this moment on.
        pub until: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a braked run would have changed, for whoever decides.
pub mod sync_diff {
    use sea_orm::entity::prelude::*;

    /// Gone with the decision, or after a month.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sync_diff")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub run_id: Uuid,
        /// A `records::diff::Diff` as JSON, sealed: it holds names.
        pub sealed: Vec<u8>,
        #[sea_orm(indexed)]
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
