//! What the direct requests in a gateway's guise say of who wrote the error.

use super::look::Look;
use super::{Sign, Weight, Who};
use crate::contrast::Answer;
use crate::observation::Exchange;
use crate::plan::{Experiment, Route};

/// As many as a cause asks for to be certain. One silence can be chance.
const OFTEN: usize = 3;

impl Look<'_> {
    /// An upstream that answers nothing at all where it is asked as a gateway asks has not written the gateway's error,
    /// though it may have the same page.
    pub(super) fn of_dressed(&self) -> Option<Sign> {
        // One of several may have written it, and another be silent.
        let [_] = self.directs.as_slice() else { return None };
        let dressed: Vec<&Exchange> = self.seen.of(Route::Direct, Experiment::AsGateway).collect();
        let is_error = |exchange: &&Exchange| matches!(Answer::of(exchange), Answer::ServerError(_));
        let mut silent = dressed.iter().copied().filter(|exchange| Answer::of(exchange) == Answer::Nothing);
        let first = silent.next().filter(|_| !dressed.iter().any(is_error))?;
        if silent.count() + 1 < OFTEN {
            return None;
        }
        let text = "asked as a gateway asks, the upstream gives no response at all".to_owned();
        Some(Sign::new(Weight::Weak, &[Who::Gateway, Who::InnerGateway], self.in_exchange(first, text)))
    }
}
