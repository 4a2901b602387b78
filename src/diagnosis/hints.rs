//! Possibilities that a reader should know where no cause is established, and what would settle each.
//!
//! A hint names what such an answer commonly comes of. It is never a cause, and it is given only where nothing that was
//! seen speaks against it.

use super::{Authorship, Outcome, Strength, Verdict, Who, hints_tls};
use crate::cause::tls::wants_tls;
use crate::contrast::Answer;
use crate::figures;
use crate::gateway::{self, Asking, Obeying, Recognised};
use crate::observation::{
    CertificateProblem, ClientCertificateSeen, End, Exchange, Observations, Phase, TlsSeen,
};
use crate::plan::{Experiment, Route};
use crate::proxy_status::ErrorType;
use crate::statement::Statement;

/// What was seen and what was made of it.
#[derive(Clone, Copy)]
pub(super) struct Situation<'a> {
    pub(super) seen: &'a Observations,
    pub(super) verdict: &'a Verdict,
    pub(super) gateway: &'a Exchange,
    pub(super) recognised: Option<&'a Recognised>,
    pub(super) written_by: Option<&'a Authorship>,
    pub(super) stated: &'a [Statement],
}

/// Plain sentences for the notes under the verdict.
pub(super) fn hints(of: Situation<'_>) -> Vec<String> {
    let all = [
        tls_wanted(of),
        unverified(of),
        own_certificate(of),
        hints_tls::address_for_a_name(of),
        hints_tls::newest_version(of),
        expectation(of),
        orders(of),
        own_limit(of),
        another_path(of),
        too_many(of),
        now_and_then(of),
    ];
    all.into_iter().flatten().collect()
}

/// The gateway is asked in plain HTTP at a port for TLS, and it is not the upstream's complaint that it passes on.
fn tls_wanted(of: Situation<'_>) -> Option<String> {
    let is_passed_on = of.seen.direct().any(wants_tls);
    let is_told = of.verdict.outcome == Outcome::Unreachable
        || of.seen.of(Route::Gateway, Experiment::OverTls).next().is_some();
    (wants_tls(of.gateway) && !is_told && !is_passed_on && of.gateway.proxy.is_none()).then(|| {
        "The gateway was asked in plain HTTP, and says that TLS is spoken at this port: https:// instead of http:// \
         asks it so."
            .to_owned()
    })
}

/// This side verifies the upstream's certificate, and many gateways do not.
fn unverified(of: Situation<'_>) -> Option<String> {
    let rejected = || of.seen.direct().filter(|direct| direct.end == End::CertificateRejected);
    let is_rejected = rejected().next().is_some();
    // Where the gateway says itself that it rejects it, nothing is left open.
    let is_shown = of.verdict.outcome == Outcome::Fault
        && of.verdict.strength == Some(Strength::Shown)
        && of.verdict.error_type == Some(ErrorType::TlsCertificateError);
    if !is_rejected || is_shown || of.verdict.outcome == Outcome::Unreachable {
        return None;
    }
    let gateway = of.recognised.map(|recognised| recognised.gateway);
    let problems: Vec<CertificateProblem> =
        rejected().filter_map(|direct| direct.tls.as_ref()).flat_map(TlsSeen::all_problems).collect();
    let overlooks = gateway.and_then(|gateway| {
        let overlooks = gateway::overlooks(gateway.name)?;
        let all = problems.iter().all(|problem| overlooks.problems.contains(problem));
        all.then(|| format!(" {}.", overlooks.sentence(gateway.title)))
    });
    let whose = overlooks.unwrap_or_default();
    let what = if Answer::of(of.gateway).is_whole() {
        "It was this side that rejected the upstream's certificate, and the gateway took no offence: it does not verify \
         it, or trusts an authority that is not known here."
    } else {
        "This side rejected the upstream's certificate; whether the gateway does so too is not seen from here."
    };
    let is_compared = of.seen.of(Route::Direct, Experiment::WithoutVerification).next().is_some();
    let compare = match (is_compared, Answer::of(of.gateway).is_whole()) {
        (true, false) => "--cacert FILE trusts an authority of your own, or this very certificate.",
        (true, true) => "To overlook it here too use -k; to trust an authority of your own, --cacert FILE.",
        (false, _) => {
            "To compare without verification use -k; to trust an authority of your own, --cacert FILE."
        }
    };
    Some(format!("{what}{whose} {compare}"))
}

/// The upstream asked for a client certificate and took the one of `--cert`: the gateway may have none.
fn own_certificate(of: Situation<'_>) -> Option<String> {
    let took_it = |direct: &Exchange| {
        let tls = direct.tls.as_ref();
        tls.is_some_and(|tls| tls.client_certificate == ClientCertificateSeen::Sent)
            && Answer::of(direct).is_whole()
            && direct.status().is_some_and(|status| status < 400)
    };
    if of.verdict.outcome != Outcome::Unexplained || !of.seen.direct().any(took_it) {
        return None;
    }
    let setting = of
        .recognised
        .map(|recognised| recognised.gateway)
        .filter(|gateway| gateway::settings(gateway.name, Asking::ClientCertificate).next().is_some());
    let lines = setting.map(|gateway| {
        format!(" `why502 explain {}` has the lines that give {} one.", gateway.name, gateway.title)
    });
    Some(format!(
        "The upstream asked for a client certificate, and took the one of --cert. A gateway that has none, or another, is \
         refused; whether this one has is not seen from here.{}",
        lines.unwrap_or_default()
    ))
}

/// The client expects a 100 before it goes on, and whoever was asked sent nothing at all.
fn expectation(of: Situation<'_>) -> Option<String> {
    let is_expected = of.seen.request.fields.iter().any(|field| {
        let field = String::from_utf8_lossy(&field.0).to_ascii_lowercase();
        field.split_once(':').is_some_and(|(name, value)| name == "expect" && value.trim() == "100-continue")
    });
    let is_silent = |exchange: &Exchange| {
        exchange.reached_peer()
            && !exchange.has_bytes()
            && matches!(exchange.end, End::TimedOut | End::Closed | End::Reset)
    };
    let direct = of.seen.direct().find(|direct| is_silent(direct));
    let waited_in_vain = of.seen.upstreams.is_empty()
        && matches!(Answer::of(of.gateway), Answer::ServerError(504) | Answer::StillWaiting);
    if !is_expected || (direct.is_none() && !waited_in_vain) {
        return None;
    }
    let what = match direct {
        Some(direct) if direct.sent.complete => {
            "the upstream, which had the content as well, sent neither a 100 nor a final response"
        }
        Some(_) => "the upstream sent neither a 100 nor a final response",
        None => "the gateway got no response in time",
    };
    Some(format!(
        "The request has \"Expect: 100-continue\", and {what}: RFC 9110 section 10.1.1 asks the upstream for one of the \
         two, and some servers and gateways know neither. The same request without that field settles whether it is \
         this."
    ))
}

/// The upstream's response has a field that the gateway obeys.
fn orders(of: Situation<'_>) -> Option<String> {
    let gateway = of.recognised?.gateway;
    let responses = || of.seen.direct().filter_map(Exchange::response);
    let obeyed = gateway::obeys(gateway.name)
        .iter()
        .filter(|obeyed| obeyed.response == Obeying::Replaced)
        .find(|obeyed| responses().any(|response| response.text(obeyed.field).is_some()))?;
    (of.verdict.outcome == Outcome::Unexplained).then(|| {
        format!(
            "The upstream's answer has {}, and {} {}: what came may be the answer of that location, so look there \
             first. {} makes it take no notice of the field.",
            obeyed.field, gateway.title, obeyed.does, obeyed.unless
        )
    })
}

/// A request that the gateway refuses by a limit of its own, where no finding says so.
fn own_limit(of: Situation<'_>) -> Option<String> {
    let recognised = of.recognised.filter(|recognised| recognised.own_error)?;
    let (status, reading) = of.gateway.status().zip(of.gateway.reading.as_ref())?;
    let refusal = gateway::refusal(recognised.gateway.name, status, &reading.body)?;
    if of.verdict.cause.is_some() || of.seen.direct().any(|direct| direct.status() == Some(status)) {
        return None;
    }
    let title = recognised.gateway.title;
    let log = if refusal.log.is_empty() { String::new() } else { format!("; {} settles it", refusal.log) };
    Some(format!(
        "The {status} is {title}'s own: it refuses the request, commonly because {}{log}.",
        refusal.of(&of.gateway.sent.head.0, of.seen.request.body_size).because()
    ))
}

/// One of the two does not find what the other has, though both were asked for the same path.
fn another_path(of: Situation<'_>) -> Option<String> {
    let through = of.gateway.status().filter(|_| of.gateway.proxy.is_none())?;
    let own = of.recognised.is_some_and(|recognised| recognised.own_error);
    let line =
        |exchange: &Exchange| exchange.sent.head.0.split(|&byte| byte == b'\r').next().map(<[u8]>::to_vec);
    let differs = |direct: &&Exchange| {
        let directly = direct.status().unwrap_or_default();
        let found = |status: u16| (200..400).contains(&status);
        let only_one = (found(through) && directly == 404) || (through == 404 && !own && found(directly));
        only_one && line(direct) == line(of.gateway)
    };
    let direct = of.seen.direct().find(differs)?;
    Some(format!(
        "The gateway answers {through} and the upstream {} for the same path: gateways often rewrite the path. \
         `--upstream-path PATH` asks the upstream for the path that the gateway asks for, `/` included.",
        direct.status().unwrap_or_default()
    ))
}

/// A 429 that the upstream does not give here: no failure, but somebody's limit.
fn too_many(of: Situation<'_>) -> Option<String> {
    if of.gateway.status() != Some(429) || !all_answer_well(of.seen) {
        return None;
    }
    let rule = of.recognised.filter(|recognised| recognised.own_error).and_then(|recognised| {
        Some((recognised.gateway.title, gateway::by_rule(recognised.gateway.name, 429)?))
    });
    let writer = of.written_by.filter(|written_by| written_by.or.is_empty()).map(|written_by| written_by.who);
    let whose = match (rule, writer) {
        (Some((title, rule)), _) => {
            format!("it is on {title}'s own page, as comes of {}; {}", rule.directives, rule.log)
        }
        (None, Some(Who::Gateway | Who::OuterGateway)) => "the gateway asked keeps it".to_owned(),
        (None, Some(Who::InnerGateway)) => "a gateway behind the one asked keeps it".to_owned(),
        _ => "the gateway keeps it, or the upstream does for what comes through the gateway (it may count by the \
              client's address or key); the upstream's access log has a 429 if it is the upstream"
            .to_owned(),
    };
    let when = retry_after(of.gateway).map_or_else(
        || "No Retry-After says when to ask again".to_owned(),
        |value| format!("Retry-After says when to ask again: {value}"),
    );
    Some(format!(
        "A 429 is no failure but a limit on how often one may ask: {whose}. {when}. What helps is to ask less often, or \
         to raise the limit where it is kept."
    ))
}

/// `Retry-After`, as a person reads it.
fn retry_after(exchange: &Exchange) -> Option<String> {
    let value = exchange.response()?.text("retry-after")?.trim();
    Some(value.parse().map_or_else(|_| value.to_owned(), |seconds| figures::counted(seconds, "second")))
}

/// A gateway gave up after a time as people set it, and the direct answer was quick.
fn now_and_then(of: Situation<'_>) -> Option<String> {
    let status = of.gateway.status().filter(|&status| status == 504)?;
    let took = of.gateway.phases.since_sent()?;
    let limit = round_limit(took)?;
    if of.verdict.outcome != Outcome::Unexplained {
        return None;
    }
    let slowest = of.seen.direct().map(|direct| good_after(direct).filter(|&direct| direct < took / 2.0));
    let slowest = slowest.collect::<Option<Vec<f64>>>()?.into_iter().reduce(f64::max)?;
    let (slow, all) = slow_ones(of.seen, took);
    let others = if slow == 0 {
        String::new()
    } else {
        format!(", and {slow} of {all} direct requests had no answer within that time")
    };
    Some(format!(
        "The gateway's {status} came after {}{}, as with a timeout of {limit:.0} s{}, or with several tries that come to \
         that. Asked directly, the upstream answered within {} this time{others}: it may be slow now and then, or slow \
         to what the gateway asks. More runs, and the time in the upstream's own access log for the gateway's request, \
         would settle that.",
        figures::seconds(took),
        again(of.seen, took),
        directives(of, status, limit),
        figures::seconds(slowest),
    ))
}

/// The whole number of seconds at which a timer went off, if this looks like one: timers fire late rather than early.
fn round_limit(took: f64) -> Option<f64> {
    let limit = took.round();
    let late = took - limit;
    (limit >= 1.0 && (-0.02..=(limit * 0.02).clamp(0.05, 0.5)).contains(&late)).then_some(limit)
}

/// Whether it took as long when it was asked once more.
fn again(seen: &Observations, took: f64) -> &'static str {
    let again = seen.of(Route::Gateway, Experiment::Repeat).next();
    let same = again.and_then(|again| again.phases.since_sent().filter(|_| again.status() == Some(504)));
    match same {
        Some(then) if (then - took).abs() <= (took * 0.05).max(0.05) => ", and as long once more",
        _ => "",
    }
}

/// The directives of the recognised gateway that can be set to such a limit.
fn directives(of: Situation<'_>, status: u16, limit: f64) -> String {
    let Some(recognised) = of.recognised else { return String::new() };
    let gateway = recognised.gateway;
    let mut named: Vec<&str> = Vec::new();
    for phase in [Phase::Wait, Phase::Connect] {
        let of_phase =
            |timeout: &&gateway::Timeout| timeout.phases.contains(&phase) && timeout.status == status;
        for timeout in gateway.timeouts.iter().filter(of_phase) {
            if !named.contains(&timeout.directive) {
                named.push(timeout.directive);
            }
        }
    }
    let is_default = |timeout: &&gateway::Timeout| {
        timeout.default.is_some_and(|default| (default - limit).abs() < 0.5)
            && named.contains(&timeout.directive)
    };
    let default =
        if gateway.timeouts.iter().any(|timeout| is_default(&timeout)) { ", its default" } else { "" };
    if named.is_empty() {
        String::new()
    } else {
        format!(" ({}'s {}{default})", gateway.title, named.join(" or "))
    }
}

/// Of all requests that went to an upstream, how many had no byte of an answer in this time; and how many there were.
fn slow_ones(seen: &Observations, limit: f64) -> (usize, usize) {
    let direct = || {
        seen.exchanges.iter().filter(|exchange| exchange.route == Route::Direct && exchange.reached_peer())
    };
    let is_slow = |exchange: &&Exchange| match exchange.time_to_first_byte() {
        Some(took) => took >= limit,
        None => {
            exchange.end == End::TimedOut && exchange.phases.since_sent().is_some_and(|took| took >= limit)
        }
    };
    (direct().filter(is_slow).count(), direct().count())
}

/// Seconds to a whole answer that is no server error.
fn good_after(exchange: &Exchange) -> Option<f64> {
    let is_good = matches!(Answer::of(exchange), Answer::Whole(status) if status != 429);
    exchange.phases.since_sent().filter(|_| is_good)
}

/// Whether there is a direct answer, and each is whole and no server error.
fn all_answer_well(seen: &Observations) -> bool {
    let mut direct = seen.direct().peekable();
    direct.peek().is_some() && direct.all(|direct| good_after(direct).is_some())
}
