//! What a set would change, for people to look at before it is applied.
//!
//! Values are shown where they help to judge a change (a class, a school, a name), and never where they are a person's number or
//! a key to a photo: there the field's name is enough. It goes to whoever runs the command, not into a log.

use school_records::{Fault, Faults};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The most fields that are told of one person.
const MAX_FIELDS: usize = 40;

/// Of each kind so many are kept of a run that braked.
pub const MOST_KEPT: usize = 5_000;

/// Fields whose values are not shown.
const HIDDEN: [&str; 6] = [
    "national_number",
    "birth_date",
    "mobile",
    "student_number",
    "photo_url",
    "library_code",
];

/// What would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// Keys of people who are new.
    pub added: Vec<String>,
    /// People whose records change.
    pub changed: Vec<Changed>,
    /// Keys of people who were withdrawn and are back.
    pub returned: Vec<String>,
    /// Keys of people who are no longer in the set.
    pub withdrawn: Vec<String>,
}

/// A person whose record changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The key in the records.
    pub key: String,
    /// Whether the record would be about another human, who keeps neither face nor cards of the one before.
    pub someone_else: bool,
    /// Whether it changes by what a person is known: the above, or what is mended of the same human.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identity_changed: bool,
    /// Whether a card that the person has today would be lost.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub card_lost: bool,
    /// What changes.
    pub fields: Vec<Field>,
}

/// A field that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name, with the way to it: `enrolments[0].classes[0].name`.
    pub field: String,
    /// What it was and is, where that is shown; none on one side where it was not, or is no more.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub values: Option<FromTo>,
}

/// A field's values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FromTo {
    /// Before.
    #[serde(deserialize_with = "value_or_null")]
    pub from: Option<Value>,
    /// After.
    #[serde(deserialize_with = "value_or_null")]
    pub to: Option<Value>,
}

/// Without this a member that is not there would be read as none, and a field that is not shown as one that was empty.
fn value_or_null<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Option::deserialize(value)
}

/// A record that could not be used, as it is told.
#[derive(Clone, Debug, Serialize)]
pub struct Refused {
    /// The class or file.
    pub class: String,
    /// The record in it.
    pub record: String,
    /// Why; names fields, never values.
    pub reason: String,
}

impl Refused {
    /// All that are listed.
    pub fn all(faults: &Faults) -> Vec<Self> {
        let told = |fault: &Fault| Self {
            class: fault.place.class.clone(),
            record: fault.place.id.clone(),
            reason: fault.reason.to_string(),
        };
        faults.iter().map(told).collect()
    }
}

/// What the brake weighs of a change.
#[derive(Clone, Copy)]
pub(super) struct Weight {
    pub(super) someone_else: bool,
    pub(super) identity_changed: bool,
    pub(super) card_lost: bool,
}

/// Tells of what changes, as it is found.
///
/// Of each kind so many are kept as are asked for; of those who change, these whose identity does or who lose a card go
/// before others.
pub(super) struct Differ {
    most: usize,
    diff: Diff,
    weighty: Vec<Changed>,
}

impl Differ {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            diff: Diff::default(),
            weighty: Vec::new(),
        }
    }

    pub(super) fn added(&mut self, key: &str) {
        keep(&mut self.diff.added, key, self.most);
    }

    pub(super) fn returned(&mut self, key: &str) {
        keep(&mut self.diff.returned, key, self.most);
    }

    pub(super) fn withdrawn(&mut self, key: &str) {
        keep(&mut self.diff.withdrawn, key, self.most);
    }

    pub(super) fn changed(
        &mut self,
        key: &str,
        (old, new): (&Value, &Value),
        is_number_changed: bool,
        weight: Weight,
    ) {
        let Weight {
            someone_else,
            identity_changed,
            card_lost,
        } = weight;
        let list = if identity_changed || card_lost {
            &mut self.weighty
        } else {
            &mut self.diff.changed
        };
        if list.len() >= self.most {
            return;
        }
        let mut fields = Vec::new();
        compare("", Some(old), Some(new), &mut fields);
        if is_number_changed {
            fields.push(Field {
                field: "national_number".to_owned(),
                values: None,
            });
        }
        list.push(Changed {
            key: key.to_owned(),
            someone_else,
            identity_changed,
            card_lost,
            fields,
        });
    }

    pub(super) fn diff(mut self) -> Diff {
        self.weighty.append(&mut self.diff.changed);
        self.weighty.truncate(self.most);
        self.diff.changed = self.weighty;
        self.diff.withdrawn.sort_unstable();
        self.diff
    }
}

fn keep(list: &mut Vec<String>, key: &str, most: usize) {
    if list.len() < most {
        list.push(key.to_owned());
    }
}

/// The leaves in which two values differ.
fn compare(path: &str, old: Option<&Value>, new: Option<&Value>, fields: &mut Vec<Field>) {
    if old == new || fields.len() >= MAX_FIELDS {
        return;
    }
    let is_hidden = HIDDEN.contains(&path);
    match (old, new) {
        (Some(Value::Object(old)), Some(Value::Object(new))) if !is_hidden => {
            for name in new
                .keys()
                .chain(old.keys().filter(|name| !new.contains_key(*name)))
            {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                compare(&path, old.get(name), new.get(name), fields);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) if !is_hidden => {
            for at in 0..old.len().max(new.len()) {
                compare(&format!("{path}[{at}]"), old.get(at), new.get(at), fields);
            }
        }
        (old, new) => {
            let known = |value: Option<&Value>| value.filter(|value| !value.is_null()).cloned();
            fields.push(Field {
                field: path.to_owned(),
                values: (!is_hidden).then(|| FromTo {
                    from: known(old),
                    to: known(new),
                }),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_is_told_by_its_field_and_numbers_of_people_stay_untold() {
        let old = json!({
            "given_name": "Nora", "middle_name": null, "mobile": "68050000", "birth_date": "2009-03-14", "student_number": "1",
            "photo_url": null, "library_code": {"code": "N1", "symbology": null},
            "enrolments": [{"school_number": "16001", "classes": [{"name": "2STA", "level": "VG2"}]}],
        });
        let new = json!({
            "given_name": "Nora", "middle_name": "Lie", "mobile": "68050001", "birth_date": "2009-03-15", "student_number": "2",
            "photo_url": "https://bilder.example/2.jpg", "library_code": {"code": "N2", "symbology": null},
            "enrolments": [{"school_number": "16001", "classes": [{"name": "2STB", "level": "VG2"}, {"name": "3STA", "level": null}]}],
        });
        let mut fields = Vec::new();
        compare("", Some(&old), Some(&new), &mut fields);
        insta::assert_json_snapshot!(fields);
        let told = serde_json::to_string(&fields).unwrap();
        for hidden in ["6805", "2009", "N2", "bilder"] {
            assert!(!told.contains(hidden), "{told}");
        }
    }
}
