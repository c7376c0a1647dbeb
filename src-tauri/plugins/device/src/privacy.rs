//! What others can see of the app.

/// What others can see of the app.
pub trait Privacy: Send + Sync {
    /// Whether the picture that the system shows of the app among the others, while it is in the background, is blank.
    fn hide_in_background(&self, on: bool);
}

#[cfg(any(test, feature = "testing"))]
pub(crate) mod testing {
    //! What every side has to do, and one that does it.

    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::Privacy;
    use crate::testing::{Clauses, becomes};

    /// What holds everywhere. `is_hidden`: whether it would be hidden, were it in the background now; `None` where that
    /// cannot be seen. Leaves it hidden, which is how the app has it.
    ///
    /// # Errors
    ///
    /// What does not hold.
    pub fn suite(
        privacy: &dyn Privacy,
        is_hidden: &dyn Fn() -> Option<bool>,
    ) -> Result<(), String> {
        let mut clauses = Clauses::of("privacy");
        let is = |wanted| becomes(|| is_hidden().is_none_or(|hidden| hidden == wanted));
        privacy.hide_in_background(true);
        clauses.holds("it is hidden when asked", is(true));
        privacy.hide_in_background(true);
        clauses.holds("asking twice changes nothing", is(true));
        privacy.hide_in_background(false);
        clauses.holds("once is enough to show it again", is(false));
        privacy.hide_in_background(true);
        clauses.holds("and it is hidden again", is(true));
        clauses.end()
    }

    /// Remembers the last wish. Its clones are the same.
    #[derive(Clone, Default)]
    pub struct FakePrivacy(Arc<AtomicBool>);

    impl FakePrivacy {
        /// Whether it would be hidden, were it in the background.
        #[must_use]
        pub fn is_hidden(&self) -> bool {
            self.0.load(Ordering::Acquire)
        }
    }

    impl Privacy for FakePrivacy {
        fn hide_in_background(&self, on: bool) {
            self.0.store(on, Ordering::Release);
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_fake_is_as_every_side_has_to_be() {
            let privacy = FakePrivacy::default();
            suite(&privacy, &|| Some(privacy.is_hidden())).unwrap();
        }

        #[test]
        fn a_side_that_hides_nothing_does_not_pass() {
            let failed = suite(&FakePrivacy::default(), &|| Some(false)).unwrap_err();
            assert!(failed.contains("hidden when asked"), "{failed}");
        }
    }
}
