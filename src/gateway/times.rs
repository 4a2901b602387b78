//! Whose default timeout a time could be, where the gateway shows no sign of itself.

use super::{GATEWAYS, Gateway, Timeout};

/// A default timeout of some gateway.
#[derive(Debug, Clone, Copy)]
pub struct Default {
    /// Whose.
    pub gateway: &'static Gateway,
    /// Which.
    pub timeout: &'static Timeout,
}

/// The default timeouts that end after about so many seconds with this status, one for each gateway, those that were
/// measured first. A quarter of a second off is another time.
#[must_use]
pub fn defaults_about(seconds: f64, status: u16) -> Vec<Default> {
    let mut met: Vec<Default> = GATEWAYS
        .iter()
        .filter_map(|&gateway| {
            let fits = |timeout: &&Timeout| {
                timeout.status == status
                    && timeout.default.is_some_and(|default| (-0.05..0.25).contains(&(seconds - default)))
            };
            Some(Default { gateway, timeout: gateway.timeouts.iter().find(fits)? })
        })
        .collect();
    met.sort_by_key(|default| default.gateway.basis as u8);
    met
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_seconds_and_a_504_are_the_route_of_envoy() {
        let met = defaults_about(15.01, 504);
        assert_eq!(met[0].gateway.name, "envoy");
        assert_eq!(met[0].timeout.directive, "route.timeout");
    }

    #[test]
    fn a_time_or_a_status_that_is_nobodys_default_names_nobody() {
        assert!(defaults_about(17.3, 504).is_empty());
        assert!(defaults_about(15.01, 418).is_empty());
        assert!(defaults_about(0.002, 502).is_empty());
    }
}
