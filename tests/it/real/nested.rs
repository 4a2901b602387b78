//! Gateways behind gateways: who wrote the error? The inner ones are those of the other tests, in front of the lab; the
//! outer ones pass everything on to one address.

mod outer;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use why502::diagnosis::{Authorship, Diagnosis, Strength, Who, diagnose};
use why502::lab::{Fault, Lab, find};
use why502::plan::{Addressing, Endpoint, Limits, Plan, Request, TlsOptions};

use super::asked::seen_by_a_client_of_the_shop;
use super::{RealGateway, apache, caddy, envoy, haproxy, nginx, pingora, squid, varnish};
use crate::whole_run;
use outer::{OUTER, by_host, custom_page, hangs_up_on_http10, in_front_of};

/// Who is named, in front of whom, and who else is left open.
type Named = (Who, &'static [Who]);

const INNER: Named = (Who::InnerGateway, &[]);

/// The upstream refuses the connection, and the inner gateway says so. What is passed on without a trace cannot be
/// told from the outer gateway's own; then both are named.
const INNER_WROTE: &[(&str, &str, Named)] = &[
    ("varnish", "nginx", INNER),
    ("squid", "nginx", INNER),
    ("haproxy", "nginx", INNER),
    ("apache", "nginx", INNER),
    ("caddy", "nginx", INNER),
    ("envoy", "nginx", INNER),
    ("nginx", "haproxy", INNER),
    ("caddy", "haproxy", INNER),
    ("varnish", "haproxy", INNER),
    ("nginx", "varnish", INNER),
    ("haproxy", "varnish", INNER),
    ("nginx", "apache", INNER),
    ("varnish", "varnish", INNER),
    ("envoy", "envoy", INNER),
    ("nginx", "squid", INNER),
    // Two of one version send the very same.
    ("nginx", "nginx", EITHER),
    // Both write every name in lower case, and HAProxy adds nothing.
    ("haproxy", "envoy", EITHER),
    // Apache keeps the Server field and the order of all others.
    ("apache", "varnish", EITHER),
    // Caddy’s own error has no body, so there is no page behind a gateway that writes fields of its own.
    ("nginx", "caddy", EITHER),
    // Pingora adds nothing but a Date, and HAProxy writes none.
    ("pingora", "haproxy", INNER),
    ("pingora", "nginx", EITHER),
    ("pingora", "apache", EITHER),
    ("pingora", "caddy", EITHER),
    ("pingora", "varnish", EITHER),
    ("pingora", "squid", EITHER),
    ("pingora", "envoy", EITHER),
    ("pingora", "pingora", EITHER),
    // Its own error keeps its Server field behind Apache, and gets a second one behind Caddy.
    ("apache", "pingora", EITHER),
    ("caddy", "pingora", INNER),
];

const EITHER: Named = (Who::Gateway, &[Who::InnerGateway]);

#[tokio::test]
async fn an_error_of_the_inner_gateway_is_not_said_to_be_the_outer_ones() {
    let lab = lab().await;
    let fault = find("refused").unwrap();
    let mut wrong = Vec::new();
    for &(outer, inner, (who, or)) in INNER_WROTE {
        let behind = inner_gateway(inner, &lab);
        let gateway = in_front_of(outer, address(&behind.url(fault)), &lab);
        let written_by = written_by(&gateway.url(fault), &lab, fault).await;
        let is_named = who != Who::InnerGateway || written_by.name.as_deref() == Some(inner);
        if !is_named || (written_by.who, written_by.or.as_slice()) != (who, or) {
            wrong.push(format!("{outer} -> {inner}: {written_by:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn an_error_of_the_outer_gateway_is_not_said_to_be_of_anybody_behind() {
    let lab = lab().await;
    let fault = find("ok-length").unwrap();
    // Nobody listens there.
    let dead = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    for outer in OUTER {
        let gateway = in_front_of(outer, dead, &lab);
        let written_by = written_by(&gateway.url(fault), &lab, fault).await;
        assert_eq!(
            (written_by.who, written_by.name.as_deref()),
            (Who::Gateway, Some(*outer)),
            "{written_by:#?}"
        );
        assert!(!written_by.or.contains(&Who::Upstream), "{outer}: {written_by:#?}");
    }
}

#[tokio::test]
async fn an_error_of_the_upstream_is_its_own_behind_any_two_gateways() {
    let lab = lab().await;
    // The second one has a page of nginx in it, and says that nginx sent it.
    for fault in ["ok-502", "ok-502-nginx"].map(|name| find(name).unwrap()) {
        for (outer, inner) in [
            ("nginx", "nginx"),
            ("varnish", "nginx"),
            ("caddy", "haproxy"),
            ("haproxy", "envoy"),
            ("squid", "nginx"),
            ("apache", "varnish"),
            ("envoy", "apache"),
        ] {
            let behind = inner_gateway(inner, &lab);
            let gateway = in_front_of(outer, address(&behind.url(fault)), &lab);
            let written_by = written_by(&gateway.url(fault), &lab, fault).await;
            assert_eq!(written_by.who, Who::Upstream, "{outer} -> {inner}, {}: {written_by:#?}", fault.name);
        }
    }
}

#[tokio::test]
async fn a_page_of_ones_own_with_the_upstreams_server_field_fools_nobody() {
    let lab = lab().await;
    let gateway = custom_page(&lab);
    for fault in ["refused", "no-colon", "ok-502"].map(|name| find(name).unwrap()) {
        let written_by = written_by(&gateway.url(fault), &lab, fault).await;
        let expected = if fault.name == "ok-502" { Who::Upstream } else { Who::Gateway };
        assert_eq!(written_by.who, expected, "{}: {written_by:#?}", fault.name);
        assert_eq!(written_by.name, None, "{}: {written_by:#?}", fault.name);
    }
}

#[tokio::test]
async fn another_path_is_asked_for_once_after_the_repetition_that_fared_no_better() {
    let lab = lab().await;
    let gateway = custom_page(&lab);
    // Good directly, and dropped when nginx asks in HTTP/1.0.
    let fault = find("http10-drop").unwrap();
    let arguments = [gateway.url(fault), "--upstream".to_owned(), lab.url_of(fault)];
    let run = move || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_why502"));
        command.args(arguments).args(["--format", "json"]).output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let made: Vec<(&str, &str)> = report["exchanges"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|exchange| exchange["route"] == "gateway")
        .map(|exchange| (exchange["experiment"].as_str().unwrap(), exchange["url"].as_str().unwrap()))
        .collect();
    let url = gateway.url(fault);
    let front = url.replace("/fault/http10-drop", "/");
    assert_eq!(made, [("same-request", &*url), ("repeat", &*url), ("another-path", &*front)], "{report:#}");
    assert_ne!(report["written_by"]["who"], "upstream", "{:#}", report["written_by"]);
}

#[tokio::test]
async fn the_remedies_are_those_of_the_gateway_that_wrote_the_error() {
    let lab = lab().await;
    let fault = find("header-17k").unwrap();
    let behind = inner_gateway("haproxy", &lab);
    let gateway = in_front_of("nginx", address(&behind.url(fault)), &lab);
    let diagnosis = diagnosed(&gateway.url(fault), &lab, fault).await;
    let written_by = diagnosis.written_by.clone().unwrap();
    assert_eq!((written_by.who, written_by.strength), (Who::InnerGateway, Some(Strength::Shown)));
    assert_eq!(diagnosis.gateway.as_ref().unwrap().name, "nginx");
    let remedies: String =
        diagnosis.findings.iter().flat_map(|finding| &finding.remedies).fold(String::new(), |all, remedy| {
            all + &remedy.advice + remedy.config.as_deref().unwrap_or_default()
        });
    assert!(remedies.contains("tune.bufsize") && !remedies.contains("proxy_buffer"), "{remedies}");
}

#[tokio::test]
async fn an_upstream_that_fails_as_a_hop_behind_asks_is_found_though_it_has_the_same_server_field() {
    let lab = lab().await;
    let upstream = hangs_up_on_http10(&lab);
    let fault = find("ok-length").unwrap();
    let url = upstream.url(fault);
    // The inner one asks in HTTP/1.0 by itself; or because it is asked so, and passes that on.
    for (outer, inner) in [("envoy", "nginx"), ("nginx", "haproxy")] {
        let behind = in_front_of(inner, address(&url), &lab);
        let gateway = in_front_of(outer, address(&behind.url(fault)), &lab);
        let diagnosis = diagnosed_with(&gateway.url(fault), &url).await;
        let cause = diagnosis.verdict.cause.as_deref();
        assert_eq!(cause, Some("upstream-refuses-http10"), "{outer} -> {inner}: {diagnosis:#?}");
        let notes = diagnosis.notes.join(" ");
        assert!(notes.contains("the settings of both"), "{notes}");
        let mut remedies =
            diagnosis.findings[0].remedies.iter().filter_map(|remedy| remedy.config.as_deref());
        assert!(remedies.any(|config| config.contains("proxy_http_version 1.1;")), "{diagnosis:#?}");
        let written_by = diagnosis.written_by.unwrap();
        assert_eq!(
            (written_by.who, written_by.name.as_deref()),
            (Who::InnerGateway, Some(inner)),
            "{outer}: {written_by:#?}"
        );
    }
}

async fn lab() -> Lab {
    Lab::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap()
}

fn inner_gateway(name: &str, lab: &Lab) -> RealGateway {
    match name {
        "nginx" => nginx::http10(lab),
        "haproxy" => haproxy::haproxy(lab),
        "varnish" => varnish::varnish(lab),
        "apache" => apache::apache(lab),
        "envoy" => envoy::envoy(lab),
        "squid" => squid::squid(lab),
        "caddy" => caddy::caddy(lab),
        "pingora" => pingora::pingora(lab),
        other => panic!("no inner gateway is called {other}"),
    }
}

fn address(url: &str) -> SocketAddr {
    url.split('/').nth(2).unwrap().parse().unwrap()
}

async fn written_by(url: &str, lab: &Lab, fault: &'static Fault) -> Authorship {
    let diagnosis = diagnosed(url, lab, fault).await;
    diagnosis.written_by.unwrap_or_else(|| panic!("{url}: {}", diagnosis.verdict.sentence))
}

async fn diagnosed(url: &str, lab: &Lab, fault: &'static Fault) -> Diagnosis {
    diagnosed_with(url, &lab.url_of(fault)).await
}

async fn diagnosed_with(url: &str, upstream: &str) -> Diagnosis {
    let plan = Plan {
        request: Request::get(),
        gateway: Endpoint::parse(url).unwrap().0,
        upstreams: vec![Endpoint::parse(upstream).unwrap().0],
        limits: Limits { connect: Duration::from_secs(3), total: Duration::from_secs(6) },
        tls: TlsOptions::default(),
        addressing: Addressing::default(),
        sequential: false,
    };
    let seen = whole_run::observations(&plan).await;
    diagnose(&seen)
}

/// nginx asks with its upstream's address as `Host`, and this side with the client's: what they meet are two things.
#[tokio::test]
async fn what_a_foreign_host_meets_is_not_what_nginx_meets_with_its_own() {
    let lab = lab().await;
    let fault = find("ok-length").unwrap();
    let large =
        format!("{} return 200 \"well\\n\";", format!("add_header X-Large {};", "v".repeat(2500)).repeat(2));
    let (closes, fine) = ("return 444;", "return 200 \"well\\n\";");
    let cases = [
        (&*large, closes, "unexplained", None, "response-head-too-large"),
        (fine, closes, "healthy", None, ""),
        (fine, "return 503;", "healthy", None, ""),
        (closes, closes, "fault", Some("upstream-closed-before-response"), "upstream-closed-before-response"),
        (
            closes,
            "return 404;",
            "fault",
            Some("upstream-closed-before-response"),
            "upstream-closed-before-response",
        ),
        (closes, fine, "fault", Some("upstream-refuses-host"), "upstream-refuses-host"),
    ];
    for (own, foreign, outcome, cause, first) in cases {
        let upstream = by_host(&lab, own, foreign);
        let gateway = in_front_of("nginx", address(&upstream.url(fault)), &lab);
        let (through, direct) = (gateway.url(fault), upstream.url(fault));
        let diagnosis = diagnose(&seen_by_a_client_of_the_shop(&through, &direct, false).await);
        let verdict = &diagnosis.verdict;
        let best = diagnosis.findings.first().map_or("", |finding| finding.cause.as_str());
        assert_eq!(
            (verdict.outcome.name(), verdict.cause.as_deref(), best),
            (outcome, cause, first),
            "{foreign} and for its own: {diagnosis:#?}"
        );
    }
}
