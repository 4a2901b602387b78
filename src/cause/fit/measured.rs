//! What gateways were measured to do with a fault.

use super::{SOONEST_TIMEOUT, silences_some};
use crate::cause::sighting::Sighting;
use crate::cause::weigh::over_tls;
use crate::cause::{Case, Cause};
use crate::http1::{DefectCode, DefectKind, Reading};
use crate::observation::Phase;
use crate::tolerance::{Known, Met, Treatment};

/// What one gateway was measured to do with it.
#[derive(Debug)]
pub(super) struct Measured {
    /// All that it may do.
    treatments: Vec<Treatment>,
    /// Statuses with which it answers where it is set up otherwise.
    also: &'static [u16],
}

impl Measured {
    /// What is known of the gateway for a fault that is not weighed by the bytes of its defects; `None` if nobody measured it.
    pub(super) fn beside_the_bytes(
        case: &Case<'_>,
        known: Known,
        cause: &dyn Cause,
        sighting: &Sighting,
    ) -> Option<Self> {
        if let Some(met) = met(case, cause, sighting) {
            let answered = known.answers.iter().find(|answered| answered.met == met)?;
            let refuses = answered.statuses.iter().map(|&status| Treatment::Refuses(status));
            let treatments: Vec<_> = refuses.collect();
            let closes = treatments.is_empty().then_some(Treatment::Closes);
            return Some(Self {
                treatments: treatments.into_iter().chain(closes).collect(),
                also: answered.also,
            });
        }
        Self::of_codes(&sighting.met_as, case, known).filter(Self::tells)
    }

    /// What is known of it for the bytes of the defects.
    pub(super) fn in_bytes(case: &Case<'_>, known: Known, sighting: &Sighting) -> Option<Self> {
        Self::of_codes(&sighting.codes, case, known).filter(Self::tells)
    }

    fn of_codes(codes: &[DefectCode], case: &Case<'_>, known: Known) -> Option<Self> {
        let each: Vec<Vec<Treatment>> =
            codes.iter().map(|&code| known.may(code, reading(case)).collect()).collect();
        let is_measured = !each.is_empty() && each.iter().all(|of_code: &Vec<_>| !of_code.is_empty());
        // A limit of size is exceeded or not: what passes below it tells nothing.
        let is_size = codes.iter().all(|code| code.kind() == DefectKind::Size);
        let mut treatments: Vec<_> = each.into_iter().flatten().collect();
        if is_size {
            treatments.retain(|treatment| !treatment.forgives());
        }
        is_measured.then_some(Self { treatments, also: &[] })
    }

    fn tells(&self) -> bool {
        !self.treatments.is_empty()
    }

    /// Whether it answers so.
    pub(super) fn answers(&self, case: &Case<'_>, status: u16) -> bool {
        self.treatments.iter().any(|&treatment| is_answer(case, treatment, status))
    }

    /// Whether that is what it does as a rule.
    pub(super) fn usually_answers(&self, case: &Case<'_>, status: u16) -> bool {
        self.treatments.first().is_some_and(|&treatment| is_answer(case, treatment, status))
    }

    /// Whether it answers so where it is set up otherwise.
    pub(super) fn also_answers(&self, status: u16) -> bool {
        self.also.contains(&status)
    }

    /// Whether it never answers with a status of its own.
    pub(super) fn answers_nothing(&self) -> bool {
        !self.treatments.iter().copied().any(is_error)
    }
}

/// Whether this is an answer with this status, in the time that it took.
pub(super) fn is_answer(case: &Case<'_>, treatment: Treatment, status: u16) -> bool {
    match treatment {
        Treatment::Refuses(with) => with == status,
        Treatment::WaitsThen(with) => with == status && case.contrast.gateway_seconds() >= SOONEST_TIMEOUT,
        _ => false,
    }
}

/// Whether this is an answer of the gateway's own.
pub(super) fn is_error(treatment: Treatment) -> bool {
    matches!(treatment, Treatment::Refuses(_) | Treatment::WaitsThen(_))
}

/// What the upstream sent directly.
pub(super) fn reading<'a>(case: &Case<'a>) -> Option<&'a Reading> {
    case.contrast.direct.and_then(|direct| direct.reading.as_ref())
}

/// What a gateway meets, where the upstream sends nothing that could be read.
fn met(case: &Case<'_>, cause: &dyn Cause, sighting: &Sighting) -> Option<Met> {
    let direct = case.contrast.direct?;
    let in_handshake = over_tls(direct)
        && (cause.about().phase == Phase::Handshake
            || sighting.met == Some(Met::Reset) && direct.ended_in < Phase::Handshake);
    if in_handshake { Some(Met::Handshake).filter(|_| !sighting.waited) } else { sighting.met }
}

/// How many of the measured gateways answer a fault of these bytes with an error of their own.
pub(super) struct Share {
    /// Those that do.
    pub(super) erring: usize,
    /// Those of which it was measured.
    pub(super) of: usize,
}

/// What all measured gateways make of the fault; `None` where it is nothing that came, or nobody measured it.
pub(super) fn share(case: &Case<'_>, cause: &dyn Cause, sighting: &Sighting) -> Option<Share> {
    let of_body: &[DefectCode] =
        if cause.about().phase == Phase::Body { &[DefectCode::BodyShort] } else { &[] };
    let codes = [&sighting.codes, &sighting.met_as].into_iter().find(|codes| !codes.is_empty());
    let codes = codes.map_or(of_body, Vec::as_slice);
    let usual = |known: &Known| -> Option<Vec<Treatment>> {
        let each: Vec<_> = codes.iter().map(|&code| known.usually(code, reading(case))).collect();
        (!each.iter().any(Vec::is_empty)).then(|| each.concat())
    };
    let all: Vec<_> = case.everyone.iter().filter_map(usual).collect();
    let erring = all.iter().filter(|treatments| treatments.iter().copied().any(is_error)).count();
    (!codes.is_empty() && !all.is_empty()).then_some(Share { erring, of: all.len() })
}

/// Whether some gateway gives its client nothing for this. It is open for what is no matter of bytes: who passes a
/// connection on does that with its end as well.
pub(super) fn somebody_is_silent(case: &Case<'_>, sighting: &Sighting) -> bool {
    // nginx was measured to pass on as they are bytes that it does not understand, and in HTTP/1.1 to close after a wait.
    let unread = |code: DefectCode| matches!(code.kind(), DefectKind::Protocol | DefectKind::StatusLine);
    let is_silent = |code: DefectCode, treatment: Treatment| match treatment {
        Treatment::Closes => true,
        Treatment::Raw => unread(code),
        // Interim responses came, and nothing after them.
        Treatment::Cuts => code.kind() == DefectKind::Interim,
        _ => false,
    };
    let silences = |known: &Known, code: DefectCode| {
        known.still_measured(code, reading(case)).into_iter().any(|treatment| is_silent(code, treatment))
    };
    sighting.codes.is_empty()
        || silences_some(sighting)
        || sighting.codes.iter().any(|&code| case.everyone.iter().any(|known| silences(known, code)))
}
