//! The progress display: a line on the standard error for each probe that is under way, with the phase that it is
//! in, for how long, and what ends the waiting. Fast runs show nothing.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tokio::time::sleep;

use crate::observation::Phase;
use crate::plan::{Limits, Plan, Probe, Route};
use crate::probe::Watcher;

/// What is over sooner needs no display.
const PATIENCE: Duration = Duration::from_millis(400);

/// How often the lines are drawn again.
const INTERVAL: Duration = Duration::from_millis(100);

/// The progress of one round of probes.
#[derive(Debug)]
pub struct Progress {
    limits: Limits,
    lines: RefCell<Vec<Line>>,
}

/// One probe.
#[derive(Debug)]
struct Line {
    name: String,
    begun: Instant,
    at: Option<(Phase, Instant)>,
    done: bool,
}

impl Progress {
    /// The progress of these probes, of which none has begun.
    #[must_use]
    pub fn new(plan: &Plan, probes: &[Probe]) -> Self {
        let begun = Instant::now();
        let line = |probe: &Probe| Line { name: name(probe), begun, at: None, done: false };
        Self { limits: plan.limits, lines: RefCell::new(probes.iter().map(line).collect()) }
    }

    /// Draws until it is dropped, and leaves nothing behind.
    pub async fn draw(&self) -> Infallible {
        sleep(PATIENCE).await;
        let screen = Screen(MultiProgress::new());
        let bars: Vec<_> = self.lines.borrow().iter().map(|line| screen.add(line)).collect();
        loop {
            for (bar, line) in bars.iter().zip(self.lines.borrow().iter()) {
                bar.set_message(line.text(&self.limits));
                bar.tick();
            }
            sleep(INTERVAL).await;
        }
    }

    fn change(&self, probe: usize, change: impl FnOnce(&mut Line)) {
        if let Some(line) = self.lines.borrow_mut().get_mut(probe) {
            change(line);
        }
    }
}

impl Watcher for Progress {
    fn phase(&self, probe: usize, phase: Phase) {
        self.change(probe, |line| {
            let now = Instant::now();
            if line.at.is_none() {
                line.begun = now;
            }
            line.at = Some((phase, now));
        });
    }

    fn done(&self, probe: usize) {
        self.change(probe, |line| line.done = true);
    }
}

impl Line {
    fn text(&self, limits: &Limits) -> String {
        let Some((phase, since)) = self.at else { return "has yet to begin".to_owned() };
        if self.done {
            return "done".to_owned();
        }
        let mut text = format!("{} for {:.1} s", doing(phase), since.elapsed().as_secs_f64());
        let left = limits.total.saturating_sub(self.begun.elapsed()).as_secs();
        if matches!(phase, Phase::Wait | Phase::Head | Phase::Body) {
            // Writing to a string cannot fail.
            let _ = write!(text, ", {left} s more at most (--max-time)");
        }
        text
    }
}

fn doing(phase: Phase) -> &'static str {
    match phase {
        Phase::Resolve => "resolving the name",
        Phase::Connect => "connecting",
        Phase::Handshake => "shaking hands (TLS)",
        Phase::Send => "sending the request",
        Phase::Wait => "waiting for the first byte",
        Phase::Head => "reading the head",
        Phase::Body => "reading the body",
    }
}

fn name(probe: &Probe) -> String {
    match probe.route {
        Route::Gateway => format!("gateway   {}", probe.endpoint.authority()),
        Route::Direct => format!("upstream  {}", probe.endpoint.authority()),
    }
}

/// The lines on the terminal. They go when it goes.
struct Screen(MultiProgress);

impl Screen {
    fn add(&self, line: &Line) -> ProgressBar {
        let style = ProgressStyle::with_template("{spinner} {prefix}: {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::new_spinner().with_style(style).with_prefix(line.name.clone());
        self.0.add(bar)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A terminal that cannot be cleared stays as it is.
        let _ = self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_waited_for_and_for_how_long_at_most() {
        let begun = Instant::now();
        let mut line = Line { name: "gateway".to_owned(), begun, at: None, done: false };
        let limits = Limits::default();
        assert_eq!(line.text(&limits), "has yet to begin");
        line.at = Some((Phase::Connect, begun));
        assert_eq!(line.text(&limits), "connecting for 0.0 s");
        line.at = Some((Phase::Wait, begun));
        assert!(line.text(&limits).starts_with("waiting for the first byte for 0.0 s, 89 s more at most"));
        line.done = true;
        assert_eq!(line.text(&limits), "done");
    }
}
