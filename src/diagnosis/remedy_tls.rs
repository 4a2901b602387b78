//! What to change where TLS with the upstream fails, as the handshake that was seen has it: what its alert is about, and
//! the names in its certificate.

use std::net::SocketAddr;

use super::{FixFor, RemedyText};
use crate::cause::tls::{Meaning, meaning};
use crate::cause::{About, Case};
use crate::contrast::Answer;
use crate::gateway::Asking;
use crate::observation::{
    CertificateProblem, CertificateSeen, ClientCertificateSeen, End, Exchange, Phase, TlsSeen,
};
use crate::plan::Experiment;
use crate::proxy_status::ErrorType;

/// Where the file stands in what is recommended that holds what the gateway trusts.
const TRUSTED: [&str; 2] = ["/etc/ssl/certs/ca-certificates.crt", "@system-ca"];
/// Where the upstream's own certificate is saved, for a gateway that is to trust it.
const OWN_CERTIFICATE: &str = "/etc/ssl/upstream.pem";
/// Where the certificate of the authority stands that signed the upstream's.
const AUTHORITY: &str = "/etc/ssl/upstream-authority.pem";
/// The name that stands in what is recommended for that of the upstream.
const NAME: &str = "app.example.com";

/// What of a gateway's asking is to be settled, given the handshake.
pub(super) fn asking(about: &About, case: &Case<'_>) -> Vec<Asking> {
    let Some(tls) = telling(case) else { return Vec::new() };
    match about.slug {
        "tls-handshake-cut" if tls.client_certificate == ClientCertificateSeen::Missing => {
            return vec![Asking::ClientCertificate];
        }
        "tls-alert-received" => {}
        _ => return Vec::new(),
    }
    let is_named = tls.server_name.is_some();
    match meaning(tls) {
        Some(Meaning::Versions) => vec![Asking::TlsVersions],
        Some(Meaning::ClientCertificate) => vec![Asking::ClientCertificate],
        Some(Meaning::ServerName) => vec![Asking::ServerName],
        Some(Meaning::NothingInCommon) if is_named => vec![Asking::TlsVersions],
        Some(Meaning::NothingInCommon) => vec![Asking::ServerName, Asking::TlsVersions],
        Some(Meaning::Protocols) | None => Vec::new(),
    }
}

/// What whoever runs the upstream can do, where the handshake tells more than the cause.
pub(super) fn of_upstream(about: &About, case: &Case<'_>) -> Option<RemedyText> {
    let tls = telling(case).filter(|_| about.slug == "tls-alert-received")?;
    let (fix_for, advice) = match meaning(tls)? {
        Meaning::Versions => (
            FixFor::Upstream,
            "Let the upstream speak TLS 1.2 or 1.3: the older versions are not to be used any more (RFC 8996).",
        ),
        Meaning::ClientCertificate if tls.client_certificate == ClientCertificateSeen::Sent => (
            FixFor::Investigation,
            "The upstream's own log says what it minds in the certificate: who issued it, its time or its purpose.",
        ),
        Meaning::ClientCertificate => (
            FixFor::Investigation,
            "Give why502 the gateway's certificate with --cert and --key, to ask as the gateway does.",
        ),
        Meaning::ServerName if tls.server_name.is_none() => (
            FixFor::Investigation,
            "Give --upstream by its name, with --connect-to or --resolve for the address, to ask with a server name.",
        ),
        _ => return None,
    };
    Some(RemedyText { fix_for, advice: advice.to_owned(), config: None })
}

/// How to go on where it was not the gateway that failed, but how it was asked.
pub(super) fn of_asking(about: &About, case: &Case<'_>) -> Option<RemedyText> {
    let gateway = case.contrast.gateway;
    if about.slug != "gateway-unreachable" || gateway.proxy.is_some() {
        return None;
    }
    let is_of_scheme = case.contrast.answer != Answer::Unreachable;
    let advice = match gateway.end {
        End::CertificateRejected => {
            "Add -k to ask without verification, or --cacert FILE to trust the authority that signed it; whether its clients \
             mind the certificate is another question."
        }
        _ if is_of_scheme => "Ask with https://.",
        _ => return None,
    };
    Some(RemedyText { fix_for: FixFor::Investigation, advice: advice.to_owned(), config: None })
}

/// As which faults the gateway logs it, at most two: what it meets need not be what was met here. Measured with nginx 1.22.1,
/// HAProxy 2.6.12, Apache httpd 2.4.71, Caddy 2.6.2 and Envoy 1.40.0.
pub(super) fn logged_as(error_type: ErrorType, about: &About, case: &Case<'_>) -> Vec<(ErrorType, Phase)> {
    let usual = (error_type, about.phase);
    let Some(direct) = case.contrast.direct else { return vec![usual] };
    let hung_up = (ErrorType::ConnectionTerminated, Phase::Wait);
    match about.slug {
        // Who is answered with a complaint passes that on, and logs no error.
        "plain-to-tls-port" if direct.status().is_some() => Vec::new(),
        "plain-to-tls-port" if direct.has_bytes() => vec![usual, hung_up],
        "plain-to-tls-port" => vec![hung_up],
        // Who offers no protocol gets no alert.
        "http2-only-upstream" if direct.tls.is_some() => vec![hung_up],
        // In TLS 1.3 it comes after the handshake.
        "tls-alert-received" if direct.ended_in > Phase::Handshake => vec![(error_type, Phase::Wait)],
        _ => vec![usual],
    }
}

/// Whether a gateway's remedy for certificates helps: what it trusts and asks for changes nothing about a certificate's time
/// and purpose.
pub(super) fn is_about_trust(about: &About) -> bool {
    !matches!(about.slug, "certificate-expired" | "certificate-not-yet-valid" | "certificate-wrong-purpose")
}

/// Lines of configuration with what was seen in the place of examples.
pub(super) fn filled(config: &str, about: &About, case: &Case<'_>) -> String {
    let mut config = config.to_owned();
    if let Some(file) = trusted_file(about, case) {
        for example in TRUSTED {
            config = config.replace(example, file);
        }
        // Traffic Server has the folder and the file in lines of their own.
        if let Some((folder, base)) = file.rsplit_once('/') {
            config = config
                .replace("STRING /etc/ssl/certs\n", &format!("STRING {folder}\n"))
                .replace("STRING ca-certificates.crt", &format!("STRING {base}"));
        }
    }
    if let Some(upstream) = address(about, case) {
        config = with_address(&config, upstream);
    }
    match name(about, case) {
        Some(name) => config.replace(NAME, &name),
        None => config,
    }
}

/// The address of the upstream, where it took the connection and only the way of asking is to change.
fn address(about: &About, case: &Case<'_>) -> Option<SocketAddr> {
    let of_asking = about.slug.starts_with("upstream-refuses-")
        || matches!(about.slug, "plain-to-tls-port" | "tls-to-plain-port");
    let is_meant = of_asking || about.phase == Phase::Handshake;
    // A recording is a stranger's: nothing but an address belongs into a line of configuration.
    case.contrast.direct.filter(|_| is_meant)?.peer.as_deref()?.parse().ok()
}

/// The lines with the real address and port in the place of examples.
fn with_address(config: &str, upstream: SocketAddr) -> String {
    let address = upstream.to_string();
    let port = upstream.port();
    let named = if port == 443 { format!("https://{NAME}/") } else { format!("https://{NAME}:{port}/") };
    // The longer examples first; the name has a port of its own only where none stands there.
    let mut config = config.replace(&format!("https://{NAME}/"), &named);
    for example in ["8443", "8080"] {
        config = config.replace(&format!("{NAME}:{example}"), &format!("{NAME}:{port}"));
    }
    // The real address can begin like an example.
    for example in ["127.0.0.1:8443", "127.0.0.1:8080", "127.0.0.1:3000", "10.0.3.7:8080", "10.0.3.7:443"] {
        config = config.replace(example, MARK);
    }
    config.replace("https://10.0.3.7 ", &format!("https://{MARK} ")).replace(MARK, &address)
}

/// Stands for the address while examples are replaced.
const MARK: &str = "\u{0}";

/// What the file is that the gateway is to trust, and how to come by it.
pub(super) fn file_to_trust(about: &About, case: &Case<'_>) -> Option<(&'static str, RemedyText)> {
    let file = trusted_file(about, case)?;
    if file == AUTHORITY {
        let advice = format!(
            "The file {file} holds the certificate of the authority that signed the upstream's: the one of --cacert, if that \
             was given, or of a public one the system's, {}.",
            TRUSTED[0]
        );
        return Some((file, RemedyText { fix_for: FixFor::Gateway, advice, config: None }));
    }
    if !is_about_trust(about) {
        return None;
    }
    let direct = case.contrast.direct?;
    // A recording is a stranger's: nothing but an address belongs into a command.
    let peer: SocketAddr = direct.peer.as_deref()?.parse().ok()?;
    let name = tls(case)?.server_name.as_deref().filter(|name| is_plain(name));
    let named = name.map(|name| format!(" -servername {name}")).unwrap_or_default();
    let how = RemedyText {
        fix_for: FixFor::Gateway,
        advice: format!(
            "The file {file} is the upstream's own certificate. This saves it and prints its fingerprint, which is to be \
             compared with what whoever runs the upstream says."
        ),
        config: Some(format!(
            "openssl s_client -connect {peer}{named} -showcerts </dev/null | openssl x509 -out {file}\n\
             openssl x509 -in {file} -noout -fingerprint -sha256"
        )),
    };
    Some((file, how))
}

/// The file that a gateway has to be given.
fn trusted_file(about: &About, case: &Case<'_>) -> Option<&'static str> {
    let problems = tls(case).map(TlsSeen::all_problems).unwrap_or_default();
    match about.slug {
        "certificate-self-signed" => Some(OWN_CERTIFICATE),
        slug if slug.starts_with("certificate-") && problems.contains(&CertificateProblem::SelfSigned) => {
            Some(OWN_CERTIFICATE)
        }
        "plain-to-tls-port" => Some(AUTHORITY),
        _ => tls(case).map(|_| AUTHORITY),
    }
}

/// The name by which the gateway should ask: one that the certificate is for, or the one that was asked with.
fn name(about: &About, case: &Case<'_>) -> Option<String> {
    if about.slug == "upstream-requires-sni" {
        let named = case.direct_of(Experiment::WithServerName).or(case.contrast.direct);
        let tls = named.and_then(|named: &Exchange| named.tls.as_ref());
        return tls.and_then(|tls| tls.server_name.clone()).filter(|name| is_plain(name));
    }
    let tls = tls(case)?;
    let of_leaf = |leaf: &CertificateSeen| leaf.names.iter().find(|name| is_plain(name)).cloned();
    let asked = tls.server_name.clone().filter(|name| is_plain(name));
    let matches = !tls.all_problems().contains(&CertificateProblem::WrongName);
    match (asked, tls.certificates.first()) {
        (Some(asked), _) if matches => Some(asked),
        (_, Some(leaf)) => of_leaf(leaf),
        (asked, None) => asked,
    }
}

/// Whether it is a whole host name, and nothing that a line of configuration could take for something else: names in
/// certificates are a stranger's.
fn is_plain(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
    let begins_well = name.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    begins_well
        && name.len() <= 253
        && name.chars().all(is_letter)
        && name.parse::<std::net::IpAddr>().is_err()
}

/// The handshake that says what an alert is about: what fails with the name in `Host` too is not about the missing name.
fn telling<'a>(case: &Case<'a>) -> Option<&'a TlsSeen> {
    let named = case.direct_of(Experiment::WithServerName).filter(|named| named.end == End::TlsAlert);
    named.or(case.contrast.direct)?.tls.as_ref()
}

fn tls<'a>(case: &Case<'a>) -> Option<&'a TlsSeen> {
    case.contrast.direct?.tls.as_ref()
}
