//! The upstream's certificate is not for servers.

use super::Certificate;
use crate::cause::About;
use crate::diagnosis::Blame;
use crate::observation::{CertificateProblem, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "certificate-wrong-purpose",
    error_type: Some(ErrorType::TlsCertificateError),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Issue the certificate for servers (extended key usage serverAuth), as a leaf and not as an authority.",
    page: include_str!("../../pages/certificate-wrong-purpose.md"),
};

/// The certificate is not for servers.
pub static WRONG_PURPOSE: Certificate = Certificate {
    problem: CertificateProblem::WrongPurpose,
    about: &ABOUT,
    sentence: |leaf, _| format!("The upstream's certificate ({}) is not for servers.", leaf.subject),
};
