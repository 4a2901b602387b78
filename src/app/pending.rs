//! Steps whose rooms are still being built; each becomes a call of the room and this file goes.

use crate::diagnosis::{Blame, Diagnosis, Outcome, Verdict};
use crate::error::Error;
use crate::observation::Observations;
use crate::plan::{Experiment, Route};

/// `diagnosis::diagnose`.
pub(super) fn diagnose(seen: &Observations) -> Diagnosis {
    Diagnosis {
        gateway: None,
        verdict: Verdict {
            outcome: Outcome::Unexplained,
            sentence: "There is no diagnosis in this version yet.".to_owned(),
            cause: None,
            error_type: None,
            blame: Blame::None,
            strength: None,
            gateway_status: seen.gateway().and_then(crate::observation::Exchange::status),
            expected_status: None,
            status_is_right: None,
        },
        findings: Vec::new(),
        warnings: Vec::new(),
        ruled_out: Vec::new(),
        not_examined: Vec::new(),
        statements: Vec::new(),
        notes: Vec::new(),
    }
}

/// `diagnosis::further`.
pub(super) fn further(_: &Observations) -> Vec<(Route, Option<usize>, Experiment)> {
    Vec::new()
}

/// `report::explanation`, or the list of `cause::CAUSES`; an unknown name is an error that offers its neighbours.
pub(super) fn explanation(cause: Option<&str>) -> Result<Vec<u8>, Error> {
    match cause {
        None => Ok(Vec::new()),
        Some(name) => Err(Error::argument(
            "explain",
            format!("there is no cause '{}'; why502 explain lists them all", name.escape_debug()),
        )),
    }
}
