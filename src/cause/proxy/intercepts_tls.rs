//! Through the tunnel comes another certificate than from the origin itself, and it is not trusted.

use super::{directly, forward, no_proxy, through};
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::diagnosis::{Blame, Strength};
use crate::observation::{CertificateProblem, CertificateSeen, End, Exchange, Phase};

static ABOUT: About = About {
    slug: "proxy-intercepts-tls",
    error_type: None,
    phase: Phase::Handshake,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Trust the authority that the proxy signs with (--cacert FILE, and the trust store of every client), or have this host exempted from inspection.",
    page: include_str!("../pages/proxy-intercepts-tls.md"),
};

/// The proxy answers the handshake in the origin's place.
pub struct InterceptsTls;

impl Cause for InterceptsTls {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(proxy) = forward(case) else { return no_proxy() };
        let gateway = case.contrast.gateway;
        if !gateway.is_tunnelled() {
            return Assessment::RuledOut("no TLS goes through a tunnel".to_owned());
        }
        let (Some(shown), Some(own)) = (leaf(gateway), case.contrast.direct.and_then(leaf)) else {
            return Assessment::NotExamined("the certificate on both routes".to_owned());
        };
        if shown.issuer == own.issuer {
            return Assessment::RuledOut("the certificate has the same issuer on both routes".to_owned());
        }
        if gateway.end != End::CertificateRejected {
            return Assessment::RuledOut("what comes through the tunnel is trusted".to_owned());
        }
        let mut evidence = vec![through(
            case,
            Phase::Handshake,
            format!("through the tunnel the certificate is issued by {}", shown.issuer),
        )];
        evidence.extend(directly(case, format!("without the proxy it is issued by {}", own.issuer)));
        // Who answers in the origin's place makes a certificate for its name; one for other names is another server's.
        let wrong_name = gateway
            .tls
            .as_ref()
            .is_some_and(|tls| tls.all_problems().contains(&CertificateProblem::WrongName));
        Assessment::Found(Found {
            strength: if wrong_name { Strength::Consistent } else { Strength::Likely },
            blame: ABOUT.blame,
            error_type: None,
            sentence: format!(
                "Through the tunnel of the proxy {} comes another certificate than directly, which is not trusted here: the \
                 proxy answers TLS in the origin\u{2019}s place, or its tunnel leads to another server.",
                proxy.url
            ),
            evidence,
        })
    }
}

fn leaf(exchange: &Exchange) -> Option<&CertificateSeen> {
    exchange.tls.as_ref()?.certificates.first()
}
