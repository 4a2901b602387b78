//! What the RFCs ask of a gateway whose upstream has a fault.
//!
//! Most of it follows from the cause that a right diagnosis names: its error type has a recommended status in RFC 9209;
//! and where the cause is in the body, the status is on its way already, so that the only honest thing left is to
//! break off visibly. The exceptions stand in two short tables.

use std::borrow::Cow;

use crate::cause::{self, About};
use crate::lab::{Expects, Fault};
use crate::observation::Phase;
use crate::proxy_status::ErrorType;

/// What a client is to get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The upstream's answer, whole.
    Whole,
    /// An error with the status that RFC 9209 recommends for this type.
    Status(ErrorType),
    /// Either: the answer can be used or mended, and may be refused.
    WholeOr(ErrorType),
    /// A response that is visibly cut short, or the error, where the gateway has not sent a status yet.
    CutOr(ErrorType),
}

/// What is asked for, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What a client is to get.
    pub wanted: Wanted,
    /// The rule, such as `RFC 9209 section 2.3.8`.
    pub rule: Cow<'static, str>,
}

/// Faults of which an RFC says that a gateway may mend them and pass the answer on.
const MAY_BE_MENDED: &[(&str, &str)] = &[
    ("obs-fold", "RFC 9112 section 5.2"),
    ("name-space", "RFC 9112 section 5.1"),
    ("name-tab", "RFC 9112 section 5.1"),
    ("leading-space", "RFC 9112 section 2.2"),
    ("value-cr", "RFC 9112 section 2.2"),
    ("value-nul", "RFC 9110 section 5.5"),
    ("value-ctl", "RFC 9110 section 5.5"),
    ("cl-and-te", "RFC 9112 section 6.3"),
    ("cl-and-te-right", "RFC 9112 section 6.3"),
    ("te-http10", "RFC 9112 section 6.1"),
    ("te-204", "RFC 9112 section 6.3"),
    ("te-1xx", "RFC 9112 section 6.3"),
    // A gateway may wait for as long as it likes.
    ("slow-over-timeout", "RFC 9209 section 2.3.10"),
];

/// What is asked of a gateway whose request meets a fault that only some requests meet, or that is nearer to another
/// type than its cause.
const OF_THEIR_OWN: &[(&str, Wanted)] = &[
    // A gateway may send a safe request again on a fresh connection (RFC 9112 section 9.3.1).
    ("ka-fin-second", Wanted::WholeOr(ErrorType::ConnectionTerminated)),
    ("ka-rst-second", Wanted::WholeOr(ErrorType::ConnectionTerminated)),
    ("ka-hang-second", Wanted::WholeOr(ErrorType::ConnectionReadTimeout)),
    ("flapping", Wanted::WholeOr(ErrorType::ConnectionTerminated)),
    ("upload-rst", Wanted::Status(ErrorType::ConnectionTerminated)),
    ("upload-stall", Wanted::Status(ErrorType::ConnectionWriteTimeout)),
    ("early-413", Wanted::WholeOr(ErrorType::ConnectionTerminated)),
    // An upstream that answers only HTTP/1.1 is healthy; who asks it in HTTP/1.0 is not.
    ("http10-426", Wanted::Whole),
    ("http10-drop", Wanted::Whole),
    // Who adds no such field gets the answer.
    ("xff-rst", Wanted::WholeOr(ErrorType::ConnectionTerminated)),
    ("via-fin", Wanted::WholeOr(ErrorType::ConnectionTerminated)),
    // A Host of the client's that is passed on may be the one that is served.
    ("host-rst", Wanted::WholeOr(ErrorType::ConnectionTerminated)),
    ("stall-after-100", Wanted::Status(ErrorType::ConnectionReadTimeout)),
];

/// RFC 9110 section 7.6: what a gateway does with a message that is in order.
const FORWARDING: &str = "RFC 9110 section 7.6";

impl Expected {
    /// What is asked of a gateway in front of this fault.
    #[must_use]
    pub fn of(fault: &Fault) -> Self {
        if let Some((_, wanted)) = OF_THEIR_OWN.iter().find(|(name, _)| *name == fault.name) {
            return Self { wanted: *wanted, rule: rule(*wanted) };
        }
        let mended = MAY_BE_MENDED.iter().find(|(name, _)| *name == fault.name);
        let wanted = match (fault.expects, mended) {
            (Expects::Healthy, _) => Wanted::Whole,
            (Expects::Warning(slug), _) | (Expects::Cause(slug), Some(_)) => {
                Wanted::WholeOr(error_type(slug))
            }
            (Expects::Cause(slug), None) => of_cause(slug),
        };
        Self { wanted, rule: mended.map_or_else(|| rule(wanted), |(_, rule)| Cow::Borrowed(*rule)) }
    }
}

fn of_cause(slug: &str) -> Wanted {
    match (slug, about(slug)) {
        // Sizes that no rule forbids, and content that a gateway need not decode.
        ("response-head-too-large" | "invalid-content-coding", _) => Wanted::WholeOr(error_type(slug)),
        (_, Some(About { error_type: None, .. })) => Wanted::Whole,
        (_, Some(About { error_type: Some(error_type), phase: Phase::Body, .. })) => {
            Wanted::CutOr(*error_type)
        }
        _ => Wanted::Status(error_type(slug)),
    }
}

fn about(slug: &str) -> Option<&'static About> {
    cause::by_slug(slug).map(cause::Cause::about)
}

fn error_type(slug: &str) -> ErrorType {
    about(slug).and_then(|about| about.error_type).unwrap_or(ErrorType::HttpProtocolError)
}

fn rule(wanted: Wanted) -> Cow<'static, str> {
    match wanted {
        Wanted::Whole => Cow::Borrowed(FORWARDING),
        // RFC 9112 section 8 is on messages that are incomplete.
        Wanted::CutOr(_) => Cow::Borrowed("RFC 9112 section 8"),
        Wanted::Status(error_type) | Wanted::WholeOr(error_type) => {
            Cow::Owned(format!("RFC 9209 section {}", error_type.section()))
        }
    }
}

impl Wanted {
    /// The error type that a gateway should name, if it may answer with an error.
    #[must_use]
    pub fn error_type(self) -> Option<ErrorType> {
        match self {
            Self::Whole => None,
            Self::Status(error_type) | Self::WholeOr(error_type) | Self::CutOr(error_type) => {
                Some(error_type)
            }
        }
    }

    /// The status that RFC 9209 recommends, if the gateway may answer with an error.
    #[must_use]
    pub fn status(self) -> Option<u16> {
        self.error_type()?.recommended_status()
    }

    /// A word or three: `504`, `whole or 502`.
    #[must_use]
    pub fn words(self) -> String {
        let status = self.status().map(|status| status.to_string()).unwrap_or_default();
        match self {
            Self::Whole => "whole".to_owned(),
            Self::Status(_) => status,
            Self::WholeOr(_) => format!("whole or {status}"),
            Self::CutOr(_) => format!("cut or {status}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{FAULTS, Meets, find};

    fn words(name: &str) -> String {
        Expected::of(find(name).unwrap()).wanted.words()
    }

    #[test]
    fn what_is_asked_follows_from_the_cause() {
        let asked = [
            ("ok-length", "whole"),
            ("ok-502", "whole"),
            ("fin-after-request", "502"),
            ("no-answer", "504"),
            ("stall-mid-headers", "504"),
            ("blackhole", "504"),
            ("fin-mid-body", "cut or 502"),
            ("stall-mid-body", "cut or 504"),
            ("chunk-bad-size", "cut or 502"),
            ("lf-only", "whole or 502"),
            ("header-70k", "whole or 502"),
            ("gzip-cut", "whole or 502"),
            ("obs-fold", "whole or 502"),
            ("no-colon", "502"),
            ("ka-rst-second", "whole or 502"),
            ("http10-426", "whole"),
        ];
        for (name, expected) in asked {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn the_tables_name_faults_that_there_are() {
        let named =
            MAY_BE_MENDED.iter().map(|(name, _)| name).chain(OF_THEIR_OWN.iter().map(|(name, _)| name));
        for name in named {
            assert!(find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_fault_that_only_some_requests_meet_has_a_row_of_its_own() {
        for fault in FAULTS.iter().filter(|fault| fault.meets() != Meets::Any) {
            assert!(OF_THEIR_OWN.iter().any(|(name, _)| *name == fault.name), "{}", fault.name);
        }
    }

    #[test]
    fn every_error_that_is_asked_for_has_a_status() {
        for fault in FAULTS {
            let wanted = Expected::of(fault).wanted;
            assert_eq!(wanted.status().is_some(), wanted != Wanted::Whole, "{}", fault.name);
        }
    }
}
