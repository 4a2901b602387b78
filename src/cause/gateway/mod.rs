//! Faults that are the gateway's, or that it passes on.

mod crashes;
mod cuts_response;
mod error_upstream_fine;
mod mishandles_valid;
mod unreachable;
mod upstream_error_status;

pub use crashes::Crashes;
pub use cuts_response::CutsResponse;
pub use error_upstream_fine::ErrorUpstreamFine;
pub(super) use error_upstream_fine::failure;
pub use mishandles_valid::{MishandlesValidResponse, spoiling};
pub use unreachable::Unreachable;
pub use upstream_error_status::UpstreamErrorStatus;
pub(super) use upstream_error_status::is_alike;

use super::Case;
use super::weigh::lets_pass;
use crate::contrast::{Answer, Contrast};
use crate::http1::{DefectCode, DefectKind};
use crate::tolerance::{Known, Treatment};

/// Whether the upstream's direct answer is whole, no server error, and without a defect that could offend.
fn upstream_is_fine(contrast: &Contrast<'_>) -> bool {
    is_whole_but_for(contrast, |_| false)
}

/// Whether the upstream's direct answer is one that the gateway takes: fine, or with no other defects than those
/// that the recognised gateway, which answers with an error of its own, was measured to let pass. A client error in place
/// of a good answer is the gateway's own word about the request: no defect of a response brings it about, but for those
/// that this gateway was measured to refuse so.
pub(super) fn upstream_is_fine_enough(case: &Case<'_>) -> bool {
    let reading = case.contrast.direct.and_then(|direct| direct.reading.as_ref());
    let is_good = matches!(case.contrast.direct_answer(), Some(Answer::Whole(..=399)));
    is_whole_but_for(&case.contrast, |code| match case.contrast.answer {
        Answer::ServerError(_) => case.known.is_some_and(|known| lets_pass(known, code, reading)),
        Answer::Whole(status @ 400..=499) => {
            let refuses = |known: Known| known.usually(code, reading).contains(&Treatment::Refuses(status));
            is_good && !case.known.is_some_and(refuses)
        }
        _ => false,
    })
}

fn is_whole_but_for(contrast: &Contrast<'_>, passes: impl Fn(DefectCode) -> bool) -> bool {
    contrast.direct_answer().is_some_and(Answer::is_whole)
        && contrast.direct.and_then(|direct| direct.reading.as_ref()).is_some_and(|reading| {
            let mut codes = reading.defects.iter().map(|defect| defect.code);
            codes.all(|code| code.kind() == DefectKind::Size || passes(code))
        })
}
