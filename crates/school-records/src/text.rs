//! What a text of a source may be: one rule for all sources, that every database can keep.

use crate::FaultReason;

/// The most characters of a text: more than any name, number or address has, and little enough for every index.
pub(crate) const MAX_TEXT: usize = 512;

/// Why a text is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    TooLong,
    /// A character that is not written but steers: PostgreSQL keeps no NUL, and no card shows any.
    Control,
}

impl Flaw {
    pub(crate) fn of(text: &str) -> Option<Self> {
        if text.chars().nth(MAX_TEXT).is_some() {
            Some(Self::TooLong)
        } else {
            text.chars().any(char::is_control).then_some(Self::Control)
        }
    }

    pub(crate) fn reason(self, field: &str) -> FaultReason {
        let field = field.to_owned();
        match self {
            Self::TooLong => FaultReason::TooLong { field },
            Self::Control => FaultReason::WrongKind { field },
        }
    }
}
