//! Accounts (a Feide `sub` each) and the short-lived rows of the OAuth server.

/// A Feide account that has logged in.
pub mod account {
    use sea_orm::entity::prelude::*;

    /// Keyed on Feide's `sub`, because a Feide name can change and be given to another person.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique)]
        pub feide_sub: String,
        /// Lower case.
        #[sea_orm(indexed)]
        pub feide_name: Option<String>,
        /// Keyed hash of `norEduPersonNIN`.
        pub nin_hash: Option<String>,
        pub birth_date: Option<Date>,
        /// The person in the records, when matched.
        #[sea_orm(indexed)]
        pub person_id: Option<Uuid>,
        pub created_at: i64,
        pub last_login_at: i64,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("account")
                .field("id", &self.id)
                .finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A pushed authorization request (RFC 9126).
pub mod pushed_request {
    use sea_orm::entity::prelude::*;

    /// Deleted when used.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "pushed_request")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_uri_hash: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub body: Json,
        #[sea_orm(indexed)]
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A login on its way through Feide.
pub mod feide_login {
    use sea_orm::entity::prelude::*;

    /// Deleted when the browser comes back.
    #[derive(Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "feide_login")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub state_hash: String,
        pub nonce: String,
        pub pkce_verifier: String,
        /// The app's pushed request.
        #[sea_orm(column_type = "JsonBinary")]
        pub pushed: Json,
        /// Hash of the cookie that ties the login to one browser.
        pub browser_binding_hash: String,
        #[sea_orm(indexed)]
        pub expires_at: i64,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("feide_login").finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An authorization code of ours.
pub mod authorization_code {
    use sea_orm::entity::prelude::*;

    /// Kept after use until it expires, so that a second use is seen.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "authorization_code")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub code_hash: String,
        pub account_id: Uuid,
        pub redirect_uri: String,
        /// PKCE S256 challenge.
        pub code_challenge: String,
        /// The key the request was bound to (RFC 9449 §10).
        pub dpop_thumbprint: String,
        /// The device made when the code was redeemed.
        pub device_id: Option<Uuid>,
        #[sea_orm(indexed)]
        pub expires_at: i64,
        pub used_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An access token, by its hash.
pub mod access_token {
    use sea_orm::entity::prelude::*;

    /// Bound to the device's DPoP key.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "access_token")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        #[sea_orm(indexed)]
        pub device_id: Uuid,
        #[sea_orm(indexed)]
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A refresh token, by its hash.
pub mod refresh_token {
    use sea_orm::entity::prelude::*;

    /// Rotated at every use.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_token")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        #[sea_orm(indexed)]
        pub device_id: Uuid,
        #[sea_orm(indexed)]
        pub expires_at: i64,
        pub used_at: Option<i64>,
        /// Hash of the token that followed it.
        pub successor_hash: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A nonce for key proofs that has been used.
pub mod nonce {
    use sea_orm::entity::prelude::*;

    /// Kept for as long as the nonce would be good.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "nonce")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub nonce_hash: String,
        #[sea_orm(indexed)]
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A DPoP proof that has been seen.
pub mod dpop_jti {
    use sea_orm::entity::prelude::*;

    /// Kept for as long as the proof would be accepted.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "dpop_jti")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub jti_hash: String,
        #[sea_orm(indexed)]
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
