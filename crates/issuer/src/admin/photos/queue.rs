//! What waits, and what was just approved.

use chrono::TimeDelta;
use school_records::right_on;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Query,
};
use uuid::Uuid;

use crate::{
    admin::school::Circle,
    app::App,
    db::entity::{
        audit as entries, person,
        photo::{self, PhotoSource, PhotoState},
    },
    records::{day_in_norway, full_name, record_of},
};

/// So many are on a page: the next ones come when these are dealt with.
const A_PAGE: u64 = 20;
/// An approval is on the page, to be taken back, for so long.
const JUST: TimeDelta = TimeDelta::hours(1);

/// A photo, and whose it is.
#[derive(Clone)]
pub(super) struct Waiting {
    pub(super) person: Uuid,
    pub(super) name: String,
    pub(super) birth_date: Option<chrono::NaiveDate>,
    pub(super) class: Option<String>,
    /// Digest of the picture.
    pub(super) sha256: String,
    pub(super) source: PhotoSource,
    pub(super) since: i64,
    /// Ids of the portrait rules that it breaks.
    pub(super) findings: Vec<String>,
    /// The school has handed one back before.
    pub(super) is_another_try: bool,
}

fn in_review(app: &App, circle: &Circle) -> Select<photo::Entity> {
    let mut ids = Query::select();
    ids.column(person::Column::Id)
        .from(person::Entity)
        .cond_where(circle.people(day_in_norway(app.now())));
    photo::Entity::find()
        .filter(photo::Column::State.eq(PhotoState::InReview))
        .filter(photo::Column::PersonId.in_subquery(ids))
}

/// How many wait.
///
/// # Errors
/// When the database fails.
pub(crate) async fn count(app: &App, circle: &Circle) -> Result<u64, DbErr> {
    in_review(app, circle).count(&app.db).await
}

/// Those that wait, the oldest first.
///
/// # Errors
/// When the database fails.
pub(super) async fn waiting(app: &App, circle: &Circle) -> Result<Vec<Waiting>, DbErr> {
    let photos = in_review(app, circle)
        .order_by_asc(photo::Column::ChangedAt)
        .order_by_asc(photo::Column::PersonId)
        .limit(A_PAGE)
        .all(&app.db)
        .await?;
    let mut waiting = Vec::with_capacity(photos.len());
    for photo in photos {
        let person = person::Entity::find_by_id(photo.person_id)
            .one(&app.db)
            .await?;
        waiting.extend(person.and_then(|person| told(app, &person, photo)));
    }
    Ok(waiting)
}

/// Those that this person has approved in the last hour, the newest first, and that nobody has taken back.
///
/// # Errors
/// When the database fails.
pub(super) async fn just_approved(
    app: &App,
    circle: &Circle,
    by: &str,
) -> Result<Vec<Waiting>, DbErr> {
    let deeds = entries::Entity::find()
        .filter(entries::Column::At.gte(app.unix_now() - JUST.num_seconds()))
        .filter(entries::Column::Action.eq("person.approve_photo"))
        .filter(entries::Column::Actor.eq(by))
        .order_by_desc(entries::Column::Seq)
        .limit(A_PAGE)
        .all(&app.db)
        .await?;
    let mut approved: Vec<Waiting> = Vec::new();
    for deed in deeds {
        let Some(id) = deed.person_id else { continue };
        if approved.iter().any(|known| known.person == id) {
            continue;
        }
        let sha256 = deed.detail.get("photo").and_then(|photo| photo.as_str());
        let photo = photo::Entity::find_by_id(id).one(&app.db).await?;
        let stands = photo.filter(|photo| {
            photo.state == PhotoState::Locked && Some(photo.sha256.as_str()) == sha256
        });
        let today = day_in_norway(app.now());
        if let (Some(photo), Some(person)) = (stands, circle.one(&app.db, id, today).await?) {
            approved.extend(told(app, &person, photo));
        }
    }
    Ok(approved)
}

/// None for somebody whose record cannot be read, who is among the faults.
fn told(app: &App, person: &person::Model, photo: photo::Model) -> Option<Waiting> {
    let record = record_of(person).ok()?;
    let right = right_on(
        &record,
        day_in_norway(app.now()),
        &app.config.records.rules.now(),
    );
    let class = match right {
        school_records::Right::Pupil(right) => right.class,
        _ => None,
    };
    Some(Waiting {
        person: person.id,
        name: full_name(&record),
        birth_date: record.birth_date,
        class,
        findings: photo.rule_ids(),
        sha256: photo.sha256,
        source: photo.source,
        since: photo.changed_at,
        is_another_try: photo.handed_back,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use sea_orm::ActiveModelTrait;

    use super::*;
    use serde_json::json;

    use crate::{
        app::testing::{self, NOW},
        photo::examine::testing::{GOOD, picture},
        records::testing::{apprentice, person, pupil, sync},
    };

    /// A photo of this person waits since then.
    pub(in crate::admin::photos) async fn wait(app: &App, key: &str, since: i64) -> String {
        let id = person(app, key).await.id;
        let jpeg = picture(GOOD, u8::try_from(since - NOW + 100).unwrap());
        let object_key = app.photos.put(&jpeg).await.unwrap();
        let row = photo::Model {
            person_id: id,
            id: Uuid::new_v4(),
            state: PhotoState::InReview,
            source: PhotoSource::Selfie,
            sha256: county_api::photo_sha256(&jpeg),
            object_key,
            source_url_sha256: None,
            source_date: None,
            changed_at: since,
            submitted_sha256: None,
            note: None,
            reasons: Some(json!(["dark"])),
            handed_back: false,
        };
        let sha256 = row.sha256.clone();
        photo::ActiveModel::from(row)
            .reset_all()
            .insert(&app.db)
            .await
            .unwrap();
        sha256
    }

    #[tokio::test]
    async fn each_school_has_its_own_the_oldest_first() {
        let app = testing::app().await;
        let mut people: Vec<_> = (1..=3).map(pupil).collect();
        people[2].enrolments[0].school_number = Some("10002".into());
        people.push(apprentice(4, None));
        sync(&app, people).await.unwrap();
        for (key, since) in [
            ("elev:1", NOW - 1),
            ("elev:2", NOW - 5),
            ("elev:3", NOW - 9),
        ] {
            wait(&app, key, since).await;
        }
        wait(&app, "larling:4", NOW - 3).await;
        let here = Circle::School("10001".into());
        assert_eq!(count(&app, &here).await.unwrap(), 2);
        let found = waiting(&app, &here).await.unwrap();
        let since: Vec<i64> = found.iter().map(|photo| photo.since).collect();
        assert_eq!(since, [NOW - 5, NOW - 1]);
        assert_eq!(
            (found[0].class.as_deref(), found[0].findings.as_slice()),
            (Some("2STA"), &["dark".to_owned()][..])
        );
        assert_eq!(count(&app, &Circle::Training).await.unwrap(), 1);
    }
}
