//! The upstream's certificate is ahead of its time.

use super::Certificate;
use crate::cause::About;
use crate::diagnosis::Blame;
use crate::observation::{CertificateProblem, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "certificate-not-yet-valid",
    error_type: Some(ErrorType::TlsCertificateError),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Check the clocks of both hosts; issue the certificate with an earlier beginning.",
    page: include_str!("../../pages/certificate-not-yet-valid.md"),
};

/// The certificate is ahead of its time.
pub static NOT_YET_VALID: Certificate = Certificate {
    problem: CertificateProblem::NotYetValid,
    about: &ABOUT,
    sentence: |leaf, _| format!("The upstream's certificate is not valid before {}.", leaf.not_before),
};
