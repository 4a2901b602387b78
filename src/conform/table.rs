//! The table: a row for each fault that was tried, those that were not, and the sums.

use super::expected::Expected;
use super::gateway::GatewayMet;
use super::judge::{Verdict, judge};
use super::observed::Observed;
use crate::lab::{Expects, Fault, GROUPS};
use crate::observation::Exchange;

/// The answer to this fault repeats the request, which a gateway changes.
const ECHO: &str = "ok-echo";

/// What a gateway did with every fault.
#[derive(Debug, Clone)]
pub struct Table {
    /// The URL of the gateway, without `/fault/NAME`.
    pub url: String,
    /// Where the lab listened.
    pub lab: String,
    /// The gateway, if it was recognised.
    pub gateway: Option<GatewayMet>,
    /// The faults that were tried, in the order of the lab's table.
    pub rows: Vec<Row>,
    /// The faults that were not.
    pub skipped: Vec<Skipped>,
    /// How long it took, in seconds.
    pub elapsed: f64,
    /// The limit for each fault, in seconds.
    pub limit: f64,
    /// Whether the user had enough before the end.
    pub interrupted: bool,
    /// The first fault for which the gateway took no connection any more, if it is gone.
    pub gone_since: Option<&'static str>,
}

/// One fault that was tried.
#[derive(Debug, Clone)]
pub struct Row {
    /// The fault.
    pub fault: &'static Fault,
    /// What is asked for.
    pub expected: Expected,
    /// What the gateway did, once for each request.
    pub attempts: Vec<Observed>,
    /// How many requests of the gateway's the lab heard, where it can hear them: more than were sent are retries.
    pub heard: Option<usize>,
    /// What that comes to: the worst of them.
    pub verdict: Verdict,
    /// Whether it harms clients.
    pub harms: bool,
}

/// One fault that was not tried.
#[derive(Debug, Clone, Copy)]
pub struct Skipped {
    /// The fault.
    pub fault: &'static Fault,
    /// Why not.
    pub reason: &'static str,
}

/// The sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many rows have each verdict, in their order.
    pub counts: Vec<(Verdict, usize)>,
    /// How many rows harm clients.
    pub harmful: usize,
}

impl Row {
    /// Judges what came through the gateway, request by request, beside what came directly.
    #[must_use]
    pub fn new(fault: &'static Fault, through: &[Exchange], direct: &Exchange, heard: Option<usize>) -> Self {
        let expected = Expected::of(fault);
        let upstreams_own = matches!(fault.expects, Expects::Cause("upstream-error-status"));
        let attempts: Vec<_> =
            through.iter().map(|through| Observed::new(through, direct, fault.name == ECHO)).collect();
        let judged = attempts.iter().map(|did| {
            let verdict = judge(expected.wanted, did, upstreams_own);
            let misleads = verdict == Verdict::PassesOn && did.is_ambiguous;
            (verdict.is_harmful() || misleads, verdict)
        });
        let (harms, verdict) = judged.max().unwrap_or((false, Verdict::Conforms));
        Self { fault, expected, attempts, heard, verdict, harms }
    }

    /// What the gateway did, in a few words; of several requests what differs.
    #[must_use]
    pub fn did(&self) -> String {
        let mut words: Vec<_> = self.attempts.iter().map(Observed::words).collect();
        words.dedup();
        let did = words.join(", then ");
        match self.heard.filter(|&heard| heard > self.attempts.len()) {
            Some(heard) => format!("{did} (asked the upstream {heard} times)"),
            None => did,
        }
    }

    /// The longest that one of the requests took, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.attempts.iter().map(|did| did.seconds).fold(0.0, f64::max)
    }
}

impl Table {
    /// The sums.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let count = |verdict| self.rows.iter().filter(|row| row.verdict == verdict).count();
        Summary {
            counts: Verdict::ALL.iter().map(|&verdict| (verdict, count(verdict))).collect(),
            harmful: self.harmful().count(),
        }
    }

    /// The rows that harm clients.
    pub fn harmful(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.harms)
    }

    /// The rows by group, under the heading of each; groups without a row are left out.
    pub fn groups(&self) -> impl Iterator<Item = (&'static str, Vec<&Row>)> {
        GROUPS.iter().filter_map(|group| {
            let of_group = |row: &&Row| group.faults.iter().any(|fault| fault.name == row.fault.name);
            let rows: Vec<_> = self.rows.iter().filter(of_group).collect();
            (!rows.is_empty()).then_some((group.title, rows))
        })
    }

    /// The faults that were not judged, reason by reason.
    #[must_use]
    pub fn skipped_for(&self) -> Vec<(&'static str, Vec<&'static str>)> {
        let mut reasons: Vec<(&'static str, Vec<&'static str>)> = Vec::new();
        for skipped in &self.skipped {
            match reasons.iter_mut().find(|(reason, _)| *reason == skipped.reason) {
                Some((_, names)) => names.push(skipped.fault.name),
                None => reasons.push((skipped.reason, vec![skipped.fault.name])),
            }
        }
        reasons
    }

    /// That the gateway is gone, and since when.
    #[must_use]
    pub fn gone(&self) -> Option<String> {
        let fault = self.gone_since?;
        Some(format!(
            "The gateway is gone since {fault}: it takes no connection any more, and {} not tried, or not to the end.",
            match self.skipped.len() {
                1 => "1 fault was".to_owned(),
                count => format!("{count} faults were"),
            }
        ))
    }

    /// The gateway in a few words: `nginx 1.22.1`.
    #[must_use]
    pub fn gateway_words(&self) -> String {
        self.gateway
            .as_ref()
            .map_or_else(|| "A gateway that was not recognised".to_owned(), GatewayMet::words)
    }
}
