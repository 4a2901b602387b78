//! What a gateway puts up with, defect by defect, its limits of size and time, and what it spoils. The
//! vocabulary; the facts stand with each gateway, and causes weigh them without knowing whose they are.

mod answers;
mod shape;
mod spoiled;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http1::{Defect, DefectCode, Reading};
use crate::observation::{CertificateProblem, Phase};

pub use answers::{Answered, Met};
pub use shape::{Shape, Shapes};
pub(crate) use spoiled::chunk_lines;
pub use spoiled::{Spoiled, Spoiling};

/// What is known of the gateway that was recognised, as far as causes need it.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Its name for people.
    pub title: &'static str,
    /// Whether its response is an error of its own making.
    pub own_error: bool,
    /// With which statuses it answers faults of its upstream.
    pub fault_statuses: &'static [u16],
    /// What it puts up with.
    pub tolerance: &'static Tolerance,
    /// What it does with some shapes of a defect, where that is another thing.
    pub shapes: Shapes,
    /// Its default timeouts towards the upstream.
    pub timeouts: &'static [Timeout],
    /// How it tries again by default.
    pub retries: &'static [Retries],
    /// With what it answers where the upstream sends nothing that could be read.
    pub answers: &'static [Answered],
    /// Whether it passes interim responses on to a client of HTTP/1.1, all but 100 (Continue).
    pub passes_interim: bool,
    /// Valid things that it was seen to spoil.
    pub spoils: &'static [Spoiling],
    /// Whether it asks each address of its upstream's name until one takes the connection; `None` where that was not measured.
    pub asks_each_address: Option<bool>,
    /// Its own version, if it shows it.
    pub version: Option<Version>,
    /// What versions later than the measured one are documented to do otherwise.
    pub later: &'static [Later],
    /// What it overlooks in certificates by default.
    pub overlooks: Option<&'static Overlooks>,
    /// Whether it verifies certificates by default; also where it has to be told either. `None` where that is not known.
    pub verifies: Option<bool>,
    /// Whether it offers HTTP/2 to its upstream over TLS by default; `None` where that is not known.
    pub offers_http2: Option<bool>,
    /// By which limit of its own it refused the request, where its page says so.
    pub refusal: Option<Refused>,
    /// Whether it names the upstream in TLS; `None` where that is not known.
    pub names_server: Option<NamesServer>,
}

/// A limit by which a gateway refuses requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// What of a request is too large: a clause.
    pub limit: &'static str,
    /// Whether this request is within the default.
    pub is_within: bool,
}

impl Refused {
    /// Why the request was refused, as a clause.
    #[must_use]
    pub fn because(&self) -> String {
        let within = if self.is_within {
            "; this request is within that default, so a lower limit is set, or it is something else"
        } else {
            ""
        };
        format!("{}{within}", self.limit)
    }
}

impl Known {
    /// What it may do with the defects of a kind in this response: what was measured of their shape or, if nothing, of
    /// their kind, unless its version is known to be a later one that does otherwise; and what later versions do, unless
    /// its version is known to be an earlier one.
    pub fn may(&self, code: DefectCode, reading: Option<&Reading>) -> impl Iterator<Item = Treatment> {
        self.still_measured(code, reading).into_iter().chain(self.documented(code))
    }

    /// What was measured, unless its version is known to be a later one that is documented to do otherwise.
    #[must_use]
    pub fn still_measured(&self, code: DefectCode, reading: Option<&Reading>) -> Vec<Treatment> {
        let is_later = |later: &Later| self.version.is_some_and(|own| own >= later.since);
        let mut documented = self.later.iter().filter(|later| later.codes.contains(&code));
        if documented.any(is_later) { Vec::new() } else { self.measured(code, reading) }
    }

    /// What later versions are documented to do, unless its version is known to be an earlier one.
    fn documented(&self, code: DefectCode) -> impl Iterator<Item = Treatment> {
        let version = self.version;
        let of_code = self.later.iter().filter(move |later| later.codes.contains(&code));
        let may_be = of_code.filter(move |later| version.is_none_or(|own| own >= later.since));
        may_be.map(|later| later.treatment)
    }

    /// What was measured for the defects of a kind in this response.
    fn measured(&self, code: DefectCode, reading: Option<&Reading>) -> Vec<Treatment> {
        let shapes = self.of_shapes(code, reading);
        let of_kind = shapes.is_empty() || shapes.contains(&None);
        let rules = self.tolerance.all_of(code).filter(|_| of_kind);
        shapes.iter().copied().flatten().chain(rules).collect()
    }

    /// What it usually does with the defects of a kind in this response, one after the other; empty where nobody
    /// measured it.
    #[must_use]
    pub fn usually(&self, code: DefectCode, reading: Option<&Reading>) -> Vec<Treatment> {
        let rule = self.tolerance.of(code);
        let shapes = self.of_shapes(code, reading);
        let each = shapes.iter().filter_map(|shape| shape.or(rule)).collect();
        if shapes.is_empty() { rule.into_iter().collect() } else { each }
    }

    /// For each defect of a kind what is known of its shape.
    fn of_shapes(&self, code: DefectCode, reading: Option<&Reading>) -> Vec<Option<Treatment>> {
        let Some(reading) = reading else { return Vec::new() };
        let defects = reading.defects.iter().filter(|defect| defect.code == code);
        defects.map(|defect| self.shapes.of(defect, reading)).collect()
    }
}

/// A version as numbers that compare: `[1, 23, 0]`.
pub type Version = [u32; 3];

/// `1.22.1`, `1.31.5-dev`: up to three numbers.
#[must_use]
pub fn version(text: &str) -> Option<Version> {
    let mut version = [0; 3];
    for (place, part) in version.iter_mut().zip(text.split('.')) {
        let digits = part.split(|letter: char| !letter.is_ascii_digit()).next()?;
        *place = digits.parse().ok()?;
    }
    Some(version)
}

/// Defects that a gateway treats otherwise from some version on; from its documents or its source, not measured.
#[derive(Debug, Clone, Copy)]
pub struct Later {
    /// The first version that does.
    pub since: Version,
    /// The defects.
    pub codes: &'static [DefectCode],
    /// What it does with them.
    pub treatment: Treatment,
    /// What it logs, in its own words.
    pub log: &'static str,
    /// Where this is from.
    pub source: &'static str,
}

impl Later {
    /// `1.23.0`
    #[must_use]
    pub fn since(&self) -> String {
        self.since.map(|number| number.to_string()).join(".")
    }
}

impl Known {
    /// How it tries again where an attempt fails in this phase.
    #[must_use]
    pub fn retries_in(&self, phase: Phase) -> Option<&'static Retries> {
        self.retries.iter().find(|retries| retries.phases.contains(&phase))
    }

    /// Whether this is the status with which it answers, of itself, when it has waited in vain for a response.
    #[must_use]
    pub fn answers_a_wait_with(&self, status: u16) -> bool {
        self.timeouts.iter().any(|timeout| timeout.status == status && timeout.phases.contains(&Phase::Wait))
    }
}

/// What a gateway does with a response that has a certain defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// Passes it on as it is.
    Passes,
    /// Passes it on without the defect: drops the line, folds it, recomputes the length.
    Repairs,
    /// Answers with this status itself.
    Refuses(u16),
    /// Passes the bytes on without a status line.
    Raw,
    /// Passes the beginning on and breaks off.
    Cuts,
    /// Closes the client's connection without a byte.
    Closes,
    /// Waits for more until its read timeout, then answers with this status.
    WaitsThen(u16),
}

impl Treatment {
    /// Whether the client gets a whole response all the same.
    #[must_use]
    pub fn forgives(self) -> bool {
        matches!(self, Self::Passes | Self::Repairs)
    }
}

/// What a gateway was seen to do with one kind of defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The defect.
    pub code: DefectCode,
    /// What the gateway does.
    pub treatment: Treatment,
}

/// A limit of size by default, with the directive that sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeLimit {
    /// The largest size that passes; bytes, or a number of fields.
    pub at_most: u64,
    /// Bytes that each field takes of it beside its own.
    pub each_field: u64,
    /// The directive.
    pub directive: &'static str,
}

impl SizeLimit {
    /// The largest size that passes in a head of so many fields.
    #[must_use]
    pub fn with_fields(self, fields: u64) -> u64 {
        self.at_most.saturating_sub(self.each_field.saturating_mul(fields))
    }
}

/// What a gateway puts up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tolerance {
    /// Defect by defect, as measured. A defect that is not listed was not measured.
    pub rules: &'static [Rule],
    /// For the whole head, in bytes.
    pub head_size: Option<SizeLimit>,
    /// For one field line, in bytes.
    pub field_size: Option<SizeLimit>,
    /// For the number of fields.
    pub fields: Option<SizeLimit>,
    /// The version that all this was measured with, such as `nginx 1.22.1`; or the document it is from.
    pub measured_with: &'static str,
}

impl Tolerance {
    /// All that was measured for one kind of defect: some shapes of it, and some races, have several outcomes.
    pub fn all_of(&self, code: DefectCode) -> impl Iterator<Item = Treatment> {
        self.rules.iter().filter(move |rule| rule.code == code).map(|rule| rule.treatment)
    }

    /// What was measured for one kind of defect; the first and usual outcome, where there are several.
    #[must_use]
    pub fn of(&self, code: DefectCode) -> Option<Treatment> {
        self.rules.iter().find(|rule| rule.code == code).map(|rule| rule.treatment)
    }

    /// Whether a defect is known to be forgiven.
    #[must_use]
    pub fn forgives(&self, defect: &Defect) -> bool {
        self.of(defect.code).is_some_and(Treatment::forgives)
    }
}

/// A default timeout towards the upstream.
#[derive(Debug, Clone, Copy)]
pub struct Timeout {
    /// The directive that sets it.
    pub directive: &'static str,
    /// The default in seconds; `None` where there is no limit unless one is set.
    pub default: Option<f64>,
    /// The phases that it limits.
    pub phases: &'static [Phase],
    /// The status with which the gateway answers when it is over.
    pub status: u16,
    /// Whether it starts anew with every byte.
    pub between_reads: bool,
}

/// Faults in an upstream's certificate that a gateway overlooks by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlooks {
    /// Which.
    pub problems: &'static [CertificateProblem],
    /// What makes it look, as a clause; empty if nothing does.
    pub unless: &'static str,
}

impl Overlooks {
    /// That it overlooks this, and when it does not.
    #[must_use]
    pub fn sentence(&self, title: &str) -> String {
        if self.unless.is_empty() {
            format!("{title} overlooks this, and has no setting that changes it")
        } else {
            format!("{title} overlooks this by default, and minds it only where {}", self.unless)
        }
    }
}

/// Whether a gateway names its upstream in the TLS handshake (SNI), unless it is told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamesServer {
    /// It does not.
    Never,
    /// It does where it is given a name, and not where it is given an address.
    OfNames,
    /// It does, even where it is given an address.
    Always,
    /// It speaks no TLS to its upstream.
    NoTls,
}

/// How a gateway tries again, by default, where an attempt fails.
#[derive(Debug, Clone, Copy)]
pub struct Retries {
    /// The phases in which an attempt may fail.
    pub phases: &'static [Phase],
    /// How often it asks in all.
    pub attempts: Attempts,
    /// Seconds between two attempts, if the first of them failed at once.
    pub pause: f64,
    /// The directive that sets it.
    pub directive: &'static str,
}

/// How often a gateway asks in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempts {
    /// So often, the first time included, whoever it asks.
    AtMost(u32),
    /// Once for each server, or address of a server, that it has.
    OneForEachServer,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(version("1.22.1"), Some([1, 22, 1]));
        assert_eq!(version("1.31.5-dev"), Some([1, 31, 5]));
        assert_eq!(version("2.4"), Some([2, 4, 0]));
        assert_eq!(version("openresty"), None);
        assert!(version("1.9.15") < version("1.23.0"));
    }
}
