//! Who has a card.

use std::collections::HashSet;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use crate::db::entity::{
    credential::{self, CredentialStatus},
    device,
};

/// Those of some people who have a card on a phone that is still logged in: also on one that has not been on the net for
/// long, whose card renews itself when it is, and one that is suspended. What the county counts and what the schools list is
/// decided here. No more people than fit into one statement.
///
/// # Errors
/// When the database fails.
pub async fn with_card(db: &impl ConnectionTrait, people: &[Uuid]) -> Result<HashSet<Uuid>, DbErr> {
    let mut phone = Query::select();
    phone
        .column((device::Entity, device::Column::Id))
        .from(device::Entity)
        .and_where(
            Expr::col((device::Entity, device::Column::Id))
                .equals((credential::Entity, credential::Column::DeviceId)),
        )
        .and_where(device::Column::RevokedAt.is_null());
    let found: Vec<Uuid> = credential::Entity::find()
        .select_only()
        .column(credential::Column::PersonId)
        .distinct()
        .filter(credential::Column::PersonId.is_in(people.iter().copied()))
        .filter(credential::Column::Status.ne(CredentialStatus::Invalid))
        .filter(Expr::exists(phone))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}
