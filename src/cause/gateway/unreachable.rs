//! The gateway itself cannot be reached.

use crate::cause::tls::{answered_in_http, answered_in_tls, certificate, wants_tls};
use crate::cause::weigh::over_tls;
use crate::cause::{About, Ask, Assessment, Case, Cause, Found};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::figures;
use crate::observation::{CertificateProblem, End, Exchange, Phase, TlsSeen};
use crate::plan::{Experiment, Route};

static ABOUT: About = About {
    slug: "gateway-unreachable",
    error_type: None,
    phase: Phase::Connect,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Check the URL, that the gateway runs, and that this machine may reach it.",
    page: include_str!("../pages/gateway-unreachable.md"),
};

/// No connection to the gateway, or no TLS with it.
pub struct Unreachable;

impl Cause for Unreachable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let gateway = case.contrast.gateway;
        if let Some(found) = asked_in_plain_http(case) {
            return Assessment::Found(found);
        }
        if case.contrast.answer != Answer::Unreachable {
            let peer = gateway.peer.as_deref().unwrap_or("the gateway");
            let what = if gateway.is_tunnelled() { "opened the tunnel" } else { "took the request" };
            return Assessment::RuledOut(format!("the gateway at {peer} {what}"));
        }
        let (blame, words) = reason(case);
        let took = figures::seconds(gateway.phases.total());
        let detail =
            gateway.end_detail.as_deref().or(gateway.tls.as_ref().and_then(|tls| tls.failure.as_deref()));
        let text = format!(
            "{} in the phase {}, after {took}{}",
            gateway.end.name(),
            gateway.ended_in.name(),
            detail.map_or_else(String::new, |detail| format!(": {detail}"))
        );
        Assessment::Found(Found {
            strength: Strength::Shown,
            blame,
            error_type: None,
            sentence: match gateway.end {
                End::CertificateRejected => words,
                _ => format!("{} cannot be reached: {words}.", whom(gateway)),
            },
            evidence: vec![Evidence {
                exchange: case.seen.index_of(gateway),
                place: Place::Phase { phase: gateway.ended_in },
                text,
            }],
        })
    }

    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        let gateway = case.contrast.gateway;
        if gateway.proxy.is_some() {
            return Vec::new();
        }
        if over_tls(gateway) {
            let is_open = gateway.ended_in == Phase::Handshake
                && matches!(gateway.end, End::Closed | End::Reset | End::NotTls)
                && !answered_in_http(gateway)
                && !answered_in_tls(gateway);
            return if is_open { vec![Ask::gateway(Experiment::InPlainHttp)] } else { Vec::new() };
        }
        let hangs_up =
            gateway.reached_peer() && !gateway.has_bytes() && matches!(gateway.end, End::Closed | End::Reset);
        if hangs_up || wants_tls(gateway) { vec![Ask::gateway(Experiment::OverTls)] } else { Vec::new() }
    }
}

/// The gateway's port speaks TLS, as a handshake with it shows, and was asked in plain HTTP. (That somebody complains of plain
/// HTTP is not enough: a gateway passes on the complaint of its upstream as well.)
fn asked_in_plain_http(case: &Case<'_>) -> Option<Found> {
    let gateway = case.contrast.gateway;
    let hangs_up = case.contrast.answer == Answer::Nothing && !gateway.has_bytes();
    if over_tls(gateway) || !(hangs_up || wants_tls(gateway)) {
        return None;
    }
    let over_tls = case.seen.of(Route::Gateway, Experiment::OverTls).next()?;
    let version = over_tls.tls.as_ref()?.version.as_deref()?;
    let whom = gateway.peer.as_deref().unwrap_or("the gateway");
    let evidence = |exchange: &Exchange, phase: Phase, text: String| Evidence {
        exchange: case.seen.index_of(exchange),
        place: Place::Phase { phase },
        text,
    };
    Some(Found {
        strength: Strength::Shown,
        blame: Blame::Client,
        error_type: None,
        sentence: format!(
            "The gateway was asked in plain HTTP, and its port {whom} speaks TLS: {} asks it so.",
            other_scheme(gateway)
        ),
        evidence: vec![evidence(
            over_tls,
            Phase::Handshake,
            format!("a TLS handshake with the same port succeeds ({version})"),
        )],
    })
}

/// What is to be typed to ask the same gateway in the other scheme.
fn other_scheme(gateway: &Exchange) -> String {
    let authority = |rest: &str| rest.split('/').next().unwrap_or_default().to_owned();
    match gateway.url.split_once("://") {
        Some(("https", rest)) => format!("http://{}", authority(rest)),
        Some((_, rest)) => format!("https://{}", authority(rest)),
        None => gateway.url.clone(),
    }
}

fn whom(gateway: &Exchange) -> String {
    match &gateway.proxy {
        Some(proxy) => format!("The proxy {} itself", proxy.url),
        None => "The gateway itself".to_owned(),
    }
}

fn reason(case: &Case<'_>) -> (Blame, String) {
    let gateway = case.contrast.gateway;
    let whom = gateway.peer.clone().unwrap_or_else(|| gateway.url.clone());
    match gateway.end {
        End::NotResolved => {
            let name = gateway.resolution.as_ref().map_or("its name", |resolution| resolution.name.as_str());
            (Blame::NameService, format!("the name {name} was not resolved"))
        }
        End::Refused => {
            (Blame::Gateway, format!("nothing accepts connections at {}", addresses(gateway, &whom)))
        }
        End::Unreachable => (Blame::Network, format!("there is no route to {}", addresses(gateway, &whom))),
        End::TimedOut if gateway.ended_in == Phase::Connect => {
            (Blame::Network, format!("nothing answers at {}", addresses(gateway, &whom)))
        }
        End::CertificateRejected => not_trusted(gateway),
        _ if answered_in_http(gateway) || answers_in_plain_http(case) => (
            Blame::Client,
            format!(
                "TLS is spoken to {whom}, and that port answers in plain HTTP; {} asks it so",
                other_scheme(gateway)
            ),
        ),
        End::LocalFailure => (Blame::Client, "this machine could not open a connection".to_owned()),
        other => (Blame::Gateway, format!("{} in the {}", other.name(), gateway.ended_in.name())),
    }
}

/// Whether the port on which TLS failed answers a request in plain HTTP.
fn answers_in_plain_http(case: &Case<'_>) -> bool {
    let mut plain = case.seen.of(Route::Gateway, Experiment::InPlainHttp);
    plain.any(|plain| plain.response().is_some() && !wants_tls(plain))
}

/// Nothing was learned of the gateway: it was this side that would not go on.
fn not_trusted(gateway: &Exchange) -> (Blame, String) {
    use CertificateProblem::{SelfSigned, UnknownIssuer};
    let problems = gateway.tls.as_ref().map(TlsSeen::all_problems).unwrap_or_default();
    let is_trust = problems.iter().all(|problem| matches!(problem, SelfSigned | UnknownIssuer));
    let what = if problems.is_empty() {
        "is not accepted here".to_owned()
    } else {
        format!("is {}", certificate::words(&problems))
    };
    let trust = if is_trust { ", --cacert FILE trusts the authority that signed it" } else { "" };
    let sentence = format!(
        "The gateway was not asked: its certificate {what}, so this side went no further. That is no reason of a 502. With -k \
         it is asked all the same{trust}."
    );
    (if is_trust { Blame::None } else { Blame::Gateway }, sentence)
}

fn addresses(gateway: &Exchange, otherwise: &str) -> String {
    let tried: Vec<&str> = gateway.connects.iter().map(|attempt| attempt.address.as_str()).collect();
    if tried.is_empty() { otherwise.to_owned() } else { tried.join(", ") }
}
