//! The table for a program: JSON, version 1. Names stay; more may be added.

use serde::Serialize;
use serde_json::{Map, Value};

use super::expected::Wanted;
use super::gateway::GatewayMet;
use super::judge::Verdict;
use super::observed::Observed;
use super::table::{Row, Table};
use crate::observation::Tool;
use crate::proxy_status::ErrorType;

/// The version of the format.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    tool: Tool,
    url: &'a str,
    lab: &'a str,
    gateway: Option<&'a GatewayMet>,
    elapsed: f64,
    max_time: f64,
    interrupted: bool,
    summary: Map<String, Value>,
    results: Vec<Entry<'a>>,
    skipped: Vec<SkippedEntry>,
}

#[derive(Serialize)]
struct Entry<'a> {
    fault: &'static str,
    summary: &'static str,
    group: &'static str,
    expected: ExpectedEntry<'a>,
    attempts: &'a [Observed],
    did: String,
    seconds: f64,
    verdict: Verdict,
    harms: bool,
}

/// What is right: each of the three ways that is true or has a status.
#[derive(Serialize)]
struct ExpectedEntry<'a> {
    whole: bool,
    cut_short: bool,
    status: Option<u16>,
    error_type: Option<ErrorType>,
    rule: &'a str,
}

#[derive(Serialize)]
struct SkippedEntry {
    fault: &'static str,
    reason: &'static str,
}

/// The table as JSON.
///
/// # Errors
/// None that is known: everything in it can be written.
pub fn json(table: &Table) -> serde_json::Result<String> {
    let summary = table.summary();
    let mut sums = Map::new();
    sums.insert("tried".to_owned(), table.rows.len().into());
    sums.insert("skipped".to_owned(), table.skipped.len().into());
    sums.insert("harmful".to_owned(), summary.harmful.into());
    for (verdict, count) in summary.counts {
        if let Value::String(name) = serde_json::to_value(verdict)? {
            sums.insert(name, count.into());
        }
    }
    let document = Document {
        format: FORMAT,
        tool: Tool::this(),
        url: &table.url,
        lab: &table.lab,
        gateway: table.gateway.as_ref(),
        elapsed: thousandths(table.elapsed),
        max_time: table.limit,
        interrupted: table.interrupted,
        summary: sums,
        results: table
            .groups()
            .flat_map(|(group, rows)| rows.into_iter().map(move |row| entry(group, row)))
            .collect(),
        skipped: table
            .skipped
            .iter()
            .map(|skipped| SkippedEntry { fault: skipped.fault.name, reason: skipped.reason })
            .collect(),
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

fn entry<'a>(group: &'static str, row: &'a Row) -> Entry<'a> {
    let wanted = row.expected.wanted;
    Entry {
        fault: row.fault.name,
        summary: row.fault.summary,
        group,
        expected: ExpectedEntry {
            whole: matches!(wanted, Wanted::Whole | Wanted::WholeOr(_)),
            cut_short: matches!(wanted, Wanted::CutOr(_)),
            status: wanted.status(),
            error_type: wanted.error_type(),
            rule: &row.expected.rule,
        },
        attempts: &row.attempts,
        did: row.did(),
        seconds: row.seconds(),
        verdict: row.verdict,
        harms: row.harms,
    }
}

fn thousandths(seconds: f64) -> f64 {
    (seconds * 1e3).round() / 1e3
}
