//! From a Feide account to a person in the records.
//!
//! The Feide name joins pupils, the fødselsnummer apprentices (whose records have no Feide name). A
//! Feide name can be given to someone else, so what is known of birth date and fødselsnummer must
//! never contradict the record; and when the name was another account's before, one of them must
//! agree. Whoever is not matched is simply not in the records, and the audit trail says why.

use chrono::{DateTime, NaiveDate, Utc};
use school_records::Fodselsnummer;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait,
    PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{LockType, OnConflict},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit, db,
    db::entity::{account, person},
};

use super::{UnreadableRecord, record_of};

/// Who Feide says has logged in.
#[derive(Clone)]
pub struct FeidePerson {
    /// Feide's own, lasting name for the account.
    pub sub: String,
    /// `user@realm`, in any case.
    pub feide_name: Option<String>,
    /// `norEduPersonNIN`.
    pub nin: Option<String>,
    /// `norEduPersonBirthDate`.
    pub birth_date: Option<NaiveDate>,
}

impl std::fmt::Debug for FeidePerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FeidePerson(…)")
    }
}

/// Why an account could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    /// A stored record cannot be read.
    #[error(transparent)]
    Record(#[from] UnreadableRecord),
}

/// Keeps the account of whoever has logged in, matched to a person where that is safe; the answer
/// is the account's id.
///
/// # Errors
/// When the database fails.
pub async fn match_account(app: &App, who: &FeidePerson) -> Result<Uuid, MatchError> {
    db::retry(|| match_once(app, who)).await
}

async fn match_once(app: &App, who: &FeidePerson) -> Result<Uuid, MatchError> {
    let now = app.unix_now();
    let feide_name = who
        .feide_name
        .as_ref()
        .map(|name| name.trim().to_lowercase());
    let nin_hash = who.nin.as_ref().and_then(|nin| {
        let nin = Fodselsnummer::parse(nin, app.config.records.synthetic_numbers).ok()?;
        Some(app.seal.number_hash(&nin.expose()))
    });
    let transaction = db::begin_write(&app.db).await?;
    let found = held(&transaction, &who.sub).await?;
    let row = match found {
        Some(row) => {
            // What Feide leaves out today it has said before.
            let birth_date = who.birth_date.or(row.birth_date);
            let nin_hash = nin_hash.or_else(|| row.nin_hash.clone());
            let feide_name = feide_name.or_else(|| row.feide_name.clone());
            let mut row: account::ActiveModel = row.into();
            row.feide_name = Set(feide_name);
            row.nin_hash = Set(nin_hash);
            row.birth_date = Set(birth_date);
            row.last_login_at = Set(now);
            row.update(&transaction).await?
        }
        None => {
            let new = account::ActiveModel {
                id: Set(Uuid::new_v4()),
                feide_sub: Set(who.sub.clone()),
                feide_name: Set(feide_name),
                nin_hash: Set(nin_hash),
                birth_date: Set(who.birth_date),
                person_id: Set(None),
                created_at: Set(now),
                last_login_at: Set(now),
            };
            // Of two first logins at once, the second finds the account of the first.
            account::Entity::insert(new)
                .on_conflict(
                    OnConflict::column(account::Column::FeideSub)
                        .do_nothing()
                        .to_owned(),
                )
                .exec_without_returning(&transaction)
                .await?;
            held(&transaction, &who.sub)
                .await?
                .ok_or(DbErr::RecordNotInserted)?
        }
    };
    let id = row.id;
    let named = if who.feide_name.is_some() {
        Named::Now
    } else {
        Named::Before
    };
    link(&transaction, row, named, now).await?;
    transaction.commit().await?;
    Ok(id)
}

/// The account of a Feide user; nobody else changes it until the transaction ends.
async fn held(db: &DatabaseTransaction, sub: &str) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find()
        .filter(account::Column::FeideSub.eq(sub))
        .lock(LockType::NoKeyUpdate)
        .one(db)
        .await
}

/// Matches an account again, for when the records have changed since; the answer is its person.
pub(super) async fn match_again(
    app: &App,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, MatchError> {
    // Most of the time nothing has changed, and reading need not wait for whoever writes.
    let Some(row) = account::Entity::find_by_id(account).one(&app.db).await? else {
        return Ok(None);
    };
    if let Found::Person(person) = find(&app.db, &row, Named::Before).await?
        && row.person_id == Some(person)
    {
        return Ok(Some(person));
    }
    db::retry(|| match_again_once(app, account, now)).await
}

async fn match_again_once(
    app: &App,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, MatchError> {
    let transaction = db::begin_write(&app.db).await?;
    let Some(row) = db::lock::account(&transaction, account).await? else {
        return Ok(None);
    };
    let person = link(&transaction, row, Named::Before, now.timestamp()).await?;
    transaction.commit().await?;
    Ok(person)
}

/// When Feide said that the account has its Feide name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    /// In the login that is under way.
    Now,
    /// At an earlier login; the name may have been given to someone else since.
    Before,
}

async fn link(
    db: &DatabaseTransaction,
    row: account::Model,
    named: Named,
    now: i64,
) -> Result<Option<Uuid>, MatchError> {
    let mut found = find(db, &row, named).await?;
    if let Found::Person(person) = found
        && row.person_id != Some(person)
    {
        // A sync may be making somebody else of that record just now.
        db::lock::person(db, person).await?;
        found = find(db, &row, named).await?;
    }
    let person = match found {
        Found::Person(person) => Some(person),
        Found::Nobody => None,
        Found::Unsafe { person, why } => {
            // One entry a finding, not one a login.
            if !is_noted(db, person, row.id, why).await? {
                let entry = audit::Entry::new("issuer", NOT_MATCHED, now)
                    .person(person)
                    .reason(why)
                    .detail(json!({ "account": row.id }));
                audit::record(db, entry).await?;
            }
            None
        }
    };
    // Who the account was is remembered after that person has left, for the day the Feide name is given on.
    let person = if person.is_some() {
        person
    } else {
        former(db, &row)
            .await?
            .filter(|former| former.withdrawn_at.is_some())
            .map(|former| former.id)
    };
    if person != row.person_id {
        let mut row: account::ActiveModel = row.into();
        row.person_id = Set(person);
        row.update(db).await?;
    }
    Ok(person)
}

const NOT_MATCHED: &str = "account.not_matched";

async fn is_noted(
    db: &DatabaseTransaction,
    person: Uuid,
    account: Uuid,
    why: &str,
) -> Result<bool, DbErr> {
    use crate::db::entity::audit as entries;
    let found = entries::Entity::find()
        .filter(entries::Column::PersonId.eq(person))
        .filter(entries::Column::Action.eq(NOT_MATCHED))
        .filter(entries::Column::Reason.eq(why))
        .all(db)
        .await?;
    let account = account.to_string();
    Ok(found.iter().any(|entry| {
        entry.detail.get("account").and_then(|id| id.as_str()) == Some(account.as_str())
    }))
}

enum Found {
    Person(Uuid),
    Nobody,
    /// There is a person of that name, but it may be someone else.
    Unsafe {
        person: Uuid,
        why: &'static str,
    },
}

async fn find(
    db: &impl ConnectionTrait,
    account: &account::Model,
    named: Named,
) -> Result<Found, MatchError> {
    if let Some(hash) = &account.nin_hash {
        let same = current(db, person::Column::NinHash, hash).await?;
        let by_name = same
            .iter()
            .find(|row| row.feide_name.is_some() && row.feide_name == account.feide_name);
        // The number is the human: of several records, the one of this name, else the first.
        if let Some(row) = by_name.or(same.first()) {
            return Ok(Found::Person(row.id));
        }
    }
    let Some(name) = &account.feide_name else {
        return Ok(Found::Nobody);
    };
    let candidates = current(db, person::Column::FeideName, name).await?;
    let [person] = candidates.as_slice() else {
        return Ok(match candidates.first() {
            Some(first) => Found::Unsafe {
                person: first.id,
                why: "several people in the records have this Feide name",
            },
            None => Found::Nobody,
        });
    };
    let unsafe_because = |why| {
        Ok(Found::Unsafe {
            person: person.id,
            why,
        })
    };
    let same_number = agree(account.nin_hash.as_ref(), person.nin_hash.as_ref());
    let same_birth = agree(
        account.birth_date.as_ref(),
        record_of(person)?.birth_date.as_ref(),
    );
    if same_number == Some(false) {
        return unsafe_because("the national number is another than in the records");
    }
    if same_birth == Some(false) {
        return unsafe_because("the birth date is another than in the records");
    }
    if account.person_id != Some(person.id)
        && same_number.is_none()
        && same_birth.is_none()
        && has_other_owner(db, account, name, person.id).await?
    {
        return unsafe_because(
            "the Feide name was another account's, and neither birth date nor national number is known",
        );
    }
    if named == Named::Before
        && account.person_id != Some(person.id)
        && same_number.or(same_birth) != Some(true)
        && let Some(former) = former(db, account).await?
        && !is_same_human(&former, person)?
    {
        return unsafe_because(
            "the account was another person's, and has not logged in since the Feide name is this one's",
        );
    }
    Ok(Found::Person(person.id))
}

/// The person the account is matched to, there or withdrawn.
async fn former(
    db: &impl ConnectionTrait,
    account: &account::Model,
) -> Result<Option<person::Model>, DbErr> {
    match account.person_id {
        Some(id) => person::Entity::find_by_id(id).one(db).await,
        None => Ok(None),
    }
}

/// Whether two records say that they are about one human: by the national number, else by the birth date.
fn is_same_human(one: &person::Model, other: &person::Model) -> Result<bool, MatchError> {
    let same_number = agree(one.nin_hash.as_ref(), other.nin_hash.as_ref());
    let same_birth = agree(
        record_of(one)?.birth_date.as_ref(),
        record_of(other)?.birth_date.as_ref(),
    );
    Ok(same_number.or(same_birth) == Some(true))
}

async fn current(
    db: &impl ConnectionTrait,
    column: person::Column,
    value: &str,
) -> Result<Vec<person::Model>, DbErr> {
    use sea_orm::QueryOrder;
    person::Entity::find()
        .filter(column.eq(value))
        .filter(person::Column::WithdrawnAt.is_null())
        .order_by_asc(person::Column::SourceKey)
        .all(db)
        .await
}

/// Whether an older account has had this name or is this person's.
async fn has_other_owner(
    db: &impl ConnectionTrait,
    account: &account::Model,
    name: &str,
    person: Uuid,
) -> Result<bool, DbErr> {
    let others = account::Entity::find()
        .filter(account::Column::Id.ne(account.id))
        .filter(account::Column::CreatedAt.lte(account.created_at))
        .filter(
            account::Column::FeideName
                .eq(name)
                .or(account::Column::PersonId.eq(person)),
        )
        .count(db)
        .await?;
    Ok(others > 0)
}

/// None when either is unknown.
fn agree<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> Option<bool> {
    Some(one? == other?)
}

#[cfg(test)]
mod tests;
