//! The upstream's certificate is signed by itself.

use super::Certificate;
use crate::cause::About;
use crate::diagnosis::Blame;
use crate::observation::{CertificateProblem, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "certificate-self-signed",
    error_type: Some(ErrorType::TlsCertificateError),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Use a certificate of an authority that the gateway trusts, or give it this one as trusted.",
    page: include_str!("../../pages/certificate-self-signed.md"),
};

/// The certificate is signed by itself.
pub static SELF_SIGNED: Certificate = Certificate {
    problem: CertificateProblem::SelfSigned,
    about: &ABOUT,
    sentence: |leaf, _| format!("The upstream's certificate is signed by itself ({}).", leaf.subject),
};
