//! How far a run is, on the terminal: one line that changes, or, where the output goes into a file or a log, a line for
//! each phase. Nothing of it is on standard output, which is for what came of the run.

use std::{
    io::{self, IsTerminal, Write},
    time::Duration,
};

use tokio::{sync::oneshot, task::JoinHandle};

use crate::{
    app::App,
    records::progress::{Phase, Progress, Step},
};

const INTERVAL: Duration = Duration::from_millis(200);

/// A line of its own.
pub(super) fn tell(line: &str) {
    // Nobody who looks on is no reason not to run.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Shows it until it is stopped.
pub(super) struct Shown {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Shown {
    pub(super) fn start(app: &App) -> Self {
        let progress = app.sync_progress.clone();
        let (stop, stopped) = oneshot::channel();
        Self {
            stop,
            task: tokio::spawn(show(progress, stopped)),
        }
    }

    pub(super) async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

async fn show(progress: Progress, mut stopped: oneshot::Receiver<()>) {
    let mut lines = Lines::new(io::stderr().is_terminal());
    let mut interval = tokio::time::interval(INTERVAL);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = &mut stopped => break,
        }
        let step = progress.step();
        let _ = lines.show(step, &mut io::stderr());
    }
    let _ = lines.end(&mut io::stderr());
}

/// What is written, one after the other.
struct Lines {
    is_terminal: bool,
    last: Option<Step>,
}

impl Lines {
    fn new(is_terminal: bool) -> Self {
        Self {
            is_terminal,
            last: None,
        }
    }

    fn show(&mut self, step: Step, out: &mut impl Write) -> io::Result<()> {
        // Before anything has been done there is nothing to tell.
        if self.last == Some(step) || step == Step::default() {
            return Ok(());
        }
        let phase: Option<Phase> = self.last.replace(step).map(|last| last.phase);
        if self.is_terminal {
            write!(out, "\r\x1b[2K{step}")?;
            return out.flush();
        }
        if phase == Some(step.phase) {
            return Ok(());
        }
        // How much of it there is, but not how far a glance happened to find it.
        writeln!(out, "{}", Step { done: 0, ..step })
    }

    /// What comes next begins on an empty line.
    fn end(&mut self, out: &mut impl Write) -> io::Result<()> {
        if self.is_terminal && self.last.is_some() {
            write!(out, "\r\x1b[2K")?;
        }
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(is_terminal: bool) -> String {
        let mut lines = Lines::new(is_terminal);
        let mut out = Vec::new();
        let step = |phase, done| Step { phase, done, of: 4 };
        for step in [
            Step::default(),
            step(Phase::Compare, 1),
            step(Phase::Compare, 1),
            step(Phase::Compare, 3),
            step(Phase::Write, 2),
        ] {
            lines.show(step, &mut out).unwrap();
        }
        lines.end(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn on_a_terminal_one_line_changes_and_is_gone_at_the_end() {
        assert_eq!(
            shown(true),
            "\r\x1b[2Kcomparing: 1 of 4 people\r\x1b[2Kcomparing: 3 of 4 people\r\x1b[2Kwriting: 2 of 4 people\r\x1b[2K"
        );
    }

    #[test]
    fn elsewhere_each_phase_has_a_line() {
        assert_eq!(
            shown(false),
            "comparing: 0 of 4 people\nwriting: 0 of 4 people\n"
        );
    }
}
