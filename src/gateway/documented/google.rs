//! Google's external Application Load Balancer, from its guide "Troubleshoot issues with external Application Load
//! Balancers" and from reports of its page and of its times.

use super::super::{Gateway, LogLine, Mark, MarkGroup, Remedy, log_line, remedy};
use super::{documented, saying, timeout};
use crate::observation::Phase::{Body, Head, Wait};
use crate::proxy_status::ErrorType as E;

/// The load balancer.
pub(in crate::gateway) static LOAD_BALANCER: Gateway = Gateway {
    own_error: &[MarkGroup {
        marks: &[
            Mark::Status(&[502, 503, 504]),
            VIA,
            Mark::Body("The server encountered a temporary error and could not complete your request."),
        ],
        what: "the page of Google's load balancer, beside its Via field",
    }],
    relayed: &[MarkGroup { marks: &[VIA], what: "the Via field of Google's load balancer" }],
    sayings: &[saying(
        Mark::Status(&[504]),
        &[E::HttpResponseTimeout, E::ConnectionReadTimeout, E::ConnectionTimeout],
        None,
    )],
    timeouts: &[
        timeout("timeoutSec of the backend service", Some(30.0), &[Wait, Head, Body], 504, false),
        timeout("timeoutSec of the backend service", Some(30.0), &[Wait, Head, Body], 502, false),
    ],
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    ..documented(
        "google-load-balancer",
        "Google's load balancer",
        "not measured: Troubleshoot issues with external Application Load Balancers",
        "https://cloud.google.com/load-balancing/docs/https/troubleshooting-ext-https-lbs",
    )
};

const VIA: Mark = Mark::FieldContains("Via", "1.1 google");

const LOG: &str =
    "log, field statusDetails (response_sent_by_backend means that the error is the backend's own),";

const LOG_LINES: &[LogLine] = &[
    log_line(E::DestinationUnavailable, &[], "failed_to_pick_backend", LOG),
    log_line(E::ConnectionRefused, &[], "failed_to_connect_to_backend", LOG),
    log_line(E::ConnectionTimeout, &[], "failed_to_connect_to_backend", LOG),
    log_line(
        E::ConnectionTerminated,
        &[Wait, Head],
        "backend_connection_closed_before_data_sent_to_client",
        LOG,
    ),
    log_line(E::ConnectionTerminated, &[Body], "backend_connection_closed_after_partial_response_sent", LOG),
    log_line(E::ConnectionReadTimeout, &[], "backend_timeout", LOG),
];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "It keeps idle connections for 600 s, which cannot be changed: let the backend keep them for longer (620 s).",
        "",
    ),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "The timeout of the backend service (30 s by default) counts to the end of the response.",
        "gcloud compute backend-services update SERVICE --global --timeout=300s",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "No backend passes its health check: let the firewall take in the addresses that Google checks from, and the \
         path answer 200.",
        "",
    ),
];
