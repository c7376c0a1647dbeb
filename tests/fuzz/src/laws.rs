//! Laws that hold for more than one reader.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What is read from JSON is written so that it reads as the same. Answers whether it was read.
pub fn json_comes_back<T: DeserializeOwned + Serialize + PartialEq + Debug>(data: &[u8]) -> bool {
    let Ok(read) = serde_json::from_slice::<T>(data) else {
        return false;
    };
    let text = serde_json::to_vec(&read).unwrap();
    let again: T = serde_json::from_slice(&text).unwrap();
    if !has_fraction(data) {
        assert_eq!(again, read);
    }
    true
}

/// Whether a number in the JSON has a fraction or an exponent: such may lose their last digit on the way.
#[must_use]
pub fn has_fraction(json: &[u8]) -> bool {
    fn within(value: &Value) -> bool {
        match value {
            Value::Number(number) => number.is_f64(),
            Value::Array(array) => array.iter().any(within),
            Value::Object(object) => object.values().any(within),
            _ => false,
        }
    }
    serde_json::from_slice(json).is_ok_and(|value| within(&value))
}
