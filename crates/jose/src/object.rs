//! JSON objects in which no name may stand twice.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

/// A JSON object read so that a repeated member name is an error (RFC 7515 §4, RFC 7517 §4): two
/// readers that each pick another of the two would see different keys or algorithms.
pub(crate) struct UniqueObject(pub(crate) Map<String, Value>);

impl UniqueObject {
    /// Takes a text member out; `Err` if it is there and is not text.
    pub(crate) fn take_text(&mut self, name: &'static str) -> Result<Option<String>, NotText> {
        match self.0.shift_remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(NotText(name)),
        }
    }
}

/// The named member is there but is not text.
pub(crate) struct NotText(pub(crate) &'static str);

impl<'de> Deserialize<'de> for UniqueObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = UniqueObject;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<UniqueObject, A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a member name stands twice"));
            }
        }
        Ok(UniqueObject(object))
    }
}
