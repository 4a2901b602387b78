//! Observations and diagnoses made by hand, with few words.

use why502::diagnosis::{
    Blame, Diagnosis, Evidence, Finding, GatewaySeen, Outcome, Place, RemedyText, RuledOut, Strength, Verdict,
};
use why502::http1::{
    Body, CutAt, Defect, Field, Framing, FramingRule, Leftover, Message, Reading, StreamEnd, WireBytes,
};
use why502::observation::{
    ConnectAttempt, ConnectOutcome, End, Exchange, LimitsSeen, Observations, Phase, Phases, RequestSeen,
    Sent, Span, Tool,
};
use why502::plan::{Experiment, HttpVersion, Route, TlsFiles};
use why502::proxy_status::ErrorType;

pub(crate) const GATEWAY: &str = "http://127.0.0.1:8080/cart";
pub(crate) const UPSTREAM: &str = "http://10.0.3.7:8080/cart";

/// A run with these exchanges.
pub(crate) fn seen(exchanges: Vec<Exchange>) -> Observations {
    let upstreams = exchanges
        .iter()
        .filter(|exchange| exchange.experiment == Experiment::SameRequest)
        .filter_map(|exchange| exchange.upstream.clone())
        .collect();
    Observations {
        format: Observations::FORMAT,
        tool: Tool { name: "why502".into(), version: "0.1.0".into() },
        started: "2026-11-22T10:00:00Z".into(),
        elapsed: 0.0124,
        request: RequestSeen {
            method: "GET".into(),
            url: GATEWAY.into(),
            version: HttpVersion::Http11,
            fields: Vec::new(),
            body_size: 0,
            repeatable: true,
        },
        upstreams,
        limits: LimitsSeen { connect: 10.0, total: 90.0 },
        verified: true,
        tls_files: TlsFiles::default(),
        interrupted: false,
        exchanges,
    }
}

/// An exchange through the gateway that was complete after 8.12 ms.
pub(crate) fn gateway(response: &[u8]) -> Exchange {
    let mut exchange = exchange(Route::Gateway, GATEWAY, response);
    exchange.upstream = None;
    exchange
}

/// An exchange with the upstream.
pub(crate) fn direct(response: &[u8]) -> Exchange {
    exchange(Route::Direct, UPSTREAM, response)
}

pub(crate) fn exchange(route: Route, url: &str, response: &[u8]) -> Exchange {
    let authority = url.split('/').nth(2).unwrap();
    let head =
        format!("GET /cart HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: why502/0.1.0\r\nAccept: */*\r\n\r\n");
    Exchange {
        route,
        upstream: Some(url.to_owned()),
        experiment: Experiment::SameRequest,
        guise: None,
        url: url.to_owned(),
        proxy: None,
        peer: Some(authority.to_owned()),
        resolution: None,
        connects: vec![ConnectAttempt {
            address: authority.to_owned(),
            outcome: ConnectOutcome::Connected,
            seconds: 0.000_21,
            detail: None,
            used: true,
        }],
        tls: None,
        sent: Sent { bytes: head.len() as u64, head: WireBytes::from(head.as_str()), complete: true },
        phases: phases(&[
            (Phase::Connect, 0.000_21),
            (Phase::Send, 0.000_04),
            (Phase::Wait, 0.0072),
            (Phase::Head, 0.000_09),
            (Phase::Body, 0.000_58),
        ]),
        ended_in: Phase::Body,
        end: End::Complete,
        end_detail: None,
        reading: Some(reading(response)),
        longest_gap: None,
        local: None,
        final_gap: None,
    }
}

/// Phases one after the other.
pub(crate) fn phases(lengths: &[(Phase, f64)]) -> Phases {
    let mut phases = Phases::default();
    let mut start = 0.0;
    for &(phase, length) in lengths {
        *phases.slot(phase) = Some(Span { start, end: start + length });
        start += length;
    }
    phases
}

/// A small reader for fixtures: one message, its fields, `Content-Length` or until close.
pub(crate) fn reading(bytes: &[u8]) -> Reading {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
    let head = &bytes[..end.unwrap_or(bytes.len())];
    let mut lines = head.split_inclusive(|&byte| byte == b'\n');
    let status_line = lines.next().unwrap_or_default();
    let mut parts = status_line.trim_ascii().splitn(3, |&byte| byte == b' ');
    let version = WireBytes::from(parts.next().unwrap_or_default());
    let status = parts.next().and_then(|code| std::str::from_utf8(code).ok()?.parse().ok());
    let reason = WireBytes::from(parts.next().unwrap_or_default());
    let mut offset = status_line.len() as u64;
    let mut fields = Vec::new();
    for line in lines {
        if let Some(colon) = line.iter().position(|&byte| byte == b':') {
            fields.push(Field {
                name: WireBytes::from(line[..colon].trim_ascii()),
                value: WireBytes::from(line[colon + 1..].trim_ascii()),
                offset,
                size: line.len() as u64,
            });
        }
        offset += line.len() as u64;
    }
    let message = Message {
        offset: 0,
        head_size: head.len() as u64,
        head_complete: end.is_some(),
        interim: false,
        version,
        status,
        reason,
        field_count: fields.len() as u64,
        fields,
    };
    let body = &bytes[head.len()..];
    let announced = message.text("content-length").and_then(|length| length.parse().ok());
    let (rule, section) = match announced {
        Some(length) => (FramingRule::ContentLength { length }, "9112 6.3 (6)"),
        None => (FramingRule::UntilClose, "9112 6.3 (8)"),
    };
    Reading {
        framing: end.map(|_| Framing { rule, section: section.into() }),
        framing_lost: false,
        messages: if bytes.is_empty() { Vec::new() } else { vec![message] },
        other_protocol: None,
        body: Body { length: body.len() as u64, beginning: WireBytes::from(body), ..Body::default() },
        end: StreamEnd::Open,
        cut: None,
        leftover: Leftover::default(),
        defects: Vec::new(),
        received: bytes.len() as u64,
        bytes: WireBytes::from(bytes),
    }
}

/// The exchange broken off.
pub(crate) fn broken(mut exchange: Exchange, end: End, ended_in: Phase, detail: &str) -> Exchange {
    exchange.end = end;
    exchange.ended_in = ended_in;
    exchange.end_detail = (!detail.is_empty()).then(|| detail.to_owned());
    let reached: Vec<(Phase, f64)> = exchange
        .phases
        .reached()
        .filter(|&(phase, _)| phase <= ended_in)
        .map(|(phase, span)| (phase, span.seconds()))
        .collect();
    exchange.phases = phases(&reached);
    if ended_in < Phase::Send {
        exchange.peer = None;
        exchange.sent = Sent::default();
        exchange.reading = None;
        exchange.connects[0].used = false;
    }
    exchange
}

/// The reading of an exchange with a cut and defects.
pub(crate) fn with_defects(mut exchange: Exchange, cut: Option<CutAt>, defects: Vec<Defect>) -> Exchange {
    let reading = exchange.reading.as_mut().unwrap();
    reading.cut = cut;
    reading.defects = defects;
    if cut.is_some() {
        reading.end = StreamEnd::Reset;
    }
    exchange
}

/// A diagnosis without anything found.
pub(crate) fn healthy() -> Diagnosis {
    Diagnosis {
        written_by: None,
        gateway: Some(GatewaySeen {
            name: "nginx".into(),
            version: Some("1.22.1".into()),
            recognised_by: vec!["its error page".into(), "the Server field".into()],
        }),
        verdict: Verdict {
            outcome: Outcome::Healthy,
            sentence: "The gateway gives what the upstream gives, complete.".into(),
            cause: None,
            error_type: None,
            blame: Blame::None,
            strength: None,
            gateway_status: Some(200),
            expected_status: None,
            status_is_right: None,
        },
        findings: Vec::new(),
        warnings: Vec::new(),
        ruled_out: Vec::new(),
        not_examined: Vec::new(),
        statements: Vec::new(),
        notes: Vec::new(),
    }
}

/// A diagnosis whose verdict is its one finding.
pub(crate) fn fault(finding: Finding, gateway_status: Option<u16>) -> Diagnosis {
    let expected = finding.error_type.and_then(ErrorType::recommended_status);
    let mut diagnosis = healthy();
    diagnosis.verdict = Verdict {
        outcome: Outcome::Fault,
        sentence: finding.sentence.clone(),
        cause: Some(finding.cause.clone()),
        error_type: finding.error_type,
        blame: finding.blame,
        strength: Some(finding.strength),
        gateway_status,
        expected_status: expected,
        status_is_right: Some(gateway_status == expected),
    };
    diagnosis.findings = vec![finding];
    diagnosis.ruled_out = ["connection-refused", "connect-timeout", "tls-on-plain-port"]
        .map(|cause| RuledOut { cause: cause.into(), by: "both routes connected and spoke HTTP".into() })
        .to_vec();
    diagnosis
}

/// A finding that is shown.
pub(crate) fn finding(cause: &str, error_type: ErrorType, phase: Phase, sentence: &str) -> Finding {
    Finding {
        cause: cause.into(),
        error_type: Some(error_type),
        phase,
        blame: Blame::Upstream,
        strength: Strength::Shown,
        sentence: sentence.into(),
        upstream: None,
        evidence: Vec::new(),
        remedies: Vec::new(),
        elsewhere: Vec::new(),
    }
}

pub(crate) fn evidence(exchange: usize, place: Place, text: &str) -> Evidence {
    Evidence { exchange, place, text: text.into() }
}

pub(crate) fn remedy(fix_for: why502::diagnosis::FixFor, advice: &str, config: Option<&str>) -> RemedyText {
    RemedyText { fix_for, advice: advice.into(), config: config.map(str::to_owned) }
}
