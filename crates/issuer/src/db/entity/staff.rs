//! Browsers that are logged in, and what staff may do.

/// A browser's login on its way through Feide.
pub mod web_login {
    use sea_orm::entity::prelude::*;

    /// Deleted when the browser comes back.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "web_login")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub state_hash: String,
        pub kind: super::web_session::Kind,
        pub nonce: String,
        pub pkce_verifier: String,
        /// Hash of the cookie that ties the login to one browser.
        pub browser_binding_hash: String,
        /// The path of ours where the person wanted to go.
        pub back: String,
        #[sea_orm(indexed)]
        pub expires_at: i64,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("web_login").finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A browser that is logged in.
pub mod web_session {
    use sea_orm::entity::prelude::*;

    /// By the hash of the token in the browser's cookie.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "web_session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub kind: Kind,
        /// Feide's stable identifier.
        pub feide_sub: String,
        /// Lower case; empty where Feide gives none.
        pub feide_name: String,
        /// What the person is called.
        pub name: String,
        pub created_at: i64,
        /// When it ends however much it is used.
        pub ends_at: i64,
        /// When it ends if it is not used.
        #[sea_orm(indexed)]
        pub expires_at: i64,
        /// Why people are looked up.
        pub why: Option<String>,
        /// What was searched for last and who was found, sealed.
        pub searched: Option<Vec<u8>>,
    }

    /// Which pages it is for; each kind has a cookie of its own.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum Kind {
        /// `/admin`.
        #[sea_orm(string_value = "staff")]
        Staff,
        /// `/min-side`.
        #[sea_orm(string_value = "person")]
        Person,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("web_session").finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A role that was given to one of the staff.
pub mod staff_grant {
    use sea_orm::entity::prelude::*;

    /// In force while `ended_at` is null; kept afterwards.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "staff_grant")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Lower case.
        #[sea_orm(indexed)]
        pub feide_name: String,
        /// Feide's stable identifier of whoever first logged in with it; none before. A Feide name can be given to
        /// somebody else, who has no part in the role.
        pub feide_sub: Option<String>,
        /// [`crate::admin::Role`] by its name.
        pub role: String,
        /// None for the whole county.
        pub school_number: Option<String>,
        pub given_by: String,
        pub given_at: i64,
        pub reason: String,
        pub ended_at: Option<i64>,
        pub ended_by: Option<String>,
        pub end_reason: Option<String>,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("staff_grant")
                .field("id", &self.id)
                .finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// At which schools and in which classes a person is; written by the sync.
pub mod person_school {
    use sea_orm::entity::prelude::*;

    /// One row for each class; one with an empty class where there is none.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "person_school")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub school_number: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub class: String,
        pub main: bool,
        /// The last day, if there is one.
        pub until: Option<Date>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
