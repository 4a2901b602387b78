//! What came of one fault, and whether it can be judged.

use std::time::{Duration, Instant};

use crate::lab::Fault;
use crate::observation::{End, Exchange};

const OWN_PORT: &str = "These have ports of their own, to which the gateway does not lead; 'why502 conform --how' \
                        says which.";

pub(super) const GONE: &str =
    "The gateway took no connection any more, so nothing is known of what it does with these.";
const UNDER_WAY: &str = "These were under way when the gateway went, and are not judged; one of them may be what it does not \
                         survive.";
const NO_CONNECTION: &str =
    "The gateway took no connection for these, though it did for others: they are not judged.";

/// What ends so shortly before the gateway is found to be gone, ended with it.
const WITH_IT: Duration = Duration::from_secs(1);

/// What came of one fault.
pub(super) struct Tried {
    pub(super) fault: &'static Fault,
    pub(super) through: Vec<Exchange>,
    /// `None` if the gateway does not lead to the fault.
    pub(super) direct: Option<Exchange>,
    /// How many requests of the gateway's were heard, where they can be heard.
    pub(super) heard: Option<usize>,
    /// When it was over.
    pub(super) ended: Instant,
}

impl Tried {
    pub(super) fn new(fault: &'static Fault, through: Vec<Exchange>, direct: Option<Exchange>) -> Self {
        Self { fault, through, direct, heard: None, ended: Instant::now() }
    }

    /// Why it is not judged; `gone` is when the gateway was found to be gone.
    pub(super) fn why_void(&self, gone: Option<Instant>) -> Option<&'static str> {
        match gone {
            _ if self.through.iter().all(Exchange::reached_peer) && self.direct.is_none() => Some(OWN_PORT),
            Some(_) if !self.through.iter().all(Exchange::reached_peer) => Some(GONE),
            None if !self.through.iter().all(Exchange::reached_peer) => Some(NO_CONNECTION),
            Some(gone) if self.went_with_it(gone) => Some(UNDER_WAY),
            _ => None,
        }
    }
    /// Whether the gateway closed or reset the connection.
    pub(super) fn is_broken_off(&self) -> bool {
        self.through.iter().any(|exchange| matches!(exchange.end, End::Closed | End::Reset))
    }

    /// Whether it was under way when the gateway went.
    pub(super) fn went_with_it(&self, gone: Instant) -> bool {
        self.is_broken_off() && self.ended + WITH_IT >= gone
    }
}

/// The fault that was the first to end with the gateway.
pub(super) fn first_gone(tried: &[Tried], gone: Instant) -> Option<&'static str> {
    let under_way = tried.iter().filter(|tried| tried.went_with_it(gone));
    under_way.min_by_key(|tried| tried.ended).map(|tried| tried.fault.name)
}
