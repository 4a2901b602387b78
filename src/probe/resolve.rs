//! From a name to addresses: as the system's resolver sees it, since a gateway on this machine would see the same.

use std::net::{IpAddr, SocketAddr};

use tokio::time::timeout;

use super::context::Context;
use super::draft::Draft;
use super::stop::{Stop, words};
use super::{addressing, dns};
use crate::observation::{End, LookupFailure, Phase, Resolution};
use crate::plan::{Family, Probe};

/// The addresses to connect to, in their order; never empty.
pub(super) async fn resolve(
    draft: &mut Draft<'_>,
    probe: &Probe,
    context: &Context,
) -> Result<Vec<SocketAddr>, Stop> {
    let (host, port) = addressing::destination(&context.addressing, probe.connects_to());
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    draft.enter(Phase::Resolve);
    let pending = Resolution {
        name: host.to_owned(),
        addresses: Vec::new(),
        failure: Some(LookupFailure::TimedOut),
        rcode: None,
        detail: None,
    };
    draft.exchange.resolution = Some(pending.clone());
    let found = match addressing::overridden(&context.addressing, host, port) {
        Some(addresses) => Ok(addresses),
        None => look_up(host, port, context).await,
    };
    let (resolution, addresses) = match found {
        Ok(found) => of_family(pending, &found, context.addressing.family),
        Err(failure) => (ask_the_dns(pending, failure).await, Vec::new()),
    };
    let failed = resolution.failure.is_some();
    let detail = resolution.detail.clone();
    draft.exchange.resolution = Some(resolution);
    if failed { Err(Stop { end: End::NotResolved, detail }) } else { Ok(addresses) }
}

/// How the system's resolver failed.
enum LookUp {
    Failed(String),
    TimedOut,
}

async fn look_up(host: &str, port: u16, context: &Context) -> Result<Vec<SocketAddr>, LookUp> {
    let mut addresses: Vec<SocketAddr> = Vec::new();
    match timeout(context.limits.connect, tokio::net::lookup_host((host, port))).await {
        Ok(Ok(found)) => {
            for address in found {
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
            Ok(addresses)
        }
        Ok(Err(error)) => Err(LookUp::Failed(words(&error))),
        Err(_) => Err(LookUp::TimedOut),
    }
}

fn of_family(
    mut resolution: Resolution,
    found: &[SocketAddr],
    family: Option<Family>,
) -> (Resolution, Vec<SocketAddr>) {
    let fitting: Vec<SocketAddr> =
        found.iter().filter(|address| family.is_none_or(|family| family.holds(address))).copied().collect();
    // Where none fits, all are shown: so one sees what there would have been.
    let shown = if fitting.is_empty() { found } else { &fitting };
    resolution.addresses = shown.iter().map(|address| address.ip().to_string()).collect();
    resolution.failure = match (found.is_empty(), fitting.is_empty()) {
        (true, _) => Some(LookupFailure::NotFound),
        (false, true) => Some(LookupFailure::NoneOfFamily),
        (false, false) => None,
    };
    (resolution, fitting)
}

/// The system's resolver says only that it failed; the name server's own answer code tells why.
async fn ask_the_dns(mut resolution: Resolution, failure: LookUp) -> Resolution {
    let answer = dns::answer_code(&resolution.name).await;
    let timed_out = matches!(failure, LookUp::TimedOut);
    resolution.failure = Some(match answer.as_deref() {
        Some("SERVFAIL" | "REFUSED" | "FORMERR" | "NOTIMP") => LookupFailure::ServerFailure,
        Some("TIMEOUT") => LookupFailure::TimedOut,
        _ if timed_out => LookupFailure::TimedOut,
        _ => LookupFailure::NotFound,
    });
    resolution.rcode = answer;
    resolution.detail = match failure {
        LookUp::Failed(words) => Some(words),
        LookUp::TimedOut => None,
    };
    resolution
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending() -> Resolution {
        Resolution {
            name: "name".to_owned(),
            addresses: Vec::new(),
            failure: None,
            rcode: None,
            detail: None,
        }
    }

    #[test]
    fn addresses_of_the_other_family_only_are_shown_and_not_used() {
        let found = ["127.0.0.1:80".parse().unwrap()];
        let (resolution, addresses) = of_family(pending(), &found, Some(Family::V6));
        assert_eq!(resolution.failure, Some(LookupFailure::NoneOfFamily));
        assert_eq!(resolution.addresses, ["127.0.0.1"]);
        assert!(addresses.is_empty());
    }
}
