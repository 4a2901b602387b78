//! The proxy would open a tunnel and does not get through, where this machine does.
//!
//! CONNECT asks for a connection and for nothing else: a proxy that answers it with 5xx has mostly failed to find the
//! origin's address or to connect; by a rule or at a limit of its own it can do the same. If the same fails from here, that
//! fault is named; this one is for the rest.

use super::{directly, forward, no_proxy, refused, said, says, through};
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::diagnosis::{Blame, Strength};
use crate::figures;
use crate::observation::Phase;
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "proxy-cannot-connect",
    error_type: None,
    phase: Phase::Connect,
    blame: Blame::Network,
    stated_as: &[],
    remedy: "Look from the proxy's machine: does the name resolve there, to which addresses, and does a connection to them stand? The proxy's log names the address that it tried.",
    page: include_str!("../pages/proxy-cannot-connect.md"),
};

/// What a proxy says that failed to get to the origin.
const OF_CONNECTING: &[ErrorType] = &[
    ErrorType::ConnectionRefused,
    ErrorType::ConnectionTimeout,
    ErrorType::DestinationIpUnroutable,
    ErrorType::DnsError,
    ErrorType::DnsTimeout,
];

/// CONNECT is answered with a 5xx, and the origin can be reached without the proxy.
pub struct CannotConnect;

impl Cause for CannotConnect {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(proxy) = forward(case) else { return no_proxy() };
        let Some((tunnel, status, answer)) = refused(case).filter(|(_, status, _)| *status >= 500) else {
            return Assessment::RuledOut("no CONNECT is answered with a 5xx".to_owned());
        };
        if status == 501 {
            return Assessment::RuledOut(
                "the proxy does not try to connect: it does not know CONNECT".to_owned(),
            );
        }
        let Some(peer) = case.contrast.direct.and_then(|direct| direct.peer.as_deref()) else {
            return Assessment::RuledOut("without the proxy there is no connection either".to_owned());
        };
        let says = says(case, OF_CONNECTING)
            .filter(|(statement, _)| !statement.can_mean(ErrorType::HttpRequestDenied));
        let behind = tunnel.reason.to_string().to_ascii_lowercase().contains("upstream proxy");
        let took = figures::seconds(case.contrast.gateway_seconds());
        let text = format!("CONNECT {} is answered with {answer} after {took}", tunnel.target);
        let mut evidence = vec![through(case, Phase::Head, text)];
        evidence.extend(directly(case, format!("without the proxy a connection to {peer} stands")));
        evidence.extend(says.map(|(statement, _)| said(case, statement)));
        let is_told = says.is_some() || behind || status == 504;
        Assessment::Found(Found {
            // A 502 or 503 without a word can as well be a rule or a limit.
            strength: if is_told { Strength::Likely } else { Strength::Consistent },
            blame: if is_told { ABOUT.blame } else { Blame::None },
            // The only type of which the status itself is the sign.
            error_type: (status == 504).then_some(ErrorType::ConnectionTimeout),
            sentence: if behind {
                format!(
                    "The proxy {} cannot connect to the proxy behind it ({answer} to CONNECT).",
                    proxy.url
                )
            } else {
                let (whom, or) = (&tunnel.target, if is_told { "" } else { ", or will not" });
                format!(
                    "The proxy {} does not get through to {whom}{or} ({answer} to CONNECT), and this machine does.",
                    proxy.url
                )
            },
            evidence,
        })
    }
}
