//! What all probes of a run share.

use std::cell::OnceCell;
use std::time::Instant;

use super::Cancel;
use super::trust::Trust;
use crate::plan::{Addressing, Limits, Plan, Probe, Scheme, TlsOptions};

/// What all probes of a run share. One context serves all rounds of a run, so that times have one origin and
/// the roots are read once.
#[derive(Debug)]
pub struct Context {
    /// How long things may take.
    pub limits: Limits,
    /// How certificates are judged.
    pub tls: TlsOptions,
    /// Where connections really go.
    pub addressing: Addressing,
    /// The start of the run: all times count from here.
    pub epoch: Instant,
    /// One probe after the other, in the order given.
    pub in_turn: bool,
    /// Interrupts the run.
    pub cancel: Cancel,
    trust: OnceCell<Trust>,
}

impl Context {
    /// The context of a plan; the run begins now. A request that may not be sent more than once is sent in turn,
    /// through the gateway first, so that two of them never meet in the upstream.
    #[must_use]
    pub fn new(plan: &Plan, cancel: Cancel) -> Self {
        Self {
            limits: plan.limits,
            tls: plan.tls.clone(),
            addressing: plan.addressing.clone(),
            epoch: Instant::now(),
            in_turn: plan.sequential || !plan.is_repeatable(),
            cancel,
            trust: OnceCell::new(),
        }
    }

    /// Reads the roots now, if one of the probes will want them.
    pub(super) fn prepare(&self, probes: &[Probe]) {
        if probes.iter().any(|probe| probe.endpoint.scheme == Scheme::Https && self.wants_roots(probe)) {
            self.trust();
        }
    }

    /// The roots for a probe. Without verification only where they cost nothing: given by the user, or read
    /// already for another probe.
    pub(super) fn trust_for(&self, probe: &Probe) -> Option<&Trust> {
        if self.wants_roots(probe) { Some(self.trust()) } else { self.trust.get() }
    }

    pub(super) fn clock(&self) -> Clock {
        Clock { epoch: self.epoch }
    }

    fn wants_roots(&self, probe: &Probe) -> bool {
        probe.verify || self.tls.roots_pem.is_some()
    }

    fn trust(&self) -> &Trust {
        self.trust.get_or_init(|| Trust::load(&self.tls))
    }
}

/// Instants as seconds from the start of the run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    epoch: Instant,
}

impl Clock {
    /// Seconds from the start of the run to `instant`, to the microsecond.
    pub(super) fn seconds(self, instant: Instant) -> f64 {
        to_microseconds(instant.saturating_duration_since(self.epoch).as_secs_f64())
    }

    /// Seconds from the start of the run to now.
    pub(super) fn now(self) -> f64 {
        self.seconds(Instant::now())
    }
}

/// Rounds seconds to the microsecond: more digits would claim what no clock here can tell.
pub(super) fn to_microseconds(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e6
}
