//! Colour, in one place. Nothing in a report is told by colour alone: each of these words reads the same without.

use colored::Colorize;

use crate::diagnosis::Outcome;

/// Whether and how words are coloured.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    colour: bool,
}

impl Style {
    /// With colour or without. The caller has decided (`--color`, `NO_COLOR`, a terminal or a pipe); nothing here
    /// looks at the environment.
    #[must_use]
    pub fn new(colour: bool) -> Self {
        if colour {
            // The crate keeps a switch of its own that follows the environment. Plain text never passes through
            // the crate, so that this can only ever confirm what the caller decided.
            colored::control::set_override(true);
        }
        Self { colour }
    }

    /// Whether there is colour at all.
    #[must_use]
    pub fn has_colour(self) -> bool {
        self.colour
    }

    /// The outcome word at the top.
    #[must_use]
    pub fn outcome(self, outcome: Outcome, word: &str) -> String {
        self.with(word, |word| match outcome {
            Outcome::Healthy => word.green().bold().to_string(),
            Outcome::Warning => word.yellow().bold().to_string(),
            Outcome::Fault | Outcome::Unexplained | Outcome::Unreachable => word.red().bold().to_string(),
        })
    }

    /// A heading.
    #[must_use]
    pub fn heading(self, text: &str) -> String {
        self.with(text, |text| text.bold().to_string())
    }

    /// What matters in its line.
    #[must_use]
    pub fn strong(self, text: &str) -> String {
        self.with(text, |text| text.bold().to_string())
    }

    /// What is there for completeness.
    #[must_use]
    pub fn faint(self, text: &str) -> String {
        self.with(text, |text| text.dimmed().to_string())
    }

    /// A code, a slug, a command.
    #[must_use]
    pub fn code(self, text: &str) -> String {
        self.with(text, |text| text.cyan().to_string())
    }

    /// What went wrong.
    #[must_use]
    pub fn bad(self, text: &str) -> String {
        self.with(text, |text| text.red().to_string())
    }

    fn with(self, text: &str, paint: impl Fn(&str) -> String) -> String {
        if self.colour && !text.trim().is_empty() { paint(text) } else { text.to_owned() }
    }
}
