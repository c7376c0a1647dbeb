//! What the schools' pages keep.

/// What could not be used of the last set that was applied.
pub mod record_fault {
    use sea_orm::entity::prelude::*;

    /// Names places and fields; never a value, so nothing that names a person.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "record_fault")]
    pub struct Model {
        /// From 1, in the order of the reading.
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub run_id: Uuid,
        /// The source's class or file.
        pub place_class: String,
        /// The record's own key there.
        pub place_id: String,
        /// `school_records::FaultReason`'s name.
        pub reason: String,
        /// The field or relation that the reason is about, or the place of a column.
        pub field: Option<String>,
        /// Whose record it is, where that is known.
        #[sea_orm(indexed)]
        pub school_number: Option<String>,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A contact that a school has written.
pub mod school_contact {
    use sea_orm::entity::prelude::*;

    /// Goes before the records and the settings.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "school_contact")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub school_number: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role: Role,
        pub name: String,
        pub phone: Option<String>,
        pub email: Option<String>,
        pub url: Option<String>,
        pub updated_at: i64,
        pub updated_by: String,
    }

    /// What the contact is for.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum Role {
        /// The office: whatever no other is for.
        #[sea_orm(string_value = "office")]
        Office,
        /// The photo on the card.
        #[sea_orm(string_value = "photo")]
        Photo,
        /// The app and the login.
        #[sea_orm(string_value = "technical")]
        Technical,
        /// The library card.
        #[sea_orm(string_value = "library")]
        Library,
    }

    impl Role {
        /// All of them, in the order in which they are shown.
        pub const ALL: [Self; 4] = [Self::Office, Self::Photo, Self::Technical, Self::Library];

        /// As forms and the trail name it.
        #[must_use]
        pub fn name(self) -> &'static str {
            match self {
                Self::Office => "office",
                Self::Photo => "photo",
                Self::Technical => "technical",
                Self::Library => "library",
            }
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A list of candidates that was made, until the day of the exam is over.
pub mod exam_roster {
    use sea_orm::entity::prelude::*;

    /// The signed file is sealed: it holds names and portraits.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "exam_roster")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(indexed)]
        pub school_number: String,
        pub title: String,
        pub starts_at: i64,
        pub late_after_minutes: i64,
        pub candidates: i64,
        /// How many candidates have a photo.
        pub photos: i64,
        pub made_at: i64,
        pub made_by: String,
        /// From here on it is deleted.
        #[sea_orm(indexed)]
        pub expires_at: i64,
        pub sealed: Vec<u8>,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("exam_roster")
                .field("id", &self.id)
                .finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who is on a list of candidates.
pub mod exam_roster_person {
    use sea_orm::entity::prelude::*;

    /// Goes with the list.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "exam_roster_person")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub roster_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A photographer's delivery to one school.
pub mod photo_batch {
    use sea_orm::entity::prelude::*;

    /// Progress is written as it goes.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "photo_batch")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(indexed)]
        pub school_number: String,
        pub made_by: String,
        pub made_at: i64,
        /// When something was last done; one that stands still was cut short.
        pub touched_at: i64,
        pub finished_at: Option<i64>,
        pub state: State,
        /// Files in it.
        pub total: i64,
        /// Files that have been gone through.
        pub done: i64,
    }

    /// How far a delivery is.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum State {
        /// Waits for its turn.
        #[sea_orm(string_value = "queued")]
        Queued,
        /// Files are being gone through.
        #[sea_orm(string_value = "running")]
        Running,
        /// All have been.
        #[sea_orm(string_value = "done")]
        Done,
        /// It ended before that; what was taken stays.
        #[sea_orm(string_value = "cut_short")]
        CutShort,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What became of one file of a delivery.
pub mod photo_batch_file {
    use sea_orm::entity::prelude::*;

    /// The name is a pupil's number, or whatever the file was called.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "photo_batch_file")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(indexed)]
        pub batch_id: Uuid,
        pub seq: i64,
        pub name: String,
        /// `photo::import::Outcome`'s name.
        pub outcome: String,
        /// Ids of portrait rules between spaces.
        pub detail: String,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("photo_batch_file")
                .field("id", &self.id)
                .finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
