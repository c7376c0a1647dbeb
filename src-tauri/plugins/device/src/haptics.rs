//! What is felt.

/// What is felt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Haptic {
    /// Something was taken in, such as a code.
    Tap,
    /// It went well.
    Success,
    /// Look at it.
    Warning,
}

/// The motor in the device.
pub trait Haptics: Send + Sync {
    /// Makes it felt, if the person's settings let it.
    fn play(&self, haptic: Haptic);
}

#[cfg(any(test, feature = "testing"))]
pub(crate) mod testing {
    //! What every motor has to do, and one that does it.

    use std::sync::{Arc, Mutex, PoisonError};
    use std::time::{Duration, Instant};

    use super::{Haptic, Haptics};
    use crate::testing::{Clauses, becomes};

    /// A screen draws a picture in this time; whoever plays must not wait for longer.
    const AT_ONCE: Duration = Duration::from_millis(16);

    /// What holds for every motor. `felt`: what was played so far; `None` where only a hand can tell.
    ///
    /// # Errors
    ///
    /// What does not hold.
    pub fn suite(
        haptics: &dyn Haptics,
        felt: &dyn Fn() -> Option<Vec<Haptic>>,
    ) -> Result<(), String> {
        let mut clauses = Clauses::of("haptics");
        let before = felt().map_or(0, |felt| felt.len());
        let all = [Haptic::Tap, Haptic::Success, Haptic::Warning];
        for haptic in all {
            let begun = Instant::now();
            haptics.play(haptic);
            clauses.holds("nobody waits for it", begun.elapsed() < AT_ONCE);
        }
        clauses.holds(
            "each is felt once, in the order in which they were asked for",
            becomes(|| felt().is_none_or(|felt| felt.get(before..) == Some(&all[..]))),
        );
        clauses.end()
    }

    /// Remembers what was played. Its clones are the same.
    #[derive(Clone, Default)]
    pub struct FakeHaptics(Arc<Mutex<Vec<Haptic>>>);

    impl FakeHaptics {
        /// What was played so far.
        #[must_use]
        pub fn felt(&self) -> Vec<Haptic> {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()
        }
    }

    impl Haptics for FakeHaptics {
        fn play(&self, haptic: Haptic) {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(haptic);
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_fake_is_as_every_motor_has_to_be() {
            let haptics = FakeHaptics::default();
            haptics.play(Haptic::Success);
            suite(&haptics, &|| Some(haptics.felt())).unwrap();
        }

        #[test]
        fn a_motor_that_is_not_felt_does_not_pass() {
            assert!(suite(&FakeHaptics::default(), &|| Some(Vec::new())).is_err());
        }
    }
}
