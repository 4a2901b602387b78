//! The exchanges in a guise, and how they ended beside the plain one.

use crate::cause::gateway::{is_alike, upstream_is_fine_enough};
use crate::cause::head::is_too_large;
use crate::cause::wait::comes_later;
use crate::cause::{AGAINST, Case, StockPage};
use crate::contrast::{Answer, Contrast};
use crate::diagnosis::{Evidence, Place, Strength};
use crate::figures;
use crate::http1::DefectKind;
use crate::observation::{End, Exchange};
use crate::plan::{Change, Experiment, Guise};

/// How a request fails that the plain one does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is no response.
    Silent,
    /// The response does not begin in the time that the gateway waited, or that was waited for it here; to the plain
    /// request it does.
    Late,
    /// The response has this status, an error.
    Status(u16),
    /// The response is not whole, or has defects that the plain one has not.
    Response,
}

/// A failure that the upstream shows in a guise only.
pub(super) struct Failing<'a> {
    /// The exchange in the whole guise.
    pub(super) exchange: &'a Exchange,
    /// That guise.
    pub(super) guise: &'a Guise,
    /// How it fails.
    pub(super) failure: Failure,
    /// How sure it is that the gateway's answer comes of it.
    pub(super) strength: Strength,
    /// The changes that decide, each of them alone; none if no single one does.
    pub(super) deciding: Vec<Change>,
    /// The guises that it took to find that, the next to be tried last.
    pub(super) tried: Vec<Guise>,
}

/// What the upstream does in a guise only: for the causes that know what is wrong with it.
pub struct InGuise<'a> {
    /// The exchange.
    pub exchange: &'a Exchange,
    /// When the upstream does so, as a sentence.
    pub remark: String,
    /// No cause is surer than this.
    pub strength: Strength,
    /// Whether it is open whose fault it is.
    pub is_nobodys: bool,
    /// What speaks against it.
    pub against: Option<Evidence>,
}

/// Where the upstream fails in a guise only, that is certain, and the change that leads to it is not what is wrong.
#[must_use]
pub fn in_guise_only<'a>(case: &Case<'a>) -> Option<InGuise<'a>> {
    let Some(failing) = super::failing(case).ok().filter(|failing| super::is_weighed_as_it_is(case, failing))
    else {
        return super::instead::otherwise(case);
    };
    let when = if failing.deciding.is_empty() {
        format!("{} ({})", failing.guise.words(), Change::all(&failing.guise.changes))
    } else {
        failing.deciding.iter().map(Change::words).collect::<Vec<_>>().join(" or ")
    };
    let refused = super::refuses_the_client(case);
    // A response that is broken is the upstream's, whatever it was asked for.
    let is_open = refused.is_some() && failing.failure != Failure::Response;
    let is_nobodys = is_open && super::host::decides(&failing.deciding);
    let plain = match refused {
        Some(status) if is_nobodys => format!(
            "; to the request as you sent it, it answers {status}. Whether it fails for the site that it serves, or does not \
             serve that `Host`, is not seen from here"
        ),
        Some(status) => format!("; to the request as you sent it, it answers {status}"),
        None if upstream_is_fine_enough(case) => {
            "; to the request as you sent it, it answers well".to_owned()
        }
        None => String::new(),
    };
    let remark = format!("It does so only where it is asked {when}{plain}.");
    let rival = failing.rival_as_evidence(case).filter(|_| failing.failure != Failure::Response);
    let strength =
        if rival.is_some() { Strength::Consistent } else { failing.strength.max(Strength::Likely) };
    Some(InGuise { exchange: failing.exchange, remark, strength, is_nobodys, against: rival })
}

/// The exchanges in the guises of gateways as a whole.
pub(super) fn whole<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a Exchange, &'a Guise)> + use<'a> {
    in_any_guise(case).filter(|(_, guise)| guise.name.is_some())
}

/// The exchanges in this guise.
pub(super) fn in_guise<'a>(case: &Case<'a>, wanted: &Guise) -> impl Iterator<Item = &'a Exchange> {
    in_any_guise(case).filter(move |(_, guise)| *guise == wanted).map(|(exchange, _)| exchange)
}

fn in_any_guise<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a Exchange, &'a Guise)> + use<'a> {
    case.all_direct_of(Experiment::AsGateway)
        .filter_map(|exchange| Some((exchange, exchange.guise.as_ref()?)))
}

/// How an exchange fails that the plain one does not; `None` if it is as good.
pub(super) fn failure(case: &Case<'_>, exchange: &Exchange) -> Option<Failure> {
    let plain = case.contrast.direct?;
    match Answer::of(exchange) {
        Answer::Nothing => Some(Failure::Silent),
        Answer::StillWaiting => is_slower(plain, exchange).then_some(Failure::Late),
        Answer::Unreadable | Answer::Cut(_) => Some(Failure::Response),
        Answer::ServerError(status) => Some(Failure::Status(status)),
        Answer::Whole(status) if status >= 400 && plain.status() != Some(status) => {
            Some(Failure::Status(status))
        }
        Answer::Whole(_) if is_later(case, plain, exchange) => Some(Failure::Late),
        Answer::Whole(_) => {
            let is_broken = has_new_defects(plain, exchange)
                || is_too_large(case, exchange) && !is_too_large(case, plain);
            is_broken.then_some(Failure::Response)
        }
        Answer::StillFlowing(_) | Answer::NoTunnel(_) | Answer::Unreachable | Answer::Interrupted => None,
    }
}

/// Whether it was waited for much longer than the answer to the plain request took.
fn is_slower(plain: &Exchange, exchange: &Exchange) -> bool {
    let waited = exchange.phases.since_sent().unwrap_or_default();
    plain.time_to_first_byte().is_some_and(|took| waited > 2.0 * took + 0.5)
}

/// Whether only this one comes later than the gateway gave up.
fn is_later(case: &Case<'_>, plain: &Exchange, exchange: &Exchange) -> bool {
    comes_later(case, exchange).is_some() && comes_later(case, plain).is_none()
}

fn has_new_defects(plain: &Exchange, exchange: &Exchange) -> bool {
    let codes = |exchange: &Exchange| -> Vec<_> {
        exchange.reading.iter().flat_map(|reading| &reading.defects).map(|defect| defect.code).collect()
    };
    let known = codes(plain);
    codes(exchange).iter().any(|code| code.kind() != DefectKind::Size && !known.contains(code))
}

/// How sure it is that the gateway passed on this error of the upstream's; `None` if it did not.
pub(super) fn passed_on(case: &Case<'_>, exchange: &Exchange, status: u16) -> Option<Strength> {
    let whole = matches!(case.contrast.answer, Answer::Whole(_) | Answer::ServerError(_));
    if !whole || case.contrast.answer.status() != Some(status) {
        return None;
    }
    // These say themselves that it is the request that does not suit.
    if matches!(status, 421 | 426 | 505) {
        return Some(Strength::Likely);
    }
    let same = Contrast::new(case.contrast.gateway, Some(exchange)).same_body();
    // Two programs of one kind have the same page for different reasons.
    let is_stock = case.stock_page == StockPage::Own || case.known.is_some_and(|known| known.own_error);
    // The answer to HEAD has no page at all.
    let is_stock = is_stock || case.seen.request.method == "HEAD";
    match (same, is_stock) {
        (true, false) => Some(Strength::Likely),
        (true, true) => Some(Strength::Consistent),
        (false, false) if is_alike(case, exchange) => Some(Strength::Likely),
        (false, _) => matches!(case.contrast.answer, Answer::ServerError(_)).then_some(Strength::Consistent),
    }
}

impl Failing<'_> {
    /// What the upstream does then.
    pub(super) fn words(&self) -> String {
        words(self.exchange, self.failure)
    }

    /// Why it is not told that the error that came through is the upstream's, where it has the same status: half a sentence.
    pub(super) fn reservation(&self, case: &Case<'_>) -> Option<String> {
        let Failure::Status(_) = self.failure else { return None };
        if self.strength != Strength::Consistent {
            return None;
        }
        let is_same = Contrast::new(case.contrast.gateway, Some(self.exchange)).same_body();
        let program =
            case.known.filter(|known| known.own_error).map_or("program of its kind", |known| known.title);
        Some(match (case.seen.request.method.as_str(), is_same) {
            ("HEAD", _) => "without a page to compare, as to every HEAD".to_owned(),
            (_, true) => format!("with the page that came through, which every {program} has"),
            (_, false) => "with another page than the one that came through".to_owned(),
        })
    }

    /// That it fails in another guise for another reason, too. Which of them is the gateway's is not seen from here.
    pub(super) fn rival_as_evidence(&self, case: &Case<'_>) -> Option<Evidence> {
        let (exchange, guise) = self.rival(case)?;
        let changes = Change::all(&guise.changes);
        let text = format!(
            "{AGAINST}asked {} ({changes}), the upstream fails as well, and in which way the gateway asks is not seen from here",
            guise.words()
        );
        Some(Evidence { exchange: case.seen.index_of(exchange), place: Place::Exchange, text })
    }

    /// What it rests on.
    pub(super) fn evidence(&self, case: &Case<'_>) -> Vec<Evidence> {
        let piece = |exchange: &Exchange, text: String| Evidence {
            exchange: case.seen.index_of(exchange),
            place: Place::Phase { phase: exchange.ended_in },
            text,
        };
        let changes = Change::all(&self.guise.changes);
        let asked = self.guise.words();
        let mut evidence =
            vec![piece(self.exchange, format!("asked {asked} ({changes}), the upstream {}", self.words()))];
        for change in self.deciding.iter().filter(|_| self.guise.changes.len() > 1) {
            let alone = in_guise(case, &Guise::of(std::slice::from_ref(change))).next();
            evidence.extend(alone.map(|exchange| {
                let what = words(exchange, self.failure);
                piece(exchange, format!("{} and otherwise as you sent it, it {what}", change.words()))
            }));
        }
        let (proof, counter) = (self.proof(), self.counter());
        let again = in_guise(case, &proof).last();
        evidence
            .extend(again.map(|exchange| piece(exchange, "asked so once more, it fails again".to_owned())));
        evidence.extend(in_guise(case, &counter).next().map(|exchange| {
            let status = exchange.status().unwrap_or_default();
            let text = if counter.changes.is_empty() {
                format!("in between, as you sent it, it answers {status}")
            } else {
                format!(
                    "without that, but with all the rest ({}), it answers {status}",
                    Change::all(&counter.changes)
                )
            };
            piece(exchange, text)
        }));
        evidence
    }
}

pub(super) fn words(exchange: &Exchange, failure: Failure) -> String {
    match (failure, exchange.end) {
        (Failure::Status(status), _) => format!("answers {status}"),
        (Failure::Response, _) => "sends what is no whole and valid response".to_owned(),
        (Failure::Silent, End::Reset) => "resets the connection without a response".to_owned(),
        (Failure::Late, End::TimedOut) => {
            let waited = exchange.phases.since_sent().unwrap_or_default();
            format!("gives no response within {}", figures::seconds(waited))
        }
        (Failure::Late, _) => {
            let phases = &exchange.phases;
            let took = phases.head.zip(phases.send).map_or(0.0, |(head, send)| head.end - send.end);
            format!("answers only after {}", figures::seconds(took))
        }
        (Failure::Silent, _) => "ends the connection without a response".to_owned(),
    }
}
