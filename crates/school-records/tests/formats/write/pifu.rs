//! PIFU-IMS 1.3 XML.

use super::*;

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
