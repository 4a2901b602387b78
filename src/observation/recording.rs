//! Recordings: observations as a text that can be kept, compared, sent by mail and diagnosed again.

use serde::Deserialize;
use thiserror::Error;

use super::Observations;

/// Why a text cannot be read as a recording.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// It is no JSON.
    #[error("this is no recording: it is not JSON at line {line}, column {column} ({reason})")]
    NotJson {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// The library's words.
        reason: String,
    },
    /// It is JSON of another kind.
    #[error(
        "this JSON is no recording: it has no number \"format\" at its top; --record FILE writes what --replay FILE reads"
    )]
    NotARecording,
    /// It is a report.
    #[error(
        "this is a report, not a recording: it has a verdict and not the bytes; --record FILE writes what --replay FILE reads"
    )]
    Report,
    /// A later version wrote it.
    #[error(
        "this recording has format {found}, and this why502 {version} reads up to format {known}; a newer why502 will read it",
        version = env!("CARGO_PKG_VERSION"),
        known = Observations::FORMAT
    )]
    Newer {
        /// The format that it has.
        found: u64,
    },
    /// It is a recording with something missing or misshapen.
    #[error("this recording is damaged at line {line}, column {column}: {reason}")]
    Damaged {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
}

/// The text of a recording: JSON with one value to a line, so that two of them can be compared by eye. Mask the
/// secrets first (see [`secrets`](super::secrets)).
#[must_use]
pub fn save(observations: &Observations) -> String {
    // Every type in it has string keys and finite numbers, so there is nothing that JSON could not hold.
    let mut text = serde_json::to_string_pretty(observations).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads the text of a recording.
///
/// # Errors
/// If it is no JSON, no recording, one of a newer format, or damaged.
pub fn load(text: &str) -> Result<Observations, RecordingError> {
    let kind: Kind = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => RecordingError::NotARecording,
        _ => RecordingError::NotJson {
            line: error.line(),
            column: error.column(),
            reason: without_place(&error),
        },
    })?;
    match kind.format {
        None => return Err(RecordingError::NotARecording),
        Some(_) if kind.verdict.is_some() => return Err(RecordingError::Report),
        Some(found) if found > u64::from(Observations::FORMAT) => {
            return Err(RecordingError::Newer { found });
        }
        Some(_) => {}
    }
    serde_json::from_str(text).map_err(|error| RecordingError::Damaged {
        line: error.line(),
        column: error.column(),
        reason: without_place(&error),
    })
}

/// As much of a text as tells whether it is a recording.
#[derive(Deserialize)]
struct Kind {
    format: Option<u64>,
    verdict: Option<serde::de::IgnoredAny>,
}

/// The library's words without the place, which is told apart.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{LimitsSeen, RequestSeen, Tool};
    use crate::plan::HttpVersion;

    fn observations() -> Observations {
        Observations {
            format: Observations::FORMAT,
            tool: Tool::this(),
            started: "2026-11-22T10:00:00Z".to_owned(),
            elapsed: 0.012,
            request: RequestSeen {
                method: "GET".to_owned(),
                url: "http://host/".to_owned(),
                version: HttpVersion::Http11,
                fields: Vec::new(),
                body_size: 0,
                repeatable: true,
            },
            upstreams: Vec::new(),
            limits: LimitsSeen { connect: 10.0, total: 90.0 },
            verified: true,
            tls_files: crate::plan::TlsFiles::default(),
            interrupted: false,
            exchanges: Vec::new(),
        }
    }

    #[test]
    fn what_was_saved_is_loaded() {
        let text = save(&observations());
        assert_eq!(load(&text).unwrap(), observations());
        assert!(text.lines().count() > 10 && text.ends_with("}\n"));
    }

    #[test]
    fn what_is_no_recording_is_told_so_that_one_knows_what_to_do() {
        let error = |text: &str| load(text).unwrap_err().to_string();
        assert!(error("{\n  nonsense").contains("line 2, column 3"), "{}", error("{\n  nonsense"));
        assert!(error("[1]").contains("no recording"));
        assert!(error("{}").contains("--record"));
        assert!(error("{\"format\": 1, \"verdict\": {}}").contains("a report"));
        assert!(error("{\"format\": 2}").contains("format 2"));
        assert!(error("{\"format\": 1}").contains("missing field"));
        let damaged = save(&observations()).replace("\"verified\": true", "\"verified\": 7");
        assert!(error(&damaged).contains("damaged at line"), "{}", error(&damaged));
    }
}
