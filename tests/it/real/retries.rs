//! How often each gateway asks its upstream when it is left to itself: `tests/gateways/retries.md`, and whether
//! `src/gateway/retries.rs` says the same.
//!
//! The other tests switch retries off, as far as that can be done. Here they are as by default; nginx has an upstream of
//! two servers, between which it goes on.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use why502::gateway::retries;
use why502::lab::{Lab, find};
use why502::observation::Phase;
use why502::tolerance::Attempts;

use super::client::{Answer, get, get_twice};
use super::gateway::{Program, RealGateway, Setting};
use super::{
    apache, caddy, envoy, h2o, haproxy, lighttpd, nghttpx, nginx, pingora, product, squid, tinyproxy,
    trafficserver, varnish,
};

/// The faults that show how often it asks, and the phase in which an attempt fails.
const FAULTS: [(&str, Phase); 6] = [
    ("refused", Phase::Connect),
    ("blackhole", Phase::Connect),
    ("fin-after-request", Phase::Wait),
    ("rst-after-request", Phase::Wait),
    ("no-answer", Phase::Wait),
    ("ka-fin-second", Phase::Wait),
];

/// Each as it retries by default.
const LEFT_TO_THEMSELVES: [fn(&Lab) -> RealGateway; 13] = [
    nginx_of_two_servers,
    |lab| {
        with(lab, &haproxy::program(), |setting| {
            haproxy::config(setting, "", "").replace("    retries 0\n", "")
        })
    },
    apache::apache,
    caddy::caddy,
    lighttpd::lighttpd,
    |lab| with(lab, &squid::program(), |setting| squid::config(setting).replace("forward_max_tries 1\n", "")),
    varnish::varnish,
    envoy::envoy,
    nghttpx::nghttpx,
    h2o::h2o,
    |lab| with(lab, &trafficserver::program(), |setting| trafficserver::config(setting, ATS_RETRIES)),
    tinyproxy::tinyproxy,
    pingora::pingora,
];

/// The defaults of its documentation.
const ATS_RETRIES: &str = "CONFIG proxy.config.http.connect_attempts_max_retries INT 3
CONFIG proxy.config.http.connect_attempts_max_retries_dead_server INT 1
CONFIG proxy.config.http.connect_attempts_rr_retries INT 3
";

fn with(lab: &Lab, program: &Program, config: fn(&Setting) -> String) -> RealGateway {
    RealGateway::start_with(program, lab, None, config)
}

fn nginx_of_two_servers(lab: &Lab) -> RealGateway {
    let config = |setting: &Setting| {
        let one = nginx::config(setting, "").replace("    proxy_next_upstream off;\n", "");
        let twice = |line: &str| match line.trim_start().strip_prefix("upstream ") {
            Some(_) => {
                let server = &line[line.find("{ server ").unwrap() + 2..=line.find(';').unwrap()];
                line.replace(server, &format!("{server} {server}"))
            }
            None => line.to_owned(),
        };
        one.lines().map(|line| twice(line) + "\n").collect()
    };
    RealGateway::start(&Program { config, ..nginx::program() }, lab)
}

/// What came of one fault.
struct Tried {
    fault: &'static str,
    phase: Phase,
    statuses: String,
    seconds: f64,
    connections: usize,
    requests: usize,
}

#[test]
fn each_gateway_asks_as_often_as_its_facts_say() {
    let threads = LEFT_TO_THEMSELVES.map(|start| std::thread::spawn(move || measure(start)));
    // All are awaited before any is judged: whoever leaves early leaves gateways behind.
    let measured = threads.map(std::thread::JoinHandle::join).map(Result::unwrap);
    if std::env::var_os("WHY502_MEASURE").is_some() {
        fs::write(path(), table(&measured)).unwrap();
    }
    for (gateway, _, tried) in &measured {
        for tried in tried.iter().filter(|tried| !tried.fault.starts_with("ka-")) {
            check(gateway, tried);
        }
    }
}

/// One lab and its gateway after the other: a gateway is told a port that was free, and a lab that starts at that moment
/// takes dozens of ports.
static STARTING: Mutex<()> = Mutex::new(());

/// Each has a lab of its own, which counts who came.
fn measure(start: fn(&Lab) -> RealGateway) -> (&'static str, String, Vec<Tried>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let alone = STARTING.lock().unwrap();
    let lab = runtime.block_on(Lab::start("127.0.0.1:0".parse().unwrap())).unwrap();
    let gateway = start(&lab);
    drop(alone);
    let tried = runtime.block_on(tried(&lab, &gateway));
    (product(&gateway), gateway.version.clone(), tried)
}

async fn tried(lab: &Lab, gateway: &RealGateway) -> Vec<Tried> {
    let mut all = Vec::new();
    for (name, phase) in FAULTS {
        let fault = find(name).unwrap();
        let url = gateway.url(fault);
        let answers = if name.starts_with("ka-") { get_twice(&url).await } else { vec![get(&url).await] };
        let status = |answer: &Answer| {
            let status = answer.reading.response().and_then(|head| head.status);
            status.map_or("nothing".to_owned(), |status| status.to_string())
        };
        let heard = lab.heard(fault);
        all.push(Tried {
            fault: name,
            phase,
            statuses: answers.iter().map(status).collect::<Vec<_>>().join(", "),
            seconds: answers.iter().map(|answer| answer.seconds).sum(),
            connections: heard.connections,
            requests: heard.requests,
        });
    }
    all
}

/// Whether the facts say so: by what the lab heard, or where nobody can hear it, by the time.
fn check(gateway: &str, tried: &Tried) {
    let row = retries(gateway).iter().find(|retries| retries.phases.contains(&tried.phase));
    let attempts = match row.map(|retries| retries.attempts) {
        None => 1,
        Some(Attempts::AtMost(most)) => most,
        Some(Attempts::OneForEachServer) => 2,
    };
    let pauses = row.map_or(0.0, |retries| retries.pause) * f64::from(attempts - 1);
    let Tried { fault, seconds, requests, .. } = tried;
    match *fault {
        "refused" => assert!(
            *seconds >= pauses && *seconds < pauses + 2.5,
            "{gateway}, {fault}: {attempts} attempts and pauses of {pauses} s, and it took {seconds} s"
        ),
        // A limit of 1 s for each attempt. Squid takes the server for dead since the fault before.
        "blackhole" if gateway == "squid" => {}
        "blackhole" => assert!(
            *seconds >= f64::from(attempts) * 0.95 && (attempts > 1 || *seconds < 3.9),
            "{gateway}, {fault}: {attempts} attempts of 1 s, and it took {seconds} s"
        ),
        _ => assert_eq!(*requests, attempts as usize, "{gateway}, {fault}"),
    }
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/gateways/retries.md")
}

fn table(measured: &[(&str, String, Vec<Tried>)]) -> String {
    let mut text = format!("# How often each gateway asks\n\n{INTRODUCTION}\n\n");
    text += "| gateway | fault | answer | connections | requests |\n|---|---|---|---|---|\n";
    for (gateway, version, tried) in measured {
        for Tried { fault, statuses, seconds, connections, requests, .. } in tried {
            let time = if *seconds < 0.5 { String::new() } else { format!(" after {seconds:.0} s") };
            let heard = if matches!(*fault, "refused" | "blackhole") {
                " | ".to_owned()
            } else {
                format!("{connections} | {requests}")
            };
            let _ = writeln!(text, "| {gateway} {version} | {fault} | {statuses}{time} | {heard} |");
        }
    }
    text
}

const INTRODUCTION: &str = "\
Written by the same command as `measured/`. Every gateway retries as it does by default, nginx between the two servers
of an upstream; connecting may take 1 s and each read 2 s. *connections* and *requests* are what the lab heard. At
`refused` and `blackhole` nobody listens: how often they were tried shows only in the time. `ka-fin-second` is asked for
twice; the upstream closes the connection at the second request. `nothing`: no answer within 10 s, or the connection
was closed without one.";
