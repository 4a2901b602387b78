//! A run as the program makes it: the first probes, then the further experiments until there are none.

use why502::diagnosis::further;
use why502::observation::Observations;
use why502::plan::Plan;
use why502::probe::{self, Cancel, Context, Unwatched};

/// What the probes of a plan see.
pub(crate) async fn observations(plan: &Plan) -> Observations {
    let mut context = Context::new(plan, Cancel::never());
    let mut seen = probe::observe(plan, &context, &Unwatched).await;
    context.in_turn = true;
    while let probes @ [_, ..] = &*further(&seen).iter().map(|it| plan.further(it)).collect::<Vec<_>>() {
        probe::extend(&mut seen, probes, &context, &Unwatched).await;
    }
    seen
}
