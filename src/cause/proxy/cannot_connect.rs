//! The proxy would open a tunnel and does not get through, where this machine does.
//!
//! CONNECT asks for a connection and for nothing else: a proxy that answers it with 5xx has failed to find the
//! origin's address or to connect. If the same fails from here, that fault is named; this one is for the rest.

use super::{directly, forward, no_proxy, refused, through};
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
        let took = figures::seconds(case.contrast.gateway_seconds());
        let text = format!("CONNECT {} is answered with {answer} after {took}", tunnel.target);
        let mut evidence = vec![through(case, Phase::Head, text)];
        evidence.extend(directly(case, format!("without the proxy a connection to {peer} stands")));
        Assessment::Found(Found {
            strength: Strength::Likely,
            blame: ABOUT.blame,
            // The only type of which the status itself is the sign.
            error_type: (status == 504).then_some(ErrorType::ConnectionTimeout),
            sentence: format!(
                "The proxy {} cannot connect to {} ({answer} to CONNECT), and this machine can.",
                proxy.url, tunnel.target
            ),
            evidence,
        })
    }
}
