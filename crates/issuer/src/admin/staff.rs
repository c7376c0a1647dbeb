//! Who works here, and giving and ending roles.

use std::{collections::BTreeSet, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait,
    DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit, db,
    db::entity::{school, staff_grant},
    deeds::Why,
    http::Service,
    web::{Frame, Session, StaffSession, WebProblem},
};

use super::{AREAS, Power, Role};

/// A role in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) role: Role,
    /// None for the whole county.
    pub(crate) school: Option<String>,
}

/// One of the staff, with at least one role. Roles are read anew for every request, so that one that ends, ends at once.
pub(crate) struct Staff {
    pub(crate) session: Session,
    grants: Vec<Grant>,
}

/// At which schools something may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Schools {
    /// At all of them, and with those who are at none.
    All,
    /// At these; perhaps at none.
    Some(Vec<String>),
}

impl FromRequestParts<Arc<Service>> for Staff {
    type Rejection = WebProblem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, WebProblem> {
        let StaffSession(session) = StaffSession::from_request_parts(parts, service).await?;
        let grants = grants_of(&service.db, &session.feide_name, Some(&session.feide_sub)).await?;
        if grants.is_empty() {
            return Err(WebProblem::NoRole {
                name: session.feide_name,
                csrf: session.csrf,
            });
        }
        Ok(Self { session, grants })
    }
}

impl Staff {
    /// Whether this person may do that at that school; with none, with somebody or something of the whole county.
    pub(crate) fn may(&self, power: Power, school: Option<&str>) -> bool {
        self.holding(power)
            .any(|grant| grant.school.is_none() || grant.school.as_deref() == school)
    }

    /// Whether there is a school where this person may do that.
    pub(crate) fn may_somewhere(&self, power: Power) -> bool {
        self.holding(power).next().is_some()
    }

    /// As [`Staff::may`], with the page that says no; what is refused is in the audit trail.
    pub(crate) async fn require(
        &self,
        service: &Service,
        power: Power,
        school: Option<&str>,
    ) -> Result<(), WebProblem> {
        if self.may(power, school) {
            return Ok(());
        }
        Err(self.refused(service, &format!("{power:?}")).await)
    }

    /// The page that says no, after that is in the audit trail.
    pub(crate) async fn refused(&self, service: &Service, what: &str) -> WebProblem {
        let entry = audit::Entry::new(&self.actor(), "staff.refused", service.unix_now())
            .detail(json!({ "what": what }));
        match audit::record(&service.db, entry).await {
            Ok(()) => WebProblem::Forbidden,
            Err(error) => error.into(),
        }
    }

    /// Where this person may do that.
    pub(crate) fn schools(&self, power: Power) -> Schools {
        if self.holding(power).any(|grant| grant.school.is_none()) {
            return Schools::All;
        }
        let schools: BTreeSet<String> = self
            .holding(power)
            .filter_map(|grant| grant.school.clone())
            .collect();
        Schools::Some(schools.into_iter().collect())
    }

    /// For the audit trail: the Feide name.
    pub(crate) fn actor(&self) -> String {
        self.session.feide_name.clone()
    }

    pub(crate) fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// What stands around a page in the area at `area` (such as `/admin/search`).
    pub(crate) fn frame(&self, service: &Service, area: &str, title: impl Into<String>) -> Frame {
        let mut frame = Frame::of(service, &self.session, title);
        let lang = self.session.lang;
        frame.nav = AREAS
            .iter()
            .filter(|entry| self.may_somewhere(entry.power))
            .map(|entry| crate::web::Entry {
                href: format!("{}{}", frame.base, entry.path),
                name: (entry.name)(lang),
                is_here: entry.path == area,
            })
            .collect();
        frame
    }

    fn holding(&self, power: Power) -> impl Iterator<Item = &Grant> {
        self.grants
            .iter()
            .filter(move |grant| grant.role.has(power))
    }
}

/// Whose a login under a Feide name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Login {
    /// Somebody with a role.
    Staff,
    /// Somebody else than the one who has the name's roles: it has changed hands.
    SomebodyElse,
    /// Nobody with a role.
    Nobody,
}

/// Writes down a login. Roles that nobody has used yet are from now on this person's, by Feide's stable identifier.
pub(crate) async fn log_in(
    transaction: &DatabaseTransaction,
    feide_name: &str,
    feide_sub: &str,
    now: i64,
) -> Result<Login, DbErr> {
    let bound = staff_grant::Entity::update_many()
        .col_expr(staff_grant::Column::FeideSub, Expr::value(feide_sub))
        .filter(staff_grant::Column::FeideName.eq(feide_name))
        .filter(staff_grant::Column::EndedAt.is_null())
        .filter(staff_grant::Column::FeideSub.is_null())
        .exec(transaction)
        .await?
        .rows_affected;
    if bound > 0 {
        let entry = audit::Entry::new(feide_name, "staff.bind", now);
        audit::record(transaction, entry.detail(json!({ "roles": bound }))).await?;
    }
    let (login, entry) = if !grants_of(transaction, feide_name, Some(feide_sub))
        .await?
        .is_empty()
    {
        let entry = audit::Entry::new(feide_name, "staff.log_in", now);
        (Login::Staff, entry)
    } else if !grants_of(transaction, feide_name, None).await?.is_empty() {
        let entry = audit::Entry::new(feide_name, "staff.refused", now);
        let detail = json!({ "what": "login", "why": "the roles are another person's" });
        (Login::SomebodyElse, entry.detail(detail))
    } else {
        // Whoever tries leaves no name here.
        return Ok(Login::Nobody);
    };
    audit::record(transaction, entry).await?;
    Ok(login)
}

/// Roles in force under a name, of this person where one is named.
async fn grants_of(
    db: &impl ConnectionTrait,
    feide_name: &str,
    feide_sub: Option<&str>,
) -> Result<Vec<Grant>, DbErr> {
    let mut rows = staff_grant::Entity::find()
        .filter(staff_grant::Column::FeideName.eq(feide_name))
        .filter(staff_grant::Column::EndedAt.is_null());
    if let Some(sub) = feide_sub {
        rows = rows.filter(
            Condition::any()
                .add(staff_grant::Column::FeideSub.is_null())
                .add(staff_grant::Column::FeideSub.eq(sub)),
        );
    }
    let rows = rows.all(db).await?;
    // A role that a newer version gave is none here.
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Grant {
                role: Role::from_id(&row.role)?,
                school: row.school_number,
            })
        })
        .collect())
}

/// Why a role was not given or ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GrantError {
    /// What was given is no Feide name.
    #[error("a Feide name is like kari@fylket.no")]
    NoFeideName,
    /// The role is for the whole county.
    #[error("the role {0} is for the whole county: leave the school out")]
    CountyOnly(&'static str),
    /// There is no such school.
    #[error("there is no school with the number {0}")]
    NoSchool(String),
    /// They have it.
    #[error("that role has been given already")]
    Given,
    /// They have it not.
    #[error("there is no such role in force")]
    NotGiven,
    /// Nobody could give roles any more.
    #[error("this is the last county administrator: give the role to another first")]
    LastAdministrator,
    /// The database.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// Gives a role; the answer is the grant's id.
pub(crate) async fn give(
    app: &App,
    feide_name: &str,
    grant: &Grant,
    why: Why<'_>,
) -> Result<Uuid, GrantError> {
    let name = feide_name.trim().to_lowercase();
    let parts = name.split_once('@');
    let fits = parts.is_some_and(|(user, realm)| !user.is_empty() && realm.contains('.'))
        && name.len() <= 255
        && !name.contains(char::is_whitespace);
    if !fits {
        return Err(GrantError::NoFeideName);
    }
    let transaction = db::begin_write(&app.db).await?;
    db::lock::named(&transaction, db::lock::Name::Roles).await?;
    if let Some(number) = &grant.school {
        if grant.role.is_for_county_only() {
            return Err(GrantError::CountyOnly(grant.role.id()));
        }
        if school::Entity::find_by_id(number)
            .one(&transaction)
            .await?
            .is_none()
        {
            return Err(GrantError::NoSchool(number.clone()));
        }
    }
    if grants_of(&transaction, &name, None).await?.contains(grant) {
        return Err(GrantError::Given);
    }
    let (id, now) = (Uuid::new_v4(), app.unix_now());
    staff_grant::ActiveModel {
        id: Set(id),
        feide_name: Set(name.clone()),
        feide_sub: Set(None),
        role: Set(grant.role.id().to_owned()),
        school_number: Set(grant.school.clone()),
        given_by: Set(why.by.to_owned()),
        given_at: Set(now),
        reason: Set(why.reason.to_owned()),
        ended_at: Set(None),
        ended_by: Set(None),
        end_reason: Set(None),
    }
    .insert(&transaction)
    .await?;
    let detail = json!({ "to": name, "role": grant.role.id(), "school": grant.school });
    let entry = audit::Entry::new(why.by, "staff.grant", now)
        .reason(why.reason)
        .detail(detail);
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(id)
}

/// Ends a role that is in force. It counts from the next request on.
pub(crate) async fn end(app: &App, id: Uuid, why: Why<'_>) -> Result<(), GrantError> {
    let transaction = db::begin_write(&app.db).await?;
    // Two administrators who end each other's role at once would both count two.
    db::lock::named(&transaction, db::lock::Name::Roles).await?;
    let in_force = all(&transaction).await?;
    let Some(row) = in_force.iter().find(|row| row.id == id) else {
        return Err(GrantError::NotGiven);
    };
    let administrators = || {
        let id = Role::CountyAdmin.id();
        in_force.iter().filter(move |row| row.role == id)
    };
    if row.role == Role::CountyAdmin.id() && administrators().count() == 1 {
        return Err(GrantError::LastAdministrator);
    }
    let now = app.unix_now();
    let mut ended: staff_grant::ActiveModel = row.clone().into();
    ended.ended_at = Set(Some(now));
    ended.ended_by = Set(Some(why.by.to_owned()));
    ended.end_reason = Set(Some(why.reason.to_owned()));
    ended.update(&transaction).await?;
    let detail = json!({ "from": row.feide_name, "role": row.role, "school": row.school_number });
    let entry = audit::Entry::new(why.by, "staff.revoke", now)
        .reason(why.reason)
        .detail(detail);
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(())
}

/// Every role in force, by Feide name.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<staff_grant::Model>, DbErr> {
    staff_grant::Entity::find()
        .filter(staff_grant::Column::EndedAt.is_null())
        .order_by_asc(staff_grant::Column::FeideName)
        .order_by_asc(staff_grant::Column::Role)
        .order_by_asc(staff_grant::Column::SchoolNumber)
        .all(db)
        .await
}
