//! What people have asked to have deleted.

/// An account whose owner has asked for that.
pub mod erasure {
    use sea_orm::entity::prelude::*;

    /// Gone when it was taken back, when the account is gone, or when the person has logged in to the app again.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "erasure")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub asked_at: i64,
        /// Until then it can be taken back.
        pub due_at: i64,
        /// When all was deleted that can be; the account waits for the last credential to expire.
        pub done_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
