//! Only what CockroachDB and YugabyteDB take as well, so that a service for a whole country can run on one. Neither is
//! asked here; their lists of what they lack are.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, Statement};

/// What one of the two lacks, or does otherwise than PostgreSQL, in lower case; and the files where it means something else.
const LACKING: [(&str, &[&str]); 20] = [
    ("pg_advisory", &[]),
    ("pg_try_advisory", &[]),
    ("lock table", &[]),
    ("listen_channel", &[]),
    ("pg_notify", &[]),
    ("create function", &[]),
    ("create procedure", &[]),
    ("create trigger", &[]),
    ("create extension", &[]),
    ("create rule", &[]),
    ("create domain", &[]),
    ("create type", &[]),
    ("deferrable", &[]),
    ("auto_increment()", &[]),
    ("pk_auto", &[]),
    ("big_pk_auto", &[]),
    ("string_len(", &[]),
    ("skip locked", &[]),
    // A table that is locked as a whole, or a form of SQLite's: each only where the database has been asked what it is.
    ("vacuum", &["backup.rs"]),
    ("pragma ", &["backup/restore.rs", "db/copy.rs"]),
];

/// Types that all of them have.
const TYPES: [&str; 9] = [
    "bigint",
    "boolean",
    "bytea",
    "character varying",
    "date",
    "double precision",
    "jsonb",
    "text",
    "uuid",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_statement_uses_what_cockroachdb_or_yugabytedb_lack() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 100);
    for file in files {
        let name = file.strip_prefix(&root).unwrap().display().to_string();
        if name == "db/portable.rs" {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap().to_lowercase();
        for (lacking, allowed) in LACKING {
            assert!(
                !text.contains(lacking) || allowed.contains(&name.as_str()),
                "{name}: {lacking}"
            );
        }
    }
}

/// Where the tables are there to be looked at: on PostgreSQL.
#[tokio::test]
async fn tables_have_a_key_and_plain_types_and_indexes_and_nothing_runs_in_the_database() {
    if super::testing::server().is_none() {
        return;
    }
    let db = super::testing::fresh().await.unwrap();
    let ask = async |sql: &str| -> Vec<String> {
        let rows = db
            .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
            .await
            .unwrap();
        rows.iter()
            .map(|row| row.try_get_by_index(0).unwrap())
            .collect()
    };
    let types = ask(
        "SELECT DISTINCT data_type::text FROM information_schema.columns \
                     WHERE table_schema = 'public'",
    )
    .await;
    for found in &types {
        assert!(TYPES.contains(&found.as_str()), "{found}");
    }
    for (what, sql) in [
        (
            "a table without a primary key",
            "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace \
             AND oid NOT IN (SELECT conrelid FROM pg_constraint WHERE contype = 'p')",
        ),
        (
            "a sequence, view or partition",
            "SELECT relname::text FROM pg_class WHERE relkind NOT IN ('r', 'i', 't') \
             AND relnamespace = 'public'::regnamespace",
        ),
        (
            "an index that is no plain tree",
            "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
             JOIN pg_am a ON a.oid = c.relam WHERE c.relnamespace = 'public'::regnamespace AND a.amname <> 'btree'",
        ),
        (
            "a trigger",
            "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal",
        ),
        (
            "a function",
            "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
        ),
        (
            "a constraint that is looked at later",
            "SELECT conname::text FROM pg_constraint WHERE condeferrable",
        ),
    ] {
        assert_eq!(ask(sql).await, Vec::<String>::new(), "{what}");
    }
}
