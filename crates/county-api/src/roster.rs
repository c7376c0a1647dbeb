//! Who is expected at an exam: a signed file for the invigilator, so that pupils can be scanned in without a network.
//!
//! A compact JWS of type [`TYP`] by the issuer's credential key. It holds names, birth dates and small portraits, so it
//! says when it must be deleted, and an app keeps it encrypted until then.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, Utc};
use jose::jws::{self, Header, Jws, JwsError};
use jose::{Algorithm, Jwk, SignError, Signer};
use serde::{Deserialize, Serialize};

use crate::in_person::PhotoClaims;

/// `typ` of the JWS.
pub const TYP: &str = "exam-roster+jwt";
/// The largest file that is read, in bytes (4 MiB): some two thousand candidates with portraits.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most candidates on one list.
pub const MAX_CANDIDATES: usize = 5_000;
/// The longest text in a list, in characters.
const MAX_TEXT: usize = 200;
/// From the beginning of the exam until the list is deleted, in seconds: the day, and a night for an exam in two parts.
const LONGEST_DAY: i64 = 36 * 3_600;
/// From when a list is made until the exam begins, in seconds: a school year.
const LONGEST_AHEAD: i64 = 400 * 86_400;
/// How far ahead of our clock the issuer's may be, in seconds.
const MAX_AHEAD: i64 = 300;

/// The list. Times are unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// Tells this list from every other one.
    pub id: String,
    /// The issuer.
    pub iss: String,
    /// When it was signed.
    pub iat: i64,
    /// When it must be deleted: the end of the day of the exam.
    pub exp: i64,
    /// What the exam is called.
    pub title: String,
    /// The school.
    pub school: String,
    /// When the exam begins.
    pub starts_at: i64,
    /// So many minutes after the beginning a candidate is late.
    pub late_after_minutes: u32,
    /// Everyone who is expected, in the order in which a person reads the list.
    pub candidates: Vec<Candidate>,
}

/// One who is expected.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Full name.
    pub name: String,
    /// Birth date.
    pub birth_date: NaiveDate,
    /// Class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The number the school knows the pupil by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_number: Option<String>,
    /// Which room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    /// The small portrait: base64 of a WebP file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portrait: Option<String>,
}

/// What it says is personal.
impl std::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Candidate(..)")
    }
}

/// The file is not a list to go by.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// Not a JWS by this key, or not of type [`TYP`].
    #[error("the list is not signed as it must be: {0}")]
    Signature(#[from] JwsError),
    /// Someone else's list.
    #[error("the list is from another issuer")]
    OtherIssuer,
    /// The day of the exam is over.
    #[error("the list was to be deleted {seconds} s ago")]
    Expired {
        /// Seconds since `exp`.
        seconds: i64,
    },
    /// Signed later than now: our clock is behind.
    #[error("the list was signed {seconds} s ahead of this clock")]
    FromTheFuture {
        /// Seconds until `iat`.
        seconds: i64,
    },
    /// Signed, but not a list that can be meant.
    #[error("the list is malformed: {0}")]
    Malformed(&'static str),
}

impl Roster {
    /// Signs the list; the header names the key by thumbprint.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn sign(&self, signer: &dyn Signer) -> Result<String, SignError> {
        let header = Header::new(TYP).with_kid(signer.public_jwk().thumbprint());
        jws::sign_json(&header, self, signer)
    }

    /// The `kid` in the header of a signed list, by which its issuer's key is found.
    ///
    /// # Errors
    /// When it is not a JWS of this type with a `kid`.
    pub fn key_name(jws: &str) -> Result<String, RosterError> {
        let jws = Jws::parse_up_to(jws.trim(), MAX_BYTES)?;
        jws.require_typ(TYP)?;
        let kid = jws.header().kid.clone();
        kid.ok_or(RosterError::Malformed("it names no key"))
    }

    /// Checks that `jws` is a list that `issuer` signed with `key` and that is still to be used.
    ///
    /// # Errors
    /// [`RosterError`] says what is wrong with it.
    pub fn verify(
        jws: &str,
        key: &Jwk,
        issuer: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, RosterError> {
        let jws = Jws::parse_up_to(jws.trim(), MAX_BYTES)?;
        jws.require_typ(TYP)?;
        let roster: Self = jws.verify_json(key, &[Algorithm::Es256])?;
        if roster.iss != issuer {
            return Err(RosterError::OtherIssuer);
        }
        let now = now.timestamp();
        if roster.iat > now.saturating_add(MAX_AHEAD) {
            let seconds = roster.iat.saturating_sub(now);
            return Err(RosterError::FromTheFuture { seconds });
        }
        if roster.exp <= now {
            let seconds = now.saturating_sub(roster.exp);
            return Err(RosterError::Expired { seconds });
        }
        roster.check().map_err(RosterError::Malformed)?;
        Ok(roster)
    }

    /// Whether the list is one that can be meant; the same for whoever writes it and whoever reads it.
    ///
    /// # Errors
    /// What is wrong with it, without naming anybody.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.candidates.len() > MAX_CANDIDATES {
            return Err("too many candidates");
        }
        if self.id.is_empty() {
            return Err("it has no id");
        }
        if self.exp <= self.starts_at {
            return Err("it is deleted before the exam begins");
        }
        if self.exp.saturating_sub(self.starts_at) > LONGEST_DAY
            || self.starts_at.saturating_sub(self.iat) > LONGEST_AHEAD
        {
            return Err("it is kept too long");
        }
        let texts = [&self.id, &self.title, &self.school].into_iter();
        let texts = texts.chain(self.candidates.iter().flat_map(|candidate| {
            [
                Some(&candidate.name),
                candidate.class.as_ref(),
                candidate.student_number.as_ref(),
                candidate.room.as_ref(),
            ]
            .into_iter()
            .flatten()
        }));
        for text in texts {
            if text.chars().count() > MAX_TEXT || text.chars().any(char::is_control) {
                return Err("a text is too long or has control characters");
            }
        }
        let portraits = self
            .candidates
            .iter()
            .filter(|candidate| candidate.portrait.is_some());
        if portraits.clone().count() != portraits.filter_map(Candidate::portrait_webp).count() {
            return Err("a portrait is no small WebP file");
        }
        Ok(())
    }
}

impl Candidate {
    /// The portrait's WebP file, if there is one and it is small.
    pub fn portrait_webp(&self) -> Option<Vec<u8>> {
        let text = self.portrait.as_ref()?;
        if text.len() > PhotoClaims::MAX_BYTES.div_ceil(3) * 4 {
            return None;
        }
        STANDARD
            .decode(text)
            .ok()
            .filter(|webp| webp.starts_with(b"RIFF") && webp.get(8..12) == Some(b"WEBP"))
    }

    /// Writes a portrait.
    pub fn set_portrait(&mut self, webp: &[u8]) {
        self.portrait = Some(STANDARD.encode(webp));
    }

    /// Whether this is the person that a code speaks of: by birth date, and the school's number where both know it, else
    /// the name.
    pub fn is(
        &self,
        student_number: Option<&str>,
        full_name: Option<&str>,
        birth_date: Option<NaiveDate>,
    ) -> bool {
        match (self.student_number.as_deref(), student_number) {
            // Schools count for themselves: two pupils of a county may have one number.
            (Some(ours), Some(theirs)) => ours == theirs && birth_date == Some(self.birth_date),
            _ => full_name == Some(self.name.as_str()) && birth_date == Some(self.birth_date),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jose::SoftwareKey;
    use ring::rand::SystemRandom;

    const ISSUER: &str = "https://issuer.fjordviken.example";

    fn roster() -> Roster {
        Roster {
            id: "k3V0".into(),
            iss: ISSUER.into(),
            iat: 1_788_000_000,
            exp: 1_788_050_000,
            title: "NOR1267 Norsk hovedmål".into(),
            school: "Fjordvik videregående skole".into(),
            starts_at: 1_788_010_000,
            late_after_minutes: 0,
            candidates: vec![Candidate {
                name: "Nora Bjørnstad".into(),
                birth_date: "2008-02-29".parse().unwrap(),
                class: Some("3STA".into()),
                student_number: Some("100042".into()),
                room: Some("A203".into()),
                portrait: Some(STANDARD.encode(b"RIFF\x04\0\0\0WEBP")),
            }],
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_list_keeps_its_wire_form_and_is_believed_until_the_day_is_over() {
        insta::assert_json_snapshot!(roster(), @r#"
        {
          "id": "k3V0",
          "iss": "https://issuer.fjordviken.example",
          "iat": 1788000000,
          "exp": 1788050000,
          "title": "NOR1267 Norsk hovedmål",
          "school": "Fjordvik videregående skole",
          "starts_at": 1788010000,
          "late_after_minutes": 0,
          "candidates": [
            {
              "name": "Nora Bjørnstad",
              "birth_date": "2008-02-29",
              "class": "3STA",
              "student_number": "100042",
              "room": "A203",
              "portrait": "UklGRgQAAABXRUJQ"
            }
          ]
        }
        "#);
        let key = SoftwareKey::generate(&SystemRandom::new()).unwrap();
        let public = key.public_jwk();
        let jws = roster().sign(&key).unwrap();
        assert_eq!(Roster::key_name(&jws).unwrap(), public.thumbprint());
        let verify = |now| Roster::verify(&jws, &public, ISSUER, at(now));
        assert_eq!(verify(1_788_049_999).unwrap(), roster());
        assert!(matches!(
            verify(1_788_050_000),
            Err(RosterError::Expired { seconds: 0 })
        ));
        assert!(matches!(
            verify(1_788_000_000 - MAX_AHEAD - 1),
            Err(RosterError::FromTheFuture { seconds: 301 })
        ));
        assert!(matches!(
            Roster::verify(&jws, &public, "https://other.example", at(1_788_000_000)),
            Err(RosterError::OtherIssuer)
        ));
        let stranger = SoftwareKey::generate(&SystemRandom::new()).unwrap();
        assert!(matches!(
            Roster::verify(&jws, &stranger.public_jwk(), ISSUER, at(1_788_000_000)),
            Err(RosterError::Signature(_))
        ));
    }

    #[test]
    fn a_list_that_cannot_be_meant_is_refused_without_naming_anybody() {
        let key = SoftwareKey::generate(&SystemRandom::new()).unwrap();
        let change = |change: fn(&mut Roster)| {
            let mut roster = roster();
            change(&mut roster);
            let jws = roster.sign(&key).unwrap();
            Roster::verify(&jws, &key.public_jwk(), ISSUER, at(1_788_000_000))
        };
        let cases: [fn(&mut Roster); 7] = [
            |roster| roster.exp = roster.starts_at + LONGEST_DAY + 1,
            |roster| roster.iat -= LONGEST_AHEAD,
            |roster| roster.id.clear(),
            |roster| roster.exp = roster.starts_at,
            |roster| roster.candidates[0].name = "N".repeat(201),
            |roster| roster.candidates[0].room = Some("A\u{7}".into()),
            |roster| roster.candidates[0].portrait = Some("AAAA".into()),
        ];
        for case in cases {
            let error = change(case).unwrap_err();
            assert!(matches!(error, RosterError::Malformed(_)), "{error:?}");
            assert!(!format!("{error} {error:?}").contains("Nora"));
        }
        assert!(!format!("{:?}", roster()).contains("Nora"));
    }

    #[test]
    fn a_candidate_is_known_by_number_and_else_by_name_and_birth_date() {
        let candidate = roster().candidates.remove(0);
        for (is, number, name, birth_date) in [
            (true, Some("100042"), "Nora Hansen", "2008-02-29"),
            (false, Some("100043"), "Nora Bjørnstad", "2008-02-29"),
            (false, Some("100042"), "Kari Hansen", "2009-01-01"),
            (true, None, "Nora Bjørnstad", "2008-02-29"),
            (false, None, "Nora Bjørnstad", "2008-03-01"),
            (false, None, "Nora", "2008-02-29"),
        ] {
            let birth_date = birth_date.parse().ok();
            assert_eq!(candidate.is(number, Some(name), birth_date), is, "{name}");
        }
    }
}
