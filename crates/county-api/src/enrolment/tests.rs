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
        },
        Enrolment::PhotoToConfirm {
            holder: holder(),
            photo: ProposedPhoto {
                sha256: "00ff".into(),
                source: PhotoSource::SchoolRecords,
                taken_on: Some(day("2025-08-20")),
            },
        },
        Enrolment::PhotoMissing {
            holder: holder(),
            rejected: true,
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
    insta::assert_snapshot!(lines.join("\n"), @"");
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
    insta::assert_json_snapshot!(status, @"");
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
    insta::assert_snapshot!(serde_json::to_string(&reasons).unwrap(), @"");
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
            ContactRole::TrainingOffice,
            ContactRole::FeideHelp,
            ContactRole::County,
        ],
    ))
    .unwrap();
    insta::assert_snapshot!(words, @"");
}

#[test]
fn members_from_a_newer_issuer_are_passed_over() {
    let newer = r#"{"state":"not_in_records","contact":{"role":"county","name":"Fylket","fax":null},
        "server_time":"2026-09-01T08:00:00Z","later":{"x":1}}"#;
    let status: EnrolmentStatus = serde_json::from_str(newer).unwrap();
    assert!(matches!(status.state, Enrolment::NotInRecords { .. }));
    assert!(status.contacts.is_empty());
}
