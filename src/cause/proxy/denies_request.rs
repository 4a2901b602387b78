//! A proxy that is asked for a whole URL answers 403, and the origin does not.
//!
//! Either the proxy denies the request, or the origin denies the proxy. Who signs the answer with another `Server` than
//! the origin has not passed it on, unless the signs say that it was written behind the proxy.

use super::{answer, directly, forward, no_proxy, said, says, through};
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::diagnosis::{Blame, Strength};
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "proxy-denies-request",
    error_type: Some(ErrorType::HttpRequestDenied),
    phase: Phase::Wait,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Let the proxy pass requests from this client to this host: Squid's `http_access`, tinyproxy's `Allow` and `Filter`. If the proxy's log shows that it did ask, the origin denies the proxy: look there.",
    page: include_str!("../pages/proxy-denies-request.md"),
};

/// 403 through the proxy alone.
pub struct DeniesRequest;

impl Cause for DeniesRequest {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(proxy) = forward(case) else { return no_proxy() };
        if case.contrast.gateway.tunnel().is_some() {
            return Assessment::RuledOut("the proxy is asked for a tunnel, not for the URL".to_owned());
        }
        let through_it = case.contrast.gateway.response().filter(|response| response.status == Some(403));
        let Some(response) = through_it else {
            return Assessment::RuledOut("the proxy does not answer 403".to_owned());
        };
        let statement = says(case, &[ErrorType::DestinationIpProhibited, ErrorType::HttpRequestDenied]);
        let direct = case.contrast.direct.and_then(Exchange::status);
        let (strength, words) = match (direct, statement) {
            _ if case.written_behind && direct != Some(403) => (
                Strength::Consistent,
                "and it was written behind it: by another proxy there, or by the origin",
            ),
            (Some(403), None) => return Assessment::RuledOut("the origin itself answers 403".to_owned()),
            (_, Some(_)) => (Strength::Likely, "by a rule of its own, as it says"),
            (Some(_), None) if is_signed_otherwise(case) => {
                (Strength::Likely, "by a rule of its own: it is not the origin that signs it")
            }
            (Some(_), None) => {
                (Strength::Consistent, "by a rule of its own, or because the origin denies the proxy")
            }
            (None, None) => {
                return Assessment::NotExamined("an answer of the origin without the proxy".to_owned());
            }
        };
        let answer = answer(403, &response.reason.to_string());
        let mut evidence = vec![through(case, Phase::Head, format!("through the proxy comes {answer}"))];
        evidence.extend(statement.map(|(statement, _)| said(case, statement)));
        evidence.extend(
            direct.and_then(|status| directly(case, format!("without it the origin answers {status}"))),
        );
        Assessment::Found(Found {
            strength,
            blame: ABOUT.blame,
            error_type: statement.map(|(_, kind)| kind),
            sentence: format!("The proxy {} answers {answer}, {words}.", proxy.url),
            evidence,
        })
    }
}

/// Whether the answer through the proxy names another server than the direct one.
fn is_signed_otherwise(case: &Case<'_>) -> bool {
    let server = |exchange: &Exchange| {
        exchange.response().and_then(|response| response.values("Server").next()).map(ToString::to_string)
    };
    let through = server(case.contrast.gateway);
    through.is_some() && through != case.contrast.direct.and_then(server)
}
