//! What every source's people and schools go through at the end, so that all sources give one form.

use crate::model::nobody;
use crate::text;
use crate::{
    FaultReason, Faults, Fodselsnummer, PersonRecord, Place, School, SchoolEnrolment, SchoolRecords,
};
use std::collections::{HashMap, HashSet};
use url::Url;

/// The same records give the same set, whatever order and however many rows the source has them in.
pub(crate) fn finish(
    mut schools: Vec<School>,
    mut people: Vec<PersonRecord>,
    mut faults: Faults,
) -> SchoolRecords {
    text::clean(&mut schools, &mut people, &mut faults);
    schools.sort_by(|a, b| a.number.cmp(&b.number));
    schools.dedup_by(|later, first| later.number == first.number);
    let mut people = join_by_number(people);
    part_shared_feide_names(&mut people, &mut faults);
    people.iter_mut().for_each(put_in_order);
    people.shrink_to_fit();
    SchoolRecords {
        schools,
        people,
        faults,
    }
}

/// One person can be there as several pupils and apprentices; a valid number says so. The record keeps the first key in
/// order (so a pupil's before an apprentice's), and what it does not say itself, the others say. The answer is in the order
/// of the keys. All in place: a second list of a county is as large as the first.
fn join_by_number(mut people: Vec<PersonRecord>) -> Vec<PersonRecord> {
    people.sort_unstable_by(|a, b| a.source_key.cmp(&b.source_key));
    let mut by_number: HashMap<Fodselsnummer, usize> = HashMap::with_capacity(people.len());
    let mut joined = 0;
    for at in 0..people.len() {
        let nin = people[at].nin.as_ref();
        if let Some(&first) = nin.and_then(|nin| by_number.get(nin)) {
            let other = std::mem::replace(&mut people[at], nobody());
            join(&mut people[first], other);
            continue;
        }
        if let Some(nin) = nin {
            by_number.insert(nin.clone(), joined);
        }
        people.swap(joined, at);
        joined += 1;
    }
    people.truncate(joined);
    people
}

fn join(first: &mut PersonRecord, other: PersonRecord) {
    let fill_in = |of_first: &mut Option<String>, of_other: Option<String>| {
        if of_first.is_none() {
            *of_first = of_other;
        }
    };
    fill_in(&mut first.feide_name, other.feide_name);
    fill_in(&mut first.mobile, other.mobile);
    fill_in(&mut first.student_number, other.student_number);
    if first.given_name.is_empty() && first.family_name.is_empty() {
        first.given_name = other.given_name;
        first.middle_name = other.middle_name;
        first.family_name = other.family_name;
    }
    first.birth_date = first.birth_date.or(other.birth_date);
    first.photo_url = first.photo_url.take().or(other.photo_url);
    first.library_code = first.library_code.take().or(other.library_code);
    // A guest only if nothing that makes a pupil says otherwise; an apprentice's record says nothing.
    first.guest &= other.guest || other.enrolments.is_empty();
    first.enrolments.extend(other.enrolments);
    first.contracts.extend(other.contracts);
}

/// A Feide name that two people have would give one the other's card: then it is nobody's.
fn part_shared_feide_names(people: &mut [PersonRecord], faults: &mut Faults) {
    let mut holders: HashMap<&str, usize> = HashMap::with_capacity(people.len());
    for name in people
        .iter()
        .filter_map(|person| person.feide_name.as_deref())
    {
        *holders.entry(name).or_default() += 1;
    }
    let shared: HashSet<String> = holders
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(name, _)| name.to_owned())
        .collect();
    for record in people {
        if record
            .feide_name
            .as_ref()
            .is_some_and(|name| shared.contains(name))
        {
            record.feide_name = None;
            let (class, id) = record
                .source_key
                .split_once(':')
                .unwrap_or(("elev", &record.source_key));
            let place = Place {
                class: class.to_owned(),
                id: id.to_owned(),
            };
            faults.add(&place, FaultReason::SameKey);
        }
    }
}

fn put_in_order(person: &mut PersonRecord) {
    for enrolment in &mut person.enrolments {
        enrolment
            .classes
            .sort_by(|a, b| (a.period.start, &a.name).cmp(&(b.period.start, &b.name)));
        enrolment
            .programmes
            .sort_by(|a, b| (a.period.start, &a.code).cmp(&(b.period.start, &b.code)));
    }
    let of_enrolment =
        |enrolment: &SchoolEnrolment| (enrolment.period.start, enrolment.school_number.clone());
    person.enrolments.sort_by_cached_key(of_enrolment);
    person.contracts.sort_by(|a, b| {
        (a.period.start, &a.company_number).cmp(&(b.period.start, &b.company_number))
    });
}

/// An address on the web, if the text is one.
pub(crate) fn web_address(text: &str) -> Option<Url> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
