//! The table for a program: JSON, version 1. Names stay; more may be added.

use schemars::JsonSchema;
use serde::Serialize;

use super::expected::Wanted;
use super::gateway::GatewayMet;
use super::judge::Verdict;
use super::observed::Observed;
use super::table::{Row, Table};
use crate::observation::Tool;
use crate::proxy_status::ErrorType;
use crate::report::json::{document, schema_of};

/// The version of the format.
const FORMAT: u32 = 1;

/// What a gateway made of every fault of the lab, judged by the RFCs.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "why502 conform, version 1")]
struct Document<'a> {
    /// The version of this format. Names do not change within it; more may be added.
    format: u32,
    /// Name and version of the program.
    tool: Tool,
    /// The URL of the gateway, without `/fault/NAME`.
    url: &'a str,
    /// Where the lab listened.
    lab: &'a str,
    /// The gateway, or `null` if it was not recognised.
    gateway: Option<&'a GatewayMet>,
    /// How long it took, in seconds.
    elapsed: f64,
    /// The limit for each request, in seconds.
    max_time: f64,
    /// Whether the run was interrupted: some faults may be missing.
    interrupted: bool,
    /// The first fault for which the gateway took no connection any more; `null` if it was there to the end.
    gone_since: Option<&'static str>,
    /// The sums.
    summary: Sums,
    /// The faults that were tried, group by group.
    results: Vec<Entry<'a>>,
    /// The faults that were not.
    skipped: Vec<SkippedEntry>,
}

/// How many faults came to what.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Sums {
    /// Those that were tried.
    tried: usize,
    /// Those that were not.
    skipped: usize,
    /// Those with which the gateway harms its clients.
    harmful: usize,
    /// Verdict `conforms`.
    conforms: usize,
    /// Verdict `other-status`.
    other_status: usize,
    /// Verdict `passes-on`.
    passes_on: usize,
    /// Verdict `cuts-short`.
    cuts_short: usize,
    /// Verdict `closes`.
    closes: usize,
    /// Verdict `raw`.
    raw: usize,
    /// Verdict `hangs`.
    hangs: usize,
    /// Verdict `spoils`.
    spoils: usize,
    /// Verdict `looks-whole`.
    looks_whole: usize,
}

/// One fault that was tried.
#[derive(Serialize, JsonSchema)]
struct Entry<'a> {
    /// Its name, as in `/fault/NAME`.
    fault: &'static str,
    /// What the upstream does, one sentence.
    summary: &'static str,
    /// The group that it belongs to.
    group: &'static str,
    /// What the RFCs ask of a gateway.
    expected: ExpectedEntry<'a>,
    /// What the gateway did, request by request.
    attempts: &'a [Observed],
    /// How many requests of the gateway's the lab heard, where it can hear them: more than there are attempts are
    /// retries.
    heard: Option<usize>,
    /// The same in a few words.
    did: String,
    /// The longest that one of the requests took, in seconds.
    seconds: f64,
    /// What it comes to: the worst of them.
    verdict: Verdict,
    /// Whether it harms clients.
    harms: bool,
}

/// What is right: each of the three ways that is true or has a status.
#[derive(Serialize, JsonSchema)]
struct ExpectedEntry<'a> {
    /// The upstream's answer, whole.
    whole: bool,
    /// A response that is visibly cut short.
    cut_short: bool,
    /// An error with this status; `null` if none is right.
    status: Option<u16>,
    /// The error type of RFC 9209 that the status belongs to.
    error_type: Option<ErrorType>,
    /// Where that is written, such as `RFC 9209 section 2.3.8`.
    rule: &'a str,
}

/// One fault that was not tried.
#[derive(Serialize, JsonSchema)]
struct SkippedEntry {
    /// Its name.
    fault: &'static str,
    /// Why not, one sentence.
    reason: &'static str,
}

/// The table as JSON.
#[must_use]
pub fn json(table: &Table) -> String {
    document(&Document {
        format: FORMAT,
        tool: Tool::this(),
        url: &table.url,
        lab: &table.lab,
        gateway: table.gateway.as_ref(),
        elapsed: thousandths(table.elapsed),
        max_time: table.limit,
        interrupted: table.interrupted,
        gone_since: table.gone_since,
        summary: sums(table),
        results: table
            .groups()
            .flat_map(|(group, rows)| rows.into_iter().map(move |row| entry(group, row)))
            .collect(),
        skipped: table
            .skipped
            .iter()
            .map(|skipped| SkippedEntry { fault: skipped.fault.name, reason: skipped.reason })
            .collect(),
    })
}

/// The JSON Schema (draft 2020-12) of the table.
#[must_use]
pub fn schema() -> String {
    document(&schema_of::<Document<'_>>())
}

fn sums(table: &Table) -> Sums {
    let summary = table.summary();
    let of =
        |verdict| summary.counts.iter().find(|(known, _)| *known == verdict).map_or(0, |(_, count)| *count);
    Sums {
        tried: table.rows.len(),
        skipped: table.skipped.len(),
        harmful: summary.harmful,
        conforms: of(Verdict::Conforms),
        other_status: of(Verdict::OtherStatus),
        passes_on: of(Verdict::PassesOn),
        cuts_short: of(Verdict::CutsShort),
        closes: of(Verdict::Closes),
        raw: of(Verdict::Raw),
        hangs: of(Verdict::Hangs),
        spoils: of(Verdict::Spoils),
        looks_whole: of(Verdict::LooksWhole),
    }
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
        heard: row.heard,
        did: row.did(),
        seconds: row.seconds(),
        verdict: row.verdict,
        harms: row.harms,
    }
}

fn thousandths(seconds: f64) -> f64 {
    (seconds * 1e3).round() / 1e3
}
