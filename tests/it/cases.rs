//! The recordings in `tests/cases`, and what must follow from them. Their README says what the names mean.

mod advice;
mod hints;
mod reports;
mod table;
mod tls;

use std::fs;
use std::path::{Path, PathBuf};

use why502::cause::CAUSES;
use why502::diagnosis::{Diagnosis, Finding, Outcome, Place, Strength, diagnose};
use why502::observation::{Observations, recording};

/// A recording, the cause under which it is filed, and its diagnosis.
struct Case {
    cause: String,
    name: String,
    text: String,
    seen: Observations,
    diagnosis: Diagnosis,
}

/// What a recording is there to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// The cause, and it is named.
    Cause,
    /// The cause, and something that speaks against it: it is named, and no more than consistent.
    Candidate,
    /// The cause, and the client got its answer all the same: a warning.
    Harmless,
    /// Something that looks like the cause; it is not so much as mentioned.
    NearMiss,
    /// A fault or none, with the cause in it, that does no harm here: a warning, and not the reason.
    HarmlessNearMiss,
}

impl Case {
    fn shows(&self) -> Shows {
        match self.name.as_str() {
            name if name.starts_with("near_miss_harmless_") => Shows::HarmlessNearMiss,
            name if name.starts_with("near_miss_") => Shows::NearMiss,
            name if name.starts_with("harmless_") => Shows::Harmless,
            name if name.starts_with("candidate_") => Shows::Candidate,
            _ => Shows::Cause,
        }
    }

    fn is_right(&self) -> bool {
        let verdict = &self.diagnosis.verdict;
        let among = |findings: &[Finding]| findings.iter().any(|finding| finding.cause == self.cause);
        let (found, warned) = (among(&self.diagnosis.findings), among(&self.diagnosis.warnings));
        let named = found && verdict.cause.as_ref() == Some(&self.cause);
        match self.shows() {
            Shows::Cause => named && verdict.outcome != Outcome::Warning,
            Shows::Candidate => {
                let only_consistent = |finding: &Finding| {
                    finding.cause == self.cause && finding.strength == Strength::Consistent
                };
                verdict.cause.as_ref() != Some(&self.cause)
                    && self.diagnosis.findings.iter().any(only_consistent)
            }
            Shows::Harmless => warned && !found && verdict.outcome == Outcome::Warning,
            Shows::NearMiss => !found && !warned,
            Shows::HarmlessNearMiss => warned && !found,
        }
    }

    fn path(&self) -> PathBuf {
        folder().join(&self.cause).join(format!("{}.json", self.name))
    }
}

#[test]
fn every_cause_has_a_case_and_a_near_miss() {
    let cases = all();
    for cause in CAUSES {
        let slug = cause.about().slug;
        let shows: Vec<Shows> = cases.iter().filter(|case| case.cause == slug).map(Case::shows).collect();
        let misses = |shows: &Shows| matches!(shows, Shows::NearMiss | Shows::HarmlessNearMiss);
        assert!(shows.iter().any(|shows| !misses(shows)), "{slug} has no case that is it");
        assert!(shows.iter().any(misses), "{slug} has no near_miss_*");
    }
    for case in &cases {
        assert!(why502::cause::by_slug(&case.cause).is_some(), "no cause is called {}", case.cause);
    }
}

#[test]
fn each_case_shows_what_its_name_says() {
    let wrong: Vec<String> = all()
        .iter()
        .filter(|case| !case.is_right())
        .map(|case| {
            let verdict = &case.diagnosis.verdict;
            format!("{}/{} ({:?}): {}", case.cause, case.name, case.shows(), verdict.sentence)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_recording_is_small_and_outlives_being_loaded_and_saved() {
    for case in all() {
        assert!(case.text.len() < 64_000, "{}: {} bytes", case.path().display(), case.text.len());
        assert!(recording::save(&case.seen) == case.text, "{} is saved otherwise", case.path().display());
    }
}

#[test]
fn diagnosing_is_pure() {
    for case in all() {
        let again = recording::load(&case.text).unwrap();
        assert_eq!(diagnose(&again), case.diagnosis, "{}", case.path().display());
    }
}

#[test]
fn evidence_points_at_what_is_there() {
    for case in all() {
        let findings = case.diagnosis.findings.iter().chain(&case.diagnosis.warnings);
        for evidence in findings.flat_map(|finding| &finding.evidence) {
            let path = case.path();
            let exchange = case.seen.exchanges.get(evidence.exchange);
            let exchange = exchange.unwrap_or_else(|| panic!("{}: {evidence:?}", path.display()));
            match evidence.place {
                Place::Bytes { offset, length } => {
                    let received = exchange.reading.as_ref().map_or(0, |reading| reading.received);
                    assert!(offset + length <= received, "{}: {evidence:?}", path.display());
                }
                Place::Phase { phase } => {
                    assert!(exchange.phases.get(phase).is_some(), "{}: {evidence:?}", path.display());
                }
                Place::Exchange => {}
            }
        }
    }
}

#[test]
fn seconds_name_the_directive_and_how_often_it_was_waited_for() {
    let slow = "upstream-slow-first-byte";
    let said = |name: &str| {
        let case =
            all().into_iter().find(|case| (case.cause.as_str(), case.name.as_str()) == (slow, name)).unwrap();
        let evidence = case.diagnosis.findings.iter().flat_map(|finding| finding.evidence.clone());
        let texts = evidence.map(|piece| piece.text).chain(case.diagnosis.notes);
        texts.collect::<Vec<_>>().join("\n")
    };
    let twice = said("behind_nginx_504_after_two_servers");
    assert!(twice.contains("2 times the 60.0 s of nginx's proxy_read_timeout"), "{twice}");
    let nobodys = said("unknown_gateway_504_after_15_s");
    assert!(nobodys.contains("the default of Envoy's route.timeout"), "{nobodys}");
}

#[test]
fn an_answer_that_came_in_milliseconds_is_never_said_to_be_a_timeout() {
    for case in all() {
        let Some(gateway) = case.seen.gateway().filter(|gateway| gateway.phases.total() < 0.1) else {
            continue;
        };
        let index = case.seen.index_of(gateway);
        for evidence in case.diagnosis.findings.iter().flat_map(|finding| &finding.evidence) {
            let claims = evidence.exchange == index && evidence.text.contains("gave up after");
            assert!(!claims, "{}: {}", case.path().display(), evidence.text);
        }
        assert!(!case.diagnosis.notes.iter().any(|note| note.contains("of the default of")), "{}", case.name);
    }
}

#[test]
fn every_report_is_what_the_schema_says() {
    let schema = serde_json::from_str(&why502::report::schema()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for case in all() {
        let report = serde_json::from_str(&why502::report::json(&case.seen, &case.diagnosis)).unwrap();
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", case.path().display());
    }
}

/// Every case, in the order of the causes, then of the names.
fn all() -> Vec<Case> {
    let mut cases: Vec<Case> = files().iter().map(|path| load(path)).collect();
    let order = |slug: &str| CAUSES.iter().position(|cause| cause.about().slug == slug);
    cases.sort_by_key(|case| (order(&case.cause), case.name.clone()));
    cases
}

fn load(path: &Path) -> Case {
    let text = fs::read_to_string(path).unwrap();
    let seen = recording::load(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let diagnosis = diagnose(&seen);
    let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
    let cause = path.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    Case { cause, name, text, seen, diagnosis }
}

fn files() -> Vec<PathBuf> {
    let entries = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries(&folder())
        .filter(|path| path.is_dir())
        .flat_map(|cause| entries(&cause).collect::<Vec<_>>())
        .collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}
