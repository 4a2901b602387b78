//! What is foretold beside what was measured: every fault of the lab that is in the bytes of a response, at every gateway
//! of which there is a table in `tests/gateways/measured`.
//!
//! Where the two differ, the cell stands in `otherwise.txt`; `UPDATE_FORETOLD=1` writes it anew. Most of these are
//! faults of one kind that a gateway treats differently, for which its rule is the harder one, and timeouts, which are
//! shorter in the measurement than by default.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::LocalSet;
use why502::gateway::{Gateway, by_name};
use why502::lab::{FAULTS, Fault, Lab, Level};
use why502::lint::{Foreknown, Foretold, Heard, Prediction, foretell, questions};
use why502::observation::{End, Observations};
use why502::plan::{Addressing, Endpoint, Limits, Plan, Request, TlsOptions};
use why502::probe::{self, Cancel, Context, Unwatched};

/// The measured answers of one gateway: the fault, and a cell for each way in which the gateway was set up.
struct Measured {
    gateway: &'static Gateway,
    rows: Vec<(String, Vec<String>)>,
}

#[test]
fn what_is_foretold_is_what_was_measured() {
    let measured = measured();
    let gateways: Vec<_> = measured.iter().map(|table| table.gateway).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = runtime.block_on(LocalSet::new().run_until(all(gateways)));
    runtime.shutdown_background();

    let mut otherwise = String::new();
    let mut compared = 0;
    for table in &measured {
        for (fault, status, told) in &told {
            let Some((_, cells)) = table.rows.iter().find(|(name, _)| name == fault.name) else { continue };
            let prediction =
                told.predictions.iter().find(|told| told.gateway == table.gateway.name).unwrap_or_else(
                    || panic!("nothing is foretold of {}: {:?}", fault.name, told.diagnosis.verdict),
                );
            compared += 1;
            if !cells.iter().any(|cell| is_as(prediction, cell, *status)) {
                let line = format!(
                    "{} {}: foretold {}, measured {}\n",
                    table.gateway.name,
                    fault.name,
                    shown(prediction),
                    cells.join(" / ")
                );
                otherwise.push_str(&line);
            }
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/lint/otherwise.txt");
    if std::env::var_os("UPDATE_FORETOLD").is_some() {
        fs::write(&path, &otherwise).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap();
    assert!(otherwise == known, "not as in {}; UPDATE_FORETOLD=1 keeps it:\n{otherwise}", path.display());
    let share = otherwise.lines().count() * 100 / compared;
    assert!(share < 10, "{share} % of {compared} cells are not as measured:\n{otherwise}");
}

/// The tables of those gateways that the program knows.
fn measured() -> Vec<Measured> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateways/measured");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let table = |path: &std::path::PathBuf| {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let gateway = by_name(stem.rsplit_once('-')?.0)?;
        let text = fs::read_to_string(path).unwrap();
        let lines = text.lines().filter(|line| line.starts_with("| ")).map(|line| {
            line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
        });
        let mut lines = lines.collect::<Vec<_>>().into_iter();
        let columns = lines.next()?.iter().position(|name| name == "treatment").unwrap() - 2;
        let rows = lines.map(|cells| (cells[0].clone(), cells[2..2 + columns].to_vec()));
        Some(Measured { gateway, rows: rows.collect() })
    };
    files.iter().filter_map(table).collect()
}

/// Faults of the second request of a connection, of uploads, or of chance: nothing that a first response shows.
fn is_hidden(fault: &Fault) -> bool {
    let name = fault.name;
    name.starts_with("ka-") || name.starts_with("upload-") || ["flapping", "early-413"].contains(&name)
}

/// What is foretold of every fault, with the status that the upstream gives.
async fn all(gateways: Vec<&'static Gateway>) -> Vec<(&'static Fault, Option<u16>, Foreknown)> {
    let lab = Rc::new(Lab::start(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap());
    let gateways = Rc::new(gateways);
    let faults = FAULTS.iter().filter(|fault| fault.level == Level::Stream && !is_hidden(fault));
    let tasks: Vec<_> = faults
        .map(|fault| {
            let (lab, gateways) = (Rc::clone(&lab), Rc::clone(&gateways));
            tokio::task::spawn_local(async move { one(&lab, fault, &gateways).await })
        })
        .collect();
    let mut told = Vec::new();
    for task in tasks {
        told.push(task.await.unwrap());
    }
    told
}

async fn one(
    lab: &Lab,
    fault: &'static Fault,
    gateways: &[&'static Gateway],
) -> (&'static Fault, Option<u16>, Foreknown) {
    let plan = plan(&lab.url_of(fault), fault.method());
    let context = Context::new(&plan, Cancel::never());
    let questions = questions(&plan, gateways);
    let mut seen: Observations = probe::nothing_yet(&plan);
    for question in &questions {
        probe::extend(&mut seen, std::slice::from_ref(&question.probe), &context, &Unwatched).await;
        // Who is slow is not made to be slow for every gateway: the first exchange stands for the others.
        if seen.exchanges[0].end == End::TimedOut || seen.exchanges[0].phases.total() > 1.0 {
            break;
        }
    }
    let by: Vec<_> = questions.iter().map(|question| question.by.clone()).collect();
    let told = foretell(&Heard { seen: &seen, by: &by, gateways, idle: None });
    (fault, seen.exchanges[0].status(), told)
}

fn plan(url: &str, method: &str) -> Plan {
    let (endpoint, _) = Endpoint::parse(url).unwrap();
    Plan {
        request: Request { method: method.to_owned(), ..Request::get() },
        gateway: endpoint.clone(),
        upstreams: vec![endpoint],
        limits: Limits { connect: Duration::from_secs(2), total: Duration::from_secs(5) },
        tls: TlsOptions::default(),
        addressing: Addressing::default(),
        sequential: true,
    }
}

/// Whether a measured cell says what is foretold. `own` is the status of the upstream.
/// As it is foretold, or as it may be in its place.
fn is_as(told: &Prediction, cell: &str, own: Option<u16>) -> bool {
    let or =
        told.or.map(|or| Prediction { outcome: or.outcome, status: or.status, or: None, ..told.clone() });
    is_just_as(told, cell, own) || or.is_some_and(|or| is_just_as(&or, cell, own))
}

fn is_just_as(told: &Prediction, cell: &str, own: Option<u16>) -> bool {
    cell.split(" or ").any(|cell| {
        let status: Option<u16> = cell.split(' ').next().and_then(|word| word.parse().ok());
        let is_own = status.is_some() && status == own;
        match told.outcome {
            Foretold::Raw => cell.starts_with("raw"),
            Foretold::Cuts => cell.starts_with("interim only") || cell.contains("cut"),
            Foretold::Hangs => cell.contains("after") && status == told.status && !is_own,
            Foretold::Refuses => match told.status {
                None => cell.starts_with("nothing"),
                given => status == given && !is_own && !cell.contains("cut"),
            },
            Foretold::Passes | Foretold::Repairs => {
                let odd = ["cut", "raw", "nothing", "interim only"];
                !odd.iter().any(|word| cell.contains(word))
                    && (is_own || own.is_none() || cell.contains("as it is"))
            }
            Foretold::Unknown => true,
        }
    })
}

fn shown(told: &Prediction) -> String {
    let outcome = format!("{:?}", told.outcome).to_lowercase();
    match told.status {
        Some(status) if told.objects() => format!("{outcome} {status}"),
        _ => outcome,
    }
}

#[test]
fn every_reason_that_is_no_defect_is_a_cause_or_a_limit() {
    // Reasons with names of causes are to be found with `why502 explain`.
    let causes: BTreeSet<_> = why502::cause::CAUSES.iter().map(|cause| cause.about().slug).collect();
    for name in [
        "upstream-closed-before-response",
        "upstream-reset-before-response",
        "upstream-slow-first-byte",
        "upstream-refuses-http10",
        "gateway-mishandles-valid-response",
    ] {
        assert!(causes.contains(name), "{name}");
    }
}
