//! What a text of a source may be: one rule for all sources, that every database can keep.
//!
//! Readers ask it of each text, so that a fault names the row and the column; [`clean`] asks it once more of the whole model,
//! so that nothing passes that a reader forgot.

use crate::{FaultReason, Faults, PersonRecord, Place, School};

/// The most characters of a text: more than any name, number or address has, and little enough for every index.
pub(crate) const MAX_TEXT: usize = 512;
/// The most characters of an address on the web: those of photos can be signed, and are in no index.
pub(crate) const MAX_ADDRESS: usize = 2_048;

/// Why a text is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    TooLong,
    /// A character that is not written but steers: PostgreSQL keeps no NUL, and no card shows any.
    Control,
}

impl Flaw {
    pub(crate) fn of(text: &str) -> Option<Self> {
        Self::within(text, MAX_TEXT)
    }

    pub(crate) fn within(text: &str, most: usize) -> Option<Self> {
        if text.len() > most && text.chars().nth(most).is_some() {
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

/// Takes away every text that breaks the rule, and what cannot be without it.
pub(crate) fn clean(
    schools: &mut Vec<School>,
    people: &mut Vec<PersonRecord>,
    faults: &mut Faults,
) {
    let mut number = 0;
    schools.retain_mut(|school| {
        number += 1;
        let mut check = Check::new("skole", &school.number, number, faults);
        if !check.is_good("skolenummer", &school.number) {
            return false;
        }
        if !check.is_good("navn", &school.name) {
            school.name.clone_from(&school.number);
        }
        check.optional("organisasjonsnummer", &mut school.organisation_number);
        check.optional("domenenavn", &mut school.domain);
        check.optional("telefonnummer", &mut school.contact.phone);
        check.optional("epostadresse", &mut school.contact.email);
        true
    });
    let mut number = 0;
    people.retain_mut(|person| {
        number += 1;
        let key = person.source_key.clone();
        let (class, id) = key.split_once(':').unwrap_or(("elev", &key));
        let mut check = Check::new(class, id, number, faults);
        check.is_good("systemId", id) && {
            check.person(person);
            true
        }
    });
}

/// The texts of one record; faults are at its place.
struct Check<'a> {
    class: &'a str,
    id: String,
    faults: &'a mut Faults,
}

impl<'a> Check<'a> {
    fn new(class: &'a str, id: &str, number: usize, faults: &'a mut Faults) -> Self {
        // The place is told and kept as well.
        let id = match Flaw::of(id) {
            None => id.to_owned(),
            Some(_) => format!("#{number}"),
        };
        Self { class, id, faults }
    }

    fn is_good(&mut self, field: &str, text: &str) -> bool {
        let Some(flaw) = Flaw::of(text) else {
            return true;
        };
        let place = Place {
            class: self.class.to_owned(),
            id: self.id.clone(),
        };
        self.faults.add(&place, flaw.reason(field));
        false
    }

    fn optional(&mut self, field: &str, text: &mut Option<String>) {
        text.take_if(|text| !self.is_good(field, text));
    }

    fn person(&mut self, person: &mut PersonRecord) {
        for (field, name) in [
            ("fornavn", &mut person.given_name),
            ("etternavn", &mut person.family_name),
        ] {
            if !self.is_good(field, name) {
                name.clear();
            }
        }
        self.optional("mellomnavn", &mut person.middle_name);
        self.optional("feidenavn", &mut person.feide_name);
        self.optional("mobiltelefonnummer", &mut person.mobile);
        self.optional("elevnummer", &mut person.student_number);
        person
            .library_code
            .take_if(|code| !self.is_good("kode", &code.code));
        person.enrolments.retain_mut(|enrolment| {
            self.optional("skole", &mut enrolment.school_number);
            enrolment.classes.retain_mut(|class| {
                self.optional("trinn", &mut class.level);
                self.is_good("klasse", &class.name)
            });
            enrolment.programmes.retain(|programme| {
                let texts = [&programme.code, &programme.name];
                texts
                    .into_iter()
                    .all(|text| self.is_good("programomrade", text))
            });
            // A category that is not known must not be taken for none.
            let category = enrolment.category_code.as_deref().unwrap_or_default();
            self.is_good("kategori", category)
        });
        for contract in &mut person.contracts {
            self.optional("kontraktstype", &mut contract.contract_type);
            self.optional("organisasjonsnavn", &mut contract.company);
            self.optional("organisasjonsnummer", &mut contract.company_number);
            self.optional("programomrade", &mut contract.programme);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_database_keeps_and_what_has_no_end_are_flaws() {
        for (text, flaw) in [
            ("Ola", None),
            ("Ola\0", Some(Flaw::Control)),
            ("Ola\nNordmann", Some(Flaw::Control)),
            ("\u{85}", Some(Flaw::Control)),
            ("Áslak Ŋ", None),
        ] {
            assert_eq!(Flaw::of(text), flaw, "{text:?}");
        }
        assert_eq!(Flaw::of(&"ø".repeat(MAX_TEXT)), None);
        assert_eq!(Flaw::of(&"ø".repeat(MAX_TEXT + 1)), Some(Flaw::TooLong));
    }
}
