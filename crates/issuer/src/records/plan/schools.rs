//! What each school would lose.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::{db::entity::school, records::status::Held};

/// Where no more people than this have a card, a large share of them may well go at once.
const FEW: usize = 20;

/// What a school would lose of its pupils' cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolLoss {
    /// The school's number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Pupils who have a card there today.
    pub before: usize,
    /// Those of them who would have none, there or elsewhere.
    pub lost: usize,
}

/// What is counted of each school, by its number.
#[derive(Default)]
pub(super) struct OfSchools(HashMap<String, (usize, usize)>);

impl OfSchools {
    /// Counts the cards of one person, before and after. Who has moved to another school has lost none.
    pub(super) fn count(&mut self, before: &Held, after: &Held) {
        let Some(school) = &before.school else {
            return;
        };
        let lost = usize::from(!after.cards.pupil);
        match self.0.get_mut(school) {
            Some((all, gone)) => {
                *all += 1;
                *gone += lost;
            }
            None => {
                self.0.insert(school.clone(), (1, lost));
            }
        }
    }

    /// The schools that lose more than the share in percent, in the order of their numbers.
    pub(super) async fn lost(
        self,
        db: &impl ConnectionTrait,
        percent: f64,
    ) -> Result<Vec<SchoolLoss>, DbErr> {
        let is_too_much = |before: usize, lost: usize| {
            before > FEW && lost as f64 > before as f64 * percent / 100.0
        };
        let mut schools: Vec<SchoolLoss> = self
            .0
            .into_iter()
            .filter(|(_, (before, lost))| is_too_much(*before, *lost))
            .map(|(number, (before, lost))| SchoolLoss {
                name: number.clone(),
                number,
                before,
                lost,
            })
            .collect();
        schools.sort_unstable_by(|a, b| a.number.cmp(&b.number));
        let numbers = schools.iter().map(|school| school.number.clone());
        // As it was stored: a school that is missing has no name in the set.
        let rows = school::Entity::find()
            .filter(school::Column::Number.is_in(numbers))
            .all(db)
            .await?;
        for row in rows {
            if let Some(school) = schools
                .iter_mut()
                .find(|school| school.number == row.number)
            {
                school.name = row.name;
            }
        }
        Ok(schools)
    }
}
