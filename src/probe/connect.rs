//! TCP connects. Every attempt is recorded; the exchange uses the first, in the order of the addresses, that
//! connects.
//!
//! Through the gateway one address is tried after the other, as a client does. Directly all are tried at once,
//! because an upstream of which one address is dead fails now and then, and that is worth knowing.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

use super::context::{Context, to_microseconds};
use super::draft::Draft;
use super::stop::{Stop, outcome, words};
use crate::observation::{ConnectAttempt, ConnectOutcome, End, Phase};
use crate::plan::{Probe, Route};

/// How many addresses are tried at the same time.
const AT_ONCE: usize = 8;
/// How long, after the exchange, connects that are still open may take.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// Connects; the attempts are kept in the draft.
pub(super) async fn connect(
    draft: &mut Draft<'_>,
    probe: &Probe,
    addresses: &[SocketAddr],
    context: &Context,
) -> Result<TcpStream, Stop> {
    draft.enter(Phase::Connect);
    let limit = context.limits.connect;
    let (at_once, most) = match probe.route {
        Route::Gateway => (1, addresses.len()),
        Route::Direct => (AT_ONCE, AT_ONCE),
    };
    let mut batches = addresses.get(..most.min(addresses.len())).unwrap_or(addresses).chunks(at_once);
    loop {
        match draft.attempts.first_connected() {
            First::Connected(stream) => {
                draft.exchange.peer = stream.peer_addr().ok().map(|peer| peer.to_string());
                draft.exchange.local = stream.local_addr().ok().map(|local| plain(local.ip()));
                return Ok(stream);
            }
            First::Pending => draft.attempts.next_arrival().await,
            First::None => match batches.next() {
                Some(batch) => draft.attempts.start(batch, limit),
                None => return Err(draft.attempts.why_none()),
            },
        }
    }
}

/// An address as gateways write it: without brackets (`::1`: so nginx 1.22.1, HAProxy 2.6.12 and Caddy 2.6.2, measured), and
/// IPv4 as such on a socket of IPv6 too.
fn plain(address: IpAddr) -> String {
    address.to_canonical().to_string()
}

/// The TCP connects of one exchange.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    list: Vec<Attempt>,
    tasks: JoinSet<Arrival>,
    /// One is in use: those that connect later are closed at once.
    taken: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Attempt {
    address: SocketAddr,
    begun: Instant,
    result: Option<Settled>,
    stream: Option<TcpStream>,
    used: bool,
}

#[derive(Debug)]
struct Settled {
    outcome: ConnectOutcome,
    after: Duration,
    detail: Option<String>,
}

#[derive(Debug)]
struct Arrival {
    index: usize,
    settled: Settled,
    stream: Option<TcpStream>,
}

enum First {
    Connected(TcpStream),
    Pending,
    None,
}

impl Attempts {
    fn start(&mut self, batch: &[SocketAddr], limit: Duration) {
        for &address in batch {
            let index = self.list.len();
            let begun = Instant::now();
            self.list.push(Attempt { address, begun, result: None, stream: None, used: false });
            let taken = Arc::clone(&self.taken);
            self.tasks.spawn(async move {
                let (settled, stream) = attempt(address, begun, limit).await;
                let stream = stream.filter(|_| !taken.load(Ordering::Relaxed));
                Arrival { index, settled, stream }
            });
        }
    }

    /// The first connection in order, if all before it have failed.
    fn first_connected(&mut self) -> First {
        let Some(first) = self.list.iter().position(Attempt::may_be_used) else {
            return First::None;
        };
        let Some(attempt) = self.list.get_mut(first) else { return First::None };
        let Some(stream) = attempt.stream.take() else { return First::Pending };
        attempt.used = true;
        self.taken.store(true, Ordering::Relaxed);
        self.list.iter_mut().for_each(|other| other.stream = None);
        First::Connected(stream)
    }

    async fn next_arrival(&mut self) {
        if let Some(Ok(arrival)) = self.tasks.join_next().await
            && let Some(attempt) = self.list.get_mut(arrival.index)
        {
            attempt.result = Some(arrival.settled);
            attempt.stream = arrival.stream;
        }
    }

    /// Why there is no connection, when several failed in different ways: what a peer said (refused, reset)
    /// tells more than silence, silence more than what the network said (often only that this machine has no
    /// IPv6), and all more than what this machine could not do.
    fn why_none(&self) -> Stop {
        const BY_WEIGHT: [(ConnectOutcome, End); 5] = [
            (ConnectOutcome::Refused, End::Refused),
            (ConnectOutcome::Reset, End::Reset),
            (ConnectOutcome::TimedOut, End::TimedOut),
            (ConnectOutcome::Unreachable, End::Unreachable),
            (ConnectOutcome::LocalFailure, End::LocalFailure),
        ];
        let settled: Vec<&Settled> = self.list.iter().filter_map(|attempt| attempt.result.as_ref()).collect();
        BY_WEIGHT
            .iter()
            .find_map(|&(outcome, end)| {
                let telling = settled.iter().find(|settled| settled.outcome == outcome)?;
                Some(Stop { end, detail: telling.detail.clone() })
            })
            .unwrap_or_else(|| Stop::with(End::LocalFailure, "no address to connect to"))
    }

    /// Waits a moment for those that are still connecting, and gives up on the rest.
    pub(super) async fn finish(mut self, patiently: bool) -> Vec<ConnectAttempt> {
        let until = tokio::time::Instant::now() + AFTERWARDS;
        while patiently && !self.tasks.is_empty() {
            tokio::select! {
                () = self.next_arrival() => {}
                () = sleep_until(until) => break,
            }
        }
        self.list.into_iter().map(Attempt::into_seen).collect()
    }
}

impl Attempt {
    /// It has connected, or may still do so.
    fn may_be_used(&self) -> bool {
        self.result.is_none() || self.stream.is_some()
    }

    fn into_seen(self) -> ConnectAttempt {
        let Settled { outcome, after, detail } =
            self.result.unwrap_or_else(|| Settled::timed_out(self.begun.elapsed(), self.begun.elapsed()));
        ConnectAttempt {
            address: self.address.to_string(),
            outcome,
            seconds: to_microseconds(after.as_secs_f64()),
            detail,
            used: self.used,
        }
    }
}

impl Settled {
    fn timed_out(after: Duration, limit: Duration) -> Self {
        let seconds = (limit.as_secs_f64() * 10.0).round() / 10.0;
        let detail = Some(format!("no answer within {seconds} s"));
        Self { outcome: ConnectOutcome::TimedOut, after, detail }
    }
}

async fn attempt(address: SocketAddr, begun: Instant, limit: Duration) -> (Settled, Option<TcpStream>) {
    let result = timeout(limit, TcpStream::connect(address)).await;
    let after = begun.elapsed();
    match result {
        Ok(Ok(stream)) => {
            // Only a matter of speed: a connection on which it cannot be set is as good.
            stream.set_nodelay(true).ok();
            (Settled { outcome: ConnectOutcome::Connected, after, detail: None }, Some(stream))
        }
        Ok(Err(error)) => (Settled { outcome: outcome(&error), after, detail: Some(words(&error)) }, None),
        Err(_) => (Settled::timed_out(after, limit), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_gateways_write_it() {
        let written = |text: &str| plain(text.parse().unwrap());
        assert_eq!(written("10.1.2.3"), "10.1.2.3");
        assert_eq!(written("::1"), "::1");
        assert_eq!(written("::ffff:10.1.2.3"), "10.1.2.3");
    }
}
