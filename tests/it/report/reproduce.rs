//! The commands for a shell send what was sent.

use std::process::Command;

use proptest::prelude::*;
use why502::http1::WireBytes;
use why502::observation::{Exchange, Observations, ProxySeen, Tunnel};
use why502::plan::{Experiment, TlsFiles};
use why502::report::{reproduce::commands, shell};

use super::{cases, fixtures};

fn only(exchange: Exchange) -> String {
    with(&fixtures::seen(vec![exchange]))
}

fn with(seen: &Observations) -> String {
    commands(seen, &seen.exchanges[0], 200).join("\n")
}

fn sent(head: &str) -> Exchange {
    let mut exchange = fixtures::gateway(b"HTTP/1.1 204 No Content\r\n\r\n");
    exchange.sent.head = WireBytes::from(head);
    exchange
}

#[test]
fn curl_sends_the_same_fields_and_none_of_its_own() {
    let command =
        only(sent("GET /cart HTTP/1.1\r\nHost: shop.example.com\r\nX-Empty:\r\nX-It: it's\r\n\r\n"));
    assert_eq!(
        command,
        "curl -q -v --noproxy '*' --connect-timeout 10 --max-time 90 -H 'Host: shop.example.com' \
         -H 'X-Empty;' -H 'X-It: it'\\''s' -H User-Agent: -H Accept: http://127.0.0.1:8080/cart"
    );
}

#[test]
fn methods_versions_and_bodies_have_their_flags() {
    let head = only(sent("HEAD / HTTP/1.0\r\nHost: 127.0.0.1:8080\r\nUser-Agent: a\r\nAccept: b\r\n\r\n"));
    assert!(head.contains(" --http1.0 ") && head.contains(" --head "), "{head}");

    let mut seen = fixtures::seen(vec![sent(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: a\r\nAccept: b\r\nContent-Length: 3\r\n\r\n",
    )]);
    seen.request.body_size = 3;
    let post = with(&seen);
    assert!(post.contains("-X POST") && post.contains("--data-binary @body.bin"), "{post}");
    assert!(post.contains("-H Content-Type: -H Expect:") && !post.contains("Content-Length"), "{post}");
}

#[test]
fn the_certificates_that_were_given_are_given_by_hand_as_well() {
    let (mut seen, _) = cases::certificate_expired();
    seen.tls_files = TlsFiles {
        cacert: Some("own ca.pem".to_owned()),
        cert: Some("me.pem".to_owned()),
        key: Some("me.key".to_owned()),
    };
    let upstream = seen.exchanges[1].clone();
    let command = commands(&seen, &upstream, 300).join("\n");
    assert!(command.contains(" --cacert 'own ca.pem' --cert me.pem --key me.key "), "{command}");
    // The gateway is asked without TLS.
    let command = commands(&seen, &seen.exchanges[0], 300).join("\n");
    assert!(!command.contains("me.pem"), "{command}");
}

#[test]
fn tls_goes_to_the_same_address_under_the_same_name() {
    let (seen, _) = cases::certificate_expired();
    let mut upstream = seen.exchanges[1].clone();
    let command = commands(&seen, &upstream, 300).join("\n");
    assert!(command.contains("--resolve api.internal:8443:10.0.3.7"), "{command}");
    assert!(!command.contains(" -k"), "{command}");
    upstream.experiment = Experiment::WithoutVerification;
    upstream.peer = Some("10.0.3.7:9443".into());
    let command = commands(&seen, &upstream, 300).join("\n");
    assert!(command.contains("--connect-to api.internal:8443:10.0.3.7:9443"), "{command}");
    assert!(command.contains(" -k "), "{command}");
}

#[test]
fn a_forward_proxy_is_asked_as_one() {
    let command = only(sent("GET http://origin.example/ HTTP/1.1\r\nHost: origin.example\r\n\r\n"));
    assert!(command.ends_with("-x http://127.0.0.1:8080 http://origin.example/"), "{command}");
    assert!(command.contains(" --noproxy '' ") && command.contains(" -H Proxy-Connection: "), "{command}");
}

#[test]
fn through_a_proxy_the_command_asks_it_and_shows_it_alone_what_is_for_it() {
    let mut exchange =
        sent("GET /cart HTTP/1.1\r\nHost: origin.example\r\nUser-Agent: a\r\nAccept: b\r\n\r\n");
    exchange.url = "https://origin.example/cart".into();
    exchange.peer = Some("10.0.0.9:3128".into());
    exchange.proxy = Some(ProxySeen {
        url: "http://proxy.example:3128".into(),
        tunnel: Some(Tunnel {
            target: "origin.example:443".into(),
            sent: "CONNECT origin.example:443 HTTP/1.1\r\nHost: origin.example:443\r\n\
                   Proxy-Authorization: Basic ****\r\n\r\n"
                .into(),
            status: Some(200),
            reason: "OK".into(),
            head: "HTTP/1.1 200 OK\r\n\r\n".into(),
            seconds: Some(0.01),
        }),
    });
    let stands = only(exchange.clone());
    assert_eq!(
        stands,
        "curl -q -v --noproxy '' --http1.1 --connect-timeout 10 --max-time 90 -H 'User-Agent: a' -H 'Accept: b' \
         --proxy-header 'Proxy-Authorization: Basic ****' --proxy-header User-Agent: \\\n  \
         --proxy-header Proxy-Connection: -x http://10.0.0.9:3128 https://origin.example/cart"
    );
    // Without a tunnel the CONNECT is all that was sent; the command makes curl send the same.
    let tunnel = exchange.proxy.as_mut().unwrap().tunnel.as_mut().unwrap();
    tunnel.status = Some(403);
    exchange.sent.head = tunnel.sent.clone();
    let refused = only(exchange);
    assert!(refused.ends_with("-x http://10.0.0.9:3128 https://origin.example/cart"), "{refused}");
    assert!(!refused.contains("-X CONNECT"), "{refused}");
}

#[test]
fn nothing_from_a_recording_is_run() {
    let mut exchange = sent("GET /$(reboot)`id`;'\u{1b} HTTP/1.1\r\n@/etc/passwd\r\nHost: x\r\n\r\n");
    exchange.url = "http://127.0.0.1:8080/$(reboot)".into();
    let command = only(exchange);
    assert_eq!(
        command,
        r"printf 'GET /$(reboot)`id`;\047\033 HTTP/1.1\r\n@/etc/passwd\r\nHost: x\r\n\r\n' | nc -w 10 127.0.0.1 8080 | cat -v"
    );
}

#[test]
fn an_option_in_the_place_of_a_host_is_not_passed_on() {
    let mut exchange = sent("\u{1} /\r\n\r\n");
    exchange.peer = Some("-oProxyCommand:80".into());
    assert_eq!(only(exchange), "");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_shell_prints_the_very_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let command = format!("printf {}", shell::printf_format(&bytes));
        let output = Command::new("sh").args(["-c", &command]).output().unwrap();
        prop_assert_eq!(output.stdout, bytes, "{}", command);
    }

    #[test]
    fn a_shell_reads_a_word_back(text in "[ -~]{0,60}") {
        let command = format!("printf %s {}", shell::word(&text));
        let output = Command::new("sh").args(["-c", &command]).output().unwrap();
        prop_assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
    }
}
