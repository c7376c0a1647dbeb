//! Files as other systems write them, with what our own writers never put into one.

use school_records::files::{Kind, parts};
use school_records::{Right, Rules, SchoolRecords, pifu, right_on};

const PIFU: &str = include_str!("given/pifu.xml");

fn read_pifu(file: &str) -> SchoolRecords {
    pifu::read("pifu.xml", || Ok(file.as_bytes()), true).unwrap()
}

/// A line for each: the key, and what it gives a right to.
fn rights(records: &SchoolRecords) -> String {
    let day = "2026-10-01".parse().unwrap();
    let lines = records.people.iter().map(|person| {
        let right = match right_on(person, day, &Rules::default()) {
            Right::Pupil(right) => format!("pupil in {:?}", right.class),
            Right::Apprentice(right) => format!("{:?}", right.kind),
            other => format!("{other:?}"),
        };
        format!("{}: {right}", person.source_key)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn pifu_is_read_as_school_systems_write_it() {
    let records = read_pifu(PIFU);
    let faults: Vec<_> = records.faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, [""; 0]);
    insta::assert_json_snapshot!(records.schools);
    insta::assert_json_snapshot!(records.people);
    insta::assert_snapshot!(rights(&records));
    let told = format!("{:?}", records.people) + &serde_json::to_string(&records.people).unwrap();
    for of_no_concern in ["58ddb4dee070", "Jon", "Kari", "Storgata", "Aron"] {
        assert!(!told.contains(of_no_concern), "{of_no_concern}");
    }
}

#[test]
fn in_pifu_what_no_database_keeps_is_told_and_the_rest_is_read() {
    let spoilt = PIFU
        .replace("<given>Nora<", "<given>No&#7;ra<")
        .replace("<short>3STA<", &format!("<short>{}<", "B".repeat(600)))
        .replace("p-byttet", "p-&#x1;byttet");
    let records = read_pifu(&spoilt);
    let faults: Vec<_> = records.faults.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(faults.join("\n"));
    let told = serde_json::to_string(&records.people).unwrap() + &faults.join("\n");
    assert!(!told.contains("\\u00") && !told.contains('\u{7}') && !told.contains("BBBB"));
    assert_eq!(records.people.len(), read_pifu(PIFU).people.len() - 1);
}

#[test]
fn in_one_roster_who_is_to_be_deleted_or_may_not_log_in_is_not_there() {
    let files = [
        (
            "manifest.csv",
            "propertyName,value\nfile.orgs,bulk\nfile.users,bulk\nfile.classes,bulk\nfile.enrollments,bulk\n",
        ),
        (
            "orgs.csv",
            "sourcedId,status,name,type\no1,active,Fjordviken,school\no2,ToBeDeleted,Nedlagt,school\n",
        ),
        (
            "users.csv",
            "sourcedId,status,enabledUser,role,givenName,familyName,username,orgSourcedIds\n\
             1,active,true,student,Nora,Lie,nora@f.no,o1\n\
             2,tobedeleted,true,student,Ola,Lie,ola@f.no,o1\n\
             3,active,false,student,Per,Lie,per@f.no,o1\n\
             4,,,student,Ida,Lie,ida@f.no,o1\n\
             5,active,true,student,Eva,Lie,eva@f.no,o1\n\
             6,active,true,teacher,Kari,Nord,kari@f.no,o1\n",
        ),
        (
            "classes.csv",
            "sourcedId,status,title,classType,schoolSourcedId\nc1,active,2A,homeroom,o1\nc2,tobedeleted,2B,homeroom,o1\n",
        ),
        (
            "enrollments.csv",
            "sourcedId,status,classSourcedId,userSourcedId,role,beginDate,endDate\n\
             e1,active,c1,1,student,2026-08-17,2027-07-31\n\
             e2,tobedeleted,c1,4,student,2026-08-17,2027-07-31\n\
             e3,active,c2,5,student,2026-08-17,2027-07-31\n",
        ),
    ];
    let file = |name: &str| {
        let found = files.iter().find(|(file, _)| *file == name)?;
        Some(found.1.as_bytes().to_vec())
    };
    let records = parts::set(Kind::OneRoster, &file, true).unwrap();
    let schools: Vec<_> = records.schools.iter().map(|school| &school.name).collect();
    assert_eq!(schools, ["Fjordviken"]);
    let faults: Vec<_> = records.faults.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(rights(&records) + "\n\n" + &faults.join("\n"));
}
