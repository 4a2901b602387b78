//! Gateways that could not be run here, known from their documents, their source or the reports of others.
//!
//! Nothing in these files was measured, so none of them has a rule on defects, and `lint` foretells nothing of them.
//! What was read in secondary pages only serves as a mark beside a surer one, and says nothing of causes.

pub(super) mod aws;
pub(super) mod azure;
pub(super) mod cdn;
pub(super) mod cloudflare;
pub(super) mod google;
pub(super) mod hosts;
pub(super) mod mesh;
pub(super) mod nginx_family;
pub(super) mod traefik;

use super::{Basis, Gateway, Saying, Timeout};
use crate::observation::Phase;
use crate::proxy_status::ErrorType;
use crate::tolerance::Tolerance;

/// A gateway of which nothing is known but its name; `document` is where the rest is from.
const fn documented(
    name: &'static str,
    title: &'static str,
    document: &'static str,
    docs: &'static str,
) -> Gateway {
    Gateway {
        name,
        title,
        basis: Basis::Documented,
        version: None,
        own_error: &[],
        relayed: &[],
        sayings: &[],
        fault_statuses: &[502, 503, 504],
        asks_upstream: "not measured",
        tolerance: Tolerance {
            rules: &[],
            head_size: None,
            field_size: None,
            fields: None,
            measured_with: document,
        },
        timeouts: &[],
        log_lines: &[],
        remedies: &[],
        spoils: &[],
        docs,
    }
}

const fn timeout(
    directive: &'static str,
    default: Option<f64>,
    phases: &'static [Phase],
    status: u16,
    between_reads: bool,
) -> Timeout {
    Timeout { directive, default, phases, status, between_reads }
}

const fn saying(mark: super::Mark, means: &'static [ErrorType], phase: Option<Phase>) -> Saying {
    Saying { mark, means, phase }
}
