//! Why an exchange goes no further: the end that is reported, and somebody's own words for it.

use std::io::{self, ErrorKind};

use rustls::Error as TlsError;

use super::tls_words::plain;
use crate::observation::{ConnectOutcome, End};

/// Why an exchange goes no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    /// The end.
    pub(super) end: End,
    /// The system's or the library's words for it.
    pub(super) detail: Option<String>,
}

impl Stop {
    /// An end that says all.
    pub(super) fn new(end: End) -> Self {
        Self { end, detail: None }
    }

    /// An end with words of its own.
    pub(super) fn with(end: End, detail: impl Into<String>) -> Self {
        Self { end, detail: Some(detail.into()) }
    }

    /// The end that an error of a connection means once the connection stood.
    pub(super) fn from_io(error: &io::Error) -> Self {
        if let Some(tls) = tls_error(error) {
            return Self::with(end_of_tls(tls), plain(tls));
        }
        let end = match error.kind() {
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => End::Reset,
            ErrorKind::UnexpectedEof | ErrorKind::NotConnected => End::Closed,
            ErrorKind::TimedOut => End::TimedOut,
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
                End::Unreachable
            }
            _ => End::LocalFailure,
        };
        Self::with(end, words(error))
    }
}

/// The TLS library's error inside an I/O error.
pub(super) fn tls_error(error: &io::Error) -> Option<&TlsError> {
    error.get_ref()?.downcast_ref()
}

/// The end that an error of the TLS library means.
pub(super) fn end_of_tls(error: &TlsError) -> End {
    match error {
        TlsError::AlertReceived(_) => End::TlsAlert,
        TlsError::InvalidCertificate(_)
        | TlsError::NoCertificatesPresented
        | TlsError::UnsupportedNameType
        | TlsError::InvalidCertRevocationList(_) => End::CertificateRejected,
        TlsError::General(_)
        | TlsError::FailedToGetCurrentTime
        | TlsError::FailedToGetRandomBytes
        | TlsError::InconsistentKeys(_)
        | TlsError::BadMaxFragmentSize => End::LocalFailure,
        // All others speak of the peer's bytes: no TLS at all, or TLS that breaks its rules.
        _ => End::NotTls,
    }
}

/// The outcome that the error of a connect means.
pub(super) fn outcome(error: &io::Error) -> ConnectOutcome {
    /// EHOSTDOWN, for which the standard library has no kind.
    const HOST_IS_DOWN: i32 = 112;
    match error.kind() {
        ErrorKind::ConnectionRefused => ConnectOutcome::Refused,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => ConnectOutcome::Reset,
        ErrorKind::TimedOut => ConnectOutcome::TimedOut,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            ConnectOutcome::Unreachable
        }
        _ if error.raw_os_error() == Some(HOST_IS_DOWN) => ConnectOutcome::Unreachable,
        _ => ConnectOutcome::LocalFailure,
    }
}

/// An error's words without the number that the standard library puts behind them.
pub(super) fn words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error").map_or(text.as_str(), |(words, _)| words).to_owned()
}
