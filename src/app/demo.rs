//! `why502 demo`: the main job with nothing to set up. A lab upstream that misbehaves, a gateway in front of it, and a
//! diagnosis of what comes of it.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::front::Front;
use super::{out, run};
use crate::cli::{Demo, Faults, Format};
use crate::diagnosis::{self, Blame, Diagnosis, Outcome};
use crate::error::Error;
use crate::exit::Exit;
use crate::lab::{Expects, FAULTS, Fault, Lab, Meets, find};
use crate::plan::{Addressing, Endpoint, Limits, Plan, Request, TlsOptions};
use crate::report::{self, TextOptions};

/// One of each kind: no connection, TLS, silence, a broken head, a broken body, and an answer that is in order.
const TELLING: &[&str] = &[
    "refused",
    "tls-expired",
    "fin-after-request",
    "slow-over-timeout",
    "name-space",
    "cl-conflict",
    "rst-mid-body",
    "ok-length",
];

/// A free port of this machine.
pub(super) const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The direct probe waits a little longer than the gateway, which gives up after two seconds.
const LIMITS: Limits = Limits { connect: Duration::from_millis(1500), total: Duration::from_secs(4) };

/// For a head that comes byte by byte for nine seconds.
const LONG: Limits = Limits { total: Duration::from_secs(12), ..LIMITS };

pub(super) fn demo(demo: &Demo) -> Result<Exit, Error> {
    run::block_on(show(demo))?
}

async fn show(demo: &Demo) -> Result<Exit, Error> {
    let lab = Lab::start(ANY_PORT)
        .await
        .map_err(|source| Error::Machine { what: "start the lab".to_owned(), source })?;
    let faults = chosen(&demo.faults);
    let (mut reports, mut missed) = (Vec::new(), Vec::new());
    for &fault in &faults {
        let (report, diagnosis, interrupted) = one(demo, &lab, fault).await?;
        if interrupted {
            return Ok(Exit::Interrupted);
        }
        if !is_right(fault, &diagnosis) {
            missed.push(fault.name);
        }
        match demo.output.format {
            Format::Json => reports.push(format!("{{\"fault\": \"{}\", \"report\": {report}}}", fault.name)),
            Format::Text => out::report(&titled(fault, &report), &demo.output)?,
        }
    }
    match demo.output.format {
        Format::Json => out::report(&format!("[{}]\n", reports.join(",\n")), &demo.output)?,
        Format::Text => out::report(&summary(&missed, faults.len(), &demo.faults), &demo.output)?,
    }
    Ok(if missed.is_empty() { Exit::Healthy } else { Exit::Fault })
}

fn chosen(faults: &Faults) -> Vec<&'static Fault> {
    match faults {
        Faults::Telling => TELLING.iter().filter_map(|name| find(name)).collect(),
        Faults::All => FAULTS.iter().collect(),
        Faults::Named(faults) => faults.clone(),
    }
}

/// The report on one fault, the diagnosis in it, and whether the user had enough.
async fn one(demo: &Demo, lab: &Lab, fault: &'static Fault) -> Result<(String, Diagnosis, bool), Error> {
    let (upstream, _) = Endpoint::parse(&lab.url_of(fault))?;
    let front = Front::start(demo.gateway, &upstream, lab.authority_pem()).await?;
    let plan = plan(fault, &front, upstream, lab.authority_pem())?;
    let seen = Box::pin(run::observations(&plan, false)).await;
    let diagnosis = diagnosis::diagnose(&seen);
    let report = match demo.output.format {
        Format::Json => report::json(&seen, &diagnosis),
        Format::Text => {
            let options = out::text_options(&demo.output);
            report::text(&seen, &diagnosis, &TextOptions { digest: !options.verbose, ..options })
        }
    };
    Ok((report, diagnosis, seen.interrupted))
}

fn plan(fault: &Fault, front: &Front, mut upstream: Endpoint, authority: &str) -> Result<Plan, Error> {
    let (mut gateway, _) = Endpoint::parse(&front.base_url())?;
    gateway.target.clone_from(&upstream.target);
    gateway.host_field.clone_into(&mut upstream.host_field);
    Ok(Plan {
        request: Request { method: fault.method().to_owned(), ..Request::get() },
        gateway,
        upstreams: vec![upstream],
        limits: if fault.name == "drip-headers" { LONG } else { LIMITS },
        tls: TlsOptions { roots_pem: Some(authority.as_bytes().to_vec()), ..TlsOptions::default() },
        addressing: Addressing::default(),
        sequential: false,
    })
}

/// Whether the diagnosis names what the lab did. A fault that the gateway hides from its clients is a warning.
fn is_right(fault: &Fault, diagnosis: &Diagnosis) -> bool {
    let named = |slug: &str| {
        let findings = diagnosis.findings.iter().chain(&diagnosis.warnings);
        findings.map(|finding| finding.cause.as_str()).any(|cause| cause == slug)
    };
    match fault.expects {
        // What only some requests meet, the gateway's can meet and the direct one not.
        Expects::Healthy if matches!(fault.meets(), Meets::WithField(_) | Meets::EveryThird) => {
            diagnosis.verdict.outcome == Outcome::Healthy
                || named("upstream-refuses-gateway-fields")
                || named("upstream-reset-before-response")
        }
        // A real gateway that spoils a good answer is rightly blamed.
        Expects::Healthy => {
            diagnosis.verdict.outcome == Outcome::Healthy || diagnosis.verdict.blame == Blame::Gateway
        }
        Expects::Cause(slug) => named(slug),
        Expects::Warning(slug) => named(slug) || diagnosis.verdict.outcome == Outcome::Warning,
    }
}

fn titled(fault: &Fault, report: &str) -> String {
    format!("=== {}: {}\n\n{report}\n", fault.name, fault.summary)
}

/// How many were named, and which were not.
fn summary(missed: &[&str], all: usize, faults: &Faults) -> String {
    let misses = if missed.is_empty() { String::new() } else { format!(" Not so: {}.", missed.join(", ")) };
    let more = match faults {
        Faults::Telling => " 'why502 demo --all' shows every fault.",
        Faults::All | Faults::Named(_) => "",
    };
    format!("{} of {all} named as the lab made them.{misses}{more}\n", all - missed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_telling_faults_are_in_the_lab() {
        assert_eq!(chosen(&Faults::Telling).len(), TELLING.len());
    }
}
