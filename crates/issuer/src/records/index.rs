//! What people are found by: their schools and classes, and the words of their names. Kept by the sync.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use school_records::PersonRecord;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::db::entity::person_school;

use super::status::CHUNK;

/// Writes at which schools these people are, instead of what was written before.
///
/// # Errors
/// When the database fails.
pub async fn write(
    db: &impl ConnectionTrait,
    people: &[(Uuid, PersonRecord)],
) -> Result<(), DbErr> {
    for chunk in people.chunks(CHUNK / 5) {
        person_school::Entity::delete_many()
            .filter(person_school::Column::PersonId.is_in(chunk.iter().map(|(id, _)| *id)))
            .exec(db)
            .await?;
        let rows: Vec<_> = chunk
            .iter()
            .flat_map(|(id, record)| rows(*id, record))
            .collect();
        for rows in rows.chunks(CHUNK) {
            person_school::Entity::insert_many(rows.to_vec())
                .exec_without_returning(db)
                .await?;
        }
    }
    Ok(())
}

/// Whether the person is at the main school there, and the last day.
#[derive(Clone, Copy)]
struct There {
    main: bool,
    until: Option<NaiveDate>,
}

fn rows(id: Uuid, record: &PersonRecord) -> Vec<person_school::ActiveModel> {
    let mut found: BTreeMap<(&str, &str), There> = BTreeMap::new();
    for enrolment in &record.enrolments {
        let Some(school) = enrolment.school_number.as_deref() else {
            continue;
        };
        // Interrupted on the day that it no longer holds.
        let interrupted = enrolment.interrupted_on.and_then(|day| day.pred_opt());
        let end = earliest(enrolment.period.end, interrupted);
        let mut add = |class, until| {
            let new = There {
                main: enrolment.main,
                until,
            };
            found
                .entry((school, class))
                .and_modify(|old| {
                    old.main |= new.main;
                    // No end is the latest of all.
                    old.until = old.until.zip(new.until).map(|(one, other)| one.max(other));
                })
                .or_insert(new);
        };
        if enrolment.classes.is_empty() {
            add("", end);
        }
        for class in &enrolment.classes {
            add(&class.name, earliest(end, class.period.end));
        }
    }
    found
        .into_iter()
        .map(|((school, class), there)| person_school::ActiveModel {
            person_id: Set(id),
            school_number: Set(school.to_owned()),
            class: Set(class.to_owned()),
            main: Set(there.main),
            until: Set(there.until),
        })
        .collect()
}

fn earliest(one: Option<NaiveDate>, other: Option<NaiveDate>) -> Option<NaiveDate> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// The words of the name, the pupil's number and the classes, folded, each with a space before it.
#[must_use]
pub fn search_key(record: &PersonRecord) -> String {
    let mut key = String::new();
    let classes = record
        .enrolments
        .iter()
        .flat_map(|enrolment| &enrolment.classes)
        .map(|class| class.name.as_str());
    for text in [
        Some(record.given_name.as_str()),
        record.middle_name.as_deref(),
        Some(record.family_name.as_str()),
        record.student_number.as_deref(),
    ]
    .into_iter()
    .flatten()
    .chain(classes)
    {
        for word in fold(text).split(' ').filter(|word| !word.is_empty()) {
            // The same class is named once for each term.
            if !key.split(' ').any(|there| there == word) {
                key.push(' ');
                key.push_str(word);
            }
        }
    }
    key
}

/// Lower case without accents, words parted by one space: `Bjørnstad-Åsen` is `bjornstad asen`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'æ' | 'ä' => folded.push_str("ae"),
            'ø' | 'ö' | 'ó' | 'ò' | 'ô' | 'õ' => folded.push('o'),
            'å' | 'á' | 'à' | 'â' | 'ã' | 'ā' | 'ą' => folded.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ē' => folded.push('e'),
            'í' | 'ì' | 'î' | 'ï' | 'ı' => folded.push('i'),
            'ú' | 'ù' | 'û' | 'ü' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ç' | 'č' | 'ć' => folded.push('c'),
            'š' | 'ś' | 'ş' => folded.push('s'),
            'ž' | 'ź' | 'ż' => folded.push('z'),
            'ñ' | 'ń' | 'ŋ' => folded.push('n'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ŧ' | 'þ' => folded.push('t'),
            'ß' => folded.push_str("ss"),
            // What is left of a letter that was lowered to two.
            '\u{0300}'..='\u{036f}' | '\'' | '’' => {}
            c if c.is_alphanumeric() => folded.push(c),
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_so_that_they_are_found_however_they_are_typed() {
        for (text, folded) in [
            ("Bjørnstad-Åsen", "bjornstad asen"),
            ("  O'Brien ", "obrien"),
            ("Čáhppe", "cahppe"),
            ("2 STA", "2 sta"),
            ("%_\\", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
