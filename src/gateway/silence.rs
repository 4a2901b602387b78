//! What gateways do where the upstream takes the request and closes or resets before the first byte of a response, if
//! that is not what they do with a head that is cut off.

use crate::tolerance::Treatment::{self, Closes, Refuses};

/// Measured with Envoy 1.40.0 (with `proxy_status_config` it answers 502) and tinyproxy 1.11.1, and the same for FIN and
/// for RST: `fin-after-request` and `rst-after-request` in `tests/gateways/measured`.
const OTHERWISE: &[(&str, Treatment)] = &[("envoy", Refuses(503)), ("tinyproxy", Closes)];

/// What the gateway of this name does with an upstream that ends without a byte; `None` if it takes that for a head
/// that is cut off.
#[must_use]
pub fn at_silence(name: &str) -> Option<Treatment> {
    OTHERWISE.iter().find(|(known, _)| *known == name).map(|&(_, treatment)| treatment)
}
