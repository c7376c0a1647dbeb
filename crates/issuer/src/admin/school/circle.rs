//! Whose pages these are: a school's, or those of people in training without a school.

use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};

use uuid::Uuid;

use crate::{
    db::entity::{person, person_school},
    records::status::CHUNK,
};

/// Those whom a page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Circle {
    /// The pupils of the school of this number.
    School(String),
    /// People in training who are at no school; the county's own.
    Training,
}

impl Circle {
    /// By the part of the address that names it.
    pub(crate) fn of(segment: &str) -> Self {
        if segment == "training" {
            Self::Training
        } else {
            Self::School(segment.to_owned())
        }
    }

    /// The school's number; none for people in training, who are the county's.
    pub(crate) fn school(&self) -> Option<&str> {
        match self {
            Self::School(number) => Some(number),
            Self::Training => None,
        }
    }

    /// The part of the address that names it.
    pub(crate) fn segment(&self) -> &str {
        self.school().unwrap_or("training")
    }

    /// People of whom the records know and who belong here on a day.
    pub(crate) fn people(&self, today: NaiveDate) -> Condition {
        let mut ids = Query::select();
        ids.column(person_school::Column::PersonId)
            .from(person_school::Entity)
            .cond_where(
                Condition::any()
                    .add(person_school::Column::Until.is_null())
                    .add(person_school::Column::Until.gte(today)),
            );
        let belongs = match self {
            Self::School(number) => {
                ids.and_where(person_school::Column::SchoolNumber.eq(number.as_str()));
                person::Column::Id.in_subquery(ids)
            }
            // Person by person, along the index: a list of all who are at a school is as long as the county is large.
            Self::Training => {
                ids.and_where(
                    Expr::col((person_school::Entity, person_school::Column::PersonId))
                        .equals((person::Entity, person::Column::Id)),
                );
                Expr::exists(ids).not()
            }
        };
        Condition::all()
            .add(person::Column::WithdrawnAt.is_null())
            .add(belongs)
    }

    /// All of them.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn all(
        &self,
        db: &impl ConnectionTrait,
        today: NaiveDate,
    ) -> Result<Vec<person::Model>, DbErr> {
        person::Entity::find()
            .filter(self.people(today))
            .all(db)
            .await
    }

    /// The next of them by their ids, for who goes through many and holds few; from nil on.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn next(
        &self,
        db: &impl ConnectionTrait,
        today: NaiveDate,
        after: Uuid,
    ) -> Result<Vec<person::Model>, DbErr> {
        person::Entity::find()
            .filter(self.people(today))
            .filter(person::Column::Id.gt(after))
            .order_by_asc(person::Column::Id)
            .limit(CHUNK as u64)
            .all(db)
            .await
    }

    /// One of them.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn one(
        &self,
        db: &impl ConnectionTrait,
        id: Uuid,
        today: NaiveDate,
    ) -> Result<Option<person::Model>, DbErr> {
        person::Entity::find_by_id(id)
            .filter(self.people(today))
            .one(db)
            .await
    }
}
