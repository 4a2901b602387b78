//! Fastly, from its guide to 503 errors and its VCL reference, and Akamai, from the signatures that others published.

use super::super::{Gateway, Mark, MarkGroup, Saying, Timeout, remedy};
use super::{documented, saying, timeout};
use crate::observation::Phase::{Connect, Head, Wait};
use crate::proxy_status::ErrorType as E;

/// Fastly, which is of Varnish's family and says `Mediation`.
pub(in crate::gateway) static FASTLY: Gateway = Gateway {
    own_error: &[MarkGroup {
        marks: &[Mark::Status(&[500, 502, 503, 504]), SERVED_BY, Mark::Body("Guru Mediation")],
        what: "Fastly's own page, beside its field X-Served-By",
    }],
    relayed: &[MarkGroup {
        marks: &[SERVED_BY, Mark::FieldContains("Via", "1.1 varnish"), Mark::NoField("X-Varnish")],
        what: "the fields X-Served-By and Via that Fastly adds",
    }],
    sayings: FASTLY_SAYINGS,
    fault_statuses: &[502, 503, 504],
    timeouts: FASTLY_TIMEOUTS,
    remedies: &[remedy(
        E::ConnectionReadTimeout,
        &[],
        "Fastly waits 15 s for the first byte. A stop-gap until the origin answers sooner.",
        "set bereq.first_byte_timeout = 60s;",
    )],
    ..documented(
        "fastly",
        "Fastly",
        "not measured: Fastly's VCL reference (bereq.first_byte_timeout) and guide to 503 errors",
        "https://developer.fastly.com/reference/vcl/variables/backend-connection/bereq-first-byte-timeout/",
    )
};

const SERVED_BY: Mark = Mark::FieldContains("X-Served-By", "cache-");

const FASTLY_SAYINGS: &[Saying] = &[
    saying(Mark::Body("first byte timeout"), &[E::ConnectionReadTimeout], None),
    saying(Mark::Body("backend read error"), &[E::ConnectionTerminated, E::ConnectionReadTimeout], None),
];

const FASTLY_TIMEOUTS: &[Timeout] = &[
    timeout("bereq.first_byte_timeout", Some(15.0), &[Wait, Head], 503, false),
    timeout("bereq.connect_timeout", None, &[Connect], 503, false),
];

/// Akamai. What its times are stands in the property of each customer.
pub(in crate::gateway) static AKAMAI: Gateway = Gateway {
    own_error: &[MarkGroup {
        marks: &[
            Mark::Status(&[500, 502, 503, 504]),
            Mark::Field("Server", "AkamaiGHost"),
            Mark::Body("Reference"),
        ],
        what: "Akamai's own page with a reference number, beside its Server field",
    }],
    relayed: &[MarkGroup { marks: &[Mark::Field("Server", "AkamaiGHost")], what: "Akamai's Server field" }],
    timeouts: &[
        timeout("the property's read timeout", None, &[Wait, Head], 504, false),
        timeout("the property's connect timeout", None, &[Connect], 503, false),
    ],
    remedies: &[remedy(
        E::ConnectionReadTimeout,
        &[],
        "The reference number of the page, given to Akamai's Translate Error String, tells what the edge met.",
        "",
    )],
    ..documented(
        "akamai",
        "Akamai",
        "not measured: published signatures of Akamai's edge",
        "https://techdocs.akamai.com/property-mgr/docs",
    )
};
