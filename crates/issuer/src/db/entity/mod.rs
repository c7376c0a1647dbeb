//! The tables as SeaORM entities, grouped by what they are about.
//!
//! All moments are unix seconds (`i64`), all numbers are 64 bits wide (the one integer width that
//! SQLite, PostgreSQL and CockroachDB agree on), all hashes are lower-case hex or base64url text.
#![allow(
    missing_docs,
    reason = "SeaORM's derives generate column and relation enums without docs"
)]

pub mod county;
pub mod credentials;
pub mod login;
pub mod operations;
pub mod own;
pub mod people;
pub mod retention;
pub mod school_pages;
pub mod slip;
pub mod sms;
pub mod staff;
pub mod sync;

pub use county::{daily_count, school_switch};
pub use credentials::{credential, device, signing_key, status_list};
pub use login::{
    access_token, account, authorization_code, dpop_jti, feide_login, nonce, pushed_request,
    refresh_token,
};
pub use operations::{
    audit, audit_head, audit_mark, audit_person, change_log, setting, sync_run, write_lock,
};
pub use own::erasure;
pub use people::{block, library_code, person, photo, photo_attempt, school};
pub use retention::without_right;
pub use school_pages::{
    exam_roster, exam_roster_person, photo_batch, photo_batch_file, record_fault, school_contact,
};
pub use sms::sms_message;
pub use staff::{person_school, staff_grant, web_login, web_session};
pub use sync::{lease, sync_diff};
