//! The rules for who has a card, which can change while the service runs.

use std::{ops::Deref, sync::OnceLock};

use school_records::Rules;

/// The rules that hold now; what it derefs to stays as it was for whoever holds it.
///
/// Each change hangs a further version on the last. Versions are never taken away, so that a run of the sync judges everyone
/// by the same ones; there is one for each school that is switched on or off.
#[derive(Debug, Default)]
pub struct LiveRules {
    rules: Rules,
    next: OnceLock<Box<Self>>,
}

impl LiveRules {
    /// The rules as the settings have them.
    #[must_use]
    pub fn configured(&self) -> &Rules {
        &self.rules
    }

    /// From now on these hold.
    pub fn replace(&self, rules: Rules) {
        let mut last = self.last();
        if last.rules == rules {
            return;
        }
        let mut new = Box::new(Self::from(rules));
        while let Err(back) = last.next.set(new) {
            new = back;
            last = last.last();
        }
    }

    fn last(&self) -> &Self {
        let mut version = self;
        while let Some(next) = version.next.get() {
            version = next;
        }
        version
    }
}

impl From<Rules> for LiveRules {
    fn from(rules: Rules) -> Self {
        Self {
            rules,
            next: OnceLock::new(),
        }
    }
}

impl Clone for LiveRules {
    fn clone(&self) -> Self {
        let clone = Self::from(self.rules.clone());
        clone.replace(self.last().rules.clone());
        clone
    }
}

impl Deref for LiveRules {
    type Target = Rules;

    fn deref(&self) -> &Rules {
        &self.last().rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(school: &str) -> Rules {
        Rules {
            disabled_schools: [school.to_owned()].into(),
            ..Rules::default()
        }
    }

    #[test]
    fn a_change_holds_from_then_on_and_who_held_the_former_rules_keeps_them() {
        let rules = LiveRules::default();
        let held: &Rules = &rules;
        rules.replace(without("1"));
        rules.replace(without("2"));
        assert_eq!(*held, Rules::default());
        assert_eq!(*rules, without("2"));
        assert_eq!(*rules.configured(), Rules::default());
        let copy = rules.clone();
        rules.replace(without("3"));
        assert_eq!(*copy, without("2"));
        assert_eq!(*copy.configured(), Rules::default());
    }

    #[test]
    fn the_same_rules_again_are_no_new_version() {
        let rules = LiveRules::default();
        rules.replace(Rules::default());
        assert!(rules.next.get().is_none());
    }
}
