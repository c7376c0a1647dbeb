//! What is stored about a person beside the card: paper, lists, browsers, deliveries, and a role at work.

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

use crate::{
    app::App,
    db::entity::{
        account, exam_roster, exam_roster_person, person, photo_attempt, photo_batch_file, slip,
        staff_grant, web_session,
    },
    records::record_of,
};

use super::stored::{Moment, status};

/// A slip of paper that was printed. What stood on it is kept nowhere.
#[derive(Serialize)]
pub(super) struct Slip {
    pub(super) profile: String,
    pub(super) printed: Moment,
    pub(super) expires: Moment,
    pub(super) status: &'static str,
}

/// A list of candidates with name, class and portrait, until the day of the exam is over.
#[derive(Serialize)]
pub(super) struct ExamList {
    pub(super) title: String,
    pub(super) starts: Moment,
    pub(super) deleted: Moment,
}

/// A browser that is logged in, here or at the staff's pages.
#[derive(Serialize)]
pub(super) struct Browser {
    pub(super) since: Moment,
    pub(super) until: Moment,
}

/// Photos that were sent in on a day; kept for two days.
#[derive(Serialize)]
pub(super) struct Attempts {
    pub(super) day: chrono::NaiveDate,
    pub(super) count: i64,
}

/// A file of a photographer's that has the pupil's number as its name.
#[derive(Serialize)]
pub(super) struct Delivered {
    pub(super) file: String,
    pub(super) outcome: String,
}

/// A role at the staff's pages.
#[derive(Serialize)]
pub(super) struct Role {
    pub(super) role: String,
    pub(super) school: Option<String>,
    pub(super) given: Moment,
    pub(super) ended: Option<Moment>,
}

/// Of whoever is logged in.
pub(super) async fn browsers(app: &App, account: &account::Model) -> Result<Vec<Browser>, DbErr> {
    let rows = web_session::Entity::find()
        .filter(web_session::Column::FeideSub.eq(&account.feide_sub))
        .filter(web_session::Column::ExpiresAt.gt(app.unix_now()))
        .order_by_desc(web_session::Column::CreatedAt)
        .all(&app.db)
        .await?;
    let browser = |row: web_session::Model| Browser {
        since: Moment(row.created_at),
        until: Moment(row.ends_at),
    };
    Ok(rows.into_iter().map(browser).collect())
}

/// Those that are this person's, and not of somebody who had the Feide name before.
pub(super) async fn roles(app: &App, account: &account::Model) -> Result<Vec<Role>, DbErr> {
    let rows = staff_grant::Entity::find()
        .filter(staff_grant::Column::FeideSub.eq(&account.feide_sub))
        .order_by_desc(staff_grant::Column::GivenAt)
        .all(&app.db)
        .await?;
    let role = |row: staff_grant::Model| Role {
        role: row.role,
        school: row.school_number,
        given: Moment(row.given_at),
        ended: row.ended_at.map(Moment),
    };
    Ok(rows.into_iter().map(role).collect())
}

pub(super) async fn slips(app: &App, person: &person::Model) -> Result<Vec<Slip>, DbErr> {
    let rows = slip::Entity::find()
        .filter(slip::Column::PersonId.eq(person.id))
        .order_by_desc(slip::Column::IssuedAt)
        .all(&app.db)
        .await?;
    let slip = |row: slip::Model| Slip {
        profile: row.profile,
        printed: Moment(row.issued_at),
        expires: Moment(row.expires_at),
        status: status(row.status, row.expires_at, app.unix_now()),
    };
    Ok(rows.into_iter().map(slip).collect())
}

pub(super) async fn exam_lists(app: &App, person: &person::Model) -> Result<Vec<ExamList>, DbErr> {
    let lists: Vec<uuid::Uuid> = exam_roster_person::Entity::find()
        .select_only()
        .column(exam_roster_person::Column::RosterId)
        .filter(exam_roster_person::Column::PersonId.eq(person.id))
        .into_tuple()
        .all(&app.db)
        .await?;
    // Not the lists themselves: they hold what is about everybody else.
    let rows: Vec<(String, i64, i64)> = exam_roster::Entity::find()
        .select_only()
        .columns([
            exam_roster::Column::Title,
            exam_roster::Column::StartsAt,
            exam_roster::Column::ExpiresAt,
        ])
        .filter(exam_roster::Column::Id.is_in(lists))
        .order_by_asc(exam_roster::Column::StartsAt)
        .into_tuple()
        .all(&app.db)
        .await?;
    let list = |(title, starts, deleted)| ExamList {
        title,
        starts: Moment(starts),
        deleted: Moment(deleted),
    };
    Ok(rows.into_iter().map(list).collect())
}

pub(super) async fn attempts(app: &App, person: &person::Model) -> Result<Vec<Attempts>, DbErr> {
    let rows = photo_attempt::Entity::find()
        .filter(photo_attempt::Column::PersonId.eq(person.id))
        .order_by_desc(photo_attempt::Column::Day)
        .all(&app.db)
        .await?;
    let attempts = |row: photo_attempt::Model| Attempts {
        day: row.day,
        count: row.count,
    };
    Ok(rows.into_iter().map(attempts).collect())
}

pub(super) async fn delivered(app: &App, person: &person::Model) -> Result<Vec<Delivered>, DbErr> {
    let number = record_of(person).ok().and_then(|it| it.student_number);
    // Signs in a number could mean something in a pattern.
    let is_plain = |number: &String| number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let Some(number) = number.filter(|number| !number.is_empty() && is_plain(number)) else {
        return Ok(Vec::new());
    };
    let rows = photo_batch_file::Entity::find()
        .filter(photo_batch_file::Column::Name.like(format!("{number}.%")))
        .order_by_asc(photo_batch_file::Column::Seq)
        .all(&app.db)
        .await?;
    let file = |row: photo_batch_file::Model| Delivered {
        file: row.name,
        outcome: row.outcome,
    };
    Ok(rows.into_iter().map(file).collect())
}
