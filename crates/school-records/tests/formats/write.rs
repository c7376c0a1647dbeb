//! One set of records in every form that is read, as a school system would write it.
//!
//! Not every form can say everything: what is left out is said at each. Used by the tests and by the example `write_formats`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::NaiveDate;
use school_records::{
    ClassMembership, Period, PersonRecord, SchoolEnrolment, SchoolRecords, Symbology,
    TrainingContract,
};
use serde_json::{Map, Value, json};

/// Content by the file's name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The part of a source key after the colon.
pub(crate) fn id(person: &PersonRecord) -> &str {
    person
        .source_key
        .split_once(':')
        .map_or(&person.source_key, |(_, id)| id)
}

fn is_pupil(person: &PersonRecord) -> bool {
    person.source_key.starts_with("elev:")
}

fn pupils(records: &SchoolRecords) -> impl Iterator<Item = &PersonRecord> {
    records.people.iter().filter(|person| is_pupil(person))
}

fn iso(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn norwegian(day: Option<NaiveDate>) -> String {
    day.map(|day| day.format("%d.%m.%Y").to_string())
        .unwrap_or_default()
}

fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

fn number(person: &PersonRecord) -> String {
    person
        .nin
        .as_ref()
        .map(|nin| nin.expose())
        .unwrap_or_default()
}

/// The lines of a CSV file; every value that needs it in quotes.
fn csv(separator: char, rows: &[Vec<String>]) -> Vec<u8> {
    let mut file = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| {
                if cell.contains([separator, '"', '\n', ' ']) {
                    format!("\"{}\"", cell.replace('"', "\"\""))
                } else {
                    cell.clone()
                }
            })
            .collect();
        file.push_str(&cells.join(&separator.to_string()));
        file.push_str("\r\n");
    }
    file.into_bytes()
}

fn heading(columns: &str) -> Vec<Vec<String>> {
    vec![columns.split(',').map(str::to_owned).collect()]
}

fn yes(flag: bool) -> String {
    if flag { "ja" } else { "nei" }.to_owned()
}

/// The county's own lists: say everything.
pub(crate) fn county(records: &SchoolRecords) -> Files {
    let mut schools = heading("skolenummer,navn,organisasjonsnummer,domene,telefon,epost,nettsted");
    for school in &records.schools {
        let website = school.contact.website.as_ref().map(ToString::to_string);
        schools.push(vec![
            school.number.clone(),
            school.name.clone(),
            text(&school.organisation_number),
            text(&school.domain),
            text(&school.contact.phone),
            text(&school.contact.email),
            text(&website),
        ]);
    }
    schools.push(vec!["#antall".into(), records.schools.len().to_string()]);
    let of_person = |person: &PersonRecord, key: &str| {
        vec![
            key.to_owned(),
            text(&person.feide_name),
            number(person),
            person.given_name.clone(),
            text(&person.middle_name),
            person.family_name.clone(),
            norwegian(person.birth_date),
            text(&person.mobile),
            person
                .photo_url
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        ]
    };
    const PERSON: &str =
        "nokkel,feidenavn,fodselsnummer,fornavn,mellomnavn,etternavn,fodselsdato,mobil,bilde";
    let mut rows = heading(&format!(
        "{PERSON},elevnummer,gjest,skolenummer,hovedskole,fra,til,avbrutt,kategori,klasse,trinn,klasse_fra,klasse_til,\
         programkode,program,program_fra,program_til"
    ));
    for person in pupils(records) {
        for enrolment in &person.enrolments {
            for at in 0..enrolment
                .classes
                .len()
                .max(enrolment.programmes.len())
                .max(1)
            {
                let (class, programme) = (enrolment.classes.get(at), enrolment.programmes.get(at));
                let of_class = class.map(|class| class.period).unwrap_or_default();
                let of_programme = programme
                    .map(|programme| programme.period)
                    .unwrap_or_default();
                let mut row = of_person(person, id(person));
                row.extend([
                    text(&person.student_number),
                    yes(person.guest),
                    text(&enrolment.school_number),
                    yes(enrolment.main),
                    iso(enrolment.period.start),
                    iso(enrolment.period.end),
                    iso(enrolment.interrupted_on),
                    text(&enrolment.category_code),
                    class.map(|class| class.name.clone()).unwrap_or_default(),
                    text(&class.and_then(|class| class.level.clone())),
                    iso(of_class.start),
                    iso(of_class.end),
                    programme.map(|of| of.code.clone()).unwrap_or_default(),
                    programme.map(|of| of.name.clone()).unwrap_or_default(),
                    iso(of_programme.start),
                    iso(of_programme.end),
                ]);
                rows.push(row);
            }
        }
    }
    rows.push(vec!["#antall".into(), (rows.len() - 1).to_string()]);
    let mut contracts = heading(&format!(
        "{PERSON},kontraktstype,fra,til,bedrift,bedriftsnummer,fag,bestatt"
    ));
    for person in &records.people {
        // A pupil who is an apprentice as well has one key in each list; the national identity number joins them.
        for contract in &person.contracts {
            let mut row = of_person(person, id(person));
            row.extend([
                text(&contract.contract_type),
                norwegian(contract.period.start),
                norwegian(contract.period.end),
                text(&contract.company),
                text(&contract.company_number),
                text(&contract.programme),
                iso(contract.passed_exam_on),
            ]);
            contracts.push(row);
        }
    }
    Files::from([
        ("skoler.csv".into(), csv(';', &schools)),
        ("elever.csv".into(), csv(';', &rows)),
        ("larlinger.csv".into(), csv(';', &contracts)),
        ("bibliotek.csv".into(), library(records)),
    ])
}

/// The library codes beside any form.
pub(crate) fn library(records: &SchoolRecords) -> Vec<u8> {
    let mut rows = heading("elevnummer,feidenavn,kode,symbologi");
    for person in &records.people {
        let Some(code) = &person.library_code else {
            continue;
        };
        let symbology = match code.symbology {
            None => "",
            Some(Symbology::Qr) => "qr",
            Some(Symbology::Code39) => "code39",
            Some(Symbology::Code128) => "code128",
            Some(Symbology::Itf) => "itf",
            Some(Symbology::Codabar) => "codabar",
            Some(Symbology::Ean13) => "ean13",
        };
        rows.push(vec![
            text(&person.student_number),
            text(&person.feide_name),
            code.code.clone(),
            symbology.to_owned(),
        ]);
    }
    csv(';', &rows)
}

/// The addresses of the photos beside any form.
pub(crate) fn photos(records: &SchoolRecords) -> Vec<u8> {
    let mut rows = heading("elevnummer,feidenavn,adresse");
    for person in &records.people {
        if let Some(address) = &person.photo_url {
            rows.push(vec![
                text(&person.student_number),
                text(&person.feide_name),
                address.to_string(),
            ]);
        }
    }
    csv(';', &rows)
}

/// Vigo's contracts, in the short names: not whether the examination was passed, so a contract ends with it.
pub(crate) fn vigo(records: &SchoolRecords) -> Vec<u8> {
    let mut contracts = Vec::new();
    for person in &records.people {
        for contract in &person.contracts {
            let end = [contract.period.end, contract.passed_exam_on]
                .into_iter()
                .flatten()
                .min();
            contracts.push(json!({
                "elev": {
                    "fornavn": person.given_name, "etternavn": person.family_name, "fdato": norwegian(person.birth_date),
                    "fnr": number(person), "sysId": id(person), "epost": "", "mobilnr": text(&person.mobile),
                },
                "type": text(&contract.contract_type), "promrkode": "", "promrnavn": text(&contract.programme),
                "bnr": text(&contract.company_number), "bedrnavn": text(&contract.company),
                "start": norwegian(contract.period.start), "slutt": norwegian(end),
            }));
        }
    }
    let set = json!({"errorMessage": null, "antall": contracts.len(), "kontrakter": contracts});
    set.to_string().into_bytes()
}

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

type ClassName = (String, String);

fn name_of(class: &ClassMembership) -> ClassName {
    (class.name.clone(), text(&class.level))
}

fn class_key(school: &str, class: &ClassMembership) -> String {
    let (name, level) = name_of(class);
    format!("{school}_{name}_{level}")
}

/// The days that a membership and its relation share; an interruption ends both the day before.
pub(crate) fn within(period: Period, enrolment: &SchoolEnrolment) -> Option<Period> {
    let last = enrolment.interrupted_on.and_then(|day| day.pred_opt());
    let period = Period {
        start: period.start.max(enrolment.period.start),
        end: [period.end, enrolment.period.end, last]
            .into_iter()
            .flatten()
            .min(),
    };
    let is_some = period
        .start
        .zip(period.end)
        .is_none_or(|(start, end)| start <= end);
    is_some.then_some(period)
}

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

fn xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn timeframe(period: Period) -> String {
    let mut frame = String::from("<timeframe>");
    if let Some(day) = period.start {
        let _ = write!(frame, "<begin>{day}</begin>");
    }
    if let Some(day) = period.end {
        let _ = write!(frame, "<end>{day}</end>");
    }
    frame + "</timeframe>"
}

/// PIFU-IMS: nothing of guests and companies; an interruption is an end; one category for all that a person is a pupil of.
pub(crate) fn pifu(records: &SchoolRecords) -> Vec<u8> {
    let mut file = String::from(
        "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<enterprise xmlns=\"http://pifu.no/xsd/pifu-ims_sas/pifu-ims_sas-v1\">\
         <properties><datasource>Fjordviken</datasource><target>FINT</target><type>full</type></properties>\n",
    );
    file.push_str(
        "<person><sourcedid><source>F</source><id>t1</id></sourcedid><name><fn>Kari Nord</fn></name></person>\n",
    );
    for person in pupils(records) {
        let key = id(person);
        let _ = write!(
            file,
            "<person><sourcedid sourcedidtype=\"Old\"><source>F</source><id>old{key}</id></sourcedid>\
             <sourcedid sourcedidtype=\"New\"><source>F</source><id>{key}</id></sourcedid>"
        );
        for (kind, value) in [
            ("personNIN", number(person)),
            ("studentID", text(&person.student_number)),
            ("feideID", text(&person.feide_name)),
        ] {
            if !value.is_empty() {
                let _ = write!(
                    file,
                    "<userid useridtype=\"{kind}\">{}</userid>",
                    xml(&value)
                );
            }
        }
        let middle = person.middle_name.as_ref().map(|name| {
            format!(
                "<partname partnametype=\"Middlename\">{}</partname>",
                xml(name)
            )
        });
        let _ = write!(
            file,
            "<name><fn>x</fn><n><family>{}</family><given>{}</given>{}</n></name><demographics><gender>1</gender><bday>{}</bday></demographics>",
            xml(&person.family_name),
            xml(&person.given_name),
            text(&middle),
            iso(person.birth_date)
        );
        if let Some(mobile) = &person.mobile {
            let _ = write!(file, "<tel teltype=\"3\">{}</tel>", xml(mobile));
        }
        if let Some(photo) = &person.photo_url {
            let _ = write!(
                file,
                "<photo imgtype=\"JPG\"><extref>{}</extref></photo>",
                xml(photo.as_str())
            );
        }
        let category = person
            .enrolments
            .iter()
            .find_map(|enrolment| enrolment.category_code.as_ref());
        file.push_str("<extension><pifu_status type=\"activeInactive\">aktiv</pifu_status>");
        if let Some(category) = category {
            let _ = write!(
                file,
                "<pifu_status type=\"pupilStatus\">{}</pifu_status>",
                xml(category)
            );
        }
        file.push_str("</extension></person>\n");
    }
    let mut groups: BTreeMap<String, String> = BTreeMap::new();
    let mut members: BTreeMap<String, String> = BTreeMap::new();
    for school in &records.schools {
        let mut extension = format!(
            "<pifu_id type=\"vigoNumber\"><pifu_value>{}</pifu_value></pifu_id>",
            school.number
        );
        if let Some(number) = &school.organisation_number {
            let _ = write!(
                extension,
                "<pifu_id type=\"organizationNumber\"><pifu_value>NO{number}</pifu_value></pifu_id>"
            );
        }
        if let Some(domain) = &school.domain {
            let _ = write!(
                extension,
                "<pifu_id type=\"domainName\"><pifu_value>{domain}</pifu_value></pifu_id>"
            );
        }
        for (element, kind, value) in [
            ("pifu_tel", "orgTelephone", school.contact.phone.clone()),
            ("pifu_email", "orgEmail", school.contact.email.clone()),
            (
                "pifu_url",
                "orgURL",
                school.contact.website.as_ref().map(ToString::to_string),
            ),
        ] {
            if let Some(value) = value {
                let _ = write!(
                    extension,
                    "<{element} type=\"{kind}\">{}</{element}>",
                    xml(&value)
                );
            }
        }
        groups.insert(
            format!("s{}", school.number),
            group(
                &format!("s{}", school.number),
                "pifu-ims-go-org",
                ("2", "skole"),
                (&school.number, &school.name),
                "eier",
                &extension,
            ),
        );
    }
    groups.insert(
        "eier".into(),
        group(
            "eier",
            "pifu-ims-go-org",
            ("1", "skoleeier"),
            ("F", "Fylket"),
            "eier",
            "",
        ),
    );
    for person in pupils(records) {
        for enrolment in &person.enrolments {
            let Some(school) = &enrolment.school_number else {
                continue;
            };
            let mut seat = |group: &str, period: Period, extension: &str| {
                let seats = members.entry(group.to_owned()).or_default();
                let _ = write!(
                    seats,
                    "<member><sourcedid><source>F</source><id>{}</id></sourcedid><idtype>1</idtype>\
                     <role roletype=\"01\"><status>1</status>{}{extension}</role></member>",
                    id(person),
                    timeframe(period)
                );
            };
            let parent = format!("s{school}");
            if let Some(period) = within(enrolment.period, enrolment) {
                let primary = format!(
                    "<extension><pifu_primaryRelation>{}</pifu_primaryRelation></extension>",
                    u8::from(enrolment.main)
                );
                seat(&parent, period, &primary);
            }
            for class in &enrolment.classes {
                let Some(period) = within(class.period, enrolment) else {
                    continue;
                };
                let key = format!("b{school}_{}", class.name);
                seat(&key, period, "");
                groups.entry(key.clone()).or_insert_with(|| {
                    let kind = ("1", "basisgruppe");
                    group(
                        &key,
                        "pifu-ims-go-grp",
                        kind,
                        (&class.name, ""),
                        &parent,
                        "",
                    )
                });
                if let Some(level) = &class.level {
                    let key = format!("t{school}_{level}");
                    seat(&key, period, "");
                    groups.entry(key.clone()).or_insert_with(|| {
                        group(
                            &key,
                            "pifu-ims-go-grp",
                            ("4", "trinn"),
                            (level, ""),
                            &parent,
                            "",
                        )
                    });
                }
            }
            for programme in &enrolment.programmes {
                let Some(period) = within(programme.period, enrolment) else {
                    continue;
                };
                let key = format!("p{school}_{}", programme.code);
                seat(&key, period, "");
                groups.entry(key.clone()).or_insert_with(|| {
                    let kind = ("6", "programområde");
                    let names = (programme.code.as_str(), programme.name.as_str());
                    group(&key, "pifu-ims-go-grp", kind, names, &parent, "")
                });
            }
        }
    }
    for group in groups.values() {
        file.push_str(group);
    }
    for (group, members) in members {
        let _ = writeln!(
            file,
            "<membership><sourcedid><source>F</source><id>{}</id></sourcedid>{members}</membership>",
            xml(&group)
        );
    }
    file.push_str("</enterprise>\n");
    file.into_bytes()
}

fn group(
    key: &str,
    scheme: &str,
    (level, kind): (&str, &str),
    (short, long): (&str, &str),
    parent: &str,
    extension: &str,
) -> String {
    format!(
        "<group><sourcedid><source>F</source><id>{}</id></sourcedid><grouptype><scheme>{scheme}</scheme>\
         <typevalue level=\"{level}\">{kind}</typevalue></grouptype><description><short>{}</short><long>{}</long></description>\
         <relationship relation=\"1\"><sourcedid><source>F</source><id>{parent}</id></sourcedid><label>over</label></relationship>\
         <extension>{extension}</extension></group>\n",
        xml(key),
        xml(short),
        xml(long)
    )
}

/// FINT's collections: say everything but the library codes.
pub(crate) fn fint(records: &SchoolRecords) -> Files {
    let mut all: BTreeMap<&str, Vec<Value>> = [
        "elev/klassemedlemskap",
        "utdanningsprogram/programomrademedlemskap",
        "elev/elevforhold",
        "elev/elev",
        "elev/person",
        "elev/klasse",
        "utdanningsprogram/skole",
        "utdanningsprogram/arstrinn",
        "utdanningsprogram/programomrade",
        "kodeverk/elevkategori",
        "larling/avlagtprove",
        "larling/larling",
        "larling/person",
        "larling/virksomhet",
        "kodeverk/fullfortkode",
    ]
    .map(|path| (path, Vec::new()))
    .into();
    let key = |value: &str| json!({ "identifikatorverdi": value });
    let to = |path: &str, field: &str, value: &str| {
        let mut address = url::Url::parse("https://fint.example/utdanning").expect("an address");
        address
            .path_segments_mut()
            .expect("a path")
            .extend(path.split('/'))
            .extend([field, value]);
        json!([{ "href": address.as_str() }])
    };
    let when = |period: Period| json!({ "start": period.start, "slutt": period.end });
    let mut put =
        |path: &'static str, value: Value| all.get_mut(path).expect("a class").push(value);
    put(
        "kodeverk/fullfortkode",
        json!({ "systemId": key("B"), "kode": "B" }),
    );
    for school in &records.schools {
        put(
            "utdanningsprogram/skole",
            json!({
                "systemId": key(&school.number), "skolenummer": key(&school.number), "navn": school.name,
                "organisasjonsnummer": school.organisation_number.as_deref().map(key), "domenenavn": school.domain,
                "kontaktinformasjon": {"telefonnummer": school.contact.phone, "epostadresse": school.contact.email, "nettsted": school.contact.website},
            }),
        );
    }
    let mut known: BTreeSet<(&str, String)> = BTreeSet::new();
    let person_of = |person: &PersonRecord, links: Value| {
        let mut value = json!({
            "navn": {"fornavn": person.given_name, "mellomnavn": person.middle_name, "etternavn": person.family_name},
            "fodselsdato": person.birth_date.map(|day| format!("{day}T12:00:00Z")), "bilde": person.photo_url,
            "kontaktinformasjon": {"mobiltelefonnummer": person.mobile}, "_links": links,
        });
        if person.nin.is_some() {
            value["fodselsnummer"] = key(&number(person));
        }
        value
    };
    for person in &records.people {
        let me = id(person);
        if is_pupil(person) {
            put(
                "elev/person",
                person_of(person, json!({ "elev": to("elev/elev", "systemid", me) })),
            );
            put(
                "elev/elev",
                json!({
                    "systemId": key(me), "elevnummer": person.student_number.as_deref().map(key), "feidenavn": person.feide_name.as_deref().map(key),
                    "gjest": person.guest, "_links": null,
                }),
            );
        }
        for (at, enrolment) in person.enrolments.iter().enumerate() {
            let relation = format!("{me}_{at}");
            let mut links = Map::new();
            links.insert("elev".into(), to("elev/elev", "systemId", me));
            if let Some(school) = &enrolment.school_number {
                links.insert(
                    "skole".into(),
                    to("utdanningsprogram/skole", "skolenummer", school),
                );
            }
            if let Some(code) = &enrolment.category_code {
                links.insert(
                    "kategori".into(),
                    to("kodeverk/elevkategori", "systemid", code),
                );
                if known.insert(("category", code.clone())) {
                    put(
                        "kodeverk/elevkategori",
                        json!({ "systemId": key(code), "kode": code }),
                    );
                }
            }
            put(
                "elev/elevforhold",
                json!({
                    "systemId": key(&relation), "gyldighetsperiode": when(enrolment.period), "avbruddsdato": enrolment.interrupted_on,
                    "hovedskole": enrolment.main, "_links": links,
                }),
            );
            for (of, class) in enrolment.classes.iter().enumerate() {
                let group = class_key(&text(&enrolment.school_number), class);
                if known.insert(("class", group.clone())) {
                    let mut links = Map::new();
                    if let Some(level) = &class.level {
                        links.insert(
                            "trinn".into(),
                            to("utdanningsprogram/arstrinn", "systemid", level),
                        );
                        if known.insert(("level", level.clone())) {
                            put(
                                "utdanningsprogram/arstrinn",
                                json!({ "systemId": key(level), "navn": level }),
                            );
                        }
                    }
                    put(
                        "elev/klasse",
                        json!({ "systemId": key(&group), "navn": class.name, "_links": links }),
                    );
                }
                put(
                    "elev/klassemedlemskap",
                    json!({
                        "systemId": key(&format!("{relation}_k{of}")), "gyldighetsperiode": when(class.period),
                        "_links": {"elevforhold": to("elev/elevforhold", "systemid", &relation), "klasse": to("elev/klasse", "systemid", &group)},
                    }),
                );
            }
            for (of, programme) in enrolment.programmes.iter().enumerate() {
                if known.insert(("area", programme.code.clone())) {
                    put(
                        "utdanningsprogram/programomrade",
                        json!({ "systemId": key(&programme.code), "navn": programme.name }),
                    );
                }
                put(
                    "utdanningsprogram/programomrademedlemskap",
                    json!({
                        "systemId": key(&format!("{relation}_p{of}")), "gyldighetsperiode": when(programme.period),
                        "_links": {
                            "elevforhold": to("elev/elevforhold", "systemid", &relation),
                            "programomrade": to("utdanningsprogram/programomrade", "systemid", &programme.code),
                        },
                    }),
                );
            }
        }
        for (at, contract) in person.contracts.iter().enumerate() {
            let mine = if at == 0 {
                me.to_owned()
            } else {
                format!("{me}_{at}")
            };
            put(
                "larling/person",
                person_of(
                    person,
                    json!({ "larling": to("larling/larling", "systemid", &mine) }),
                ),
            );
            put_contract(contract, &mine, &mut known, &mut put, &to, &key);
        }
    }
    all.into_iter()
        .map(|(path, entries)| {
            let page =
                json!({ "total_items": entries.len(), "_embedded": { "_entries": entries } });
            (
                format!("utdanning/{path}.json"),
                page.to_string().into_bytes(),
            )
        })
        .collect()
}

fn put_contract(
    contract: &TrainingContract,
    mine: &str,
    known: &mut BTreeSet<(&str, String)>,
    put: &mut impl FnMut(&'static str, Value),
    to: &impl Fn(&str, &str, &str) -> Value,
    key: &impl Fn(&str) -> Value,
) {
    let mut links = Map::new();
    if let Some(company) = &contract.company {
        let number = text(&contract.company_number);
        let company_key = format!("{number}_{company}");
        if known.insert(("company", company_key.clone())) {
            put(
                "larling/virksomhet",
                json!({
                    "virksomhetsId": key(&company_key), "organisasjonsnavn": company,
                    "organisasjonsnummer": contract.company_number.as_deref().map(key),
                }),
            );
        }
        links.insert(
            "bedrift".into(),
            to("larling/virksomhet", "virksomhetsid", &company_key),
        );
    }
    if let Some(name) = &contract.programme {
        if known.insert(("area", name.clone())) {
            put(
                "utdanningsprogram/programomrade",
                json!({ "systemId": key(name), "navn": name }),
            );
        }
        links.insert(
            "programomrade".into(),
            to("utdanningsprogram/programomrade", "systemid", name),
        );
    }
    if let Some(day) = contract.passed_exam_on {
        put(
            "larling/avlagtprove",
            json!({
                "systemId": key(&format!("{mine}_x")), "provedato": day,
                "_links": {"larling": to("larling/larling", "systemid", mine), "fullfortkode": to("kodeverk/fullfortkode", "systemid", "B")},
            }),
        );
    }
    put(
        "larling/larling",
        json!({
            "systemId": key(mine), "kontraktstype": contract.contract_type,
            "laretid": {"start": contract.period.start, "slutt": contract.period.end}, "_links": links,
        }),
    );
}
