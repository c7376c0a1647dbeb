//! The tables as SeaORM entities, grouped by what they are about.
//!
//! All moments are unix seconds (`i64`), all numbers are 64 bits wide (the one integer width that
//! SQLite, PostgreSQL and CockroachDB agree on), all hashes are lower-case hex or base64url text.
#![allow(
    missing_docs,
    reason = "SeaORM's derives generate column and relation enums without docs"
)]

pub mod credentials;
pub mod login;
pub mod operations;
pub mod people;
pub mod retention;
pub mod slip;
pub mod sms;
pub mod staff;

pub use credentials::{credential, device, signing_key, status_list};
pub use login::{
    access_token, account, authorization_code, dpop_jti, feide_login, nonce, pushed_request,
    refresh_token,
};
pub use operations::{audit, audit_head, audit_mark, change_log, setting, sync_run};
pub use people::{block, library_code, person, photo, photo_attempt, school};
pub use retention::without_right;
pub use sms::sms_message;
pub use staff::{person_school, staff_grant, web_login, web_session};
