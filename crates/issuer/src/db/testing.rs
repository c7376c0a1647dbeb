//! A database of its own for every test: SQLite in memory, or, where `LOMMEBEVIS_TEST_POSTGRES` names a server of
//! PostgreSQL whose user may make databases, one there. `./test postgres` starts such a server.

use std::sync::Mutex;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_migration::MigratorTrait;
use tokio::sync::OnceCell;
use url::Url;
use uuid::Uuid;

use crate::config::DatabaseConfig;

use super::{connect::connect, migration::Migrator};

/// With all tables, copied for each test: quicker than making them anew.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();
/// Databases of tests that may be over.
static MADE: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The server of PostgreSQL that tests are to use, if they are.
pub(crate) fn server() -> Option<Url> {
    let url = std::env::var("LOMMEBEVIS_TEST_POSTGRES").ok()?;
    Some(Url::parse(&url).expect("LOMMEBEVIS_TEST_POSTGRES is an address"))
}

/// A fresh database with all tables.
pub(crate) async fn fresh() -> Result<DatabaseConnection, DbErr> {
    let Some(server) = server() else {
        let db = connect(&DatabaseConfig::of("sqlite::memory:")).await?;
        Migrator::up(&db, None).await?;
        return Ok(db);
    };
    connect(&copy_of_template(&server).await?).await
}

/// Where a fresh database is that several connections can share: a file in `folder`, or one on the server.
pub(crate) async fn shared(folder: &std::path::Path) -> DatabaseConfig {
    match server() {
        None => {
            let file = folder.join("issuer.db");
            DatabaseConfig::of(&format!("sqlite://{}", file.display()))
        }
        Some(server) => copy_of_template(&server).await.unwrap(),
    }
}

/// Where a database without tables can be made: a file in `folder` that is not there yet, or one on the server.
pub(crate) async fn bare(folder: &std::path::Path) -> DatabaseConfig {
    match server() {
        None => shared(folder).await,
        Some(server) => create(&server, "template1").await.unwrap(),
    }
}

async fn copy_of_template(server: &Url) -> Result<DatabaseConfig, DbErr> {
    let template = TEMPLATE
        .get_or_try_init(|| async {
            let config = create(server, "template1").await?;
            let db = connect(&config).await?;
            Migrator::up(&db, None).await?;
            // A database that somebody is connected to cannot be copied.
            db.close().await?;
            let name = config.url.rsplit('/').next().unwrap_or_default().to_owned();
            forget(&name);
            Ok::<_, DbErr>(name)
        })
        .await?;
    create(server, template).await
}

/// A fresh database without tables.
pub(crate) async fn empty() -> Result<DatabaseConnection, DbErr> {
    match server() {
        None => connect(&DatabaseConfig::of("sqlite::memory:")).await,
        Some(server) => connect(&create(&server, "template1").await?).await,
    }
}

async fn create(server: &Url, template: &str) -> Result<DatabaseConfig, DbErr> {
    // A connection of its own: each test has a runtime of its own, and connections do not move between them.
    let admin = connect(&DatabaseConfig {
        connections: 1,
        ..DatabaseConfig::of(server.as_str())
    })
    .await?;
    drop_some(&admin).await;
    let name = format!("test_{}", Uuid::new_v4().simple());
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .await?;
    admin.close().await?;
    MADE.lock().unwrap().push(name.clone());
    let mut url = server.clone();
    url.set_path(&name);
    Ok(DatabaseConfig {
        connections: 4,
        ..DatabaseConfig::of(url.as_str())
    })
}

/// Drops databases that nobody is connected to any more; the server refuses the others.
async fn drop_some(admin: &DatabaseConnection) {
    let old: Vec<String> = {
        let mut made = MADE.lock().unwrap();
        if made.len() < 40 {
            return;
        }
        made.drain(..20).collect()
    };
    for name in old {
        let dropped = admin
            .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}"))
            .await;
        if dropped.is_err() {
            MADE.lock().unwrap().push(name);
        }
    }
}

fn forget(name: &str) {
    MADE.lock().unwrap().retain(|made| made != name);
}
