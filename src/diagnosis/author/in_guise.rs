//! What the direct requests in a gateway's guise say of who wrote the error.

use super::look::Look;
use super::{Sign, Weight, Who};
use crate::contrast::Answer;
use crate::observation::Exchange;
use crate::plan::{Experiment, Route};

/// How often the same must come, in whichever guise: one answer can be chance.
const OFTEN: usize = 3;

impl Look<'_> {
    pub(super) fn of_guises(&self) -> Option<Sign> {
        // One of several may have written it, and another be silent.
        let [_] = self.directs.as_slice() else { return None };
        let asked: Vec<&Exchange> = self.seen.of(Route::Direct, Experiment::AsGateway).collect();
        self.of_silence(&asked).or_else(|| self.of_refusal(&asked))
    }

    /// An upstream that answers nothing at all where it is asked as a gateway asks has not written the gateway's error,
    /// though it may have the same page.
    fn of_silence(&self, asked: &[&Exchange]) -> Option<Sign> {
        let is_error = |exchange: &&Exchange| matches!(Answer::of(exchange), Answer::ServerError(_));
        let first = often(asked, |exchange| Answer::of(exchange) == Answer::Nothing)?;
        if asked.iter().any(is_error) {
            return None;
        }
        let text = "asked as a gateway asks, the upstream gives no response at all".to_owned();
        Some(Sign::new(Weight::Weak, &[Who::Gateway, Who::InnerGateway], self.in_exchange(first, text)))
    }

    /// Statuses that are about how the request was made, and that no gateway was seen to give to a fault of its upstream:
    /// who gives one whenever it is asked so has given this one too, though there is no body by which to know it.
    fn of_refusal(&self, asked: &[&Exchange]) -> Option<Sign> {
        let status = self.response.status.filter(|status| matches!(status, 421 | 426 | 505))?;
        if self.page.is_some() || self.body.length > 0 {
            return None;
        }
        let is_empty =
            |exchange: &Exchange| exchange.reading.as_ref().is_some_and(|reading| reading.body.length == 0);
        let first = often(asked, |exchange| exchange.status() == Some(status) && is_empty(exchange))?;
        let text =
            format!("asked as a gateway asks, the upstream itself answers {status}, with no body either");
        Some(Sign::new(Weight::Weak, &[Who::Upstream], self.in_exchange(first, text)))
    }
}

/// The first of those that are so, if they are many enough.
fn often<'a>(asked: &[&'a Exchange], is_so: impl Fn(&Exchange) -> bool) -> Option<&'a Exchange> {
    let mut met = asked.iter().copied().filter(|exchange| is_so(exchange));
    let first = met.next()?;
    (met.count() + 1 >= OFTEN).then_some(first)
}
