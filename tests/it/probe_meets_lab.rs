//! The probes against the lab: every fault that it has ends as it should.

use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Duration;

use why502::lab::{FAULTS, Lab};
use why502::observation::Exchange;
use why502::plan::{Addressing, Endpoint, Experiment, Limits, Plan, Request, Route, TlsOptions};
use why502::probe::{Cancel, Context, Unwatched, run};

#[test]
fn every_fault_of_the_lab_ends_as_recorded() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let seen = runtime.block_on(all());
    runtime.shutdown_background();
    insta::assert_snapshot!(seen.join("\n"));
}

async fn all() -> Vec<String> {
    let lab = Lab::start(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let plans: Vec<Plan> = FAULTS.iter().map(|fault| plan(&lab.url_of(fault), lab.authority_pem())).collect();
    let probes: Vec<_> =
        plans.iter().map(|plan| plan.probe(Route::Direct, Some(0), Experiment::SameRequest)).collect();
    let context = Context::new(&plans[0], Cancel::never());
    let exchanges = run(&probes, &context, &Unwatched).await;
    FAULTS.iter().zip(&exchanges).map(|(fault, exchange)| line(fault.name, exchange)).collect()
}

fn plan(url: &str, authority: &str) -> Plan {
    let (endpoint, _) = Endpoint::parse(url).unwrap();
    Plan {
        request: Request::get(),
        gateway: endpoint.clone(),
        upstreams: vec![endpoint],
        limits: Limits { connect: Duration::from_secs(2), total: Duration::from_secs(5) },
        tls: TlsOptions { roots_pem: Some(authority.into()), ..TlsOptions::default() },
        addressing: Addressing::default(),
        sequential: false,
    }
}

/// `fin-mid-body: closed in body, 200, cut at Body`
fn line(name: &str, exchange: &Exchange) -> String {
    if name == "accept-rst" {
        // A reset at accept is seen by the connect itself, or by whoever is first after it.
        return format!("{name}: {}", exchange.end.name());
    }
    let mut line = format!("{name}: {} in {}", exchange.end.name(), exchange.ended_in.name());
    if name == "drip-headers" {
        // In which of its lines the limit falls is chance.
        return line;
    }
    if let Some(status) = exchange.status() {
        write!(line, ", {status}").unwrap();
    }
    if let Some(cut) = exchange.reading.as_ref().and_then(|reading| reading.cut) {
        write!(line, ", cut at {cut:?}").unwrap();
    }
    if let Some(other) = exchange.reading.as_ref().and_then(|reading| reading.other_protocol) {
        write!(line, ", {}", other.name()).unwrap();
    }
    if let Some(tls) = &exchange.tls {
        write!(line, ", {:?}", tls.verification).unwrap();
        if let Some(alert) = &tls.alert {
            write!(line, ", {}", alert.name).unwrap();
        }
    }
    line
}
