//! What was seen of TLS.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http1::WireBytes;

/// What was seen of one TLS handshake.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TlsSeen {
    /// The server name sent (SNI); `None` for an address, and where none was to be sent.
    pub server_name: Option<String>,
    /// The version agreed on, such as `TLSv1.3`.
    pub version: Option<String>,
    /// The cipher suite agreed on.
    pub cipher_suite: Option<String>,
    /// The application protocols offered (ALPN).
    pub alpn_offered: Vec<String>,
    /// The application protocol agreed on.
    pub alpn: Option<String>,
    /// The certificates that the server sent, leaf first.
    pub certificates: Vec<CertificateSeen>,
    /// What verification said.
    pub verification: Verification,
    /// Everything that is wrong with the leaf, each looked at by itself: verification tells only the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<CertificateProblem>,
    /// Whether the server asked for a certificate of the client, and what it got.
    #[serde(default, skip_serializing_if = "ClientCertificateSeen::is_not_asked")]
    pub client_certificate: ClientCertificateSeen,
    /// The alert that the server sent.
    pub alert: Option<TlsAlert>,
    /// The first bytes that the server sent, kept only where the handshake failed.
    pub first_bytes: WireBytes,
    /// Bytes that the server sent during the handshake.
    pub received: u64,
    /// The library's words for the failure.
    pub failure: Option<String>,
}

/// What verification said of the certificate chain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "result", content = "problem")]
pub enum Verification {
    /// No certificate came.
    #[default]
    NotReached,
    /// It was verified as a client does it.
    Trusted,
    /// It was not to be trusted, for this reason.
    Rejected(CertificateProblem),
    /// It was not to be trusted, for this reason, and the exchange went on all the same (`-k`, or the experiment
    /// without verification).
    Overlooked(CertificateProblem),
}

impl Verification {
    /// What is wrong with the certificate, whether or not the exchange went on.
    #[must_use]
    pub fn problem(self) -> Option<CertificateProblem> {
        match self {
            Self::Rejected(problem) | Self::Overlooked(problem) => Some(problem),
            Self::NotReached | Self::Trusted => None,
        }
    }
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateProblem {
    /// Its time is over.
    Expired,
    /// Its time has not begun.
    NotYetValid,
    /// It is for other names.
    WrongName,
    /// Nobody that is trusted signed it.
    UnknownIssuer,
    /// It is signed by itself.
    SelfSigned,
    /// It is not for servers (extended key usage), or is a CA's used as a server's.
    WrongPurpose,
    /// Revoked, malformed, with a bad signature, and so on; the words of the library tell.
    Other,
}

impl TlsSeen {
    /// Everything that is wrong with the certificate; recordings of old have the first only.
    #[must_use]
    pub fn all_problems(&self) -> Vec<CertificateProblem> {
        if self.problems.is_empty() {
            self.verification.problem().into_iter().collect()
        } else {
            self.problems.clone()
        }
    }
}

/// Whether a server asks for a certificate of the client (RFC 8446 section 4.3.2), and what it gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientCertificateSeen {
    /// It did not ask, or the handshake ended before.
    #[default]
    NotAsked,
    /// It asked, and there was none to send, or none of a kind that it takes.
    Missing,
    /// It asked, and got the one of `--cert`.
    Sent,
}

impl ClientCertificateSeen {
    /// Whether the server did not ask.
    #[must_use]
    pub fn is_not_asked(&self) -> bool {
        *self == Self::NotAsked
    }
}

/// One certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertificateSeen {
    /// Subject, as text.
    pub subject: String,
    /// Issuer, as text.
    pub issuer: String,
    /// The DNS names and addresses it is for.
    pub names: Vec<String>,
    /// RFC 3339.
    pub not_before: String,
    /// RFC 3339.
    pub not_after: String,
    /// Whether it may sign others (CA:TRUE).
    pub authority: bool,
    /// Whether issuer and subject are the same.
    pub self_issued: bool,
}

/// A TLS alert (RFC 8446 section 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TlsAlert {
    /// Its number, such as 40.
    pub id: u8,
    /// Its registered name, such as `handshake_failure`.
    pub name: String,
}
