//! An upstream that serves one name only, behind gateways that pass the client's `Host` on and behind one that does not.

use std::net::{Ipv4Addr, SocketAddr};

use why502::diagnosis::{Diagnosis, diagnose};
use why502::lab::{Lab, find};
use why502::observation::Observations;
use why502::plan::{Addressing, Endpoint, Limits, Plan, Request, TlsOptions};

use super::{RealGateway, haproxy, nginx};
use crate::whole_run;

#[test]
fn a_gateway_that_asks_with_a_host_of_its_own_is_told_to_pass_the_clients_on() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (behind_nginx, behind_haproxy) = runtime.block_on(async {
        let lab = Lab::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        (told(&lab, &nginx::http10(&lab)).await, told(&lab, &haproxy::haproxy(&lab)).await)
    });
    runtime.shutdown_background();

    let (diagnosis, _) = behind_nginx;
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("upstream-refuses-host"), "{diagnosis:#?}");
    let remedies = diagnosis.findings[0].remedies.iter().filter_map(|remedy| remedy.config.as_deref());
    assert!(remedies.clone().any(|config| config == "proxy_set_header Host $http_host;"), "{diagnosis:#?}");

    let (diagnosis, exchanges) = behind_haproxy;
    assert_eq!((diagnosis.verdict.outcome.name(), exchanges), ("healthy", 2), "{diagnosis:#?}");
}

/// The diagnosis for a client of shop.example.com, and how many exchanges it took.
async fn told(lab: &Lab, gateway: &RealGateway) -> (Diagnosis, usize) {
    let fault = find("host-rst").unwrap();
    let seen = seen_by_a_client_of_the_shop(&gateway.url(fault), &lab.url_of(fault), true).await;
    (diagnose(&seen), seen.exchanges.len())
}

/// What a client of shop.example.com sees, whose `Host` both routes get.
pub(super) async fn seen_by_a_client_of_the_shop(
    gateway: &str,
    upstream: &str,
    sequential: bool,
) -> Observations {
    let named = |url: &str| {
        let (mut endpoint, _) = Endpoint::parse(url).unwrap();
        "shop.example.com".clone_into(&mut endpoint.host_field);
        endpoint
    };
    let plan = Plan {
        request: Request::get(),
        gateway: named(gateway),
        upstreams: vec![named(upstream)],
        limits: Limits::default(),
        tls: TlsOptions::default(),
        addressing: Addressing::default(),
        sequential,
    };
    whole_run::observations(&plan).await
}
