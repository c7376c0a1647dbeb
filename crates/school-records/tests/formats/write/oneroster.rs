//! OneRoster 1.1 CSV.

use super::*;

/// OneRoster: days of enrolments in classes; nothing of guests, categories, programme areas, or schools without a class.
pub(crate) fn oneroster(records: &SchoolRecords) -> Files {
    let manifest = [
        ("manifest.version", "1.0"),
        ("oneroster.version", "1.1"),
        ("file.academicSessions", "bulk"),
        ("file.classes", "bulk"),
        ("file.courses", "absent"),
        ("file.demographics", "bulk"),
        ("file.enrollments", "bulk"),
        ("file.orgs", "bulk"),
        ("file.users", "bulk"),
    ];
    let mut manifest_rows = heading("propertyName,value");
    manifest_rows.extend(manifest.map(|(name, value)| vec![name.into(), value.into()]));
    let mut orgs =
        heading("sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId");
    orgs.push(
        ["fylket", "", "", "Fylket", "district", "", ""]
            .map(str::to_owned)
            .into(),
    );
    for school in &records.schools {
        orgs.push(vec![
            format!("o-{}", school.number),
            String::new(),
            String::new(),
            school.name.clone(),
            "school".into(),
            school.number.clone(),
            "fylket".into(),
        ]);
    }
    let mut sessions = heading(
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    );
    sessions.push(
        [
            "lenge",
            "",
            "",
            "Lenge",
            "schoolYear",
            "2000-08-01",
            "2099-08-01",
            "",
            "2099",
        ]
        .map(str::to_owned)
        .into(),
    );
    let mut users = heading(
        "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,\
         identifier,email,sms,phone,agentSourcedIds,grades,password",
    );
    users.push(
        [
            "t1", "", "", "true", "fylket", "teacher", "kari", "", "Kari", "Nord", "", "", "", "",
            "", "", "", "",
        ]
        .map(str::to_owned)
        .into(),
    );
    let mut demographics = heading("sourcedId,status,dateLastModified,birthDate,sex");
    let mut enrollments = heading(
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    );
    let mut classes: BTreeSet<(String, ClassName)> = BTreeSet::new();
    for person in pupils(records) {
        let mut own: Vec<&SchoolEnrolment> = person.enrolments.iter().collect();
        own.sort_by_key(|enrolment| (!enrolment.main, std::cmp::Reverse(enrolment.period.start)));
        let orgs: Vec<String> = own
            .iter()
            .filter_map(|enrolment| Some(format!("o-{}", enrolment.school_number.as_ref()?)))
            .collect();
        let mut ids = vec![format!("{{elevnummer:{}}}", text(&person.student_number))];
        if let Some(name) = &person.feide_name {
            ids.push(format!("{{Feide:{name}}}"));
        }
        users.push(vec![
            id(person).to_owned(),
            String::new(),
            String::new(),
            "true".into(),
            orgs.join(","),
            "student".into(),
            format!("u{}", id(person)),
            ids.join(","),
            person.given_name.clone(),
            person.family_name.clone(),
            text(&person.middle_name),
            number(person),
            String::new(),
            text(&person.mobile),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ]);
        demographics.push(vec![
            id(person).to_owned(),
            String::new(),
            String::new(),
            iso(person.birth_date),
            String::new(),
        ]);
        for enrolment in &person.enrolments {
            let Some(school) = &enrolment.school_number else {
                continue;
            };
            for class in &enrolment.classes {
                let Some(period) = within(class.period, enrolment) else {
                    continue;
                };
                classes.insert((school.clone(), name_of(class)));
                enrollments.push(vec![
                    format!("e{}", enrollments.len()),
                    String::new(),
                    String::new(),
                    class_key(school, class),
                    format!("o-{school}"),
                    id(person).to_owned(),
                    "student".into(),
                    "false".into(),
                    iso(period.start),
                    iso(period.end.and_then(|end| end.succ_opt())),
                ]);
            }
        }
    }
    let mut class_rows = heading(
        "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,\
         termSourcedIds,subjects,subjectCodes,periods",
    );
    class_rows.push(
        [
            "norsk",
            "",
            "",
            "Norsk",
            "",
            "c1",
            "",
            "scheduled",
            "",
            "o-x",
            "",
            "",
            "",
            "",
        ]
        .map(str::to_owned)
        .into(),
    );
    for (school, (name, level)) in classes {
        let mut row = vec![
            format!("{school}_{name}_{level}"),
            String::new(),
            String::new(),
            name,
            level,
            String::new(),
            String::new(),
            "homeroom".into(),
            String::new(),
            format!("o-{school}"),
            "lenge".into(),
        ];
        row.resize(14, String::new());
        class_rows.push(row);
    }
    [
        ("manifest.csv", manifest_rows),
        ("orgs.csv", orgs),
        ("academicSessions.csv", sessions),
        ("users.csv", users),
        ("demographics.csv", demographics),
        ("classes.csv", class_rows),
        ("enrollments.csv", enrollments),
    ]
    .map(|(name, rows)| (name.to_owned(), csv(',', &rows)))
    .into()
}
