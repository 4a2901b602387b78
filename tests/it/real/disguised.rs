//! Gateways that are told to answer with a success, or a redirect, where their upstream has failed.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use why502::diagnosis::{Diagnosis, Outcome, diagnose};
use why502::lab::{Lab, find};
use why502::plan::{Addressing, Endpoint, Limits, Plan, Request, TlsOptions};

use super::gateway::{Program, Setting};
use super::{RealGateway, apache, caddy, envoy, haproxy, nginx, varnish};
use crate::whole_run;

const INSTEAD: &str = "instead of an error";

#[tokio::test]
async fn a_page_sent_instead_of_an_error_is_not_called_healthy_and_the_directive_is_named() {
    let lab = lab().await;
    for (gateway, directive) in told_to_hide(&lab) {
        for fault in ["fin-after-request", "rst-mid-headers"] {
            let diagnosis = diagnosed(&gateway, &lab, fault).await;
            let (verdict, notes) = (&diagnosis.verdict, diagnosis.notes.join(" "));
            assert_eq!(verdict.outcome, Outcome::Warning, "{}: {diagnosis:#?}", gateway.name);
            assert!(verdict.gateway_status.is_some_and(|status| status < 400), "{verdict:?}");
            assert!(notes.contains(INSTEAD) && notes.contains(directive), "{}: {notes}", gateway.name);
        }
    }
}

#[tokio::test]
async fn a_response_that_the_gateway_would_refuse_is_not_said_to_have_been_passed_on() {
    let lab = lab().await;
    let gateway = nginx_that_hides(&lab);
    for fault in ["name-space", "header-17k"] {
        let diagnosis = diagnosed(&gateway, &lab, fault).await;
        let notes = diagnosis.notes.join(" ");
        assert_eq!(diagnosis.verdict.outcome, Outcome::Warning, "{fault}");
        assert!(notes.contains("nginx was measured to answer such a response with an error"), "{notes}");
    }
}

#[tokio::test]
async fn a_healthy_pair_is_suspected_of_nothing_though_its_bodies_differ() {
    let lab = lab().await;
    // The second one sends back what it was asked, which the gateway asks otherwise.
    for fault in ["ok-length", "ok-echo", "ok-gzip", "ok-404"] {
        let diagnosis = diagnosed(&nginx_that_hides(&lab), &lab, fault).await;
        assert_eq!(diagnosis.verdict.outcome, Outcome::Healthy, "{fault}: {diagnosis:#?}");
        assert_eq!(diagnosis.notes, [""; 0], "{fault}");
    }
}

/// The gateways, and a part of what their directive is called by.
fn told_to_hide(lab: &Lab) -> Vec<(RealGateway, &'static str)> {
    let start = |program: Program, config: fn(&Setting) -> String| {
        RealGateway::start_with(&program, lab, None, config)
    };
    vec![
        (nginx_that_hides(lab), "error_page 502 =200"),
        // HAProxy leaves no mark on a file that it sends.
        (start(haproxy::program(), with_errorfile), "many gateways can be told to"),
        (start(apache::program(), with_error_document), "ErrorDocument 502 http://"),
        (start(caddy::program(), with_handled_errors), "handle_errors"),
        (start(varnish::program(), with_backend_error), "vcl_backend_error"),
        (start(envoy::program(), with_local_reply), "local_reply_config"),
    ]
}

fn nginx_that_hides(lab: &Lab) -> RealGateway {
    RealGateway::start_with(&nginx::program(), lab, None, |setting| {
        fs::write(setting.folder.join("sorry.html"), "<h1>Sorry</h1>\n").unwrap();
        let page = format!("error_page 502 504 =200 /sorry.html; root \"{}\";", setting.folder.display());
        nginx::config(setting, &page)
            .replace("location / {", "location = /sorry.html { internal; }\nlocation / {")
    })
}

fn with_errorfile(setting: &Setting) -> String {
    let file = setting.folder.join("sorry.http");
    fs::write(&file, "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\nsorry\n")
        .unwrap();
    let file = file.display();
    haproxy::config(setting, "", &format!("errorfile 502 {file}\n    errorfile 504 {file}"))
}

fn with_error_document(setting: &Setting) -> String {
    apache::config(setting) + "ErrorDocument 502 http://127.0.0.1/sorry\n"
}

fn with_handled_errors(setting: &Setting) -> String {
    let config = caddy::config(setting);
    let (sites, _) = config.rsplit_once('}').unwrap();
    format!("{sites}    handle_errors {{\n        respond \"sorry\" 200\n    }}\n}}\n")
}

fn with_backend_error(setting: &Setting) -> String {
    varnish::config(setting)
        + "sub vcl_backend_error { set beresp.status = 200; synthetic(\"sorry\"); return (deliver); }\n"
}

fn with_local_reply(setting: &Setting) -> String {
    let manager = "          local_reply_config:\n            mappers:\n            - filter: {status_code_filter: {comparison: \
                   {op: GE, value: {default_value: 500, runtime_key: least}}}}\n              status_code: 200\n              \
                   body: {inline_string: sorry}\n";
    envoy::config(setting, manager, "")
}

async fn lab() -> Lab {
    Lab::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap()
}

async fn diagnosed(gateway: &RealGateway, lab: &Lab, fault: &str) -> Diagnosis {
    let fault = find(fault).unwrap();
    let plan = Plan {
        request: Request::get(),
        gateway: Endpoint::parse(&gateway.url(fault)).unwrap().0,
        upstreams: vec![Endpoint::parse(&lab.url_of(fault)).unwrap().0],
        limits: Limits { connect: Duration::from_secs(3), total: Duration::from_secs(6) },
        tls: TlsOptions::default(),
        addressing: Addressing::default(),
        sequential: false,
    };
    diagnose(&whole_run::observations(&plan).await)
}
