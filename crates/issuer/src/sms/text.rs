//! The words. They hold nothing of the person: the kind of card, the county and its official address are all there is to
//! put in.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::db::entity::sms_message::Card;

use super::gsm7::{self, Coding, Length};

/// Which Norwegian.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Bokmål.
    #[default]
    Nb,
    /// Nynorsk.
    Nn,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Nb, Self::Nn];

    /// As settings name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::Nn => "nn",
        }
    }
}

/// A county's own words for one language: `[sms.text.nb]`. What is left out has the usual words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// For pupils.
    pub pupil: Option<String>,
    /// For apprentices.
    pub apprentice: Option<String>,
    /// For training candidates.
    pub training_candidate: Option<String>,
}

/// `[sms.text]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Texts {
    /// Bokmål.
    pub nb: Words,
    /// Nynorsk.
    pub nn: Words,
}

/// A text that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Something between braces that nothing is known for.
    #[error("has {{{0}}} in it, and only {{county}} and {{address}} are known")]
    UnknownPlace(String),
    /// A brace without its other half.
    #[error("has a brace without its other half")]
    Brace,
    /// Nothing to say.
    #[error("is empty")]
    Empty,
    /// Too long.
    #[error("takes {} messages ({} of {} it may be long), and {most} is the most", length.parts, length.units, match length.coding { Coding::Gsm7 => 160, Coding::Ucs2 => 70 })]
    TooLong {
        /// What it takes.
        length: Length,
        /// What is allowed.
        most: usize,
    },
}

/// What is put into a text.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The county's name.
    pub county: &'a str,
    /// The county's official page about the card.
    pub address: &'a str,
}

impl Texts {
    /// The template for a kind of card.
    #[must_use]
    pub fn template(&self, language: Language, card: Card) -> &str {
        let words = match language {
            Language::Nb => &self.nb,
            Language::Nn => &self.nn,
        };
        let own = match card {
            Card::Pupil => &words.pupil,
            Card::Apprentice => &words.apprentice,
            Card::TrainingCandidate => &words.training_candidate,
        };
        own.as_deref().unwrap_or_else(|| usual(language, card))
    }

    /// The message.
    ///
    /// # Errors
    /// When a template is malformed, which the settings' check has found before.
    pub fn render(
        &self,
        language: Language,
        card: Card,
        facts: Facts<'_>,
    ) -> Result<String, TextError> {
        fill(self.template(language, card), facts)
    }

    /// Checks all texts: what is wrong, with the setting's name.
    #[must_use]
    pub fn faults(&self, facts: Facts<'_>, most: usize) -> Vec<(String, TextError)> {
        let mut faults = Vec::new();
        for (setting, text) in self.all(facts) {
            match text {
                Err(error) => faults.push((setting, error)),
                Ok(text) => {
                    let length = gsm7::measure(&text);
                    if length.parts > most {
                        faults.push((setting, TextError::TooLong { length, most }));
                    }
                }
            }
        }
        faults
    }

    /// What works, but costs more than it need: letters that make a text UCS-2.
    #[must_use]
    pub fn warnings(&self, facts: Facts<'_>) -> Vec<String> {
        let mut warnings = BTreeSet::new();
        for (setting, text) in self.all(facts) {
            let Ok(text) = text else { continue };
            let foreign: String = gsm7::foreign_letters(&text).into_iter().collect();
            if !foreign.is_empty() {
                let length = gsm7::measure(&text);
                warnings.insert(format!(
                    "{setting}: the letters \"{foreign}\" are not in the GSM alphabet, so that a message holds 70 instead of 160 \
                     and this one takes {}",
                    length.parts
                ));
            }
        }
        warnings.into_iter().collect()
    }

    fn all(
        &self,
        facts: Facts<'_>,
    ) -> impl Iterator<Item = (String, Result<String, TextError>)> + '_ {
        let facts = (facts.county.to_owned(), facts.address.to_owned());
        Language::ALL.into_iter().flat_map(move |language| {
            let (county, address) = facts.clone();
            Card::ALL.into_iter().map(move |card| {
                let facts = Facts {
                    county: &county,
                    address: &address,
                };
                let setting = format!("sms.text.{}.{}", language.name(), card.name());
                (setting, self.render(language, card, facts))
            })
        })
    }
}

fn usual(language: Language, card: Card) -> &'static str {
    match (language, card) {
        (Language::Nb, Card::Pupil) => {
            "Elevbeviset ditt er klart! Last ned appen Lommebevis og logg inn med Feide. Les mer: {address} Hilsen {county}"
        }
        (Language::Nb, Card::Apprentice) => {
            "Lærlingbeviset ditt er klart! Last ned appen Lommebevis og logg inn med Feide. Les mer: {address} Hilsen {county}"
        }
        (Language::Nb, Card::TrainingCandidate) => {
            "Lærekandidatbeviset ditt er klart! Last ned appen Lommebevis og logg inn med Feide. Les mer: {address} Hilsen {county}"
        }
        (Language::Nn, Card::Pupil) => {
            "Elevbeviset ditt er klart! Last ned appen Lommebevis og logg inn med Feide. Les meir: {address} Helsing {county}"
        }
        (Language::Nn, Card::Apprentice) => {
            "Lærlingbeviset ditt er klart! Last ned appen Lommebevis og logg inn med Feide. Les meir: {address} Helsing {county}"
        }
        (Language::Nn, Card::TrainingCandidate) => {
            "Lærekandidatbeviset ditt er klart! Last ned appen Lommebevis og logg inn med Feide. Les meir: {address} Helsing {county}"
        }
    }
}

fn fill(template: &str, facts: Facts<'_>) -> Result<String, TextError> {
    let mut text = String::with_capacity(160);
    let mut rest = template.trim();
    while let Some(open) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(open);
        text.push_str(before);
        let inner = from.strip_prefix('{').ok_or(TextError::Brace)?;
        let (place, after) = inner.split_once('}').ok_or(TextError::Brace)?;
        text.push_str(match place {
            "county" => facts.county,
            "address" => facts.address,
            _ => return Err(TextError::UnknownPlace(place.to_owned())),
        });
        rest = after;
    }
    text.push_str(rest);
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts<'_> = Facts {
        county: "Møre og Romsdal fylkeskommune",
        address: "mrfylke.no/bevis",
    };

    #[test]
    fn the_usual_words_are_one_message_each_and_name_the_county() {
        let texts = Texts::default();
        assert!(texts.faults(FACTS, 1).is_empty());
        assert!(texts.warnings(FACTS).is_empty());
        for language in Language::ALL {
            for card in Card::ALL {
                let text = texts.render(language, card, FACTS).unwrap();
                assert!(text.contains(FACTS.county) && text.contains(FACTS.address));
                assert_eq!(gsm7::measure(&text).coding, Coding::Gsm7);
            }
        }
    }

    #[test]
    fn wrong_words_are_named_by_their_setting() {
        let mut texts = Texts::default();
        texts.nb.pupil = Some("Hei {name}!".into());
        texts.nn.pupil = Some("Klart {".into());
        texts.nb.apprentice = Some("  ".into());
        texts.nn.apprentice = Some("å".repeat(161));
        texts.nn.training_candidate = Some("š".repeat(71));
        let faults = texts.faults(FACTS, 1);
        let named: Vec<_> = faults.iter().map(|(setting, _)| setting.as_str()).collect();
        assert_eq!(
            named,
            [
                "sms.text.nb.pupil",
                "sms.text.nb.apprentice",
                "sms.text.nn.pupil",
                "sms.text.nn.apprentice",
                "sms.text.nn.training_candidate"
            ]
        );
        assert_eq!(faults[0].1, TextError::UnknownPlace("name".into()));
        // A county that wants a long one may have it.
        assert_eq!(texts.faults(FACTS, 2).len(), 3);
    }

    #[test]
    fn letters_that_double_the_price_are_told() {
        let facts = Facts {
            county: "Trööndelagen fylhkentjïelte",
            address: "x.no",
        };
        let warnings = Texts::default().warnings(facts);
        assert_eq!(warnings.len(), 6);
        assert!(warnings[0].contains('ï'), "{}", warnings[0]);
    }
}
