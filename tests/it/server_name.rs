//! What a real probe sees of an upstream that wants to be named, or wants a certificate of its client.

use std::net::SocketAddr;
use std::time::Duration;

use why502::lab::{Lab, find};
use why502::observation::{ClientCertificateSeen, End, Exchange};
use why502::plan::{Addressing, Endpoint, Experiment, Limits, Plan, Request, Route, TlsOptions};
use why502::probe::{Cancel, Context, Unwatched, run};

fn plan(url: &str) -> Plan {
    let (endpoint, _) = Endpoint::parse(url).unwrap();
    Plan {
        request: Request::get(),
        gateway: endpoint.clone(),
        upstreams: vec![endpoint],
        limits: Limits { connect: Duration::from_secs(2), total: Duration::from_secs(5) },
        tls: TlsOptions { insecure: true, ..TlsOptions::default() },
        addressing: Addressing::default(),
        sequential: false,
    }
}

async fn ask(plan: &Plan, experiment: Experiment) -> Exchange {
    let context = Context::new(plan, Cancel::never());
    run(&[plan.probe(Route::Direct, Some(0), experiment)], &context, &Unwatched).await.remove(0)
}

async fn lab() -> Lab {
    Lab::start(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap()
}

#[tokio::test]
async fn a_server_is_named_unless_it_is_not_to_be() {
    let lab = lab().await;
    let plan = plan(&lab.url_of(find("tls-sni-required").unwrap()).replace("127.0.0.1", "localhost"));
    let named = ask(&plan, Experiment::SameRequest).await;
    assert_eq!(named.status(), Some(200), "{named:?}");
    assert_eq!(named.tls.unwrap().server_name.as_deref(), Some("localhost"));
    let unnamed = ask(&plan, Experiment::WithoutServerName).await;
    assert_eq!((unnamed.end, unnamed.status()), (End::TlsAlert, None));
    let tls = unnamed.tls.unwrap();
    assert_eq!((tls.server_name, tls.alert.unwrap().id), (None, 112));
}

#[tokio::test]
async fn the_name_in_host_stands_for_that_of_an_address() {
    let lab = lab().await;
    let mut plan = plan(&lab.url_of(find("tls-sni-required").unwrap()));
    plan.upstreams[0].host_field = "shop.example.com:8443".to_owned();
    assert_eq!(ask(&plan, Experiment::SameRequest).await.end, End::TlsAlert);
    let named = ask(&plan, Experiment::WithServerName).await;
    assert_eq!(named.status(), Some(200), "{named:?}");
    assert_eq!(named.tls.unwrap().server_name.as_deref(), Some("shop.example.com"));
}

#[tokio::test]
async fn that_a_client_certificate_was_asked_for_is_seen() {
    let lab = lab().await;
    for (name, expected) in
        [("tls-client-cert", ClientCertificateSeen::Missing), ("tls-ok", ClientCertificateSeen::NotAsked)]
    {
        let seen = ask(&plan(&lab.url_of(find(name).unwrap())), Experiment::SameRequest).await;
        assert_eq!(seen.tls.unwrap().client_certificate, expected, "{name}");
    }
}
