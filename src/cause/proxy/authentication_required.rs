//! The proxy wants to know who asks.
//!
//! It says so with 407. Some answer 401 to credentials that they do not take, as if they were the origin: tinyproxy
//! 1.11.1 does (measured).

use super::{forward, no_proxy, through};
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::diagnosis::{Blame, Strength};
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "proxy-authentication-required",
    error_type: Some(ErrorType::HttpRequestError),
    phase: Phase::Wait,
    blame: Blame::Client,
    stated_as: &[],
    remedy: "Give the proxy the credentials that it asks for: -x http://USER:PASSWORD@HOST:PORT, or --proxy-user.",
    page: include_str!("../pages/proxy-authentication-required.md"),
};

/// The proxy answers 407.
pub struct AuthenticationRequired;

impl Cause for AuthenticationRequired {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(proxy) = forward(case) else { return no_proxy() };
        let gateway = case.contrast.gateway;
        let Some((status, strength)) = asked(case) else {
            return Assessment::RuledOut(format!("the proxy {} does not answer 407", proxy.url));
        };
        let challenges = challenges(gateway);
        let wanted = if challenges.is_empty() {
            "it does not say of which kind".to_owned()
        } else {
            format!("it asks for {}", challenges.join(" or "))
        };
        let what = if credentials_were_sent(gateway) {
            "does not take the credentials that were sent"
        } else {
            "wants credentials, and none were sent"
        };
        let knows_basic = challenges.iter().any(|scheme| scheme.eq_ignore_ascii_case("basic"));
        let mut evidence = vec![through(case, Phase::Head, format!("the proxy answers {status}; {wanted}"))];
        if !challenges.is_empty() && !knows_basic {
            evidence.push(through(
                case,
                Phase::Head,
                "why502 can give credentials by the scheme Basic alone; others take a proxy of your own in between"
                    .to_owned(),
            ));
        }
        Assessment::Found(Found {
            strength,
            blame: ABOUT.blame,
            error_type: None,
            sentence: if strength == Strength::Consistent {
                format!(
                    "Through the proxy {} comes {status}, written behind it: another proxy there, or the origin, wants \
                     credentials.",
                    proxy.url
                )
            } else {
                format!("The proxy {} {what}: {status}.", proxy.url)
            },
            evidence,
        })
    }
}

/// The status with which the proxy asks for credentials, and how sure it is that it is the proxy who does.
fn asked(case: &Case<'_>) -> Option<(u16, Strength)> {
    let gateway = case.contrast.gateway;
    let direct = case.contrast.direct.and_then(Exchange::status);
    match gateway.status().filter(|_| !gateway.is_tunnelled())? {
        // RFC 9110 section 15.5.8: only a proxy asks with 407. An origin that does it all the same does it to everybody.
        status @ 407 if direct == Some(status) => None,
        407 if case.written_behind => Some((407, Strength::Consistent)),
        // A page without a known author can be that of somebody behind the proxy.
        407 if !case.contrast.has_no_tunnel() && !is_its_own(case) => Some((407, Strength::Likely)),
        407 => Some((407, Strength::Shown)),
        401 if case.contrast.has_no_tunnel() => Some((401, Strength::Shown)),
        401 => {
            let origin_is_content = direct.is_some_and(|own| own != 401) && is_its_own(case);
            (origin_is_content && credentials_were_sent(gateway)).then_some((401, Strength::Likely))
        }
        _ => None,
    }
}

/// Whether the page is one of a product, and nothing says that it was written behind the proxy.
fn is_its_own(case: &Case<'_>) -> bool {
    case.known.is_some_and(|known| known.own_error) && !case.written_behind
}

/// The schemes that the proxy offers.
fn challenges(gateway: &Exchange) -> Vec<String> {
    let values = gateway.response().into_iter().flat_map(|response| {
        response.values("Proxy-Authenticate").chain(response.values("WWW-Authenticate"))
    });
    let mut schemes: Vec<String> = Vec::new();
    for value in values {
        let text = value.to_string();
        let scheme = text.split([' ', ',']).next().unwrap_or_default().to_owned();
        if !scheme.is_empty() && !schemes.contains(&scheme) {
            schemes.push(scheme);
        }
    }
    schemes
}

fn credentials_were_sent(gateway: &Exchange) -> bool {
    let head = &gateway.sent.head.0;
    head.split(|&byte| byte == b'\n')
        .any(|line| line.get(..20).is_some_and(|name| name.eq_ignore_ascii_case(b"proxy-authorization:")))
}
