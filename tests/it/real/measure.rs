//! What each gateway does with each fault of the lab, and whether the facts in `src/gateway` say the same.
//!
//! `WHY502_MEASURE=1 cargo test --test it measure` writes the tables of `tests/gateways/measured` anew. Without it
//! the same run is compared with them.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use tokio::task::JoinSet;
use why502::http1::{DefectCode, Reading, StreamEnd};
use why502::lab::{FAULTS, Fault, Lab, Level};

use super::client::{Answer, get};
use super::{RealGateway, haproxy, nginx};

/// One row of a table: a fault, what is wrong with it, and what each gateway makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    fault: String,
    defects: String,
    answers: Vec<String>,
    logs: Vec<String>,
}

async fn measure(gateways: &[RealGateway], lab: &Lab) -> Vec<Row> {
    let mut rows = Vec::new();
    for fault in FAULTS {
        let direct = direct(fault, lab).await;
        let mut row = Row {
            fault: fault.name.to_owned(),
            defects: direct.as_ref().map(defects).unwrap_or_default(),
            answers: Vec::new(),
            logs: Vec::new(),
        };
        for gateway in gateways {
            let before = gateway.log().len();
            let answer = get(&gateway.url(fault)).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
            row.answers.push(described(&answer, direct.as_ref()));
            row.logs.push(telling(&gateway.log()[before..]));
        }
        eprintln!("{row:?}");
        rows.push(row);
    }
    rows
}

async fn direct(fault: &Fault, lab: &Lab) -> Option<Reading> {
    let url = lab.url_of(fault);
    let asked = fault.level == Level::Stream && url.starts_with("http:");
    if asked { Some(get(&url).await.reading) } else { None }
}

fn defects(reading: &Reading) -> String {
    let mut names: Vec<_> = reading.defects.iter().map(|defect| defect.code.name()).collect();
    names.dedup();
    names.join(" ")
}

fn described(answer: &Answer, direct: Option<&Reading>) -> String {
    let reading = &answer.reading;
    let mut text = match reading.response().and_then(|response| response.status) {
        Some(status) => status.to_string(),
        None if reading.other_protocol.is_some() => "raw".to_owned(),
        None if reading.received == 0 => "nothing".to_owned(),
        None if reading.interim().count() > 0 => "interim only".to_owned(),
        None => "no status".to_owned(),
    };
    if reading.cut.is_some() && reading.response().is_some() {
        text += " cut";
    }
    match reading.end {
        StreamEnd::Reset => text += " reset",
        StreamEnd::Open => text += " open",
        _ => {}
    }
    if let Some(direct) = direct {
        let same = reading.response().and_then(|r| r.status) == direct.response().and_then(|r| r.status);
        let kept: Vec<DefectCode> = direct
            .defects
            .iter()
            .map(|d| d.code)
            .filter(|code| reading.defects.iter().any(|seen| seen.code == *code))
            .collect();
        if same && !direct.defects.is_empty() {
            text += if kept.is_empty() { " repaired" } else { " as it is" };
        }
        if same && direct.body.sha256 != reading.body.sha256 {
            let _ = write!(text, " (body {} of {})", reading.body.length, direct.body.length);
        }
    }
    let halves = (answer.seconds * 2.0).round() / 2.0;
    if halves > 0.0 {
        let _ = write!(text, " after {halves} s");
    }
    text
}

fn telling(log: &str) -> String {
    log.trim().replace('\n', " // ")
}

#[tokio::test]
async fn scratch() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let gateways = super::all(&lab);
    let mut tasks = JoinSet::new();
    tasks.spawn(async {});
    let rows = measure(&gateways, &lab).await;
    let mut out = String::new();
    for row in &rows {
        let _ = writeln!(out, "{} | {} | {}", row.fault, row.defects, row.answers.join(" | "));
        for log in &row.logs {
            let _ = writeln!(out, "      {log}");
        }
    }
    std::fs::write("/tmp/scratch-measure.txt", out).unwrap();
    let _ = (PathBuf::new(), nginx::http10 as fn(&Lab) -> RealGateway, haproxy::haproxy as fn(&Lab) -> RealGateway);
}
