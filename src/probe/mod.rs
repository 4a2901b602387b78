//! The probes: the only room that asks anybody. What is diagnosed was seen here, with sockets and a clock.
//!
//! A probe returns an [`Exchange`], never a `Result`: refused, reset, cut off and expired are what the user came
//! to learn. All probes of a round share one thread, and each is one future that a deadline or an interruption
//! may drop at any await. So whatever a probe learns it writes at once into its draft, which outlives that
//! future and is made an exchange from wherever it had come to.
//!
//! One exchange goes through `resolve`, `connect`, `tunnel` (behind a forward proxy), `handshake`, and then `wire`
//! (HTTP/1.x, read by our own reader) or `http2`. The second opinion goes its own way, through `client`.

mod addressing;
mod alert;
mod cancel;
mod certificate;
mod client;
mod client_end;
mod client_reading;
mod connect;
mod context;
mod credentials;
mod dns;
mod draft;
mod exchange;
mod handed_out;
mod handshake;
mod http2;
mod http2_reading;
mod join;
mod resolve;
mod stop;
mod stream;
mod tap;
mod tls_words;
mod trust;
mod tunnel;
mod verifier;
mod wire;

#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

pub use cancel::{Cancel, Canceller};
pub use context::Context;
pub use join::all as all_at_once;
pub use trust::{TlsSetupError, check as check_tls};

use crate::http1::WireBytes;
use crate::observation::{Exchange, Idle, LimitsSeen, Observations, Phase, RequestSeen, Tool};
use crate::plan::{Plan, Probe};

/// Who wants to know how far the probes have come, for a display of progress.
pub trait Watcher {
    /// The probe with this index (in the slice given to [`run`]) has entered a phase, now.
    fn phase(&self, probe: usize, phase: Phase);
    /// That probe is done.
    fn done(&self, probe: usize);
}

/// Nobody wants to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watcher for Unwatched {
    fn phase(&self, _: usize, _: Phase) {}
    fn done(&self, _: usize) {}
}

/// Carries out the probes, all at once or one after the other as the context says. The exchanges stand in the
/// order of the probes.
///
/// It wants a tokio runtime with I/O and time. A name lookup that was given up may still run on a thread that
/// nobody can stop: end the runtime with `shutdown_background`.
pub async fn run(probes: &[Probe], context: &Context, watcher: &dyn Watcher) -> Vec<Exchange> {
    // Before anything is in flight: the system's roots take milliseconds to read, and would be measured.
    context.prepare(probes);
    let exchanges =
        probes.iter().enumerate().map(|(index, probe)| exchange::carry_out(index, probe, context, watcher));
    if !context.in_turn {
        return join::all(exchanges).await;
    }
    let mut done = Vec::with_capacity(probes.len());
    for exchange in exchanges {
        done.push(exchange.await);
    }
    done
}

/// Carries out one probe and leaves its connection idle after a whole response, for as long as `patience`. What became
/// of it is told where the response was whole and the connection stayed open after it.
pub async fn left_idle(
    probe: &Probe,
    context: &Context,
    watcher: &dyn Watcher,
    patience: Duration,
) -> (Exchange, Option<Idle>) {
    context.prepare(std::slice::from_ref(probe));
    exchange::left_idle(probe, context, watcher, patience).await
}

/// The first round of a plan: the same request over every route.
pub async fn observe(plan: &Plan, context: &Context, watcher: &dyn Watcher) -> Observations {
    let mut seen = nothing_yet(plan);
    extend(&mut seen, &plan.probes(), context, watcher).await;
    seen
}

/// What is known of a run before its first probe. The run begins now.
#[must_use]
pub fn nothing_yet(plan: &Plan) -> Observations {
    Observations {
        format: Observations::FORMAT,
        tool: Tool::this(),
        started: humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
        elapsed: 0.0,
        request: request_seen(plan),
        upstreams: plan.upstreams.iter().map(ToString::to_string).collect(),
        limits: LimitsSeen {
            connect: plan.limits.connect.as_secs_f64(),
            total: plan.limits.total.as_secs_f64(),
        },
        verified: !plan.tls.insecure,
        tls_files: plan.tls.files.clone(),
        interrupted: false,
        exchanges: Vec::new(),
    }
}

/// A further round: carries out more probes and appends their exchanges.
pub async fn extend(
    observations: &mut Observations,
    probes: &[Probe],
    context: &Context,
    watcher: &dyn Watcher,
) {
    for exchange in run(probes, context, watcher).await {
        append(observations, exchange, context);
    }
}

/// Appends one more exchange.
pub fn append(observations: &mut Observations, exchange: Exchange, context: &Context) {
    observations.exchanges.push(exchange);
    observations.elapsed = context.clock().now();
    observations.interrupted = context.cancel.is_cancelled();
}

fn request_seen(plan: &Plan) -> RequestSeen {
    let field = |(name, value): &(String, WireBytes)| WireBytes([name.as_bytes(), b": ", &value.0].concat());
    RequestSeen {
        method: plan.request.method.clone(),
        url: plan.gateway.to_string(),
        version: plan.request.version,
        fields: plan.request.fields.iter().map(field).collect(),
        body_size: u64::try_from(plan.request.body.len()).unwrap_or(u64::MAX),
        repeatable: plan.is_repeatable(),
    }
}
