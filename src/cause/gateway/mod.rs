//! Faults that are the gateway's, or that it passes on.

mod cuts_response;
mod error_upstream_fine;
mod http10;
mod mishandles_valid;
mod unreachable;
mod upstream_error_status;

pub use cuts_response::CutsResponse;
pub use error_upstream_fine::ErrorUpstreamFine;
pub use http10::RefusesHttp10;
pub use mishandles_valid::MishandlesValidResponse;
pub use unreachable::Unreachable;
pub use upstream_error_status::UpstreamErrorStatus;

use crate::contrast::Contrast;
use crate::http1::DefectKind;

/// Whether the upstream's direct answer is whole, no server error, and without a defect that could offend.
fn upstream_is_fine(contrast: &Contrast<'_>) -> bool {
    contrast.direct_answer().is_some_and(crate::contrast::Answer::is_whole)
        && contrast.direct.and_then(|direct| direct.reading.as_ref()).is_some_and(|reading| {
            reading.defects.iter().all(|defect| defect.code.kind() == DefectKind::Size)
        })
}
