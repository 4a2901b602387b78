//! What is said as a possibility, beside the verdict: where it is said, and where it is not.

use why502::diagnosis::Outcome;

use super::{Case, all};

fn case(name: &str) -> Case {
    all().into_iter().find(|case| format!("{}/{}", case.cause, case.name) == name).unwrap()
}

/// Whether one note has all these words.
fn says(case: &Case, words: &[&str]) -> bool {
    case.diagnosis.notes.iter().any(|note| words.iter().all(|word| note.contains(word)))
}

#[test]
fn a_503_of_nginx_at_once_names_its_limits_and_the_line_that_settles_it() {
    let limited = case("gateway-error-upstream-fine/503_of_limit_req");
    let words = ["limit_req or limit_conn", "return 503", "\"limiting requests, excess: \""];
    // Before all other things that are to be looked at.
    let first = &limited.diagnosis.findings[0].remedies[0].advice;
    assert!(words.iter().all(|word| first.contains(word)), "{first}");
    assert_eq!(limited.diagnosis.verdict.outcome, Outcome::Unexplained);
}

#[test]
fn a_504_after_whole_seconds_beside_a_quick_upstream_looks_like_a_timeout_and_is_not_called_the_cause() {
    let nginx = case("gateway-error-upstream-fine/504_after_2_s_now_and_then");
    let haproxy = case("upstream-slow-first-byte/candidate_now_and_then_behind_haproxy");
    for (case, directive) in [(&nginx, "proxy_read_timeout"), (&haproxy, "HAProxy's timeout server")] {
        let words = ["a timeout of 2 s", "as long once more", directive, "slow now and then", "access log"];
        assert!(says(case, &words), "{:#?}", case.diagnosis.notes);
        assert_eq!(case.diagnosis.verdict.outcome, Outcome::Unexplained);
    }
    // One of the further requests met the slowness itself.
    assert!(says(&nginx, &["1 of 5 direct requests"]) && !says(&haproxy, &["direct requests"]));
}

#[test]
fn a_429_is_a_limit_and_no_alarm() {
    let nginx = case("gateway-error-upstream-fine/near_miss_429_with_retry_after");
    let haproxy = case("gateway-error-upstream-fine/near_miss_429_of_haproxys_own");
    assert!(says(&nginx, &["nginx's own page", "limit_req_status 429", "to ask again: 7 seconds"]));
    assert!(says(&haproxy, &["HAProxy's own page", "deny_status 429", "No Retry-After"]));
    for case in [nginx, haproxy] {
        assert_eq!(case.diagnosis.verdict.outcome, Outcome::Healthy);
    }
}

#[test]
fn a_field_that_nginx_obeys_is_told_where_its_answer_is_another() {
    let obeyed = case("gateway-error-upstream-fine/500_of_x_accel_redirect");
    let words = ["has X-Accel-Redirect", "its own location", "proxy_ignore_headers X-Accel-Redirect"];
    assert!(says(&obeyed, &words), "{:#?}", obeyed.diagnosis.notes);
    assert_eq!(obeyed.diagnosis.verdict.outcome, Outcome::Unexplained);
    let others = all().into_iter().filter(|case| case.name != obeyed.name);
    for case in others {
        assert!(!says(&case, &["X-Accel"]), "{}: {:#?}", case.name, case.diagnosis.notes);
    }
}

#[test]
fn an_expectation_that_nobody_answers_is_told() {
    let expected = case("upstream-slow-first-byte/expectation_without_a_word");
    let words = ["Expect: 100-continue", "neither a 100 nor a final response", "RFC 9110 section 10.1.1"];
    assert!(says(&expected, &words), "{:#?}", expected.diagnosis.notes);
    let others = all().into_iter().filter(|case| case.name != expected.name);
    for case in others {
        assert!(!says(&case, &["100-continue"]), "{}: {:#?}", case.name, case.diagnosis.notes);
    }
}

#[test]
fn an_answer_in_milliseconds_is_no_timeout_and_one_in_seconds_no_limit() {
    for case in all() {
        let took = case.seen.gateway().and_then(|gateway| gateway.phases.since_sent()).unwrap_or_default();
        let name = &case.name;
        assert!(!says(&case, &["as with a timeout of"]) || took > 0.9, "{name}: {:#?}", case.diagnosis.notes);
        assert!(
            !says(&case, &["asks no upstream then"]) || took < 0.1,
            "{name}: {:#?}",
            case.diagnosis.notes
        );
    }
}

#[test]
fn nginx_minds_a_certificate_only_where_it_is_told_to_so_that_it_is_no_established_cause() {
    let fails_otherwise = case("certificate-self-signed/candidate_nginx_fails_over_the_tls_version");
    assert_eq!(fails_otherwise.diagnosis.verdict.outcome, Outcome::Unexplained);
    let against = &fails_otherwise.diagnosis.findings[0].evidence;
    let text = "against it: nginx overlooks this by default, and minds it only where proxy_ssl_verify is on";
    assert!(against.iter().any(|piece| piece.text == text), "{against:#?}");
    assert!(says(&fails_otherwise, &["proxy_ssl_verify is on", "--cacert FILE"]));
    // It was compared without verification already.
    assert!(!says(&fails_otherwise, &["use -k"]), "{:#?}", fails_otherwise.diagnosis.notes);
}

#[test]
fn a_certificate_that_only_this_side_minds_is_told_with_the_option_that_overlooks_it() {
    let passed_on = case("certificate-self-signed/harmless_404_on_both");
    assert_eq!(passed_on.diagnosis.verdict.outcome, Outcome::Warning);
    assert!(says(&passed_on, &["the gateway took no offence", "use -k", "--cacert FILE"]));
    assert!(!says(&passed_on, &["the upstream fails now and then"]), "{:#?}", passed_on.diagnosis.notes);
}

#[test]
fn nobody_is_said_to_have_written_a_404_as_applications_answer_it() {
    for name in [
        "certificate-self-signed/harmless_404_on_both",
        "upstream-refused/near_miss_harmless_404_from_elsewhere",
    ] {
        let case = case(name);
        assert!(case.diagnosis.written_by.is_none(), "{name}: {:#?}", case.diagnosis.written_by);
    }
}

#[test]
fn who_mistakes_http_for_https_is_told() {
    let plain = case("gateway-unreachable/https_to_a_plain_port");
    let sentence = &plain.diagnosis.verdict.sentence;
    assert!(sentence.contains("answers in plain HTTP; http://127.0.0.1:7501 asks it so"), "{sentence}");
    let tried = case("gateway-unreachable/http_to_a_tls_port");
    let sentence = &tried.diagnosis.verdict.sentence;
    assert!(sentence.contains("was asked in plain HTTP") && sentence.contains(": https://"), "{sentence}");
    let behind = case("gateway-unreachable/near_miss_complaint_of_the_upstream");
    assert_eq!(behind.diagnosis.verdict.cause.as_deref(), Some("plain-to-tls-port"));
    let not_trusted = case("gateway-unreachable/certificate_not_trusted");
    let sentence = &not_trusted.diagnosis.verdict.sentence;
    assert!(sentence.contains("no reason of a 502") && sentence.contains("-k"), "{sentence}");
    let tls = case("gateway-error-upstream-fine/400_of_a_tls_port");
    assert!(says(&tls, &["TLS is spoken at this port", "https:// instead of http://"]));
    // Where the upstream complains of the gateway so, that is a cause.
    for passed_on in all().iter().filter(|case| case.cause == "plain-to-tls-port") {
        assert!(!says(passed_on, &["https:// instead of http://"]), "{}", passed_on.name);
    }
}

#[test]
fn a_path_that_only_one_of_the_two_has_may_be_rewritten() {
    let rewritten = case("gateway-error-upstream-fine/near_miss_path_rewritten");
    assert!(says(&rewritten, &["200 and the upstream 404", "rewrite the path", "--upstream-path PATH"]));
    assert_eq!(rewritten.diagnosis.verdict.outcome, Outcome::Healthy);
    let both = case("gateway-error-upstream-fine/near_miss_404_on_both");
    assert!(!says(&both, &["rewrite the path"]));
}

#[test]
fn what_a_gateway_does_otherwise_in_tls_is_told_where_it_may_be_that() {
    let older = case("gateway-error-upstream-fine/tls13_only_behind_nginx");
    assert!(says(&older, &["asked here in TLS 1.3", "proxy_ssl_protocols", "curl --tls-max 1.2"]));
    let address = case("gateway-error-upstream-fine/apache_takes_no_address_for_a_name");
    assert!(says(&address, &["for the address 127.0.0.1", "DNS names and the CN alone", "AH02411"]));
    for name in ["gateway-error-upstream-fine/502_and_200", "upstream-requires-sni/alert_behind_nginx"] {
        assert!(!says(&case(name), &["TLS 1.3"]) && !says(&case(name), &["CN alone"]), "{name}");
    }
}
