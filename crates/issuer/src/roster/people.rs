//! Who can be meant: a school's own people, or anybody of the county's, and which of them are chosen.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use school_records::{PersonRecord, Right, right_on};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Query,
};
use uuid::Uuid;

use crate::{
    app::App,
    db::entity::{person, person_school},
    records::{given_names, index, record_of},
};

use super::{BadLine, Expected, LineFault, Named, NamedBy, Order, RosterError, Row};

/// Keys that are read at once.
const PAGE: u64 = 5_000;
/// Records that are read at once.
const CHUNK: usize = 500;

/// Somebody who has a right to a card on the day.
pub(super) struct Person {
    pub(super) id: Uuid,
    pub(super) name: String,
    /// By which lists are ordered, as a Norwegian telephone book is.
    sorted_by: String,
    pub(super) birth_date: NaiveDate,
    pub(super) student_number: Option<String>,
    /// The main school.
    school: Option<String>,
    pub(super) class: Option<String>,
}

/// Those who can be meant by an order, in the order of a list.
pub(super) async fn who_can_be_meant(
    app: &App,
    order: &Order,
    day: NaiveDate,
) -> Result<Vec<Person>, RosterError> {
    let mut people = Vec::new();
    let mut add = |row: &person::Model, at: Option<&str>| -> Result<(), RosterError> {
        let record = record_of(row)?;
        let right = right_on(&record, day, &app.config.records.rules.now());
        if at.is_none_or(|school| is_at(&record, &right, school, day)) {
            people.extend(Person::of(row.id, record, right));
        }
        Ok(())
    };
    match &order.who {
        Expected::List(rows) if order.whole_county => {
            for ids in ids_of(app, rows).await?.chunks(CHUNK) {
                let rows = person::Entity::find()
                    .filter(person::Column::Id.is_in(ids.iter().copied()))
                    .all(&app.db)
                    .await?;
                rows.iter().try_for_each(|row| add(row, None))?;
            }
        }
        _ => {
            let there = Query::select()
                .column(person_school::Column::PersonId)
                .from(person_school::Entity)
                .and_where(person_school::Column::SchoolNumber.eq(order.school.as_str()))
                .take();
            let rows = person::Entity::find()
                .filter(person::Column::WithdrawnAt.is_null())
                .filter(person::Column::Id.in_subquery(there))
                .all(&app.db)
                .await?;
            rows.iter()
                .try_for_each(|row| add(row, Some(&order.school)))?;
        }
    }
    people.sort_by(|one, other| one.sorted_by.cmp(&other.sorted_by));
    Ok(people)
}

/// Those of the county whose keys hold what a line says: records are read of nobody else.
async fn ids_of(app: &App, rows: &[Result<Row, BadLine>]) -> Result<Vec<Uuid>, DbErr> {
    let last_word = |text: &str| index::fold(text).split(' ').next_back().map(str::to_owned);
    let wanted: HashSet<String> = rows
        .iter()
        .flatten()
        .filter_map(|row| match &row.who {
            Named::Number(text) | Named::NameAndBirth(text, _) => last_word(text),
        })
        .collect();
    let (mut found, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let page: Vec<(Uuid, String)> = person::Entity::find()
            .select_only()
            .columns([person::Column::Id, person::Column::SearchKey])
            .filter(person::Column::WithdrawnAt.is_null())
            .filter(person::Column::Id.gt(after))
            .order_by_asc(person::Column::Id)
            .limit(PAGE)
            .into_tuple()
            .all(&app.db)
            .await?;
        let Some((last, _)) = page.last() else {
            return Ok(found);
        };
        after = *last;
        let is_wanted = |key: &str| key.split(' ').any(|word| wanted.contains(word));
        let ids = page.iter().filter(|(_, key)| is_wanted(key));
        found.extend(ids.map(|(id, _)| *id));
    }
}

/// Whether it is the main school, or another one that the person goes to on that day.
fn is_at(record: &PersonRecord, right: &Right, school: &str, day: NaiveDate) -> bool {
    let is_main = matches!(right, Right::Pupil(right) if right.school_number == school);
    is_main
        || record.enrolments.iter().any(|enrolment| {
            enrolment.school_number.as_deref() == Some(school)
                && enrolment.period.covers(day)
                && enrolment.interrupted_on.is_none_or(|since| day < since)
        })
}

impl Person {
    /// None without a right.
    fn of(id: Uuid, record: PersonRecord, right: Right) -> Option<Self> {
        let (school, class) = match right {
            Right::Pupil(right) => (Some(right.school_number), right.class),
            Right::Apprentice(_) => (None, None),
            Right::Incomplete(_) | Right::SchoolNotEnabled { .. } | Right::None(_) => return None,
        };
        let given = given_names(&record);
        // As the code of the exam profile says it: the checker compares.
        let name = format!("{given} {}", record.family_name).trim().to_owned();
        Some(Self {
            id,
            sorted_by: sort_key(&format!("{} {given}", record.family_name)),
            name,
            birth_date: record.birth_date?,
            student_number: record.student_number,
            school,
            class,
        })
    }

    fn is_of(&self, school: &str) -> bool {
        self.school.as_deref() == Some(school)
    }
}

/// What a name is ordered by: æ, ø and å come after z, in this order; other marks on letters do not count.
pub(crate) fn sort_key(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .map(|letter| match letter {
            'æ' | 'ä' => '{',
            'ø' | 'ö' => '|',
            'å' => '}',
            'á' | 'à' | 'â' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            other => other,
        })
        .collect()
}

pub(super) type Chosen<'a> = Vec<(&'a Person, Option<String>)>;

pub(super) fn of_classes<'a>(
    people: &'a [Person],
    school: &str,
    classes: &[(String, Option<String>)],
    day: NaiveDate,
) -> Result<Chosen<'a>, RosterError> {
    let here = || people.iter().filter(|person| person.is_of(school));
    let mut chosen = Vec::new();
    let mut named = HashSet::new();
    for (class, room) in classes {
        // A form can name a class twice; its pupils are on the list once.
        if !named.insert(class) {
            continue;
        }
        let before = chosen.len();
        let pupils = here().filter(|person| person.class.as_deref() == Some(class));
        chosen.extend(pupils.map(|person| (person, room.clone())));
        if chosen.len() == before {
            let known: BTreeSet<&str> = here().filter_map(|p| p.class.as_deref()).collect();
            let known: Vec<&str> = known.into_iter().collect();
            return Err(RosterError::NoClass {
                class: class.clone(),
                day,
                known: match known.as_slice() {
                    [] => "none".to_owned(),
                    known => known.join(", "),
                },
            });
        }
    }
    Ok(chosen)
}

pub(super) fn of_list<'a>(
    people: &'a [Person],
    school: &str,
    rows: Vec<Result<Row, BadLine>>,
    day: NaiveDate,
) -> Result<Chosen<'a>, RosterError> {
    let known = Known::of(people);
    let mut chosen = Vec::new();
    let mut bad = Vec::new();
    let mut seen = HashSet::new();
    for row in rows {
        match row.and_then(|row| known.find(school, row, day)) {
            Ok((line, person, _)) if !seen.insert(person.id) => {
                bad.push(BadLine::new(line, LineFault::Already));
            }
            Ok((_, person, room)) => chosen.push((person, room)),
            Err(line) => bad.push(line),
        }
    }
    if bad.is_empty() {
        Ok(chosen)
    } else {
        Err(RosterError::BadLines(bad))
    }
}

/// People by what a line can say of them.
struct Known<'a> {
    by_number: HashMap<&'a str, Vec<&'a Person>>,
    by_name: HashMap<(String, NaiveDate), Vec<&'a Person>>,
}

impl<'a> Known<'a> {
    fn of(people: &'a [Person]) -> Self {
        let (mut by_number, mut by_name) = (HashMap::new(), HashMap::new());
        for person in people {
            if let Some(number) = person.student_number.as_deref() {
                by_number
                    .entry(number)
                    .or_insert_with(Vec::new)
                    .push(person);
            }
            by_name
                .entry((plain(&person.name), person.birth_date))
                .or_insert_with(Vec::new)
                .push(person);
        }
        Self { by_number, by_name }
    }

    /// The one person that a line names. Of several with one number, the one whose main school this is.
    fn find(
        &self,
        school: &str,
        row: Row,
        day: NaiveDate,
    ) -> Result<(usize, &'a Person, Option<String>), BadLine> {
        let (by, found) = match &row.who {
            Named::Number(number) => (NamedBy::Number, self.by_number.get(number.as_str())),
            Named::NameAndBirth(name, birth_date) => (
                NamedBy::NameAndBirth,
                self.by_name.get(&(plain(name), *birth_date)),
            ),
        };
        let found = found.map_or(&[][..], Vec::as_slice);
        let here: Vec<&Person> = found
            .iter()
            .copied()
            .filter(|person| person.is_of(school))
            .collect();
        match (here.as_slice(), found) {
            ([person], _) | ([], [person]) => Ok((row.line, person, row.room)),
            ([], []) => Err(BadLine::new(row.line, LineFault::Nobody { by, day })),
            _ => Err(BadLine::new(row.line, LineFault::Several { by })),
        }
    }
}

/// A name without regard to case and spaces.
fn plain(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}
