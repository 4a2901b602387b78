//! The gateway itself cannot be reached.

use crate::cause::tls::answered_in_http;
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::figures;
use crate::observation::{End, Exchange, Phase};

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
        if case.contrast.answer != Answer::Unreachable {
            let peer = gateway.peer.as_deref().unwrap_or("the gateway");
            let what = if gateway.is_tunnelled() { "opened the tunnel" } else { "took the request" };
            return Assessment::RuledOut(format!("the gateway at {peer} {what}"));
        }
        let (blame, words) = reason(gateway);
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
            sentence: format!("{} cannot be reached: {words}.", whom(gateway)),
            evidence: vec![Evidence {
                exchange: case.seen.index_of(gateway),
                place: Place::Phase { phase: gateway.ended_in },
                text,
            }],
        })
    }
}

fn whom(gateway: &Exchange) -> String {
    match &gateway.proxy {
        Some(proxy) => format!("The proxy {} itself", proxy.url),
        None => "The gateway itself".to_owned(),
    }
}

fn reason(gateway: &Exchange) -> (Blame, String) {
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
        End::CertificateRejected => (
            Blame::Gateway,
            "its certificate is not to be trusted here; --cacert FILE trusts an authority of your own, -k overlooks it"
                .to_owned(),
        ),
        End::NotTls if answered_in_http(gateway) => (
            Blame::Client,
            format!("TLS is spoken to {whom}, and that port answers in plain HTTP; http:// instead of https:// asks it so"),
        ),
        End::LocalFailure => (Blame::Client, "this machine could not open a connection".to_owned()),
        other => (Blame::Gateway, format!("{} in the {}", other.name(), gateway.ended_in.name())),
    }
}

fn addresses(gateway: &Exchange, otherwise: &str) -> String {
    let tried: Vec<&str> = gateway.connects.iter().map(|attempt| attempt.address.as_str()).collect();
    if tried.is_empty() { otherwise.to_owned() } else { tried.join(", ") }
}
