//! Whose default timeout a time could be, where the gateway shows no sign of itself.

use super::{GATEWAYS, Gateway, Timeout, retries};
use crate::tolerance::{Attempts, Retries};

/// A default timeout of some gateway.
#[derive(Debug, Clone, Copy)]
pub struct Default {
    /// Whose.
    pub gateway: &'static Gateway,
    /// The directive that sets it.
    pub directive: &'static str,
}

/// The default timeouts that end after about so many seconds with this status, and the pauses between attempts at an address that
/// refuses: one for each gateway, those that were measured first. A quarter of a second off is another time.
#[must_use]
pub fn defaults_about(seconds: f64, status: u16) -> Vec<Default> {
    let mut met: Vec<Default> = GATEWAYS
        .iter()
        .filter_map(|&gateway| {
            let is_about = |default: f64| (-0.05..0.25).contains(&(seconds - default));
            let of_timeout =
                |timeout: &&Timeout| timeout.status == status && timeout.default.is_some_and(is_about);
            let waits = gateway.timeouts.iter().find(of_timeout).map(|timeout| timeout.directive);
            let pauses = || {
                let mut all =
                    retries(gateway.name).iter().filter(|_| gateway.fault_statuses.contains(&status));
                all.find(|retries| pauses(retries).is_some_and(is_about)).map(|retries| retries.directive)
            };
            Some(Default { gateway, directive: waits.or_else(pauses)? })
        })
        .collect();
    met.sort_by_key(|default| default.gateway.basis as u8);
    met
}

/// The seconds between the first attempt and the last, where each fails at once; `None` without a pause.
fn pauses(retries: &Retries) -> Option<f64> {
    match retries.attempts {
        Attempts::AtMost(most) if retries.pause > 0.0 && most > 1 => {
            Some(f64::from(most - 1) * retries.pause)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_seconds_and_a_504_are_the_route_of_envoy() {
        let met = defaults_about(15.01, 504);
        assert_eq!(met[0].gateway.name, "envoy");
        assert_eq!(met[0].directive, "route.timeout");
    }

    #[test]
    fn three_seconds_and_a_503_are_the_attempts_of_haproxy_before_anything_else() {
        let met = defaults_about(3.01, 503);
        assert_eq!((met[0].gateway.name, met[0].directive), ("haproxy", "retries 3"));
    }

    #[test]
    fn a_time_or_a_status_that_is_nobodys_default_names_nobody() {
        assert!(defaults_about(17.3, 504).is_empty());
        assert!(defaults_about(15.01, 418).is_empty());
        assert!(defaults_about(0.002, 502).is_empty());
    }
}
