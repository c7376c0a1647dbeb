//! JSON in which no name may stand twice in an object.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// JSON read so that a name that stands twice in an object, at any depth, is an error (RFC 7515 §4, RFC 7517 §4,
/// RFC 7519 §4): two readers that each pick another of the two would see different keys, algorithms or claims.
///
/// ```
/// assert!(serde_json::from_str::<jose::UniqueValue>(r#"{"exp": 1, "iat": {"exp": 2}}"#).is_ok());
/// assert!(serde_json::from_str::<jose::UniqueValue>(r#"{"exp": 1, "exp": 2}"#).is_err());
/// ```
pub struct UniqueValue(pub Value);

/// A [`UniqueValue`] that is an object.
pub(crate) struct UniqueObject(pub(crate) Map<String, Value>);

/// The named member is there but is not text.
pub(crate) struct NotText(pub(crate) &'static str);

/// A member that is text, if it is there.
pub(crate) fn text<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, NotText> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(NotText(name)),
    }
}

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

impl<'de> Deserialize<'de> for UniqueObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match UniqueValue::deserialize(deserializer)?.0 {
            Value::Object(object) => Ok(Self(object)),
            _ => Err(D::Error::custom("not a JSON object")),
        }
    }
}

impl<'de> Deserialize<'de> for UniqueValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("not a finite number"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(UniqueValue(value)) = access.next_element()? {
            array.push(value);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, UniqueValue(value))) = access.next_entry::<String, _>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a member name stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Option<Value> {
        serde_json::from_str::<UniqueValue>(json)
            .ok()
            .map(|value| value.0)
    }

    #[test]
    fn a_name_that_stands_twice_is_refused_at_any_depth() {
        for json in [
            r#"{"a": 1, "a": 1}"#,
            r#"{"a": 1, "\u0061": 2}"#,
            r#"[{"b": {"a": 1, "a": 2}}]"#,
            r#"{"b": [[{"a": null, "a": null}]]}"#,
        ] {
            assert_eq!(read(json), None, "{json}");
        }
        assert!(read(r#"{"a": {"a": [{"a": 1}, {"a": 2}]}}"#).is_some());
    }

    proptest! {
        #[test]
        fn everything_else_is_read_as_serde_json_reads_it(json in r#"[\[\]{}:,"a-c0-9. eE+tfnul-]{0,24}"#) {
            let theirs = serde_json::from_str::<Value>(&json).ok();
            let has_object = json.contains('{');
            match read(&json) {
                Some(ours) => prop_assert_eq!(Some(ours), theirs),
                // Names that stand twice are all that may be missing.
                None => prop_assert!(theirs.is_none() || has_object),
            }
        }

        #[test]
        fn numbers_and_text_come_out_whole(int: i64, unsigned: u64, text: String) {
            let value = serde_json::json!([int, unsigned, 0.5, text, null, true, {"a": text}]);
            prop_assert_eq!(read(&value.to_string()), Some(value));
        }
    }
}
