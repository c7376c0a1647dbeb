//! Every row of a database into another with the same tables, for backups: a copy is a SQLite file, whatever the service
//! runs on, and can be put back into either.
//!
//! What there is to copy is asked of the SQLite side, so that a new table is in the copy without anyone thinking of it.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, QueryResult, Statement, TransactionTrait, Value,
    sea_query::{Alias, Expr, ExprTrait, Order, Query},
};
use sea_orm_migration::MigratorTrait;
use uuid::Uuid;

use super::migration::Migrator;

/// Rows read and written at once. Far below every database's limit of variables, with as many columns as we have.
const PAGE: u64 = 500;
/// SeaORM's own table: each side has written it itself.
const MIGRATIONS: &str = "seaql_migrations";

/// Why rows were not copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    /// A column of a type that this does not know.
    #[error("the column {table}.{column} is of type {kind}, which cannot be copied")]
    Type {
        /// Where.
        table: String,
        /// Which.
        column: String,
        /// What it is declared as.
        kind: String,
    },
    /// Tables name each other in a ring, or one has no primary key.
    #[error("the tables cannot be put in an order")]
    Order,
    /// Tables that this version does not know.
    #[error("the database was made by another version of this program")]
    Version,
}

#[derive(Debug)]
struct Table {
    name: String,
    columns: Vec<Column>,
    /// The primary key, in its order.
    key: Vec<String>,
}

#[derive(Debug)]
struct Column {
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    Integer,
    Real,
    Boolean,
    Uuid,
    Date,
    Json,
    Bytes,
}

impl Kind {
    /// From what SeaQuery declares in SQLite.
    fn of(declared: &str) -> Option<Self> {
        Some(match declared {
            "text" => Self::Text,
            "integer" => Self::Integer,
            "double" => Self::Real,
            "boolean" => Self::Boolean,
            "uuid_text" => Self::Uuid,
            "date_text" => Self::Date,
            "jsonb_text" | "json_text" => Self::Json,
            "blob" => Self::Bytes,
            varchar if varchar.starts_with("varchar") => Self::Text,
            _ => return None,
        })
    }

    fn read(self, row: &QueryResult, column: &str) -> Result<Value, DbErr> {
        Ok(match self {
            Self::Text => row.try_get::<Option<String>>("", column)?.into(),
            Self::Integer => row.try_get::<Option<i64>>("", column)?.into(),
            Self::Real => row.try_get::<Option<f64>>("", column)?.into(),
            Self::Boolean => row.try_get::<Option<bool>>("", column)?.into(),
            Self::Uuid => row.try_get::<Option<Uuid>>("", column)?.into(),
            Self::Date => row.try_get::<Option<NaiveDate>>("", column)?.into(),
            Self::Json => row.try_get::<Option<serde_json::Value>>("", column)?.into(),
            Self::Bytes => row.try_get::<Option<Vec<u8>>>("", column)?.into(),
        })
    }
}

/// Makes the tables in an empty SQLite database, as they are in `from`, and copies all rows as of one moment.
///
/// # Errors
/// When a database fails; what is in `to` is of no use then.
pub async fn out_of(from: &DatabaseConnection, to: &DatabaseConnection) -> Result<(), CopyError> {
    // A copy may be made before a new version has brought the tables up to date.
    let applied = Migrator::get_applied_migrations(from).await?;
    let known = Migrator::migrations();
    let is_ours = applied
        .iter()
        .zip(&known)
        .all(|(applied, known)| applied.name() == known.name());
    if !is_ours || applied.is_empty() {
        return Err(CopyError::Version);
    }
    let count = u32::try_from(applied.len()).unwrap_or(u32::MAX);
    Migrator::up(to, Some(count)).await?;
    let tables = tables(to).await?;
    let snapshot = from
        .begin_with_config(
            Some(IsolationLevel::RepeatableRead),
            Some(AccessMode::ReadOnly),
        )
        .await?;
    rows(&snapshot, to, &tables).await?;
    snapshot.commit().await?;
    Ok(())
}

/// Copies all rows of a SQLite database into an empty one whose tables are made.
///
/// # Errors
/// When a database fails; nothing is in `to` then.
pub async fn into(from: &DatabaseConnection, to: &DatabaseConnection) -> Result<(), CopyError> {
    let tables = tables(from).await?;
    let snapshot = from.begin().await?;
    rows(&snapshot, to, &tables).await?;
    snapshot.commit().await?;
    Ok(())
}

async fn rows(
    from: &DatabaseTransaction,
    to: &DatabaseConnection,
    tables: &[Table],
) -> Result<(), CopyError> {
    let target = to.begin().await?;
    // What the migrations themselves have put there.
    for table in tables.iter().rev() {
        let delete = Query::delete()
            .from_table(Alias::new(&table.name))
            .to_owned();
        target.execute(&delete).await?;
    }
    for table in tables {
        copy_table(from, &target, table).await?;
    }
    target.commit().await?;
    Ok(())
}

async fn copy_table(
    from: &DatabaseTransaction,
    to: &DatabaseTransaction,
    table: &Table,
) -> Result<(), CopyError> {
    let columns = || table.columns.iter().map(|column| Alias::new(&column.name));
    let key = || table.key.iter().map(|name| Expr::col(Alias::new(name)));
    let mut after: Option<Vec<Value>> = None;
    loop {
        let mut page = Query::select();
        page.columns(columns())
            .from(Alias::new(&table.name))
            .limit(PAGE);
        for name in &table.key {
            page.order_by(Alias::new(name), Order::Asc);
        }
        if let Some(after) = after.take() {
            let after = Expr::tuple(after.into_iter().map(Expr::value));
            page.and_where(Expr::tuple(key()).gt(after));
        }
        let found = from.query_all(&page).await?;
        let Some(last) = found.last() else {
            return Ok(());
        };
        let read = |row: &QueryResult, name: &str| -> Result<Value, DbErr> {
            let column = table.columns.iter().find(|column| column.name == name);
            column.map_or(Err(DbErr::Custom(name.to_owned())), |column| {
                column.kind.read(row, name)
            })
        };
        after = Some(
            table
                .key
                .iter()
                .map(|name| read(last, name))
                .collect::<Result<_, _>>()?,
        );
        let mut insert = Query::insert();
        insert
            .into_table(Alias::new(&table.name))
            .columns(columns());
        for row in &found {
            let values = table
                .columns
                .iter()
                .map(|column| column.kind.read(row, &column.name).map(Expr::value))
                .collect::<Result<Vec<_>, _>>()?;
            insert
                .values(values)
                .map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        to.execute(&insert).await?;
    }
}

/// The tables of a SQLite database, each after those that it names.
async fn tables(sqlite: &DatabaseConnection) -> Result<Vec<Table>, CopyError> {
    let ask = |sql: String| Statement::from_string(DbBackend::Sqlite, sql);
    let names = sqlite
        .query_all_raw(ask(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND \
             name NOT LIKE 'sqlite%' ORDER BY name"
                .to_owned(),
        ))
        .await?;
    let mut left: HashMap<String, (Table, Vec<String>)> = HashMap::new();
    for row in names {
        let name: String = row.try_get("", "name")?;
        if name == MIGRATIONS {
            continue;
        }
        let (mut columns, mut key) = (Vec::new(), Vec::new());
        for row in sqlite
            .query_all_raw(ask(format!("PRAGMA table_info(\"{name}\")")))
            .await?
        {
            let column: String = row.try_get("", "name")?;
            let declared: String = row.try_get("", "type")?;
            let kind = Kind::of(&declared.to_lowercase()).ok_or_else(|| CopyError::Type {
                table: name.clone(),
                column: column.clone(),
                kind: declared,
            })?;
            let place: i64 = row.try_get("", "pk")?;
            if place > 0 {
                key.push((place, column.clone()));
            }
            columns.push(Column { name: column, kind });
        }
        key.sort();
        let mut others = Vec::new();
        for row in sqlite
            .query_all_raw(ask(format!("PRAGMA foreign_key_list(\"{name}\")")))
            .await?
        {
            let other: String = row.try_get("", "table")?;
            if other != name {
                others.push(other);
            }
        }
        let table = Table {
            name: name.clone(),
            columns,
            key: key.into_iter().map(|(_, column)| column).collect(),
        };
        left.insert(name, (table, others));
    }
    let mut order: Vec<Table> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let mut free: Vec<String> = left
            .iter()
            .filter(|(_, (table, others))| {
                !table.key.is_empty() && !others.iter().any(|other| left.contains_key(other))
            })
            .map(|(name, _)| name.clone())
            .collect();
        free.sort();
        if free.is_empty() {
            return Err(CopyError::Order);
        }
        order.extend(
            free.iter()
                .filter_map(|name| left.remove(name).map(|(table, _)| table)),
        );
    }
    Ok(order)
}

/// Whether there are tables, of whomever.
///
/// # Errors
/// When the database fails.
pub async fn has_tables(postgres: &DatabaseConnection) -> Result<bool, DbErr> {
    let ask = Statement::from_string(
        DbBackend::Postgres,
        "SELECT 1 AS found FROM information_schema.tables WHERE table_schema = current_schema() LIMIT 1",
    );
    Ok(postgres.query_one_raw(ask).await?.is_some())
}

/// Removes the tables that [`into`] would have filled, so that it can be tried again.
///
/// # Errors
/// When the database fails.
pub async fn drop_tables(postgres: &DatabaseConnection) -> Result<(), DbErr> {
    let ask = Statement::from_string(
        DbBackend::Postgres,
        "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
    );
    for row in postgres.query_all_raw(ask).await? {
        let name: String = row.try_get("", "table_name")?;
        let drop = sea_orm::sea_query::Table::drop()
            .table(Alias::new(name))
            .if_exists()
            .cascade()
            .to_owned();
        postgres.execute(&drop).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing;

    #[tokio::test]
    async fn every_column_of_every_table_can_be_copied() {
        let db = crate::db::connect::connect(&crate::config::DatabaseConfig::of("sqlite::memory:"))
            .await
            .unwrap();
        Migrator::up(&db, None).await.unwrap();
        let tables = tables(&db).await.unwrap();
        let place = |name: &str| tables.iter().position(|table| table.name == name).unwrap();
        assert!(place("person") < place("account"));
        assert!(place("account") < place("device"));
        assert!(place("status_list") < place("credential"));
    }

    #[tokio::test]
    async fn rows_come_back_as_they_were_however_often_they_are_copied() {
        let app = crate::app::testing::app().await;
        let pupils = (1..=3).map(crate::records::testing::pupil).collect();
        crate::records::testing::sync(&app, pupils).await.unwrap();
        let sqlite = || async {
            crate::db::connect::connect(&crate::config::DatabaseConfig::of("sqlite::memory:"))
                .await
                .unwrap()
        };
        let (copy, second) = (sqlite().await, sqlite().await);
        out_of(&app.db, &copy).await.unwrap();
        let back = testing::fresh().await.unwrap();
        into(&copy, &back).await.unwrap();
        out_of(&back, &second).await.unwrap();
        assert_eq!(dump(&copy).await, dump(&second).await);
        assert!(dump(&copy).await.len() > 10);
        let chain =
            crate::audit::verify::database(&crate::app::App { db: back, ..app }, None).await;
        assert!(chain.unwrap().entries > 0);
    }

    async fn dump(db: &DatabaseConnection) -> Vec<String> {
        let mut lines = Vec::new();
        for table in tables(db).await.unwrap() {
            let select = Query::select()
                .expr(Expr::cust("*"))
                .from(Alias::new(&table.name))
                .to_owned();
            for row in db.query_all(&select).await.unwrap() {
                let values: Vec<_> = table
                    .columns
                    .iter()
                    .map(|column| column.kind.read(&row, &column.name).unwrap())
                    .collect();
                lines.push(format!("{}: {values:?}", table.name));
            }
        }
        lines.sort();
        lines
    }
}
