//! `why502 lint`: asks an upstream as clients and as gateways do, or reads saved bytes, and foretells what gateways
//! would make of the answers.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{out, run};
use crate::cli::{Format, Lint, LintOf};
use crate::error::Error;
use crate::exit::Exit;
use crate::gateway::Gateway;
use crate::http1;
use crate::lint::{self, Asker, Heard};
use crate::observation::{End, Exchange, Idle, LimitsSeen, Observations, RequestSeen, Tool, secrets};
use crate::plan::TlsFiles;
use crate::plan::{Experiment, HttpVersion, Plan, Route};
use crate::probe::{self, Cancel, Context, Watcher};
use crate::report;

/// What was heard, who asked so, and what became of an idle connection.
struct Findings {
    seen: Observations,
    by: Vec<Vec<Asker>>,
    idle: Option<Idle>,
}

pub(super) fn lint(command: Lint) -> Result<Exit, Error> {
    let gateways = command.gateways;
    let (mut found, name) = match command.of {
        LintOf::Upstream { plan, idle } => {
            probe::check_tls(&plan.tls).map_err(|reason| Error::Options(reason.to_string()))?;
            let heard = run::block_on(ask(&plan, &gateways, idle, command.progress))?;
            (heard, "response".to_owned())
        }
        LintOf::Saved { input, asked, end } => {
            let path = input.name.clone();
            let name =
                if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
            let reading = http1::read_all(input, asked.clone(), end).map_err(|source| Error::Read {
                option: "--raw",
                path,
                source,
            })?;
            let by = vec![lint::always(&gateways)];
            (Findings { seen: saved(&name, asked.method, reading), by, idle: None }, name)
        }
    };
    if !command.show_secrets {
        secrets::mask(&mut found.seen);
    }
    let Findings { seen, by, idle } = &found;
    let heard = Heard { seen, by, gateways: &gateways, idle: idle.as_ref() };
    let told = lint::foretell(&heard);
    let text = match command.output.format {
        Format::Text => report::lint_text(seen, &told, &name, &out::text_options(&command.output)),
        Format::Json => report::lint_json(seen, &told, idle.as_ref()),
    };
    out::report(&text, &command.output)?;
    let exit = Exit::of(told.diagnosis.verdict.outcome, command.strict);
    Ok(if seen.interrupted { Exit::Interrupted } else { exit })
}

/// Asks one after the other. Who does not answer the first is not asked again.
async fn ask(plan: &Plan, gateways: &[&'static Gateway], idle: Duration, progress: bool) -> Findings {
    let (canceller, cancel) = Cancel::pair();
    let context = Context::new(plan, cancel);
    let mut seen = probe::nothing_yet(plan);
    let questions = lint::questions(plan, gateways);
    let by = questions.iter().map(|question| question.by.clone()).collect();
    let probes: Vec<_> = questions.into_iter().map(|question| question.probe).collect();
    let (first, others) = probes.split_at(1.min(probes.len()));
    for round in [first, others] {
        if answers(&seen) {
            let work = async |watcher: &dyn Watcher| probe::extend(&mut seen, round, &context, watcher).await;
            Box::pin(run::watched(plan, round, &canceller, progress, work)).await;
        }
    }
    let mut became = None;
    if !idle.is_zero() && answers(&seen) {
        let round = [plan.probe(Route::Direct, Some(0), Experiment::LeftIdle)];
        let work = async |watcher: &dyn Watcher| probe::left_idle(&round[0], &context, watcher, idle).await;
        let (exchange, idle) = Box::pin(run::watched(plan, &round, &canceller, progress, work)).await;
        probe::append(&mut seen, exchange, &context);
        became = idle;
    }
    Findings { seen, by, idle: became }
}

/// Who keeps a request for so many seconds and then answers nothing is not asked a dozen times more.
const PATIENCE: f64 = 5.0;

/// Whether there is somebody to ask (again): one who can be reached, and does not let those wait who ask.
fn answers(seen: &Observations) -> bool {
    let keeps_waiting = |first: &Exchange| {
        first.end == End::TimedOut
            || (first.status().is_none() && first.phases.since_sent().unwrap_or_default() > PATIENCE)
    };
    let fruitless = |first: &Exchange| !first.reached_peer() || keeps_waiting(first);
    !seen.interrupted && !seen.exchanges.first().is_some_and(fruitless)
}

/// Saved bytes as the exchange that they were saved from, as far as that is known.
fn saved(name: &str, method: String, reading: http1::Reading) -> Observations {
    let exchange = Exchange::saved(name, reading);
    Observations {
        format: Observations::FORMAT,
        tool: Tool::this(),
        started: humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
        elapsed: 0.0,
        request: RequestSeen {
            method,
            url: name.to_owned(),
            version: HttpVersion::Http11,
            fields: Vec::new(),
            body_size: 0,
            repeatable: false,
        },
        upstreams: vec![name.to_owned()],
        limits: LimitsSeen { connect: 0.0, total: 0.0 },
        verified: false,
        tls_files: TlsFiles::default(),
        interrupted: false,
        exchanges: vec![exchange],
    }
}
