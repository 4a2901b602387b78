//! The gateways of AWS, from its guides to the load balancers (the last public copy, about 2023), `CloudFront` and API
//! Gateway ("Gateway response types"), and from reports of what they send.

use super::super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, log_line, remedy};
use super::{documented, saying, timeout};
use crate::observation::Phase::{Connect, Handshake, Head, Wait};
use crate::proxy_status::ErrorType as E;

/// The Application Load Balancer.
pub(in crate::gateway) static ALB: Gateway = Gateway {
    own_error: ALB_ERROR,
    relayed: &[],
    sayings: ALB_SAYINGS,
    timeouts: ALB_TIMEOUTS,
    log_lines: ALB_LOG,
    remedies: ALB_REMEDIES,
    ..documented(
        "aws-alb",
        "AWS ALB",
        "not measured: Troubleshoot your Application Load Balancers",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    )
};

/// Its page is that of nginx without the line that names nginx. It adds no `Via`: with one, somebody else had it last.
const ALB_ERROR: &[MarkGroup] = &[MarkGroup {
    marks: &[
        Mark::Status(&[500, 502, 503, 504]),
        Mark::Field("Server", "awselb/*"),
        Mark::NoField("Via"),
        Mark::Body("</h1></center>\r\n</body>\r\n</html>"),
    ],
    what: "the page of the ALB, which names no program, beside its Server field",
}];

/// A 502 can be anything else, also a handshake that took longer than 10 s.
const ALB_SAYINGS: &[Saying] = &[
    saying(Mark::Status(&[503]), &[E::DestinationUnavailable], None),
    saying(
        Mark::Status(&[504]),
        &[E::ConnectionReadTimeout, E::ConnectionTimeout, E::HttpResponseIncomplete],
        None,
    ),
];

const ALB_TIMEOUTS: &[Timeout] = &[
    timeout("limit for a connection to a target", Some(10.0), &[Connect], 504, false),
    timeout("limit for the handshake with a target", Some(10.0), &[Handshake], 502, false),
    timeout("idle_timeout.timeout_seconds", Some(60.0), &[Wait, Head], 504, false),
];

const ACCESS_LOG: &str = "access log (target_status_code is `-` where the error is the ALB's own)";

const ALB_LOG: &[LogLine] = &[
    log_line(E::ConnectionTerminated, &[], "elb_status_code 502, target_status_code -", ACCESS_LOG),
    log_line(E::ConnectionRefused, &[], "elb_status_code 502, target_status_code -", ACCESS_LOG),
    log_line(E::HttpProtocolError, &[], "elb_status_code 502, target_status_code -", ACCESS_LOG),
    log_line(E::ConnectionTimeout, &[Connect], "elb_status_code 504, target_status_code -", ACCESS_LOG),
    log_line(
        E::ConnectionReadTimeout,
        &[],
        "elb_status_code 504, target_status_code -, target_processing_time -1",
        ACCESS_LOG,
    ),
    log_line(E::DestinationUnavailable, &[], "elb_status_code 503, target_status_code -", ACCESS_LOG),
];

const ALB_REMEDIES: &[Remedy] = &[
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "Let the target keep idle connections for longer than the ALB does (60 s by default), or it closes one on \
         which the ALB is just sending.",
        "",
    ),
    remedy(
        E::ConnectionTimeout,
        &[],
        "Let the security group of the target and the network ACLs take in the ALB on the port of the target group; the \
         ALB waits 10 s.",
        "",
    ),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "The idle timeout is also the longest wait for a response. A stop-gap until the target answers sooner.",
        "aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN \\\n  \
         --attributes Key=idle_timeout.timeout_seconds,Value=300",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "Register targets with the target group, in an Availability Zone that the ALB is in.",
        "",
    ),
];

/// The Classic Load Balancer. Its errors have no mark that a document names, so it is never recognised.
pub(in crate::gateway) static CLASSIC_ELB: Gateway = Gateway {
    timeouts: &[timeout("idle timeout", Some(60.0), &[Wait, Head], 504, false)],
    ..documented(
        "aws-elb",
        "AWS Classic ELB",
        "not measured: User Guide for Classic Load Balancers",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/ts-elb-error-message.html",
    )
};

/// `CloudFront`.
pub(in crate::gateway) static CLOUDFRONT: Gateway = Gateway {
    own_error: &[MarkGroup {
        marks: &[
            Mark::Field("Server", "CloudFront"),
            Mark::Field("X-Cache", "Error from cloudfront"),
            Mark::Body("cloudfront (CloudFront)"),
        ],
        what: "CloudFront's own page, beside its Server and X-Cache fields",
    }],
    relayed: &[MarkGroup {
        marks: &[Mark::FieldContains("X-Amz-Cf-Id", ""), Mark::FieldContains("X-Cache", "from cloudfront")],
        what: "the fields X-Amz-Cf-Id and X-Cache that CloudFront adds",
    }],
    sayings: CLOUDFRONT_SAYINGS,
    timeouts: &[timeout(
        "ConnectionTimeout x ConnectionAttempts (3 x 10 s)",
        Some(30.0),
        &[Connect],
        504,
        false,
    )],
    log_lines: CLOUDFRONT_LOG,
    remedies: CLOUDFRONT_REMEDIES,
    ..documented(
        "cloudfront",
        "CloudFront",
        "not measured: Troubleshooting error responses from your origin",
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/troubleshooting-response-errors.html",
    )
};

const NOT_CONNECTED: &[E] = &[
    E::TlsProtocolError,
    E::TlsCertificateError,
    E::TlsAlertReceived,
    E::ConnectionRefused,
    E::ConnectionTimeout,
    E::ConnectionTerminated,
    E::DnsError,
];

const CLOUDFRONT_SAYINGS: &[Saying] = &[
    saying(Mark::Body("wasn't able to connect to the origin"), NOT_CONNECTED, None),
    saying(Mark::Body("either the attempt failed or the origin closed the connection"), NOT_CONNECTED, None),
    saying(Mark::Status(&[504]), &[E::ConnectionReadTimeout, E::ConnectionTimeout], None),
];

const STANDARD_LOG: &str = "standard log, field x-edge-detailed-result-type,";

const CLOUDFRONT_LOG: &[LogLine] = &[
    log_line(E::ConnectionRefused, &[], "OriginConnectError", STANDARD_LOG),
    log_line(E::ConnectionTimeout, &[], "OriginConnectError", STANDARD_LOG),
    log_line(E::DnsError, &[], "OriginDnsError", STANDARD_LOG),
];

const CLOUDFRONT_REMEDIES: &[Remedy] = &[
    remedy(
        E::TlsCertificateError,
        &[],
        "The certificate of a custom origin must be of a public authority, valid, with its whole chain, and made out \
         for the origin's domain name or for the Host that CloudFront passes on.",
        "",
    ),
    remedy(
        E::ConnectionTimeout,
        &[],
        "Let the firewall of the origin take in CloudFront's addresses, which AWS keeps as a managed prefix list.",
        "",
    ),
    remedy(
        E::TlsProtocolError,
        &[],
        "The protocol policy of the origin must be one that its port speaks, and its minimum TLS version one that the \
         origin has.",
        "",
    ),
];

/// API Gateway. Its 504 is for integrations that failed as well as for those that took too long.
pub(in crate::gateway) static API_GATEWAY: Gateway = Gateway {
    own_error: &[
        MarkGroup { marks: &[APIGW_ID, Mark::Body("\"Internal server error\"")], what: APIGW_MESSAGE },
        MarkGroup { marks: &[APIGW_ID, Mark::Body("\"Endpoint request timed out\"")], what: APIGW_MESSAGE },
    ],
    relayed: &[MarkGroup { marks: &[APIGW_ID], what: "the field x-amz-apigw-id that API Gateway adds" }],
    sayings: &[saying(Mark::Status(&[504]), INTEGRATION, None)],
    fault_statuses: &[500, 502, 503, 504],
    log_lines: &[
        log_line(E::ConnectionReadTimeout, &[], "$context.error.responseType INTEGRATION_TIMEOUT", APIGW_LOG),
        log_line(E::ConnectionRefused, &[], "$context.error.responseType INTEGRATION_FAILURE", APIGW_LOG),
    ],
    remedies: &[remedy(
        E::ConnectionReadTimeout,
        &[],
        "Let the integration answer sooner, or accept the work and answer 202; the integration timeout of the method \
         can be raised only as far as the quota of the account goes.",
        "",
    )],
    ..documented(
        "aws-api-gateway",
        "AWS API Gateway",
        "not measured: Gateway response types for API Gateway",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html",
    )
};

const APIGW_ID: Mark = Mark::FieldContains("x-amz-apigw-id", "");
const APIGW_MESSAGE: &str = "API Gateway's own message, beside its field x-amz-apigw-id";
const APIGW_LOG: &str = "access log, where its format has $context.error.responseType,";
const INTEGRATION: &[E] = &[
    E::ConnectionReadTimeout,
    E::ConnectionTimeout,
    E::ConnectionRefused,
    E::ConnectionTerminated,
    E::TlsProtocolError,
    E::TlsCertificateError,
    E::DnsError,
];
