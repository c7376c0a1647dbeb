//! FINT, as its resources come over HTTP and lie in a dump.

use super::*;

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
