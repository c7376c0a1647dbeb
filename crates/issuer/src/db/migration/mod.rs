//! The migrations, oldest first. A migration that has been released is never changed.

mod m0001_first_tables;
mod m0002_attested_devices;
mod m0003_photos_sent_in;
mod m0004_handed_back;
mod m0005_which_card;
mod m0006_sms;
mod m0007_audit_chain;
mod m0008_without_right;
mod m0009_first_seen;
mod m0020_staff;
mod m0021_person_school;
mod m0022_people_indexed;
mod m0030_school_pages;
mod m0040_county;
mod m0050_sync_runs;
mod m0051_next_change;
mod m0060_write_lock;
mod m0070_erasure;
mod m0080_slips;
mod m0081_runs_begun;
mod m0082_indexes;
mod m0090_who_was_seen;
mod m0092_whose_role;
mod m0105_countys_block;
mod m0110_why_looked;
mod m0120_key_protection;

use sea_orm_migration::prelude::*;

/// All migrations of the issuer.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first_tables::Migration),
            Box::new(m0002_attested_devices::Migration),
            Box::new(m0003_photos_sent_in::Migration),
            Box::new(m0004_handed_back::Migration),
            Box::new(m0005_which_card::Migration),
            Box::new(m0006_sms::Migration),
            Box::new(m0007_audit_chain::Migration),
            Box::new(m0008_without_right::Migration),
            Box::new(m0009_first_seen::Migration),
            Box::new(m0020_staff::Migration),
            Box::new(m0021_person_school::Migration),
            Box::new(m0022_people_indexed::Migration),
            Box::new(m0030_school_pages::Migration),
            Box::new(m0040_county::Migration),
            Box::new(m0050_sync_runs::Migration),
            Box::new(m0051_next_change::Migration),
            Box::new(m0060_write_lock::Migration),
            Box::new(m0070_erasure::Migration),
            Box::new(m0080_slips::Migration),
            Box::new(m0081_runs_begun::Migration),
            Box::new(m0082_indexes::Migration),
            Box::new(m0090_who_was_seen::Migration),
            Box::new(m0092_whose_role::Migration),
            Box::new(m0105_countys_block::Migration),
            Box::new(m0110_why_looked::Migration),
            Box::new(m0120_key_protection::Migration),
        ]
    }
}
