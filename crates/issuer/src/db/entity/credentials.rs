//! Devices, the credentials issued to them, and the keys that signed them.

/// A phone or computer that holds tokens and credentials.
pub mod device {
    use sea_orm::entity::prelude::*;

    /// One row per login on a device.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "device")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(indexed)]
        pub account_id: Uuid,
        /// RFC 7638 thumbprint of the device's DPoP key.
        pub dpop_thumbprint: String,
        /// RFC 7638 thumbprint of the key that the app's maker attested at the login, if one did.
        pub attestation_thumbprint: Option<String>,
        pub created_at: i64,
        pub last_refresh_at: Option<i64>,
        pub revoked_at: Option<i64>,
        pub revoked_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A credential that was issued.
pub mod credential {
    use sea_orm::entity::prelude::*;

    /// The status list is drawn from these rows.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "credential")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(indexed)]
        pub device_id: Uuid,
        #[sea_orm(indexed)]
        pub person_id: Uuid,
        /// The credential configuration's id.
        pub configuration: String,
        /// Which card it is of; none if it was issued when nobody could have two.
        pub card: Option<CardKind>,
        /// With `idx`: unique.
        pub list_id: i64,
        pub idx: i64,
        pub issued_at: i64,
        pub expires_at: i64,
        pub status: CredentialStatus,
        /// The photo on the card, as SHA-256 hex of the locked JPEG.
        pub photo_sha256: Option<String>,
        pub notification_id: Option<String>,
        pub notification_event: Option<String>,
        /// Where the app says that its key lies; none if it does not say, or what this version does not know.
        pub key_protection: Option<KeyLevel>,
    }

    /// A [`county_api::KeyProtection`] in a row, the best first.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum KeyLevel {
        /// In a chip.
        #[sea_orm(string_value = "hardware")]
        Hardware,
        /// Guarded by the system's key store.
        #[sea_orm(string_value = "key_store")]
        KeyStore,
        /// In a file of the app.
        #[sea_orm(string_value = "file")]
        File,
    }

    impl KeyLevel {
        /// The word for it, in rows, files and metrics.
        pub fn name(self) -> &'static str {
            match self {
                Self::Hardware => "hardware",
                Self::KeyStore => "key_store",
                Self::File => "file",
            }
        }
    }

    impl From<county_api::KeyProtection> for KeyLevel {
        fn from(said: county_api::KeyProtection) -> Self {
            match said {
                county_api::KeyProtection::Hardware => Self::Hardware,
                county_api::KeyProtection::KeyStore => Self::KeyStore,
                county_api::KeyProtection::File => Self::File,
            }
        }
    }

    /// Which of a person's cards.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum CardKind {
        /// The one for school.
        #[sea_orm(string_value = "pupil")]
        Pupil,
        /// The one for training at a company.
        #[sea_orm(string_value = "training")]
        Training,
    }

    impl CardKind {
        /// The kind of a type of card.
        pub fn of(card_type: county_api::CardType) -> Self {
            if card_type.is_training() {
                Self::Training
            } else {
                Self::Pupil
            }
        }
    }

    /// The two status bits (Token Status List §7.1).
    #[derive(Copy, Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "i64", db_type = "BigInteger")]
    pub enum CredentialStatus {
        #[sea_orm(num_value = 0)]
        Valid,
        /// For good.
        #[sea_orm(num_value = 1)]
        Invalid,
        /// Until the block is lifted.
        #[sea_orm(num_value = 2)]
        Suspended,
    }

    impl CredentialStatus {
        /// The value in the status list.
        pub fn value(self) -> u8 {
            match self {
                Self::Valid => 0,
                Self::Invalid => 1,
                Self::Suspended => 2,
            }
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A status list.
pub mod status_list {
    use sea_orm::entity::prelude::*;

    /// Only its shape; the entries are the credentials' own rows.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "status_list")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        /// Number of entries.
        pub size: i64,
        /// Bits an entry.
        pub bits: i64,
        pub created_at: i64,
        pub full: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A key of the issuer.
pub mod signing_key {
    use sea_orm::entity::prelude::*;

    /// The private half is sealed under the master key.
    #[derive(Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_key")]
    pub struct Model {
        /// RFC 7638 thumbprint.
        #[sea_orm(primary_key, auto_increment = false)]
        pub kid: String,
        pub role: KeyRole,
        /// PKCS#8; of a key for encryption, the bare number.
        pub pkcs8_sealed: Vec<u8>,
        #[sea_orm(column_type = "JsonBinary")]
        pub public_jwk: Json,
        /// Published from here on.
        pub not_before: i64,
        /// Signs from here on.
        pub signs_from: i64,
        /// Trusted until here.
        pub not_after: i64,
        pub created_at: i64,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("signing_key")
                .field("kid", &self.kid)
                .finish_non_exhaustive()
        }
    }

    /// What a key signs.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum KeyRole {
        /// Credentials, status lists and validity statements.
        #[sea_orm(string_value = "credential")]
        Credential,
        /// The trust list; the apps pin it.
        #[sea_orm(string_value = "trust_list")]
        TrustList,
        /// Nothing: wallets encrypt requests to it.
        #[sea_orm(string_value = "encryption")]
        Encryption,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
