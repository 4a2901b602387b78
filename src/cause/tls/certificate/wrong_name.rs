//! The upstream's certificate is for other names.

use std::net::IpAddr;

use super::{Certificate, names};
use crate::cause::About;
use crate::diagnosis::Blame;
use crate::observation::{CertificateProblem, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "certificate-wrong-name",
    error_type: Some(ErrorType::TlsCertificateError),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Let the gateway ask by a name that the certificate is for, or issue one for the name it asks by.",
    page: include_str!("../../pages/certificate-wrong-name.md"),
};

/// The certificate is for other names.
pub static WRONG_NAME: Certificate = Certificate {
    problem: CertificateProblem::WrongName,
    about: &ABOUT,
    sentence: |leaf, asked| {
        let asked = asked.map_or_else(
            || "the name that was asked".to_owned(),
            |name| match name.parse::<IpAddr>() {
                Ok(_) => format!("{name}, the address that was asked"),
                Err(_) => format!("{name}, the name that was asked"),
            },
        );
        // RFC 9525 section 6.3: the CN is no name any more. Apache httpd 2.4.71 takes it for one.
        let common = (leaf.names.is_empty() && leaf.subject.starts_with("CN="))
            .then(|| format!(" (its {} counts as one with few programs)", leaf.subject));
        format!(
            "The upstream's certificate is for {}{}, not for {asked}.",
            names(leaf),
            common.unwrap_or_default()
        )
    },
};
