//! Synthetic people and sources for the tests of this crate.

use std::sync::Mutex;

use chrono::NaiveDate;
use school_records::{
    ClassMembership, Contact, Fodselsnummer, LibraryCodeRecord, Period, PersonRecord, School,
    SchoolEnrolment, SchoolRecords, TrainingContract,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use uuid::Uuid;

use super::{
    progress::Progress,
    source::{ReadError, Source},
    sync::{self, Options, Report, SyncError},
};
use crate::{
    app::App,
    db::entity::{
        account,
        credential::{self, CardKind, CredentialStatus},
        device, person, status_list,
    },
};

/// A synthetic number of Tenor's kind (month + 80).
pub(crate) const NUMBER: &str = "14830960008";

/// Another.
pub(crate) const OTHER_NUMBER: &str = "15830960047";

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn school_year() -> Period {
    Period {
        start: Some(day("2026-08-17")),
        end: Some(day("2027-06-20")),
    }
}

pub(crate) fn school(number: &str) -> School {
    School {
        number: number.into(),
        name: format!("Skole {number}"),
        organisation_number: Some("974000001".into()),
        domain: None,
        contact: Contact {
            phone: Some("70 00 01 00".into()),
            email: None,
            website: None,
        },
    }
}

/// Pupil `elev:<n>` with the Feide name `elev<n>@fjordviken.example`, at an enabled school.
pub(crate) fn pupil(n: usize) -> PersonRecord {
    PersonRecord {
        source_key: format!("elev:{n}"),
        feide_name: Some(format!("elev{n}@fjordviken.example")),
        nin: None,
        given_name: "Ánne".into(),
        middle_name: Some("Marja".into()),
        family_name: "Bjørnstad".into(),
        birth_date: Some(day("2009-03-14")),
        mobile: None,
        photo_url: None,
        student_number: Some(format!("{}", 100_000 + n)),
        guest: false,
        enrolments: vec![SchoolEnrolment {
            school_number: Some("10001".into()),
            main: true,
            period: school_year(),
            classes: vec![ClassMembership {
                name: "2STA".into(),
                level: Some("VG2".into()),
                period: school_year(),
            }],
            ..SchoolEnrolment::default()
        }],
        contracts: vec![],
        library_code: None,
    }
}

pub(crate) fn apprentice(n: usize, number: Option<&str>) -> PersonRecord {
    PersonRecord {
        source_key: format!("larling:{n}"),
        feide_name: None,
        nin: number.map(|number| Fodselsnummer::parse(number, true).unwrap()),
        enrolments: vec![],
        contracts: vec![TrainingContract {
            contract_type: Some("Lærling".into()),
            period: Period {
                start: Some(day("2026-01-01")),
                end: Some(day("2028-01-01")),
            },
            company: Some("Fjord Bygg AS".into()),
            company_number: Some("999999999".into()),
            programme: Some("Tømrer".into()),
            passed_exam_on: None,
        }],
        ..pupil(n)
    }
}

pub(crate) fn with_library_code(mut record: PersonRecord, code: &str) -> PersonRecord {
    record.library_code = Some(LibraryCodeRecord {
        code: code.into(),
        symbology: None,
    });
    record
}

pub(crate) fn set(people: Vec<PersonRecord>) -> SchoolRecords {
    SchoolRecords {
        schools: vec![school("10001"), school("10002"), school("10003")],
        people,
        ..SchoolRecords::default()
    }
}

/// Gives what it was given, once.
pub(crate) struct Once(Mutex<Option<Result<SchoolRecords, ReadError>>>);

impl Once {
    pub(crate) fn new(result: Result<SchoolRecords, ReadError>) -> Self {
        Self(Mutex::new(Some(result)))
    }
}

#[async_trait::async_trait]
impl Source for Once {
    async fn read(&self, _: &Progress) -> Result<SchoolRecords, ReadError> {
        self.0.lock().unwrap().take().expect("read once")
    }
}

pub(crate) async fn sync(app: &App, people: Vec<PersonRecord>) -> Result<Report, SyncError> {
    sync::run(app, &Once::new(Ok(set(people))), &Options::default()).await
}

pub(crate) async fn person(app: &App, key: &str) -> person::Model {
    use sea_orm::{ColumnTrait, QueryFilter};
    person::Entity::find()
        .filter(person::Column::SourceKey.eq(key))
        .one(&app.db)
        .await
        .unwrap()
        .unwrap()
}

/// An account without a person, made at a moment.
pub(crate) async fn account(app: &App, person: Option<Uuid>) -> Uuid {
    let id = Uuid::new_v4();
    account::ActiveModel {
        id: Set(id),
        feide_sub: Set(id.to_string()),
        feide_name: Set(None),
        nin_hash: Set(None),
        birth_date: Set(None),
        person_id: Set(person),
        created_at: Set(app.unix_now()),
        last_login_at: Set(app.unix_now()),
    }
    .insert(&app.db)
    .await
    .unwrap();
    id
}

/// A credential of a person that is good for a month, from before credentials said of which card they are.
pub(crate) async fn credential(app: &App, person: Uuid) -> Uuid {
    credential_of(app, person, None).await
}

/// A credential of one of a person's cards that is good for a month.
pub(crate) async fn credential_of(app: &App, person: Uuid, card: Option<CardKind>) -> Uuid {
    let account = account(app, Some(person)).await;
    let now = app.unix_now();
    if status_list::Entity::find_by_id(1)
        .one(&app.db)
        .await
        .unwrap()
        .is_none()
    {
        let list = status_list::ActiveModel {
            id: Set(1),
            size: Set(1024),
            bits: Set(2),
            created_at: Set(now),
            full: Set(false),
        };
        list.insert(&app.db).await.unwrap();
    }
    let device = device::ActiveModel {
        id: Set(Uuid::new_v4()),
        account_id: Set(account),
        dpop_thumbprint: Set("key".into()),
        attestation_thumbprint: Set(None),
        created_at: Set(now),
        last_refresh_at: Set(None),
        revoked_at: Set(None),
        revoked_reason: Set(None),
    };
    let device = device.insert(&app.db).await.unwrap();
    let taken = credential::Entity::find().all(&app.db).await.unwrap().len();
    let id = Uuid::new_v4();
    credential::ActiveModel {
        id: Set(id),
        device_id: Set(device.id),
        person_id: Set(person),
        configuration: Set("student-id-sd-jwt".into()),
        card: Set(card),
        list_id: Set(1),
        idx: Set(i64::try_from(taken).unwrap()),
        issued_at: Set(now),
        expires_at: Set(now + 30 * 86_400),
        status: Set(CredentialStatus::Valid),
        photo_sha256: Set(None),
        notification_id: Set(None),
        notification_event: Set(None),
        key_protection: Set(None),
    }
    .insert(&app.db)
    .await
    .unwrap();
    id
}

pub(crate) async fn status_of(app: &App, credential: Uuid) -> CredentialStatus {
    credential::Entity::find_by_id(credential)
        .one(&app.db)
        .await
        .unwrap()
        .unwrap()
        .status
}
