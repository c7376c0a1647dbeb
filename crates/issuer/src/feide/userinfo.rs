//! Feide's two userinfo answers, and the one person read out of them.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de};

use super::FeideError;

/// The OpenID Connect userinfo answer, as far as it is used.
#[derive(Deserialize)]
pub(super) struct Userinfo {
    pub(super) sub: String,
    #[serde(default, deserialize_with = "first")]
    name: Option<String>,
    #[serde(
        default,
        rename = "https://n.feide.no/claims/eduPersonPrincipalName",
        deserialize_with = "first"
    )]
    principal_name: Option<String>,
    #[serde(
        default,
        rename = "https://n.feide.no/claims/userid_sec",
        deserialize_with = "all"
    )]
    secondary_ids: Vec<String>,
    #[serde(default, rename = "dataporten-userid_sec", deserialize_with = "all")]
    older_secondary_ids: Vec<String>,
    // Present only for those who came through ID-porten; Feide users have it in the extended answer.
    #[serde(
        default,
        rename = "https://n.feide.no/claims/nin",
        deserialize_with = "first"
    )]
    nin: Option<String>,
}

/// Feide's extended userinfo: the LDAP attributes. Most are lists even for one value, some are bare.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExtendedUserinfo {
    #[serde(default, deserialize_with = "first")]
    pub(super) sub: Option<String>,
    #[serde(default, deserialize_with = "first")]
    edu_person_principal_name: Option<String>,
    #[serde(default, rename = "norEduPersonNIN", deserialize_with = "first")]
    nor_edu_person_nin: Option<String>,
    #[serde(default, deserialize_with = "first")]
    nor_edu_person_birth_date: Option<String>,
}

/// Who logged in, as Feide tells it; no more than is needed to find the person in the records. No `Debug`: it may hold a national identity number.
pub struct FeideUser {
    /// Feide's stable identifier.
    pub sub: String,
    /// The Feide name (`eduPersonPrincipalName`), in lower case.
    pub feide_name: Option<String>,
    /// What the person is called, when Feide says.
    pub name: Option<String>,
    /// The national identity number, when the county has been granted it.
    pub nin: Option<String>,
    /// Birth date, when given.
    pub birth_date: Option<NaiveDate>,
}

/// Puts the answers together. Every `sub` must be that of the ID token (OpenID Connect Core §5.3.2).
pub(super) fn merge(
    sub: String,
    basic: Userinfo,
    extended: Option<ExtendedUserinfo>,
) -> Result<FeideUser, FeideError> {
    if basic.sub != sub {
        return Err(FeideError::SubjectMismatch);
    }
    if let Some(other) = extended.as_ref().and_then(|extended| extended.sub.as_ref())
        && *other != sub
    {
        return Err(FeideError::SubjectMismatch);
    }
    let secondary = basic
        .secondary_ids
        .iter()
        .chain(&basic.older_secondary_ids)
        .find_map(|id| id.strip_prefix("feide:"));
    let principal = basic.principal_name.as_deref().or(secondary).or(extended
        .as_ref()
        .and_then(|extended| extended.edu_person_principal_name.as_deref()));
    let feide_name = principal.map(|name| name.trim().to_lowercase());
    if feide_name
        .as_ref()
        .is_some_and(|name| !name.contains('@') || name.len() > 255)
    {
        return Err(FeideError::Malformed);
    }
    let (mut nin, mut birth_date) = (basic.nin, None);
    if let Some(extended) = extended {
        nin = extended.nor_edu_person_nin.or(nin);
        birth_date = extended.nor_edu_person_birth_date.as_deref().and_then(date);
    }
    let name = basic
        .name
        .map(|name| name.trim().chars().take(200).collect());
    Ok(FeideUser {
        sub,
        name,
        feide_name,
        nin,
        birth_date,
    })
}

/// norEdu writes `YYYYMMDD`; some directories write `YYYY-MM-DD`.
fn date(text: &str) -> Option<NaiveDate> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    NaiveDate::parse_from_str(&digits, "%Y%m%d")
        .ok()
        .filter(|_| digits.len() == 8)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
    Other(de::IgnoredAny),
}

fn all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(value) => vec![value],
        OneOrMany::Many(values) => values,
        OneOrMany::Other(_) => Vec::new(),
    })
}

fn first<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(all(deserializer)?
        .into_iter()
        .find(|value| !value.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(
        basic: serde_json::Value,
        extended: Option<serde_json::Value>,
    ) -> Result<FeideUser, FeideError> {
        merge(
            "s1".into(),
            serde_json::from_value(basic).unwrap(),
            extended.map(|value| serde_json::from_value(value).unwrap()),
        )
    }

    #[test]
    fn the_documented_answers_are_read() {
        let user = read(
            json!({"sub": "s1", "dataporten-userid_sec": ["feide:Asbjorn_ElevG@testusers.feide.no"], "email_verified": false}),
            Some(json!({"sub": "s1", "cn": ["Asbjørn ElevG Hansen"], "displayName": "Asbjørn ElevG Hansen",
                "eduPersonPrincipalName": "asbjorn_elevg@testusers.feide.no", "norEduPersonBirthDate": "20080229", "uid": ["asbjorn_elevg"]})),
        )
        .unwrap();
        assert_eq!(
            user.feide_name.as_deref(),
            Some("asbjorn_elevg@testusers.feide.no")
        );
        assert_eq!(user.birth_date, NaiveDate::from_ymd_opt(2008, 2, 29));
    }

    #[test]
    fn a_list_of_one_and_a_bare_value_mean_the_same() {
        for nin in [json!("01410812345"), json!(["01410812345"])] {
            let user = read(
                json!({"sub": "s1"}),
                Some(json!({"sub": "s1", "norEduPersonNIN": nin})),
            )
            .unwrap();
            assert_eq!(user.nin.as_deref(), Some("01410812345"));
        }
    }

    #[test]
    fn odd_values_are_absent_rather_than_fatal() {
        let user = read(
            json!({"sub": "s1", "name": 7, "https://n.feide.no/claims/userid_sec": null}),
            Some(json!({"sub": "s1", "norEduPersonBirthDate": "2008-02-31", "cn": []})),
        )
        .unwrap();
        assert!(user.feide_name.is_none() && user.birth_date.is_none());
    }

    #[test]
    fn another_persons_answer_is_refused() {
        assert!(matches!(
            read(json!({"sub": "s2"}), None),
            Err(FeideError::SubjectMismatch)
        ));
        assert!(matches!(
            read(json!({"sub": "s1"}), Some(json!({"sub": "s2"}))),
            Err(FeideError::SubjectMismatch)
        ));
    }

    #[test]
    fn a_feide_name_without_a_realm_is_garbage() {
        assert!(matches!(
            read(
                json!({"sub": "s1", "https://n.feide.no/claims/eduPersonPrincipalName": "nora"}),
                None
            ),
            Err(FeideError::Malformed)
        ));
    }
}
