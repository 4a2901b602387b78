//! Those that are nginx inside: `OpenResty`, Kong, APISIX and ingress-nginx, from their source and documents.
//!
//! Their times and log lines are those of nginx under other names. What they put up with is likely that of nginx too,
//! but was not measured, and so is not claimed.

use super::super::{Gateway, LogLine, Mark, MarkGroup, Saying, Timeout, When, log_line, remedy};
use super::{documented, saying, timeout};
use crate::observation::Phase::{Connect, Handshake, Head, Resolve, Send, Wait};
use crate::proxy_status::ErrorType as E;

const TIMES_OUT: &[E] = &[E::ConnectionReadTimeout, E::ConnectionTimeout, E::ConnectionWriteTimeout];

const SIXTY: &[Timeout] = &[
    timeout("proxy_connect_timeout", Some(60.0), &[Connect, Handshake], 504, false),
    timeout("proxy_send_timeout", Some(60.0), &[Send], 504, true),
    timeout("proxy_read_timeout", Some(60.0), &[Wait, Head], 504, false),
];

const ERROR_LOG: &str = "error log";

/// The lines of nginx's error log.
const LOG_LINES: &[LogLine] = &[
    log_line(
        E::ConnectionRefused,
        &[Connect],
        "connect() failed (111: Connection refused) while connecting to upstream",
        ERROR_LOG,
    ),
    log_line(
        E::ConnectionTimeout,
        &[Connect],
        "upstream timed out (110: Connection timed out) while connecting to upstream",
        ERROR_LOG,
    ),
    log_line(
        E::ConnectionReadTimeout,
        &[Wait, Head],
        "upstream timed out (110: Connection timed out) while reading response header from upstream",
        ERROR_LOG,
    ),
    log_line(
        E::ConnectionTerminated,
        &[Wait],
        "upstream prematurely closed connection while reading response header from upstream",
        ERROR_LOG,
    ),
    log_line(E::HttpResponseHeaderSectionSize, &[], "upstream sent too big header", ERROR_LOG),
    log_line(E::HttpProtocolError, &[Head], "upstream sent invalid header", ERROR_LOG),
];

/// `OpenResty`.
pub(in crate::gateway) static OPENRESTY: Gateway = Gateway {
    version: Some(("Server", "openresty/")),
    own_error: &[MarkGroup {
        marks: &[
            Mark::Status(&[500, 502, 503, 504]),
            Mark::Field("Server", "openresty*"),
            Mark::FieldSpelling("Server"),
            Mark::NoField("Via"),
            Mark::FieldInBody { field: "Server", before: "<hr><center>", after: "</center>" },
        ],
        what: "OpenResty's own error page, which names the same program as the Server field",
    }],
    relayed: &[MarkGroup { marks: &[Mark::Field("Server", "openresty*")], what: "OpenResty's Server field" }],
    sayings: &[saying(Mark::Status(&[504]), TIMES_OUT, None)],
    fault_statuses: &[502, 504],
    timeouts: SIXTY,
    log_lines: LOG_LINES,
    remedies: &[remedy(
        E::ConnectionReadTimeout,
        &[],
        "A longer limit is a stop-gap until the upstream answers sooner.",
        "proxy_read_timeout 300s;",
    )],
    ..documented(
        "openresty",
        "OpenResty",
        "not measured: nginx's source, of which OpenResty is made",
        "https://openresty.org/",
    )
};

/// Kong.
pub(in crate::gateway) static KONG: Gateway = Gateway {
    version: Some(("Server", "kong/")),
    own_error: &[
        MarkGroup { marks: &[KONG_SERVER, Mark::Body(KONG_INVALID)], what: KONG_MESSAGE },
        MarkGroup { marks: &[KONG_SERVER, Mark::Body(KONG_UNAVAILABLE)], what: KONG_MESSAGE },
        MarkGroup { marks: &[KONG_SERVER, Mark::Body(KONG_TIMES_OUT)], what: KONG_MESSAGE },
        MarkGroup { marks: &[KONG_SERVER, Mark::Body(KONG_NAME)], what: KONG_MESSAGE },
        MarkGroup { marks: &[KONG_SERVER, Mark::Body(KONG_PEER)], what: KONG_MESSAGE },
    ],
    relayed: &[MarkGroup {
        marks: &[Mark::FieldContains("X-Kong-Upstream-Latency", "")],
        what: "the field X-Kong-Upstream-Latency that Kong adds",
    }],
    sayings: KONG_SAYINGS,
    timeouts: &[
        timeout("connect_timeout of the service", Some(60.0), &[Connect, Handshake], 504, false),
        timeout("write_timeout of the service", Some(60.0), &[Send], 504, true),
        timeout("read_timeout of the service", Some(60.0), &[Wait, Head], 504, false),
    ],
    log_lines: LOG_LINES,
    remedies: &[
        remedy(
            E::ConnectionReadTimeout,
            &[],
            "The service has its own limit, in milliseconds. A stop-gap until the upstream answers sooner.",
            "services:\n- name: app\n  url: http://app.example.com:8080\n  read_timeout: 300000",
        ),
        remedy(
            E::ConnectionRefused,
            &[],
            "Let the service (or the targets of its upstream) name the address and port at which the upstream listens.",
            "services:\n- name: app\n  url: http://10.0.3.7:8080",
        ),
    ],
    ..documented(
        "kong",
        "Kong",
        "not measured: Kong's source (error_handlers.lua, balancer, services.lua)",
        "https://docs.konghq.com/gateway/latest/",
    )
};

const KONG_SERVER: Mark = Mark::Field("Server", "kong/*");
const KONG_MESSAGE: &str = "Kong's own message, beside its Server field";
const KONG_INVALID: &str = "An invalid response was received from the upstream server";
const KONG_UNAVAILABLE: &str = "The upstream server is currently unavailable";
const KONG_TIMES_OUT: &str = "The upstream server is timing out";
const KONG_NAME: &str = "name resolution failed";
const KONG_PEER: &str = "failure to get a peer from the ring-balancer";

/// The message of the 502 goes with every status 502 and names no cause.
const KONG_SAYINGS: &[Saying] = &[
    saying(Mark::Body(KONG_UNAVAILABLE), &[E::DestinationUnavailable], None),
    saying(Mark::Body(KONG_TIMES_OUT), TIMES_OUT, None),
    saying(Mark::Body(KONG_NAME), &[E::DnsError, E::DnsTimeout], Some(Resolve)),
    saying(Mark::Body(KONG_PEER), &[E::DestinationUnavailable], None),
];

/// APISIX, which puts its own `Server` in the place of that of `OpenResty` and leaves the page as it is.
pub(in crate::gateway) static APISIX: Gateway = Gateway {
    version: Some(("Server", "APISIX/")),
    own_error: &[MarkGroup {
        marks: &[
            Mark::Status(&[500, 502, 503, 504]),
            Mark::Field("Server", "APISIX*"),
            Mark::NoField("Via"),
            Mark::Body("<center>openresty"),
        ],
        what: "OpenResty's error page beside APISIX's Server field",
    }],
    relayed: &[MarkGroup { marks: &[Mark::Field("Server", "APISIX*")], what: "APISIX's Server field" }],
    sayings: &[saying(Mark::Status(&[504]), TIMES_OUT, None)],
    timeouts: &[timeout("timeout.read of the route", None, &[Connect, Send, Wait, Head], 504, false)],
    log_lines: LOG_LINES,
    remedies: &[remedy(
        E::ConnectionReadTimeout,
        &[],
        "A longer limit (in seconds) is a stop-gap until the upstream answers sooner.",
        "\"timeout\": {\"connect\": 5, \"send\": 60, \"read\": 300}",
    )],
    ..documented(
        "apisix",
        "APISIX",
        "not measured: APISIX's source (init.lua)",
        "https://apisix.apache.org/docs/apisix/getting-started/",
    )
};

/// ingress-nginx. It takes the `Server` field away, so its page alone would not tell it from any nginx that does so;
/// its `Strict-Transport-Security` does.
pub(in crate::gateway) static INGRESS_NGINX: Gateway = Gateway {
    own_error: &[
        MarkGroup {
            marks: &[ERRORS, NO_SERVER, PAGE, Mark::Field(HSTS, "max-age=15724800; includeSubDomains")],
            what: INGRESS_PAGE,
        },
        MarkGroup {
            marks: &[ERRORS, NO_SERVER, PAGE, Mark::Field(HSTS, "max-age=31536000; includeSubDomains")],
            what: INGRESS_PAGE,
        },
    ],
    sayings: &[saying(Mark::Status(&[504]), TIMES_OUT, None)],
    timeouts: &[
        timeout("proxy-connect-timeout", Some(5.0), &[Connect, Handshake], 504, false),
        timeout("proxy-send-timeout", Some(60.0), &[Send], 504, true),
        timeout("proxy-read-timeout", Some(60.0), &[Wait, Head], 504, false),
    ],
    log_lines: LOG_LINES,
    remedies: &[
        remedy(
            E::ConnectionReadTimeout,
            &[],
            "A longer limit is a stop-gap until the upstream answers sooner.",
            "metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/proxy-read-timeout: \"300\"",
        ),
        remedy(
            E::HttpResponseHeaderSectionSize,
            &[],
            "A stop-gap; the repair is a smaller head.",
            "metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/proxy-buffer-size: 16k",
        ),
        remedy(
            E::HttpProtocolError,
            &[Wait],
            "The port of the Service speaks TLS: ask it so.",
            "metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/backend-protocol: HTTPS",
        )
        .when(When::SpeaksTls),
    ],
    ..documented(
        "ingress-nginx",
        "ingress-nginx",
        "not measured: ConfigMaps of ingress-nginx",
        "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/",
    )
};

const ERRORS: Mark = Mark::Status(&[500, 502, 503, 504]);
const NO_SERVER: Mark = Mark::NoField("Server");
const PAGE: Mark = Mark::Body("<hr><center>nginx</center>");
const HSTS: &str = "Strict-Transport-Security";
const INGRESS_PAGE: &str =
    "nginx's page without a Server field, with the Strict-Transport-Security of ingress-nginx";
