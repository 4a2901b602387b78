//! Nobody that is trusted signed the upstream's certificate.

use super::Certificate;
use crate::cause::About;
use crate::diagnosis::Blame;
use crate::observation::{CertificateProblem, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "certificate-unknown-issuer",
    error_type: Some(ErrorType::TlsCertificateError),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Make the server send its intermediate certificates; if the authority is your own, give it to the gateway as trusted.",
    page: include_str!("../../pages/certificate-unknown-issuer.md"),
};

/// Nobody that is trusted signed the certificate.
pub static UNKNOWN_ISSUER: Certificate = Certificate {
    problem: CertificateProblem::UnknownIssuer,
    about: &ABOUT,
    sentence: |leaf, _| {
        format!("The upstream's certificate is signed by {}, which is not trusted here.", leaf.issuer)
    },
};
