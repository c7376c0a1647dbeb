//! One FINT resource, read field by field: one bad field is one fault and nothing more.

use crate::day::day_of;
use crate::{FaultReason, Faults, Period, Place};
use chrono::NaiveDate;
use serde_json::{Map, Value};

/// A resource, or a part of one: the place is that of the whole.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) place: Place,
    object: Map<String, Value>,
}

/// A link's target: an id field, in lower case, and its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) field: String,
    pub(super) value: String,
}

impl Entry {
    pub(super) fn new(place: Place, object: Map<String, Value>) -> Self {
        Self { place, object }
    }

    /// A text without surrounding space; none when it is missing, null or blank.
    pub(super) fn text(&self, field: &str, faults: &mut Faults) -> Option<String> {
        match self.object.get(field)? {
            Value::Null => None,
            Value::String(text) => filled(text),
            _ => {
                faults.add(&self.place, wrong_kind(field));
                None
            }
        }
    }

    /// As [`Entry::text`], and a fault when there is none.
    pub(super) fn required_text(&self, field: &str, faults: &mut Faults) -> Option<String> {
        let text = self.text(field, faults);
        if text.is_none() {
            faults.add(&self.place, missing(field));
        }
        text
    }

    /// The value of an `Identifikator`.
    pub(super) fn identifier(&self, field: &str) -> Option<String> {
        identifier_in(self.object.get(field)?)
    }

    /// Every identifier that the resource has, with its field's name in lower case.
    pub(super) fn identifiers(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.object.iter().filter_map(|(field, value)| {
            let value = value.is_object().then(|| identifier_in(value))??;
            Some((field.to_lowercase(), value))
        })
    }

    /// A yes or no; no when it is missing or null.
    pub(super) fn flag(&self, field: &str, faults: &mut Faults) -> bool {
        match self.object.get(field) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                faults.add(&self.place, wrong_kind(field));
                false
            }
        }
    }

    /// A day; none when it is missing, null or unreadable (which is a fault).
    pub(super) fn day(&self, field: &str, faults: &mut Faults) -> Option<NaiveDate> {
        let value = self.object.get(field).filter(|value| !is_absent(value))?;
        let day = day_of(value);
        if day.is_none() {
            let field = field.to_owned();
            faults.add(&self.place, FaultReason::UnreadableDate { field });
        }
        day
    }

    /// A period, open at both ends when it is missing. None, with a fault, when it cannot be relied on:
    /// what begins or ends on an unreadable day must not count as always valid.
    pub(super) fn period(&self, field: &str, faults: &mut Faults) -> Option<Period> {
        let part = match self.object.get(field) {
            None | Some(Value::Null) => return Some(Period::default()),
            Some(Value::Object(object)) => Entry::new(self.place.clone(), object.clone()),
            Some(_) => {
                faults.add(&self.place, wrong_kind(field));
                return None;
            }
        };
        let mut bound = |name: &str| match part.object.get(name) {
            None => Some(None),
            Some(value) if is_absent(value) => Some(None),
            Some(value) => match day_of(value) {
                Some(day) => Some(Some(day)),
                None => {
                    let field = format!("{field}.{name}");
                    faults.add(&self.place, FaultReason::UnreadableDate { field });
                    None
                }
            },
        };
        let period = Period {
            start: bound("start")?,
            end: bound("slutt")?,
        };
        if let (Some(start), Some(end)) = (period.start, period.end)
            && end < start
        {
            let field = field.to_owned();
            faults.add(&self.place, FaultReason::EndsBeforeItBegins { field });
            return None;
        }
        Some(period)
    }

    /// An object inside the resource; none when it is missing, null or something else.
    pub(super) fn part(&self, field: &str) -> Option<Entry> {
        let object = self.object.get(field)?.as_object()?;
        Some(Entry::new(self.place.clone(), object.clone()))
    }

    /// The links of a relation, whose name is compared without case. `_links` can be missing or null.
    pub(super) fn links(&self, relation: &str, faults: &mut Faults) -> Vec<Link> {
        let Some(Value::Object(relations)) = self.object.get("_links") else {
            return Vec::new();
        };
        let Some((_, targets)) = relations
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(relation))
        else {
            return Vec::new();
        };
        let targets = match targets {
            Value::Array(list) => list.as_slice(),
            single => std::slice::from_ref(single),
        };
        let mut links = Vec::new();
        for target in targets.iter().filter(|target| !target.is_null()) {
            match target
                .get("href")
                .and_then(Value::as_str)
                .and_then(parse_link)
            {
                Some(link) => links.push(link),
                None => faults.add(&self.place, leads_nowhere(relation)),
            }
        }
        links
    }
}

/// The fields that are read; besides them every identifier is kept, since a link can name any.
const FIELDS: [&str; 15] = [
    "navn",
    "domenenavn",
    "kontaktinformasjon",
    "gjest",
    "gyldighetsperiode",
    "hovedskole",
    "avbruddsdato",
    "kontraktstype",
    "laretid",
    "organisasjonsnavn",
    "provedato",
    "kode",
    "fodselsdato",
    "bilde",
    "_links",
];

/// The relations that are read.
const RELATIONS: [&str; 18] = [
    "self",
    "person",
    "elev",
    "elevforhold",
    "skole",
    "kategori",
    "klasse",
    "basisgruppe",
    "klassemedlemskap",
    "basisgruppemedlemskap",
    "trinn",
    "programomrade",
    "programomrademedlemskap",
    "gruppemedlemskap",
    "bedrift",
    "larling",
    "avlagtprove",
    "fullfortkode",
];

/// Takes away what no card needs (addresses, remarks, relatives, teaching groups), so that it is not even held in memory.
pub(crate) fn prune(resource: &mut Value) {
    let Value::Object(object) = resource else {
        return;
    };
    object.retain(|name, value| {
        FIELDS.contains(&name.as_str()) || value.get("identifikatorverdi").is_some()
    });
    if let Some(Value::Object(relations)) = object.get_mut("_links") {
        relations.retain(|name, _| {
            RELATIONS
                .iter()
                .any(|relation| name.eq_ignore_ascii_case(relation))
        });
    }
}

pub(super) fn missing(field: &str) -> FaultReason {
    let field = field.to_owned();
    FaultReason::Missing { field }
}

pub(super) fn wrong_kind(field: &str) -> FaultReason {
    let field = field.to_owned();
    FaultReason::WrongKind { field }
}

pub(super) fn leads_nowhere(relation: &str) -> FaultReason {
    let relation = relation.to_owned();
    FaultReason::LeadsNowhere { relation }
}

/// The last two parts of a link's path name its target: `…/elevnummer/12345678`. What comes before can be any host,
/// any path, or an unresolved `${utdanning.kodeverk.termin}/termin`; the relation says which class is meant.
pub(super) fn parse_link(href: &str) -> Option<Link> {
    let path = href.split(['?', '#']).next()?;
    let mut parts = path.rsplit('/').filter(|part| !part.is_empty());
    let value = percent_decoded(parts.next()?)?;
    let field = percent_decoded(parts.next()?)?.to_lowercase();
    (!value.trim().is_empty()).then(|| Link {
        field,
        value: value.trim().to_owned(),
    })
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

fn identifier_in(value: &Value) -> Option<String> {
    match value.get("identifikatorverdi")? {
        Value::String(text) => filled(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Null, or a text of nothing but space.
fn is_absent(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_link_is_read_from_its_end() {
        let link = |field: &str, value: &str| {
            Some(Link {
                field: field.into(),
                value: value.into(),
            })
        };
        let api = "https://api.felleskomponent.no/utdanning/elev/elev";
        let cases = [
            (
                format!("{api}/elevnummer/12345678"),
                link("elevnummer", "12345678"),
            ),
            (format!("{api}/systemId/A1/"), link("systemid", "A1")),
            (
                format!("{api}/feidenavn/a%40b.no?x=1"),
                link("feidenavn", "a@b.no"),
            ),
            (format!("{api}/systemid/a%2Fb"), link("systemid", "a/b")),
            (
                "${utdanning.kodeverk.termin}/termin/systemid/268360".to_owned(),
                link("systemid", "268360"),
            ),
            ("/systemid/1".to_owned(), link("systemid", "1")),
            (format!("{api}/systemid/%20"), None),
            (format!("{api}/systemid/%zz"), None),
            (format!("{api}/systemid/%f"), None),
            ("1".to_owned(), None),
            (String::new(), None),
        ];
        for (href, expected) in cases {
            assert_eq!(parse_link(&href), expected, "{href}");
        }
    }

    proptest! {
        #[test]
        fn no_link_makes_it_panic(href in "[%/a-f0-9?#$ø{}]{0,30}") {
            let _ = parse_link(&href);
        }
    }
}
