//! Many futures on one thread, without spawning: they may borrow, and are dropped together.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Runs all futures at once and returns their values in their order. A wake polls all that are unfinished: there
/// are a handful of probes, or of lanes of them.
pub async fn all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<State<F>> =
        futures.into_iter().map(|future| State::Running(Box::pin(future))).collect();
    poll_fn(|context| {
        let mut finished = true;
        for state in &mut running {
            if let State::Running(future) = state {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *state = State::Done(value),
                    Poll::Pending => finished = false,
                }
            }
        }
        if finished { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    running
        .into_iter()
        .filter_map(|state| match state {
            State::Done(value) => Some(value),
            State::Running(_) => None,
        })
        .collect()
}

enum State<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
}
