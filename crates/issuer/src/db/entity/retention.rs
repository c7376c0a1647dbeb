//! Since when people have had no right to a card.

/// People without a right.
pub mod without_right {
    use sea_orm::entity::prelude::*;

    /// Gone again as soon as there is a right.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "without_right")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: Uuid,
        /// The last day with a right where the records say it, else the day when it was seen that there is none.
        pub since: Date,
        /// The day when it was first seen that there is none; none in rows of before that was kept.
        pub seen_on: Option<Date>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
