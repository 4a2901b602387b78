//! Gateways that read the whole response before they pass any of it on, unless they are told otherwise.
//!
//! Measured with the versions of `tests/gateways/measured`: of ten events that came at intervals of 0.6 s the client of
//! lighttpd 1.4.69 got the first with the last, and those of the others each as it came.

/// The directive that changes it, for the gateway of this name; `None` for one that passes on what it has.
#[must_use]
pub fn reads_whole(gateway: &str) -> Option<&'static str> {
    (gateway == "lighttpd").then_some("server.stream-response-body")
}
