//! Answers that a gateway gives at once by a rule of its own, without asking its upstream: limits on how often and how
//! many may ask.
//!
//! Measured with nginx 1.22.1 (`limit_req`, `limit_conn`, `return`, their statuses and log lines) and HAProxy 2.6.12
//! (`deny_status`, the termination state in its log).

use super::configured_as;

/// Such an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByRule {
    /// The status.
    pub status: u16,
    /// The directives that give it, as the object of "comes of".
    pub directives: &'static str,
    /// What to look for, and where: a clause that ends in what it shows.
    pub log: &'static str,
}

/// What the gateway of this name answers so; nothing where that was not measured.
#[must_use]
pub fn by_rules(gateway: &str) -> &'static [ByRule] {
    let gateway = configured_as(gateway);
    ROWS.iter().find(|(name, _)| *name == gateway).map_or(&[], |(_, answers)| answers)
}

/// What the gateway of this name answers so with this status.
#[must_use]
pub fn by_rule(gateway: &str, status: u16) -> Option<&'static ByRule> {
    by_rules(gateway).iter().find(|answer| answer.status == status)
}

/// By which directives a gateway answers with any status, asking nobody; of all that are known, in their order.
#[must_use]
pub fn own_answers() -> &'static [(&'static str, &'static str)] {
    OWN_ANSWERS
}

const OWN_ANSWERS: &[(&str, &str)] = &[
    ("nginx", "`return`"),
    ("haproxy", "`http-request return` or `http-request deny`"),
    ("apache", "`Redirect`"),
    ("caddy", "`respond`"),
    ("envoy", "`direct_response`"),
    ("varnish", "`return (synth(...))` in VCL"),
];

const ROWS: &[(&str, &[ByRule])] = &[("nginx", NGINX), ("haproxy", HAPROXY)];

/// What both log lines of nginx show.
const NGINX_LOG: &str = "its error log (level error) has \"limiting requests, excess: \" or \"limiting connections by \
                         zone \" at this time if it is one of the two limits, and no line for return";

const NGINX: &[ByRule] = &[
    ByRule {
        status: 503,
        directives: "limit_req or limit_conn (503 unless limit_req_status or limit_conn_status sets another), or of \
                     return 503",
        log: NGINX_LOG,
    },
    ByRule {
        status: 429,
        directives: "limit_req with limit_req_status 429, of limit_conn with limit_conn_status 429, or of return 429",
        log: NGINX_LOG,
    },
];

const HAPROXY: &[ByRule] = &[ByRule {
    status: 429,
    directives: "http-request deny deny_status 429, commonly with a stick-table that counts requests",
    log: "its log (option httplog) has the termination state PR-- at this time",
}];
