//! The gateways of Azure, from its pages "Troubleshooting bad gateway errors in Application Gateway", "Troubleshooting
//! common routing issues" and "Protocol support for HTTP headers in Azure Front Door", and from reports of their pages.

use super::super::{Gateway, LogLine, Mark, MarkGroup, Remedy, log_line, remedy};
use super::{documented, saying, timeout};
use crate::observation::Phase::{Connect, Head, Wait};
use crate::proxy_status::ErrorType as E;

/// Application Gateway. Version 1 answers 502 where it has waited in vain; version 2 tries again, and answers 504.
pub(in crate::gateway) static APPLICATION_GATEWAY: Gateway = Gateway {
    version: Some(("Server", "Microsoft-Azure-Application-Gateway/")),
    own_error: &[
        MarkGroup {
            marks: &[
                Mark::Field("Server", "Microsoft-Azure-Application-Gateway/*"),
                Mark::NoField("X-Azure-Ref"),
                Mark::FieldInBody { field: "Server", before: "<center>", after: "</center>" },
            ],
            what: "Application Gateway's own page, which names the same program as the Server field",
        },
        MarkGroup {
            marks: &[
                Mark::Status(&[502]),
                Mark::Field("Server", "Microsoft-Azure-Application-Gateway/*"),
                Mark::NoField("X-Azure-Ref"),
                Mark::Body(
                    "502 - Web server received an invalid response while acting as a gateway or proxy server.",
                ),
            ],
            what: "the page of Application Gateway v1, beside its Server field",
        },
    ],
    sayings: &[saying(Mark::Status(&[504]), &[E::ConnectionReadTimeout, E::ConnectionTimeout], None)],
    fault_statuses: &[502, 503, 504],
    timeouts: &[
        timeout("request timeout of the backend settings (v2)", Some(20.0), &[Wait, Head], 504, false),
        timeout(
            "request timeout of the backend settings (v1)",
            Some(20.0),
            &[Connect, Wait, Head],
            502,
            false,
        ),
    ],
    log_lines: APPLICATION_GATEWAY_LOG,
    remedies: APPLICATION_GATEWAY_REMEDIES,
    ..documented(
        "azure-application-gateway",
        "Azure Application Gateway",
        "not measured: Troubleshooting bad gateway errors in Application Gateway",
        "https://learn.microsoft.com/azure/application-gateway/application-gateway-troubleshooting-502",
    )
};

const ACCESS_LOG: &str = "access log (ApplicationGatewayAccessLog), field serverStatus beside httpStatus,";

const APPLICATION_GATEWAY_LOG: &[LogLine] =
    &[log_line(E::ConnectionReadTimeout, &[], "httpStatus 504 (v1: 502), serverStatus empty", ACCESS_LOG)];

const APPLICATION_GATEWAY_REMEDIES: &[Remedy] = &[
    remedy(
        E::ConnectionTimeout,
        &[],
        "Let network security groups, routes (UDR) and the DNS of the virtual network lead from the subnet of the \
         gateway to the backend.",
        "",
    ),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "The request timeout of the backend settings is 20 s by default. A stop-gap until the backend answers sooner.",
        "az network application-gateway http-settings update --resource-group GROUP --gateway-name GATEWAY \\\n  \
         --name SETTINGS --timeout 120",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "The backend pool is empty or all of it is unhealthy. The default probe asks http://127.0.0.1 of the backend: \
         set a custom one with the Host and the path that the application knows.",
        "",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "The certificate of the backend must be made out for the Host that Application Gateway sends, and of a root \
         that it trusts.",
        "",
    ),
];

/// Front Door.
pub(in crate::gateway) static FRONT_DOOR: Gateway = Gateway {
    own_error: &[MarkGroup {
        marks: &[Mark::Status(&[502, 503, 504]), AZURE_REF, Mark::Body("Azure Front Door")],
        what: "Front Door's own page, beside its field X-Azure-Ref",
    }],
    relayed: &[MarkGroup { marks: &[AZURE_REF], what: "the field X-Azure-Ref that Front Door adds" }],
    timeouts: &[
        timeout("sendRecvTimeoutSeconds (classic)", Some(30.0), &[Wait, Head], 503, false),
        timeout("origin response timeout", None, &[Connect, Wait, Head], 504, false),
    ],
    log_lines: FRONT_DOOR_LOG,
    remedies: &[remedy(
        E::ConnectionReadTimeout,
        &[],
        "The origin response timeout can be raised to 240 s. A stop-gap until the origin answers sooner.",
        "az afd profile update --resource-group GROUP --profile-name PROFILE --origin-response-timeout-seconds 120",
    )],
    ..documented(
        "azure-front-door",
        "Azure Front Door",
        "not measured: Troubleshooting common routing issues of Azure Front Door",
        "https://learn.microsoft.com/azure/frontdoor/front-door-troubleshoot-routing",
    )
};

const AZURE_REF: Mark = Mark::FieldContains("X-Azure-Ref", "");
const FRONT_DOOR_ACCESS_LOG: &str = "access log (FrontDoorAccessLog), field errorInfo,";

const FRONT_DOOR_LOG: &[LogLine] = &[
    log_line(E::ConnectionTerminated, &[], "OriginConnectionAborted", FRONT_DOOR_ACCESS_LOG),
    log_line(E::ConnectionRefused, &[], "OriginConnectionRefused", FRONT_DOOR_ACCESS_LOG),
    log_line(E::ConnectionReadTimeout, &[], "OriginTimeout", FRONT_DOOR_ACCESS_LOG),
    log_line(E::HttpProtocolError, &[], "OriginInvalidResponse", FRONT_DOOR_ACCESS_LOG),
];
