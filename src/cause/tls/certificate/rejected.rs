//! The upstream's certificate is refused for another reason than those that have a file of their own.

use super::Certificate;
use crate::cause::About;
use crate::diagnosis::Blame;
use crate::observation::{CertificateProblem, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "certificate-rejected",
    error_type: Some(ErrorType::TlsCertificateError),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[ErrorType::TlsCertificateError],
    remedy: "Replace the certificate; the words of the verification tell what is wrong with it.",
    page: include_str!("../../pages/certificate-rejected.md"),
};

/// The certificate is refused for another reason.
pub static REJECTED: Certificate = Certificate {
    problem: CertificateProblem::Other,
    about: &ABOUT,
    sentence: |leaf, _| format!("The upstream's certificate ({}) is not acceptable.", leaf.subject),
};
