//! The report for a program: JSON, version 1. Dashboards read it, so names stay; more may be added.
//!
//! Times are seconds as numbers, instants RFC 3339, sizes counts of bytes. The doc comments here are the descriptions in
//! the JSON Schema, which is generated from these types.

use std::io;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use super::escape;
use super::json_exchange::ExchangeReport;
use crate::diagnosis::{Authorship, Diagnosis, Finding, GatewaySeen, NotExamined, RuledOut, Verdict};
use crate::fate::Elsewhere;
use crate::observation::{LimitsSeen, Observations, Tool};
use crate::statement::Statement;

/// The report of one run of why502.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "why502 report, version 1")]
pub struct Report {
    /// The version of this format. Names do not change within it; more may be added.
    pub format: u32,
    /// Name and version of the program that made the observations.
    pub tool: Tool,
    /// When the run began, RFC 3339.
    pub started: String,
    /// How long it took, in seconds.
    pub elapsed: f64,
    /// The request that both routes were asked with.
    pub request: RequestReport,
    /// The gateway, or `null` if it was not recognised.
    pub gateway: Option<GatewaySeen>,
    /// What it comes to.
    pub verdict: Verdict,
    /// Who wrote the error, and by which signs; `null` if none came.
    pub written_by: Option<Authorship>,
    /// The causes found, the best first.
    pub findings: Vec<Finding>,
    /// What did no harm here and can do harm elsewhere: defects that this gateway lets pass and others refuse.
    pub warnings: Vec<WarningReport>,
    /// The causes that were ruled out.
    pub ruled_out: Vec<RuledOut>,
    /// The causes that could not be examined.
    pub not_examined: Vec<NotExamined>,
    /// The exchanges: first the same request over every route, then the further experiments. Evidence names them by
    /// their index, from 0.
    pub exchanges: Vec<ExchangeReport>,
    /// What the gateway itself says went wrong.
    pub statements: Vec<Statement>,
    /// Plain sentences that belong to no cause.
    pub notes: Vec<String>,
    /// The URLs of the upstreams, in the order given.
    pub upstreams: Vec<String>,
    /// The limits that were in force.
    pub limits: LimitsSeen,
    /// Whether certificates were verified.
    pub verified: bool,
    /// Whether the run was interrupted: some exchanges may be unfinished.
    pub interrupted: bool,
}

/// The request that both routes were asked with. Secrets are masked as in the observations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RequestReport {
    /// The method.
    pub method: String,
    /// The URL of the gateway.
    pub url: String,
    /// The version that it was sent in.
    pub version: String,
    /// Size of its content in bytes.
    pub body_size: u64,
    /// Whether it may be sent more than once (a safe method).
    pub repeatable: bool,
}

/// A finding that did no harm here, and what others would have made of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WarningReport {
    /// What was met.
    #[serde(flatten)]
    pub finding: Finding,
    /// The other gateways that were measured not to pass on a response with these defects: each with its version, what
    /// it does instead, and the status that its client gets.
    pub refused_by: Vec<Elsewhere>,
    /// Those that were measured to pass it on, or to repair it.
    pub passed_by: Vec<Elsewhere>,
}

impl WarningReport {
    fn new(finding: &Finding) -> Self {
        let (passed_by, refused_by) =
            finding.elsewhere.iter().cloned().partition(|told| told.outcome.lets_pass());
        Self { finding: finding.clone(), refused_by, passed_by }
    }
}

impl Report {
    /// The version of the format that this program writes.
    pub const FORMAT: u32 = 1;

    /// Puts the report together.
    #[must_use]
    pub fn new(seen: &Observations, diagnosis: &Diagnosis) -> Self {
        Self {
            format: Self::FORMAT,
            tool: seen.tool.clone(),
            started: seen.started.clone(),
            elapsed: seen.elapsed,
            request: RequestReport {
                method: seen.request.method.clone(),
                url: seen.request.url.clone(),
                version: seen.request.version.name().to_owned(),
                body_size: seen.request.body_size,
                repeatable: seen.request.repeatable,
            },
            gateway: diagnosis.gateway.clone(),
            verdict: diagnosis.verdict.clone(),
            written_by: diagnosis.written_by.clone(),
            findings: diagnosis.findings.clone(),
            warnings: diagnosis.warnings.iter().map(WarningReport::new).collect(),
            ruled_out: diagnosis.ruled_out.clone(),
            not_examined: diagnosis.not_examined.clone(),
            exchanges: seen.exchanges.iter().map(ExchangeReport::new).collect(),
            statements: diagnosis.statements.clone(),
            notes: diagnosis.notes.clone(),
            upstreams: seen.upstreams.clone(),
            limits: seen.limits,
            verified: seen.verified,
            interrupted: seen.interrupted,
        }
    }
}

/// The report as one JSON document.
#[must_use]
pub fn json(seen: &Observations, diagnosis: &Diagnosis) -> String {
    document(&Report::new(seen, diagnosis))
}

/// The JSON Schema (draft 2020-12) of the report.
#[must_use]
pub fn schema() -> String {
    document(&schema_of::<Report>())
}

/// The JSON Schema of what is written, rather than of what could be read: nothing that is always there is optional.
#[must_use]
pub fn schema_of<T: JsonSchema>() -> schemars::Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// A value as an indented JSON document with a line end. Characters that steer a terminal or mislead the eye are
/// written as `\u` escapes: the value is the same, and looking at the file is safe.
#[must_use]
pub fn document(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Harmless(PrettyFormatter::new()));
    // Neither a Vec nor any of these types fails to be written.
    if value.serialize(&mut serializer).is_err() {
        bytes = b"null".to_vec();
    }
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// The pretty formatter of `serde_json`, with more characters escaped than JSON asks for.
struct Harmless(PrettyFormatter<'static>);

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        let mut plain = 0;
        for (at, character) in text.char_indices().filter(|&(_, character)| !escape::is_harmless(character)) {
            writer.write_all(text.get(plain..at).unwrap_or_default().as_bytes())?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            plain = at + character.len_utf8();
        }
        writer.write_all(text.get(plain..).unwrap_or_default().as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_safe_to_look_at_and_means_the_same() {
        let text = "a\u{9b}2J\u{202e}b \u{1b}c \u{e0001} ü \" \\";
        let shown = document(&[text]);
        assert!(
            shown.chars().all(|character| character == '\n' || escape::is_harmless(character)),
            "{shown}"
        );
        assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), [text]);
    }
}
