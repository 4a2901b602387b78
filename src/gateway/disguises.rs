//! How a gateway can be told to answer its client with a success, or a redirect, where its upstream has failed.
//!
//! Measured with the versions named here, each told so in front of an upstream that closes every connection without a
//! byte. Others may be able to do the same. Caches that give an old answer instead are not meant.

use super::configured_as;

/// The directives by which the gateway of this name hides an error, as people write them; `None` where that is not known.
#[must_use]
pub fn disguise(gateway: &str) -> Option<&'static str> {
    let gateway = configured_as(gateway);
    ROWS.iter().find(|(name, _)| *name == gateway).map(|(_, directives)| *directives)
}

const ROWS: &[(&str, &str)] = &[
    // nginx 1.22.1; of an error status of the upstream with `proxy_intercept_errors on` only.
    ("nginx", "`error_page 502 =200 ...`"),
    // HAProxy 2.6.12: the file is sent as it is, with the status line that stands in it.
    ("haproxy", "an `errorfile` with `200` in its status line"),
    // Apache httpd 2.4.71: 302, to that URL.
    ("apache", "`ErrorDocument 502 http://...`, a redirect"),
    // Caddy 2.6.2.
    ("caddy", "`respond ... 200` in `handle_errors`"),
    // Varnish 7.1.1.
    ("varnish", "`set beresp.status = 200;` in `vcl_backend_error`"),
    // Envoy 1.40.0.
    ("envoy", "`status_code: 200` in `local_reply_config`"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::by_name;

    #[test]
    fn every_row_is_of_a_gateway_that_is_known() {
        assert!(ROWS.iter().all(|(name, _)| by_name(name).is_some()));
    }
}
