//! What each gateway does with each fault of the lab: the tables of `tests/gateways/measured`, and whether the facts
//! in `src/gateway` say the same.
//!
//! `WHY502_MEASURE=1 cargo test --test it measure` writes the tables anew, in half a minute; `WHY502_MEASURE=nginx` that
//! of nginx alone.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use why502::gateway::by_name;
use why502::http1::{DefectCode, Reading};
use why502::lab::{FAULTS, Fault, Lab, Level};
use why502::tolerance::{Tolerance, Treatment};

use super::client::{Answer, get, get_twice, post};
use super::table::{Row, Table};
use super::{RealGateway, all, product};

/// More at a time would make the lab and the gateways wait for each other.
const AT_A_TIME: usize = 16;

#[tokio::test]
async fn measure() {
    let Ok(which) = std::env::var("WHY502_MEASURE") else { return };
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let mut gateways = all(&lab);
    gateways.retain(|gateway| which == "1" || which == product(gateway));
    let answers = answers(&gateways, &lab).await;
    let mut first = 0;
    for gateways in gateways.chunk_by(|one, other| product(one) == product(other)) {
        let rows = FAULTS.iter().zip(&answers).map(|(fault, answers)| {
            let own = answers.through.iter().skip(first).zip(gateways);
            Row {
                fault: fault.name.to_owned(),
                defects: answers.direct.as_ref().map(defects).unwrap_or_default(),
                answers: own.map(|(sessions, _)| cell(fault, sessions, answers.direct.as_ref())).collect(),
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
        first += gateways.len();
    }
}

type Session = Vec<Answer>;

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

/// Whether the gateway only copied the bytes of the upstream, without a status line of its own.
fn is_raw(reading: &Reading, direct: &Reading) -> bool {
    reading.received > 0 && reading.bytes == direct.bytes
}

/// The answers of a session with commas between them, and sessions that differ with `or`.
fn cell(fault: &Fault, sessions: &[Session], direct: Option<&Reading>) -> String {
    let mut cells: Vec<_> = sessions
        .iter()
        .map(|answers| {
            let words: Vec<_> = answers.iter().map(|answer| described(fault, answer, direct)).collect();
            words.join(", ")
        })
        .collect();
    cells.sort();
    cells.dedup();
    cells.join(" or ")
}

/// One answer: the status or what there is in its place, what became of the defect, and the time in half seconds.
fn described(fault: &Fault, answer: &Answer, direct: Option<&Reading>) -> String {
    let reading = &answer.reading;
    let status = reading.response().and_then(|response| response.status);
    // To a 101 a gateway need add nothing.
    if status != Some(101) && direct.is_some_and(|direct| is_raw(reading, direct)) {
        return "raw".to_owned();
    }
    let mut words = vec![match status {
        Some(status) => status.to_string(),
        None if reading.response().is_some() => "a bad status".to_owned(),
        None if reading.other_protocol.is_some() => "raw".to_owned(),
        None if reading.interim().count() > 0 => "interim only".to_owned(),
        None if reading.received == 0 => "nothing".to_owned(),
        None => "raw".to_owned(),
    }];
    let is_cut = reading.cut.is_some() && reading.response().is_some();
    if is_cut {
        words.push("cut".to_owned());
    }
    if let Some(direct) = direct {
        if direct.response().is_none() && status == Some(200) {
            words.push("made of it".to_owned());
        }
        let relayed =
            reading.response().is_some() && status == direct.response().and_then(|response| response.status);
        if relayed && !is_cut && !direct.defects.is_empty() {
            let kept = direct.defects.iter().any(|defect| has(reading, defect.code));
            words.push(if kept { "as it is" } else { "repaired" }.to_owned());
        }
        let other_body = direct.body.sha256 != reading.body.sha256 && fault.name != "ok-echo";
        if relayed && other_body {
            words.push(format!("({} of {} bytes)", reading.body.length, direct.body.length));
        }
    }
    let seconds = (answer.seconds * 2.0).round() / 2.0;
    if seconds > 0.0 {
        words.push(format!("after {seconds} s"));
    }
    words.join(" ")
}

fn has(reading: &Reading, code: DefectCode) -> bool {
    reading.defects.iter().any(|defect| defect.code == code)
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

/// Lines that the lab cannot bring about: they take a name server that is silent or none, a host without a route,
/// servers that are down, a head of more than a megabyte, or too many connections.
const NOT_OF_THE_LAB: &[&str] = &[
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
            let cells: Vec<_> = rows.flat_map(|row| &row.answers).collect();
            let problem = against_rule(tolerance, code, &cells)?;
            Some(format!("{}: {problem}; measured {cells:?}", code.name()))
        })
        .collect();
    if wrong.is_empty() { String::new() } else { format!("{}:\n{}\n", table.program, wrong.join("\n")) }
}

fn against_rule(tolerance: &Tolerance, code: DefectCode, cells: &[&String]) -> Option<String> {
    let measured: Vec<_> = cells.iter().map(|cell| treatment(cell)).collect();
    if measured.is_empty() {
        return None;
    }
    let Some(rule) = tolerance.of(code) else { return Some("there is no rule".to_owned()) };
    if !measured.contains(&rule) {
        return Some(format!("the rule says {rule:?}"));
    }
    let too_kind = rule.forgives() && !measured.iter().all(|seen| seen.forgives());
    too_kind.then(|| format!("the rule forgives: {rule:?}"))
}

/// What a cell means. Only the gateways themselves answer 400 and more to the faults that have defects.
fn treatment(cell: &str) -> Treatment {
    let status = cell.split(' ').next().and_then(|word| word.parse().ok());
    match (status, cell) {
        _ if cell.starts_with("raw") => Treatment::Raw,
        _ if cell.starts_with("nothing") => Treatment::Closes,
        _ if cell.starts_with("interim only") || cell.contains("cut") => Treatment::Cuts,
        (Some(status @ 400..), _) if cell.contains("after") => Treatment::WaitsThen(status),
        (Some(status @ 400..), _) => Treatment::Refuses(status),
        // The bytes of the upstream as a body, below a status line that it never sent.
        _ if cell.contains("made of it") || lengths(cell).is_some_and(|(got, sent)| got > sent) => {
            Treatment::Raw
        }
        // Nothing of the body, and nothing that tells the client so. How much there is to come is not certain: it is
        // not where the framing is lost.
        _ if lengths(cell).is_some_and(|(got, _)| got == 0) => Treatment::Cuts,
        _ if cell.contains("as it is") || cell.starts_with("a bad status") => Treatment::Passes,
        _ => Treatment::Repairs,
    }
}

/// `(17 of 24 bytes)`: how much of the body came, and how much there is.
fn lengths(cell: &str) -> Option<(u64, u64)> {
    let (_, inner) = cell.split_once('(')?;
    let (got, sent) = inner.split_once(" bytes)")?.0.split_once(" of ")?;
    Some((got.parse().ok()?, sent.parse().ok()?))
}
