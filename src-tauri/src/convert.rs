//! From the wallet's types to what the screens are told.

use chrono::{DateTime, SecondsFormat, Utc};
use county_api as county;
use verifier::exam_room::ExamRoom;
use wallet::checking::OpenExamRoom;

use crate::view;

/// RFC 3339 in UTC, whole seconds.
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Unix seconds, likewise. A time that no calendar has is as good as the first.
pub(crate) fn unix_time(seconds: i64) -> String {
    time(DateTime::from_timestamp(seconds, 0).unwrap_or_default())
}

/// Seconds for the screens; more than 68 years is as good as 68 years.
pub(crate) fn seconds(seconds: i64) -> i32 {
    i32::try_from(seconds).unwrap_or(if seconds < 0 { i32::MIN } else { i32::MAX })
}

/// A check for the history.
pub(crate) fn checked(result: &wallet::ValidityResult) -> wallet::HistoryEvent {
    use wallet::CardState;
    let (state, online) = match result {
        wallet::ValidityResult::Online { statement, .. } => {
            let state = match statement.result {
                county::Validity::Valid => CardState::Valid,
                county::Validity::Suspended => CardState::Suspended,
                county::Validity::Revoked => CardState::Revoked,
                county::Validity::Expired => CardState::Expired,
            };
            (state, true)
        }
        wallet::ValidityResult::Offline { last_known, .. } => (*last_known, false),
    };
    wallet::HistoryEvent::Checked { state, online }
}

impl From<&county::County> for view::CountyView {
    fn from(county: &county::County) -> Self {
        Self {
            name: county.name.clone(),
            demo: county.demo,
            password_help_url: county.password_help_url.as_ref().map(ToString::to_string),
            accessibility_statement_url: county
                .accessibility_statement_url
                .as_ref()
                .map(ToString::to_string),
            own_page_url: format!("{}/min-side", county.issuer.as_str().trim_end_matches('/')),
        }
    }
}

impl From<county::Profile> for view::Profile {
    fn from(profile: county::Profile) -> Self {
        match profile {
            county::Profile::Exam => Self::Exam,
            county::Profile::Travel => Self::Travel,
            county::Profile::Discount => Self::Discount,
            county::Profile::Age => Self::Age,
        }
    }
}

impl From<&OpenExamRoom> for view::ExamRoomView {
    fn from(open: &OpenExamRoom) -> Self {
        let (room, roster) = (&open.room, open.room.roster());
        let counts = room.counts();
        Self {
            id: open.id.clone(),
            title: roster.title.clone(),
            school: roster.school.clone(),
            rooms: room.rooms().into_iter().map(str::to_owned).collect(),
            room: room.room().map(str::to_owned),
            starts_at: unix_time(roster.starts_at),
            deleted_at: unix_time(roster.exp),
            candidates: (0..roster.candidates.len())
                .filter_map(|index| candidate(room, index))
                .collect(),
            counts: view::ExamCounts {
                present: count(counts.present),
                late: count(counts.late),
                expected: count(counts.expected),
            },
        }
    }
}

/// The candidate at this place of the list.
pub(crate) fn candidate(room: &ExamRoom, index: usize) -> Option<view::CandidateView> {
    let candidate = room.roster().candidates.get(index)?;
    let attendance = room.attendance(index);
    Some(view::CandidateView {
        index: count(index),
        name: candidate.name.clone(),
        birth_date: candidate.birth_date.to_string(),
        class: candidate.class.clone(),
        number: candidate.student_number.clone(),
        room: candidate.room.clone(),
        // Base64 already, of a WebP file: that was checked when the list was opened.
        portrait: candidate
            .portrait
            .as_ref()
            .map(|webp| format!("data:image/webp;base64,{webp}")),
        present_at: attendance.map(|attendance| time(attendance.at)),
        late: attendance.is_some_and(|attendance| attendance.minutes_late.is_some()),
        by_hand: attendance.is_some_and(|attendance| attendance.by_hand),
    })
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl From<county::CardType> for view::CardType {
    fn from(card_type: county::CardType) -> Self {
        match card_type {
            county::CardType::Elev => Self::Elev,
            county::CardType::Larling => Self::Larling,
            county::CardType::Larekandidat => Self::Larekandidat,
        }
    }
}

impl From<wallet::CardState> for view::CardState {
    fn from(state: wallet::CardState) -> Self {
        match state {
            wallet::CardState::Valid => Self::Valid,
            wallet::CardState::NotYetValid => Self::NotYetValid,
            wallet::CardState::NeedsRefresh => Self::NeedsRefresh,
            wallet::CardState::ExpiresSoon => Self::ExpiresSoon,
            wallet::CardState::Expired => Self::Expired,
            wallet::CardState::Suspended => Self::Suspended,
            wallet::CardState::Revoked => Self::Revoked,
            wallet::CardState::Unknown => Self::Unknown,
        }
    }
}

impl From<county::Semester> for view::SemesterView {
    fn from(semester: county::Semester) -> Self {
        Self {
            season: match semester.season() {
                county::Season::Autumn => view::Season::Autumn,
                county::Season::Spring => view::Season::Spring,
            },
            year: semester.year(),
        }
    }
}

impl From<county::enrolment::Symbology> for view::Symbology {
    fn from(symbology: county::enrolment::Symbology) -> Self {
        use county::enrolment::Symbology as From;
        match symbology {
            From::Qr => Self::Qr,
            From::Code39 => Self::Code39,
            From::Code128 => Self::Code128,
            From::Itf => Self::Itf,
            From::Codabar => Self::Codabar,
            From::Ean13 => Self::Ean13,
        }
    }
}

impl From<&county::LibraryCard> for view::LibraryView {
    fn from(card: &county::LibraryCard) -> Self {
        Self {
            code: card.code.clone(),
            symbology: card.symbology.into(),
        }
    }
}

impl From<&county::Contact> for view::ContactView {
    fn from(contact: &county::Contact) -> Self {
        Self {
            role: match contact.role {
                county::ContactRole::School => view::ContactRole::School,
                county::ContactRole::Photo => view::ContactRole::Photo,
                county::ContactRole::Library => view::ContactRole::Library,
                county::ContactRole::TrainingOffice => view::ContactRole::TrainingOffice,
                county::ContactRole::Technical => view::ContactRole::Technical,
                county::ContactRole::FeideHelp => view::ContactRole::FeideHelp,
                county::ContactRole::County => view::ContactRole::County,
            },
            name: contact.name.clone(),
            phone: contact.phone.clone(),
            email: contact.email.clone(),
            url: contact.url.as_ref().map(ToString::to_string),
        }
    }
}

impl From<&county::Holder> for view::HolderView {
    fn from(holder: &county::Holder) -> Self {
        Self {
            given_name: holder.given_name.clone(),
            family_name: holder.family_name.clone(),
            card_type: holder.card_type.into(),
            institution: holder.institution.clone(),
        }
    }
}

impl From<county::PhotoSource> for view::PhotoSource {
    fn from(source: county::PhotoSource) -> Self {
        match source {
            county::PhotoSource::SchoolRecords => Self::SchoolRecords,
            county::PhotoSource::Photographer => Self::Photographer,
            county::PhotoSource::Selfie => Self::Selfie,
            county::PhotoSource::Upload => Self::Upload,
        }
    }
}

impl From<&county::PhotoMissingReason> for view::PhotoMissingReason {
    fn from(why: &county::PhotoMissingReason) -> Self {
        match why {
            county::PhotoMissingReason::NeverHad => Self::NeverHad,
            county::PhotoMissingReason::NotMe => Self::NotMe,
            county::PhotoMissingReason::Returned { note, reasons } => Self::Returned {
                note: note.clone(),
                reasons: rules(reasons),
            },
            county::PhotoMissingReason::Reset { note } => Self::Reset { note: note.clone() },
        }
    }
}

/// The rules of these ids. One that only a newer county knows has no words here and is left out.
pub(crate) fn rules(ids: &[String]) -> Vec<portrait::Rule> {
    let known = |id: &String| {
        let mut all = portrait::Rule::ALL.iter();
        all.find(|rule| rule.id() == id).copied()
    };
    ids.iter().filter_map(known).collect()
}

impl From<county::MissingField> for view::MissingField {
    fn from(field: county::MissingField) -> Self {
        match field {
            county::MissingField::Name => Self::Name,
            county::MissingField::BirthDate => Self::BirthDate,
            county::MissingField::School => Self::School,
            county::MissingField::Class => Self::Class,
            county::MissingField::Programme => Self::Programme,
            county::MissingField::Company => Self::Company,
            county::MissingField::ContractPeriod => Self::ContractPeriod,
        }
    }
}

impl From<county::NoRightReason> for view::NoRightReason {
    fn from(reason: county::NoRightReason) -> Self {
        match reason {
            county::NoRightReason::NotStarted { from } => Self::NotStarted {
                from: from.to_string(),
            },
            county::NoRightReason::Ended { on } => Self::Ended { on: on.to_string() },
            county::NoRightReason::Interrupted { on } => Self::Interrupted { on: on.to_string() },
            county::NoRightReason::Guest => Self::Guest,
            county::NoRightReason::CategoryNotCovered => Self::CategoryNotCovered,
            county::NoRightReason::ContractTypeUnknown => Self::ContractTypeUnknown,
        }
    }
}

impl view::EnrolmentView {
    /// The answer of the issuer; `photo` is the picture that [`county::Enrolment::PhotoToConfirm`] names.
    pub(crate) fn new(enrolment: &county::Enrolment, photo: Option<String>) -> Self {
        match enrolment {
            county::Enrolment::Ready { holder, .. } => Self::Ready {
                holder: holder.into(),
            },
            county::Enrolment::PhotoToConfirm {
                holder,
                photo: proposed,
                reset,
            } => Self::PhotoToConfirm {
                holder: holder.into(),
                photo,
                sha256: proposed.sha256.clone(),
                source: proposed.source.into(),
                taken_on: proposed.taken_on.map(|day| day.to_string()),
                reset: reset.clone(),
            },
            county::Enrolment::PhotoInReview {
                holder,
                photo,
                contact,
            } => Self::PhotoInReview {
                holder: holder.into(),
                source: photo.source.into(),
                contact: contact.into(),
            },
            county::Enrolment::PhotoMissing {
                holder,
                why,
                contact,
            } => Self::PhotoMissing {
                holder: holder.into(),
                why: why.into(),
                contact: contact.into(),
            },
            county::Enrolment::NotInRecords { contact } => Self::NotInRecords {
                contact: contact.into(),
            },
            county::Enrolment::RecordIncomplete { missing, contact } => Self::RecordIncomplete {
                missing: missing.iter().copied().map(Into::into).collect(),
                contact: contact.into(),
            },
            county::Enrolment::SchoolNotEnabled { school, contact } => Self::SchoolNotEnabled {
                school: school.clone(),
                contact: contact.into(),
            },
            county::Enrolment::NoCurrentRight { reason, contact } => Self::NoCurrentRight {
                reason: (*reason).into(),
                contact: contact.into(),
            },
            county::Enrolment::Blocked {
                reason,
                until,
                contact,
            } => Self::Blocked {
                reason: reason.clone(),
                until: until.map(|day| day.to_string()),
                contact: contact.into(),
            },
        }
    }
}
