//! The words that reports use for what the other rooms name: routes, ends, phases, framing.

use super::escape::safe;
use crate::diagnosis::{Blame, FixFor};
use crate::http1::{Framing, FramingRule, StreamEnd};
use crate::observation::{CertificateProblem, CertificateSeen, TlsSeen, Verification};
use crate::observation::{ConnectOutcome, End, Exchange, LookupFailure, Observations, Phase};
use crate::plan::{Experiment, Route};
use crate::statement::StatementPlace;

/// What a route is called in a line of its own: `through the gateway`, `directly to http://10.0.3.7:8080`.
#[must_use]
pub fn route(seen: &Observations, exchange: &Exchange) -> String {
    match (exchange.route, &exchange.upstream) {
        (Route::Gateway, _) => "through the gateway".to_owned(),
        (Route::Direct, Some(upstream)) if seen.upstreams.len() > 1 => {
            format!("directly to {}", safe(upstream))
        }
        (Route::Direct, _) => "directly to the upstream".to_owned(),
    }
}

/// The same in one word, for the edge of a picture: `gateway`, `direct`, `direct 2`.
#[must_use]
pub fn short_route(seen: &Observations, exchange: &Exchange) -> String {
    if exchange.route == Route::Gateway {
        return "gateway".to_owned();
    }
    let place =
        exchange.upstream.as_ref().and_then(|url| seen.upstreams.iter().position(|known| known == url));
    match place {
        Some(index) if seen.upstreams.len() > 1 => format!("direct {}", index + 1),
        _ => "direct".to_owned(),
    }
}

/// The exchange in a few words, with its experiment where it is not the request as such.
#[must_use]
pub fn exchange(seen: &Observations, exchange: &Exchange) -> String {
    match exchange.experiment {
        Experiment::SameRequest => route(seen, exchange),
        _ => format!("{}, {}", route(seen, exchange), experiment(exchange)),
    }
}

/// What was tried in an exchange: its experiment, or the guise of its request.
#[must_use]
pub fn experiment(exchange: &Exchange) -> String {
    exchange
        .guise
        .as_ref()
        .map_or_else(|| exchange.experiment.name().to_owned(), |guise| safe(&guise.words()).into_owned())
}

/// The response of an exchange in a few words, as the origin of a snippet.
#[must_use]
pub fn response(seen: &Observations, exchange: &Exchange) -> String {
    let varied = match exchange.experiment {
        Experiment::SameRequest => String::new(),
        _ => format!(" {}", experiment(exchange)),
    };
    format!("{} response{varied}", short_route(seen, exchange))
}

/// How an exchange ended, and in which phase: `reset in the head`.
#[must_use]
pub fn end(exchange: &Exchange) -> String {
    match exchange.end {
        End::Complete | End::NotResolved | End::CertificateRejected => exchange.end.name().to_owned(),
        End::Refused => "connection refused".to_owned(),
        End::Unreachable => "no route to it".to_owned(),
        // A library does not tell how far it had come; its own words tell more.
        other if exchange.experiment == Experiment::SecondOpinion => match &exchange.end_detail {
            Some(detail) => format!("{}: {}", other.name(), safe(detail)),
            None => other.name().to_owned(),
        },
        other => format!("{} {}", other.name(), within(exchange.ended_in)),
    }
}

/// Where in an exchange.
#[must_use]
pub fn within(phase: Phase) -> &'static str {
    match phase {
        Phase::Resolve => "while its name was looked up",
        Phase::Connect => "while connecting",
        Phase::Handshake => "in the TLS handshake",
        Phase::Send => "while the request was sent",
        Phase::Wait => "before the first byte",
        Phase::Head => "in the head",
        Phase::Body => "in the body",
    }
}

/// What a program waits for in a phase, for progress.
#[must_use]
pub fn doing(phase: Phase) -> &'static str {
    match phase {
        Phase::Resolve => "looking up the name",
        Phase::Connect => "connecting",
        Phase::Handshake => "TLS handshake",
        Phase::Send => "sending the request",
        Phase::Wait => "waiting for the first byte of the response",
        Phase::Head => "reading the response head",
        Phase::Body => "reading the response body",
    }
}

/// How the end of a response is known.
#[must_use]
pub fn framing(framing: &Framing) -> String {
    match framing.rule {
        FramingRule::NoBody => "no body".to_owned(),
        FramingRule::Tunnel => "another protocol follows".to_owned(),
        FramingRule::Chunked => "chunked".to_owned(),
        FramingRule::ContentLength { length } => format!("Content-Length: {length}"),
        FramingRule::UntilClose => "until the connection ends".to_owned(),
    }
}

/// How a stream ended.
#[must_use]
pub fn stream_end(end: StreamEnd) -> &'static str {
    match end {
        StreamEnd::Fin => "closed in order (FIN)",
        StreamEnd::Reset => "reset (RST)",
        StreamEnd::Open => "still open",
        StreamEnd::Truncated => "closed without a TLS close_notify",
    }
}

/// Whose fault it is.
#[must_use]
pub fn blame(blame: Blame) -> &'static str {
    match blame {
        Blame::Upstream => "upstream",
        Blame::Gateway => "gateway",
        Blame::Network => "network",
        Blame::NameService => "name service",
        Blame::Client => "client",
        Blame::None => "nobody",
    }
}

/// The heading above what is to be changed there.
#[must_use]
pub fn fix_for(who: FixFor) -> &'static str {
    match who {
        FixFor::Upstream => "What to change at the upstream",
        FixFor::Gateway => "What to change at the gateway",
        FixFor::Investigation => "To learn more",
    }
}

/// Where a gateway's statement stands.
#[must_use]
pub fn statement_place(place: StatementPlace) -> &'static str {
    match place {
        StatementPlace::ProxyStatus => "in Proxy-Status",
        StatementPlace::Field => "in a field",
        StatementPlace::Reason => "in the reason phrase",
        StatementPlace::Body => "in the body",
    }
}

/// What came of a TCP connect.
#[must_use]
pub fn connect(outcome: ConnectOutcome) -> &'static str {
    match outcome {
        ConnectOutcome::Connected => "connected",
        ConnectOutcome::Refused => "refused",
        ConnectOutcome::Reset => "reset",
        ConnectOutcome::Unreachable => "no route",
        ConnectOutcome::TimedOut => "no answer",
        ConnectOutcome::LocalFailure => "could not be tried",
    }
}

/// Why a name has no address.
#[must_use]
pub fn lookup(failure: LookupFailure) -> &'static str {
    match failure {
        LookupFailure::NotFound => "no such name, or no address",
        LookupFailure::ServerFailure => "the name server failed",
        LookupFailure::TimedOut => "the name server did not answer",
        LookupFailure::NoneOfFamily => "no address of the family asked for",
    }
}

/// What verification said of a certificate.
#[must_use]
pub fn verification(tls: &TlsSeen) -> Option<String> {
    let told = |problem| {
        let detail = tls.certificates.first().and_then(|leaf| detail(problem, leaf)).unwrap_or_default();
        format!("{}{detail}", certificate(problem))
    };
    match tls.verification {
        Verification::NotReached => None,
        Verification::Trusted => Some("certificate trusted".to_owned()),
        Verification::Rejected(problem) => Some(format!("certificate rejected: {}", told(problem))),
        Verification::Overlooked(problem) => {
            Some(format!("certificate not trusted ({}), overlooked", told(problem)))
        }
    }
}

/// What of the certificate shows the problem.
fn detail(problem: CertificateProblem, leaf: &CertificateSeen) -> Option<String> {
    match problem {
        CertificateProblem::Expired => Some(format!(" on {}", safe(&leaf.not_after))),
        CertificateProblem::NotYetValid => Some(format!(" until {}", safe(&leaf.not_before))),
        CertificateProblem::WrongName => {
            let names: Vec<_> = leaf.names.iter().take(NAMES_SHOWN).map(|name| safe(name)).collect();
            let more = if leaf.names.len() > NAMES_SHOWN { " and more" } else { "" };
            Some(format!(": {}{more}", names.join(", ")))
        }
        CertificateProblem::UnknownIssuer => Some(format!(" ({})", safe(&leaf.issuer))),
        CertificateProblem::SelfSigned | CertificateProblem::WrongPurpose | CertificateProblem::Other => None,
    }
}

/// How many names of a certificate are told.
const NAMES_SHOWN: usize = 4;

fn certificate(problem: CertificateProblem) -> &'static str {
    match problem {
        CertificateProblem::Expired => "expired",
        CertificateProblem::NotYetValid => "not valid yet",
        CertificateProblem::WrongName => "for other names",
        CertificateProblem::UnknownIssuer => "issuer unknown",
        CertificateProblem::SelfSigned => "self-signed",
        CertificateProblem::WrongPurpose => "not for a server",
        CertificateProblem::Other => "not acceptable",
    }
}

/// A text as a sentence: with a capital at its beginning, unless it begins with the name of a gateway, which is
/// written as its makers write it.
#[must_use]
pub fn sentence(text: &str) -> String {
    let is_name = crate::gateway::GATEWAYS.iter().any(|gateway| text.starts_with(gateway.name));
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if first.is_ascii_lowercase() && !is_name => {
            first.to_ascii_uppercase().to_string() + letters.as_str()
        }
        _ => text.to_owned(),
    }
}
