//! `why502 conform`: every fault of the lab through the user's gateway.

mod tried;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, Write};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use self::tried::{GONE, Tried, first_gone};
use super::{out, run};
use crate::cli::{Conform, TableFormat};
use crate::conform::{self, Expected, GatewayMet, Row, Skipped, Table, Verdict};
use crate::error::Error;
use crate::exit::Exit;
use crate::http1::WireBytes;
use crate::lab::{Expects, FAULTS, Fault, Lab, Level, Meets, find};
use crate::observation::{End, Exchange};
use crate::plan::{Addressing, Endpoint, Experiment, Limits, Plan, Probe, Request, Route, TlsOptions};
use crate::probe::{self, Cancel, Context, Unwatched};
use crate::progress::Count;

/// How many faults are tried at a time: enough that those that are waited for do not add up.
const LANES: usize = 16;

/// The lab is near, and its slowest answer takes 7 seconds.
const DIRECT: Limits = Limits { connect: Duration::from_secs(2), total: Duration::from_secs(9) };

/// What nginx takes by default is 1 MB.
const UPLOAD: usize = 900_000;

/// What shows that requests come through.
const FIRST: &str = "ok-length";

/// A gateway that had given its upstream up before the lab was there needs a moment.
const KNOCKS: usize = 5;
const BETWEEN_KNOCKS: Duration = Duration::from_millis(500);

pub(super) fn conform(command: &Conform) -> Result<Exit, Error> {
    probe::check_tls(&command.tls).map_err(|reason| Error::Options(reason.to_string()))?;
    run::block_on(async {
        let what = || format!("start the lab at {} (--lab names another place)", command.lab);
        let started = Lab::start_in_a_row(command.lab).await;
        let lab = started.map_err(|source| Error::Machine { what: what(), source })?;
        let (canceller, cancel) = Cancel::pair();
        Box::pin(run::beside(tried(command, &lab, cancel), run::interruption(&canceller))).await
    })?
}

async fn tried(command: &Conform, lab: &Lab, cancel: Cancel) -> Result<Exit, Error> {
    let way = Way {
        gateway: command.gateway.clone(),
        fields: command.fields.clone(),
        addressing: command.addressing.clone(),
        limit: command.limit,
        tls: command.tls.clone(),
    };
    let trial = Trial::new(&way, lab, cancel);
    match trial.knock().await {
        Knock::Heard => {}
        Knock::Interrupted => return Ok(Exit::Interrupted),
        Knock::Unheard(sentence) => return Err(Error::argument("conform", sentence)),
        Knock::Unreachable(sentence) => {
            // Whom nobody hears cannot be told either.
            let _ = writeln!(io::stderr(), "error: {sentence}");
            if command.format == TableFormat::Json {
                report(command, &trial.table(&[], &|_| ()).await)?;
            }
            return Ok(Exit::Unreachable);
        }
    }
    let count = Count::new(command.faults.len(), !command.progress);
    let table = trial.table(&command.faults, &|waited_for| count.done(waited_for)).await;
    drop(count);
    if table.rows.is_empty() && !table.interrupted && table.gone_since.is_none() {
        let reason = "nothing was tried: these faults have ports of their own, and the gateway leads to none of them; \
                      'why502 conform --how' shows how it can";
        return Err(Error::argument("conform", reason));
    }
    report(command, &table)?;
    Ok(exit(&table, command.strict))
}

fn report(command: &Conform, table: &Table) -> Result<(), Error> {
    let text = match command.format {
        TableFormat::Text => conform::text(table, &out::text_options(&command.output)),
        TableFormat::Markdown => conform::markdown(table),
        TableFormat::Json => conform::json(table),
    };
    out::report(&text, &command.output)
}

fn exit(table: &Table, strict: bool) -> Exit {
    let counts = |row: &Row| row.harms || (strict && row.verdict != Verdict::Conforms);
    match table {
        Table { interrupted: true, .. } => Exit::Interrupted,
        Table { gone_since: Some(_), rows, .. } if rows.is_empty() => Exit::Unreachable,
        Table { gone_since: Some(_), .. } => Exit::Fault,
        table if table.rows.iter().any(counts) => Exit::Fault,
        _ => Exit::Healthy,
    }
}

/// How a gateway is asked.
pub struct Way {
    /// The gateway; `/fault/NAME` is put behind its target.
    pub gateway: Endpoint,
    /// What it is sent beside that. The lab, asked directly, is not.
    pub fields: Vec<(String, WireBytes)>,
    /// Where connections to it really go.
    pub addressing: Addressing,
    /// For one request.
    pub limit: Duration,
    /// How its certificate is judged, and what one's own is.
    pub tls: TlsOptions,
}

/// Faults of a lab, to be tried on a gateway in front of it.
pub struct Trial<'a> {
    way: &'a Way,
    lab: &'a Lab,
    through: Context,
    direct: Context,
    /// Makes every URL a new one, so that no cache answers.
    run: String,
    /// The first fault for which the gateway took no connection twice in a row, and when that was.
    gone: Cell<Option<(&'static str, Instant)>>,
}

/// Whether requests come through the gateway to the lab.
enum Knock {
    Heard,
    Unheard(String),
    Unreachable(String),
    Interrupted,
}

impl<'a> Trial<'a> {
    /// The faults of this lab behind this gateway.
    #[must_use]
    pub fn new(way: &'a Way, lab: &'a Lab, cancel: Cancel) -> Self {
        let limits = Limits { connect: way.limit, total: way.limit };
        let of_the_lab =
            TlsOptions { roots_pem: Some(lab.authority_pem().as_bytes().to_vec()), ..TlsOptions::default() };
        let plan = |limits, tls, addressing| Plan {
            request: Request::get(),
            gateway: way.gateway.clone(),
            upstreams: Vec::new(),
            limits,
            tls,
            addressing,
            sequential: false,
        };
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            way,
            lab,
            through: Context::new(&plan(limits, way.tls.clone(), way.addressing.clone()), cancel.clone()),
            direct: Context::new(&plan(DIRECT, of_the_lab, Addressing::default()), cancel),
            run: format!("run={:x}", since.as_millis()),
            gone: Cell::new(None),
        }
    }

    async fn knock(&self) -> Knock {
        let Some(fault) = find(FIRST) else { return Knock::Heard };
        let mut last = None;
        for _ in 0..KNOCKS {
            let Some(exchange) = self.ask_gateway_once(fault).await else { return Knock::Interrupted };
            if self.lab.heard(fault).requests > 0 {
                return Knock::Heard;
            }
            if !exchange.reached_peer() {
                let why = exchange.end_detail.as_deref().unwrap_or(exchange.end.name());
                return Knock::Unreachable(format!(
                    "the gateway at {} cannot be reached: {why}",
                    self.way.gateway
                ));
            }
            let silent = exchange.end == End::TimedOut;
            last = Some(exchange);
            if silent {
                break;
            }
            tokio::time::sleep(BETWEEN_KNOCKS).await;
        }
        let answer = match last.as_ref().and_then(Exchange::status) {
            Some(status) => format!("was answered with {status}"),
            None => "was not answered".to_owned(),
        };
        let lab = self.lab.base_url();
        Knock::Unheard(format!(
            "{}/fault/{FIRST} {answer}, and the lab at {lab} heard nothing of it; make that the gateway's \
             upstream, as 'why502 conform --how' shows, or give --lab an address that the gateway can reach",
            self.way.gateway
        ))
    }

    /// Tries the faults, several at a time: first the healthy controls, which a gateway that has met faults may not
    /// pass on any more; last those that depend on what was asked before. After each, `done` is told which are
    /// still waited for.
    pub async fn table(&self, faults: &[&'static Fault], done: &dyn Fn(&[&str])) -> Table {
        let begun = Instant::now();
        let mut tried = Vec::new();
        for round in rounds(faults) {
            let queue = RefCell::new(VecDeque::from(round));
            let waiting = RefCell::new(Vec::new());
            let lanes = (0..LANES).map(|_| self.lane(&queue, &waiting, done));
            tried.extend(probe::all_at_once(lanes).await.into_iter().flatten());
            // A gateway that died of the last ones shows only when it is asked once more.
            let may_be_gone = self.gone.get().is_none() && tried.iter().any(Tried::is_broken_off);
            if let Some(fault) = find(FIRST).filter(|_| may_be_gone) {
                let _ = Box::pin(self.ask_gateway(fault)).await;
            }
        }
        tried.sort_by_key(|tried| FAULTS.iter().position(|fault| fault.name == tried.fault.name));
        self.drawn_up(faults, &tried, begun.elapsed())
    }

    fn drawn_up(&self, faults: &[&'static Fault], tried: &[Tried], elapsed: Duration) -> Table {
        let gone = self.gone.get();
        let void = |tried: &Tried| tried.why_void(gone.map(|(_, when)| when));
        let judged = || tried.iter().filter(|tried| void(tried).is_none());
        let led_there = || judged().filter_map(|tried| Some((tried, tried.direct.as_ref()?)));
        let pairs = led_there().filter_map(|(tried, direct)| Some((tried.through.first()?, direct)));
        let is_untried = |fault: &&&'static Fault| !tried.iter().any(|tried| tried.fault.name == fault.name);
        let untried = faults.iter().filter(|_| gone.is_some()).filter(is_untried);
        let voided =
            tried.iter().filter_map(|tried| Some(Skipped { fault: tried.fault, reason: void(tried)? }));
        Table {
            url: self.way.gateway.to_string(),
            lab: self.lab.base_url(),
            gateway: GatewayMet::by(pairs),
            rows: led_there()
                .map(|(tried, direct)| Row::new(tried.fault, &tried.through, direct, tried.heard))
                .collect(),
            skipped: voided.chain(untried.map(|&fault| Skipped { fault, reason: GONE })).collect(),
            elapsed: elapsed.as_secs_f64(),
            limit: self.through.limits.total.as_secs_f64(),
            interrupted: self.through.cancel.is_cancelled(),
            gone_since: gone.map(|(fault, when)| first_gone(tried, when).unwrap_or(fault)),
        }
    }

    /// Takes fault after fault from the queue.
    async fn lane(
        &self,
        queue: &RefCell<VecDeque<&'static Fault>>,
        waiting: &RefCell<Vec<&'static str>>,
        done: &dyn Fn(&[&str]),
    ) -> Vec<Tried> {
        let mut all = Vec::new();
        while !self.through.cancel.is_cancelled() && self.gone.get().is_none() {
            let next = queue.borrow_mut().pop_front();
            let Some(fault) = next else { break };
            waiting.borrow_mut().push(fault.name);
            all.extend(Box::pin(self.one(fault)).await);
            waiting.borrow_mut().retain(|name| *name != fault.name);
            done(&waiting.borrow());
        }
        all
    }

    /// `None` if the run is interrupted on the way.
    async fn one(&self, fault: &'static Fault) -> Option<Tried> {
        let before = self.lab.heard(fault).requests;
        let mut tried = Box::pin(self.try_one(fault)).await?;
        // One of them was this side's own.
        let heard = self.lab.heard(fault).requests.saturating_sub(before + 1);
        tried.heard = (fault.level == Level::Stream).then_some(heard);
        Some(tried)
    }

    async fn try_one(&self, fault: &'static Fault) -> Option<Tried> {
        let is_counted = matches!(fault.meets(), Meets::LaterOnConnection | Meets::EveryThird);
        if fault.level == Level::Stream && !is_counted {
            let (through, direct) = tokio::join!(self.ask_gateway(fault), self.ask_lab(fault));
            return Some(Tried::new(fault, vec![through?], Some(direct?)));
        }
        if fault.level != Level::Stream {
            let through = self.ask_gateway(fault).await?;
            // The lab's common port knows nothing of it, and nothing was heard where it has its own.
            let is_elsewhere = through.status() == Some(404) && self.lab.heard(fault).connections == 0;
            let direct = if is_elsewhere { None } else { Some(self.ask_lab(fault).await?) };
            return Some(Tried::new(fault, vec![through], direct));
        }
        let direct = Some(self.ask_lab(fault).await?);
        let mut through = Vec::new();
        for _ in 0..requests(fault.meets()) {
            through.push(self.ask_gateway(fault).await?);
        }
        Some(Tried::new(fault, through, direct))
    }

    /// Who takes no connection is asked once more: it may be starting anew.
    async fn ask_gateway(&self, fault: &'static Fault) -> Option<Exchange> {
        let asked = Instant::now();
        let first = Box::pin(self.ask_gateway_once(fault)).await?;
        if first.reached_peer() || self.gone.get().is_some() {
            return Some(first);
        }
        tokio::time::sleep(BETWEEN_KNOCKS).await;
        let second = Box::pin(self.ask_gateway_once(fault)).await?;
        let refused = [&first, &second].iter().all(|exchange| exchange.end == End::Refused);
        if refused && self.gone.get().is_none() {
            self.gone.set(Some((fault.name, asked)));
        }
        Some(second)
    }

    async fn ask_gateway_once(&self, fault: &Fault) -> Option<Exchange> {
        let mut endpoint = self.way.gateway.clone();
        endpoint.target = format!("{}/fault/{}?{}", endpoint.target, fault.name, self.run);
        ask(&self.through, Route::Gateway, endpoint, &self.way.fields, fault).await
    }

    async fn ask_lab(&self, fault: &Fault) -> Option<Exchange> {
        let (endpoint, _) = Endpoint::parse(&self.lab.url_of(fault)).ok()?;
        ask(&self.direct, Route::Direct, endpoint, &[], fault).await
    }
}

/// `None` if the run is interrupted.
async fn ask(
    context: &Context,
    route: Route,
    endpoint: Endpoint,
    fields: &[(String, WireBytes)],
    fault: &Fault,
) -> Option<Exchange> {
    let (method, body) = match fault.meets() {
        Meets::WithBody => ("POST", vec![b'a'; UPLOAD]),
        _ => (fault.method(), Vec::new()),
    };
    let request = Request { method: method.to_owned(), fields: fields.to_vec(), body, ..Request::get() };
    let verify = !context.tls.insecure;
    let experiment = Experiment::SameRequest;
    let probe = Probe {
        route,
        upstream: None,
        upstream_url: None,
        experiment,
        guise: None,
        pace: None,
        endpoint,
        request,
        verify,
        names_server: true,
        proxy: None,
    };
    let exchange = probe::run(&[probe], context, &Unwatched).await.into_iter().next();
    exchange.filter(|exchange| exchange.end != End::Interrupted)
}

/// How many requests it takes to meet the fault.
fn requests(meets: Meets) -> usize {
    match meets {
        Meets::Any | Meets::InHttp10 | Meets::WithField(_) | Meets::WithBody => 1,
        Meets::LaterOnConnection => 2,
        Meets::EveryThird => 3,
    }
}

/// The healthy controls, the faults, and what only some requests meet. The faults that take a timeout come first, so
/// that nobody waits for them alone in the end.
fn rounds(faults: &[&'static Fault]) -> [Vec<&'static Fault>; 3] {
    let of = |round| faults.iter().copied().filter(move |fault| round_of(fault) == round);
    let mut broken: Vec<_> = of(1).collect();
    broken.sort_by_key(|fault| Expected::of(fault).wanted.status() != Some(504));
    [of(0).collect(), broken, of(2).collect()]
}

fn round_of(fault: &Fault) -> usize {
    match (fault.meets(), fault.expects) {
        (Meets::LaterOnConnection | Meets::EveryThird, _) => 2,
        (Meets::Any, Expects::Healthy) => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_in_one_round_and_the_controls_come_first() {
        let all: Vec<_> = FAULTS.iter().collect();
        let [healthy, broken, choosy] = rounds(&all);
        assert_eq!(healthy.len() + broken.len() + choosy.len(), FAULTS.len());
        assert!(healthy.iter().all(|fault| fault.expects == Expects::Healthy));
        assert_eq!(Expected::of(broken[0]).wanted.status(), Some(504));
        assert!(choosy.iter().any(|fault| fault.name == "flapping"));
    }
}
