//! The people of the county as the records give them, and what the county has decided about them.

/// A person in the county's records.
pub mod person {
    use sea_orm::entity::prelude::*;

    /// One row per person ever seen in the records; withdrawn people keep their row.
    #[derive(Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "person")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The stable key of the source, such as `elev:1234`. Never the fødselsnummer.
        #[sea_orm(unique)]
        pub source_key: String,
        /// Feide name (`user@realm`), lower case.
        #[sea_orm(indexed)]
        pub feide_name: Option<String>,
        /// Keyed hash of the fødselsnummer; the number itself is never stored.
        #[sea_orm(indexed)]
        pub nin_hash: Option<String>,
        /// `school_records::PersonRecord`.
        #[sea_orm(column_type = "JsonBinary")]
        pub record: Json,
        /// SHA-256 of the record, for finding what changed.
        pub record_hash: String,
        /// The words that the person is found by: see [`crate::records::index::search_key`].
        pub search_key: String,
        /// When the person was no longer in a complete set.
        pub withdrawn_at: Option<i64>,
        pub updated_at: i64,
        /// From this day on the person's standing is to be looked at again (`records::status`); none for never.
        #[sea_orm(indexed)]
        pub next_change: Option<Date>,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("person")
                .field("id", &self.id)
                .finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A school of the county.
pub mod school {
    use sea_orm::entity::prelude::*;

    /// One school, by its national school number.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "school")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: String,
        pub name: String,
        pub organisation_number: Option<String>,
        /// The school's internet domain.
        pub domain: Option<String>,
        /// The whole `school_records::School`, contact included.
        #[sea_orm(column_type = "JsonBinary")]
        pub record: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The code of a person's library card.
pub mod library_code {
    use sea_orm::entity::prelude::*;

    /// At most one code per person.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "library_code")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: Uuid,
        /// The code exactly as given, leading zeros and all.
        pub code: String,
        /// `county_api::Symbology` as its serde name; none leaves it to the school's setting.
        pub symbology: Option<String>,
        /// Set by hand: the sync leaves it alone.
        pub overridden: bool,
        pub updated_at: i64,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("library_code")
                .field("person_id", &self.person_id)
                .finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The portrait of a person.
pub mod photo {
    use sea_orm::entity::prelude::*;

    /// At most one photo per person; no row means none.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "photo")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: Uuid,
        pub id: Uuid,
        pub state: PhotoState,
        pub source: PhotoSource,
        /// SHA-256 (hex) of the portrait, of the one that was deleted where there is none any more.
        pub sha256: String,
        /// Where the sealed JPEG lies in the object store, or lay: see [`PhotoState::has_picture`].
        pub object_key: String,
        /// SHA-256 (hex) of the address the photo came from: it is asked
        /// once.
        pub source_url_sha256: Option<String>,
        /// When the picture was taken, if the source says.
        pub source_date: Option<Date>,
        pub changed_at: i64,
        /// SHA-256 (hex) of the bytes that the person sent in, so that a resend is known again.
        pub submitted_sha256: Option<String>,
        /// What staff wrote for the person when they returned or reset it.
        pub note: Option<String>,
        /// Ids of the portrait rules that a picture which was sent in breaks, for the school that looks at it and the
        /// person who is to take another one: a list of texts; none once it is locked.
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub reasons: Option<Json>,
        /// The school has handed a picture back, and none has been locked or reset since: the next one that the
        /// person sends in goes to the school.
        pub handed_back: bool,
    }

    impl Model {
        /// Ids of the portrait rules that the picture breaks.
        pub fn rule_ids(&self) -> Vec<String> {
            self.reasons
                .clone()
                .and_then(|reasons| serde_json::from_value(reasons).ok())
                .unwrap_or_default()
        }
    }

    impl Model {
        /// What staff wrote, if the person has been told to show another picture and has not yet.
        pub fn note_that_holds(&self) -> Option<String> {
            let holds = matches!(
                self.state,
                PhotoState::Returned | PhotoState::Reset | PhotoState::Proposed
            );
            self.note.clone().filter(|_| holds)
        }
    }

    /// Where a photo is on its way to the card.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum PhotoState {
        /// The person has not answered yet.
        #[sea_orm(string_value = "proposed")]
        Proposed,
        /// Confirmed; on the card; only the county can undo it.
        #[sea_orm(string_value = "locked")]
        Locked,
        /// "This is not me."
        #[sea_orm(string_value = "rejected")]
        Rejected,
        /// Sent in by the person; the school has not looked at it yet.
        #[sea_orm(string_value = "in_review")]
        InReview,
        /// The school wants another picture.
        #[sea_orm(string_value = "returned")]
        Returned,
        /// Staff have taken the locked photo back.
        #[sea_orm(string_value = "reset")]
        Reset,
    }

    impl PhotoState {
        /// Whether there is a picture in the object store.
        #[must_use]
        pub fn has_picture(self) -> bool {
            match self {
                Self::Proposed | Self::InReview | Self::Locked => true,
                Self::Rejected | Self::Returned | Self::Reset => false,
            }
        }
    }

    /// Where a photo came from.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum PhotoSource {
        #[sea_orm(string_value = "school_records")]
        SchoolRecords,
        #[sea_orm(string_value = "photographer")]
        Photographer,
        #[sea_orm(string_value = "selfie")]
        Selfie,
        #[sea_orm(string_value = "upload")]
        Upload,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How many pictures a person has sent in on a day.
pub mod photo_attempt {
    use sea_orm::entity::prelude::*;

    /// Kept for two days.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "photo_attempt")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: Uuid,
        /// The day in Norway.
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: Date,
        pub count: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A block on a person.
pub mod block {
    use sea_orm::entity::prelude::*;

    /// In force while `lifted_at` is null and `until` is null or not past (last day included).
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "block")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(indexed)]
        pub person_id: Uuid,
        /// Shown to the person.
        pub reason: String,
        /// The last day of the block.
        pub until: Option<Date>,
        /// Whom the person can ask.
        pub contact: Option<String>,
        pub created_at: i64,
        pub created_by: String,
        /// Given in the county's name, which a school cannot lift.
        pub by_county: bool,
        pub lifted_at: Option<i64>,
        pub lifted_by: Option<String>,
        pub lift_reason: Option<String>,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("block")
                .field("id", &self.id)
                .finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
