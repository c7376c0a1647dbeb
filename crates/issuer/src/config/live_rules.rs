//! The rules for who has a card, which can change while the service runs.

use std::sync::{Arc, PoisonError, RwLock};

use school_records::Rules;

/// The rules as the settings have them, and those that hold now.
#[derive(Debug, Default)]
pub struct LiveRules {
    configured: Rules,
    now: RwLock<Arc<Rules>>,
}

impl LiveRules {
    /// The rules as the settings have them.
    #[must_use]
    pub fn configured(&self) -> &Rules {
        &self.configured
    }

    /// Those that hold now. Whoever judges several people asks once, and judges all by the same.
    #[must_use]
    pub fn now(&self) -> Arc<Rules> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.clone()
    }

    /// From now on these hold.
    pub fn replace(&self, rules: Rules) {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        if **now != rules {
            *now = Arc::new(rules);
        }
    }
}

impl From<Rules> for LiveRules {
    fn from(rules: Rules) -> Self {
        Self {
            now: RwLock::new(Arc::new(rules.clone())),
            configured: rules,
        }
    }
}

impl Clone for LiveRules {
    fn clone(&self) -> Self {
        Self {
            configured: self.configured.clone(),
            now: RwLock::new(self.now()),
        }
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
        let held = rules.now();
        rules.replace(without("1"));
        rules.replace(without("2"));
        assert_eq!(*held, Rules::default());
        assert_eq!(*rules.now(), without("2"));
        assert_eq!(*rules.configured(), Rules::default());
        let copy = rules.clone();
        rules.replace(without("3"));
        assert_eq!(*copy.now(), without("2"));
        assert_eq!(*copy.configured(), Rules::default());
    }
}
