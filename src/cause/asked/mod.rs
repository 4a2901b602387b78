//! The upstream answers the request as the client sent it, and fails on what a gateway makes of it.
//!
//! Where the gateway fails and the upstream, asked directly, does not, the upstream is asked once more in each guise of
//! that gateway's requests. If it fails in one, and the gateway's answer can come of that failure, one change after the other
//! is tried alone, to learn which of them decides; then what decides and all the rest are tried in turn, so that an upstream
//! that fails now and then is not taken for one that minds a field.
//!
//! What the gateway really sends is not seen from here: it may be configured otherwise. So nothing here is ever more than
//! likely.

mod fields;
mod guise;
mod host;
mod http10;
mod instead;
mod narrowed;
pub mod same;

pub use fields::RefusesFields;
pub use guise::{InGuise, in_guise_only};
pub use host::RefusesHost;
pub use http10::RefusesHttp10;
pub use instead::well_in_guise;

use super::gateway::{UpstreamErrorStatus, failure, upstream_is_fine_enough};
use super::head::takes_no_http1;
use super::{Assessment, Case, Cause, Found, StockPage, abreast};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Strength};
use crate::observation::Phase;
use crate::plan::{Change, Experiment};
use guise::{Failing, Failure};

/// What a cause makes of the changes that decide: whose fault it is, and the sentence; `None` if it is another's.
type Judged = Option<(Blame, String)>;

/// Weighs what came of asking as the gateway asks.
fn weigh(case: &Case<'_>, judge: impl Fn(&Failing<'_>) -> Judged) -> Assessment {
    let failing = match failing(case) {
        Ok(failing) => failing,
        Err(assessment) => return assessment,
    };
    if is_weighed_as_it_is(case, &failing) {
        return Assessment::RuledOut("what the upstream then does is weighed as what it is".to_owned());
    }
    let Some((blame, sentence)) = judge(&failing) else {
        let what = failing.deciding.iter().map(Change::words).collect::<Vec<_>>().join(" or ");
        let what = if what.is_empty() { failing.guise.words() } else { what };
        return Assessment::RuledOut(format!("the upstream fails on a request {what}"));
    };
    let reserved = failing.reservation(case);
    let reserved =
        reserved.map(|why| format!(" It does so {why}: the error need not be that one.")).unwrap_or_default();
    let rival = failing.rival_as_evidence(case);
    let found = Found {
        strength: if rival.is_some() { Strength::Consistent } else { failing.strength },
        blame,
        error_type: narrowed::met_as(failing.failure),
        sentence: sentence + &reserved,
        evidence: failing.evidence(case).into_iter().chain(rival).collect(),
    };
    // A client error that need not be the upstream's is no more than worth a remark.
    let is_remark = failing.strength == Strength::Consistent && case.contrast.answer.is_whole();
    if is_remark { Assessment::Met(found) } else { Assessment::Found(found) }
}

/// Whether what the upstream does in a guise is for the causes that know what is wrong with it. So it is with a response
/// that is broken; and with every failure of an upstream that refuses the client's own request as well. Then it is not the
/// change that does the harm: a 404 may well say that the upstream does not know the client's `Host`, and is no answer that
/// anybody would be given if the gateway passed that on. (No site is told by the version; and some statuses say themselves
/// that it is the request that does not suit.)
fn is_weighed_as_it_is(case: &Case<'_>, failing: &Failing<'_>) -> bool {
    let says_itself = matches!(failing.failure, Failure::Status(421 | 426 | 505));
    failing.failure == Failure::Response
        || refuses_the_client(case).is_some() && !says_itself && !http10::decides(&failing.deciding)
}

/// The client error with which the upstream answers the request as it was sent.
fn refuses_the_client(case: &Case<'_>) -> Option<u16> {
    match case.contrast.direct_answer() {
        Some(Answer::Whole(status @ 400..=499)) => Some(status),
        _ => None,
    }
}

/// Whether a cause is one that an upstream can show in a guise only.
#[must_use]
pub fn can_be_in_guise(cause: &dyn Cause) -> bool {
    let about = cause.about();
    about.phase >= Phase::Wait
        && (about.error_type.is_some() || about.slug == UpstreamErrorStatus.about().slug)
}

/// The failure that only a request in a guise meets, once all about it is known; or why there is none to speak of.
fn failing<'a>(case: &Case<'a>) -> Result<Failing<'a>, Assessment> {
    failing_in(case, narrowed::first(case))
}

fn failing_in<'a>(case: &Case<'a>, first: Option<Failing<'a>>) -> Result<Failing<'a>, Assessment> {
    let ruled_out = |by: &str| Err(Assessment::RuledOut(by.to_owned()));
    if case.contrast.direct.is_none() {
        return Err(Assessment::NotExamined("an --upstream to ask directly".to_owned()));
    }
    if case.contrast.gateway.tunnel().is_some() {
        return ruled_out("a proxy does not ask for itself through its tunnel");
    }
    if !answers_the_client(case) {
        return ruled_out("the upstream does not answer the request as it was sent either");
    }
    if !fares_badly(case) {
        return ruled_out("the gateway gives what the upstream gives");
    }
    if guise::whole(case).next().is_none() {
        return Err(Assessment::NotExamined(
            "direct requests as the gateway asks; they are made where the request may be repeated".to_owned(),
        ));
    }
    if takes_no_http1(case) {
        return ruled_out("the upstream takes no HTTP/1.1 in whatever guise");
    }
    let Some(failing) = first else {
        return ruled_out("asked as the gateway asks, the upstream answers as well, or fails otherwise");
    };
    let took = failing.exchange.phases.since_sent().unwrap_or_default();
    if failing.failure != Failure::Late && abreast::is_before(case, took) {
        return ruled_out(
            "asked as the gateway asks, the upstream fails only when the gateway had failed already",
        );
    }
    match failing.is_certain(case) {
        None => Err(Assessment::NotExamined("the same direct requests once more".to_owned())),
        Some(false) => ruled_out("it comes and goes: asked once more, one of them fares otherwise"),
        Some(true) => Ok(failing),
    }
}

/// Whether the upstream answers the request as the client sent it, so that a failure is one that only the gateway's meets.
/// It need not be without a defect where the gateway's answer is no page of its own: somebody may have sent that answer; nor
/// where the upstream is seen to fail otherwise on what the gateway asks.
fn answers_the_client(case: &Case<'_>) -> bool {
    let is_own = case.stock_page == StockPage::Own || case.known.is_some_and(|known| known.own_error);
    let is_passed_on = matches!(case.contrast.answer, Answer::Whole(_) | Answer::ServerError(_)) && !is_own;
    let is_whole = case.contrast.direct_answer().is_some_and(Answer::is_whole);
    upstream_is_fine_enough(case) || is_whole && (is_passed_on || same::fares_otherwise(case))
}

/// Whether the upstream, asked as the gateway asks, is certain to send the very error that the client got: the words that
/// tell it, and how sure it is that nobody else sent it.
pub(super) fn sends_this_error(case: &Case<'_>) -> Option<(String, Strength)> {
    let is_status = |failing: &Failing<'_>| matches!(failing.failure, Failure::Status(_));
    let failing = failing_in(case, narrowed::first_status(case)).ok().filter(is_status)?;
    let body = failing.exchange.reading.as_ref().map_or(0, |reading| reading.body.length);
    let strength = if body == 0 { Strength::Consistent } else { failing.strength };
    Some((format!("asked {}, the upstream {}", failing.guise.words(), failing.words()), strength))
}

/// How the upstream comes to the gateway's status where it is asked as the gateway asks, though nothing tells that this is
/// the answer that came through: half a sentence.
pub(super) fn answers_so_too(case: &Case<'_>) -> Option<String> {
    let failing = failing_in(case, narrowed::first_status(case)).ok()?;
    let reservation = failing.reservation(case)?;
    let deciding = if failing.deciding.is_empty() { &failing.guise.changes } else { &failing.deciding };
    let asked = Change::all(deciding);
    let guise = failing.guise.words();
    let as_who = if guise.starts_with("as ") { format!(", {guise}") } else { String::new() };
    Some(format!("asked {asked}{as_who}, it {} too, {reservation}", failing.words()))
}

/// Whether it is a field that the gateway leaves out that the upstream misses, and the `Connection` that goes with it at most.
pub fn misses(case: &Case<'_>, is_meant: impl Fn(&Change) -> bool) -> bool {
    failing(case).is_ok_and(|failing| {
        is_left_out(&failing.deciding)
            && failing
                .deciding
                .iter()
                .any(|change| matches!(change, Change::Without { .. }) && is_meant(change))
    })
}

/// The first field that the upstream does not bear, where it is one that gateways add.
#[must_use]
pub fn minded_field(case: &Case<'_>) -> Option<String> {
    failing(case).ok()?.deciding.iter().find_map(|change| match change {
        Change::Field { name, .. } if !change.is_of("connection") && !change.is_of("host") => {
            Some(name.clone())
        }
        _ => None,
    })
}

/// Whether what decides is that something is left out. `Connection` names the fields of one hop (RFC 9110 section 7.6.1), so it is
/// another one where `Upgrade` is gone.
fn is_left_out(deciding: &[Change]) -> bool {
    let (out, other): (Vec<_>, Vec<_>) =
        deciding.iter().partition(|change| matches!(change, Change::Without { .. }));
    !out.is_empty() && other.iter().all(|change| change.is_of("connection"))
}

/// Whether the client got something worse than what the upstream gives directly.
fn fares_badly(case: &Case<'_>) -> bool {
    let Some(direct) = case.contrast.direct.filter(|direct| direct.experiment == Experiment::SameRequest)
    else {
        return false;
    };
    // A 403 is so usual at a gateway that it is no failure; but some servers answer a foreign Host with it.
    let is_denied = case.contrast.answer == Answer::Whole(403) && direct.status().is_some_and(|it| it < 400);
    failure(case, direct).is_some() || is_denied
}

/// What decides, as the second half of "once ...".
fn once(changes: &[Change]) -> String {
    let mut added = Vec::new();
    let mut words = Vec::new();
    for change in changes {
        match change {
            Change::Version { version } => words.push(format!("it is in {}", version.name())),
            Change::Field { name, value } if change.is_of("host") || change.is_of("connection") => {
                added.push(format!("`{name}: {value}`"));
            }
            Change::Field { name, .. } => added.push(format!("`{name}`")),
            Change::Without { name } => words.push(format!("`{name}` is left out")),
        }
    }
    if !added.is_empty() {
        words.push(format!("{} is in it", added.join(" or ")));
    }
    words.join(" or ")
}
