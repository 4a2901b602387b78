//! What the options mean.

use std::time::Duration;

use super::*;
use crate::plan::{Family, HttpVersion, Probe};

fn parse_words(words: &[&str]) -> Result<Command, Refusal> {
    parse(std::iter::once("why502").chain(words.iter().copied()).map(OsString::from))
}

fn job(words: &[&str]) -> Job {
    match parse_words(words) {
        Ok(Command::Diagnose(job)) => *job,
        other => panic!("{words:?} is not the main job: {other:?}"),
    }
}

fn refused(words: &[&str]) -> String {
    match parse_words(words) {
        Err(Refusal::Meaning(error)) => error.to_string(),
        other => panic!("{words:?} is not refused for its meaning: {other:?}"),
    }
}

/// The requests of a job, one text for each probe.
fn sent(words: &[&str]) -> Vec<String> {
    let text = |probe: &Probe| String::from_utf8(probe.request_bytes()).unwrap();
    job(words).plan.probes().iter().map(text).collect()
}

#[test]
fn the_definition_is_consistent() {
    definition().debug_assert();
}

#[test]
fn both_routes_get_the_same_request() {
    let requests = sent(&["shop.example.com/cart?id=1", "--upstream", "http://10.0.3.7:8080"]);
    let expected = format!(
        "GET /cart?id=1 HTTP/1.1\r\nHost: shop.example.com\r\nUser-Agent: why502/{}\r\nAccept: */*\r\n\r\n",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(requests, [expected.clone(), expected]);
}

#[test]
fn a_path_of_the_upstream_is_used_instead_and_the_query_stays() {
    let first_line = |words: &[&str]| sent(words)[1].lines().next().unwrap().to_owned();
    let url = "http://shop.example.com/shop/cart?id=1";
    assert_eq!(first_line(&[url, "--upstream", "u:1/cart"]), "GET /cart?id=1 HTTP/1.1");
    assert_eq!(first_line(&[url, "--upstream", "u:1/cart?id=2"]), "GET /cart?id=2 HTTP/1.1");
    assert_eq!(first_line(&[url, "--upstream", "u:1"]), "GET /shop/cart?id=1 HTTP/1.1");
    assert_eq!(first_line(&[url, "--upstream", "u:1", "--upstream-path", "/"]), "GET /?id=1 HTTP/1.1");
    assert_eq!(first_line(&[url, "--upstream", "u:1", "--upstream-path", "/a?b"]), "GET /a?b HTTP/1.1");
}

#[test]
fn host_is_the_gateways_unless_somebody_says_otherwise() {
    let hosts = |words: &[&str]| -> Vec<String> {
        job(words).plan.probes().into_iter().map(|probe| probe.endpoint.host_field).collect()
    };
    assert_eq!(hosts(&["http://a:81/", "--upstream", "b:82"]), ["a:81", "a:81"]);
    assert_eq!(hosts(&["http://a/", "--upstream", "b", "-H", "host: c"]), ["c", "c"]);
    assert_eq!(hosts(&["http://a/", "--upstream", "b", "--upstream-host", "d"]), ["a", "d"]);
    assert_eq!(hosts(&["http://a/", "-H", "Host;"]), [""]);
}

#[test]
fn headers_are_set_emptied_and_left_out_as_in_curl() {
    let request = &sent(&[
        "a",
        "-H",
        "X-A:  1 ",
        "-H",
        "x-a: 2",
        "-H",
        "X-B;",
        "-H",
        "Accept:",
        "-H",
        "user-agent: me",
    ])[0];
    assert_eq!(request, "GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-a: 2\r\nX-B: \r\nuser-agent: me\r\n\r\n");
    assert!(!sent(&["a", "-A", ""])[0].contains("User-Agent"));
}

#[test]
fn data_is_posted_in_the_order_in_which_it_was_typed() {
    let request = &sent(&["a", "-d", "x=1", "--data-raw", "@y", "--data-binary", "z\r\n", "-d", "w"])[0];
    assert!(request.starts_with("POST / HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nContent-Type: application/x-www-form-urlencoded\r\n"), "{request}");
    assert!(request.ends_with("\r\nContent-Length: 12\r\n\r\nx=1&@y&z\r\n&w"), "{request}");
}

#[test]
fn data_from_a_file_loses_its_line_ends_unless_it_is_binary() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "a\r\nb\n").unwrap();
    let at_file = format!("@{}", file.path().display());
    let body = |option: &str| job(&["a", option, &at_file]).plan.request.body;
    assert_eq!(body("--data"), b"ab");
    assert_eq!(body("--data-binary"), b"a\r\nb\n");
    assert_eq!(body("--data-raw"), at_file.as_bytes());
    assert_eq!(body("--json"), b"a\r\nb\n");
}

#[test]
fn json_brings_its_two_fields_and_they_can_be_changed() {
    let request = &sent(&["a", "--json", "{", "--json", "}", "-X", "PUT", "-H", "Accept: text/plain"])[0];
    assert!(request.starts_with("PUT / HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("Content-Type: application/json\r\nAccept: text/plain\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\n{}"), "{request}");
}

#[test]
fn chunked_content_is_sent_chunked() {
    let request = &sent(&["a", "-d", "hello", "-H", "Transfer-Encoding: chunked"])[0];
    assert!(request.ends_with("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), "{request}");
}

#[test]
fn credentials_come_from_the_url_or_from_user() {
    assert!(sent(&["http://me:p%40ss@a/"])[0].contains("\r\nAuthorization: Basic bWU6cEBzcw==\r\n"));
    assert!(sent(&["http://me:p@a/", "-u", "you:q"])[0].contains("\r\nAuthorization: Basic eW91OnE=\r\n"));
}

#[test]
fn the_last_version_and_the_last_family_count() {
    let plan = job(&["a", "--http2", "-0", "-6"]).plan;
    assert_eq!((plan.request.version, plan.addressing.family), (HttpVersion::Http10, Some(Family::V6)));
    assert_eq!(job(&["a", "--http2-prior-knowledge"]).plan.request.version, HttpVersion::Http2);
    assert_eq!(job(&["a"]).plan.request.version, HttpVersion::Http11);
}

#[test]
fn limits_take_decimals_and_refuse_what_is_no_limit() {
    let limits = job(&["a", "--connect-timeout", ".5", "-m", "2.25"]).plan.limits;
    assert_eq!((limits.connect, limits.total), (Duration::from_millis(500), Duration::from_millis(2250)));
    for wrong in ["0", "-1", "1e9", "NaN", "inf", "10s"] {
        let option = format!("--max-time={wrong}");
        assert!(refused(&["a", &option]).starts_with("--max-time: "), "{wrong}");
    }
}

#[test]
fn a_subcommand_behind_an_option_is_not_taken_for_a_host() {
    assert!(refused(&["-v", "demo"]).contains("write http://demo"));
    assert_eq!(job(&["http://demo"]).plan.gateway.host, "demo");
}

#[test]
fn what_does_not_go_together_is_said_in_one_sentence() {
    for (words, says) in [
        (&["explian", "http://a"][..], "did you mean why502 explain?"),
        (&["lnt", "http://a"], "did you mean why502 lint?"),
        (&["--replay", "f", "http://a"], "--replay and URL do not go together"),
        (&["-I", "-d", "x", "http://a"], "--head and --data do not go together"),
    ] {
        assert!(refused(words).contains(says), "{}", refused(words));
    }
}

#[test]
fn an_empty_upstream_is_refused_and_not_left_out() {
    assert!(refused(&["a", "--upstream", ""]).starts_with("--upstream: it is empty"));
    assert_eq!(job(&["a", "--upstream", "b  c"]).plan.upstreams.len(), 2);
}

#[test]
fn an_upstream_given_as_credentials_is_sent_to_nobody() {
    let reason = refused(&["a", "-u", "http://10.0.3.7:8080"]);
    assert!(reason.starts_with("--user: ") && reason.ends_with("belongs to --upstream"), "{reason}");
}

#[test]
fn what_can_be_a_secret_is_not_repeated_in_a_message() {
    for words in [
        &["http://me:hidden@/", "-v"][..],
        &["a", "--upstream", "http://me:hidden@b"],
        &["a", "-H", "Authorization hidden"],
        &["a", "-H", "Authorization: hidden\r\nX: y"],
        &["a", "-u", "hidden"],
        &["a", "-b", "hidden"],
        &["a", "-x", "http://me:hidden@p"],
        &["a", "-x", "me:hidden@p"],
        &["a", "-x", "socks5://me:hidden@p:1"],
        &["a", "-x", "http://me:hidden@p:x"],
        &["a", "-x", "p:1", "-U", "hidden"],
        &["a", "-x", "p:1", "--proxy-header", "Proxy-Authorization hidden"],
    ] {
        let message = refused(words);
        assert!(!message.contains("hidden"), "{message}");
    }
}

#[test]
fn the_lab_listens_at_an_address_or_a_port() {
    let listen = |text: &str| match parse_words(&["lab", "--listen", text]) {
        Ok(Command::Lab(lab)) => lab.listen.to_string(),
        other => panic!("{other:?}"),
    };
    for text in ["9000", ":9000", "localhost:9000", "127.0.0.1:9000"] {
        assert_eq!(listen(text), "127.0.0.1:9000");
    }
    assert_eq!(listen("[::1]:0"), "[::1]:0");
    assert!(refused(&["lab", "--listen", "nowhere"]).starts_with("--listen: "));
}

#[test]
fn behind_a_proxy_the_origin_is_the_upstream_unless_one_is_named() {
    let plan = job(&["https://origin.example/cart", "-x", "proxy.example:3128", "-H", "Host: shop"]).plan;
    let [through, direct] = plan.probes().try_into().unwrap();
    assert_eq!(through.connects_to().authority_with_port(), "proxy.example:3128");
    assert_eq!(direct.connects_to().to_string(), "https://origin.example/cart");
    assert_eq!((direct.endpoint.host_field.as_str(), direct.connect_bytes()), ("shop", None));
    assert_eq!(plan.upstreams.len(), 1);

    let plan = job(&["a", "-x", "p:1", "--upstream", "b", "--upstream-host", "c"]).plan;
    assert_eq!(plan.upstreams[0].host, "b");
    let plan = job(&["a", "-x", "p:1", "--upstream-host", "c"]).plan;
    assert_eq!((plan.upstreams[0].host.as_str(), plan.upstreams[0].host_field.as_str()), ("a", "c"));
    assert!(job(&["a", "-x", ""]).plan.upstreams.is_empty());
}

#[test]
fn the_proxy_alone_gets_its_credentials_and_headers() {
    let given = ["http://a/", "-x", "http://me:p%40ss@p:80/ignored", "--proxy-header", "X-Team: web"];
    let [through, direct] = sent(&given).try_into().unwrap();
    assert!(through.starts_with("GET http://a/ HTTP/1.1\r\nHost: a\r\n"), "{through}");
    let own = "\r\nProxy-Authorization: Basic bWU6cEBzcw==\r\nX-Team: web\r\n\r\n";
    assert!(through.ends_with(own), "{through}");
    assert!(!direct.contains("Proxy-") && !direct.contains("X-Team"), "{direct}");
    assert!(sent(&["a", "-x", "me:p@p:1", "-U", "you:q"])[0].contains("Basic eW91OnE="));
}

#[test]
fn the_upstream_host_is_also_the_name_asked_for_in_tls() {
    let names = |words: &[&str]| -> Vec<String> {
        job(words).plan.probes().into_iter().map(|probe| probe.endpoint.tls_name().to_owned()).collect()
    };
    assert_eq!(names(&["https://a/", "--upstream", "https://10.0.0.1"]), ["a", "10.0.0.1"]);
    assert_eq!(
        names(&["https://a/", "--upstream", "https://10.0.0.1", "--upstream-host", "b:8443"]),
        ["a", "b"]
    );
}
