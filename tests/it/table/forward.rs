//! The same table for forward proxies, both ways: plain URLs are asked for as a whole, `https` ones through a tunnel.
//! The origin is the upstream. In a tunnel the proxy hides nothing, so every fault must be named.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;
use why502::diagnosis::{Blame, Outcome};
use why502::lab::{FAULTS, Fault, Lab, find};
use why502::plan::{Addressing, Endpoint, Limits, Plan, Proxy, Request, TlsOptions};

use super::{AT_ONCE, Cell, author, judge, print, recognised, record, together};
use crate::real::{RealGateway, squid_forward, tinyproxy_forward};

#[test]
fn every_fault_behind_every_forward_proxy_gets_the_cause_that_made_it() {
    let cells = run(async |lab| {
        let proxies = [squid_forward(lab, ""), tinyproxy_forward(lab, "")];
        let places = Semaphore::new(AT_ONCE);
        let pairs = FAULTS.iter().flat_map(|fault| proxies.iter().map(move |proxy| (proxy, fault)));
        let mut cells = together(pairs.map(|(proxy, fault)| async {
            let _place = places.acquire().await.unwrap();
            through(lab, proxy, fault).await
        }))
        .await;
        for cell in cells.iter_mut().filter(|cell| !cell.is_right()) {
            let proxy = proxies.iter().find(|proxy| proxy.name == cell.gateway).unwrap();
            *cell = Cell { first_try: false, ..through(lab, proxy, cell.fault).await };
        }
        cells
    });
    record::write_if_asked(&cells);
    print(&cells);
    author::judge(&cells);
    let wrongly = recognised::wrongly(&cells);
    assert!(wrongly.is_empty(), "{}", wrongly.join("\n"));
    let late: Vec<Cell> = cells.into_iter().filter(|cell| cell.is_right() || !is_in_time(cell)).collect();
    judge(&late);
}

/// The upstream answers after 2.6 s, and Squid's limit of 3 s ends between 2 and 4: where it lets the answer pass, there
/// is no fault.
fn is_in_time(cell: &Cell) -> bool {
    let verdict = &cell.diagnosis.verdict;
    (cell.gateway, cell.fault.name) == ("squid-forward", "slow-over-timeout")
        && (verdict.outcome, verdict.gateway_status) == (Outcome::Healthy, Some(200))
}

/// Asks for credentials, and opens no tunnel to port 9, whoever asks.
const SQUID_RULES: &str = "auth_param basic program /usr/lib/squid/basic_fake_auth
acl known proxy_auth REQUIRED
acl closed port 9
http_access deny closed
http_access deny !known";

#[test]
fn what_the_proxy_itself_refuses_is_not_blamed_on_the_origin() {
    let seen = run(async |lab| {
        let squid = squid_forward(lab, SQUID_RULES);
        let tinyproxy = tinyproxy_forward(lab, "BasicAuth me secret");
        let narrow = tinyproxy_forward(lab, "ConnectPort 443");
        let closed = tinyproxy_forward(lab, "Allow 10.0.0.1");
        let [plain, tls] = ["ok-length", "tls-ok"].map(|name| find(name).unwrap());
        let mut seen = Vec::new();
        for (proxy, fault) in [
            (&squid, plain),
            (&squid, tls),
            (&tinyproxy, plain),
            (&tinyproxy, tls),
            (&narrow, tls),
            (&closed, plain),
        ] {
            seen.push(through(lab, proxy, fault).await);
        }
        let mut wrong = tinyproxy.proxy();
        wrong.fields.push(("Proxy-Authorization".to_owned(), "Basic bWU6d3Jvbmc=".into()));
        seen.push(Cell::carry_out(&plan(lab, wrong, plain), "wrong password", plain).await);
        let mut port_9 = plan(lab, squid.proxy(), tls);
        port_9.gateway.port = 9;
        seen.push(Cell::carry_out(&port_9, "port 9", tls).await);
        seen
    });
    record::write_if_asked(&seen);
    let verdicts: Vec<_> = seen
        .iter()
        .map(|cell| {
            let verdict = &cell.diagnosis.verdict;
            (
                verdict.cause.as_deref().unwrap_or("-"),
                verdict.gateway_status,
                verdict.status_is_right,
                verdict.blame,
            )
        })
        .collect();
    let wants_credentials = ("proxy-authentication-required", Some(407), Some(true), Blame::Client);
    assert_eq!(
        verdicts,
        [
            wants_credentials,
            wants_credentials,
            wants_credentials,
            wants_credentials,
            ("proxy-refuses-connect", Some(403), Some(true), Blame::Gateway),
            ("proxy-denies-request", Some(403), Some(true), Blame::Gateway),
            ("proxy-authentication-required", Some(401), Some(false), Blame::Client),
            ("proxy-refuses-connect", Some(403), Some(true), Blame::Gateway),
        ]
    );
    assert!(seen.iter().all(|cell| cell.diagnosis.verdict.outcome == Outcome::Fault));
}

#[test]
fn a_proxy_that_cannot_connect_where_this_machine_can_is_told_from_the_origin() {
    let cells = run(async |lab| {
        let fault = find("tls-ok").unwrap();
        let mut cells = Vec::new();
        for proxy in [squid_forward(lab, ""), tinyproxy_forward(lab, "")] {
            let mut plan = plan(lab, proxy.proxy(), fault);
            // The proxy's way leads to a port at which nobody listens.
            plan.gateway = Endpoint::parse(&format!("https://127.0.0.1:{}/", free_port())).unwrap().0;
            cells.push(Cell::carry_out(&plan, proxy.name, fault).await);
        }
        cells
    });
    record::write_if_asked(&cells);
    for cell in cells {
        let verdict = &cell.diagnosis.verdict;
        assert_eq!(verdict.cause.as_deref(), Some("proxy-cannot-connect"), "{}", verdict.sentence);
        assert_eq!((verdict.outcome, verdict.blame), (Outcome::Fault, Blame::Network));
    }
}

#[test]
fn a_proxy_that_says_that_it_denies_is_believed_without_an_answer_of_the_origin() {
    let cells = run(async |lab| {
        let fault = find("ok-length").unwrap();
        let mut cells = Vec::new();
        for proxy in [squid_forward(lab, "http_access deny all"), tinyproxy_forward(lab, "Allow 10.0.0.1")] {
            let mut plan = plan(lab, proxy.proxy(), fault);
            plan.gateway = Endpoint::parse(&format!("http://127.0.0.1:{}/", free_port())).unwrap().0;
            plan.upstreams = vec![plan.gateway.clone()];
            cells.push(Cell::carry_out(&plan, proxy.name, fault).await);
        }
        cells
    });
    record::write_if_asked(&cells);
    for cell in cells {
        let verdict = &cell.diagnosis.verdict;
        assert_eq!(verdict.cause.as_deref(), Some("proxy-denies-request"), "{}", verdict.sentence);
        assert_eq!((verdict.outcome, verdict.blame), (Outcome::Fault, Blame::Gateway));
    }
}

#[test]
fn a_proxy_that_shows_a_certificate_of_its_own_is_blamed() {
    let cell = run(async |lab| {
        let fault = find("tls-ok").unwrap();
        let other = Endpoint::parse(&lab.url_of(find("tls-unknown-issuer").unwrap())).unwrap().0;
        let endpoint = Endpoint::parse(&leading_elsewhere(other).await.to_string()).unwrap().0;
        let plan = plan(lab, Proxy { endpoint, fields: Vec::new() }, fault);
        Cell::carry_out(&plan, "interceptor", fault).await
    });
    record::write_if_asked(std::slice::from_ref(&cell));
    let verdict = &cell.diagnosis.verdict;
    assert_eq!(verdict.cause.as_deref(), Some("proxy-intercepts-tls"), "{}", verdict.sentence);
    assert_eq!((verdict.outcome, verdict.status_is_right), (Outcome::Fault, None));
}

#[test]
fn what_the_origin_says_through_the_proxy_is_not_taken_for_the_proxys_own() {
    const FINE: &str = "200 OK\r\nServer: app/1";
    const DENIED: &str = "403 Forbidden\r\nServer: waf/2";
    const ASKS: &str = "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"o\"";
    const BROKEN: &str = "502 Bad Gateway\r\nServer: app/1";
    let fault = find("ok-length").unwrap();
    let seen = run(async |lab| {
        let mut seen = Vec::new();
        for proxy in [squid_forward(lab, ""), tinyproxy_forward(lab, "")] {
            for (directly, with_via, firewalled) in
                [(FINE, DENIED, false), (ASKS, ASKS, false), (BROKEN, BROKEN, true)]
            {
                let mut plan = plan(lab, proxy.proxy(), fault);
                let origin = Endpoint::parse(&origin(directly, with_via).await.to_string()).unwrap().0;
                plan.upstreams = vec![Endpoint {
                    port: if firewalled { free_port() } else { origin.port },
                    ..origin.clone()
                }];
                plan.gateway = origin;
                let verdict = Cell::carry_out(&plan, proxy.name, fault).await.diagnosis.verdict;
                seen.push((verdict.outcome, verdict.cause));
            }
        }
        seen
    });
    let expected = [
        (Outcome::Fault, Some("upstream-refuses-gateway-fields".to_owned())),
        (Outcome::Healthy, None),
        (Outcome::Unexplained, None),
    ];
    assert_eq!(seen, [expected.clone(), expected].concat());
}

/// An origin that answers so directly, and otherwise to what came through a proxy.
async fn origin(directly: &'static str, with_via: &'static str) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") && client.read_buf(&mut head).await.unwrap_or(0) > 0 {}
                let is_proxied = String::from_utf8_lossy(&head).to_ascii_lowercase().contains("\r\nvia:");
                let begins = if is_proxied { with_via } else { directly };
                let response =
                    format!("HTTP/1.1 {begins}\r\nContent-Length: 3\r\nConnection: close\r\n\r\nso\n");
                client.write_all(response.as_bytes()).await.ok();
            });
        }
    });
    address
}

/// A proxy whose tunnels lead there, wherever they should lead.
async fn leading_elsewhere(other: Endpoint) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let target = other.authority_with_port();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") && client.read_buf(&mut head).await.unwrap_or(0) > 0 {}
                client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
                let mut origin = tokio::net::TcpStream::connect(target).await.unwrap();
                tokio::io::copy_bidirectional(&mut client, &mut origin).await.ok();
            });
        }
    });
    address
}

#[test]
fn a_proxy_that_cannot_be_reached_is_named() {
    let cell = run(async |lab| {
        let fault = find("ok-length").unwrap();
        let proxy = Endpoint::parse(&format!("127.0.0.1:{}", free_port())).unwrap().0;
        let url = proxy.to_string();
        let plan = plan(lab, Proxy { endpoint: proxy, fields: Vec::new() }, fault);
        (Cell::carry_out(&plan, "none", fault).await, url)
    });
    let (Cell { diagnosis, .. }, url) = cell;
    assert_eq!(diagnosis.verdict.outcome, Outcome::Unreachable);
    assert!(diagnosis.verdict.sentence.contains(url.trim_end_matches('/')), "{}", diagnosis.verdict.sentence);
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// With a new lab, to the end.
fn run<T>(work: impl AsyncFnOnce(&Lab) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let done = runtime.block_on(async {
        let lab = Lab::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        work(&lab).await
    });
    runtime.shutdown_background();
    done
}

async fn through(lab: &Lab, proxy: &RealGateway, fault: &'static Fault) -> Cell {
    Cell::carry_out(&plan(lab, proxy.proxy(), fault), proxy.name, fault).await
}

fn plan(lab: &Lab, proxy: Proxy, fault: &Fault) -> Plan {
    let origin = Endpoint::parse(&lab.url_of(fault)).unwrap().0;
    let total = if fault.name == "drip-headers" { 12 } else { 5 };
    let mut request = Request::get();
    fault.method().clone_into(&mut request.method);
    Plan {
        request,
        gateway: origin.clone(),
        upstreams: vec![origin],
        limits: Limits { connect: Duration::from_secs(3), total: Duration::from_secs(total) },
        tls: TlsOptions { roots_pem: Some(lab.authority_pem().as_bytes().to_vec()), ..TlsOptions::default() },
        addressing: Addressing { proxy: Some(proxy), ..Addressing::default() },
        sequential: false,
    }
}
