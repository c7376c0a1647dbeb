//! Doing a transaction again when the database says that it came in another's way.

use std::{error::Error, future::Future, time::Duration};

use sea_orm::{DatabaseConnection, DbBackend, DbErr, RuntimeErr, SqlErr, SqlxError};

/// How often in all. Each loser of a round makes way for a winner, so with many at once it takes several.
const TRIES: u32 = 8;
/// Before the second try; twice as long before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// Does `deed`, a whole transaction, again for as long as it fails because of another transaction. What it has done in a
/// try that failed must be undone with its transaction.
///
/// # Errors
/// The deed's own, or the conflict after several tries.
pub async fn retry<T, E, D, F>(deed: D) -> Result<T, E>
where
    E: Error + 'static,
    D: Fn() -> F,
    F: Future<Output = Result<T, E>>,
{
    let mut pause = FIRST_PAUSE;
    for _ in 1..TRIES {
        match deed().await {
            Err(error) if is_conflict(&error) => {
                tracing::debug!("a transaction is done again");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            result => return result,
        }
    }
    deed().await
}

/// Whether an error, or any of its causes, is that two transactions came in each other's way (SQLSTATE 40001,
/// serialization_failure; 40P01, deadlock_detected), so that the same again may go well.
#[must_use]
pub fn is_conflict(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if code_of(error).is_some_and(|code| matches!(code.as_str(), "40001" | "40P01")) {
            return true;
        }
        next = error.source();
    }
    false
}

/// Whether an error, or any of its causes, is that others kept the database, or a row, for longer than is waited: later it
/// may go well (SQLSTATE 55P03, lock_not_available; SQLite's BUSY in its forms; no connection free).
#[must_use]
pub fn is_busy(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let is_pool_empty = matches!(
            error.downcast_ref::<DbErr>(),
            Some(DbErr::ConnectionAcquire(_))
        );
        if is_pool_empty
            || code_of(error)
                .is_some_and(|code| matches!(code.as_str(), "55P03" | "5" | "261" | "517" | "773"))
        {
            return true;
        }
        next = error.source();
    }
    false
}

fn code_of(error: &(dyn Error + 'static)) -> Option<String> {
    let runtime = match error.downcast_ref::<DbErr>() {
        Some(DbErr::Conn(error) | DbErr::Exec(error) | DbErr::Query(error)) => error,
        // A wrapper that hands on what is in it (`transparent`) shows only the causes of that.
        _ => error.downcast_ref::<RuntimeErr>()?,
    };
    let RuntimeErr::SqlxError(error) = runtime else {
        return None;
    };
    match &**error {
        SqlxError::Database(error) => error.code().map(|code| code.into_owned()),
        _ => None,
    }
}

/// Whether a migration may have failed only because another process did the same: it conflicted, or something was there
/// already (unique violation, duplicate table, column or object).
pub(super) fn may_be_another_process(db: &DatabaseConnection, error: &DbErr) -> bool {
    db.get_database_backend() == DbBackend::Postgres
        && (is_conflict(error)
            || is_busy(error)
            || matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
            || code_of(error).is_some_and(|code| {
                matches!(
                    code.as_str(),
                    "42P07" | "42701" | "42710" | "42P01" | "42703" | "XX000"
                )
            }))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use sea_orm::sqlx::error::{DatabaseError, ErrorKind};

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Answer(&'static str);

    impl DatabaseError for Answer {
        fn message(&self) -> &str {
            self.0
        }
        fn code(&self) -> Option<std::borrow::Cow<'_, str>> {
            Some(self.0.into())
        }
        fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
            self
        }
        fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
            self
        }
        fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
            self
        }
        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    fn error(code: &'static str) -> DbErr {
        let error = SqlxError::Database(Box::new(Answer(code)));
        DbErr::Query(RuntimeErr::SqlxError(error.into()))
    }

    #[derive(Debug, thiserror::Error)]
    enum Wrapped {
        #[error(transparent)]
        Transparent(DbErr),
        #[error("a deed failed")]
        Boxed(#[source] Box<dyn Error + Send + Sync>),
    }

    #[test]
    fn a_conflict_is_known_however_deep_it_lies() {
        for code in ["40001", "40P01"] {
            assert!(is_conflict(&error(code)));
            assert!(is_conflict(&Wrapped::Transparent(error(code))));
            assert!(is_conflict(&Wrapped::Boxed(error(code).into())));
            let deep = Wrapped::Boxed(Wrapped::Transparent(error(code)).into());
            assert!(is_conflict(&deep));
        }
        for code in ["23505", "40002", ""] {
            assert!(!is_conflict(&error(code)), "{code}");
            assert!(!is_conflict(&Wrapped::Transparent(error(code))), "{code}");
        }
        assert!(!is_conflict(&DbErr::Custom("40001".into())));
    }

    #[test]
    fn what_others_keep_for_too_long_is_told_from_a_conflict() {
        for code in ["55P03", "5", "517"] {
            assert!(is_busy(&Wrapped::Transparent(error(code))), "{code}");
            assert!(!is_conflict(&error(code)), "{code}");
        }
        assert!(!is_busy(&error("40001")));
    }

    #[tokio::test]
    async fn a_deed_is_done_again_after_a_conflict_but_not_for_ever_and_not_after_anything_else() {
        for (code, conflicts, done, good) in [
            ("40001", 3, 4, true),
            ("40P01", 100, TRIES, false),
            ("23505", 1, 1, false),
        ] {
            let count = AtomicU32::new(0);
            let result = retry(|| async {
                if count.fetch_add(1, Ordering::SeqCst) < conflicts {
                    return Err(error(code));
                }
                Ok(())
            })
            .await;
            assert_eq!(count.load(Ordering::SeqCst), done, "{code}");
            assert_eq!(result.is_ok(), good, "{code}");
        }
    }
}
