//! The heads as they went over the wire: `>` what was sent, `<` what came, as curl shows them. Only where everything
//! is to be told.

use super::layout::{Page, shortened};
use super::words;
use crate::figures;
use crate::http1::{Reading, WireBytes};
use crate::observation::Observations;

/// How many lines of one head are shown.
const LINES: usize = 40;

/// Draws the heads of every exchange.
pub fn draw(page: &mut Page, seen: &Observations) {
    page.heading("Heads on the wire");
    for exchange in &seen.exchanges {
        page.paragraph(2, &format!("{}:", words::exchange(seen, exchange)));
        if let Some(tunnel) = exchange.tunnel().filter(|tunnel| tunnel.is_open()) {
            lines(page, "> ", &tunnel.sent.0);
            lines(page, "< ", &tunnel.head.0);
        }
        lines(page, "> ", &exchange.sent.head.0);
        for head in exchange.reading.iter().flat_map(heads) {
            lines(page, "< ", head);
        }
    }
}

fn heads(reading: &Reading) -> impl Iterator<Item = &[u8]> {
    reading.messages.iter().map(|message| reading.excerpt(message.offset, message.head_size))
}

/// The lines of one head without their line ends; what does not fit is cut.
fn lines(page: &mut Page, direction: &str, head: &[u8]) {
    let all: Vec<&[u8]> = head
        .split(|&byte| byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
        .collect();
    let room = page.width().saturating_sub(4 + direction.len());
    for line in all.iter().take(LINES) {
        // No byte takes less than a column.
        let kept = line.get(..room + 1).unwrap_or(line);
        page.line(format!("    {direction}{}", shortened(&WireBytes::from(kept).to_string(), room)));
    }
    if let Some(more) = all.len().checked_sub(LINES).filter(|&more| more > 0) {
        page.line(format!("    {direction}and {}", figures::counted(more as u64, "more line")));
    }
}
