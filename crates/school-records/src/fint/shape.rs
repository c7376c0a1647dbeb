//! What is read of each class, and how: the rest of a resource is dropped as soon as it has been parsed.

use super::entry::{Bad, Kept};
use crate::Period;
use crate::day::day_of;
use crate::text::{Flaw, MAX_ADDRESS, MAX_TEXT};
use serde_json::{Map, Value};
use std::hash::{BuildHasher, RandomState};

/// What a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A text, longer than others can be.
    Address,
    Identifier,
    Flag,
    Day,
    Period,
    /// What the relation of that name points at, in words.
    Target,
}

/// A field that is read, by name; it can lie in a part of the resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) part: Option<&'static str>,
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What is read of a class.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shape {
    pub(super) fields: &'static [Field],
    pub(super) relations: &'static [&'static str],
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        part: None,
        name,
        kind,
    }
}

const fn part(part: &'static str, name: &'static str) -> Field {
    Field {
        part: Some(part),
        name,
        kind: Kind::Text,
    }
}

const SYSTEM_ID: Field = field("systemId", Kind::Identifier);
const NAME: Field = field("navn", Kind::Text);
const VALID: Field = field("gyldighetsperiode", Kind::Period);
const CODE: Field = field("kode", Kind::Text);
const MOBILE: Field = part("kontaktinformasjon", "mobiltelefonnummer");

impl Shape {
    pub(super) fn of(class: &str) -> Self {
        let (fields, relations): (&[Field], &[&str]) = match class {
            "klassemedlemskap" => (&[SYSTEM_ID, VALID], &["elevforhold", "klasse"]),
            "basisgruppemedlemskap" => (&[SYSTEM_ID, VALID], &["elevforhold", "basisgruppe"]),
            "programomrademedlemskap" => (&[SYSTEM_ID, VALID], &["elevforhold", "programomrade"]),
            "elevforhold" => (
                const {
                    &[
                        SYSTEM_ID,
                        VALID,
                        field("hovedskole", Kind::Flag),
                        field("avbruddsdato", Kind::Day),
                        field("kategori", Kind::Target),
                    ]
                },
                &[
                    "elev",
                    "skole",
                    "kategori",
                    "klassemedlemskap",
                    "basisgruppemedlemskap",
                    "programomrademedlemskap",
                ],
            ),
            "elev" => (
                const {
                    &[
                        SYSTEM_ID,
                        field("elevnummer", Kind::Identifier),
                        field("feidenavn", Kind::Identifier),
                        field("gjest", Kind::Flag),
                        MOBILE,
                    ]
                },
                &["person", "elevforhold"],
            ),
            "person" => (
                const {
                    &[
                        field("fodselsnummer", Kind::Identifier),
                        field("fodselsdato", Kind::Day),
                        part("navn", "fornavn"),
                        part("navn", "mellomnavn"),
                        part("navn", "etternavn"),
                        field("bilde", Kind::Address),
                        MOBILE,
                    ]
                },
                &["elev", "larling"],
            ),
            "klasse" => (&[SYSTEM_ID, NAME], &["trinn", "klassemedlemskap"]),
            "basisgruppe" => (&[SYSTEM_ID, NAME], &["trinn", "basisgruppemedlemskap"]),
            "skole" => (
                const {
                    &[
                        SYSTEM_ID,
                        field("skolenummer", Kind::Identifier),
                        field("organisasjonsnummer", Kind::Identifier),
                        NAME,
                        field("domenenavn", Kind::Text),
                        part("kontaktinformasjon", "telefonnummer"),
                        MOBILE,
                        part("kontaktinformasjon", "epostadresse"),
                        part("kontaktinformasjon", "nettsted"),
                    ]
                },
                &[],
            ),
            "arstrinn" => (&[SYSTEM_ID, NAME], &[]),
            "programomrade" => (&[SYSTEM_ID, NAME], &["gruppemedlemskap"]),
            "elevkategori" | "fullfortkode" => (&[SYSTEM_ID, CODE], &[]),
            "avlagtprove" => (
                const {
                    &[
                        SYSTEM_ID,
                        field("provedato", Kind::Day),
                        field("fullfortkode", Kind::Target),
                    ]
                },
                &["larling", "fullfortkode"],
            ),
            "larling" => (
                const {
                    &[
                        SYSTEM_ID,
                        field("laretid", Kind::Period),
                        field("kontraktstype", Kind::Text),
                    ]
                },
                &["person", "bedrift", "programomrade", "avlagtprove"],
            ),
            "virksomhet" => (
                const {
                    &[
                        SYSTEM_ID,
                        field("virksomhetsId", Kind::Identifier),
                        field("organisasjonsnummer", Kind::Identifier),
                        field("organisasjonsnavn", Kind::Text),
                    ]
                },
                &[],
            ),
            _ => (&[], &[]),
        };
        Self { fields, relations }
    }
}

/// A field of a resource as it is read: a text still lies in the JSON.
pub(super) enum Read<'a> {
    Text(&'a str),
    Number(String),
    Other(Kept),
}

impl Field {
    /// None when it is missing, null or blank.
    pub(super) fn read<'a>(&self, object: &'a Map<String, Value>) -> Option<Read<'a>> {
        let object = match self.part {
            Some(part) => object.get(part)?.as_object()?,
            None => object,
        };
        let value = match self.kind {
            Kind::Target => return None,
            Kind::Identifier => return identifier_in(object.get(self.name)?),
            _ => object.get(self.name).filter(|value| !value.is_null())?,
        };
        let kept = match (self.kind, value) {
            (Kind::Text | Kind::Address, Value::String(text)) => {
                return Some(Read::Text(filled(text)?));
            }
            (Kind::Flag, Value::Bool(flag)) => Kept::Flag(*flag),
            (Kind::Day, value) => match bound(Some(value)) {
                Ok(day) => Kept::Day(day?),
                Err(NoDay) => Kept::Bad(Bad::Day),
            },
            (Kind::Period, Value::Object(object)) => {
                match (bound(object.get("start")), bound(object.get("slutt"))) {
                    (Err(NoDay), _) => Kept::Bad(Bad::Start),
                    (_, Err(NoDay)) => Kept::Bad(Bad::End),
                    (Ok(start), Ok(end)) => match (Period { start, end }) {
                        period if period.ends_before_it_begins() => Kept::Bad(Bad::Reversed),
                        period => Kept::Period(period),
                    },
                }
            }
            _ => Kept::Bad(Bad::Kind),
        };
        Some(Read::Other(kept))
    }
}

struct NoDay;

/// A day; none when it is missing, null or blank.
fn bound(value: Option<&Value>) -> Result<Option<chrono::NaiveDate>, NoDay> {
    let is_absent = |value: &&Value| {
        value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
    };
    match value.filter(|value| !is_absent(value)) {
        None => Ok(None),
        Some(value) => day_of(value).map(Some).ok_or(NoDay),
    }
}

/// The value of an `Identifikator`.
pub(super) fn identifier_in(value: &Value) -> Option<Read<'_>> {
    match value.get("identifikatorverdi")? {
        Value::String(text) => filled(text).map(Read::Text),
        Value::Number(number) => Some(Read::Number(number.to_string())),
        _ => None,
    }
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

impl Read<'_> {
    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(text) => Some(text),
            Self::Other(_) => None,
        }
    }

    /// What is kept of it; `put` keeps a text.
    pub(super) fn kept(&self, kind: Kind, put: impl FnOnce(&str) -> Kept) -> Kept {
        let most = if kind == Kind::Address {
            MAX_ADDRESS
        } else {
            MAX_TEXT
        };
        match (self, self.text()) {
            (Self::Other(kept), _) => *kept,
            (_, Some(text)) => match Flaw::within(text, most) {
                Some(flaw) => Kept::Bad(Bad::Text(flaw)),
                None => put(text),
            },
            (_, None) => Kept::Bad(Bad::Kind),
        }
    }
}

/// An id field and its value, both without case, as a fingerprint: 96 bits of two keyed hashes, so that no two are alike by
/// chance or by will.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Key([u32; 3]);

/// Makes the keys of one reading: those of another are different.
#[derive(Debug, Clone, Default)]
pub(super) struct Fingerprints(RandomState, RandomState);

impl Fingerprints {
    pub(super) fn of(&self, field: &str, value: &str) -> Key {
        let (field, value) = (field.to_lowercase(), value.to_lowercase());
        let hash = |state: &RandomState| state.hash_one((&field, &value)).to_le_bytes();
        let ([a, b, c, d, e, f, g, h], [i, j, k, l, ..]) = (hash(&self.0), hash(&self.1));
        Key([[a, b, c, d], [e, f, g, h], [i, j, k, l]].map(u32::from_le_bytes))
    }
}

/// A link's target: an id field, in lower case, and its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) field: String,
    pub(super) value: String,
}

/// The links of a relation, whose name is compared without case. `_links` can be missing or null.
pub(super) fn links<'a>(
    object: &'a Map<String, Value>,
    relation: &str,
) -> impl Iterator<Item = Option<Link>> + use<'a> {
    let targets = object
        .get("_links")
        .and_then(Value::as_object)
        .and_then(|relations| {
            let mut relations = relations.iter();
            relations.find(|(name, _)| name.eq_ignore_ascii_case(relation))
        });
    let targets = match targets {
        None => &[],
        Some((_, Value::Array(list))) => list.as_slice(),
        Some((_, single)) => std::slice::from_ref(single),
    };
    let targets = targets.iter().filter(|target| !target.is_null());
    targets.map(|target| parse_link(target.get("href")?.as_str()?))
}

/// The last two parts of a link's path name its target: `…/elevnummer/12345678`. What comes before can be any host,
/// any path, or an unresolved `${utdanning.kodeverk.termin}/termin`; the relation says which class is meant.
fn parse_link(href: &str) -> Option<Link> {
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
