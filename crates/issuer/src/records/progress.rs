//! How far a run of the sync is, for the terminal and for the pages.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use uuid::Uuid;

/// What a run is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Reading the source. Counted in bytes of files, and in records of FINT, which does not say how many there are.
    #[default]
    Read,
    /// Comparing with what is stored, counted in people.
    Compare,
    /// Writing what changes, counted in people.
    Write,
    /// Library codes, credentials, messages, counted in people who are in the set.
    Follow,
}

impl Phase {
    /// All, in their order.
    pub const ALL: [Self; 4] = [Self::Read, Self::Compare, Self::Write, Self::Follow];

    /// As it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Compare => "compare",
            Self::Write => "write",
            Self::Follow => "follow",
        }
    }

    /// The phase of a name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.name() == name)
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// What it is doing.
    pub phase: Phase,
    /// So much of it is done.
    pub done: u64,
    /// Of so much; 0 where that is not known.
    pub of: u64,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.phase {
            Phase::Read => "reading",
            Phase::Compare => "comparing",
            Phase::Write => "writing",
            Phase::Follow => "codes, credentials and messages",
        };
        match (self.phase, self.of) {
            (Phase::Read, 0) => write!(f, "{what}: {} records", self.done),
            (_, 0) => f.write_str(what),
            (Phase::Read, of) => write!(f, "{what}: {} %", self.done.min(of) * 100 / of),
            (_, of) => write!(f, "{what}: {} of {of} people", self.done.min(of)),
        }
    }
}

/// Shared by the run and whoever looks on.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    run: Mutex<Option<Uuid>>,
    phase: Mutex<Phase>,
    done: Arc<AtomicU64>,
    of: AtomicU64,
}

impl Progress {
    /// A run begins.
    pub(crate) fn begin(&self, run: Uuid) {
        self.enter(Phase::Read, 0);
        *lock(&self.0.run) = Some(run);
    }

    /// It has ended, however.
    pub(crate) fn end(&self) {
        *lock(&self.0.run) = None;
    }

    /// A phase begins.
    pub(crate) fn enter(&self, phase: Phase, of: u64) {
        *lock(&self.0.phase) = phase;
        self.0.done.store(0, Ordering::Relaxed);
        self.0.of.store(of, Ordering::Relaxed);
    }

    /// Some more is done.
    pub(crate) fn add(&self, more: usize) {
        self.0.done.fetch_add(more as u64, Ordering::Relaxed);
    }

    /// What is done, for readers that know nothing of phases.
    pub(crate) fn counter(&self) -> Arc<AtomicU64> {
        self.0.done.clone()
    }

    /// Which run this process is doing.
    #[must_use]
    pub fn run(&self) -> Option<Uuid> {
        *lock(&self.0.run)
    }

    /// How far it is.
    #[must_use]
    pub fn step(&self) -> Step {
        Step {
            phase: *lock(&self.0.phase),
            done: self.0.done.load(Ordering::Relaxed),
            of: self.0.of.load(Ordering::Relaxed),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_told_in_words() {
        let told = |phase, done, of| Step { phase, done, of }.to_string();
        assert_eq!(told(Phase::Read, 1200, 0), "reading: 1200 records");
        assert_eq!(told(Phase::Read, 512, 1024), "reading: 50 %");
        // A file that is read twice is not read by half again as much.
        assert_eq!(told(Phase::Read, 2000, 1024), "reading: 100 %");
        assert_eq!(told(Phase::Write, 3, 10), "writing: 3 of 10 people");
    }

    #[test]
    fn phases_are_known_by_their_names() {
        for phase in Phase::ALL {
            assert_eq!(Phase::of_name(phase.name()), Some(phase));
        }
        assert_eq!(Phase::of_name("sleep"), None);
    }
}
