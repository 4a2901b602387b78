//! What a gateway logs for a class of fault, and what can be changed there: the rows of the gateways' tables.

use crate::http1::DefectCode;
use crate::observation::{End, Phase};
use crate::proxy_status::ErrorType;

/// A class of fault: an error type, and the phases in which it is meant (all, if empty).
#[derive(Debug, Clone, Copy)]
pub struct FaultClass {
    /// The error type.
    pub error_type: ErrorType,
    /// The phases; empty for any.
    pub phases: &'static [Phase],
}

impl FaultClass {
    /// Whether a fault of this type in this phase is meant. A field that is too large (RFC 9209 section 2.3.20) is what
    /// makes a head too large (2.3.19): what is to be done is the same.
    #[must_use]
    pub fn holds(&self, error_type: ErrorType, phase: Phase) -> bool {
        let error_type = match error_type {
            ErrorType::HttpResponseHeaderSize => ErrorType::HttpResponseHeaderSectionSize,
            other => other,
        };
        self.error_type == error_type && (self.phases.is_empty() || self.phases.contains(&phase))
    }
}

/// A line that the gateway logs for a class of fault.
#[derive(Debug, Clone, Copy)]
pub struct LogLine {
    /// For which faults.
    pub fault: FaultClass,
    /// The telling part of the line, as it stands in the log.
    pub text: &'static str,
    /// In which log, at which level.
    pub place: &'static str,
    /// How the connection ended, where the gateway has a line for each end.
    pub end: Option<End>,
    /// When it is this line, or what it means; empty where there is nothing to say.
    pub note: &'static str,
}

impl LogLine {
    /// For a connection that ended so.
    pub(super) const fn ended(self, end: End) -> Self {
        Self { end: Some(end), ..self }
    }

    pub(super) const fn noted(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}

/// What to change, for a class of fault.
#[derive(Debug, Clone, Copy)]
pub struct Remedy {
    /// For which faults.
    pub fault: FaultClass,
    /// One sentence.
    pub advice: &'static str,
    /// The lines of configuration, in the gateway's own words; empty if there are none.
    pub config: &'static str,
    /// What must have been seen for it to be named.
    pub when: When,
}

impl Remedy {
    pub(super) const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }
}

/// What must have been seen for a remedy to be named, beside a fault of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Nothing more.
    Always,
    /// That it comes and goes, or at least not that a new connection meets it each time: for what a kept connection does.
    NotEachTime,
    /// Not that a request in HTTP/1.1 meets it too: for what only HTTP/1.0 does.
    NotInHttp11,
    /// That the upstream speaks HTTP/2 only.
    Http2Only,
    /// That the upstream speaks HTTP/2 only, over TLS.
    Http2OnlyTls,
    /// That the port speaks TLS, and is asked in plain HTTP.
    SpeaksTls,
    /// That the port speaks plain HTTP, and is asked over TLS.
    SpeaksPlain,
    /// That the head is one of HTTP/1.x, and has defects.
    InvalidHead,
    /// One of these defects.
    Has(&'static [DefectCode]),
}

impl When {
    /// As a clause; `None` where there is no condition, or the advice says it itself.
    #[must_use]
    pub fn words(self) -> Option<String> {
        Some(match self {
            Self::Always | Self::NotEachTime | Self::NotInHttp11 | Self::SpeaksTls | Self::SpeaksPlain => {
                return None;
            }
            Self::Http2Only => "where the upstream speaks HTTP/2 only".to_owned(),
            Self::Http2OnlyTls => "where the upstream speaks HTTP/2 only, over TLS".to_owned(),
            Self::InvalidHead => "where the head is invalid".to_owned(),
            Self::Has(codes) => {
                let names: Vec<&str> = codes.iter().map(|code| code.name()).collect();
                format!("where it has {}", names.join(", "))
            }
        })
    }
}

/// A line for a class of fault.
pub(super) const fn log_line(
    error_type: ErrorType,
    phases: &'static [Phase],
    text: &'static str,
    place: &'static str,
) -> LogLine {
    LogLine { fault: FaultClass { error_type, phases }, text, place, end: None, note: "" }
}

/// A remedy for a class of fault.
pub(super) const fn remedy(
    error_type: ErrorType,
    phases: &'static [Phase],
    advice: &'static str,
    config: &'static str,
) -> Remedy {
    Remedy { fault: FaultClass { error_type, phases }, advice, config, when: When::Always }
}
