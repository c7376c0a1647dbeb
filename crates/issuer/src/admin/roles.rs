//! Who may do what. Roles are given here, never by Feide alone.

use super::Lang;

/// What somebody is here, at one school or for the whole county.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// The school's office.
    SchoolAdmin,
    /// Who helps the school's people with their devices and logins.
    IktContact,
    /// The library.
    Library,
    /// Delivers a school's photos, and sees nothing else of it.
    Photographer,
    /// Runs all of it; for the whole county only.
    CountyAdmin,
    /// Reads the audit trail; for the whole county only.
    Auditor,
}

/// Something that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Power {
    /// Find a person, and see what that person sees.
    LookUp,
    /// See the picture; approve it, hand it back, take it away.
    DecidePhoto,
    SetLibraryCode,
    Block,
    /// See the devices, and log one out.
    RevokeDevice,
    ResendSms,
    PrintSlip,
    /// See the school's first page, with what else one may there.
    OpenSchool,
    SeeRosters,
    SeeFaults,
    EditContacts,
    SendPhotos,
    RunSync,
    DecideBrake,
    SeeKeys,
    SeeMessages,
    EnableSchools,
    GiveRoles,
    SeeAudit,
}

impl Role {
    pub(crate) const ALL: [Self; 6] = [
        Self::SchoolAdmin,
        Self::IktContact,
        Self::Library,
        Self::Photographer,
        Self::CountyAdmin,
        Self::Auditor,
    ];

    /// As it is stored, and named on the command line.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::SchoolAdmin => "school-admin",
            Self::IktContact => "ikt-contact",
            Self::Library => "library",
            Self::Photographer => "photographer",
            Self::CountyAdmin => "county-admin",
            Self::Auditor => "auditor",
        }
    }

    pub(crate) fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }

    /// What the role is called.
    pub(crate) fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::SchoolAdmin => lang.of(
                "Skoleadministrator",
                "Skuleadministrator",
                "School administrator",
            ),
            Self::IktContact => lang.of("IKT-kontakt", "IKT-kontakt", "IT contact"),
            Self::Library => lang.of("Bibliotek", "Bibliotek", "Library"),
            Self::Photographer => lang.of("Fotograf", "Fotograf", "Photographer"),
            Self::CountyAdmin => lang.of(
                "Fylkesadministrator",
                "Fylkesadministrator",
                "County administrator",
            ),
            Self::Auditor => lang.of("Revisor", "Revisor", "Auditor"),
        }
    }

    /// It makes no sense at a single school.
    pub(crate) fn is_for_county_only(self) -> bool {
        matches!(self, Self::CountyAdmin | Self::Auditor)
    }

    /// Whether the role holds the power, where it was given.
    pub(crate) fn has(self, power: Power) -> bool {
        match self {
            Self::CountyAdmin => true,
            Self::SchoolAdmin => matches!(
                power,
                Power::LookUp
                    | Power::DecidePhoto
                    | Power::SetLibraryCode
                    | Power::Block
                    | Power::RevokeDevice
                    | Power::ResendSms
                    | Power::PrintSlip
                    | Power::OpenSchool
                    | Power::SeeRosters
                    | Power::SeeFaults
                    | Power::EditContacts
                    | Power::SendPhotos
            ),
            Self::IktContact => matches!(
                power,
                Power::LookUp
                    | Power::RevokeDevice
                    | Power::ResendSms
                    | Power::OpenSchool
                    | Power::SeeFaults
            ),
            Self::Library => matches!(power, Power::LookUp | Power::SetLibraryCode),
            Self::Photographer => matches!(power, Power::OpenSchool | Power::SendPhotos),
            Self::Auditor => {
                matches!(power, Power::SeeAudit | Power::SeeKeys | Power::SeeMessages)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_county_gives_roles_and_nobody_but_the_county_and_the_auditor_reads_the_trail() {
        for role in Role::ALL {
            assert_eq!(Role::from_id(role.id()), Some(role));
            assert_eq!(role.has(Power::GiveRoles), role == Role::CountyAdmin);
            assert_eq!(role.has(Power::SeeAudit), role.is_for_county_only());
            let looks_up = !matches!(role, Role::Auditor | Role::Photographer);
            assert_eq!(role.has(Power::LookUp), looks_up);
        }
        assert!(!Role::Library.has(Power::DecidePhoto));
        assert!(!Role::IktContact.has(Power::Block));
    }
}
