//! What each gateway does with each fault of the lab: the tables of `tests/gateways/measured`, and whether the facts
//! in `src/gateway` say the same.
//!
//! `tests/measure` writes the tables anew, in some minutes; `tests/measure nginx` that of nginx alone.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use why502::gateway::{self, by_name, logged};
use why502::http1::{DefectCode, Reading};
use why502::lab::{FAULTS, Fault, Lab, Level};
use why502::tolerance::{Met, Tolerance};

use super::client::{get, get_twice, post};
use super::table::{Row, Table};
use super::told::{Session, Told, treatment};
use super::{RealGateway, all, product};

/// More at a time would make the lab and the gateways wait for each other.
const AT_A_TIME: usize = 16;

#[tokio::test]
async fn measure() {
    let Ok(which) = std::env::var("WHY502_MEASURE") else { return };
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let mut gateways = all(&lab);
    only(&mut gateways, &which);
    // One after the other: what waits for its turn on a busy machine looks like a timeout.
    for gateways in gateways.chunk_by(|one, other| product(one) == product(other)) {
        let answers = answers(gateways, &lab).await;
        let rows = FAULTS.iter().zip(&answers).map(|(fault, answers)| {
            let through = answers.through.iter();
            let told: Vec<Told> =
                through.map(|sessions| Told::of(fault, sessions, answers.direct.as_ref())).collect();
            let each = |part: fn(&Told) -> &String| told.iter().map(part).cloned().collect::<Vec<_>>();
            Row {
                fault: fault.name.to_owned(),
                defects: answers.direct.as_ref().map(defects).unwrap_or_default(),
                treatment: in_short(each(|told| &told.treatment)),
                body: in_short(each(|told| &told.body)),
                end: in_short(each(|told| &told.end)),
                answers: each(|told| &told.cell),
                log: gateways.last().map(|gateway| telling_log(&gateway.log(), fault)).unwrap_or_default(),
            }
        });
        let columns = gateways.iter().map(|gateway| gateway.name.to_owned()).collect();
        let table = Table {
            program: product(&gateways[0]).to_owned(),
            version: gateways[0].version.clone(),
            columns,
            rows: rows.collect(),
        };
        fs::create_dir_all(Table::folder()).unwrap();
        fs::write(table.path(), table.to_string()).unwrap();
        println!("written: {}", table.path().display());
    }
}

/// `1` for all of them, or some names with spaces between.
fn only(gateways: &mut Vec<RealGateway>, which: &str) {
    let known: BTreeSet<_> = gateways.iter().map(product).collect();
    for name in which.split_whitespace().filter(|name| *name != "1") {
        let known: Vec<_> = known.iter().copied().collect();
        assert!(known.contains(&name), "no gateway is called {name}; there are {}", known.join(", "));
    }
    gateways.retain(|gateway| which == "1" || which.split_whitespace().any(|name| name == product(gateway)));
}

/// Once, where all ways in which the program was set up come to the same.
fn in_short(mut each: Vec<String>) -> String {
    if each.windows(2).all(|pair| pair[0] == pair[1]) {
        each.truncate(1);
    }
    each.join(" / ")
}

/// Which of two events comes first decides some faults of connecting, of TLS and of uploads, and some come only now
/// and then; these are asked for more than once.
const SESSIONS_OF_A_RACE: usize = 6;

struct Answers {
    /// For faults that a client without TLS can meet.
    direct: Option<Reading>,
    /// In the order of the gateways: what came of each session, of one request or two.
    through: Vec<Vec<Session>>,
}

async fn answers(gateways: &[RealGateway], lab: &Lab) -> Vec<Answers> {
    let turn = Arc::new(Semaphore::new(AT_A_TIME));
    let mut asked = JoinSet::new();
    for (number, fault) in FAULTS.iter().enumerate() {
        let turn = Arc::clone(&turn);
        let direct = (fault.level == Level::Stream && !is_upload(fault)).then(|| lab.url_of(fault));
        let through: Vec<_> =
            gateways.iter().map(|gateway| gateway.can(fault).then(|| gateway.url(fault))).collect();
        asked.spawn(async move {
            let _turn = turn.acquire().await.unwrap();
            let direct = match direct {
                Some(url) => Some(get(&url).await.reading),
                None => None,
            };
            let mut asked = JoinSet::new();
            for (place, url) in through.into_iter().enumerate() {
                asked.spawn(async move { (place, sessions(fault, url.as_deref()).await) });
            }
            let mut answers = asked.join_all().await;
            answers.sort_by_key(|(place, _)| *place);
            (number, Answers { direct, through: answers.into_iter().map(|(_, answers)| answers).collect() })
        });
    }
    let mut answers = asked.join_all().await;
    answers.sort_by_key(|(number, _)| *number);
    // What is logged when a connection ends may come a moment after its last byte.
    tokio::time::sleep(Duration::from_millis(200)).await;
    answers.into_iter().map(|(_, answers)| answers).collect()
}

/// None where the gateway cannot meet the fault.
async fn sessions(fault: &Fault, url: Option<&str>) -> Vec<Session> {
    let Some(url) = url else { return Vec::new() };
    // On a kept connection the fault comes with the second request.
    if fault.name.starts_with("ka-") {
        return vec![get_twice(url).await];
    }
    let is_upload = is_upload(fault);
    let is_race = is_upload || fault.level != Level::Stream || fault.name == "flapping";
    let mut sessions = Vec::new();
    for _ in 0..if is_race { SESSIONS_OF_A_RACE } else { 1 } {
        sessions.push(vec![if is_upload { post(url).await } else { get(url).await }]);
    }
    sessions
}

/// Faults that are met by whoever sends a body.
fn is_upload(fault: &Fault) -> bool {
    ["upload-", "early-"].iter().any(|beginning| fault.name.starts_with(beginning))
}

fn defects(reading: &Reading) -> String {
    let mut codes: Vec<_> = reading.defects.iter().map(|defect| defect.code.name()).collect();
    codes.dedup();
    codes.join(" ")
}

/// The lines on this fault without what is different each time: time, process, addresses, request.
fn telling_log(log: &str, fault: &Fault) -> String {
    let request = format!(" /fault/{} HTTP/1.1\"", fault.name);
    // That a large body went to the disk is no fault, and does not happen each time.
    let lines = log.lines().filter(|line| line.contains(&request) && !line.contains("temporary file"));
    let mut parts: Vec<_> = lines.map(telling_part).collect();
    parts.sort();
    parts.dedup();
    parts.join(" / ")
}

/// nginx: `2026/11/23 01:54:43 [error] 24745#24745: *4 MESSAGE, client: ...`. HAProxy (`option httplog`): the status
/// and the four letters of the session state.
fn telling_part(line: &str) -> String {
    if let Some((before, _)) = line.split_once(", client: ") {
        let level = before.split(' ').nth(2).unwrap_or_default();
        let (_, message) = before.split_once('*').unwrap_or(("", before));
        let (_, message) = message.split_once(' ').unwrap_or(("", message));
        return format!("{level} {message}");
    }
    // The logs of the others are set up to end with what tells.
    if let Some((_, telling)) = line.split_once(" HTTP/1.1\" => ") {
        return telling.to_owned();
    }
    let words: Vec<_> = line.split(' ').collect();
    let state = words.iter().position(|word| word.len() == 4 && word.ends_with("--"));
    state.map_or_else(|| line.to_owned(), |at| format!("{} {}", words[at - 4], words[at]))
}

#[test]
fn the_facts_on_each_gateway_are_what_was_measured() {
    let wrong: String = Table::all().iter().map(check).collect();
    assert!(wrong.is_empty(), "{wrong}");
}

/// The faults of the lab that bring about what no byte of a response tells.
const MET: &[(Met, &[&str])] = &[
    (Met::Refused, &["refused"]),
    (
        Met::Handshake,
        &[
            "tls-plain-server",
            "tls-alert-40",
            "tls-alert-70",
            "tls-client-cert",
            "tls-fin-handshake",
            "tls-rst-handshake",
            "tls-garbage-handshake",
        ],
    ),
    (Met::Closed, &["accept-fin", "fin-after-request"]),
    (Met::Reset, &["accept-rst", "rst-after-request"]),
];

#[test]
fn the_statuses_of_each_gateway_are_what_was_measured() {
    for table in Table::all() {
        for (met, faults) in MET {
            let name = &table.program;
            let rows = table.rows.iter().filter(|row| faults.contains(&row.fault.as_str()));
            let cells: Vec<_> =
                rows.flat_map(|row| &row.answers).flat_map(|cell| cell.split(" or ")).collect();
            let measured: Vec<u16> =
                cells.iter().filter_map(|cell| cell.split(' ').next()?.parse().ok()).collect();
            let Some(known) = gateway::answers(name).iter().find(|known| known.met == *met) else {
                assert!(measured.is_empty(), "{name} {met:?}: {cells:?} is not in the table");
                continue;
            };
            let is_known = |status: &u16| known.statuses.contains(status) || known.also.contains(status);
            assert!(measured.iter().all(is_known), "{name} {met:?}: {cells:?}, and the table has {known:?}");
            let was_seen = |status: &u16| measured.contains(status);
            assert!(known.statuses.iter().all(was_seen), "{name} {met:?}: {known:?} was not seen: {cells:?}");
        }
    }
}

/// Lines that the lab cannot bring about: they take a name server that is silent or none, a host without a route,
/// servers that are down, a head of more than a megabyte, or too many connections.
const NOT_OF_THE_LAB: &[&str] = &[
    // With LogLevel ssl:info, by which the table is measured, AH02276 stands in its place.
    "AH02039: Certificate Verification: Error (",
    // The gateway of the table has SSLProxyVerify require.
    "AH02004: SSL Proxy: Peer certificate is expired",
    // The table keeps a few of the lines of a fault, and this is none of them.
    "AH02268: Proxy client certificate callback: ",
    "no resolver defined to resolve",
    "could not be resolved (110: Operation timed out)",
    "connect() failed (113: No route to host)",
    "no live upstreams while connecting to upstream",
    "worker_connections are not enough",
    "fail errno 113 (No route to host)",
    "unhealthy",
    "busy",
    "connect: no route to host",
    "no upstreams available",
    // The lab's port that refuses does so from the start, so that Squid takes the peer for dead.
    "ERR_CONNECT_FAIL/WITH_SERVER",
    "Fail to proxy: Upstream ConnectNoRoute",
    "Response header larger than 1048575",
    // Of a body that breaks off Caddy does not say whose it is.
    "aborting with incomplete response",
];

/// Their logs do not say which request a line is about. Their lines were read with one fault at a time.
const LOGS_WITHOUT_REQUESTS: &[&str] = &["nghttpx", "tinyproxy"];

#[test]
fn every_log_line_was_seen_or_is_none_that_the_lab_can_cause() {
    let tables = Table::all().into_iter();
    for table in tables.filter(|table| !LOGS_WITHOUT_REQUESTS.contains(&table.program.as_str())) {
        let name = &table.program;
        let seen: String = table.rows.iter().map(|row| row.log.clone() + "\n").collect();
        for line in by_name(name).unwrap().log_lines {
            // Of HAProxy's lines the table keeps status and state.
            let text = line.text.trim_start_matches("<NOSRV> ... ").replace(" ... ", " ");
            assert!(seen.contains(&text) || NOT_OF_THE_LAB.contains(&line.text), "{name}: {}", line.text);
        }
    }
}

/// Every fault that shows exactly one kind of defect against the rule for that kind. Where the faults of one kind,
/// or the ways of asking the upstream, are treated differently, the rule is to be one that was measured, and it is
/// not to forgive what any of them did not survive.
fn check(table: &Table) -> String {
    let tolerance = &by_name(&table.program).unwrap().tolerance;
    assert!(tolerance.measured_with.contains(&table.version), "{}", tolerance.measured_with);
    let wrong: Vec<_> = DefectCode::ALL
        .iter()
        .filter_map(|&code| {
            let rows = table.rows.iter().filter(|row| row.defects == code.name());
            let cells: Vec<_> =
                rows.flat_map(|row| &row.answers).flat_map(|cell| cell.split(" or ")).collect();
            let problem = against_rule(tolerance, code, &cells)?;
            Some(format!("{}: {problem}; measured {cells:?}", code.name()))
        })
        .collect();
    if wrong.is_empty() { String::new() } else { format!("{}:\n{}\n", table.program, wrong.join("\n")) }
}

fn against_rule(tolerance: &Tolerance, code: DefectCode, cells: &[&str]) -> Option<String> {
    let measured: Vec<_> = cells.iter().map(|cell| treatment(cell)).collect();
    if measured.is_empty() {
        return None;
    }
    let Some(rule) = tolerance.of(code) else { return Some("there is no rule".to_owned()) };
    // Some have several: whether a head has gone out when the body fails is chance.
    if !tolerance.all_of(code).any(|rule| measured.contains(&rule)) {
        return Some(format!("the rule says {rule:?}"));
    }
    let too_kind = rule.forgives() && !measured.iter().all(|seen| seen.forgives());
    too_kind.then(|| format!("the rule forgives: {rule:?}"))
}

/// The tables keep what nginx logs when it asks in HTTP/1.1. This is the line of 1.22.1 when it asks in HTTP/1.0, and the
/// later of two lengths is the larger.
const LOGGED_IN_HTTP10: &[&str] = &["upstream prematurely closed connection while reading upstream"];

#[test]
fn the_lines_of_each_kind_of_defect_are_those_that_were_measured() {
    for table in Table::all() {
        for &code in DefectCode::ALL {
            let Some(lines) = logged(&table.program, code) else { continue };
            let rows: Vec<_> = table.rows.iter().filter(|row| row.defects == code.name()).collect();
            let shown = || rows.iter().map(|row| format!("{}: {}", row.fault, row.log)).collect::<Vec<_>>();
            for line in lines {
                let seen = rows.is_empty()
                    || LOGGED_IN_HTTP10.contains(line)
                    || rows.iter().any(|row| row.log.contains(line));
                assert!(seen, "{} {}: {line} is not in {:?}", table.program, code.name(), shown());
            }
            let silent = rows.iter().all(|row| row.log.is_empty());
            assert!(!lines.is_empty() || silent, "{} {}: {:?}", table.program, code.name(), shown());
        }
    }
}
