//! `why502 conform` in front of real programs: the table, without times.

use std::fmt::Write;
use std::time::Duration;

use why502::app::conform::{Trial, Way};
use why502::conform::{Table, Verdict, markdown};
use why502::lab::{FAULTS, Fault, Lab, Level, Meets};
use why502::plan::{Addressing, Endpoint, TlsOptions};
use why502::probe::Cancel;

use super::{RealGateway, haproxy, nginx};

/// What comes out the same each time. In connecting, in TLS and in uploads, and where bytes that are no HTTP may be
/// followed by a close, which of two events comes first decides.
fn is_steady(fault: &'static Fault) -> bool {
    let is_race = fault.level != Level::Stream || fault.meets() == Meets::WithBody;
    !is_race
        && !matches!(
            fault.expects.slug(),
            Some("other-protocol" | "http2-only-upstream" | "plain-to-tls-port")
        )
}

async fn table(gateway: &RealGateway, lab: &Lab, faults: &[&'static Fault]) -> Table {
    let url = gateway.url(faults[0]);
    let (mut endpoint, _) = Endpoint::parse(&url).unwrap();
    endpoint.target.clear();
    let way = Way {
        gateway: endpoint,
        fields: Vec::new(),
        addressing: Addressing::default(),
        limit: Duration::from_secs(10),
        tls: TlsOptions::default(),
    };
    Trial::new(&way, lab, Cancel::never()).table(faults, &|_| ()).await
}

fn without_times(table: &Table) -> String {
    let mut text = table.gateway_words() + "\n";
    for row in &table.rows {
        let mark = if row.harms { "!" } else { " " };
        let (name, wanted, verdict) = (row.fault.name, row.expected.wanted.words(), row.verdict.words());
        writeln!(text, "{mark} {name:<21} {wanted:<12} {:<23} {verdict}", row.did()).unwrap();
    }
    text
}

#[tokio::test]
async fn the_table_of_nginx() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let faults: Vec<_> = FAULTS.iter().filter(|fault| is_steady(fault)).collect();
    let gateway = nginx::http11(&lab);
    let table = table(&gateway, &lab, &faults).await;
    insta::with_settings!({filters => vec![(r"nginx \d+\.\d+\.\d+", "nginx VERSION")]}, {
        insta::assert_snapshot!(without_times(&table));
    });
    assert!(markdown(&table).starts_with(&format!("# nginx {} in front of", gateway.version)));
}

/// The tests' own configuration leads each fault to its port, so that none is left out.
#[tokio::test]
async fn a_gateway_that_leads_there_is_tried_with_faults_of_connecting_and_tls_too() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let faults: Vec<_> = FAULTS.iter().filter(|fault| fault.level != Level::Stream).collect();
    let table = table(&haproxy::haproxy(&lab), &lab, &faults).await;
    assert!(table.skipped.is_empty(), "{:?}", table.skipped);
    let of = |name: &str| table.rows.iter().find(|row| row.fault.name == name).unwrap();
    assert_eq!(of("tls-ok").verdict, Verdict::Conforms);
    // HAProxy has 503 for every connection that it does not get.
    assert_eq!(of("refused").verdict, Verdict::OtherStatus);
    assert_eq!(of("refused").did(), "503");
    assert_eq!(table.gateway.as_ref().unwrap().name, "haproxy");
}
