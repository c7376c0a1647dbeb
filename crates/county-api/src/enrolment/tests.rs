use super::*;

fn contact() -> Contact {
    Contact {
        role: ContactRole::School,
        name: "Fjordvik vgs".into(),
        phone: Some("22 00 00 00".into()),
        email: None,
        url: Some("https://fjordvik.example/".parse().unwrap()),
    }
}

fn holder() -> Holder {
    Holder {
        given_name: "Nora".into(),
        family_name: "Bjørnstad".into(),
        card_type: CardType::Elev,
        institution: "Fjordvik vgs".into(),
    }
}

fn status(state: Enrolment) -> EnrolmentStatus {
    EnrolmentStatus {
        state,
        account: "a1".into(),
        library_card: None,
        contacts: vec![],
        next_sync: None,
        server_time: "2026-09-01T08:00:00Z".parse().unwrap(),
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn every_state_has_its_own_wire_form_and_reads_back() {
    let states = [
        Enrolment::Ready {
            holder: holder(),
            photo_sha256: "00ff".into(),
            content_sha256: "ff00".into(),
            more: vec![],
        },
        Enrolment::Ready {
            holder: holder(),
            photo_sha256: "00ff".into(),
            content_sha256: "ff00".into(),
            more: vec![FurtherCard {
                card_type: CardType::Larling,
                institution: "Fjordbygg AS".into(),
                content_sha256: "0ff0".into(),
            }],
        },
        Enrolment::PhotoToConfirm {
            holder: holder(),
            photo: ProposedPhoto {
                sha256: "00ff".into(),
                source: PhotoSource::SchoolRecords,
                taken_on: Some(day("2025-08-20")),
            },
            reset: None,
        },
        Enrolment::PhotoInReview {
            holder: holder(),
            photo: ProposedPhoto {
                sha256: "00ff".into(),
                source: PhotoSource::Selfie,
                taken_on: None,
            },
            contact: contact(),
        },
        Enrolment::PhotoMissing {
            holder: holder(),
            why: PhotoMissingReason::NotMe,
            contact: contact(),
        },
        Enrolment::NotInRecords { contact: contact() },
        Enrolment::RecordIncomplete {
            missing: vec![MissingField::BirthDate, MissingField::ContractPeriod],
            contact: contact(),
        },
        Enrolment::SchoolNotEnabled {
            school: "Nesøya vgs".into(),
            contact: contact(),
        },
        Enrolment::NoCurrentRight {
            reason: NoRightReason::NotStarted {
                from: day("2026-10-01"),
            },
            contact: contact(),
        },
        Enrolment::Blocked {
            reason: "Mistet telefon".into(),
            until: None,
            contact: contact(),
        },
    ]
    .map(status);
    for status in &states {
        let json = serde_json::to_string(status).unwrap();
        assert_eq!(
            &serde_json::from_str::<EnrolmentStatus>(&json).unwrap(),
            status
        );
    }
    let lines: Vec<String> = states
        .iter()
        .map(|status| serde_json::to_string(&status.state).unwrap())
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"state":"ready","holder":{"given_name":"Nora","family_name":"Bjørnstad","card_type":"elev","institution":"Fjordvik vgs"},"photo_sha256":"00ff","content_sha256":"ff00"}
    {"state":"ready","holder":{"given_name":"Nora","family_name":"Bjørnstad","card_type":"elev","institution":"Fjordvik vgs"},"photo_sha256":"00ff","content_sha256":"ff00","more":[{"card_type":"larling","institution":"Fjordbygg AS","content_sha256":"0ff0"}]}
    {"state":"photo_to_confirm","holder":{"given_name":"Nora","family_name":"Bjørnstad","card_type":"elev","institution":"Fjordvik vgs"},"photo":{"sha256":"00ff","source":"school_records","taken_on":"2025-08-20"}}
    {"state":"photo_in_review","holder":{"given_name":"Nora","family_name":"Bjørnstad","card_type":"elev","institution":"Fjordvik vgs"},"photo":{"sha256":"00ff","source":"selfie"},"contact":{"role":"school","name":"Fjordvik vgs","phone":"22 00 00 00","url":"https://fjordvik.example/"}}
    {"state":"photo_missing","holder":{"given_name":"Nora","family_name":"Bjørnstad","card_type":"elev","institution":"Fjordvik vgs"},"why":{"kind":"not_me"},"contact":{"role":"school","name":"Fjordvik vgs","phone":"22 00 00 00","url":"https://fjordvik.example/"}}
    {"state":"not_in_records","contact":{"role":"school","name":"Fjordvik vgs","phone":"22 00 00 00","url":"https://fjordvik.example/"}}
    {"state":"record_incomplete","missing":["birth_date","contract_period"],"contact":{"role":"school","name":"Fjordvik vgs","phone":"22 00 00 00","url":"https://fjordvik.example/"}}
    {"state":"school_not_enabled","school":"Nesøya vgs","contact":{"role":"school","name":"Fjordvik vgs","phone":"22 00 00 00","url":"https://fjordvik.example/"}}
    {"state":"no_current_right","reason":{"kind":"not_started","from":"2026-10-01"},"contact":{"role":"school","name":"Fjordvik vgs","phone":"22 00 00 00","url":"https://fjordvik.example/"}}
    {"state":"blocked","reason":"Mistet telefon","contact":{"role":"school","name":"Fjordvik vgs","phone":"22 00 00 00","url":"https://fjordvik.example/"}}
    "#);
}

#[test]
fn the_whole_answer_has_one_level() {
    let status = EnrolmentStatus {
        library_card: Some(LibraryCard {
            code: "N000123456".into(),
            symbology: Symbology::Code39,
        }),
        contacts: vec![contact()],
        next_sync: Some("2026-09-02T02:00:00Z".parse().unwrap()),
        ..status(Enrolment::NotInRecords { contact: contact() })
    };
    insta::assert_json_snapshot!(status, @r#"
    {
      "state": "not_in_records",
      "contact": {
        "role": "school",
        "name": "Fjordvik vgs",
        "phone": "22 00 00 00",
        "url": "https://fjordvik.example/"
      },
      "account": "a1",
      "library_card": {
        "code": "N000123456",
        "symbology": "code39"
      },
      "contacts": [
        {
          "role": "school",
          "name": "Fjordvik vgs",
          "phone": "22 00 00 00",
          "url": "https://fjordvik.example/"
        }
      ],
      "next_sync": "2026-09-02T02:00:00Z",
      "server_time": "2026-09-01T08:00:00Z"
    }
    "#);
}

#[test]
fn every_reason_for_no_right_has_its_own_wire_form() {
    let reasons = [
        NoRightReason::NotStarted {
            from: day("2026-10-01"),
        },
        NoRightReason::Ended {
            on: day("2026-06-19"),
        },
        NoRightReason::Interrupted {
            on: day("2026-03-02"),
        },
        NoRightReason::Guest,
        NoRightReason::CategoryNotCovered,
        NoRightReason::ContractTypeUnknown,
    ];
    insta::assert_snapshot!(serde_json::to_string(&reasons).unwrap(), @r#"[{"kind":"not_started","from":"2026-10-01"},{"kind":"ended","on":"2026-06-19"},{"kind":"interrupted","on":"2026-03-02"},{"kind":"guest"},{"kind":"category_not_covered"},{"kind":"contract_type_unknown"}]"#);
}

#[test]
fn every_reason_for_no_photo_has_its_own_wire_form() {
    let reasons = [
        PhotoMissingReason::NeverHad,
        PhotoMissingReason::NotMe,
        PhotoMissingReason::Returned {
            note: "Ta av deg capsen.".into(),
            reasons: vec!["covered".into()],
        },
        PhotoMissingReason::Reset {
            note: "Bildet er tatt på nytt.".into(),
        },
    ];
    let json = serde_json::to_string(&reasons).unwrap();
    assert_eq!(
        serde_json::from_str::<Vec<PhotoMissingReason>>(&json).unwrap(),
        reasons
    );
    insta::assert_snapshot!(json, @r#"[{"kind":"never_had"},{"kind":"not_me"},{"kind":"returned","note":"Ta av deg capsen.","reasons":["covered"]},{"kind":"reset","note":"Bildet er tatt på nytt."}]"#);
}

#[test]
fn the_words_for_library_codes_and_photo_sources_stay() {
    let words = serde_json::to_string(&(
        [
            Symbology::Qr,
            Symbology::Code39,
            Symbology::Code128,
            Symbology::Itf,
            Symbology::Codabar,
            Symbology::Ean13,
        ],
        [
            PhotoSource::SchoolRecords,
            PhotoSource::Photographer,
            PhotoSource::Selfie,
            PhotoSource::Upload,
        ],
        [
            ContactRole::School,
            ContactRole::Photo,
            ContactRole::Library,
            ContactRole::TrainingOffice,
            ContactRole::Technical,
            ContactRole::FeideHelp,
            ContactRole::County,
        ],
    ))
    .unwrap();
    insta::assert_snapshot!(words, @r#"[["qr","code39","code128","itf","codabar","ean13"],["school_records","photographer","selfie","upload"],["school","photo","library","training_office","technical","feide_help","county"]]"#);
}

#[test]
fn members_from_a_newer_issuer_are_passed_over() {
    let newer = r#"{"state":"not_in_records","contact":{"role":"county","name":"Fylket","fax":null},
        "account":"a1","server_time":"2026-09-01T08:00:00Z","later":{"x":1}}"#;
    let status: EnrolmentStatus = serde_json::from_str(newer).unwrap();
    assert!(matches!(status.state, Enrolment::NotInRecords { .. }));
    assert!(status.contacts.is_empty());
}

#[test]
fn a_contact_leads_to_web_pages_only() {
    let read = |url: &str| {
        let json = serde_json::json!({ "role": "county", "name": "Fylket", "url": url });
        serde_json::from_value::<Contact>(json)
    };
    assert!(read("https://fjordviken.example/hjelp").is_ok());
    for url in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "intent://x",
        "hjelp",
    ] {
        assert!(read(url).is_err(), "{url}");
    }
}
