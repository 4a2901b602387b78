//! The head of the response: cut off, of another protocol, malformed, or too large.

mod closed;
mod http1_only;
mod http2_only;
mod interim_without_final;
mod invalid;
mod invalid_content_length;
mod invalid_transfer_coding;
mod other_protocol;
mod reset;
mod stalled;
mod too_large;
mod too_many_interim;
mod unexpected_upgrade;

pub use closed::ClosedInHead;
pub use http1_only::{Http1Only, answers_in_http1};
pub use http2_only::Http2Only;
pub(super) use http2_only::takes_no_http1;
pub use interim_without_final::InterimWithoutFinal;
pub use invalid::InvalidHead;
pub use invalid_content_length::InvalidContentLength;
pub use invalid_transfer_coding::InvalidTransferCoding;
pub use other_protocol::OtherProtocol;
pub use reset::ResetInHead;
pub use stalled::StalledInHead;
pub use too_large::TooLarge;
pub(in crate::cause) use too_large::is_too_large;
pub use too_many_interim::TooManyInterim;
pub use unexpected_upgrade::UnexpectedUpgrade;

use crate::http1::{CutAt, DefectCode, StreamEnd};
use crate::observation::Exchange;

/// Where a head was cut off by the given end of the stream, in a few words.
fn cut_in_head(exchange: &Exchange, ends: &[StreamEnd]) -> Option<&'static str> {
    let reading = exchange.reading.as_ref().filter(|reading| ends.contains(&reading.end))?;
    // What is no HTTP has no head that could be cut; what still flows is slow, and not cut.
    if reading.other_protocol.is_some() || exchange.was_still_flowing() {
        return None;
    }
    match reading.cut? {
        CutAt::StatusLine => Some("within the status line"),
        CutAt::FieldName => Some("within a field name"),
        CutAt::FieldValue => Some("within a field value"),
        CutAt::BetweenFields => Some("between two fields, before the empty line that ends the head"),
        _ => None,
    }
}

/// Whether the response has a defect of that kind.
fn has(exchange: &Exchange, code: DefectCode) -> bool {
    exchange.reading.iter().flat_map(|reading| &reading.defects).any(|defect| defect.code == code)
}
