//! Messages to people's phones.

/// A message that waits, went or never will.
pub mod sms_message {
    use sea_orm::entity::prelude::*;

    /// At most one for a person, a card and a kind. Neither number nor text: both are made when it is sent.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sms_message")]
    pub struct Model {
        /// Also the idempotency key that the gateway is told.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person_id: Uuid,
        pub card: Card,
        pub kind: Kind,
        pub state: State,
        pub created_at: i64,
        /// Not tried before this moment.
        pub due_at: i64,
        /// How often it has been tried.
        pub attempts: i64,
        /// A process has it in hand until this moment.
        pub claimed_until: Option<i64>,
        /// What came of the last try, as a short code; nothing of the gateway's own words.
        pub outcome: Option<String>,
        pub sent_at: Option<i64>,
    }

    /// What the message is about.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum Kind {
        /// The card can be fetched.
        #[sea_orm(string_value = "ready")]
        Ready,
    }

    /// The kinds of card, as people know them.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum Card {
        /// Elevbevis.
        #[sea_orm(string_value = "pupil")]
        Pupil,
        /// Lærlingbevis.
        #[sea_orm(string_value = "apprentice")]
        Apprentice,
        /// Lærekandidatbevis.
        #[sea_orm(string_value = "training_candidate")]
        TrainingCandidate,
    }

    impl Card {
        /// All of them.
        pub const ALL: [Self; 3] = [Self::Pupil, Self::Apprentice, Self::TrainingCandidate];

        /// As settings and commands name it.
        #[must_use]
        pub fn name(self) -> &'static str {
            match self {
                Self::Pupil => "pupil",
                Self::Apprentice => "apprentice",
                Self::TrainingCandidate => "training_candidate",
            }
        }
    }

    /// Where a message is.
    #[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub enum State {
        /// To be sent when it is due.
        #[sea_orm(string_value = "waiting")]
        Waiting,
        /// In hand.
        #[sea_orm(string_value = "sending")]
        Sending,
        /// The gateway has taken it.
        #[sea_orm(string_value = "sent")]
        Sent,
        /// Nobody knows whether the gateway has taken it; a person decides.
        #[sea_orm(string_value = "unclear")]
        Unclear,
        /// Given up.
        #[sea_orm(string_value = "failed")]
        Failed,
        /// The records have no number that a message can go to. Waits again when they have.
        #[sea_orm(string_value = "no_number")]
        NoNumber,
        /// The right had ended before it was sent. Waits again when it is back.
        #[sea_orm(string_value = "lapsed")]
        Lapsed,
        /// Was there before messages were turned on.
        #[sea_orm(string_value = "skipped")]
        Skipped,
        /// Staff have stopped it. Waits again when they say so.
        #[sea_orm(string_value = "stopped")]
        Stopped,
    }

    impl State {
        /// All of them.
        pub const ALL: [Self; 9] = [
            Self::Waiting,
            Self::Sending,
            Self::Sent,
            Self::Unclear,
            Self::Failed,
            Self::NoNumber,
            Self::Lapsed,
            Self::Skipped,
            Self::Stopped,
        ];
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
