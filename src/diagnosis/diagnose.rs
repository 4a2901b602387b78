//! Puts every cause to the question and makes one diagnosis of the answers.

use super::verdict::Diagnosis;
use super::{Finding, NotExamined, RuledOut, Strength, author, judge, notes, rank, remedy};
use crate::cause::{Assessment, CAUSES, Case, Cause, Found, opinion};
use crate::contrast::{Answer, Contrast};
use crate::gateway::{self, Recognised};
use crate::observation::{Exchange, Observations, Phase};
use crate::plan::{Experiment, Route};
use crate::statement::{self, Statement};
use crate::tolerance::Known;

/// Diagnoses what was seen. Pure: equal observations give an equal diagnosis.
#[must_use]
pub fn diagnose(seen: &Observations) -> Diagnosis {
    let Some(exchange) = seen.gateway() else { return judge::nothing_seen(seen) };
    let recognised = recognise(seen, exchange);
    let stated = stated(exchange, recognised.as_ref());
    let cases = cases(seen, exchange, &stated, recognised.as_ref());

    let mut weighed = Weighed::default();
    for &cause in CAUSES {
        weighed.add(cause, &cases, recognised.as_ref());
    }
    weighed.leave_the_best();
    let verdict = judge::verdict(seen, &weighed.findings, &weighed.warnings, exchange, &cases);
    let written_by = author::author(seen);
    let notes =
        notes::notes(seen, &verdict, &weighed.findings, exchange, recognised.as_ref(), written_by.as_ref());
    Diagnosis {
        gateway: author::asked(written_by.as_ref(), recognised),
        verdict,
        written_by,
        findings: weighed.findings,
        warnings: weighed.warnings,
        ruled_out: weighed.ruled_out,
        not_examined: weighed.not_examined,
        statements: stated,
        notes,
    }
}

/// The further experiments that would help, given what was seen: route, upstream, experiment.
#[must_use]
pub fn further(seen: &Observations) -> Vec<(Route, Option<usize>, Experiment)> {
    let Some(exchange) = seen.gateway().filter(|_| seen.request.repeatable && !seen.interrupted) else {
        return Vec::new();
    };
    let recognised = recognise(seen, exchange);
    let stated = stated(exchange, recognised.as_ref());
    let mut asked = Vec::new();
    for case in cases(seen, exchange, &stated, recognised.as_ref()) {
        let url = case.early.contrast.direct.and_then(|direct| direct.upstream.as_deref());
        let upstream = seen.upstreams.iter().position(|known| Some(known.as_str()) == url);
        let by_causes = CAUSES.iter().flat_map(|cause| cause.asks(case.for_cause(*cause)));
        for (route, experiment) in by_causes.chain(opinion::asks(&case.early)) {
            let ask = match route {
                Route::Gateway => (route, None, experiment),
                Route::Direct => (route, upstream, experiment),
            };
            let done = seen
                .of(route, experiment)
                .any(|exchange| ask.1.is_none() || exchange.upstream.as_deref() == url);
            if !asked.contains(&ask) && !done {
                asked.push(ask);
            }
        }
    }
    asked.extend(author::asks(seen, &asked));
    asked
}

/// The case of one upstream. Where its certificate was rejected, what comes after the handshake is seen in the
/// exchange that overlooked the certificate.
pub(super) struct UpstreamCase<'a> {
    /// For all up to the handshake.
    pub(super) early: Case<'a>,
    /// For what comes after it.
    pub(super) late: Case<'a>,
}

impl<'a> UpstreamCase<'a> {
    fn for_cause(&self, cause: &dyn Cause) -> &Case<'a> {
        if cause.about().phase <= Phase::Handshake { &self.early } else { &self.late }
    }
}

fn cases<'a>(
    seen: &'a Observations,
    gateway: &'a Exchange,
    stated: &'a [Statement],
    recognised: Option<&Recognised>,
) -> Vec<UpstreamCase<'a>> {
    let known = recognised.map(|recognised| Known {
        title: recognised.gateway.title,
        own_error: recognised.own_error,
        fault_statuses: recognised.gateway.fault_statuses,
        tolerance: &recognised.gateway.tolerance,
        timeouts: recognised.gateway.timeouts,
        spoils: recognised.gateway.spoils,
    });
    let stock_page = recognised.is_some_and(|recognised| recognised.own_error) || is_stock_page(gateway);
    let others: Vec<&Exchange> = seen.direct().filter(|direct| !is_the_gateway(gateway, direct)).collect();
    let answers_well = |direct: &Exchange| Answer::of(direct).is_whole();
    let case = |direct: Option<&'a Exchange>| {
        let another_answers = others
            .iter()
            .any(|other| answers_well(other) && direct.is_some_and(|this| this.upstream != other.upstream));
        Case { seen, contrast: Contrast::new(gateway, direct), stated, known, another_answers, stock_page }
    };
    let mut cases: Vec<UpstreamCase<'a>> = others
        .iter()
        .map(|&direct| {
            let early = case(Some(direct));
            let late = early.direct_of(Experiment::WithoutVerification).unwrap_or(direct);
            UpstreamCase { early, late: case(Some(late)) }
        })
        .collect();
    if cases.is_empty() {
        cases.push(UpstreamCase { early: case(None), late: case(None) });
    }
    cases
}

/// Whether the direct exchange asked the gateway itself: the same bytes to the same address.
pub(super) fn is_the_gateway(gateway: &Exchange, direct: &Exchange) -> bool {
    gateway.peer.is_some() && gateway.peer == direct.peer && gateway.sent.head == direct.sent.head
}

/// Whether the response is an error page as some gateway product comes with it, whoever sent it.
fn is_stock_page(exchange: &Exchange) -> bool {
    let page = || Some((exchange.response()?, &exchange.reading.as_ref()?.body));
    page()
        .and_then(|(response, body)| gateway::recognise(response, body, None))
        .is_some_and(|recognised| recognised.own_error)
}

fn recognise(seen: &Observations, exchange: &Exchange) -> Option<Recognised> {
    // What comes through a tunnel is the origin's.
    let response = exchange.response().filter(|_| !exchange.is_tunnelled())?;
    let body = &exchange.reading.as_ref()?.body;
    let direct = seen.direct().find_map(Exchange::response);
    author::responsible(seen, gateway::recognise(response, body, direct))
}

fn stated(exchange: &Exchange, recognised: Option<&Recognised>) -> Vec<Statement> {
    let (Some(response), Some(reading)) = (exchange.response(), exchange.reading.as_ref()) else {
        return Vec::new();
    };
    let mut stated = statement::statements(response);
    if let Some(recognised) = recognised {
        stated.extend(gateway::sayings(recognised, response, &reading.body));
    }
    stated
}

/// What all causes said, over all upstreams.
#[derive(Default)]
struct Weighed {
    findings: Vec<Finding>,
    warnings: Vec<Finding>,
    ruled_out: Vec<RuledOut>,
    not_examined: Vec<NotExamined>,
}

impl Weighed {
    /// Asks one cause about every upstream. Found at one is found; ruled out means at all of them.
    fn add(
        &mut self,
        cause: &'static dyn Cause,
        cases: &[UpstreamCase<'_>],
        recognised: Option<&Recognised>,
    ) {
        let several = cases.len() > 1;
        let mut ruled_out = Vec::new();
        let mut needs = None;
        let mut named = false;
        for upstream in cases {
            let case = upstream.for_cause(cause);
            match cause.assess(case) {
                Assessment::Found(found) => {
                    self.findings.push(finding(cause, case, found, several, recognised));
                    named = true;
                }
                Assessment::Met(found) => {
                    // The gateway met no fault: there is nothing to change there, and nothing in its log.
                    self.warnings.push(finding(cause, case, found, several, None));
                    named = true;
                }
                Assessment::RuledOut(by) => ruled_out.push(by),
                Assessment::NotExamined(need) => needs = needs.or(Some(need)),
            }
        }
        let slug = cause.about().slug.to_owned();
        match needs {
            _ if named => {}
            Some(needs) => self.not_examined.push(NotExamined { cause: slug, needs }),
            None => {
                ruled_out.dedup();
                self.ruled_out.push(RuledOut { cause: slug, by: ruled_out.join("; ") });
            }
        }
    }

    /// Ranks the findings, and takes back those that only stand in for an explanation where there is one.
    fn leave_the_best(&mut self) {
        rank::rank(&mut self.findings);
        rank::rank(&mut self.warnings);
        let explained = self.findings.iter().any(|finding| !rank::is_stopgap(&finding.cause));
        if explained {
            self.findings.retain(|finding| !rank::is_stopgap(&finding.cause));
        }
        self.leave_what_adds();
    }

    /// Takes back what adds nothing to a cause that a direct probe met: candidates, and what only the gateway says.
    fn leave_what_adds(&mut self) {
        let Some(best) = self.findings.first() else { return };
        let (strength, error_type) = (best.strength, best.error_type);
        if rank::is_hearsay(best) {
            return;
        }
        let mut first = true;
        self.findings.retain(|finding| {
            let stays = match strength {
                Strength::Shown => !rank::is_weaker(finding),
                _ => !(rank::is_hearsay(finding) && finding.error_type == error_type),
            };
            std::mem::take(&mut first) || stays
        });
    }
}

pub(super) fn finding(
    cause: &dyn Cause,
    case: &Case<'_>,
    found: Found,
    several: bool,
    recognised: Option<&Recognised>,
) -> Finding {
    let about = cause.about();
    let error_type = found.error_type.or(about.error_type);
    Finding {
        cause: about.slug.to_owned(),
        error_type,
        phase: about.phase,
        blame: found.blame,
        strength: found.strength,
        sentence: found.sentence,
        upstream: case.contrast.direct.and_then(|direct| direct.upstream.clone()).filter(|_| several),
        evidence: found.evidence,
        remedies: remedy::remedies(
            about,
            error_type,
            recognised.map(|recognised| recognised.gateway),
            case.contrast.gateway.proxy.is_some(),
        ),
    }
}
