//! A gateway that a response brings down, and nobody starts again.

use why502::cause::by_slug;
use why502::diagnosis::{Blame, FixFor, Strength, diagnose};
use why502::lab::{Lab, find};
use why502::plan::{Addressing, Endpoint, Limits, Plan, Request, TlsOptions};

use super::gateway::RealGateway;
use super::h2o;
use crate::whole_run;

#[tokio::test]
async fn a_gateway_that_crashes_over_a_response_is_to_blame_and_to_be_updated() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let fault = find("te-unknown").unwrap();
    let gateway = RealGateway::start(&h2o::program(), &lab);
    let plan = Plan {
        request: Request::get(),
        gateway: Endpoint::parse(&gateway.url(fault)).unwrap().0,
        upstreams: vec![Endpoint::parse(&lab.url_of(fault)).unwrap().0],
        limits: Limits::default(),
        tls: TlsOptions::default(),
        addressing: Addressing::default(),
        sequential: false,
    };
    let seen = whole_run::observations(&plan).await;

    let diagnosis = diagnose(&seen);
    let verdict = &diagnosis.verdict;
    assert_eq!(verdict.cause.as_deref(), Some("gateway-crashes"), "{}", verdict.sentence);
    assert_eq!((verdict.blame, verdict.strength), (Blame::Gateway, Some(Strength::Likely)));
    assert!(verdict.sentence.contains("crashes over the upstream's response"), "{}", verdict.sentence);
    let remedy = &diagnosis.findings[0].remedies[0];
    assert_eq!(remedy.fix_for, FixFor::Gateway);
    assert!(remedy.advice.starts_with("Update the gateway") && remedy.advice.contains("core dump"));
    // What it stumbled over is named beside it.
    assert_eq!(diagnosis.findings[1].cause, "invalid-transfer-coding");
    assert!(by_slug("gateway-crashes").unwrap().about().text().contains("h2o 2.2.5"));
}
