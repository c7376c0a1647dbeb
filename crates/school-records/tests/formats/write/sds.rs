//! Microsoft School Data Sync's CSV.

use super::*;

/// Microsoft SDS: a picture of one day; no national identity number, no pupil's number, no middle name.
pub(crate) fn sds(records: &SchoolRecords, today: NaiveDate) -> Files {
    let mut orgs = heading("sourcedId,name,type,parentSourcedId");
    orgs.push(
        ["fylket", "Fylket", "district", ""]
            .map(str::to_owned)
            .into(),
    );
    for school in &records.schools {
        orgs.push(vec![
            school.number.clone(),
            school.name.clone(),
            "school".into(),
            "fylket".into(),
        ]);
    }
    let mut users = heading(
        "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms",
    );
    users.push(
        [
            "t1",
            "kari@fjordviken.example",
            "Kari",
            "Nord",
            "",
            "",
            "",
            "",
            "",
        ]
        .map(str::to_owned)
        .into(),
    );
    let mut roles = heading(
        "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate",
    );
    roles.push(
        ["t1", "fylket", "teacher", "", "", "", "", ""]
            .map(str::to_owned)
            .into(),
    );
    let mut demographics = heading("userSourcedId,sex,birthDate");
    let mut enrollments = heading("classSourcedId,userSourcedId,role");
    let mut classes: BTreeSet<(String, ClassName)> = BTreeSet::new();
    for person in pupils(records) {
        users.push(vec![
            id(person).to_owned(),
            text(&person.feide_name),
            person.given_name.clone(),
            person.family_name.clone(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            text(&person.mobile),
        ]);
        demographics.push(vec![
            id(person).into(),
            String::new(),
            iso(person.birth_date),
        ]);
        for enrolment in &person.enrolments {
            let (Some(school), Some(period)) = (
                &enrolment.school_number,
                within(enrolment.period, enrolment),
            ) else {
                continue;
            };
            if !period.covers(today) {
                continue;
            }
            // Of several the newest counts, and SDS cannot say which that is: so it alone is written.
            let class = enrolment
                .classes
                .iter()
                .filter(|class| class.period.covers(today))
                .max_by_key(|class| class.period.start);
            roles.push(vec![
                id(person).to_owned(),
                school.clone(),
                "student".into(),
                String::new(),
                text(&class.and_then(|class| class.level.clone())),
                enrolment.main.to_string(),
                iso(period.start),
                iso(period.end),
            ]);
            if let Some(class) = class {
                classes.insert((school.clone(), (class.name.clone(), String::new())));
                enrollments.push(vec![
                    format!("{school}_{}", class.name),
                    id(person).to_owned(),
                    "student".into(),
                ]);
            }
        }
    }
    let mut class_rows =
        heading("sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId,code");
    for (school, (name, _)) in classes {
        class_rows.push(vec![
            format!("{school}_{name}"),
            school,
            name,
            String::new(),
            String::new(),
            String::new(),
        ]);
    }
    [
        ("orgs.csv", orgs),
        ("users.csv", users),
        ("roles.csv", roles),
        ("demographics.csv", demographics),
        ("classes.csv", class_rows),
        ("enrollments.csv", enrollments),
    ]
    .map(|(name, rows)| (name.to_owned(), csv(',', &rows)))
    .into()
}
