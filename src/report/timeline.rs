//! When each phase of each route took place, drawn to one scale, so that two bars can be compared by eye.
//!
//! Each bar begins at its own first phase. A phase that was reached takes at least one cell, however short it was
//! (a head often takes microseconds and is what matters); the longest phase of the bar gives up those cells, so
//! that the bar as a whole keeps its length.

use super::layout::{Page, columns, padded};
use crate::figures;
use crate::observation::{Exchange, Phase};

/// One bar: what stands before it, and what it shows.
#[derive(Debug)]
pub struct Bar<'a> {
    /// The label at the left.
    pub label: String,
    /// Its phases.
    pub exchange: &'a Exchange,
}

/// The letter that a phase is drawn with.
#[must_use]
pub fn letter(phase: Phase) -> char {
    match phase {
        Phase::Resolve => 'r',
        Phase::Connect => 'c',
        Phase::Handshake => 't',
        Phase::Send => 's',
        Phase::Wait => '.',
        Phase::Head => 'h',
        Phase::Body => 'b',
    }
}

/// Draws the bars under a ruler, with a legend of what occurs.
pub fn draw(page: &mut Page, indent: usize, bars: &[Bar<'_>]) {
    let longest = bars.iter().map(|bar| bar.exchange.phases.total()).fold(0.0, f64::max);
    if longest <= 0.0 {
        return;
    }
    let label_width = bars.iter().map(|bar| columns(&bar.label)).max().unwrap_or(0) + 2;
    // A column is left for the mark at the end of the longest bar.
    let room = page.width().saturating_sub(indent + label_width + 1);
    let margin = " ".repeat(indent);
    // The ruler's figures end where its instants lie.
    let end = figures::precise_seconds(longest);
    let rule = "-".repeat(room.saturating_sub(columns(&end) + 3));
    let ruler = format!("{margin}{}0 {rule} {end}", padded("", label_width));
    page.line(page.style.faint(&ruler));
    for bar in bars {
        let cells = bar_text(bar.exchange, longest, room);
        page.line(format!("{margin}{}{cells}", padded(&bar.label, label_width)));
    }
    page.pieces(indent + label_width, "  ", &legend(bars));
}

/// The cells of one bar and the mark at its end.
fn bar_text(exchange: &Exchange, longest: f64, room: usize) -> String {
    let phases: Vec<(Phase, f64, f64)> =
        exchange.phases.reached().map(|(phase, span)| (phase, span.start, span.end)).collect();
    let Some(&(_, start, _)) = phases.first() else { return mark(exchange).to_string() };
    // From the end of one phase to the end of the next: what little lies between counts to the later one.
    let mut edge = 0;
    let mut widths = Vec::with_capacity(phases.len());
    for &(_, _, end) in &phases {
        let next = cell(end - start, longest, room).max(edge);
        widths.push(next - edge);
        edge = next;
    }
    let mut missing = 0;
    for width in &mut widths {
        if *width == 0 {
            *width = 1;
            missing += 1;
        }
    }
    for _ in 0..missing {
        if let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > 1) {
            *widest -= 1;
        }
    }
    let mut text = String::with_capacity(room + 1);
    for (&(phase, ..), &width) in phases.iter().zip(&widths) {
        text.extend(std::iter::repeat_n(letter(phase), width));
    }
    text.push(mark(exchange));
    text
}

fn mark(exchange: &Exchange) -> char {
    if exchange.is_complete() { '|' } else { 'X' }
}

/// On which cell an instant falls.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded and between 0 and room")]
fn cell(seconds: f64, longest: f64, room: usize) -> usize {
    let room = u32::try_from(room).unwrap_or(u32::MAX);
    (seconds / longest * f64::from(room)).round().clamp(0.0, f64::from(room)) as usize
}

fn legend(bars: &[Bar<'_>]) -> Vec<String> {
    let mut pieces: Vec<String> = Phase::ALL
        .into_iter()
        .filter(|&phase| bars.iter().any(|bar| bar.exchange.phases.get(phase).is_some()))
        .map(|phase| format!("{} {}", letter(phase), label(phase)))
        .collect();
    if bars.iter().any(|bar| bar.exchange.is_complete()) {
        pieces.push("| complete".to_owned());
    }
    if bars.iter().any(|bar| !bar.exchange.is_complete()) {
        pieces.push("X broken off".to_owned());
    }
    pieces
}

/// The name of a phase in a legend and in a column of figures.
#[must_use]
pub fn label(phase: Phase) -> &'static str {
    if phase == Phase::Handshake { "TLS handshake" } else { phase.name() }
}
