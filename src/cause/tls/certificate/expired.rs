//! The upstream's certificate is past its time.

use super::Certificate;
use crate::cause::About;
use crate::diagnosis::Blame;
use crate::observation::{CertificateProblem, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "certificate-expired",
    error_type: Some(ErrorType::TlsCertificateError),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Renew the certificate, and make sure that the running server has loaded the new one.",
    page: include_str!("../../pages/certificate-expired.md"),
};

/// The certificate is past its time.
pub static EXPIRED: Certificate = Certificate {
    problem: CertificateProblem::Expired,
    about: &ABOUT,
    sentence: |leaf, _| format!("The upstream's certificate expired on {}.", leaf.not_after),
};
