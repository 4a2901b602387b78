//! The upstream's certificate is not to be trusted: one cause for each reason, weighed alike.

mod expired;
mod not_yet_valid;
mod rejected;
mod self_signed;
mod unknown_issuer;
mod wrong_name;
mod wrong_purpose;

pub use expired::EXPIRED;
pub use not_yet_valid::NOT_YET_VALID;
pub use rejected::REJECTED;
pub use self_signed::SELF_SIGNED;
pub use unknown_issuer::UNKNOWN_ISSUER;
pub use wrong_name::WRONG_NAME;
pub use wrong_purpose::WRONG_PURPOSE;

use std::net::IpAddr;

use super::requires_server_name::is_refused_without_name;
use crate::cause::sighting::Sighting;
use crate::cause::weigh::{over_tls, weigh};
use crate::cause::{AGAINST, About, Ask, Assessment, Case, Cause};
use crate::contrast::Answer;
use crate::diagnosis::{Evidence, Place, Strength};
use crate::figures;
use crate::http1::DefectKind;
use crate::observation::{CertificateProblem, CertificateSeen, End, Exchange, Phase, TlsSeen};
use crate::plan::{Experiment, Route};
use crate::proxy_status::ErrorType;
use crate::tolerance::NamesServer;

/// A certificate that is not to be trusted, for one reason.
pub struct Certificate {
    problem: CertificateProblem,
    about: &'static About,
    /// The sentence about a leaf certificate, given the name that was asked.
    sentence: fn(&CertificateSeen, Option<&str>) -> String,
}

impl Cause for Certificate {
    fn about(&self) -> &'static About {
        self.about
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        if case.contrast.direct.is_some_and(|direct| !over_tls(direct)) {
            return Assessment::RuledOut("the upstream is asked in plain HTTP".to_owned());
        }
        let unverified = case.direct_of(Experiment::WithoutVerification);
        if unverified.is_some_and(|past| got_past_it(case, past)) {
            let by = "the gateway answers what the upstream answers to those who overlook the certificate";
            return Assessment::RuledOut(by.to_owned());
        }
        match weigh(self, case, |exchange| self.sight(exchange)) {
            Assessment::Found(mut found) => {
                // Whether this gateway verifies at all is not seen from here, unless it says so.
                let says_so = case
                    .stated
                    .iter()
                    .any(|statement| statement.means.first() == Some(&ErrorType::TlsCertificateError));
                if !says_so {
                    found.strength = found.strength.max(Strength::Likely);
                }
                let overlooked = self.overlooked(case).filter(|_| !says_so || self.another_is_minded(case));
                let unseen = is_refused_without_name(case).then(|| {
                    let text = "who sends no server name (SNI) is refused before this certificate is shown";
                    let exchange = case.seen.index_of(case.contrast.gateway);
                    Evidence { exchange, place: Place::Exchange, text: format!("{AGAINST}{text}") }
                });
                let against = overlooked
                    .or_else(|| self.lesser(case))
                    .or_else(|| Self::left_open(case).filter(|_| !says_so))
                    .into_iter()
                    .chain(unseen.filter(|_| !says_so))
                    .collect::<Vec<_>>();
                if unverified.is_some_and(has_more_wrong) || !against.is_empty() {
                    found.strength = Strength::Consistent;
                }
                found.evidence.extend(against);
                Assessment::Found(found)
            }
            other => other,
        }
    }

    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        let rejected = case.contrast.direct.is_some_and(|direct| self.sight(direct).is_some());
        if rejected { vec![Ask::direct(Experiment::WithoutVerification)] } else { Vec::new() }
    }
}

impl Certificate {
    /// Whether another fault of the same certificate is one that this gateway does not overlook.
    fn another_is_minded(&self, case: &Case<'_>) -> bool {
        let overlooked = case.known.and_then(|known| known.overlooks).map_or(&[][..], |known| known.problems);
        let tls = case.contrast.direct.and_then(|direct| direct.tls.as_ref());
        let all = tls.map(TlsSeen::all_problems).unwrap_or_default();
        all.iter().any(|problem| *problem != self.problem && !overlooked.contains(problem))
    }

    /// Why the name is the lesser fault where more is wrong: an address here need not be what the gateway asks by, and a
    /// gateway that names nobody compares no name either unless it is told to (measured with HAProxy 2.6.12 and Envoy
    /// 1.40.0).
    fn lesser(&self, case: &Case<'_>) -> Option<Evidence> {
        let is_name = self.problem == CertificateProblem::WrongName && self.another_is_minded(case);
        let named = case.contrast.direct?.tls.as_ref()?.server_name.is_some();
        let text = match case.known.filter(|known| known.names_server == Some(NamesServer::Never)) {
            Some(known) => format!("{} compares the name only where it is told which", known.title),
            None if !named => "the gateway need not ask by this address".to_owned(),
            None => return None,
        };
        let exchange = case.seen.index_of(case.contrast.gateway);
        is_name.then(|| Evidence { exchange, place: Place::Exchange, text: format!("{AGAINST}{text}") })
    }

    /// Why it is not known whether the gateway minds it. One that verifies by default, or has to be told whether it is to, and
    /// fails in front of such an upstream, fails most likely because of it.
    fn left_open(case: &Case<'_>) -> Option<Evidence> {
        let gateway = case.contrast.gateway;
        if gateway.route != Route::Gateway || gateway.is_tunnelled() {
            return None;
        }
        let text = match case.known.map(|known| (known.title, known.verifies)) {
            Some((_, Some(true))) => return None,
            Some((title, _)) => {
                format!("whether {title} is told to verify certificates is not seen from here")
            }
            None => "whether the gateway verifies certificates is not known".to_owned(),
        };
        let exchange = case.seen.index_of(gateway);
        Some(Evidence { exchange, place: Place::Exchange, text: format!("{AGAINST}{text}") })
    }

    /// That this gateway does not mind it unless it is told to.
    fn overlooked(&self, case: &Case<'_>) -> Option<Evidence> {
        let known = case.known?;
        let overlooks = known.overlooks.filter(|overlooks| overlooks.problems.contains(&self.problem))?;
        Some(Evidence {
            exchange: case.seen.index_of(case.contrast.gateway),
            place: Place::Exchange,
            text: format!("{AGAINST}{}", overlooks.sentence(known.title)),
        })
    }

    fn sight(&self, exchange: &Exchange) -> Option<Sighting> {
        let tls = exchange.tls.as_ref().filter(|_| exchange.end == End::CertificateRejected)?;
        if !tls.all_problems().contains(&self.problem) {
            return None;
        }
        let asked = tls.server_name.as_deref().or_else(|| address(&exchange.url));
        let sentence = tls
            .certificates
            .first()
            .map_or_else(|| format!("{}.", self.about.title()), |leaf| (self.sentence)(leaf, asked));
        let mut seen = Sighting::new(sentence);
        if let Some(name) = &tls.server_name {
            seen = seen.in_phase(Phase::Handshake, format!("the name asked for: {name}"));
        }
        for (index, certificate) in tls.certificates.iter().take(4).enumerate() {
            seen = seen.in_phase(Phase::Handshake, describe(index, certificate));
        }
        // The other problems are said in the sentence; of these only the library's words tell.
        if let Some(failure) = tls.failure.as_ref().filter(|_| self.problem == CertificateProblem::Other) {
            seen = seen.in_phase(Phase::Handshake, format!("verification says: {failure}"));
        }
        Some(seen)
    }
}

/// What is wrong with a certificate, as the rest of a sentence: `expired and for other names`.
#[must_use]
pub fn words(problems: &[CertificateProblem]) -> String {
    let words: Vec<&str> = problems
        .iter()
        .map(|problem| match problem {
            CertificateProblem::Expired => "expired",
            CertificateProblem::NotYetValid => "not yet valid",
            CertificateProblem::WrongName => "for other names",
            CertificateProblem::UnknownIssuer => "signed by nobody who is trusted here",
            CertificateProblem::SelfSigned => "signed by itself",
            CertificateProblem::WrongPurpose => "not for servers",
            CertificateProblem::Other => "not acceptable",
        })
        .collect();
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => words.concat(),
    }
}

/// The address in a URL, without brackets.
fn address(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    let host = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next()?,
        None => authority.split(':').next()?,
    };
    host.parse::<IpAddr>().is_ok().then_some(host)
}

/// Whether the gateway gave its client what the upstream gives to those who overlook the certificate.
fn got_past_it(case: &Case<'_>, unverified: &Exchange) -> bool {
    let body = |exchange: &Exchange| {
        exchange.reading.as_ref().map(|reading| (reading.body.length, reading.body.sha256.clone()))
    };
    unverified.status().is_some()
        && unverified.status() == case.contrast.gateway.status()
        && body(unverified) == body(case.contrast.gateway)
        && case.contrast.failed()
}

/// Whether more than the certificate is wrong with the upstream: then that may be the cause.
fn has_more_wrong(unverified: &Exchange) -> bool {
    let malformed = unverified
        .reading
        .as_ref()
        .is_some_and(|reading| reading.defects.iter().any(|defect| defect.code.kind() != DefectKind::Size));
    malformed || !Answer::of(unverified).is_whole()
}

fn describe(index: usize, certificate: &CertificateSeen) -> String {
    format!(
        "certificate {index}: {}, issued by {}, valid {} to {}, for {}",
        certificate.subject,
        certificate.issuer,
        certificate.not_before,
        certificate.not_after,
        names(certificate)
    )
}

/// The names a certificate is for, the first few of them.
pub(super) fn names(certificate: &CertificateSeen) -> String {
    const SHOWN: usize = 6;
    let count = certificate.names.len();
    match count {
        0 => "no name at all".to_owned(),
        1..=SHOWN => certificate.names.join(", "),
        _ => format!(
            "{} and {} more",
            certificate.names[..SHOWN].join(", "),
            figures::thousands(u64::try_from(count - SHOWN).unwrap_or(u64::MAX))
        ),
    }
}
