//! A defect that one gateway forgives is a warning, and says which gateways do not: by the facts of those, which were
//! measured, and in a run of the program behind one that forgives.

use std::process::Command;

use serde_json::Value;
use why502::lab::{Lab, find};
use why502::report::schema;

use super::table::Table;
use super::{RealGateway, haproxy, nghttpx, nginx, varnish};

#[tokio::test]
async fn a_defect_that_haproxy_repairs_is_a_warning_that_names_who_refuses_it() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let warning = warning(&haproxy::haproxy(&lab), &lab, "obs-fold").await;
    let refused = warning["refused_by"].as_array().unwrap();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0]["gateway"], "nginx");
    assert_eq!(refused[0]["outcome"], "refuses");
    assert_eq!(refused[0]["status"], 502);
    assert_eq!(of(&warning, "passed_by", "envoy").unwrap()["status"], 200);
    // Of the gateway itself there is nothing to be foretold: it has just answered.
    assert_eq!(of(&warning, "refused_by", "haproxy").or(of(&warning, "passed_by", "haproxy")), None);
}

#[tokio::test]
async fn whoever_refuses_what_nginx_forgives_was_measured_to_refuse_it() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let nginx = nginx::http10(&lab);
    let tables = Table::all();
    for fault in ["cl-and-te", "cl-twice-same", "te-identity", "value-ctl", "headers-200"] {
        let warning = warning(&nginx, &lab, fault).await;
        let refused = warning["refused_by"].as_array().unwrap();
        assert!(!refused.is_empty(), "{fault}");
        for told in refused.iter().filter(|told| told["basis"] == "measured" && told["outcome"] == "refuses")
        {
            let table = tables.iter().find(|table| told["gateway"] == table.program.as_str()).unwrap();
            assert_eq!(told["version"], table.version.as_str());
            let answers = &table.rows.iter().find(|row| row.fault == fault).unwrap().answers;
            let wanted = told["status"].as_u64().map_or("nothing".to_owned(), |status| status.to_string());
            assert!(answers.iter().any(|cell| cell.contains(&wanted)), "{fault}: {told} and {answers:?}");
        }
    }
}

#[tokio::test]
async fn what_a_gateway_lets_pass_in_this_shape_is_not_why_it_fails() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let shapes = [
        (nginx::http10(&lab), &["no-colon-word", "version-2.0"][..]),
        (varnish::varnish(&lab), &["cl-conflict-first", "lower-case-http", "te-twice", "status-600"]),
        (nghttpx::nghttpx(&lab), &["1xx-many"]),
        (haproxy::haproxy(&lab), &["version-httq"]),
    ];
    // The gateway asks where nobody listens; the upstream that is named sends what this gateway would take.
    let refused = find("refused").unwrap();
    for (gateway, faults) in &shapes {
        for fault in *faults {
            let upstream = lab.url_of(find(fault).unwrap());
            let report: Value =
                serde_json::from_str(&ask(gateway.url(refused), upstream, "json").await).unwrap();
            let (verdict, name) = (&report["verdict"], gateway.name);
            assert_eq!(verdict["outcome"], "unexplained", "{fault} behind {name}: {verdict}");
        }
    }
}

#[tokio::test]
async fn the_text_says_it_in_one_sentence() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let text = run(&haproxy::haproxy(&lab), &lab, "obs-fold", "text").await;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("Elsewhere: nginx 1.22.1 would answer 502; "), "{text}");
}

/// The first warning of a run behind this gateway; the report is what the schema says.
async fn warning(gateway: &RealGateway, lab: &Lab, fault: &str) -> Value {
    let report: Value = serde_json::from_str(&run(gateway, lab, fault, "json").await).unwrap();
    let validator = jsonschema::draft202012::new(&serde_json::from_str(&schema()).unwrap()).unwrap();
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(report["verdict"]["outcome"], "warning", "{fault}: {}", report["verdict"]);
    report["warnings"][0].clone()
}

async fn run(gateway: &RealGateway, lab: &Lab, fault: &str, format: &str) -> String {
    let fault = find(fault).unwrap();
    ask(gateway.url(fault), lab.url_of(fault), format).await
}

async fn ask(url: String, upstream: String, format: &str) -> String {
    let words = [url, "--upstream".to_owned(), upstream];
    let mut command = Command::new(env!("CARGO_BIN_EXE_why502"));
    command.args(words).args(["--format", format]).env("NO_COLOR", "1");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn of<'a>(warning: &'a Value, list: &str, gateway: &str) -> Option<&'a Value> {
    warning[list].as_array().unwrap().iter().find(|told| told["gateway"] == gateway)
}
