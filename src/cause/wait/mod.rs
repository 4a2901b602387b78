//! The upstream takes the request and sends nothing.

mod closed;
mod reset;
mod slow;

pub use closed::ClosedBeforeResponse;
pub use reset::ResetBeforeResponse;
pub use slow::SlowFirstByte;
pub(super) use slow::comes_later;

use crate::cause::Case;
use crate::plan::Experiment;

/// Whether a further experiment got an answer from an upstream that gave none to plain HTTP/1: then it is
/// another protocol that it wants, not a connection that it drops.
fn answers_otherwise(case: &Case<'_>) -> bool {
    let tls = case.direct_of(Experiment::OverTls).and_then(|exchange| exchange.tls.as_ref());
    tls.is_some_and(|tls| tls.version.is_some())
        || case.direct_of(Experiment::InHttp2).is_some_and(|exchange| exchange.response().is_some())
}
