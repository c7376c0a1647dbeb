//! The transaction that applies a set.

use school_records::SchoolRecords;
use serde_json::json;
use uuid::Uuid;

use super::{Accept, End, Options, SyncError, finish};
use crate::{
    app::App,
    audit, db,
    db::entity::sync_run::SyncOutcome,
    records::{
        apply,
        lease::Held,
        plan::Plan,
        points::reach,
        runs,
        status::{self, Changed},
    },
    schools,
};

/// What is written, in one transaction.
pub(super) struct Writing<'a> {
    pub(super) records: &'a SchoolRecords,
    pub(super) plan: &'a Plan,
    pub(super) run: Uuid,
    pub(super) options: &'a Options,
    pub(super) accept: Option<&'a Accept>,
    pub(super) held: &'a Held,
}

pub(super) struct Written {
    pub(super) credentials: Changed,
    /// Pictures that nobody needs any more.
    pub(super) photos: Vec<String>,
}

impl Writing<'_> {
    pub(super) async fn once(&self, app: &App) -> Result<Written, SyncError> {
        let Self { plan, run, .. } = *self;
        let transaction = db::begin_write(&app.db).await?;
        db::lock::be_patient(&transaction).await?;
        // What follows goes by the order of the set; everyone else takes people by their ids, and so they are taken here.
        let touched = plan.touched();
        db::lock::hold(&transaction, &touched).await?;
        let lets_codes_go =
            self.options.accept_brake.is_some() && self.options.accept_only.is_none();
        let applied =
            apply::everything(app, &transaction, self.records, plan, run, lets_codes_go).await?;
        let now = app.now();
        // A school may have been switched since the set was compared.
        let configured = app.config.records.rules.configured();
        let rules = schools::in_force(&transaction, configured).await?;
        let credentials = status::follow(&transaction, &rules, now, &touched).await?;
        reach("credentials").await;
        let at = now.timestamp();
        // Before the trail, as whoever decides about a run does it.
        runs::overtake(&transaction, run, at).await?;
        // Others who write to the trail wait for us from here on, so this comes late.
        if let Some(accept) = self.accept {
            let entry = audit::Entry::new(&accept.by, "sync.accept_brake", at)
                .reason(&accept.reason)
                .detail(json!({ "run": run, "people": plan.counts }));
            audit::record(&transaction, entry).await?;
        }
        if let Some(import) = &self.options.import {
            let entry = audit::Entry::new(&import.by, "records.import", at)
                .reason(&import.reason)
                .detail(json!({ "run": run, "kind": import.kind, "people": plan.counts }));
            audit::record(&transaction, entry).await?;
        }
        let counts = json!({
            "people": plan.counts,
            "credentials": credentials,
            "messages": applied.messages,
            "library_codes": { "kept": applied.codes_kept },
        });
        let end = End {
            outcome: SyncOutcome::Applied,
            counts,
            message: None,
            source_digest: Some(plan.source_digest.clone()),
            diff_digest: Some(plan.diff_digest.clone()),
        };
        finish(&transaction, run, app.unix_now(), end).await?;
        let lease = self.held.lease();
        lease.hold_fast(&transaction, app.unix_now()).await?;
        reach("before the commit").await;
        transaction.commit().await?;
        Ok(Written {
            credentials,
            photos: applied.photos,
        })
    }
}
