//! The proxy does not open a tunnel, by a rule of its own.

use super::{forward, no_proxy, refused, said, says, through};
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::diagnosis::{Blame, Strength};
use crate::observation::Phase;
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "proxy-refuses-connect",
    error_type: Some(ErrorType::HttpRequestDenied),
    phase: Phase::Wait,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Let the proxy open tunnels to this host and port: Squid's `acl SSL_ports port` and `http_access`, tinyproxy's `ConnectPort`, `Allow` and `Filter`. By default many allow port 443 alone.",
    page: include_str!("../pages/proxy-refuses-connect.md"),
};

/// CONNECT is answered with a 4xx.
pub struct RefusesConnect;

impl Cause for RefusesConnect {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(proxy) = forward(case) else { return no_proxy() };
        let Some((tunnel, status, answer)) = refused(case) else {
            return Assessment::RuledOut(match case.contrast.gateway.tunnel() {
                Some(tunnel) if tunnel.is_open() => format!("the tunnel to {} stood", tunnel.target),
                Some(_) => "CONNECT was not answered".to_owned(),
                None => "no tunnel is asked for".to_owned(),
            });
        };
        if matches!(status, 401 | 407) || (status >= 500 && status != 501) {
            return Assessment::RuledOut(format!(
                "CONNECT is answered with {answer}, which is no refusal by rule"
            ));
        }
        let statement = says(case, &[ErrorType::DestinationIpProhibited, ErrorType::HttpRequestDenied]);
        let mut evidence =
            vec![through(case, Phase::Head, format!("CONNECT {} is answered with {answer}", tunnel.target))];
        evidence.extend(statement.map(|(statement, _)| said(case, statement)));
        if !tunnel.target.ends_with(":443") {
            let text = "it is not port 443, the only one that many proxies open tunnels to";
            evidence.push(through(case, Phase::Send, text.to_owned()));
        }
        let words = if case.written_behind {
            "passes on that no tunnel is opened, as a proxy behind it has it"
        } else if matches!(status, 405 | 501) {
            "does not know CONNECT, so it is perhaps no forward proxy"
        } else {
            "refuses to open a tunnel"
        };
        Assessment::Found(Found {
            // Other statuses than these can have other reasons.
            strength: if case.contrast.is_denied() && !case.written_behind {
                Strength::Shown
            } else {
                Strength::Likely
            },
            blame: ABOUT.blame,
            error_type: Some(error_type(status, statement.map(|(_, kind)| kind))),
            sentence: format!("The proxy {} {words}: {answer} to CONNECT {}.", proxy.url, tunnel.target),
            evidence,
        })
    }
}

/// 403 is what RFC 9209 has for a rule; any other 4xx is `http_request_error`, whose status is "the applicable 4xx".
fn error_type(status: u16, stated: Option<ErrorType>) -> ErrorType {
    stated.unwrap_or(if status == 403 { ErrorType::HttpRequestDenied } else { ErrorType::HttpRequestError })
}
