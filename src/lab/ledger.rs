//! What the lab has heard: per fault, how many connections and how many requests. It shows what cannot be seen
//! from in front of a gateway: retries, and connections used again.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::faults::{FAULTS, Fault};

/// What was heard of one fault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heard {
    /// Connections accepted for it; behind the common port: connections on which it was asked for.
    pub connections: usize,
    /// Requests whose head was read.
    pub requests: usize,
}

/// One counter for each row of [`FAULTS`].
#[derive(Debug)]
pub(super) struct Ledger(Vec<Counter>);

#[derive(Debug, Default)]
struct Counter {
    connections: AtomicUsize,
    requests: AtomicUsize,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self(FAULTS.iter().map(|_| Counter::default()).collect())
    }

    pub(super) fn note_connection(&self, fault: &Fault) {
        if let Some(counter) = self.counter(fault) {
            counter.connections.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn note_request(&self, fault: &Fault) {
        if let Some(counter) = self.counter(fault) {
            counter.requests.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn heard(&self, fault: &Fault) -> Heard {
        self.counter(fault).map_or_else(Heard::default, |counter| Heard {
            connections: counter.connections.load(Ordering::Relaxed),
            requests: counter.requests.load(Ordering::Relaxed),
        })
    }

    fn counter(&self, fault: &Fault) -> Option<&Counter> {
        let row = FAULTS.iter().position(|row| row.name == fault.name)?;
        self.0.get(row)
    }
}
