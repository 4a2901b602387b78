//! The upstream wants to be named in the TLS handshake (SNI, RFC 6066 section 3), and the gateway may not name it.
//!
//! That the upstream refuses a handshake without a name, or shows another certificate, is tried. Whether the gateway sends
//! one is not seen from here, and so this is never more than likely.

use super::alert::{Meaning, meaning};
use super::certificate;
use crate::cause::fit::{Fit, fit};
use crate::cause::sighting::Sighting;
use crate::cause::weigh::over_tls;
use crate::cause::{AGAINST, About, Ask, Assessment, Case, Cause, Found};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::figures;
use crate::observation::{CertificateProblem, End, Exchange, Phase};
use crate::plan::guise::sent_field;
use crate::plan::{Endpoint, Experiment, Route};
use crate::proxy_status::ErrorType;
use crate::statement::Statement;
use crate::tolerance::{Attempts, NamesServer, Overlooks};

static ABOUT: About = About {
    slug: "upstream-requires-sni",
    error_type: Some(ErrorType::TlsAlertReceived),
    phase: Phase::Handshake,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Let the gateway name the upstream in the TLS handshake (SNI).",
    page: include_str!("../pages/upstream-requires-sni.md"),
};

/// The upstream refuses a handshake without a server name, or shows another certificate then.
pub struct RequiresServerName;

impl Cause for RequiresServerName {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let ruled_out = |by: &str| Assessment::RuledOut(by.to_owned());
        let Some(direct) = case.contrast.direct else {
            return Assessment::NotExamined("an --upstream to ask directly".to_owned());
        };
        if !over_tls(direct) {
            return ruled_out("the upstream is asked in plain HTTP");
        }
        if !fails(case) {
            return ruled_out("the gateway gives what the upstream gives");
        }
        let names = case.known.and_then(|known| known.names_server.map(|names| (known.title, names)));
        match names {
            Some((title, NamesServer::Always)) => {
                return Assessment::RuledOut(format!("{title} always sends a server name"));
            }
            Some((title, NamesServer::NoTls)) => {
                return Assessment::RuledOut(format!("{title} speaks no TLS to its upstream"));
            }
            _ => {}
        }
        let (named, unnamed) = match tried(case, direct) {
            Ok(tried) => tried,
            Err(other) => return other,
        };
        let Some(harm) = harm(named, unnamed) else {
            return ruled_out("without a server name the TLS handshake comes to the same");
        };
        match is_certain(case, direct, &harm) {
            None => Assessment::NotExamined("the same direct requests once more".to_owned()),
            Some(false) => ruled_out("it comes and goes: asked once more, one of them fares otherwise"),
            Some(true) => self.found(case, (named, unnamed), &harm),
        }
    }

    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        let Some(direct) = case.contrast.direct.filter(|direct| over_tls(direct)) else { return Vec::new() };
        let sends = case.known.and_then(|known| known.names_server);
        if !fails(case) || matches!(sends, Some(NamesServer::Always | NamesServer::NoTls)) {
            return Vec::new();
        }
        let varied = match way(case, direct) {
            Some(Way::Unnaming) if answers_well(case, direct) => Experiment::WithoutServerName,
            Some(Way::Naming) => Experiment::WithServerName,
            _ => return Vec::new(),
        };
        let mut asks = vec![Ask::direct(varied)];
        let harms = tried(case, direct).is_ok_and(|(named, unnamed)| harm(named, unnamed).is_some());
        if harms {
            asks.extend([
                Ask::direct(varied),
                Ask::direct(Experiment::Repeat),
                Ask::gateway(Experiment::Repeat),
            ]);
        }
        asks
    }
}

/// What comes of a handshake without a name, where one with a name succeeds.
#[derive(Debug, Clone, PartialEq)]
enum Harm {
    /// It is refused: the error type, and half a sentence.
    Refused(ErrorType, String),
    /// Another certificate is shown, which has these faults.
    AnotherCertificate(Vec<CertificateProblem>),
}

/// What is varied, given how the plain direct request was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It had a name, and is made without.
    Unnaming,
    /// It had none, because the upstream is given by its address, and failed; it is made with the name in `Host`.
    Naming,
}

fn way(case: &Case<'_>, direct: &Exchange) -> Option<Way> {
    let tls = direct.tls.as_ref()?;
    if tls.server_name.is_some() {
        return shook_hands(direct).then_some(Way::Unnaming);
    }
    let is_of_else =
        matches!(meaning(tls), Some(Meaning::Versions | Meaning::ClientCertificate | Meaning::Protocols));
    // The direct request, which was never sent, has the same `Host`.
    let host = sent_field(&case.contrast.gateway.sent.head, "Host")?;
    let (named, _) = Endpoint::parse(&format!("https://{host}")).ok()?;
    let is_open = refused(direct).is_some() && !is_of_else && named.address().is_none();
    is_open.then_some(Way::Naming)
}

/// The handshake with a name and the one without.
fn tried<'a>(case: &Case<'a>, direct: &'a Exchange) -> Result<(&'a Exchange, &'a Exchange), Assessment> {
    let wants = |what: &str| Err(Assessment::NotExamined(what.to_owned()));
    match way(case, direct) {
        Some(Way::Unnaming) if !answers_well(case, direct) => Err(Assessment::RuledOut(
            "the upstream does not answer well with a server name either".to_owned(),
        )),
        Some(Way::Unnaming) => match case.direct_of(Experiment::WithoutServerName) {
            Some(unnamed) => Ok((direct, unnamed)),
            None => wants("a direct request without a server name (SNI)"),
        },
        Some(Way::Naming) => match case.direct_of(Experiment::WithServerName) {
            Some(named) => Ok((named, direct)),
            None => wants("a direct request with a server name (SNI)"),
        },
        None if shook_hands(direct) => {
            Err(Assessment::RuledOut("the TLS handshake succeeds without a server name".to_owned()))
        }
        None if direct.tls.as_ref().is_some_and(|tls| tls.server_name.is_some()) => {
            Err(Assessment::RuledOut("the TLS handshake fails with a server name too".to_owned()))
        }
        None => wants("an --upstream that is given by its name"),
    }
}

/// Whether the handshake got as far as the certificate, and the server went on.
fn shook_hands(exchange: &Exchange) -> bool {
    exchange.end == End::CertificateRejected
        || exchange.tls.as_ref().is_some_and(|tls| tls.version.is_some()) && exchange.end != End::TlsAlert
}

/// Whether the upstream, which refuses a handshake without a name, was seen to take one with the name in `Host`.
pub(super) fn shakes_hands_with_a_name(case: &Case<'_>) -> bool {
    let is_naming = case.contrast.direct.is_some_and(|direct| way(case, direct) == Some(Way::Naming));
    is_naming && case.all_direct_of(Experiment::WithServerName).any(shook_hands)
}

/// Whether a handshake without a name was refused, and the gateway may be one that sends none.
pub(super) fn is_refused_without_name(case: &Case<'_>) -> bool {
    let tried = || tried(case, case.contrast.direct?).ok();
    fails(case)
        && tried()
            .and_then(|(named, unnamed)| harm(named, unnamed))
            .is_some_and(|harm| matches!(harm, Harm::Refused(..)))
}

/// The refusal of a handshake, as error type and half a sentence.
fn refused(exchange: &Exchange) -> Option<(ErrorType, String)> {
    if exchange.ended_in != Phase::Handshake {
        return None;
    }
    let alert = exchange.tls.as_ref().and_then(|tls| tls.alert.as_ref());
    match (exchange.end, alert) {
        (End::TlsAlert, Some(alert)) => {
            Some((ErrorType::TlsAlertReceived, format!("alert {} ({})", alert.id, alert.name)))
        }
        (End::Closed, _) => Some((ErrorType::TlsProtocolError, "the end of the connection (FIN)".to_owned())),
        (End::Reset, _) => Some((ErrorType::TlsProtocolError, "a reset of the connection (RST)".to_owned())),
        _ => None,
    }
}

fn harm(named: &Exchange, unnamed: &Exchange) -> Option<Harm> {
    if !shook_hands(named) {
        return None;
    }
    if let Some((error_type, words)) = refused(unnamed) {
        return Some(Harm::Refused(error_type, words));
    }
    let (with, without) = (named.tls.as_ref()?, unnamed.tls.as_ref()?);
    let known = with.all_problems();
    let new: Vec<CertificateProblem> =
        without.all_problems().into_iter().filter(|problem| !known.contains(problem)).collect();
    let is_another = without.certificates.first()? != with.certificates.first()?;
    (is_another && !new.is_empty()).then_some(Harm::AnotherCertificate(new))
}

/// Whether the gateway fails where its upstream is what it asks.
fn fails(case: &Case<'_>) -> bool {
    let answer = case.contrast.answer;
    matches!(answer, Answer::ServerError(_) | Answer::Nothing) && case.contrast.gateway.proxy.is_none()
}

/// Whether the upstream has a good answer for those who name it, were it behind a certificate that this side rejects.
fn answers_well(case: &Case<'_>, direct: &Exchange) -> bool {
    let late = case.direct_of(Experiment::WithoutVerification).unwrap_or(direct);
    matches!(Answer::of(late), Answer::Whole(status) if status < 500)
}

/// Whether it comes to the same each time; `None` as long as it was not tried again.
fn is_certain(case: &Case<'_>, direct: &Exchange, harm: &Harm) -> Option<bool> {
    let gateway = case.seen.of(Route::Gateway, Experiment::Repeat).next()?;
    let again = case.direct_of(Experiment::Repeat)?;
    let is_naming = way(case, direct) == Some(Way::Naming);
    let experiment = if is_naming { Experiment::WithServerName } else { Experiment::WithoutServerName };
    let mut varied = case.all_direct_of(experiment);
    let (_, second) = (varied.next()?, varied.next()?);
    let pairs =
        if is_naming { [(second, direct), (second, again)] } else { [(direct, second), (again, second)] };
    let same = |(named, unnamed): (&Exchange, &Exchange)| self::harm(named, unnamed).as_ref() == Some(harm);
    Some(Answer::of(gateway) == case.contrast.answer && pairs.into_iter().all(same))
}

impl RequiresServerName {
    fn found(&self, case: &Case<'_>, (named, unnamed): (&Exchange, &Exchange), harm: &Harm) -> Assessment {
        let name = named.tls.as_ref().and_then(|tls| tls.server_name.as_deref()).unwrap_or("its name");
        let (error_type, what) = match harm {
            Harm::Refused(error_type, words) => (
                *error_type,
                format!(
                    "The upstream refuses a TLS handshake without a server name (SNI) with {words}, and takes one for {name}"
                ),
            ),
            Harm::AnotherCertificate(problems) => (
                ErrorType::TlsCertificateError,
                format!(
                    "Without a server name (SNI) the upstream shows another certificate than for {name}, and that one is {}",
                    certificate::words(problems)
                ),
            ),
        };
        let also: &[ErrorType] = match harm {
            Harm::Refused(ErrorType::TlsAlertReceived, _) | Harm::AnotherCertificate(_) => {
                &[ErrorType::TlsProtocolError]
            }
            Harm::Refused(..) => &[ErrorType::TlsProtocolError, ErrorType::ConnectionTerminated],
        };
        let sighting = Sighting::new(what.clone()).of_type(error_type).met_also_as(also);
        if let Some(past) = got_past_the_handshake(case) {
            return Assessment::RuledOut(past);
        }
        let known = case.known;
        let sends = known.and_then(|known| known.names_server);
        let (mut strength, who) = match (known, sends) {
            (Some(known), Some(NamesServer::Never)) => {
                (Strength::Likely, format!("{} sends none unless it is told to", known.title))
            }
            (Some(known), Some(NamesServer::OfNames)) => (
                Strength::Consistent,
                format!(
                    "{} sends one where it knows the upstream by a name, and none for an address",
                    known.title
                ),
            ),
            _ => (Strength::Consistent, "whether the gateway sends one is not known".to_owned()),
        };
        if says_so(case, error_type) {
            strength = Strength::Likely;
        }
        let mut against: Vec<String> = overlooked(case, harm).into_iter().chain(rival(case, named)).collect();
        match fit(self, case, &sighting) {
            Fit::Well => {}
            Fit::Loosely => strength = Strength::Consistent,
            Fit::Not(why) => return Assessment::RuledOut(why),
        }
        against.extend(sooner_than_its_attempts(case));
        if case.contrast.gateway_seconds() >= crate::cause::QUICK {
            against.push("the gateway took longer than a refused handshake takes".to_owned());
        }
        let of = |exchange: &Exchange, text: String| Evidence {
            exchange: case.seen.index_of(exchange),
            place: Place::Phase { phase: Phase::Handshake },
            text,
        };
        let without = match harm {
            Harm::Refused(_, words) => format!("without a server name the answer is {words}"),
            Harm::AnotherCertificate(_) => format!("without a server name {}", shown_by(unnamed)),
        };
        let mut evidence =
            vec![of(unnamed, without), of(named, format!("with the server name {name} {}", shown_by(named)))];
        if !against.is_empty() {
            strength = Strength::Consistent;
        }
        evidence.extend(against.into_iter().map(|text| Evidence {
            exchange: case.seen.index_of(case.contrast.gateway),
            place: Place::Exchange,
            text: format!("{AGAINST}{text}"),
        }));
        Assessment::Found(Found {
            strength,
            blame: ABOUT.blame,
            error_type: Some(error_type),
            sentence: format!("{what}; {who}."),
            evidence,
        })
    }
}

fn shown_by(exchange: &Exchange) -> String {
    let leaf = exchange.tls.as_ref().and_then(|tls| tls.certificates.first());
    leaf.map_or_else(
        || "the TLS handshake succeeds".to_owned(),
        |leaf| format!("it shows a certificate for {}", certificate::names(leaf)),
    )
}

/// Whether the gateway itself says that it met this very thing. Words that serve for all that fails in TLS say nothing of
/// names.
fn says_so(case: &Case<'_>, error_type: ErrorType) -> bool {
    case.stated.iter().any(|statement| statement.means == [error_type])
}

/// What a measured gateway says on a page of its own where it had come past the handshake: it has other words for all that
/// fails in TLS.
fn got_past_the_handshake(case: &Case<'_>) -> Option<String> {
    let is_of_tls = |kind: &ErrorType| {
        matches!(
            kind,
            ErrorType::TlsProtocolError | ErrorType::TlsCertificateError | ErrorType::TlsAlertReceived
        )
    };
    let known = case.known.filter(|known| known.own_error && !known.tolerance.rules.is_empty())?;
    let says_nothing = |statement: &&Statement| {
        statement.means.is_empty() || statement.means.contains(&ErrorType::DestinationUnavailable)
    };
    let telling = case.stated.iter().find(|statement| !says_nothing(statement))?;
    let is_silent_on_tls = case.stated.iter().all(|statement| !statement.means.iter().any(is_of_tls));
    is_silent_on_tls.then(|| {
        format!("{} says \"{}\", which it says of no failed TLS handshake", known.title, telling.quote)
    })
}

/// That a gateway which tries again after a pause did not take the time for that.
fn sooner_than_its_attempts(case: &Case<'_>) -> Option<String> {
    let known = case.known?;
    let retries = known.retries_in(Phase::Handshake)?;
    let Attempts::AtMost(most) = retries.attempts else { return None };
    let least = f64::from(most.saturating_sub(1)) * retries.pause;
    let took = case.contrast.gateway_seconds();
    (took < least * 0.9).then(|| {
        format!(
            "by default {} makes {most} attempts, which takes {} ({}); it failed after {}",
            known.title,
            figures::seconds(least),
            retries.directive,
            figures::seconds(took)
        )
    })
}

/// What else the gateway may mind: a certificate that it would be shown if it did send a name.
fn rival(case: &Case<'_>, named: &Exchange) -> Option<String> {
    let problems = named.tls.as_ref().filter(|_| named.end == End::CertificateRejected)?.all_problems();
    let overlooked = case.known.and_then(|known| known.overlooks).map_or(&[][..], |known| known.problems);
    let minded: Vec<CertificateProblem> =
        problems.into_iter().filter(|problem| !overlooked.contains(problem)).collect();
    (!minded.is_empty()).then(|| {
        format!(
            "with a server name it is shown a certificate that is {}, and may mind that",
            certificate::words(&minded)
        )
    })
}

/// That this gateway overlooks all that is wrong with the other certificate, or need not verify it.
fn overlooked(case: &Case<'_>, harm: &Harm) -> Option<String> {
    let Harm::AnotherCertificate(problems) = harm else { return None };
    let known = case.known.filter(|_| !says_so(case, ErrorType::TlsCertificateError))?;
    let minds_none =
        |overlooks: &&Overlooks| problems.iter().all(|problem| overlooks.problems.contains(problem));
    match known.overlooks.filter(minds_none) {
        Some(overlooks) => Some(overlooks.sentence(known.title)),
        None if known.verifies == Some(true) => None,
        None => Some(format!("whether {} is told to verify certificates is not seen from here", known.title)),
    }
}
