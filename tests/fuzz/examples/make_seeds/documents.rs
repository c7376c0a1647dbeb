//! Documents in JSON that are not messages of a protocol: counties, cards, lists, metadata of types, records.

use county_api::{Candidate, Roster, Validity, ValidityStatement};
use fuzz::county_api as target;
use fuzz::keys::{SEED_ISSUER, STRANGER};
use fuzz::{NOW, feide, type_metadata, verifier};
use serde_json::{Value, json};

use crate::seed;

pub(crate) fn write() {
    county();
    signed();
    types();
    records();
    feide();
}

fn county() {
    let put = |name: &str, value: Value| seed("county_api", name, value.to_string());
    let county = json!({
        "issuer": "https://issuer.example", "name": "Fjordviken fylkeskommune", "trust_list_key": SEED_ISSUER.jwk,
        "password_help_url": "https://fjordviken.example/passord",
        "accessibility_statement_url": "https://fjordviken.example/tilgjengelighet", "demo": true,
    });
    put("good-county", county.clone());
    let mut unsafe_county = county;
    unsafe_county["issuer"] = "http://issuer.example".into();
    put("bad-county-http", unsafe_county);

    let holder = json!({"given_name": "Nora", "family_name": "Bjørnstad", "card_type": "elev", "institution": "Fjordvik vgs"});
    let contact = json!({"role": "school", "name": "Fjordvik vgs", "phone": "22 00 00 00", "url": "https://fjordvik.example/"});
    for (name, state) in [
        (
            "ready",
            json!({"holder": holder, "photo_sha256": "00ff", "content_sha256": "ff00"}),
        ),
        (
            "photo_to_confirm",
            json!({"holder": holder, "photo": {"sha256": "00ff", "source": "school_records", "taken_on": "2025-08-20"}}),
        ),
        (
            "record_incomplete",
            json!({"missing": ["birth_date", "contract_period"], "contact": contact}),
        ),
        (
            "no_current_right",
            json!({"reason": {"kind": "not_started", "from": "2026-10-01"}, "contact": contact}),
        ),
        (
            "blocked",
            json!({"reason": "Mistet telefon", "until": "2026-10-01", "contact": contact}),
        ),
    ] {
        let mut whole = state;
        let more = json!({
            "state": name, "account": "a1", "library_card": {"code": "N000123456", "symbology": "code39"},
            "contacts": [contact], "next_sync": "2026-09-02T02:00:00Z", "server_time": "2026-09-01T08:00:00Z",
        });
        whole
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        put(&format!("good-enrolment-{}", name.replace('_', "-")), whole);
    }
    put(
        "bad-enrolment-contact",
        json!({
            "state": "not_in_records", "account": "a1", "server_time": "2026-09-01T08:00:00Z",
            "contact": {"role": "county", "name": "Fylket", "url": "javascript:alert(1)"},
        }),
    );
    put(
        "good-card",
        json!({
            "given_name": "Nora", "family_name": "Bjørnstad", "birthdate": "2008-02-29", "portrait": "data:image/jpeg;base64,/9j/4AA=",
            "card_type": "elev", "institution": "Fjordvik videregående skole", "institution_number": "974000001", "class": "2STA",
            "programme": "Studiespesialisering", "student_number": "100042", "semester": "2026-H", "valid_from": "2026-08-01",
            "valid_until": "2026-12-31", "age_over_16": true, "age_over_18": true, "age_over_20": false, "county": "Fjordviken",
        }),
    );
    put("good-photo-decision", json!({"sha256": "00ff"}));
    put(
        "good-question",
        serde_json::to_value(target::question()).unwrap(),
    );
    seed("county_api", "good-semester", "2026-H");
    seed("county_api", "bad-semester", "2026-h");
    seed(
        "county_api",
        "good-portrait",
        "data:image/jpeg;base64,/9j/4AA=",
    );
    seed(
        "county_api",
        "bad-portrait-png",
        "data:image/png;base64,iVBORw0KGgo=",
    );
    seed("county_api", "good-seconds", NOW.to_string());
    seed("county_api", "good-seconds-last", "8210266876799");
}

fn signed() {
    let put = |name: &str, content: String| seed("county_api", name, content);
    let statement = ValidityStatement {
        iss: target::ISSUER_ID.into(),
        iat: NOW,
        exp: NOW + 300,
        status: target::question().credential_status,
        result: Validity::Valid,
        card_valid_until: "2026-12-31".parse().unwrap(),
    };
    put("good-statement", statement.sign(&SEED_ISSUER.key).unwrap());
    put(
        "bad-statement-stranger",
        statement.sign(&STRANGER.key).unwrap(),
    );
    put(
        "good-statement-json",
        serde_json::to_string(&statement).unwrap(),
    );

    let candidate = |name: &str, room: Option<&str>| Candidate {
        name: name.into(),
        birth_date: "2008-02-29".parse().unwrap(),
        class: Some("2STA".into()),
        student_number: None,
        room: room.map(str::to_owned),
        portrait: None,
    };
    let mut first = candidate("Nora Bjørnstad", Some("A1"));
    first.student_number = Some("100042".into());
    first.set_portrait(b"RIFF\x04\0\0\0WEBP");
    let roster = Roster {
        id: "r1".into(),
        iss: target::ISSUER_ID.into(),
        iat: NOW,
        exp: NOW + 36_000,
        title: "Matematikk S1".into(),
        school: "Fjordvik videregående skole".into(),
        starts_at: NOW + 3_600,
        late_after_minutes: 15,
        candidates: vec![first, candidate("Áilu Sara", None)],
    };
    put("good-roster", roster.sign(&SEED_ISSUER.key).unwrap());
    put("bad-roster-stranger", roster.sign(&STRANGER.key).unwrap());
    put("good-roster-json", serde_json::to_string(&roster).unwrap());

    let list = verifier::trust_list();
    let json = serde_json::to_string(&list).unwrap();
    put("good-trust-list-json", json.clone());
    seed("verifier", "good-trust-list-json", &json);
    seed(
        "verifier",
        "good-trust-list",
        list.sign(&SEED_ISSUER.key).unwrap(),
    );
    seed(
        "verifier",
        "bad-trust-list-stranger",
        list.sign(&STRANGER.key).unwrap(),
    );
    let twice = json.replace(verifier::ISS, verifier::SEED_ISS);
    seed("verifier", "bad-trust-list-issuer-twice", twice);
}

fn types() {
    let put = |name: &str, value: Value| seed("type_metadata", name, value.to_string());
    let hash = sd_jwt::vc::integrity_of(b"a logo");
    let whole = json!({
        "vct": type_metadata::VCT, "name": "Student ID", "description": "For pupils and apprentices",
        "extends": "https://issuer.example/types/card", "extends#integrity": hash,
        "display": [
            {"locale": "nb", "name": "Elevbevis", "rendering": {"simple": {
                "logo": {"uri": "https://issuer.example/logo.svg", "uri#integrity": hash, "alt_text": "Våpen"},
                "background_color": "#003366", "text_color": "#fff",
            }, "svg_templates": [{"uri": "https://issuer.example/card.svg", "properties": {"orientation": "landscape"}}]}},
            {"locale": "nn", "name": "Elevprov"},
            {"locale": "en", "name": "Student ID", "description": "A card"},
        ],
        "claims": [
            {"path": ["given_name"], "display": [{"locale": "nb", "label": "Fornavn"}], "mandatory": true, "sd": "always", "svg_id": "given_name"},
            {"path": ["nationalities", null], "sd": "allowed"},
            {"path": ["nationalities", 0], "sd": "never"},
        ],
    });
    put("good-whole", whole.clone());
    put("good-least", json!({"vct": type_metadata::VCT}));
    let line = |vct: &str, more: Value| {
        let mut document = json!({"vct": vct});
        let more = more.as_object().unwrap().clone();
        document.as_object_mut().unwrap().extend(more);
        format!("{document}\n")
    };
    let card = "https://issuer.example/types/card";
    let claim = |sd: &str| json!([{"path": ["given_name"], "sd": sd, "mandatory": true}]);
    let own = line(
        type_metadata::VCT,
        json!({"extends": card, "claims": claim("always")}),
    );
    let general = line(
        card,
        json!({"display": [{"locale": "nb", "name": "Kort"}], "claims": claim("allowed")}),
    );
    seed("type_metadata", "good-chain", format!("{own}{general}"));
    let strict = line(card, json!({"claims": claim("never")}));
    seed(
        "type_metadata",
        "bad-chain-loosened",
        format!("{own}{strict}"),
    );
    let around = line(card, json!({"extends": type_metadata::VCT}));
    seed(
        "type_metadata",
        "bad-chain-in-a-circle",
        format!("{own}{around}"),
    );
    for (name, pointer, value) in [
        (
            "bad-other-type",
            "/vct",
            json!("https://issuer.example/types/other"),
        ),
        ("bad-extends-itself", "/extends", json!(type_metadata::VCT)),
        ("bad-locale-twice", "/display/1/locale", json!("nb")),
        (
            "bad-colour",
            "/display/0/rendering/simple/text_color",
            json!("red"),
        ),
        ("bad-path", "/claims/1/path", json!([])),
        ("bad-svg-id", "/claims/0/svg_id", json!("a-b")),
        ("bad-hash", "/extends#integrity", json!("sha256-AAAA")),
    ] {
        let mut changed = whole.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        put(name, changed);
    }
}

fn id(value: &str) -> Value {
    json!({ "identifikatorverdi": value })
}

fn to(href: &str) -> Value {
    json!([{ "href": format!("https://fint.example/utdanning/{href}") }])
}

/// Nora in class 3STA at Fjordviken, and Leif, apprentice at Fjordbygg. Synthetic, the numbers too.
fn county_in_fint() -> Value {
    json!({
        "utdanningsprogram/skole": [{
            "systemId": id("S1"), "skolenummer": id("16001"), "organisasjonsnummer": id("974588145"), "navn": "Fjordviken vgs",
            "domenenavn": "fjordviken.example", "kontaktinformasjon": {"telefonnummer": "68059900", "nettsted": "https://fjordviken.example"},
        }],
        "utdanningsprogram/arstrinn": [{"systemId": id("VG3"), "navn": "VG3"}],
        "utdanningsprogram/programomrade": [{"systemId": id("STREA3----"), "navn": "Realfag"}],
        "kodeverk/elevkategori": [{"systemId": id("77"), "kode": "2", "navn": "heltid"}],
        "elev/klasse": [{"systemId": id("K1"), "navn": "3STA", "_links": {"trinn": to("utdanningsprogram/arstrinn/systemid/VG3")}}],
        "elev/person": [{
            "fodselsnummer": id("10915596784"), "fodselsdato": "2008-03-13T23:00:00Z", "bilde": "https://bilder.example/1.jpg",
            "navn": {"fornavn": " Nora ", "mellomnavn": " ", "etternavn": "Bjørkøy"},
            "kontaktinformasjon": {"mobiltelefonnummer": "68050001"},
        }],
        "elev/elev": [{
            "systemId": id("100"), "elevnummer": id("00012"), "feidenavn": id("Nora@Fjordviken.example"), "gjest": false,
            "_links": {"person": to("elev/person/fodselsnummer/10915596784")},
        }],
        "elev/elevforhold": [{
            "systemId": id("1001"), "gyldighetsperiode": {"start": "2026-08-17T00:00:00Z", "slutt": "2027-07-31T00:00:00Z"}, "hovedskole": true,
            "_links": {
                "ELEV": to("elev/elev/feidenavn/nora%40fjordviken.example"), "skole": to("utdanningsprogram/skole/skolenummer/16001"),
                "kategori": [{"href": "${utdanning.kodeverk.elevkategori}/elevkategori/systemid/77"}],
            },
        }],
        "elev/klassemedlemskap": [{
            "systemId": id("m1"), "gyldighetsperiode": {"start": 1_786_924_800_000_i64},
            "_links": {"elevforhold": to("elev/elevforhold/systemId/1001"), "klasse": to("elev/klasse/systemid/k1")},
        }],
        "utdanningsprogram/programomrademedlemskap": [{
            "systemId": id("p1"),
            "_links": {"elevforhold": to("elev/elevforhold/systemid/1001"), "programomrade": to("utdanningsprogram/programomrade/systemid/STREA3----")},
        }],
        "larling/person": [{"fodselsnummer": id("05840399895"), "fodselsdato": null, "navn": {"fornavn": "Leif", "etternavn": "Tømmerås"}}],
        "larling/virksomhet": [{"virksomhetsId": id("7001"), "organisasjonsnummer": id("974588145"), "organisasjonsnavn": "Fjordbygg AS"}],
        "larling/larling": [{
            "systemId": id("200"), "kontraktstype": "Lærling", "laretid": {"start": "2025-08-15T12:00:00Z", "slutt": "2027-08-14T12:00:00Z"},
            "_links": {"person": to("larling/person/fodselsnummer/05840399895"), "bedrift": to("larling/virksomhet/virksomhetsid/7001")},
        }],
        "larling/avlagtprove": [{"systemId": id("e1"), "provedato": "2026-06-01", "_links": {"larling": to("larling/larling/systemid/200"), "fullfortkode": to("kodeverk/fullfortkode/systemid/1")}}],
        "kodeverk/fullfortkode": [{"systemId": id("1"), "kode": "B"}],
        "bibliotek.csv": "elevnummer;kode;symbologi\n00012;N000123456;code39\n",
    })
}

fn records() {
    let put = |name: &str, content: &str| seed("school_records", name, content);
    let county = county_in_fint();
    put("good-county", &county.to_string());
    let mut of_version_3 = county.clone();
    let object = of_version_3.as_object_mut().unwrap();
    let classes = object.shift_remove("elev/klasse").unwrap();
    object.insert("elev/basisgruppe".into(), classes);
    object.shift_remove("elev/klassemedlemskap");
    put("good-county-version-3", &of_version_3.to_string());
    for (name, pointer, value) in [
        (
            "county-reversed-period",
            "/elev~1elevforhold/0/gyldighetsperiode",
            json!({"start": "2027-08-17", "slutt": "2026-07-31"}),
        ),
        (
            "county-dates",
            "/elev~1person/0/fodselsdato",
            json!("2008-03-14T00:00:00+0100"),
        ),
        (
            "county-dates-number",
            "/elev~1person/0/fodselsdato",
            json!(1_205_449_200_000_i64),
        ),
        (
            "county-dates-last",
            "/elev~1person/0/fodselsdato",
            json!(8_210_266_875_000_000_i64),
        ),
        (
            "county-links-nowhere",
            "/elev~1elev/0/_links/person",
            json!([{"href": "%41%zz"}, null, 7]),
        ),
        (
            "county-not-objects",
            "/elev~1elev",
            json!([1, "x", null, []]),
        ),
    ] {
        let mut changed = county.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        put(name, &changed.to_string());
    }
    put(
        "page",
        r#"{"_embedded":{"_entries":[]},"total_items":0,"_links":{"next":[{"href":"https://fint.example/x?offset=1&size=1"}]}}"#,
    );
    put(
        "good-library",
        "\u{feff}elevnummer;feidenavn;kode;symbologi\r\n100042;;N000123456;code39\r\n;leif@fjordviken.example;\"12;3\"\"4\";QR-kode\r\n",
    );
    put(
        "library-latin1",
        "elevnummer\tkode\n100042\tN1\n999999\tN2\n",
    );
    put("bad-library-columns", "nummer;kode\n1;2\n");
    for number in [
        "13097248022",
        "53097248016",
        "130972 48022",
        "10915596784",
        "68467038838",
    ] {
        put(&format!("good-number-{}", number.replace(' ', "-")), number);
    }
    put("bad-number", "13097248032");
    put(
        "good-exam-list",
        "\u{feff}Student_number;name;birth_date;room\n100042;;;A1\n;\"Nora; B\";29.02.2008;\n;Leif;2008-02-30;A1\n",
    );
    put(
        "bad-exam-list-column-twice",
        "name,birth_date,name\na,2008-02-29,b\n",
    );
}

fn feide() {
    let put = |name: &str, content: String| seed("feide", name, content);
    let nora = "76a7a061-3c55-430d-8ee0-6f82ec42501f";
    let basic = json!({
        "sub": nora, "https://n.feide.no/claims/eduPersonPrincipalName": "Nora@fjordviken.example",
        "https://n.feide.no/claims/userid_sec": ["feide:nora@fjordviken.example"], "dataporten-userid_sec": "nin:x",
    });
    let extended = json!({
        "sub": [nora], "eduPersonPrincipalName": ["nora@fjordviken.example"], "norEduPersonNIN": ["10915596784"],
        "norEduPersonBirthDate": "2008-03-14", "cn": {"x": 1},
    });
    put("good-both", format!("{basic}\n{extended}"));
    put("good-basic", basic.to_string());
    put(
        "bad-two-people",
        format!("{basic}\n{}", json!({"sub": "somebody-else"})),
    );
    put(
        "bad-name",
        json!({"sub": nora, "https://n.feide.no/claims/eduPersonPrincipalName": "nora"})
            .to_string(),
    );
    put("bad-nothing", "{}".to_owned());
    let claims = json!({
        "iss": feide::ISSUER, "sub": nora, "aud": [feide::CLIENT], "azp": feide::CLIENT, "exp": NOW + 300, "iat": NOW,
        "nonce": feide::NONCE, "auth_time": NOW - 5,
    });
    put("good-id-token-claims", claims.to_string());
    for (name, pointer, value) in [
        ("id-token-claims-other-audience", "/aud", json!("another")),
        ("id-token-claims-old", "/exp", json!(NOW - 100)),
        ("id-token-claims-session", "/auth_time", json!(NOW - 1_000)),
        ("id-token-claims-nonce", "/nonce", json!("another")),
    ] {
        let mut changed = claims.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        put(name, changed.to_string());
    }
    put("bad-id-token", "eyJhbGciOiJSUzI1NiJ9.e30.AAAA".to_owned());
}
