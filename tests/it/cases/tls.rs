//! TLS with the upstream: what is named, what is not, and that the advice fits what was seen.

use why502::diagnosis::{Blame, Outcome, Strength};

use super::{Case, all};

fn case(name: &str) -> Case {
    all().into_iter().find(|case| format!("{}/{}", case.cause, case.name) == name).unwrap()
}

/// All that is recommended, in the order of the findings.
fn advice(case: &Case) -> String {
    let remedies = case.diagnosis.findings.iter().flat_map(|finding| &finding.remedies);
    let lines = remedies.flat_map(|remedy| [Some(remedy.advice.as_str()), remedy.config.as_deref()]);
    lines.flatten().collect::<Vec<_>>().join("\n")
}

fn notes(case: &Case) -> String {
    case.diagnosis.notes.join("\n")
}

#[test]
fn an_alert_is_tls_whatever_the_port_says_in_plain_http() {
    let old = case("tls-alert-received/protocol_version_and_a_plain_400");
    let verdict = &old.diagnosis.verdict;
    assert_eq!(verdict.cause.as_deref(), Some("tls-alert-received"));
    assert_eq!(verdict.strength, Some(Strength::Likely));
    for words in ["alert 70 (protocol_version)", "only TLS versions that why502 does not", "1.2 and 1.3"] {
        assert!(verdict.sentence.contains(words), "{}", verdict.sentence);
    }
    let findings = &old.diagnosis.findings;
    assert!(findings.iter().all(|finding| finding.cause != "tls-to-plain-port"), "{findings:#?}");
    let advice = advice(&old);
    assert!(advice.contains("proxy_ssl_protocols") && !advice.contains("proxy_ssl_server_name"), "{advice}");
}

#[test]
fn a_plain_400_that_complains_of_tls_is_no_sign_of_plain_http() {
    // As the program recorded it before: with the further request in plain HTTP, which nginx answers with its complaint.
    let old = case("tls-to-plain-port/near_miss_alert_and_a_plain_400");
    assert!(old.text.contains("in-plain-http") && old.text.contains("The plain HTTP request was sent"));
    assert_eq!(old.diagnosis.verdict.cause.as_deref(), Some("tls-alert-received"));
}

#[test]
fn an_upstream_that_wants_a_name_is_told_with_the_line_that_sends_it() {
    for (name, line) in [
        ("alert_behind_nginx", "proxy_ssl_server_name on;\nproxy_ssl_name shop.example.com;"),
        ("by_address_behind_nginx", "proxy_ssl_server_name on;\nproxy_ssl_name shop.example.com;"),
        ("self_signed_behind_nginx", "proxy_ssl_server_name on;\nproxy_ssl_name shop.example.com;"),
        ("alert_behind_haproxy_as_503", "sni str(shop.example.com)"),
        ("alert_behind_envoy_as_503", "sni: shop.example.com"),
    ] {
        let sni = case(&format!("upstream-requires-sni/{name}"));
        let verdict = &sni.diagnosis.verdict;
        assert_eq!(verdict.outcome, Outcome::Fault, "{name}");
        assert_eq!((verdict.strength, verdict.blame), (Some(Strength::Likely), Blame::Gateway), "{name}");
        let advice = advice(&sni);
        assert!(advice.contains(line), "{name}: {advice}");
    }
}

#[test]
fn haproxy_minds_what_it_cannot_but_check_and_a_name_only_where_it_was_told_one() {
    for name in [
        "certificate-expired/behind_haproxy_as_503",
        "certificate-self-signed/behind_haproxy_as_503",
        "upstream-requires-sni/another_certificate_behind_haproxy_as_503",
    ] {
        assert_eq!(case(name).diagnosis.verdict.strength, Some(Strength::Likely), "{name}");
    }
    let of_name = case("certificate-wrong-name/candidate_behind_haproxy_as_503");
    assert_eq!(of_name.diagnosis.verdict.outcome, Outcome::Unexplained);
    let evidence = &of_name.diagnosis.findings[0].evidence;
    let against = "minds it only where the server line has";
    assert!(evidence.iter().any(|piece| piece.text.contains(against)), "{evidence:#?}");
}

#[test]
fn where_the_gateway_may_mind_the_certificate_as_well_neither_is_established() {
    let both = case("upstream-requires-sni/candidate_certificate_rejected_too_behind_haproxy");
    assert_eq!(both.diagnosis.verdict.outcome, Outcome::Unexplained);
    let found: Vec<&str> = both.diagnosis.findings.iter().map(|finding| finding.cause.as_str()).collect();
    assert!(
        found.contains(&"upstream-requires-sni") && found.contains(&"certificate-self-signed"),
        "{found:?}"
    );
    assert!(both.diagnosis.findings.iter().all(|finding| finding.strength == Strength::Consistent));
}

#[test]
fn a_gateway_that_did_not_take_the_time_of_its_attempts_is_not_established_to_be_refused() {
    let denied = case("upstream-requires-sni/candidate_haproxy_answers_503_at_once");
    assert_eq!(denied.diagnosis.verdict.outcome, Outcome::Unexplained);
    let found = denied.diagnosis.findings.iter().find(|finding| finding.cause == "upstream-requires-sni");
    let against = &found.unwrap().evidence;
    let words = "against it: by default HAProxy makes 4 attempts, which takes 3.00 s (retries 3)";
    assert!(against.iter().any(|piece| piece.text.starts_with(words)), "{against:#?}");
}

#[test]
fn who_came_past_the_handshake_by_its_own_words_was_not_refused_in_it() {
    for name in ["near_miss_envoy_came_past_the_handshake", "near_miss_502_of_haproxy"] {
        let past = case(&format!("upstream-requires-sni/{name}"));
        assert_eq!(past.diagnosis.verdict.outcome, Outcome::Unexplained, "{name}");
        let why = past.diagnosis.ruled_out.iter().find(|ruled| ruled.cause == "upstream-requires-sni");
        assert!(why.unwrap().by.contains("which it says of no failed TLS handshake"), "{why:?}");
    }
}

#[test]
fn who_asks_an_upstream_that_wants_a_name_likely_sends_it_where_another_fault_explains_the_error() {
    let both = case("upstream-requires-sni/near_miss_beside_a_malformed_head");
    assert_eq!(both.diagnosis.verdict.cause.as_deref(), Some("invalid-response-head"));
    let causes: Vec<&str> = both.diagnosis.findings.iter().map(|finding| finding.cause.as_str()).collect();
    assert_eq!(causes, ["invalid-response-head"]);
}

#[test]
fn an_upstream_is_not_blamed_for_a_name_that_this_side_did_not_send() {
    let healthy = case("tls-alert-received/harmless_no_name_sent_from_here");
    assert_eq!(healthy.diagnosis.verdict.blame, Blame::Client);
    let caddy = case("tls-alert-received/candidate_by_address_behind_caddy");
    assert_eq!(caddy.diagnosis.findings[0].blame, Blame::None);
}

#[test]
fn a_pair_that_fares_well_is_not_alarmed_by_an_upstream_that_wants_a_name() {
    for name in ["near_miss_healthy_behind_nginx", "near_miss_another_certificate_and_no_verification"] {
        let healthy = case(&format!("upstream-requires-sni/{name}"));
        assert_eq!(healthy.diagnosis.verdict.outcome, Outcome::Healthy, "{name}");
        assert_eq!(healthy.seen.exchanges.len(), 2, "{name}");
    }
}

#[test]
fn of_a_certificate_with_two_faults_the_one_is_named_that_this_gateway_minds() {
    let apache = case("certificate-wrong-name/self_signed_too_behind_apache");
    let verdict = &apache.diagnosis.verdict;
    assert_eq!(verdict.cause.as_deref(), Some("certificate-wrong-name"));
    assert_eq!(verdict.strength, Some(Strength::Likely));
    assert!(verdict.sentence.contains("is for backend.internal, not for 127.0.0.1"), "{}", verdict.sentence);
    let other = &apache.diagnosis.findings[1];
    assert_eq!((other.cause.as_str(), other.strength), ("certificate-self-signed", Strength::Consistent));
    // With the port of this upstream.
    let line = advice(&apache);
    assert!(
        line.contains("ProxyPass \"/\" \"https://backend.internal:") && !line.contains("app.example.com"),
        "{line}"
    );
}

#[test]
fn what_a_gateway_is_to_trust_is_the_upstreams_own_certificate_under_a_name_in_it() {
    let caddy = case("certificate-self-signed/behind_caddy_by_its_name");
    let advice = advice(&caddy);
    for line in [
        "tls_server_name localhost",
        "tls_trusted_ca_certs /etc/ssl/upstream.pem",
        "openssl s_client -connect 127.0.0.1:31005 -servername localhost -showcerts </dev/null",
    ] {
        assert!(advice.contains(line), "{line}: {advice}");
    }
    assert!(!advice.contains("ca-certificates.crt"), "{advice}");
    assert!(!notes(&caddy).contains("use -k"), "{}", notes(&caddy));
}

#[test]
fn a_certificate_that_was_not_verified_is_a_note_and_no_alarm() {
    let overlooked = case("certificate-expired/near_miss_healthy_and_not_verified");
    assert_eq!(overlooked.diagnosis.verdict.outcome, Outcome::Healthy);
    let notes = notes(&overlooked);
    assert!(
        notes.contains("certificate is expired and signed by itself, and was not verified (-k)"),
        "{notes}"
    );
}

#[test]
fn a_client_certificate_that_why502_has_not_is_nobodys_fault() {
    for (name, alert) in [
        ("candidate_client_certificate_up_to_tls12_behind_nginx", "alert 40 (handshake_failure)"),
        ("candidate_client_certificate_behind_nginx", "alert 116 (certificate_required)"),
    ] {
        let wanted = case(&format!("tls-alert-received/{name}"));
        let verdict = &wanted.diagnosis.verdict;
        assert_eq!((verdict.outcome, verdict.blame), (Outcome::Unexplained, Blame::None), "{name}");
        let found = &wanted.diagnosis.findings[0];
        assert_eq!((found.strength, found.blame), (Strength::Consistent, Blame::None), "{name}");
        for words in ["client certificate", alert, "--cert"] {
            assert!(verdict.sentence.contains(words), "{name}: {}", verdict.sentence);
        }
        let advice = advice(&wanted);
        assert!(
            advice.contains("proxy_ssl_certificate ") && !advice.contains("proxy_ssl_server_name"),
            "{advice}"
        );
    }
}

#[test]
fn no_type_of_a_library_and_no_number_of_seconds_reaches_the_reader() {
    for name in [
        "certificate-wrong-name/self_signed_too_behind_apache",
        "certificate-expired/near_miss_healthy_and_not_verified",
        "tls-alert-received/protocol_version_and_a_plain_400",
    ] {
        let text = case(name).text;
        for words in ["OtherError", "CaUsedAsEndEntity", "(UNIX)", "fatal alert: "] {
            assert!(!text.contains(words), "{name}: {words}");
        }
    }
}

#[test]
fn what_comes_every_time_is_not_said_to_come_now_and_then() {
    let now_and_then = |case: &Case| advice(case).contains("only now and then");
    let shown = case("upstream-closed-before-response/behind_nginx");
    assert_eq!(shown.diagnosis.verdict.strength, Some(Strength::Shown));
    assert!(!now_and_then(&shown), "{}", advice(&shown));
}

#[test]
fn an_upstream_that_answers_in_http1_is_not_supposed_to_speak_http2_only() {
    let broken = case("invalid-response-head/no_colon_behind_haproxy");
    assert!(!advice(&broken).contains("HTTP/2 only"), "{}", advice(&broken));
    let http2 = case("http2-only-upstream/behind_haproxy");
    assert!(advice(&http2).contains("proto h2"), "{}", advice(&http2));
}

#[test]
fn an_upstream_that_took_the_certificate_of_this_side_leaves_open_whether_the_gateway_has_one() {
    let took = case("gateway-error-upstream-fine/client_certificate_that_nginx_has_not");
    assert_eq!(took.diagnosis.verdict.outcome, Outcome::Unexplained);
    let notes = notes(&took);
    for words in ["took the one of --cert", "not seen from here", "`why502 explain nginx` has the lines"] {
        assert!(notes.contains(words), "{words}: {notes}");
    }
}

#[test]
fn an_upstream_that_takes_nothing_but_http2_over_tls_is_named_so() {
    for (name, line) in [("over_tls_behind_haproxy", "alpn h2"), ("asked_in_http2_behind_nginx", "")] {
        let http2 = case(&format!("http2-only-upstream/{name}"));
        let verdict = &http2.diagnosis.verdict;
        assert_eq!(verdict.cause.as_deref(), Some("http2-only-upstream"), "{name}");
        assert_eq!((verdict.strength, verdict.blame), (Some(Strength::Likely), Blame::Gateway), "{name}");
        assert!(advice(&http2).contains(line), "{}", advice(&http2));
        assert!(!advice(&http2).contains("proto h2"), "{}", advice(&http2));
    }
    // Caddy offers HTTP/2 by itself.
    let caddy = case("http2-only-upstream/candidate_over_tls_behind_caddy");
    assert!(
        caddy.diagnosis.findings[0].evidence.iter().any(|piece| piece.text.contains("Caddy offers HTTP/2")),
    );
}

#[test]
fn the_line_to_look_for_is_that_of_what_the_gateway_meets() {
    for (name, line, not) in [
        ("tls-alert-received/candidate_client_certificate_behind_haproxy", "502 ... SH--", "SC--"),
        ("plain-to-tls-port/complaint_passed_on_by_nginx", "", "no valid HTTP/1.0 header"),
    ] {
        let advice = advice(&case(name));
        assert!(advice.contains(line) && !advice.contains(not), "{name}: {advice}");
    }
}
