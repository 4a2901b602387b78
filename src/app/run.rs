//! The probes of one run, with what keeps them company: the progress display, and an ear for Ctrl-C.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use crate::diagnosis::further;
use crate::error::Error;
use crate::observation::{Observations, Phase};
use crate::plan::{Plan, Probe, Route};
use crate::probe::{self, Cancel, Canceller, Context, Unwatched, Watcher};
use crate::progress::Progress;

/// What does not connect in this time in a further experiment does not connect soon.
const CONNECT: Duration = Duration::from_secs(3);

/// How many rounds of further experiments there are at the most; about ten where each change that a gateway makes is tried.
const ROUNDS: usize = 24;

/// Everything that the probes of a plan see, the further experiments included. On Ctrl-C: what they saw so far.
pub(super) async fn observations(plan: &Plan, progress: bool) -> Observations {
    let (canceller, cancel) = Cancel::pair();
    let mut context = Context::new(plan, cancel);
    let first = async |watcher: &dyn Watcher| probe::observe(plan, &context, watcher).await;
    let mut seen = Box::pin(watched(plan, &plan.probes(), &canceller, progress, first)).await;
    // What the further experiments show may lead to others. However they turn out, there is an end to it.
    for _ in 0..ROUNDS {
        let more: Vec<_> = further(&seen).iter().map(|further| plan.further(further)).collect();
        if more.is_empty() {
            break;
        }
        context.limits.connect = context.limits.connect.min(CONNECT);
        // One after the other: two requests at once may be what the upstream cannot bear.
        context.in_turn = true;
        let next = async |watcher: &dyn Watcher| probe::extend(&mut seen, &more, &context, watcher).await;
        Box::pin(watched(plan, &more, &canceller, progress, next)).await;
    }
    seen
}

/// Runs a future to its end on this thread.
pub(super) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Machine { what: "start the event loop".to_owned(), source })?;
    let done = runtime.block_on(work);
    // A name lookup that was given up may still block a thread; nobody waits for it.
    runtime.shutdown_background();
    Ok(done)
}

/// One round of probes, with its company.
pub(super) async fn watched<T>(
    plan: &Plan,
    probes: &[Probe],
    canceller: &Canceller,
    progress: bool,
    round: impl AsyncFnOnce(&dyn Watcher) -> T,
) -> T {
    if !progress {
        return beside(round(&Unwatched), interruption(canceller)).await;
    }
    let progress = Progress::new(probes.iter().map(label), plan.limits.total, false);
    beside(round(&progress), interruption(canceller)).await
}

fn label(probe: &Probe) -> String {
    match probe.route {
        Route::Gateway => "gateway".to_owned(),
        Route::Direct => format!("direct {}", probe.endpoint.authority()),
    }
}

impl Watcher for Progress {
    fn phase(&self, probe: usize, phase: Phase) {
        self.phase(probe, phase);
    }

    fn done(&self, probe: usize) {
        self.done(probe);
    }
}

/// Waits for Ctrl-C, passes it on, and stays.
pub(super) async fn interruption(canceller: &Canceller) -> Infallible {
    // Where signals cannot be heard, Ctrl-C ends the program as it always did.
    if tokio::signal::ctrl_c().await.is_ok() {
        canceller.cancel();
    }
    pending().await
}

/// The work, as long as it takes, with something beside it that never ends.
pub(super) async fn beside<T>(work: impl Future<Output = T>, company: impl Future<Output = Infallible>) -> T {
    tokio::select! {
        biased;
        done = work => done,
        never = company => match never {},
    }
}
