//! The main job: observe, diagnose, report; and the same from a recording.

use super::{out, run};
use crate::cli::{Format, Job, Output, Replay};
use crate::diagnosis::{self, Diagnosis};
use crate::error::Error;
use crate::exit::Exit;
use crate::observation::{Observations, recording, secrets};
use crate::{probe, report};

/// Asks through the gateway and directly, and says what is wrong.
pub(super) fn diagnose(job: &Job) -> Result<Exit, Error> {
    probe::check_tls(&job.plan.tls).map_err(|reason| Error::Options(reason.to_string()))?;
    let mut seen = run::block_on(run::observations(&job.plan, job.progress))?;
    if !job.show_secrets {
        secrets::mask(&mut seen);
    }
    let reported = conclude(&seen, &job.output, job.strict);
    if let Some(file) = &job.record {
        out::save("--record", file, recording::save(&seen).as_bytes())?;
    }
    reported
}

/// Diagnoses what was seen some other time.
pub(super) fn replay(replay: &Replay) -> Result<Exit, Error> {
    conclude(&replay.seen, &replay.output, replay.strict)
}

fn conclude(seen: &Observations, output: &Output, strict: bool) -> Result<Exit, Error> {
    let diagnosis = diagnosis::diagnose(seen);
    out::report(&text(seen, &diagnosis, output), output)?;
    let exit = Exit::of(diagnosis.verdict.outcome, strict);
    Ok(if seen.interrupted { Exit::Interrupted } else { exit })
}

/// The report in the format that the user wants.
fn text(seen: &Observations, diagnosis: &Diagnosis, output: &Output) -> String {
    match output.format {
        Format::Text => report::text(seen, diagnosis, &out::text_options(output)),
        Format::Json => report::json(seen, diagnosis),
    }
}
