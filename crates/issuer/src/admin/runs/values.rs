//! What a field was and is, in words that are read.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::{records::diff::Field, web::Lang};

/// What a field was and is; nothing where values are not told.
pub(super) fn from_to(field: &Field, lang: Lang) -> String {
    let shown = |value: &Option<Value>| match value {
        None => "–".to_owned(),
        Some(value) => told(value, lang),
    };
    field.values.as_ref().map_or_else(String::new, |values| {
        format!("{} → {}", shown(&values.from), shown(&values.to))
    })
}

fn told(value: &Value, lang: Lang) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => lang.of("ja", "ja", "yes").to_owned(),
        Value::Bool(false) => lang.of("nei", "nei", "no").to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text
            .parse::<NaiveDate>()
            .map_or_else(|_| text.clone(), |day| lang.day(day)),
        Value::Array(all) => joined(all.iter(), lang),
        Value::Object(members) => told_of(members, lang),
    }
}

/// A school relation or a contract by what people know it by: a class is its name, and codes and switches are left out.
fn told_of(members: &Map<String, Value>, lang: Lang) -> String {
    if let (Some(start), Some(end)) = (members.get("start"), members.get("end")) {
        return format!("{}–{}", told(start, lang), told(end, lang));
    }
    if let Some(name) = members.get("name") {
        return told(name, lang);
    }
    let is_code = |name: &str| {
        name != "school_number" && (name.ends_with("_code") || name.ends_with("_number"))
    };
    let known = members
        .iter()
        .filter(|(name, value)| !value.is_boolean() && !is_code(name));
    joined(known.map(|(_, value)| value), lang)
}

fn joined<'a>(values: impl Iterator<Item = &'a Value>, lang: Lang) -> String {
    let parts: Vec<String> = values
        .map(|value| told(value, lang))
        .filter(|text| !text.is_empty())
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::records::diff::FromTo;

    #[test]
    fn a_whole_school_relation_a_day_and_a_switch_are_read_as_people_say_them() {
        let enrolment = json!({
            "school_number": "16001", "main": true, "period": { "start": "2026-08-01", "end": "2027-07-31" },
            "interrupted_on": null, "category_code": "2",
            "classes": [{ "name": "3SSA", "level": "VG3", "period": { "start": "2026-08-01", "end": null } }],
            "programmes": [],
        });
        let said = |from: Option<Value>, to: Option<Value>| {
            let field = Field {
                field: "enrolments[0]".to_owned(),
                values: Some(FromTo { from, to }),
            };
            from_to(&field, Lang::Nb)
        };
        assert_eq!(
            said(Some(enrolment), None),
            "16001, 1. august 2026–31. juli 2027, 3SSA → –"
        );
        assert_eq!(
            said(Some(json!("2009-03-14")), Some(json!("2009-03-13"))),
            "14. mars 2009 → 13. mars 2009"
        );
        assert_eq!(said(Some(json!(true)), Some(json!(false))), "ja → nei");
        assert_eq!(said(None, Some(json!("Ola"))), "– → Ola");
    }
}
