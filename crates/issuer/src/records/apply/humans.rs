//! What becomes of faces, cards and accounts when a record says anew whom it is about.

use school_records::PersonRecord;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    app::App,
    db::entity::{account, device},
    photo,
    records::{
        plan::{Identity, Write, nin_hash},
        status::{self, CHUNK},
    },
};

/// A record that is now about another human must not keep the accounts of the one before.
pub(super) async fn unlink_accounts(
    db: &DatabaseTransaction,
    writes: &[Write],
) -> Result<(), DbErr> {
    let others: Vec<Uuid> = writes
        .iter()
        .filter(|write| write.is_another_human())
        .map(|write| write.id)
        .collect();
    for chunk in others.chunks(CHUNK) {
        account::Entity::update_many()
            .col_expr(account::Column::PersonId, Expr::value(Option::<Uuid>::None))
            .filter(account::Column::PersonId.is_in(chunk.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Nor may it keep the face and the cards of the one before. The answer is the pictures to delete once that is
/// committed.
pub(super) async fn end_cards(
    db: &DatabaseTransaction,
    writes: &[Write],
) -> Result<Vec<String>, DbErr> {
    let mut object_keys = Vec::new();
    for write in writes.iter().filter(|write| write.is_another_human()) {
        status::invalidate(db, write.id).await?;
        object_keys.extend(photo::staff::remove(db, write.id).await?);
    }
    Ok(object_keys)
}

/// Whoever stays the same human keeps all. But what Feide said at the last login is what the records said before, and would
/// now speak against them: it is forgotten until Feide says it anew. An account that was found by the number that was wrong
/// and not by the Feide name may be another's, whose number it was; it is not kept, nor is a card on its phones.
pub(super) async fn follow_corrections(
    app: &App,
    db: &DatabaseTransaction,
    people: &[PersonRecord],
    writes: &[Write],
) -> Result<(), DbErr> {
    for write in writes
        .iter()
        .filter(|write| write.identity == Identity::Corrected)
    {
        let Some(record) = people.get(write.at) else {
            continue;
        };
        let number = nin_hash(record, &app.seal);
        let feide_name = record.feide_name.as_ref().map(|name| name.to_lowercase());
        let accounts = account::Entity::find()
            .filter(account::Column::PersonId.eq(write.id))
            .all(db)
            .await?;
        for row in accounts {
            let had_number = row.nin_hash.is_some();
            let has_number = had_number && row.nin_hash == number;
            let has_name = row.feide_name.is_some() && row.feide_name == feide_name;
            if has_number {
                continue;
            }
            let id = row.id;
            let mut row: account::ActiveModel = row.into();
            if has_name {
                row.nin_hash = Set(None);
                row.birth_date = Set(None);
            } else if had_number {
                row.person_id = Set(None);
                end_cards_of(db, id).await?;
            } else {
                continue;
            }
            row.update(db).await?;
        }
    }
    Ok(())
}

/// On all phones of an account.
async fn end_cards_of(db: &DatabaseTransaction, account: Uuid) -> Result<(), DbErr> {
    let devices: Vec<Uuid> = device::Entity::find()
        .select_only()
        .column(device::Column::Id)
        .filter(device::Column::AccountId.eq(account))
        .into_tuple()
        .all(db)
        .await?;
    for device in devices {
        status::invalidate_on(db, device).await?;
    }
    Ok(())
}
