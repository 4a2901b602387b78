//! Puts every cause to the question and makes one diagnosis of the answers.

use super::known::{everyone, known, known_by_page};
use super::verdict::Diagnosis;
use super::{
    Authorship, Blame, Finding, NotExamined, RuledOut, Strength, Who, author, elsewhere, judge, notes, rank,
    remedy,
};
use crate::cause::asked::{self, InGuise, same};
use crate::cause::{Assessment, CAUSES, Case, Cause, Found, StockPage};
use crate::contrast::{Answer, Contrast};
use crate::gateway::{self, Recognised};
use crate::observation::{Exchange, Observations, Phase};
use crate::plan::Experiment;
use crate::statement::{self, Statement};

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
    let hops = hops(seen, recognised.as_ref(), written_by.as_ref());
    remedy::add_those_of_all_hops(&mut weighed.findings, &hops, &cases);
    let notes = notes::notes(
        seen,
        &verdict,
        &weighed.findings,
        exchange,
        recognised.as_ref(),
        written_by.as_ref(),
        &stated,
    );
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

/// The gateways on the way, whose settings count. The page of an upstream tells of none.
fn hops(
    seen: &Observations,
    recognised: Option<&Recognised>,
    written_by: Option<&Authorship>,
) -> Vec<Recognised> {
    let mut hops = author::hops(seen, recognised).known;
    let upstreams = written_by.filter(|author| author.who == Who::Upstream);
    hops.retain(|hop| upstreams.is_none_or(|author| author.name.as_deref() != Some(hop.gateway.name)));
    hops
}

/// The case of one upstream. Where its certificate was rejected, what comes after the handshake is seen in the
/// exchange that overlooked the certificate.
pub(super) struct UpstreamCase<'a> {
    /// For all up to the handshake.
    pub(super) early: Case<'a>,
    /// For what comes after it.
    pub(super) late: Case<'a>,
    /// Where it fails only on a request in the gateway's guise: for what is wrong then.
    in_guise: Option<(Case<'a>, InGuise<'a>)>,
    /// Where it fails only on the request of this side, and answers in the gateway's guise as it does through the gateway: how.
    pub(super) well_in_guise: Option<String>,
}

impl<'a> UpstreamCase<'a> {
    fn for_cause(&self, cause: &dyn Cause) -> &Case<'a> {
        if cause.about().phase <= Phase::Handshake { &self.early } else { &self.late }
    }

    /// What a cause makes of it. What it finds in the plain answer is confirmed, or not, by the answer in the gateway's guise. What
    /// it finds in that one alone is never more than likely: what the gateway really sends is not seen from here.
    fn assess(&self, cause: &dyn Cause) -> (&Case<'a>, Assessment) {
        let case = self.for_cause(cause);
        let assessment = cause.assess(case);
        let is_sure =
            matches!(&assessment, Assessment::Found(found) if found.strength != Strength::Consistent);
        if let Some((dressed, only)) =
            self.in_guise.as_ref().filter(|_| asked::can_be_in_guise(cause) && !is_sure)
            && let Assessment::Found(found) = cause.assess(dressed)
        {
            return (dressed, Assessment::Found(as_in_guise(found, only)));
        }
        if self.well_in_guise.is_some()
            && asked::can_be_in_guise(cause)
            && matches!(assessment, Assessment::Met(_))
        {
            let by = "asked as the gateway asks, the upstream answers as it does through the gateway";
            return (case, Assessment::RuledOut(by.to_owned()));
        }
        match assessment {
            Assessment::Found(found) => (case, Assessment::Found(same::confirm(case, cause, found))),
            other => (case, other),
        }
    }
}

/// What was found in a guise only is never more than likely.
fn as_in_guise(found: Found, only: &InGuise<'_>) -> Found {
    let mut evidence = found.evidence;
    evidence.extend(only.against.clone());
    Found {
        strength: found.strength.max(only.strength),
        blame: if only.is_nobodys { Blame::None } else { found.blame },
        sentence: format!("{} {}", found.sentence, only.remark),
        evidence,
        ..found
    }
}

pub(super) fn cases<'a>(
    seen: &'a Observations,
    gateway: &'a Exchange,
    stated: &'a [Statement],
    recognised: Option<&Recognised>,
) -> Vec<UpstreamCase<'a>> {
    let known = recognised.map(|recognised| known(recognised, seen, gateway));
    let page = recognised.is_none().then(|| known_by_page(gateway)).flatten();
    let stock_page = recognised.is_some_and(|recognised| recognised.own_error) || is_stock_page(gateway);
    let stock_page = match recognised {
        _ if !stock_page => StockPage::No,
        Some(recognised) if !is_page_of(recognised, gateway) => StockPage::Others,
        _ => StockPage::Own,
    };
    let written_behind = author::author(seen).is_some_and(|author| {
        let is_behind = match author.who {
            Who::Upstream | Who::InnerGateway => true,
            Who::NotEstablished => !author.or.is_empty(),
            Who::Gateway | Who::OuterGateway => false,
        };
        is_behind && !author.or.contains(&Who::Gateway)
    });
    let others: Vec<&Exchange> = seen.direct().filter(|direct| !is_the_gateway(gateway, direct)).collect();
    let answers_well = |direct: &Exchange| Answer::of(direct).is_whole();
    let case = |direct: Option<&'a Exchange>| {
        let another_answers = others
            .iter()
            .any(|other| answers_well(other) && direct.is_some_and(|this| this.upstream != other.upstream));
        let contrast = Contrast::new(gateway, direct);
        let everyone = everyone();
        Case { seen, contrast, stated, known, page, everyone, another_answers, stock_page, written_behind }
    };
    let mut cases: Vec<UpstreamCase<'a>> = others
        .iter()
        .map(|&direct| {
            let early = case(Some(direct));
            let late = early.direct_of(Experiment::WithoutVerification).unwrap_or(direct);
            let in_guise = asked::in_guise_only(&early).map(|only| (case(Some(only.exchange)), only));
            let well_in_guise = asked::well_in_guise(&early);
            UpstreamCase { early, late: case(Some(late)), in_guise, well_in_guise }
        })
        .collect();
    if cases.is_empty() {
        cases.push(UpstreamCase { early: case(None), late: case(None), in_guise: None, well_in_guise: None });
    }
    cases
}

/// Whether the direct exchange asked the gateway itself: the same bytes to the same address. A forward proxy has other
/// bytes for the same request.
pub(super) fn is_the_gateway(gateway: &Exchange, direct: &Exchange) -> bool {
    let is_same_address = gateway.peer.is_some() && gateway.peer == direct.peer;
    is_same_address && (gateway.proxy.is_some() || gateway.sent.head == direct.sent.head)
}

/// Whether the page can be of the gateway that was recognised.
fn is_page_of(recognised: &Recognised, exchange: &Exchange) -> bool {
    let page = exchange.reading.as_ref().and_then(|reading| gateway::page_of(&reading.body));
    recognised.own_error || page.is_none_or(|page| page.gateway == recognised.gateway.name)
}

/// Whether the response is an error page as some gateway product comes with it, whoever sent it.
fn is_stock_page(exchange: &Exchange) -> bool {
    let page = || Some((exchange.response()?, &exchange.reading.as_ref()?.body));
    page().is_some_and(|(response, body)| {
        let recognised = gateway::recognise(response, body, None);
        // Whoever passed it on may have changed the fields that belong to it.
        recognised.is_some_and(|recognised| recognised.own_error) || gateway::page_of(body).is_some()
    })
}

pub(super) fn recognise(seen: &Observations, exchange: &Exchange) -> Option<Recognised> {
    // What comes through a tunnel is the origin's.
    let response = exchange.response().filter(|_| !exchange.is_tunnelled())?;
    let body = &exchange.reading.as_ref()?.body;
    let direct = seen.direct().find_map(Exchange::response);
    author::responsible(seen, gateway::recognise(response, body, direct))
}

pub(super) fn stated(exchange: &Exchange, recognised: Option<&Recognised>) -> Vec<Statement> {
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
            let (case, assessment) = upstream.assess(cause);
            match assessment {
                Assessment::Found(found) => {
                    self.findings.push(finding(cause, case, found, several, recognised));
                    named = true;
                }
                Assessment::Met(found) => {
                    // The gateway met no fault: there is nothing to change there, and nothing in its log. An answer of
                    // its own is for it to change.
                    let recognised = recognised.filter(|_| rank::is_stopgap(cause.about().slug));
                    self.warnings.push(finding(cause, case, found, several, recognised));
                    named = true;
                }
                Assessment::RuledOut(by) => ruled_out.push(by),
                Assessment::NotExamined(need) => needs = needs.or(Some(need)),
            }
        }
        let slug = cause.about().slug.to_owned();
        match needs {
            _ if named => {}
            Some(needs) => {
                let is_itself = cases.iter().all(|case| {
                    case.early.contrast.direct.is_none() && !case.early.seen.upstreams.is_empty()
                });
                // What was given was the gateway itself.
                let needs = match needs.strip_prefix("an --upstream") {
                    Some(rest) if is_itself => format!("an --upstream that is not the gateway itself,{rest}"),
                    _ => needs,
                };
                self.not_examined.push(NotExamined { cause: slug, needs });
            }
            None => {
                ruled_out.dedup();
                self.ruled_out.push(RuledOut { cause: slug, by: ruled_out.join("; ") });
            }
        }
    }

    /// Ranks the findings, and takes back those that only stand in for an explanation where there is one.
    fn leave_the_best(&mut self) {
        rank::doubt_what_is_by_the_way(&mut self.findings);
        rank::demote_what_need_not_be(&mut self.findings);
        rank::rank(&mut self.findings);
        rank::rank(&mut self.warnings);
        let explained = self.findings.iter().any(|finding| !rank::is_stopgap(&finding.cause));
        if explained {
            self.findings.retain(|finding| !rank::is_stopgap(&finding.cause));
        }
        if explained || self.warnings.iter().any(|warning| rank::says_why(&warning.cause)) {
            self.warnings.retain(|warning| !rank::is_stopgap(&warning.cause));
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
                Strength::Shown => !rank::is_weaker(finding) || rank::is_beside(&finding.cause),
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
    let elsewhere = elsewhere::elsewhere(case, &found.evidence);
    let defects = elsewhere::defects(case, &found.evidence);
    let upstream = case.contrast.direct.and_then(|direct| direct.upstream.clone()).filter(|_| several);
    let fault = remedy::Fault { about, case, blame: found.blame, error_type, defects: &defects };
    let remedies = remedy::remedies(fault, recognised.map(|recognised| recognised.gateway));
    Finding {
        cause: about.slug.to_owned(),
        error_type,
        phase: about.phase,
        blame: found.blame,
        strength: found.strength,
        sentence: named(found.sentence, upstream.as_deref()),
        upstream,
        evidence: found.evidence,
        remedies,
        elsewhere,
    }
}

/// The sentence with the upstream that it is about, where there are several.
fn named(sentence: String, upstream: Option<&str>) -> String {
    match upstream {
        Some(url) if !sentence.contains(url) => format!("{sentence} This upstream is {url}."),
        _ => sentence,
    }
}
