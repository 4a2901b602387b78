//! What is going on while probes wait: a line a probe on the terminal's standard error, gone when the run is over.
//!
//! It appears only after a moment, so that a fast run shows nothing at all. The only thread is indicatif's own, which
//! draws.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::observation::Phase;
use crate::report::words;

/// A round of probes that is over within this time shows nothing.
const PATIENCE: Duration = Duration::from_millis(300);
/// How often a line is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// The lines of one round of probes, in the order of the probes.
#[derive(Debug)]
pub struct Progress {
    probes: Vec<Probe>,
}

/// One line, and what it tells.
#[derive(Debug)]
struct Probe {
    bar: ProgressBar,
    now: Now,
}

/// When a probe began and in which phase it is; `None` before it begins.
type Now = Arc<Mutex<Option<(Instant, Phase)>>>;

impl Progress {
    /// For a round of probes with these labels (`gateway`, `direct`), each of which may take as long as `limit`.
    /// Nothing is ever drawn if standard error is no terminal, or if the user wants it quiet.
    #[must_use]
    pub fn new(labels: impl IntoIterator<Item = String>, limit: Duration, quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self::drawn_on(target, labels, limit)
    }

    fn drawn_on(
        target: ProgressDrawTarget,
        labels: impl IntoIterator<Item = String>,
        limit: Duration,
    ) -> Self {
        let lines = MultiProgress::with_draw_target(target);
        let started = Instant::now();
        let probes = labels.into_iter().map(|label| Probe::new(&lines, label, started, limit)).collect();
        Self { probes }
    }

    /// A probe has come to a phase.
    pub fn phase(&self, probe: usize, phase: Phase) {
        if let Some(probe) = self.probes.get(probe) {
            let mut now = probe.now.lock().unwrap_or_else(PoisonError::into_inner);
            let began = now.map_or_else(Instant::now, |(began, _)| began);
            *now = Some((began, phase));
        }
    }

    /// A probe is done: its line goes.
    pub fn done(&self, probe: usize) {
        if let Some(probe) = self.probes.get(probe) {
            probe.bar.finish_and_clear();
        }
    }

    /// Takes away what is left of all lines.
    pub fn clear(&self) {
        (0..self.probes.len()).for_each(|probe| self.done(probe));
    }
}

/// How many of many things are done: one bar on the terminal's standard error, gone when it is dropped.
#[derive(Debug)]
pub struct Count {
    bar: ProgressBar,
}

impl Count {
    /// Of `all` things none is done. Nothing is ever drawn if standard error is no terminal, or if the user wants it
    /// quiet.
    #[must_use]
    pub fn new(all: usize, quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self::drawn_on(target, all)
    }

    fn drawn_on(target: ProgressDrawTarget, all: usize) -> Self {
        let bar = ProgressBar::with_draw_target(u64::try_from(all).ok(), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len}, {elapsed}  {wide_msg}") {
            bar.set_style(style);
            bar.enable_steady_tick(TICK);
        }
        Self { bar }
    }

    /// One more is done; these are waited for.
    pub fn done(&self, waited_for: &[&str]) {
        self.bar.inc(1);
        self.bar.set_message(waited_for.join(" "));
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Probe {
    /// A line that is empty, and so not drawn, until its probe has begun and the round has lasted a moment.
    fn new(lines: &MultiProgress, label: String, started: Instant, limit: Duration) -> Self {
        let now = Now::default();
        let known = Arc::clone(&now);
        let text = move |_: &ProgressState, out: &mut dyn Write| {
            let now = *known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((began, phase)) = now.filter(|_| started.elapsed() >= PATIENCE) {
                // Who draws has nowhere to report a failure to.
                let _ = out.write_str(&line(&label, phase, began.elapsed(), limit));
            }
        };
        let bar = lines.add(ProgressBar::new_spinner());
        if let Ok(style) = ProgressStyle::with_template("{why502}") {
            bar.set_style(style.with_key("why502", text));
            bar.enable_steady_tick(TICK);
        }
        Self { bar, now }
    }
}

/// One line: `direct    waiting for the first byte of the response, 12.3 s of 90 s`.
fn line(label: &str, phase: Phase, elapsed: Duration, limit: Duration) -> String {
    let (elapsed, limit) = (elapsed.as_secs_f64(), limit.as_secs_f64());
    format!("{label:<8}  {}, {elapsed:.1} s of {limit:.0} s", words::doing(phase))
}

#[cfg(test)]
mod tests {
    use std::io;

    use indicatif::TermLike;

    use super::*;

    /// A terminal that remembers what was written on it.
    #[derive(Debug, Clone, Default)]
    struct Paper(Arc<Mutex<String>>);

    impl Paper {
        fn text(&self) -> String {
            self.0.lock().unwrap().clone()
        }
    }

    impl TermLike for Paper {
        fn width(&self) -> u16 {
            80
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn progress(paper: &Paper) -> Progress {
        let target = ProgressDrawTarget::term_like(Box::new(paper.clone()));
        Progress::drawn_on(target, ["gateway".to_owned(), "direct".to_owned()], Duration::from_secs(90))
    }

    #[test]
    fn a_fast_round_shows_nothing() {
        let paper = Paper::default();
        let progress = progress(&paper);
        let started = Instant::now();
        progress.phase(0, Phase::Connect);
        progress.phase(1, Phase::Wait);
        std::thread::sleep(TICK + TICK / 2);
        drop(progress);
        // On a machine that is busy enough even this round is a slow one.
        assert!(paper.text().trim().is_empty() || started.elapsed() >= PATIENCE, "{}", paper.text());
    }

    #[test]
    fn a_slow_round_says_what_it_waits_for() {
        let paper = Paper::default();
        let progress = progress(&paper);
        progress.phase(0, Phase::Connect);
        progress.done(0);
        progress.phase(1, Phase::Wait);
        // As long as it takes on a busy machine, and no longer.
        let deadline = Instant::now() + Duration::from_secs(20);
        while paper.text().trim().is_empty() && Instant::now() < deadline {
            std::thread::sleep(TICK);
        }
        let shown = paper.text();
        assert!(shown.contains("direct    waiting for the first byte of the response, 0."), "{shown}");
        assert!(shown.contains(" s of 90 s"), "{shown}");
        assert!(!shown.contains("gateway"), "{shown}");
    }

    #[test]
    fn a_count_says_how_many_are_done_and_what_is_waited_for() {
        let paper = Paper::default();
        let count = Count::drawn_on(ProgressDrawTarget::term_like(Box::new(paper.clone())), 7);
        let deadline = Instant::now() + Duration::from_secs(20);
        count.done(&["no-answer"]);
        while !paper.text().contains(" 1 of 7, ") && Instant::now() < deadline {
            std::thread::sleep(TICK);
        }
        let shown = paper.text();
        assert!(shown.contains(" 1 of 7, ") && shown.contains("no-answer"), "{shown}");
    }

    #[test]
    fn a_probe_that_nobody_announced_is_no_trouble() {
        let progress = progress(&Paper::default());
        progress.phase(7, Phase::Body);
        progress.done(7);
    }
}
