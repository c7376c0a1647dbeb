//! Slips of paper that were printed.

use sea_orm::entity::prelude::*;

use super::credential::{CardKind, CredentialStatus};

/// One slip. What stood on it is kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slip")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(indexed)]
    pub person_id: Uuid,
    /// The profile's name.
    pub profile: String,
    /// Which card it is of.
    pub card: CardKind,
    /// With `idx`: unique.
    pub list_id: i64,
    pub idx: i64,
    pub issued_at: i64,
    pub expires_at: i64,
    pub status: CredentialStatus,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Which status lists hold slips, and nothing else: their places are drawn from other rows than those of credentials.
pub mod list {
    use sea_orm::entity::prelude::*;

    /// The mark of a list.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "slip_list")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
