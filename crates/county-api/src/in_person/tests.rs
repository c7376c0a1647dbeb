use super::*;
use crate::claims::Portrait;

fn card() -> CardClaims {
    CardClaims {
        given_name: "Nora Elise".into(),
        family_name: "Bjørnstad".into(),
        birthdate: "2008-02-29".parse().unwrap(),
        portrait: Portrait::from_jpeg(vec![0xFF, 0xD8, 0xFF]).unwrap(),
        card_type: CardType::Larling,
        institution: "Fjordvik vgs".into(),
        institution_number: None,
        class: Some("2STA".into()),
        programme: Some("Studiespesialisering".into()),
        student_number: Some("100042".into()),
        semester: "2026-H".parse().unwrap(),
        valid_from: "2026-08-01".parse().unwrap(),
        valid_until: "2026-12-31".parse().unwrap(),
        age_over_16: true,
        age_over_18: true,
        age_over_20: false,
        county: "Fjordviken fylkeskommune".into(),
    }
}

fn webp() -> Vec<u8> {
    let mut webp = b"RIFF\x10\0\0\0WEBPVP8 ".to_vec();
    webp.extend([7; 20]);
    webp
}

fn claims(profile: Profile) -> InPersonClaims {
    InPersonClaims::of(profile, &card(), Some(PortraitHash::of(&webp())))
}

fn lines(identity: &Claim169) -> String {
    let lines = identity.0.iter().map(|(label, value)| match value {
        Value::Int(value) => format!("{label}: Int({value})"),
        Value::Text(value) => format!("{label}: Text({value:?})"),
        Value::Bytes(value) => format!("{label}: {} bytes", value.len()),
        Value::Bool(value) => format!("{label}: Bool({value})"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_exam_code_tells_one_candidate_from_another() {
    insta::assert_snapshot!(lines(&claims(Profile::Exam).to_identity()), @r#"
    1: Text("100042")
    4: Text("Nora Elise Bjørnstad")
    8: Text("20080229")
    75: Text("Fjordvik vgs")
    76: Int(2)
    77: Text("2STA")
    79: Int(20261231)
    80: Int(1)
    81: 8 bytes
    "#);
}

#[test]
fn a_travel_code_has_what_a_carrier_asks_for() {
    insta::assert_snapshot!(lines(&claims(Profile::Travel).to_identity()), @r#"
    4: Text("Nora Elise Bjørnstad")
    8: Text("20080229")
    75: Text("Fjordvik vgs")
    76: Int(2)
    78: Text("2026-H")
    79: Int(20261231)
    80: Int(2)
    81: 8 bytes
    "#);
}

#[test]
fn a_discount_code_names_nobody_in_full() {
    insta::assert_snapshot!(lines(&claims(Profile::Discount).to_identity()), @r#"
    5: Text("Nora")
    76: Int(2)
    78: Text("2026-H")
    79: Int(20261231)
    80: Int(3)
    "#);
}

#[test]
fn an_age_code_says_nothing_but_the_age_that_was_reached() {
    insta::assert_snapshot!(lines(&claims(Profile::Age).to_identity()), @"
    80: Int(4)
    82: Bool(true)
    83: Bool(true)
    84: Bool(false)
    ");
}

#[test]
fn what_is_written_is_read_back() {
    for profile in Profile::ALL {
        let whole = claims(profile);
        assert_eq!(
            InPersonClaims::from_identity(&whole.to_identity()),
            Ok(whole)
        );
        let lean = CardClaims {
            student_number: None,
            class: None,
            ..card()
        };
        let lean = InPersonClaims::of(profile, &lean, None);
        assert_eq!(InPersonClaims::from_identity(&lean.to_identity()), Ok(lean));
    }
}

#[test]
fn someone_with_one_name_has_no_stray_space_and_still_a_given_name() {
    let one_name = CardClaims {
        given_name: String::new(),
        family_name: "Sunniva".into(),
        ..card()
    };
    let exam = InPersonClaims::of(Profile::Exam, &one_name, None);
    assert_eq!(exam.full_name.as_deref(), Some("Sunniva"));
    let discount = InPersonClaims::of(Profile::Discount, &one_name, None);
    assert_eq!(discount.given_name.as_deref(), Some("Sunniva"));
}

#[test]
fn a_missing_label_is_named() {
    for profile in Profile::ALL {
        for label in required(profile).iter().chain([&PROFILE]) {
            let mut identity = claims(profile).to_identity();
            identity.0.remove(label);
            assert_eq!(
                InPersonClaims::from_identity(&identity),
                Err(IdentityError::Missing(*label)),
                "{profile:?}"
            );
        }
    }
}

#[test]
fn a_wrong_value_is_named_by_its_label() {
    let text = |text: &str| Value::Text(text.into());
    for (label, value) in [
        (STUDENT_NUMBER, Value::Int(100_042)),
        (FULL_NAME, Value::Bytes(vec![1])),
        (GIVEN_NAME, Value::Bool(true)),
        (BIRTH_DATE, text("20080230")),
        (BIRTH_DATE, text("2008-02-29")),
        (BIRTH_DATE, text("+2008022")),
        (BIRTH_DATE, Value::Int(20_080_229)),
        (CARD_TYPE, Value::Int(0)),
        (CARD_TYPE, text("elev")),
        (CLASS, Value::Bool(true)),
        (SEMESTER, text("2026-X")),
        (VALID_UNTIL, Value::Int(20_261_301)),
        (VALID_UNTIL, Value::Int(-20_261_231)),
        (VALID_UNTIL, Value::Int(i64::MAX)),
        (VALID_UNTIL, text("20261231")),
        (PROFILE, Value::Int(0)),
        (PROFILE, Value::Int(PHOTO_NUMBER)),
        (PORTRAIT_HASH, Value::Bytes(vec![1; 7])),
        (PORTRAIT_HASH, text("12345678")),
        (AGE_OVER_16, Value::Int(1)),
    ] {
        let mut identity = claims(Profile::Exam).to_identity();
        identity.0.insert(label, value.clone());
        assert_eq!(
            InPersonClaims::from_identity(&identity),
            Err(IdentityError::Malformed(label)),
            "{label}: {value:?}"
        );
    }
}

#[test]
fn a_photo_token_says_nothing_of_its_holder_and_is_named_by_its_hash() {
    let photo = PhotoClaims { webp: webp() };
    insta::assert_snapshot!(lines(&photo.to_identity()), @"
    16: 36 bytes
    17: Int(4)
    80: Int(9)
    ");
    assert_eq!(
        PhotoClaims::from_identity(&photo.to_identity()),
        Ok(photo.clone())
    );
    assert_eq!(claims(Profile::Exam).portrait_hash, Some(photo.hash()));
}

#[test]
fn what_is_no_small_webp_is_no_photo() {
    let too_large = [webp(), vec![0; PhotoClaims::MAX_BYTES]].concat();
    for (label, value) in [
        (PORTRAIT, Value::Bytes(too_large)),
        (PORTRAIT, Value::Bytes(b"RIFF".to_vec())),
        (PORTRAIT, Value::Text("RIFF".into())),
        (PORTRAIT_FORMAT, Value::Int(1)),
        (PROFILE, Value::Int(1)),
    ] {
        let mut identity = PhotoClaims { webp: webp() }.to_identity();
        identity.0.insert(label, value);
        assert_eq!(
            PhotoClaims::from_identity(&identity),
            Err(IdentityError::Malformed(label))
        );
        identity.0.remove(&label);
        assert_eq!(
            PhotoClaims::from_identity(&identity),
            Err(IdentityError::Missing(label))
        );
    }
    assert!(PhotoClaims::from_identity(&claims(Profile::Exam).to_identity()).is_err());
}
