//! One exchange from its first phase to its last, within its limit.

use std::time::Duration;

use tokio::time::sleep;

use super::context::Context;
use super::draft::Draft;
use super::stop::Stop;
use super::stream::Stream;
use super::{Watcher, client, connect, handshake, http2, resolve, tunnel, wire};
use crate::observation::{End, Exchange, Idle};
use crate::plan::{Experiment, HttpVersion, Probe, Scheme};

/// Carries out one probe.
pub(super) async fn carry_out(
    index: usize,
    probe: &Probe,
    context: &Context,
    watcher: &dyn Watcher,
) -> Exchange {
    if let Some(pace) = probe.pace.filter(|pace| !pace.pause.is_zero()) {
        tokio::select! {
            () = context.cancel.cancelled() => {}
            () = sleep(pace.pause) => {}
        }
    }
    let mut draft = Draft::new(index, probe, context.clock(), watcher);
    let limit = probe.pace.map_or(context.limits.total, |pace| pace.patience.min(context.limits.total));
    let stop = within(limit, &mut draft, probe, context).await;
    draft.finish(stop, context).await
}

/// Carries out one probe, and then watches the connection for as long as `patience`, or until the peer ends it.
pub(super) async fn left_idle(
    probe: &Probe,
    context: &Context,
    watcher: &dyn Watcher,
    patience: Duration,
) -> (Exchange, Option<Idle>) {
    let mut draft = Draft::new(0, probe, context.clock(), watcher);
    draft.patience = Some(patience);
    let stop = within(context.limits.total + patience, &mut draft, probe, context).await;
    let idle = draft.idle;
    (draft.finish(stop, context).await, idle)
}

async fn within(limit: Duration, draft: &mut Draft<'_>, probe: &Probe, context: &Context) -> Stop {
    tokio::select! {
        biased;
        () = context.cancel.cancelled() => Stop::new(End::Interrupted),
        stop = phases(draft, probe, context) => stop,
        () = sleep(limit) => Stop::new(End::TimedOut),
    }
}

async fn phases(draft: &mut Draft<'_>, probe: &Probe, context: &Context) -> Stop {
    if probe.experiment == Experiment::SecondOpinion {
        return Box::pin(client::exchange(draft, probe, context)).await;
    }
    let stream = match connection(draft, probe, context).await {
        Ok(stream) => stream,
        Err(stop) => return stop,
    };
    match probe.request.version {
        HttpVersion::Http2 if !took_http1(draft, probe) => http2::exchange(draft, probe, stream).await,
        _ => wire::exchange(draft, probe, stream).await,
    }
}

/// Whether HTTP/2 was offered, and the server did not choose it (RFC 9113 section 3.2).
fn took_http1(draft: &Draft<'_>, probe: &Probe) -> bool {
    let alpn = draft.exchange.tls.as_ref().and_then(|tls| tls.alpn.as_deref());
    probe.negotiates() && alpn != Some("h2")
}

async fn connection(draft: &mut Draft<'_>, probe: &Probe, context: &Context) -> Result<Stream, Stop> {
    let addresses = resolve::resolve(draft, probe, context).await?;
    let mut tcp = connect::connect(draft, probe, &addresses, context).await?;
    if let Some(request) = probe.connect_bytes() {
        tcp = tunnel::open(draft, probe, &request, tcp).await?;
    }
    match probe.endpoint.scheme {
        Scheme::Http => Ok(Stream::Plain(tcp)),
        Scheme::Https => handshake::handshake(draft, probe, context, tcp).await,
    }
}
