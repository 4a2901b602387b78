//! What is advised, and that it follows from what was seen.

use why502::diagnosis::{Blame, Diagnosis, FixFor, Outcome, RemedyText};
use why502::report::{TextOptions, text};

use super::{Case, all};

fn case(name: &str) -> Case {
    all().into_iter().find(|case| format!("{}/{}", case.cause, case.name) == name).unwrap()
}

/// All advice with its lines.
fn advice(diagnosis: &Diagnosis) -> String {
    let remedies = diagnosis.findings.iter().chain(&diagnosis.warnings).flat_map(|finding| &finding.remedies);
    remedies
        .flat_map(|remedy| [remedy.advice.as_str(), remedy.config.as_deref().unwrap_or_default()])
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_came_each_time_is_not_said_to_come_now_and_then() {
    for name in
        ["upstream-closed-before-response/at_once_behind_haproxy", "upstream-reset-in-head/behind_nginx"]
    {
        let case = case(name);
        let advice = advice(&case.diagnosis);
        assert!(!advice.contains("now and then") && !advice.contains("takes no HTTP/1.0"), "{advice}");
    }
}

#[test]
fn no_log_was_read_and_its_lines_are_to_be_looked_for() {
    for case in all() {
        let findings = case.diagnosis.findings.iter().chain(&case.diagnosis.warnings);
        for advice in findings.flat_map(|finding| &finding.remedies).map(|remedy| &remedy.advice) {
            let of_log = advice.ends_with("at this time:");
            let is_to_do = ["ook for", "look in"].iter().any(|words| advice.contains(words));
            assert!(!of_log || is_to_do, "{}: {advice}", case.name);
            assert!(!advice.contains("has this line at this time"), "{}: {advice}", case.name);
        }
    }
}

#[test]
fn nothing_is_to_change_at_a_gateway_that_fares_well_where_this_side_asks_wrongly() {
    let mut seen = 0;
    for case in all() {
        let findings = case.diagnosis.findings.iter().chain(&case.diagnosis.warnings);
        for finding in findings.filter(|finding| finding.blame == Blame::Client) {
            let of_gateway = |remedy: &&RemedyText| remedy.fix_for == FixFor::Gateway;
            assert_eq!(finding.remedies.iter().find(of_gateway), None, "{}", case.name);
            seen += 1;
        }
    }
    assert!(seen >= 2, "{seen}");
}

#[test]
fn http2_is_advised_only_for_an_upstream_that_speaks_nothing_else() {
    for case in all().into_iter().filter(|case| case.cause != "http2-only-upstream") {
        let found = case.diagnosis.findings.iter().any(|finding| finding.cause == "http2-only-upstream");
        let advice = advice(&case.diagnosis);
        assert!(found || !advice.contains("HTTP/2 only"), "{}: {advice}", case.name);
    }
}

#[test]
fn a_larger_buffer_is_larger_than_the_head_that_was_seen() {
    let haproxy = advice(&case("response-head-too-large/field_of_17_kb_behind_haproxy").diagnosis);
    assert!(haproxy.contains("of 17,047 bytes") && haproxy.contains("tune.bufsize 32768"), "{haproxy}");
    let nginx = advice(&case("response-head-too-large/field_of_5_kb_behind_nginx").diagnosis);
    assert!(
        nginx.contains("proxy_buffer_size 8k;\nproxy_buffers 4 8k;\nproxy_busy_buffers_size 16k;"),
        "{nginx}"
    );
    let many = advice(&case("response-head-too-large/fields_201_behind_haproxy").diagnosis);
    assert!(many.contains("tune.http.maxhdr 256") && !many.contains("tune.bufsize 3"), "{many}");
}

#[test]
fn a_request_that_the_gateway_refuses_itself_is_said_to_be_that_and_only_once() {
    let case = case("gateway-error-upstream-fine/harmless_413_of_nginxs_own");
    let verdict = &case.diagnosis.verdict;
    assert_eq!(verdict.outcome, Outcome::Warning);
    assert_eq!(verdict.sentence.matches("413").count(), 1, "{}", verdict.sentence);
    assert!(verdict.sentence.contains("client_max_body_size"), "{}", verdict.sentence);
    let advice = advice(&case.diagnosis);
    assert!(advice.contains("client intended to send too large body"), "{advice}");
    assert!(!advice.contains("address"), "{advice}");
}

#[test]
fn before_all_else_it_is_to_be_seen_whom_the_gateway_asks() {
    let advice = advice(&case("gateway-error-upstream-fine/502_and_200").diagnosis);
    assert!(
        advice.starts_with("First see whether the gateway asks the address that --upstream names"),
        "{advice}"
    );
    assert!(
        advice.contains("nginx -T") && advice.contains("connect() failed (111: Connection refused)"),
        "{advice}"
    );
}

#[test]
fn an_upstream_that_is_the_gateway_itself_is_not_said_to_be_missing() {
    let case = case("gateway-error-upstream-fine/near_miss_upstream_is_the_gateway");
    let diagnosis = &case.diagnosis;
    assert!(
        diagnosis.verdict.sentence.contains("leads to the gateway itself"),
        "{}",
        diagnosis.verdict.sentence
    );
    let needs: Vec<&str> = diagnosis.not_examined.iter().map(|cause| cause.needs.as_str()).collect();
    assert!(needs.iter().all(|needs| needs.contains("not the gateway itself")), "{needs:?}");
    assert!(
        !diagnosis.notes.iter().any(|note| note.contains("Only the gateway was asked")),
        "{:?}",
        diagnosis.notes
    );
}

#[test]
fn the_same_experiment_with_the_same_outcome_takes_one_line() {
    let case = case("upstream-refuses-gateway-fields/answers_403_behind_haproxy");
    let options = TextOptions { width: 100, ..TextOptions::default() };
    let report = text(&case.seen, &case.diagnosis, &options);
    let (_, rest) = report.split_once("Further experiments\n").unwrap();
    let (lines, _) = rest.split_once("\n\n").unwrap();
    assert_eq!(lines.matches("with `X-Forwarded-For: 192.0.2.1`").count(), 1, "{lines}");
    assert!(lines.contains("5 times, in"), "{lines}");
}
