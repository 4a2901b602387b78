//! The cases that every format is tried with.

use why502::diagnosis::{Blame, Diagnosis, FixFor, NotExamined, Outcome, Place, Strength};
use why502::http1::{CutAt, Defect, DefectCode};
use why502::observation::{
    CertificateProblem, CertificateSeen, ConnectOutcome, End, Observations, Phase, Resolution, TlsSeen,
    Verification,
};
use why502::plan::{Experiment, Route};
use why502::proxy_status::ErrorType;
use why502::statement::{Statement, StatementPlace};

use super::fixtures::*;

pub(crate) type Case = (Observations, Diagnosis);

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
const BAD_GATEWAY: &[u8] =
    b"HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.22.1\r\nContent-Length: 11\r\n\r\nBad Gateway";

/// All of them, with their names.
pub(crate) fn all() -> Vec<(&'static str, Case)> {
    vec![
        ("healthy", healthy_pair()),
        ("reset_in_head", reset_in_head()),
        ("space_before_colon", space_before_colon()),
        ("timeout_as_502", timeout_as_502()),
        ("unreachable_gateway", unreachable_gateway()),
        ("gateway_only", gateway_only()),
        ("two_upstreams", two_upstreams()),
        ("certificate_expired", certificate_expired()),
        ("hostile", hostile()),
        ("unexplained_with_defects", unexplained_with_defects()),
    ]
}

pub(crate) fn healthy_pair() -> Case {
    (seen(vec![gateway(OK), direct(OK)]), healthy())
}

pub(crate) fn reset_in_head() -> Case {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Le";
    let upstream = broken(direct(bytes), End::Reset, Phase::Head, "Connection reset by peer (os error 104)");
    let cut = Defect::new(DefectCode::HeadCut, 52, 0, "The stream ends within a field name.");
    let mut upstream = with_defects(upstream, Some(CutAt::FieldName), vec![cut]);
    upstream.phases.head.as_mut().unwrap().end += 0.002;
    let mut repeat = upstream.clone();
    repeat.experiment = Experiment::Repeat;
    let mut found = finding(
        "upstream-reset-in-head",
        ErrorType::ConnectionTerminated,
        Phase::Head,
        "The upstream reset the connection in the middle of its response headers.",
    );
    found.evidence = vec![
        evidence(
            1,
            Place::Bytes { offset: 52, length: 0 },
            "Asked directly, the upstream sent 52 bytes of its head and then a reset (RST).",
        ),
        evidence(0, Place::Exchange, "The gateway answered 502 with a page of its own."),
    ];
    found.remedies = vec![
        remedy(
            FixFor::Upstream,
            "Look for a crash or a kill of the process that answers: a reset in the middle of a head is what the kernel sends for a process that is gone.",
            None,
        ),
        remedy(
            FixFor::Investigation,
            "The line in nginx's error.log for this request:",
            Some("upstream prematurely closed connection while reading response header from upstream"),
        ),
    ];
    let mut diagnosis = fault(found, Some(502));
    diagnosis.not_examined = vec![NotExamined {
        cause: "stale-keepalive-reuse".into(),
        needs: "a connection held idle and used again (--keepalive-race)".into(),
    }];
    diagnosis.notes = vec!["The direct probe went from this machine, not from the gateway's.".into()];
    (seen(vec![gateway(BAD_GATEWAY), upstream, repeat]), diagnosis)
}

pub(crate) fn space_before_colon() -> Case {
    let bytes = b"HTTP/1.1 200 OK\r\nServer: legacy/2.0\r\nX-Request-Id: 7f3a\r\nContent-Length : 5\r\nConnection: close\r\nVary: Accept\r\n\r\nhello";
    let offset = 58 + 14;
    let defect =
        Defect::new(DefectCode::SpaceBeforeColon, offset, 1, "A space between field name and colon.");
    let upstream = with_defects(direct(bytes), None, vec![defect]);
    let mut found = finding(
        "header-invalid",
        ErrorType::HttpProtocolError,
        Phase::Head,
        "The upstream sends a field line that the gateway must not take: there is a space before its colon.",
    );
    found.evidence = vec![evidence(
        1,
        Place::Bytes { offset, length: 1 },
        "A space stands between `Content-Length` and its colon.",
    )];
    found.remedies = vec![remedy(
        FixFor::Upstream,
        "Write the field name and the colon without a space between them.",
        None,
    )];
    (seen(vec![gateway(BAD_GATEWAY), upstream]), fault(found, Some(502)))
}

pub(crate) fn timeout_as_502() -> Case {
    let mut asked = gateway(BAD_GATEWAY);
    asked.phases = phases(&[
        (Phase::Connect, 0.000_2),
        (Phase::Send, 0.000_03),
        (Phase::Wait, 60.003),
        (Phase::Head, 0.000_1),
        (Phase::Body, 0.000_1),
    ]);
    let mut upstream = broken(direct(b""), End::TimedOut, Phase::Wait, "");
    upstream.phases = phases(&[(Phase::Connect, 0.000_2), (Phase::Send, 0.000_03), (Phase::Wait, 89.999_77)]);
    let mut found = finding(
        "response-timeout",
        ErrorType::ConnectionReadTimeout,
        Phase::Wait,
        "The upstream took the request and sent nothing for longer than the gateway waits.",
    );
    found.strength = Strength::Likely;
    found.evidence = vec![
        evidence(1, Place::Phase { phase: Phase::Wait }, "No byte of a response within the limit of 90 s."),
        evidence(
            0,
            Place::Phase { phase: Phase::Wait },
            "The gateway gave up after 60 s, which is its default.",
        ),
    ];
    found.remedies = vec![remedy(
        FixFor::Gateway,
        "Raise the limit where the upstream has a reason to take long.",
        Some("location /cart {\n    proxy_read_timeout 120s;\n}"),
    )];
    let mut diagnosis = fault(found, Some(502));
    diagnosis.statements = vec![Statement {
        speaker: "nginx".into(),
        place: StatementPlace::ProxyStatus,
        quote: "nginx; error=http_response_timeout".into(),
        means: vec![ErrorType::HttpResponseTimeout, ErrorType::ConnectionReadTimeout],
        phase: None,
        received_status: None,
    }];
    (seen(vec![asked, upstream]), diagnosis)
}

pub(crate) fn unreachable_gateway() -> Case {
    let mut refused = broken(gateway(b""), End::Refused, Phase::Connect, "Connection refused (os error 111)");
    refused.connects[0].outcome = ConnectOutcome::Refused;
    let mut diagnosis = healthy();
    diagnosis.gateway = None;
    diagnosis.verdict.outcome = Outcome::Unreachable;
    diagnosis.verdict.sentence = "The gateway itself refused the connection at 127.0.0.1:8080.".into();
    diagnosis.verdict.blame = Blame::Gateway;
    diagnosis.verdict.error_type = Some(ErrorType::ConnectionRefused);
    diagnosis.verdict.gateway_status = None;
    (seen(vec![refused, direct(OK)]), diagnosis)
}

pub(crate) fn gateway_only() -> Case {
    let mut diagnosis = healthy();
    diagnosis.verdict.outcome = Outcome::Unexplained;
    diagnosis.verdict.sentence =
        "The gateway answered 502, and why cannot be said from its answer alone.".into();
    diagnosis.verdict.gateway_status = Some(502);
    diagnosis.not_examined = ["connection-refused", "upstream-reset-in-head", "header-invalid"]
        .map(|cause| NotExamined {
            cause: cause.into(),
            needs: "an upstream to ask directly (--upstream URL)".into(),
        })
        .to_vec();
    (seen(vec![gateway(BAD_GATEWAY)]), diagnosis)
}

pub(crate) fn two_upstreams() -> Case {
    let second = "http://10.0.3.8:8080/cart";
    let mut refused = broken(
        exchange(Route::Direct, second, b""),
        End::Refused,
        Phase::Connect,
        "Connection refused (os error 111)",
    );
    refused.connects[0].outcome = ConnectOutcome::Refused;
    let mut found = finding(
        "connection-refused",
        ErrorType::ConnectionRefused,
        Phase::Connect,
        "The upstream refuses connections. This upstream is http://10.0.3.8:8080/cart.",
    );
    found.upstream = Some(second.into());
    found.evidence =
        vec![evidence(2, Place::Phase { phase: Phase::Connect }, "10.0.3.8:8080 refused the connection.")];
    let mut other = finding(
        "slow-start",
        ErrorType::ConnectionReadTimeout,
        Phase::Wait,
        "The upstream is slow. This upstream is http://10.0.3.7:8080/cart.",
    );
    other.strength = Strength::Consistent;
    other.upstream = Some(UPSTREAM.into());
    other.evidence = vec![evidence(1, Place::Phase { phase: Phase::Wait }, "It thought for a while.")];
    let mut diagnosis = fault(found, Some(502));
    diagnosis.findings.push(other);
    (seen(vec![gateway(BAD_GATEWAY), direct(OK), refused]), diagnosis)
}

pub(crate) fn certificate_expired() -> Case {
    let url = "https://api.internal:8443/cart";
    let mut upstream = exchange(Route::Direct, url, b"");
    upstream.phases =
        phases(&[(Phase::Resolve, 0.0012), (Phase::Connect, 0.000_3), (Phase::Handshake, 0.0041)]);
    upstream =
        broken(upstream, End::CertificateRejected, Phase::Handshake, "invalid peer certificate: Expired");
    upstream.peer = Some("10.0.3.7:8443".into());
    upstream.connects[0].used = true;
    upstream.resolution = Some(Resolution {
        name: "api.internal".into(),
        addresses: vec!["10.0.3.7".into()],
        failure: None,
        rcode: None,
        detail: None,
    });
    upstream.tls = Some(TlsSeen {
        server_name: Some("api.internal".into()),
        version: Some("TLSv1.3".into()),
        certificates: vec![CertificateSeen {
            subject: "CN=api.internal".into(),
            issuer: "CN=Internal CA".into(),
            names: vec!["api.internal".into()],
            not_before: "2024-11-01T00:00:00Z".into(),
            not_after: "2026-11-01T00:00:00Z".into(),
            authority: false,
            self_issued: false,
        }],
        verification: Verification::Rejected(CertificateProblem::Expired),
        failure: Some("invalid peer certificate: Expired".into()),
        ..TlsSeen::default()
    });
    let mut found = finding(
        "certificate-expired",
        ErrorType::TlsCertificateError,
        Phase::Handshake,
        "The upstream's certificate expired on 2026-11-01.",
    );
    found.evidence =
        vec![evidence(1, Place::Phase { phase: Phase::Handshake }, "Its time ended 21 days before the run.")];
    (seen(vec![gateway(BAD_GATEWAY), upstream]), fault(found, Some(502)))
}

pub(crate) fn hostile() -> Case {
    let mut bytes = b"HTTP/1.1 200 \x1b]0;owned\x07OK\r\nX-Long: ".to_vec();
    bytes.extend([b'a'; 300]);
    bytes.extend(b"\x00\x1b[2J\xe2\x80\xae");
    bytes.extend([b'z'; 300]);
    bytes.extend(b"\r\n\r\n");
    let offset = 35 + 300;
    let nul = Defect::new(DefectCode::ValueNul, offset, 1, "NUL in the value of X-Long.");
    let mut upstream = with_defects(direct(&bytes), None, vec![nul]);
    upstream.end_detail = Some("\u{1b}[31mred\u{9b}2J \u{202e}gnp.exe".into());
    upstream.end = End::Malformed;
    upstream.ended_in = Phase::Head;
    upstream.url = "http://10.0.3.7:8080/$(reboot)'\u{1b}[2J".into();
    let mut found = finding(
        "header-invalid",
        ErrorType::HttpProtocolError,
        Phase::Head,
        "The upstream sends \u{1b}[2J a NUL byte\nin a field value.",
    );
    found.evidence = vec![
        evidence(1, Place::Bytes { offset, length: 1 }, "A NUL byte stands in X-Long \u{202e}."),
        evidence(1, Place::Bytes { offset: offset - 10, length: 5_000 }, "A long stretch."),
        evidence(1, Place::Bytes { offset: 999_999, length: 5 }, "Far beyond what was kept."),
        evidence(77, Place::Exchange, "No such exchange."),
    ];
    (seen(vec![gateway(BAD_GATEWAY), upstream]), fault(found, Some(502)))
}

pub(crate) fn unexplained_with_defects() -> Case {
    let (_, diagnosis) = gateway_only();
    let bytes = b"HTTP/1.1 200 OK\nA: 1\nB: 2\nC: 3\nContent-Length: 5\n\r\n\r\nhello";
    let bare =
        [15, 20, 25, 30, 48].map(|at| Defect::new(DefectCode::BareLf, at, 1, "The line ends with LF alone."));
    let upstream = with_defects(direct(bytes), None, bare.to_vec());
    (seen(vec![gateway(BAD_GATEWAY), upstream]), diagnosis)
}
