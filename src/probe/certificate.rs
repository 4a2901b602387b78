//! Certificates as they are reported. What a stranger wrote into them is bounded, and free of control characters.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::{Duration, UNIX_EPOCH};

use rustls::pki_types::{CertificateDer, UnixTime};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{ASN1Time, FromDer, X509Certificate};

use crate::observation::{CertificateProblem, CertificateSeen};

/// How many certificates of a chain are reported.
const CERTIFICATES: usize = 10;
/// How many names of a certificate are reported.
const NAMES: usize = 100;
/// How many characters of a text are reported.
const CHARACTERS: usize = 512;

/// The certificates of a chain; those that cannot be read are left out.
pub(super) fn chain_seen(chain: &[CertificateDer<'_>]) -> Vec<CertificateSeen> {
    chain.iter().take(CERTIFICATES).filter_map(parse).map(|certificate| seen(&certificate)).collect()
}

/// Whether a certificate says that it may sign others (CA:TRUE).
pub(super) fn is_authority(der: &CertificateDer<'_>) -> bool {
    parse(der).is_some_and(|certificate| certificate.is_ca())
}

/// Whether a certificate is signed with its own key, under its own name.
pub(super) fn is_self_signed(der: &CertificateDer<'_>) -> bool {
    parse(der).is_some_and(|certificate| {
        certificate.issuer() == certificate.subject() && certificate.verify_signature(None).is_ok()
    })
}

/// Whether `now` is within the certificate's time.
pub(super) fn is_timely(der: &CertificateDer<'_>, now: UnixTime) -> bool {
    let now = i64::try_from(now.as_secs()).ok().and_then(|seconds| ASN1Time::from_timestamp(seconds).ok());
    parse(der).zip(now).is_some_and(|(certificate, now)| certificate.validity().is_valid_at(now))
}

/// Whether its time is over, or has not begun.
pub(super) fn untimely(der: &CertificateDer<'_>, now: UnixTime) -> Option<CertificateProblem> {
    let (begin, end) = validity(der)?;
    match now.as_secs() {
        now if now < begin => Some(CertificateProblem::NotYetValid),
        now if now > end => Some(CertificateProblem::Expired),
        _ => None,
    }
}

/// The time within the certificate's that is nearest to `now`.
pub(super) fn nearest_valid(der: &CertificateDer<'_>, now: UnixTime) -> UnixTime {
    let nearest = validity(der).map_or(now.as_secs(), |(begin, end)| now.as_secs().min(end).max(begin));
    UnixTime::since_unix_epoch(Duration::from_secs(nearest))
}

/// Its first and its last second, from 1970 on.
fn validity(der: &CertificateDer<'_>) -> Option<(u64, u64)> {
    let certificate = parse(der)?;
    let validity = certificate.validity();
    let seconds = |time: ASN1Time| u64::try_from(time.timestamp()).unwrap_or(0);
    Some((seconds(validity.not_before), seconds(validity.not_after)))
}

fn parse<'a>(der: &'a CertificateDer<'_>) -> Option<X509Certificate<'a>> {
    X509Certificate::from_der(der.as_ref()).ok().map(|(_, certificate)| certificate)
}

fn seen(certificate: &X509Certificate<'_>) -> CertificateSeen {
    let names = certificate.subject_alternative_name().ok().flatten();
    CertificateSeen {
        subject: harmless(&certificate.subject().to_string()),
        issuer: harmless(&certificate.issuer().to_string()),
        names: names
            .map(|names| names.value.general_names.iter().filter_map(name).take(NAMES).collect())
            .unwrap_or_default(),
        not_before: rfc3339(certificate.validity().not_before),
        not_after: rfc3339(certificate.validity().not_after),
        authority: certificate.is_ca(),
        self_issued: certificate.issuer() == certificate.subject(),
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(harmless(name)),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|bytes| Ipv4Addr::from(bytes).to_string()),
            16 => <[u8; 16]>::try_from(*bytes).ok().map(|bytes| Ipv6Addr::from(bytes).to_string()),
            _ => None,
        },
        _ => None,
    }
}

fn harmless(text: &str) -> String {
    let harmless =
        |character: char| if character.is_control() { char::REPLACEMENT_CHARACTER } else { character };
    text.chars().take(CHARACTERS).map(harmless).collect()
}

/// A time as RFC 3339 has it: years 1970 to 9999, and those outside at the nearer end.
fn rfc3339(time: ASN1Time) -> String {
    /// The last second of the year 9999.
    const LAST: u64 = 253_402_300_799;
    let seconds = u64::try_from(time.timestamp()).unwrap_or(0).min(LAST);
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string()
}
