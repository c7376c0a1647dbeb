//! Which schools use the card: the settings say it, and what the county has switched since overrides them.
//!
//! A school that is switched off takes its pupils' cards out of force in the same transaction; switched on, they are good
//! again. The app says "your school does not use the card" ([`county_api::Enrolment::SchoolNotEnabled`]).

use school_records::Rules;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QueryOrder, sea_query::OnConflict,
};
use serde_json::json;

use crate::{
    app::App,
    audit,
    db::{
        self,
        entity::{school, school_switch},
        lock,
    },
    records::status::{self, Changed},
};

/// A school, and whether it uses the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Whether it uses the card.
    pub enabled: bool,
    /// Whether it would by the settings alone.
    pub configured: bool,
    /// Who switched it, if anyone has.
    pub switched: Option<school_switch::Model>,
}

/// Why a school was not switched.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// There is no such school in the records.
    #[error("there is no such school")]
    NoSchool,
    /// It is so already.
    #[error("the school is so already")]
    AsItIs,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// What a person decides about a school.
#[derive(Clone, Copy, Debug)]
pub struct Switch<'a> {
    /// The school's number.
    pub number: &'a str,
    /// Whether it uses the card from now on.
    pub enabled: bool,
    /// Who decides.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// All schools in the records, by name.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App) -> Result<Vec<Standing>, DbErr> {
    let mut switches: std::collections::HashMap<String, school_switch::Model> =
        school_switch::Entity::find()
            .all(&app.db)
            .await?
            .into_iter()
            .map(|row| (row.number.clone(), row))
            .collect();
    let schools = school::Entity::find()
        .order_by_asc(school::Column::Name)
        .order_by_asc(school::Column::Number)
        .all(&app.db)
        .await?;
    let configured = app.config.records.rules.configured();
    Ok(schools
        .into_iter()
        .map(|school| {
            let switched = switches.remove(&school.number);
            let configured = is_enabled(configured, &school.number);
            Standing {
                enabled: switched.as_ref().map_or(configured, |row| row.enabled),
                configured,
                switched,
                number: school.number,
                name: school.name,
            }
        })
        .collect())
}

/// Switches a school on or off. The answer is what that meant for credentials that are out.
///
/// # Errors
/// When there is no such school, it is so already, or the database fails; nothing is changed then.
pub async fn switch(app: &App, deed: Switch<'_>) -> Result<Changed, SwitchError> {
    let (changed, rules) = db::retry(|| switch_once(app, deed)).await?;
    app.config.records.rules.replace(rules);
    Ok(changed)
}

async fn switch_once(app: &App, deed: Switch<'_>) -> Result<(Changed, Rules), SwitchError> {
    let now = app.now();
    let transaction = db::begin_write(&app.db).await?;
    // Two at once would each bring people in line by rules without the other's switch.
    lock::named(&transaction, lock::Name::Schools).await?;
    if school::Entity::find_by_id(deed.number)
        .one(&transaction)
        .await?
        .is_none()
    {
        return Err(SwitchError::NoSchool);
    }
    let configured = app.config.records.rules.configured();
    let before = in_force(&transaction, configured).await?;
    if is_enabled(&before, deed.number) == deed.enabled {
        return Err(SwitchError::AsItIs);
    }
    let row = school_switch::ActiveModel {
        number: Set(deed.number.to_owned()),
        enabled: Set(deed.enabled),
        changed_at: Set(now.timestamp()),
        changed_by: Set(deed.by.to_owned()),
        reason: Set(deed.reason.to_owned()),
    };
    let update = OnConflict::column(school_switch::Column::Number)
        .update_columns([
            school_switch::Column::Enabled,
            school_switch::Column::ChangedAt,
            school_switch::Column::ChangedBy,
            school_switch::Column::Reason,
        ])
        .to_owned();
    school_switch::Entity::insert(row)
        .on_conflict(update)
        .exec_without_returning(&transaction)
        .await?;
    let rules = in_force(&transaction, configured).await?;
    let changed = status::refresh_school(&transaction, &rules, now, deed.number).await?;
    let action = if deed.enabled {
        "school.enable"
    } else {
        "school.disable"
    };
    let entry = audit::Entry::new(deed.by, action, now.timestamp())
        .reason(deed.reason)
        .detail(json!({ "school": deed.number, "credentials": changed }));
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok((changed, rules))
}

/// Takes up what was switched, here or by another process. Until then a process shows what it knew; where a card is issued
/// or brought in line, the database is asked ([`in_force`]).
///
/// # Errors
/// When the database fails; the rules stay as they were.
pub async fn reload(app: &App) -> Result<(), DbErr> {
    let rules = &app.config.records.rules;
    rules.replace(in_force(&app.db, rules.configured()).await?);
    Ok(())
}

/// The configured rules with what was switched since.
///
/// # Errors
/// When the database fails.
pub(crate) async fn in_force(
    db: &impl ConnectionTrait,
    configured: &Rules,
) -> Result<Rules, DbErr> {
    let mut rules = configured.clone();
    for row in school_switch::Entity::find().all(db).await? {
        if row.enabled {
            rules.disabled_schools.remove(&row.number);
            if let Some(enabled) = &mut rules.enabled_schools {
                enabled.insert(row.number);
            }
        } else {
            rules.disabled_schools.insert(row.number);
        }
    }
    Ok(rules)
}

fn is_enabled(rules: &Rules, number: &str) -> bool {
    !rules.disabled_schools.contains(number)
        && rules
            .enabled_schools
            .as_ref()
            .is_none_or(|enabled| enabled.contains(number))
}

#[cfg(test)]
mod tests {
    use county_api::Enrolment;

    use super::*;
    use crate::{
        app::testing,
        db::entity::{audit, credential::CredentialStatus},
        records::{
            enrolment,
            testing::{account, credential, person, pupil, status_of, sync},
        },
    };

    const OFF: Switch<'_> = Switch {
        number: "10001",
        enabled: false,
        by: "fylke@fjordviken.example",
        reason: "Skolen venter til januar",
    };

    #[tokio::test]
    async fn a_school_that_is_switched_off_takes_its_cards_along_and_switched_on_gives_them_back() {
        let app = testing::app().await;
        sync(&app, vec![pupil(1)]).await.unwrap();
        let nora = person(&app, "elev:1").await;
        let card = credential(&app, nora.id).await;
        let login = account(&app, Some(nora.id)).await;

        let changed = switch(&app, OFF).await.unwrap();
        assert_eq!((changed.suspended, changed.restored), (1, 0));
        assert_eq!(status_of(&app, card).await, CredentialStatus::Suspended);
        let told = enrolment(&app, login).await.unwrap().state;
        assert!(
            matches!(&told, Enrolment::SchoolNotEnabled { school, .. } if school == "Skole 10001"),
            "{told:?}"
        );
        assert!(matches!(switch(&app, OFF).await, Err(SwitchError::AsItIs)));

        let on = Switch {
            enabled: true,
            reason: "Skolen er klar",
            ..OFF
        };
        let changed = switch(&app, on).await.unwrap();
        assert_eq!((changed.suspended, changed.restored), (0, 1));
        let told = enrolment(&app, login).await.unwrap().state;
        assert!(
            !matches!(told, Enrolment::SchoolNotEnabled { .. }),
            "{told:?}"
        );

        let trail: Vec<_> = audit::Entity::find()
            .all(&app.db)
            .await
            .unwrap()
            .into_iter()
            .map(|entry| (entry.action, entry.reason))
            .filter(|(action, _)| action.starts_with("school."))
            .collect();
        let entry = |action: &str, reason: &str| (action.to_owned(), Some(reason.to_owned()));
        assert_eq!(
            trail,
            [
                entry("school.disable", OFF.reason),
                entry("school.enable", "Skolen er klar")
            ]
        );
    }

    #[tokio::test]
    async fn what_is_switched_overrides_the_settings_in_other_processes_too() {
        let mut config = crate::config::tests::sample();
        let listed = Rules {
            enabled_schools: Some(["10001".to_owned()].into()),
            ..Rules::default()
        };
        config.records.rules = listed.into();
        let clock = std::sync::Arc::new(testing::TestClock::at(testing::NOW));
        let app = testing::app_with(config, clock).await;
        sync(&app, vec![pupil(1)]).await.unwrap();
        let on = Switch {
            number: "10002",
            enabled: true,
            ..OFF
        };
        switch(&app, on).await.unwrap();
        switch(&app, OFF).await.unwrap();
        // Another process has read the same settings and nothing else yet.
        app.config
            .records
            .rules
            .replace(app.config.records.rules.configured().clone());
        reload(&app).await.unwrap();
        let rules = app.config.records.rules.now();
        assert!(is_enabled(&rules, "10002"));
        assert!(!is_enabled(&rules, "10001"));
        assert!(!is_enabled(&rules, "10003"));
        let told: Vec<_> = list(&app)
            .await
            .unwrap()
            .into_iter()
            .map(|school| (school.number, school.enabled, school.configured))
            .collect();
        assert_eq!(
            told,
            [
                ("10001".to_owned(), false, true),
                ("10002".to_owned(), true, false),
                ("10003".to_owned(), false, false),
            ]
        );
    }

    #[tokio::test]
    async fn a_school_that_is_not_in_the_records_is_not_switched() {
        let app = testing::app().await;
        assert!(matches!(
            switch(&app, OFF).await,
            Err(SwitchError::NoSchool)
        ));
    }
}
