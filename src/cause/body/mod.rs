//! The body of the response: cut off, in a coding that breaks, or longer than it may be.
//!
//! By then the status has been sent. A fault here is never a 502 to the client: it is a 200 cut short.

mod bytes_after;
mod closed;
mod invalid_chunk;
mod invalid_content_coding;
mod reset;
mod stalled;

pub use bytes_after::BytesAfterResponse;
pub use closed::Closed;
pub use invalid_chunk::InvalidChunk;
pub use invalid_content_coding::InvalidContentCoding;
pub use reset::Reset;
pub use stalled::Stalled;

use crate::figures;
use crate::http1::{CutAt, DefectKind, FramingRule, StreamEnd};
use crate::observation::Exchange;

/// Where in a body the given end of the stream cut it off, in a few words.
fn cut_in_body(exchange: &Exchange, ends: &[StreamEnd], gateway_failed: bool) -> Option<String> {
    let reading = exchange.reading.as_ref().filter(|reading| ends.contains(&reading.end))?;
    reading.cut.filter(|cut| cut.in_body() && !exchange.was_still_flowing())?;
    // Where the framing is not to be believed, nobody knows where the body ends: that is the fault, not the end.
    let guessed =
        matches!(reading.framing.as_ref().map(|framing| framing.rule), Some(FramingRule::UntilClose));
    let misled = |kind| matches!(kind, DefectKind::Length | DefectKind::TransferCoding);
    if guessed && reading.defects.iter().any(|defect| misled(defect.code.kind())) {
        return None;
    }
    // Silence between two chunks, or before a close that has still to come, may be how this upstream speaks.
    let promised = !matches!(reading.cut, Some(CutAt::ChunkSize | CutAt::UntilClose));
    if reading.end == StreamEnd::Open && !promised && !gateway_failed {
        return None;
    }
    let came = reading.body.length;
    let rule = reading.framing.as_ref().map(|framing| framing.rule);
    Some(match rule {
        Some(FramingRule::ContentLength { length }) if came == 0 => {
            format!("after the head, before the first of {} of the body", figures::bytes(length))
        }
        _ if came == 0 => "after the head, before the first byte of the body".to_owned(),
        Some(FramingRule::ContentLength { length }) => {
            format!(
                "in the middle of the body, after {} of {}",
                figures::thousands(came),
                figures::bytes(length)
            )
        }
        Some(FramingRule::Chunked) => {
            format!("in the middle of the body, after {}, before the last chunk", figures::bytes(came))
        }
        _ => format!("in the middle of the body, after {}", figures::bytes(came)),
    })
}
