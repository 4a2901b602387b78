//! Hints at what gateways do otherwise in TLS than this side, where both shake hands with the same upstream.

use super::Outcome;
use super::hints::Situation;
use crate::contrast::Answer;
use crate::gateway;
use crate::observation::Exchange;
use crate::tolerance;

/// The upstream is asked by an address that its certificate has, and the gateway compares names alone.
pub(super) fn address_for_a_name(of: Situation<'_>) -> Option<String> {
    let recognised = of.recognised.filter(|recognised| recognised.own_error)?;
    let compares = gateway::compares_names_alone(recognised.gateway.name)?;
    if of.verdict.outcome != Outcome::Unexplained || of.gateway.status() != Some(compares.status) {
        return None;
    }
    let has_it = |direct: &Exchange| {
        let tls = direct.tls.as_ref()?;
        let leaf = tls.certificates.first().filter(|_| tls.server_name.is_none())?;
        let address = direct.peer.as_deref()?.parse::<std::net::SocketAddr>().ok()?.ip().to_string();
        let is_its_name = leaf.subject.contains(&format!("CN={address}"));
        (leaf.names.contains(&address) && !is_its_name).then_some(address)
    };
    let address = of.seen.direct().find_map(has_it)?;
    Some(format!(
        "The upstream's certificate is for the address {address}, and {title} {what}. Asked by a name that the certificate has, \
         it takes it; {log} settles whether it is that.",
        title = recognised.gateway.title,
        what = compares.what,
        log = compares.log,
    ))
}

/// The upstream was asked in a version of TLS that the gateway does not offer by default.
pub(super) fn newest_version(of: Situation<'_>) -> Option<String> {
    let recognised = of.recognised.filter(|recognised| recognised.own_error)?;
    let version = recognised.version.as_deref().and_then(tolerance::version);
    let offers = gateway::offers_tls12_at_most(recognised.gateway.name, version)?;
    let in_13 = |direct: &Exchange| {
        direct.tls.as_ref().is_some_and(|tls| tls.version.as_deref() == Some("TLSv1.3"))
            && Answer::of(direct).is_whole()
    };
    let status = of.gateway.status().filter(|status| offers.statuses.contains(status))?;
    let is_of_tls = of.stated.is_empty()
        || of
            .stated
            .iter()
            .any(|statement| statement.means.contains(&crate::proxy_status::ErrorType::TlsAlertReceived));
    let direct = of.seen.direct().find(|direct| in_13(direct)).filter(|_| is_of_tls)?;
    (of.verdict.outcome == Outcome::Unexplained).then(|| {
        let title = recognised.gateway.title;
        let url = direct.upstream.as_deref().unwrap_or(&direct.url);
        format!(
            "The upstream was asked here in TLS 1.3, which {title} {}: an upstream that takes nothing older refuses it, \
             with such a {status}. `curl --tls-max 1.2 {url}` tries that.",
            offers.unless
        )
    })
}
